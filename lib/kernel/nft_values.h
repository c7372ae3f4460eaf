// The part of nf_tables' vocabulary that our table is made of, as values: sets, chains, rules
// and the expressions that a rule runs through. Numbers are those of <linux/netfilter/...>;
// nft_codec.cc checks them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "lib/base/bytes.h"

namespace dmm::kernel {

// Where expressions leave what they found. A key of two fields lies in two registers that
// follow each other: eight octets for a link-layer address, sixteen for an IPv6 address.
enum class NftRegister : std::uint8_t { First = 1, BehindMac = 10 };

struct NftMeta {
    enum class Key : std::uint8_t { InterfaceIn = 6, InterfaceOut = 7, LinkType = 8 } key;
};

// A packet without such a header ends the rule, which then does nothing.
struct NftPayload {
    enum class Base : std::uint8_t { Link = 0, Network = 1 } base = Base::Network;
    std::uint8_t offset = 0;
    std::uint8_t length = 0;
    NftRegister to = NftRegister::First;
};

struct NftMask {
    NftRegister at = NftRegister::First;
    Bytes mask;
};

// Of the first register; the rule goes on where it holds.
struct NftCompare {
    enum class Operator : std::uint8_t { Equal = 0, AtMost = 3 } op = Operator::Equal;
    Bytes value;
};

// Goes on where the key is in the set, whose element counts the packet if the set counts.
struct NftLookup {
    std::string set;
};

// Adds the key to a set, or begins its time-out anew, and counts.
struct NftUpdate {
    std::string set;
};

struct NftVerdict {
    enum class Code : std::int8_t { Drop = 0, Accept = 1, Goto = -4 } code;
    std::string chain{};  // of Goto
};

using NftExpression =
    std::variant<NftMeta, NftPayload, NftMask, NftCompare, NftLookup, NftUpdate, NftVerdict>;

struct NftRule {
    std::string chain;
    std::string text;  // as nft(8) would be told
    std::vector<NftExpression> expressions;
};

struct NftChain {
    struct Hook {
        enum class Point : std::uint8_t { Prerouting = 0, Postrouting = 4 } point;
        std::int32_t priority = 0;
    };

    std::string name;
    std::optional<Hook> hook{};  // without: only reached from other chains
};

struct NftSet {
    std::string name;
    std::string type;            // nft(8)'s word for it
    std::uint32_t key_type = 0;  // and its number, by which it lists the keys
    std::uint32_t key_octets = 0;
    bool counts = false;
    bool names = false;                 // the keys are interfaces' names
    std::uint32_t size = 0;             // of a set that packets add to; 0: they do not
    std::uint32_t timeout_seconds = 0;  // of its elements
};

}  // namespace dmm::kernel

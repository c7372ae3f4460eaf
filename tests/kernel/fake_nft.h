// A Transport that keeps nf_tables' tables, sets and elements as the kernel does: a transaction
// is carried out whole or not at all, with the same errno. Chains and rules are counted only;
// tests/kernel/filter_cases.cc shows on real kernels what they do.
#pragma once

#include <cerrno>
#include <cstdint>
#include <deque>
#include <expected>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "lib/base/bytes.h"
#include "lib/kernel/netlink_parser.h"
#include "lib/kernel/transport.h"

namespace dmm::kernel {

struct FakeTable {
    struct Count {
        std::uint64_t packets = 0;
        std::uint64_t octets = 0;
    };

    std::uint64_t handle = 0;
    Bytes comment;
    std::map<std::string, std::map<Bytes, Count>> sets;
    std::size_t chains = 0;
    std::size_t rules = 0;
};

class FakeNft final : public Transport {
public:
    [[nodiscard]] std::expected<void, int> send(std::span<const std::uint8_t> batch) override;
    [[nodiscard]] std::expected<std::span<const std::uint8_t>, int> receive() override;

    [[nodiscard]] std::expected<std::uint32_t, int> index_of(const std::string& /*name*/) override {
        return std::unexpected(ENODEV);
    }

    std::map<std::string, FakeTable> tables;
    std::size_t transactions = 0;

    int begin_refused = 0;         // errno of every transaction: a kernel without nf_tables
    std::optional<Bytes> bad_key;  // an element that is refused
    bool silent = false;           // answers are lost
    bool interrupt_dump = false;   // the next dump is

private:
    [[nodiscard]] int carry_out(const Message& request, std::map<std::string, FakeTable>& state);
    [[nodiscard]] int change_elements(const Message& request, FakeTable& table, bool add) const;
    void transaction(ByteView batch);
    void query(const Message& request);
    void dump(const Message& request, const FakeTable& table, const std::string& set);
    void answer(std::uint32_t sequence, int code);

    std::uint64_t next_handle_ = 1;
    std::deque<Bytes> answers_;
    Bytes delivered_;
};

}  // namespace dmm::kernel

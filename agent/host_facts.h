// What was seen of this host, as values: agent/host_survey.h collects them, agent/preflight.h
// judges them. What could not be seen is absent.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/host_address.h"
#include "lib/base/ip.h"

namespace dmm::agent {

// Something that the kernel can do or not, which only trying tells.
struct Trial {
    enum class Outcome : std::uint8_t { Untried, Works, Refused };

    Outcome outcome = Outcome::Untried;
    std::string text = {};  // when it was tried, the kernel's words, or why it was not tried
    int code = 0;           // of a refusal: errno
};

// Making and removing takes milliseconds and the lock of the host's network, so it is done once.
struct Trials {
    Trial tunnels;
    Trial macvlans;
    Trial source_routes;
};

struct InterfaceFacts {
    std::string name;
    bool present = false;
    bool up = false;
    std::uint32_t mtu = 0;
    // net.ipv6.conf.NAME.*
    std::optional<int> forwarding = {};
    std::optional<int> accept_ra = {};
    std::optional<int> seg6_enabled = {};
};

// The way to an address.
struct WayFacts {
    Ip6Address to;
    std::string interface = {};  // "": none
    bool local = false;          // the address is one of this host
    bool from_advert = false;    // learnt from a Router Advertisement
    std::string refusal = {};    // the kernel's words where there is no way
};

struct FilterFacts {
    std::vector<std::string> reverse_path;   // chains of nftables
    std::string unreadable;                  // why nftables could not be looked at
    std::vector<std::string> legacy_tables;  // of ip6tables; what they hold is not seen
};

struct ClockFacts {
    bool readable = false;
    std::string refusal = {};
    bool synchronised = false;
    std::chrono::microseconds most_error{0};
};

struct HostFacts {
    bool net_raw = false;
    bool net_admin = false;
    AddressState address = AddressState::Absent;
    std::string address_interface;     // "" where it is absent
    std::optional<bool> forwarding;    // of all interfaces
    std::optional<bool> seg6_enabled;  // of all interfaces
    // The configured core interface, or the one on the way to the CMD; no name where there is
    // neither. Of a MAAR, as the rest:
    InterfaceFacts core;
    std::vector<InterfaceFacts> access;
    std::optional<WayFacts> default_way;
    std::vector<WayFacts> peers;               // the CMD first; also of a CMD
    std::optional<std::string> routing_fault;  // why routing could not be looked at
    std::vector<std::string> others;           // what stands in the way of our names
    std::optional<FilterFacts> filter;
    std::optional<std::uint32_t> neighbours;      // net.ipv6.neigh.default.gc_thresh3
    std::optional<std::uint32_t> receive_buffer;  // net.core.rmem_max
    ClockFacts clock;
    Trials trials;
};

}  // namespace dmm::agent

// A node's radio: which cell it is in, and what a network manager does on a new carrier.
#pragma once

#include <expected>
#include <string>

#include "tools/demo/descriptor.h"
#include "tools/demo/process.h"
#include "tools/demo/rtnetlink.h"
#include "tools/demo/topology.h"

namespace dmm::demo {

class Radio {
public:
    [[nodiscard]] static std::expected<Radio, std::string> open(const Topology& topology,
                                                                const std::string& actor);

    // Leaves the cell it is in, if any, and joins that of `maar`: the node sees its carrier
    // go and come, as with a real radio. Returns when the node's stack can send again.
    [[nodiscard]] std::expected<void, std::string> join(int maar);

    // The node's addresses, as its kernel has them.
    [[nodiscard]] std::vector<NodeAddress> addresses() { return node_.addresses(interface_); }

private:
    Radio(std::string name, RtNetlink air, RtNetlink node)
        : name_(std::move(name)), air_(std::move(air)), node_(std::move(node)) {}

    [[nodiscard]] bool await_carrier(bool there, milliseconds bound);

    std::string name_;  // the node's
    RtNetlink air_;
    RtNetlink node_;
    unsigned far_end_ = 0;    // in the air
    unsigned interface_ = 0;  // the node's wlan0
};

// A kernel solicits routers when an interface comes up, not when a carrier returns: that is
// the network manager's part, played by rdisc6 of the distribution.
class Solicitor {
public:
    // A process in the node's namespace that waits for the word.
    explicit Solicitor(const std::string& netns);

    // The carrier is there: solicit now, and again each second, three times in all.
    [[nodiscard]] bool solicit();

private:
    Descriptor gate_;
    Process process_;
};

}  // namespace dmm::demo

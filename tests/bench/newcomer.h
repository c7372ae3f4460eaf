// Nodes that come to an access link: each solicits routers, as a host does that finds its link up.
#pragma once

#include <cstdint>
#include <string>

#include "agent/descriptor.h"
#include "lib/base/ip.h"

namespace dmm::bench {

class Newcomers {
public:
    // Behind `interface` of this network namespace, whose other end is the access link; exits with
    // a word when it is not there.
    explicit Newcomers(const std::string& interface);

    // One Router Solicitation (RFC 4861 section 4.1).
    void solicit(const LinkLayerAddress& mac) const;

private:
    agent::Descriptor fd_;
    int index_ = 0;
};

}  // namespace dmm::bench

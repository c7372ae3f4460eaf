// A MAAR's data plane between two wires that the test holds the other ends of: frames go into
// the access side as a node would send them, what is forwarded comes out at the far side. All of
// it in this thread's network namespace. Needs ip(8).
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "lib/base/bytes.h"
#include "lib/kernel/netlink_socket.h"
#include "lib/kernel/source_filter.h"
#include "tests/kernel/contract.h"

namespace dmm::kernel {

// Runs a shell script in this namespace; its exit status.
int run_shell(const std::string& script);
// Its output, "" when it fails.
std::string output_of(const std::string& command);

// The other end of a wire: raw Ethernet.
class Wire {
public:
    explicit Wire(std::uint32_t interface);
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;
    ~Wire();

    void send(const Bytes& frame) const;
    // What has come in so far.
    void forget() const;
    // True once a UDP packet from `from` comes in; false after some time without.
    [[nodiscard]] bool hears(const Ip6Address& from) const;

    struct Way {
        bool forwarded = false;
        bool redirected = false;  // a Redirect (RFC 4861 section 4.5) came before or after it
    };

    // What becomes of a UDP packet from `from`, until the wire has been silent for some time.
    [[nodiscard]] Way hears_redirect(const Ip6Address& from) const;

private:
    int fd_;
};

class AccessBench {
public:
    // A started filter over a started driver. `rtnetlink` must outlive it.
    explicit AccessBench(Transport& rtnetlink);

    void expect(bool holds, const std::string& what) { stage->expect(holds, what); }

    // Both halves of a wish, as the agent makes it true.
    void apply(const MnId& mn, const SessionForwarding& forwarding);
    // A UDP packet of node `node`, sent to `to_mac`.
    void send_up(std::uint8_t node,
                 const LinkLayerAddress& to_mac,
                 const Ip6Address& from,
                 const Ip6Address& to = kFarAway) const;
    // Sends one; whether it came out at the far side.
    [[nodiscard]] bool passes(std::uint8_t node,
                              const LinkLayerAddress& to_mac,
                              const Ip6Address& from) const;
    // A packet from far away to a node.
    void send_down(const Ip6Address& to);

    [[nodiscard]] TrafficReading read();
    [[nodiscard]] LinkLayerAddress mac_of(const std::string& interface);

    std::unique_ptr<NetlinkSocket> netfilter;
    std::optional<Stage> stage;
    std::optional<SourceFilter> filter;
    std::optional<Wire> node_side;
    std::optional<Wire> far_side;
    SteadyTime now{std::chrono::seconds(100)};
};

}  // namespace dmm::kernel

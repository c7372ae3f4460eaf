// The little of rtnetlink that the demonstration needs at full speed: to move a link, to
// see a carrier and to read addresses. Everything else is left to ip(8).
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/ip.h"
#include "tools/demo/descriptor.h"

namespace dmm::demo {

struct NodeAddress {
    Ip6Address address;
    bool tentative = false;  // duplicate address detection runs or has failed
    bool deprecated = false;
    std::uint32_t preferred_s = 0;
    std::uint32_t valid_s = 0;
    friend bool operator==(const NodeAddress&, const NodeAddress&) = default;
};

// One socket in one namespace. Errors are sentences.
class RtNetlink {
public:
    [[nodiscard]] static std::expected<RtNetlink, std::string> open(const std::string& netns);

    // The index of an interface of this namespace.
    [[nodiscard]] std::expected<unsigned, std::string> index_of(const std::string& name) const;

    [[nodiscard]] std::expected<void, std::string> set_up(unsigned link, bool up);
    [[nodiscard]] std::expected<void, std::string> set_master(unsigned link, unsigned master);
    // IFF_RUNNING: the carrier is there and the stack has taken note of it.
    [[nodiscard]] bool runs(unsigned link);
    // The global IPv6 addresses of `link`, in the kernel's order.
    [[nodiscard]] std::vector<NodeAddress> addresses(unsigned link);

private:
    explicit RtNetlink(std::string netns, Descriptor socket)
        : netns_(std::move(netns)), socket_(std::move(socket)) {}

    [[nodiscard]] std::expected<void, std::string> change_link(unsigned link,
                                                               unsigned flags,
                                                               std::optional<unsigned> master);
    // Sends one message and returns all that comes back, up to its acknowledgement or the
    // end of a dump; a refusal is its errno.
    [[nodiscard]] std::expected<std::vector<Bytes>, int> ask(ByteView request);

    std::string netns_;
    Descriptor socket_;
};

}  // namespace dmm::demo

// What an earlier run left in the kernel, as the objects that it made: what is still wished for
// stays as it is, packets and all. Only what carries our marks and is whole counts.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/kernel/channel.h"
#include "lib/kernel/driver_settings.h"
#include "lib/kernel/netlink_codec.h"
#include "lib/kernel/objects.h"
#include "lib/model/kernel_error.h"

namespace dmm::kernel {

// Ours by name and alias, or condemned.
[[nodiscard]] bool is_ours(const LinkRecord& link);

class Adoption {
public:
    // `links` are all interfaces of the host. Both must outlive this.
    Adoption(const DriverSettings& settings, const std::vector<LinkRecord>& links);

    // True if the interface is such as we make, in use and of this configuration.
    bool take(const LinkRecord& link);
    // Of links that were taken; others are not looked at.
    void take(const AddressRecord& address);
    void take(const NeighbourRecord& neighbour);
    // True if it is of this configuration and leads nowhere else than to a link that was taken.
    bool take(const RouteRecord& route);
    bool take(const RuleRecord& rule);

    [[nodiscard]] const KernelState& state() const { return state_; }

private:
    [[nodiscard]] const std::string* name_of(std::uint32_t index) const;
    [[nodiscard]] std::optional<Link> link_of(const LinkRecord& link) const;
    // Of a link that was taken, else nullptr.
    [[nodiscard]] const std::string* taken(std::uint32_t index) const;

    const DriverSettings& settings_;
    std::map<std::uint32_t, std::string> names_;
    KernelState state_;
};

// Takes what can be taken of `links`, and of what lies on them as `channel` shows it.
[[nodiscard]] std::expected<void, KernelError> take_links(Adoption& adoption,
                                                          Channel& channel,
                                                          const std::vector<LinkRecord>& links);

}  // namespace dmm::kernel

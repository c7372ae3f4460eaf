#include "lib/kernel/feature_trial.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <utility>

#include "lib/kernel/features.h"

namespace dmm::kernel {
namespace {

constexpr const char* kTrialName = "dmmtrial";
// Above all that a driver gives out, so that one at work does not meet it.
constexpr std::uint32_t kTrialIndex = 2'100'000'000;

Ip6Address discard_address() {
    std::array<std::uint8_t, 16> octets{0x01};
    octets[15] = 2;
    return Ip6Address(octets);
}

// Makes `object` and removes it. A leftover of a trial that was killed goes first.
Refusal make_and_remove(Channel& channel, const Object& object, const InterfaceIndices& indices) {
    auto refused = channel.perform_one(Add{object}, indices);
    if (refused && refused->code == EEXIST) {
        (void)channel.perform_one(Remove{object}, indices);
        refused = channel.perform_one(Add{object}, indices);
    }
    if (refused) return refused;
    return channel.perform_one(Remove{object}, indices);
}

}  // namespace

Refusal try_tunnel(Channel& channel, const DriverSettings& settings) {
    if (settings.encap == Encap::Seg6) {
        auto done = probe_tunnels(channel, settings, kTrialIndex);
        if (done) return std::nullopt;
        return std::move(done.error());
    }
    const Link tunnel{
        .name = kTrialName,
        .kind =
            Ip6Tunnel{.local = settings.local, .remote = discard_address(), .core_interface = {}},
        .mtu = settings.tunnel_mtu,
        .up = false};
    return make_and_remove(channel, tunnel, {{kTrialName, kTrialIndex}});
}

Refusal try_source_route(Channel& channel, const DriverSettings& settings) {
    const auto able = has_source_routes(channel, settings);
    if (!able) return able.error();
    if (*able) return std::nullopt;
    return KernelError{.operation = "ip -6 route add PREFIX from PREFIX",
                       .code = EINVAL,
                       .text = "the kernel keeps no source (CONFIG_IPV6_SUBTREES)"};
}

Refusal try_macvlan(Channel& channel, const std::string& lower) {
    const auto index = channel.index_of(lower);
    if (!index) return absent(lower, index.error());
    const Link dlif{.name = kTrialName,
                    .kind = Macvlan{.lower = lower,
                                    .mac = LinkLayerAddress({0x02, 0x00, 0x01, 0x00, 0x00, 0x02})},
                    .up = false};
    return make_and_remove(channel, dlif, {{kTrialName, kTrialIndex}, {lower, *index}});
}

}  // namespace dmm::kernel

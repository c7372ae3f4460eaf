#include "lib/kernel/features.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "lib/kernel/objects.h"
#include "lib/kernel/operation.h"
#include "lib/kernel/realize.h"

namespace dmm::kernel {
namespace {

constexpr const char* kProbeName = "dmmtprobe";

// 100::/64 is for discarding (RFC 6666): nothing is ever sent there, nor from there.
Ip6Address discard_address(std::uint8_t last) {
    std::array<std::uint8_t, 16> octets{0x01};
    octets[15] = last;
    return Ip6Address(octets);
}

Route source_route(const DriverSettings& settings) {
    return {.table = settings.table,
            .to = Prefix(discard_address(3), 128),
            .from = Prefix(discard_address(4), 128),
            .via = {},
            .dev = {}};
}

std::optional<KernelError> add_anew(Channel& channel,
                                    const Route& route,
                                    const InterfaceIndices& indices) {
    auto refused = channel.perform_one(Add{route}, indices);
    if (!refused || refused->code != EEXIST) return refused;
    // A probe that was killed has left it.
    (void)channel.perform_one(Remove{route}, indices);
    return channel.perform_one(Add{route}, indices);
}

std::expected<void, KernelError> probe_seg6(Channel& channel, const DriverSettings& settings) {
    // Not by its link: a dry run knows no links, and an index for each name.
    const auto core = channel.index_of(settings.core_interface);
    if (!core) return std::unexpected(absent(settings.core_interface, core.error()));
    const Route route{.table = settings.table,
                      .to = Prefix(discard_address(1), 128),
                      .from = {},
                      .via = {},
                      .dev = settings.core_interface,
                      .segment = discard_address(1)};
    const InterfaceIndices indices{{settings.core_interface, *core}};
    auto refused = add_anew(channel, route, indices);
    // The kind of route is judged before the interface, which may come up later.
    if (refused && refused->code == ENETDOWN) return {};
    if (!refused) refused = channel.perform_one(Remove{route}, indices);
    if (refused) return std::unexpected(*std::move(refused));
    return {};
}

}  // namespace

KernelError absent(const std::string& interface, int code) {
    return {.operation = "ip link show dev " + interface,
            .code = code,
            .text = std::system_category().message(code)};
}

std::expected<bool, KernelError> has_source_routes(Channel& channel,
                                                   const DriverSettings& settings) {
    const Route route = source_route(settings);
    if (auto refused = add_anew(channel, route, {})) {
        if (refused->code == EINVAL || refused->code == EOPNOTSUPP) return false;
        return std::unexpected(*std::move(refused));
    }
    const auto present = channel.routes(settings.table, kRouteProtocol);
    if (!present) return std::unexpected(present.error());
    Route kept = route;
    const auto forgot_source = std::ranges::any_of(*present, [&](const RouteRecord& there) {
        return there.to == route.to && there.from.length() == 0;
    });
    if (forgot_source) kept.from = {};
    if (auto stays = channel.perform_one(Remove{kept}, {})) {
        return std::unexpected(*std::move(stays));
    }
    return !forgot_source;
}

std::expected<Uplinks, KernelError> choose_uplinks(Channel& channel,
                                                   const DriverSettings& settings) {
    if (settings.uplinks == Uplinks::Rules) return Uplinks::Rules;
    const auto able = has_source_routes(channel, settings);
    if (!able) return std::unexpected(able.error());
    if (*able) return Uplinks::Routes;
    constexpr std::uint32_t kMainPriority = 32766;  // of the rule for table "main"
    if (settings.uplinks == Uplinks::Auto && settings.rule_priority + kMostRules < kMainPriority) {
        return Uplinks::Rules;
    }
    return std::unexpected(
        KernelError{.operation = to_text(Object(source_route(settings))),
                    .code = EINVAL,
                    .text = "this kernel has no routes by source (CONFIG_IPV6_SUBTREES)" +
                            std::string(settings.uplinks == Uplinks::Auto
                                            ? ", and \"rule_priority\" leaves no room for rules"
                                            : "")});
}

std::expected<void, KernelError> probe_tunnels(Channel& channel,
                                               const DriverSettings& settings,
                                               std::uint32_t index) {
    if (settings.encap == Encap::Seg6) return probe_seg6(channel, settings);
    Link tunnel{
        .name = kProbeName,
        .kind =
            Ip6Tunnel{.local = settings.local, .remote = discard_address(1), .core_interface = {}},
        .mtu = settings.tunnel_mtu,
        .group = kCondemnedGroup,
        .up = false};
    const InterfaceIndices indices{{kProbeName, index}};
    if (auto refused = channel.perform_one(Add{tunnel}, indices)) {
        return std::unexpected(*std::move(refused));
    }
    const auto results = channel.perform(
        {SettleLink{tunnel}, RaiseLink{tunnel}, CondemnLink{tunnel}, SweepGroup{}}, indices);
    for (const auto& refused : results) {
        if (refused) return std::unexpected(*refused);
    }
    return {};
}

}  // namespace dmm::kernel

#include "lib/kernel/observation.h"

#include "lib/kernel/adoption.h"

namespace dmm::kernel {

std::expected<Observation, KernelError> observe(Channel& channel, const DriverSettings& settings) {
    const auto links = channel.links();
    if (!links) return std::unexpected(links.error());
    Adoption adoption(settings, *links);
    if (auto done = take_links(adoption, channel, *links); !done) {
        return std::unexpected(done.error());
    }
    const auto rules = channel.rules();
    if (!rules) return std::unexpected(rules.error());
    for (const RuleRecord& rule : *rules)
        (void)adoption.take(rule);
    const auto routes = channel.routes(0, kRouteProtocol);
    if (!routes) return std::unexpected(routes.error());
    for (const RouteRecord& route : *routes)
        (void)adoption.take(route);
    Observation out{.state = adoption.state(), .indices = {}};
    for (const LinkRecord& link : *links)
        out.indices[link.name] = link.index;
    return out;
}

}  // namespace dmm::kernel

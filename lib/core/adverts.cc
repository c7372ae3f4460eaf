#include "lib/core/adverts.h"

#include "lib/core/mutant.h"

namespace dmm::core {
namespace {

using std::chrono::seconds;

struct Lifetimes {
    seconds router;
    seconds valid;
    seconds preferred;
    wire::RouterPreference preference;
};

wire::RouterAdvert advert(const Anchor& anchor,
                          const MaarSettings& settings,
                          const Lifetimes& lifetimes) {
    wire::RouterAdvert out;
    out.router_lifetime = lifetimes.router;
    out.preference = lifetimes.preference;
    out.mtu = settings.advert.mtu.value_or(kUsualTunnelMtu);
    out.source_link_layer = dlif_of(anchor).mac;
    for (const Prefix& prefix : anchor.prefixes) {
        out.prefixes.push_back({.prefix = prefix,
                                .valid = lifetimes.valid,
                                .preferred = lifetimes.preferred,
                                .on_link = true,
                                .autonomous = true});
    }
    return out;
}

void add_routes(wire::RouterAdvert& out, const Anchor& anchor, seconds lifetime) {
    for (const Prefix& prefix : anchor.local_prefixes) {
        out.routes.push_back(
            {.prefix = prefix, .preference = wire::RouterPreference::Medium, .lifetime = lifetime});
    }
}

}  // namespace

wire::RouterAdvert own_advert(const Anchor& own, const MaarSettings& settings) {
    return advert(own,
                  settings,
                  {.router = settings.advert.router_lifetime,
                   .valid = settings.advert.valid_lifetime,
                   .preferred = settings.advert.preferred_lifetime,
                   .preference = wire::RouterPreference::Medium});
}

wire::RouterAdvert anchored_advert(const Anchor& anchor, const MaarSettings& settings) {
    const bool keeps = settings.advert.keep_local_preferred && !anchor.local_prefixes.empty();
    const bool preferred = keeps || mutated(Mutant::AnchoredPreferred);
    wire::RouterAdvert out =
        advert(anchor,
               settings,
               {.router = settings.advert.router_lifetime,
                .valid = settings.advert.valid_lifetime,
                .preferred = preferred ? settings.advert.preferred_lifetime : seconds(0),
                .preference = wire::RouterPreference::Low});
    add_routes(out, anchor, settings.advert.router_lifetime);
    return out;
}

wire::RouterAdvert parting_advert(const Anchor& anchor, const MaarSettings& settings) {
    wire::RouterAdvert out = advert(anchor,
                                    settings,
                                    {.router = seconds(0),
                                     .valid = settings.advert.valid_lifetime,
                                     .preferred = seconds(0),
                                     .preference = wire::RouterPreference::Medium});
    add_routes(out, anchor, seconds(0));
    return out;
}

wire::RouterAdvert ceasing_advert(const Anchor& anchor, const MaarSettings& settings) {
    // RFC 4191 section 2.2: the preference is medium when the lifetime is zero.
    wire::RouterAdvert out = advert(anchor,
                                    settings,
                                    {.router = seconds(0),
                                     .valid = seconds(0),
                                     .preferred = seconds(0),
                                     .preference = wire::RouterPreference::Medium});
    add_routes(out, anchor, seconds(0));
    return out;
}

}  // namespace dmm::core

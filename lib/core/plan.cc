#include "lib/core/plan.h"

#include <set>
#include <vector>

#include "lib/core/mutant.h"

namespace dmm::core {
namespace {

void add_dlif(SessionForwarding& out, const MaarSession& session, const Anchor& anchor) {
    const Dlif dlif = dlif_towards(session, anchor);
    out.dlifs.insert(dlif);
    for (const Prefix& prefix : anchor.prefixes)
        out.down.insert({.to = prefix, .via = dlif});
}

// RFC 8885 section 4.4: a local network is reached through its MAAR alone. A host that is told so
// (RFC 4191) still sends from the address that it prefers, which is not that MAAR's: Linux has no
// rule 5.5 of RFC 6724. So the destination decides, for everything that the node may send from.
// Of two that claim the same network the first has it.
void add_local_networks(SessionForwarding& out,
                        const MaarSession& session,
                        const MaarSettings& settings) {
    std::vector<Prefix> sources = session.own.prefixes;
    for (const Anchor& anchor : session.anchors)
        sources.insert(sources.end(), anchor.prefixes.begin(), anchor.prefixes.end());
    for (const Uplink& up : out.up) {
        for (const Prefix& own : settings.local_prefixes)
            out.bypass.insert({.from = up.from, .to = own});
    }
    std::set<Prefix> placed(settings.local_prefixes.begin(), settings.local_prefixes.end());
    for (const Anchor& anchor : session.anchors) {
        for (const Prefix& local : anchor.local_prefixes) {
            if (!placed.insert(local).second) continue;
            for (const Prefix& source : sources) {
                out.up.insert({.from = source,
                               .to = local,
                               .via = {.local = settings.address, .remote = anchor.maar}});
            }
        }
    }
}

}  // namespace

Dlif dlif_towards(const MaarSession& session, const Anchor& anchor) {
    return {
        .over = session.attachment.link,
        .mn = session.attachment.mac,
        .identity = dlif_of(mutated(Mutant::DlifOfTheServing) ? session.own : anchor)};
}

SessionForwarding plan(const MaarSession& session, const MaarSettings& settings) {
    SessionForwarding out;
    if (const auto* previous = std::get_if<Previous>(&session.state)) {
        for (const Prefix& prefix : session.own.prefixes) {
            out.down.insert(
                {.to = prefix,
                 .via = Tunnel{.local = settings.address, .remote = previous->serving}});
        }
        return out;
    }
    if (!is_here(session)) return out;
    add_dlif(out, session, session.own);
    for (const Anchor& anchor : session.anchors) {
        add_dlif(out, session, anchor);
        for (const Prefix& prefix : anchor.prefixes) {
            out.up.insert(
                {.from = prefix, .via = {.local = settings.address, .remote = anchor.maar}});
        }
    }
    if (!mutated(Mutant::NetworkBySource)) add_local_networks(out, session, settings);
    return out;
}

}  // namespace dmm::core

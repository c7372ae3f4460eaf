#include "lib/core/plan.h"

#include "lib/core/mutant.h"

namespace dmm::core {
namespace {

void add_dlif(SessionForwarding& out, const MaarSession& session, const Anchor& anchor) {
    const Dlif dlif = dlif_towards(session, anchor);
    out.dlifs.insert(dlif);
    for (const Prefix& prefix : anchor.prefixes)
        out.down.insert({.to = prefix, .via = dlif});
}

}  // namespace

Dlif dlif_towards(const MaarSession& session, const Anchor& anchor) {
    return {
        .over = session.attachment.link,
        .mn = session.attachment.mac,
        .identity = dlif_of(mutated(Mutant::DlifOfTheServing) ? session.own : anchor, session.mn)};
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
    return out;
}

}  // namespace dmm::core

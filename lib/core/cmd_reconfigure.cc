// A CMD whose configuration changes while nodes are registered. What a setting says of things to
// come counts from the next of them: sessions are touched only where a MAAR of theirs is gone, or
// their node is denied.
#include <algorithm>
#include <utility>
#include <vector>

#include "lib/core/cmd_engine.h"

namespace dmm::core {
namespace {

std::vector<Ip6Address> addresses_of(const CmdSettings& settings) {
    std::vector<Ip6Address> out;
    for (const MaarPeer& maar : settings.maars)
        out.push_back(maar.address);
    std::ranges::sort(out);
    return out;
}

bool is_denied(const CmdSettings& settings, const MnId& mn) {
    return mobility_of(settings, mn) == Mobility::Denied;
}

}  // namespace

void CmdEngine::on(const Now& now, const Reconfigured& event, Actions& out) {
    const auto* wanted = std::get_if<CmdSettings>(&*event.settings);
    if (wanted == nullptr || wanted->address != settings_.address) return;
    const CmdSettings before = std::exchange(settings_, *wanted);
    const std::vector<Ip6Address> peers = addresses_of(settings_);
    heartbeats_.reconfigure(now, settings_.protocol, peers, rng_, out);
    pacer_.reconfigure(now.steady, settings_.protocol);
    std::vector<Ip6Address> gone;
    std::ranges::set_difference(addresses_of(before), peers, std::back_inserter(gone));
    for (const Ip6Address& maar : gone) {
        noticed_.erase(maar);
        noticeless_.erase(maar);
    }
    if (gone.empty() && before.nodes == settings_.nodes) return;
    for (CmdSession* known : sessions_.in_order()) {
        CmdSession& session = *known;
        const MnId mn = session.mn;
        if (is_denied(settings_, mn) && !is_denied(before, mn)) {
            end_known(now, session, "configuration", out);
            continue;
        }
        for (const Ip6Address& maar : gone)
            leave_maar(now, session, maar, out);
    }
}

// What it anchors for the node ends. A node that it serves is nowhere, until it appears or its
// lifetime ends; as when the MAAR had begun anew.
void CmdEngine::leave_maar(const Now& now,
                           CmdSession& session,
                           const Ip6Address& maar,
                           Actions& out) {
    const bool serves =
        std::holds_alternative<Bound>(session.state) && session.serving.maar == maar;
    const bool anchors = std::ranges::any_of(
        session.previous, [&](const PreviousAnchor& p) { return p.anchor.maar == maar; });
    if (!serves && !anchors) return;
    if (serves) {
        out.emplace_back(Note{
            NoteKind::AnchorDropped,
            {{"mn", to_text(session.mn)}, {"maar", to_text(maar)}, {"reason", "peer_removed"}}});
        lose_serving(now, session);
    }
    if (anchors) remove_anchor(now, session, maar, out);
    settle(session);
}

}  // namespace dmm::core

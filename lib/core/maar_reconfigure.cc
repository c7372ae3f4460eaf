// A MAAR whose configuration changes while nodes are attached. What a setting says of things to
// come counts from the next of them: sessions are touched only where what they stand on is gone or
// another.
#include <algorithm>
#include <utility>
#include <vector>

#include "lib/core/maar_engine.h"

namespace dmm::core {
namespace {

const MnId* name_in(const MaarSettings& settings, const LinkLayerAddress& mac) {
    const auto known = settings.nodes.find(mac);
    return known == settings.nodes.end() ? nullptr : &known->second;
}

bool same_name(const MnId* one, const MnId* other) {
    return one == other || (one != nullptr && other != nullptr && *one == *other);
}

}  // namespace

void MaarEngine::on(const Now& now, const Reconfigured& event, Actions& out) {
    const auto* wanted = std::get_if<MaarSettings>(&*event.settings);
    if (wanted == nullptr) return;
    if (wanted->address != settings_.address || wanted->cmd != settings_.cmd) return;
    const MaarSettings before = std::exchange(settings_, *wanted);
    pool_.reconfigure(now.steady, settings_.pool, settings_.quarantine);
    heartbeats_.reconfigure(now, settings_.protocol, {settings_.cmd}, rng_, out);
    std::vector<Serial> all;
    for (const auto& [serial, session] : by_serial_)
        all.push_back(serial);
    for (const Serial serial : all) {
        MaarSession& session = *by_serial_.at(serial);
        if (before.peers != settings_.peers && !follow_peers(now, session, out)) continue;
        if (before.access_links != settings_.access_links) follow_link(now, session, out);
        if (before.nodes != settings_.nodes) follow_name(now, session, before, out);
        if (before.local_prefixes != settings_.local_prefixes) follow_networks(now, session, out);
        if (before.idle_release != settings_.idle_release) follow_idle_release(now, session);
        auto* serving = std::get_if<Serving>(&session.state);
        if (before.advert != settings_.advert && serving != nullptr && !session.absent) {
            serving->adverts.next = earlier(serving->adverts.next, soon(now));
            arm(session);
        }
    }
}

// Who is no peer any more is neither sent to nor taken from.
bool MaarEngine::follow_peers(const Now& now, MaarSession& session, Actions& out) {
    if (const auto* previous = std::get_if<Previous>(&session.state)) {
        if (is_peer(settings_, previous->serving)) return true;
        out.emplace_back(Note{NoteKind::AnchorDropped,
                              {{"mn", to_text(session.mn)},
                               {"maar", to_text(settings_.address)},
                               {"reason", "peer_removed"}}});
        remove_session(now, session, out);
        return false;
    }
    if (auto* registering = std::get_if<Registering>(&session.state)) {
        const auto forget = [&](std::optional<Ip6Address>& maar) {
            if (!maar || is_peer(settings_, *maar)) return;
            maar.reset();
            arm(session);
        };
        forget(registering->anchored_for);
        forget(registering->contested_by);
    }
    std::vector<Anchor> kept;
    for (const Anchor& anchor : session.anchors) {
        if (is_peer(settings_, anchor.maar)) {
            kept.push_back(anchor);
            continue;
        }
        cease_anchor(session, anchor, "peer_removed", out);
        std::erase_if(session.uses, [&](const AnchorUse& use) { return use.maar == anchor.maar; });
    }
    if (kept.size() == session.anchors.size()) return true;
    session.anchors = std::move(kept);
    want(session, out);
    arm(session);
    return true;
}

// The node cannot be heard there any more. It may be elsewhere, so nothing else ends.
void MaarEngine::follow_link(const Now& now, MaarSession& session, Actions& out) {
    if (!is_here(session) || session.absent) return;
    if (std::ranges::count(settings_.access_links, session.attachment.link) > 0) return;
    go_absent(now, session, "link_removed", out);
    arm(session);
}

// To the CMD a node with another name is another node: it leaves, and comes.
void MaarEngine::follow_name(const Now& now,
                             MaarSession& session,
                             const MaarSettings& before,
                             Actions& out) {
    const Attachment attachment = session.attachment;
    const MnId* name = name_in(settings_, attachment.mac);
    if (!is_here(session) || name == nullptr || *name == session.mn) return;
    if (same_name(name, name_in(before, attachment.mac))) return;
    const bool present = !session.absent;
    start_leaving(now, session, out);
    arm(session);
    if (present) attach(now, *name, attachment, out);
}

// The ways to our own networks are part of the wish; the CMD and through it the other MAARs learn
// of them with a renewal.
void MaarEngine::follow_networks(const Now& now, MaarSession& session, Actions& out) {
    session.own.local_prefixes = settings_.local_prefixes;
    if (is_here(session)) want(session, out);
    if (auto* serving = std::get_if<Serving>(&session.state); serving != nullptr)
        serving->refresh_at = std::min(serving->refresh_at, soon(now));
    arm(session);
}

// How long a prefix has been idle counts from now.
void MaarEngine::follow_idle_release(const Now& now, MaarSession& session) {
    const bool asked = std::ranges::any_of(
        session.uses, [](const AnchorUse& use) { return use.release.has_value(); });
    if (session.anchors.empty()) return;
    session.uses.clear();
    watch_anchors(now, session);
    // What the CMD makes of a release is not known now; a complete list says it.
    auto* serving = std::get_if<Serving>(&session.state);
    if (asked && serving != nullptr) serving->refresh_at = std::min(serving->refresh_at, soon(now));
    arm(session);
}

}  // namespace dmm::core

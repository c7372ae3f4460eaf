#include "lib/core/invariants.h"

#include <set>

#include "lib/core/plan.h"
#include "lib/model/limits.h"

namespace dmm::core {
namespace {

std::optional<std::string> violation_of(const MaarSession& session, const MaarEngine& engine) {
    const std::string who = to_text(session.mn) + ": ";
    if (session.wished != plan(session, engine.settings())) {
        return who + "the wish is not the plan of the session";
    }
    if (session.wanted < session.applied) return who + "applied is newer than wanted";
    if (session.anchors.size() > limits::kPreviousMaars) return who + "too many anchors";
    if (session.own.prefixes.empty()) return who + "no prefix of its own";
    if (session.reply && session.reply->revision > session.wanted) {
        return who + "a reply waits for a wish that was never made";
    }
    std::set<Ip6Address> seen{engine.settings().address};
    for (const Anchor& anchor : session.anchors) {
        if (!seen.insert(anchor.maar).second) return who + "an anchor is listed twice";
        if (!is_peer(engine.settings(), anchor.maar)) return who + "an anchor is no peer";
    }
    return std::nullopt;
}

std::optional<std::string> violation_of(const CmdSession& session, std::set<Prefix>& claimed) {
    const std::string who = to_text(session.mn) + ": ";
    const bool bound = std::holds_alternative<Bound>(session.state);
    if (bound == session.serving.prefixes.empty())
        return who + "bound without a prefix, or not bound with one";
    std::set<Ip6Address> seen;
    if (bound) seen.insert(session.serving.maar);
    for (const Prefix& prefix : session.serving.prefixes) {
        if (!claimed.insert(prefix).second) return who + "a prefix has two holders";
    }
    for (const PreviousAnchor& previous : session.previous) {
        if (!seen.insert(previous.anchor.maar).second) return who + "a MAAR is listed twice";
        const bool settled = std::holds_alternative<Settled>(previous.state);
        const bool idle = pending(previous) == nullptr && !previous.place;
        if (settled != idle) return who + "a PBU is forgotten, or there is one too many";
        for (const Prefix& prefix : previous.anchor.prefixes) {
            if (!claimed.insert(prefix).second) return who + "a prefix has two holders";
        }
    }
    if (std::holds_alternative<Ending>(session.state) && session.previous.empty()) {
        return who + "an ended session is still there";
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string> violation(const MaarEngine& engine) {
    std::set<Prefix> prefixes;
    for (const auto& [mn, session] : engine.sessions()) {
        if (mn != session.mn) return to_text(mn) + ": kept under another name";
        if (auto found = violation_of(session, engine)) return found;
        for (const Prefix& prefix : session.own.prefixes) {
            if (!prefixes.insert(prefix).second) return to_text(prefix) + " is given out twice";
            if (!engine.pool().is_own(prefix)) return to_text(prefix) + " is foreign";
        }
    }
    if (prefixes.size() != engine.pool().in_use()) return "the pool and the sessions differ";
    if (engine.sessions().size() > limits::kMaarSessions) return "too many sessions";
    if (!engine.sessions().empty() && !engine.next_deadline()) return "sessions without a deadline";
    return std::nullopt;
}

std::optional<std::string> violation(const CmdEngine& engine) {
    std::set<Prefix> claimed;
    std::size_t waiting = 0;
    for (const CmdSession* known : engine.sessions().in_order()) {
        const CmdSession& session = *known;
        const auto same = engine.sessions().find(session.mn);
        if (same == engine.sessions().end() || &same->second != known)
            return to_text(session.mn) + ": kept under another name";
        if (auto found = violation_of(session, claimed)) return found;
        for (const PreviousAnchor& previous : session.previous) {
            if (previous.place) ++waiting;
        }
        for (const Prefix& prefix : session.serving.prefixes) {
            if (engine.prefix_owners().owner(prefix) != slot_of(session.serial))
                return to_text(prefix) + " has another owner";
        }
    }
    if (waiting != engine.pacer().waiting()) return "the queue of PBUs and the sessions differ";
    if (claimed.size() != engine.prefix_owners().size()) {
        return "the index of prefixes and the sessions differ";
    }
    if (!engine.sessions().empty() && !engine.next_deadline()) return "sessions without a deadline";
    return std::nullopt;
}

}  // namespace dmm::core

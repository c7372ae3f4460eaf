// What a MAAR does about a CMD that begins anew, and how it anchors again what it did before it
// began anew itself. RFC 5847; RFC 8885 says nothing of either.
#include <algorithm>
#include <utility>

#include "lib/core/maar_engine.h"
#include "lib/model/limits.h"

namespace dmm::core {
namespace {

// A CMD that begins anew shall not be asked for everything at once.
constexpr Duration kBetweenRenewals = std::chrono::milliseconds(1);
constexpr Duration kAfterOthers = std::chrono::seconds(5);

}  // namespace

void MaarEngine::on(const Now& now, const Started& event, Actions& out) {
    pool_.begin_run(event.run != 0 ? event.run : event.restart_counter);
    heartbeats_.start(now, event.restart_counter, {settings_.cmd}, rng_, out);
}

void MaarEngine::on_heartbeat(const Now& now,
                              const Ip6Address& from,
                              const wire::Heartbeat& heartbeat,
                              Actions& out) {
    const auto restart = heartbeats_.receive(now, from, heartbeat, out);
    if (restart) on_cmd_restarted(now, !restart->first);
}

// What is served is registered again, with the P-MAARs beside it; an anchored prefix whose
// S-MAAR does not do so in time is not needed any more, if the CMD has `forgotten` it.
void MaarEngine::on_cmd_restarted(const Now& now, bool forgotten) {
    for (auto& [mn, session] : sessions_) {
        if (auto* serving = std::get_if<Serving>(&session.state)) {
            // Those who have their nodes come first: they ask them, and tell within a moment.
            serving->refresh_at = session.absent ? soon(now) + kAfterOthers
                                                 : std::min(serving->refresh_at, soon(now));
            serving->untold = serving->untold || forgotten;
        } else if (!forgotten) {
            continue;
        } else if (auto* registering = std::get_if<Registering>(&session.state)) {
            registering->untold = true;
        } else if (auto* previous = std::get_if<Previous>(&session.state)) {
            previous->forget_at =
                std::min(previous->forget_at, now.steady + 2 * settings_.protocol.lifetime);
            tell_later(now, *previous);
        }
        arm(session);
    }
}

// After the S-MAARs: without a registration there is nothing that an anchor could be of.
void MaarEngine::tell_later(const Now& now, Previous& previous) {
    previous.telling.reset();
    previous.tell_at = soon(now) + 2 * kAfterOthers;
}

// The question of RFC 8885 section 3.5 whether the node is still in the domain: a CMD that knows
// the node and does not know us as its anchor learns that we are. It answers if it did know us,
// with an order if it did not, and not at all as long as nobody has registered the node.
void MaarEngine::tell(const Now& now, MaarSession& session, Previous& previous, Actions& out) {
    if (previous.telling && previous.telling->tries() == limits::kTellTries) {
        previous.telling.reset();
        return;
    }
    const std::uint16_t sequence = session.next_sequence++;
    if (previous.telling) {
        previous.telling->retransmitted(now.steady, sequence, settings_.protocol);
    } else {
        previous.telling = Transaction(now.steady, sequence, settings_.protocol);
    }
    send_pbu(now, session, sequence, out);
}

SteadyTime MaarEngine::soon(const Now& now) {
    const Duration spread = kBetweenRenewals * static_cast<std::int64_t>(sessions_.size());
    return now.steady + Duration(rng_.below(static_cast<std::uint64_t>(spread.count())));
}

MaarSession* MaarEngine::restore(const Now& now, const Registration& registration, Actions& out) {
    if (sessions_.size() >= limits::kMaarSessions) return nullptr;
    std::vector<Prefix> taken;
    for (const Prefix& prefix : registration.prefixes) {
        if (taken.size() < limits::kPrefixesPerAnchor && pool_.take(now.steady, prefix)) {
            taken.push_back(prefix);
            continue;
        }
        out.emplace_back(refused_note("foreign_prefix", settings_.cmd, registration.mn));
        for (const Prefix& other : taken)
            pool_.release(now.steady, other, registration.mn);
        return nullptr;
    }
    MaarSession& session = add_session(now, *registration.mn, {}, std::move(taken));
    out.emplace_back(
        Note{NoteKind::AnchorRestored,
             {{"mn", to_text(session.mn)}, {"prefix", to_text(session.own.prefixes.front())}}});
    return &session;
}

}  // namespace dmm::core

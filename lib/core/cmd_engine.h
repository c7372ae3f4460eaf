// The Central Mobility Database as PBU/PBA proxy: RFC 8885 sections 3.1, 3.4, 3.5 and 3.6.
// Pure: events in, actions out.
#pragma once

#include <optional>
#include <set>
#include <string_view>

#include "lib/base/rng.h"
#include "lib/base/time.h"
#include "lib/core/action.h"
#include "lib/core/cmd_sessions.h"
#include "lib/core/cmd_verdict.h"
#include "lib/core/deadline_heap.h"
#include "lib/core/deadlines.h"
#include "lib/core/event.h"
#include "lib/core/heartbeat.h"
#include "lib/core/pacer.h"
#include "lib/core/prefix_owners.h"
#include "lib/model/settings.h"

namespace dmm::core {

class CmdEngine {
public:
    CmdEngine(CmdSettings settings, Seed seed);

    [[nodiscard]] Actions handle(const Now& now, const Event& event);

    // Call handle() with a Tick then, or a little later.
    [[nodiscard]] std::optional<SteadyTime> next_deadline() const {
        return earlier(earlier(deadlines_.next(), heartbeats_.next_deadline()),
                       pacer_.next_deadline());
    }

    [[nodiscard]] const CmdSessions& sessions() const { return sessions_; }

    [[nodiscard]] const PrefixOwners& prefix_owners() const { return owners_; }

    [[nodiscard]] const Heartbeats& heartbeats() const { return heartbeats_; }

    [[nodiscard]] const Pacer& pacer() const { return pacer_; }

    [[nodiscard]] const CmdSettings& settings() const { return settings_; }

private:
    struct Request;  // one PBU being handled

    void on(const Now& now, const MessageReceived& event, Actions& out);
    void on(const Now& now, const MessageRejected& event, Actions& out);
    void on(const Now& now, const Started& event, Actions& out);
    void on(const Now& now, const Tick& event, Actions& out);
    void on(const Now& now, const RemoveAnchor& event, Actions& out);
    void on(const Now& now, const EndSession& event, Actions& out);
    void on(const Now& now, const Reconfigured& event, Actions& out);

    // A database has neither links nor forwarding.
    template <typename T>
    void on(const Now& /*now*/, const T& /*event*/, Actions& /*out*/) {}

    void on_pbu(const Now& now,
                const MessageReceived& event,
                const wire::ProxyBindingUpdate& pbu,
                Actions& out);
    void on_pba(const Now& now,
                const MessageReceived& event,
                const wire::ProxyBindingAck& pba,
                Actions& out);

    void on_heartbeat(const Now& now,
                      const Ip6Address& from,
                      const wire::Heartbeat& heartbeat,
                      Actions& out);
    void on_binding_error(const Ip6Address& from, const wire::BindingError& error, Actions& out);
    void on_restarted(const Now& now, const Ip6Address& maar, SteadyTime since, Actions& out);
    // Its S-MAAR serves the node no more; what its P-MAARs know stays true until the lifetime
    // ends or the node appears somewhere.
    void lose_serving(const Now& now, CmdSession& session);
    // Takes over the P-MAARs that the S-MAAR knows and we do not.
    void adopt_previous(CmdSession& session, const Request& request, Actions& out);
    // The same, before those that are known; nobody is told yet.
    void recall_previous(CmdSession& session, const Request& request, Actions& out);
    // It may have begun anew, and there are MAARs that know more than it does.
    [[nodiscard]] bool is_young(const Now& now) const;
    // What a renewal that is refused, of a MAAR that served the node before, tells a young CMD.
    void learn(const Request& request, Actions& out);

    // --- another configuration (cmd_reconfigure.cc)
    void leave_maar(const Now& now, CmdSession& session, const Ip6Address& maar, Actions& out);
    // The node loses the anchor, and its S-MAAR is told.
    void remove_anchor(const Now& now, CmdSession& session, const Ip6Address& maar, Actions& out);
    void end_known(const Now& now, CmdSession& session, std::string_view by, Actions& out);

    void do_register(const Request& request, Actions& out);
    void do_refresh(const Request& request, Actions& out);
    void do_move(const Request& request, PbuVerdict verdict, Actions& out);
    void do_deregister(const Request& request, Actions& out);
    void do_anchor_renew(const Request& request, Actions& out);
    void do_release(const Request& request, Actions& out);

    CmdSession& create_session(const MnId& mn, const Now& now);
    void adopt(CmdSession& session, const Request& request);
    void limit_previous(const Now& now, CmdSession& session, Actions& out);
    void end_session(const Now& now, CmdSession& session, Actions& out);
    // Forgets a P-MAAR; an S-MAAR that was told of it is told to ask again.
    void drop_previous(const Now& now,
                       CmdSession& session,
                       std::size_t index,
                       std::string_view reason,
                       Actions& out);
    void start_notice(const Now& now, CmdSession& session, Actions& out);
    void repeat_notice(const Now& now, CmdSession& session, Actions& out);
    void retransmit_due(const Now& now, CmdSession& session, Actions& out);
    // Erases the session when nothing is left of it, else renews its deadline.
    void settle(CmdSession& session);

    // A PBU to a P-MAAR; removes the anchor when `removing`.
    void start_update(
        const Now& now, CmdSession& session, PreviousAnchor& previous, bool removing, Actions& out);
    void send_update(const Now& now,
                     const CmdSession& session,
                     const PreviousAnchor& previous,
                     std::uint16_t sequence,
                     Actions& out);
    [[nodiscard]] bool take_prefixes(const Now& now,
                                     CmdSession& session,
                                     PreviousAnchor& previous,
                                     const std::vector<Prefix>& told,
                                     Actions& out);
    [[nodiscard]] bool may_anchor(const CmdSession& session,
                                  const Ip6Address& maar,
                                  const std::vector<Prefix>& prefixes) const;

    // --- the pace of PBUs (cmd_pacing.cc)
    // Sends the PBU that the P-MAAR's state is about, or has it wait for its turn.
    void send_paced(const Now& now, CmdSession& session, PreviousAnchor& previous, Actions& out);
    void transmit(const Now& now, CmdSession& session, PreviousAnchor& previous, Actions& out);
    void leave_queue(const Now& now, const CmdSession& session, PreviousAnchor& previous);
    void send_waiting(const Now& now, Actions& out);

    enum class Listing : std::uint8_t { All, Confirmed, None };
    void answer(const Request& request,
                const CmdSession& session,
                Listing listing,
                std::uint16_t lifetime,
                Actions& out);
    void answer_awaited(CmdSession& session, Actions& out);
    // A P-MAAR has answered, or is given up.
    void hear_awaited(CmdSession& session, Actions& out);
    void answer_move(const Request& request, CmdSession& session, Actions& updates, Actions& out);
    void refuse(const Request& request, const PbuJudgement& judgement, Actions& out);

    CmdSettings settings_;
    Rng rng_;
    CmdSessions sessions_;
    PrefixOwners owners_;
    DeadlineHeap deadlines_;
    Heartbeats heartbeats_;
    std::optional<SteadyTime> started_;
    std::set<Ip6Address> noticed_;     // were sent Update Notifications
    std::set<Ip6Address> noticeless_;  // do not understand them
    Pacer pacer_;
};

}  // namespace dmm::core

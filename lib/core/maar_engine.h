// The Mobility Anchor and Access Router: serving side and anchoring side of RFC 8885
// sections 3.1, 3.4, 3.5, 3.6 and 3.7. Pure: events in, actions out.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "lib/base/rng.h"
#include "lib/base/time.h"
#include "lib/core/action.h"
#include "lib/core/deadlines.h"
#include "lib/core/event.h"
#include "lib/core/heartbeat.h"
#include "lib/core/maar_record.h"
#include "lib/core/maar_session.h"
#include "lib/core/maar_verdict.h"
#include "lib/core/prefix_pool.h"
#include "lib/model/settings.h"

namespace dmm::core {

class MaarEngine {
public:
    MaarEngine(MaarSettings settings, Seed seed);

    [[nodiscard]] Actions handle(const Now& now, const Event& event);

    // Call handle() with a Tick then, or a little later.
    [[nodiscard]] std::optional<SteadyTime> next_deadline() const {
        return earlier(deadlines_.next(), heartbeats_.next_deadline());
    }

    [[nodiscard]] const std::map<MnId, MaarSession>& sessions() const { return sessions_; }

    [[nodiscard]] const PrefixPool& pool() const { return pool_; }

    [[nodiscard]] const Heartbeats& heartbeats() const { return heartbeats_; }

    [[nodiscard]] const MaarSettings& settings() const { return settings_; }

    // Since when no new nodes are taken; nullopt: they are.
    [[nodiscard]] const std::optional<SteadyTime>& draining_since() const {
        return draining_since_;
    }

    // The nodes whose sessions may have changed or ended since this was last asked.
    [[nodiscard]] std::set<MnId> take_changed() { return std::exchange(changed_, {}); }

    // The node behind a link-layer address: by configuration, by an operator's word, else the
    // address itself (MN-ID subtype 5).
    [[nodiscard]] MnId identify(const LinkLayerAddress& mac) const;

private:
    void on(const Now& now, const RouterSolicited& event, Actions& out);
    void on(const Now& now, const MnAttached& event, Actions& out);
    void on(const Now& now, const MnDetached& event, Actions& out);
    void on(const Now& now, const NodeHeard& event, Actions& out);
    void on(const Now& now, const PrefixUsed& event, Actions& out);
    void on(const Now& now, const MessageReceived& event, Actions& out);
    void on(const Now& now, const MessageRejected& event, Actions& out);
    void on(const Now& now, const ForwardingApplied& event, Actions& out);
    void on(const Now& now, const ForwardingFailed& event, Actions& out);
    void on(const Now& now, const Started& event, Actions& out);
    void on(const Now& now, const SessionResumed& event, Actions& out);
    void on(const Now& now, const Stopping& event, Actions& out);
    void on(const Now& now, const Reconfigured& event, Actions& out);
    void on(const Now& now, const Draining& event, Actions& out);
    void on(const Now& now, const Tick& event, Actions& out);

    // Orders to the database are not for its routers.
    template <typename T>
    void on(const Now& /*now*/, const T& /*event*/, Actions& /*out*/) {}

    // --- attachment (maar_engine.cc)
    void attach(const Now& now, const MnId& mn, const Attachment& attachment, Actions& out);
    void attach_again(const Now& now,
                      MaarSession& session,
                      const Attachment& attachment,
                      Actions& out);
    void confirm(const Now& now, MaarSession& session, Actions& out);
    MaarSession* create_session(const Now& now,
                                const MnId& mn,
                                const Attachment& attachment,
                                Actions& out);
    MaarSession& add_session(const Now& now,
                             const MnId& mn,
                             const Attachment& attachment,
                             std::vector<Prefix> prefixes);
    void remove_session(const Now& now, MaarSession& session, Actions& out);
    void enter(const Now& now, MaarSession& session, MaarState state);
    void want(MaarSession& session, Actions& out);
    void arm(const MaarSession& session);
    [[nodiscard]] MaarSession* find(const MnId& mn);

    // --- deadlines (maar_timers.cc)
    // True if the session is gone.
    [[nodiscard]] bool tick_registering(const Now& now, MaarSession& session, Actions& out);
    [[nodiscard]] bool give_up_registering(const Now& now, MaarSession& session, Actions& out);
    void tick_serving(const Now& now, MaarSession& session, Actions& out);
    // True if the session is gone.
    [[nodiscard]] bool tick_last(const Now& now, MaarSession& session, Actions& out);
    void enter_previous(const Now& now, MaarSession& session, const Ip6Address& serving);
    void go_absent(const Now& now, MaarSession& session, std::string_view reason, Actions& out);
    // False if the node's link-local address is not known: it cannot be asked.
    // False if nobody knows what to ask for.
    [[nodiscard]] static bool probe(const Now& now, MaarSession& session, Actions& out);
    void tick_refresh(const Now& now, MaarSession& session, Serving& serving, Actions& out);
    void tick_probing(const Now& now, MaarSession& session, Serving& serving, Actions& out);
    void advertise_due(const Now& now, MaarSession& session, Actions& out);
    static void advertise(const MaarSession& session,
                          const Anchor& anchor,
                          wire::RouterAdvert advert,
                          Actions& out);
    void cease(const MaarSession& session, Actions& out) const;
    void schedule_advert(const Now& now, Serving& serving);

    // --- other anchors (maar_anchors.cc)
    void take_anchors(const Now& now,
                      MaarSession& session,
                      const Registration& registration,
                      bool complete,
                      Actions& out);
    void watch_anchors(const Now& now, MaarSession& session) const;
    void release_idle(const Now& now, MaarSession& session, Actions& out);
    void send_release(const Now& now,
                      const MaarSession& session,
                      const Anchor& anchor,
                      std::uint16_t sequence,
                      Actions& out) const;
    void on_release_answer(const Now& now,
                           MaarSession& session,
                           const wire::ProxyBindingAck& pba,
                           Actions& out);
    void cease_anchor(const MaarSession& session,
                      const Anchor& anchor,
                      std::string_view reason,
                      Actions& out) const;

    // --- signalling (maar_signalling.cc, maar_registration.cc)
    struct Update;  // one PBU of the CMD being handled
    void on_pbu(const Now& now,
                const MessageReceived& event,
                const wire::ProxyBindingUpdate& pbu,
                Actions& out);
    void answer(const Now& now,
                const MaarSession* session,  // nullptr: unknown; not with status 135
                const Update& update,
                Status status,
                Actions& out) const;
    // True if the session is gone.
    bool remove_unless_here(const Now& now, MaarSession& session, Actions& out);
    void redirect(const Now& now, MaarSession& session, const Update& update, Actions& out);
    // An order of the CMD about the node may have crossed its registration.
    [[nodiscard]] static bool has_just_registered(const Now& now, const MaarSession& session);
    static void register_if_heard(const Now& now, MaarSession& session);
    // It waits for the node's answer.
    [[nodiscard]] static bool is_contested(const MaarSession& session);
    void send_reply(MaarSession& session, Actions& out);
    void settle_doubt(const Now& now, MaarSession& session, Registering& registering, Actions& out);
    void contest(const Now& now,
                 MaarSession& session,
                 const Ip6Address& serving,
                 Actions& out) const;
    void on_pba(const Now& now,
                const MessageReceived& event,
                const wire::ProxyBindingAck& pba,
                Actions& out);
    void accepted(const Now& now,
                  MaarSession& session,
                  const wire::ProxyBindingAck& pba,
                  const Registration& registration,
                  Actions& out);
    void on_notice(const Now& now,
                   const MessageReceived& event,
                   const wire::UpdateNotification& notice,
                   Actions& out);
    void refused(const Now& now, MaarSession& session, Status status, Actions& out);
    void other_prefix(const Now& now, MaarSession& session, Actions& out);
    void start_registering(const Now& now, MaarSession& session, Actions& out);
    void start_leaving(const Now& now, MaarSession& session, Actions& out);
    void renew(const Now& now, MaarSession& session, Actions& out);
    void start_refresh(const Now& now, MaarSession& session, Actions& out);
    void ask_and_resend(const Now& now, MaarSession& session, Actions& out);
    void resend(const Now& now, MaarSession& session, Actions& out);
    void send_pbu(const Now& now, MaarSession& session, std::uint16_t sequence, Actions& out);

    // --- peers (maar_peers.cc)
    void on_heartbeat(const Now& now,
                      const Ip6Address& from,
                      const wire::Heartbeat& heartbeat,
                      Actions& out);
    void on_cmd_restarted(const Now& now, bool forgotten);
    // With all others that are due then, not too much for the CMD.
    [[nodiscard]] SteadyTime soon(const Now& now);
    void tell_later(const Now& now, Previous& previous);
    void tell(const Now& now, MaarSession& session, Previous& previous, Actions& out);
    // --- what outlives a crash (maar_resume.cc)
    // The reason why not, or "".
    [[nodiscard]] std::string_view unfit(const MaarRecord& record) const;
    void resume(const Now& now, const MaarRecord& record, Actions& out);

    // --- another configuration (maar_reconfigure.cc)
    // False if the session is gone.
    [[nodiscard]] bool follow_peers(const Now& now, MaarSession& session, Actions& out);
    void follow_link(const Now& now, MaarSession& session, Actions& out);
    void follow_name(const Now& now,
                     MaarSession& session,
                     const MaarSettings& before,
                     Actions& out);
    void follow_networks(const Now& now, MaarSession& session, Actions& out);
    void follow_idle_release(const Now& now, MaarSession& session);

    // Anchors for the CMD's sake what an earlier run of this MAAR did; nullptr if it cannot.
    MaarSession* restore(const Now& now, const Registration& registration, Actions& out);

    MaarSettings settings_;
    Rng rng_;
    PrefixPool pool_;
    std::map<MnId, MaarSession> sessions_;
    std::map<Serial, MaarSession*> by_serial_;
    std::map<LinkLayerAddress, MnId> by_mac_;  // nodes that are here
    Serial last_serial_;
    Revision last_revision_;
    Deadlines deadlines_;
    Heartbeats heartbeats_;
    std::set<MnId> changed_;
    std::optional<SteadyTime> draining_since_;
};

}  // namespace dmm::core

// The daemon at work: what happens becomes an event, the engine's actions are performed,
// and one timer waits for whatever is due next. All of it in one thread, a turn of the loop
// at a time: first everything that has arrived, then what follows from it.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "agent/access_network.h"
#include "agent/control_server.h"
#include "agent/counters.h"
#include "agent/data_plane.h"
#include "agent/engine.h"
#include "agent/handover_log.h"
#include "agent/hooks.h"
#include "agent/host_check.h"
#include "agent/icmp_socket.h"
#include "agent/log_sink.h"
#include "agent/loop.h"
#include "agent/metrics_server.h"
#include "agent/mobility_socket.h"
#include "agent/nd_socket.h"
#include "agent/notify.h"
#include "agent/phase_times.h"
#include "agent/recorder.h"
#include "agent/signalling.h"
#include "agent/snapshot.h"
#include "agent/traffic_totals.h"
#include "agent/traffic_watch.h"
#include "lib/control/protocol.h"
#include "lib/model/settings.h"

namespace dmm::agent {

// What must be there before the work begins; agent/start.h makes it.
struct AgentParts {
    ControlSocket control;
    MobilitySocket mobility;
    IcmpSocket icmp;
    std::optional<NdSender> nd_sender;      // of a MAAR, unless in a dry run
    std::unique_ptr<DataPlane> data_plane;  // of a MAAR
    Seed seed;
    std::optional<Recorder> recorder;
    std::string snapshot;                // its path; "" without
    std::optional<Snapshot::Kept> kept;  // of an earlier run, whose forwarding still stands
    Trials trials = {};                  // of what the kernel can do
    std::string config_path = {};        // what is read again
    std::optional<Descriptor> metrics = std::nullopt;  // where they are listened for
};

class Agent {
public:
    // `log` must outlive the agent.
    Agent(const Settings& settings, AgentParts parts, LogSink& log);

    // Works until SIGTERM, SIGINT or an order to end, then takes out of the kernel what is ours,
    // unless it shall stay.
    void run();

private:
    void feed(const core::Event& event);
    // To the recording and to the clients that follow.
    void show(const Now& at, control::TraceLine::Kind kind, const std::string& text);
    void end_recorded_turn();
    // To those who follow what a person is told of.
    void tell_events();

    void perform(core::Send& send) { signalling_.send(send); }

    void perform(core::Want& want);
    void perform(core::Advertise& advertise);
    void perform(core::Probe& probe);
    void perform(core::Note& note);
    // The interface that realises `dlif`; counts when there is none.
    [[nodiscard]] std::optional<std::uint32_t> index_of(const Dlif& dlif);

    void on_messages();
    void on_timer();
    // What the events of this turn led to: messages first, because a round trip to a peer
    // overlaps with the kernel's work, then one batch for the kernel, and what its answers
    // lead to.
    void end_turn();
    void flush_messages();
    void flush_kernel();
    // With what an earlier run knew, or anew.
    void begin();
    void write_snapshot();
    void look_at_traffic();
    // Says so when the rules of the source check had to be made anew.
    void watch_filter();
    // Last in a turn: to write a line takes as long as to send a message.
    void log_notes();
    void arm();
    void stop();
    [[nodiscard]] const Now& now();

    // --- another configuration (reload.cc)
    void on_hangup();
    [[nodiscard]] control::ReloadView reload(bool dry_run);
    void apply(const Settings& wanted);
    void follow_links(const MaarSettings& maar);
    void log_reload(const control::ReloadView& view);

    // --- requests at the control socket (control_answers.cc)
    [[nodiscard]] control::Reply answer(const control::Request& request, const Caller& caller);
    [[nodiscard]] control::Reply answer_to(const control::ShowRequest& request,
                                           const Caller& caller);
    [[nodiscard]] control::Reply answer_to(const control::AttachRequest& request,
                                           const Caller& caller);
    [[nodiscard]] control::Reply answer_to(const control::DetachRequest& request,
                                           const Caller& caller);
    [[nodiscard]] control::Reply answer_to(const control::RemoveRequest& request,
                                           const Caller& caller);
    [[nodiscard]] control::Reply answer_to(const control::TraceRequest& request,
                                           const Caller& caller);
    [[nodiscard]] control::Reply answer_to(const control::MonitorRequest& request,
                                           const Caller& caller);
    [[nodiscard]] control::Reply answer_to(const control::CheckRequest& request,
                                           const Caller& caller);
    [[nodiscard]] control::Reply answer_to(const control::MetricsRequest& request,
                                           const Caller& caller);
    [[nodiscard]] control::Reply answer_to(const control::ShutdownRequest& request,
                                           const Caller& caller);
    [[nodiscard]] control::Reply answer_to(const control::ReloadRequest& request,
                                           const Caller& caller);
    [[nodiscard]] control::Reply answer_to(const control::DrainRequest& request,
                                           const Caller& caller);
    [[nodiscard]] control::Reply answer_to(const control::LogRequest& request,
                                           const Caller& caller);
    [[nodiscard]] control::StatusView status();
    [[nodiscard]] std::vector<control::NodeView> nodes(const control::NodeFilter& filter);
    [[nodiscard]] std::string metrics();

    Settings settings_;
    std::string config_path_;
    LogSink& log_;
    Counters counters_;
    Notifier notifier_;
    Engine engine_;
    HandoverLog handovers_;
    std::unique_ptr<DataPlane> data_plane_;  // null on a CMD
    PhaseTimes phases_;
    TrafficWatch traffic_;
    TrafficTotals totals_;
    std::uint64_t turns_ = 0;           // of the loop
    std::uint64_t filter_rebuilt_ = 0;  // times, as the log knows it
    bool wishes_waiting_ = false;

    struct DatedNote {
        WallTime at;
        core::Note note;
    };

    std::vector<DatedNote> notes_;  // of this turn
    std::optional<Recorder> recorder_;
    std::string snapshot_path_;
    std::optional<Snapshot::Kept> kept_;
    std::optional<Snapshot> snapshot_;
    HostCheck host_check_;
    SteadyTime started_;
    std::optional<Now> now_;  // of this turn
    std::optional<SteadyTime> sign_of_life_;
    std::optional<OnExit> on_exit_;  // ordered for this one end

    Loop loop_;
    Signalling signalling_;
    std::optional<AccessNetwork> access_;  // absent on a CMD
    IoWatcher messages_;
    std::optional<IoWatcher> news_;  // of the kernel, on a MAAR
    Timer timer_;
    TurnWatcher turn_;
    SignalWatcher terminate_;
    SignalWatcher interrupt_;
    SignalWatcher reload_;
    ControlServer control_;
    std::optional<MetricsServer> metrics_;
    Hooks hooks_;
};

}  // namespace dmm::agent

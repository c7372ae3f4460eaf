#include "agent/agent.h"

#include <algorithm>
#include <csignal>
#include <string>
#include <utility>
#include <variant>

#include "agent/clock.h"
#include "agent/recording.h"
#include "agent/repair_report.h"
#include "agent/start.h"
#include "agent/views.h"
#include "lib/base/assert.h"
#include "lib/base/text.h"
#include "lib/core/heartbeat.h"

namespace dmm::agent {
namespace {

// Wishes that follow from the kernel's answers are served in the same turn; after so many
// rounds what has arrived meanwhile comes first.
constexpr int kKernelRounds = 8;

// For hooks that still run or wait when the daemon ends.
constexpr std::chrono::seconds kHooksPatience{5};

void keep_earlier(std::optional<SteadyTime>& earliest, const std::optional<SteadyTime>& other) {
    if (other && (!earliest || *other < *earliest)) earliest = other;
}

bool is_due(const std::optional<SteadyTime>& deadline, SteadyTime now) {
    return deadline && *deadline <= now;
}

Duration idle_release_of(const Settings& settings) {
    const auto* maar = std::get_if<MaarSettings>(&settings.role);
    return maar != nullptr ? maar->idle_release : Duration{};
}

}  // namespace

Agent::Agent(const Settings& settings, AgentParts parts, LogSink& log)
    : settings_(settings),
      config_path_(std::move(parts.config_path)),
      log_(log),
      notifier_(Notifier::from_environment()),
      engine_(make_engine(settings, parts.seed)),
      handovers_(address_of(settings)),
      data_plane_(std::move(parts.data_plane)),
      phases_(peers_of(settings)),
      traffic_(idle_release_of(settings)),
      recorder_(std::move(parts.recorder)),
      snapshot_path_(std::move(parts.snapshot)),
      kept_(std::move(parts.kept)),
      host_check_(std::move(parts.trials)),
      started_(read_clock().steady),
      signalling_(
          std::move(parts.mobility), std::move(parts.icmp), address_of(settings), counters_, log),
      messages_(loop_, signalling_.fd(), IoWatcher::For::Reading, [this] { on_messages(); }),
      timer_(loop_, [this] { on_timer(); }),
      turn_(loop_, [this] { end_turn(); }),
      terminate_(loop_, SIGTERM, [this] { loop_.stop(); }),
      interrupt_(loop_, SIGINT, [this] { loop_.stop(); }),
      reload_(loop_, SIGHUP, [this] { on_hangup(); }),
      control_(loop_,
               std::move(parts.control),
               [this](const control::Request& request, const Caller& caller) {
                   return answer(request, caller);
               }),
      hooks_(loop_, settings.hooks, counters_, log) {
    signalling_.peers().set(peers_of(settings_));
    if (const auto* maar = std::get_if<MaarSettings>(&settings_.role)) {
        access_.emplace(loop_, std::move(parts.nd_sender), maar->access_links, counters_, log_);
    }
    if (parts.metrics) {
        metrics_.emplace(loop_, *std::move(parts.metrics), [this] { return metrics(); });
    }
    const auto monitor = data_plane_ ? data_plane_->monitor_fd() : std::nullopt;
    if (monitor) {
        news_.emplace(loop_, *monitor, IoWatcher::For::Reading, [this] {
            data_plane_->on_news(now().steady);
        });
    }
}

void Agent::run() {
    messages_.start();
    if (news_) news_->start();
    if (access_) access_->start([this](const core::Event& event) { feed(event); });
    if (notifier_.watchdog_interval()) sign_of_life_ = now().steady;
    log_.say(LogLevel::Info,
             "started",
             Line("")
                 .add("instance", settings_.instance)
                 .add("role", role_of(settings_))
                 .add("address", to_text(address_of(settings_)))
                 .add("version", DMM_VERSION));
    notifier_.tell("READY=1\nSTATUS=Working as " + role_of(settings_));
    begin();
    loop_.run();
    stop();
}

void Agent::begin() {
    const std::uint32_t run = core::run_at(now().wall);
    const std::uint32_t counter = kept_ ? kept_->restart_counter : run;
    if (!snapshot_path_.empty()) {
        snapshot_.emplace(snapshot_path_, snapshot_origin(settings_), counter);
    }
    if (kept_) {
        for (std::string& record : kept_->records)
            feed(core::SessionResumed{.record = std::move(record)});
    }
    feed(core::Started{.restart_counter = counter, .run = kept_ ? run : 0});
    kept_.reset();
}

void Agent::write_snapshot() {
    auto* maar = std::get_if<core::MaarEngine>(&engine_);
    if (maar == nullptr) return;
    const std::set<MnId> changed = maar->take_changed();
    if (!snapshot_) return;
    for (const MnId& mn : changed) {
        const auto session = maar->sessions().find(mn);
        const auto record =
            session == maar->sessions().end() ? std::nullopt : core::record_of(session->second);
        snapshot_->put(to_text(mn),
                       record ? std::optional(core::record_text(*record)) : std::nullopt);
    }
    if (const auto ended = snapshot_->flush()) {
        log_.say(LogLevel::Warning, "snapshot_ended", Line("").add("text", *ended));
    }
}

void Agent::stop() {
    notifier_.tell("STOPPING=1");
    log_.say(LogLevel::Info, "stopping", Line("").add("instance", settings_.instance));
    const auto* maar = std::get_if<MaarSettings>(&settings_.role);
    const bool keeps = maar != nullptr && on_exit_.value_or(maar->on_exit) == OnExit::Keep;
    // Before what carries it to the nodes is gone.
    if (!keeps) feed(core::Stopping{});
    signalling_.flush();
    log_notes();
    tell_events();
    end_recorded_turn();
    if (snapshot_ && !keeps) snapshot_->discard();
    if (data_plane_ && !keeps) {
        for (const KernelError& error : data_plane_->stop()) {
            log_.say(LogLevel::Error,
                     "not_removed",
                     Line("").add("operation", error.operation).add("error", error.text));
        }
    }
    log_.say(LogLevel::Info, "stopped", Line("").add("instance", settings_.instance));
    tell_events();
    control_.end_turn();
    hooks_.finish(kHooksPatience);
}

const Now& Agent::now() {
    if (!now_) now_ = read_clock();
    return *now_;
}

void Agent::feed(const core::Event& event) {
    const Now at = now();
    const bool watched = recorder_ || control_.is_traced();
    if (watched) show(at, control::TraceLine::Kind::Event, recorded(at, event));
    phases_.begin(at, event);
    core::Actions actions = handle(engine_, at, event);
    handovers_.observe(at, event, actions);
    for (core::Action& action : actions) {
        phases_.take(at, action);
        if (watched) show(at, control::TraceLine::Kind::Action, recorded(action));
        std::visit([this](auto& alternative) { perform(alternative); }, action);
    }
    phases_.end(at);
}

void Agent::show(const Now& at, control::TraceLine::Kind kind, const std::string& text) {
    if (recorder_) recorder_->add(text);
    if (control_.is_traced()) control_.trace({.time = at.wall, .kind = kind, .text = text});
}

void Agent::end_recorded_turn() {
    control_.end_turn();
    if (!recorder_) return;
    const auto ended = recorder_->end_turn();
    if (!ended) return;
    log_.say(LogLevel::Warning, "recording_ended", Line("").add("text", *ended));
    recorder_.reset();
}

void Agent::tell_events() {
    for (control::Event& event : log_.take_events()) {
        event.instance = settings_.instance;
        if (control_.is_monitored()) control_.monitor(event);
        hooks_.offer(event);
    }
    log_.keep_events(control_.is_monitored() || hooks_.any());
}

void Agent::perform(core::Want& want) {
    DMM_ASSERT(data_plane_ != nullptr);
    data_plane_->want(want.mn, want.revision, want.forwarding);
    wishes_waiting_ = true;
}

// At once and not at the end of the turn: engines advertise what stands already, or say
// farewell to what the wish behind it takes away.
void Agent::perform(core::Advertise& advertise) {
    if (const auto index = index_of(advertise.dlif)) access_->advertise(*index, advertise);
}

void Agent::perform(core::Probe& probe) {
    if (const auto index = index_of(probe.dlif)) access_->probe(*index, probe);
}

std::optional<std::uint32_t> Agent::index_of(const Dlif& dlif) {
    DMM_ASSERT(data_plane_ != nullptr && access_);
    const auto index = data_plane_->driver().index_of(dlif);
    if (!index) counters_.count("dropped", "no_dlif");
    return index;
}

void Agent::perform(core::Note& note) {
    counters_.count("note", name_of(note.kind));
    if (note.kind == core::NoteKind::MessageRefused) {
        counters_.count("refused", note.field("reason"));
    }
    notes_.push_back({.at = now().wall, .note = std::move(note)});
}

void Agent::log_notes() {
    for (const DatedNote& dated : notes_)
        log_.note(dated.note, dated.at);
    notes_.clear();
    if (!data_plane_) return;
    for (const kernel::Repair& repair : data_plane_->take_repairs())
        report(repair, counters_, log_);
}

void Agent::on_messages() {
    for (const core::Event& event : signalling_.receive(now().steady))
        feed(event);
}

void Agent::on_timer() {
    const SteadyTime at = now().steady;
    if (is_due(next_deadline(engine_), at)) feed(core::Tick{});
    if (data_plane_ && is_due(data_plane_->next_deadline(), at)) {
        data_plane_->on_deadline(at);
        watch_filter();
    }
    if (is_due(traffic_.next_deadline(), at)) look_at_traffic();
    if (is_due(log_.next_deadline(), at)) log_.on_deadline(at);
    if (is_due(sign_of_life_, at)) {
        notifier_.tell("WATCHDOG=1");
        sign_of_life_ = at + *notifier_.watchdog_interval();
    }
}

void Agent::end_turn() {
    for (int round = 0; round < kKernelRounds; ++round) {
        if (signalling_.has_queued()) {
            // Before what follows from it is said to anybody.
            write_snapshot();
            flush_messages();
        }
        if (!wishes_waiting_) break;
        flush_kernel();
    }
    write_snapshot();
    flush_messages();
    log_notes();
    tell_events();
    end_recorded_turn();
    turns_ += 1;
    arm();
    now_.reset();
}

void Agent::flush_messages() {
    signalling_.flush();
    if (phases_.has_answers()) phases_.flushed(read_clock().steady);
}

void Agent::flush_kernel() {
    wishes_waiting_ = false;
    std::vector<kernel::Outcome> outcomes = data_plane_->flush(now().steady);
    watch_filter();
    now_.reset();  // the kernel took its time
    for (kernel::Outcome& outcome : outcomes) {
        if (outcome.error) {
            feed(core::ForwardingFailed{.mn = std::move(outcome.mn),
                                        .revision = outcome.revision,
                                        .error = std::move(*outcome.error)});
        } else {
            feed(
                core::ForwardingApplied{.mn = std::move(outcome.mn), .revision = outcome.revision});
        }
    }
}

void Agent::look_at_traffic() {
    kernel::SourceFilter* filter = data_plane_ ? data_plane_->filter() : nullptr;
    if (filter == nullptr) return;
    const auto used = traffic_.look(*filter, now().steady);
    totals_.take(traffic_.reading(*filter, now().steady));
    for (const core::PrefixUsed& prefix : used)
        feed(prefix);
}

void Agent::watch_filter() {
    kernel::SourceFilter* filter = data_plane_->filter();
    if (filter == nullptr || filter->times_rebuilt() == filter_rebuilt_) return;
    filter_rebuilt_ = filter->times_rebuilt();
    log_.say(LogLevel::Warning,
             "source_check_restored",
             Line("").add("text",
                          "somebody removed the table ip6 dmmd of nf_tables; it has been "
                          "made anew"));
}

void Agent::arm() {
    std::optional<SteadyTime> earliest = next_deadline(engine_);
    if (data_plane_) {
        keep_earlier(earliest, data_plane_->next_deadline());
        if (data_plane_->filter() != nullptr) keep_earlier(earliest, traffic_.next_deadline());
    }
    keep_earlier(earliest, log_.next_deadline());
    keep_earlier(earliest, sign_of_life_);
    if (wishes_waiting_) earliest = now().steady;
    timer_.set(earliest);
}

}  // namespace dmm::agent

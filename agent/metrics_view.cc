#include "agent/metrics_view.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <limits>
#include <string_view>
#include <utility>
#include <variant>

#include <unistd.h>

#include "agent/views.h"
#include "lib/core/note.h"
#include "lib/model/status.h"

namespace dmm::agent {
namespace {

using control::LabelledCounts;

// Each of `names` once, with what was counted.
template <std::size_t N>
class Tally {
public:
    explicit Tally(const std::array<std::string_view, N>& names) {
        for (const std::string_view name : names)
            counts_.push_back({.label = std::string(name), .value = 0});
    }

    void add(std::size_t index) { counts_.at(index).value += 1; }

    [[nodiscard]] LabelledCounts counts() && { return std::move(counts_); }

private:
    LabelledCounts counts_;
};

// In the order of the alternatives of MaarState and of a CmdSession's state.
constexpr std::array<std::string_view, 5> kMaarStates{
    "registering", "serving", "previous", "leaving", "refused"};
constexpr std::array<std::string_view, 3> kCmdStates{"bound", "closing", "ending"};

void add_nodes(const core::MaarEngine& engine, control::Metrics& out) {
    Tally<kMaarStates.size()> tally(kMaarStates);
    for (const auto& [mn, session] : engine.sessions()) {
        tally.add(session.state.index());
        out.anchors += session.anchors.size();
    }
    out.nodes = std::move(tally).counts();
}

void add_nodes(const core::CmdEngine& engine, control::Metrics& out) {
    Tally<kCmdStates.size()> tally(kCmdStates);
    engine.sessions().for_each([&](const core::CmdSession& session) {
        tally.add(session.state.index());
        out.anchors += session.previous.size();
    });
    out.nodes = std::move(tally).counts();
}

void add_role(const core::MaarEngine& engine, const PhaseTimes& times, control::Metrics& out) {
    control::MaarMetrics& maar = out.maar.emplace();
    const unsigned bits = 64U - engine.settings().pool.length();
    maar.pool_prefixes =
        bits < 64 ? std::uint64_t{1} << bits : std::numeric_limits<std::uint64_t>::max();
    maar.pool_used = engine.pool().in_use();
    maar.pool_resting = engine.pool().resting();
    const Results& r = times.results();
    maar.attachments = {{"served", r.served}, {"refused", r.refused}, {"failed", r.failed}};
    maar.arrived = {{"completed", r.arrived}, {"failed", r.arrived_failed}};
    maar.left = {{"completed", r.left}, {"refused", r.left_refused}, {"failed", r.left_failed}};
    maar.registration = times.phases().registration;
    maar.attach = times.phases().attach;
    maar.handover = times.phases().handover;
    maar.forwarding = times.phases().forwarding;
}

void add_role(const core::CmdEngine& engine, const PhaseTimes& times, control::Metrics& out) {
    const Results& r = times.results();
    out.cmd = {
        .prefixes = engine.prefix_owners().size(),
        .told = {
            {"completed", r.told}, {"refused", r.told_refused}, {"no_answer", r.told_unanswered}}};
}

// "group.name" of the counters to the families that have them.
void add_counters(const Counters& counters, control::Metrics& out) {
    control::MessageMetrics& messages = out.messages;
    const std::array<std::pair<std::string_view, LabelledCounts*>, 7> groups{
        {{"received.", &messages.received},
         {"sent.", &messages.sent},
         {"rejected.", &messages.rejected},
         {"solicit.", &messages.solicitation},
         {"refused.", &messages.refused},
         {"dropped.", &messages.dropped},
         {"note.", nullptr}}};
    for (const auto& [name, value] : counters.values()) {
        const auto* group = std::find_if(
            groups.begin(), groups.end(), [&](const auto& g) { return name.starts_with(g.first); });
        if (name == "send.errors") {
            messages.send_errors = value;
        } else if (name == "kernel.intrusion") {
            if (out.kernel) out.kernel->foreign = value;
        } else if (group == groups.end()) {
            out.others.push_back({.label = name, .value = value});
        } else if (group->second != nullptr) {
            group->second->push_back({.label = name.substr(group->first.size()), .value = value});
        }
    }
}

// All that there are, so that one that has not happened yet is seen as 0.
void add_events(const Counters& counters, control::Metrics& out) {
    const auto values = counters.values();
    for (int i = 0; i <= std::to_underlying(core::NoteKind::UpdateDelayed); ++i) {
        std::string name(name_of(static_cast<core::NoteKind>(i)));
        const auto counted = values.find("note." + name);
        out.events.push_back(
            {.label = std::move(name), .value = counted == values.end() ? 0 : counted->second});
    }
}

LabelledCounts statuses(const PhaseTimes::Statuses& counted) {
    LabelledCounts out;
    for (std::size_t i = 0; i < counted.size(); ++i) {
        if (counted[i] == 0 && i != 0) continue;
        out.push_back({.label = to_text(static_cast<Status>(i)), .value = counted[i]});
    }
    return out;
}

std::optional<control::RoundTripMetrics> round_trip(const RoundTrip& measured) {
    if (!measured.last) return std::nullopt;
    return control::RoundTripMetrics{.last = *measured.last, .smoothed = measured.smoothed};
}

std::optional<bool> is_up(const core::PeerHealth& health) {
    if (health.lost) return false;
    if (!health.restart_counter) return std::nullopt;
    return true;
}

void add_peers(const MetricsSources& from, control::Metrics& out) {
    const auto* maar = std::get_if<MaarSettings>(&from.settings.role);
    const auto& healths = std::visit(
        [](const auto& role) -> auto& { return role.heartbeats().peers(); }, from.engine);
    for (const auto& [address, traffic] : from.peers.peers()) {
        const bool is_cmd = maar != nullptr && maar->cmd == address;
        control::PeerMetrics peer{.address = to_text(address),
                                  .role = is_cmd ? "cmd" : "maar",
                                  .up = std::nullopt,
                                  .sent = traffic.sent,
                                  .received = traffic.received,
                                  .silent = std::nullopt,
                                  .update = std::nullopt,
                                  .heartbeat = std::nullopt};
        if (traffic.last_heard) peer.silent = from.now - *traffic.last_heard;
        const auto health = healths.find(address);
        if (health != healths.end()) peer.up = is_up(health->second);
        const auto times = from.phases.peers().find(address);
        if (times != from.phases.peers().end()) {
            peer.update = round_trip(times->second.update);
            peer.heartbeat = round_trip(times->second.heartbeat);
        }
        out.peers.push_back(std::move(peer));
    }
}

void add_kernel(const kernel::Driver& driver, control::Metrics& out) {
    const kernel::DriverCounters& counters = driver.counters();
    out.kernel = {.objects = driver.desired().size(),
                  .missing = counters.missing,
                  .batches = counters.batches,
                  .operations = counters.operations,
                  .failures = counters.failures,
                  .restored = counters.restored,
                  .foreign = 0};
}

}  // namespace

std::uint64_t resident_octets() {
    std::ifstream statm("/proc/self/statm");
    std::uint64_t size = 0;
    std::uint64_t resident = 0;
    if (!(statm >> size >> resident)) return 0;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

control::Metrics metrics_of(const MetricsSources& from) {
    control::Metrics out;
    out.process = {.version = DMM_VERSION,
                   .role = role_of(from.settings),
                   .uptime = from.now - from.started,
                   .resident_octets = resident_octets(),
                   .loop_turns = from.loop_turns};
    std::visit(
        [&](const auto& role) {
            add_nodes(role, out);
            add_role(role, from.phases, out);
        },
        from.engine);
    if (from.driver != nullptr) add_kernel(*from.driver, out);
    if (from.filter != nullptr) {
        out.traffic = {.packets_up = from.traffic.up().packets,
                       .octets_up = from.traffic.up().octets,
                       .packets_down = from.traffic.down().packets,
                       .octets_down = from.traffic.down().octets,
                       .spoofed = from.traffic.spoofed().packets,
                       .rebuilt = from.filter->times_rebuilt()};
    }
    add_counters(from.counters, out);
    add_events(from.counters, out);
    out.messages.acks_received = statuses(from.phases.received_statuses());
    out.messages.acks_sent = statuses(from.phases.sent_statuses());
    out.answer = from.phases.phases().answer;
    out.round_trip = from.phases.phases().round_trip;
    add_peers(from, out);
    return out;
}

}  // namespace dmm::agent

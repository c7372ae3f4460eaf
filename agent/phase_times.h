// How long each phase of a handover takes and how it ends, as seen in what goes into the engine
// and what comes out of it. Nothing here makes a string or allocates: it stands beside every
// message.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "agent/pending_times.h"
#include "lib/base/duration_histogram.h"
#include "lib/base/time.h"
#include "lib/core/action.h"
#include "lib/core/event.h"

namespace dmm::agent {

// The time from a question of ours to its answer; smoothed as RFC 6298 section 2 does.
struct RoundTrip {
    std::optional<Duration> last;
    Duration smoothed{};

    void take(Duration sample);
    friend bool operator==(const RoundTrip&, const RoundTrip&) = default;
};

struct PeerRoundTrips {
    RoundTrip update;     // PBU to PBA: the peer's work is in it
    RoundTrip heartbeat;  // the network's, and little else
    friend bool operator==(const PeerRoundTrips&, const PeerRoundTrips&) = default;
};

struct Phases {
    // Of a node that shows itself at this MAAR, from then on: until the CMD accepted it; until the
    // first Router Advertisement left; and, if it came from elsewhere, until its earlier prefixes
    // were advertised and work.
    DurationHistogram registration;
    DurationHistogram attach;
    DurationHistogram handover;
    // From the CMD's answer until the kernel has what it asks for; 0 if it has already.
    DurationHistogram forwarding;
    // From a PBU of a peer until our PBA is handed to the kernel.
    DurationHistogram answer;
    // From a PBU of ours until its PBA.
    DurationHistogram round_trip;
};

// How attachments and handovers ended.
struct Results {
    std::uint64_t served = 0;          // nodes that were advertised their prefix
    std::uint64_t refused = 0;         // by the CMD
    std::uint64_t failed = 0;          // in the kernel
    std::uint64_t arrived = 0;         // served, and their earlier prefixes work
    std::uint64_t arrived_failed = 0;  // of nodes that came from elsewhere
    std::uint64_t left = 0;            // our prefixes lead to the new MAAR
    std::uint64_t left_refused = 0;
    std::uint64_t left_failed = 0;
    std::uint64_t told = 0;  // MAARs that a CMD told where a node is, and that accepted
    std::uint64_t told_refused = 0;
    std::uint64_t told_unanswered = 0;
    friend bool operator==(const Results&, const Results&) = default;
};

class PhaseTimes {
public:
    explicit PhaseTimes(const std::vector<Ip6Address>& peers);

    // For each event: before the engine, for each action in order, and behind them.
    void begin(const Now& now, const core::Event& event);
    void take(const Now& now, const core::Action& action);
    void end(const Now& now);

    // Answers wait for flushed(), which tells when they left.
    [[nodiscard]] bool has_answers() const { return !answered_.empty(); }

    void flushed(SteadyTime now);

    [[nodiscard]] const Phases& phases() const { return phases_; }

    [[nodiscard]] const Results& results() const { return results_; }

    [[nodiscard]] const std::map<Ip6Address, PeerRoundTrips>& peers() const { return peers_; }

    // PBAs by their status, each way.
    using Statuses = std::array<std::uint64_t, 256>;

    [[nodiscard]] const Statuses& sent_statuses() const { return sent_statuses_; }

    [[nodiscard]] const Statuses& received_statuses() const { return received_statuses_; }

private:
    // Room for what waits at once; a storm that exceeds it is measured in part.
    static constexpr std::size_t kMessages = 4096;
    static constexpr std::size_t kAttachments = 1024;

    struct Asked {
        SteadyTime at;
        bool ends = false;  // a de-registration
    };

    // A node that has shown itself, until it is served with all its prefixes.
    struct Attachment {
        SteadyTime at;
        std::optional<SteadyTime> accepted;
        Revision wanted;
        bool applied = false;  // what is wanted
        bool advertised = false;
        bool moved = false;  // came from another MAAR
    };

    // What the event at hand has brought.
    struct Turn {
        bool attaches = false;   // a node has shown itself
        bool is_answer = false;  // a PBA
        bool attached = false;   // and is registered anew
        std::optional<std::uint64_t> node;
        bool accepted = false;
        bool moved = false;
        bool refused = false;
        bool failed = false;
        bool advertised = false;
    };

    void begin_message(const Now& now, const core::MessageReceived& event);
    void begin_answer(const Now& now, const Ip6Address& from, const wire::ProxyBindingAck& pba);
    void take_sent(const Now& now, const core::Send& send);
    void take_answer(const Ip6Address& to, const wire::ProxyBindingAck& pba);
    void take_wish(const core::Want& want);
    void take_note(const core::Note& note);
    void follow(const Now& now, std::uint64_t node, Attachment& attachment);

    Phases phases_;
    Results results_;
    Statuses sent_statuses_{};
    Statuses received_statuses_{};
    std::map<Ip6Address, PeerRoundTrips> peers_;
    PendingTable<Asked> by_us_{kMessages};
    PendingTable<Asked> by_peers_{kMessages};
    PendingTable<Attachment> attachments_{kAttachments};
    std::vector<SteadyTime> answered_;  // when what is answered in this turn was asked
    Turn turn_;
};

}  // namespace dmm::agent

#include <chrono>

#include "agent/phase_times.h"
#include "lib/core/cmd_engine.h"
#include "lib/core/maar_engine.h"
#include "tests/support/catch.h"
#include "tests/unit/maar_story.h"

namespace dmm::agent {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using namespace dmm::test;  // NOLINT(google-build-using-namespace): the words of the story.

// An engine, and beside it what measures.
template <typename E>
struct Measured {
    E engine;
    PhaseTimes times;

    core::Actions feed(Duration when, const core::Event& event) {
        const Now now = at(when);
        times.begin(now, event);
        core::Actions actions = engine.handle(now, event);
        for (const core::Action& action : actions)
            times.take(now, action);
        times.end(now);
        return actions;
    }
};

Measured<core::MaarEngine> maar(std::uint64_t n) {
    return {.engine = core::MaarEngine(maar_settings(n), Seed{n}),
            .times = PhaseTimes({Domain::cmd_address()})};
}

Measured<core::CmdEngine> cmd() {
    return {.engine = core::CmdEngine(cmd_settings(), Seed{9}),
            .times = PhaseTimes({Domain::maar_address(1), Domain::maar_address(2)})};
}

core::MessageReceived arrival(const core::Send& send) {
    return {.from = send.from, .to = send.to, .message = send.message};
}

template <typename M>
core::MessageReceived first(const core::Actions& actions) {
    return arrival(sent<M>(actions).at(0).first);
}

constexpr auto kMs = milliseconds(1);

// alice shows herself at MAAR `m` at `when`: 1 ms each way, the kernel takes 4 ms.
void attach(Measured<core::MaarEngine>& m, Measured<core::CmdEngine>& c, Duration when) {
    const auto pbu = first<wire::ProxyBindingUpdate>(m.feed(when, solicited()));
    const auto pba = first<wire::ProxyBindingAck>(c.feed(when + kMs, pbu));
    (void)m.feed(when + 2 * kMs, pba);
    (void)m.feed(when + 6 * kMs, applied(m.engine));
}

TEST_CASE("a first attachment is timed in its phases") {
    auto one = maar(1);
    auto database = cmd();
    attach(one, database, seconds(1));
    const Phases& phases = one.times.phases();
    CHECK(phases.registration.count() == 1);
    CHECK(phases.registration.sum() == 2 * kMs);
    CHECK(phases.forwarding.sum() == 4 * kMs);
    CHECK(phases.attach.sum() == 6 * kMs);
    CHECK(phases.handover.count() == 0);
    CHECK(one.times.results() == Results{.served = 1, .told = 1});
}

TEST_CASE("what the kernel had before the answer has taken no time behind it") {
    auto one = maar(1);
    auto database = cmd();
    const auto pbu = first<wire::ProxyBindingUpdate>(one.feed(seconds(1), solicited()));
    (void)one.feed(seconds(1) + kMs, applied(one.engine));
    (void)one.feed(seconds(1) + 2 * kMs,
                   first<wire::ProxyBindingAck>(database.feed(seconds(1), pbu)));
    CHECK(one.times.phases().forwarding.count() == 1);
    CHECK(one.times.phases().forwarding.sum() == Duration{});
    CHECK(one.times.phases().attach.sum() == 2 * kMs);
}

TEST_CASE("a handover is over when the earlier prefixes work and are advertised") {
    auto one = maar(1);
    auto two = maar(2);
    auto database = cmd();
    attach(one, database, seconds(1));
    const auto pbu = first<wire::ProxyBindingUpdate>(two.feed(seconds(2), solicited()));
    (void)two.feed(seconds(2) + kMs, applied(two.engine));
    const core::Actions answers = database.feed(seconds(2) + kMs, pbu);
    const auto order = first<wire::ProxyBindingUpdate>(answers);
    (void)two.feed(seconds(2) + 2 * kMs, first<wire::ProxyBindingAck>(answers));
    CHECK(two.times.phases().attach.sum() == 2 * kMs);
    CHECK(two.times.phases().handover.count() == 0);
    (void)two.feed(seconds(2) + 7 * kMs, applied(two.engine));
    CHECK(two.times.phases().handover.sum() == 7 * kMs);
    CHECK(two.times.phases().forwarding.sum() == 5 * kMs);
    CHECK(two.times.results() == Results{.served = 1, .arrived = 1, .told = 1});

    (void)one.feed(seconds(2) + 2 * kMs, order);
    CHECK_FALSE(one.times.has_answers());
    const core::Actions done = one.feed(seconds(2) + 5 * kMs, applied(one.engine));
    CHECK(one.times.results().left == 1);
    CHECK(one.times.has_answers());
    one.times.flushed(at(seconds(2) + 6 * kMs).steady);
    CHECK_FALSE(one.times.has_answers());
    CHECK(one.times.phases().answer.sum() == 4 * kMs);

    (void)database.feed(seconds(2) + 9 * kMs, first<wire::ProxyBindingAck>(done));
    CHECK(database.times.results().told == 1);
    CHECK(database.times.phases().round_trip.sum() == 8 * kMs);
    const PeerRoundTrips& peer = database.times.peers().at(Domain::maar_address(1));
    CHECK(peer.update.last == 8 * kMs);
    CHECK(peer.update.smoothed == 8 * kMs);
    CHECK_FALSE(peer.heartbeat.last);
    database.times.flushed(at(seconds(3)).steady);
    CHECK(database.times.phases().answer.count() == 2);
}

TEST_CASE("a refusal of the CMD, or of the kernel, is how it ended") {
    auto one = maar(1);
    const core::Actions asked = one.feed(seconds(1), solicited());
    (void)one.feed(seconds(1) + kMs,
                   answer_to(asked, Status::AdministrativelyProhibited, wire::ba_flag::kDmmPba));
    CHECK(one.times.results() == Results{.refused = 1, .told_refused = 1});
    CHECK(one.times.received_statuses()[129] == 1);

    auto two = maar(1);
    (void)two.feed(seconds(1), solicited());
    (void)two.feed(seconds(1) + kMs, failed(two.engine));
    CHECK(two.times.results() == Results{.failed = 1});
    CHECK(two.times.phases().attach.count() == 0);
}

TEST_CASE("a node that asks again is no attachment") {
    auto one = maar(1);
    auto database = cmd();
    attach(one, database, seconds(1));
    attach(one, database, seconds(5));
    CHECK(one.times.phases().registration.count() == 1);
    CHECK(one.times.results().served == 1);
}

TEST_CASE("an answer is matched by its sender and its number") {
    auto one = maar(1);
    const core::Actions asked = one.feed(seconds(1), solicited());
    core::MessageReceived wrong = accepted(asked);
    ++std::get<wire::ProxyBindingAck>(wrong.message).sequence;
    (void)one.feed(seconds(1), wrong);
    wrong = accepted(asked);
    wrong.from = ip("2001:db8:2::1");
    (void)one.feed(seconds(1), wrong);
    CHECK(one.times.phases().round_trip.count() == 0);
    (void)one.feed(seconds(2), accepted(asked));
    CHECK(one.times.phases().round_trip.count() == 1);
    (void)one.feed(seconds(2), accepted(asked));
    CHECK(one.times.phases().round_trip.count() == 1);
}

TEST_CASE("heartbeats measure the way to a peer") {
    auto one = maar(1);
    (void)one.feed(seconds(1), core::Started{.restart_counter = 1, .run = 0});
    const auto beat = first<wire::Heartbeat>(one.feed(seconds(120), core::Tick{}));
    core::MessageReceived answer{.from = beat.to, .to = beat.from, .message = beat.message};
    std::get<wire::Heartbeat>(answer.message).response = true;
    (void)one.feed(seconds(120) + 8 * kMs, answer);
    CHECK(one.times.peers().at(Domain::cmd_address()).heartbeat.last == 8 * kMs);
}

TEST_CASE("a MAAR that did not answer is counted, one that was given up for another reason not") {
    auto database = cmd();
    const auto dropped = [&](const char* reason) {
        database.times.begin(at(seconds(1)), core::Tick{});
        database.times.take(
            at(seconds(1)),
            core::Note{.kind = core::NoteKind::AnchorDropped, .fields = {{"reason", reason}}});
        database.times.end(at(seconds(1)));
    };
    dropped("peer_removed");
    CHECK(database.times.results().told_unanswered == 0);
    dropped("no_answer");
    CHECK(database.times.results().told_unanswered == 1);
}

TEST_CASE("round trips are smoothed as RFC 6298 says") {
    RoundTrip trip;
    trip.take(milliseconds(8));
    trip.take(milliseconds(16));
    CHECK(trip.last == milliseconds(16));
    CHECK(trip.smoothed == milliseconds(9));
}

TEST_CASE("a full table keeps what is young and forgets what is old") {
    PendingTable<int> table(2);
    const SteadyTime start{seconds(100)};
    REQUIRE(table.put(2, start, 1) != nullptr);
    REQUIRE(table.put(4, start + seconds(30), 2) != nullptr);
    CHECK(table.put(6, start + seconds(40), 3) == nullptr);
    CHECK(table.put(6, start + seconds(61), 3) != nullptr);
    CHECK(table.find(2) == nullptr);
    CHECK(table.take(4) == 2);
    CHECK_FALSE(table.take(4));
    CHECK(table.take(6) == 3);
}

}  // namespace
}  // namespace dmm::agent

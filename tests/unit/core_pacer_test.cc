// The pace of the CMD's PBUs: RFC 8885 sections 3.6 and 6.
#include <algorithm>
#include <string>
#include <vector>

#include "lib/core/cmd_engine.h"
#include "lib/core/invariants.h"
#include "lib/core/pacer.h"
#include "tests/support/builders.h"
#include "tests/support/catch.h"

using namespace dmm;
using namespace dmm::core;
using namespace dmm::test;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

namespace {

SteadyTime steady(Duration d) {
    return {.since_start = d};
}

UpdateRoute route(std::uint64_t serial, const char* to = "2001:db8:1::1") {
    return {.serial = Serial{serial}, .to = ip(to)};
}

ProtocolSettings pace(std::uint32_t rate, std::uint32_t burst, bool strict = false) {
    ProtocolSettings protocol;
    protocol.pbu_rate = rate;
    protocol.pbu_burst = burst;
    protocol.strict_update_rate = strict;
    return protocol;
}

// What leaves the queue now.
std::vector<std::uint64_t> due(Pacer& pacer, SteadyTime now) {
    std::vector<std::uint64_t> serials;
    while (const auto next = pacer.next_due(now))
        serials.push_back(next->serial.value);
    return serials;
}

using Serials = std::vector<std::uint64_t>;

PbuSpec at_maar(char n) {
    static const char* const kFrom[] = {"2001:db8:1::1", "2001:db8:2::1", "2001:db8:3::1"};
    static const char* const kPrefix[] = {
        "2001:db8:a100:1::/64", "2001:db8:a200:1::/64", "2001:db8:a300:1::/64"};
    PbuSpec spec;
    spec.from = kFrom[n - '1'];
    spec.prefixes = {kPrefix[n - '1']};
    return spec;
}

CmdSettings paced(const ProtocolSettings& protocol) {
    CmdSettings settings = cmd_settings();
    settings.protocol = protocol;
    return settings;
}

const MnId kAlice = MnId::nai("alice@example");

}  // namespace

TEST_CASE("a bucket gives its burst at once, then exactly its rate") {
    TokenBucket bucket(3, 2);
    CHECK(bucket.take(steady(seconds(5))));
    CHECK(bucket.take(steady(seconds(5))));
    CHECK_FALSE(bucket.take(steady(seconds(5))));
    // A third of a second is no whole number of nanoseconds.
    CHECK(bucket.free_at() == steady(seconds(5) + nanoseconds(333'333'334)));
    CHECK_FALSE(bucket.take(steady(seconds(5) + nanoseconds(333'333'333))));
    CHECK(bucket.take(steady(seconds(5) + nanoseconds(333'333'334))));
    CHECK(bucket.take(steady(seconds(5) + nanoseconds(666'666'667))));
    CHECK(bucket.take(steady(seconds(6))));
    CHECK_FALSE(bucket.take(steady(seconds(6))));
    // However long it is left alone, the burst is all.
    const SteadyTime late = steady(std::chrono::hours(2'000'000));
    CHECK(bucket.take(late));
    CHECK(bucket.take(late));
    CHECK_FALSE(bucket.take(late));
}

TEST_CASE("a bucket loses nothing in a long run at any rate") {
    for (const std::uint32_t rate : {1U, 7U, 999U, 1'000U, 999'983U}) {
        TokenBucket bucket(rate, 2);
        SteadyTime now = steady(seconds(1));
        REQUIRE(bucket.take(now));
        std::uint64_t taken = 0;
        const std::uint64_t wanted = std::uint64_t{rate} * 3;
        while (taken < wanted) {
            REQUIRE(bucket.take(now));
            ++taken;
            now = bucket.free_at();
        }
        INFO(rate);
        CHECK(now == steady(seconds(4)));
    }
}

TEST_CASE("not more than three in any second for one node at one MAAR") {
    Pacer pacer(pace(1000, 100));
    CHECK(pacer.take(steady(milliseconds(0)), route(1)));
    CHECK(pacer.take(steady(milliseconds(400)), route(1)));
    CHECK(pacer.take(steady(milliseconds(900)), route(1)));
    CHECK_FALSE(pacer.take(steady(milliseconds(999)), route(1)));
    // Another node, and the same one at another MAAR, have a rate of their own.
    CHECK(pacer.take(steady(milliseconds(999)), route(2)));
    CHECK(pacer.take(steady(milliseconds(999)), route(1, "2001:db8:2::1")));
    CHECK(pacer.take(steady(milliseconds(1000)), route(1)));
    CHECK_FALSE(pacer.take(steady(milliseconds(1399)), route(1)));
    CHECK(pacer.take(steady(milliseconds(1400)), route(1)));
}

TEST_CASE("the strict rate counts all nodes at a MAAR, in the order of their coming") {
    Pacer pacer(pace(1000, 100, true));
    const SteadyTime start = steady(seconds(1));
    for (std::uint64_t n = 1; n <= 3; ++n)
        CHECK(pacer.take(start, route(n)));
    for (std::uint64_t n = 4; n <= 8; ++n) {
        CHECK_FALSE(pacer.take(start, route(n)));
        (void)pacer.join(start, route(n));
    }
    CHECK(pacer.take(start, route(9, "2001:db8:2::1")));
    CHECK(pacer.next_deadline() == steady(seconds(2)));
    CHECK(due(pacer, steady(milliseconds(1999))).empty());
    CHECK(due(pacer, steady(seconds(2))) == Serials{4, 5, 6});
    CHECK(pacer.next_deadline() == steady(seconds(3)));
    // No way past those who wait, even with a place free.
    CHECK_FALSE(pacer.take(steady(seconds(3)), route(10)));
    CHECK(due(pacer, steady(seconds(3))) == Serials{7, 8});
    CHECK(pacer.take(steady(seconds(3)), route(10)));
    CHECK(pacer.waiting() == 0);
    CHECK_FALSE(pacer.next_deadline());
}

TEST_CASE("the queue is served in its order, and one that leaves it is no hindrance") {
    Pacer pacer(pace(10, 1));
    const SteadyTime start = steady(seconds(1));
    CHECK(pacer.take(start, route(1)));
    std::vector<Place> places;
    for (std::uint64_t n = 2; n <= 5; ++n)
        places.push_back(pacer.join(start, route(n)));
    pacer.leave(start, route(2), places[0]);
    pacer.leave(start, route(4), places[2]);
    CHECK(pacer.waiting() == 2);
    CHECK(pacer.next_deadline() == steady(milliseconds(1100)));
    CHECK(due(pacer, steady(milliseconds(1100))) == Serials{3});
    CHECK(due(pacer, steady(milliseconds(1199))).empty());
    CHECK(due(pacer, steady(milliseconds(1200))) == Serials{5});
    CHECK_FALSE(pacer.next_deadline());
}

TEST_CASE("the fourth PBU of a second waits, and says what is true when it leaves") {
    CmdEngine engine(paced(pace(1000, 100)), Seed{1});
    // To and fro between two MAARs; the third stays a P-MAAR all the time.
    (void)engine.handle(at(milliseconds(0)), pbu(at(milliseconds(0)), at_maar('3'), 1));
    std::size_t to_third = 0;
    std::size_t delayed = 0;
    for (int move = 1; move <= 5; ++move) {
        const Now now = at(milliseconds(100 * move));
        const Actions actions = engine.handle(now, pbu(now, at_maar(move % 2 == 0 ? '2' : '1'), 1));
        for (const auto& [send, update] : sent<wire::ProxyBindingUpdate>(actions)) {
            if (send.to == ip("2001:db8:3::1")) ++to_third;
        }
        for (const Note& note : only<Note>(actions)) {
            if (note.kind == NoteKind::UpdateDelayed) ++delayed;
        }
        CHECK_FALSE(violation(engine));
    }
    CHECK(to_third == 3);
    CHECK(delayed == 1);  // the fifth has taken the place of the fourth
    CHECK(engine.next_deadline() == at(milliseconds(1100)).steady);
    const Now then = at(milliseconds(1100));
    const auto updates = sent<wire::ProxyBindingUpdate>(engine.handle(then, Tick{}));
    REQUIRE(updates.size() >= 1);
    const auto late = std::find_if(updates.begin(), updates.end(), [](const auto& update) {
        return update.first.to == ip("2001:db8:3::1");
    });
    REQUIRE(late != updates.end());
    const wire::Options& options = late->second.options;
    CHECK(wire::find<wire::ServingMaar>(options)->address == ip("2001:db8:1::1"));
    CHECK(*wire::find<wire::Timestamp>(options) == wire::Timestamp::of(then.wall));
    // Repeated from when it has left, not from when it was due.
    const auto& session = engine.sessions().at(kAlice);
    const auto third = std::find_if(session.previous.begin(), session.previous.end(), [](auto& p) {
        return p.anchor.maar == ip("2001:db8:3::1");
    });
    REQUIRE(third != session.previous.end());
    CHECK(pending(*third)->retransmit_at() == at(milliseconds(2100)).steady);
    CHECK_FALSE(violation(engine));
}

TEST_CASE("an answer to an older PBU does not stand for one that waits") {
    CmdEngine engine(paced(pace(1, 1)), Seed{1});
    (void)engine.handle(at(seconds(1)), pbu(at(seconds(1)), at_maar('1'), 1));
    const auto first = sent<wire::ProxyBindingUpdate>(
        engine.handle(at(seconds(2)), pbu(at(seconds(2)), at_maar('2'), 1)));
    REQUIRE(first.size() == 1);
    const Actions second =
        engine.handle(at(milliseconds(2100)), pbu(at(milliseconds(2100)), at_maar('3'), 1));
    CHECK(sent<wire::ProxyBindingUpdate>(second).empty());
    const MessageReceived answer{
        .from = first[0].first.to,
        .to = first[0].first.from,
        .message = wire::ProxyBindingAck{.status = Status::Accepted,
                                         .flags = wire::ba_flag::kDmmPba,
                                         .sequence = first[0].second.sequence,
                                         .lifetime = 150,
                                         .options = first[0].second.options}};
    CHECK(refusal(engine.handle(at(milliseconds(2200)), answer)) == "unmatched_ack");
    CHECK_FALSE(violation(engine));
    CHECK(engine.pacer().waiting() == 2);
    CHECK(sent<wire::ProxyBindingUpdate>(engine.handle(at(seconds(3)), Tick{})).size() == 1);
}

TEST_CASE("a node that comes back takes what waits for its MAAR out of the queue") {
    CmdEngine engine(paced(pace(1, 1)), Seed{1});
    (void)engine.handle(at(seconds(1)), pbu(at(seconds(1)), at_maar('1'), 1));
    (void)engine.handle(at(seconds(2)), pbu(at(seconds(2)), at_maar('2'), 1));
    (void)engine.handle(at(milliseconds(2100)), pbu(at(milliseconds(2100)), at_maar('3'), 1));
    CHECK(engine.pacer().waiting() == 2);
    (void)engine.handle(at(milliseconds(2200)), pbu(at(milliseconds(2200)), at_maar('1'), 1));
    CHECK_FALSE(violation(engine));
    CHECK(engine.pacer().waiting() == 2);  // for MAAR2 and MAAR3
}

TEST_CASE("everybody is told in the end, however many move at once") {
    CmdEngine engine(paced(pace(50, 5)), Seed{1});
    constexpr unsigned kNodes = 200;
    std::vector<std::string> names;
    std::vector<std::string> prefixes;
    for (unsigned n = 0; n < kNodes; ++n) {
        names.push_back("n" + std::to_string(n) + "@example");
        prefixes.push_back("2001:db8:a100:" + std::to_string(n) + "::/64");
        prefixes.push_back("2001:db8:a200:" + std::to_string(n) + "::/64");
    }
    std::size_t told = 0;
    for (unsigned round = 0; round < 2; ++round) {
        for (unsigned n = 0; n < kNodes; ++n) {
            PbuSpec spec = at_maar(round == 0 ? '1' : '2');
            spec.mn = names[n].c_str();
            spec.prefixes = {prefixes[2 * n + round].c_str()};
            const Now now = at(seconds(1 + round));
            told += sent<wire::ProxyBindingUpdate>(engine.handle(now, pbu(now, spec, 1))).size();
        }
    }
    CHECK(told == 5);
    std::size_t first_told = told;
    SteadyTime last;
    while (engine.pacer().waiting() > 0) {
        const SteadyTime next = *engine.next_deadline();
        const Now now = at(next.since_start);
        const Actions actions = engine.handle(now, Tick{});
        for (const auto& [send, update] : sent<wire::ProxyBindingUpdate>(actions)) {
            (void)send;
            const auto* mn = wire::find<wire::MnIdentifier>(update.options);
            // Those that wait for the first time come before any repetition.
            if (first_told < kNodes) CHECK(mn->id == MnId::nai(names[first_told]));
            ++first_told;
        }
        last = next;
        if (first_told >= kNodes) break;
    }
    CHECK(first_told == kNodes);
    CHECK(last == at(milliseconds(2000 + (kNodes - 5) * 20)).steady);
    CHECK_FALSE(violation(engine));
}

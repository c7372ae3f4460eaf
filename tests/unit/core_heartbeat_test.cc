#include <chrono>

#include "lib/core/heartbeat.h"
#include "tests/support/builders.h"
#include "tests/support/catch.h"

namespace dmm::core {
namespace {

using std::chrono::seconds;

const Ip6Address kOwn = test::ip("2001:db8:ffff::c0");
const Ip6Address kPeer = test::ip("2001:db8:1::1");

struct Play {
    Heartbeats heartbeats{kOwn, ProtocolSettings{}};
    Rng rng{Seed{1}};
    Now now{};
    Actions out;

    Play() { heartbeats.start(now, 7, {kPeer}, rng, out); }

    // Lets time pass until the next request; its sequence number.
    std::uint32_t ask() {
        now.steady = *heartbeats.next_deadline();
        out.clear();
        heartbeats.tick(now, out);
        const auto& send = std::get<Send>(out.back());
        CHECK(send.to == kPeer);
        const auto& request = std::get<wire::Heartbeat>(send.message);
        CHECK((!request.response && !request.unsolicited && request.options.empty()));
        return request.sequence;
    }

    std::optional<Heartbeats::Restart> hear(const wire::Heartbeat& heartbeat,
                                            const Ip6Address& from = kPeer) {
        out.clear();
        return heartbeats.receive(now, from, heartbeat, out);
    }

    [[nodiscard]] std::string_view note() const {
        return out.empty() ? "" : name_of(std::get<Note>(out.front()).kind);
    }
};

wire::Heartbeat response(std::uint32_t sequence, std::uint32_t counter) {
    return {.unsolicited = false,
            .response = true,
            .sequence = sequence,
            .options = {wire::RestartCounter{counter}}};
}

}  // namespace

TEST_CASE("two runs that begin in the same second have different numbers", "[core]") {
    const WallTime first{seconds(1795703213) + std::chrono::milliseconds(10)};
    const WallTime second{first.since_epoch + std::chrono::milliseconds(860)};
    CHECK(run_at(second) - run_at(first) == 860);
    CHECK(run_at(WallTime{}) == 1);
}

TEST_CASE("a start is announced with the restart counter", "[core]") {
    const Play play;
    REQUIRE(play.out.size() == 1);
    const wire::Heartbeat announcement{
        .unsolicited = true, .response = true, .sequence = 0, .options = {wire::RestartCounter{7}}};
    CHECK(std::get<Send>(play.out[0]).message == wire::Message(announcement));
}

TEST_CASE("a request is answered with its sequence number", "[core]") {
    Play play;
    CHECK_FALSE(play.hear({.sequence = 99, .options = {}}));
    REQUIRE(play.out.size() == 1);
    CHECK(std::get<Send>(play.out[0]).message == wire::Message(response(99, 7)));
}

TEST_CASE("strangers are not answered", "[core]") {
    Play play;
    CHECK_FALSE(play.hear({.sequence = 1, .options = {}}, test::ip("2001:db8:9::1")));
    REQUIRE(play.out.size() == 1);
    CHECK(std::get<Note>(play.out[0]).field("reason") == "unauthorised");
}

TEST_CASE("who has not begun says nothing", "[core]") {
    Heartbeats heartbeats(kOwn, ProtocolSettings{});
    Actions out;
    CHECK_FALSE(heartbeats.receive({}, kPeer, {.sequence = 1, .options = {}}, out));
    REQUIRE(out.size() == 1);
    CHECK(std::get<Note>(out[0]).field("reason") == "unexpected_message");
    CHECK_FALSE(heartbeats.next_deadline());
}

TEST_CASE("who did not hear of a start is told and asked again, ever more rarely", "[core]") {
    Play play;
    (void)play.ask();
    CHECK(play.out.size() == 1);
    for (const int after : {1, 2, 4, 8, 16, 32, 60, 60}) {
        const SteadyTime asked = play.now.steady;
        (void)play.ask();
        CHECK(play.now.steady - asked == seconds(after));
        const auto& announcement = std::get<Send>(play.out[play.out.size() - 2]);
        wire::Heartbeat expected = response(0, 7);
        expected.unsolicited = true;
        CHECK(announcement.message == wire::Message(expected));
    }
    // A peer that begins has not heard us for that.
    wire::Heartbeat begun = response(0, 3);
    begun.unsolicited = true;
    (void)play.hear(begun);
    CHECK(*play.heartbeats.next_deadline() - play.now.steady == seconds(60));
    // One that knows no restart counter has answered nonetheless.
    (void)play.hear(
        {.response = true, .sequence = play.heartbeats.peers().at(kPeer).sequence, .options = {}});
    for (int i = 0; i < 3; ++i) {
        const SteadyTime asked = play.now.steady;
        (void)play.ask();
        CHECK(play.now.steady - asked == seconds(60));
        CHECK(play.out.size() == 1);
    }
}

TEST_CASE("a peer is lost after three heartbeats without an answer, and found again", "[core]") {
    Play play;
    (void)play.hear(response(play.ask(), 3));
    for (int i = 0; i < 3; ++i) {
        (void)play.ask();
        CHECK(play.out.size() == 1);
    }
    const std::uint32_t last = play.ask();
    CHECK(play.note() == "peer_lost");
    CHECK(play.heartbeats.peers().at(kPeer).lost);
    (void)play.hear(response(last, 3));
    CHECK(play.note() == "peer_found");
    CHECK_FALSE(play.heartbeats.peers().at(kPeer).lost);
    (void)play.ask();
    CHECK(play.out.size() == 1);
}

TEST_CASE("an answer to no request says nothing", "[core]") {
    Play play;
    const std::uint32_t sequence = play.ask();
    CHECK_FALSE(play.hear(response(sequence + 1, 3)));
    CHECK(std::get<Note>(play.out.front()).field("reason") == "unmatched_heartbeat");
    CHECK_FALSE(play.heartbeats.peers().at(kPeer).restart_counter);
}

TEST_CASE("the first counter that is heard says nothing of what is older", "[core]") {
    Play play;
    const auto first = play.hear(response(play.ask(), 3));
    REQUIRE(first);
    CHECK(first->since == SteadyTime{});
    CHECK(play.out.empty());
}

TEST_CASE("a changed restart counter is a restart", "[core]") {
    Play play;
    (void)play.hear(response(play.ask(), 3));
    const SteadyTime known = play.now.steady;
    CHECK_FALSE(play.hear(response(play.ask(), 3)));
    const SteadyTime heard = play.now.steady;
    CHECK(heard - known == seconds(60));
    // An answer tells no more than that the old run was there when last heard.
    const auto restart = play.hear(response(play.ask(), 4));
    REQUIRE(restart);
    CHECK(restart->since == heard);
    CHECK(play.note() == "peer_restarted");
    // An announcement comes before all else.
    play.now.steady = play.now.steady + seconds(5);
    wire::Heartbeat announcement = response(0, 5);
    announcement.unsolicited = true;
    const auto announced = play.hear(announcement);
    REQUIRE(announced);
    CHECK(announced->since == play.now.steady);
    CHECK_FALSE(play.hear(announcement));
}

TEST_CASE("without an interval nobody is asked", "[core]") {
    ProtocolSettings protocol;
    protocol.heartbeat_interval = seconds(0);
    Heartbeats heartbeats(kOwn, protocol);
    Rng rng(Seed{1});
    Actions out;
    heartbeats.start({}, 1, {kPeer}, rng, out);
    CHECK(out.size() == 1);
    CHECK_FALSE(heartbeats.next_deadline());
}

}  // namespace dmm::core

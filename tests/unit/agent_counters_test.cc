#include "agent/counters.h"
#include "tests/support/catch.h"

namespace dmm::agent {
namespace {

const Ip6Address kPeer = *Ip6Address::parse("2001:db8::1");
const Ip6Address kStranger = *Ip6Address::parse("2001:db8::bad");
constexpr SteadyTime kStart{std::chrono::seconds(5)};

TEST_CASE("counters count by group and name") {
    Counters counters;
    counters.count("received", "BU");
    counters.count("received", "BA");
    counters.count("received", "BU");
    CHECK(counters.values().at("received.BU") == 2);
    CHECK(counters.values().at("received.BA") == 1);
    CHECK(counters.values().size() == 2);
}

TEST_CASE("counters go by what a name says, not by where it is kept") {
    Counters counters;
    counters.count("refused", std::string("stale"));
    counters.count("refused", std::string("stale"));
    // Apart, though they read alike without the dot.
    counters.count("refuseds", "tale");
    CHECK(counters.values().at("refused.stale") == 2);
    CHECK(counters.values().at("refuseds.tale") == 1);
}

TEST_CASE("a peer's traffic is kept from its first message on") {
    PeerBook book;
    book.add(kPeer);
    CHECK(book.peers().at(kPeer) == PeerTraffic{});
    book.sent(kPeer);
    book.sent(kPeer);
    book.received(kPeer, kStart);
    CHECK(book.peers().at(kPeer) == PeerTraffic{.sent = 2, .received = 1, .last_heard = kStart});
}

TEST_CASE("strangers are not remembered") {
    PeerBook book;
    book.add(kPeer);
    book.received(kStranger, kStart);
    book.sent(kStranger);
    CHECK(book.peers().size() == 1);
}

TEST_CASE("a peer that is named twice keeps its counts") {
    PeerBook book;
    book.add(kPeer);
    book.sent(kPeer);
    book.add(kPeer);
    CHECK(book.peers().at(kPeer).sent == 1);
}

}  // namespace
}  // namespace dmm::agent

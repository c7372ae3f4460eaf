#include <string>

#include "agent/event_queue.h"
#include "tests/support/catch.h"

namespace dmm::agent {
namespace {

using control::Event;

Event event(std::string name, std::string mn = "") {
    Event out{.time = {std::chrono::seconds(7)}, .instance = "m", .name = std::move(name)};
    if (!mn.empty()) out.fields.push_back({.key = "mn", .value = std::move(mn)});
    return out;
}

std::string taken(EventQueue& queue) {
    std::string out;
    while (!queue.pending().empty()) {
        out += queue.pending();
        queue.sent(queue.pending().size());
    }
    return out;
}

TEST_CASE("a reader gets the events that it asked for") {
    CHECK(EventQueue({}).wants(event("handover")));
    const EventQueue some({.events = {"handover", "absent"}, .mn = ""});
    CHECK(some.wants(event("absent", "a@b")));
    CHECK(!some.wants(event("expired")));
    const EventQueue one({.events = {}, .mn = "02:00:00:00:01:AB"});
    CHECK(one.wants(event("absent", "02:00:00:00:01:ab")));
    CHECK(!one.wants(event("absent", "02:00:00:00:01:ac")));
    CHECK(!one.wants(event("started")));
}

TEST_CASE("events come out as they went in") {
    EventQueue queue({});
    CHECK(queue.pending().empty());
    queue.add(event("a"), "one");
    queue.add(event("a"), "two");
    queue.sent(2);
    CHECK(queue.pending() == "e\n");
    queue.add(event("a"), "three");
    CHECK(taken(queue) == "e\ntwo\nthree\n");
    queue.add(event("a"), "four");
    CHECK(taken(queue) == "four\n");
}

TEST_CASE("the oldest events go, and the reader is told how many, where they are missing") {
    EventQueue queue({}, /*most_octets=*/10);
    queue.add(event("a"), "aaaa");
    queue.sent(1);
    for (const char* line : {"bbbb", "cccc", "dddd", "eeee"})
        queue.add(event("a"), line);
    // What has begun to leave ends, then comes the gap.
    CHECK(taken(queue) ==
          "aaa\n"
          R"({"v":1,"time":"1970-01-01T00:00:07.000000Z","instance":"m","event":"events_lost",)"
          "\"level\":\"warning\",\"count\":\"2\"}\ndddd\neeee\n");
    queue.add(event("a"), "ffff");
    CHECK(taken(queue) == "ffff\n");
}

TEST_CASE("a reader that never reads costs no more than the limit") {
    EventQueue queue({}, /*most_octets=*/1000);
    const std::string line(99, 'x');
    for (int i = 0; i < 10'000; ++i)
        queue.add(event("a"), line);
    const std::string all = taken(queue);
    CHECK(all.size() < 1300);
    CHECK(all.find("\"count\":\"9989\"") != std::string::npos);
}

}  // namespace
}  // namespace dmm::agent

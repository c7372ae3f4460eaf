#include <algorithm>
#include <chrono>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "agent/event_of.h"
#include "lib/base/text.h"
#include "lib/control/event.h"
#include "lib/core/note.h"
#include "lib/model/event_name.h"
#include "tests/support/catch.h"

namespace dmm {
namespace {

using control::Event;

// 2026-11-26T11:22:33.123456789Z
constexpr WallTime kTime{std::chrono::seconds(1'795'692'153) + Duration(123'456'789)};

const Event kHandover{.time = {kTime.since_epoch - Duration(789)},
                      .instance = "maar1",
                      .name = "handover",
                      .level = LogLevel::Info,
                      .fields = {{"mn", "alice@example"}, {"took", "0.031s"}}};

constexpr std::string_view kHandoverLine =
    R"({"v":1,"time":"2026-11-26T11:22:33.123456Z","instance":"maar1","event":"handover",)"
    R"("level":"info","mn":"alice@example","took":"0.031s"})";

TEST_CASE("an event is one line of JSON and comes back from it") {
    CHECK(encode(kHandover) == kHandoverLine);
    const auto back = control::decode_event(kHandoverLine);
    REQUIRE(back);
    CHECK(*back == kHandover);
    CHECK(back->field("mn") == "alice@example");
    CHECK(back->field("no").empty());
}

TEST_CASE("times of events are in UTC, to the microsecond") {
    CHECK(control::time_text(kTime) == "2026-11-26T11:22:33.123456Z");
    CHECK(control::time_text({}) == "1970-01-01T00:00:00.000000Z");
    CHECK(control::time_text({Duration(-1)}) == "1969-12-31T23:59:59.999999Z");
    CHECK(control::time_text({std::chrono::seconds(951'868'799)}) == "2000-02-29T23:59:59.000000Z");
}

TEST_CASE("no field takes the place of what every event has, and none comes twice") {
    Event event = kHandover;
    event.fields = {{"event", "x"}, {"instance", "y"}, {"a", "1"}, {"a", "2"}, {"b", "\"\n\xff"}};
    CHECK(encode(event) ==
          R"({"v":1,"time":"2026-11-26T11:22:33.123456Z","instance":"maar1","event":"handover",)"
          "\"level\":\"info\",\"a\":\"1\",\"b\":\"\\\"\\n\xef\xbf\xbd\"}");
}

TEST_CASE("an event that is not understood is said so, one that says more is taken") {
    const auto changed = [](std::string_view part, std::string_view by) {
        std::string line(kHandoverLine);
        line.replace(line.find(part), part.size(), by);
        return control::decode_event(line);
    };
    CHECK(changed(R"("v":1)", R"("v":2)").error() ==
          "the daemon's event is not understood: it is not of version 1; use the dmmctl of the "
          "daemon's release");
    CHECK(!changed(R"("event")", R"("evens")"));
    CHECK(!changed("info", "loud"));
    for (const char* time : {"",
                             "2026-11-26T11:22:33.12345Z",
                             "2026-02-29T11:22:33.123456Z",
                             "2026-11-26T24:22:33.123456Z",
                             "2026-11-26T11:22:33,123456Z"}) {
        INFO(time);
        CHECK(!changed("2026-11-26T11:22:33.123456Z", time));
    }
    for (const char* line : {"", "[]", "{}", "null", "{\"v\":1"}) {
        INFO(line);
        CHECK(!control::decode_event(line));
    }
    const auto more = changed(R"("took")", R"("new":[1],"took")");
    REQUIRE(more);
    CHECK(*more == kHandover);
}

TEST_CASE("notes and words of the agent become the same events as lines of the log") {
    const core::Note note{core::NoteKind::PeerLost, {{"peer", "2001:db8::1"}}};
    CHECK(agent::event_of(note, kTime) == Event{.time = kTime,
                                                .instance = "",
                                                .name = "peer_lost",
                                                .level = LogLevel::Warning,
                                                .fields = {{"peer", "2001:db8::1"}}});
    Line line("");
    line.add("text", "a \"b\" = \x01").add("link", "lan0").add("none", "");
    CHECK(agent::event_of("link_missing", LogLevel::Error, std::move(line).str(), kTime) ==
          Event{.time = kTime,
                .instance = "",
                .name = "link_missing",
                .level = LogLevel::Error,
                .fields = {{"text", "a \"b\" = \x01"}, {"link", "lan0"}, {"none", ""}}});
}

TEST_CASE("every kind of note is a known event, and no name is there twice") {
    for (int i = 0; i <= static_cast<int>(core::NoteKind::UpdateDelayed); ++i) {
        const auto name = name_of(static_cast<core::NoteKind>(i));
        INFO(name);
        CHECK(is_event_name(name));
    }
    CHECK(std::set<std::string_view>(kEventNames.begin(), kEventNames.end()).size() ==
          kEventNames.size());
    CHECK(!is_event_name("handover "));
}

// tests/lint/events.sh looks for the words of the agent that are missing in kEventNames.
TEST_CASE("every event is documented in dmmd(8)") {
    std::ifstream file("man/dmmd.8");
    std::set<std::string> documented;
    bool within = false;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with(".Sh")) within = line == ".Sh EVENTS";
        if (!within || !line.starts_with(".It Sy ")) continue;
        std::istringstream words(line.substr(7));
        for (std::string word; words >> word;)
            if (word != ",") documented.insert(word);
    }
    std::set<std::string> wanted(kEventNames.begin(), kEventNames.end());
    wanted.insert(std::string(control::kEventsLost));
    CHECK(documented == wanted);
}

}  // namespace
}  // namespace dmm

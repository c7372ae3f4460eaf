#include <algorithm>
#include <functional>
#include <string>

#include "tests/sim/faults.h"
#include "tests/sim/play.h"
#include "tests/sim/scenario.h"
#include "tests/sim/shrink.h"
#include "tests/support/catch.h"

using namespace dmm;
using namespace dmm::test;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

Script hostile_script(std::uint64_t seed) {
    Rng rng(Seed{seed});
    return draw_script(kHostile, rng);
}

struct Transcript {
    std::size_t hash = 0;
    std::size_t lines = 0;
    friend bool operator==(const Transcript&, const Transcript&) = default;
};

Transcript transcript_of(const Script& script) {
    Transcript transcript;
    (void)play(script, [&](const std::string& line) {
        transcript.hash = transcript.hash * 31 + std::hash<std::string>{}(line);
        ++transcript.lines;
    });
    return transcript;
}

// Fails for ever, whatever the engines do: no CMD believes a clock that is off by so much.
Script doomed_script() {
    Script script{
        .maars = 2,
        .hosts = 2,
        .inputs = {},
        .decisions = {{.way = {.from = "cmd", .to = "maar2"}, .number = 1, .fate = {.lost = true}}},
        .odds = {.loss = 10},
        .channel = Seed{1},
        .calm_at = seconds(20)};
    script.inputs.push_back({.at = {}, .what = Clock{.node = "maar1", .ahead = seconds(10)}});
    for (int i = 0; i < 6; ++i) {
        script.inputs.push_back({.at = seconds(i), .what = Move{.host = "host2", .maar = "maar2"}});
    }
    script.inputs.push_back({.at = seconds(7), .what = Move{.host = "host1", .maar = "maar1"}});
    script.inputs.push_back(
        {.at = seconds(8),
         .what = Partition{.a = "cmd", .b = "maar2", .lasts = milliseconds(500)}});
    return script;
}

}  // namespace

TEST_CASE("the same seed gives the same run, to the octet") {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        const Transcript once = transcript_of(hostile_script(seed));
        CHECK(once.lines > 5);
        CHECK(transcript_of(hostile_script(seed)) == once);
        CHECK(transcript_of(hostile_script(seed + 100)) != once);
    }
}

TEST_CASE("a run whose faults are spelt out is the run that they were drawn in") {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        const Script drawn = hostile_script(seed);
        Script decided = drawn;
        decided.odds = {};
        decided.decisions = play(drawn).decisions;
        CHECK(!decided.decisions.empty());
        CHECK(transcript_of(decided) == transcript_of(drawn));
    }
}

TEST_CASE("faults stay below their ceilings, and all of them are drawn") {
    Rng rng(Seed{1});
    Faults most;
    for (int i = 0; i < 200; ++i) {
        const Faults faults = draw_faults(kHostile, rng);
        for (const FaultName& fault : kFaultNames)
            most.*fault.value = std::max(most.*fault.value, faults.*fault.value);
    }
    CHECK(most == kHostile);
    CHECK(draw_faults({}, rng) == Faults{});
    CHECK(faults_text({.loss = 20, .skew = 5}) == "loss=20 skew=5");
    CHECK(faults_text({}) == "no faults");
}

TEST_CASE("worlds without faults end in concord, within their bound of messages") {
    std::uint64_t dearest = 0;  // in percent of the bound
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        Rng rng(Seed{seed});
        const Script script = draw_script({}, rng);
        const Outcome outcome = play(script);
        CHECK(outcome.violations.empty());
        dearest = std::max(dearest, 100 * outcome.messages / message_bound(script, outcome.moves));
    }
    // A bound that nothing comes near finds nothing.
    CHECK(dearest > 30);
}

TEST_CASE("a failing script shrinks to what makes it fail, and stays a scenario") {
    const Script doomed = doomed_script();
    const Outcome outcome = play(doomed);
    REQUIRE(!outcome.violations.empty());
    CHECK(outcome.violations.front() == "host1: the CMD does not know it");
    const Script shorter = shrink(doomed, outcome, seconds(120));
    INFO(scenario_text(shorter, "Doomed"));
    REQUIRE(shorter.inputs.size() == 2);
    CHECK(std::holds_alternative<Clock>(shorter.inputs[0].what));
    CHECK(std::get<Move>(shorter.inputs[1].what).host == "host1");
    CHECK(shorter.decisions.empty());
    CHECK(play(shorter).violations.back() == outcome.violations.front());
    const std::string text = scenario_text(shorter, "Doomed");
    CHECK(text.find("clock maar1 10s\nrun 7s\nhost1 moves maar1 insistently\nrun 13s\n") !=
          std::string::npos);
    CHECK(scenario_text(doomed, "Doomed").find("drop 1 cmd->maar2\n") != std::string::npos);
}

TEST_CASE("kinds of violations leave out who, where and when") {
    CHECK(kind_of("3.8s maar3: a promise") == "a promise");
    CHECK(kind_of("host1 2001:db8::/64: maar4 has no route to the node") ==
          "has no route to the node");
}

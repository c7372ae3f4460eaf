// Which nodes `dmmctl show nodes` is given, of real sessions in a domain in a box.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "agent/node_match.h"
#include "agent/node_view.h"
#include "tests/support/builders.h"
#include "tests/support/catch.h"
#include "tests/support/world.h"

namespace dmm::agent {
namespace {

using control::NodeFilter;

// Alice has moved from MAAR 1 to MAAR 2, bob is at MAAR 1.
test::World domain() {
    test::World world;
    world.add_cmd("cmd", test::cmd_settings());
    world.add_maar("maar1", test::maar_settings(1));
    world.add_maar("maar2", test::maar_settings(2));
    world.add_host("alice", test::mac("02:00:00:00:01:01"));
    world.add_host("bob", test::mac("02:00:00:00:01:02"));
    world.move("alice", "maar1", test::Soliciting::Once);
    world.move("bob", "maar1", test::Soliciting::Once);
    world.run_until_quiet();
    world.move("alice", "maar2", test::Soliciting::Once);
    world.run_until_quiet();
    return world;
}

template <typename EngineOfRole>
std::string names(const EngineOfRole& engine, std::vector<std::array<std::string_view, 2>> words) {
    NodeFilter filter;
    for (const auto& [key, value] : words)
        REQUIRE(set(filter, key, value));
    std::string out;
    for (const control::NodeView& view : node_views(engine, SteadyTime{}, filter))
        out += (out.empty() ? "" : " ") + view.mn;
    return out;
}

TEST_CASE("nodes of a MAAR are picked by name, prefix, link and state") {
    const test::World world = domain();
    const core::MaarEngine& maar = *world.maar("maar1");
    CHECK(names(maar, {}) == "alice@example bob@example");
    CHECK(names(maar, {{"mn", "bob@example"}}) == "bob@example");
    CHECK(names(maar, {{"mn", "carol@example"}}).empty());
    CHECK(names(maar, {{"mn", "*o*@example"}}) == "bob@example");
    CHECK(names(maar, {{"mn", "a*"}}) == "alice@example");
    CHECK(names(maar, {{"state", "previous"}}) == "alice@example");
    CHECK(names(maar, {{"state", "serving"}}) == "bob@example");
    CHECK(names(maar, {{"state", "bound"}}).empty());
    // Alice was there; she is not now.
    CHECK(names(maar, {{"link", "lan0"}}) == "bob@example");
    CHECK(names(maar, {{"link", "lan1"}}).empty());
    CHECK(names(maar, {{"prefix", "2001:db8:a100:1::/64"}}) == "alice@example");
    CHECK(names(maar, {{"prefix", "2001:db8:a100:2::5"}}) == "bob@example");
    CHECK(names(maar, {{"prefix", "2001:db8:a100::/48"}}) == "alice@example bob@example");
    CHECK(names(maar, {{"prefix", "2001:db8:a200::/48"}}).empty());
    CHECK(names(maar, {{"mn", "bob@example"}, {"state", "previous"}}).empty());
    // A prefix that another MAAR anchors.
    CHECK(names(*world.maar("maar2"), {{"prefix", "2001:db8:a100:1::5"}}) == "alice@example");
}

TEST_CASE("nodes of a CMD are picked alike") {
    const test::World world = domain();
    const core::CmdEngine& cmd = *world.cmd("cmd");
    CHECK(names(cmd, {}) == "alice@example bob@example");
    CHECK(names(cmd, {{"mn", "alice@example"}}) == "alice@example");
    CHECK(names(cmd, {{"mn", "carol@example"}}).empty());
    CHECK(names(cmd, {{"mn", "b*"}, {"state", "bound"}}) == "bob@example");
    CHECK(names(cmd, {{"prefix", "2001:db8:a200::/48"}}) == "alice@example");
    CHECK(names(cmd, {{"prefix", "2001:db8:a100:1::/64"}}) == "alice@example");
    CHECK(names(cmd, {{"prefix", "2001:db8:a100:2::"}}) == "bob@example");
    CHECK(names(cmd, {{"state", "ending"}}).empty());
}

TEST_CASE("every state of a session can be asked for") {
    const auto known = [](std::string_view name) {
        return std::ranges::count(control::kNodeStates, name) == 1;
    };
    core::MaarSession maar = domain().maar("maar1")->sessions().at(MnId::nai("alice@example"));
    CHECK(known(state_name(maar)));
    maar.state = core::Serving{};
    CHECK(known(state_name(maar)));
    maar.state = core::Refused{};
    CHECK(known(state_name(maar)));
    core::CmdSession cmd;
    CHECK(known(state_name(cmd)));
    cmd.state = core::Closing{};
    CHECK(known(state_name(cmd)));
    cmd.state = core::Ending{};
    CHECK(known(state_name(cmd)));
}

}  // namespace
}  // namespace dmm::agent

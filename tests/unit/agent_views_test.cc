#include "agent/engine.h"
#include "agent/views.h"
#include "tests/support/catch.h"

namespace dmm::agent {
namespace {

const Ip6Address kMaar = *Ip6Address::parse("2001:db8::1");
const Ip6Address kPeer = *Ip6Address::parse("2001:db8::2");
const Ip6Address kCmd = *Ip6Address::parse("2001:db8::c");
constexpr SteadyTime kStart{std::chrono::seconds(100)};

Settings maar_settings() {
    MaarSettings maar;
    maar.address = kMaar;
    maar.cmd = kCmd;
    maar.peers = {kPeer};
    maar.access_links = {{"lan0"}};
    maar.pool = *Prefix::parse("2001:db8:a100::/48");
    return {.instance = "maar1", .control_socket = "", .log = LogLevel::Info, .role = maar};
}

Settings cmd_settings() {
    CmdSettings cmd;
    cmd.address = kCmd;
    cmd.maars = {{.address = kMaar, .pool = *Prefix::parse("2001:db8:a100::/48")},
                 {.address = kPeer, .pool = *Prefix::parse("2001:db8:a200::/48")}};
    return {.instance = "cmd", .control_socket = "", .log = LogLevel::Info, .role = cmd};
}

// The PBU with which a MAAR makes a node known to its CMD.
core::Send registration_of_alice(Engine& maar) {
    const core::MnAttached attached{.link = {"lan0"},
                                    .mac = *LinkLayerAddress::parse("02:00:00:00:01:01"),
                                    .mn = MnId::nai("alice@example")};
    const core::Actions actions = handle(maar, {.steady = kStart, .wall = {}}, attached);
    for (const core::Action& action : actions) {
        if (const auto* send = std::get_if<core::Send>(&action)) return *send;
    }
    FAIL("no registration was sent");
    return {};
}

TEST_CASE("the role and the address are those of the configuration") {
    CHECK(role_of(maar_settings()) == "maar");
    CHECK(role_of(cmd_settings()) == "cmd");
    CHECK(address_of(maar_settings()) == kMaar);
    CHECK(address_of(cmd_settings()) == kCmd);
}

TEST_CASE("a MAAR's status counts the nodes that are here, and the CMD among its peers") {
    Engine engine = make_engine(maar_settings(), Seed{1});
    CHECK(status_view(maar_settings(), engine, {}).nodes == 0);
    (void)registration_of_alice(engine);
    const control::StatusView view =
        status_view(maar_settings(), engine, std::chrono::milliseconds(1500));
    CHECK(view.instance == "maar1");
    CHECK(view.role == "maar");
    CHECK(view.address == "2001:db8::1");
    CHECK(view.uptime_ms == 1500);
    CHECK(view.nodes == 1);
    CHECK(view.anchored == 0);
    CHECK(view.peers == 2);
    CHECK(has_session(engine, MnId::nai("alice@example")));
    CHECK(!has_session(engine, MnId::nai("bob@example")));
}

TEST_CASE("a CMD's peers show the nodes that each of them serves") {
    Engine maar = make_engine(maar_settings(), Seed{1});
    Engine cmd = make_engine(cmd_settings(), Seed{2});
    const core::Send pbu = registration_of_alice(maar);
    const core::MessageReceived received{.from = pbu.from, .to = pbu.to, .message = pbu.message};
    (void)handle(cmd, {.steady = kStart, .wall = {}}, received);
    CHECK(status_view(cmd_settings(), cmd, {}).nodes == 1);

    PeerBook book;
    book.add(kMaar);
    book.received(kMaar, kStart);
    book.sent(kMaar);
    const auto rows =
        peer_views(cmd_settings(), cmd, book, kStart + std::chrono::milliseconds(250));
    REQUIRE(rows.size() == 2);
    const control::PeerView first{.address = "2001:db8::1",
                                  .role = "maar",
                                  .pool = "2001:db8:a100::/48",
                                  .nodes = 1,
                                  .sent = 1,
                                  .received = 1,
                                  .last_heard_ms = 250,
                                  .heard = true,
                                  .state = ""};
    CHECK(rows[0] == first);
    CHECK(rows[1].nodes == 0);
    CHECK(!rows[1].heard);
}

TEST_CASE("a MAAR's peers begin with the CMD, which knows all its nodes") {
    Engine engine = make_engine(maar_settings(), Seed{1});
    (void)registration_of_alice(engine);
    const auto rows = peer_views(maar_settings(), engine, PeerBook(), kStart);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].role == "cmd");
    CHECK(rows[0].nodes == 1);
    CHECK(rows[1].address == "2001:db8::2");
    CHECK(rows[1].nodes == 0);
}

TEST_CASE("counters show the driver's beside the agent's, in the order of their names") {
    Counters counters;
    counters.count("received", "BU");
    counters.count("dropped", "no_dlif");
    const kernel::DriverCounters driver{
        .batches = 3, .operations = 40, .failures = 1, .restored = 5, .missing = 2};
    const std::vector<control::CounterView> wanted{{.name = "dropped.no_dlif", .value = 1},
                                                   {.name = "kernel.batches", .value = 3},
                                                   {.name = "kernel.failures", .value = 1},
                                                   {.name = "kernel.missing", .value = 2},
                                                   {.name = "kernel.operations", .value = 40},
                                                   {.name = "kernel.restored", .value = 5},
                                                   {.name = "received.BU", .value = 1}};
    CHECK(counter_views(counters, &driver) == wanted);
    CHECK(counter_views(counters, nullptr).size() == 2);
}

TEST_CASE("forwarding shows each object as the command that makes it") {
    kernel::KernelState state;
    kernel::put(state, kernel::Rule{.priority = 8885, .table = 8886});
    const auto rows = forwarding_views(state);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].kind == "rule");
    CHECK(rows[0].object.find("8886") != std::string::npos);
}

}  // namespace
}  // namespace dmm::agent

#include <algorithm>
#include <chrono>
#include <fstream>
#include <string>

#include "agent/metrics_view.h"
#include "agent/views.h"
#include "tests/kernel/fake_netlink.h"
#include "tests/support/builders.h"
#include "tests/support/catch.h"

namespace dmm::agent {
namespace {

using std::chrono::seconds;

// An agent without a kernel and without sockets.
struct Idle {
    Settings settings;
    Engine engine = make_engine(settings, Seed{1});
    Counters counters{};
    PeerBook peers{};
    PhaseTimes phases{{}};
    TrafficTotals traffic{};
    const kernel::Driver* driver = nullptr;

    [[nodiscard]] control::Metrics metrics() const {
        return metrics_of({.settings = settings,
                           .engine = engine,
                           .counters = counters,
                           .peers = peers,
                           .phases = phases,
                           .driver = driver,
                           .filter = nullptr,
                           .traffic = traffic,
                           .started = {seconds(100)},
                           .now = {seconds(130)},
                           .loop_turns = 5});
    }
};

Idle idle_maar() {
    return {.settings = {.instance = "maar1",
                         .control_socket = "",
                         .log = LogLevel::Info,
                         .role = test::maar_settings(1)}};
}

std::uint64_t value_of(const control::LabelledCounts& counts, std::string_view label) {
    const auto found =
        std::find_if(counts.begin(), counts.end(), [&](const auto& c) { return c.label == label; });
    REQUIRE(found != counts.end());
    return found->value;
}

TEST_CASE("a MAAR's metrics know its nodes and its pool") {
    Idle maar = idle_maar();
    const auto mac = test::mac("02:00:00:00:01:01");
    (void)handle(maar.engine,
                 test::at(seconds(1)),
                 core::MnAttached{.link = {"lan0"}, .mac = mac, .mn = std::nullopt});
    const control::Metrics metrics = maar.metrics();
    CHECK(metrics.process.role == "maar");
    CHECK(metrics.process.uptime == seconds(30));
    CHECK(metrics.process.loop_turns == 5);
    CHECK(value_of(metrics.nodes, "registering") == 1);
    CHECK(value_of(metrics.nodes, "serving") == 0);
    REQUIRE(metrics.maar);
    CHECK(metrics.maar->pool_prefixes == 65'536);
    CHECK(metrics.maar->pool_used == 1);
    CHECK_FALSE(metrics.cmd);
    CHECK_FALSE(metrics.kernel);
    CHECK_FALSE(metrics.traffic);
}

TEST_CASE("a CMD's metrics know its nodes, anchors and prefixes") {
    Idle cmd{.settings = {.instance = "cmd",
                          .control_socket = "",
                          .log = LogLevel::Info,
                          .role = test::cmd_settings()}};
    const Now now = test::at(seconds(1));
    (void)handle(cmd.engine, now, test::pbu(now, {}));
    test::PbuSpec moved;
    moved.from = "2001:db8:2::1";
    moved.prefixes = {"2001:db8:a200:1::/64"};
    const Now later = test::at(seconds(2));
    (void)handle(cmd.engine, later, test::pbu(later, moved, 2));
    const control::Metrics metrics = cmd.metrics();
    CHECK(value_of(metrics.nodes, "bound") == 1);
    CHECK(metrics.anchors == 1);
    REQUIRE(metrics.cmd);
    CHECK(metrics.cmd->prefixes == 2);
    CHECK_FALSE(metrics.maar);
}

TEST_CASE("each counter is in one metric") {
    Idle maar = idle_maar();
    maar.counters.count("received", "BU");
    maar.counters.count("received", "BU");
    maar.counters.count("sent", "RA");
    maar.counters.count("rejected", "bad_checksum");
    maar.counters.count("solicit", "bad_checksum");
    maar.counters.count("refused", "unauthorised");
    maar.counters.count("dropped", "no_dlif");
    maar.counters.count("send", "errors");
    maar.counters.count("note", "handover");
    maar.counters.count("weather", "rain");
    const control::Metrics metrics = maar.metrics();
    CHECK(metrics.messages.received == control::LabelledCounts{{"BU", 2}});
    CHECK(metrics.messages.sent == control::LabelledCounts{{"RA", 1}});
    CHECK(metrics.messages.rejected == control::LabelledCounts{{"bad_checksum", 1}});
    CHECK(metrics.messages.solicitation == control::LabelledCounts{{"bad_checksum", 1}});
    CHECK(metrics.messages.refused == control::LabelledCounts{{"unauthorised", 1}});
    CHECK(metrics.messages.dropped == control::LabelledCounts{{"no_dlif", 1}});
    CHECK(metrics.messages.send_errors == 1);
    CHECK(value_of(metrics.events, "handover") == 1);
    CHECK(value_of(metrics.events, "update_delayed") == 0);
    CHECK(metrics.others == control::LabelledCounts{{"weather.rain", 1}});
}

TEST_CASE("what others do to the kernel is among the kernel's, where there is one") {
    Idle maar = idle_maar();
    maar.counters.count("kernel", "intrusion");
    CHECK_FALSE(maar.metrics().kernel);
    CHECK(maar.metrics().others.empty());
    kernel::FakeNetlink fake;
    const kernel::Driver driver({.local = test::Domain::maar_address(1), .core_interface = ""},
                                fake);
    maar.driver = &driver;
    REQUIRE(maar.metrics().kernel);
    CHECK(maar.metrics().kernel->foreign == 1);
}

TEST_CASE("peers are there before they are heard") {
    Idle maar = idle_maar();
    maar.peers.add(test::Domain::cmd_address());
    maar.peers.add(test::Domain::maar_address(2));
    maar.peers.received(test::Domain::maar_address(2), {seconds(128)});
    const control::Metrics metrics = maar.metrics();
    REQUIRE(metrics.peers.size() == 2);
    CHECK(metrics.peers[0].role == "maar");
    CHECK(metrics.peers[0].silent == seconds(2));
    CHECK(metrics.peers[1].role == "cmd");
    CHECK_FALSE(metrics.peers[1].silent);
    CHECK_FALSE(metrics.peers[1].up);
}

TEST_CASE("this process uses memory") {
    CHECK(resident_octets() > 1'000'000);
}

TEST_CASE("totals of traffic grow when a node's counters go") {
    TrafficTotals totals;
    const Prefix prefix = test::prefix("2001:db8:a100:1::/64");
    kernel::TrafficReading reading;
    reading.down[prefix] = {.packets = 10, .octets = 1000};
    totals.take(reading);
    totals.take(reading);
    CHECK(totals.down() == kernel::Traffic{.packets = 10, .octets = 1000});
    totals.take({});
    CHECK(totals.down() == kernel::Traffic{.packets = 10, .octets = 1000});
    reading.down[prefix] = {.packets = 2, .octets = 60};
    totals.take(reading);
    reading.down[prefix] = {.packets = 3, .octets = 90};
    totals.take(reading);
    CHECK(totals.down() == kernel::Traffic{.packets = 13, .octets = 1090});
    // Made anew between two looks.
    reading.down[prefix] = {.packets = 1, .octets = 30};
    totals.take(reading);
    CHECK(totals.down() == kernel::Traffic{.packets = 14, .octets = 1120});
    CHECK(totals.up() == kernel::Traffic{});
}

}  // namespace
}  // namespace dmm::agent

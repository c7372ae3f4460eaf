#include "lib/core/trace.h"
#include "tests/support/builders.h"
#include "tests/support/catch.h"

using namespace dmm;
using namespace dmm::core;
using namespace dmm::test;

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Nothing as it is by itself.
ProtocolSettings other_protocol() {
    return {.mode = DomainMode::Relay,
            .lifetime = seconds(8),
            .initial_bindack_timeout = milliseconds(999),
            .max_bindack_timeout = milliseconds(32001),
            .timestamp_window = milliseconds(1),
            .aggregation_timeout = milliseconds(10),
            .heartbeat_interval = seconds(0),
            .missing_heartbeats_allowed = 1,
            .pbu_rate = 1,
            .pbu_burst = 1,
            .strict_update_rate = true};
}

MaarSettings other_maar() {
    MaarSettings out = maar_settings(2);
    out.core_interface = "core 0";
    out.access_links = {{.name = "lan=1"}, {.name = "lan\"2"}};
    out.quarantine = seconds(0);
    out.idle_release = seconds(60);
    out.local_prefixes = {prefix("2001:db8:b200::/40"), prefix("2001:db8:b300::/40")};
    out.nodes.emplace(mac("02:00:00:00:01:09"),
                      MnId{.subtype = 3, .identifier = std::string("\x00\x01", 2)});
    out.known_nodes_only = true;
    out.source_check = SourceCheck::Off;
    out.on_exit = OnExit::Keep;
    out.deprecate_on_exit = false;
    out.encap = Encap::Seg6;
    out.uplinks = Uplinks::Rules;
    out.access_technology = 255;
    out.table = 4'294'967'295;
    out.rule_priority = 1;
    out.tunnel_mtu = 1280;
    out.protocol = other_protocol();
    out.advert = {.router_lifetime = seconds(1),
                  .interval = seconds(4),
                  .valid_lifetime = seconds(2),
                  .preferred_lifetime = seconds(3),
                  .mtu = 0,
                  .keep_local_preferred = true};
    return out;
}

CmdSettings other_cmd() {
    CmdSettings out = cmd_settings();
    out.max_previous_maars = 0;
    out.mobility = Mobility::None;
    out.nodes = {{MnId::nai("alice@example"), Mobility::Denied}, {MnId::nai("bob"), Mobility::On}};
    out.known_nodes_only = true;
    out.protocol = other_protocol();
    return out;
}

}  // namespace

TEST_CASE("every event is read back from its text") {
    const std::vector<Event> events{
        RouterSolicited{
            .link = {.name = "lan0"}, .mac = mac("02:00:00:00:01:01"), .source = ip("fe80::1")},
        MnAttached{
            .link = {.name = "wlan0.5"}, .mac = mac("02:00:00:00:01:01"), .mn = std::nullopt},
        MnAttached{.link = {.name = "lan0"},
                   .mac = mac("02:00:00:00:01:01"),
                   .mn = MnId::nai("alice@example")},
        MnDetached{.mn = MnId::nai("alice@example"), .deregister = false},
        MnDetached{.mn = MnId::eui48(mac("02:00:00:00:01:01")), .deregister = true},
        pbu(at(std::chrono::seconds(1)), {}),
        MessageRejected{
            .from = ip("2001:db8::1"),
            .to = ip("2001:db8::2"),
            .error = {.fault = wire::Fault::OptionBadLength, .offset = 12, .option = 22}},
        ForwardingApplied{.mn = MnId::nai("alice@example"), .revision = {7}},
        ForwardingFailed{.mn = MnId{.subtype = 3, .identifier = std::string("\x00\x01", 2)},
                         .revision = {8},
                         .error = {.operation = "ip link add dlif0 type macvlan",
                                   .code = 98,
                                   .text = "say \"no\" \\ twice"}},
        Started{.restart_counter = 4'294'967'295},
        RemoveAnchor{.mn = MnId::nai("alice@example"), .maar = ip("2001:db8:1::1")},
        EndSession{.mn = MnId::nai("alice@example")},
        Stopping{},
        Draining{.on = true},
        Draining{.on = false},
        Reconfigured{.settings = std::make_shared<const RoleSettings>(cmd_settings())},
        Reconfigured{.settings = std::make_shared<const RoleSettings>(other_maar())},
        Reconfigured{.settings = std::make_shared<const RoleSettings>(other_cmd())},
        Tick{},
    };
    for (const Event& event : events) {
        const std::string text = to_text(event);
        INFO(text);
        const auto back = parse_event(text);
        REQUIRE(back);
        CHECK((*back == event));
    }
}

TEST_CASE("what is no event is not half understood") {
    for (const char* line : {"",
                             "rs",
                             "rs link=lan0 mac=02:00:00:00:01:01",
                             "tick now",
                             "drain now",
                             "reconfigured",
                             "reconfigured cmd",
                             "reconfigured cmd address=2001:db8::1",
                             "stopping soon",
                             "rs link=lan0 mac=02:00:00:00:01:01 from=fe80::1 more=1",
                             "applied mn=alice@example rev=-1",
                             "detach mn=",
                             "dance",
                             "rx from=2001:db8::1 to=2001:db8::2",
                             "attach link=\"lan0"}) {
        INFO(line);
        CHECK_FALSE(parse_event(line));
    }
}

TEST_CASE("settings that no engine could work with are not understood") {
    MaarSettings small = maar_settings(1);
    small.pool = prefix("2001:db8:a100::/65");
    CmdSettings still = cmd_settings();
    still.protocol.pbu_rate = 0;
    CmdSettings much = cmd_settings();
    much.max_previous_maars = 9;
    MaarSettings busy = maar_settings(1);
    busy.advert.interval = seconds(0);
    for (const RoleSettings& settings :
         {RoleSettings(small), RoleSettings(still), RoleSettings(much), RoleSettings(busy)}) {
        const std::string text =
            to_text(Reconfigured{.settings = std::make_shared<const RoleSettings>(settings)});
        INFO(text);
        CHECK_FALSE(parse_event(text));
    }
    std::string twice =
        to_text(Reconfigured{.settings = std::make_shared<const RoleSettings>(other_cmd())});
    CHECK(parse_event(twice));
    CHECK_FALSE(parse_event(twice + " strict_update_rate=yes"));
}

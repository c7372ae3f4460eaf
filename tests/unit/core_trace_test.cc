#include "lib/core/trace.h"
#include "tests/support/builders.h"
#include "tests/support/catch.h"

using namespace dmm;
using namespace dmm::core;
using namespace dmm::test;

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

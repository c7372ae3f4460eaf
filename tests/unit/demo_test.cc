// The demonstration judges: here its judgement is judged.

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/bytes.h"
#include "lib/base/ip.h"
#include "tests/support/catch.h"
#include "tools/demo/drawing.h"
#include "tools/demo/ladder.h"
#include "tools/demo/leftovers.h"
#include "tools/demo/move_clock.h"
#include "tools/demo/outcome.h"
#include "tools/demo/packet.h"
#include "tools/demo/pattern.h"
#include "tools/demo/tally.h"

namespace {

using namespace dmm;
using namespace dmm::demo;
using std::chrono::microseconds;

Ip6Address address(std::string_view text) {
    const auto parsed = Ip6Address::parse(text);
    REQUIRE(parsed);
    return *parsed;
}

Bytes packet(std::uint8_t next_header, ByteView payload, std::string_view to = "ff02::1") {
    Writer writer;
    writer.u32(0x60000000);
    writer.u16(static_cast<std::uint16_t>(payload.size()));
    writer.u8(next_header);
    writer.u8(255);
    writer.put(address("fe80::1").octets());
    writer.put(address(to).octets());
    writer.put(payload);
    return std::move(writer).finish();
}

Bytes solicitation() {
    return packet(58, Bytes{133, 0, 0, 0, 0, 0, 0, 0});
}

struct Offer {
    std::string_view prefix;
    std::uint32_t preferred;
};

Bytes advertisement(const std::vector<Offer>& offers) {
    Writer writer;
    writer.u8(134);
    writer.zeros(15);
    writer.u8(1);  // a link-layer address option stands before the prefixes
    writer.u8(1);
    writer.zeros(6);
    for (const Offer& offer : offers) {
        writer.u8(3);
        writer.u8(4);
        writer.u8(64);
        writer.u8(0xc0);
        writer.u32(86400);
        writer.u32(offer.preferred);
        writer.u32(0);
        writer.put(address(offer.prefix).octets());
    }
    return packet(58, writer.view());
}

WallTime at_us(int us) {
    return {microseconds(us)};
}

NodeAddress held(std::string_view text, bool deprecated) {
    return {.address = address(text),
            .tentative = false,
            .deprecated = deprecated,
            .preferred_s = deprecated ? 0U : 14400U,
            .valid_s = 86400};
}

MoveOutcome measured(int from, int to) {
    return {.from = from,
            .to = to,
            .to_advert = microseconds(9'040),
            .to_old_prefix = microseconds(18'250),
            .lost_up = 3,
            .lost_down = 4};
}

Outcome fine() {
    Outcome out;
    out.planned_moves = 2;
    out.moves = {measured(1, 2), measured(2, 3)};
    out.tcp_octets = 1000;
    out.tcp_fault = "";
    out.leftovers = 0;
    return out;
}

}  // namespace

TEST_CASE("demo pattern: any cut of the stream has the same content", "[demo]") {
    const Pattern pattern(7);
    std::array<std::uint8_t, 64> whole{};
    pattern.fill(whole, 0);
    for (std::size_t begin = 0; begin < whole.size(); ++begin) {
        for (std::size_t end = begin; end < whole.size(); ++end) {
            const auto part = std::span(whole).subspan(begin, end - begin);
            CHECK(pattern.matching(part, begin) == part.size());
        }
    }
}

TEST_CASE("demo pattern: a changed, moved or foreign octet is found", "[demo]") {
    const Pattern pattern(7);
    std::array<std::uint8_t, 64> data{};
    pattern.fill(data, 1000);
    CHECK(pattern.matching(data, 1000) == data.size());
    CHECK(pattern.matching(data, 1001) < 8);
    CHECK(pattern.matching(data, 1008) < 8);
    CHECK(Pattern(8).matching(data, 1000) < 8);
    data[37] ^= 0x01;
    CHECK(pattern.matching(data, 1000) == 37);
}

TEST_CASE("demo tally: what did not arrive is lost, once", "[demo]") {
    const auto tally = make_tally();
    REQUIRE(tally);
    DatagramTally& up = (*tally)->up;
    for (const std::uint32_t sequence : {0U, 1U, 4U, 4U, 5U})
        up.note_arrival(sequence);
    up.note_arrival(kDatagramsAtMost);  // beyond the books: ignored
    CHECK(up.lost(0, 6) == 2);
    CHECK(up.lost(4, 6) == 0);
    CHECK(up.lost(2, 3) == 1);
    CHECK(up.lost(6, 6) == 0);
    CHECK(up.lost(kDatagramsAtMost - 1, kDatagramsAtMost + 5) == 1);
}

TEST_CASE("demo tally: one connection, every octet, both ways", "[demo]") {
    auto made = make_tally();
    REQUIRE(made);
    Tally& tally = **made;
    tally.connections = 1;
    for (OctetTally* one : {&tally.tcp_up, &tally.tcp_down}) {
        one->sent = 10;
        one->intact = 10;
        one->finished = true;
    }
    REQUIRE(tally.tcp_fault().empty());
    CHECK(tally.tcp_octets() == 20);
    SECTION("a second connection") {
        tally.connections = 2;
        CHECK(tally.tcp_fault() == "expected one connection, saw 2");
    }
    SECTION("an octet that is missing") {
        tally.tcp_down.intact = 9;
        CHECK(tally.tcp_fault() == "cn -> mn: 9 of 10 octets arrived");
    }
    SECTION("an octet that differs") {
        tally.tcp_up.corrupt = true;
        CHECK(tally.tcp_fault() == "mn -> cn: octet 10 is not as sent");
    }
    SECTION("no end") {
        tally.tcp_up.finished = false;
        CHECK(tally.tcp_fault() == "mn -> cn: the stream was not closed in order");
    }
    SECTION("an idle direction") {
        tally.tcp_up.sent = 0;
        tally.tcp_up.intact = 0;
        CHECK(tally.tcp_fault() == "mn -> cn: nothing was sent");
    }
    SECTION("an error") {
        tally.tcp_error = 104;
        CHECK(tally.tcp_fault() == "TCP: Connection reset by peer");
    }
}

TEST_CASE("demo packet: router discovery", "[demo]") {
    CHECK(is_router_solicitation(solicitation()));
    CHECK_FALSE(is_router_solicitation(advertisement({})));
    CHECK_FALSE(advertised_in(solicitation()));
    const auto prefixes = advertised_in(advertisement({{"2001:db8:a200::", 0}}));
    REQUIRE(prefixes);
    REQUIRE(prefixes->size() == 1);
    CHECK(to_text(prefixes->front().prefix) == "2001:db8:a200::/64");
    CHECK(prefixes->front().valid_s == 86400);
    CHECK(prefixes->front().preferred_s == 0);
}

TEST_CASE("demo packet: no cut and no changed length is read beyond its end", "[demo]") {
    const Bytes whole = advertisement({{"2001:db8:a200::", 1}});
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const auto prefixes = advertised_in(ByteView(whole).first(size));
        CHECK((!prefixes || prefixes->empty()));
    }
    Bytes endless = whole;
    endless[40 + 16 + 1] = 0;
    CHECK_FALSE(advertised_in(endless));
}

TEST_CASE("demo packet: signalling", "[demo]") {
    const Bytes update{59, 1, 5, 0, 0, 0, 0, 7, 0, 0, 0, 150, 0, 0, 0, 0};
    CHECK(signal_in(packet(135, update)) == "PBU lifetime=600s seq=7");
    const Bytes ack{59, 1, 6, 0, 0, 0, 155, 0, 0, 7, 0, 2, 0, 0, 0, 0};
    CHECK(signal_in(packet(135, ack)) == "PBA status=155 lifetime=8s seq=7");
    CHECK(signal_in(packet(135, Bytes{59, 0, 13, 0, 0, 0, 0, 0})) == "MH type=13");
    CHECK_FALSE(signal_in(packet(135, Bytes{59, 0})));
    CHECK_FALSE(signal_in(packet(17, update)));
}

TEST_CASE("demo clock: counts from the first solicitation", "[demo]") {
    MoveClock clock(2);
    CHECK_FALSE(clock.see({at_us(50), false, advertisement({{"2001:db8:a200::", 100}})}));
    CHECK_FALSE(clock.see({at_us(60), false, solicitation()}));  // somebody else's
    CHECK(clock.see({at_us(100), true, solicitation()}));
    CHECK_FALSE(clock.see({at_us(1'000'100), true, solicitation()}));
    CHECK(clock.see({at_us(1'000'200), false, advertisement({{"2001:db8:a100::", 100}})}));
    CHECK_FALSE(clock.to_advert());
    CHECK(clock.see({at_us(1'000'300), false, advertisement({{"2001:db8:a200::", 0}})}));
    CHECK_FALSE(clock.to_advert());
    CHECK(clock.see({at_us(1'000'400), false, advertisement({{"2001:db8:a200::", 100}})}));
    CHECK_FALSE(clock.see({at_us(1'000'500), false, advertisement({{"2001:db8:a200::", 100}})}));
    CHECK(clock.to_advert() == Duration(microseconds(1'000'300)));
}

TEST_CASE("demo clock: a packet for an old prefix counts only after the solicitation", "[demo]") {
    MoveClock clock(2);
    CHECK_FALSE(clock.see_arrival({at_us(50), false, {}}));
    CHECK(clock.see({at_us(100), true, solicitation()}));
    CHECK_FALSE(clock.see_arrival({at_us(99), false, {}}));
    CHECK_FALSE(clock.to_old_prefix());
    CHECK(clock.see_arrival({at_us(350), false, {}}));
    CHECK_FALSE(clock.see_arrival({at_us(400), false, {}}));
    CHECK(clock.to_old_prefix() == Duration(microseconds(250)));
}

TEST_CASE("demo addresses: the newest preferred, all others deprecated, none gone", "[demo]") {
    const NodeAddress old = held("2001:db8:a100::ff:fe00:101", true);
    const NodeAddress fresh = held("2001:db8:a200::ff:fe00:101", false);
    CHECK(address_faults(2, {old}, {fresh, old}).empty());
    CHECK(address_faults(2, {old}, {fresh}) ==
          std::vector<std::string>{"2001:db8:a100::ff:fe00:101: expected to stay, is gone"});
    CHECK(address_faults(2, {}, {old}) ==
          std::vector<std::string>{"expected an address out of 2001:db8:a200::/48, there is none"});
    CHECK(address_faults(1, {}, {old, fresh}) ==
          std::vector<std::string>{
              "2001:db8:a100::ff:fe00:101: expected preferred, is deprecated",
              "2001:db8:a200::ff:fe00:101: expected deprecated, is preferred for 14400 s"});
    NodeAddress tentative = fresh;
    tentative.tentative = true;
    CHECK(address_faults(2, {}, {tentative}) ==
          std::vector<std::string>{"2001:db8:a200::ff:fe00:101: expected usable, is tentative"});
}

TEST_CASE("demo outcome: the line for programs", "[demo]") {
    CHECK(summary(fine()) ==
          "demo: moves=2 tcp_bytes=1000 tcp=intact lost_per_move=7,7 rs_to_ra_ms=9.0,9.0 "
          "rs_to_old_prefix_ms=18.3,18.3 leftovers=0 ok");
    Outcome early;
    early.planned_moves = 3;
    early.moves = {measured(1, 2)};
    CHECK(summary(early) ==
          "demo: moves=1 tcp_bytes=0 tcp=broken lost_per_move=7,-,- rs_to_ra_ms=9.0,-,- "
          "rs_to_old_prefix_ms=18.3,-,- leftovers=- FAILED");
}

TEST_CASE("demo outcome: anything amiss is a failure", "[demo]") {
    REQUIRE(fine().good());
    Outcome bad = fine();
    SECTION("a move is missing") {
        bad.moves.pop_back();
    }
    SECTION("no advertisement") {
        bad.moves[0].to_advert.reset();
    }
    SECTION("no packet") {
        bad.moves[1].to_old_prefix.reset();
    }
    SECTION("losses unknown") {
        bad.moves[1].lost_down.reset();
    }
    SECTION("transfer") {
        bad.tcp_fault = "cn -> mn: 9 of 10 octets arrived";
    }
    SECTION("nothing transferred") {
        bad.tcp_octets = 0;
    }
    SECTION("leftovers") {
        bad.leftovers = 1;
    }
    SECTION("leftovers unknown") {
        bad.leftovers.reset();
    }
    SECTION("a fault") {
        bad.faults.emplace_back("something");
    }
    CHECK_FALSE(bad.good());
}

TEST_CASE("demo leftovers: new objects and only they", "[demo]") {
    const Snapshot before = objects_in(
        "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue\\    link/loopback 00:00\n"
        "3: lan0@if2: <BROADCAST,UP> mtu 1500 state DOWN\\    link/ether 02:00\n"
        "3: lan0    inet6 fe80::1/64 scope link \\       valid_lft forever preferred_lft forever\n"
        "default via fe80::1 dev lan0 proto ra metric 1024 expires 1793sec pref medium\n"
        "0:\tfrom all lookup local\n",
        "maar1");
    const Snapshot after = objects_in(
        "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue\\    link/loopback 00:00\n"
        "3: lan0@if2: <BROADCAST,UP,LOWER_UP> mtu 1500 state UP\\    link/ether 02:00\n"
        "3: lan0    inet6 fe80::1/64 scope link \\       valid_lft 12sec preferred_lft 12sec\n"
        "default via fe80::1 dev lan0 proto ra metric 1024 expires 1700sec pref medium\n"
        "0:\tfrom all lookup local\n"
        "8885:\tfrom all lookup 8885 proto 137\n"
        "9: dmmt12345678@core0: <POINTOPOINT,NOARP> mtu 1460\\    link/tunnel6 ::\n",
        "maar1");
    CHECK(before.size() == 5);
    CHECK(new_objects(before, before).empty());
    CHECK(new_objects(after, before).empty());
    CHECK(new_objects(before, after) ==
          Snapshot{"maar1: 8885: from all lookup 8885 proto 137", "maar1: link dmmt12345678"});
}

TEST_CASE("demo leftovers: a second object of the same text counts", "[demo]") {
    CHECK(new_objects({"a", "b"}, {"a", "a", "b"}) == Snapshot{"a"});
}

TEST_CASE("demo drawing: the prefixes come through tunnels to where the node is", "[demo]") {
    const auto lines = draw(2,
                            {held("2001:db8:a200::ff:fe00:101", false),
                             held("2001:db8:a100::ff:fe00:101", true),
                             held("2001:db8:a300::ff:fe00:101", true)});
    CHECK(lines ==
          std::vector<std::string>{"               cn --------------- core --------------- cmd",
                                   "                .-------------------+-------------------.",
                                   "              maar1               maar2               maar3",
                                   "              a100================> |",
                                   "                                    | <===============a300",
                                   "                                  a200",
                                   "                                 ( mn )",
                                   "    2001:db8:a100::ff:fe00:101              deprecated",
                                   "    2001:db8:a200::ff:fe00:101              preferred 14400 s",
                                   "    2001:db8:a300::ff:fe00:101              deprecated"});
}

TEST_CASE("demo text: milliseconds are rounded to a tenth", "[demo]") {
    CHECK(milliseconds_text(microseconds(0)) == "0.0");
    CHECK(milliseconds_text(microseconds(49)) == "0.0");
    CHECK(milliseconds_text(microseconds(50)) == "0.1");
    CHECK(milliseconds_text(microseconds(13'949)) == "13.9");
    CHECK(milliseconds_text(microseconds(999'960)) == "1000.0");
    CHECK(milliseconds_text(microseconds(-1'250)) == "-1.3");
}

#include <cerrno>
#include <sstream>

#include "lib/kernel/dry_run.h"
#include "lib/kernel/source_filter.h"
#include "tests/kernel/contract.h"
#include "tests/kernel/fake_nft.h"
#include "tests/support/catch.h"

namespace dmm::kernel {
namespace {

struct Check {
    FakeNft kernel;
    SourceFilter filter{{"lan0"}, kernel};
    SteadyTime now{std::chrono::seconds(100)};

    std::map<MnId, KernelError> apply(const MnId& mn, const SessionForwarding& forwarding) {
        filter.want(mn, forwarding);
        filter.send();
        return filter.receive(now);
    }

    void clear() {
        now = now + std::chrono::milliseconds(100);
        filter.on_deadline(now);
    }

    [[nodiscard]] const auto& set(std::string_view name) {
        return kernel.tables.at("dmmd").sets.at(std::string(name));
    }
};

NodePrefix source(std::uint8_t node, std::uint8_t anchor) {
    return {.mn = make_dlif(node, anchor).mn, .prefix = make_prefix(node, anchor)};
}

}  // namespace

TEST_CASE("a filter makes its table whole at the start", "[kernel]") {
    Check check;
    REQUIRE(check.filter.start());
    const FakeTable& table = check.kernel.tables.at("dmmd");
    CHECK(table.sets.size() == 5);
    CHECK(table.chains == 3);
    CHECK(table.rules == 9);
    CHECK(check.set("links").size() == 1);
    CHECK(check.kernel.transactions == 1);
    CHECK(check.filter.stop().empty());
    CHECK(check.kernel.tables.empty());
    CHECK(check.filter.stop().empty());
}

TEST_CASE("a filter replaces its own table and no other", "[kernel]") {
    Check check;
    REQUIRE(check.filter.start());
    CHECK(check.apply(kAlice, over_dlif(1, 1)).empty());
    SourceFilter next({}, check.kernel);
    REQUIRE(next.start());
    CHECK(check.set("up").empty());
    CHECK(check.set("links").empty());
    check.kernel.tables.at("dmmd").comment.clear();
    SourceFilter third({}, check.kernel);
    const auto refused = third.start();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == EEXIST);
    CHECK(third.stop().empty());
    CHECK(check.kernel.tables.size() == 1);
}

TEST_CASE("a kernel without nf_tables is an error of the start", "[kernel]") {
    Check check;
    check.kernel.begin_refused = EOPNOTSUPP;
    const auto refused = check.filter.start();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == EOPNOTSUPP);
}

TEST_CASE("a node's prefixes over DLIFs are allowed, in one transaction", "[kernel]") {
    Check check;
    REQUIRE(check.filter.start());
    check.filter.want(kAlice, moved_here(1));
    check.filter.want(kBob, over_dlif(2, 1));
    check.filter.want(kCarol, over_tunnel(3, 1));
    check.filter.send();
    CHECK(check.filter.receive(check.now).empty());
    CHECK(check.kernel.transactions == 2);
    CHECK(check.set("up").size() == 3);
    CHECK(check.set("onlink").size() == 3);
    CHECK(check.set("down").size() == 3);
    CHECK(check.set("up").contains(key_of(source(1, 2))));
    CHECK_FALSE(check.set("down").contains(key_of(make_prefix(3, 1))));
    check.filter.send();
    CHECK(check.filter.receive(check.now).empty());
    CHECK(check.kernel.transactions == 2);  // nothing to say
}

TEST_CASE("what is no longer wished for goes later", "[kernel]") {
    Check check;
    REQUIRE(check.filter.start());
    CHECK(check.apply(kAlice, moved_here(1)).empty());
    CHECK(check.apply(kAlice, over_dlif(1, 1)).empty());
    CHECK(check.set("up").size() == 2);
    REQUIRE(check.filter.next_deadline());
    CHECK(*check.filter.next_deadline() == check.now + std::chrono::milliseconds(100));
    check.clear();
    CHECK(check.set("up").size() == 1);
    CHECK(check.set("onlink").size() == 1);
    CHECK(check.set("down").size() == 1);

    SECTION("unless it is wished for again") {
        CHECK(check.apply(kAlice, {}).empty());
        CHECK(check.apply(kAlice, over_dlif(1, 1)).empty());
        check.clear();
        CHECK(check.set("up").size() == 1);
    }

    SECTION("or by another node") {
        CHECK(check.apply(kBob, over_dlif(1, 1)).empty());
        CHECK(check.apply(kAlice, {}).empty());
        check.clear();
        CHECK(check.set("up").size() == 1);
        CHECK(check.filter.wishes().size() == 1);
    }
}

TEST_CASE("a prefix under a new link-layer address keeps its downlink", "[kernel]") {
    Check check;
    REQUIRE(check.filter.start());
    CHECK(check.apply(kAlice, over_dlif(1, 1)).empty());
    Dlif dlif = make_dlif(9, 1);
    CHECK(check
              .apply(kAlice,
                     {.dlifs = {dlif}, .down = {{.to = make_prefix(1, 1), .via = dlif}}, .up = {}})
              .empty());
    check.clear();
    CHECK(check.set("up").size() == 1);
    CHECK(check.set("down").contains(key_of(make_prefix(1, 1))));
    CHECK(check.apply(kAlice, {}).empty());
    check.clear();
    CHECK(check.set("down").empty());
}

TEST_CASE("a refused node spares the others in the filter", "[kernel]") {
    Check check;
    REQUIRE(check.filter.start());
    check.kernel.bad_key = key_of(source(1, 1));
    check.filter.want(kAlice, over_dlif(1, 1));
    check.filter.want(kBob, over_dlif(2, 1));
    check.filter.send();
    const auto errors = check.filter.receive(check.now);
    REQUIRE(errors.size() == 1);
    CHECK(errors.at(kAlice).code == EINVAL);
    CHECK(errors.at(kAlice).operation ==
          "nft add element ip6 dmmd onlink '{ 02:00:00:00:01:01 . 2001:db8:a101:1:: }'");
    CHECK(check.set("up").contains(key_of(source(2, 1))));
    check.kernel.bad_key.reset();
    CHECK(check.apply(kAlice, over_dlif(1, 1)).empty());
    CHECK(check.set("up").size() == 2);
}

TEST_CASE("a lost answer is an error, and the addition is made again", "[kernel]") {
    Check check;
    REQUIRE(check.filter.start());
    check.filter.want(kAlice, over_dlif(1, 1));
    check.filter.send();
    check.kernel.silent = true;
    // What was sent was carried out; saying it once more does no harm.
    CHECK(check.filter.receive(check.now).empty());
    CHECK(check.kernel.transactions == 3);
    CHECK(check.set("up").size() == 1);
}

TEST_CASE("a filter notices that its table was taken away", "[kernel]") {
    Check check;
    REQUIRE(check.filter.start());
    CHECK(check.apply(kAlice, over_dlif(1, 1)).empty());
    check.kernel.tables.clear();
    CHECK(check.apply(kBob, over_dlif(2, 1)).empty());
    CHECK(check.set("up").size() == 2);
    CHECK(check.filter.times_rebuilt() == 1);

    check.kernel.tables.clear();
    CHECK(check.apply(kBob, {}).empty());
    check.clear();
    CHECK(check.set("up").size() == 1);
    CHECK(check.filter.times_rebuilt() == 2);

    // Somebody's copy of it has another handle.
    check.kernel.tables.at("dmmd").handle += 100;
    check.now = check.now + std::chrono::seconds(10);
    check.filter.on_deadline(check.now);
    CHECK(check.filter.times_rebuilt() == 3);
    check.now = check.now + std::chrono::seconds(10);
    check.filter.on_deadline(check.now);
    CHECK(check.filter.times_rebuilt() == 3);
}

TEST_CASE("traffic is read set by set", "[kernel]") {
    Check check;
    REQUIRE(check.filter.start());
    CHECK(check.apply(kAlice, moved_here(1)).empty());
    auto& sets = check.kernel.tables.at("dmmd").sets;
    sets.at("up").at(key_of(source(1, 2))) = {.packets = 3, .octets = 300};
    sets.at("down").at(key_of(make_prefix(1, 1))) = {.packets = 2, .octets = 0x1'0000'0000};
    sets.at("spoofed")[Bytes{2, 0, 0, 0, 1, 1}] = {.packets = 1, .octets = 60};
    sets.at("spoofed")[Bytes{2, 0}] = {.packets = 9, .octets = 9};  // no address
    check.kernel.interrupt_dump = true;
    const auto reading = check.filter.read();
    REQUIRE(reading);
    CHECK(reading->up.size() == 2);
    CHECK(reading->up.at(source(1, 2)) == Traffic{3, 300});
    CHECK(reading->up.at(source(1, 1)) == Traffic{});
    CHECK(reading->down.at(make_prefix(1, 1)) == Traffic{2, 0x1'0000'0000});
    CHECK(reading->spoofed == std::map<LinkLayerAddress, Traffic>{{source(1, 1).mn, {1, 60}}});
    check.kernel.tables.clear();
    const auto failed = check.filter.read();
    REQUIRE_FALSE(failed);
    CHECK(failed.error().code == ENOENT);
    CHECK(failed.error().operation == "nft list set ip6 dmmd up");
}

TEST_CASE("thousands of nodes fit into one transaction", "[kernel]") {
    Check check;
    REQUIRE(check.filter.start());
    for (unsigned node = 0; node < 5000; ++node) {
        Dlif dlif = make_dlif(1, 1);
        auto octets = make_prefix(1, 1).address().octets();
        octets[6] = static_cast<std::uint8_t>(node >> 8U);
        octets[7] = static_cast<std::uint8_t>(node);
        check.filter.want(MnId::nai(std::to_string(node)),
                          {.dlifs = {dlif},
                           .down = {{.to = Prefix(Ip6Address(octets), 64), .via = dlif}},
                           .up = {}});
    }
    check.filter.send();
    CHECK(check.filter.receive(check.now).empty());
    CHECK(check.kernel.transactions == 2);
    CHECK(check.set("down").size() == 5000);
    CHECK(check.set("up").size() == 5000);
}

TEST_CASE("a rehearsal of the filter prints what it would do", "[kernel]") {
    std::ostringstream printed;
    DryRunTransport dry(printed);
    SourceFilter filter({"lan0"}, dry);
    REQUIRE(filter.start());
    filter.want(kAlice, over_dlif(1, 1));
    filter.send();
    CHECK(filter.receive({}).empty());
    filter.on_deadline(SteadyTime{std::chrono::seconds(20)});
    CHECK(filter.times_rebuilt() == 0);
    CHECK(filter.read());
    CHECK(filter.stop().empty());
    const std::string text = printed.str();
    CHECK(text.starts_with("nft add table ip6 dmmd "));
    CHECK(text.find("nft add element ip6 dmmd down '{ 2001:db8:a101:1:: }'\n") !=
          std::string::npos);
    CHECK(text.ends_with("nft delete table ip6 dmmd\n"));
}

}  // namespace dmm::kernel

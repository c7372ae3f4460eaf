// The small parts of the engines: transactions and pools.
#include "lib/core/prefix_pool.h"
#include "lib/core/transaction.h"
#include "lib/model/limits.h"
#include "tests/support/catch.h"

using namespace dmm;
using namespace dmm::core;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

SteadyTime at(Duration d) {
    return {.since_start = d};
}

}  // namespace

TEST_CASE("a transaction doubles its timeout up to the maximum and knows all its numbers") {
    const ProtocolSettings protocol;
    Transaction t(at(seconds(0)), 10, protocol);
    CHECK(t.retransmit_at() == at(seconds(1)));
    SteadyTime now = t.retransmit_at();
    std::vector<std::int64_t> waits;
    for (std::uint16_t i = 1; i <= 7; ++i) {
        t.retransmitted(now, static_cast<std::uint16_t>(10 + i), protocol);
        waits.push_back((t.retransmit_at() - now) / seconds(1));
        now = t.retransmit_at();
    }
    CHECK(waits == std::vector<std::int64_t>{2, 4, 8, 16, 32, 32, 32});
    CHECK(t.matches(10));
    CHECK(t.matches(17));
    CHECK_FALSE(t.matches(18));
    CHECK(t.tries() == 8);
}

TEST_CASE("a pool gives out every /64 once, then says no") {
    const SteadyTime now = at(seconds(1));
    const MnId alice = MnId::nai("alice@example");
    PrefixPool pool(*Prefix::parse("2001:db8:a100::/62"), Duration{});
    CHECK(to_text(*pool.allocate(now, alice)) == "2001:db8:a100:1::/64");
    CHECK(to_text(*pool.allocate(now, alice)) == "2001:db8:a100:2::/64");
    CHECK(to_text(*pool.allocate(now, alice)) == "2001:db8:a100:3::/64");
    CHECK(to_text(*pool.allocate(now, alice)) == "2001:db8:a100::/64");
    CHECK_FALSE(pool.allocate(now, alice));
    pool.release(now, *Prefix::parse("2001:db8:a100:2::/64"), alice);
    CHECK(to_text(*pool.allocate(now, alice)) == "2001:db8:a100:2::/64");
    PrefixPool single(*Prefix::parse("2001:db8:a100:7::/64"), Duration{});
    CHECK(to_text(*single.allocate(now, alice)) == "2001:db8:a100:7::/64");
    CHECK_FALSE(single.allocate(now, alice));
}

TEST_CASE("a released prefix rests while others are free") {
    const SteadyTime now = at(seconds(1));
    const MnId alice = MnId::nai("alice@example");
    PrefixPool pool(*Prefix::parse("2001:db8:a100::/48"), Duration{});
    const Prefix first = *pool.allocate(now, alice);
    pool.release(now, first, alice);
    CHECK(*pool.allocate(now, alice) != first);
}

TEST_CASE("a released prefix is kept from other nodes for the quarantine, from its own not") {
    const MnId alice = MnId::nai("alice@example");
    const MnId bob = MnId::nai("bob@example");
    PrefixPool pool(*Prefix::parse("2001:db8:a100:7::/64"), seconds(100));
    const Prefix only = pool.allocate(at(seconds(1)), alice).value();
    pool.release(at(seconds(10)), only, alice);
    CHECK_FALSE(pool.allocate(at(seconds(109)), bob));
    CHECK(pool.resting() == 1);
    CHECK(pool.allocate(at(seconds(109)), alice) == only);
    // Released anew, it rests anew.
    pool.release(at(seconds(109)), only, alice);
    CHECK_FALSE(pool.allocate(at(milliseconds(208'999)), bob));
    CHECK(pool.allocate(at(seconds(209)), bob) == only);
    CHECK(pool.resting() == 0);
    // One that was refused is nobody's meanwhile.
    pool.release(at(seconds(300)), only, std::nullopt);
    CHECK_FALSE(pool.allocate(at(seconds(301)), bob));
    CHECK(pool.allocate(at(seconds(400)), bob) == only);
}

TEST_CASE("the list of resting prefixes is bounded; the oldest goes") {
    PrefixPool pool(*Prefix::parse("2001:db8::/32"), std::chrono::hours(2));
    const MnId alice = MnId::nai("alice@example");
    for (std::size_t i = 0; i < limits::kRestingPrefixes + 10; ++i)
        pool.release(at(seconds(1)), *pool.allocate(at(seconds(1)), alice), std::nullopt);
    CHECK(pool.resting() == limits::kRestingPrefixes);
    CHECK(pool.in_use() == 0);
}

// What the CMD keeps its sessions in, each against a plain map under random operations.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lib/base/rng.h"
#include "lib/base/siphash.h"
#include "lib/core/cmd_sessions.h"
#include "lib/core/deadline_heap.h"
#include "lib/core/deadlines.h"
#include "lib/core/prefix_owners.h"
#include "tests/support/catch.h"

using namespace dmm;
using namespace dmm::core;
using std::chrono::seconds;

namespace {

constexpr HashKey kKey{.first = 0x0706050403020100ULL, .second = 0x0f0e0d0c0b0a0908ULL};

SteadyTime at(Duration d) {
    return {.since_start = d};
}

Prefix network(std::uint64_t n) {
    auto octets = Prefix::parse("2001:db8:a100::/48")->address().octets();
    octets[6] = static_cast<std::uint8_t>(n >> 8U);
    octets[7] = static_cast<std::uint8_t>(n);
    return {Ip6Address(octets), 64};
}

// Spreads so badly that everything collides, and some of it around the end.
struct Crowded {
    std::uint32_t operator()(std::uint32_t key) const { return key % 3 == 0 ? 0 : 0xffffffff; }
};

struct Even {
    std::uint32_t operator()(std::uint32_t key) const { return key * 0x9e3779b9U; }
};

template <typename Spread>
void compare_with_map(std::uint64_t seed, std::uint64_t keys) {
    Rng rng(Seed{seed});
    SlotIndex<std::uint32_t, Spread> index{Spread{}};
    std::map<std::uint32_t, std::uint32_t> model;
    for (int i = 0; i < 20'000; ++i) {
        const auto key = static_cast<std::uint32_t>(rng.below(keys));
        const auto known = model.find(key);
        const auto slot = static_cast<std::uint32_t>(rng.below(1000));
        if (known == model.end()) {
            REQUIRE_FALSE(index.find(key));
            REQUIRE_FALSE(index.erase(key, Slot{slot}));
            index.insert(key, Slot{slot});
            model.emplace(key, slot);
        } else if (rng.below(2) == 0) {
            REQUIRE(index.find(key) == Slot{known->second});
        } else {
            REQUIRE_FALSE(index.erase(key, Slot{known->second + 1}));
            REQUIRE(index.erase(key, Slot{known->second}));
            model.erase(known);
        }
        REQUIRE(index.size() == model.size());
    }
    for (std::uint32_t key = 0; key < keys; ++key) {
        const auto known = model.find(key);
        REQUIRE(index.find(key).has_value() == (known != model.end()));
        if (known != model.end()) REQUIRE(index.find(key) == Slot{known->second});
    }
}

template <typename Kind>
void come_due_in_order() {
    Kind deadlines;
    CHECK_FALSE(deadlines.next());
    deadlines.set(Serial{1}, at(seconds(5)));
    deadlines.set(Serial{2}, at(seconds(3)));
    deadlines.set(Serial{3}, at(seconds(3)));
    CHECK(deadlines.next() == at(seconds(3)));
    deadlines.set(Serial{2}, at(seconds(9)));
    deadlines.set(Serial{1}, std::nullopt);
    CHECK(deadlines.take_due(at(seconds(2))).empty());
    CHECK(deadlines.take_due(at(seconds(9))) == std::vector<Serial>{Serial{3}, Serial{2}});
    CHECK_FALSE(deadlines.next());
}

template <typename Kind>
void compare_with_set(std::uint64_t seed) {
    Rng rng(Seed{seed});
    Kind deadlines;
    std::map<Serial, SteadyTime> model;
    std::vector<std::uint64_t> count(300, 1);
    for (int i = 0; i < 20'000; ++i) {
        const auto slot = static_cast<std::uint32_t>(rng.below(300));
        const Serial serial = serial_of(count[slot], Slot{slot});
        // Few times, so that many are equal.
        const SteadyTime when = at(seconds(1 + rng.below(50)));
        const auto what = rng.below(20);
        if (what == 0) {
            deadlines.set(serial, std::nullopt);
            model.erase(serial);
            ++count[slot];
        } else if (what == 1) {
            std::vector<std::pair<SteadyTime, Serial>> due;
            for (const auto& [known, time] : model) {
                if (time <= at(seconds(10))) due.emplace_back(time, known);
            }
            std::sort(due.begin(), due.end());
            std::vector<Serial> serials;
            for (const auto& [time, known] : due) {
                serials.push_back(known);
                model.erase(known);
            }
            REQUIRE(deadlines.take_due(at(seconds(10))) == serials);
        } else {
            deadlines.set(serial, when);
            model.insert_or_assign(serial, when);
        }
        std::optional<SteadyTime> first;
        for (const auto& [known, time] : model)
            first = earlier(first, time);
        REQUIRE(deadlines.next() == first);
    }
}

}  // namespace

TEST_CASE("SipHash gives what its authors published") {
    Bytes message;
    for (std::uint8_t i = 0; i < 15; ++i)
        message.push_back(i);
    CHECK(siphash(kKey, message) == 0xa129ca6149be45e5ULL);
    CHECK(siphash(kKey, ByteView()) == 0x726fdb47dd0e0e31ULL);
    CHECK(siphash({.first = 1, .second = 2}, message) != siphash(kKey, message));
}

TEST_CASE("an index of slots does what a map does") {
    compare_with_map<Even>(1, 5000);
    compare_with_map<Even>(2, 50);
    compare_with_map<Crowded>(3, 60);
}

TEST_CASE("a key may have several slots; the caller says which is meant") {
    SlotIndex<std::uint32_t, Even> index{Even{}};
    for (std::uint32_t slot = 0; slot < 100; ++slot)
        index.insert(7, Slot{slot});
    CHECK(index.find(7, [](Slot slot) { return slot.value == 42; }) == Slot{42});
    CHECK(index.erase(7, Slot{42}));
    CHECK_FALSE(index.find(7, [](Slot slot) { return slot.value == 42; }));
    CHECK(index.find(7, [](Slot slot) { return slot.value == 43; }) == Slot{43});
}

TEST_CASE("deadlines come due in order, each once") {
    come_due_in_order<Deadlines>();
    come_due_in_order<DeadlineHeap>();
}

TEST_CASE("deadlines do what an ordered set does") {
    compare_with_set<Deadlines>(1);
    compare_with_set<DeadlineHeap>(2);
}

TEST_CASE("a prefix belongs to one node, and only that node gives it up") {
    PrefixOwners owners(kKey);
    const std::vector prefixes{network(1)};
    const Slot alice{3};
    const Slot bob{4};
    owners.claim(prefixes, alice);
    owners.release(prefixes, bob);
    CHECK(owners.owner(prefixes[0]) == alice);
    owners.claim(prefixes, alice);
    CHECK(owners.size() == 1);
    CHECK_FALSE(owners.owner(Prefix(prefixes[0].address(), 63)));
    CHECK_FALSE(owners.owner(network(2)));
    owners.release(prefixes, alice);
    CHECK_FALSE(owners.owner(prefixes[0]));
    CHECK(owners.size() == 0);
}

TEST_CASE("owners of prefixes are what a map says") {
    Rng rng(Seed{5});
    PrefixOwners owners(kKey);
    std::map<Prefix, Slot> model;
    for (int i = 0; i < 20'000; ++i) {
        const std::vector one{network(rng.below(2000))};
        const Slot slot{static_cast<std::uint32_t>(rng.below(4))};
        const auto known = model.find(one[0]);
        if (known == model.end()) {
            REQUIRE_FALSE(owners.owner(one[0]));
            owners.claim(one, slot);
            model.emplace(one[0], slot);
        } else {
            REQUIRE(owners.owner(one[0]) == known->second);
            owners.release(one, slot);
            if (known->second == slot) model.erase(known);
        }
        REQUIRE(owners.size() == model.size());
    }
}

TEST_CASE("sessions are found by MN-ID and serial, listed in order, and stay where they are") {
    Rng rng(Seed{9});
    CmdSessions sessions(kKey);
    std::map<MnId, CmdSession*> model;
    std::set<Serial> used;
    for (int i = 0; i < 5000; ++i) {
        // Of other lengths and subtypes, some equal but for the subtype.
        const auto n = rng.below(400);
        const MnId mn{.subtype = static_cast<std::uint8_t>(1 + n % 3),
                      .identifier = std::string(n % 40, 'x') + std::to_string(n / 3)};
        const auto known = model.find(mn);
        if (known == model.end()) {
            REQUIRE_FALSE(sessions.contains(mn));
            CmdSession& session = sessions.add(mn);
            REQUIRE((session.previous.empty() && !session.notice && session.lifetime == 0));
            REQUIRE((used.empty() || *used.rbegin() < session.serial));
            used.insert(session.serial);
            session.lifetime = 7;
            model.emplace(mn, &session);
        } else {
            REQUIRE(&sessions.at(mn) == known->second);
            REQUIRE(&sessions.at(known->second->serial) == known->second);
            REQUIRE(&sessions.find(mn)->second == known->second);
            if (rng.below(2) == 0) {
                sessions.erase(*known->second);
                model.erase(known);
            }
        }
        REQUIRE(sessions.size() == model.size());
    }
    const auto listed = sessions.in_order();
    REQUIRE(listed.size() == model.size());
    auto expected = model.begin();
    for (const CmdSession* session : listed) {
        CHECK(session == expected->second);
        CHECK(session->mn == expected->first);
        ++expected;
    }
}

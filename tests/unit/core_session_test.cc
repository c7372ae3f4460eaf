// What a session at the CMD keeps, and gives back as it came.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "lib/base/rng.h"
#include "lib/core/cmd_session.h"
#include "tests/support/catch.h"

using namespace dmm;
using namespace dmm::core;

namespace {

Prefix prefix(std::string_view text) {
    return Prefix::parse(text).value();
}

Ip6Address ip(std::string_view text) {
    return Ip6Address::parse(text).value();
}

Bytes random_octets(Rng& rng, std::size_t size) {
    Bytes octets(size);
    for (auto& octet : octets)
        octet = static_cast<std::uint8_t>(rng.next());
    return octets;
}

Bytes bytes_of(ByteView view) {
    return {view.begin(), view.end()};
}

}  // namespace

TEST_CASE("octets are kept whatever their number, and go where they are moved") {
    Rng rng(Seed{1});
    for (std::size_t size = 0; size <= 255; ++size) {
        const Bytes octets = random_octets(rng, size);
        const Bytes others = random_octets(rng, 255 - size);
        ShortOctets<16> kept(octets);
        CHECK(bytes_of(kept.view()) == octets);
        ShortOctets<16> moved(std::move(kept));
        CHECK(bytes_of(moved.view()) == octets);
        ShortOctets<16> assigned(others);
        assigned = std::move(moved);
        CHECK(bytes_of(assigned.view()) == octets);
        assigned = ShortOctets<16>(others);
        CHECK(bytes_of(assigned.view()) == others);
        std::copy(octets.begin(), octets.end(), assigned.resize(size));
        CHECK(bytes_of(assigned.view()) == octets);
    }
    CHECK(sizeof(ShortOctets<16>) == 16);
}

TEST_CASE("an MN-ID is kept whole and in the order of MN-IDs") {
    Rng rng(Seed{2});
    std::vector<MnId> names{MnId::nai("alice@example"),
                            MnId::nai("a-name-that-is-too-long-for-the-session@example"),
                            MnId{.subtype = 200, .identifier = ""}};
    for (int i = 0; i < 60; ++i) {
        const Bytes octets = random_octets(rng, 1 + rng.below(4) * 10);
        names.push_back({.subtype = static_cast<std::uint8_t>(1 + rng.below(2)),
                         .identifier = std::string(octets.begin(), octets.end())});
        // One that begins like it.
        names.push_back(names.back());
        names.back().identifier.push_back('\0');
    }
    for (const MnId& a : names) {
        const StoredMnId stored_a(a);
        CHECK(MnId(stored_a) == a);
        CHECK(to_text(stored_a) == to_text(a));
        for (const MnId& b : names) {
            REQUIRE((stored_a == b) == (a == b));
            REQUIRE((stored_a < StoredMnId(b)) == (a < b));
        }
    }
}

TEST_CASE("lists of prefixes are kept as they were told") {
    const std::vector<std::vector<Prefix>> lists{
        {},
        {prefix("2001:db8:a100:1::/64")},
        {prefix("::/64")},
        {Prefix{}},
        {prefix("2001:db8:a100:1::/65")},
        {prefix("2001:db8:a100:2::/64"), prefix("2001:db8:a100:1::/64")},
        {prefix("2001:db8:a100:1::/64"), prefix("2001:db8:a100:2::/64")}};
    for (const auto& told : lists) {
        PrefixList list(told);
        CHECK(list.all() == told);
        CHECK(list.size() == told.size());
        CHECK(list.empty() == told.empty());
        for (const auto& other : lists)
            CHECK((list == other) == (told == other));
        list.clear();
        CHECK(list.empty());
    }
    const PrefixList two(lists[5]);
    CHECK(std::is_permutation(two.begin(), two.end(), lists[6].begin(), lists[6].end()));
    CHECK_FALSE(std::is_permutation(two.begin(), two.end(), lists[1].begin(), lists[1].end()));
    CHECK(sizeof(PrefixList) == 16);
}

TEST_CASE("what is rare comes, changes and goes") {
    Rare<std::string> rare;
    CHECK_FALSE(rare);
    rare = "once";
    REQUIRE(rare);
    CHECK(*rare == "once");
    CHECK(rare.emplace(3, 'x') == "xxx");
    CHECK(rare->size() == 3);
    Rare<std::string> other = std::move(rare);
    CHECK(*other == "xxx");
    other.reset();
    CHECK_FALSE(other);
}

TEST_CASE("an anchor is kept whole") {
    Anchor anchor{.maar = ip("2001:db8:1::1"),
                  .prefixes = {prefix("2001:db8:a100:1::/64")},
                  .dlif = std::nullopt,
                  .local_prefixes = {}};
    CHECK(anchor_of(stored(anchor)) == anchor);
    anchor.dlif =
        DlifIdentity{.mac = LinkLayerAddress({2, 0, 0, 0, 0, 7}), .link_local = ip("fe80::7")};
    anchor.local_prefixes = {prefix("2001:db8:100::/48"), prefix("2001:db8:200::/64")};
    CHECK(anchor_of(stored(anchor)) == anchor);
}

TEST_CASE("the S-MAAR's last PBU is known as it came, but for its anchors") {
    CmdSession session;
    Registration told;
    const auto keep = [&] {
        session.mn = StoredMnId(*told.mn);
        session.serving = stored({.maar = ip("2001:db8:1::1"),
                                  .prefixes = told.prefixes,
                                  .dlif = {},
                                  .local_prefixes = {}});
        session.last = last_update(told);
        session.accepted.timestamp = told.timestamp;
    };
    told.mn = MnId::nai("alice@example");
    told.prefixes = {prefix("2001:db8:a100:1::/64")};
    keep();
    CHECK(last_registration(session) == told);
    CHECK_FALSE(session.last.others);
    told.handoff = wire::Handoff::NotChanged;
    told.access_technology = 4;
    told.link_layer_id = Bytes(20, 9);
    told.timestamp = wire::Timestamp{.value = 77};
    told.care_of = ip("2001:db8:1::2");
    keep();
    CHECK(last_registration(session) == told);
    told.serving = ip("2001:db8:1::3");
    told.link_local_address = ip("fe80::4");
    keep();
    CHECK(last_registration(session) == told);
    // Its anchors are in the session's own.
    told.dlif = DlifIdentity{};
    told.local_prefixes = {prefix("2001:db8:100::/48")};
    told.previous.emplace_back();
    keep();
    told.dlif.reset();
    told.local_prefixes.clear();
    told.previous.clear();
    CHECK(last_registration(session) == told);
}

TEST_CASE("an idle session with one P-MAAR takes a third of a kilobyte") {
    // A million of them: what they take is a promise. With the tables it stays below 400.
    CHECK(sizeof(CmdSession) <= 224);
    CHECK(sizeof(PreviousAnchor) <= 88);
}

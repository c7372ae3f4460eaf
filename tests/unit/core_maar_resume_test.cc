// What a MAAR writes down of its sessions, and what it makes of that later.
#include "lib/core/invariants.h"
#include "lib/core/maar_engine.h"
#include "lib/core/maar_record.h"
#include "tests/support/builders.h"
#include "tests/support/catch.h"
#include "tests/unit/maar_story.h"

using namespace dmm;
using namespace dmm::core;
using namespace dmm::test;
using std::chrono::seconds;

namespace {

MaarRecord full_record() {
    return {.state = MaarRecord::State::Previous,
            .mn = MnId::nai("a b\"c@example"),
            .prefixes = {prefix("2001:db8:a100:1::/64"), prefix("2001:db8:a100:2::/64")},
            .attachment = {.link = {.name = "lan0"},
                           .mac = mac("02:00:00:00:01:01"),
                           .link_local = ip("fe80::1")},
            .absent = true,
            .until = {seconds(7) + Duration(1)},
            .serving = ip("2001:db8:2::1"),
            .anchors = {{.maar = ip("2001:db8:3::1"),
                         .prefixes = {prefix("2001:db8:a300:1::/64")},
                         .dlif = DlifIdentity{.mac = mac("02:00:00:00:00:09"),
                                              .link_local = ip("fe80::9")},
                         .local_prefixes = {prefix("2001:db8:b300::/48")}}},
            .accepted = wire::Timestamp{.value = 0x123456789abcdef0},
            .next_sequence = 65535};
}

std::string reason_of(const Actions& actions) {
    for (const Note& note : only<Note>(actions)) {
        if (note.kind == NoteKind::NotResumed) return std::string(note.field("reason"));
    }
    return "none";
}

}  // namespace

TEST_CASE("a record is read back as it was written") {
    MaarRecord record = full_record();
    CHECK(parse_maar_record(record_text(record)) == record);
    record.state = MaarRecord::State::Serving;
    record.attachment = {};
    record.serving.reset();
    record.anchors.clear();
    record.accepted.reset();
    CHECK(parse_maar_record(record_text(record)) == record);
}

TEST_CASE("what is cut off or changed is no record") {
    const std::string text = record_text(full_record());
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        // Shorter by whole options it is another record, which is what the line's end is for.
        const auto cut = parse_maar_record(text.substr(0, i));
        if (cut) CHECK(*cut != full_record());
    }
    for (const std::string& wrong :
         {std::string(), std::string("session"), "x" + text, text + " \"", text + " hnp=nothing"}) {
        CHECK_FALSE(parse_maar_record(wrong));
    }
}

TEST_CASE("a resumed session is served as before, and the CMD asked") {
    MaarEngine before(maar_settings(1), Seed{1});
    const Actions first = before.handle(at(seconds(1)), solicited());
    (void)before.handle(at(seconds(1)), applied(before));
    (void)before.handle(at(seconds(1)), accepted(first));
    const auto record = record_of(before.sessions().at(kAlice));
    REQUIRE(record);

    MaarEngine after(maar_settings(1), Seed{2});
    const Actions actions =
        after.handle(at(seconds(9)), SessionResumed{.record = record_text(*record)});
    CHECK_FALSE(violation(after));
    const auto wants = only<Want>(actions);
    REQUIRE(wants.size() == 1);
    CHECK(wants[0].forwarding == before.sessions().at(kAlice).wished);
    CHECK(sent<wire::ProxyBindingUpdate>(actions).empty());
    REQUIRE(after.next_deadline());
    CHECK(*after.next_deadline() < SteadyTime{seconds(10)});
    CHECK(after.take_changed() == std::set<MnId>{kAlice});
    CHECK(after.take_changed().empty());

    SECTION("its prefix is nobody else's") {
        const Actions other = after.handle(at(seconds(9)),
                                           RouterSolicited{.link = {.name = "lan0"},
                                                           .mac = mac("02:00:00:00:01:02"),
                                                           .source = ip("fe80::2")});
        CHECK_FALSE(violation(after));
        CHECK_FALSE(only<Want>(other).empty());
    }
    SECTION("not twice") {
        CHECK(reason_of(
                  after.handle(at(seconds(9)), SessionResumed{.record = record_text(*record)})) ==
              "resumed_twice");
    }
}

TEST_CASE("what the configuration has no place for is not resumed") {
    const auto refused = [](const MaarRecord& record) {
        MaarEngine engine(maar_settings(1), Seed{1});
        const Actions actions =
            engine.handle(at(seconds(1)), SessionResumed{.record = record_text(record)});
        CHECK(engine.sessions().empty());
        CHECK(engine.pool().in_use() == 0);
        CHECK(only<Want>(actions).empty());
        return reason_of(actions);
    };
    MaarRecord record = full_record();
    record.anchors.clear();
    {
        MaarRecord other = record;
        other.prefixes.push_back(prefix("2001:db8:a200:1::/64"));
        CHECK(refused(other) == "foreign_prefix");
    }
    {
        MaarRecord other = record;
        other.serving = ip("2001:db8:99::1");
        CHECK(refused(other) == "unknown_peer");
    }
    {
        MaarRecord other = record;
        other.anchors = {{.maar = ip("2001:db8:99::1"),
                          .prefixes = {prefix("2001:db8:a900::/64")},
                          .dlif = std::nullopt,
                          .local_prefixes = {}}};
        CHECK(refused(other) == "unknown_peer");
    }
    {
        MaarRecord other = record;
        other.state = MaarRecord::State::Serving;
        other.attachment.link.name = "lan9";
        CHECK(refused(other) == "unknown_link");
    }
    {
        MaarRecord other = record;
        other.serving.reset();
        CHECK(refused(other) == "not_understood");
    }
    MaarEngine engine(maar_settings(1), Seed{1});
    CHECK(reason_of(engine.handle(at(seconds(1)), SessionResumed{.record = "session x"})) ==
          "not_understood");
}

#include "agent/log_line.h"
#include "tests/support/catch.h"

namespace dmm::agent {
namespace {

TEST_CASE("a note is one line of words in the order of its fields") {
    const core::Note note{.kind = core::NoteKind::Handover,
                          .fields = {{.key = "mn", .value = "alice@example"},
                                     {.key = "from", .value = "2001:db8::1"},
                                     {.key = "took", .value = "0.037770689s"}}};
    CHECK(log_line(note) == "event=handover mn=alice@example from=2001:db8::1 took=37.8ms");
}

TEST_CASE("a value that came from outside cannot break out of its line") {
    const core::Note note{.kind = core::NoteKind::NodeRefused,
                          .fields = {{.key = "mn", .value = "x\nevent=registered mn=\"y\""}}};
    const std::string line = log_line(note);
    CHECK(line.find('\n') == std::string::npos);
    CHECK(line == R"(event=node_refused mn="x\x0aevent=registered mn=\"y\"")");
}

TEST_CASE("levels map to what the journal reads") {
    CHECK(journal_prefix(log_level(core::NoteLevel::Error)) == "<3>");
    CHECK(journal_prefix(log_level(core::NoteLevel::Warning)) == "<4>");
    CHECK(journal_prefix(log_level(core::NoteLevel::Info)) == "<6>");
    CHECK(journal_prefix(LogLevel::Debug) == "<7>");
}

TEST_CASE("levels are ordered from the gravest on, as the threshold compares them") {
    CHECK(LogLevel::Error < LogLevel::Warning);
    CHECK(LogLevel::Warning < LogLevel::Info);
    CHECK(LogLevel::Info < LogLevel::Debug);
}

TEST_CASE("standard error is the journal only if device and inode are the journal's") {
    CHECK(is_journal("9:24567", 9, 24567));
    CHECK(!is_journal("9:24567", 9, 24568));
    CHECK(!is_journal("8:24567", 9, 24567));
    CHECK(!is_journal("", 9, 24567));
}

}  // namespace
}  // namespace dmm::agent

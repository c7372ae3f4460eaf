#include <string>

#include "agent/trace_buffer.h"
#include "lib/control/trace_line.h"
#include "tests/support/catch.h"

namespace dmm::agent {
namespace {

constexpr WallTime kTime{std::chrono::seconds(7) + Duration(5)};

std::string taken(TraceBuffer& buffer) {
    std::string out(buffer.pending());
    buffer.sent(out.size());
    return out;
}

TEST_CASE("lines come out as they went in") {
    TraceBuffer buffer;
    CHECK(buffer.pending().empty());
    buffer.add(kTime, "one");
    buffer.add(kTime, "two");
    buffer.sent(2);
    CHECK(buffer.pending() == "e\ntwo\n");
    buffer.add(kTime, "three");
    CHECK(taken(buffer) == "e\ntwo\nthree\n");
    CHECK(buffer.pending().empty());
}

TEST_CASE("what does not fit is counted, and told where it is missing") {
    TraceBuffer buffer(10);
    buffer.add(kTime, "aaaa");
    buffer.add(kTime, "bbbb");
    CHECK(buffer.pending() == "aaaa\nbbbb\n");
    buffer.add(kTime, "c");
    buffer.sent(5);
    // There would be room, but not between the lines that are missing.
    buffer.add({kTime.since_epoch + Duration(1)}, "d");
    CHECK(buffer.pending() == "bbbb\n");
    buffer.sent(5);
    CHECK(buffer.pending() ==
          "{\"time\":7.000000006,\"kind\":\"left_out\",\"text\":\"# left out 2 lines\"}\n");
    CHECK(taken(buffer).ends_with('\n'));
    CHECK(buffer.pending().empty());
    buffer.add(kTime, "e");
    CHECK(taken(buffer) == "e\n");
}

TEST_CASE("a reader that is always a little behind misses nothing") {
    TraceBuffer buffer(10);
    std::string out;
    std::string wanted;
    buffer.add(kTime, "0");
    wanted += "0\n";
    for (char c = 'a'; c <= 'z'; ++c) {
        buffer.add(kTime, std::string(1, c));
        wanted += std::string(1, c) + '\n';
        out += buffer.pending().substr(0, 2);
        buffer.sent(2);
    }
    out += taken(buffer);
    CHECK(out == wanted);
}

TEST_CASE("a line of a trace holds exact time and any text") {
    const std::string line =
        encode(control::TraceLine{.time = {std::chrono::seconds(1'767'225'605) + Duration(1)},
                                  .kind = control::TraceLine::Kind::Action,
                                  .text = "> note \"x\"\n\xff"});
    CHECK(line ==
          "{\"time\":1767225605.000000001,\"kind\":\"action\",\"text\":"
          "\"> note \\\"x\\\"\\n\xef\xbf\xbd\"}");
    CHECK(control::trace_text(line) == "> note \"x\"\n\xef\xbf\xbd");
    for (const char* bad : {"", "[]", "{}", "{\"text\":1}", "{\"text\":\"x\""}) {
        INFO(bad);
        CHECK(!control::trace_text(bad));
    }
}

}  // namespace
}  // namespace dmm::agent

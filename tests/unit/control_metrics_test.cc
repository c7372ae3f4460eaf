#include <chrono>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "lib/control/exposition.h"
#include "lib/control/metrics.h"
#include "tests/support/catch.h"

namespace dmm::control {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

bool has_line(const std::string& text, const std::string& line) {
    return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

// The families that `text` declares; each once.
std::set<std::string> families_of(const std::string& text) {
    std::set<std::string> out;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("# TYPE ")) continue;
        const std::string name = line.substr(7, line.find(' ', 7) - 7);
        INFO(name);
        CHECK(out.insert(name).second);
    }
    return out;
}

// All that a MAAR says.
Metrics whole_maar() {
    Metrics out;
    out.process = {.version = "1", .role = "maar"};
    out.nodes = {{"serving", 2}, {"previous", 1}};
    out.maar.emplace();
    out.kernel.emplace();
    out.traffic.emplace();
    out.peers.push_back({.address = "2001:db8::c",
                         .role = "cmd",
                         .up = false,
                         .sent = 3,
                         .received = 2,
                         .silent = milliseconds(1500),
                         .update = RoundTripMetrics{.last = milliseconds(2), .smoothed = {}},
                         .heartbeat = std::nullopt});
    return out;
}

TEST_CASE("a family is its help, its type and its samples") {
    Exposition out;
    out.counter("dmm_x_total", "Lines\nand \\ and \"quotes\".");
    out.sample({}, 7U);
    out.sample({{"a", "one \"two\"\n\\"}, {"b", ""}}, milliseconds(2));
    CHECK(std::move(out).text() ==
          "# HELP dmm_x_total Lines\\nand \\\\ and \"quotes\".\n"
          "# TYPE dmm_x_total counter\n"
          "dmm_x_total 7\n"
          "dmm_x_total{a=\"one \\\"two\\\"\\n\\\\\",b=\"\"} 0.002\n");
}

TEST_CASE("a histogram adds up, and its last class has all") {
    DurationHistogram took;
    took.record(milliseconds(3));
    took.record(seconds(20));
    Exposition out;
    out.histogram("dmm_x_seconds", "X.", took);
    const std::string text = std::move(out).text();
    CHECK(
        text.starts_with("# HELP dmm_x_seconds X.\n# TYPE dmm_x_seconds histogram\n"
                         "dmm_x_seconds_bucket{le=\"0.0001\"} 0\n"));
    CHECK(has_line(text, "dmm_x_seconds_bucket{le=\"0.0025\"} 0"));
    CHECK(has_line(text, "dmm_x_seconds_bucket{le=\"0.005\"} 1"));
    CHECK(has_line(text, "dmm_x_seconds_bucket{le=\"10\"} 1"));
    CHECK(has_line(text, "dmm_x_seconds_bucket{le=\"+Inf\"} 2"));
    CHECK(has_line(text, "dmm_x_seconds_sum 20.003"));
    CHECK(has_line(text, "dmm_x_seconds_count 2"));
}

TEST_CASE("metrics say what they were given") {
    const std::string text = metrics_text(whole_maar());
    CHECK(has_line(text, "dmm_build_info{version=\"1\",role=\"maar\"} 1"));
    CHECK(has_line(text, "dmm_nodes{state=\"serving\"} 2"));
    CHECK(has_line(text, "dmm_peer_up{peer=\"2001:db8::c\",role=\"cmd\"} 0"));
    CHECK(has_line(text, "dmm_peer_silent_seconds{peer=\"2001:db8::c\"} 1.5"));
    CHECK(has_line(text, "dmm_peer_round_trip_seconds{peer=\"2001:db8::c\",of=\"update\"} 0.002"));
    CHECK(text.find("of=\"heartbeat\"") == std::string::npos);
}

TEST_CASE("what is not known is not there") {
    Metrics metrics = whole_maar();
    metrics.peers[0].up.reset();
    metrics.kernel.reset();
    const std::string text = metrics_text(metrics);
    CHECK(text.find("\ndmm_peer_up{") == std::string::npos);
    CHECK(text.find("dmm_kernel_") == std::string::npos);
    CHECK(text.find("side=\"told\"") == std::string::npos);
}

TEST_CASE("counters and nothing else end in _total, and times are seconds") {
    Metrics cmd;
    cmd.cmd.emplace();
    for (const std::string& text : {metrics_text(whole_maar()), metrics_text(cmd)}) {
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);) {
            if (!line.starts_with("# TYPE ")) continue;
            INFO(line);
            CHECK(line.starts_with("# TYPE dmm_"));
            CHECK(line.ends_with(" counter") == (line.find("_total ") != std::string::npos));
            if (line.ends_with(" histogram")) CHECK(line.find("_seconds ") != std::string::npos);
        }
    }
}

TEST_CASE("dmmctl(8) explains every metric, and no other") {
    Metrics cmd;
    cmd.cmd.emplace();
    std::set<std::string> said = families_of(metrics_text(whole_maar()));
    said.merge(families_of(metrics_text(cmd)));
    std::set<std::string> explained;
    std::ifstream page("man/dmmctl.8");
    REQUIRE(page);
    for (std::string line; std::getline(page, line);) {
        if (!line.starts_with(".It Sy dmm_")) continue;
        const std::string name = line.substr(7, line.find(' ', 7) - 7);
        INFO(name);
        CHECK(explained.insert(name).second);
    }
    CHECK(said == explained);
}

}  // namespace
}  // namespace dmm::control

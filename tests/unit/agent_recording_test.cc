// What `dmmd --record` writes, and what dmmreplay makes of it.
#include <algorithm>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

#include "agent/engine.h"
#include "agent/recording.h"
#include "lib/base/text.h"
#include "lib/config/load.h"
#include "tests/support/builders.h"
#include "tests/support/catch.h"
#include "tools/dmmreplay/command.h"
#include "tools/dmmreplay/recording_reader.h"

namespace dmm::agent {
namespace {

using namespace dmm::core;
using namespace dmm::test;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Seed kSeed{18'446'744'073'709'551'615U};

Settings settings_of(std::variant<MaarSettings, CmdSettings> role) {
    return {.instance = "a b",
            .control_socket = "/run/dmm/a b.sock",
            .log = LogLevel::Info,
            .role = std::move(role)};
}

// A run as a text, and the time that goes on in it.
class Run {
public:
    explicit Run(const Settings& settings)
        : text_(recording_header(settings, kSeed)), engine_(make_engine(settings, kSeed)) {}

    Actions feed(Duration after, const Event& event) {
        now_ += after;
        text_ += recorded(at(now_), event) + '\n';
        Actions actions = handle(engine_, at(now_), event);
        for (const Action& action : actions)
            text_ += recorded(action) + '\n';
        return actions;
    }

    [[nodiscard]] const std::string& text() const { return text_; }

private:
    std::string text_;
    Engine engine_;
    Duration now_ = seconds(5) + Duration(1);
};

std::string maar_run() {
    MaarSettings maar = maar_settings(1);
    Run run(settings_of(maar));
    const AccessLink link = maar.access_links.front();
    const MnId bob = MnId::nai("bob@example");
    const auto wants = only<Want>(run.feed(
        milliseconds(3), MnAttached{.link = link, .mac = mac("02:00:00:00:01:02"), .mn = bob}));
    REQUIRE(!wants.empty());
    static_cast<void>(run.feed(
        milliseconds(1),
        RouterSolicited{.link = link, .mac = mac("02:00:00:00:01:01"), .source = ip("fe80::1")}));
    static_cast<void>(
        run.feed({}, ForwardingApplied{.mn = bob, .revision = wants.front().revision}));
    static_cast<void>(run.feed(
        {},
        ForwardingFailed{
            .mn = bob,
            .revision = wants.front().revision,
            .error = {.operation = "ip link add \"x\"", .code = 95, .text = "no\nsuch \\ thing"}}));
    static_cast<void>(run.feed({}, SessionResumed{.record = "session of \"nobody\""}));
    static_cast<void>(run.feed({}, Started{.restart_counter = 7, .run = 8}));
    static_cast<void>(run.feed({}, RemoveAnchor{.mn = bob, .maar = maar.address}));
    static_cast<void>(run.feed({}, EndSession{.mn = bob}));
    static_cast<void>(run.feed({}, PrefixUsed{.mn = bob, .prefix = maar.pool}));
    static_cast<void>(
        run.feed(milliseconds(2), NodeHeard{.link = link, .mac = mac("02:00:00:00:01:01")}));
    static_cast<void>(run.feed(
        {},
        MessageRejected{.from = ip("2001:db8::9"),
                        .to = maar.address,
                        .error = {.fault = wire::Fault::BadChecksum, .offset = 4, .option = 0}}));
    static_cast<void>(run.feed({}, pbu(at(seconds(6)), {.to = "2001:db8:1::1"})));
    // Retransmissions, whose times come from the seed.
    for (int i = 0; i < 20; ++i)
        static_cast<void>(run.feed(milliseconds(700), Tick{}));
    static_cast<void>(run.feed(Duration(1), MnDetached{.mn = bob, .deregister = true}));
    static_cast<void>(run.feed({}, Draining{}));
    maar.advert.interval = seconds(77);
    static_cast<void>(
        run.feed({}, Reconfigured{.settings = std::make_shared<const RoleSettings>(maar)}));
    static_cast<void>(run.feed({}, Stopping{}));
    return run.text();
}

struct Replayed {
    int exit_code = 0;
    std::string out;
    std::string err;
};

Replayed replayed(const std::string& text, std::vector<std::string> words = {"-"}) {
    std::istringstream in(text);
    std::ostringstream out;
    std::ostringstream err;
    const int exit_code = dmmreplay::run(words, {.in = in, .out = out, .err = err});
    return {.exit_code = exit_code, .out = out.str(), .err = err.str()};
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> out;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);)
        out.push_back(line);
    return out;
}

std::string joined(const std::vector<std::string>& lines) {
    std::string out;
    for (const std::string& line : lines)
        out += line + '\n';
    return out;
}

TEST_CASE("a header gives back the settings and the seed") {
    for (const Settings& settings : {settings_of(maar_settings(2)), settings_of(cmd_settings())}) {
        std::istringstream in(recording_header(settings, kSeed));
        dmmreplay::RecordingReader reader(in);
        const auto header = reader.header();
        REQUIRE(header);
        CHECK(header->settings == settings);
        CHECK(header->seed == kSeed);
        CHECK(header->version == DMM_VERSION);
        const auto next = reader.next();
        REQUIRE(next);
        CHECK(!*next);
    }
}

TEST_CASE("a configuration that no file could hold is not replayed") {
    CmdSettings cmd = cmd_settings();
    Run run(settings_of(cmd));
    cmd.protocol.pbu_rate = 77;
    static_cast<void>(
        run.feed({}, Reconfigured{.settings = std::make_shared<const RoleSettings>(cmd)}));
    CHECK(replayed(run.text()).exit_code == 0);
    cmd.protocol.lifetime = seconds(3);
    static_cast<void>(
        run.feed({}, Reconfigured{.settings = std::make_shared<const RoleSettings>(cmd)}));
    const Replayed refused = replayed(run.text());
    CHECK(refused.exit_code != 0);
    CHECK_THAT(refused.err, Catch::Contains("input:4:") && Catch::Contains("/protocol/lifetime"));
}

TEST_CASE("every kind of event is read back with its time") {
    std::istringstream in(maar_run());
    dmmreplay::RecordingReader reader(in);
    REQUIRE(reader.header());
    std::vector<bool> seen(std::variant_size_v<Event>, false);
    for (auto line = reader.next();; line = reader.next()) {
        REQUIRE(line);
        if (!*line) break;
        const auto* event = std::get_if<dmmreplay::RecordedEvent>(&(*line)->what);
        if (event == nullptr) continue;
        seen[event->event.index()] = true;
        CHECK(recorded(event->now, event->event) == (*line)->text);
    }
    CHECK(seen == std::vector<bool>(seen.size(), true));
    CHECK(recorded(at(seconds(5) + Duration(1)), Tick{}) ==
          "steady=5000000001 wall=1767225605000000001 tick");
}

TEST_CASE("a run goes the same way again") {
    const Replayed maar = replayed(maar_run());
    CHECK(maar.exit_code == dmmreplay::kAsRecorded);
    CHECK(maar.out.starts_with("36 events, "));
    CHECK(maar.out.ends_with(" actions: as recorded\n"));
    CHECK(maar.err.empty());

    Run cmd(settings_of(cmd_settings()));
    CHECK(!sent<wire::ProxyBindingAck>(cmd.feed({}, pbu(at(seconds(5)), {}))).empty());
    static_cast<void>(cmd.feed(seconds(700), Tick{}));
    const Replayed again = replayed(cmd.text());
    CHECK(again.exit_code == dmmreplay::kAsRecorded);
    CHECK(again.out.starts_with("2 events, "));
}

TEST_CASE("the whole run can be printed, without remarks") {
    const std::string text = maar_run();
    const std::size_t header = text.find('\n', text.find('\n') + 1) + 1;
    const Replayed printed = replayed(text + "# remark\n", {"--print", "-"});
    CHECK(printed.out.starts_with(text.substr(header)));
    CHECK(printed.out.ends_with("as recorded\n"));
}

TEST_CASE("a changed, a missing and an added action are found, with their lines") {
    const std::vector<std::string> lines = lines_of(maar_run());
    REQUIRE(lines[2].find(" attach ") != std::string::npos);
    REQUIRE(lines[3].starts_with("> "));
    const std::string event = "standard input:3: event:    " + lines[2] + '\n';

    auto changed = lines;
    changed[3] += " more=1";
    Replayed outcome = replayed(joined(changed));
    CHECK(outcome.exit_code == dmmreplay::kDiffers);
    CHECK(outcome.out == event + "standard input:4: recorded: " + changed[3] +
                             "\nstandard input:4: now:      " + lines[3] + '\n');

    auto added = lines;
    const auto is_event = [](const std::string& line) { return line.starts_with("steady="); };
    const auto next = std::find_if(lines.begin() + 3, lines.end(), is_event) - lines.begin();
    const auto number = std::to_string(next + 1);
    added.insert(added.begin() + next, "> tick");
    outcome = replayed(joined(added));
    CHECK(outcome.exit_code == dmmreplay::kDiffers);
    CHECK(outcome.out == event + "standard input:" + number + ": recorded: > tick\n" +
                             "standard input:" + number + ": now:      no more actions\n");

    auto missing = lines;
    missing.erase(missing.begin() + next - 1);
    outcome = replayed(joined(missing));
    CHECK(outcome.exit_code == dmmreplay::kDiffers);
    CHECK(outcome.out.find(": recorded: no more actions\n") != std::string::npos);
    CHECK(outcome.out.ends_with(": now:      " + lines[static_cast<std::size_t>(next) - 1] + '\n'));

    // At the end of the file, too.
    outcome = replayed(joined({lines[0], lines[1], lines[2]}));
    CHECK(outcome.exit_code == dmmreplay::kDiffers);
    CHECK(outcome.out.ends_with("standard input:4: now:      " + lines[3] + '\n'));
}

TEST_CASE("another seed is another run") {
    std::vector<std::string> lines = lines_of(maar_run());
    lines[0].replace(lines[0].find("seed="), std::string::npos, "seed=1");
    CHECK(replayed(joined(lines)).exit_code == dmmreplay::kDiffers);
}

TEST_CASE("what is no recording is refused with line and reason") {
    const std::string header = recording_header(settings_of(cmd_settings()), kSeed);
    const std::vector<std::string> head = lines_of(header);
    const std::string tick = "steady=5 wall=5 tick\n";

    struct Case {
        std::string text;
        std::string complaint;
    };

    const std::vector<Case> cases{
        {"", "1: no recording: the line does not begin with recording"},
        {"{}\n", "1: no recording: the line does not begin with recording"},
        {"recording form=1\n",
         "1: form=, version=, role=, instance= and seed= are wanted, in this order"},
        {"recording form=2 version=9 role=cmd instance=x seed=1\n",
         "1: form 2 is not known; use the dmmreplay of version 9"},
        {"recording form=1 version=9 role=cmd instance=x seed=-1\n", "1: the seed is no number"},
        {head[0] + '\n', "2: no recording: the line does not begin with config"},
        {head[0] + "\nconfig {\n", "2: the configuration: "},
        {head[0] + '\n' + lines_of(recording_header(settings_of(maar_settings(1)), kSeed))[1] +
             '\n',
         "2: the configuration is not that of the role in line 1"},
        {head[0], "1: the line does not end; the file is cut short"},
        {header + "steady=5 wall=5 ti", "3: the line does not end; the file is cut short"},
        {header + '\n', "3: neither an action nor an event with its steady= and wall= time"},
        {header + "> note x\n", "3: an action stands before the first event"},
        {header + tick + "tick\n",
         "4: neither an action nor an event with its steady= and wall= time"},
        {header + "steady=5 tick\n",
         "3: neither an action nor an event with its steady= and wall= time"},
        {header + "steady=9223372036854775807 wall=5 tick\n",
         "3: neither an action nor an event with its steady= and wall= time"},
        {header + "steady=5 wall=-5 tick\n",
         "3: neither an action nor an event with its steady= and wall= time"},
        {header + "steady=5 wall=5 dance\n", "3: the event is not understood"},
        {header + "steady=5 wall=5 rs link=\"x\n", "3: the event is not understood"},
        {header + tick + "# remark\nsteady=4 wall=5 tick\n", "5: the time goes back"},
        {header + std::string(9 << 20, 'x'), "3: too long for a line"},
    };
    for (const Case& one : cases) {
        const Replayed outcome = replayed(one.text);
        INFO(one.complaint);
        CHECK(outcome.exit_code == dmmreplay::kNoRecording);
        CHECK(outcome.out.empty());
        CHECK(outcome.err.find("dmmreplay: standard input:" + one.complaint) != std::string::npos);
    }
}

// Whatever was done to the file: an exit status, not a crash.
TEST_CASE("a damaged recording ends in one of the known ways") {
    const std::string text = maar_run();
    std::uint64_t state = 1;
    const auto below = [&](std::size_t bound) {
        state = state * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
        return static_cast<std::size_t>((state >> 33U) % bound);
    };
    std::vector<int> ends(4, 0);
    for (int round = 0; round < 400; ++round) {
        std::string damaged = text;
        switch (below(3)) {
            case 0:
                damaged[below(damaged.size())] = static_cast<char>(below(256));
                break;
            case 1:
                damaged.erase(below(damaged.size()), below(40));
                break;
            default:
                damaged.insert(below(damaged.size()), text, below(text.size()), below(200));
                break;
        }
        const int exit_code = replayed(damaged).exit_code;
        REQUIRE(exit_code >= 0);
        REQUIRE(exit_code < 4);
        ++ends[static_cast<std::size_t>(exit_code)];
    }
    CHECK(ends[dmmreplay::kDiffers] > 0);
    CHECK(ends[dmmreplay::kNoRecording] > 0);
    CHECK(ends[dmmreplay::kUsage] == 0);
}

TEST_CASE("dmmreplay wants one recording") {
    CHECK(replayed("", {}).exit_code == dmmreplay::kUsage);
    CHECK(replayed("", {"a", "b"}).exit_code == dmmreplay::kUsage);
    CHECK(replayed("", {"--nonsense", "a"}).exit_code == dmmreplay::kUsage);
    CHECK(replayed("", {"--version"}).out == "dmmreplay " DMM_VERSION "\n");
    CHECK(replayed("", {"/nowhere/at/all"}).err ==
          "dmmreplay: /nowhere/at/all: No such file or directory\n");
    CHECK(replayed("", {"/nowhere/at/all"}).exit_code == dmmreplay::kNoRecording);
    CHECK(replayed("", {"/"}).exit_code == dmmreplay::kNoRecording);
}

}  // namespace
}  // namespace dmm::agent

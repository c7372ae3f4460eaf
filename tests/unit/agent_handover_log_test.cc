// The log of handovers, beside real engines in a domain in a box.
#include <algorithm>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "agent/handover_log.h"
#include "agent/handover_view.h"
#include "tests/support/builders.h"
#include "tests/support/catch.h"
#include "tests/support/world.h"
#include "tools/dmmctl/ladder.h"
#include "tools/dmmctl/render_handovers.h"

namespace dmm::agent {
namespace {

using Rows = std::vector<control::HandoverView>;

// A domain of a CMD and three MAARs, each with a log beside its engine.
class Observed {
public:
    explicit Observed(DomainMode mode = DomainMode::Proxy) {
        const ProtocolSettings protocol{.mode = mode};
        add("cmd",
            {.instance = "cmd", .control_socket = "", .role = test::Domain(3).cmd(protocol)});
        for (std::uint64_t n = 1; n <= 3; ++n) {
            const std::string name = "maar" + std::to_string(n);
            add(name,
                {.instance = name,
                 .control_socket = "",
                 .role = test::Domain(3).maar(n, protocol)});
        }
        world.add_host("alice", test::mac("02:00:00:00:01:01"));
        world.add_host("bob", test::mac("02:00:00:00:01:02"));
        world.on_handled = [this](const std::string& node,
                                  const Now& now,
                                  const core::Event& event,
                                  const core::Actions& actions) {
            logs_.at(node).observe(now, event, actions);
        };
    }

    Observed(const Observed&) = delete;
    Observed& operator=(const Observed&) = delete;
    ~Observed() = default;

    void move(const std::string& host, const std::string& maar) {
        world.move(host, maar, test::Soliciting::Once);
        world.run_until_quiet();
    }

    Rows rows(const std::string& node, std::string_view mn = "") {
        const Now now{.steady = {.since_start = world.elapsed()}, .wall = {}};
        return handover_views(logs_.at(node), settings_.at(node), now, mn);
    }

    test::World world;

private:
    void add(const std::string& name, const Settings& settings) {
        if (const auto* maar = std::get_if<MaarSettings>(&settings.role)) {
            world.add_maar(name, *maar);
        } else {
            world.add_cmd(name, std::get<CmdSettings>(settings.role));
        }
        settings_.emplace(name, settings);
        logs_.emplace(
            name, HandoverLog(std::visit([](const auto& r) { return r.address; }, settings.role)));
    }

    std::map<std::string, Settings> settings_;
    std::map<std::string, HandoverLog> logs_;
};

// "0 solicited; 0 sent PBU 2001:db8:ffff::c0; ...": times in ms.
std::string story(const control::HandoverView& row) {
    std::string out = row.kind + ' ' + row.state + ' ' + row.from + '>' + row.to;
    for (const control::HandoverStepView& step : row.steps) {
        out += "; " + std::to_string(step.at_us / 1000) + ' ' + step.step;
        if (!step.message.empty()) out += ' ' + step.message + ' ' + step.peer;
        if (step.revision != 0) out += ' ' + std::to_string(step.revision);
    }
    return out;
}

TEST_CASE("an attachment at a MAAR, phase by phase") {
    Observed domain;
    domain.move("alice", "maar1");
    const Rows rows = domain.rows("maar1");
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].mn == "alice@example");
    CHECK(rows[0].here == "2001:db8:1::1");
    CHECK(rows[0].cmd == "2001:db8:ffff::c0");
    CHECK(rows[0].took_us == 10'000);
    CHECK(rows[0].began_ms == 1'767'225'600'000);
    CHECK(story(rows[0]) ==
          "attach done >2001:db8:1::1; 0 solicited; 0 sent PBU 2001:db8:ffff::c0; "
          "0 wished 1; 2 applied 1; 10 received PBA 2001:db8:ffff::c0; 10 advertised");
    CHECK(domain.rows("maar2").empty());
}

TEST_CASE("a handover as its S-MAAR, its P-MAAR and the CMD see it") {
    Observed domain;
    domain.move("alice", "maar1");
    domain.move("alice", "maar2");
    CHECK(story(domain.rows("maar2").at(0)) ==
          "handover done 2001:db8:1::1>2001:db8:2::1; 0 solicited; "
          "0 sent PBU 2001:db8:ffff::c0; 0 wished 1; 2 applied 1; "
          "10 received PBA 2001:db8:ffff::c0; 10 advertised; 10 wished 2; 12 applied 2; "
          "12 deprecated");
    CHECK(story(domain.rows("maar1").at(0)) ==
          "redirect done 2001:db8:1::1>2001:db8:2::1; 0 received PBU 2001:db8:ffff::c0; "
          "0 wished 2; 2 applied 2; 2 sent PBA 2001:db8:ffff::c0");
    const Rows cmd = domain.rows("cmd");
    REQUIRE(cmd.size() == 2);
    CHECK(story(cmd[0]) ==
          "handover done 2001:db8:1::1>2001:db8:2::1; 0 received PBU 2001:db8:2::1; "
          "0 sent PBA 2001:db8:2::1; 0 sent PBU 2001:db8:1::1; 12 received PBA 2001:db8:1::1");
    CHECK(cmd[0].took_us == 12'000);
    CHECK(story(cmd[1]) ==
          "attach done >2001:db8:1::1; 0 received PBU 2001:db8:1::1; "
          "0 sent PBA 2001:db8:1::1");
}

TEST_CASE("the CMD as relay answers when the P-MAARs have") {
    Observed domain(DomainMode::Relay);
    domain.move("alice", "maar1");
    domain.move("alice", "maar2");
    CHECK(story(domain.rows("cmd").at(0)) ==
          "handover done 2001:db8:1::1>2001:db8:2::1; 0 received PBU 2001:db8:2::1; "
          "0 sent PBU 2001:db8:1::1; 12 received PBA 2001:db8:1::1; 12 sent PBA 2001:db8:2::1");
    CHECK(domain.rows("maar2").at(0).took_us == 24'000);
}

TEST_CASE("as locator the P-MAARs answer the S-MAAR") {
    Observed domain(DomainMode::Locator);
    domain.move("alice", "maar1");
    domain.move("alice", "maar2");
    CHECK(story(domain.rows("maar2").at(0)) ==
          "handover done 2001:db8:1::1>2001:db8:2::1; 0 solicited; "
          "0 sent PBU 2001:db8:ffff::c0; 0 wished 1; 2 applied 1; "
          "10 received PBA 2001:db8:ffff::c0; 10 advertised; 17 received PBA 2001:db8:1::1; "
          "17 wished 2; 19 applied 2; 19 deprecated");
    CHECK(domain.rows("maar2").at(0).took_us == 19'000);
    CHECK(domain.rows("maar1").at(0).kind == "redirect");
}

TEST_CASE("a renewal is no handover") {
    Observed domain;
    domain.move("alice", "maar1");
    const std::string before = story(domain.rows("maar1").at(0));
    domain.world.run_for(std::chrono::hours(1));
    CHECK(domain.world.maar("maar1")->sessions().size() == 1);
    CHECK(domain.rows("maar1").size() == 1);
    CHECK(domain.rows("cmd").size() == 1);
    CHECK(story(domain.rows("maar1").at(0)) == before);
}

TEST_CASE("what never gets an answer comes to an end") {
    Observed domain;
    domain.world.crash("cmd");
    domain.world.move("alice", "maar1", test::Soliciting::Once);
    domain.world.run_for(std::chrono::seconds(5));
    CHECK(domain.rows("maar1").at(0).state == "under_way");
    domain.world.run_for(std::chrono::minutes(10));
    CHECK(domain.rows("maar1").at(0).state == "unanswered");
    CHECK(domain.rows("maar1").at(0).steps.size() <= HandoverLog::kMostSteps);
}

TEST_CASE("the node comes back before it was registered") {
    Observed domain;
    domain.world.crash("cmd");
    domain.world.move("alice", "maar1", test::Soliciting::Once);
    domain.world.run_for(std::chrono::seconds(1));
    // More solicitations than a record has room for.
    for (int i = 0; i < 200; ++i) {
        domain.world.move("alice", "maar1", test::Soliciting::Once);
        domain.world.run_for(std::chrono::milliseconds(1));
    }
    const control::HandoverView row = domain.rows("maar1").at(0);
    CHECK(row.steps.size() == HandoverLog::kMostSteps);
    CHECK(row.left_out > 100);
}

TEST_CASE("a node that moves on before its handover is over overtakes it") {
    Observed domain;
    domain.move("alice", "maar1");
    domain.world.move("alice", "maar2", test::Soliciting::Once);
    domain.world.run_for(std::chrono::milliseconds(6));
    domain.world.move("alice", "maar3", test::Soliciting::Once);
    domain.world.run_for(std::chrono::seconds(5));
    const Rows rows = domain.rows("cmd");
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].state == "done");
    CHECK(rows[0].to == "2001:db8:3::1");
    CHECK(rows[1].state == "overtaken");
    CHECK(rows[1].to == "2001:db8:2::1");
}

TEST_CASE("the log keeps the last ones, the newest first") {
    Observed domain;
    for (int i = 0; i < 70; ++i)
        domain.move("alice", i % 2 == 0 ? "maar1" : "maar2");
    domain.move("bob", "maar3");
    const Rows rows = domain.rows("cmd");
    REQUIRE(rows.size() == HandoverLog::kMost);
    CHECK(rows[0].mn == "bob@example");
    CHECK(rows[1].to == "2001:db8:2::1");
    CHECK(rows[2].to == "2001:db8:1::1");
    CHECK(std::ranges::is_sorted(rows, {}, &control::HandoverView::ago_ms));
    CHECK(std::ranges::count(rows, "done", &control::HandoverView::state) == 64);
    CHECK(domain.rows("cmd", "bob@example").size() == 1);
    CHECK(domain.rows("cmd", "a*").size() == 63);
}

TEST_CASE("a handover as a ladder") {
    Observed domain;
    domain.move("alice", "maar1");
    domain.move("alice", "maar2");
    CHECK(dmmctl::ladder_text(dmmctl::ladder_of(domain.rows("maar2").at(0))) ==
          R"(handover of alice@example from 2001:db8:1::1 to 2001:db8:2::1, 1s ago: done
after 12.0ms

                   node                 this MAAR                 CMD
               alice@example          2001:db8:2::1        2001:db8:ffff::c0
0.0ms                |--------- RS -------->|                      |
0.0ms                |                      |-------- PBU -------->|
0.0ms                |                      | * wished 1           |
2.0ms                |                      | * applied 1          |
10.0ms               |                      |<------- PBA ---------|
10.0ms               |<-------- RA ---------|                      |
10.0ms               |                      | * wished 2           |
12.0ms               |                      | * applied 2          |
12.0ms               |<---- RA deprec. -----|                      |
)");
    CHECK(dmmctl::ladder_text(dmmctl::ladder_of(domain.rows("cmd").at(0))) ==
          R"(handover of alice@example from 2001:db8:1::1 to 2001:db8:2::1, 1s ago: done
after 12.0ms

                   MAAR                 this CMD                 MAAR
               2001:db8:2::1        2001:db8:ffff::c0        2001:db8:1::1
0.0ms                |-------- PBU -------->|                      |
0.0ms                |<------- PBA ---------|                      |
0.0ms                |                      |-------- PBU -------->|
12.0ms               |                      |<------- PBA ---------|
)");
}

TEST_CASE("handovers as a table") {
    Observed domain;
    domain.move("alice", "maar1");
    domain.move("alice", "maar2");
    CHECK(dmmctl::handovers_text(domain.rows("maar2"), {}) ==
          "AGO  NODE           KIND      FROM              PBA  KERNEL      RA    TOOK\n"
          "1s   alice@example  handover  2001:db8:1::1  10.0ms  12.0ms  12.0ms  12.0ms\n");
    CHECK(dmmctl::handovers_text(domain.rows("maar1"), {}) ==
          "AGO  NODE           KIND      TO                PBA  KERNEL      RA    TOOK\n"
          "1s   alice@example  redirect  2001:db8:2::1   2.0ms   2.0ms           2.0ms\n"
          "5s   alice@example  attach                   10.0ms   2.0ms  10.0ms  10.0ms\n");
    CHECK(dmmctl::handovers_text({}, {}) == "no handovers yet\n");
}

TEST_CASE("a ladder of four fits into 80 columns, and is a drawing too") {
    Observed domain;
    domain.move("alice", "maar1");
    domain.move("alice", "maar2");
    domain.move("alice", "maar3");
    control::HandoverView row = domain.rows("cmd").at(0);
    row.steps.push_back({.at_us = 61'000'000, .step = "solicited"});
    row.mn = "<someone@with.a.very.long.name.example>";
    const dmmctl::Ladder ladder = dmmctl::ladder_of(row);
    CHECK(ladder.participants.size() == 5);  // the node too, which a CMD never sees
    row.steps.pop_back();
    const std::string text = dmmctl::ladder_text(dmmctl::ladder_of(row));
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        CHECK(line.size() <= 80);
    const std::string svg = dmmctl::ladder_svg(ladder);
    CHECK(svg.starts_with("<svg xmlns="));
    CHECK(svg.ends_with("</svg>\n"));
    CHECK(svg.find("<someone") == std::string::npos);
    CHECK(svg.find("&lt;someone@with") != std::string::npos);
    const auto count = [&](const std::string& what) {
        std::size_t found = 0;
        for (std::size_t at = svg.find(what); at != std::string::npos; at = svg.find(what, at + 1))
            ++found;
        return found;
    };
    CHECK(count("class=\"life\"") == ladder.participants.size());
    CHECK(count("class=\"arrow\"") == ladder.rungs.size());
    CHECK(count("<text") == count("</text>"));
}

}  // namespace
}  // namespace dmm::agent

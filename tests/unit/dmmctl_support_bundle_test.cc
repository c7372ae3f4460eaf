// A support bundle of a daemon and a host that are made up, read back.
#include <cstdio>
#include <fstream>
#include <map>
#include <numeric>
#include <sstream>

#include <sys/stat.h>

#include "lib/control/protocol.h"
#include "tests/unit/dmmctl_fake_daemon.h"
#include "tools/dmmctl/exit_code.h"
#include "tools/dmmctl/tar.h"

namespace dmm::dmmctl {
namespace {

constexpr std::size_t kBlock = 512;

std::string contents(const std::string& path) {
    std::ostringstream out;
    out << std::ifstream(path, std::ios::binary).rdbuf();
    return out.str();
}

// By POSIX alone, not by what writes it. Names and texts, in their order.
std::vector<std::pair<std::string, std::string>> untarred(const std::string& tar) {
    std::vector<std::pair<std::string, std::string>> out;
    REQUIRE(tar.size() % kBlock == 0);
    std::size_t at = 0;
    while (at < tar.size() && tar[at] != '\0') {
        const std::string header = tar.substr(at, kBlock);
        CHECK(header.substr(257, 8) == std::string("ustar\0"
                                                   "00",
                                                   8));
        CHECK(header[156] == '0');
        CHECK(std::stoul(header.substr(100, 7), nullptr, 8) == 0600);
        unsigned long sum = 8 * ' ';
        for (std::size_t i = 0; i < kBlock; ++i)
            if (i < 148 || i >= 156) sum += static_cast<unsigned char>(header[i]);
        CHECK(std::stoul(header.substr(148, 7), nullptr, 8) == sum);
        const std::size_t size = std::stoul(header.substr(124, 11), nullptr, 8);
        CHECK(std::stoul(header.substr(136, 11), nullptr, 8) > 0);
        REQUIRE(at + kBlock + size <= tar.size());
        out.emplace_back(header.c_str(), tar.substr(at + kBlock, size));
        at += kBlock + (size + kBlock - 1) / kBlock * kBlock;
    }
    CHECK(tar.substr(std::min(at, tar.size())) == std::string(2 * kBlock, '\0'));
    return out;
}

std::map<std::string, std::string> members_of(const std::string& path) {
    const auto members = untarred(contents(path));
    return {members.begin(), members.end()};
}

std::string answer_to(const std::string& line) {
    const auto request = control::decode_request(line);
    if (!request) return "";
    if (std::holds_alternative<control::CheckRequest>(*request)) {
        return encode(control::Reply(std::vector<control::FindingView>{
            {.name = "clock", .severity = "ok", .found = "fine", .remedy = ""}}));
    }
    if (std::holds_alternative<control::MetricsRequest>(*request)) {
        return encode(control::Reply(control::MetricsText{"dmm_up 1\n"}));
    }
    switch (std::get<control::ShowRequest>(*request).what) {
        case control::Show::Status: {
            control::StatusView view;
            view.instance = "maar1";
            view.version = "9.8";
            return encode(control::Reply(view));
        }
        case control::Show::Nodes: {
            control::NodeView node;
            node.mn = "alice@example";
            node.mac = "0a:11:22:33:44:55";
            return encode(control::Reply(std::vector{node}));
        }
        case control::Show::Handovers: {
            control::HandoverView gone;
            gone.mn = "bob@example";
            return encode(control::Reply(std::vector{gone}));
        }
        case control::Show::Forwarding:
            return encode(control::Reply(std::vector<control::ForwardingView>{
                {.kind = "neighbour", .object = "ip neigh 0a:11:22:33:44:55"}}));
        case control::Show::Peers:
            return encode(control::Reply(control::Failed{.code = 8, .message = "not\ttoday"}));
        case control::Show::Counters:
            return encode(control::Reply(std::vector<control::CounterView>{}));
        case control::Show::Config:
            return encode(control::Reply(
                control::ConfigText{R"({"hooks":[{"on":["*"],"run":["/etc/dmm/hook","hush"]}],)"
                                    R"("maar":{"nodes":{"0a:11:22:33:44:66":"carol@example"}}})"}));
    }
    return "";
}

// A host with an ip(8) that says what it was asked, and without nft(8).
class Host {
public:
    Host() {
        std::ofstream(programs() + "/ip")
            << "#!/bin/sh\necho \"$@ for alice@example carol@example\"\n"
               "[ $3 != rule ] || { echo 'no rules' >&2; exit 2; }\n";
        std::filesystem::permissions(programs() + "/ip", std::filesystem::perms::all);
    }

    [[nodiscard]] std::string programs() const { return directory_.path(); }

    [[nodiscard]] std::string socket() const { return directory_.path() + "/maar1.sock"; }

    [[nodiscard]] std::string file() const { return directory_.path() + "/x.tar"; }

    [[nodiscard]] std::size_t files() const {
        const std::filesystem::directory_iterator all(directory_.path());
        return static_cast<std::size_t>(std::distance(begin(all), end(all)));
    }

    [[nodiscard]] Outcome bundle(std::vector<std::string> options = {}) const {
        return bundle_as(file(), std::move(options));
    }

    [[nodiscard]] Outcome bundle_as(const std::string& path,
                                    std::vector<std::string> options = {}) const {
        options.insert(options.begin(), {"support-bundle", path});
        std::istringstream in;
        std::ostringstream out;
        std::ostringstream err;
        const int exit_code = run(options,
                                  {.in = in,
                                   .out = out,
                                   .err = err,
                                   .run_directory = directory_.path(),
                                   .programs = programs()});
        return {.exit_code = exit_code, .out = out.str(), .err = err.str()};
    }

private:
    Directory directory_;
};

TEST_CASE("a support bundle holds what the daemon and the host say, and what could not be had") {
    const Host host;
    const AnsweringDaemon daemon(host.socket(), answer_to);
    const Outcome outcome = host.bundle();
    CHECK(outcome.exit_code == kDone);
    CHECK(outcome.out == host.file() + ": 17 files; 3 things are missing, see errors.txt in it\n");
    CHECK(outcome.err.starts_with("status.json: "));
    CHECK(outcome.err.find("\nhost/ip-link.txt: 69 B\n") != std::string::npos);
    CHECK(outcome.err.find("\npeers.json: not?today\n") != std::string::npos);
    CHECK(host.files() == 3);  // the program, the socket and no temporary

    auto members = members_of(host.file());
    CHECK(members.size() == 17);
    const auto text = [&](const std::string& name) { return members["dmmd-support/" + name]; };
    CHECK(text("version.txt") == "dmmctl " DMM_VERSION "\ndmmd 9.8\n");
    CHECK(text("status.json").find("\"instance\": \"maar1\"") != std::string::npos);
    CHECK(text("nodes.json").find("\"mn\": \"alice@example\"") != std::string::npos);
    CHECK(text("handovers.json").find("\"mn\": \"bob@example\"") != std::string::npos);
    CHECK(text("forwarding.json").find("0a:11:22:33:44:55") != std::string::npos);
    CHECK(text("counters.json") == "{\n  \"v\": 1,\n  \"counters\": {}\n}\n");
    CHECK(text("config.json").find("/etc/dmm/hook") != std::string::npos);
    CHECK(text("check.json").find("\"clock\"") != std::string::npos);
    CHECK(text("metrics.txt") == "dmm_up 1\n");
    CHECK(text("host/ip-route.txt") ==
          "$ ip -6 -d route show table all\n"
          "-6 -d route show table all for alice@example carol@example\n");
    CHECK(text("host/ip-rule.txt").ends_with("no rules\n"));
    CHECK(!text("host/uname.txt").empty());
    CHECK(text("errors.txt") ==
          "peers.json: not?today\n"
          "host/ip-rule.txt: `ip -6 -d rule show`: exit status 2; it says "
          "\"-6 -d rule show for alice@example carol@example\"\n"
          "host/nft.txt: `nft list table ip6 dmmd`: there is no program nft in " +
              host.programs() + '\n');
    CHECK(contents(host.file()).find("hush") == std::string::npos);
}

TEST_CASE("an anonymous bundle names no node and no link-layer address in any member") {
    const Host host;
    const AnsweringDaemon daemon(host.socket(), answer_to);
    REQUIRE(host.bundle({"--anonymous"}).exit_code == kDone);
    const std::string all = contents(host.file());
    for (const char* secret : {"alice", "bob", "carol", "0a:11"})
        CHECK(all.find(secret) == std::string::npos);
    auto members = members_of(host.file());
    CHECK(members["dmmd-support/nodes.json"].find("\"mn\": \"mn2\"") != std::string::npos);
    CHECK(members["dmmd-support/handovers.json"].find("\"mn\": \"mn3\"") != std::string::npos);
    CHECK(members["dmmd-support/config.json"].find("\"02:00:00:00:00:01\": \"mn1\"") !=
          std::string::npos);
    CHECK(members["dmmd-support/forwarding.json"].find("neigh 02:00:00:00:00:02\"") !=
          std::string::npos);
    CHECK(members["dmmd-support/host/ip-link.txt"].ends_with("for mn2 mn1\n"));
}

TEST_CASE("tar lists a support bundle, where there is one") {
    const Host host;
    const AnsweringDaemon daemon(host.socket(), answer_to);
    REQUIRE(host.bundle().exit_code == kDone);
    if (std::system("tar --version >/dev/null 2>&1") != 0) return;
    std::FILE* pipe = ::popen(("tar -tf " + host.file() + " 2>&1").c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::string listed;
    for (int c = 0; (c = std::fgetc(pipe)) != EOF;)
        listed += static_cast<char>(c);
    CHECK(::pclose(pipe) == 0);
    std::string wanted;
    for (const auto& [name, text] : untarred(contents(host.file())))
        wanted += name + '\n';
    CHECK(listed == wanted);
}

TEST_CASE("a support bundle is its owner's, and replaces a file only if told to") {
    const Host host;
    const AnsweringDaemon daemon(host.socket(), answer_to);
    std::ofstream(host.file()) << "mine";
    CHECK(host.bundle() ==
          Outcome{.exit_code = kFailed,
                  .out = "",
                  .err = "dmmctl: support-bundle: \"" + host.file() +
                         "\" exists; give another file, or --force to replace it\n"});
    CHECK(contents(host.file()) == "mine");
    CHECK(host.bundle({"--force"}).exit_code == kDone);
    CHECK(members_of(host.file()).size() == 17);

    struct stat found {};

    REQUIRE(::stat(host.file().c_str(), &found) == 0);
    CHECK((found.st_mode & 0777U) == 0600U);

    const std::string link = host.programs() + "/link";
    std::filesystem::create_symlink("x.tar", link);
    CHECK(host.bundle_as(link, {"--force"}).err ==
          "dmmctl: support-bundle: \"" + link + "\" is not a regular file; give another file\n");
    CHECK(host.bundle_as("/nowhere/x.tar") ==
          Outcome{.exit_code = kFailed,
                  .out = "",
                  .err = "dmmctl: support-bundle: \"/nowhere/x.tar\" cannot be written: No such "
                         "file or directory; give another file\n"});
}

TEST_CASE("a file that comes up while a bundle is made stays") {
    const Host host;
    const AnsweringDaemon daemon(host.socket(), [&](const std::string& line) {
        std::ofstream(host.file()) << "mine";
        return answer_to(line);
    });
    CHECK(host.bundle().exit_code == kFailed);
    CHECK(contents(host.file()) == "mine");
    CHECK(host.files() == 3);
}

TEST_CASE("without a daemon there is no bundle, with a silent one there is") {
    const Host host;
    const Outcome none = host.bundle();
    CHECK(none.exit_code == kNoDaemon);
    CHECK(none.err.starts_with("dmmctl: no daemon "));
    CHECK(host.files() == 1);
    const AnsweringDaemon daemon(host.socket(), [](const std::string&) { return ""; });
    CHECK(host.bundle().exit_code == kDone);
    auto members = members_of(host.file());
    CHECK(members.size() == 9);
    CHECK(members["dmmd-support/errors.txt"].starts_with("status.json: "));
    CHECK(members["dmmd-support/version.txt"].ends_with("\ndmmd unknown\n"));
}

TEST_CASE("a support bundle is no JSON, and has one name") {
    const std::string usage = "; usage: dmmctl support-bundle FILE [--force] [--anonymous]\n";
    CHECK(call({"support-bundle"}, "/nowhere") ==
          Outcome{.exit_code = kUsage,
                  .out = "",
                  .err = "dmmctl: support-bundle: FILE is missing" + usage});
    CHECK(call({"--json", "support-bundle", "/nowhere/x"}, "/nowhere").exit_code == kUsage);
}

TEST_CASE("members of a tar file are whole blocks") {
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, kBlock, kBlock + 1}) {
        const std::string text(size, 'x');
        const auto members = untarred(tar_member(std::string(100, 'n').substr(1), text, 1) +
                                      tar_member("b", "c", (1ULL << 33U) - 1) + tar_end());
        REQUIRE(members.size() == 2);
        CHECK(members[0].second == text);
        CHECK(members[1].second == "c");
    }
}

}  // namespace
}  // namespace dmm::dmmctl

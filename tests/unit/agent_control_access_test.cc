// Who may look and who may change: the rule by itself, and a real control socket that is asked by
// processes of other users and groups.
#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <grp.h>

#include "agent/control_access.h"
#include "agent/control_server.h"
#include "lib/control/rights.h"
#include "tests/support/catch.h"
#include "tests/unit/dmmctl_fake_daemon.h"
#include "tools/dmmctl/exit_code.h"

namespace dmm::agent {
namespace {

constexpr uid_t kSelf = 900;
constexpr gid_t kChangers = 100;
constexpr gid_t kReaders = 200;

Right right(uid_t uid, gid_t gid, std::vector<gid_t> groups) {
    const ControlAccess access{.group = kChangers,
                               .read_group = kReaders,
                               .group_name = "dmm",
                               .read_group_name = "dmm-read"};
    return right_of({.uid = uid, .gid = gid, .pid = 1, .groups = std::move(groups)}, access, kSelf);
}

TEST_CASE("groups decide, the primary and the supplementary ones") {
    CHECK(right(0, 0, {}) == Right::Change);
    CHECK(right(kSelf, 1, {}) == Right::Change);
    CHECK(right(1000, kChangers, {}) == Right::Change);
    CHECK(right(1000, 1000, {4, kChangers}) == Right::Change);
    CHECK(right(1000, 1000, {kReaders, kChangers}) == Right::Change);
    CHECK(right(1000, kReaders, {}) == Right::Look);
    CHECK(right(1000, 1000, {4, kReaders}) == Right::Look);
    CHECK(right(1000, 1000, {4}) == Right::None);
    CHECK(right(1000, 1000, {}) == Right::None);
}

TEST_CASE("without a group that may only look the socket's mode has judged") {
    const ControlAccess access{
        .group = {}, .read_group = {}, .group_name = "dmm", .read_group_name = ""};
    CHECK(right_of({.uid = 1000, .gid = 1000, .pid = 1}, access, kSelf) == Right::Change);
}

TEST_CASE("a group that is missing is named, the default's alone may be") {
    CHECK(resolve({}).has_value());
    const auto changers = resolve({.group = "no-such-group", .read_group = ""});
    REQUIRE(!changers);
    CHECK(changers.error() ==
          "control.group: this host has no group \"no-such-group\"; "
          "groupadd --system no-such-group");
    const auto readers = resolve({.group = "dmm", .read_group = "no-such-group"});
    REQUIRE(!readers);
    CHECK(readers.error().starts_with("control.read_group: "));
}

TEST_CASE("what is not known to look changes something") {
    CHECK(only_looks(control::ShowRequest{}));
    CHECK(only_looks(control::TraceRequest{}));
    CHECK(only_looks(control::MonitorRequest{}));
    CHECK(only_looks(control::CheckRequest{}));
    CHECK(only_looks(control::MetricsRequest{}));
    CHECK(only_looks(control::LogRequest{}));
    CHECK(!only_looks(control::LogRequest{.level = LogLevel::Debug}));
    CHECK(!only_looks(control::ReloadRequest{}));
    CHECK(!only_looks(control::ReloadRequest{.dry_run = true}));
    CHECK(!only_looks(control::DrainRequest{}));
    CHECK(!only_looks(control::AttachRequest{}));
    CHECK(!only_looks(control::DetachRequest{}));
    CHECK(!only_looks(control::RemoveRequest{}));
    CHECK(!only_looks(control::ShutdownRequest{}));
}

struct Identity {
    uid_t uid = 0;
    gid_t gid = 0;
    std::vector<gid_t> groups{};
};

// dmmctl as somebody else, asking the server that runs in this process meanwhile.
dmmctl::Outcome call_as(const Identity& who,
                        const std::vector<std::string>& words,
                        const std::string& directory,
                        const ControlSettings& settings) {
    Loop loop;
    auto socket = ControlSocket::claim(directory + "/maar1.sock", settings);
    REQUIRE(socket);
    const ControlServer server(
        loop,
        std::move(*socket),
        [](const control::Request& request, const Caller&) -> control::Reply {
            if (std::holds_alternative<control::ShowRequest>(request))
                return std::vector<control::PeerView>{};
            if (std::holds_alternative<control::LogRequest>(request)) return control::LogView{};
            return control::Done{.message = "done"};
        });
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        const bool changed = ::setgroups(who.groups.size(), who.groups.data()) == 0 &&
                             ::setgid(who.gid) == 0 && ::setuid(who.uid) == 0;
        const dmmctl::Outcome outcome =
            changed ? dmmctl::call(words, directory)
                    : dmmctl::Outcome{.exit_code = 99, .out = "", .err = ""};
        const std::string said = outcome.out + outcome.err;
        const bool told =
            ::write(ends[1], said.data(), said.size()) == static_cast<ssize_t>(said.size());
        ::_exit(told ? outcome.exit_code : 98);
    }
    ::close(ends[1]);
    dmmctl::Outcome outcome;
    IoWatcher ended(loop, ends[0], IoWatcher::For::Reading, [&] {
        std::array<char, 4'096> part{};
        const ssize_t got = ::read(ends[0], part.data(), part.size());
        if (got > 0) outcome.out.append(part.data(), static_cast<std::size_t>(got));
        if (got == 0) loop.stop();
    });
    ended.start();
    loop.run();
    ::close(ends[0]);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return outcome;
}

// Groups that every host has, in the parts of "dmm" and a group of readers.
const ControlSettings kTwoGroups{.group = "daemon", .read_group = "nogroup"};

TEST_CASE("a real socket lets readers look and tells them who may change") {
    if (::geteuid() != 0) return;  // only root can become somebody else
    const group* changers = ::getgrnam("daemon");
    REQUIRE(changers != nullptr);
    const gid_t change = changers->gr_gid;
    const group* readers = ::getgrnam("nogroup");
    REQUIRE(readers != nullptr);
    const gid_t read = readers->gr_gid;
    const dmmctl::Directory directory;
    REQUIRE(::chmod(directory.path().c_str(), 0755) == 0);
    const auto as = [&](const Identity& who, const std::vector<std::string>& words) {
        return call_as(who, words, directory.path(), kTwoGroups);
    };
    const std::vector<std::string> look{"show", "peers"};
    const std::vector<std::string> change_something{"detach", "a@b"};
    const dmmctl::Outcome looked{.exit_code = dmmctl::kDone, .out = "no peers\n", .err = ""};
    const dmmctl::Outcome changed{.exit_code = dmmctl::kDone, .out = "done\n", .err = ""};
    const auto denied = [](const std::string& text) {
        return dmmctl::Outcome{
            .exit_code = dmmctl::kPermission, .out = "dmmctl: denied: " + text + '\n', .err = ""};
    };
    const dmmctl::Outcome reader = denied(
        "group \"nogroup\" may only look; root and group \"daemon\" may change "
        "something: `usermod -aG daemon USER`, then log in anew");
    const dmmctl::Outcome stranger = denied(
        "group \"nogroup\" may look, root and group \"daemon\" may change: "
        "`usermod -aG nogroup USER`, then log in anew");
    CHECK(as({.uid = 0, .gid = 0}, change_something) == changed);
    CHECK(as({.uid = 4'001, .gid = change}, change_something) == changed);
    CHECK(as({.uid = 4'001, .gid = 4'001, .groups = {4'002, change}}, change_something) == changed);
    CHECK(as({.uid = 4'001, .gid = read}, look) == looked);
    CHECK(as({.uid = 4'001, .gid = 4'001, .groups = {4'002, read}}, look) == looked);
    CHECK(as({.uid = 4'001, .gid = 4'001, .groups = {read}}, change_something) == reader);
    CHECK(as({.uid = 4'001, .gid = read}, {"log"}).exit_code == dmmctl::kDone);
    CHECK(as({.uid = 4'001, .gid = read}, {"log", "debug"}) == reader);
    CHECK(as({.uid = 4'001, .gid = 4'001, .groups = {4'002}}, look) == stranger);
    CHECK(as({.uid = 4'001, .gid = 4'001}, change_something) == stranger);
    // More groups than fit into the first try.
    std::vector<gid_t> many;
    for (gid_t group = 5'000; group < 5'200; ++group)
        many.push_back(group);
    many.push_back(read);
    CHECK(as({.uid = 4'001, .gid = 4'001, .groups = many}, look) == looked);
    // Without readers the mode of the socket is what it always was.
    const auto none = ControlSocket::claim(directory.path() + "/x.sock", {.group = "daemon"});
    REQUIRE(none);

    struct stat found {};

    REQUIRE(::stat((directory.path() + "/x.sock").c_str(), &found) == 0);
    CHECK((found.st_mode & 0777U) == 0660U);
    CHECK(found.st_gid == change);
}

}  // namespace
}  // namespace dmm::agent

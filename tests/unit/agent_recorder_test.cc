#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <sys/resource.h>
#include <sys/stat.h>

#include "agent/recorder.h"
#include "tests/support/catch.h"
#include "tests/unit/dmmctl_fake_daemon.h"

namespace dmm::agent {
namespace {

using dmmctl::Directory;

constexpr std::string_view kFull = "# the limit is reached; nothing more is recorded\n";

std::string contents(const std::string& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
}

TEST_CASE("a recording is its owner's, and is written a turn at a time") {
    const Directory directory;
    const std::string path = directory.path() + "/run";
    auto recorder = Recorder::create(path, "header\n", 1'000);
    REQUIRE(recorder);

    struct stat found {};

    REQUIRE(::stat(path.c_str(), &found) == 0);
    CHECK((found.st_mode & 0777U) == 0600);
    CHECK(contents(path) == "header\n");
    recorder->add("one");
    recorder->add("two");
    CHECK(contents(path) == "header\n");
    CHECK(!recorder->end_turn());
    CHECK(contents(path) == "header\none\ntwo\n");
    CHECK(!recorder->end_turn());
    CHECK(contents(path) == "header\none\ntwo\n");
}

TEST_CASE("at its limit a recording ends with whole turns and says so once") {
    const Directory directory;
    const std::string path = directory.path() + "/run";
    const std::size_t most = 11 + kFull.size();
    auto recorder = Recorder::create(path, "header\n", most);
    REQUIRE(recorder);
    recorder->add("abc");
    CHECK(!recorder->end_turn());
    CHECK(contents(path).size() + kFull.size() == most);
    recorder->add("");
    recorder->add("d");
    const auto ended = recorder->end_turn();
    REQUIRE(ended);
    CHECK(*ended == "the limit of " + std::to_string(most) + " octets is reached");
    recorder->add("e");
    CHECK(!recorder->end_turn());
    CHECK(contents(path) == "header\nabc\n" + std::string(kFull));
    CHECK(contents(path).size() == most);
}

TEST_CASE("what is there is not overwritten, and what cannot be written is said") {
    const Directory directory;
    const std::string path = directory.path() + "/run";
    std::ofstream(path) << "mine";
    const auto there = Recorder::create(path, "header\n", 1'000);
    REQUIRE(!there);
    CHECK(there.error() == "File exists; move it away, or give another name");
    CHECK(contents(path) == "mine");
    const auto nowhere = Recorder::create(directory.path() + "/no/run", "header\n", 1'000);
    REQUIRE(!nowhere);
    CHECK(nowhere.error() ==
          "No such file or directory; give a file in a directory that the daemon may write to");
}

// Files may not grow above `octets` while it lives, as on a full disk.
class NoRoom {
public:
    explicit NoRoom(rlim_t octets) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        REQUIRE(::getrlimit(RLIMIT_FSIZE, &before_) == 0);
        rlimit small = before_;
        small.rlim_cur = octets;
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    }

    NoRoom(const NoRoom&) = delete;
    NoRoom& operator=(const NoRoom&) = delete;

    ~NoRoom() {
        static_cast<void>(::setrlimit(RLIMIT_FSIZE, &before_));
        static_cast<void>(std::signal(SIGXFSZ, handler_));
    }

private:
    rlimit before_{};
    void (*handler_)(int);
};

TEST_CASE("without room the recording ends, at the end of a turn") {
    const Directory directory;
    const std::string path = directory.path() + "/run";
    std::expected<Recorder, std::string> recorder = Recorder::create(path, "header\n", 1'000);
    REQUIRE(recorder);
    std::optional<std::string> ended;
    std::expected<Recorder, std::string> late = std::unexpected("");
    {
        const NoRoom no_room(12);
        recorder->add("abc");
        REQUIRE(!recorder->end_turn());
        recorder->add("defg");
        ended = recorder->end_turn();
        late = Recorder::create(directory.path() + "/late", "a long header\n", 1'000);
    }
    CHECK(ended == "File too large");
    CHECK(contents(path) == "header\nabc\n");
    REQUIRE(!late);
    CHECK(late.error() == "File too large; make room, or record elsewhere");
    CHECK(!std::filesystem::exists(directory.path() + "/late"));
}

TEST_CASE("a recording of a daemon that did not start is removed") {
    const Directory directory;
    const std::string path = directory.path() + "/run";
    auto recorder = Recorder::create(path, "header\n", 1'000);
    REQUIRE(recorder);
    recorder->discard();
    CHECK(!std::filesystem::exists(path));
    recorder->add("x");
    CHECK(!recorder->end_turn());
}

}  // namespace
}  // namespace dmm::agent

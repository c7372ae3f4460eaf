// What survives a crash, as a file: whole lines, the last of each node.
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <sys/stat.h>
#include <unistd.h>

#include "agent/snapshot.h"
#include "tests/support/catch.h"

using dmm::agent::Snapshot;

namespace {

class Folder {
public:
    Folder() {
        std::string name = "/tmp/dmm-snapshot-XXXXXX";
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path = name;
    }

    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    ~Folder() {
        for (const char* name : {"/m.state", "/m.state.refused", "/m.state.new"})
            static_cast<void>(::unlink((path + name).c_str()));
        static_cast<void>(::rmdir(path.c_str()));
    }

    std::string path;
};

std::string contents(const std::string& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
}

void overwrite(const std::string& path, const std::string& text) {
    std::ofstream(path) << text;
}

bool exists(const std::string& path) {
    return ::access(path.c_str(), F_OK) == 0;
}

}  // namespace

TEST_CASE("the file is beside the control socket") {
    CHECK(Snapshot::path_beside("/run/dmm/maar1.sock") == "/run/dmm/maar1.state");
    CHECK(Snapshot::path_beside("/tmp/x") == "/tmp/x.state");
}

TEST_CASE("the last record of each node is read back, and the counter") {
    const Folder folder;
    const std::string path = folder.path + "/m.state";
    CHECK_FALSE(Snapshot::read(path, "here").value());
    Snapshot snapshot(path, "here", 7);
    snapshot.put("alice@example", "session one");
    snapshot.put("b \"ob", "session two");
    CHECK_FALSE(snapshot.flush());

    struct stat status {};

    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0600);
    snapshot.put("alice@example", "session three");
    snapshot.put("carol", "session four");
    CHECK_FALSE(snapshot.flush());
    snapshot.put("carol", std::nullopt);
    CHECK_FALSE(snapshot.flush());
    const auto kept = Snapshot::read(path, "here");
    REQUIRE(kept);
    REQUIRE(*kept);
    CHECK((*kept)->restart_counter == 7);
    CHECK((*kept)->records == std::vector<std::string>{"session three", "session two"});
    snapshot.discard();
    CHECK_FALSE(exists(path));
}

TEST_CASE("nothing is written when nothing has changed") {
    const Folder folder;
    const std::string path = folder.path + "/m.state";
    Snapshot snapshot(path, "here", 7);
    snapshot.put("alice", "session one");
    CHECK_FALSE(snapshot.flush());
    const std::string before = contents(path);
    snapshot.put("alice", "session one");
    snapshot.put("bob", std::nullopt);
    CHECK_FALSE(snapshot.flush());
    CHECK(contents(path) == before);
}

TEST_CASE("a line that a crash cut off is not there; a damaged one refuses the file") {
    const Folder folder;
    const std::string path = folder.path + "/m.state";
    Snapshot snapshot(path, "here", 7);
    snapshot.put("alice", "session one");
    snapshot.put("bob", "session two");
    CHECK_FALSE(snapshot.flush());
    const std::string whole = contents(path);

    SECTION("cut off anywhere") {
        for (std::size_t size = 0; size < whole.size(); ++size) {
            overwrite(path, whole.substr(0, size));
            const auto kept = Snapshot::read(path, "here");
            REQUIRE(kept);
            const std::size_t records = *kept ? (*kept)->records.size() : 0;
            CHECK(records == (size < whole.find("keep bob") ? 0U : 1U));
        }
    }
    SECTION("damaged") {
        overwrite(path, whole + "keep\n");
        const auto kept = Snapshot::read(path, "here");
        REQUIRE_FALSE(kept);
        CHECK(kept.error() == path + ": line 4 is damaged; set aside as " + path + ".refused");
        CHECK_FALSE(exists(path));
        CHECK(exists(path + ".refused"));
    }
    SECTION("of another boot") {
        CHECK_FALSE(Snapshot::read(path, "elsewhere"));
        CHECK_FALSE(exists(path));
    }
}

TEST_CASE("it does not grow for ever") {
    const Folder folder;
    const std::string path = folder.path + "/m.state";
    Snapshot snapshot(path, "here", 7);
    const std::string padding(1000, 'x');
    for (int i = 0; i < 2000; ++i) {
        snapshot.put("alice", "session " + std::to_string(i) + padding);
        REQUIRE_FALSE(snapshot.flush());
    }
    CHECK(contents(path).size() < 300'000);
    CHECK((*Snapshot::read(path, "here"))->records.at(0) == "session 1999" + padding);
}

TEST_CASE("where nothing can be written it says so once") {
    Snapshot snapshot("/nowhere/at/all", "here", 7);
    snapshot.put("alice", "session one");
    CHECK(snapshot.flush() == "/nowhere/at/all: No such file or directory");
    snapshot.put("alice", "session two");
    CHECK_FALSE(snapshot.flush());
}

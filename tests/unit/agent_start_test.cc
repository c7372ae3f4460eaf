#include <array>
#include <filesystem>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "agent/arguments.h"
#include "agent/descriptor.h"
#include "agent/host_address.h"
#include "agent/notify.h"
#include "tests/support/catch.h"

namespace dmm::agent {
namespace {

std::expected<Arguments, std::string> read(const std::vector<const char*>& words) {
    return read_arguments(words);
}

TEST_CASE("a file alone is work") {
    const auto arguments = read({"maar.json"});
    REQUIRE(arguments);
    CHECK(*arguments == Arguments{.file = "maar.json"});
}

TEST_CASE("options may stand on either side of the file") {
    const Arguments wanted{
        .task = Arguments::Task::CheckConfig, .dry_run = true, .file = "maar.json"};
    CHECK(read({"--check-config", "--dry-run", "maar.json"}).value() == wanted);
    CHECK(read({"maar.json", "--dry-run", "--check-config"}).value() == wanted);
}

TEST_CASE("the host is checked in two forms") {
    const Arguments wanted{.task = Arguments::Task::CheckHost, .file = "maar.json"};
    CHECK(read({"--check", "maar.json"}).value() == wanted);
    CHECK(read({"--check", "--json", "maar.json"}).value().json);
    CHECK(read({"--verbose", "maar.json", "--check"}).value().verbose);
    CHECK(read({"--json", "maar.json"}).error() == "--json goes with --check alone");
    CHECK(read({"--check-config", "--verbose", "maar.json"}).error() ==
          "--verbose goes with --check alone");
}

TEST_CASE("a recording has a name of its own") {
    CHECK(read({"--record", "run", "maar.json"}).value() ==
          Arguments{.record = "run", .file = "maar.json"});
    CHECK(read({"maar.json", "--record", "--odd"}).value().record == "--odd");
    CHECK(read({"maar.json", "--record"}).error() == "--record needs a file to write to");
    CHECK(read({"maar.json", "--record", ""}).error() == "--record needs a file to write to");
    CHECK(read({"--record", "a", "--record", "b", "maar.json"}).error() ==
          "--record is given twice");
    CHECK(read({"--record", "a"}).error() == "no configuration file is given");
}

TEST_CASE("behind two dashes everything is a file") {
    CHECK(read({"--", "--odd.json"}).value().file == "--odd.json");
}

TEST_CASE("help and version need no file") {
    CHECK(read({"--help"}).value().task == Arguments::Task::ShowHelp);
    CHECK(read({"--version"}).value().task == Arguments::Task::ShowVersion);
}

TEST_CASE("what is not understood is named") {
    CHECK(read({"--nonsense", "x"}).error() == "unknown option --nonsense");
    CHECK(read({"a b", "c d"}).error() == R"(one configuration file is wanted, not also "c d")");
    CHECK(read({}).error() == "no configuration file is given");
    CHECK(read({"--dry-run"}).error() == "no configuration file is given");
    CHECK(!read({""}));
}

constexpr std::string_view kTable =
    "20010db8000000000000000000000001 02 40 00 80     eth0\n"
    "20010db8000000000000000000000002 02 40 00 c0     eth0\n"
    "20010db8000000000000000000000003 02 40 00 c8     eth0\n"
    "20010db8000000000000000000000004 02 40 00 c4     eth0\n"
    "20010db8000000000000000000000005 02 40 00 c0     eth0\n"
    "20010db8000000000000000000000005 03 40 00 80     eth1\n"
    "fe800000000000000200fffe00000001 02 40 20 80     eth0\n";

TEST_CASE("an address is usable, being checked, a duplicate or absent") {
    const auto state = [](std::string_view address) {
        return address_state(kTable, *Ip6Address::parse(address));
    };
    CHECK(state("2001:db8::1") == AddressState::Usable);
    CHECK(state("2001:db8::2") == AddressState::Tentative);
    CHECK(state("2001:db8::3") == AddressState::Duplicate);
    CHECK(state("2001:db8::4") == AddressState::Usable);  // optimistic, RFC 4429
    CHECK(state("2001:db8::5") == AddressState::Usable);  // on one of two interfaces
    CHECK(state("2001:db8::6") == AddressState::Absent);
}

TEST_CASE("a table that is empty or cut short holds no address") {
    const Ip6Address address = *Ip6Address::parse("2001:db8::1");
    CHECK(address_state("", address) == AddressState::Absent);
    CHECK(address_state("20010db8000000000000000000000001 02 40\n", address) ==
          AddressState::Absent);
    CHECK(address_state(kTable.substr(0, kTable.find('\n')), address) == AddressState::Usable);
}

// The text of the one datagram that `tell` makes a Notifier for `name` send.
std::string heard(const std::string& name, std::string_view state) {
    sockaddr_un at{.sun_family = AF_UNIX, .sun_path = {}};
    std::copy(name.begin(), name.end(), std::begin(at.sun_path));
    if (name.front() == '@') at.sun_path[0] = '\0';
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    const Descriptor fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0));
    REQUIRE(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&at), length) == 0);
    Notifier(name, "", "").tell(state);
    std::array<char, 256> octets{};
    const ssize_t size = ::recv(fd.get(), octets.data(), octets.size(), 0);
    return size < 0 ? "nothing" : std::string(octets.data(), static_cast<std::size_t>(size));
}

TEST_CASE("the service manager hears what it is told, in either namespace of sockets") {
    const std::string unique = "dmm-notify-test-" + std::to_string(::getpid());
    CHECK(heard("@" + unique, "READY=1") == "READY=1");
    const std::string path = std::filesystem::temp_directory_path() / unique;
    CHECK(heard(path, "STOPPING=1") == "STOPPING=1");
    std::filesystem::remove(path);
    Notifier("", "", "").tell("READY=1");
    Notifier("/nonexistent/notify", "", "").tell("READY=1");
    Notifier(std::string(300, 'x'), "", "").tell("READY=1");
}

TEST_CASE("signs of life are sent at half the time that the service manager allows") {
    CHECK(Notifier("/run/notify", "30000000", "").watchdog_interval() == std::chrono::seconds(15));
    CHECK(!Notifier("/run/notify", "", "").watchdog_interval());
    CHECK(!Notifier("/run/notify", "0", "").watchdog_interval());
    CHECK(!Notifier("/run/notify", "1s", "").watchdog_interval());
    CHECK(!Notifier("", "30000000", "").watchdog_interval());
    // Meant for another process of the same unit.
    CHECK(!Notifier("/run/notify", "30000000", "1").watchdog_interval());
}

}  // namespace
}  // namespace dmm::agent

#include "tools/demo/floor.h"

#include <chrono>

#include "tools/demo/process.h"

namespace dmm::demo {
namespace {

constexpr int kFirst = 20;
constexpr int kInterfaces = 60;
constexpr milliseconds kBound{20'000};

std::expected<void, std::string> batch(const std::string& netns, const std::string& commands) {
    const auto done = run({.netns = netns, .words = {"ip", "-6", "-batch", "-"}}, commands, kBound);
    if (!done) return std::unexpected(done.error());
    return {};
}

std::string commands(int first, int last) {
    std::string out;
    for (int i = first; i <= last; ++i) {
        const std::string number = std::to_string(i);
        const std::string name = "floor" + number;
        out.append("link add ").append(name).append(" link lan0 type macvlan mode source\n");
        out.append("link set ").append(name).append(" addrgenmode none\n");
        out.append("link set ").append(name).append(" up\n");
        out.append("address add fe80::").append(number).append("/64 dev ").append(name);
        out.append(" nodad\nneigh add fe80::1:").append(number);
        out.append(" lladdr 02:00:00:00:01:01 dev ").append(name).append(" nud permanent\n");
    }
    return out;
}

}  // namespace

std::expected<Duration, std::string> time_interface(const std::string& netns) {
    if (auto made = batch("", "netns add " + netns + "\n"); !made) {
        return std::unexpected(made.error());
    }
    std::expected<Duration, std::string> mean = Duration{};
    auto done = batch(netns,
                      "link add lan0 type veth peer name lan1\nlink set lan0 up\n"
                      "link set lan1 up\n");
    // The first of all are slower.
    if (done) done = batch(netns, commands(1, kFirst));
    if (done) {
        const auto start = std::chrono::steady_clock::now();
        done = batch(netns, commands(kFirst + 1, kFirst + kInterfaces));
        mean = Duration(std::chrono::steady_clock::now() - start) / kInterfaces;
    }
    const auto removed = batch("", "netns delete " + netns + "\n");
    if (!done) return std::unexpected(done.error());
    if (!removed) return std::unexpected(removed.error());
    return mean;
}

}  // namespace dmm::demo

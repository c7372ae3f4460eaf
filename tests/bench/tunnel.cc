#include "tests/bench/tunnel.h"

#include <chrono>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "tests/bench/stage.h"
#include "tests/bench/stream.h"
#include "tests/kernel/access_bench.h"

namespace dmm::bench {
namespace {

constexpr int kRounds = 5;
constexpr std::chrono::milliseconds kSlice{1500};
constexpr const char* kFar = "2001:db8:ffff::99";
constexpr const char* kBareNode = "2001:db8:b100::1";

// Somebody far away, two routers, a cell of each, and a node in one of them:
//   far -- core -- first, second -- air -- node
struct Region {
    Region() {
        for (const NetworkNamespace* place : {&far, &core, &first, &second, &air, &node})
            run_in(*place, "echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad\n");
        for (const NetworkNamespace* router : {&first, &second})
            run_in(*router, "echo 1 >/proc/sys/net/ipv6/conf/all/forwarding\n");
        run_in(air, "echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6\n");
        bridge(core, "bridge0");
        bridge(air, "cell1");
        bridge(air, "cell2");
        port(core, "far", "bridge0", far, "core0");
        port(core, "first", "bridge0", first, "core0");
        port(core, "second", "bridge0", second, "core0");
        port(air, "antenna1", "cell1", first, "lan0");
        port(air, "antenna2", "cell2", second, "lan0");
        port(air, "radio", "cell1", node, "eth0");
        run_in(far,
               "ip -6 addr add 2001:db8:ffff::99/64 dev core0 nodad\n"
               "ip -6 addr add 2001:db8:ffff::c/64 dev core0 nodad\n"
               "ip -6 route add 2001:db8:a100::/48 via 2001:db8:ffff::1\n"
               "ip -6 route add 2001:db8:b100::/48 via 2001:db8:ffff::1\n"
               "ip -6 route add 2001:db8:a200::/48 via 2001:db8:ffff::2\n");
        run_in(first, "ip -6 addr add 2001:db8:ffff::1/64 dev core0 nodad\n");
        run_in(second, "ip -6 addr add 2001:db8:ffff::2/64 dev core0 nodad\n");
    }

    static void bridge(const NetworkNamespace& where, const std::string& name) {
        run_in(where,
               "ip link add " + name + " type bridge stp_state 0 forward_delay 0 mcast_snooping 0" +
                   "\nip link set " + name + " up\n");
    }

    static void port(const NetworkNamespace& where,
                     const std::string& name,
                     const std::string& bridge,
                     const NetworkNamespace& leaf,
                     const std::string& interface) {
        connect(where, name, leaf, interface);
        run_in(where, "ip link set " + name + " master " + bridge + "\n");
    }

    NetworkNamespace far;
    NetworkNamespace core;
    NetworkNamespace first;
    NetworkNamespace second;
    NetworkNamespace air;
    NetworkNamespace node;
};

// The node lives behind the second router, with an address that leads to the first.
void tunnel_by_hand(const Region& region) {
    const auto tunnel = [](const std::string& own, const std::string& other) {
        return "ip link add tunnel0 type ip6tnl mode ip6ip6 encaplimit none local 2001:db8:ffff::" +
               own + " remote 2001:db8:ffff::" + other + "\nip link set tunnel0 mtu 1460 up\n";
    };
    run_in(region.first, tunnel("1", "2") + "ip -6 route add 2001:db8:b100::/64 dev tunnel0\n");
    run_in(region.second,
           tunnel("2", "1") +
               "ip -6 addr add fe80::1/64 dev lan0 nodad\n"
               "ip -6 route add 2001:db8:b100::/64 dev lan0\n"
               "ip -6 rule add from 2001:db8:b100::/64 table 100\n"
               "ip -6 route add default dev tunnel0 table 100\n");
    run_in(region.air, "ip link set radio master cell2\n");
    run_in(region.node,
           "ip -6 addr add " + std::string(kBareNode) +
               "/128 dev eth0 nodad\n"
               "ip -6 route add default via fe80::1 dev eth0 mtu 1460\n");
}

// The same region with daemons in it.
class Domain {
public:
    Domain(const Programs& programs, const std::string& source_check)
        : programs_(programs), source_check_(source_check) {
        run_in(region.node, "ip link set eth0 down\nip link set eth0 address 02:00:00:00:01:01\n");
        (void)std::fputs("bench: daemons start\n", stderr);
        start("cmd", region.far, R"("role": "cmd", "cmd": {"address": "2001:db8:ffff::c", "maars": [
            {"address": "2001:db8:ffff::1", "pool": "2001:db8:a100::/48"},
            {"address": "2001:db8:ffff::2", "pool": "2001:db8:a200::/48"}]})");
        start("maar1", region.first, maar("1"));
        start("maar2", region.second, maar("2"));
    }

    // The node's address where it came first, once it has moved; "" when it does not get there.
    std::string move() {
        (void)std::fputs("bench: a node moves\n", stderr);
        run_in(region.node, "ip link set eth0 up\n");
        const std::string address = await_address("2001:db8:a1");
        run_in(region.air,
               "ip link set radio down\n"
               "ip link set radio master cell2\n"
               "ip link set radio up\n");
        // By itself the kernel solicits only on an interface that is new to it.
        run_in(region.node, "rdisc6 -1 eth0 || true\n");
        if (address.empty() || await_address("2001:db8:a2").empty()) return {};
        region.first.enter();
        const std::string way = kernel::output_of("ip -6 route get " + address);
        return way.find(" dev dmmt") == std::string::npos ? std::string() : address;
    }

    Region region;

private:
    [[nodiscard]] std::string maar(const std::string& number) const {
        const std::string other = number == "1" ? "2" : "1";
        return R"("role": "maar", "maar": {"address": "2001:db8:ffff::)" + number +
               R"(", "cmd": "2001:db8:ffff::c", "peers": ["2001:db8:ffff::)" + other +
               R"("], "core_interface": "core0", "access_links": ["lan0"], "source_check": ")" +
               source_check_ + R"(", "pool": "2001:db8:a)" + number + R"(00::/48"})";
    }

    void start(const std::string& name, const NetworkNamespace& where, const std::string& rest) {
        const std::string base = programs_.folder + "/" + name + "-" + source_check_;
        std::ofstream(base + ".json")
            << R"({"control_socket": ")" + base + R"(.sock", )" + rest + "}";
        daemons_.push_back(std::make_unique<Child>([&] {
            where.enter();
            const int out = open((base + ".log").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
            (void)dup2(out, STDERR_FILENO);
            (void)execl(programs_.dmmd.c_str(), "dmmd", (base + ".json").c_str(), nullptr);
            return 127;
        }));
        for (int i = 0; i < kTries && access((base + ".sock").c_str(), F_OK) != 0; ++i) {
            if (!daemons_.back()->is_running()) return;  // its log says why
            std::this_thread::sleep_for(kPause);
        }
    }

    // "" when the node has none that begins so in the end.
    std::string await_address(const std::string& beginning) {
        region.node.enter();
        for (int i = 0; i < kTries; ++i) {
            const std::string all = kernel::output_of("ip -6 -o addr show dev eth0 scope global");
            const auto at = all.find(beginning);
            if (at != std::string::npos) return all.substr(at, all.find('/', at) - at);
            std::this_thread::sleep_for(kPause);
        }
        return {};
    }

    static constexpr int kTries = 300;
    static constexpr std::chrono::milliseconds kPause{100};

    const Programs& programs_;
    std::string source_check_;
    std::vector<std::unique_ptr<Child>> daemons_;
};

struct Streams {
    std::vector<double> down;
    std::vector<double> up;

    void measure(const Region& region, const std::string& node) {
        down.push_back(stream(region.far, kFar, region.node, node, kSlice));
        up.push_back(stream(region.node, node, region.far, kFar, kSlice));
    }
};

void print(const char* key, const std::vector<double>& values) {
    (void)std::fputs(key, stdout);
    for (std::size_t i = 0; i < values.size(); ++i)
        (void)std::printf("%s%.1f", i == 0 ? "" : ",", values[i]);
    (void)std::fputs(" ", stdout);
}

}  // namespace

int measure_tunnel(const Programs& programs) {
    const Region by_hand;
    tunnel_by_hand(by_hand);
    Domain checked(programs, "on");
    const std::string checked_node = checked.move();
    Domain unchecked(programs, "off");
    const std::string unchecked_node = unchecked.move();
    if (checked_node.empty() || unchecked_node.empty()) {
        (void)std::fputs("bench: the node did not move into a tunnel\n", stderr);
        const std::string logs = "tail -n 6 " + programs.folder + "/*.log";
        (void)std::fputs(kernel::output_of(logs).c_str(), stderr);
        return 1;
    }
    Streams bare;
    Streams ours;
    Streams without;
    (void)std::fputs("bench: TCP\n", stderr);
    for (int round = 0; round < kRounds; ++round) {
        bare.measure(by_hand, kBareNode);
        ours.measure(checked.region, checked_node);
        without.measure(unchecked.region, unchecked_node);
    }
    print(kTunnelDown, ours.down);
    print(kUncheckedDown, without.down);
    print(kBareDown, bare.down);
    print(kTunnelUp, ours.up);
    print(kUncheckedUp, without.up);
    print(kBareUp, bare.up);
    (void)std::fputs("\n", stdout);
    return 0;
}

}  // namespace dmm::bench

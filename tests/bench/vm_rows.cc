// What wants ip6tnl, in the virtual machine: the demonstration (tools/demo) and what it lost, TCP
// through a tunnel of dmmd's beside one made by hand.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "lib/base/text.h"
#include "tests/bench/sections.h"
#include "tests/bench/tunnel.h"
#include "tests/kernel/access_bench.h"

namespace dmm::bench {
namespace {

// The word behind `key` in the demonstration's last line; "" without.
std::string word_behind(const std::string& text, const std::string& key) {
    const auto at = text.rfind(key);
    if (at == std::string::npos) return {};
    const auto from = at + key.size();
    return text.substr(from, text.find_first_of(" \n", from) - from);
}

}  // namespace

std::vector<double> numbers_behind(const std::string& text, const std::string& key) {
    std::vector<double> out;
    std::istringstream words(word_behind(text, key));
    for (std::string word; std::getline(words, word, ',');) {
        char* end = nullptr;
        const double value = std::strtod(word.c_str(), &end);
        if (end != word.c_str() && *end == '\0') out.push_back(value);
    }
    return out;
}

namespace {

void add_demonstration(Table& table, const std::string& folder) {
    const std::string said =
        kernel::output_of("DMM_BIN='" + folder + "' tools/demo/demo --vm --moves 6 2>&1");
    const auto lost = numbers_behind(said, "lost_per_move=");
    if (lost.empty()) {
        table.leave_out("the demonstration failed; `make demo` says why");
        return;
    }
    table.add({.name = "packets lost per move, up + down, median of " + std::to_string(lost.size()),
               .value = median(lost),
               .unit = "",
               .floor = {},
               .goal = {},
               .note = "at most " + std::to_string(static_cast<int>(std::ranges::max(lost)))});
    const auto prefix = numbers_behind(said, "rs_to_old_prefix_ms=");
    if (!prefix.empty()) {
        table.add({.name = "solicitation to first packet on the old prefix, median",
                   .value = median(prefix),
                   .unit = "ms",
                   .floor = {},
                   .goal = {},
                   .note = {}});
    }
}

void add_tunnel(Table& table, const std::string& folder, const std::string& dmmd) {
    table.begin("in the virtual machine: TCP to a node that has moved, floor: ip6tnl by ip(8)");
    const std::string said = kernel::output_of("tests/kernel/vm/run --timeout 240 -- '" + folder +
                                               "/benchmarks' --tunnel 1 --dmmd '" + dmmd + "'");
    const auto add = [&](const std::string& name, const char* ours, const char* bare) {
        const auto value = numbers_behind(said, ours);
        const auto floor = numbers_behind(said, bare);
        if (value.empty() || floor.empty()) {
            table.leave_out("the machine or the tunnel failed; what it said is above");
            return;
        }
        table.add({.name = name + ", median of " + std::to_string(value.size()),
                   .value = median(value),
                   .unit = "Mbit/s",
                   .floor = median(floor),
                   .goal = Goal{.bound = Goal::Bound::AtLeast, .limit = 0.9},
                   .note = {}});
    };
    add("TCP to the old prefix, through the tunnel", kTunnelDown, kBareDown);
    add("TCP from the old prefix, through the tunnel", kTunnelUp, kBareUp);
    add("TCP to the old prefix, no source check", kUncheckedDown, kBareDown);
    add("TCP from the old prefix, no source check", kUncheckedUp, kBareUp);
}

}  // namespace

void add_vm_rows(Table& table, const Programs& programs) {
    table.begin("in the virtual machine: the demonstration, 1000 packets/s each way");
    if (!programs.vm) {
        table.leave_out(
            "VM=1 boots the virtual machine for packets lost per move and TCP through the tunnel");
        return;
    }
    const std::string folder = std::filesystem::path(programs.dmmd).parent_path();
    add_demonstration(table, folder);
    add_tunnel(table, folder, programs.dmmd);
}

}  // namespace dmm::bench

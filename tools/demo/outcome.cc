#include "tools/demo/outcome.h"

#include <algorithm>

#include "tools/demo/floor.h"
#include "tools/demo/ladder.h"
#include "tools/demo/scene.h"
#include "tools/demo/screen.h"

namespace dmm::demo {
namespace {

// Medians of MAD-PMIPv6 (2016) on a rig of this kind: the same kernel in the same machine.
constexpr std::string_view kPredecessorToAdvert = "13.9";
constexpr std::string_view kPredecessorToOldPrefix = "23.8";

std::optional<std::uint32_t> lost(const MoveOutcome& move) {
    if (!move.lost_up || !move.lost_down) return std::nullopt;
    return *move.lost_up + *move.lost_down;
}

std::string text_or_dash(const std::optional<Duration>& duration) {
    return duration ? milliseconds_text(*duration) : "-";
}

std::string text_or_dash(const std::optional<std::uint32_t>& number) {
    return number ? std::to_string(*number) : "-";
}

// The values of all planned moves, a dash for each that is not known.
template <typename Value>
std::string list(const Outcome& outcome, const Value& value) {
    std::string out;
    for (int i = 0; i < outcome.planned_moves; ++i) {
        const auto index = static_cast<std::size_t>(i);
        if (i > 0) out += ',';
        out += index < outcome.moves.size() ? text_or_dash(value(outcome.moves[index])) : "-";
    }
    return out;
}

std::string row(const std::string& what,
                const std::string& advert,
                const std::string& old_prefix,
                const std::string& lost_packets) {
    return "  " + padded(what, 26) + right(advert, 12) + right(old_prefix, 16) +
           right(lost_packets, 18);
}

std::string median(const Outcome& outcome, std::optional<Duration> MoveOutcome::*value) {
    std::vector<Duration> known;
    for (const MoveOutcome& move : outcome.moves) {
        if (const auto& one = move.*value) known.push_back(*one);
    }
    if (known.empty()) return "-";
    std::sort(known.begin(), known.end());
    const std::size_t half = known.size() / 2;
    return milliseconds_text(known.size() % 2 == 1 ? known[half]
                                                   : (known[half - 1] + known[half]) / 2);
}

}  // namespace

bool Outcome::good() const {
    const bool measured = std::all_of(moves.begin(), moves.end(), [](const MoveOutcome& move) {
        return move.to_advert && move.to_old_prefix && lost(move);
    });
    return planned_moves > 0 && moves.size() == static_cast<std::size_t>(planned_moves) &&
           measured && tcp_fault.empty() && tcp_octets > 0 && leftovers == 0U && faults.empty();
}

std::vector<std::string> address_faults(int at,
                                        const std::vector<NodeAddress>& held,
                                        const std::vector<NodeAddress>& now) {
    std::vector<std::string> faults;
    bool home = false;
    for (const NodeAddress& address : now) {
        const std::string text = to_text(address.address);
        const bool newest = anchor_of(address.address) == at;
        home = home || newest;
        if (address.tentative) faults.push_back(text + ": expected usable, is tentative");
        const bool deprecated = address.deprecated && address.preferred_s == 0;
        if (newest && (address.deprecated || address.preferred_s == 0)) {
            faults.push_back(text + ": expected preferred, is deprecated");
        }
        if (!newest && !deprecated) {
            faults.push_back(text + ": expected deprecated, is preferred for " +
                             std::to_string(address.preferred_s) + " s");
        }
    }
    if (!home) faults.push_back("expected an address out of " + maar_pool(at) + ", there is none");
    for (const NodeAddress& old : held) {
        const bool stays = std::any_of(now.begin(), now.end(), [&](const NodeAddress& address) {
            return address.address == old.address;
        });
        if (!stays) faults.push_back(to_text(old.address) + ": expected to stay, is gone");
    }
    return faults;
}

std::vector<std::string> table(const Outcome& outcome) {
    std::vector<std::string> out;
    out.push_back(row("", "RS -> RA", "RS -> packet on", "packets lost"));
    out.push_back(row("move", "(ms)", "old prefix (ms)", "up + down"));
    for (const MoveOutcome& move : outcome.moves) {
        out.push_back(row(maar_name(move.from) + " -> " + maar_name(move.to),
                          text_or_dash(move.to_advert),
                          text_or_dash(move.to_old_prefix),
                          text_or_dash(move.lost_up) + " + " + text_or_dash(move.lost_down)));
    }
    out.push_back(row("median",
                      median(outcome, &MoveOutcome::to_advert),
                      median(outcome, &MoveOutcome::to_old_prefix),
                      ""));
    out.push_back(row("MAD-PMIPv6, 2016 (median)",
                      std::string(kPredecessorToAdvert),
                      std::string(kPredecessorToOldPrefix),
                      ""));
    out.push_back("  to make one such interface by ip(8) takes " +
                  milliseconds_text(outcome.interface_floor) + " ms here; where MAD-PMIPv6 was");
    out.push_back("  measured it took " + milliseconds_text(kPredecessorInterface) + " ms");
    return out;
}

std::string summary(const Outcome& outcome) {
    const auto advert = [](const MoveOutcome& move) { return move.to_advert; };
    const auto old_prefix = [](const MoveOutcome& move) { return move.to_old_prefix; };
    return "demo: moves=" + std::to_string(outcome.moves.size()) +
           " tcp_bytes=" + std::to_string(outcome.tcp_octets) +
           " tcp=" + (outcome.tcp_fault.empty() ? "intact" : "broken") +
           " lost_per_move=" + list(outcome, lost) + " rs_to_ra_ms=" + list(outcome, advert) +
           " rs_to_old_prefix_ms=" + list(outcome, old_prefix) +
           " leftovers=" + (outcome.leftovers ? std::to_string(*outcome.leftovers) : "-") +
           (outcome.good() ? " ok" : " FAILED");
}

}  // namespace dmm::demo

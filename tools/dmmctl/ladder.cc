#include "tools/dmmctl/ladder.h"

#include <algorithm>
#include <chrono>

#include "lib/base/latency.h"
#include "tools/dmmctl/render.h"
#include "tools/dmmctl/table.h"
#include "tools/dmmctl/wording.h"

namespace dmm::dmmctl {
namespace {

using control::HandoverStepView;
using control::HandoverView;

constexpr std::size_t kTimeWidth = 10;
constexpr std::size_t kLeastGap = 14;
constexpr std::size_t kMostGap = 24;

bool is_with_node(const HandoverStepView& step) {
    return step.step == "solicited" || step.step == "heard" || step.step == "advertised" ||
           step.step == "deprecated";
}

// Finds participants by their address; the node has none.
class Cast {
public:
    explicit Cast(const HandoverView& handover) {
        const bool here_is_cmd = handover.here == handover.cmd;
        const auto& steps = handover.steps;
        if (std::ranges::any_of(steps, is_with_node)) add("node", handover.mn);
        if (here_is_cmd && !handover.to.empty()) add("MAAR", handover.to);
        add(here_is_cmd ? "this CMD" : "this MAAR", handover.here);
        const bool cmd_speaks =
            std::ranges::count(steps, handover.cmd, &HandoverStepView::peer) != 0;
        if (!here_is_cmd && cmd_speaks) add("CMD", handover.cmd);
        for (const HandoverStepView& step : steps) {
            if (!step.peer.empty()) add("MAAR", step.peer);
        }
        here_ = place_of(handover.here);
    }

    [[nodiscard]] std::size_t here() const { return here_; }

    [[nodiscard]] std::size_t place_of(const std::string& address) const {
        const auto found = std::ranges::find(participants_, address, &Ladder::Participant::address);
        return static_cast<std::size_t>(found - participants_.begin());
    }

    [[nodiscard]] std::vector<Ladder::Participant> take() && { return std::move(participants_); }

private:
    void add(const char* role, const std::string& address) {
        if (place_of(address) == participants_.size()) participants_.push_back({role, address});
    }

    std::vector<Ladder::Participant> participants_;
    std::size_t here_ = 0;
};

std::string label_of(const HandoverStepView& step) {
    if (step.step == "sent" || step.step == "received") {
        const bool plain = step.status.empty() || step.status == "ACCEPTED";
        return plain ? step.message : step.message + ' ' + step.status;
    }
    if (step.step == "solicited") return "RS";
    if (step.step == "heard") return "NA";
    if (step.step == "advertised") return "RA";
    if (step.step == "deprecated") return "RA deprec.";
    if (step.step == "attached") return "attached";
    return step.step + ' ' + std::to_string(step.revision);
}

Ladder::Rung rung_of(const HandoverStepView& step, const Cast& cast) {
    const std::size_t here = cast.here();
    Ladder::Rung rung{.at_us = step.at_us, .from = here, .to = here, .label = label_of(step)};
    if (step.step == "sent") rung.to = cast.place_of(step.peer);
    if (step.step == "received") rung.from = cast.place_of(step.peer);
    // The node is the first of all.
    if (step.step == "solicited" || step.step == "heard") rung.from = 0;
    if (step.step == "advertised" || step.step == "deprecated") rung.to = 0;
    return rung;
}

std::string title_of(const HandoverView& handover) {
    std::string out = handover.kind + " of " + handover.mn;
    if (!handover.from.empty()) out += " from " + handover.from;
    if (!handover.to.empty()) out += " to " + handover.to;
    out += ", " + time_text(handover.ago_ms) + " ago: ";
    out += handover.state == "under_way" ? "under way" : handover.state;
    if (handover.state != "under_way")
        out += " after " + latency_text(std::chrono::microseconds(handover.took_us));
    if (handover.left_out != 0) out += "; " + std::to_string(handover.left_out) + " steps left out";
    return out;
}

// The lines that stand for the participants, and what lies across them.
class Canvas {
public:
    explicit Canvas(std::size_t participants)
        : count_(participants),
          gap_(std::clamp((kColumns - kTimeWidth) / std::max<std::size_t>(participants, 1),
                          kLeastGap,
                          kMostGap)) {}

    [[nodiscard]] std::size_t column(std::size_t i) const {
        return kTimeWidth + gap_ / 2 + i * gap_;
    }

    // Names, each above its line.
    [[nodiscard]] std::string heads(const std::vector<std::string>& names) const {
        std::string out;
        for (std::size_t i = 0; i < names.size(); ++i) {
            const std::string name = cut_to(printable(names[i]), gap_ - 1);
            const std::size_t at = column(i) - width_of(name) / 2;
            out += std::string(at - std::min(at, width_of(out)), ' ') + name;
        }
        return out + '\n';
    }

    [[nodiscard]] std::string line(const std::string& time, const Ladder::Rung& rung) const {
        std::string out(column(count_ - 1) + gap_ / 2, ' ');
        for (std::size_t i = 0; i < count_; ++i)
            out[column(i)] = '|';
        out.replace(0, std::min(time.size(), kTimeWidth), time.substr(0, kTimeWidth));
        if (rung.from == rung.to) {
            put(out, column(rung.from) + 2, "* " + rung.label);
        } else {
            draw_arrow(out, rung);
        }
        out.erase(out.find_last_not_of(' ') + 1);
        return out + '\n';
    }

private:
    static void put(std::string& line, std::size_t at, const std::string& text) {
        if (line.size() < at + text.size()) line.resize(at + text.size(), ' ');
        line.replace(at, text.size(), text);
    }

    // The label stands in the gap next to the sender.
    void draw_arrow(std::string& line, const Ladder::Rung& rung) const {
        const bool right = rung.from < rung.to;
        const std::size_t low = column(std::min(rung.from, rung.to)) + 1;
        const std::size_t high = column(std::max(rung.from, rung.to));
        for (std::size_t at = low; at < high; ++at)
            line[at] = '-';
        line[right ? high - 1 : low] = right ? '>' : '<';
        const std::string label = ' ' + cut_to(printable(rung.label), gap_ - 5) + ' ';
        const std::size_t gap_begin = right ? low : high - (gap_ - 1);
        put(line, gap_begin + (gap_ - 1 - label.size()) / 2, label);
    }

    std::size_t count_;
    std::size_t gap_;
};

}  // namespace

Ladder ladder_of(const HandoverView& handover) {
    Cast cast(handover);
    Ladder out;
    out.title = title_of(handover);
    for (const HandoverStepView& step : handover.steps)
        out.rungs.push_back(rung_of(step, cast));
    out.participants = std::move(cast).take();
    return out;
}

std::string ladder_text(const Ladder& ladder) {
    const Canvas canvas(ladder.participants.size());
    std::vector<std::string> roles;
    std::vector<std::string> addresses;
    for (const Ladder::Participant& participant : ladder.participants) {
        roles.push_back(participant.role);
        addresses.push_back(participant.address);
    }
    Table title({{.title = "", .fit = Fit::Wrap}});
    title.add({ladder.title});
    std::string out = joined(title.lines(kColumns)) + '\n';
    out += canvas.heads(roles) + canvas.heads(addresses);
    for (const Ladder::Rung& rung : ladder.rungs)
        out += canvas.line(latency_text(std::chrono::microseconds(rung.at_us)), rung);
    return out;
}

}  // namespace dmm::dmmctl

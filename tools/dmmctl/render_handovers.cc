#include "tools/dmmctl/render_handovers.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>

#include "lib/base/latency.h"
#include "tools/dmmctl/table.h"
#include "tools/dmmctl/wording.h"

namespace dmm::dmmctl {
namespace {

using control::HandoverStepView;
using control::HandoverView;

// When the last step of that kind was; "" if there was none.
template <typename Is>
std::string last(const HandoverView& handover, const Is& is) {
    std::string out;
    for (const HandoverStepView& step : handover.steps) {
        if (is(step)) out = latency_text(std::chrono::microseconds(step.at_us));
    }
    return out;
}

// What the S-MAAR waits for: the PBA of the CMD, or of a P-MAAR to whoever asked it.
std::string answered(const HandoverView& handover) {
    const bool at_serving = handover.to == handover.here;
    return last(handover, [&](const HandoverStepView& step) {
        if (step.message != "PBA") return false;
        return at_serving ? step.step == "received" && step.peer == handover.cmd
                          : step.step == "sent";
    });
}

std::string told(const HandoverView& handover) {
    return last(handover, [&](const HandoverStepView& step) {
        return step.message == "PBA" && step.step == "received" && step.peer != handover.cmd;
    });
}

std::string outcome(const HandoverView& handover) {
    if (handover.state == "done") return latency_text(std::chrono::microseconds(handover.took_us));
    return handover.state == "under_way" ? "under way" : handover.state;
}

}  // namespace

std::string handovers_text(const std::vector<HandoverView>& handovers, const Form& form) {
    if (handovers.empty()) return form.filtered ? "no such handovers\n" : "no handovers yet\n";
    Table table({{.title = "AGO"},
                 {.title = "NODE", .fit = Fit::Cut},
                 {.title = "KIND"},
                 {.title = "FROM", .fit = Fit::Cut},
                 {.title = "TO", .fit = Fit::Cut},
                 {.title = "PBA", .align = Align::Right},
                 {.title = "KERNEL", .align = Align::Right},
                 {.title = "P-MAARS", .align = Align::Right},
                 {.title = "RA", .align = Align::Right},
                 {.title = "TOOK", .align = Align::Right}});
    for (const HandoverView& h : handovers) {
        const auto is = [](std::string_view a, std::string_view b = {}) {
            return
                [a, b](const HandoverStepView& step) { return step.step == a || step.step == b; };
        };
        // Ourselves need no column.
        table.add({time_text(h.ago_ms),
                   h.mn,
                   h.kind,
                   h.from == h.here ? "" : h.from,
                   h.to == h.here ? "" : h.to,
                   answered(h),
                   last(h, is("applied", "failed")),
                   told(h),
                   last(h, is("advertised", "deprecated")),
                   outcome(h)});
    }
    return joined(table.lines(form.full ? Table::kUnbounded : kColumns));
}

}  // namespace dmm::dmmctl

#include "tools/demo/ladder.h"

namespace dmm::demo {

void Ladder::add(WallTime at, const std::string& way, const std::string& what) {
    waiting_.emplace(at, Entry{.exact = true, .text = padded(way, 18) + what});
}

void Ladder::remark(WallTime at, const std::string& who, const std::string& what) {
    waiting_.emplace(at, Entry{.exact = false, .text = padded(who, 7) + what});
}

void Ladder::show(WallTime until) {
    while (!waiting_.empty() && waiting_.begin()->first < until) {
        const auto& [at, entry] = *waiting_.begin();
        if (entry.exact) {
            const std::string time =
                zero_ ? "+" + milliseconds_text(at.since_epoch - zero_->since_epoch) + " ms" : "";
            screen_->line(right(time, 14) + "  " + entry.text);
        } else {
            screen_->line("    " + entry.text, Tone::Faint);
        }
        waiting_.erase(waiting_.begin());
    }
}

std::string milliseconds_text(Duration duration) {
    const auto tenths = (duration.count() + (duration.count() < 0 ? -50'000 : 50'000)) / 100'000;
    const std::string digits = std::to_string(tenths < 0 ? -tenths : tenths);
    const std::string whole = digits.size() > 1 ? digits.substr(0, digits.size() - 1) : "0";
    return (tenths < 0 ? "-" : "") + whole + "." + digits.back();
}

}  // namespace dmm::demo

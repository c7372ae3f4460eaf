#include "lib/control/exposition.h"

#include "lib/base/text.h"

namespace dmm::control {
namespace {

// With `in_label` double quotes too.
void escape(std::string_view text, bool in_label, std::string& out) {
    for (const char c : text) {
        if (c == '\n') {
            out += "\\n";
        } else if (c == '\\' || (in_label && c == '"')) {
            out += '\\';
            out += c;
        } else {
            out += c;
        }
    }
}

// Exact: "0.0025".
std::string seconds_text(Duration duration) {
    std::string text = to_text(duration);
    text.pop_back();  // the unit
    return text;
}

}  // namespace

void Exposition::begin(std::string_view name, std::string_view type, std::string_view help) {
    family_ = name;
    text_.append("# HELP ").append(name).append(" ");
    escape(help, /*in_label=*/false, text_);
    text_.append("\n# TYPE ").append(name).append(" ").append(type).append("\n");
}

void Exposition::line(std::string_view suffix, Labels labels, std::string_view value) {
    text_.append(family_).append(suffix);
    char before = '{';
    for (const auto& [name, label] : labels) {
        text_ += before;
        text_.append(name).append("=\"");
        escape(label, /*in_label=*/true, text_);
        text_ += '"';
        before = ',';
    }
    if (labels.size() > 0) text_ += '}';
    text_.append(" ").append(value).append("\n");
}

void Exposition::sample(Labels labels, std::uint64_t value) {
    line("", labels, std::to_string(value));
}

void Exposition::sample(Labels labels, Duration value) {
    line("", labels, seconds_text(value));
}

void Exposition::histogram(std::string_view name,
                           std::string_view help,
                           const DurationHistogram& value) {
    begin(name, "histogram", help);
    for (std::size_t i = 0; i < DurationHistogram::kBounds.size(); ++i) {
        line("_bucket",
             {{"le", seconds_text(DurationHistogram::kBounds[i])}},
             std::to_string(value.up_to(i)));
    }
    line("_bucket", {{"le", "+Inf"}}, std::to_string(value.count()));
    line("_sum", {}, seconds_text(value.sum()));
    line("_count", {}, std::to_string(value.count()));
}

}  // namespace dmm::control

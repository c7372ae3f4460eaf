// The text exposition format of Prometheus, version 0.0.4: families of samples under HELP and TYPE.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/duration_histogram.h"
#include "lib/base/time.h"

namespace dmm::control {

class Exposition {
public:
    using Label = std::pair<std::string_view, std::string_view>;
    using Labels = std::initializer_list<Label>;

    // Begins a family; its samples follow. The name of a counter ends in "_total".
    void counter(std::string_view name, std::string_view help) { begin(name, "counter", help); }

    void gauge(std::string_view name, std::string_view help) { begin(name, "gauge", help); }

    // Of the family that was begun last.
    void sample(Labels labels, std::uint64_t value);
    // In seconds.
    void sample(Labels labels, Duration value);

    // A whole family, in seconds.
    void histogram(std::string_view name, std::string_view help, const DurationHistogram& value);

    [[nodiscard]] std::string text() && { return std::move(text_); }

private:
    void begin(std::string_view name, std::string_view type, std::string_view help);
    void line(std::string_view suffix, Labels labels, std::string_view value);

    std::string text_;
    std::string family_;
};

}  // namespace dmm::control

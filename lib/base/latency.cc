#include "lib/base/latency.h"

#include <array>

namespace dmm {
namespace {

// 123 with two decimals is "1.23".
std::string decimal(std::uint64_t number, std::size_t decimals) {
    std::string digits = std::to_string(number);
    if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
    return digits.insert(digits.size() - decimals, 1, '.');
}

}  // namespace

std::string time_text(std::uint64_t milliseconds) {
    struct Unit {
        std::uint64_t seconds;
        char name;
    };

    constexpr std::array<Unit, 4> kUnits{{{86'400, 'd'}, {3'600, 'h'}, {60, 'm'}, {1, 's'}}};
    std::uint64_t left = milliseconds / 1'000;
    std::size_t first = 0;
    while (first + 1 < kUnits.size() && left < kUnits[first].seconds)
        ++first;
    std::string text;
    for (std::size_t i = first; i < kUnits.size() && i < first + 2; ++i) {
        const std::uint64_t count = left / kUnits[i].seconds;
        left %= kUnits[i].seconds;
        if (count == 0 && i > first) break;
        text += std::to_string(count) + kUnits[i].name;
    }
    return text;
}

std::string latency_text(Duration duration) {
    const std::uint64_t ns =
        duration < Duration{} ? 0 : static_cast<std::uint64_t>(duration.count());
    const std::uint64_t tenths_of_ms = (ns + 50'000) / 100'000;
    if (tenths_of_ms < 10'000) return decimal(tenths_of_ms, 1) + "ms";
    const std::uint64_t hundredths_of_s = (ns + 5'000'000) / 10'000'000;
    if (hundredths_of_s < 6'000) return decimal(hundredths_of_s, 2) + 's';
    return time_text(hundredths_of_s * 10);
}

}  // namespace dmm

#include "tools/dmmctl/wording.h"

namespace dmm::dmmctl {

std::string octets_text(std::uint64_t octets) {
    constexpr std::uint64_t kStep = 1'000;
    constexpr std::string_view kUnits = "kMGTPE";
    if (octets < kStep) return std::to_string(octets) + " B";
    std::uint64_t unit = kStep;
    std::size_t name = 0;
    while (octets / unit >= kStep) {
        unit *= kStep;
        ++name;
    }
    return std::to_string(octets / unit) + '.' + std::to_string(octets % unit / (unit / 10)) + ' ' +
           kUnits[name] + 'B';
}

std::string joined(const std::vector<std::string>& lines) {
    std::string out;
    for (const std::string& line : lines)
        out += line + '\n';
    return out;
}

std::string printable(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) c = '?';
    }
    return out;
}

}  // namespace dmm::dmmctl

#include "tools/dmmctl/tar.h"

#include <numeric>

#include "lib/base/assert.h"

namespace dmm::dmmctl {
namespace {

constexpr std::size_t kBlock = 512;

// Offset and size of the header's fields; the others stay zero.
struct Field {
    std::size_t at;
    std::size_t size;
};

constexpr Field kName{0, 100};
constexpr Field kMode{100, 8};
constexpr Field kUser{108, 8};
constexpr Field kGroup{116, 8};
constexpr Field kSize{124, 12};
constexpr Field kTime{136, 12};
constexpr Field kChecksum{148, 8};
constexpr Field kType{156, 1};
constexpr Field kMagic{257, 8};

void put(std::string& header, Field field, std::string_view text) {
    DMM_ASSERT(text.size() <= field.size);
    header.replace(field.at, text.size(), text);
}

// Octal digits with leading zeros, and a zero octet behind them.
void put(std::string& header, Field field, std::uint64_t number) {
    std::string digits(field.size - 1, '0');
    for (std::size_t i = digits.size(); i > 0; --i) {
        digits[i - 1] = static_cast<char>('0' + number % 8);
        number /= 8;
    }
    DMM_ASSERT(number == 0);
    put(header, field, digits);
}

// Of the octets as numbers, with the checksum itself taken for blanks.
std::uint64_t checksum(std::string header) {
    header.replace(kChecksum.at, kChecksum.size, kChecksum.size, ' ');
    return std::accumulate(
        header.begin(), header.end(), std::uint64_t{0}, [](std::uint64_t sum, char c) {
            return sum + static_cast<unsigned char>(c);
        });
}

}  // namespace

std::string tar_member(std::string_view name, std::string_view text, std::uint64_t time) {
    DMM_ASSERT(!name.empty());
    std::string out(kBlock, '\0');
    put(out, kName, name);
    put(out, kMode, 0600);
    put(out, kUser, 0);
    put(out, kGroup, 0);
    put(out, kSize, text.size());
    put(out, kTime, time);
    put(out, kType, "0");
    put(out, kMagic, std::string_view("ustar\00000", 8));
    put(out, kChecksum, checksum(out));
    out += text;
    out.resize((out.size() + kBlock - 1) / kBlock * kBlock);
    return out;
}

std::string tar_end() {
    return std::string(2 * kBlock, '\0');
}

}  // namespace dmm::dmmctl

// Configuration: any text is either settings or errors that a person can find in the file, and
// settings written out whole are read as the same settings.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lib/base/assert.h"
#include "lib/config/load.h"

namespace {

using namespace dmm;

constexpr std::string_view kInstance = "fuzz";

void check_error(const config::ConfigError& error) {
    DMM_ASSERT(error.pointer.empty() || error.pointer.starts_with('/'));
    DMM_ASSERT(!error.message.empty());
    // Each is printed as one line.
    for (const char c : config::to_text(error, "x.json"))
        DMM_ASSERT(static_cast<unsigned char>(c) >= ' ');
}

void check(std::string_view text) {
    const auto settings = config::parse(text, kInstance);
    if (!settings) {
        DMM_ASSERT(!settings.error().empty());
        for (const config::ConfigError& error : settings.error())
            check_error(error);
        return;
    }
    const auto again = config::parse(config::to_json(*settings), kInstance);
    DMM_ASSERT(again.has_value());
    DMM_ASSERT(*again == *settings);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): octet to char view.
    check({reinterpret_cast<const char*>(data), size});
    return 0;
}

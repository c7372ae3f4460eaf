// The text of events: what a line is understood as is told in a line that is understood alike.
// A recording's lines and a scenario's come from anybody.
#include "lib/core/trace.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lib/base/assert.h"

namespace {

using namespace dmm::core;

void check(std::string_view line) {
    const auto event = parse_event(line);
    if (!event) return;
    const std::string text = to_text(*event);
    DMM_ASSERT(text.find('\n') == std::string::npos);
    const auto again = parse_event(text);
    DMM_ASSERT(again.has_value());
    DMM_ASSERT(*again == *event);
    DMM_ASSERT(to_text(*again) == text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): octet to char view.
    check({reinterpret_cast<const char*>(data), size});
    return 0;
}

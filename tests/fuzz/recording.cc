// Recordings come from anybody's machine: whatever is in one, the reader ends with a fault that
// names a line of it, or with an engine that is fed what it says, up to the first difference. What
// a run that is recorded anew says is no difference.
#include "agent/recording.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>

#include "lib/base/assert.h"
#include "tools/dmmreplay/recording_reader.h"
#include "tools/dmmreplay/replay.h"

namespace {

using namespace dmm;
using namespace dmm::dmmreplay;

void check_fault(const RecordingFault& fault, std::string_view text) {
    const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n'));
    DMM_ASSERT(fault.line > 0 && fault.line <= lines + 1 && !fault.text.empty());
}

// The engine's own account of the recorded events.
std::string retold(const Header& header, std::string_view text) {
    std::istringstream in{std::string(text)};
    RecordingReader reader(in);
    std::string out = agent::recording_header(header.settings, header.seed);
    if (!reader.header()) return out;
    const auto take = [&](std::string_view line) { (out += line) += '\n'; };
    (void)replay(header, reader, take);
    return out;
}

// The reader stops at a difference: what it has told by then is the record of a whole run.
void check_again(const std::string& text) {
    std::istringstream in(text);
    RecordingReader reader(in);
    const auto header = reader.header();
    DMM_ASSERT(header.has_value());
    const auto outcome = replay(*header, reader, [](std::string_view) {});
    DMM_ASSERT(outcome.has_value() && !outcome->difference);
}

void check(std::string_view text) {
    std::istringstream in{std::string(text)};
    RecordingReader reader(in);
    const auto header = reader.header();
    if (!header) return check_fault(header.error(), text);
    const auto outcome = replay(*header, reader, [](std::string_view) {});
    if (!outcome) return check_fault(outcome.error(), text);
    if (outcome->difference) {
        DMM_ASSERT(outcome->difference->event_line < outcome->difference->line);
        DMM_ASSERT(outcome->difference->recorded != outcome->difference->now);
    }
    check_again(retold(*header, text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): octet to char view.
    check({reinterpret_cast<const char*>(data), size});
    return 0;
}

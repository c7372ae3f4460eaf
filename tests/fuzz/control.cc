// Control protocol: a line as a request, as the reply to each request, as a line of a trace. What
// is understood is written in a way that is understood alike. The first octet chooses.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "lib/base/assert.h"
#include "lib/control/protocol.h"
#include "lib/control/trace_line.h"
#include "lib/model/limits.h"

namespace {

using namespace dmm;
using namespace dmm::control;

void check_request(std::string_view line) {
    const auto request = decode_request(line);
    if (!request) {
        DMM_ASSERT(!request.error().empty());
        return;
    }
    const std::string written = encode(*request);
    DMM_ASSERT(written.find('\n') == std::string::npos);
    // A default that is written out can make a line of the full size too long.
    if (written.size() > limits::kControlRequestOctets) return;
    const auto again = decode_request(written);
    DMM_ASSERT(again.has_value());
    DMM_ASSERT(*again == *request);
}

void check_reply(const Request& asked, std::string_view line) {
    const auto reply = decode_reply(asked, line);
    if (!reply) {
        DMM_ASSERT(!reply.error().empty());
        return;
    }
    const std::string written = encode(*reply);
    DMM_ASSERT(written.find('\n') == std::string::npos);
    const auto again = decode_reply(asked, written);
    DMM_ASSERT(again.has_value());
    DMM_ASSERT(*again == *reply);
}

void check_trace(std::string_view line) {
    const auto text = trace_text(line);
    if (!text) {
        DMM_ASSERT(!text.error().empty());
        return;
    }
    for (const auto kind :
         {TraceLine::Kind::Event, TraceLine::Kind::Action, TraceLine::Kind::LeftOut}) {
        const auto again = trace_text(encode(TraceLine{.time = {}, .kind = kind, .text = *text}));
        DMM_ASSERT(again.has_value());
        DMM_ASSERT(*again == *text);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): octet to char view.
    const std::string_view line(reinterpret_cast<const char*>(data) + 1, size - 1);
    constexpr auto kViews = static_cast<unsigned>(Show::Config) + 1;
    // Printable, so that a person can write an input: '0' is a request.
    const unsigned choice = data[0] % 16U;
    if (choice == 0) {
        check_request(line);
    } else if (choice <= kViews) {
        check_reply(ShowRequest{.what = static_cast<Show>(choice - 1)}, line);
    } else if (choice == kViews + 1) {
        check_reply(TraceRequest{}, line);
    } else if (choice == kViews + 2) {
        check_reply(CheckRequest{}, line);
    } else if (choice == kViews + 3) {
        check_reply(MetricsRequest{}, line);
    } else {
        check_trace(line);
    }
    return 0;
}

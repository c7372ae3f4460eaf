// A request for metrics over HTTP as it comes in: what it deserves when it has come whole, and when
// it comes in pieces of a size that the first octet chooses.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "agent/http_request.h"
#include "lib/base/assert.h"
#include "lib/model/limits.h"

namespace {

using namespace dmm;
using namespace dmm::agent;

constexpr std::string_view kPath = "/metrics";

// As the server does: the first verdict counts.
HttpJudgement judge_pieces(std::string_view request, std::size_t piece) {
    for (std::size_t size = piece; size < request.size(); size += piece) {
        const HttpJudgement judgement = judge_http(request.substr(0, size), kPath);
        if (judgement.status != HttpStatus::Incomplete) return judgement;
    }
    return judge_http(request, kPath);
}

void check_answer(const HttpJudgement& judgement) {
    const std::string content = "dmm_up 1\n";
    const std::string answer = http_answer(judgement, content, {});
    const auto end = answer.find("\r\n\r\n");
    DMM_ASSERT(answer.starts_with("HTTP/1.1 "));
    DMM_ASSERT(end != std::string::npos);
    const std::string body = answer.substr(end + 4);
    DMM_ASSERT(body.empty() == judgement.head);
    DMM_ASSERT((body == content) == (judgement.status == HttpStatus::Ok && !judgement.head));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): octet to char view.
    const std::string_view request(reinterpret_cast<const char*>(data) + 1, size - 1);
    const HttpJudgement whole = judge_http(request, kPath);
    const HttpJudgement pieces = judge_pieces(request, data[0] + std::size_t{1});
    // Nonsense and excess may be noticed earlier in pieces, nothing else.
    if (pieces != whole) {
        DMM_ASSERT(pieces.status == HttpStatus::BadRequest ||
                   pieces.status == HttpStatus::FieldsTooLarge);
    }
    if (whole.status == HttpStatus::Ok) {
        DMM_ASSERT(request.starts_with(whole.head ? "HEAD " : "GET "));
        DMM_ASSERT(request.find(kPath) != std::string_view::npos);
    }
    if (whole.status == HttpStatus::Incomplete) {
        DMM_ASSERT(request.size() <= limits::kHttpRequestOctets);
        DMM_ASSERT(request.find("\r\n\r\n") == std::string_view::npos);
    } else {
        check_answer(whole);
    }
    return 0;
}

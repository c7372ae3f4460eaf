// As much of HTTP/1.1 (RFC 9112) as whoever scrapes metrics speaks: one request without a body.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lib/base/time.h"

namespace dmm::agent {

enum class HttpStatus : std::uint16_t {
    Incomplete = 0,  // more must come
    Ok = 200,
    BadRequest = 400,
    NotFound = 404,
    MethodNotAllowed = 405,
    RequestTimeout = 408,
    FieldsTooLarge = 431,
    Unavailable = 503,
    VersionNotSupported = 505,
};

struct HttpJudgement {
    HttpStatus status = HttpStatus::Incomplete;
    bool head = false;  // HEAD: no content is wanted
    friend bool operator==(const HttpJudgement&, const HttpJudgement&) = default;
};

// What the octets received so far deserve: Incomplete while they are less than a request and no
// more than limits::kHttpRequestOctets. Only GET and HEAD of `path` are Ok; a query behind it is
// passed over.
[[nodiscard]] HttpJudgement judge_http(std::string_view received, std::string_view path);

// The whole answer, as of `now`; `content` only with Ok.
[[nodiscard]] std::string http_answer(const HttpJudgement& judgement,
                                      std::string_view content,
                                      WallTime now);

// RFC 9110 section 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT".
[[nodiscard]] std::string http_date(WallTime time);

}  // namespace dmm::agent

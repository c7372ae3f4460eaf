// What is a request for metrics, and what is answered to all else.
#include <string>
#include <vector>

#include "agent/http_request.h"
#include "lib/model/limits.h"
#include "tests/support/catch.h"

namespace dmm::agent {
namespace {

HttpJudgement judge(const std::string& text) {
    return judge_http(text, "/metrics");
}

HttpStatus status(const std::string& text) {
    return judge(text).status;
}

const std::string kHost = "Host: [::1]:9342\r\n";

std::string get(const std::string& target, const std::string& fields = kHost) {
    return "GET " + target + " HTTP/1.1\r\n" + fields + "\r\n";
}

std::string field(const std::string& line) {
    return get("/metrics", kHost + line + "\r\n");
}

TEST_CASE("what asks for metrics is understood, whatever else it says") {
    for (const std::string& text : {get("/metrics"),
                                    get("/metrics?name=dmm_nodes"),
                                    get("http://maar1.example:9342/metrics"),
                                    get("HTTP://[2001:db8::1]/metrics"),
                                    get("/metrics", "hOST:\r\n"),
                                    field("Accept:text/plain;q=0.5,\t*/*;q=0.1  "),
                                    field("User-Agent: Prom\xc3\xa9th\xc3\xa9"
                                          "e"),
                                    field("Content-Length: 0"),
                                    std::string("GET /metrics HTTP/1.0\r\n\r\n"),
                                    get("/metrics") + "GET /another HTTP/1.1\r\n"}) {
        INFO(text);
        CHECK(judge(text) == HttpJudgement{.status = HttpStatus::Ok, .head = false});
    }
    CHECK(judge("HEAD /metrics HTTP/1.1\r\n" + kHost + "\r\n") ==
          HttpJudgement{.status = HttpStatus::Ok, .head = true});
}

TEST_CASE("a request is waited for until its empty line") {
    const std::string whole = get("/metrics", kHost + "Accept: */*\r\n");
    for (std::size_t i = 0; i < whole.size(); ++i) {
        INFO(i);
        CHECK(status(whole.substr(0, i)) == HttpStatus::Incomplete);
    }
}

TEST_CASE("nothing is guessed of what is no request") {
    for (const std::string& text : {std::string("\r\n\r\n"),
                                    std::string("GET\r\n\r\n"),
                                    std::string("GET /metrics\r\n\r\n"),
                                    std::string("GET  HTTP/1.1\r\n\r\n"),
                                    std::string("GET  /metrics HTTP/1.1\r\n\r\n"),
                                    std::string("G(T /metrics HTTP/1.0\r\n\r\n"),
                                    std::string("GET /metrics HTTP/1.1 \r\n\r\n"),
                                    std::string("GET /metrics HTTP/11\r\n\r\n"),
                                    std::string("GET /metrics http/1.1\r\n\r\n"),
                                    std::string("GET /metrics HTTP/1.1\r\n\r\n"),  // no Host
                                    get("metrics"),
                                    get("*"),
                                    get("http:/metrics"),
                                    get("/met rics"),
                                    get("/metrics", kHost + kHost),
                                    "GET /metrics HTTP/1.0\r\n" + kHost + kHost + "\r\n",
                                    get("/metrics", "Host : x\r\n"),
                                    field(" folded"),
                                    field("no colon"),
                                    field(": no name"),
                                    field("A: b\rc"),
                                    field("A: b\nc: d"),
                                    field(std::string("A: ") + '\0'),
                                    field("A: \x7f"),
                                    field("Content-Length: 5"),
                                    field("Content-Length: 0, 0"),
                                    field("Transfer-Encoding: chunked")}) {
        INFO(text);
        CHECK(status(text) == HttpStatus::BadRequest);
    }
    // What can become none is not waited for.
    CHECK(status("\x16\x03\x01") == HttpStatus::BadRequest);
    CHECK(status("GET /metrics HTTP/1.1\n") == HttpStatus::BadRequest);
    CHECK(status(std::string("GET /\0", 6)) == HttpStatus::BadRequest);
}

TEST_CASE("other paths, methods and versions are told apart") {
    CHECK(status(get("/")) == HttpStatus::NotFound);
    CHECK(status(get("/metrics/")) == HttpStatus::NotFound);
    CHECK(status(get("/metric?s")) == HttpStatus::NotFound);
    CHECK(status(get("http://metrics")) == HttpStatus::BadRequest);
    CHECK(status("POST / HTTP/1.1\r\n" + kHost + "\r\n") == HttpStatus::NotFound);
    CHECK(status("POST /metrics HTTP/1.1\r\n" + kHost + "\r\n") == HttpStatus::MethodNotAllowed);
    CHECK(status("get /metrics HTTP/1.1\r\n" + kHost + "\r\n") == HttpStatus::MethodNotAllowed);
    CHECK(status("GET /metrics HTTP/2.0\r\n\r\n") == HttpStatus::VersionNotSupported);
    CHECK(judge("HEAD /x HTTP/1.1\r\n" + kHost + "\r\n") ==
          HttpJudgement{.status = HttpStatus::NotFound, .head = true});
}

TEST_CASE("a request that is too long is refused before it has ended") {
    const std::string begin = "GET /metrics HTTP/1.1\r\n" + kHost + "A: ";
    const std::string fits =
        begin + std::string(limits::kHttpRequestOctets - begin.size(), 'a') + "\r\n\r\n";
    CHECK(status(fits) == HttpStatus::Ok);
    const std::string longer = begin + std::string(limits::kHttpRequestOctets, 'a');
    CHECK(status(longer + "\r\n\r\n") == HttpStatus::FieldsTooLarge);
    CHECK(status(longer.substr(0, limits::kHttpRequestOctets + 1)) == HttpStatus::FieldsTooLarge);
    CHECK(status("GET /" + std::string(5000, 'a')) == HttpStatus::FieldsTooLarge);
}

constexpr WallTime kThen{std::chrono::seconds(784'111'777)};  // RFC 9110's example

TEST_CASE("an answer says what it is and how long, and ends the connection") {
    CHECK(http_answer({.status = HttpStatus::Ok}, "dmm_up 1\n", kThen) ==
          "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
          "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
          "Content-Length: 9\r\nConnection: close\r\n\r\ndmm_up 1\n");
    CHECK(http_answer({.status = HttpStatus::Ok, .head = true}, "dmm_up 1\n", kThen) ==
          "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
          "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
          "Content-Length: 9\r\nConnection: close\r\n\r\n");
    CHECK(http_answer({.status = HttpStatus::MethodNotAllowed}, "secret", kThen) ==
          "HTTP/1.1 405 Method Not Allowed\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
          "Content-Type: text/plain; charset=utf-8\r\nAllow: GET, HEAD\r\n"
          "Content-Length: 19\r\nConnection: close\r\n\r\nMethod Not Allowed\n");
    CHECK(http_answer({.status = HttpStatus::NotFound, .head = true}, "secret", kThen)
              .ends_with("\r\n\r\n"));
    for (const auto& [code, line] : std::vector<std::pair<HttpStatus, std::string>>{
             {HttpStatus::BadRequest, "400 Bad Request"},
             {HttpStatus::NotFound, "404 Not Found"},
             {HttpStatus::RequestTimeout, "408 Request Timeout"},
             {HttpStatus::FieldsTooLarge, "431 Request Header Fields Too Large"},
             {HttpStatus::Unavailable, "503 Service Unavailable"},
             {HttpStatus::VersionNotSupported, "505 HTTP Version Not Supported"}}) {
        CHECK(http_answer({.status = code}, "", kThen).starts_with("HTTP/1.1 " + line + "\r\n"));
    }
}

TEST_CASE("dates are as HTTP wants them") {
    const auto at = [](std::int64_t seconds) {
        return http_date({std::chrono::seconds(seconds) + std::chrono::nanoseconds(999'999'999)});
    };
    CHECK(at(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
    CHECK(at(951'782'400) == "Tue, 29 Feb 2000 00:00:00 GMT");
    CHECK(at(1'767'225'599) == "Wed, 31 Dec 2025 23:59:59 GMT");
    // Of a host whose clock was never set.
    CHECK(at(-1) == "Wed, 31 Dec 1969 23:59:59 GMT");
}

}  // namespace
}  // namespace dmm::agent

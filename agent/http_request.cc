#include "agent/http_request.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <utility>

#include "lib/model/limits.h"

namespace dmm::agent {
namespace {

// RFC 9110 section 5.6.2.
bool is_token(std::string_view text) {
    constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               kOthers.find(c) != std::string_view::npos;
    });
}

bool is_same(std::string_view one, std::string_view other) {
    const auto lower = [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    };
    return std::equal(one.begin(), one.end(), other.begin(), other.end(), [&](char a, char b) {
        return lower(a) == lower(b);
    });
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Printable, or not ASCII; a horizontal tab.
bool is_value(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        const auto octet = static_cast<unsigned char>(c);
        return (octet >= 0x20 && octet != 0x7f) || c == '\t';
    });
}

// Nothing is guessed: no folded lines, no blanks before a colon, no content.
bool are_fields(std::string_view text, bool needs_host) {
    std::size_t hosts = 0;
    while (!text.empty()) {
        const std::size_t end = text.find("\r\n");
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return false;
        const std::string_view name = line.substr(0, colon);
        const std::string_view value = trimmed(line.substr(colon + 1));
        if (!is_value(value)) return false;
        if (is_same(name, "Host")) ++hosts;
        if (is_same(name, "Transfer-Encoding")) return false;
        if (is_same(name, "Content-Length") && value != "0") return false;
    }
    return hosts <= 1 && (hosts == 1 || !needs_host);
}

// RFC 9112 section 3.2: of a target in origin form or absolute form; "" of any other.
std::string_view path_of(std::string_view target) {
    constexpr std::string_view kScheme = "http://";
    if (is_same(target.substr(0, kScheme.size()), kScheme)) {
        target.remove_prefix(std::min(target.find('/', kScheme.size()), target.size()));
    }
    if (!target.starts_with('/')) return {};
    return target.substr(0, target.find('?'));
}

// "HTTP/" and two digits, RFC 9112 section 2.3.
bool is_version(std::string_view text) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return text.size() == 8 && text.starts_with("HTTP/") && is_digit(text[5]) && text[6] == '.' &&
           is_digit(text[7]);
}

// `head` is all before the empty line.
HttpJudgement judge_head(std::string_view head, std::string_view path) {
    const std::size_t line_end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, line_end);
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) return {.status = HttpStatus::BadRequest};
    const std::string_view method = line.substr(0, first);
    const std::string_view target = line.substr(first + 1, last - first - 1);
    const std::string_view version = line.substr(last + 1);
    // Of what is no answer to GET, HEAD wants no content either.
    HttpJudgement out{.status = HttpStatus::BadRequest, .head = method == "HEAD"};
    const std::string_view asked = path_of(target);
    const bool sound = is_token(method) && !asked.empty() && is_value(target) &&
                       target.find_first_of(" \t") == std::string_view::npos;
    if (!sound || !is_version(version)) return out;
    if (!version.starts_with("HTTP/1.")) {
        out.status = HttpStatus::VersionNotSupported;
        return out;
    }
    const std::string_view fields = head.substr(std::min(line_end + 2, head.size()));
    if (!are_fields(fields, /*needs_host=*/version != "HTTP/1.0")) return out;
    const bool reads = method == "GET" || method == "HEAD";
    out.status = reads ? HttpStatus::Ok : HttpStatus::MethodNotAllowed;
    if (asked != path) out.status = HttpStatus::NotFound;
    return out;
}

std::string_view words_for(HttpStatus status) {
    switch (status) {
        case HttpStatus::Ok:
            return "OK";
        case HttpStatus::NotFound:
            return "Not Found";
        case HttpStatus::MethodNotAllowed:
            return "Method Not Allowed";
        case HttpStatus::RequestTimeout:
            return "Request Timeout";
        case HttpStatus::FieldsTooLarge:
            return "Request Header Fields Too Large";
        case HttpStatus::VersionNotSupported:
            return "HTTP Version Not Supported";
        case HttpStatus::Unavailable:
            return "Service Unavailable";
        case HttpStatus::Incomplete:
        case HttpStatus::BadRequest:
            break;
    }
    return "Bad Request";
}

std::string digits(std::size_t count, std::integral auto number) {
    std::string out = std::to_string(number);
    return out.insert(0, count > out.size() ? count - out.size() : 0, '0');
}

}  // namespace

HttpJudgement judge_http(std::string_view received, std::string_view path) {
    const std::size_t end = received.find("\r\n\r\n");
    if (std::min(end, received.size()) > limits::kHttpRequestOctets) {
        return {.status = HttpStatus::FieldsTooLarge};
    }
    // What can be no request line any more need not be waited for.
    const std::string_view begun = received.substr(0, received.find("\r\n"));
    if (!is_value(begun.substr(0, begun.find('\r')))) return {.status = HttpStatus::BadRequest};
    if (end == std::string_view::npos) return {};
    return judge_head(received.substr(0, end), path);
}

std::string http_answer(const HttpJudgement& judgement, std::string_view content, WallTime now) {
    const bool ok = judgement.status == HttpStatus::Ok;
    const std::string words(words_for(judgement.status));
    const std::string body = ok ? std::string(content) : words + '\n';
    std::string out =
        "HTTP/1.1 " + std::to_string(std::to_underlying(judgement.status)) + ' ' + words + "\r\n";
    out += "Date: " + http_date(now) + "\r\n";
    out += ok ? "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
              : "Content-Type: text/plain; charset=utf-8\r\n";
    if (judgement.status == HttpStatus::MethodNotAllowed) out += "Allow: GET, HEAD\r\n";
    out += "Content-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n";
    if (!judgement.head) out += body;
    return out;
}

std::string http_date(WallTime time) {
    constexpr std::array<std::string_view, 7> kDays{
        "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<std::string_view, 12> kMonths{
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::chrono::sys_time<Duration> at(time.since_epoch);
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(at - day));
    std::string out(kDays[std::chrono::weekday(day).c_encoding()]);
    out += ", " + digits(2, static_cast<unsigned>(date.day())) + ' ';
    out += kMonths[static_cast<unsigned>(date.month()) - 1];
    out += ' ' + digits(4, static_cast<int>(date.year())) + ' ' + digits(2, clock.hours().count());
    out += ':' + digits(2, clock.minutes().count()) + ':' + digits(2, clock.seconds().count());
    return out + " GMT";
}

}  // namespace dmm::agent

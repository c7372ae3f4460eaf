#include <algorithm>
#include <chrono>

#include "lib/base/latency.h"
#include "tools/dmmctl/ladder.h"
#include "tools/dmmctl/wording.h"

namespace dmm::dmmctl {
namespace {

constexpr std::size_t kMargin = 24;
constexpr std::size_t kTimes = 90;
constexpr std::size_t kGap = 220;
constexpr std::size_t kHead = 96;
constexpr std::size_t kStep = 34;

std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : printable(text)) {
        if (c == '&') {
            out += "&amp;";
        } else if (c == '<') {
            out += "&lt;";
        } else if (c == '>') {
            out += "&gt;";
        } else if (c == '"') {
            out += "&quot;";
        } else {
            out += c;
        }
    }
    return out;
}

std::string attribute(const char* name, std::size_t value) {
    return std::string(" ") + name + "=\"" + std::to_string(value) + '"';
}

std::string text_at(std::size_t x, std::size_t y, const char* kind, const std::string& text) {
    return "<text class=\"" + std::string(kind) + '"' + attribute("x", x) + attribute("y", y) +
           '>' + escaped(text) + "</text>\n";
}

std::string line_from(std::size_t x1, std::size_t y1, std::size_t x2, std::size_t y2) {
    return "<line" + attribute("x1", x1) + attribute("y1", y1) + attribute("x2", x2) +
           attribute("y2", y2);
}

std::size_t column(std::size_t i) {
    return kMargin + kTimes + kGap / 2 + i * kGap;
}

std::string rung_svg(const Ladder::Rung& rung, std::size_t y) {
    constexpr std::size_t kAbove = 6;
    constexpr std::size_t kDot = 4;
    std::string out =
        text_at(kMargin, y + kDot, "time", latency_text(std::chrono::microseconds(rung.at_us)));
    const std::size_t from = column(rung.from);
    const std::size_t to = column(rung.to);
    if (rung.from == rung.to) {
        out +=
            "<circle" + attribute("cx", from) + attribute("cy", y) + attribute("r", kDot) + "/>\n";
        return out + text_at(from + 3 * kDot, y + kDot, "own", rung.label);
    }
    out += line_from(from, y, to, y) + " class=\"arrow\" marker-end=\"url(#head)\"/>\n";
    return out + text_at((from + to) / 2, y - kAbove, "label", rung.label);
}

}  // namespace

std::string ladder_svg(const Ladder& ladder) {
    const std::size_t width = 2 * kMargin + kTimes + kGap * ladder.participants.size();
    const std::size_t height = kHead + kStep * (ladder.rungs.size() + 1) + kMargin;
    std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\"" + attribute("width", width) +
                      attribute("height", height) + " viewBox=\"0 0 " + std::to_string(width) +
                      ' ' + std::to_string(height) + "\">\n<title>" + escaped(ladder.title) +
                      "</title>\n"
                      "<style>\n"
                      "text { font: 13px sans-serif; fill: #222; }\n"
                      ".title { font-size: 15px; }\n"
                      ".role { font-weight: bold; text-anchor: middle; }\n"
                      ".name, .label { text-anchor: middle; }\n"
                      ".name, .time { fill: #666; font-size: 12px; }\n"
                      ".life { stroke: #aaa; stroke-dasharray: 4 4; }\n"
                      ".arrow { stroke: #1a5fb4; stroke-width: 1.5; }\n"
                      "circle, #head path { fill: #1a5fb4; }\n"
                      "</style>\n"
                      "<defs><marker id=\"head\" viewBox=\"0 0 10 10\" refX=\"10\" refY=\"5\" "
                      "markerWidth=\"8\" markerHeight=\"8\" orient=\"auto-start-reverse\">"
                      "<path d=\"M0 0L10 5L0 10z\"/></marker></defs>\n"
                      "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n";
    out += text_at(kMargin, kMargin + 8, "title", ladder.title);
    for (std::size_t i = 0; i < ladder.participants.size(); ++i) {
        const Ladder::Participant& participant = ladder.participants[i];
        out += text_at(column(i), kHead - 32, "role", participant.role);
        out += text_at(column(i), kHead - 15, "name", participant.address);
        out += line_from(column(i), kHead - 6, column(i), height - kMargin) + " class=\"life\"/>\n";
    }
    for (std::size_t i = 0; i < ladder.rungs.size(); ++i)
        out += rung_svg(ladder.rungs[i], kHead + kStep * (i + 1));
    return out + "</svg>\n";
}

}  // namespace dmm::dmmctl

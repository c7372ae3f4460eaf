#include "tools/demo/screen.h"

#include <algorithm>
#include <cerrno>

#include <unistd.h>

namespace dmm::demo {
namespace {

std::string_view start_of(Tone tone) {
    switch (tone) {
        case Tone::Plain:
            return "";
        case Tone::Faint:
            return "\033[2m";
        case Tone::Strong:
            return "\033[1m";
        case Tone::Good:
            return "\033[32m";
        case Tone::Bad:
            return "\033[31m";
    }
    return "";
}

void write_all(std::string_view text) {
    while (!text.empty()) {
        const ssize_t done = ::write(STDOUT_FILENO, text.data(), text.size());
        if (done < 0 && errno != EINTR) return;  // nobody looks any more
        if (done > 0) text.remove_prefix(static_cast<std::size_t>(done));
    }
}

}  // namespace

// NOLINTNEXTLINE(readability-convert-member-functions-to-static): a kind of line like the others.
void Screen::whole(std::string_view text) const {
    write_all(std::string(text).append("\n"));
}

void Screen::line(std::string_view text, Tone tone) const {
    const std::string_view cut = text.substr(0, kColumns);
    const std::string_view begin = colour_ ? start_of(tone) : "";
    const std::string_view end = begin.empty() ? "" : "\033[0m";
    // One write per line, so that lines of several processes do not mix.
    write_all(std::string(begin).append(cut).append(end).append("\n"));
}

void Screen::paragraph(std::string_view text, Tone tone) const {
    constexpr std::string_view kMargin = "      ";
    std::string margin;
    while (!text.empty()) {
        const std::size_t room = kColumns - margin.size();
        std::size_t end = std::min(text.find('\n'), text.size());
        if (end > room) {
            // At the last blank that leaves half a line, else in the middle of the word.
            const std::size_t blank = text.rfind(' ', room);
            end = blank != std::string_view::npos && blank > room / 2 ? blank : room;
        }
        line(margin + std::string(text.substr(0, end)), tone);
        text.remove_prefix(std::min(text.size(), text.find_first_not_of(" \n", end)));
        margin = kMargin;
    }
}

void Screen::heading(std::string_view text) const {
    line("");
    const std::string title = "-- " + std::string(text) + " ";
    line(title + std::string(title.size() < kColumns ? kColumns - title.size() : 0, '-'),
         Tone::Strong);
}

std::string padded(std::string text, std::size_t width) {
    if (text.size() < width) text.append(width - text.size(), ' ');
    return text;
}

std::string right(const std::string& text, std::size_t width) {
    return std::string(text.size() < width ? width - text.size() : 0, ' ') + text;
}

}  // namespace dmm::demo

#include "tools/demo/drawing.h"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "tools/demo/scene.h"
#include "tools/demo/screen.h"

namespace dmm::demo {
namespace {

constexpr std::size_t kWidth = 72;

// The column at which the line down from a MAAR is drawn.
std::size_t column(int maar) {
    return 16 + static_cast<std::size_t>(maar - 1) * 20;
}

class Row {
public:
    // `text` with its middle at column `at`.
    Row& put(std::size_t at, std::string_view text) {
        text_.replace(at - text.size() / 2, text.size(), text);
        return *this;
    }

    Row& stretch(std::size_t from, std::size_t to, char with) {
        for (std::size_t i = from; i < to; ++i)
            text_[i] = with;
        return *this;
    }

    [[nodiscard]] std::string str() const {
        return text_.substr(0, text_.find_last_not_of(' ') + 1);
    }

private:
    std::string text_ = std::string(kWidth, ' ');
};

// The anchor's prefix and the tunnel through which it reaches the MAAR `at`.
std::string tunnel(int anchor, int at) {
    Row row;
    const std::size_t here = column(at);
    const std::size_t there = column(anchor);
    row.put(here, "|");
    if (there < here) {
        row.stretch(there, here - 2, '=').put(here - 2, ">");
    } else {
        row.stretch(here + 3, there, '=').put(here + 2, "<");
    }
    return row.put(there, pool_nickname(anchor)).str();
}

std::string description(const NodeAddress& address) {
    std::string state = "preferred " + std::to_string(address.preferred_s) + " s";
    if (address.deprecated) state = "deprecated";
    if (address.tentative) state = "tentative";
    return "    " + padded(to_text(address.address), 40) + state;
}

}  // namespace

std::vector<std::string> draw(int at, const std::vector<NodeAddress>& addresses) {
    std::vector<std::string> out;
    const std::size_t middle = column(2);
    Row top;
    top.stretch(column(1), column(kMaars), '-').put(middle, " core ");
    out.push_back(top.put(column(1), "cn ").put(column(kMaars), " cmd").str());
    Row branches;
    branches.stretch(column(1), column(kMaars), '-').put(middle, "+");
    out.push_back(branches.put(column(1), ".").put(column(kMaars), ".").str());
    Row names;
    Row own;
    for (int maar = 1; maar <= kMaars; ++maar)
        names.put(column(maar), maar_name(maar));
    out.push_back(names.str());
    std::vector<std::string> lines;
    for (const NodeAddress& address : addresses) {
        lines.push_back(description(address));
        const int anchor = anchor_of(address.address).value_or(at);
        if (anchor == at) {
            own.put(column(at), pool_nickname(at));
        } else {
            out.push_back(tunnel(anchor, at));
        }
    }
    out.push_back(own.str().empty() ? Row().put(column(at), "|").str() : own.str());
    out.push_back(Row().put(column(at), "( mn )").str());
    std::sort(lines.begin(), lines.end());
    out.insert(out.end(), lines.begin(), lines.end());
    return out;
}

}  // namespace dmm::demo

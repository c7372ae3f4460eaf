// Who said what to whom, in the order of the kernel's clock although several sockets tell.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "lib/base/time.h"
#include "tools/demo/screen.h"

namespace dmm::demo {

class Ladder {
public:
    explicit Ladder(const Screen& screen) : screen_(&screen) {}

    // From now on times count from `zero`; without it they are left out.
    void restart() { zero_.reset(); }

    void count_from(WallTime zero) { zero_ = zero; }

    void add(WallTime at, const std::string& way, const std::string& what);
    // A remark that is only as exact as the moment in which it was heard.
    void remark(WallTime at, const std::string& who, const std::string& what);
    // Shows what is older than `until`; nothing earlier is expected from any socket.
    void show(WallTime until);

private:
    const Screen* screen_;
    std::optional<WallTime> zero_;

    struct Entry {
        bool exact = true;
        std::string text;
    };

    std::multimap<WallTime, Entry> waiting_;
};

// "13.9", of a duration in milliseconds.
[[nodiscard]] std::string milliseconds_text(Duration duration);

}  // namespace dmm::demo

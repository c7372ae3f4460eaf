// What a test of daemons that are killed found: a line for each check, and their sum.
#pragma once

#include <expected>
#include <string>

namespace dmm::crash {

class Report {
public:
    // `fault`: what was seen instead; "" if all is well.
    void check(const std::string& what, const std::string& fault);
    // A step that all others need; false if it failed.
    [[nodiscard]] bool sound(const std::string& what, const std::expected<void, std::string>& step);

    static void remark(const std::string& text);

    // The closing line; the exit status.
    [[nodiscard]] int close() const;

private:
    int passed_ = 0;
    int failed_ = 0;
};

}  // namespace dmm::crash

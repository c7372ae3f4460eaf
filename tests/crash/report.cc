#include "tests/crash/report.h"

#include <iostream>

namespace dmm::crash {

void Report::check(const std::string& what, const std::string& fault) {
    ++(fault.empty() ? passed_ : failed_);
    std::cout << (fault.empty() ? "ok - " : "not ok - ") << what;
    if (!fault.empty()) std::cout << ": " << fault;
    std::cout << std::endl;
}

bool Report::sound(const std::string& what, const std::expected<void, std::string>& step) {
    check(what, step ? "" : step.error());
    return step.has_value();
}

void Report::remark(const std::string& text) {
    std::cout << "  " << text << std::endl;
}

int Report::close() const {
    std::cout << passed_ << " passed, " << failed_ << " failed" << std::endl;
    return failed_ == 0 ? 0 : 1;
}

}  // namespace dmm::crash

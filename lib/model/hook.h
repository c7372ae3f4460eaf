// A program that is run when something happens.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace dmm {

struct HookSettings {
    std::vector<std::string> on;   // names of events; "*": all of them
    std::vector<std::string> run;  // an absolute path, then arguments
    std::chrono::milliseconds timeout{10'000};
    bool privileged = false;  // keeps the capabilities of the daemon
    friend bool operator==(const HookSettings&, const HookSettings&) = default;
};

}  // namespace dmm

// Network namespaces by name, as `ip netns` keeps them, and stepping into one.
#pragma once

#include <string>

#include "tools/demo/descriptor.h"

namespace dmm::demo {

// The calling thread is in the namespace `name` while this object lives. A socket opened
// meanwhile stays there for good, so one process can hold sockets of many namespaces.
class Inside {
public:
    explicit Inside(const std::string& name);
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;
    ~Inside();

    // False if there is no such namespace or no right to enter it; errno says why.
    [[nodiscard]] bool entered() const { return entered_; }

private:
    Descriptor home_;
    bool entered_ = false;
};

// Writes `value` into /proc/sys/net/`path` of the namespace.
[[nodiscard]] bool set_sysctl(const std::string& netns,
                              const std::string& path,
                              const std::string& value);

}  // namespace dmm::demo

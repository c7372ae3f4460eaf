// What the kernel said no to, in a form that a log line and a node's status can show.
#pragma once

#include <compare>
#include <string>

namespace dmm {

struct KernelError {
    std::string operation;  // the `ip` line it stood for
    int code = 0;           // errno, positive; ETIMEDOUT when no answer came
    std::string text;       // the kernel's extended-ack text, else strerror(code)
    friend auto operator<=>(const KernelError&, const KernelError&) = default;
};

}  // namespace dmm

// Everything that must be right before the work begins, checked in an order in which
// nothing is changed before all that can be looked at has been: capabilities, address,
// control socket, other sockets, recording, and the kernel last.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "agent/agent.h"
#include "lib/control/finding_text.h"
#include "lib/model/settings.h"

namespace dmm::agent {

// What the process ends with; dmmd(8) lists them.
enum class ExitCode : std::uint8_t {
    Ok = 0,
    Failure = 1,
    Usage = 2,
    Configuration = 3,
    Capability = 4,
    Kernel = 5,
    Address = 6,
    ControlSocket = 7,
    Recording = 8,
    HostWarnings = control::kWarningsFound,  // found by --check, as the next
    HostErrors = control::kErrorsFound,
};

struct StartError {
    ExitCode code = ExitCode::Failure;
    std::string text;  // "what: found; remedy"
};

// Whose snapshot it is: this instance's, since the host came up, in this network namespace as far
// as its address tells.
[[nodiscard]] std::string snapshot_origin(const Settings& settings);

// The access links where the sources of packets are checked.
[[nodiscard]] std::vector<std::string> checked_links(const MaarSettings& maar);

// `dry_run` prints what the kernel would be told and tells it nothing; `record` is the file
// to record to, or "". `log` must outlive the agent that is made of the parts.
[[nodiscard]] std::expected<AgentParts, StartError> make_parts(const Settings& settings,
                                                               bool dry_run,
                                                               const std::string& record,
                                                               LogSink& log);

}  // namespace dmm::agent

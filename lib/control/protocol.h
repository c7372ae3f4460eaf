// The control socket's language: one JSON object per line each way. A request is
//   {"v":1,"command":"show","what":"nodes"}
// a reply
//   {"v":1,"code":0,"nodes":[...]}     or     {"v":1,"code":8,"message":"..."}
// `code`: 0 done, 7 denied, 8 failed, 9 not understood. JSON never leaves this folder's .cc files.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lib/control/node_filter.h"
#include "lib/control/reload_view.h"
#include "lib/control/views.h"
#include "lib/model/log_level.h"
#include "lib/model/on_exit.h"

namespace dmm::control {

enum class Show : std::uint8_t { Status, Nodes, Forwarding, Peers, Counters, Config, Handovers };

struct ShowRequest {
    Show what = Show::Status;
    NodeFilter filter = {};  // of nodes; of handovers the name alone
    friend bool operator==(const ShowRequest&, const ShowRequest&) = default;
};

struct AttachRequest {
    std::string mac;
    std::string link;
    std::string mn;  // "" : from the table of known nodes, else the address
    friend bool operator==(const AttachRequest&, const AttachRequest&) = default;
};

struct DetachRequest {
    std::string mn;
    bool now = false;  // de-register at once
    friend bool operator==(const DetachRequest&, const DetachRequest&) = default;
};

// To a CMD.
struct RemoveRequest {
    std::string mn;
    std::string maar;  // "" : all of them, and the session with them
    friend bool operator==(const RemoveRequest&, const RemoveRequest&) = default;
};

// Answered by Done; then come lines as in trace_line.h, until one side hangs up.
struct TraceRequest {
    friend bool operator==(const TraceRequest&, const TraceRequest&) = default;
};

// Answered by Done; then come lines as in event.h, until one side hangs up.
struct MonitorRequest {
    std::vector<std::string> events;  // their names; empty: all
    std::string mn;                   // "" : of all nodes, and of none
    friend bool operator==(const MonitorRequest&, const MonitorRequest&) = default;
};

// What does this host lack, or have set wrong?
struct CheckRequest {
    friend bool operator==(const CheckRequest&, const CheckRequest&) = default;
};

// Answered by MetricsText.
struct MetricsRequest {
    friend bool operator==(const MetricsRequest&, const MetricsRequest&) = default;
};

// The daemon ends in order.
struct ShutdownRequest {
    std::optional<OnExit> forwarding;  // of a MAAR; nullopt: as its configuration says
    friend bool operator==(const ShutdownRequest&, const ShutdownRequest&) = default;
};

// The daemon reads its configuration again.
struct ReloadRequest {
    bool dry_run = false;  // only says what would change
    friend bool operator==(const ReloadRequest&, const ReloadRequest&) = default;
};

// A MAAR takes no new nodes, or takes them again.
struct DrainRequest {
    bool on = true;
    friend bool operator==(const DrainRequest&, const DrainRequest&) = default;
};

struct LogRequest {
    std::optional<LogLevel> level;  // nullopt: which is it?
    friend bool operator==(const LogRequest&, const LogRequest&) = default;
};

using Request = std::variant<ShowRequest,
                             AttachRequest,
                             DetachRequest,
                             RemoveRequest,
                             TraceRequest,
                             MonitorRequest,
                             CheckRequest,
                             ShutdownRequest,
                             ReloadRequest,
                             DrainRequest,
                             LogRequest,
                             MetricsRequest>;

inline constexpr int kDenied = 7;

struct Done {
    std::string message;
    friend bool operator==(const Done&, const Done&) = default;
};

struct Failed {
    int code = 8;
    std::string message;
    friend bool operator==(const Failed&, const Failed&) = default;
};

struct ConfigText {
    std::string json;  // the effective configuration, pretty-printed
    friend bool operator==(const ConfigText&, const ConfigText&) = default;
};

struct MetricsText {
    std::string text;  // see metrics.h
    friend bool operator==(const MetricsText&, const MetricsText&) = default;
};

using Reply = std::variant<Done,
                           Failed,
                           StatusView,
                           std::vector<NodeView>,
                           std::vector<ForwardingView>,
                           std::vector<PeerView>,
                           std::vector<CounterView>,
                           std::vector<HandoverView>,
                           std::vector<FindingView>,
                           ConfigText,
                           ReloadView,
                           LogView,
                           MetricsText>;

// Without the closing newline.
[[nodiscard]] std::string encode(const Request& request);
[[nodiscard]] std::string encode(const Reply& answer);
// The error is a sentence that says what was found and what would be right.
[[nodiscard]] std::expected<Request, std::string> decode_request(std::string_view line);
// `asked` says which view a successful reply holds.
[[nodiscard]] std::expected<Reply, std::string> decode_reply(const Request& asked,
                                                             std::string_view line);

}  // namespace dmm::control

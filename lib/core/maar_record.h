// What of a session at a MAAR outlives a crash of the agent: enough to serve or to anchor the
// node as before, with the forwarding that still stands in the kernel. One line of text, whose
// second half is the PBU that would register the node: its options have a form already, with
// bounds on everything.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/time.h"
#include "lib/core/maar_session.h"

namespace dmm::core {

struct MaarRecord {
    enum class State : std::uint8_t {
        Serving,
        Previous,
        Registering,  // for the first time: whether the CMD took it is not known
    };

    State state = State::Serving;
    MnId mn;
    std::vector<Prefix> prefixes;  // our own
    Attachment attachment;
    bool absent = false;
    SteadyTime until;                   // of the registration, or when the anchor is forgotten
    std::optional<Ip6Address> serving;  // the S-MAAR while Previous
    std::vector<Anchor> anchors;
    std::optional<wire::Timestamp> accepted;  // of the CMD's last PBU
    std::uint16_t next_sequence = 0;
    friend bool operator==(const MaarRecord&, const MaarRecord&) = default;
};

// nullopt of a session that would not be resumed: nothing is promised to its node.
[[nodiscard]] std::optional<MaarRecord> record_of(const MaarSession& session);

[[nodiscard]] std::string record_text(const MaarRecord& record);
// nullopt for what record_text() does not write.
[[nodiscard]] std::optional<MaarRecord> parse_maar_record(std::string_view line);

}  // namespace dmm::core

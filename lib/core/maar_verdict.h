// What a message of the CMD means to a MAAR: judged whole before anything is changed.
#pragma once

#include <cstdint>
#include <string_view>

#include "lib/base/time.h"
#include "lib/core/maar_session.h"
#include "lib/model/settings.h"
#include "lib/model/status.h"
#include "lib/wire/message.h"

namespace dmm::core {

enum class UpdateVerdict : std::uint8_t {
    Redirect,  // the node is at another MAAR now
    Restore,   // so is one that we do not know, but an earlier run of us did
    Stay,      // it is said to be elsewhere while our own PBU is on its way
    Remove,    // lifetime 0: the session or this anchor is over
    Refuse,
    Ignore,
};

struct UpdateJudgement {
    UpdateVerdict verdict = UpdateVerdict::Ignore;
    Status status = Status::Accepted;
    std::string_view reason;  // stable, for counters; empty when followed
};

// A PBU to us as P-MAAR. `session` is that of the PBU's MN-ID, or nullptr.
[[nodiscard]] UpdateJudgement judge_update(const wire::ProxyBindingUpdate& pbu,
                                           const Registration& registration,
                                           const Ip6Address& from,
                                           const MaarSession* session,
                                           const MaarSettings& settings,
                                           WallTime now);

enum class AckVerdict : std::uint8_t {
    Accept,
    Add,          // more P-MAARs for a PBU that was accepted before
    AddSender,    // locator mode: the sender is a P-MAAR
    Released,     // about the prefixes of an idle anchor, whatever the status
    Resend,       // 157: at once, with a fresh stamp
    Renumber,     // 135: go on from the CMD's number
    OtherPrefix,  // 155: with another prefix of the pool
    Wait,         // 156: the clocks differ; the retransmission timer goes on
    GiveUp,
    Ignore,
};

struct AckJudgement {
    AckVerdict verdict = AckVerdict::Ignore;
    std::string_view reason;  // empty when accepted
};

// A PBA for one of our PBUs (RFC 5213 section 6.9.1.2, RFC 8885 section 4.2).
[[nodiscard]] AckJudgement judge_ack(const wire::ProxyBindingAck& pba,
                                     const Registration& registration,
                                     const Ip6Address& from,
                                     const MaarSession* session,
                                     const MaarSettings& settings);

// One of the MAARs that may anchor or serve our nodes.
[[nodiscard]] bool is_peer(const MaarSettings& settings, const Ip6Address& address);

// What the session's PBUs of now give as Handoff Indicator: a renewal by its S-MAAR, or not.
[[nodiscard]] wire::Handoff handoff_of(const MaarSession& session);

// The PBU that the session has under way, or nullptr.
[[nodiscard]] const Transaction* pending_pbu(const MaarSession& session);

}  // namespace dmm::core

// What a PBU means to the CMD: judged whole before anything is changed. The checks stand in
// the order of RFC 5213 sections 5.3.1 and 5.4.1, with what RFC 8885 changes.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "lib/base/time.h"
#include "lib/core/cmd_session.h"
#include "lib/core/prefix_owners.h"
#include "lib/model/settings.h"
#include "lib/model/status.h"
#include "lib/wire/message.h"

namespace dmm::core {

enum class PbuVerdict : std::uint8_t {
    Register,     // no session, or one that is over: a fresh one
    Refresh,      // from the S-MAAR itself, retransmissions included
    Handover,     // from a MAAR that does not anchor anything for the node yet
    Return,       // from a P-MAAR that the node has come back to
    Deregister,   // lifetime 0 from the S-MAAR
    AnchorRenew,  // lifetime 0 from a P-MAAR: it asks whether the node is still here
    Release,      // lifetime 0 from the S-MAAR for a P-MAAR's prefixes, which are idle
    Refuse,       // answer with `status`
    Ignore,       // no answer
};

struct PbuJudgement {
    PbuVerdict verdict = PbuVerdict::Ignore;
    Status status = Status::Accepted;
    std::string_view reason;  // stable, for counters; empty when accepted
};

struct PbuContext {
    const CmdSettings& settings;
    const PrefixOwners& owners;
    const CmdSession* session = nullptr;  // of the PBU's MN-ID; nullptr if there is none
    std::size_t sessions = 0;             // how many there are in all
    WallTime now;
};

// `proxy_coa`: the source, or the Alternate Care-of Address (RFC 5213 section 6.9.1.5).
[[nodiscard]] PbuJudgement judge_pbu(const wire::ProxyBindingUpdate& pbu,
                                     const Registration& registration,
                                     const Ip6Address& proxy_coa,
                                     const PbuContext& context);

// The P-MAAR whose prefixes, all of them, a PBU names; nullptr if there is none.
[[nodiscard]] const PreviousAnchor* find_released(const CmdSession& session,
                                                  const Registration& registration);

// This MAAR has this prefix for the node already: it was of its pool when it was accepted.
[[nodiscard]] bool holds(const CmdSession& session, const Ip6Address& maar, const Prefix& prefix);

// What the configuration says of the node; nullopt: it is unknown, and only known ones are served.
[[nodiscard]] std::optional<Mobility> mobility_of(const CmdSettings& settings, const MnId& mn);

// Local Prefixes that the configuration does not give to the MAAR that is said to have them are
// ignored: nodes would send it what is not its own (RFC 8885 section 6). False if there were any.
[[nodiscard]] bool drop_foreign_networks(Registration& registration,
                                         const Ip6Address& proxy_coa,
                                         const CmdSettings& settings);

}  // namespace dmm::core

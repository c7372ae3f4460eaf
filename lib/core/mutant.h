// Deliberate faults: what proves that the tests would see them. A build with DMM_MUTANTS has them
// all, asleep, until a test program wakes one (`make mutants`); in every other build a fault is a
// constant false and leaves no trace in the program.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace dmm::core {

enum class Mutant : std::uint8_t {
    None,
    // Of both engines.
    NoRetransmission,
    NoBackoff,
    StalePbuAccepted,
    RestartUnheard,
    // Of the CMD.
    WrongAnchorRemoved,
    OneAnchorTold,
    AnchorsLeftBehind,
    RefreshTakesBack,
    LifetimeNotRenewed,
    RelayDoesNotWait,
    PacingOff,
    BindingDeletedAtOnce,
    NomadKeepsPrefixes,
    ReleaseUntold,
    // Of the MAAR.
    EarlyPba,
    EarlyAdvert,
    OldKernelAnswer,
    LocatorPbaUnmatched,
    CrossingOrderObeyed,
    StrangerObeyed,
    RepeatedUnasked,
    RenewedUnasked,
    PrefixFreedEarly,
    AnchoredPreferred,
    DlifOfTheServing,
    NetworkBySource,
    Count
};

struct MutantName {
    Mutant mutant;
    std::string_view name;
    std::string_view fault;  // what it does wrong, and what forbids it
};

inline constexpr std::array kMutants{
    MutantName{.mutant = Mutant::NoRetransmission,
               .name = "no-retransmission",
               .fault = "a PBU that nobody answers is sent once (RFC 8885 section 3.6)"},
    MutantName{.mutant = Mutant::NoBackoff,
               .name = "no-backoff",
               .fault = "the time between two tries never grows (RFC 6275 section 11.8)"},
    MutantName{.mutant = Mutant::StalePbuAccepted,
               .name = "stale-pbu-accepted",
               .fault = "a PBU older than the last accepted one counts (RFC 5213 section 5.5)"},
    MutantName{.mutant = Mutant::RestartUnheard,
               .name = "restart-unheard",
               .fault = "nobody looks at the restart counter (RFC 5847 section 3.1)"},
    MutantName{.mutant = Mutant::WrongAnchorRemoved,
               .name = "wrong-anchor-removed",
               .fault = "the newest P-MAAR goes, whichever has answered (RFC 8885 section 3.5)"},
    MutantName{.mutant = Mutant::OneAnchorTold,
               .name = "one-anchor-told",
               .fault = "of all P-MAARs only the last hears of a move (RFC 8885 section 3.4)"},
    MutantName{.mutant = Mutant::AnchorsLeftBehind,
               .name = "anchors-left-behind",
               .fault = "a session ends without a word to its P-MAARs (RFC 8885 section 3.5)"},
    MutantName{.mutant = Mutant::RefreshTakesBack,
               .name = "refresh-takes-back",
               .fault = "a late renewal takes the node from who has it (RFC 5213 section 5.3.3)"},
    MutantName{.mutant = Mutant::LifetimeNotRenewed,
               .name = "lifetime-not-renewed",
               .fault = "a renewal leaves the old end of the lifetime (RFC 5213 section 5.3.3)"},
    MutantName{.mutant = Mutant::RelayDoesNotWait,
               .name = "relay-does-not-wait",
               .fault = "a relay answers before its P-MAARs have (RFC 8885 section 3.2)"},
    MutantName{.mutant = Mutant::PacingOff,
               .name = "pacing-off",
               .fault = "every PBU to a P-MAAR leaves at once (RFC 6275 section 12)"},
    MutantName{.mutant = Mutant::BindingDeletedAtOnce,
               .name = "binding-deleted-at-once",
               .fault = "no MinDelayBeforeBCEDelete (RFC 5213 section 5.3.5)"},
    MutantName{.mutant = Mutant::NomadKeepsPrefixes,
               .name = "nomad-keeps-prefixes",
               .fault = "a nomadic node is treated like any other (RFC 8653)"},
    MutantName{.mutant = Mutant::ReleaseUntold,
               .name = "release-untold",
               .fault = "the anchor of a released prefix hears nothing of it"},
    MutantName{.mutant = Mutant::EarlyPba,
               .name = "early-pba",
               .fault = "the PBA leaves before the kernel has answered (RFC 8885 section 3.2)"},
    MutantName{.mutant = Mutant::EarlyAdvert,
               .name = "early-advert",
               .fault = "a prefix is advertised before the kernel has answered"},
    MutantName{.mutant = Mutant::OldKernelAnswer,
               .name = "old-kernel-answer",
               .fault = "the kernel's answer to an older wish counts for the newest"},
    MutantName{.mutant = Mutant::LocatorPbaUnmatched,
               .name = "locator-pba-unmatched",
               .fault = "a P-MAAR's PBA is dropped: no PBU asked for it (RFC 8885 section 3.3)"},
    MutantName{.mutant = Mutant::CrossingOrderObeyed,
               .name = "crossing-order-obeyed",
               .fault = "an order that crosses the own PBU takes the node away unasked"},
    MutantName{.mutant = Mutant::StrangerObeyed,
               .name = "stranger-obeyed",
               .fault = "a PBU of who is not the CMD is carried out (RFC 8885 section 6)"},
    MutantName{.mutant = Mutant::RepeatedUnasked,
               .name = "repeated-unasked",
               .fault = "a PBU is repeated for a node that has gone (RFC 5213 section 6.9.4)"},
    MutantName{.mutant = Mutant::RenewedUnasked,
               .name = "renewed-unasked",
               .fault = "a node that has gone is renewed for ever (RFC 5213 section 6.9.1.3)"},
    MutantName{.mutant = Mutant::PrefixFreedEarly,
               .name = "prefix-freed-early",
               .fault = "a prefix is free when its node moves, flows or not (RFC 8885 section 2)"},
    MutantName{.mutant = Mutant::AnchoredPreferred,
               .name = "anchored-preferred",
               .fault = "a P-MAAR's prefix is not deprecated (RFC 8885 section 3.2)"},
    MutantName{.mutant = Mutant::DlifOfTheServing,
               .name = "dlif-of-the-serving",
               .fault = "an anchor looks different behind each S-MAAR (RFC 8885 section 3.7)"},
    MutantName{.mutant = Mutant::NetworkBySource,
               .name = "network-by-source",
               .fault = "the source alone decides about local networks (RFC 8885 section 4.4)"},
};
static_assert(kMutants.size() + 1 == static_cast<std::size_t>(Mutant::Count));

#ifdef DMM_MUTANTS
// Set by a test program before it begins, by nobody else.
inline Mutant active_mutant = Mutant::None;

[[nodiscard]] inline bool mutated(Mutant mutant) {
    return mutant == active_mutant;
}
#else
[[nodiscard]] constexpr bool mutated(Mutant /*mutant*/) {
    return false;
}
#endif

}  // namespace dmm::core

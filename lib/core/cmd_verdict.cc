#include "lib/core/cmd_verdict.h"

#include <algorithm>
#include <optional>

#include "lib/core/mutant.h"
#include "lib/model/limits.h"

namespace dmm::core {
namespace {

PbuJudgement refuse(Status status, std::string_view reason) {
    return {.verdict = PbuVerdict::Refuse, .status = status, .reason = reason};
}

PbuJudgement accept(PbuVerdict verdict) {
    return {.verdict = verdict, .status = Status::Accepted, .reason = {}};
}

const MaarPeer* find_peer(const CmdSettings& settings, const Ip6Address& address) {
    const auto it = std::find_if(settings.maars.begin(), settings.maars.end(), [&](auto& peer) {
        return peer.address == address;
    });
    return it == settings.maars.end() ? nullptr : &*it;
}

// RFC 5213 section 5.3.1, steps 3 and 4, of a node that nobody or everybody may serve.
std::optional<PbuJudgement> judge_node(const CmdSettings& settings, const MnId& mn) {
    const auto mobility = mobility_of(settings, mn);
    if (!mobility) return refuse(Status::NotLmaForThisMobileNode, "unknown_node");
    if (*mobility == Mobility::Denied) return refuse(Status::ProxyRegNotEnabled, "denied_node");
    return std::nullopt;
}

std::string_view freshness_reason(Status status) {
    if (status == Status::TimestampMismatch) return "timestamp_mismatch";
    if (status == Status::TimestampLowerThanPrevAccepted) return "stale_timestamp";
    return "stale_sequence";
}

std::optional<PbuJudgement> judge_sender(const wire::ProxyBindingUpdate& pbu,
                                         const Registration& registration,
                                         const MaarPeer* peer) {
    // RFC 6275 has plain Binding Updates; this is no home agent.
    if ((pbu.flags & wire::bu_flag::kP) == 0) {
        return PbuJudgement{
            .verdict = PbuVerdict::Ignore, .status = Status::Accepted, .reason = "not_proxy"};
    }
    if (!registration.mn) return refuse(Status::MissingMnIdentifierOption, "missing_mn_identifier");
    if (peer == nullptr) return refuse(Status::MagNotAuthorizedForProxyReg, "unauthorised");
    // RFC 8885 section 4.1 defines no code for peers without DMM; 129 neither stops them for
    // good nor says nothing.
    if ((pbu.flags & wire::bu_flag::kD) == 0) {
        return refuse(Status::AdministrativelyProhibited, "no_dmm");
    }
    return std::nullopt;
}

std::optional<PbuJudgement> judge_options(const Registration& registration) {
    if (registration.prefixes.empty()) {
        return refuse(Status::MissingHomeNetworkPrefixOption, "missing_prefix");
    }
    if (!registration.handoff) {
        return refuse(Status::MissingHandoffIndicatorOption, "missing_handoff_indicator");
    }
    if (!registration.access_technology) {
        return refuse(Status::MissingAccessTechTypeOption, "missing_access_technology");
    }
    return std::nullopt;
}

std::optional<PbuJudgement> judge_prefixes(const Registration& registration,
                                           const MaarPeer& peer,
                                           const PbuContext& context) {
    if (registration.prefixes.size() > limits::kPrefixesPerAnchor) {
        return refuse(Status::InsufficientResources, "too_many_prefixes");
    }
    for (const Prefix& prefix : registration.prefixes) {
        // ::/0 asks this node for a prefix; in RFC 8885 the MAARs have them.
        if (prefix == Prefix{}) return refuse(Status::InsufficientResources, "prefix_requested");
        const bool held =
            context.session != nullptr && holds(*context.session, peer.address, prefix);
        if (prefix.length() != 64 || (!held && !peer.pool.contains(prefix))) {
            return refuse(Status::NotAuthorizedForHomeNetworkPrefix, "foreign_prefix");
        }
        const auto owner = context.owners.owner(prefix);
        if (owner && (!context.session || *owner != slot_of(context.session->serial))) {
            return refuse(Status::NotAuthorizedForHomeNetworkPrefix, "prefix_in_use");
        }
    }
    return std::nullopt;
}

const PreviousAnchor* find_previous(const CmdSession& session, const Ip6Address& maar) {
    const auto it = std::find_if(session.previous.begin(),
                                 session.previous.end(),
                                 [&](const auto& p) { return p.anchor.maar == maar; });
    return it == session.previous.end() ? nullptr : &*it;
}

// An extension: RFC 8885 has no word for prefixes that are not used any more.
bool is_release(const wire::ProxyBindingUpdate& pbu,
                const Registration& registration,
                const Ip6Address& proxy_coa,
                const CmdSession& session) {
    const bool from_serving =
        session.serving.maar == proxy_coa && std::holds_alternative<Bound>(session.state);
    return from_serving && pbu.lifetime == 0 && find_released(session, registration) != nullptr;
}

PbuJudgement judge_new(const wire::ProxyBindingUpdate& pbu, const PbuContext& context) {
    // RFC 5213 section 5.3.5: nothing to de-register.
    if (pbu.lifetime == 0) {
        return {.verdict = PbuVerdict::Ignore, .status = Status::Accepted, .reason = "no_session"};
    }
    if (context.sessions >= limits::kCmdSessions) {
        return refuse(Status::InsufficientResources, "too_many_sessions");
    }
    return accept(PbuVerdict::Register);
}

PbuJudgement judge_known(const wire::ProxyBindingUpdate& pbu,
                         const Registration& registration,
                         const Ip6Address& proxy_coa,
                         const CmdSession& session) {
    const bool from_serving =
        session.serving.maar == proxy_coa && std::holds_alternative<Bound>(session.state);
    if (from_serving && pbu.lifetime == 0) return accept(PbuVerdict::Deregister);
    if (from_serving) {
        // A renewal names what is registered. A new attachment may come with other prefixes:
        // the S-MAAR is their authority, and may have started afresh.
        const bool renewal = registration.handoff == wire::Handoff::NotChanged;
        if (renewal && !std::is_permutation(registration.prefixes.begin(),
                                            registration.prefixes.end(),
                                            session.serving.prefixes.begin(),
                                            session.serving.prefixes.end())) {
            return refuse(Status::BcePbuPrefixSetDoNotMatch, "prefix_set_differs");
        }
        return accept(PbuVerdict::Refresh);
    }
    const PreviousAnchor* previous = find_previous(session, proxy_coa);
    const bool from_previous = previous != nullptr;
    if (pbu.lifetime == 0) {
        if (from_previous) return accept(PbuVerdict::AnchorRenew);
        return {.verdict = PbuVerdict::Ignore, .status = Status::Accepted, .reason = "not_anchor"};
    }
    // A refresh that raced a handover: its sender does not serve the node any more. It must
    // not take the node back (the newest attachment wins), nor undo the end of a session that it
    // has not heard of yet.
    const bool ends = from_previous && std::holds_alternative<Removing>(previous->state);
    if (registration.handoff == wire::Handoff::NotChanged && !mutated(Mutant::RefreshTakesBack) &&
        (std::holds_alternative<Bound>(session.state) || ends)) {
        return refuse(Status::AdministrativelyProhibited, "not_serving");
    }
    return accept(from_previous ? PbuVerdict::Return : PbuVerdict::Handover);
}

// False if there were any that are not its own.
bool keep_own_networks(std::vector<Prefix>& networks,
                       const CmdSettings& settings,
                       const Ip6Address& maar) {
    if (networks.empty()) return true;
    const MaarPeer* peer = find_peer(settings, maar);
    const auto foreign = [&](const Prefix& network) {
        return peer == nullptr ||
               std::none_of(peer->local_prefixes.begin(),
                            peer->local_prefixes.end(),
                            [&](const Prefix& own) { return own.contains(network); });
    };
    return std::erase_if(networks, foreign) == 0;
}

}  // namespace

const PreviousAnchor* find_released(const CmdSession& session, const Registration& registration) {
    const auto& named = registration.prefixes;
    const auto it = std::ranges::find_if(session.previous, [&](const PreviousAnchor& previous) {
        const PrefixList& its = previous.anchor.prefixes;
        return std::is_permutation(named.begin(), named.end(), its.begin(), its.end());
    });
    return it == session.previous.end() ? nullptr : &*it;
}

bool holds(const CmdSession& session, const Ip6Address& maar, const Prefix& prefix) {
    const auto has = [&](const StoredAnchor& anchor) {
        return anchor.maar == maar &&
               std::find(anchor.prefixes.begin(), anchor.prefixes.end(), prefix) !=
                   anchor.prefixes.end();
    };
    return has(session.serving) ||
           std::ranges::any_of(session.previous,
                               [&](const PreviousAnchor& p) { return has(p.anchor); });
}

std::optional<Mobility> mobility_of(const CmdSettings& settings, const MnId& mn) {
    const auto known = settings.nodes.find(mn);
    if (known != settings.nodes.end()) return known->second;
    return settings.known_nodes_only ? std::nullopt : std::optional(settings.mobility);
}

bool drop_foreign_networks(Registration& registration,
                           const Ip6Address& proxy_coa,
                           const CmdSettings& settings) {
    bool clean = keep_own_networks(registration.local_prefixes, settings, proxy_coa);
    for (Anchor& anchor : registration.previous) {
        const bool own = keep_own_networks(anchor.local_prefixes, settings, anchor.maar);
        clean = clean && own;
    }
    return clean;
}

PbuJudgement judge_pbu(const wire::ProxyBindingUpdate& pbu,
                       const Registration& registration,
                       const Ip6Address& proxy_coa,
                       const PbuContext& context) {
    const MaarPeer* peer = find_peer(context.settings, proxy_coa);
    if (const auto fault = judge_sender(pbu, registration, peer)) return *fault;
    // What is registered already may end, whatever the configuration says since.
    if (context.session == nullptr) {
        if (const auto fault = judge_node(context.settings, *registration.mn)) return *fault;
    }
    const Accepted last = context.session != nullptr ? context.session->accepted : Accepted{};
    const Status freshness = judge_freshness(last,
                                             registration.timestamp,
                                             pbu.sequence,
                                             context.now,
                                             context.settings.protocol.timestamp_window);
    if (freshness != Status::Accepted) return refuse(freshness, freshness_reason(freshness));
    if (const auto fault = judge_options(registration)) return *fault;
    if (context.session != nullptr && is_release(pbu, registration, proxy_coa, *context.session)) {
        return accept(PbuVerdict::Release);
    }
    if (const auto fault = judge_prefixes(registration, *peer, context)) return *fault;
    if (context.session == nullptr) return judge_new(pbu, context);
    return judge_known(pbu, registration, proxy_coa, *context.session);
}

}  // namespace dmm::core

// The engines from states that they can reach: the octets are steps in a domain of a CMD and three
// MAARs whose messages, kernels and clocks anybody may meddle with.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <variant>

#include "lib/wire/decode.h"
#include "lib/wire/encode.h"
#include "tests/fuzz/choices.h"
#include "tests/fuzz/hostile_domain.h"
#include "tests/support/builders.h"

namespace {

using namespace dmm;
using namespace dmm::test;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr unsigned kMostSteps = 96;

const std::array<LinkLayerAddress, 3> kMacs{LinkLayerAddress({2, 0, 0, 0, 1, 1}),
                                            LinkLayerAddress({2, 0, 0, 0, 1, 2}),
                                            LinkLayerAddress({2, 0, 0, 0, 1, 3})};
const std::array<MnId, 4> kMns{MnId::nai("alice@example"),
                               MnId::nai("bob@example"),
                               MnId::eui48(kMacs[2]),
                               MnId::nai("nobody")};
constexpr std::array<Duration, 8> kTimes{milliseconds(1),
                                         milliseconds(100),
                                         seconds(1),
                                         seconds(4),
                                         seconds(40),
                                         seconds(600),
                                         hours(2),
                                         hours(25)};
constexpr std::array<Duration, 4> kAhead{seconds(0), milliseconds(200), seconds(-3), hours(24)};

AccessLink link(Choices& choices) {
    // One that no MAAR has, now and then.
    return {.name = choices.octet() < 0xf0 ? "lan0" : "lan9"};
}

std::size_t maar(Choices& choices) {
    return 1 + choices.below(HostileDomain::kMaars);
}

void solicit(HostileDomain& domain, Choices& choices) {
    const std::size_t where = maar(choices);
    const std::size_t who = choices.below(kMacs.size());
    std::array<std::uint8_t, 16> source{};
    if (choices.octet() % 4 != 0) {
        source = {0xfe, 0x80};
        source.back() = static_cast<std::uint8_t>(who + 1);
    }
    domain.handle(where,
                  core::RouterSolicited{
                      .link = link(choices), .mac = kMacs[who], .source = Ip6Address(source)});
}

void attach(HostileDomain& domain, Choices& choices) {
    const std::size_t where = maar(choices);
    core::MnAttached event{.link = link(choices), .mac = choices.of(kMacs), .mn = std::nullopt};
    const std::size_t who = choices.below(2 * kMns.size());
    if (who < kMns.size()) event.mn = kMns[who];
    domain.handle(where, event);
}

void detach(HostileDomain& domain, Choices& choices) {
    const std::size_t where = maar(choices);
    const MnId mn = choices.of(kMns);
    domain.handle(where, core::MnDetached{.mn = mn, .deregister = choices.octet() % 2 != 0});
}

void hear(HostileDomain& domain, Choices& choices) {
    const std::size_t where = maar(choices);
    const AccessLink on = link(choices);
    domain.handle(where, core::NodeHeard{.link = on, .mac = choices.of(kMacs)});
}

void deliver(HostileDomain& domain, const core::Send& letter) {
    const auto node = HostileDomain::node_at(letter.to);
    if (!node) return;
    domain.handle(
        *node,
        core::MessageReceived{.from = letter.from, .to = letter.to, .message = letter.message});
}

// As the agent does with what a raw socket received.
void deliver_octets(HostileDomain& domain,
                    const Ip6Address& from,
                    const Ip6Address& to,
                    Bytes octets) {
    const auto node = HostileDomain::node_at(to);
    if (!node) return;
    octets.resize(octets.size() / 8 * 8);
    if (octets.empty()) return;
    octets[1] = static_cast<std::uint8_t>(octets.size() / 8 - 1);
    const wire::Addresses way{.source = from, .destination = to};
    auto decoded = wire::decode(octets, way, wire::Checksum::AlreadyVerified);
    if (decoded) {
        domain.handle(
            *node,
            core::MessageReceived{.from = from, .to = to, .message = std::move(decoded->message)});
    } else {
        domain.handle(*node,
                      core::MessageRejected{.from = from, .to = to, .error = decoded.error()});
    }
}

Ip6Address somebody(Choices& choices) {
    const std::size_t who = choices.below(HostileDomain::kNodes + 1);
    if (who < HostileDomain::kNodes) return HostileDomain::address(who);
    return Ip6Address({0x20, 0x01, 0x0d, 0xb8, 0xbb});
}

wire::Options* options_in(wire::Message& message) {
    return std::visit(
        [](auto& m) -> wire::Options* {
            if constexpr (requires { m.options; }) return &m.options;
            return nullptr;
        },
        message);
}

// What a peer could send that knows what it does: another message's options, a Timestamp that
// passes for fresh, another sequence number or lifetime.
void tamper(HostileDomain& domain, Choices& choices, core::Send& letter) {
    const std::uint8_t how = choices.octet();
    wire::Options* options = options_in(letter.message);
    if (options == nullptr) return;
    if ((how & 1U) != 0) {
        auto other = domain.past(choices.octet());
        wire::Options* others = other ? options_in(other->message) : nullptr;
        if (others != nullptr) *options = std::move(*others);
    }
    if ((how & 2U) != 0 && !options->empty()) {
        options->erase(options->begin() +
                       static_cast<std::ptrdiff_t>(choices.below(options->size())));
    }
    if ((how & 4U) != 0) {
        const WallTime now = domain.wall(HostileDomain::node_at(letter.to).value_or(0));
        for (wire::Option& option : *options) {
            if (auto* timestamp = std::get_if<wire::Timestamp>(&option))
                *timestamp = wire::Timestamp::of(now);
        }
    }
    if ((how & 8U) != 0) letter.from = somebody(choices);
    if ((how & 16U) != 0) letter.to = somebody(choices);
    const auto renumber = [&](auto& m) {
        if ((how & 32U) != 0)
            m.sequence = static_cast<std::uint16_t>(m.sequence + choices.octet() - 128);
        if ((how & 64U) != 0) m.lifetime = choices.octet();
    };
    if (auto* pbu = std::get_if<wire::ProxyBindingUpdate>(&letter.message)) renumber(*pbu);
    if (auto* pba = std::get_if<wire::ProxyBindingAck>(&letter.message)) renumber(*pba);
}

void forge(HostileDomain& domain, Choices& choices) {
    auto letter = domain.past(choices.octet());
    if (!letter) return;
    tamper(domain, choices, *letter);
    if (wire::can_be_carried(letter->message)) deliver(domain, *letter);
}

// Flipped octets, a part cut off.
void damage(HostileDomain& domain, Choices& choices) {
    auto letter = domain.past(choices.octet());
    if (!letter) return;
    tamper(domain, choices, *letter);
    if (!wire::can_be_carried(letter->message)) return;
    const wire::Addresses way{.source = letter->from, .destination = letter->to};
    Bytes octets = wire::encode(letter->message, way);
    for (std::size_t flips = choices.below(4); flips > 0; --flips) {
        const std::size_t at = choices.below(octets.size());
        octets[at] ^= choices.octet();
    }
    if (choices.octet() >= 0xc0) octets.resize(choices.below(octets.size()) + 1);
    deliver_octets(domain, letter->from, letter->to, std::move(octets));
}

void send_octets(HostileDomain& domain, Choices& choices) {
    const Ip6Address from = somebody(choices);
    const Ip6Address to = somebody(choices);
    const ByteView octets = choices.take(std::size_t{8} * (1 + choices.below(32)));
    deliver_octets(domain, from, to, {octets.begin(), octets.end()});
}

void answer(HostileDomain& domain, Choices& choices) {
    const std::size_t where = maar(choices);
    const std::size_t which = choices.octet();
    domain.answer_wish(where, which, /*applied=*/choices.octet() % 4 != 0);
}

// A configuration that differs in what the octet's bits say; none differs from the first.
void reconfigure(HostileDomain& domain, const ProtocolSettings& protocol, Choices& choices) {
    const std::size_t whose = choices.below(HostileDomain::kNodes);
    const unsigned what = choices.octet();
    const auto is_set = [what](unsigned bit) { return (what >> bit & 1U) != 0; };
    const Domain plan(HostileDomain::kMaars);
    RoleSettings settings = plan.cmd(protocol);
    if (auto* cmd = std::get_if<CmdSettings>(&settings); whose == 0) {
        if (is_set(0)) cmd->maars.erase(cmd->maars.begin() + what % 2);
        if (is_set(1)) cmd->maars.back().pool = Domain::pool(9);
        if (is_set(2)) cmd->nodes.emplace(kMns[0], Mobility::Denied);
        if (is_set(3)) cmd->protocol.strict_update_rate = true;
        if (is_set(4)) cmd->protocol.heartbeat_interval = seconds(0);
        if (is_set(5)) cmd->max_previous_maars = 1;
        if (is_set(6)) cmd->maars.front().local_prefixes.clear();
    } else {
        MaarSettings maar = plan.maar(whose, protocol);
        if (is_set(0)) maar.peers.pop_back();
        if (is_set(1)) maar.pool = Domain::pool(9);
        if (is_set(2)) maar.nodes[kMacs[0]] = kMns[3];
        if (is_set(3)) maar.access_links = {{.name = "lan1"}};
        if (is_set(4)) maar.local_prefixes = {Domain::network(whose)};
        if (is_set(5)) maar.idle_release = seconds(60);
        if (is_set(6)) maar.quarantine = seconds(0);
        if (is_set(7)) maar.advert.interval = seconds(10);
        settings = maar;
    }
    domain.handle(whose,
                  core::Reconfigured{.settings = std::make_shared<const RoleSettings>(settings)});
}

void drain(HostileDomain& domain, Choices& choices) {
    const std::size_t where = maar(choices);
    domain.handle(where, core::Draining{.on = choices.octet() % 2 != 0});
}

void turn_clock(HostileDomain& domain, const ProtocolSettings& protocol, Choices& choices) {
    const std::uint8_t first = choices.octet();
    if (first >= 0xe0) return reconfigure(domain, protocol, choices);
    if (first >= 0xd8) return drain(domain, choices);
    const std::size_t whose = first % HostileDomain::kNodes;
    domain.set_clock(whose, choices.of(kAhead));
}

void step(HostileDomain& domain, const ProtocolSettings& protocol, Choices& choices) {
    switch (choices.below(12)) {
        case 0:
            return solicit(domain, choices);
        case 1:
            return attach(domain, choices);
        case 2:
            return detach(domain, choices);
        case 3:
            return hear(domain, choices);
        case 4:
            return domain.pass(choices.of(kTimes));
        case 5:
            return answer(domain, choices);
        case 6:
            if (const auto letter = domain.take_post(choices.octet())) deliver(domain, *letter);
            return;
        case 7:
            return forge(domain, choices);
        case 8:
            return damage(domain, choices);
        case 9:
            return send_octets(domain, choices);
        case 10:
            return turn_clock(domain, protocol, choices);
        default:
            return domain.settle();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Choices choices({data, size});
    constexpr std::array kModes{DomainMode::Proxy, DomainMode::Relay, DomainMode::Locator};
    ProtocolSettings protocol;
    protocol.mode = choices.of(kModes);
    HostileDomain domain(protocol, choices.below(3));
    for (unsigned steps = 0; steps < kMostSteps && !choices.over(); ++steps) {
        // Messages of one instant would pass for copies of each other.
        domain.pass(milliseconds(1));
        step(domain, protocol, choices);
    }
    return 0;
}

// What the actions of an engine do to a World: messages, kernels, the radio link.
#include <algorithm>
#include <utility>

#include "lib/core/registration.h"
#include "lib/wire/decode.h"
#include "lib/wire/encode.h"
#include "tests/support/world_say.h"

namespace dmm::test {
namespace {

constexpr Duration kLinkDelay = std::chrono::milliseconds(5);
constexpr Duration kRadioDelay = std::chrono::milliseconds(1);
// RFC 4861 section 10: RTR_SOLICITATION_INTERVAL.
constexpr Duration kSolicitationInterval = std::chrono::seconds(4);
// RFC 6275 section 12: MAX_UPDATE_RATE, in a second.
constexpr std::size_t kMaxUpdates = 3;

}  // namespace

void World::perform(const std::string& node, const core::Action& action) {
    say(node, [&] { return "> " + core::to_text(action); });
    if (const auto* out = std::get_if<core::Send>(&action))
        send(node, *out);
    else if (const auto* wish = std::get_if<core::Want>(&action))
        apply(node, *wish);
    else if (const auto* ra = std::get_if<core::Advertise>(&action))
        advertise(node, *ra);
    else if (const auto* ask = std::get_if<core::Probe>(&action))
        probe(node, *ask);
}

void World::send(const std::string& node, const core::Send& send) {
    if (!std::holds_alternative<wire::Heartbeat>(send.message)) ++messages_;
    check_promise(node, send);
    check_pace(node, send);
    const std::string to = name_of(send.to);
    const Fate fate = channel.next({.from = node, .to = to});
    if (fate.lost) {
        say(node, [&] { return "x lost on the way to " + to; });
        return;
    }
    if (!nodes_.contains(to)) return;
    // Through the codec: what an engine sends is what another must understand.
    const wire::Addresses addresses{.source = send.from, .destination = send.to};
    const Bytes octets = wire::encode(send.message, addresses);
    auto decoded = wire::decode(octets, addresses);
    if (!decoded) {
        found(node, "it sent what nobody can decode: " + to_text(decoded.error()));
        return;
    }
    const Delivery delivery{
        .node = to,
        .event = core::MessageReceived{
            .from = send.from, .to = send.to, .message = std::move(decoded->message)}};
    if (fate.doubled) post(now_.steady + kLinkDelay, delivery);
    post(now_.steady + kLinkDelay + fate.late, delivery);
}

// An anchor that accepts a PBU says that the flows of its prefixes are on their way. One that
// has the node registering here again only says that it has heard: where the flows go is open
// until the node was asked, and the oracle looks at what came of it.
void World::check_promise(const std::string& node, const core::Send& send) {
    const auto* ack = std::get_if<wire::ProxyBindingAck>(&send.message);
    if (ack == nullptr || ack->status != Status::Accepted || ack->lifetime == 0) return;
    const core::MaarEngine* engine = maar(node);
    if (engine == nullptr) return;
    const auto registration = core::read_registration(wire::effective_options(send.message));
    if (!registration || !registration->mn) return;
    const auto session = engine->sessions().find(*registration->mn);
    if (session != engine->sessions().end() && core::is_here(session->second)) return;
    for (const Prefix& prefix : registration->prefixes) {
        const Downlink* down = way_down(node, prefix);
        if (down == nullptr || !std::holds_alternative<Tunnel>(down->via)) {
            found(node, "a promise to the CMD before its forwarding stands");
        }
    }
}

// RFC 8885 section 3.6: the CMD, too, keeps to the rate of Binding Updates about one node.
void World::check_pace(const std::string& node, const core::Send& send) {
    const auto* update = std::get_if<wire::ProxyBindingUpdate>(&send.message);
    if (update == nullptr || cmd(node) == nullptr) return;
    const auto registration = core::read_registration(wire::effective_options(send.message));
    if (!registration || !registration->mn) return;
    auto& times = updates_[{*registration->mn, send.to}];
    std::erase_if(times,
                  [&](SteadyTime at) { return at + std::chrono::seconds(1) <= now_.steady; });
    times.push_back(now_.steady);
    if (times.size() > kMaxUpdates) found(node, "too many PBUs in a second");
}

void World::apply(const std::string& name, const core::Want& want) {
    Node& node = nodes_.at(name);
    FakeKernel& kernel = node.kernel;
    const auto [last, first] = node.wanted.try_emplace(want.mn, want.revision);
    if (!first && last->second >= want.revision) found(name, "a revision that does not grow");
    last->second = want.revision;
    kernel.busy_until = std::max(kernel.busy_until, now_.steady + kernel.delay);
    kernel.answered_until = std::max(kernel.answered_until, kernel.busy_until + kernel.silence);
    // What is to go goes: a wish for nothing is not refused.
    if (kernel.refusal && !want.forwarding.empty()) {
        post(kernel.answered_until,
             Delivery{
                 .node = name,
                 .event = core::ForwardingFailed{
                     .mn = want.mn,
                     .revision = want.revision,
                     .error = {.operation = "ip link add", .code = 95, .text = *kernel.refusal}}});
        return;
    }
    post(kernel.busy_until, Landing{.node = name, .mn = want.mn, .forwarding = want.forwarding});
    post(kernel.answered_until,
         Delivery{.node = name,
                  .event = core::ForwardingApplied{.mn = want.mn, .revision = want.revision}});
}

void World::land(const Landing& landing) {
    auto& forwarding = nodes_.at(landing.node).kernel.forwarding;
    if (landing.forwarding.empty())
        forwarding.erase(landing.mn);
    else
        forwarding.insert_or_assign(landing.mn, landing.forwarding);
    check_loops(landing.node, landing.forwarding);
}

void World::advertise(const std::string& node, const core::Advertise& advertise) {
    const bool stands =
        std::any_of(nodes_.at(node).kernel.forwarding.begin(),
                    nodes_.at(node).kernel.forwarding.end(),
                    [&](const auto& entry) { return entry.second.dlifs.contains(advertise.dlif); });
    const bool ceasing = advertise.advert.router_lifetime.count() == 0;
    if (!stands && !ceasing) found(node, "a promise to a node before its forwarding stands");
    for (auto& [name, host] : hosts_) {
        if (host.mac != advertise.dlif.mn || host.at != node) continue;
        for (const wire::PrefixInformation& info : advertise.advert.prefixes) {
            host.content = host.content || info.preferred.count() > 0;
            check_router(node, host, info.prefix, advertise.dlif.identity.mac);
            host.addresses.insert_or_assign(info.prefix,
                                            NodeAddress{.preferred = info.preferred.count() > 0,
                                                        .valid = info.valid.count() > 0,
                                                        .router = advertise.dlif.identity.mac});
        }
    }
}

// RFC 8885 section 3.7: whoever serves, an anchor is the same router to the host.
void World::check_router(const std::string& node,
                         const MobileHost& host,
                         const Prefix& prefix,
                         const LinkLayerAddress& router) {
    const auto known = host.addresses.find(prefix);
    if (known == host.addresses.end() || !known->second.valid) return;
    if (known->second.router != router) found(node, "another router for an address of the host");
}

// A host answers while it is on the link.
void World::probe(const std::string& node, const core::Probe& probe) {
    for (const auto& [name, host] : hosts_) {
        if (host.mac != probe.dlif.mn || host.at != node) continue;
        post(now_.steady + kRadioDelay,
             Delivery{.node = node,
                      .event = core::NodeHeard{.link = probe.dlif.over, .mac = host.mac}});
    }
}

void World::solicit(const Solicitation& solicitation) {
    const MobileHost& host = hosts_.at(solicitation.host);
    if (host.attachments != solicitation.attachment || host.content) return;
    const unsigned sent = solicitation.sent + 1;
    if (sent < kMaxSolicitations) {
        post(now_.steady + kSolicitationInterval,
             Solicitation{.host = host.name, .attachment = solicitation.attachment, .sent = sent});
    }
    deliver(host.at,
            core::RouterSolicited{
                .link = {.name = "lan0"}, .mac = host.mac, .source = link_local_of(host.mac)});
}

}  // namespace dmm::test

#include "tests/support/world.h"

#include <algorithm>
#include <utility>

#include "lib/base/assert.h"
#include "lib/base/text.h"
#include "lib/core/invariants.h"
#include "lib/core/trace.h"
#include "lib/wire/decode.h"
#include "lib/wire/encode.h"

namespace dmm::test {
namespace {

constexpr Duration kLinkDelay = std::chrono::milliseconds(5);
constexpr Duration kRadioDelay = std::chrono::milliseconds(1);
// 2026-01-01 00:00 UTC: any time will do, but the same each run.
constexpr Duration kWallStart = std::chrono::seconds(1767225600);

std::optional<SteadyTime> deadline_of(
    const std::variant<core::CmdEngine, core::MaarEngine>& engine) {
    return std::visit([](const auto& e) { return e.next_deadline(); }, engine);
}

}  // namespace

World::World() : now_{.steady = {}, .wall = {.since_epoch = kWallStart}} {}

void World::add_cmd(const std::string& name, const CmdSettings& settings) {
    names_.emplace(settings.address, name);
    nodes_.emplace(
        name, Node{.engine = core::CmdEngine(settings, next_seed()), .kernel = {}, .wanted = {}});
}

void World::add_maar(const std::string& name, const MaarSettings& settings) {
    names_.emplace(settings.address, name);
    nodes_.emplace(
        name, Node{.engine = core::MaarEngine(settings, next_seed()), .kernel = {}, .wanted = {}});
}

// Different for each node, the same in each run.
Seed World::next_seed() const {
    return Seed{nodes_.size() + 1};
}

void World::add_host(const std::string& name, const LinkLayerAddress& mac) {
    hosts_.emplace(name, MobileHost{.name = name, .mac = mac, .at = "", .addresses = {}});
}

void World::move(const std::string& host, const std::string& maar, bool solicit) {
    MobileHost& mobile = hosts_.at(host);
    mobile.at = maar;
    if (maar.empty() || !solicit) return;
    deliver(maar,
            core::RouterSolicited{
                .link = {.name = "lan0"}, .mac = mobile.mac, .source = link_local_of(mobile.mac)});
}

void World::inject(const std::string& node, const core::Event& event) {
    deliver(node, event);
}

void World::lose(unsigned count, const std::string& from, const std::string& to) {
    losses_.push_back({.from = from, .to = to, .count = count});
}

void World::post(SteadyTime at, const std::string& node, core::Event event) {
    queue_.emplace(std::pair(at, serial_++), Pending{.node = node, .event = std::move(event)});
}

std::string World::name_of(const Ip6Address& address) const {
    const auto it = names_.find(address);
    return it == names_.end() ? to_text(address) : it->second;
}

void World::say(const std::string& node, const std::string& text) const {
    if (on_line) on_line(to_text(now_.steady.since_start) + ' ' + node + ' ' + text);
}

void World::deliver(const std::string& node, const core::Event& event) {
    if (!std::holds_alternative<core::Tick>(event)) say(node, "< " + core::to_text(event));
    const core::Actions actions = std::visit(
        [&](auto& engine) { return engine.handle(now_, event); }, nodes_.at(node).engine);
    for (const core::Action& action : actions)
        perform(node, action);
    check(node);
}

void World::check(const std::string& node) {
    const auto found = std::visit([](const auto& engine) { return core::violation(engine); },
                                  nodes_.at(node).engine);
    if (found) violations.push_back(to_text(now_.steady.since_start) + ' ' + node + ": " + *found);
}

void World::perform(const std::string& node, const core::Action& action) {
    say(node, "> " + core::to_text(action));
    if (const auto* out = std::get_if<core::Send>(&action))
        send(node, *out);
    else if (const auto* wish = std::get_if<core::Want>(&action))
        apply(node, *wish);
    else if (const auto* ra = std::get_if<core::Advertise>(&action))
        advertise(node, *ra);
    else if (const auto* ask = std::get_if<core::Probe>(&action))
        probe(node, *ask);
}

void World::lossy(unsigned percent, Seed seed) {
    loss_percent_ = percent;
    rng_ = Rng(seed);
}

bool World::is_lost(const std::string& from, const std::string& to) {
    const auto loss = std::find_if(losses_.begin(), losses_.end(), [&](const Loss& l) {
        return l.from == from && l.to == to && l.count > 0;
    });
    if (loss != losses_.end()) {
        --loss->count;
        return true;
    }
    return loss_percent_ > 0 && rng_.below(100) < loss_percent_;
}

void World::send(const std::string& node, const core::Send& send) {
    const std::string to = name_of(send.to);
    if (is_lost(node, to)) {
        say(node, "x lost on the way to " + to);
        return;
    }
    if (!nodes_.contains(to)) return;
    // Through the codec: what an engine sends is what another must understand.
    const wire::Addresses addresses{.source = send.from, .destination = send.to};
    const Bytes octets = wire::encode(send.message, addresses);
    auto decoded = wire::decode(octets, addresses);
    if (!decoded) {
        violations.push_back(node + " sent what nobody can decode: " + to_text(decoded.error()));
        return;
    }
    post(now_.steady + kLinkDelay,
         to,
         core::MessageReceived{
             .from = send.from, .to = send.to, .message = std::move(decoded->message)});
}

void World::apply(const std::string& name, const core::Want& want) {
    Node& node = nodes_.at(name);
    const auto [last, first] = node.wanted.try_emplace(want.mn, want.revision);
    if (!first && last->second >= want.revision) {
        violations.push_back(name + ": a revision that does not grow");
    }
    last->second = want.revision;
    const SteadyTime at = now_.steady + node.kernel.delay;
    if (node.kernel.refusal) {
        post(at,
             name,
             core::ForwardingFailed{
                 .mn = want.mn,
                 .revision = want.revision,
                 .error = {.operation = "ip link add", .code = 95, .text = *node.kernel.refusal}});
        return;
    }
    if (want.forwarding.empty())
        node.kernel.forwarding.erase(want.mn);
    else
        node.kernel.forwarding.insert_or_assign(want.mn, want.forwarding);
    post(at, name, core::ForwardingApplied{.mn = want.mn, .revision = want.revision});
}

void World::advertise(const std::string& node, const core::Advertise& advertise) {
    const bool stands =
        std::any_of(nodes_.at(node).kernel.forwarding.begin(),
                    nodes_.at(node).kernel.forwarding.end(),
                    [&](const auto& entry) { return entry.second.dlifs.contains(advertise.dlif); });
    const bool ceasing = advertise.advert.router_lifetime.count() == 0;
    if (!stands && !ceasing) violations.push_back(node + ": a promise before its forwarding");
    for (auto& [name, host] : hosts_) {
        if (host.mac != advertise.dlif.mn || host.at != node) continue;
        for (const wire::PrefixInformation& info : advertise.advert.prefixes) {
            host.addresses.insert_or_assign(info.prefix,
                                            NodeAddress{.preferred = info.preferred.count() > 0,
                                                        .valid = info.valid.count() > 0,
                                                        .router = advertise.dlif.identity.mac});
        }
    }
}

// A host answers while it is on the link.
void World::probe(const std::string& node, const core::Probe& probe) {
    for (const auto& [name, host] : hosts_) {
        if (host.mac != probe.dlif.mn || host.at != node) continue;
        post(now_.steady + kRadioDelay,
             node,
             core::NodeHeard{.link = probe.dlif.over, .mac = host.mac});
    }
}

std::optional<SteadyTime> World::next_event() const {
    if (queue_.empty()) return std::nullopt;
    return queue_.begin()->first.first;
}

std::optional<SteadyTime> World::next_deadline() const {
    std::optional<SteadyTime> next;
    for (const auto& [name, node] : nodes_)
        next = core::earlier(next, deadline_of(node.engine));
    return next;
}

void World::advance_to(SteadyTime at) {
    if (at <= now_.steady) return;
    now_.wall.since_epoch += at - now_.steady;
    now_.steady = at;
}

void World::tick_due() {
    for (const auto& [name, node] : nodes_) {
        const auto deadline = deadline_of(node.engine);
        if (deadline && *deadline <= now_.steady) deliver(name, core::Tick{});
    }
}

void World::run_for(Duration duration) {
    const SteadyTime end = now_.steady + duration;
    // More steps than any scenario needs: an engine that never rests is found, not waited for.
    for (unsigned steps = 0; steps < 100'000; ++steps) {
        const auto next = core::earlier(next_event(), next_deadline());
        if (!next || *next > end) {
            advance_to(end);
            return;
        }
        advance_to(*next);
        if (!queue_.empty() && queue_.begin()->first.first <= now_.steady) {
            const Pending pending = std::move(queue_.begin()->second);
            queue_.erase(queue_.begin());
            deliver(pending.node, pending.event);
        } else {
            tick_due();
        }
    }
    violations.emplace_back("the world never comes to rest");
}

void World::run_until_quiet(Duration horizon) {
    for (unsigned rounds = 0; rounds < 1'000; ++rounds) {
        const auto next = core::earlier(next_event(), next_deadline());
        if (!next || *next > now_.steady + horizon) return;
        run_for(std::max(*next - now_.steady, Duration(1)));
    }
    violations.emplace_back("the world never comes to rest");
}

std::string World::reach(const std::string& name, const Prefix& prefix) const {
    const MobileHost& host = hosts_.at(name);
    const auto anchor = std::find_if(nodes_.begin(), nodes_.end(), [&](const auto& entry) {
        const auto* engine = std::get_if<core::MaarEngine>(&entry.second.engine);
        return engine != nullptr && engine->settings().pool.contains(prefix);
    });
    if (anchor == nodes_.end()) return "nobody anchors the prefix";
    // Downwards: from the anchor, hop by hop, until a DLIF or nowhere.
    std::string at = anchor->first;
    for (unsigned hops = 0;; ++hops) {
        if (hops > nodes_.size()) return "the way down is a loop";
        const Downlink* down = nullptr;
        for (const auto& [mn, forwarding] : nodes_.at(at).kernel.forwarding) {
            for (const Downlink& d : forwarding.down) {
                if (d.to == prefix) down = &d;
            }
        }
        if (down == nullptr) return at + " has no route to the node";
        if (const auto* tunnel = std::get_if<Tunnel>(&down->via)) {
            at = name_of(tunnel->remote);
            if (!nodes_.contains(at)) return "a tunnel ends nowhere";
            continue;
        }
        const Dlif& dlif = std::get<Dlif>(down->via);
        if (dlif.mn != host.mac) return at + " delivers to another node";
        if (host.at != at) return at + " delivers on a link that the node has left";
        break;
    }
    // Upwards: from where the node is.
    if (host.at == anchor->first) return {};
    for (const auto& [mn, forwarding] : nodes_.at(host.at).kernel.forwarding) {
        for (const Uplink& up : forwarding.up) {
            if (up.from == prefix && name_of(up.via.remote) == anchor->first) return {};
        }
    }
    return host.at + " has no tunnel back to the anchor";
}

MobileHost* World::host(const std::string& name) {
    const auto it = hosts_.find(name);
    return it == hosts_.end() ? nullptr : &it->second;
}

FakeKernel* World::kernel(const std::string& maar) {
    const auto it = nodes_.find(maar);
    return it == nodes_.end() ? nullptr : &it->second.kernel;
}

const core::MaarEngine* World::maar(const std::string& name) const {
    const auto it = nodes_.find(name);
    return it == nodes_.end() ? nullptr : std::get_if<core::MaarEngine>(&it->second.engine);
}

const core::CmdEngine* World::cmd(const std::string& name) const {
    const auto it = nodes_.find(name);
    return it == nodes_.end() ? nullptr : std::get_if<core::CmdEngine>(&it->second.engine);
}

}  // namespace dmm::test

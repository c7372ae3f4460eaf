#include "tests/support/world.h"

#include <algorithm>
#include <utility>

#include "lib/base/text.h"
#include "lib/core/invariants.h"
#include "tests/support/world_say.h"

namespace dmm::test {
namespace {

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

// Different for each engine, the same in each run.
Seed World::next_seed() {
    return Seed{++engines_};
}

void World::add_host(const std::string& name, const LinkLayerAddress& mac) {
    hosts_.emplace(name, MobileHost{.name = name, .mac = mac, .at = "", .addresses = {}});
}

void World::move(const std::string& host, const std::string& maar, Soliciting soliciting) {
    MobileHost& mobile = hosts_.at(host);
    mobile.at = maar;
    ++mobile.attachments;
    mobile.content = false;
    if (maar.empty() || soliciting == Soliciting::Not) return;
    const unsigned before = soliciting == Soliciting::Once ? kMaxSolicitations - 1 : 0;
    solicit({.host = host, .attachment = mobile.attachments, .sent = before});
}

void World::inject(const std::string& node, const core::Event& event) {
    deliver(node, event);
}

void World::set_clock(const std::string& node, Duration ahead) {
    nodes_.at(node).clock = ahead;
}

void World::crash(const std::string& name) {
    Node& node = nodes_.at(name);
    node.up = false;
    node.records.clear();
    if (const auto* maar = std::get_if<core::MaarEngine>(&node.engine)) {
        for (const auto& [mn, session] : maar->sessions()) {
            const auto record = core::record_of(session);
            if (record) node.records.push_back(core::record_text(*record));
        }
    }
    // What the kernel was still to do or to say was for the engine that is gone; messages are
    // on their way all the same.
    std::erase_if(queue_, [&](const auto& entry) {
        if (const auto* landing = std::get_if<Landing>(&entry.second)) return landing->node == name;
        const auto* delivery = std::get_if<Delivery>(&entry.second);
        return delivery != nullptr && delivery->node == name &&
               !std::holds_alternative<core::MessageReceived>(delivery->event);
    });
    say(name, [] { return std::string("crashes"); });
}

void World::restart(const std::string& name) {
    Node& node = nodes_.at(name);
    if (node.up) return;
    if (auto* cmd = std::get_if<core::CmdEngine>(&node.engine)) {
        updates_.clear();  // it cannot know
        const CmdSettings settings = cmd->settings();
        *cmd = core::CmdEngine(settings, next_seed());
    } else {
        auto& maar = std::get<core::MaarEngine>(node.engine);
        const MaarSettings settings = maar.settings();
        maar = core::MaarEngine(settings, next_seed());
    }
    node.kernel.forwarding.clear();
    node.wanted.clear();
    node.up = true;
    say(name, [] { return std::string("starts anew"); });
    if (node.starts > 0) deliver(name, core::Started{.restart_counter = node.starts + 1});
    // With the router its link comes up again, and who is there looks for routers.
    for (auto& [host_name, host] : hosts_) {
        if (host.at == name) move(host_name, name, Soliciting::Insistently);
    }
}

void World::resume(const std::string& name) {
    Node& node = nodes_.at(name);
    auto* maar = std::get_if<core::MaarEngine>(&node.engine);
    if (node.up || maar == nullptr) return restart(name);
    const MaarSettings settings = maar->settings();
    *maar = core::MaarEngine(settings, next_seed());
    node.wanted.clear();
    node.up = true;
    ++node.resumed;
    say(name, [] { return std::string("goes on"); });
    for (const std::string& record : node.records)
        deliver(name, core::SessionResumed{.record = record});
    // The driver clears what nobody wishes for any more.
    std::erase_if(node.kernel.forwarding,
                  [&](const auto& entry) { return !maar->sessions().contains(entry.first); });
    if (node.starts == 0) return;
    deliver(name, core::Started{.restart_counter = node.starts, .run = node.starts + node.resumed});
}

void World::post(SteadyTime at, Pending pending) {
    queue_.emplace(std::pair(at, serial_++), std::move(pending));
}

std::string World::name_of(const Ip6Address& address) const {
    const auto it = names_.find(address);
    return it == names_.end() ? to_text(address) : it->second;
}

void World::found(const std::string& node, const std::string& what) {
    violations.push_back(to_text(now_.steady.since_start) + ' ' + node + ": " + what);
}

void World::deliver(const std::string& name, const core::Event& event) {
    Node& node = nodes_.at(name);
    if (!node.up) return;
    if (!std::holds_alternative<core::Tick>(event)) {
        say(name, [&] { return "< " + core::to_text(event); });
    }
    if (const auto* started = std::get_if<core::Started>(&event)) {
        node.starts = started->restart_counter;
    }
    Now now = now_;
    now.wall.since_epoch += node.clock;
    const core::Actions actions =
        std::visit([&](auto& engine) { return engine.handle(now, event); }, node.engine);
    if (on_handled) on_handled(name, now, event, actions);
    for (const core::Action& action : actions)
        perform(name, action);
    check(name);
}

void World::check(const std::string& node) {
    const auto broken = std::visit([](const auto& engine) { return core::violation(engine); },
                                   nodes_.at(node).engine);
    if (broken) found(node, *broken);
}

std::optional<SteadyTime> World::next_event() const {
    if (queue_.empty()) return std::nullopt;
    return queue_.begin()->first.first;
}

std::optional<SteadyTime> World::next_deadline() const {
    std::optional<SteadyTime> next;
    for (const auto& [name, node] : nodes_) {
        if (node.up) next = core::earlier(next, deadline_of(node.engine));
    }
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
        if (node.up && deadline && *deadline <= now_.steady) deliver(name, core::Tick{});
    }
}

void World::take(const Pending& pending) {
    if (const auto* delivery = std::get_if<Delivery>(&pending))
        deliver(delivery->node, delivery->event);
    else if (const auto* landing = std::get_if<Landing>(&pending))
        land(*landing);
    else
        solicit(std::get<Solicitation>(pending));
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
            take(pending);
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

MobileHost* World::host(const std::string& name) {
    const auto it = hosts_.find(name);
    return it == hosts_.end() ? nullptr : &it->second;
}

FakeKernel* World::kernel(const std::string& maar) {
    const auto it = nodes_.find(maar);
    return it == nodes_.end() ? nullptr : &it->second.kernel;
}

const FakeKernel* World::kernel(const std::string& maar) const {
    const auto it = nodes_.find(maar);
    return it == nodes_.end() ? nullptr : &it->second.kernel;
}

std::vector<std::string> World::node_names() const {
    std::vector<std::string> names;
    for (const auto& [name, node] : nodes_)
        names.push_back(name);
    return names;
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

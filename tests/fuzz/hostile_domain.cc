#include "tests/fuzz/hostile_domain.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <string>
#include <utility>

#include "lib/base/assert.h"
#include "lib/core/invariants.h"
#include "lib/core/trace.h"
#include "lib/wire/encode.h"
#include "tests/support/builders.h"

namespace dmm::test {
namespace {

constexpr std::size_t kMostPost = 64;
constexpr std::size_t kMostPast = 32;
constexpr unsigned kMostTicks = 32;
constexpr std::size_t kIp6HeaderOctets = 40;
// What one event may lead to; far above what any does.
constexpr std::size_t kMostActions = 256;

// DMM_FUZZ_STORY=1 tells what an input does, for whoever has to understand a finding.
void tell(const HostileDomain& domain, std::size_t node, const char* sign, const auto& what) {
    static const bool told = std::getenv("DMM_FUZZ_STORY") != nullptr;
    if (!told) return;
    std::cerr << domain.wall(node).since_epoch.count() << (node == 0 ? " cmd" : " maar");
    if (node != 0) std::cerr << node;
    std::cerr << ' ' << sign << ' ' << core::to_text(what) << '\n';
}

void hold(const std::optional<std::string>& violation) {
    if (!violation) return;
    std::cerr << "violation: " << *violation << '\n';
    std::abort();
}

CmdSettings cmd_of(const ProtocolSettings& protocol, std::size_t max_previous_maars) {
    CmdSettings settings = Domain(HostileDomain::kMaars).cmd(protocol);
    settings.max_previous_maars = max_previous_maars;
    return settings;
}

}  // namespace

HostileDomain::HostileDomain(const ProtocolSettings& protocol, std::size_t max_previous_maars)
    : cmd_(cmd_of(protocol, max_previous_maars), Seed{1}), now_(at(std::chrono::seconds(1))) {
    for (std::size_t n = 1; n <= kMaars; ++n)
        maars_.emplace_back(Domain(kMaars).maar(n, protocol), Seed{n + 1});
}

Ip6Address HostileDomain::address(std::size_t node) {
    return node == 0 ? Domain::cmd_address() : Domain::maar_address(node);
}

std::optional<std::size_t> HostileDomain::node_at(const Ip6Address& to) {
    for (std::size_t node = 0; node < kNodes; ++node) {
        if (address(node) == to) return node;
    }
    return std::nullopt;
}

WallTime HostileDomain::wall(std::size_t node) const {
    return {.since_epoch = now_.wall.since_epoch + ahead_[node]};
}

std::optional<SteadyTime> HostileDomain::deadline(std::size_t node) const {
    return node == 0 ? cmd_.next_deadline() : maars_[node - 1].next_deadline();
}

void HostileDomain::handle(std::size_t node, const core::Event& event) {
    tell(*this, node, "<", event);
    const Now now{.steady = now_.steady, .wall = wall(node)};
    const core::Actions actions =
        node == 0 ? cmd_.handle(now, event) : maars_[node - 1].handle(now, event);
    DMM_ASSERT(actions.size() <= kMostActions);
    for (const core::Action& action : actions)
        perform(node, action);
    check(node);
}

void HostileDomain::perform(std::size_t node, const core::Action& action) {
    tell(*this, node, ">", action);
    if (const auto* want = std::get_if<core::Want>(&action)) {
        wished_[node][want->mn] = want->revision;
        return;
    }
    if (const auto* ra = std::get_if<core::Advertise>(&action)) {
        const Bytes packet =
            wire::encode_advert_packet(ra->advert, ra->dlif.identity.link_local, ra->destination);
        const auto decoded = wire::decode_advert(ByteView(packet).subspan(kIp6HeaderOctets));
        DMM_ASSERT(decoded && *decoded == ra->advert);
        return;
    }
    const auto* send = std::get_if<core::Send>(&action);
    if (send == nullptr) return;
    DMM_ASSERT(send->from == address(node));
    DMM_ASSERT(wire::can_be_carried(send->message));
    const wire::Addresses way{.source = send->from, .destination = send->to};
    const auto decoded = wire::decode(wire::encode(send->message, way), way);
    DMM_ASSERT(decoded && decoded->message == send->message);
    if (post_.size() < kMostPost) post_.push_back(*send);
    past_.push_back(*send);
    if (past_.size() > kMostPast) past_.pop_front();
}

void HostileDomain::check(std::size_t node) const {
    hold(node == 0 ? core::violation(cmd_) : core::violation(maars_[node - 1]));
}

void HostileDomain::tick(std::size_t node) {
    // One that comes late may find the next thing due. An engine that always wants to be called
    // now would be called for ever.
    for (unsigned ticks = 0;; ++ticks) {
        const auto due = deadline(node);
        if (!due || *due > now_.steady) return;
        DMM_ASSERT(ticks < kMostTicks);
        handle(node, core::Tick{});
    }
}

void HostileDomain::pass(Duration duration) {
    const SteadyTime end = now_.steady + duration;
    const auto advance = [&](SteadyTime to) {
        now_.wall.since_epoch += to - now_.steady;
        now_.steady = to;
        for (std::size_t node = 0; node < kNodes; ++node)
            tick(node);
    };
    for (unsigned ticks = 0; ticks < kMostTicks; ++ticks) {
        std::optional<SteadyTime> next;
        for (std::size_t node = 0; node < kNodes; ++node)
            next = core::earlier(next, deadline(node));
        if (!next || *next > end) break;
        advance(std::max(*next, now_.steady));
    }
    advance(end);
}

std::optional<core::Send> HostileDomain::take_post(std::size_t index) {
    if (post_.empty()) return std::nullopt;
    const auto it = post_.begin() + static_cast<std::ptrdiff_t>(index % post_.size());
    core::Send letter = std::move(*it);
    post_.erase(it);
    return letter;
}

std::optional<core::Send> HostileDomain::past(std::size_t index) const {
    if (past_.empty()) return std::nullopt;
    // The newest first.
    return past_[past_.size() - 1 - index % past_.size()];
}

void HostileDomain::answer_wish(std::size_t maar, std::size_t index, bool applied) {
    auto& wished = wished_[maar];
    if (wished.empty()) return;
    const auto it = std::next(wished.begin(), static_cast<std::ptrdiff_t>(index % wished.size()));
    const auto [mn, revision] = *it;
    wished.erase(it);
    if (applied) {
        handle(maar, core::ForwardingApplied{.mn = mn, .revision = revision});
        return;
    }
    handle(maar,
           core::ForwardingFailed{
               .mn = mn,
               .revision = revision,
               .error = {.operation = "ip link add", .code = 17, .text = "File exists"}});
}

void HostileDomain::settle() {
    // What is under way between honest nodes comes to an end long before.
    for (unsigned rounds = 0; rounds < kMostPost; ++rounds) {
        for (std::size_t maar = 1; maar < kNodes; ++maar) {
            for (std::size_t left = wished_[maar].size(); left > 0; --left)
                answer_wish(maar, 0, /*applied=*/true);
        }
        const auto letter = take_post(0);
        if (!letter) return;
        pass(std::chrono::milliseconds(1));
        const auto node = node_at(letter->to);
        if (!node) continue;
        handle(*node,
               core::MessageReceived{
                   .from = letter->from, .to = letter->to, .message = letter->message});
    }
}

}  // namespace dmm::test

// What the tests of a MAAR's engine have in common: alice, who is to be seen on lan0, and what the
// CMD and the kernel say.
#pragma once

#include <variant>

#include "lib/core/maar_engine.h"
#include "tests/support/builders.h"

namespace dmm::test {

using namespace dmm::core;

inline const MnId kAlice = MnId::nai("alice@example");

inline RouterSolicited solicited() {
    return {.link = {.name = "lan0"},
            .mac = mac("02:00:00:00:01:01"),
            .source = ip("fe80::ff:fe00:101")};
}

// The CMD's answer to the PBU among `actions`.
inline MessageReceived answer_to(const Actions& actions, Status status, std::uint8_t flags) {
    const auto [send, pbu] = sent<wire::ProxyBindingUpdate>(actions).at(0);
    return {.from = send.to,
            .to = send.from,
            .message = wire::ProxyBindingAck{
                .status = status,
                .flags = flags,
                .sequence = pbu.sequence,
                .lifetime = is_accepted(status) ? pbu.lifetime : std::uint16_t{0},
                .options = pbu.options}};
}

inline MessageReceived accepted(const Actions& actions, const wire::Options& more = {}) {
    MessageReceived answer = answer_to(actions, Status::Accepted, wire::ba_flag::kDmmPba);
    auto& options = std::get<wire::ProxyBindingAck>(answer.message).options;
    // What the MAAR told for a CMD that may know nothing; the CMD tells what it knows itself.
    std::erase_if(options,
                  [](const auto& o) { return std::holds_alternative<wire::PreviousMaar>(o); });
    options.insert(options.end(), more.begin(), more.end());
    return answer;
}

inline ForwardingApplied applied(const MaarEngine& engine) {
    return {.mn = kAlice, .revision = engine.sessions().at(kAlice).wanted};
}

inline ForwardingFailed failed(const MaarEngine& engine) {
    return {.mn = kAlice,
            .revision = engine.sessions().at(kAlice).wanted,
            .error = {.operation = "ip -6 route replace", .code = 12, .text = "no memory"}};
}

// A MAAR that serves alice, everything applied.
inline MaarEngine serving_engine() {
    MaarEngine engine(maar_settings(1), Seed{1});
    const Actions actions = engine.handle(at(std::chrono::seconds(1)), solicited());
    (void)engine.handle(at(std::chrono::seconds(1)), applied(engine));
    (void)engine.handle(at(std::chrono::seconds(1)), accepted(actions));
    return engine;
}

inline PbuSpec redirect_to(const char* serving) {
    PbuSpec spec;
    spec.from = "2001:db8:ffff::c0";
    spec.to = "2001:db8:1::1";
    spec.serving = serving;
    return spec;
}

}  // namespace dmm::test

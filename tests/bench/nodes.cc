#include "tests/bench/nodes.h"

#include <chrono>
#include <string>

#include "lib/base/assert.h"
#include "tests/support/domain.h"

namespace dmm::bench {

using test::Domain;

Now at(std::uint64_t step) {
    const Duration elapsed = std::chrono::microseconds(step * 20);
    return {.steady = {.since_start = elapsed},
            .wall = {.since_epoch = std::chrono::seconds(1767225600) + elapsed}};
}

std::array<std::uint8_t, 6> mac_of(std::uint64_t node) {
    std::array<std::uint8_t, 6> mac{2, 0, 0, 0, 0, 0};
    for (std::size_t i = 0; i < 4; ++i)
        mac[5 - i] = static_cast<std::uint8_t>(node >> (8 * i));
    return mac;
}

// An NAI of 20 octets, longer than what a std::string keeps in itself.
MnId mn_of(std::uint64_t node, Naming naming) {
    if (naming == Naming::Eui48) return MnId::eui48(LinkLayerAddress(mac_of(node)));
    std::string number = std::to_string(node);
    number.insert(0, 8 - number.size(), '0');
    return MnId::nai("n" + number + "@domain.org");
}

Prefix pool_of(std::uint64_t maar) {
    return {Domain::pool(maar).address(), 40};
}

Prefix prefix_of(std::uint64_t maar, std::uint64_t node) {
    auto prefix = Domain::pool(maar).address().octets();
    prefix[6] = static_cast<std::uint8_t>(node >> 8U);
    prefix[7] = static_cast<std::uint8_t>(node);
    prefix[5] = static_cast<std::uint8_t>(node >> 16U);
    return {Ip6Address(prefix), 64};
}

core::Registration registration_of(const Node& node, std::uint64_t maar, std::uint64_t step) {
    const auto mac = mac_of(node.number);
    core::Registration r;
    r.mn = mn_of(node.number, node.naming);
    r.prefixes = {prefix_of(maar, node.number)};
    r.handoff = wire::Handoff::Unknown;
    r.access_technology = 3;
    r.link_layer_id = Bytes(mac.begin(), mac.end());
    r.timestamp = wire::Timestamp::of(at(step).wall);
    if (node.signals_dlif) r.dlif = derive_dlif(Domain::maar_address(maar));
    return r;
}

core::MessageReceived pbu_of(const Node& node, std::uint64_t maar, std::uint64_t step) {
    return {.from = Domain::maar_address(maar),
            .to = Domain::cmd_address(),
            .message = wire::ProxyBindingUpdate{
                .sequence = static_cast<std::uint16_t>(step),
                .flags = wire::bu_flag::kDmmPbu,
                .lifetime = 150,
                .options = core::write_registration(registration_of(node, maar, step))}};
}

core::MessageReceived confirmation_of(const Node& node,
                                      const core::Actions& actions,
                                      std::uint64_t step) {
    for (const core::Action& action : actions) {
        const auto* send = std::get_if<core::Send>(&action);
        if (send == nullptr) continue;
        const auto* pbu = std::get_if<wire::ProxyBindingUpdate>(&send->message);
        if (pbu == nullptr) continue;
        return {.from = send->to,
                .to = send->from,
                .message = wire::ProxyBindingAck{
                    .status = Status::Accepted,
                    .flags = wire::ba_flag::kDmmPba,
                    .sequence = pbu->sequence,
                    .lifetime = pbu->lifetime,
                    .options = core::write_registration(registration_of(node, 2, step))}};
    }
    DMM_ASSERT(false);
}

}  // namespace dmm::bench

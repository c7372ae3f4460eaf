#include "lib/wire/message.h"

#include <limits>
#include <type_traits>

#include "lib/wire/option_table.h"

namespace dmm::wire {
namespace {

template <typename T>
constexpr MhType kTypeOf{};
template <>
constexpr MhType kTypeOf<BindingRefreshRequest> = MhType::BindingRefreshRequest;
template <>
constexpr MhType kTypeOf<ProxyBindingUpdate> = MhType::BindingUpdate;
template <>
constexpr MhType kTypeOf<ProxyBindingAck> = MhType::BindingAck;
template <>
constexpr MhType kTypeOf<BindingError> = MhType::BindingError;
template <>
constexpr MhType kTypeOf<Heartbeat> = MhType::Heartbeat;
template <>
constexpr MhType kTypeOf<BindingRevocation> = MhType::BindingRevocation;
template <>
constexpr MhType kTypeOf<LocalizedRoutingInitiation> = MhType::LocalizedRoutingInitiation;
template <>
constexpr MhType kTypeOf<LocalizedRoutingAck> = MhType::LocalizedRoutingAck;
template <>
constexpr MhType kTypeOf<UpdateNotification> = MhType::UpdateNotification;
template <>
constexpr MhType kTypeOf<UpdateNotificationAck> = MhType::UpdateNotificationAck;

// Only BU and BA have a D flag that gives options 65 to 70 their meaning.
bool lacks_dmm_flag(const Message& message) {
    if (const auto* update = std::get_if<ProxyBindingUpdate>(&message)) {
        return (update->flags & bu_flag::kD) == 0;
    }
    if (const auto* ack = std::get_if<ProxyBindingAck>(&message)) {
        return (ack->flags & ba_flag::kD) == 0;
    }
    return false;
}

}  // namespace

std::uint8_t mh_type_of(const Message& message) {
    return std::visit(
        [](const auto& m) -> std::uint8_t {
            using T = std::decay_t<decltype(m)>;
            if constexpr (std::is_same_v<T, OtherMessage>) {
                return m.mh_type;
            } else {
                return static_cast<std::uint8_t>(kTypeOf<T>);
            }
        },
        message);
}

const Options* options_of(const Message& message) {
    return std::visit(
        [](const auto& m) -> const Options* {
            if constexpr (requires { m.options; }) {
                return &m.options;
            } else {
                return nullptr;
            }
        },
        message);
}

Options effective_options(const Message& message) {
    const Options* options = options_of(message);
    if (options == nullptr) return {};
    if (!lacks_dmm_flag(message)) return *options;
    Options kept;
    for (const Option& option : *options) {
        const OptionRule* rule = rule_of(option);
        if (rule == nullptr || !rule->dmm_only) kept.push_back(option);
    }
    return kept;
}

std::uint16_t lifetime_units(std::chrono::seconds lifetime) {
    constexpr std::int64_t kMost = std::numeric_limits<std::uint16_t>::max();
    const std::int64_t seconds = lifetime.count();
    if (seconds <= 0) return 0;
    if (seconds > kMost * 4) return static_cast<std::uint16_t>(kMost);
    return static_cast<std::uint16_t>((seconds + 3) / 4);
}

Timestamp Timestamp::of(WallTime wall) {
    const std::int64_t ns = wall.since_epoch.count();
    if (ns < 0) return {};
    constexpr std::uint64_t kSecond = 1'000'000'000;
    const auto total = static_cast<std::uint64_t>(ns);
    const std::uint64_t fraction = total % kSecond * 65536 / kSecond;
    return {.value = total / kSecond << 16U | fraction};
}

}  // namespace dmm::wire

// "protocol" and "advert": durations and how they must fit together.
#include "lib/base/text.h"
#include "lib/config/sections.h"
#include "lib/config/values.h"

namespace dmm::config {
namespace {

using dmm::to_text;

struct Timing {
    std::string_view key;
    Duration value;
};

// `checked` must not be below `least`, which follows from the key `least.key` and is put
// into `words`.
void demand_least(const Section& section,
                  const Timing& checked,
                  const Timing& least,
                  std::string_view words,
                  Errors& errors) {
    if (checked.value >= least.value) return;
    if (section.is_wrong(checked.key) || section.is_wrong(least.key)) return;
    errors.add(section.place(checked.key),
               in_quotes(to_text(checked.value)) + " is less than " + std::string(words) +
                   "; give at least " + in_quotes(to_text(least.value)));
}

}  // namespace

ProtocolSettings read_protocol(const Value& value, std::string_view pointer, Errors& errors) {
    constexpr DurationIn kTimeout(milliseconds(10), milliseconds(3'600'000));
    Section section(value, std::string(pointer), errors);
    ProtocolSettings out;
    // RFC 6275 section 6.1.7: 16 bits of four seconds each, zero ends a registration.
    section.optional("mode", out.mode, domain_mode);
    section.optional("aggregation_timeout", out.aggregation_timeout, kTimeout);
    section.optional("lifetime", out.lifetime, DurationIn(seconds(4), seconds(262140)));
    section.optional("initial_bindack_timeout", out.initial_bindack_timeout, kTimeout);
    section.optional("max_bindack_timeout", out.max_bindack_timeout, kTimeout);
    section.optional("timestamp_window",
                     out.timestamp_window,
                     DurationIn(milliseconds(1), milliseconds(3'600'000)));
    // RFC 5847 section 5.
    section.optional(
        "heartbeat_interval", out.heartbeat_interval, [](const Value& interval) -> Read<seconds> {
            const auto read = DurationIn(seconds(30), seconds(3600))(interval);
            if (read || DurationIn(seconds(0), seconds(0))(interval))
                return read.value_or(seconds(0));
            return std::unexpected(read.error() + ", or \"0s\" for no heartbeats");
        });
    section.optional(
        "missing_heartbeats_allowed", out.missing_heartbeats_allowed, NumberIn<unsigned>(1, 100));
    section.optional("pbu_rate", out.pbu_rate, NumberIn<std::uint32_t>(1, 1'000'000));
    section.optional("pbu_burst", out.pbu_burst, NumberIn<std::uint32_t>(1, 1'000'000));
    section.optional("strict_update_rate", out.strict_update_rate, flag);
    section.finish();
    const Timing initial{"initial_bindack_timeout", out.initial_bindack_timeout};
    demand_least(
        section, {"max_bindack_timeout", out.max_bindack_timeout}, initial, initial.key, errors);
    // The S-MAAR would ask again before a relay has answered.
    if (out.mode == DomainMode::Relay) {
        const Timing aggregation{"aggregation_timeout", out.aggregation_timeout};
        demand_least(section, initial, aggregation, aggregation.key, errors);
    }
    // A renewal starts at the latest when a quarter is left; one repetition must fit in.
    demand_least(section,
                 {"lifetime", out.lifetime},
                 {initial.key, 4 * initial.value},
                 "four times initial_bindack_timeout",
                 errors);
    return out;
}

AdvertSettings read_advert(const Value& value, std::string_view pointer, Errors& errors) {
    // A year; lifetimes on the wire end at 136 years, but nobody means that.
    constexpr DurationIn kPrefixLifetime(seconds(1), seconds(31'536'000));
    Section section(value, std::string(pointer), errors);
    AdvertSettings out;
    // RFC 4861 section 6.2.1.
    section.optional("router_lifetime", out.router_lifetime, DurationIn(seconds(1), seconds(9000)));
    section.optional("interval", out.interval, DurationIn(seconds(4), seconds(1800)));
    section.optional("valid_lifetime", out.valid_lifetime, kPrefixLifetime);
    section.optional("preferred_lifetime", out.preferred_lifetime, kPrefixLifetime);
    std::uint32_t mtu = 0;
    const auto read_mtu = [](const Value& given) -> Read<std::uint32_t> {
        const auto* number = std::get_if<Number>(&given.data);
        if (number != nullptr && number->integer == 0) return 0U;
        const auto read = NumberIn<std::uint32_t>(1280, 9000)(given);
        if (!read) return std::unexpected(read.error() + ", or 0 for no MTU option");
        return *read;
    };
    if (section.optional("mtu", mtu, read_mtu)) out.mtu = mtu;
    section.optional("keep_local_preferred", out.keep_local_preferred, flag);
    section.finish();
    // What is not renewed in time is lost or deprecated between two advertisements.
    const Timing interval{"interval", out.interval};
    const Timing preferred{"preferred_lifetime", out.preferred_lifetime};
    demand_least(section, {"router_lifetime", out.router_lifetime}, interval, interval.key, errors);
    demand_least(section, preferred, interval, interval.key, errors);
    demand_least(section, {"valid_lifetime", out.valid_lifetime}, preferred, preferred.key, errors);
    return out;
}

}  // namespace dmm::config

#include "lib/core/maar_record.h"

#include <array>
#include <chrono>
#include <span>
#include <utility>

#include "lib/base/text.h"
#include "lib/core/registration.h"
#include "lib/wire/text.h"

namespace dmm::core {
namespace {

constexpr std::array<std::string_view, 3> kStates{"serving", "previous", "registering"};
// The words before the message.
constexpr std::size_t kHeadWords = 7;

MaarRecord common(const MaarSession& session) {
    return {.state = MaarRecord::State::Serving,
            .mn = session.mn,
            .prefixes = session.own.prefixes,
            .attachment = session.attachment,
            .absent = session.absent,
            .until = {},
            .serving = std::nullopt,
            .anchors = session.anchors,
            .accepted = session.accepted.timestamp,
            .next_sequence = session.next_sequence};
}

MaarRecord of_previous(const MaarSession& session, const Ip6Address& serving, SteadyTime until) {
    MaarRecord record = common(session);
    record.state = MaarRecord::State::Previous;
    record.serving = serving;
    record.until = until;
    return record;
}

// The value of "key=value".
std::optional<std::string_view> value_of(std::string_view word, std::string_view key) {
    const bool its = word.starts_with(key) && word.size() > key.size() && word[key.size()] == '=';
    if (!its) return std::nullopt;
    return word.substr(key.size() + 1);
}

template <typename T, typename Parse>
bool take(std::string_view word, std::string_view key, const Parse& parse, T& into) {
    const auto value = value_of(word, key);
    const auto parsed = value ? parse(*value) : std::nullopt;
    if (parsed) into = *parsed;
    return parsed.has_value();
}

std::optional<MaarRecord::State> parse_state(std::string_view name) {
    for (std::size_t i = 0; i < kStates.size(); ++i) {
        if (kStates.at(i) == name) return static_cast<MaarRecord::State>(i);
    }
    return std::nullopt;
}

std::optional<SteadyTime> parse_time(std::string_view text) {
    const auto count = parse_number<std::int64_t>(text, 0);
    if (!count) return std::nullopt;
    return SteadyTime{std::chrono::nanoseconds(*count)};
}

std::optional<bool> parse_flag(std::string_view text) {
    if (text == "yes") return true;
    return text == "no" ? std::optional(false) : std::nullopt;
}

// "-" where nothing is known of the node's link yet: an anchor that was restored.
std::optional<std::string> parse_link(std::string_view text) {
    return text == "-" ? std::string() : std::string(text);
}

}  // namespace

std::optional<MaarRecord> record_of(const MaarSession& session) {
    if (const auto* serving = std::get_if<Serving>(&session.state)) {
        MaarRecord record = common(session);
        record.until = serving->expires_at;
        return record;
    }
    if (const auto* previous = std::get_if<Previous>(&session.state)) {
        return of_previous(session, previous->serving, previous->forget_at);
    }
    const auto* registering = std::get_if<Registering>(&session.state);
    if (registering == nullptr) return std::nullopt;
    // Whatever comes of its PBU, the forwarding is that of a node which is here.
    MaarRecord record = common(session);
    record.state = MaarRecord::State::Registering;
    record.serving = registering->anchored_for;
    record.until = registering->served_until.value_or(SteadyTime{});
    return record;
}

std::string record_text(const MaarRecord& record) {
    const auto& at = record.attachment;
    Line line("session");
    line.add("state", kStates.at(static_cast<std::size_t>(record.state)));
    line.add("link", at.link.name.empty() ? "-" : at.link.name);
    line.add("mac", to_text(at.mac));
    line.add("from", to_text(at.link_local));
    line.add("absent", record.absent ? "yes" : "no");
    line.add("until", record.until.since_start.count());
    Registration r;
    r.mn = record.mn;
    r.prefixes = record.prefixes;
    r.timestamp = record.accepted;
    r.serving = record.serving;
    r.previous = record.anchors;
    const wire::ProxyBindingUpdate pbu{.sequence = record.next_sequence,
                                       .flags = wire::bu_flag::kDmmPbu,
                                       .lifetime = 0,
                                       .options = write_registration(r)};
    return std::move(line).str() + ' ' + wire::to_text(wire::Message(pbu));
}

std::optional<MaarRecord> parse_maar_record(std::string_view text) {
    const auto words = split_words(text);
    if (!words || words->size() <= kHeadWords) return std::nullopt;
    const std::span<const std::string> all(*words);
    MaarRecord record;
    auto& at = record.attachment;
    const bool good = all[0] == "session" && take(all[1], "state", parse_state, record.state) &&
                      take(all[2], "link", parse_link, at.link.name) &&
                      take(all[3], "mac", LinkLayerAddress::parse, at.mac) &&
                      take(all[4], "from", Ip6Address::parse, at.link_local) &&
                      take(all[5], "absent", parse_flag, record.absent) &&
                      take(all[6], "until", parse_time, record.until);
    const auto message = good ? wire::parse_message(all.subspan(kHeadWords)) : std::nullopt;
    const auto* pbu = message ? std::get_if<wire::ProxyBindingUpdate>(&*message) : nullptr;
    if (pbu == nullptr) return std::nullopt;
    const auto registration = read_registration(pbu->options);
    if (!registration || !registration->mn || registration->prefixes.empty()) return std::nullopt;
    record.mn = *registration->mn;
    record.prefixes = registration->prefixes;
    record.serving = registration->serving;
    record.anchors = registration->previous;
    record.accepted = registration->timestamp;
    record.next_sequence = pbu->sequence;
    return record;
}

}  // namespace dmm::core

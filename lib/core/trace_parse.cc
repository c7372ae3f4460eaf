// Events from their text form: what scenario files and replayed recordings are read with.
#include <array>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "lib/base/text.h"
#include "lib/core/settings_text.h"
#include "lib/core/trace.h"
#include "lib/wire/text.h"

namespace dmm::core {
namespace {

using Words = std::span<const std::string>;

// The words of one line, each key taken at most once. A key that is missing or cannot be
// read marks the line as not understood.
class Fields {
public:
    explicit Fields(Words words) : words_(words), used_(words.size(), false) {}

    // The value behind "key=", or nullopt.
    [[nodiscard]] std::optional<std::string_view> take(std::string_view key) {
        for (std::size_t i = 0; i < words_.size(); ++i) {
            const std::string_view word = words_[i];
            if (used_[i] || !word.starts_with(key) || word.size() <= key.size() ||
                word[key.size()] != '=') {
                continue;
            }
            used_[i] = true;
            return word.substr(key.size() + 1);
        }
        return std::nullopt;
    }

    [[nodiscard]] bool take_word(std::string_view wanted) {
        for (std::size_t i = 0; i < words_.size(); ++i) {
            if (used_[i] || words_[i] != wanted) continue;
            used_[i] = true;
            return true;
        }
        return false;
    }

    template <typename Parse>
    auto need(std::string_view key, Parse parse) -> typename decltype(parse(key))::value_type {
        const auto value = take(key);
        auto parsed = value ? parse(*value) : std::nullopt;
        if (parsed) return std::move(*parsed);
        good_ = false;
        return {};
    }

    [[nodiscard]] std::string need_text(std::string_view key) {
        return need(key, [](std::string_view v) { return std::optional(std::string(v)); });
    }

    template <typename T>
    [[nodiscard]] T need_number(std::string_view key) {
        return need(key, [](std::string_view v) { return parse_number<T>(v); });
    }

    // Nothing was missing and nothing is left over.
    [[nodiscard]] bool good() const {
        for (const bool used : used_) {
            if (!used) return false;
        }
        return good_;
    }

private:
    Words words_;
    std::vector<bool> used_;
    bool good_ = true;
};

AccessLink link_of(Fields& fields) {
    return {.name = fields.need_text("link")};
}

std::optional<Event> parse_rs(Words words) {
    Fields fields(words);
    const RouterSolicited e{.link = link_of(fields),
                            .mac = fields.need("mac", LinkLayerAddress::parse),
                            .source = fields.need("from", Ip6Address::parse)};
    return fields.good() ? std::optional<Event>(e) : std::nullopt;
}

std::optional<Event> parse_attach(Words words) {
    Fields fields(words);
    MnAttached e{.link = link_of(fields),
                 .mac = fields.need("mac", LinkLayerAddress::parse),
                 .mn = std::nullopt};
    if (const auto mn = fields.take("mn")) {
        e.mn = parse_mn_id(*mn);
        if (!e.mn) return std::nullopt;
    }
    return fields.good() ? std::optional<Event>(e) : std::nullopt;
}

std::optional<Event> parse_detach(Words words) {
    Fields fields(words);
    const MnDetached e{.mn = fields.need("mn", parse_mn_id),
                       .deregister = fields.take_word("deregister")};
    return fields.good() ? std::optional<Event>(e) : std::nullopt;
}

std::optional<Event> parse_heard(Words words) {
    Fields fields(words);
    const NodeHeard e{.link = link_of(fields), .mac = fields.need("mac", LinkLayerAddress::parse)};
    return fields.good() ? std::optional<Event>(e) : std::nullopt;
}

std::optional<Event> parse_used(Words words) {
    Fields fields(words);
    const PrefixUsed e{.mn = fields.need("mn", parse_mn_id),
                       .prefix = fields.need("prefix", Prefix::parse)};
    return fields.good() ? std::optional<Event>(e) : std::nullopt;
}

std::optional<Event> parse_rx(Words words) {
    if (words.size() < 3) return std::nullopt;
    Fields fields(words.first(2));
    MessageReceived e{.from = fields.need("from", Ip6Address::parse),
                      .to = fields.need("to", Ip6Address::parse),
                      .message = {}};
    auto message = wire::parse_message(words.subspan(2));
    if (!fields.good() || !message) return std::nullopt;
    e.message = std::move(*message);
    return e;
}

std::optional<wire::Fault> parse_fault(std::string_view name) {
    for (unsigned i = 0; i <= static_cast<unsigned>(wire::Fault::OptionRepeated); ++i) {
        const auto fault = static_cast<wire::Fault>(i);
        if (wire::name_of(fault) == name) return fault;
    }
    return std::nullopt;
}

std::optional<Event> parse_rejected(Words words) {
    Fields fields(words);
    const MessageRejected e{.from = fields.need("from", Ip6Address::parse),
                            .to = fields.need("to", Ip6Address::parse),
                            .error = {.fault = fields.need("fault", parse_fault),
                                      .offset = fields.need_number<std::uint16_t>("offset"),
                                      .option = fields.need_number<std::uint8_t>("option")}};
    return fields.good() ? std::optional<Event>(e) : std::nullopt;
}

std::optional<Event> parse_applied(Words words) {
    Fields fields(words);
    const ForwardingApplied e{.mn = fields.need("mn", parse_mn_id),
                              .revision = {fields.need_number<std::uint64_t>("rev")}};
    return fields.good() ? std::optional<Event>(e) : std::nullopt;
}

std::optional<Event> parse_failed(Words words) {
    Fields fields(words);
    const ForwardingFailed e{.mn = fields.need("mn", parse_mn_id),
                             .revision = {fields.need_number<std::uint64_t>("rev")},
                             .error = {.operation = fields.need_text("operation"),
                                       .code = fields.need_number<int>("code"),
                                       .text = fields.need_text("error")}};
    return fields.good() ? std::optional<Event>(e) : std::nullopt;
}

std::optional<Event> parse_started(Words words) {
    Fields fields(words);
    Started e{.restart_counter = fields.need_number<std::uint32_t>("counter")};
    if (const auto run = fields.take("run")) {
        const auto number = parse_number<std::uint32_t>(*run);
        if (!number) return std::nullopt;
        e.run = *number;
    }
    return fields.good() ? std::optional<Event>(e) : std::nullopt;
}

std::optional<Event> parse_resumed(Words words) {
    Fields fields(words);
    const SessionResumed e{.record = fields.need_text("record")};
    return fields.good() ? std::optional<Event>(e) : std::nullopt;
}

std::optional<Event> parse_remove(Words words) {
    Fields fields(words);
    const RemoveAnchor e{.mn = fields.need("mn", parse_mn_id),
                         .maar = fields.need("maar", Ip6Address::parse)};
    return fields.good() ? std::optional<Event>(e) : std::nullopt;
}

std::optional<Event> parse_end(Words words) {
    Fields fields(words);
    const EndSession e{.mn = fields.need("mn", parse_mn_id)};
    return fields.good() ? std::optional<Event>(e) : std::nullopt;
}

std::optional<Event> parse_stopping(Words words) {
    return words.empty() ? std::optional<Event>(Stopping{}) : std::nullopt;
}

std::optional<Event> parse_reconfigured(Words words) {
    auto settings = parse_settings(words);
    if (!settings) return std::nullopt;
    return Reconfigured{.settings = std::make_shared<const RoleSettings>(*std::move(settings))};
}

std::optional<Event> parse_drain(Words words) {
    return words.empty() ? std::optional<Event>(Draining{.on = true}) : std::nullopt;
}

std::optional<Event> parse_undrain(Words words) {
    return words.empty() ? std::optional<Event>(Draining{.on = false}) : std::nullopt;
}

std::optional<Event> parse_tick(Words words) {
    return words.empty() ? std::optional<Event>(Tick{}) : std::nullopt;
}

struct Verb {
    std::string_view name;
    std::optional<Event> (*parse)(Words words);
};

constexpr std::array<Verb, 18> kVerbs{{{"rs", parse_rs},
                                       {"attach", parse_attach},
                                       {"detach", parse_detach},
                                       {"heard", parse_heard},
                                       {"used", parse_used},
                                       {"rx", parse_rx},
                                       {"rejected", parse_rejected},
                                       {"applied", parse_applied},
                                       {"failed", parse_failed},
                                       {"started", parse_started},
                                       {"resumed", parse_resumed},
                                       {"remove", parse_remove},
                                       {"end", parse_end},
                                       {"stopping", parse_stopping},
                                       {"reconfigured", parse_reconfigured},
                                       {"drain", parse_drain},
                                       {"undrain", parse_undrain},
                                       {"tick", parse_tick}}};

}  // namespace

std::optional<Event> parse_event(std::string_view line) {
    const auto words = split_words(line);
    if (!words || words->empty()) return std::nullopt;
    for (const Verb& verb : kVerbs) {
        if (verb.name == words->front()) return verb.parse(Words(*words).subspan(1));
    }
    return std::nullopt;
}

}  // namespace dmm::core

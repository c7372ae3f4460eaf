// The text form of messages, read back.
#include <array>
#include <concepts>
#include <initializer_list>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "lib/base/text.h"
#include "lib/wire/decode.h"
#include "lib/wire/layout.h"
#include "lib/wire/message_table.h"
#include "lib/wire/option_text.h"
#include "lib/wire/text.h"

namespace dmm::wire {
namespace {

using Words = std::span<const std::string>;

// Letters of `names`, each at most once, then "+0xHHHH" for other bits; "-" for none.
std::optional<std::uint16_t> parse_flags(std::string_view text, std::span<const FlagName> names) {
    if (text == "-") return std::uint16_t{0};
    constexpr std::string_view kRest = "+0x";
    unsigned flags = 0;
    if (const auto plus = text.find(kRest); plus != std::string_view::npos) {
        const auto rest = parse_hex(text.substr(plus + kRest.size()));
        if (!rest || rest->size() != 2) return std::nullopt;
        flags = static_cast<unsigned>(rest->front()) << 8U | rest->back();
        text = text.substr(0, plus);
    }
    for (const char letter : text) {
        const FlagName* found = nullptr;
        for (const FlagName& name : names) {
            if (name.letter == letter) found = &name;
        }
        if (found == nullptr || (flags & found->bit) != 0) return std::nullopt;
        flags |= found->bit;
    }
    return static_cast<std::uint16_t>(flags);
}

// The words behind the verb. Fixed fields are taken by key, in any place; what is left is
// options, in their order.
class Fields {
public:
    explicit Fields(Words words) : words_(words), used_(words.size(), false) {}

    [[nodiscard]] std::optional<std::string_view> take(std::string_view key) {
        for (std::size_t i = 0; i < words_.size(); ++i) {
            const std::string_view word = words_[i];
            if (used_[i] || !word.starts_with(key) || !word.substr(key.size()).starts_with('=')) {
                continue;
            }
            used_[i] = true;
            return word.substr(key.size() + 1);
        }
        good_ = false;
        return std::nullopt;
    }

    template <typename To, typename Parse>
    void need(std::string_view key, To& out, Parse parse) {
        const auto text = take(key);
        if (!text) return;
        const auto parsed = parse(*text);
        if (parsed) {
            out = *parsed;
        } else {
            good_ = false;
        }
    }

    template <std::integral T>
    void number(std::string_view key, T& out) {
        need(key, out, [](std::string_view text) { return parse_number<T>(text); });
    }

    // Seconds that are whole units of 4 s, so that nothing is rounded behind one's back.
    void lifetime(std::uint16_t& units) {
        need("lifetime", units, [](std::string_view text) -> std::optional<std::uint16_t> {
            const auto seconds = parse_number<std::uint32_t>(text, 0, 4U * 0xffffU);
            if (!seconds || *seconds % 4 != 0) return std::nullopt;
            return static_cast<std::uint16_t>(*seconds / 4);
        });
    }

    struct Letter {
        char letter;
        bool& set;
    };

    void letters(std::initializer_list<Letter> letters) {
        std::string_view text = take("flags").value_or("-");
        if (text == "-") text = {};
        for (const Letter& l : letters) {
            l.set = text.starts_with(l.letter);
            if (l.set) text.remove_prefix(1);
        }
        if (!text.empty()) good_ = false;
    }

    [[nodiscard]] bool take_options(Options& out) {
        for (std::size_t i = 0; i < words_.size(); ++i) {
            if (!used_[i] && !parse_option(words_[i], out)) return false;
            used_[i] = true;
        }
        return true;
    }

    // Nothing is missing, nothing is left over.
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

void parse(Fields& /*in*/, BindingRefreshRequest& /*m*/) {}

void parse(Fields& in, ProxyBindingUpdate& m) {
    in.number("seq", m.sequence);
    in.need("flags", m.flags, [](auto text) { return parse_flags(text, kUpdateFlags); });
    in.lifetime(m.lifetime);
}

void parse(Fields& in, ProxyBindingAck& m) {
    in.need("status", m.status, parse_status);
    in.number("seq", m.sequence);
    in.need("flags", m.flags, [](auto text) -> std::optional<std::uint8_t> {
        const auto flags = parse_flags(text, kAckFlags);
        if (!flags || *flags > 0xff) return std::nullopt;
        return static_cast<std::uint8_t>(*flags);
    });
    in.lifetime(m.lifetime);
}

void parse(Fields& in, BindingError& m) {
    in.number("status", m.status);
    in.need("home", m.home_address, Ip6Address::parse);
}

void parse(Fields& in, Heartbeat& m) {
    in.number("seq", m.sequence);
    in.letters({{'U', m.unsolicited}, {'R', m.response}});
}

void parse_revocation(Fields& in, BindingRevocation& m) {
    in.number("seq", m.sequence);
    in.letters({{'P', m.p}, {'V', m.v}, {'G', m.g}});
}

void parse_indication(Fields& in, BindingRevocation& m) {
    m.br_type = 1;
    in.number("trigger", m.trigger_or_status);
    parse_revocation(in, m);
}

void parse_revocation_ack(Fields& in, BindingRevocation& m) {
    m.br_type = 2;
    in.number("status", m.trigger_or_status);
    parse_revocation(in, m);
}

void parse(Fields& in, BindingRevocation& m) {
    in.number("type", m.br_type);
    in.number("code", m.trigger_or_status);
    parse_revocation(in, m);
}

void parse(Fields& in, LocalizedRoutingInitiation& m) {
    in.number("seq", m.sequence);
    in.number("lifetime", m.lifetime);
}

void parse(Fields& in, LocalizedRoutingAck& m) {
    in.number("status", m.status);
    in.number("seq", m.sequence);
    in.letters({{'U', m.unsolicited}});
    in.number("lifetime", m.lifetime);
}

void parse(Fields& in, UpdateNotification& m) {
    in.number("reason", m.reason);
    in.number("seq", m.sequence);
    in.letters({{'A', m.acknowledge}, {'D', m.retransmission}});
}

void parse(Fields& in, UpdateNotificationAck& m) {
    in.number("status", m.status);
    in.number("seq", m.sequence);
}

void parse(Fields& in, OtherMessage& m) {
    in.number("type", m.mh_type);
    in.need("data", m.data, parse_hex);
}

template <typename T, void (*Parse)(Fields&, T&) = parse>
std::optional<Message> parse_as(Fields& in) {
    T message;
    Parse(in, message);
    if constexpr (requires { message.options; }) {
        if (!in.take_options(message.options)) return std::nullopt;
    }
    if (!in.good()) return std::nullopt;
    return message;
}

struct Verb {
    std::string_view name;
    std::optional<Message> (*parse)(Fields& in);
};

constexpr std::array<Verb, 13> kVerbs{{
    {"brr", parse_as<BindingRefreshRequest>},
    {"pbu", parse_as<ProxyBindingUpdate>},
    {"pba", parse_as<ProxyBindingAck>},
    {"be", parse_as<BindingError>},
    {"heartbeat", parse_as<Heartbeat>},
    {"bri", parse_as<BindingRevocation, parse_indication>},
    {"bra", parse_as<BindingRevocation, parse_revocation_ack>},
    {"revocation", parse_as<BindingRevocation>},
    {"lri", parse_as<LocalizedRoutingInitiation>},
    {"lra", parse_as<LocalizedRoutingAck>},
    {"upn", parse_as<UpdateNotification>},
    {"upa", parse_as<UpdateNotificationAck>},
    {"mh", parse_as<OtherMessage>},
}};

// Whether a peer could have sent it: the codec is the judge, so text and octets cannot
// disagree about what a message is.
bool can_be_received(const Message& message) {
    const auto bytes = lay_out(message, Packing::Tight);
    if (!bytes) return false;
    const auto decoded = decode(*bytes, {}, Checksum::AlreadyVerified);
    return decoded && decoded->message == message;
}

}  // namespace

std::optional<Message> parse_message(std::span<const std::string> words) {
    if (words.empty()) return std::nullopt;
    for (const Verb& verb : kVerbs) {
        if (verb.name != words.front()) continue;
        Fields fields(words.subspan(1));
        auto message = verb.parse(fields);
        if (!message || !can_be_received(*message)) return std::nullopt;
        return message;
    }
    return std::nullopt;
}

}  // namespace dmm::wire

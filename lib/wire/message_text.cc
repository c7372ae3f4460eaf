// The text form of messages, printed.
#include <initializer_list>
#include <span>
#include <string_view>
#include <utility>
#include <variant>

#include "lib/base/text.h"
#include "lib/wire/message_table.h"
#include "lib/wire/text.h"

namespace dmm::wire {
namespace {

// "APD"; bits that have no letter follow as "+0x000f"; "-" when nothing is set.
std::string flags_text(std::uint16_t flags, std::span<const FlagName> names) {
    std::string text;
    for (const FlagName& name : names) {
        if ((flags & name.bit) == 0) continue;
        text += name.letter;
        flags = static_cast<std::uint16_t>(flags & ~name.bit);
    }
    if (flags != 0) {
        Writer rest;
        rest.u16(flags);
        text += "+0x" + to_hex(rest.view());
    }
    return text.empty() ? "-" : text;
}

struct Letter {
    char letter;
    bool set;
};

std::string flags_text(std::initializer_list<Letter> letters) {
    std::string text;
    for (const Letter& l : letters) {
        if (l.set) text += l.letter;
    }
    return text.empty() ? "-" : text;
}

Line head(const BindingRefreshRequest& /*m*/) {
    return Line("brr");
}

Line head(const ProxyBindingUpdate& m) {
    Line line("pbu");
    line.add("seq", m.sequence);
    line.add("flags", flags_text(m.flags, kUpdateFlags));
    line.add("lifetime", lifetime_seconds(m.lifetime).count());
    return line;
}

Line head(const ProxyBindingAck& m) {
    Line line("pba");
    line.add("status", to_text(m.status)).add("seq", m.sequence);
    line.add("flags", flags_text(m.flags, kAckFlags));
    line.add("lifetime", lifetime_seconds(m.lifetime).count());
    return line;
}

Line head(const BindingError& m) {
    Line line("be");
    line.add("status", m.status).add("home", to_text(m.home_address));
    return line;
}

Line head(const Heartbeat& m) {
    Line line("heartbeat");
    line.add("seq", m.sequence);
    line.add("flags", flags_text({{'U', m.unsolicited}, {'R', m.response}}));
    return line;
}

std::string_view revocation_word(std::uint8_t br_type) {
    if (br_type == 1) return "bri";
    return br_type == 2 ? "bra" : "revocation";
}

// RFC 5846 sections 5.1 and 5.2: the second octet is a trigger or a status.
Line head(const BindingRevocation& m) {
    Line line(revocation_word(m.br_type));
    if (m.br_type == 1) {
        line.add("trigger", m.trigger_or_status);
    } else if (m.br_type == 2) {
        line.add("status", m.trigger_or_status);
    } else {
        line.add("type", m.br_type).add("code", m.trigger_or_status);
    }
    line.add("seq", m.sequence);
    line.add("flags", flags_text({{'P', m.p}, {'V', m.v}, {'G', m.g}}));
    return line;
}

Line head(const LocalizedRoutingInitiation& m) {
    Line line("lri");
    line.add("seq", m.sequence).add("lifetime", m.lifetime);
    return line;
}

Line head(const LocalizedRoutingAck& m) {
    Line line("lra");
    line.add("status", m.status).add("seq", m.sequence);
    line.add("flags", flags_text({{'U', m.unsolicited}})).add("lifetime", m.lifetime);
    return line;
}

Line head(const UpdateNotification& m) {
    Line line("upn");
    line.add("reason", m.reason).add("seq", m.sequence);
    line.add("flags", flags_text({{'A', m.acknowledge}, {'D', m.retransmission}}));
    return line;
}

Line head(const UpdateNotificationAck& m) {
    Line line("upa");
    line.add("status", m.status).add("seq", m.sequence);
    return line;
}

Line head(const OtherMessage& m) {
    Line line("mh");
    line.add("type", m.mh_type).add("data", to_hex(m.data));
    return line;
}

}  // namespace

std::string to_text(const Message& message) {
    Line line = std::visit([](const auto& m) { return head(m); }, message);
    if (const Options* options = options_of(message)) {
        for (const Option& option : *options)
            line.word(option_text(option));
    }
    return std::move(line).str();
}

}  // namespace dmm::wire

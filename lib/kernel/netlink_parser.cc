#include "lib/kernel/netlink_parser.h"

#include <algorithm>

#include <linux/netlink.h>

#include "lib/base/assert.h"

namespace dmm::kernel {
namespace {

// Steps over `length` octets and their padding; the last item of a message has none.
void step_over(ByteView& bytes, std::size_t length) {
    bytes = bytes.subspan(std::min<std::size_t>(NLMSG_ALIGN(length), bytes.size()));
}

}  // namespace

std::optional<Message> next_message(ByteView& datagram) {
    nlmsghdr header{};
    if (datagram.size() < sizeof header) return std::nullopt;
    std::memcpy(&header, datagram.data(), sizeof header);
    if (header.nlmsg_len < sizeof header || header.nlmsg_len > datagram.size()) {
        return std::nullopt;
    }
    const Message message{
        .type = header.nlmsg_type,
        .flags = header.nlmsg_flags,
        .sequence = header.nlmsg_seq,
        .payload = datagram.subspan(sizeof header, header.nlmsg_len - sizeof header)};
    step_over(datagram, header.nlmsg_len);
    return message;
}

std::optional<Attribute> next_attribute(ByteView& bytes) {
    nlattr header{};
    if (bytes.size() < sizeof header) return std::nullopt;
    std::memcpy(&header, bytes.data(), sizeof header);
    if (header.nla_len < sizeof header || header.nla_len > bytes.size()) return std::nullopt;
    const Attribute attribute{
        .type = static_cast<std::uint16_t>(header.nla_type & NLA_TYPE_MASK),
        .value = bytes.subspan(sizeof header, header.nla_len - sizeof header)};
    step_over(bytes, header.nla_len);
    return attribute;
}

std::optional<Attributes> Attributes::parse(ByteView bytes, std::span<const AttributeRule> policy) {
    DMM_ASSERT(policy.size() <= kMaxRules);
    Attributes out(policy);
    while (!bytes.empty()) {
        const auto attribute = next_attribute(bytes);
        if (!attribute) return std::nullopt;
        const auto rule = std::ranges::find(policy, attribute->type, &AttributeRule::type);
        if (rule == policy.end()) continue;
        const std::size_t size = attribute->value.size();
        if (size < rule->min || size > rule->max) return std::nullopt;
        out.found_[static_cast<std::size_t>(rule - policy.begin())] = attribute->value;
    }
    return out;
}

std::optional<ByteView> Attributes::find(std::uint16_t type) const {
    const auto rule = std::ranges::find(policy_, type, &AttributeRule::type);
    DMM_ASSERT(rule != policy_.end());
    return found_[static_cast<std::size_t>(rule - policy_.begin())];
}

std::string Attributes::text(std::uint16_t type) const {
    const auto found = find(type);
    if (!found) return {};
    return {found->begin(), std::ranges::find(*found, std::uint8_t{0})};
}

}  // namespace dmm::kernel

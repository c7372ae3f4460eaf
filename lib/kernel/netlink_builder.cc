#include "lib/kernel/netlink_builder.h"

#include <cstring>

#include <linux/netlink.h>

namespace dmm::kernel {

MessageBuilder::MessageBuilder(
    Bytes& out, std::uint16_t type, std::uint16_t flags, std::uint32_t sequence, std::size_t limit)
    : out_(out), start_(out.size()), limit_(limit) {
    put(nlmsghdr{.nlmsg_len = 0,
                 .nlmsg_type = type,
                 .nlmsg_flags = flags,
                 .nlmsg_seq = sequence,
                 .nlmsg_pid = 0});
}

void MessageBuilder::append(const void* data, std::size_t size) {
    const std::size_t padded = NLMSG_ALIGN(size);
    if (full_ || out_.size() - start_ + padded > limit_) {
        full_ = true;
        return;
    }
    const std::size_t at = out_.size();
    out_.resize(at + padded, 0);
    if (size != 0) std::memcpy(out_.data() + at, data, size);
}

void MessageBuilder::open_attribute(std::uint16_t type, std::size_t size) {
    if (size > limit_) full_ = true;
    put(nlattr{.nla_len = static_cast<std::uint16_t>(sizeof(nlattr) + size), .nla_type = type});
}

void MessageBuilder::attribute(std::uint16_t type, ByteView value) {
    open_attribute(type, value.size());
    append(value.data(), value.size());
}

void MessageBuilder::attribute_text(std::uint16_t type, std::string_view value) {
    open_attribute(type, value.size() + 1);
    Bytes text(value.begin(), value.end());
    text.push_back(0);
    append(text.data(), text.size());
}

MessageBuilder::Nest::Nest(MessageBuilder& builder, std::uint16_t type)
    : builder_(builder), start_(builder.out_.size()) {
    builder_.open_attribute(static_cast<std::uint16_t>(type | NLA_F_NESTED), 0);
}

MessageBuilder::Nest::~Nest() {
    if (builder_.full_) return;
    const auto length = static_cast<std::uint16_t>(builder_.out_.size() - start_);
    std::memcpy(builder_.out_.data() + start_, &length, sizeof length);
}

bool MessageBuilder::finish() {
    if (full_) {
        out_.resize(start_);
        return false;
    }
    const auto length = static_cast<std::uint32_t>(out_.size() - start_);
    std::memcpy(out_.data() + start_, &length, sizeof length);
    return true;
}

}  // namespace dmm::kernel

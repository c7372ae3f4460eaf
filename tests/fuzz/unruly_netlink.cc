#include "tests/fuzz/unruly_netlink.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <utility>

namespace dmm::test {
namespace {

constexpr std::array kSendErrors{ENOBUFS, EIO, EPERM};
// NLM_F_DUMP_INTR, in the low octet of nlmsg_flags.
constexpr std::size_t kFlagsAt = 6;
constexpr std::uint8_t kDumpInterrupted = 0x10;

}  // namespace

std::expected<void, int> UnrulyNetlink::send(std::span<const std::uint8_t> batch) {
    ++calls_;
    const bool refuses = !calm_ && choices_.octet() >= 0xf8;
    if (refuses) return std::unexpected(choices_.of(kSendErrors));
    return inner_.send(batch);
}

std::expected<std::span<const std::uint8_t>, int> UnrulyNetlink::receive() {
    ++calls_;
    if (again_) {
        delivered_ = *std::exchange(again_, std::nullopt);
        return delivered_;
    }
    const auto answer = inner_.receive();
    if (calm_ || !answer) return answer;
    return disturbed({answer->begin(), answer->end()});
}

std::expected<std::span<const std::uint8_t>, int> UnrulyNetlink::disturbed(Bytes answer) {
    // Most answers arrive as they are; so do all when there is nothing left to choose from.
    constexpr std::size_t kWays = 32;
    delivered_ = std::move(answer);
    switch (choices_.below(kWays)) {
        case 1:
            return std::unexpected(EAGAIN);
        case 2:
            return std::unexpected(ENOBUFS);
        case 3:
            return std::unexpected(EIO);
        case 4:
            if (delivered_.size() > kFlagsAt) delivered_[kFlagsAt] |= kDumpInterrupted;
            break;
        case 5:
            again_ = delivered_;
            break;
        case 6: {
            const ByteView octets = choices_.take(std::size_t{4} * (1 + choices_.below(32)));
            again_ = std::exchange(delivered_, Bytes(octets.begin(), octets.end()));
            break;
        }
        case 7:
            if (lies_) delivered_.resize(delivered_.size() * choices_.octet() / 256);
            break;
        case 8:
        case 9:
        case 10:
            if (lies_ && !delivered_.empty()) {
                const std::size_t at = (256U * choices_.octet() + choices_.octet());
                delivered_[at % delivered_.size()] = choices_.octet();
            }
            break;
        default:
            break;
    }
    return delivered_;
}

std::expected<std::uint32_t, int> UnrulyNetlink::index_of(const std::string& name) {
    ++calls_;
    if (!calm_ && lies_ && choices_.octet() >= 0xf8) return choices_.octet();
    return inner_.index_of(name);
}

void UnrulyNetlink::calm_down() {
    calm_ = true;
    again_.reset();
    while (inner_.receive()) {
    }
}

unsigned UnrulyNetlink::take_calls() {
    return std::exchange(calls_, 0U);
}

}  // namespace dmm::test

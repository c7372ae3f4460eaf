#include "tools/demo/datagram_end.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>

#include <sys/socket.h>

#include "lib/base/bytes.h"

namespace dmm::demo {
namespace {

// A burst must fit into the queue of a neighbour that is being resolved.
constexpr std::uint32_t kSendAtMost = 32;
constexpr std::size_t kBatch = 32;
constexpr int kBatchesAtMost = 16;

}  // namespace

void DatagramEnd::send_until(std::uint64_t due) {
    const std::uint32_t sent = out_.sent.load(std::memory_order_relaxed);
    const auto bound = static_cast<std::uint32_t>(std::min<std::uint64_t>(due, kDatagramsAtMost));
    const std::uint32_t end = std::min(bound, sent + kSendAtMost);
    for (std::uint32_t sequence = sent; sequence < end; ++sequence) {
        Writer writer;
        writer.u32(sequence);
        writer.zeros(sizeof(Datagram) - writer.size());
        // An error (no route for a moment, a full queue) is a loss, and counted as one.
        (void)::send(socket_.get(), writer.view().data(), writer.size(), 0);
        out_.sent.store(sequence + 1, std::memory_order_relaxed);
    }
}

void DatagramEnd::receive() {
    std::array<std::array<std::uint8_t, 4>, kBatch> numbers{};
    std::array<iovec, kBatch> parts{};
    std::array<mmsghdr, kBatch> messages{};
    for (std::size_t i = 0; i < kBatch; ++i) {
        parts[i] = {.iov_base = numbers[i].data(), .iov_len = numbers[i].size()};
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    for (int batch = 0; batch < kBatchesAtMost; ++batch) {
        const int got =
            ::recvmmsg(socket_.get(), messages.data(), messages.size(), MSG_DONTWAIT, nullptr);
        if (got < 0 && errno == EAGAIN) return;
        // An ICMPv6 error shows once as a failed read; what is behind it is read next.
        for (std::size_t i = 0; got > 0 && i < static_cast<std::size_t>(got); ++i) {
            Reader reader(ByteView(numbers[i]).first(messages[i].msg_len));
            const std::uint32_t sequence = reader.u32();
            if (!reader.failed()) in_.note_arrival(sequence);
        }
    }
}

}  // namespace dmm::demo

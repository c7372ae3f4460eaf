#include "lib/kernel/nft_channel.h"

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "lib/kernel/nft_ruleset.h"

namespace dmm::kernel {
namespace {

// Datagrams read for one answer before giving up: late answers to older requests.
constexpr std::size_t kStrayDatagrams = 512;
constexpr std::size_t kDumpDatagrams = 1U << 16U;
constexpr int kDumpTries = 5;
constexpr std::uint16_t kMultipart = 2;  // NLM_F_MULTI: more follows

Ack code_only(int code) {
    return {.code = code, .text = {}};
}

std::string list_text(std::string_view what) {
    return "nft list " + std::string(what);
}

}  // namespace

KernelError nft_error(std::string operation, const Ack& ack) {
    return {.operation = std::move(operation),
            .code = ack.code,
            .text = ack.text.empty() ? std::system_category().message(ack.code) : ack.text};
}

NftBatch NftChannel::begin() const {
    return {std::string(kFilterTable), next_sequence_};
}

void NftChannel::send(NftBatch batch) {
    first_ = batch.first_sequence();
    last_ = batch.last_sequence();
    next_sequence_ = batch.next_sequence();
    if (!batch.finish()) {
        send_error_ = EMSGSIZE;
        return;
    }
    const auto sent = transport_.send(batch.bytes());
    send_error_ = sent ? 0 : sent.error();
}

std::optional<Ack> NftChannel::answer() {
    if (send_error_ != 0) return code_only(send_error_);
    for (std::size_t budget = kStrayDatagrams; budget > 0; --budget) {
        const auto datagram = transport_.receive();
        if (!datagram && datagram.error() == ENOBUFS) continue;  // the rest is still there
        if (!datagram) break;
        ByteView rest = *datagram;
        while (const auto message = next_message(rest)) {
            if (message->sequence < first_ || message->sequence > last_) continue;
            const auto ack = decode_ack(*message);
            if (!ack) continue;
            if (ack->code != 0) return ack;
            if (message->sequence == last_) return std::nullopt;
        }
    }
    return code_only(ETIMEDOUT);
}

std::optional<Ack> NftChannel::query(const Bytes& request,
                                     std::uint32_t sequence,
                                     const std::function<void(const Message&)>& visit) {
    if (const auto sent = transport_.send(request); !sent) return code_only(sent.error());
    bool interrupted = false;
    for (std::size_t budget = kDumpDatagrams; budget > 0; --budget) {
        const auto datagram = transport_.receive();
        if (!datagram) {
            return code_only(datagram.error() == EAGAIN ? ETIMEDOUT : datagram.error());
        }
        ByteView rest = *datagram;
        while (const auto message = next_message(rest)) {
            if (message->sequence != sequence) continue;
            interrupted = interrupted || is_interrupted(*message);
            if (const auto ack = decode_ack(*message)) {
                if (ack->code != 0) return ack;
                return interrupted ? std::optional(code_only(EINTR)) : std::nullopt;
            }
            visit(*message);
            if ((message->flags & kMultipart) == 0) return std::nullopt;
        }
    }
    return code_only(EOVERFLOW);
}

std::expected<std::optional<NftTableRecord>, KernelError> NftChannel::table() {
    const std::uint32_t sequence = next_sequence_++;
    std::optional<NftTableRecord> found;
    const auto failure =
        query(encode_table_query(kFilterTable, sequence), sequence, [&](const Message& message) {
            found = decode_table(message.payload);
        });
    if (!failure || failure->code == ENOENT) return found;
    return std::unexpected(
        nft_error(list_text("table ip6 ") + std::string(kFilterTable), *failure));
}

std::optional<KernelError> NftChannel::dump(std::string_view set,
                                            const std::function<void()>& restart,
                                            const Visitor& visit) {
    std::optional<Ack> failure;
    for (int tries = 0; tries < kDumpTries; ++tries) {
        restart();
        const std::uint32_t sequence = next_sequence_++;
        failure = query(encode_element_dump(kFilterTable, set, sequence),
                        sequence,
                        [&](const Message& message) { decode_elements(message.payload, visit); });
        if (!failure) return std::nullopt;
        if (failure->code != EINTR && failure->code != ENOBUFS) break;
    }
    return nft_error(list_text("set ip6 ") + std::string(kFilterTable) + ' ' + std::string(set),
                     *failure);
}

}  // namespace dmm::kernel

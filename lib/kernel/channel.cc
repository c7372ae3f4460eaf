#include "lib/kernel/channel.h"

#include <cerrno>
#include <system_error>
#include <utility>

namespace dmm::kernel {
namespace {

// A batch stays below the socket's send buffer, its acknowledgements (up to 1 kB of buffer
// each, when they carry a text) below the receive buffer.
constexpr std::size_t kBatchOctets = std::size_t{32} * 1024;
constexpr std::size_t kBatchOperations = 256;
// Datagrams read beyond one per answer before giving up: late answers to older requests.
constexpr std::size_t kStrayDatagrams = 512;
constexpr std::size_t kDumpDatagrams = 1U << 16U;
constexpr int kDumpTries = 5;

std::string text_of(int code) {
    return std::system_category().message(code);
}

KernelError error_of(std::string operation, const Ack& ack) {
    return {.operation = std::move(operation),
            .code = ack.code,
            .text = ack.text.empty() ? text_of(ack.code) : ack.text};
}

std::string missing(const std::string& interface) {
    return "no interface \"" + interface + '"';
}

KernelError error_of(const Operation& operation, const EncodeError& error) {
    switch (error.fault) {
        case EncodeError::Fault::NoInterface:
            return {
                .operation = to_text(operation), .code = ENODEV, .text = missing(error.interface)};
        case EncodeError::Fault::NoRoom:
            return error_of(to_text(operation), Ack{.code = EMSGSIZE, .text = {}});
        case EncodeError::Fault::NotSupported:
            break;
    }
    return error_of(to_text(operation), Ack{.code = EOPNOTSUPP, .text = {}});
}

// What the acknowledgement at the end of an answer says went wrong.
std::optional<Ack> failure_in(Ack ack, bool interrupted) {
    if (ack.code != 0) return ack;
    if (interrupted) return Ack{.code = EINTR, .text = {}};
    return std::nullopt;
}

constexpr std::uint16_t kMultipart = 2;  // NLM_F_MULTI: more follows

}  // namespace

// Operations on the way: the i-th has sequence number `first` + i.
struct Channel::Batch {
    const std::vector<Operation>& operations;
    std::uint32_t first = 0;
    Bytes bytes;
    std::vector<std::size_t> positions;  // in `operations`
    std::vector<bool> answered;
};

Channel::Results Channel::perform(const std::vector<Operation>& operations,
                                  const InterfaceIndices& indices) {
    Results results(operations.size());
    Batch batch{.operations = operations,
                .first = next_sequence_,
                .bytes = {},
                .positions = {},
                .answered = {}};
    for (std::size_t i = 0; i < operations.size(); ++i) {
        const auto encoded = encode(batch.bytes, operations[i], next_sequence_, indices);
        if (!encoded) {
            results[i] = error_of(operations[i], encoded.error());
            continue;
        }
        ++next_sequence_;
        batch.positions.push_back(i);
        transport_.about_to_send(operations[i]);
        if (batch.bytes.size() >= kBatchOctets || batch.positions.size() >= kBatchOperations) {
            send_batch(batch, results);
        }
    }
    send_batch(batch, results);
    return results;
}

std::optional<KernelError> Channel::perform_one(const Operation& operation,
                                                const InterfaceIndices& indices) {
    return perform({operation}, indices).front();
}

void Channel::send_batch(Batch& batch, Results& results) {
    if (batch.positions.empty()) return;
    ++batches_;
    batch.answered.assign(batch.positions.size(), false);
    const auto sent = transport_.send(batch.bytes);
    if (sent) collect(batch, results);
    const int code = sent ? ETIMEDOUT : sent.error();
    for (std::size_t i = 0; i < batch.positions.size(); ++i) {
        if (batch.answered[i]) continue;
        const std::size_t at = batch.positions[i];
        results[at] = error_of(to_text(batch.operations[at]), Ack{.code = code, .text = {}});
    }
    batch.bytes.clear();
    batch.positions.clear();
    batch.first = next_sequence_;
}

void Channel::collect(Batch& batch, Results& results) {
    std::size_t waiting = batch.positions.size();
    for (std::size_t budget = waiting + kStrayDatagrams; waiting > 0 && budget > 0; --budget) {
        const auto datagram = transport_.receive();
        if (!datagram && datagram.error() == ENOBUFS) continue;  // the rest is still there
        if (!datagram) return;
        ByteView rest = *datagram;
        while (const auto message = next_message(rest)) {
            const std::size_t i = message->sequence - batch.first;
            if (i >= batch.positions.size() || batch.answered[i]) continue;
            const auto ack = decode_ack(*message);
            if (!ack) continue;
            batch.answered[i] = true;
            --waiting;
            if (ack->code == 0) continue;
            const std::size_t at = batch.positions[i];
            results[at] = error_of(to_text(batch.operations[at]), *ack);
        }
    }
}

std::optional<Ack> Channel::query(std::uint32_t sequence,
                                  const Bytes& request,
                                  const Visitor& visit) {
    if (const auto sent = transport_.send(request); !sent) {
        return Ack{.code = sent.error(), .text = {}};
    }
    bool interrupted = false;
    for (std::size_t budget = kDumpDatagrams; budget > 0; --budget) {
        const auto datagram = transport_.receive();
        if (!datagram) {
            const bool silent = datagram.error() == EAGAIN;
            return Ack{.code = silent ? ETIMEDOUT : datagram.error(), .text = {}};
        }
        ByteView rest = *datagram;
        while (const auto message = next_message(rest)) {
            if (message->sequence != sequence) continue;
            interrupted = interrupted || is_interrupted(*message);
            if (auto ack = decode_ack(*message)) return failure_in(*std::move(ack), interrupted);
            visit(*message);
            if ((message->flags & kMultipart) == 0) return std::nullopt;
        }
    }
    return Ack{.code = EOVERFLOW, .text = {}};
}

template <typename Record, typename Encode, typename Decode>
std::expected<std::vector<Record>, KernelError> Channel::dump(const char* text,
                                                              const Encode& encode,
                                                              const Decode& decode) {
    std::vector<Record> records;
    std::optional<Ack> failure;
    for (int tries = 0; tries < kDumpTries; ++tries) {
        records.clear();
        const std::uint32_t sequence = next_sequence_++;
        failure = query(sequence, encode(sequence), [&](const Message& message) {
            if (auto record = decode(message.payload)) records.push_back(std::move(*record));
        });
        if (!failure) return records;
        if (failure->code != EINTR && failure->code != ENOBUFS) break;
    }
    return std::unexpected(error_of(text, *failure));
}

std::expected<LinkRecord, KernelError> Channel::link(const std::string& name) {
    const std::uint32_t sequence = next_sequence_++;
    std::optional<LinkRecord> found;
    const auto failure =
        query(sequence, encode_link_query(name, sequence), [&](const Message& message) {
            found = decode_link(message.payload);
        });
    const std::string operation = "ip link show dev " + name;
    if (failure && failure->code != ENODEV) {
        return std::unexpected(error_of(operation, *failure));
    }
    if (!found) {
        return std::unexpected(
            KernelError{.operation = operation, .code = ENODEV, .text = missing(name)});
    }
    return *std::move(found);
}

std::expected<std::vector<LinkRecord>, KernelError> Channel::links() {
    return dump<LinkRecord>("ip link show", encode_link_dump, decode_link);
}

std::expected<std::vector<AddressRecord>, KernelError> Channel::addresses() {
    return dump<AddressRecord>("ip -6 addr show", encode_address_dump, decode_address);
}

std::expected<std::vector<NeighbourRecord>, KernelError> Channel::neighbours() {
    return dump<NeighbourRecord>("ip -6 neigh show", encode_neighbour_dump, decode_neighbour);
}

std::expected<NeighbourRecord, KernelError> Channel::neighbour(std::uint32_t interface,
                                                               const Ip6Address& ip) {
    const std::uint32_t sequence = next_sequence_++;
    std::optional<NeighbourRecord> found;
    const auto failure = query(
        sequence, encode_neighbour_query(interface, ip, sequence), [&](const Message& message) {
            found = decode_neighbour(message.payload);
        });
    const std::string operation = "ip -6 neigh get " + to_text(ip);
    if (failure) return std::unexpected(error_of(operation, *failure));
    if (!found) return std::unexpected(error_of(operation, Ack{.code = ENOENT, .text = {}}));
    return *std::move(found);
}

std::expected<std::vector<RuleRecord>, KernelError> Channel::rules() {
    return dump<RuleRecord>("ip -6 rule show", encode_rule_dump, decode_rule);
}

std::expected<std::vector<RouteRecord>, KernelError> Channel::routes(std::uint32_t table,
                                                                     std::uint8_t protocol) {
    auto found = dump<RouteRecord>(
        "ip -6 route show table all",
        [&](std::uint32_t sequence) { return encode_route_dump(table, protocol, sequence); },
        decode_route);
    // The kernel says so of a table that never held a route.
    if (!found && found.error().code == ENOENT) return std::vector<RouteRecord>{};
    return found;
}

std::expected<RouteRecord, KernelError> Channel::route_to(const Ip6Address& to) {
    const std::uint32_t sequence = next_sequence_++;
    std::optional<RouteRecord> found;
    const auto failure =
        query(sequence, encode_route_query(to, sequence), [&](const Message& message) {
            found = decode_route(message.payload);
        });
    const std::string operation = "ip -6 route get " + to_text(to);
    if (failure) return std::unexpected(error_of(operation, *failure));
    if (!found) return std::unexpected(error_of(operation, Ack{.code = EPROTO, .text = {}}));
    return *std::move(found);
}

}  // namespace dmm::kernel

// Requests and their answers over a Transport: sequence numbers, batches, dumps. Every
// operation gets an answer, if need be a synthetic ETIMEDOUT.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lib/kernel/netlink_codec.h"
#include "lib/kernel/operation.h"
#include "lib/kernel/transport.h"
#include "lib/model/kernel_error.h"

namespace dmm::kernel {

class Channel {
public:
    // `transport` must outlive the channel.
    explicit Channel(Transport& transport) : transport_(transport) {}

    using Results = std::vector<std::optional<KernelError>>;

    // Sends all operations, in as few batches as the socket's buffers allow, and reads all
    // answers. Element i is the answer to operation i: absent when it was carried out.
    [[nodiscard]] Results perform(const std::vector<Operation>& operations,
                                  const InterfaceIndices& indices);
    [[nodiscard]] std::optional<KernelError> perform_one(const Operation& operation,
                                                         const InterfaceIndices& indices);

    // See Transport::index_of().
    [[nodiscard]] std::expected<std::uint32_t, int> index_of(const std::string& name) {
        return transport_.index_of(name);
    }

    [[nodiscard]] std::expected<LinkRecord, KernelError> link(const std::string& name);
    [[nodiscard]] std::expected<std::vector<LinkRecord>, KernelError> links();
    [[nodiscard]] std::expected<std::vector<AddressRecord>, KernelError> addresses();
    [[nodiscard]] std::expected<std::vector<NeighbourRecord>, KernelError> neighbours();
    // The entry for one neighbour. The error is the kernel's refusal, ENOENT where there is none.
    [[nodiscard]] std::expected<NeighbourRecord, KernelError> neighbour(std::uint32_t interface,
                                                                        const Ip6Address& ip);
    [[nodiscard]] std::expected<std::vector<RuleRecord>, KernelError> rules();
    // IPv6 routes of one table and protocol; 0 stands for all. An absent table is empty.
    [[nodiscard]] std::expected<std::vector<RouteRecord>, KernelError> routes(
        std::uint32_t table, std::uint8_t protocol);
    // The route that a packet to `to` takes. The error is the kernel's refusal, ENETUNREACH
    // where there is none.
    [[nodiscard]] std::expected<RouteRecord, KernelError> route_to(const Ip6Address& to);

    [[nodiscard]] std::uint64_t batches() const { return batches_; }

private:
    struct Batch;

    void send_batch(Batch& batch, Results& results);
    void collect(Batch& batch, Results& results);

    using Visitor = std::function<void(const Message&)>;
    // One query: hands every part of the answer to `visit`; nullopt when all has come.
    [[nodiscard]] std::optional<Ack> query(std::uint32_t sequence,
                                           const Bytes& request,
                                           const Visitor& visit);
    template <typename Record, typename Encode, typename Decode>
    [[nodiscard]] std::expected<std::vector<Record>, KernelError> dump(const char* text,
                                                                       const Encode& encode,
                                                                       const Decode& decode);

    Transport& transport_;
    std::uint32_t next_sequence_ = 1;
    std::uint64_t batches_ = 0;
};

}  // namespace dmm::kernel

// Transactions and dumps of our nf_tables table over a Transport. Every transaction gets an
// answer, if need be a synthetic ETIMEDOUT. It is sent and answered in two steps, so that other
// work of the kernel's can be asked for in between.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string_view>

#include "lib/kernel/netlink_codec.h"
#include "lib/kernel/nft_codec.h"
#include "lib/kernel/transport.h"
#include "lib/model/kernel_error.h"

namespace dmm::kernel {

class NftChannel {
public:
    // `transport` must outlive the channel.
    explicit NftChannel(Transport& transport) : transport_(transport) {}

    [[nodiscard]] NftBatch begin() const;
    void send(NftBatch batch);
    // Of what was sent last; nullopt when it was carried out.
    [[nodiscard]] std::optional<Ack> answer();

    // Our table as it is there now; nullopt if there is none.
    [[nodiscard]] std::expected<std::optional<NftTableRecord>, KernelError> table();

    using Visitor = std::function<void(const NftElement&)>;
    // All elements of a set. A dump that something has changed meanwhile is begun anew, after
    // `restart`.
    [[nodiscard]] std::optional<KernelError> dump(std::string_view set,
                                                  const std::function<void()>& restart,
                                                  const Visitor& visit);

private:
    [[nodiscard]] std::optional<Ack> query(const Bytes& request,
                                           std::uint32_t sequence,
                                           const std::function<void(const Message&)>& visit);

    Transport& transport_;
    std::uint32_t next_sequence_ = 1;
    std::uint32_t first_ = 0;
    std::uint32_t last_ = 0;
    int send_error_ = 0;
};

// `ack` without a text in the words for its code.
[[nodiscard]] KernelError nft_error(std::string operation, const Ack& ack);

}  // namespace dmm::kernel

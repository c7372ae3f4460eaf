// A Transport that decodes requests and keeps state as the kernel does: it refuses what the
// kernel refuses, with the same errno, and what it is told to refuse. The contract suite
// (contract.h) holds it to what real kernels do.
#pragma once

#include <cstdint>
#include <deque>
#include <expected>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "lib/base/bytes.h"
#include "lib/kernel/netlink_codec.h"
#include "lib/kernel/notification.h"
#include "lib/kernel/transport.h"

namespace dmm::kernel {

class FakeNetlink final : public Transport {
public:
    FakeNetlink();

    [[nodiscard]] std::expected<void, int> send(std::span<const std::uint8_t> batch) override;
    [[nodiscard]] std::expected<std::span<const std::uint8_t>, int> receive() override;
    [[nodiscard]] std::expected<std::uint32_t, int> index_of(const std::string& name) override;

    // What this kernel was built with.
    bool has_tunnels = true;
    bool has_subtrees = true;
    bool has_seg6 = true;
    bool forgets_sources = false;  // with subtrees, but routes lose theirs

    // The next requests of this RTM_* type, after `skip` others of it, are refused.
    void refuse(std::uint16_t type, int code, std::string text, std::size_t skip = 0);

    // The next request of this type is carried out, and its answer is lost.
    void stay_silent(std::uint16_t type) { silent_type_ = type; }

    // The next answer, of whatever kind, is replaced by an overrun.
    void overrun() { overrun_ = true; }

    // The next dump says that it was interrupted.
    void interrupt_dump() { interrupt_ = true; }

    // What has changed since the last call, by whomever, as notifications.
    [[nodiscard]] Heard hear();

    // All orders to misbehave are forgotten.
    void obey();

    [[nodiscard]] std::size_t batches() const { return batches_; }

    [[nodiscard]] std::size_t requests() const { return requests_; }

private:
    struct Refusal {
        std::uint16_t type;
        int code;
        std::string text;
        std::size_t skip;
    };

    void handle(const Message& request);
    [[nodiscard]] Ack carry_out(const Message& request);
    void answer(const Message& request, const Ack& ack);

    [[nodiscard]] Ack new_link(const Message& request);
    [[nodiscard]] Ack create_link(const Message& request, LinkRecord link);
    [[nodiscard]] Ack change_link(const Message& request, LinkRecord& link);
    [[nodiscard]] Ack raise_link(LinkRecord& link);
    void lower_link(LinkRecord& link);
    [[nodiscard]] Ack delete_link(const Message& request);
    void erase_link(std::uint32_t index);
    [[nodiscard]] Ack get_link(const Message& request);
    [[nodiscard]] Ack change_address(const Message& request);
    [[nodiscard]] Ack change_neighbour(const Message& request);
    [[nodiscard]] Ack get_neighbour(const Message& request);
    [[nodiscard]] Ack new_route(const Message& request);
    [[nodiscard]] Ack delete_route(const Message& request);
    [[nodiscard]] Ack get_route(const Message& request);
    [[nodiscard]] Ack change_rule(const Message& request);
    void dump(const Message& request);

    [[nodiscard]] Bytes* queue() { return &answers_.emplace_back(); }

    LinkRecord* find_link(std::uint32_t index);
    LinkRecord* find_link(const std::string& name);

    std::map<std::uint32_t, LinkRecord> links_;
    std::vector<AddressRecord> addresses_;
    std::vector<NeighbourRecord> neighbours_;
    std::vector<RouteRecord> routes_;
    std::vector<RuleRecord> rules_;
    std::uint32_t next_index_ = 2;

    // As hear() last told it.
    struct Told {
        std::map<std::uint32_t, LinkRecord> links;
        std::vector<AddressRecord> addresses;
        std::vector<NeighbourRecord> neighbours;
        std::vector<RouteRecord> routes;
        std::vector<RuleRecord> rules;
    };

    Told told_;

    std::vector<Refusal> refusals_;
    std::uint16_t silent_type_ = 0;
    bool overrun_ = false;
    bool interrupt_ = false;
    std::size_t batches_ = 0;
    std::size_t requests_ = 0;
    std::deque<Bytes> answers_;
    Bytes delivered_;
};

}  // namespace dmm::kernel

#include "lib/kernel/dry_run.h"

#include <cerrno>
#include <ostream>
#include <utility>

#include <linux/rtnetlink.h>

#include "lib/kernel/netlink_builder.h"
#include "lib/kernel/netlink_parser.h"

namespace dmm::kernel {
namespace {

// rtnetlink numbers the requests of a kind NEW, DEL, GET, SET.
bool is_query(std::uint16_t type) {
    return type % 4 == RTM_GETLINK % 4;
}

void put_ack(Bytes& out, const Message& request) {
    MessageBuilder answer(out, NLMSG_ERROR, NLM_F_CAPPED, request.sequence);
    answer.put(nlmsgerr{});
    (void)answer.finish();  // always fits
}

void put_done(Bytes& out, const Message& request) {
    MessageBuilder answer(out, NLMSG_DONE, NLM_F_MULTI, request.sequence);
    answer.put(0);
    (void)answer.finish();  // always fits
}

}  // namespace

std::expected<void, int> DryRunTransport::send(std::span<const std::uint8_t> batch) {
    while (const auto request = next_message(batch)) {
        if (!is_query(request->type)) {
            put_ack(answers_, *request);
        } else {
            put_done(answers_, *request);
        }
    }
    return {};
}

std::expected<std::span<const std::uint8_t>, int> DryRunTransport::receive() {
    if (answers_.empty()) return std::unexpected(EAGAIN);
    delivered_ = std::exchange(answers_, {});
    return delivered_;
}

std::expected<std::uint32_t, int> DryRunTransport::index_of(const std::string& /*name*/) {
    return next_index_++;
}

void DryRunTransport::about_to_send(const Operation& operation) {
    out_ << to_text(operation) << '\n';
}

}  // namespace dmm::kernel

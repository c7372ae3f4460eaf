#include "lib/kernel/dry_run.h"

#include <cerrno>
#include <functional>
#include <ostream>
#include <string>
#include <utility>

#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/rtnetlink.h>

#include "lib/kernel/netlink_builder.h"
#include "lib/kernel/netlink_parser.h"

namespace dmm::kernel {
namespace {

// Changes ask for an acknowledgement, in a transaction of nf_tables the last one alone. rtnetlink
// numbers the requests of a kind NEW, DEL, GET, SET.
bool is_query(const Message& request) {
    if (request.type >> 8U == NFNL_SUBSYS_NFTABLES) {
        const int kind = request.type & 0xff;
        return kind == NFT_MSG_GETTABLE || kind == NFT_MSG_GETSETELEM;
    }
    return request.type % 4 == RTM_GETLINK % 4;
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
        if (is_query(*request)) {
            put_done(answers_, *request);
        } else if ((request->flags & NLM_F_ACK) != 0) {
            put_ack(answers_, *request);
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

void DryRunTransport::about_to_say(const std::function<std::string()>& lines) {
    out_ << lines();
}

}  // namespace dmm::kernel

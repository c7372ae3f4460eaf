// Netlink: octets as the kernel's answers. Alone, through every decoder; and behind a transport,
// where a channel must come to an end with a result for everything that it was asked.
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "lib/base/assert.h"
#include "lib/kernel/channel.h"
#include "lib/kernel/netlink_codec.h"
#include "lib/kernel/notification.h"
#include "lib/kernel/source_filter.h"
#include "tests/fuzz/choices.h"

namespace {

using namespace dmm;
using namespace dmm::kernel;

void check_payload(ByteView payload) {
    if (const auto link = decode_link(payload)) {
        DMM_ASSERT(link->name.find('\0') == std::string::npos);
        DMM_ASSERT(link->alias.find('\0') == std::string::npos);
    }
    if (const auto address = decode_address(payload)) DMM_ASSERT(address->prefix_length <= 128);
    (void)decode_neighbour(payload);
    (void)decode_route(payload);
    (void)decode_rule(payload);
    if (const auto table = decode_table(payload)) {
        DMM_ASSERT(table->comment.size() <= 256 && table->comment.find('\0') == std::string::npos);
    }
    decode_elements(payload, [](const NftElement& element) {
        DMM_ASSERT(!element.key.empty() && element.key.size() <= 64);
    });
}

void check_datagram(ByteView datagram) {
    for (std::size_t left = datagram.size(); const auto message = next_message(datagram);) {
        DMM_ASSERT(datagram.size() < left);
        left = datagram.size();
        check_payload(message->payload);
        (void)decode_notification(*message);
        (void)is_interrupted(*message);
        const auto ack = decode_ack(*message);
        if (ack) DMM_ASSERT(ack->code >= 0 && ack->text.size() <= 256);
    }
}

// Answers with the input, cut into datagrams: a length octet, in units of four octets, or one of
// the errors that a socket knows; then silence.
class Script : public Transport {
public:
    // When `adapted`, each datagram answers the newest request: a number that only happens to
    // fit is rare.
    Script(ByteView input, bool adapted) : input_(input), adapted_(adapted) {}

    std::expected<void, int> send(std::span<const std::uint8_t> batch) override {
        std::memcpy(&sequence_, batch.data() + kSequenceAt, sizeof sequence_);
        return {};
    }

    std::expected<std::span<const std::uint8_t>, int> receive() override {
        if (input_.left() == 0) return std::unexpected(EAGAIN);
        const std::uint8_t length = input_.u8();
        if (length == 0xff) return std::unexpected(ENOBUFS);
        if (length == 0xfe) return std::unexpected(EIO);
        const ByteView octets = input_.take(std::min(input_.left(), std::size_t{4} * length));
        datagram_.assign(octets.begin(), octets.end());
        if (adapted_) adapt();
        return datagram_;
    }

    std::expected<std::uint32_t, int> index_of(const std::string& /*name*/) override {
        if (input_.left() == 0) return std::unexpected(ENODEV);
        return input_.u8();
    }

private:
    static constexpr std::size_t kSequenceAt = 8;

    // Counts on within the datagram, as the answers to a batch do.
    void adapt() {
        ByteView rest(datagram_);
        std::uint32_t sequence = sequence_;
        while (rest.size() >= kSequenceAt + sizeof sequence) {
            const std::size_t at = datagram_.size() - rest.size();
            std::memcpy(datagram_.data() + at + kSequenceAt, &sequence, sizeof sequence);
            if (!next_message(rest)) return;
            if (input_.left() % 2 == 0) ++sequence;
        }
    }

    Reader input_;
    bool adapted_;
    std::uint32_t sequence_ = 0;
    Bytes datagram_;
};

void check_channel(ByteView input, bool adapted) {
    Script script(input, adapted);
    Channel channel(script);
    const std::vector<Operation> operations(3, SweepGroup{});
    const auto results = channel.perform(operations, {});
    DMM_ASSERT(results.size() == operations.size());
    for (const auto& result : results)
        if (result) DMM_ASSERT(result->code != 0 && !result->operation.empty());
    const auto link = channel.link("lan0");
    if (!link) DMM_ASSERT(link.error().code != 0);
    const auto links = channel.links();
    if (!links) DMM_ASSERT(links.error().code != 0);
    (void)channel.rules();
    (void)channel.routes(8885, 0);
    (void)channel.index_of("lan0");
}

void check_filter(ByteView input, bool adapted) {
    Script script(input, adapted);
    SourceFilter filter({"lan0"}, script);
    (void)filter.start();
    const Dlif dlif{.over = {"lan0"}, .mn = {}, .identity = {}};
    const MnId mn = MnId::nai("a@b");
    filter.want(mn, {.dlifs = {dlif}, .down = {{.to = Prefix({}, 64), .via = dlif}}, .up = {}});
    filter.send();
    (void)filter.receive(SteadyTime{});
    filter.want(mn, {});
    filter.send();
    (void)filter.receive(SteadyTime{});
    filter.on_deadline(SteadyTime{std::chrono::seconds(100)});
    (void)filter.read();
    (void)filter.stop();
}

// The same octets as what rtnetlink and what nf_tables say.
void converse(ByteView octets, bool adapted) {
    check_channel(octets, adapted);
    check_filter(octets, adapted);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    test::by_first_octet<4>({data, size},
                            {check_payload,
                             check_datagram,
                             [](ByteView octets) { converse(octets, /*adapted=*/false); },
                             [](ByteView octets) { converse(octets, /*adapted=*/true); }});
    return 0;
}

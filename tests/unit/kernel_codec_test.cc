#include <cerrno>
#include <string>
#include <vector>

#include "lib/base/rng.h"
#include "lib/base/text.h"
#include "lib/kernel/netlink_builder.h"
#include "lib/kernel/netlink_codec.h"
#include "tests/kernel/contract.h"
#include "tests/kernel/record_writer.h"
#include "tests/support/catch.h"

namespace dmm::kernel {
namespace {

const InterfaceIndices kIndices{{"lan0", 3}, {"core0", 4}, {"d", 1'000'000}, {"t", 1'000'001}};
const LinkLayerAddress kMac({0x02, 0, 0, 0, 0x01, 0x01});

std::string hex_of(const Operation& operation) {
    Bytes out;
    if (!encode(out, operation, 0x11223344, kIndices)) return "no encoding";
    return to_hex(out);
}

LinkRecord dlif_record() {
    LinkRecord link;
    link.index = 7;
    link.up = true;
    link.name = "dlif5a00000101";
    link.alias = "dmmd";
    link.kind = "macvlan";
    link.group = 5;
    link.mtu = 1500;
    link.lower = 3;
    link.mac = kMac;
    link.address_generation = 1;
    link.mode = 1;
    return link;
}

LinkRecord tunnel_record() {
    LinkRecord link;
    link.index = 8;
    link.name = "dmmt01020304";
    link.kind = "ip6tnl";
    link.mtu = 1460;
    link.lower = 4;
    link.local = kLocal;
    link.remote = kPeer;
    link.tunnel_flags = 0x13;
    link.hop_limit = 64;
    link.protocol = 41;
    return link;
}

template <typename Record>
Bytes message_of(void (*write)(MessageBuilder&, const Record&), const Record& record) {
    Bytes out;
    MessageBuilder message(out, RTM_NEWLINK, 0, 1);
    write(message, record);
    REQUIRE(message.finish());
    return out;
}

// Every decoder on the same octets: none may read outside them (seen by the sanitizers).
void decode_all(ByteView datagram) {
    while (const auto message = next_message(datagram)) {
        (void)decode_ack(*message);
        (void)decode_link(message->payload);
        (void)decode_address(message->payload);
        (void)decode_neighbour(message->payload);
        (void)decode_route(message->payload);
        (void)decode_rule(message->payload);
    }
}

}  // namespace

// Worked out by hand from the layouts in the kernel's headers.
TEST_CASE("operations have known octets", "[kernel]") {
    const Link macvlan{.name = "d", .kind = Macvlan{.lower = "lan0", .mac = kMac}};
    CHECK(hex_of(RaiseLink{macvlan}) ==
          "20000000"
          "1300"
          "0500"
          "44332211"
          "00000000"
          "0000"
          "0000"
          "40420f00"
          "01000000"
          "01000000");
    CHECK(hex_of(SweepGroup{}) ==
          "28000000"
          "1100"
          "0500"
          "44332211"
          "00000000"
          "0000"
          "0000"
          "00000000"
          "00000000"
          "00000000"
          "08001b00"
          "4d4d4400");
    CHECK(hex_of(Add{Neighbour{.link = "d", .ip = ip("fe80::9"), .mac = kMac}}) ==
          "3c000000"
          "1c00"
          "0505"
          "44332211"
          "00000000"
          "0a000000"
          "40420f00"
          "8000"
          "00"
          "00"
          "14000100"
          "fe800000000000000000000000000009"
          "0a000200"
          "020000000101"
          "0000");
    CHECK(hex_of(Replace{
              Route{.table = 8885, .to = {}, .from = make_prefix(1, 1), .via = {}, .dev = "t"}}) ==
          "40000000"
          "1800"
          "0505"
          "44332211"
          "00000000"
          "0a"
          "00"
          "40"
          "00"
          "00"
          "89"
          "00"
          "01"
          "00000000"
          "08000f00"
          "b5220000"
          "14000200"
          "20010db8a10100010000000000000000"
          "08000400"
          "41420f00");
}

TEST_CASE("an operation on an unknown interface has no encoding", "[kernel]") {
    Bytes out{1, 2, 3};
    const auto refused =
        encode(out, Add{Address{.link = "nowhere", .address = kPeer}}, 1, kIndices);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().fault == EncodeError::Fault::NoInterface);
    CHECK(refused.error().interface == "nowhere");
    const Link link{.name = "d", .kind = Macvlan{.lower = "lan9", .mac = kMac}};
    const auto below = encode(out, Add{link}, 1, kIndices);
    REQUIRE_FALSE(below);
    CHECK(below.error().interface == "lan9");
    CHECK(encode(out, Replace{link}, 1, kIndices).error().fault ==
          EncodeError::Fault::NotSupported);
    CHECK(out == Bytes{1, 2, 3});
}

TEST_CASE("what does not fit is taken back whole", "[kernel]") {
    Bytes out{1, 2, 3};
    const Bytes large(600, 0xaa);
    {
        MessageBuilder message(out, 1, 0, 1);
        message.attribute(1, large);
        CHECK(out.size() > 600);
        const MessageBuilder::Nest nest(message, 2);
        message.attribute(3, large);
        message.attribute_value(4, std::uint32_t{5});
        CHECK_FALSE(message.finish());
    }
    CHECK(out == Bytes{1, 2, 3});

    // Whatever the limit, a message stays below it or is not there at all.
    for (std::size_t limit = 16; limit < 120; ++limit) {
        Bytes bounded;
        MessageBuilder message(bounded, 1, 0, 1, limit);
        message.attribute_text(1, "some text");
        message.attribute(2, Bytes(17, 1));
        message.attribute_value(3, std::uint8_t{1});
        const bool fits = message.finish();
        CHECK(fits == (limit >= 16 + 16 + 24 + 8));
        CHECK(bounded.size() == (fits ? 64U : 0U));
    }
}

TEST_CASE("records survive the way through the octets", "[kernel]") {
    const auto payload = [](const Bytes& message) {
        ByteView rest = message;
        const auto found = next_message(rest);
        REQUIRE(found);
        CHECK(rest.empty());
        return found->payload;
    };
    const Bytes dlif = message_of(put_link, dlif_record());
    const auto link = decode_link(payload(dlif));
    REQUIRE(link);
    CHECK(link->name == "dlif5a00000101");
    CHECK(link->alias == "dmmd");
    CHECK(link->kind == "macvlan");
    CHECK((link->index == 7 && link->up && link->group == 5 && link->lower == 3));
    CHECK((link->mac == kMac && link->mode == 1 && link->address_generation == 1));
    const Bytes tunnel = message_of(put_link, tunnel_record());
    const auto other = decode_link(payload(tunnel));
    REQUIRE(other);
    CHECK((other->local == kLocal && other->remote == kPeer && other->lower == 4));
    CHECK((other->tunnel_flags == 0x13 && other->hop_limit == 64 && other->protocol == 41));
    const Bytes rule = message_of(
        put_rule, RuleRecord{.priority = 8885, .table = 70000, .protocol = 137, .action = 1});
    CHECK(decode_rule(payload(rule))->table == 70000);
    const Bytes route = message_of(put_route,
                                   RouteRecord{.table = 8885,
                                               .to = {},
                                               .from = make_prefix(1, 1),
                                               .via = ip("fe80::1"),
                                               .interface = 9,
                                               .protocol = 137,
                                               .type = 1,
                                               .metric = 1024});
    const auto way = decode_route(payload(route));
    REQUIRE(way);
    CHECK((way->table == 8885 && way->from == make_prefix(1, 1) && way->interface == 9));
    CHECK((way->via == ip("fe80::1") && way->metric == 1024 && way->protocol == 137));
}

TEST_CASE("an attribute of a wrong size spoils its message", "[kernel]") {
    const auto link_with = [](std::uint16_t type, std::size_t size) {
        Bytes out;
        MessageBuilder message(out, RTM_NEWLINK, 0, 1);
        message.put(ifinfomsg{});
        message.attribute(type, Bytes(size, 1));
        REQUIRE(message.finish());
        ByteView rest = out;
        return decode_link(next_message(rest)->payload).has_value();
    };
    for (const std::uint16_t type : {IFLA_GROUP, IFLA_MTU, IFLA_LINK}) {
        CHECK(link_with(type, 4));
        CHECK_FALSE(link_with(type, 3));
        CHECK_FALSE(link_with(type, 5));
    }
    CHECK(link_with(IFLA_IFNAME, 1));
    CHECK_FALSE(link_with(IFLA_IFNAME, 0));
    CHECK_FALSE(link_with(IFLA_LINKINFO, 5));
    CHECK(link_with(IFLA_STATS, 5));  // not read, so of no concern
}

TEST_CASE("acknowledgements are read with the kernel's words", "[kernel]") {
    const auto ack_of = [](int code, std::uint16_t flags, const char* text, std::size_t echoed) {
        Bytes out;
        MessageBuilder message(out, NLMSG_ERROR, flags, 9);
        nlmsgerr error{};
        error.error = code;
        error.msg.nlmsg_len = static_cast<std::uint32_t>(sizeof(nlmsghdr) + echoed);
        message.put(error);
        for (std::size_t i = 0; i < echoed; i += 4)
            message.put(std::uint32_t{0xffffffff});
        if (text != nullptr) message.attribute_text(NLMSGERR_ATTR_MSG, text);
        REQUIRE(message.finish());
        ByteView rest = out;
        return decode_ack(*next_message(rest));
    };
    CHECK(ack_of(0, NLM_F_CAPPED, nullptr, 0)->code == 0);
    const auto capped = ack_of(-EEXIST, NLM_F_CAPPED | NLM_F_ACK_TLVS, "is there", 0);
    CHECK((capped->code == EEXIST && capped->text == "is there"));
    const auto echoed = ack_of(-EINVAL, NLM_F_ACK_TLVS, "no good", 20);
    CHECK((echoed->code == EINVAL && echoed->text == "no good"));
    CHECK(ack_of(-EINVAL, NLM_F_CAPPED, "unannounced", 0)->text.empty());
    CHECK(ack_of(5, NLM_F_CAPPED, nullptr, 0)->code == EPROTO);
    CHECK_FALSE(decode_ack({.type = RTM_NEWLINK, .flags = 0, .sequence = 0, .payload = {}}));
    CHECK_FALSE(decode_ack({.type = NLMSG_DONE, .flags = 0, .sequence = 0, .payload = {}}));
}

TEST_CASE("no octets lead a decoder astray", "[kernel]") {
    const std::vector<Bytes> seeds{
        message_of(put_link, dlif_record()),
        message_of(put_link, tunnel_record()),
        message_of(put_neighbour, {.interface = 1, .ip = kLocal, .mac = kMac, .state = 0x80}),
        message_of(put_address, {.interface = 1, .address = kLocal, .prefix_length = 64})};
    Rng rng(Seed{1});
    for (const Bytes& seed : seeds) {
        for (std::size_t length = 0; length <= seed.size(); ++length) {
            const Bytes cut(seed.begin(), seed.begin() + static_cast<std::ptrdiff_t>(length));
            decode_all(cut);
            // The same with a header that claims no more than there is.
            Bytes fitted = cut;
            if (fitted.size() < sizeof(nlmsghdr)) continue;
            const auto claimed = static_cast<std::uint32_t>(fitted.size());
            std::memcpy(fitted.data(), &claimed, sizeof claimed);
            decode_all(fitted);
        }
        for (int round = 0; round < 20'000; ++round) {
            Bytes mutant = seed;
            for (std::uint64_t i = rng.below(4) + 1; i > 0; --i) {
                mutant[sizeof(nlmsghdr) + rng.below(mutant.size() - sizeof(nlmsghdr))] =
                    static_cast<std::uint8_t>(rng.next());
            }
            if (rng.below(2) == 0) mutant[4] = NLMSG_ERROR;
            decode_all(mutant);
        }
    }
    SUCCEED();
}

}  // namespace dmm::kernel

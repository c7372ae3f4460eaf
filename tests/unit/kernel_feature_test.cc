#include <cerrno>
#include <string>
#include <vector>

#include "lib/kernel/feature_trial.h"
#include "lib/kernel/netlink_builder.h"
#include "lib/kernel/packet_filter.h"
#include "tests/kernel/contract.h"
#include "tests/kernel/fake_netlink.h"
#include "tests/support/catch.h"

namespace dmm::kernel {
namespace {

const DriverSettings kSettings{.local = kLocal, .core_interface = {}};

// Of nf_tables, as <linux/netfilter/nf_tables.h> numbers them.
constexpr std::uint16_t kNewRule = 0x0a06;
constexpr std::uint16_t kTable = 1;
constexpr std::uint16_t kChain = 2;
constexpr std::uint16_t kExpressions = 4;
constexpr std::uint16_t kElement = 1;
constexpr std::uint16_t kName = 1;
constexpr std::uint16_t kData = 2;
constexpr std::uint16_t kFibFlags = 3;
constexpr std::uint16_t kMatchName = 1;
constexpr std::uint8_t kInet = 1;
constexpr std::uint8_t kIp4 = 2;

struct Rule {
    std::uint8_t family = kInet;
    std::string expression = "fib";
    std::uint8_t fib_flags = 0x09;  // saddr, iif
    std::string match = {};
};

void put_rule(Bytes& out, const Rule& rule, std::uint32_t sequence) {
    MessageBuilder message(out, kNewRule, /*flags=*/2, sequence);
    message.put(std::array<std::uint8_t, 4>{rule.family, 0, 0, 0});
    message.attribute_text(kTable, "fw4");
    message.attribute_text(kChain, "prerouting");
    {
        const MessageBuilder::Nest list(message, kExpressions);
        for (const std::string& name : {std::string("meta"), rule.expression}) {
            const MessageBuilder::Nest element(message, kElement);
            message.attribute_text(kName, name);
            const MessageBuilder::Nest data(message, kData);
            if (!rule.match.empty()) message.attribute_text(kMatchName, rule.match);
            if (name == "fib") {
                message.attribute_value(kFibFlags,
                                        std::array<std::uint8_t, 4>{0, 0, 0, rule.fib_flags});
            }
        }
    }
    REQUIRE(message.finish());
}

std::optional<std::string> chain_of(const Rule& rule) {
    Bytes octets;
    put_rule(octets, rule, 1);
    ByteView rest = octets;
    return reverse_path_chain(next_message(rest).value().payload);
}

// Answers with what it was given, a datagram at a time.
class Script final : public Transport {
public:
    explicit Script(std::vector<Bytes> answers) : answers_(std::move(answers)) {}

    std::expected<void, int> send(std::span<const std::uint8_t> /*batch*/) override { return {}; }

    std::expected<std::span<const std::uint8_t>, int> receive() override {
        if (next_ == answers_.size()) return std::unexpected(EAGAIN);
        return answers_[next_++];
    }

    std::expected<std::uint32_t, int> index_of(const std::string& /*name*/) override {
        return std::unexpected(ENODEV);
    }

private:
    std::vector<Bytes> answers_;
    std::size_t next_ = 0;
};

Bytes done(int code) {
    Bytes out;
    MessageBuilder message(out, /*NLMSG_DONE*/ 3, 2, 1);
    message.put(-code);
    REQUIRE(message.finish());
    return out;
}

}  // namespace

TEST_CASE("features are tried one by one, and nothing stays", "[kernel]") {
    FakeNetlink fake;
    World world(fake);
    REQUIRE(world.add_interface("lan0") == 0);
    Channel channel(fake);
    const std::size_t links = channel.links().value().size();
    const std::size_t routes = channel.routes(0, 0).value().size();
    CHECK_FALSE(try_tunnel(channel, kSettings));
    CHECK_FALSE(try_source_route(channel, kSettings));
    CHECK_FALSE(try_macvlan(channel, "lan0"));
    CHECK(channel.links().value().size() == links);
    CHECK(channel.routes(0, 0).value().size() == routes);
}

TEST_CASE("a trial tells the kernel's refusal", "[kernel]") {
    FakeNetlink fake;
    World world(fake);
    REQUIRE(world.add_interface("lan0") == 0);
    Channel channel(fake);
    fake.has_tunnels = false;
    fake.has_subtrees = false;
    CHECK(try_tunnel(channel, kSettings).value().code == EOPNOTSUPP);
    CHECK(try_source_route(channel, kSettings).value().text.find("IPV6_SUBTREES") !=
          std::string::npos);
    CHECK_FALSE(try_macvlan(channel, "lan0"));
    CHECK(try_macvlan(channel, "lan9").value().code == ENODEV);
}

TEST_CASE("a route is asked for by its destination", "[kernel]") {
    FakeNetlink fake;
    World world(fake);
    REQUIRE(world.add_interface("core0") == 0);
    Channel channel(fake);
    CHECK(channel.route_to(kPeer).error().code == ENETUNREACH);
    CHECK(channel.route_to(kPeer).error().operation == "ip -6 route get " + to_text(kPeer));
    const auto index = channel.index_of("core0").value();
    REQUIRE(world.add_route({.table = kMainTable,
                             .to = Prefix(kPeer, 64),
                             .from = {},
                             .via = {},
                             .interface = index,
                             .protocol = 9,
                             .type = 1}) == 0);
    const auto route = channel.route_to(kPeer);
    REQUIRE(route);
    CHECK(route->interface == index);
    CHECK(route->protocol == 9);
}

TEST_CASE("rules that look at the way back to the source are found", "[kernel]") {
    CHECK(chain_of({}) == "inet fw4 prerouting");
    CHECK(chain_of({.expression = "match", .match = "rpfilter"}) == "inet fw4 prerouting");
    CHECK_FALSE(chain_of({.fib_flags = 0x02}));  // daddr: not about the way back
    CHECK_FALSE(chain_of({.family = kIp4}));
    CHECK_FALSE(chain_of({.expression = "match", .match = "conntrack"}));
    CHECK_FALSE(chain_of({.expression = "counter"}));
    CHECK_FALSE(reverse_path_chain({}));
}

TEST_CASE("a packet filter is read to its end", "[kernel]") {
    Bytes some;
    put_rule(some, {}, 1);
    put_rule(some, {.expression = "counter"}, 1);
    put_rule(some, {}, 2);  // somebody else's answer
    Script whole({some, some, done(0)});
    const auto filter = look_at_packet_filter(whole);
    REQUIRE(filter);
    CHECK(filter->rules == 4);
    CHECK(filter->reverse_path == std::vector<std::string>{"inet fw4 prerouting"});

    Script half({some});
    CHECK(look_at_packet_filter(half).error().code == EAGAIN);
    Script forbidden({done(EPERM)});
    CHECK(look_at_packet_filter(forbidden).error().code == EPERM);
    Script without({done(EOPNOTSUPP)});
    CHECK(look_at_packet_filter(without).value().rules == 0);
    Script endless(std::vector<Bytes>(6'000, some));
    CHECK(look_at_packet_filter(endless).error().code == EOVERFLOW);
}

}  // namespace dmm::kernel

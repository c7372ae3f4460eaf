#include <utility>
#include <variant>

#include "agent/tunnel_mtu.h"
#include "tests/support/catch.h"

namespace dmm::agent {
namespace {

MaarSettings found(const MaarSettings& maar) {
    Settings settings;
    settings.role = maar;
    return std::get<MaarSettings>(with_mtus_of_host(std::move(settings)).role);
}

}  // namespace

TEST_CASE("a tunnel carries what the core leaves, unless something else is configured", "[mtu]") {
    const AdvertSettings left_open;
    CHECK(tunnel_mtu(left_open, Encap::Ip6Ip6, 1500) == 1460);
    CHECK(tunnel_mtu(left_open, Encap::Ip6Ip6, 1540) == 1500);
    CHECK(tunnel_mtu(left_open, Encap::Ip6Ip6, 9000) == 8960);
    CHECK(tunnel_mtu(left_open, Encap::Ip6Ip6, 0) == 1460);
    // The tunnel cuts its own packets then.
    CHECK(tunnel_mtu(left_open, Encap::Ip6Ip6, 1319) == 1280);
    CHECK(tunnel_mtu(left_open, Encap::Ip6Ip6, 68) == 1280);
    CHECK(tunnel_mtu(left_open, Encap::Seg6, 1500) == 1436);
    CHECK(tunnel_mtu(left_open, Encap::Seg6, 0) == 1436);
    AdvertSettings told;
    told.mtu = 1400;
    CHECK(tunnel_mtu(told, Encap::Ip6Ip6, 1500) == 1400);
    told.mtu = 0;  // nodes are told nothing, the tunnel is as the core leaves it
    CHECK(tunnel_mtu(told, Encap::Ip6Ip6, 1500) == 1460);
}

TEST_CASE("nodes are told what fits the tunnel and every access link", "[mtu]") {
    CHECK(node_mtu(1460, {1500, 1500}) == 1460);
    CHECK(node_mtu(8960, {1500, 1492}) == 1492);
    CHECK(node_mtu(1500, {}) == 1500);
    CHECK(node_mtu(1460, {0, 1500}) == 1460);  // a link that is not there yet
    CHECK(node_mtu(1460, {576}) == 1280);
}

TEST_CASE("what is configured is not looked for, and a CMD has no tunnels", "[mtu]") {
    MaarSettings maar;
    maar.core_interface = "no-such-link";
    CHECK(found(maar).advert.mtu == 1460U);
    maar.core_interface = "lo";  // 65536 octets, or whatever it was given
    maar.access_links = {{.name = "no-such-link"}};
    const std::uint32_t left = interface_mtu("lo") - octets_of(Encap::Ip6Ip6);
    CHECK(found(maar).tunnel_mtu == left);
    CHECK(found(maar).advert.mtu == left);
    maar.advert.mtu = 0;
    CHECK(found(maar).advert.mtu == 0U);
    Settings cmd;
    cmd.role = CmdSettings{};
    CHECK(with_mtus_of_host(cmd) == cmd);
}

}  // namespace dmm::agent

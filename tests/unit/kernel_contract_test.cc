#include "tests/kernel/contract.h"
#include "tests/kernel/fake_netlink.h"
#include "tests/kernel/repair_cases.h"
#include "tests/support/catch.h"

namespace dmm::kernel {

TEST_CASE("the kernel contract holds on the fake", "[kernel]") {
    std::vector<Case> cases(kContract.begin(), kContract.end());
    cases.insert(cases.end(), kRepairCases.begin(), kRepairCases.end());
    for (const Encap encap : {Encap::Ip6Ip6, Encap::Seg6}) {
        for (const Uplinks uplinks : {Uplinks::Routes, Uplinks::Rules}) {
            for (const Case& each : cases) {
                DYNAMIC_SECTION(each.name << ", " << name_of(encap) << ", " << name_of(uplinks)) {
                    FakeNetlink fake;
                    fake.has_tunnels = encap == Encap::Ip6Ip6;
                    fake.has_seg6 = encap == Encap::Seg6;
                    fake.has_subtrees = uplinks == Uplinks::Routes;
                    const auto hear = [&fake] { return fake.hear(); };
                    const Verdict verdict = each.run({.transport = fake,
                                                      .real_tunnels = true,
                                                      .encap = encap,
                                                      .uplinks = uplinks,
                                                      .hear = hear,
                                                      .hear_others = hear});
                    INFO(verdict.reason);
                    CHECK(verdict.kind != Verdict::Kind::Fail);
                }
            }
        }
    }
}

TEST_CASE("uplinks are what the kernel can", "[kernel]") {
    FakeNetlink fake;
    Driver able({.local = kLocal, .core_interface = {}, .uplinks = Uplinks::Auto}, fake);
    REQUIRE(able.start());
    CHECK(able.uplinks() == Uplinks::Routes);
    CHECK(able.stop().empty());

    fake.has_subtrees = false;
    SECTION("a kernel that refuses routes by source") {}
    SECTION("a kernel that forgets the source") {
        fake.has_subtrees = true;
        fake.forgets_sources = true;
    }
    Driver unable({.local = kLocal, .core_interface = {}, .uplinks = Uplinks::Auto}, fake);
    REQUIRE(unable.start());
    CHECK(unable.uplinks() == Uplinks::Rules);
    CHECK(World(fake).our_rules().empty());
    CHECK(World(fake).our_routes().empty());

    Driver demanding({.local = kLocal, .core_interface = {}, .uplinks = Uplinks::Routes}, fake);
    const auto refused = demanding.start();
    REQUIRE(!refused);
    CHECK(refused.error().text.find("CONFIG_IPV6_SUBTREES") != std::string::npos);

    Driver cramped(
        {.local = kLocal, .core_interface = {}, .rule_priority = 32765, .uplinks = Uplinks::Auto},
        fake);
    CHECK(!cramped.start());
}

TEST_CASE("a kernel without seg6 routes is named", "[kernel]") {
    FakeNetlink fake;
    fake.has_seg6 = false;
    REQUIRE(World(fake).add_interface("core0") == 0);
    Driver driver({.local = kLocal, .core_interface = "core0", .encap = Encap::Seg6}, fake);
    const auto refused = driver.start();
    REQUIRE(!refused);
    CHECK(refused.error().code == EOPNOTSUPP);
    CHECK(refused.error().operation.find("encap seg6") != std::string::npos);
}

}  // namespace dmm::kernel

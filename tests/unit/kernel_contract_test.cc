#include "tests/kernel/contract.h"
#include "tests/kernel/fake_netlink.h"
#include "tests/support/catch.h"

namespace dmm::kernel {

TEST_CASE("the kernel contract holds on the fake", "[kernel]") {
    for (const Case& each : kContract) {
        DYNAMIC_SECTION(each.name) {
            FakeNetlink fake;
            const Verdict verdict = each.run({.transport = fake, .real_tunnels = true});
            INFO(verdict.reason);
            CHECK(verdict.kind == Verdict::Kind::Pass);
        }
    }
}

}  // namespace dmm::kernel

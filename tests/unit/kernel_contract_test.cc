#include "tests/kernel/contract.h"
#include "tests/kernel/fake_netlink.h"
#include "tests/kernel/repair_cases.h"
#include "tests/support/catch.h"

namespace dmm::kernel {

TEST_CASE("the kernel contract holds on the fake", "[kernel]") {
    std::vector<Case> cases(kContract.begin(), kContract.end());
    cases.insert(cases.end(), kRepairCases.begin(), kRepairCases.end());
    for (const Case& each : cases) {
        DYNAMIC_SECTION(each.name) {
            FakeNetlink fake;
            const Verdict verdict = each.run({.transport = fake,
                                              .real_tunnels = true,
                                              .hear = [&fake] { return fake.hear(); },
                                              .hear_others = [&fake] { return fake.hear(); }});
            INFO(verdict.reason);
            CHECK(verdict.kind == Verdict::Kind::Pass);
        }
    }
}

}  // namespace dmm::kernel

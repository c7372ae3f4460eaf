// The driver over a kernel that answers badly, while others change what is there: every call comes
// to an end with an outcome for each wish. Whatever such a run leaves behind, the next one, on a
// kernel that answers well, clears it away and makes what is wished for.
#include "lib/kernel/driver.h"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <set>
#include <string>

#include "lib/base/assert.h"
#include "tests/fuzz/choices.h"
#include "tests/fuzz/unruly_netlink.h"
#include "tests/kernel/contract.h"
#include "tests/kernel/fake_netlink.h"

namespace {

using namespace dmm;
using namespace dmm::kernel;
using dmm::test::Choices;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr unsigned kMostSteps = 48;
// What three nodes need is a few dozen requests; a dump is tried five times.
constexpr unsigned kMostCalls = 4096;

const std::array<MnId, 3> kMns{kAlice, kBob, kCarol};
constexpr std::array<std::uint16_t, 10> kTypes{RTM_NEWLINK,
                                               RTM_SETLINK,
                                               RTM_DELLINK,
                                               RTM_GETLINK,
                                               RTM_NEWADDR,
                                               RTM_NEWNEIGH,
                                               RTM_NEWROUTE,
                                               RTM_DELROUTE,
                                               RTM_NEWRULE,
                                               RTM_DELRULE};
constexpr std::array kCodes{EPERM, EEXIST, EBUSY, ENODEV, ENOENT, ESRCH, ENOBUFS, EINVAL};
constexpr std::array<Duration, 3> kTimes{milliseconds(10), milliseconds(100), seconds(5)};

class Run {
public:
    explicit Run(ByteView input) : choices_(input) {
        DMM_ASSERT(world_.add_interface("lan0", "veth") == 0);
        DMM_ASSERT(world_.add_interface("lan1", "veth") == 0);
        (void)driver_.start();
        driver_.watch(now_);
    }

    void play() {
        for (unsigned steps = 0; steps < kMostSteps && !choices_.over(); ++steps) {
            step();
            DMM_ASSERT(unruly_.take_calls() < kMostCalls);
        }
    }

    void calm_down() {
        unruly_.calm_down();
        fake_.obey();
    }

    void end() {
        (void)driver_.stop();
        DMM_ASSERT(driver_.desired().empty());
    }

    // Of a kernel that only lost answers: nobody else's interface was touched.
    void check_others() {
        DMM_ASSERT(world_.link("lo").has_value());
        DMM_ASSERT(world_.link("lan0").has_value() && world_.link("lan1").has_value());
    }

    void check_next_run() {
        for (const std::string& name : foreign_)
            (void)world_.delete_interface(name);
        Driver next(kSettings, fake_);
        DMM_ASSERT(next.start().has_value());
        std::uint8_t node = 0;
        for (const MnId& mn : kMns)
            next.want(mn, Revision{1}, moved_here(++node));
        for (const Outcome& outcome : next.flush(now_))
            DMM_ASSERT(!outcome.error);
        DMM_ASSERT(next.index_of(make_dlif(1, 1)).has_value());
        DMM_ASSERT(next.stop().empty());
        DMM_ASSERT(world_.our_links() == 0 && world_.our_routes().empty());
        DMM_ASSERT(world_.our_rules().empty());
    }

private:
    void step() {
        switch (choices_.below(14)) {
            case 0:
            case 1:
            case 2:
                return want();
            case 3:
            case 4:
            case 5:
                return flush();
            case 6:
            case 7:
                return pass();
            case 8:
                fake_.refuse(choices_.of(kTypes), choices_.of(kCodes), "no", choices_.below(4));
                return;
            case 9:
                fake_.stay_silent(choices_.of(kTypes));
                return;
            case 10:
                return meddle();
            case 11:
                return take_away();
            case 12:
                return hear();
            default:
                return restart();
        }
    }

    void want() {
        const std::size_t who = choices_.below(kMns.size());
        const auto node = static_cast<std::uint8_t>(who + 1);
        SessionForwarding wish;
        switch (choices_.below(5)) {
            case 0:
                break;
            case 1:
                wish = over_dlif(node, 1);
                break;
            case 2:
                wish = over_tunnel(node, 1);
                break;
            case 3: {
                // The same DLIF elsewhere, and one that another node may have.
                const Dlif there = make_dlif(1, 1, "lan1");
                wish = {
                    .dlifs = {there}, .down = {{.to = make_prefix(1, 1), .via = there}}, .up = {}};
                break;
            }
            default:
                wish = moved_here(node);
                break;
        }
        driver_.want(kMns[who], Revision{++revision_}, wish);
        wished_.insert(kMns[who]);
    }

    void flush() {
        const auto outcomes = driver_.flush(now_);
        DMM_ASSERT(outcomes.size() == wished_.size());
        for (const Outcome& outcome : outcomes) {
            DMM_ASSERT(wished_.contains(outcome.mn));
            if (!outcome.error) continue;
            DMM_ASSERT(outcome.error->code != 0 && !outcome.error->operation.empty());
        }
        wished_.clear();
    }

    void pass() {
        now_ = now_ + choices_.of(kTimes);
        driver_.on_deadline(now_);
        const auto next = driver_.next_deadline();
        DMM_ASSERT(!next || *next > now_);
    }

    // Somebody else takes away a link, or has one of that name.
    void meddle() {
        World others(fake_);
        const auto node = static_cast<std::uint8_t>(1 + choices_.below(kMns.size()));
        const std::string name = dlif_name("lan0", make_dlif(node, 1).identity.mac);
        if (choices_.octet() % 2 == 0) {
            (void)others.delete_interface(name);
        } else {
            // It may be there even if the answer was lost.
            foreign_.insert(name);
            (void)others.add_interface(name);
        }
    }

    // Or something of what is wished for.
    void take_away() {
        if (driver_.desired().empty()) return;
        auto at = driver_.desired().begin();
        std::advance(at, choices_.below(driver_.desired().size()));
        (void)World(fake_).remove(at->second);
    }

    // What has happened, or that too much has.
    void hear() {
        Heard heard = fake_.hear();
        if (choices_.octet() % 4 == 0) heard = {.notifications = {}, .overrun = true};
        driver_.notice(heard, now_);
        for (const Repair& repair : driver_.take_repairs())
            DMM_ASSERT(!repair.object.empty() && repair.times != 0);
    }

    void restart() {
        for (const KernelError& error : driver_.stop())
            DMM_ASSERT(error.code != 0);
        DMM_ASSERT(driver_.desired().empty());
        wished_.clear();
        (void)driver_.start();
        driver_.watch(now_);
    }

    static inline const DriverSettings kSettings{.local = kLocal, .core_interface = {}};

    Choices choices_;
    FakeNetlink fake_;
    test::UnrulyNetlink unruly_{fake_, choices_, choices_.octet() % 2 != 0};
    World world_{fake_};
    Driver driver_{kSettings, unruly_};
    SteadyTime now_{seconds(100)};
    std::uint64_t revision_ = 0;
    std::set<MnId> wished_;
    std::set<std::string> foreign_;  // has stood in the way
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    Run run({data, size});
    run.play();
    run.calm_down();
    // Or else it dies, and leaves everything.
    if ((data[0] & 2U) != 0) run.end();
    if (data[0] % 2 != 0) return 0;
    run.check_others();
    run.check_next_run();
    return 0;
}

// Makes the kernel's state equal to what the sessions wish for: merge, realise, compare,
// send one batch, read every answer. Only objects that carry our marks are ever changed or
// removed.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lib/base/time.h"
#include "lib/kernel/actual.h"
#include "lib/kernel/desired.h"
#include "lib/kernel/driver_settings.h"
#include "lib/kernel/leftovers.h"
#include "lib/kernel/notification.h"
#include "lib/kernel/objects.h"
#include "lib/kernel/repairs.h"
#include "lib/kernel/transport.h"
#include "lib/model/forwarding.h"
#include "lib/model/kernel_error.h"

namespace dmm::kernel {

// The answer to one wish.
struct Outcome {
    MnId mn;
    Revision revision;
    std::optional<KernelError> error;  // absent: applied
};

// What is told about objects that others have disturbed.
struct Repair {
    enum class Kind : std::uint8_t {
        Restored,   // stands again as wished for
        Failed,     // cannot be made again now; said when it first fails
        Intrusion,  // others use what only we should; said once
    } kind = Kind::Restored;
    std::string object;                // the first, as text
    std::size_t others = 0;            // concerned at the same time
    unsigned times = 1;                // that the first was tried lately
    std::optional<KernelError> error;  // of Failed
};

struct DriverCounters {
    std::uint64_t batches = 0;
    std::uint64_t operations = 0;
    std::uint64_t failures = 0;
    std::uint64_t restored = 0;  // objects that others had removed or changed
    std::uint64_t missing = 0;   // of such, now
};

class Driver {
public:
    // `transport` must outlive the driver.
    Driver(DriverSettings settings, Transport& transport);

    // Probes what is needed, removes what an earlier run left, installs the rule. The error
    // names the operation and the kernel's own words. With Inheritance::Take what is left and
    // still whole goes on working; what no wish asks for until the first deadline is removed then.
    [[nodiscard]] std::expected<void, KernelError> start(
        Inheritance inheritance = Inheritance::Refuse);

    // These stand from now on, too, before any node needs them; at once where they can be made.
    void stand(std::vector<DriverSettings::Router> routers, SteadyTime now);

    // Takes a wish; nothing is sent before flush(). A later wish for the node replaces it.
    // Tunnels, and the interfaces that the settings name, stay for the next node when this one
    // needs them no more.
    void want(const MnId& mn, Revision revision, const SessionForwarding& forwarding);

    // Makes what is wished for since the last call, as one batch, and reads the answers. What
    // is no longer wished for waits for on_deadline(), the slow part of it still longer:
    // removing stands in nobody's way.
    [[nodiscard]] std::vector<Outcome> flush(SteadyTime now);

    [[nodiscard]] std::optional<SteadyTime> next_deadline() const;
    void on_deadline(SteadyTime now);

    // From now on looks at everything of ours now and then, whether it is still as it was made.
    void watch(SteadyTime now);
    // What others have done, as the kernel says. What is ours and disturbed is made again at
    // the next deadline, more and more seldom if it is disturbed again and again; what is not
    // ours is only reported. After an overrun everything is looked at, at most once a second.
    void notice(const Heard& heard, SteadyTime now);

    // What came of it since the last call.
    [[nodiscard]] std::vector<Repair> take_repairs() { return std::exchange(reports_, {}); }

    // Removes exactly what is ours. Errors are collected; the rest is removed all the same.
    [[nodiscard]] std::vector<KernelError> stop();

    // The index of the interface that realises `dlif`, if it exists.
    [[nodiscard]] std::optional<std::uint32_t> index_of(const Dlif& dlif) const;

    // How uplinks are made, once started.
    [[nodiscard]] Uplinks uplinks() const { return settings_.uplinks; }

    [[nodiscard]] const KernelState& desired() const;
    [[nodiscard]] const DriverCounters& counters() const;

    // The last refusal, for `dmmctl status`.
    [[nodiscard]] const std::optional<KernelError>& last_error() const;

private:
    // Whose wishes an object is, or was, since the last flush.
    using Touched = std::map<Identity, std::set<MnId>>;

    [[nodiscard]] std::vector<Outcome> outcomes(const std::map<MnId, Revision>& pending,
                                                const Touched& touched,
                                                const Actual::Failures& failures) const;
    Actual::Failures make_standing();
    void arm_clearing(SteadyTime now);
    void arm_sweep(SteadyTime now);
    [[nodiscard]] std::optional<SteadyTime> sweep_at() const;
    void count();
    void take(const Actual::Disturbance& disturbance, SteadyTime now);
    void repair(SteadyTime now);
    void look_at_everything(SteadyTime now);

    DriverSettings settings_;
    Actual actual_;
    Desired desired_;
    std::map<MnId, Revision> pending_;
    Touched touched_;
    std::map<MnId, KernelError> shared_tables_;  // of wishes that cannot be made
    std::optional<SteadyTime> clear_at_;
    // When links were condemned that still await their sweep.
    std::optional<SteadyTime> first_condemned_;
    SteadyTime last_condemned_;
    DriverCounters counters_;

    Repairs repairs_;
    std::vector<Repair> reports_;
    std::set<std::string> told_intrusions_;
    std::optional<SteadyTime> look_at_;  // when to look at everything; absent: never
    SteadyTime looked_at_;
};

}  // namespace dmm::kernel

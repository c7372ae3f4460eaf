// What the kernel holds of ours, as far as is known, and the way to change it: runs plans,
// looks into refusals, remembers what is in doubt. The counterpart of Desired.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lib/kernel/channel.h"
#include "lib/kernel/driver_settings.h"
#include "lib/kernel/notification.h"
#include "lib/kernel/objects.h"
#include "lib/kernel/observation.h"
#include "lib/kernel/operation.h"
#include "lib/kernel/reconcile.h"
#include "lib/kernel/transport.h"
#include "lib/model/kernel_error.h"

namespace dmm::kernel {

class Actual {
public:
    explicit Actual(Transport& transport) : channel_(transport) {}

    // In the order of their occurrence: the first one is the root of those that follow.
    using Failures = std::vector<std::pair<Identity, KernelError>>;

    // Makes the objects of these identities, and those in doubt, what `desired` has of them.
    // What it no longer has stays until clear().
    [[nodiscard]] Failures follow(const KernelState& desired, const std::set<Identity>& touched);

    // Removes what calls of follow() have left and `desired` still lacks; condemns its links.
    [[nodiscard]] Failures clear(const KernelState& desired);

    // Whether clear() has something to do.
    [[nodiscard]] bool has_stale() const { return !stale_.empty(); }

    // Deletes the condemned links.
    [[nodiscard]] Failures sweep();
    // Removes everything, as far as the kernel lets us.
    [[nodiscard]] Failures remove_all();

    // Takes `state` as what is there; what nobody comes to wish for is left to clear().
    void adopt(KernelState state, const InterfaceIndices& indices);

    // What others have done to what is here, as far as a notification or a look at everything
    // tells: the identities that are no longer as they were made. follow() makes them so again.
    struct Disturbance {
        std::set<Identity> identities;
        // Somebody's interface is new or has changed: what lacked one may be possible now.
        bool interfaces = false;
        // Only a look at everything can tell.
        bool unclear = false;
        // What others have put where only ours should be, as text.
        std::vector<std::string> intrusions;
    };

    [[nodiscard]] Disturbance notice(const std::vector<Notification>& notifications,
                                     const DriverSettings& settings);
    // Takes what is unknown here, but ours, as left to clear().
    [[nodiscard]] Disturbance compare(const Observation& observed);

    // Whether the object is here in this form.
    [[nodiscard]] bool holds(const Object& object) const;

    // Adds an object without a link below it, and nothing else.
    [[nodiscard]] std::optional<KernelError> add(const Object& object);

    [[nodiscard]] const Link* link(const std::string& name) const;
    [[nodiscard]] std::optional<std::uint32_t> index_of(const std::string& name) const;

    // Whether a link was condemned, or an object came into doubt, since the last call.
    [[nodiscard]] bool take_unfinished() { return std::exchange(unfinished_, false); }

    // Indices from `first` on are free, except for what others take later.
    void use_indices_from(std::uint32_t first);
    // An interface index that nothing uses, as far as is known.
    [[nodiscard]] std::uint32_t take_index();

    [[nodiscard]] Channel& channel() { return channel_; }

    [[nodiscard]] std::uint64_t operations() const { return operations_; }

    [[nodiscard]] std::uint64_t batches() const { return channel_.batches(); }

    [[nodiscard]] std::uint64_t failures() const { return failures_; }

    [[nodiscard]] const std::optional<KernelError>& last_error() const { return last_error_; }

private:
    // The parts of two states that one call looks at.
    struct Cut {
        KernelState desired;
        KernelState actual;
    };

    [[nodiscard]] Cut cut_out(const KernelState& desired, const std::set<Identity>& touched) const;
    void cut_link(const std::string& name, const KernelState& desired, Cut& cut) const;
    void distrust(const Identity& identity, Cut& cut) const;

    // Makes and changes; the removals that are left to do.
    [[nodiscard]] std::vector<Operation> make(const Cut& cut, Failures& failures);
    // Carries `at_once` out first and leaves it empty, unless there is no link to make.
    void make_links(const std::vector<Operation>& operations,
                    std::vector<Operation>& at_once,
                    Failures& failures);
    void resolve(const std::vector<Operation>& operations);
    void run(const std::vector<Operation>& operations, Failures& failures);
    void conclude(const Operation& operation,
                  std::optional<KernelError> refused,
                  Failures& failures);
    void carried_out(const Operation& operation);
    void fail(const Operation& operation, KernelError error, Failures& failures);
    void doubt(const Operation& operation, const KernelError& error);
    void lose(const Operation& operation);
    void lose(const std::string& link_name);
    struct Noticing;

    // EEXIST, or EBUSY of an interface index: looks at what is there. Equal: fine; ours but
    // different: repaired; else the error, which names what is in the way.
    [[nodiscard]] std::optional<KernelError> look(const Operation& operation, KernelError refused);
    [[nodiscard]] std::optional<KernelError> look_at_link(const Link& link, KernelError refused);
    [[nodiscard]] std::optional<KernelError> look_at_route(const Route& route, KernelError refused);
    [[nodiscard]] std::optional<KernelError> look_at_rule(const Rule& rule, KernelError refused);

    // The kernel counts its own indices up from 1 and never gets here.
    static constexpr std::uint32_t kFirstIndex = 1'000'000;

    Channel channel_;
    KernelState state_;
    InterfaceIndices indices_;     // of our links, and of interfaces that links were made over
    std::set<Identity> stale_;     // no longer wished for
    std::set<Identity> doubtful_;  // a change failed, perhaps after it was carried out
    std::set<std::string> lost_;   // links that vanished, with what lay on them
    std::uint32_t next_index_ = kFirstIndex;
    bool unfinished_ = false;
    std::uint64_t operations_ = 0;
    std::uint64_t failures_ = 0;
    std::optional<KernelError> last_error_;
};

}  // namespace dmm::kernel

// Which node may send from which prefix, and how much passed: the wishes of all nodes made true
// in our nf_tables table (nft_ruleset.h). Additions go out as one transaction before anything is
// said to a node; removals wait. Whoever empties the host's rules meanwhile (`nft flush ruleset`)
// takes the table along: that is noticed, and it is made anew.
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
#include "lib/kernel/nft_channel.h"
#include "lib/kernel/nft_ruleset.h"
#include "lib/kernel/transport.h"
#include "lib/model/forwarding.h"
#include "lib/model/kernel_error.h"
#include "lib/model/mobile_node.h"

namespace dmm::kernel {

struct Traffic {
    std::uint64_t packets = 0;
    std::uint64_t octets = 0;
    friend auto operator<=>(const Traffic&, const Traffic&) = default;
};

// What the table has counted since each of the elements was made.
struct TrafficReading {
    std::map<NodePrefix, Traffic> up;             // from the node
    std::map<Prefix, Traffic> down;               // to it
    std::map<LinkLayerAddress, Traffic> spoofed;  // dropped; forgotten after an hour without
};

class SourceFilter {
public:
    // `transport` must outlive the filter.
    SourceFilter(std::vector<std::string> access_links, Transport& transport)
        : access_links_(std::move(access_links)), transport_(transport), channel_(transport) {}

    // Makes the table in place of what an earlier run left. The error says what the kernel lacks,
    // or that the table is somebody else's. If `inherits`, a table that an earlier run left is
    // only replaced when the nodes of this run are known.
    [[nodiscard]] std::expected<void, KernelError> start(bool inherits = false);

    // Takes a wish; nothing is sent before send().
    void want(const MnId& mn, const SessionForwarding& forwarding);

    // Sends what is to be added for the wishes since the last call; receive() has the answer, and
    // an error for each node whose prefixes could not be added.
    void send();
    [[nodiscard]] std::map<MnId, KernelError> receive(SteadyTime now);

    [[nodiscard]] std::optional<SteadyTime> next_deadline() const;
    // Removes what is no longer wished for, looks whether the table is still there.
    void on_deadline(SteadyTime now);

    // Three dumps, whatever the number of nodes.
    [[nodiscard]] std::expected<TrafficReading, KernelError> read();

    // The table goes, and with it everything in it.
    [[nodiscard]] std::vector<KernelError> stop();

    // How often the table had to be made anew since the start.
    [[nodiscard]] std::uint64_t times_rebuilt() const { return times_rebuilt_; }

    // Of what concerns no node.
    [[nodiscard]] const std::optional<KernelError>& last_error() const { return last_error_; }

    // What each node may send from.
    [[nodiscard]] const std::map<MnId, std::set<NodePrefix>>& wishes() const { return wishes_; }

private:
    [[nodiscard]] FilterElements missing_for(const std::set<MnId>& nodes) const;
    [[nodiscard]] FilterElements stale() const;
    [[nodiscard]] FilterElements all_wanted() const;
    void put_additions(const FilterElements& additions);
    void took(const FilterElements& additions);
    void dropped(const FilterElements& removals);
    // The whole table with all that is wished for, in one transaction.
    [[nodiscard]] std::optional<KernelError> rebuild();
    bool replace_inherited();
    [[nodiscard]] std::map<MnId, KernelError> add_one_by_one(const std::set<MnId>& nodes);
    void clear(SteadyTime now);
    void check();
    void remember_handle();

    std::vector<std::string> access_links_;
    Transport& transport_;
    NftChannel channel_;
    std::map<MnId, std::set<NodePrefix>> wishes_;
    std::map<NodePrefix, std::size_t> wanted_;  // by how many nodes
    std::set<NodePrefix> present_;
    std::map<Prefix, std::size_t> downlinks_;  // prefixes of those present, how often
    std::set<NodePrefix> condemned_;           // may be present without being wanted
    std::set<MnId> pending_;
    std::set<MnId> asked_for_;  // pending nodes at the last send()
    FilterElements sent_;
    bool started_ = false;
    bool inherited_ = false;    // the table is an earlier run's
    std::uint64_t handle_ = 0;  // of our table; 0: not known
    std::uint64_t times_rebuilt_ = 0;
    std::optional<KernelError> last_error_;
    std::optional<SteadyTime> clear_at_;
    std::optional<SteadyTime> check_at_;
};

}  // namespace dmm::kernel

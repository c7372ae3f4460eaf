// A domain in a box: real engines, a network with delay and loss that carries real octets,
// kernels that keep wishes, nodes that listen to advertisements. Everything is repeatable:
// events are ordered by (time, serial), randomness comes from a seed.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "lib/core/cmd_engine.h"
#include "lib/core/event.h"
#include "lib/core/maar_engine.h"

namespace dmm::test {

struct FakeKernel {
    std::map<MnId, SessionForwarding> forwarding;
    Duration delay = std::chrono::milliseconds(2);
    std::optional<std::string> refusal;  // what it says to every wish
};

// How a mobile node sees one of its addresses.
struct NodeAddress {
    bool preferred = false;
    bool valid = false;
    LinkLayerAddress router;
};

struct MobileHost {
    std::string name;
    LinkLayerAddress mac;
    std::string at;  // the MAAR whose link it is on; "" for none
    std::map<Prefix, NodeAddress> addresses;
};

class World {
public:
    World();

    void add_cmd(const std::string& name, const CmdSettings& settings);
    void add_maar(const std::string& name, const MaarSettings& settings);
    void add_host(const std::string& name, const LinkLayerAddress& mac);

    // Puts the host on the MAAR's link ("" takes it off) and, if `solicit`, has it send a
    // Router Solicitation there.
    void move(const std::string& host, const std::string& maar, bool solicit);
    void inject(const std::string& node, const core::Event& event);
    // Drops the next `count` messages from one node to the other.
    void lose(unsigned count, const std::string& from, const std::string& to);

    // From now on, each message is lost with this probability (0..100), by `seed`.
    void lossy(unsigned percent, Seed seed);

    // Lets time pass; every event is handled in its turn.
    void run_for(Duration duration);
    // Until nothing is under way and nothing is due within `horizon`.
    void run_until_quiet(Duration horizon = std::chrono::seconds(5));

    // Empty if packets to and from `prefix` pass between the host and the rest of the world
    // over the kernels' forwarding; else what is missing.
    [[nodiscard]] std::string reach(const std::string& host, const Prefix& prefix) const;

    [[nodiscard]] MobileHost* host(const std::string& name);
    [[nodiscard]] FakeKernel* kernel(const std::string& maar);
    [[nodiscard]] const core::MaarEngine* maar(const std::string& name) const;
    [[nodiscard]] const core::CmdEngine* cmd(const std::string& name) const;

    [[nodiscard]] bool has_node(const std::string& name) const { return nodes_.contains(name); }

    // "maar2", or the address itself.
    [[nodiscard]] std::string name_of(const Ip6Address& address) const;

    [[nodiscard]] Duration elapsed() const { return now_.steady.since_start; }

    // Called with each line of what happens; unset: nobody listens.
    std::function<void(const std::string&)> on_line;
    // What the engines' invariants and the world's own checks found; empty is good.
    std::vector<std::string> violations;

private:
    struct Node {
        std::variant<core::CmdEngine, core::MaarEngine> engine;
        FakeKernel kernel;
        // The newest wish per node: an answer to an older one says nothing any more.
        std::map<MnId, Revision> wanted;
    };

    struct Pending {
        std::string node;
        core::Event event;
    };

    struct Loss {
        std::string from;
        std::string to;
        unsigned count;
    };

    void deliver(const std::string& node, const core::Event& event);
    void perform(const std::string& node, const core::Action& action);
    void send(const std::string& node, const core::Send& send);
    void apply(const std::string& node, const core::Want& want);
    void probe(const std::string& node, const core::Probe& probe);
    void advertise(const std::string& node, const core::Advertise& advertise);
    void check(const std::string& node);
    void tick_due();
    void post(SteadyTime at, const std::string& node, core::Event event);
    [[nodiscard]] std::optional<SteadyTime> next_event() const;
    [[nodiscard]] std::optional<SteadyTime> next_deadline() const;
    void advance_to(SteadyTime at);
    void say(const std::string& node, const std::string& text) const;
    [[nodiscard]] bool is_lost(const std::string& from, const std::string& to);
    [[nodiscard]] Seed next_seed() const;

    Now now_;
    std::uint64_t serial_ = 0;
    std::map<std::string, Node> nodes_;
    std::map<Ip6Address, std::string> names_;
    std::map<std::string, MobileHost> hosts_;
    std::map<std::pair<SteadyTime, std::uint64_t>, Pending> queue_;
    std::vector<Loss> losses_;
    unsigned loss_percent_ = 0;
    Rng rng_{Seed{0}};
};

}  // namespace dmm::test

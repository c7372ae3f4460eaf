// A domain in a box: real engines, a network that carries real octets (tests/support/channel),
// kernels that keep wishes, nodes that solicit and listen to advertisements. Everything is
// repeatable: events are ordered by (time, serial), randomness comes from a seed.
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
#include "tests/support/channel.h"

namespace dmm::test {

struct FakeKernel {
    std::map<MnId, SessionForwarding> forwarding;
    Duration delay = std::chrono::milliseconds(2);
    Duration silence{};                  // between the deed and the word of it
    std::optional<std::string> refusal;  // what it says to every wish for something
    // Wishes come true in their order, the newer not before the older.
    SteadyTime busy_until{};
    SteadyTime answered_until{};
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
    unsigned attachments = 0;
    bool content = false;  // has heard of a preferred prefix since the last one
};

enum class Soliciting : std::uint8_t {
    Not,
    Once,
    // RFC 4861 section 6.3.7: up to three times, until a router answers with a usable prefix.
    Insistently,
};

class World {
public:
    World();

    void add_cmd(const std::string& name, const CmdSettings& settings);
    void add_maar(const std::string& name, const MaarSettings& settings);
    void add_host(const std::string& name, const LinkLayerAddress& mac);

    // Puts the host on the MAAR's link ("" takes it off), where it solicits.
    void move(const std::string& host, const std::string& maar, Soliciting soliciting);
    void inject(const std::string& node, const core::Event& event);
    // The node's wall clock is ahead by this much.
    void set_clock(const std::string& node, Duration ahead);

    // The engine is gone with all it knew, and hears nothing; what the kernel has stays.
    void crash(const std::string& node);
    // A fresh engine. It begins as the agent does: what an earlier run left in the kernel goes,
    // and if that had a restart counter, it is told a greater one.
    void restart(const std::string& node);
    // A fresh engine of a MAAR that goes on with what the crashed one would have written down,
    // over the forwarding that still stands. Its link never went down.
    void resume(const std::string& node);

    // Lets time pass; every event is handled in its turn.
    void run_for(Duration duration);
    // Until nothing is under way and nothing is due within `horizon`.
    void run_until_quiet(Duration horizon = std::chrono::seconds(5));

    // Empty if packets to and from `prefix` pass between the host and the rest of the world
    // over the kernels' forwarding; else what is missing.
    [[nodiscard]] std::string reach(const std::string& host, const Prefix& prefix) const;
    // Empty if packets to the local network of `maar` go there from all addresses of the host,
    // wherever it is; else what is wrong.
    [[nodiscard]] std::string reach_network(const std::string& host,
                                            const std::string& maar,
                                            const Prefix& network) const;

    [[nodiscard]] MobileHost* host(const std::string& name);
    [[nodiscard]] FakeKernel* kernel(const std::string& maar);
    [[nodiscard]] const FakeKernel* kernel(const std::string& maar) const;
    [[nodiscard]] const core::MaarEngine* maar(const std::string& name) const;
    [[nodiscard]] const core::CmdEngine* cmd(const std::string& name) const;

    [[nodiscard]] bool has_node(const std::string& name) const { return nodes_.contains(name); }

    [[nodiscard]] std::vector<std::string> node_names() const;

    [[nodiscard]] const std::map<std::string, MobileHost>& hosts() const { return hosts_; }

    [[nodiscard]] Duration elapsed() const { return now_.steady.since_start; }

    // Between the nodes of the domain, copies and heartbeats not counted.
    [[nodiscard]] std::uint64_t messages() const { return messages_; }

    Channel channel;

    // Called with each line of what happens; unset: nobody listens.
    std::function<void(const std::string&)> on_line;
    // Called with what each engine was told and answers; unset: nobody listens.
    std::function<void(const std::string&, const Now&, const core::Event&, const core::Actions&)>
        on_handled;
    // What the engines' invariants and the world's own checks found; empty is good.
    std::vector<std::string> violations;

    // "maar2", or the address itself.
    [[nodiscard]] std::string name_of(const Ip6Address& address) const;

private:
    // RFC 4861 section 10: MAX_RTR_SOLICITATIONS.
    static constexpr unsigned kMaxSolicitations = 3;

    struct Node {
        std::variant<core::CmdEngine, core::MaarEngine> engine;
        FakeKernel kernel;
        // The newest wish per node: an answer to an older one says nothing any more.
        std::map<MnId, Revision> wanted;
        Duration clock{};
        std::uint32_t starts = 0;  // the restart counter; 0: it sends no heartbeats
        std::uint32_t resumed = 0;
        std::vector<std::string> records{};  // of the sessions, when it crashed
        bool up = true;
    };

    struct Delivery {
        std::string node;
        core::Event event;
    };

    // A wish comes true.
    struct Landing {
        std::string node;
        MnId mn;
        SessionForwarding forwarding;
    };

    // The host asks for routers, if nobody answered what it asked on this link before.
    struct Solicitation {
        std::string host;
        unsigned attachment = 0;
        unsigned sent = 0;
    };

    using Pending = std::variant<Delivery, Landing, Solicitation>;

    void deliver(const std::string& node, const core::Event& event);
    void perform(const std::string& node, const core::Action& action);
    void send(const std::string& node, const core::Send& send);
    void apply(const std::string& node, const core::Want& want);
    void probe(const std::string& node, const core::Probe& probe);
    void advertise(const std::string& node, const core::Advertise& advertise);
    void take(const Pending& pending);
    void solicit(const Solicitation& solicitation);
    void land(const Landing& landing);
    void check(const std::string& node);
    void check_pace(const std::string& node, const core::Send& send);
    void check_promise(const std::string& node, const core::Send& send);
    void check_router(const std::string& node,
                      const MobileHost& host,
                      const Prefix& prefix,
                      const LinkLayerAddress& router);
    void check_loops(const std::string& node, const SessionForwarding& forwarding);
    void tick_due();
    void post(SteadyTime at, Pending pending);
    [[nodiscard]] std::optional<SteadyTime> next_event() const;
    [[nodiscard]] std::optional<SteadyTime> next_deadline() const;
    void advance_to(SteadyTime at);
    // `text` is a function: no text is made while nobody listens.
    template <typename Text>
    void say(const std::string& node, const Text& text) const;
    void found(const std::string& node, const std::string& what);
    [[nodiscard]] Seed next_seed();
    // Where this kernel sends a packet to (from) the prefix: the route, or nullptr.
    [[nodiscard]] const Downlink* way_down(const std::string& node, const Prefix& to) const;
    [[nodiscard]] const Uplink* way_up(const std::string& node,
                                       const Prefix& from,
                                       const Prefix& to = {}) const;
    [[nodiscard]] bool bypasses(const std::string& node,
                                const Prefix& from,
                                const Prefix& to) const;

    Now now_;
    std::uint64_t serial_ = 0;
    std::map<std::string, Node> nodes_;
    std::map<Ip6Address, std::string> names_;
    std::map<std::string, MobileHost> hosts_;
    std::map<std::pair<SteadyTime, std::uint64_t>, Pending> queue_;
    // When a CMD has told a MAAR of a node, in the last second: more than that is not looked at.
    std::map<std::pair<MnId, Ip6Address>, std::vector<SteadyTime>> updates_;
    std::uint64_t engines_ = 0;
    std::uint64_t messages_ = 0;
};

}  // namespace dmm::test

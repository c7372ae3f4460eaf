// What the driver may count on from a kernel, and what others may count on from the driver:
// one suite, run on the fake (tests/unit/kernel_contract_test.cc) and on real kernels
// (netns_main.cc), which keeps the fake honest. Each case gets a world of its own.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "lib/kernel/driver.h"
#include "lib/kernel/realize.h"
#include "tests/kernel/world.h"

namespace dmm::kernel {

struct Verdict {
    enum class Kind : std::uint8_t { Pass, Fail, Skip } kind = Kind::Pass;
    std::string reason;
};

struct Bench {
    Transport& transport;
    bool real_tunnels;  // false: something else stands in, attributes of tunnels are lost
    Encap encap = Encap::Ip6Ip6;
    Uplinks uplinks = Uplinks::Routes;
    // What the kernel has said of its own accord since the last call.
    std::function<Heard()> hear = [] { return Heard{}; };
    // The same without what was asked for through `transport`, as a daemon hears it.
    std::function<Heard()> hear_others = [] { return Heard{}; };
};

// Passes on, and remembers what was asked about routes.
class RouteRecorder final : public Transport {
public:
    explicit RouteRecorder(Transport& inner) : inner_(inner) {}

    [[nodiscard]] std::expected<void, int> send(std::span<const std::uint8_t> batch) override {
        ByteView rest = batch;
        while (const auto message = next_message(rest)) {
            if (message->type == RTM_NEWROUTE || message->type == RTM_DELROUTE) {
                seen.emplace_back(message->type, message->flags);
            }
        }
        return inner_.send(batch);
    }

    [[nodiscard]] std::expected<std::span<const std::uint8_t>, int> receive() override {
        return inner_.receive();
    }

    [[nodiscard]] std::expected<std::uint32_t, int> index_of(const std::string& name) override {
        return inner_.index_of(name);
    }

    std::vector<std::pair<std::uint16_t, std::uint16_t>> seen;

private:
    Transport& inner_;
};

inline Ip6Address ip(const char* text) {
    return Ip6Address::parse(text).value();
}

inline const Ip6Address kLocal = ip("2001:db8::1");
inline const Ip6Address kPeer = ip("2001:db8::2");
inline const Ip6Address kFarAway = ip("2001:db8:ffff::1");
inline const MnId kAlice = MnId::nai("alice@example");
inline const MnId kBob = MnId::nai("bob@example");
inline const MnId kCarol = MnId::nai("carol@example");

// The DLIF of anchor `anchor` towards node `node`, over `lower`: one identity for all its nodes.
inline Dlif make_dlif(std::uint8_t node, std::uint8_t anchor, std::string lower = "lan0") {
    std::array<std::uint8_t, 16> link_local{0xfe, 0x80};
    link_local[15] = anchor;
    return {.over = {.name = std::move(lower)},
            .mn = LinkLayerAddress({0x02, 0, 0, 0, 0x01, node}),
            .identity = {.mac = LinkLayerAddress({0x02, 0x5a, 0, 0, 0, anchor}),
                         .link_local = Ip6Address(link_local)}};
}

inline Prefix make_prefix(std::uint8_t node, std::uint8_t anchor) {
    return {Ip6Address({0x20, 0x01, 0x0d, 0xb8, 0xa1, anchor, 0, node}), 64};
}

inline Ip6Address host_in(const Prefix& prefix) {
    auto octets = prefix.address().octets();
    octets[15] = 7;
    return Ip6Address(octets);
}

inline SessionForwarding over_dlif(std::uint8_t node, std::uint8_t anchor) {
    const Dlif dlif = make_dlif(node, anchor);
    return {.dlifs = {dlif}, .down = {{.to = make_prefix(node, anchor), .via = dlif}}, .up = {}};
}

inline SessionForwarding over_tunnel(std::uint8_t node, std::uint8_t anchor) {
    const Tunnel tunnel{.local = kLocal, .remote = kPeer};
    return {.dlifs = {}, .down = {{.to = make_prefix(node, anchor), .via = tunnel}}, .up = {}};
}

// A local network of a MAAR.
inline const Prefix kNetwork = Prefix::parse("2001:db8:b100::/48").value();

// A node that came from kPeer: its own prefix, and an older one whose anchor is kPeer.
inline SessionForwarding moved_here(std::uint8_t node) {
    SessionForwarding out = over_dlif(node, 1);
    const SessionForwarding old = over_dlif(node, 2);
    out.dlifs.insert(old.dlifs.begin(), old.dlifs.end());
    out.down.insert(old.down.begin(), old.down.end());
    out.up.insert({.from = make_prefix(node, 2), .via = {.local = kLocal, .remote = kPeer}});
    return out;
}

inline const Tunnel kTunnel{.local = kLocal, .remote = kPeer};

inline DriverSettings settings_of(const Bench& bench) {
    const bool seg6 = bench.encap == Encap::Seg6;
    return {.local = kLocal,
            .core_interface = seg6 ? "core0" : "",
            .encap = bench.encap,
            .uplinks = bench.uplinks};
}

// A started driver over an access interface "lan0" and a core interface "core0".
class Stage {
public:
    explicit Stage(const Bench& bench, bool start = true, bool make_interfaces = true)
        : Stage(bench, settings_of(bench), start, make_interfaces) {}

    Stage(const Bench& bench,
          const DriverSettings& settings,
          bool start = true,
          bool make_interfaces = true)
        : world(bench.transport), driver(settings, bench.transport), forms(settings) {
        if (make_interfaces) {
            expect(world.add_interface("lan0", "veth") == 0, "lan0 can be made");
            expect(world.add_interface("core0") == 0, "core0 can be made");
        }
        if (start) expect_done(driver.start());
    }

    void expect(bool holds, const std::string& what) {
        if (!holds && verdict.kind == Verdict::Kind::Pass) {
            verdict = {.kind = Verdict::Kind::Fail, .reason = "not so: " + what};
        }
    }

    void expect_done(const std::expected<void, KernelError>& result) {
        expect(result.has_value(), "start: " + (result ? std::string() : text(result.error())));
    }

    static std::string text(const KernelError& error) {
        return error.operation + ": " + error.text + " (" + std::to_string(error.code) + ')';
    }

    // Flushes; the error of `mn`, or none.
    std::optional<KernelError> flush(const MnId& mn = kAlice) {
        std::optional<KernelError> error;
        for (const Outcome& outcome : driver.flush(now)) {
            if (outcome.mn == mn) error = outcome.error;
        }
        return error;
    }

    // Wishes, flushes, expects no error, and has what is not wished for cleared away.
    void apply(const MnId& mn, const SessionForwarding& forwarding) {
        driver.want(mn, Revision{++revision}, forwarding);
        const auto error = flush(mn);
        expect(!error, error ? text(*error) : std::string());
        clear();
    }

    void clear() {
        now = now + std::chrono::milliseconds(100);
        driver.on_deadline(now);
    }

    void sweep() {
        now = now + std::chrono::seconds(5);
        driver.on_deadline(now);
    }

    [[nodiscard]] std::optional<LinkRecord> link_of(const Dlif& dlif) {
        return world.link(dlif_name(dlif.over.name, dlif.identity.mac));
    }

    // The interface of an anchor's nodes; 0: none that is in use.
    [[nodiscard]] std::uint32_t dlif_index(std::uint8_t anchor = 1,
                                           const std::string& lower = "lan0") {
        const auto link = link_of(make_dlif(1, anchor, lower));
        return link && link->group == kLiveGroup ? link->index : 0;
    }

    // The interface that a packet from far away to `prefix` leaves by; 0: none.
    [[nodiscard]] std::uint32_t way_to(const Prefix& prefix) {
        const auto core = world.link("core0");
        const auto route = world.lookup(host_in(prefix), kFarAway, core ? core->index : 0);
        return route ? route->interface : 0;
    }

    // The interface that packets into the tunnel to kPeer leave by; 0: none.
    [[nodiscard]] std::uint32_t tunnel_index() {
        const auto link = world.link(seg6() ? "core0" : tunnel_name(kTunnel));
        return link ? link->index : 0;
    }

    // Whether the route leads through that tunnel.
    [[nodiscard]] bool through_tunnel(const std::optional<RouteRecord>& route) {
        return route && route->interface != 0 && route->interface == tunnel_index() &&
               (!seg6() || route->segment == kPeer);
    }

    [[nodiscard]] bool seg6() const { return forms.encap == Encap::Seg6; }

    [[nodiscard]] bool rules() const { return forms.uplinks == Uplinks::Rules; }

    World world;
    Driver driver;
    DriverSettings forms;
    Verdict verdict;
    SteadyTime now{std::chrono::seconds(100)};
    std::uint64_t revision = 0;
};

Verdict dlif_is_exact(Bench bench);
Verdict neighbour_is_permanent(Bench bench);
Verdict downlink_goes_to_the_node(Bench bench);
Verdict replacement_leaves_no_gap(Bench bench);
Verdict nodes_share_a_dlif(Bench bench);
Verdict identities_stay_apart(Bench bench);
Verdict standing_interfaces_stand(Bench bench);
Verdict uplink_follows_the_source(Bench bench);
Verdict local_networks_go_by_destination(Bench bench);
Verdict tunnel_is_shared(Bench bench);
Verdict tunnel_is_exact(Bench bench);
Verdict condemned_link_leads_nowhere(Bench bench);
Verdict condemned_link_is_revived(Bench bench);
Verdict sweep_takes_only_ours(Bench bench);
Verdict access_link_may_change(Bench bench);
Verdict vanished_link_is_made_anew(Bench bench);
Verdict leftovers_are_swept(Bench bench);
Verdict what_is_wished_for_is_adopted(Bench bench);
Verdict stop_leaves_nothing(Bench bench);
Verdict taken_mac_is_reported(Bench bench);
Verdict refusal_spares_the_others(Bench bench);
Verdict foreign_table_is_respected(Bench bench);
Verdict foreign_priority_is_respected(Bench bench);
Verdict foreign_name_is_respected(Bench bench);

struct Case {
    const char* name;
    Verdict (*run)(Bench bench);
};

inline constexpr std::array<Case, 24> kContract{{
    {"a DLIF has exactly the form and address wished for", dlif_is_exact},
    {"the neighbour entry is permanent", neighbour_is_permanent},
    {"the downlink goes to the node", downlink_goes_to_the_node},
    {"from DLIF to tunnel and back without a gap", replacement_leaves_no_gap},
    {"nodes of one anchor share its DLIF", nodes_share_a_dlif},
    {"equal link-local addresses of different DLIFs", identities_stay_apart},
    {"what is to stand before any node comes stands", standing_interfaces_stand},
    {"the uplink follows the source address", uplink_follows_the_source},
    {"local networks go by their destination", local_networks_go_by_destination},
    {"a tunnel is shared by all nodes and stays for the next", tunnel_is_shared},
    {"a tunnel has the parameters wished for", tunnel_is_exact},
    {"a condemned DLIF leads nowhere", condemned_link_leads_nowhere},
    {"a condemned DLIF is revived", condemned_link_is_revived},
    {"a sweep takes only what is ours", sweep_takes_only_ours},
    {"a DLIF may move to another access interface", access_link_may_change},
    {"a DLIF that vanished is made anew", vanished_link_is_made_anew},
    {"leftovers of an earlier run are swept at start", leftovers_are_swept},
    {"what is still wished for is adopted", what_is_wished_for_is_adopted},
    {"stop leaves nothing", stop_leaves_nothing},
    {"a taken link-layer address is reported", taken_mac_is_reported},
    {"a refused node spares the others", refusal_spares_the_others},
    {"routes of others in our table stop the start", foreign_table_is_respected},
    {"a rule of others at our priority stops the start", foreign_priority_is_respected},
    {"an interface of others under our name is left alone", foreign_name_is_respected},
}};

}  // namespace dmm::kernel

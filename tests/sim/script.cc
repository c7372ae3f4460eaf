#include "tests/sim/script.h"

#include <algorithm>

#include "tests/support/domain.h"

namespace dmm::test {
namespace {

using std::chrono::milliseconds;

std::string maar_name(std::uint64_t n) {
    return "maar" + std::to_string(n);
}

std::string host_name(std::uint64_t n) {
    return "host" + std::to_string(n);
}

bool happens(unsigned percent, Rng& rng) {
    return percent > 0 && rng.below(100) < percent;
}

Duration up_to(Duration most, Rng& rng) {
    return milliseconds(1 + rng.below(static_cast<std::uint64_t>(most / milliseconds(1))));
}

// From faster than a round trip to slower than most retransmissions.
Duration draw_pause(Rng& rng) {
    return rng.below(3) == 0 ? up_to(milliseconds(12), rng) : up_to(milliseconds(8000), rng);
}

// The story grows along its time.
class Draft {
public:
    Draft(const Faults& faults, Rng& rng) : faults_(faults), rng_(rng) {
        script_.maars = 2 + rng_.below(4);
        script_.hosts = 1 + rng_.below(3);
        // Small enough to be reached, where there are many.
        if (script_.maars >= 4) script_.most_previous = 2;
        script_.odds = {.loss = faults.loss,
                        .duplication = faults.duplication,
                        .reordering = faults.reordering};
        script_.channel = Seed{rng_.next()};
        set_clock("cmd");
        for (std::uint64_t n = 1; n <= script_.maars; ++n)
            set_clock(maar_name(n));
    }

    Script finish() && {
        const std::uint64_t legs = 1 + rng_.below(12);
        for (std::uint64_t i = 0; i < legs; ++i) {
            disturb();
            const std::string host = host_name(1 + rng_.below(script_.hosts));
            const std::uint64_t how = rng_.below(10);
            if (how == 0)
                leave(host);
            else if (how == 1)
                ping_pong(host);
            else
                move(host, maar_name(any_maar()), draw_pause(rng_));
        }
        script_.calm_at = std::max(calm_at_, at_);
        script_.nomadic = rng_.below(8) == 0;
        if (rng_.below(4) == 0) script_.idle_release = std::chrono::seconds(1 + rng_.below(30));
        return std::move(script_);
    }

private:
    std::uint64_t any_maar() { return 1 + rng_.below(script_.maars); }

    std::string any_node() {
        const std::uint64_t n = rng_.below(script_.maars + 1);
        return n == 0 ? "cmd" : maar_name(n);
    }

    void set_clock(const std::string& node) {
        if (faults_.skew == 0) return;
        const auto width = rng_.below(2ULL * faults_.skew + 1);
        const Duration ahead = milliseconds(width) - milliseconds(faults_.skew);
        script_.inputs.push_back({.at = {}, .what = Clock{.node = node, .ahead = ahead}});
    }

    void move(const std::string& host, const std::string& maar, Duration pause) {
        script_.inputs.push_back({.at = at_, .what = Move{.host = host, .maar = maar}});
        at_ += pause;
    }

    // For good, if no later leg is its own.
    void leave(const std::string& host) { move(host, "", draw_pause(rng_)); }

    // At the edge of two cells.
    void ping_pong(const std::string& host) {
        const std::uint64_t one = any_maar();
        const std::uint64_t other = 1 + (one + rng_.below(script_.maars - 1)) % script_.maars;
        const std::uint64_t times = 2 + rng_.below(5);
        for (std::uint64_t i = 0; i < times; ++i) {
            move(host, maar_name(i % 2 == 0 ? one : other), up_to(milliseconds(40), rng_));
        }
        at_ += draw_pause(rng_);
    }

    Duration lasting(Duration most) {
        const Duration lasts = up_to(most, rng_);
        calm_at_ = std::max(calm_at_, at_ + lasts);
        return lasts;
    }

    void disturb() {
        if (happens(faults_.partition, rng_)) {
            const std::string a = any_node();
            const std::string b = any_node();
            const Duration lasts = lasting(milliseconds(20'000));
            add(Partition{.a = a, .b = b, .lasts = lasts});
        }
        if (happens(faults_.refusal, rng_)) {
            const std::string maar = maar_name(any_maar());
            add(Refusal{.maar = maar, .lasts = lasting(milliseconds(10'000))});
        }
        if (happens(faults_.slowness, rng_)) {
            const std::string maar = maar_name(any_maar());
            const Duration takes = up_to(milliseconds(200), rng_);
            const Duration silent = up_to(milliseconds(200), rng_);
            const Duration lasts = lasting(milliseconds(20'000));
            add(Slowness{.maar = maar, .takes = takes, .silent = silent, .lasts = lasts});
        }
        if (happens(faults_.crash, rng_)) {
            const std::string node = any_node();
            const Duration lasts = lasting(milliseconds(5'000));
            add(Crash{.node = node, .lasts = lasts, .resumes = rng_.below(2) == 0});
        }
    }

    template <typename What>
    void add(What what) {
        script_.inputs.push_back({.at = at_, .what = std::move(what)});
    }

    const Faults& faults_;
    Rng& rng_;
    Script script_;
    Duration at_{};
    Duration calm_at_{};
};

// Of what lasts; nothing else ends.
std::optional<Duration> duration_of(const Input& input) {
    return std::visit(
        [](const auto& what) -> std::optional<Duration> {
            if constexpr (requires { what.lasts; })
                return what.lasts;
            else
                return std::nullopt;
        },
        input.what);
}

struct Performer {
    World& world;
    bool ends;

    void operator()(const Move& move) const {
        world.move(move.host, move.maar, Soliciting::Insistently);
    }

    void operator()(const Clock& clock) const { world.set_clock(clock.node, clock.ahead); }

    void operator()(const Partition& partition) const {
        if (ends)
            world.channel.join(partition.a, partition.b);
        else
            world.channel.cut(partition.a, partition.b);
    }

    void operator()(const Refusal& refusal) const {
        FakeKernel& kernel = *world.kernel(refusal.maar);
        kernel.refusal = ends ? std::nullopt : std::optional<std::string>("No buffer space");
    }

    void operator()(const Slowness& slowness) const {
        FakeKernel& kernel = *world.kernel(slowness.maar);
        kernel.delay = ends ? FakeKernel{}.delay : slowness.takes;
        kernel.silence = ends ? Duration{} : slowness.silent;
    }

    void operator()(const Crash& crash) const {
        if (!ends)
            world.crash(crash.node);
        else if (crash.resumes)
            world.resume(crash.node);
        else
            world.restart(crash.node);
    }
};

}  // namespace

Script draw_script(const Faults& faults, Rng& rng) {
    return Draft(faults, rng).finish();
}

std::vector<Step> steps_of(const Script& script) {
    std::vector<Step> steps;
    for (const Input& input : script.inputs) {
        steps.push_back({.at = input.at, .input = &input, .ends = false});
        if (const auto lasts = duration_of(input)) {
            steps.push_back({.at = input.at + *lasts, .input = &input, .ends = true});
        }
    }
    std::stable_sort(
        steps.begin(), steps.end(), [](const Step& a, const Step& b) { return a.at < b.at; });
    return steps;
}

void build(const Script& script, World& world) {
    const Domain domain(script.maars);
    ProtocolSettings protocol;
    protocol.mode = script.mode;
    CmdSettings cmd = domain.cmd(protocol);
    cmd.max_previous_maars = script.most_previous;
    if (script.nomadic) cmd.mobility = Mobility::None;
    world.add_cmd("cmd", cmd);
    for (std::uint64_t n = 1; n <= script.maars; ++n) {
        MaarSettings maar = domain.maar(n, protocol);
        maar.idle_release = script.idle_release;
        world.add_maar(maar_name(n), maar);
    }
    for (std::uint64_t n = 1; n <= script.hosts; ++n)
        world.add_host(host_name(n), host_mac(n));
    for (const std::string& node : world.node_names())
        world.inject(node, core::Started{.restart_counter = 1});
    for (const Decision& decision : script.decisions)
        world.channel.decide(decision);
    world.channel.follow(script.odds, script.channel);
}

LinkLayerAddress host_mac(std::uint64_t n) {
    return LinkLayerAddress({2, 0, 0, 0, 9, static_cast<std::uint8_t>(n)});
}

void perform(const Step& step, World& world) {
    std::visit(Performer{.world = world, .ends = step.ends}, step.input->what);
}

}  // namespace dmm::test

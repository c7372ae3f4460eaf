// The story of one world as data: what is done to it, and when. It can be played, written as a
// scenario, and made shorter.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "lib/base/rng.h"
#include "lib/base/time.h"
#include "tests/sim/faults.h"
#include "tests/support/channel.h"
#include "tests/support/world.h"

namespace dmm::test {

struct Move {
    std::string host;
    std::string maar;  // "": off every link
};

struct Clock {
    std::string node;
    Duration ahead;
};

struct Partition {
    std::string a;
    std::string b;
    Duration lasts;
};

struct Refusal {
    std::string maar;
    Duration lasts;
};

struct Slowness {
    std::string maar;
    Duration takes;
    Duration silent;
    Duration lasts;
};

struct Crash {
    std::string node;
    Duration lasts;
    bool resumes = false;  // with what it had written down
};

struct Input {
    Duration at;
    std::variant<Move, Clock, Partition, Refusal, Slowness, Crash> what;
};

struct Script {
    DomainMode mode = DomainMode::Proxy;
    std::uint64_t maars = 0;
    std::uint64_t hosts = 0;
    std::size_t most_previous = 8;         // P-MAARs that the CMD leaves to a host
    bool nomadic = false;                  // the hosts keep no prefix when they move
    std::chrono::seconds idle_release{0};  // of the MAARs; no host ever uses an old prefix
    std::vector<Input> inputs;
    std::vector<Decision> decisions;  // about single messages
    Odds odds;                        // about those of which nothing was decided
    Seed channel;
    Duration calm_at{};  // no faults any more, and no moves
};

[[nodiscard]] Script draw_script(const Faults& faults, Rng& rng);

// One thing that is done at once; what lasts begins with one step and ends with another.
struct Step {
    Duration at{};
    const Input* input = nullptr;  // of the script
    bool ends = false;
};

// In their order of time.
[[nodiscard]] std::vector<Step> steps_of(const Script& script);

// The nodes and hosts, and what was decided about messages.
[[nodiscard]] LinkLayerAddress host_mac(std::uint64_t n);  // of host "hostN"
void build(const Script& script, World& world);
void perform(const Step& step, World& world);

}  // namespace dmm::test

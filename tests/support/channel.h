// What becomes of each message between two nodes: lost, doubled, late. Decided one by one, by
// odds from a seed, or by a cut. Odds leave a record that decides the same way in another run.
#pragma once

#include <compare>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "lib/base/rng.h"
#include "lib/base/time.h"

namespace dmm::test {

struct Way {
    std::string from;
    std::string to;
    friend auto operator<=>(const Way&, const Way&) = default;
};

struct Fate {
    bool lost = false;
    bool doubled = false;  // the second copy is not late
    Duration late{};
    friend bool operator==(const Fate&, const Fate&) = default;
};

// The fate of the `number`-th message, from 1, that its sender sent this way.
struct Decision {
    Way way;
    unsigned number = 0;
    Fate fate;
};

// In percent of the messages.
struct Odds {
    unsigned loss = 0;
    unsigned duplication = 0;
    unsigned reordering = 0;
};

class Channel {
public:
    // The fate of the next message this way; asked once for each.
    [[nodiscard]] Fate next(const Way& way);

    // The next `count` messages this way are lost.
    void lose(unsigned count, const Way& way) { losses_[way] += count; }

    // Joins what was decided about the same message before.
    void decide(const Decision& decision);
    void follow(const Odds& odds, Seed seed);

    // Nothing passes between the two, either way. Cuts may overlap: each is joined once.
    void cut(const std::string& a, const std::string& b);
    void join(const std::string& a, const std::string& b);

    // What the odds did.
    [[nodiscard]] const std::vector<Decision>& drawn() const { return drawn_; }

private:
    [[nodiscard]] Fate draw();

    std::map<Way, unsigned> sent_;
    std::map<Way, unsigned> losses_;
    std::map<Way, std::map<unsigned, Fate>> decided_;
    std::multiset<Way> cuts_;
    Odds odds_;
    Rng rng_{Seed{0}};
    std::vector<Decision> drawn_;
};

}  // namespace dmm::test

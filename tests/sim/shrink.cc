#include "tests/sim/shrink.h"

#include <algorithm>

namespace dmm::test {
namespace {

class Shrinker {
public:
    Shrinker(Script script, std::string kind, std::chrono::milliseconds time)
        : script_(std::move(script)),
          kind_(std::move(kind)),
          until_(std::chrono::steady_clock::now() + time) {}

    Script finish() && {
        // From the whole down to single items, and again while the last round left something
        // out: without one thing another may be needless too.
        bool shorter = true;
        while (shorter && !late()) {
            shorter = false;
            for (std::size_t chunk = size(); chunk > 0; chunk /= 2)
                shorter = leave_out(chunk) || shorter;
        }
        return std::move(script_);
    }

private:
    [[nodiscard]] std::size_t size() const {
        return script_.inputs.size() + script_.decisions.size();
    }

    [[nodiscard]] bool late() const { return std::chrono::steady_clock::now() >= until_; }

    [[nodiscard]] bool leave_out(std::size_t chunk) {
        bool shorter = false;
        for (std::size_t at = 0; at < size() && !late();) {
            Script candidate = without(at, std::min(at + chunk, size()));
            if (fails_alike(candidate)) {
                script_ = std::move(candidate);
                shorter = true;
            } else {
                at += chunk;
            }
        }
        return shorter;
    }

    [[nodiscard]] bool fails_alike(const Script& candidate) const {
        const Outcome outcome = play(candidate);
        return std::any_of(outcome.violations.begin(),
                           outcome.violations.end(),
                           [&](auto& violation) { return kind_of(violation) == kind_; });
    }

    // Items are numbered through: the inputs, then the decisions.
    [[nodiscard]] Script without(std::size_t from, std::size_t to) const {
        Script left = script_;
        left.inputs.clear();
        left.decisions.clear();
        for (std::size_t i = 0; i < size(); ++i) {
            if (i >= from && i < to) continue;
            if (i < script_.inputs.size())
                left.inputs.push_back(script_.inputs[i]);
            else
                left.decisions.push_back(script_.decisions[i - script_.inputs.size()]);
        }
        return left;
    }

    Script script_;
    std::string kind_;
    std::chrono::steady_clock::time_point until_;
};

}  // namespace

Script shrink(const Script& script, const Outcome& outcome, std::chrono::milliseconds time) {
    Script decided = script;
    decided.odds = {};
    decided.decisions.insert(
        decided.decisions.end(), outcome.decisions.begin(), outcome.decisions.end());
    return Shrinker(std::move(decided), kind_of(outcome.violations.front()), time).finish();
}

}  // namespace dmm::test

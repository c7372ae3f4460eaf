// A CMD and three MAARs whose post, kernels and clocks are in a stranger's hands. What they send
// waits until it is delivered, forged or forgotten; what they wish for comes true, fails, or is
// never answered. After each event all that must hold is looked at, and abort() tells otherwise.
#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "lib/core/cmd_engine.h"
#include "lib/core/maar_engine.h"

namespace dmm::test {

class HostileDomain {
public:
    static constexpr std::size_t kMaars = 3;
    static constexpr std::size_t kNodes = 1 + kMaars;  // 0 is the CMD

    HostileDomain(const ProtocolSettings& protocol, std::size_t max_previous_maars);

    [[nodiscard]] static Ip6Address address(std::size_t node);

    // Of whom `to` is the address; a message to anybody else is nobody's.
    [[nodiscard]] static std::optional<std::size_t> node_at(const Ip6Address& to);

    void handle(std::size_t node, const core::Event& event);

    // Each deadline in its turn, as long as there are few; what is then still due comes late.
    void pass(Duration duration);

    // The node's wall clock is ahead by this much.
    void set_clock(std::size_t node, Duration ahead) { ahead_[node] = ahead; }

    [[nodiscard]] WallTime wall(std::size_t node) const;

    // What was sent and not delivered yet, and the newest of all that was sent.
    [[nodiscard]] std::optional<core::Send> take_post(std::size_t index);
    [[nodiscard]] std::optional<core::Send> past(std::size_t index) const;

    // The kernel's answer to the newest wish for one of the MAAR's nodes, once for each wish.
    void answer_wish(std::size_t maar, std::size_t index, bool applied);

    // All wishes come true and all post arrives, as long as there is some.
    void settle();

private:
    void perform(std::size_t node, const core::Action& action);
    void check(std::size_t node) const;
    void tick(std::size_t node);
    [[nodiscard]] std::optional<SteadyTime> deadline(std::size_t node) const;

    core::CmdEngine cmd_;
    std::vector<core::MaarEngine> maars_;
    std::array<std::map<MnId, Revision>, kNodes> wished_;
    std::array<Duration, kNodes> ahead_{};
    std::deque<core::Send> post_;
    std::deque<core::Send> past_;
    Now now_;
};

}  // namespace dmm::test

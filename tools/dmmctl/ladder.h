// A handover as a ladder: who took part, and what went from whom to whom, when. Drawn as text or
// as SVG.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "lib/control/views.h"

namespace dmm::dmmctl {

struct Ladder {
    struct Participant {
        std::string role;     // "node", "CMD", "MAAR"; "this MAAR" and "this CMD" are us
        std::string address;  // or name
    };

    // An arrow, or where both are the same something that happened there.
    struct Rung {
        std::uint64_t at_us = 0;
        std::size_t from = 0;
        std::size_t to = 0;
        std::string label;
    };

    std::string title;
    std::vector<Participant> participants;  // from left to right
    std::vector<Rung> rungs;
};

[[nodiscard]] Ladder ladder_of(const control::HandoverView& handover);

// Lines with newlines, within kColumns for up to four participants.
[[nodiscard]] std::string ladder_text(const Ladder& ladder);
// A document of its own.
[[nodiscard]] std::string ladder_svg(const Ladder& ladder);

}  // namespace dmm::dmmctl

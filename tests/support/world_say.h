// The transcript of a World, for the sources that make one up.
#pragma once

#include <string>

#include "lib/base/text.h"
#include "lib/core/trace.h"
#include "tests/support/world.h"

namespace dmm::test {

template <typename Text>
void World::say(const std::string& node, const Text& text) const {
    if (on_line) on_line(to_text(now_.steady.since_start) + ' ' + node + ' ' + text());
}

}  // namespace dmm::test

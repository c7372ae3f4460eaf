// Either role's engine behind one face: the agent drives both alike.
#pragma once

#include <optional>
#include <variant>

#include "lib/base/rng.h"
#include "lib/base/time.h"
#include "lib/core/action.h"
#include "lib/core/cmd_engine.h"
#include "lib/core/event.h"
#include "lib/core/maar_engine.h"
#include "lib/model/settings.h"

namespace dmm::agent {

using Engine = std::variant<core::MaarEngine, core::CmdEngine>;

[[nodiscard]] Engine make_engine(const Settings& settings, Seed seed);

[[nodiscard]] core::Actions handle(Engine& engine, const Now& now, const core::Event& event);
[[nodiscard]] std::optional<SteadyTime> next_deadline(const Engine& engine);
[[nodiscard]] bool has_session(const Engine& engine, const MnId& mn);

}  // namespace dmm::agent

// Which sessions of an engine a filter lets pass.
#pragma once

#include <optional>

#include "lib/control/node_filter.h"
#include "lib/core/cmd_session.h"
#include "lib/core/maar_session.h"

namespace dmm::agent {

[[nodiscard]] bool passes(const core::MaarSession& session, const control::NodeFilter& filter);
[[nodiscard]] bool passes(const core::CmdSession& session, const control::NodeFilter& filter);

// The only node that can pass, so that the others need not be looked at; nullopt: there may be
// several. And what is left to judge of it.
[[nodiscard]] std::optional<MnId> one_node(const control::NodeFilter& filter);
[[nodiscard]] control::NodeFilter without_name(control::NodeFilter filter);

}  // namespace dmm::agent

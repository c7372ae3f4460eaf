// From a session to its forwarding: the only author of wishes. Pure.
#pragma once

#include "lib/core/maar_session.h"
#include "lib/model/forwarding.h"
#include "lib/model/settings.h"

namespace dmm::core {

// What the kernel shall have for this node (RFC 8885 sections 3.1, 3.2 and 3.7).
[[nodiscard]] SessionForwarding plan(const MaarSession& session, const MaarSettings& settings);

// The DLIF of `anchor` towards the session's node.
[[nodiscard]] Dlif dlif_towards(const MaarSession& session, const Anchor& anchor);

}  // namespace dmm::core

// What this process may do (capabilities(7)).
#pragma once

namespace dmm::agent {

// Whether capability `number`, a CAP_* of <linux/capability.h>, is effective.
[[nodiscard]] bool has_capability(unsigned number);

}  // namespace dmm::agent

#include "agent/warm_up.h"

#include <sys/mman.h>

namespace dmm::agent {

void fault_in_program() {
    // Locking brings the pages in; they need not stay, so nothing is pinned.
    if (::mlockall(MCL_CURRENT) == 0) (void)::munlockall();
}

}  // namespace dmm::agent

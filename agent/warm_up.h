// Memory before the first event: a page of the program that is only read from storage when a
// handover first needs it costs that handover milliseconds.
#pragma once

namespace dmm::agent {

// Brings in every page that is mapped now. Does nothing where the limits do not allow it.
void fault_in_program();

}  // namespace dmm::agent

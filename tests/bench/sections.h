// The parts of `make bench`; each adds its rows to the table. All but the engine's need root, and
// make network namespaces of their own.
#pragma once

#include <string>
#include <vector>

#include "tests/bench/table.h"

namespace dmm::bench {

struct Programs {
    std::string dmmd;    // the daemon that is measured
    std::string folder;  // for configurations, sockets and logs; exists
    bool vm = false;     // also what wants the virtual machine
};

void add_engine_rows(Table& table);
// Signalling, resident memory and wake-ups of a CMD behind sockets.
void add_cmd_rows(Table& table, const Programs& programs);
// Many nodes that attach to a MAAR at once.
void add_storm_rows(Table& table, const Programs& programs);
// What one handover costs a MAAR: to its data plane with many nodes there, and in whole.
void add_handover_rows(Table& table, const Programs& programs);
// The demonstration, in the virtual machine; run where the source tree is.
void add_vm_rows(Table& table, const Programs& programs);

// The numbers of a list such as "lost_per_move=3,4,-": what is no number is left out.
[[nodiscard]] std::vector<double> numbers_behind(const std::string& text, const std::string& key);

}  // namespace dmm::bench

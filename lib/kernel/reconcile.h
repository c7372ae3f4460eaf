// The difference between what shall be and what is, as operations in a safe order. Make
// before break: nothing is taken away before its successor stands. Pure.
#pragma once

#include <vector>

#include "lib/kernel/objects.h"
#include "lib/kernel/operation.h"

namespace dmm::kernel {

struct Plan {
    // What needs no link that is made or taken into use here: above all the new way to a node
    // that has moved on. Before all else, for making a link takes longer than many of these.
    std::vector<Operation> at_once;
    // Creations of links, each after the removal of a namesake of another make. They go
    // before the rest: what lies on a link names it by the index it gets here.
    std::vector<Operation> links;
    // These links into use, and the addresses, neighbours and routes on them.
    std::vector<Operation> rest;
    // In reverse, and nobody waits for them. A link is condemned, never deleted; what lies on
    // it goes with it later.
    std::vector<Operation> removals;
};

// For whole states as for two cuts of the same identities. A cut that holds a link to be
// revived or replaced must hold everything that lies on it.
[[nodiscard]] Plan reconcile(const KernelState& desired, const KernelState& actual);

// What `state` is once the kernel has carried `operation` out.
void carry_out(KernelState& state, const Operation& operation);

// Whether one can become the other without being made anew.
[[nodiscard]] bool same_make(const Link& a, const Link& b);

// Forgets a link and all that lies on it or leads to it.
void erase_link(KernelState& state, const std::string& name);

// The identities of addresses and neighbours on the link: O(their number x log n).
[[nodiscard]] std::vector<Identity> lying_on(const KernelState& state, const std::string& name);
// The identities of routes that lead to the link: O(routes).
[[nodiscard]] std::vector<Identity> leading_to(const KernelState& state, const std::string& name);

}  // namespace dmm::kernel

// One change of the kernel's state, as a value. Each is one netlink request, and has the
// text of the `ip` command that does the same: for errors, for the dry run, for people.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "lib/kernel/objects.h"

namespace dmm::kernel {

// Makes an object; EEXIST if there is one of its identity. A link is made as its `group`
// says and down.
struct Add {
    Object object;
    friend auto operator<=>(const Add&, const Add&) = default;
};

// Makes it, or changes the present one in one step, so that no packet is lost meanwhile.
struct Replace {
    Object object;
    friend auto operator<=>(const Replace&, const Replace&) = default;
};

struct Remove {
    Object object;
    friend auto operator<=>(const Remove&, const Remove&) = default;
};

// Takes a new or condemned link into use: live group, our alias, no addresses made by the
// kernel. Cannot be part of its creation: the kernel (6.1, 6.18) refuses AF_SPEC there.
struct SettleLink {
    Link link;
    friend auto operator<=>(const SettleLink&, const SettleLink&) = default;
};

// Separate from SettleLink, because the kernel applies flags before AF_SPEC.
struct RaiseLink {
    Link link;
    friend auto operator<=>(const RaiseLink&, const RaiseLink&) = default;
};

// The link hears nothing from now on and waits for its group to be swept. Cheap, while
// deleting a link by itself takes about 19 ms (6.18).
struct CondemnLink {
    Link link;
    friend auto operator<=>(const CondemnLink&, const CondemnLink&) = default;
};

// Deletes all links of a group at once.
struct SweepGroup {
    std::uint32_t group = kCondemnedGroup;
    friend auto operator<=>(const SweepGroup&, const SweepGroup&) = default;
};

using Operation =
    std::variant<Add, Replace, Remove, SettleLink, RaiseLink, CondemnLink, SweepGroup>;

// The object that is changed; none for SweepGroup.
[[nodiscard]] std::optional<Object> object_of(const Operation& operation);

[[nodiscard]] std::string to_text(const Operation& operation);

}  // namespace dmm::kernel

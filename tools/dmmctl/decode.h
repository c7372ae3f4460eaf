// `dmmctl decode`: one Mobility Header, as captured, shown field by field. Needs no daemon.
#pragma once

#include <istream>
#include <ostream>
#include <span>
#include <string>

namespace dmm::dmmctl {

// `arguments` are the words behind "decode". Returns the exit status: 0 decoded, 1 malformed
// or unreadable, 2 wrong usage.
[[nodiscard]] int decode_command(std::span<const std::string> arguments,
                                 std::istream& in,
                                 std::ostream& out,
                                 std::ostream& err);

}  // namespace dmm::dmmctl

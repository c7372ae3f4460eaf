// TCP to and from a node that has moved, through the tunnel that dmmd has made for it, beside a
// tunnel between two such routers that ip(8) has made. Needs a kernel with ip6tnl.
#pragma once

#include "tests/bench/sections.h"

namespace dmm::bench {

// One line on standard output with the Mbit/s of alternated runs, "tunnel_down_mbit=9,8,9
// bare_down_mbit=...", for numbers_behind(). The exit status.
int measure_tunnel(const Programs& programs);

inline constexpr const char* kTunnelDown = "tunnel_down_mbit=";
inline constexpr const char* kTunnelUp = "tunnel_up_mbit=";
// Without the source check.
inline constexpr const char* kUncheckedDown = "unchecked_down_mbit=";
inline constexpr const char* kUncheckedUp = "unchecked_up_mbit=";
inline constexpr const char* kBareDown = "bare_down_mbit=";
inline constexpr const char* kBareUp = "bare_up_mbit=";

}  // namespace dmm::bench

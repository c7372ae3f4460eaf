// SHA-256 (FIPS 180-4), for names that every router must derive alike. Sixty lines
// here cost a router less flash than a cryptographic library; it guards no secret.
#pragma once

#include <array>
#include <cstdint>

#include "lib/base/bytes.h"

namespace dmm {

[[nodiscard]] std::array<std::uint8_t, 32> sha256(ByteView message);

}  // namespace dmm

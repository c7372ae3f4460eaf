// One mobility option from and to its data, the octets behind Type and Length. What its row
// in the option table says (Length, repetition, alignment) is the caller's to keep.
#pragma once

#include <cstdint>

#include "lib/base/bytes.h"
#include "lib/wire/option.h"

namespace dmm::wire {

// Appends the option to `out`. `data` must have a Length that the table allows for `type`.
// False, with `out` in an unspecified state, if a prefix is longer than 128 bits.
[[nodiscard]] bool read_option(std::uint8_t type, ByteView data, Options& out);

// Appends the data of `option`. Reserved fields are zero.
void write_option_data(const Option& option, Writer& out);

}  // namespace dmm::wire

// A decoded message as one JSON object: keys `mh`, `message` and `options`, in which every
// option and every piece of padding stands at its offset.
#pragma once

#include <string>

#include "lib/base/bytes.h"
#include "lib/wire/decode.h"

namespace dmm::dmmctl {

// `bytes` are what `decoded` was decoded from: they alone still have the reserved octets and
// the bits behind a prefix.
[[nodiscard]] std::string to_json(const wire::Decoded& decoded, ByteView bytes);
// {"error": {"fault", "offset", "option", "text", "reaction"}}
[[nodiscard]] std::string to_json(const wire::DecodeError& error);

}  // namespace dmm::dmmctl

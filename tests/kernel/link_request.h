// The part of a request about a link that the kernel never shows again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "lib/base/bytes.h"
#include "lib/base/ip.h"

namespace dmm::kernel {

struct LinkRequest {
    bool has_group = false;
    bool has_families = false;
    bool wants_up = false;
    bool wants_down = false;
    std::string alias;
};

// Of RTM_NEWLINK, RTM_SETLINK and RTM_DELLINK; nullopt for what breaks the format.
[[nodiscard]] std::optional<LinkRequest> decode_request(ByteView payload);

}  // namespace dmm::kernel

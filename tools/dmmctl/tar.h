// Archives in the ustar format (POSIX.1-2017, pax, "ustar Interchange Format"), uncompressed.
// Written here because the tar of a small router may be missing or unable to create, and what
// a person needs for a report must not depend on what is installed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace dmm::dmmctl {

// A regular file with mode 0600 that belongs to nobody in particular: its header, `text`, and
// zeros up to the next block. `name` has 1 to 100 octets, `text` less than 8 GiB; `time` is in
// seconds since 1970, below 2^33.
[[nodiscard]] std::string tar_member(std::string_view name,
                                     std::string_view text,
                                     std::uint64_t time);

// What stands behind the last member.
[[nodiscard]] std::string tar_end();

}  // namespace dmm::dmmctl

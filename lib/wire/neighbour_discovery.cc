#include "lib/wire/neighbour_discovery.h"

namespace dmm::wire {

std::expected<NdOption, NdOptionFault> read_nd_option(Reader& in) {
    NdOption option;
    option.type = in.u8();
    const std::uint8_t units = in.u8();
    if (in.failed()) return std::unexpected(NdOptionFault::Truncated);
    if (units == 0) return std::unexpected(NdOptionFault::ZeroLength);
    option.data = in.take(std::size_t{units} * 8 - 2);
    if (in.failed()) return std::unexpected(NdOptionFault::Truncated);
    return option;
}

}  // namespace dmm::wire

#include "tools/demo/tally.h"

#include <algorithm>
#include <cerrno>
#include <new>
#include <system_error>

#include <sys/mman.h>

namespace dmm::demo {
namespace {

std::string fault_of(const OctetTally& tally, const std::string& direction) {
    const std::string intact = std::to_string(tally.intact.load());
    if (tally.corrupt) return direction + ": octet " + intact + " is not as sent";
    if (tally.intact != tally.sent) {
        return direction + ": " + intact + " of " + std::to_string(tally.sent.load()) +
               " octets arrived";
    }
    if (tally.sent == 0) return direction + ": nothing was sent";
    if (!tally.finished) return direction + ": the stream was not closed in order";
    return {};
}

}  // namespace

std::uint32_t DatagramTally::lost(std::uint32_t begin, std::uint32_t end) const {
    const std::uint32_t bound = std::min(end, kDatagramsAtMost);
    std::uint32_t missing = 0;
    for (std::uint32_t i = begin; i < bound; ++i) {
        if (arrived[i].load(std::memory_order_relaxed) == 0) ++missing;
    }
    return missing;
}

std::string Tally::tcp_fault() const {
    if (connections != 1) {
        return "expected one connection, saw " + std::to_string(connections.load());
    }
    if (tcp_error != 0) return "TCP: " + std::generic_category().message(tcp_error);
    const std::string fault = fault_of(tcp_up, "mn -> cn");
    return fault.empty() ? fault_of(tcp_down, "cn -> mn") : fault;
}

void Unmap::operator()(Tally* tally) const {
    tally->~Tally();
    (void)::munmap(tally, sizeof(Tally));
}

std::expected<SharedTally, std::string> make_tally() {
    static_assert(std::atomic<std::uint64_t>::is_always_lock_free);
    void* memory =
        ::mmap(nullptr, sizeof(Tally), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        return std::unexpected("no shared memory: " + std::generic_category().message(errno));
    }
    return SharedTally(new (memory) Tally);
}

}  // namespace dmm::demo

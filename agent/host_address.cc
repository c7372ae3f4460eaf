#include "agent/host_address.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "lib/base/text.h"

namespace dmm::agent {
namespace {

// IFA_F_* of <linux/if_addr.h>.
constexpr unsigned kOptimistic = 0x04;
constexpr unsigned kDadFailed = 0x08;
constexpr unsigned kTentative = 0x40;

AddressState state_of(std::string_view flags_in_hex) {
    unsigned flags = 0;
    std::from_chars(flags_in_hex.data(), flags_in_hex.data() + flags_in_hex.size(), flags, 16);
    if ((flags & kDadFailed) != 0) return AddressState::Duplicate;
    if ((flags & kTentative) != 0 && (flags & kOptimistic) == 0) return AddressState::Tentative;
    return AddressState::Usable;
}

struct Holder {
    AddressState state = AddressState::Absent;
    std::string interface;
};

Holder holder_of(std::string_view table, const Ip6Address& address) {
    constexpr std::size_t kFlagsColumn = 4;
    constexpr std::size_t kNameColumn = 5;
    const std::string wanted = to_hex(address.octets());
    Holder best;
    while (!table.empty()) {
        const std::size_t end = std::min(table.find('\n'), table.size());
        const auto columns = split_words(table.substr(0, end));
        table.remove_prefix(std::min(end + 1, table.size()));
        if (!columns || columns->size() <= kFlagsColumn || columns->front() != wanted) continue;
        const AddressState state = state_of((*columns)[kFlagsColumn]);
        if (state <= best.state) continue;
        best.state = state;
        best.interface = columns->size() > kNameColumn ? (*columns)[kNameColumn] : "";
    }
    return best;
}

}  // namespace

AddressState address_state(std::string_view table, const Ip6Address& address) {
    return holder_of(table, address).state;
}

std::string address_interface(std::string_view table, const Ip6Address& address) {
    return holder_of(table, address).interface;
}

}  // namespace dmm::agent

#include "tools/demo/scene.h"

namespace dmm::demo {

std::string maar_name(int maar) {
    return "maar" + std::to_string(maar);
}

std::string maar_address(int maar) {
    return "2001:db8:" + std::to_string(maar) + "::1";
}

std::string maar_gateway(int maar) {
    return "2001:db8:" + std::to_string(maar) + "::fe";
}

std::string maar_pool(int maar) {
    return "2001:db8:" + pool_nickname(maar) + "::/48";
}

std::string pool_nickname(int maar) {
    return "a" + std::to_string(maar) + "00";
}

Ip6Address cn_address() {
    return Ip6Address::parse(kCnAddress).value_or(Ip6Address());
}

std::optional<int> anchor_of(const Ip6Address& address) {
    for (int maar = 1; maar <= kMaars; ++maar) {
        const std::optional<Prefix> pool = Prefix::parse(maar_pool(maar));
        if (pool && pool->contains(address)) return maar;
    }
    return std::nullopt;
}

std::string name_of(const Ip6Address& address) {
    std::string text = to_text(address);
    if (text == kCmdAddress) return "cmd";
    if (text == kCnAddress) return "cn";
    for (int maar = 1; maar <= kMaars; ++maar) {
        if (text == maar_address(maar)) return maar_name(maar);
    }
    return text;
}

}  // namespace dmm::demo

// Other names for those who must not be recognised, the same one each time.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/ip.h"

namespace dmm::dmmctl {

class Pseudonyms {
public:
    // The nodes' identifiers, which are called "mn1", "mn2" and so on in this order. Those that
    // are link-layer addresses are treated as such.
    explicit Pseudonyms(const std::vector<std::string>& names);

    // `text` with the identifiers replaced where they stand as words, also within JSON and quotes;
    // link-layer addresses by 02:00:00:00:00:01 and so on as they appear, also those that
    // an interface identifier of an IPv6 address was made of (RFC 4291 appendix A); and the part
    // that a solicited-node multicast address tells of one by zeros.
    [[nodiscard]] std::string apply(std::string_view text);

private:
    void add(const std::string& name, const std::string& pseudonym);
    [[nodiscard]] std::string_view name_at(std::string_view text, std::size_t at) const;
    [[nodiscard]] std::optional<std::string> address_for(std::string_view run);
    [[nodiscard]] LinkLayerAddress mac_for(const LinkLayerAddress& mac);

    std::map<std::string, std::string, std::less<>> names_;
    std::set<std::size_t, std::greater<>> lengths_;  // of the names, the longest first
    std::map<LinkLayerAddress, LinkLayerAddress> macs_;
};

}  // namespace dmm::dmmctl

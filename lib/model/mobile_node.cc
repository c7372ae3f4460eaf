#include "lib/model/mobile_node.h"

#include <algorithm>

#include "lib/base/text.h"
#include "lib/model/limits.h"

namespace dmm {
namespace {

ByteView octets_of(const std::string& text) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): char to octet view.
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string string_of(ByteView bytes) {
    return {bytes.begin(), bytes.end()};
}

// A NAI that cannot be mistaken for one of the other two text forms.
bool reads_as_nai(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; }) &&
           !LinkLayerAddress::parse(text) &&
           (text.find('@') != std::string_view::npos || text.find(':') == std::string_view::npos);
}

}  // namespace

MnId MnId::eui48(const LinkLayerAddress& mac) {
    return {.subtype = kMnIdEui48, .identifier = string_of(mac.octets())};
}

std::string to_text(const MnId& id) {
    if (id.subtype == kMnIdNai && !id.identifier.empty() && reads_as_nai(id.identifier)) {
        return id.identifier;
    }
    if (id.subtype == kMnIdEui48) {
        if (const auto mac = LinkLayerAddress::from(octets_of(id.identifier))) return to_text(*mac);
    }
    return std::to_string(id.subtype) + ':' + to_hex(octets_of(id.identifier));
}

std::optional<MnId> parse_mn_id(std::string_view text) {
    if (text.empty() || text.size() > limits::kMnIdentifierOctets * 2 + 4) return std::nullopt;
    if (const auto mac = LinkLayerAddress::parse(text)) return MnId::eui48(*mac);
    if (reads_as_nai(text)) {
        if (text.size() > limits::kMnIdentifierOctets) return std::nullopt;
        return MnId::nai(text);
    }
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto subtype = parse_number<std::uint8_t>(text.substr(0, colon));
    const auto identifier = parse_hex(text.substr(colon + 1));
    if (!subtype || !identifier || identifier->size() > limits::kMnIdentifierOctets) {
        return std::nullopt;
    }
    return MnId{.subtype = *subtype, .identifier = string_of(*identifier)};
}

}  // namespace dmm

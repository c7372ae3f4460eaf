#include "lib/model/forwarding.h"

#include <algorithm>
#include <string_view>

#include "lib/base/sha256.h"

namespace dmm {
namespace {

constexpr std::string_view kDerivationLabel = "dmm-dlif-v2";

void put_text(Writer& out, std::string_view text) {
    for (const char c : text)
        out.u8(static_cast<std::uint8_t>(c));
}

}  // namespace

DlifIdentity derive_dlif(const Ip6Address& anchor) {
    Writer input;
    put_text(input, kDerivationLabel);
    input.put(anchor.octets());
    const auto h = sha256(input.view());

    // Locally administered and unicast, so that it never meets a maker's address.
    std::array<std::uint8_t, 6> mac{};
    std::copy_n(h.begin(), mac.size(), mac.begin());
    mac[0] = static_cast<std::uint8_t>((mac[0] & 0xfcU) | 0x02U);

    std::array<std::uint8_t, 16> link_local{0xfe, 0x80};
    std::copy_n(h.begin() + 8, 8, link_local.begin() + 8);
    link_local[8] = static_cast<std::uint8_t>(link_local[8] & 0xfdU);
    return {.mac = LinkLayerAddress(mac), .link_local = Ip6Address(link_local)};
}

std::string to_text(const Tunnel& tunnel) {
    return to_text(tunnel.local) + '>' + to_text(tunnel.remote);
}

std::string to_text(const Dlif& dlif) {
    return to_text(dlif.identity.mac) + ',' + to_text(dlif.identity.link_local) + ",mn," +
           to_text(dlif.mn) + ",over," + dlif.over.name;
}

std::string to_text(const SessionForwarding& forwarding) {
    std::string text;
    const auto add = [&](std::string_view key, const std::string& value) {
        if (!text.empty()) text += ' ';
        text += key;
        text += '=';
        text += value;
    };
    for (const Dlif& dlif : forwarding.dlifs)
        add("dlif", to_text(dlif));
    for (const Downlink& down : forwarding.down) {
        const auto* dlif = std::get_if<Dlif>(&down.via);
        add("down",
            to_text(down.to) + (dlif != nullptr
                                    ? ",dlif," + to_text(dlif->identity.mac)
                                    : ",tunnel," + to_text(std::get<Tunnel>(down.via).remote)));
    }
    for (const Uplink& up : forwarding.up) {
        const std::string to = up.to == Prefix{} ? "" : ",to," + to_text(up.to);
        add("up", to_text(up.from) + to + ",tunnel," + to_text(up.via.remote));
    }
    for (const Bypass& bypass : forwarding.bypass) {
        add("bypass", to_text(bypass.from) + ",to," + to_text(bypass.to));
    }
    return text;
}

}  // namespace dmm

#include "tools/demo/daemon_config.h"

#include <map>
#include <string_view>

#include "tools/demo/scene.h"

namespace dmm::demo {
namespace {

constexpr std::string_view kMaar = R"({
  "role": "maar",
  "log": "info",
  "control_socket": "$SOCKET",
  "maar": {
    "address": "$ADDRESS",
    "cmd": "$CMD",
    "peers": [$PEERS],
    "core_interface": "core0",
    "access_links": ["lan0"],
    "pool": "$POOL",
    "nodes": {"$MAC": "$NODE"}
  },
  "protocol": {"mode": "$MODE"}
}
)";

constexpr std::string_view kCmd = R"({
  "role": "cmd",
  "log": "info",
  "control_socket": "$SOCKET",
  "cmd": {
    "address": "$CMD",
    "maars": [$MAARS]
  },
  "protocol": {"mode": "$MODE"}
}
)";

constexpr std::string_view kEntry = R"({"address": "$ADDRESS", "pool": "$POOL"})";

// Every $NAME of the form replaced by its value.
std::string filled(std::string_view form, const std::map<std::string_view, std::string>& values) {
    std::string out(form);
    for (const auto& [name, value] : values) {
        const std::size_t at = out.find(name);
        if (at != std::string::npos) out.replace(at, name.size(), value);
    }
    return out;
}

}  // namespace

std::string maar_config(int maar, const std::string& mode, const std::string& socket) {
    std::string peers;
    for (int other = 1; other <= kMaars; ++other) {
        if (other == maar) continue;
        if (!peers.empty()) peers += ", ";
        peers += '"' + maar_address(other) + '"';
    }
    return filled(kMaar,
                  {{"$SOCKET", socket},
                   {"$MODE", mode},
                   {"$ADDRESS", maar_address(maar)},
                   {"$CMD", std::string(kCmdAddress)},
                   {"$PEERS", peers},
                   {"$POOL", maar_pool(maar)},
                   {"$MAC", std::string(kNodeMac)},
                   {"$NODE", std::string(kNodeId)}});
}

std::string cmd_config(const std::string& mode, const std::string& socket) {
    std::string maars;
    for (int maar = 1; maar <= kMaars; ++maar) {
        if (!maars.empty()) maars += ", ";
        maars += filled(kEntry, {{"$ADDRESS", maar_address(maar)}, {"$POOL", maar_pool(maar)}});
    }
    return filled(kCmd,
                  {{"$SOCKET", socket},
                   {"$MODE", mode},
                   {"$CMD", std::string(kCmdAddress)},
                   {"$MAARS", maars}});
}

}  // namespace dmm::demo

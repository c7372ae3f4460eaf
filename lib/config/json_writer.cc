#include <nlohmann/json.hpp>

#include "lib/base/text.h"
#include "lib/config/load.h"
#include "lib/config/values.h"

namespace dmm::config {
namespace {

using dmm::to_text;
using Json = nlohmann::ordered_json;

template <typename T>
Json texts(const std::vector<T>& values) {
    Json out = Json::array();
    for (const T& value : values)
        out.push_back(to_text(value));
    return out;
}

Json technology(std::uint8_t number) {
    const std::string_view name = access_technology_name(number);
    return name.empty() ? Json(number) : Json(name);
}

Json nodes(const MaarSettings& maar) {
    Json out = Json::object();
    for (const auto& [mac, mn] : maar.nodes)
        out[to_text(mac)] = to_text(mn);
    return out;
}

Json policies(const CmdSettings& cmd) {
    Json out = Json::object();
    for (const auto& [mn, mobility] : cmd.nodes)
        out[to_text(mn)] = name_of(mobility);
    return out;
}

Json section(const MaarSettings& maar) {
    Json links = Json::array();
    for (const AccessLink& link : maar.access_links)
        links.push_back(link.name);
    return {{"address", to_text(maar.address)},
            {"cmd", to_text(maar.cmd)},
            {"peers", texts(maar.peers)},
            {"core_interface", maar.core_interface},
            {"access_links", std::move(links)},
            {"pool", to_text(maar.pool)},
            {"quarantine", to_text(maar.quarantine)},
            {"idle_release", to_text(maar.idle_release)},
            {"local_prefixes", texts(maar.local_prefixes)},
            {"nodes", nodes(maar)},
            {"known_nodes_only", maar.known_nodes_only},
            {"source_check", name_of(maar.source_check)},
            {"on_exit", name_of(maar.on_exit)},
            {"deprecate_on_exit", maar.deprecate_on_exit},
            {"encap", name_of(maar.encap)},
            {"uplinks", name_of(maar.uplinks)},
            {"access_technology", technology(maar.access_technology)},
            {"table", maar.table},
            {"rule_priority", maar.rule_priority}};
}

Json section(const CmdSettings& cmd) {
    Json maars = Json::array();
    for (const MaarPeer& maar : cmd.maars) {
        maars.push_back({{"address", to_text(maar.address)},
                         {"pool", to_text(maar.pool)},
                         {"local_prefixes", texts(maar.local_prefixes)}});
    }
    return {{"address", to_text(cmd.address)},
            {"maars", std::move(maars)},
            {"max_previous_maars", cmd.max_previous_maars},
            {"mobility", name_of(cmd.mobility)},
            {"nodes", policies(cmd)},
            {"known_nodes_only", cmd.known_nodes_only}};
}

Json section(const ProtocolSettings& protocol) {
    return {{"mode", name_of(protocol.mode)},
            {"aggregation_timeout", to_text(protocol.aggregation_timeout)},
            {"lifetime", to_text(protocol.lifetime)},
            {"initial_bindack_timeout", to_text(protocol.initial_bindack_timeout)},
            {"max_bindack_timeout", to_text(protocol.max_bindack_timeout)},
            {"timestamp_window", to_text(protocol.timestamp_window)},
            {"heartbeat_interval", to_text(protocol.heartbeat_interval)},
            {"missing_heartbeats_allowed", protocol.missing_heartbeats_allowed},
            {"pbu_rate", protocol.pbu_rate},
            {"pbu_burst", protocol.pbu_burst},
            {"strict_update_rate", protocol.strict_update_rate}};
}

Json section(const AdvertSettings& advert) {
    Json out{{"router_lifetime", to_text(advert.router_lifetime)},
             {"interval", to_text(advert.interval)},
             {"valid_lifetime", to_text(advert.valid_lifetime)},
             {"preferred_lifetime", to_text(advert.preferred_lifetime)},
             {"keep_local_preferred", advert.keep_local_preferred}};
    if (advert.mtu) out["mtu"] = *advert.mtu;
    return out;
}

Json section(const HookSettings& hook) {
    return {{"on", hook.on},
            {"run", hook.run},
            {"timeout", to_text(hook.timeout)},
            {"privileged", hook.privileged}};
}

}  // namespace

// What the writer would have to replace is what it would leave out.
bool is_utf8(std::string_view text) {
    using Handler = Json::error_handler_t;
    const Json value(text);
    return value.dump(-1, ' ', /*ensure_ascii=*/false, Handler::replace) ==
           value.dump(-1, ' ', /*ensure_ascii=*/false, Handler::ignore);
}

std::string to_json(const Settings& settings) {
    const auto* maar = std::get_if<MaarSettings>(&settings.role);
    const auto* cmd = std::get_if<CmdSettings>(&settings.role);
    Json out;
    out["role"] = maar != nullptr ? "maar" : "cmd";
    out["log"] = name_of(settings.log);
    out["control_socket"] = settings.control_socket;
    out["hooks"] = Json::array();
    for (const HookSettings& hook : settings.hooks)
        out["hooks"].push_back(section(hook));
    out["control"]["group"] = settings.control.group;
    if (!settings.control.read_group.empty()) {
        out["control"]["read_group"] = settings.control.read_group;
    }
    if (settings.metrics) out["metrics"]["listen"] = to_text(*settings.metrics);
    if (maar != nullptr) {
        out["maar"] = section(*maar);
        out["protocol"] = section(maar->protocol);
        out["advert"] = section(maar->advert);
    } else if (cmd != nullptr) {
        out["cmd"] = section(*cmd);
        out["protocol"] = section(cmd->protocol);
    }
    // Names come from the configuration, which is UTF-8; anything else is replaced, since
    // this must not throw.
    return out.dump(2, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

}  // namespace dmm::config

// The settings by name, once for both directions of their text form. `S` is the settings, const
// where they are written; `f(name, field)` is called in the order of the fields. The structured
// bindings do not compile when a field is added and forgotten here.
#pragma once

#include <concepts>
#include <type_traits>

#include "lib/model/settings.h"

namespace dmm::core {

template <typename S, typename Settings>
concept SettingsOf = std::same_as<std::remove_const_t<S>, Settings>;

template <SettingsOf<ProtocolSettings> S, typename F>
void for_each_field(S& settings, F&& f) {
    auto& [mode,
           lifetime,
           initial,
           longest,
           window,
           aggregation,
           interval,
           missing,
           rate,
           burst,
           strict] = settings;
    f("mode", mode);
    f("lifetime", lifetime);
    f("initial_bindack_timeout", initial);
    f("max_bindack_timeout", longest);
    f("timestamp_window", window);
    f("aggregation_timeout", aggregation);
    f("heartbeat_interval", interval);
    f("missing_heartbeats_allowed", missing);
    f("pbu_rate", rate);
    f("pbu_burst", burst);
    f("strict_update_rate", strict);
}

template <SettingsOf<AdvertSettings> S, typename F>
void for_each_field(S& settings, F&& f) {
    auto& [router, interval, valid, preferred, mtu, keep] = settings;
    f("router_lifetime", router);
    f("interval", interval);
    f("valid_lifetime", valid);
    f("preferred_lifetime", preferred);
    f("mtu", mtu);
    f("keep_local_preferred", keep);
}

template <SettingsOf<MaarPeer> S, typename F>
void for_each_field(S& settings, F&& f) {
    auto& [address, pool, networks] = settings;
    f("maar", address);
    f("pool", pool);
    f("local_prefix", networks);
}

template <SettingsOf<MaarSettings> S, typename F>
void for_each_field(S& settings, F&& f) {
    auto& [address,
           cmd,
           peers,
           core,
           links,
           pool,
           quarantine,
           idle,
           networks,
           nodes,
           known_only,
           source_check,
           on_exit,
           deprecate,
           encap,
           uplinks,
           technology,
           table,
           priority,
           tunnel_mtu,
           protocol,
           advert] = settings;
    f("address", address);
    f("cmd", cmd);
    f("peer", peers);
    f("core_interface", core);
    f("link", links);
    f("pool", pool);
    f("quarantine", quarantine);
    f("idle_release", idle);
    f("local_prefix", networks);
    f("node", nodes);
    f("known_nodes_only", known_only);
    f("source_check", source_check);
    f("on_exit", on_exit);
    f("deprecate_on_exit", deprecate);
    f("encap", encap);
    f("uplinks", uplinks);
    f("access_technology", technology);
    f("table", table);
    f("rule_priority", priority);
    f("tunnel_mtu", tunnel_mtu);
    for_each_field(protocol, f);
    for_each_field(advert, f);
}

template <SettingsOf<CmdSettings> S, typename F>
void for_each_field(S& settings, F&& f) {
    auto& [address, maars, most, mobility, nodes, known_only, protocol] = settings;
    f("address", address);
    f("peer", maars);
    f("max_previous_maars", most);
    f("mobility", mobility);
    f("node", nodes);
    f("known_nodes_only", known_only);
    for_each_field(protocol, f);
}

}  // namespace dmm::core

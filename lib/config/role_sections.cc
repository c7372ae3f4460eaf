// "maar" and "cmd": who is who in the domain, and what must not meet.
#include <algorithm>
#include <map>
#include <set>

#include "lib/config/sections.h"
#include "lib/config/values.h"
#include "lib/model/limits.h"

namespace dmm::config {
namespace {

std::string address_text(const Ip6Address& address) {
    return to_text(address);
}

// `address` must be none of what `other` says it is.
void demand_other(const Placed<Ip6Address>& checked,
                  const Ip6Address& other,
                  std::string_view what,
                  Errors& errors) {
    if (checked.value != other || other.is_unspecified()) return;
    errors.add(checked.pointer, in_quotes(to_text(other)) + " is " + std::string(what));
}

// Addresses out of a pool belong to nodes.
void demand_outside(const Placed<Ip6Address>& checked, const Placed<Prefix>& pool, Errors& errors) {
    if (pool.value == Prefix{} || !pool.value.contains(checked.value)) return;
    errors.add(checked.pointer,
               in_quotes(to_text(checked.value)) + " lies inside " + pool.pointer + " (" +
                   to_text(pool.value) + "), which is for nodes; give an address outside");
}

bool report_overlap(const Placed<Prefix>& checked,
                    const Placed<Prefix>& other,
                    std::string_view remedy,
                    Errors& errors) {
    std::string_view how;
    if (checked.value == other.value) {
        how = " is the same as ";
    } else if (other.value.contains(checked.value)) {
        how = " lies inside ";
    } else if (checked.value.contains(other.value)) {
        how = " contains ";
    } else {
        return false;
    }
    errors.add(checked.pointer,
               in_quotes(to_text(checked.value)) + std::string(how) + other.pointer + " (" +
                   to_text(other.value) + "); " + std::string(remedy));
    return true;
}

// Each prefix against the ones before it; one report for each is enough to mend it.
void report_overlaps(const std::vector<Placed<Prefix>>& prefixes, Errors& errors) {
    for (std::size_t i = 1; i < prefixes.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (report_overlap(prefixes[i], prefixes[j], "give disjoint prefixes", errors)) break;
        }
    }
}

class NodeTable {
public:
    NodeTable(std::string pointer, Errors& errors)
        : pointer_(std::move(pointer)), errors_(errors) {}

    void add(const Member& member) {
        const std::string place = below(pointer_, member.key);
        const auto mac = LinkLayerAddress::parse(member.key);
        if (!mac || mac->is_group() || mac->is_zero()) {
            errors_.add(place,
                        in_quotes(member.key) +
                            " is not the address of a station; give one like "
                            R"("02:00:00:00:01:01")");
        }
        const auto mn = mn_id(member.value);
        if (!mn) errors_.add(place, mn.error());
        if (!mac || !mn) return;
        add(place, *mac, *mn);
    }

    [[nodiscard]] std::map<LinkLayerAddress, MnId> take() && { return std::move(nodes_); }

private:
    void add(const std::string& place, const LinkLayerAddress& mac, const MnId& mn) {
        if (!nodes_.emplace(mac, mn).second) {
            // The same spelling is reported as a repeated key.
            if (places_.contains(place)) return;
            errors_.add(place,
                        in_quotes(to_text(mac)) + " is given twice, in other letters; keep one");
            return;
        }
        places_.insert(place);
        const auto [owner, is_new] = owners_.emplace(mn, place);
        if (is_new) return;
        errors_.add(place,
                    in_quotes(to_text(mn)) + " is given at " + owner->second +
                        " too; give each node an identifier of its own");
    }

    std::string pointer_;
    Errors& errors_;
    std::map<LinkLayerAddress, MnId> nodes_;
    std::set<std::string> places_;
    std::map<MnId, std::string> owners_;
};

std::map<LinkLayerAddress, MnId> read_nodes(const Value& value,
                                            const std::string& pointer,
                                            Errors& errors) {
    const auto* object = std::get_if<Value::Object>(&value.data);
    if (object == nullptr) {
        errors.add(pointer,
                   found(value) + R"( is not an object; write it as { "02:00:00:00:01:01": )"
                                  R"("alice@example" })");
        return {};
    }
    if (object->size() > limits::kMaarSessions) {
        errors.add(pointer,
                   std::to_string(object->size()) + " nodes; give at most " +
                       std::to_string(limits::kMaarSessions));
        return {};
    }
    report_repeated_keys(*object, pointer, errors);
    NodeTable table(pointer, errors);
    for (const Member& member : *object)
        table.add(member);
    return std::move(table).take();
}

// Who may not be whom among the addresses of a MAAR, and what its pool must not hold.
void check_maar(const Section& section,
                const MaarSettings& maar,
                const std::vector<Placed<Ip6Address>>& peers,
                const std::vector<Placed<Prefix>>& local_prefixes,
                Errors& errors) {
    const Placed<Ip6Address> own{.pointer = section.place("address"), .value = maar.address};
    const Placed<Ip6Address> cmd{.pointer = section.place("cmd"), .value = maar.cmd};
    const Placed<Prefix> pool{.pointer = section.place("pool"), .value = maar.pool};
    demand_other(
        cmd, maar.address, "this MAAR's own address; give the CMD an address of its own", errors);
    demand_outside(own, pool, errors);
    demand_outside(cmd, pool, errors);
    for (const Placed<Ip6Address>& peer : peers) {
        demand_other(
            peer, maar.address, "this MAAR's own address; list the other MAARs only", errors);
        demand_other(peer, maar.cmd, "the CMD; list the other MAARs only", errors);
        demand_outside(peer, pool, errors);
    }
    report_repeats(peers, address_text, errors);
    report_overlaps(local_prefixes, errors);
    if (pool.value == Prefix{}) return;
    for (const Placed<Prefix>& local : local_prefixes) {
        // RFC 8885 section 4.4: a local network is reached through its anchor alone, while
        // what is in the pool is routed from everywhere and belongs to nodes.
        report_overlap(local, pool, "give a network outside of the pool", errors);
    }
}

// What the kernel layer cannot do with what it is told.
void check_data_plane(const Section& section, const MaarSettings& maar, Errors& errors) {
    if (maar.encap == Encap::Seg6 && maar.core_interface.empty()) {
        errors.add(section.place("encap"),
                   R"("seg6" wraps packets in routes out of the core interface; give )"
                   "core_interface");
    }
    // A rule for each length of a destination, before the rule for table "main" (32766).
    constexpr std::uint32_t kLast = 32765 - 128;
    if (maar.uplinks == Uplinks::Rules && maar.rule_priority > kLast) {
        errors.add(section.place("rule_priority"),
                   std::to_string(maar.rule_priority) +
                       R"( leaves no room for the rules of uplinks "rules"; give at most )" +
                       std::to_string(kLast));
    }
}

std::map<MnId, Mobility> read_policies(const Value& value,
                                       const std::string& pointer,
                                       Errors& errors) {
    const auto* object = std::get_if<Value::Object>(&value.data);
    if (object == nullptr) {
        errors.add(pointer,
                   found(value) + R"( is not an object; write it as { "alice@example": "none" })");
        return {};
    }
    if (object->size() > limits::kCmdNodes) {
        errors.add(pointer,
                   std::to_string(object->size()) + " nodes; give at most " +
                       std::to_string(limits::kCmdNodes));
        return {};
    }
    report_repeated_keys(*object, pointer, errors);
    std::map<MnId, Mobility> out;
    for (const Member& member : *object) {
        const std::string place = below(pointer, member.key);
        const auto mn = mn_id({.data = member.key});
        if (!mn) errors.add(place, mn.error());
        const auto policy = mobility(member.value);
        if (!policy) errors.add(place, policy.error());
        if (mn && policy) out.emplace(*mn, *policy);
    }
    return out;
}

MaarPeer read_maar_peer(const Value& value, const std::string& pointer, Errors& errors) {
    Section section(value, pointer, errors);
    MaarPeer out;
    section.required("address", out.address, address, kAddress);
    section.required("pool", out.pool, pool, kPrefix);
    auto local_prefixes = section.elements<Prefix>(
        "local_prefixes", section.array("local_prefixes", limits::kLocalPrefixes), prefix);
    section.finish();
    report_overlaps(local_prefixes, errors);
    out.local_prefixes = values_of(std::move(local_prefixes));
    return out;
}

// Each MAAR once, none at the CMD's address, no two pools that overlap.
void check_cmd(const Section& section, const CmdSettings& cmd, Errors& errors) {
    std::vector<Placed<Ip6Address>> addresses;
    std::vector<Placed<Prefix>> pools;
    for (std::size_t i = 0; i < cmd.maars.size(); ++i) {
        const std::string place = below(section.place("maars"), i);
        const MaarPeer& maar = cmd.maars[i];
        if (!maar.address.is_unspecified()) {
            addresses.push_back({.pointer = below(place, "address"), .value = maar.address});
        }
        if (maar.pool != Prefix{}) {
            pools.push_back({.pointer = below(place, "pool"), .value = maar.pool});
        }
    }
    report_repeats(addresses, address_text, errors);
    report_overlaps(pools, errors);
    for (const Placed<Ip6Address>& address : addresses) {
        demand_other(address,
                     cmd.address,
                     "the CMD's own address; give each MAAR an address of its own",
                     errors);
    }
    addresses.push_back({.pointer = section.place("address"), .value = cmd.address});
    for (const Placed<Ip6Address>& address : addresses) {
        const auto around = std::find_if(pools.begin(), pools.end(), [&](const auto& pool) {
            return pool.value.contains(address.value);
        });
        if (around != pools.end()) demand_outside(address, *around, errors);
    }
}

}  // namespace

MaarSettings read_maar(const Value& value, std::string_view pointer, Errors& errors) {
    // 253 to 255 are the tables "default", "main" and "local" of the kernel.
    constexpr std::int64_t kFirstReserved = 253;
    constexpr std::int64_t kLastReserved = 255;
    Section section(value, std::string(pointer), errors);
    MaarSettings out;
    section.required("address", out.address, address, kAddress);
    section.required("cmd", out.cmd, address, kAddress);
    const auto peers =
        section.elements<Ip6Address>("peers", section.array("peers", limits::kPeers), address);
    section.optional("core_interface", out.core_interface, [](const Value& name) {
        const auto* written = std::get_if<std::string>(&name.data);
        return written != nullptr && written->empty() ? Read<std::string>("")
                                                      : interface_name(name);
    });
    auto links = section.elements<AccessLink>(
        "access_links",
        section.filled_array("access_links", limits::kPeers, kInterfaces),
        access_link);
    section.required("pool", out.pool, pool, kPrefix);
    section.optional("quarantine", out.quarantine, DurationIn(seconds(0), seconds(31'536'000)));
    section.optional("idle_release", out.idle_release, [](const Value& idle) -> Read<seconds> {
        const auto read = DurationIn(seconds(60), seconds(31'536'000))(idle);
        if (read || DurationIn(seconds(0), seconds(0))(idle)) return read.value_or(seconds(0));
        return std::unexpected(read.error() + ", or \"0s\" for never");
    });
    auto local_prefixes = section.elements<Prefix>(
        "local_prefixes", section.array("local_prefixes", limits::kLocalPrefixes), prefix);
    if (const Value* nodes = section.find("nodes")) {
        out.nodes = read_nodes(*nodes, section.place("nodes"), errors);
    }
    section.optional("known_nodes_only", out.known_nodes_only, flag);
    section.optional("source_check", out.source_check, source_check);
    section.optional("on_exit", out.on_exit, on_exit);
    section.optional("deprecate_on_exit", out.deprecate_on_exit, flag);
    section.optional("encap", out.encap, encap);
    section.optional("uplinks", out.uplinks, uplinks);
    section.optional("access_technology", out.access_technology, access_technology);
    section.optional("table", out.table, [](const Value& table) -> Read<std::uint32_t> {
        auto number = NumberIn<std::uint32_t>(1, 0xffffffffU)(table);
        if (!number || *number < kFirstReserved || *number > kLastReserved) return number;
        return std::unexpected(found(table) + " is a table of the kernel's own; give another");
    });
    // Before the rule for table "main", which has a default route too; 0 is for "local".
    section.optional("rule_priority", out.rule_priority, NumberIn<std::uint32_t>(1, 32765));
    section.finish();
    report_repeats(
        links, [](const AccessLink& link) { return link.name; }, errors);
    check_maar(section, out, peers, local_prefixes, errors);
    if (out.idle_release != seconds(0) && out.source_check == SourceCheck::Off) {
        errors.add(section.place("idle_release"),
                   "traffic is counted where sources are checked; leave source_check at "
                   R"("auto")");
    }
    check_data_plane(section, out, errors);
    out.peers = values_of(peers);
    out.access_links = values_of(std::move(links));
    out.local_prefixes = values_of(std::move(local_prefixes));
    return out;
}

CmdSettings read_cmd(const Value& value, std::string_view pointer, Errors& errors) {
    constexpr Kind kMaars{.noun = "the MAARs",
                          .example = R"([{"address": "2001:db8:1::1", "pool": )"
                                     R"("2001:db8:a100::/48"}])"};
    Section section(value, std::string(pointer), errors);
    CmdSettings out;
    section.required("address", out.address, address, kAddress);
    const auto* maars = section.filled_array("maars", limits::kPeers, kMaars);
    for (std::size_t i = 0; maars != nullptr && i < maars->size(); ++i) {
        out.maars.push_back(read_maar_peer((*maars)[i], below(section.place("maars"), i), errors));
    }
    section.optional("max_previous_maars",
                     out.max_previous_maars,
                     NumberIn<std::uint32_t>(0, limits::kPreviousMaars));
    section.optional("mobility", out.mobility, [](const Value& named) -> Read<Mobility> {
        const auto read = mobility(named);
        if (!read || *read != Mobility::Denied) return read;
        return std::unexpected(found(named) +
                               " would serve nobody; set known_nodes_only and list the nodes");
    });
    if (const Value* nodes = section.find("nodes")) {
        out.nodes = read_policies(*nodes, section.place("nodes"), errors);
    }
    section.optional("known_nodes_only", out.known_nodes_only, flag);
    section.finish();
    check_cmd(section, out, errors);
    return out;
}

}  // namespace dmm::config

#include "tools/dmmctl/render.h"

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include "lib/control/finding_text.h"
#include "tools/dmmctl/table.h"
#include "tools/dmmctl/wording.h"

namespace dmm::dmmctl {
namespace {

std::string joined(const std::vector<std::string>& lines) {
    std::string out;
    for (const std::string& line : lines) {
        out += line;
        out += '\n';
    }
    return out;
}

std::string text(const control::Done& done) {
    return printable(done.message) + '\n';
}

std::string text(const control::Failed& failed) {
    return printable(failed.message) + '\n';
}

std::string nodes_text(const control::StatusView& status) {
    const std::string nodes = std::to_string(status.nodes);
    if (status.role == "cmd") return nodes;
    return nodes + " here, " + std::to_string(status.anchored) + " elsewhere with prefixes of ours";
}

std::string text(const control::StatusView& status) {
    Table table({{.title = ""}, {.title = ""}});
    table.add({"instance", status.instance});
    table.add({"role", status.role});
    table.add({"address", status.address});
    table.add({"version", status.version});
    table.add({"uptime", time_text(status.uptime_ms)});
    table.add({"nodes", nodes_text(status)});
    table.add({"peers", std::to_string(status.peers)});
    if (!status.last_kernel_error.empty()) {
        table.add({"last kernel error", status.last_kernel_error});
    }
    return joined(table.lines());
}

// Where a node is: the access link here, else the MAAR that serves it.
std::string place_of(const control::NodeView& node) {
    return node.link.empty() ? node.serving : node.link;
}

// One row for each prefix; what is equal to the row above is left blank.
void add_anchor(Table& table, const control::AnchorView& anchor) {
    std::vector<std::string> prefixes = anchor.prefixes;
    if (prefixes.empty()) prefixes.emplace_back("no prefix");
    table.add({anchor.maar, anchor.state, prefixes.front(), anchor.dlif_link_local});
    for (std::size_t i = 1; i < prefixes.size(); ++i)
        table.add({"", "", prefixes[i], ""});
}

std::size_t rows_of(const control::NodeView& node) {
    std::size_t rows = 0;
    for (const control::AnchorView& anchor : node.anchors) {
        rows += std::max<std::size_t>(anchor.prefixes.size(), 1);
    }
    return rows;
}

// What has been counted and is not nothing; octets would not fit in.
std::string traffic_text(const control::NodeView& node) {
    std::string out;
    for (const control::AnchorView& anchor : node.anchors) {
        for (const control::TrafficView& traffic : anchor.traffic) {
            if (traffic.packets_up == 0 && traffic.packets_down == 0) continue;
            out += "  " + printable(traffic.prefix) + ": " + std::to_string(traffic.packets_up) +
                   " packets up, " + std::to_string(traffic.packets_down) + " down\n";
        }
    }
    if (node.spoofed != 0) out += "  spoofed: " + std::to_string(node.spoofed) + " packets\n";
    return out;
}

// Nodes and anchors are two tables of the same width throughout, printed in turns.
std::string text(const std::vector<control::NodeView>& nodes) {
    if (nodes.empty()) return "no nodes\n";
    Table table({{"NODE"}, {"STATE"}, {"SINCE"}, {"EXPIRES"}, {"AT"}, {"ADDRESS"}});
    Table anchors({{.title = ""}, {.title = ""}, {.title = ""}, {.title = ""}});
    for (const control::NodeView& node : nodes) {
        const std::string expires = node.expires_in_ms == 0 ? "-" : time_text(node.expires_in_ms);
        table.add(
            {node.mn, node.state, time_text(node.since_ms), expires, place_of(node), node.mac});
        for (const control::AnchorView& anchor : node.anchors)
            add_anchor(anchors, anchor);
    }
    const std::vector<std::string> lines = table.lines();
    const std::vector<std::string> anchor_lines = anchors.lines();
    std::string out = lines.front() + '\n';
    auto anchor_line = anchor_lines.begin();
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        out += lines[i + 1] + '\n';
        for (std::size_t rows = rows_of(nodes[i]); rows > 0; --rows) {
            out += "  " + *anchor_line++ + '\n';
        }
        out += traffic_text(nodes[i]);
        if (!nodes[i].last_error.empty()) {
            out += "  last error: " + printable(nodes[i].last_error) + '\n';
        }
    }
    return out;
}

std::string text(const std::vector<control::ForwardingView>& objects) {
    if (objects.empty()) return "nothing is wished for in the kernel\n";
    Table table({{"KIND"}, {"OBJECT"}});
    for (const control::ForwardingView& object : objects)
        table.add({object.kind, object.object});
    return joined(table.lines());
}

std::string text(const std::vector<control::PeerView>& peers) {
    if (peers.empty()) return "no peers\n";
    Table table({{"PEER"},
                 {"ROLE"},
                 {"STATE"},
                 {"POOL"},
                 {"NODES", Align::Right},
                 {"SENT", Align::Right},
                 {"RECEIVED", Align::Right},
                 {"HEARD"}});
    for (const control::PeerView& peer : peers) {
        table.add({peer.address,
                   peer.role,
                   peer.state,
                   peer.pool,
                   std::to_string(peer.nodes),
                   std::to_string(peer.sent),
                   std::to_string(peer.received),
                   peer.heard ? time_text(peer.last_heard_ms) + " ago" : "never"});
    }
    return joined(table.lines());
}

std::string text(const std::vector<control::CounterView>& counters) {
    if (counters.empty()) return "nothing is counted yet\n";
    Table table({{"COUNTER"}, {"VALUE", Align::Right}});
    for (const control::CounterView& counter : counters) {
        table.add({counter.name, std::to_string(counter.value)});
    }
    return joined(table.lines());
}

std::string text(const std::vector<control::FindingView>& findings) {
    return findings_text(findings, /*verbose=*/false);
}

std::string text(const control::ConfigText& config) {
    return config.json + '\n';
}

}  // namespace

std::string render(const control::Reply& reply) {
    return std::visit([](const auto& view) { return text(view); }, reply);
}

}  // namespace dmm::dmmctl

#include "tools/dmmctl/render_nodes.h"

#include <algorithm>
#include <string_view>

#include "lib/base/latency.h"
#include "tools/dmmctl/table.h"
#include "tools/dmmctl/wording.h"

namespace dmm::dmmctl {
namespace {

// Where a node is: the access link here, else the MAAR that serves it.
const std::string& place_of(const control::NodeView& node) {
    return node.link.empty() ? node.serving : node.link;
}

std::string expiry_text(const control::NodeView& node) {
    return node.expires_in_ms == 0 ? "-" : time_text(node.expires_in_ms);
}

std::string flow_text(std::uint64_t packets, std::uint64_t octets) {
    return std::to_string(packets) + (packets == 1 ? " packet, " : " packets, ") +
           octets_text(octets);
}

// "    prefix   2001:db8:a200:1::/64"; nothing for what is empty.
void add_line(std::string& out, std::size_t indent, std::string_view label, std::string_view text) {
    constexpr std::size_t kLabels = 9;  // the longest and a gap
    if (text.empty()) return;
    std::string line(indent, ' ');
    line += label;
    line.resize(std::max(indent + kLabels, line.size() + 1), ' ');
    out += line + printable(text) + '\n';
}

void add_anchor(std::string& out, const control::AnchorView& anchor) {
    constexpr std::size_t kIndent = 4;
    add_line(out, 2, "anchor", anchor.maar + ", " + anchor.state);
    for (const std::string& prefix : anchor.prefixes) {
        add_line(out, kIndent, "prefix", prefix);
        for (const control::TrafficView& traffic : anchor.traffic) {
            const bool passed = traffic.packets_up != 0 || traffic.packets_down != 0;
            if (traffic.prefix != prefix || !passed) continue;
            add_line(out,
                     kIndent + 2,
                     "passed",
                     "up " + flow_text(traffic.packets_up, traffic.octets_up) + "; down " +
                         flow_text(traffic.packets_down, traffic.octets_down));
        }
    }
    if (anchor.prefixes.empty()) add_line(out, kIndent, "prefix", "none");
    if (!anchor.dlif_link_local.empty()) {
        add_line(out, kIndent, "router", anchor.dlif_link_local + "  " + anchor.dlif_mac);
    }
}

std::string details_text(const control::NodeView& node) {
    std::string out;
    add_line(out, 2, "at", place_of(node));
    add_line(out, 2, "address", node.mac);
    if (node.spoofed != 0) {
        add_line(out, 2, "spoofed", std::to_string(node.spoofed) + " packets within an hour");
    }
    add_line(out, 2, "error", node.last_error);
    for (const control::AnchorView& anchor : node.anchors)
        add_anchor(out, anchor);
    return out;
}

std::string short_text(const std::vector<control::NodeView>& nodes) {
    Table table({{.title = "NODE", .fit = Fit::Cut},
                 {.title = "STATE"},
                 {.title = "SINCE"},
                 {.title = "EXPIRES"},
                 {.title = "AT", .fit = Fit::Cut},
                 {.title = "ANCHORS", .align = Align::Right},
                 {.title = "NOTE"}});
    for (const control::NodeView& node : nodes) {
        std::string note = node.spoofed != 0 ? "spoofs" : "";
        if (!node.last_error.empty()) note = "error";
        table.add({node.mn,
                   node.state,
                   time_text(node.since_ms),
                   expiry_text(node),
                   place_of(node),
                   std::to_string(node.anchors.size()),
                   std::move(note)});
    }
    return joined(table.lines(kColumns));
}

std::string long_text(const std::vector<control::NodeView>& nodes) {
    Table table(
        {{"NODE"}, {"STATE"}, {"SINCE"}, {"EXPIRES"}, {.title = "ANCHORS", .align = Align::Right}});
    for (const control::NodeView& node : nodes) {
        table.add({node.mn,
                   node.state,
                   time_text(node.since_ms),
                   expiry_text(node),
                   std::to_string(node.anchors.size())});
    }
    const std::vector<std::string> lines = table.lines();
    std::string out = lines.front() + '\n';
    for (std::size_t i = 0; i < nodes.size(); ++i)
        out += lines[i + 1] + '\n' + details_text(nodes[i]);
    return out;
}

}  // namespace

std::string nodes_text(const std::vector<control::NodeView>& nodes, const Form& form) {
    if (nodes.empty()) return form.filtered ? "no such nodes\n" : "no nodes\n";
    return form.full ? long_text(nodes) : short_text(nodes);
}

}  // namespace dmm::dmmctl

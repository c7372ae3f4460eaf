#include "tools/dmmctl/render.h"

#include <variant>
#include <vector>

#include "lib/base/latency.h"
#include "lib/control/finding_text.h"
#include "tools/dmmctl/operation.h"
#include "tools/dmmctl/render_handovers.h"
#include "tools/dmmctl/render_nodes.h"
#include "tools/dmmctl/table.h"
#include "tools/dmmctl/wording.h"

namespace dmm::dmmctl {
namespace {

std::size_t most_of(const Form& form) {
    return form.full ? Table::kUnbounded : kColumns;
}

std::string text(const control::Done& done, const Form& /*form*/) {
    return printable(done.message) + '\n';
}

std::string text(const control::Failed& failed, const Form& /*form*/) {
    return printable(failed.message) + '\n';
}

std::string nodes_text(const control::StatusView& status) {
    const std::string nodes = std::to_string(status.nodes);
    if (status.role == "cmd") return nodes;
    return nodes + " here, " + std::to_string(status.anchored) + " elsewhere with prefixes of ours";
}

std::string text(const control::StatusView& status, const Form& form) {
    Table table({{.title = ""}, {.title = "", .fit = Fit::Wrap}});
    table.add({"instance", status.instance});
    table.add({"role", status.role});
    table.add({"address", status.address});
    table.add({"version", status.version});
    table.add({"uptime", time_text(status.uptime_ms)});
    table.add({"nodes", nodes_text(status)});
    table.add({"peers", std::to_string(status.peers)});
    if (status.draining) table.add({"draining", "since " + time_text(status.draining_ms)});
    if (!status.last_kernel_error.empty()) {
        table.add({"last kernel error", status.last_kernel_error});
    }
    return joined(table.lines(most_of(form)));
}

std::string text(const std::vector<control::NodeView>& nodes, const Form& form) {
    return nodes_text(nodes, form);
}

std::string text(const std::vector<control::ForwardingView>& objects, const Form& form) {
    if (objects.empty()) return "nothing is wished for in the kernel\n";
    Table table({{"KIND"}, {.title = "OBJECT", .fit = Fit::Command}});
    for (const control::ForwardingView& object : objects)
        table.add({object.kind, object.object});
    return joined(table.lines(most_of(form)));
}

std::string text(const std::vector<control::PeerView>& peers, const Form& form) {
    if (peers.empty()) return "no peers\n";
    Table table({{.title = "PEER", .fit = Fit::Cut},
                 {.title = "ROLE"},
                 {.title = "STATE"},
                 {.title = "POOL", .fit = Fit::Cut},
                 {.title = "NODES", .align = Align::Right},
                 {.title = "SENT", .align = Align::Right},
                 {.title = "RCVD", .align = Align::Right},
                 {.title = "HEARD", .align = Align::Right}});
    for (const control::PeerView& peer : peers) {
        table.add({peer.address,
                   peer.role,
                   peer.state,
                   peer.pool,
                   std::to_string(peer.nodes),
                   std::to_string(peer.sent),
                   std::to_string(peer.received),
                   peer.heard ? time_text(peer.last_heard_ms) : "never"});
    }
    return joined(table.lines(most_of(form)));
}

std::string text(const std::vector<control::CounterView>& counters, const Form& /*form*/) {
    if (counters.empty()) return "nothing is counted yet\n";
    Table table({{.title = "COUNTER", .fit = Fit::Cut}, {.title = "VALUE", .align = Align::Right}});
    for (const control::CounterView& counter : counters) {
        table.add({counter.name, std::to_string(counter.value)});
    }
    return joined(table.lines(kColumns));
}

std::string text(const std::vector<control::HandoverView>& handovers, const Form& form) {
    return handovers_text(handovers, form);
}

std::string text(const std::vector<control::FindingView>& findings, const Form& form) {
    return findings_text(findings, /*verbose=*/form.full);
}

std::string text(const control::ConfigText& config, const Form& /*form*/) {
    return config.json + '\n';
}

std::string text(const control::ReloadView& view, const Form& /*form*/) {
    return reload_text(view);
}

std::string text(const control::LogView& view, const Form& /*form*/) {
    return log_text(view);
}

std::string text(const control::MetricsText& metrics, const Form& /*form*/) {
    return metrics.text;
}

}  // namespace

std::string render(const control::Reply& reply, const Form& form) {
    return std::visit([&](const auto& view) { return text(view, form); }, reply);
}

}  // namespace dmm::dmmctl

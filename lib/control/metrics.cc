#include "lib/control/metrics.h"

#include <string_view>

#include "lib/control/exposition.h"

namespace dmm::control {
namespace {

void add(Exposition& out, std::string_view name, const LabelledCounts& counts) {
    for (const LabelledCount& count : counts)
        out.sample({{name, count.label}}, count.value);
}

// The same under a second label before it.
void add(Exposition& out,
         Exposition::Label first,
         std::string_view name,
         const LabelledCounts& counts) {
    for (const LabelledCount& count : counts)
        out.sample({first, {name, count.label}}, count.value);
}

void write(Exposition& out, const ProcessMetrics& process) {
    out.gauge("dmm_build_info", "The program that runs; always 1.");
    out.sample({{"version", process.version}, {"role", process.role}}, std::uint64_t{1});
    out.gauge("dmm_uptime_seconds", "Time since the daemon started.");
    out.sample({}, process.uptime);
    out.gauge("dmm_resident_memory_bytes", "Memory of the daemon that is in RAM.");
    out.sample({}, process.resident_octets);
    out.counter("dmm_loop_turns_total", "Times that the daemon woke up and did what was due.");
    out.sample({}, process.loop_turns);
}

void write(Exposition& out, const MessageMetrics& messages) {
    out.counter("dmm_messages_total", "Mobility Headers and ND messages, by direction and type.");
    add(out, {"direction", "received"}, "type", messages.received);
    add(out, {"direction", "sent"}, "type", messages.sent);
    out.counter("dmm_binding_acks_total", "Binding Acknowledgements by direction and status.");
    add(out, {"direction", "received"}, "status", messages.acks_received);
    add(out, {"direction", "sent"}, "status", messages.acks_sent);
    out.counter("dmm_messages_rejected_total", "Malformed Mobility Headers by what is wrong.");
    add(out, "reason", messages.rejected);
    out.counter("dmm_solicitations_rejected_total",
                "Malformed Router Solicitations by what is wrong.");
    add(out, "reason", messages.solicitation);
    out.counter("dmm_messages_refused_total",
                "Well-formed Mobility Headers that were not followed, by the reason.");
    add(out, "reason", messages.refused);
    out.counter("dmm_messages_dropped_total",
                "Messages in or out that were dropped without a look at them, by the reason.");
    add(out, "reason", messages.dropped);
    out.counter("dmm_send_errors_total", "Messages that the kernel did not take.");
    out.sample({}, messages.send_errors);
}

void write(Exposition& out, const MaarMetrics& maar) {
    out.gauge("dmm_pool_prefixes", "Prefixes that the pool of this MAAR has.");
    out.sample({}, maar.pool_prefixes);
    out.gauge("dmm_pool_prefixes_used", "Prefixes of the pool that nodes have.");
    out.sample({}, maar.pool_used);
    out.gauge("dmm_pool_prefixes_resting",
              "Prefixes of the pool that were released and are not given out again yet.");
    out.sample({}, maar.pool_resting);
    out.counter("dmm_attachments_total", "Nodes that came to this MAAR, by how that ended.");
    add(out, "result", maar.attachments);
    out.counter("dmm_handovers_total",
                "Handovers to this MAAR (arrived) and from it (left), by how they ended.");
    add(out, {"side", "arrived"}, "result", maar.arrived);
    add(out, {"side", "left"}, "result", maar.left);
    out.histogram("dmm_registration_seconds",
                  "From a node's attachment until the CMD accepted it.",
                  maar.registration);
    out.histogram("dmm_forwarding_seconds",
                  "From the CMD's answer until the kernel had all that it asks for.",
                  maar.forwarding);
    out.histogram("dmm_attach_seconds",
                  "From a node's attachment until its first Router Advertisement.",
                  maar.attach);
    out.histogram("dmm_handover_seconds",
                  "From the attachment of a node that came from another MAAR until its earlier "
                  "prefixes work here and are advertised.",
                  maar.handover);
}

void write(Exposition& out, const CmdMetrics& cmd) {
    out.gauge("dmm_prefixes", "Prefixes of all nodes that the database knows.");
    out.sample({}, cmd.prefixes);
    out.counter("dmm_handovers_total",
                "MAARs that were told that a node has moved (told), by how that ended.");
    add(out, {"side", "told"}, "result", cmd.told);
}

void write(Exposition& out, const KernelMetrics& kernel) {
    out.gauge("dmm_kernel_objects", "Interfaces, routes, rules and the like that are wished for.");
    out.sample({}, kernel.objects);
    out.gauge("dmm_kernel_objects_missing",
              "Of those, the ones that others removed and that are not there again yet.");
    out.sample({}, kernel.missing);
    out.counter("dmm_kernel_batches_total", "Requests to the kernel, of one operation or many.");
    out.sample({}, kernel.batches);
    out.counter("dmm_kernel_operations_total", "Operations asked of the kernel.");
    out.sample({}, kernel.operations);
    out.counter("dmm_kernel_failures_total", "Operations that the kernel refused.");
    out.sample({}, kernel.failures);
    out.counter("dmm_kernel_restored_total",
                "Objects that others removed or changed and that were made again.");
    out.sample({}, kernel.restored);
    out.counter("dmm_kernel_foreign_total", "Objects of others found where only ours belong.");
    out.sample({}, kernel.foreign);
}

void write(Exposition& out, const TrafficMetrics& traffic) {
    out.counter("dmm_traffic_packets_total",
                "Packets of nodes, from them (up) and to them (down).");
    out.sample({{"direction", "up"}}, traffic.packets_up);
    out.sample({{"direction", "down"}}, traffic.packets_down);
    out.counter("dmm_traffic_bytes_total", "Their octets.");
    out.sample({{"direction", "up"}}, traffic.octets_up);
    out.sample({{"direction", "down"}}, traffic.octets_down);
    out.counter("dmm_spoofed_packets_total",
                "Packets dropped because they came from an address that is not the node's.");
    out.sample({}, traffic.spoofed);
    out.counter("dmm_source_check_rebuilt_total",
                "Times that others removed the rules of the source check.");
    out.sample({}, traffic.rebuilt);
}

void write_round_trips(Exposition& out,
                       const std::vector<PeerMetrics>& peers,
                       Duration RoundTripMetrics::*which) {
    for (const PeerMetrics& peer : peers) {
        if (peer.update)
            out.sample({{"peer", peer.address}, {"of", "update"}}, *peer.update.*which);
        if (peer.heartbeat)
            out.sample({{"peer", peer.address}, {"of", "heartbeat"}}, *peer.heartbeat.*which);
    }
}

void write(Exposition& out, const std::vector<PeerMetrics>& peers) {
    out.gauge("dmm_peer_up", "1 if the peer answers heartbeats, 0 if it is lost.");
    for (const PeerMetrics& peer : peers) {
        if (!peer.up) continue;
        out.sample({{"peer", peer.address}, {"role", peer.role}},
                   std::uint64_t{*peer.up ? 1U : 0U});
    }
    out.counter("dmm_peer_messages_total", "Mobility Headers from and to each peer.");
    for (const PeerMetrics& peer : peers) {
        out.sample({{"peer", peer.address}, {"direction", "received"}}, peer.received);
        out.sample({{"peer", peer.address}, {"direction", "sent"}}, peer.sent);
    }
    out.gauge("dmm_peer_silent_seconds", "Time since a peer was last heard.");
    for (const PeerMetrics& peer : peers) {
        if (peer.silent) out.sample({{"peer", peer.address}}, *peer.silent);
    }
    out.gauge("dmm_peer_round_trip_seconds",
              "The last time from a PBU to its PBA (update), or from a heartbeat to its answer.");
    write_round_trips(out, peers, &RoundTripMetrics::last);
    out.gauge("dmm_peer_round_trip_smoothed_seconds", "The same, smoothed as TCP does.");
    write_round_trips(out, peers, &RoundTripMetrics::smoothed);
}

}  // namespace

std::string metrics_text(const Metrics& metrics) {
    Exposition out;
    write(out, metrics.process);
    out.gauge("dmm_nodes", "Nodes that are known, by the state of their sessions.");
    add(out, "state", metrics.nodes);
    out.gauge("dmm_anchors", "Anchors of these nodes at earlier MAARs.");
    out.sample({}, metrics.anchors);
    out.counter("dmm_events_total", "What happened to nodes and peers, as in the log.");
    add(out, "event", metrics.events);
    write(out, metrics.messages);
    out.histogram("dmm_answer_seconds",
                  "From a peer's PBU until our PBA was handed to the kernel.",
                  metrics.answer);
    out.histogram(
        "dmm_update_round_trip_seconds", "From a PBU of ours until its PBA.", metrics.round_trip);
    if (metrics.maar) write(out, *metrics.maar);
    if (metrics.cmd) write(out, *metrics.cmd);
    if (metrics.kernel) write(out, *metrics.kernel);
    if (metrics.traffic) write(out, *metrics.traffic);
    write(out, metrics.peers);
    out.counter("dmm_others_total",
                "Counters of `dmmctl show counters` without a metric of theirs.");
    add(out, "name", metrics.others);
    return std::move(out).text();
}

}  // namespace dmm::control

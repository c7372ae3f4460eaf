#include "agent/start.h"

#include <cerrno>
#include <chrono>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <system_error>
#include <thread>
#include <utility>
#include <variant>

#include <linux/capability.h>
#include <sys/random.h>

#include "agent/capability.h"
#include "agent/clock.h"
#include "agent/host_address.h"
#include "agent/recording.h"
#include "agent/views.h"
#include "lib/base/text.h"
#include "lib/kernel/dry_run.h"
#include "lib/kernel/netlink_socket.h"

namespace dmm::agent {
namespace {

using std::chrono::milliseconds;

std::unexpected<StartError> fail(ExitCode code, std::string text) {
    return std::unexpected(StartError{.code = code, .text = std::move(text)});
}

std::string words_for(int code) {
    return std::generic_category().message(code);
}

std::string contents_of(const char* path) {
    std::ostringstream out;
    out << std::ifstream(path).rdbuf();
    return out.str();
}

std::expected<void, StartError> check_capability(unsigned number, const std::string& name) {
    if (has_capability(number)) return {};
    return fail(ExitCode::Capability,
                "capability: " + name +
                    " is missing; run as root, or give it with AmbientCapabilities= in the "
                    "unit or with setcap(8)");
}

std::expected<void, StartError> check_capabilities(bool drives_kernel) {
    const auto raw = check_capability(CAP_NET_RAW, "CAP_NET_RAW");
    if (!raw || !drives_kernel) return raw;
    return check_capability(CAP_NET_ADMIN, "CAP_NET_ADMIN");
}

// Duplicate address detection takes a second or two when the network has just come up;
// until then an address cannot be bound to.
AddressState settled_state(const Ip6Address& address) {
    constexpr int kTries = 60;
    constexpr milliseconds kPause{50};
    AddressState state = AddressState::Absent;
    for (int i = 0; i < kTries; ++i) {
        state = address_state(contents_of("/proc/net/if_inet6"), address);
        if (state != AddressState::Tentative) break;
        std::this_thread::sleep_for(kPause);
    }
    return state;
}

std::expected<MobilitySocket, StartError> open_mobility(const Settings& settings) {
    const Ip6Address& address = address_of(settings);
    const std::string where = "address " + to_text(address) + ": ";
    const auto* maar = std::get_if<MaarSettings>(&settings.role);
    const bool has_interface = maar != nullptr && !maar->core_interface.empty();
    const std::string remedy = "; ip -6 addr add " + to_text(address) + "/64 dev " +
                               (has_interface ? maar->core_interface : "INTERFACE");
    switch (settled_state(address)) {
        case AddressState::Absent:
            return fail(ExitCode::Address, where + "not on this host" + remedy);
        case AddressState::Tentative:
            return fail(ExitCode::Address,
                        where + "duplicate address detection does not end; look at the link");
        case AddressState::Duplicate:
            return fail(ExitCode::Address, where + "another host has it too; give each its own");
        case AddressState::Usable:
            break;
    }
    auto socket = MobilitySocket::open(address);
    if (socket) return std::move(*socket);
    if (socket.error() == EADDRNOTAVAIL) {
        return fail(ExitCode::Address, where + "not on this host" + remedy);
    }
    return fail(ExitCode::Failure, "mobility socket: " + words_for(socket.error()));
}

std::expected<ControlSocket, StartError> claim_control(const Settings& settings) {
    const std::string& path = settings.control_socket;
    auto socket = ControlSocket::claim(path, settings.control);
    if (socket) return std::move(*socket);
    const ExitCode code = socket.error().in_use ? ExitCode::ControlSocket : ExitCode::Failure;
    const std::string remedy =
        socket.error().in_use ? "; stop it, or give another \"control_socket\"" : "";
    return fail(code, "control socket " + path + ": " + socket.error().text + remedy);
}

// What is asked for explicitly and cannot be had, is said before the work begins.
std::expected<std::optional<Descriptor>, StartError> listen_for_metrics(const Settings& settings,
                                                                        LogSink& log) {
    if (!settings.metrics) return std::nullopt;
    const std::string where = to_text(*settings.metrics);
    auto listener = listen_at(*settings.metrics);
    if (!listener) {
        const int code = listener.error();
        const bool elsewhere = code == EADDRNOTAVAIL || code == EADDRINUSE;
        return fail(elsewhere ? ExitCode::Address : ExitCode::Failure,
                    "metrics at " + where + ": " + words_for(code) +
                        "; give another \"listen\", or leave \"metrics\" away");
    }
    if (!settings.metrics->address.is_loopback()) {
        log.say(LogLevel::Warning,
                "metrics_exposed",
                Line("")
                    .add("listen", where)
                    .add("text",
                         "other hosts may ask, without encryption or password; a firewall must "
                         "choose whom"));
    }
    return std::move(*listener);
}

// What to install where the kernel did not know the kind of interface.
std::string module_remedy(const KernelError& error) {
    if (error.code != EOPNOTSUPP && error.code != ENOENT && error.code != ENODEV) return "";
    if (error.operation.find("ip6tnl") != std::string::npos) {
        return "; modprobe ip6_tunnel (OpenWrt: opkg install kmod-ip6-tunnel)";
    }
    if (error.operation.find("macvlan") != std::string::npos) {
        return "; modprobe macvlan (OpenWrt: opkg install kmod-macvlan)";
    }
    return "";
}

StartError kernel_failure(const KernelError& error) {
    return {.code = ExitCode::Kernel,
            .text = "kernel: `" + error.operation + "`: " + error.text + module_remedy(error)};
}

// The way to the kernel, and back.
struct KernelEnds {
    std::unique_ptr<kernel::Transport> transport;
    std::unique_ptr<kernel::Monitor> monitor;  // null in a dry run
};

std::expected<KernelEnds, StartError> open_kernel(bool dry_run) {
    if (dry_run) {
        std::cout << std::unitbuf;  // each line is to stand beside the log line it belongs to
        return KernelEnds{.transport = std::make_unique<kernel::DryRunTransport>(std::cout),
                          .monitor = nullptr};
    }
    auto socket = kernel::NetlinkSocket::open();
    if (!socket) return std::unexpected(kernel_failure(socket.error()));
    auto monitor = kernel::Monitor::open((*socket)->port());
    if (!monitor) return std::unexpected(kernel_failure(monitor.error()));
    return KernelEnds{.transport = std::move(*socket), .monitor = std::move(*monitor)};
}

void warn_unless_forwarding(LogSink& log) {
    if (!contents_of("/proc/sys/net/ipv6/conf/all/forwarding").starts_with('0')) return;
    log.say(LogLevel::Warning,
            "forwarding_off",
            Line("").add("text",
                         "this host forwards nothing; sysctl -w "
                         "net.ipv6.conf.all.forwarding=1"));
}

std::string source_check_text(const KernelError& error) {
    const bool missing = error.code == EPROTONOSUPPORT || error.code == EOPNOTSUPP ||
                         error.code == EAFNOSUPPORT || error.code == ENOENT;
    if (missing) {
        return "source check: nf_tables is missing; modprobe nf_tables (OpenWrt: opkg install "
               "kmod-nft-core)";
    }
    return "source check: `" + error.operation + "`: " + error.text;
}

std::expected<void, KernelError> start_filter(DataPlane& data_plane,
                                              const MaarSettings& maar,
                                              bool dry_run) {
    std::unique_ptr<kernel::Transport> transport;
    if (dry_run) {
        transport = std::make_unique<kernel::DryRunTransport>(std::cout);
    } else {
        auto socket = kernel::NetlinkSocket::open(kernel::NetlinkSocket::Protocol::Netfilter);
        if (!socket) return std::unexpected(std::move(socket.error()));
        transport = std::move(*socket);
    }
    return data_plane.start_filter(checked_links(maar), std::move(transport));
}

// The MAAR works without the check, unless it was asked for, or its counters are needed: without
// them every prefix would look idle.
std::expected<void, StartError> check_sources(DataPlane& data_plane,
                                              const MaarSettings& maar,
                                              bool dry_run,
                                              LogSink& log) {
    if (maar.source_check == SourceCheck::Off) return {};
    const auto started = start_filter(data_plane, maar, dry_run);
    if (started) return {};
    const std::string text = source_check_text(started.error());
    const bool demanded = maar.source_check == SourceCheck::On;
    if (demanded || maar.idle_release != Duration{}) {
        (void)data_plane.stop();
        return fail(ExitCode::Kernel, (demanded ? "" : "idle_release: ") + text);
    }
    log.say(LogLevel::Warning, "source_check_off", Line("").add("text", text));
    return {};
}

std::expected<std::unique_ptr<DataPlane>, StartError> start_kernel(const MaarSettings& maar,
                                                                   bool dry_run,
                                                                   bool resumes,
                                                                   LogSink& log) {
    auto ends = open_kernel(dry_run);
    if (!ends) return std::unexpected(std::move(ends.error()));
    auto out = std::make_unique<DataPlane>(driver_settings(maar), std::move(ends->transport));
    const auto started =
        out->start(resumes ? kernel::Inheritance::Take : kernel::Inheritance::Refuse);
    if (!started) return std::unexpected(kernel_failure(started.error()));
    const auto checked = check_sources(*out, maar, dry_run, log);
    if (!checked) return std::unexpected(checked.error());
    if (ends->monitor) out->watch(std::move(ends->monitor), read_clock().steady);
    return out;
}

std::expected<std::optional<Recorder>, StartError> start_recording(const std::string& path,
                                                                   const Settings& settings,
                                                                   Seed seed) {
    if (path.empty()) return std::nullopt;
    auto recorder = Recorder::create(path, recording_header(settings, seed), Recorder::kMostOctets);
    if (recorder) return std::move(*recorder);
    return fail(ExitCode::Recording, "recording " + path + ": " + recorder.error());
}

// What cannot be read costs what an earlier run knew, not the start: the domain heals by
// signalling.
void find_snapshot(const Settings& settings, AgentParts& parts, LogSink& log) {
    parts.snapshot = Snapshot::path_beside(settings.control_socket);
    auto kept = Snapshot::read(parts.snapshot, snapshot_origin(settings));
    if (kept) {
        parts.kept = std::move(*kept);
    } else {
        log.say(LogLevel::Warning, "snapshot_refused", Line("").add("text", kept.error()));
    }
}

Seed random_seed() {
    Seed seed;
    static_assert(sizeof seed.value <= 256, "getrandom(2) gives no part of so little");
    if (getrandom(&seed.value, sizeof seed.value, 0) < 0) {
        // No entropy call: the time makes restarts differ, which is all that is asked.
        seed.value = static_cast<std::uint64_t>(read_clock().wall.since_epoch.count());
    }
    return seed;
}

}  // namespace

// A link that is the core's too brings the peers' messages, whose sources are no node's. Which one
// that is, is not known if it has no name.
std::vector<std::string> checked_links(const MaarSettings& maar) {
    std::vector<std::string> out;
    if (maar.core_interface.empty()) return out;
    for (const AccessLink& link : maar.access_links) {
        if (link.name != maar.core_interface) out.push_back(link.name);
    }
    return out;
}

std::string snapshot_origin(const Settings& settings) {
    std::string boot = contents_of("/proc/sys/kernel/random/boot_id");
    while (!boot.empty() && boot.back() == '\n')
        boot.pop_back();
    return settings.instance + ' ' + to_text(address_of(settings)) + ' ' + boot;
}

std::expected<AgentParts, StartError> make_parts(const Settings& settings,
                                                 bool dry_run,
                                                 const std::string& record,
                                                 LogSink& log) {
    const auto* maar = std::get_if<MaarSettings>(&settings.role);
    const auto capable = check_capabilities(maar != nullptr && !dry_run);
    if (!capable) return std::unexpected(capable.error());
    auto mobility = open_mobility(settings);
    if (!mobility) return std::unexpected(std::move(mobility.error()));
    auto icmp = IcmpSocket::open(address_of(settings));
    if (!icmp) return fail(ExitCode::Failure, "ICMPv6 socket: " + words_for(icmp.error()));
    auto control = claim_control(settings);
    if (!control) return std::unexpected(std::move(control.error()));
    auto metrics = listen_for_metrics(settings, log);
    if (!metrics) return std::unexpected(std::move(metrics.error()));

    AgentParts parts{.control = std::move(*control),
                     .mobility = std::move(*mobility),
                     .icmp = std::move(*icmp),
                     .nd_sender = std::nullopt,
                     .data_plane = nullptr,
                     .seed = random_seed(),
                     .recorder = std::nullopt,
                     .snapshot = {},
                     .kept = std::nullopt,
                     .metrics = std::move(*metrics)};
    if (maar != nullptr && !dry_run) {
        auto adverts = NdSender::open();
        if (!adverts) {
            return fail(ExitCode::Failure, "packet socket: " + words_for(adverts.error()));
        }
        parts.nd_sender.emplace(std::move(*adverts));
    }
    auto recorder = start_recording(record, settings, parts.seed);
    if (!recorder) return std::unexpected(std::move(recorder.error()));
    parts.recorder = std::move(*recorder);
    if (maar == nullptr) return parts;

    warn_unless_forwarding(log);
    if (!dry_run) find_snapshot(settings, parts, log);
    auto data_plane = start_kernel(*maar, dry_run, parts.kept.has_value(), log);
    if (!data_plane) {
        if (parts.recorder) parts.recorder->discard();
        return std::unexpected(std::move(data_plane.error()));
    }
    parts.data_plane = std::move(*data_plane);
    return parts;
}

}  // namespace dmm::agent

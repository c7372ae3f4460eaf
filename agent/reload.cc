// The configuration read again while the daemon works: what differs is applied, or nothing is.
#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "agent/agent.h"
#include "agent/start.h"
#include "agent/tunnel_mtu.h"
#include "agent/views.h"
#include "lib/base/text.h"
#include "lib/config/difference.h"
#include "lib/config/load.h"

namespace dmm::agent {
namespace {

// A file that is no configuration at all has more errors than a log is for.
constexpr std::size_t kMostLines = 100;

// What the new settings leave to this host is what it was when the daemon started, as far as it is
// in the kernel already.
Settings with_mtus_kept(Settings settings, const Settings& running) {
    settings = with_mtus_of_host(std::move(settings));
    auto* maar = std::get_if<MaarSettings>(&settings.role);
    const auto* known = std::get_if<MaarSettings>(&running.role);
    if (maar != nullptr && known != nullptr && maar->advert.mtu == known->advert.mtu)
        maar->tunnel_mtu = known->tunnel_mtu;
    return settings;
}

// Keys that can be changed as such, but not from what is to what is wanted.
bool needs_restart(const config::Change& change,
                   const Settings& before,
                   const Settings& after,
                   bool counts_traffic) {
    if (config::needs_restart(change.pointer)) return true;
    const auto* old = std::get_if<MaarSettings>(&before.role);
    const auto* now = std::get_if<MaarSettings>(&after.role);
    if (old == nullptr || now == nullptr) return false;
    // The tunnels of this run are as long as they are.
    if (change.pointer == "/advert/mtu") return old->tunnel_mtu != now->tunnel_mtu;
    return change.pointer == "/maar/idle_release" && now->idle_release != Duration{} &&
           !counts_traffic;
}

std::vector<control::ConfigFaultView> fault_views(const std::vector<config::ConfigError>& errors) {
    std::vector<control::ConfigFaultView> out;
    out.reserve(errors.size());
    for (const config::ConfigError& error : errors)
        out.push_back({.key = error.pointer, .message = error.message});
    return out;
}

}  // namespace

void Agent::on_hangup() {
    (void)reload(/*dry_run=*/false);
}

control::ReloadView Agent::reload(bool dry_run) {
    control::ReloadView view{.outcome = "invalid",
                             .dry_run = dry_run,
                             .instance = settings_.instance,
                             .file = config_path_,
                             .changes = {},
                             .errors = {}};
    // Type=notify-reload of systemd 253 waits for both; earlier ones show them.
    if (!dry_run) notifier_.tell(reloading_state(now().steady));
    auto loaded = config::load(config_path_);
    now_.reset();  // a file may take its time
    if (!loaded) {
        view.errors = fault_views(loaded.error());
    } else {
        const Settings wanted = with_mtus_kept(*std::move(loaded), settings_);
        const bool counts = data_plane_ && data_plane_->filter() != nullptr;
        bool restart = false;
        for (config::Change& change : config::differences(settings_, wanted)) {
            const bool fixed = needs_restart(change, settings_, wanted, counts);
            restart = restart || fixed;
            view.changes.push_back({.key = std::move(change.pointer),
                                    .before = std::move(change.before),
                                    .after = std::move(change.after),
                                    .restart = fixed});
        }
        view.outcome = view.changes.empty() ? "unchanged" : "applied";
        if (restart) view.outcome = "refused";
        if (view.outcome == "applied" && !dry_run) apply(wanted);
    }
    if (!dry_run) {
        log_reload(view);
        notifier_.tell("READY=1");
    }
    return view;
}

void Agent::apply(const Settings& wanted) {
    const Settings before = std::exchange(settings_, wanted);
    if (before.log != wanted.log) log_.set_threshold(wanted.log);
    hooks_.configure(wanted.hooks);
    signalling_.peers().set(peers_of(wanted));
    feed(core::Reconfigured{.settings = std::make_shared<const RoleSettings>(wanted.role)});
    const auto* old = std::get_if<MaarSettings>(&before.role);
    const auto* maar = std::get_if<MaarSettings>(&wanted.role);
    if (old == nullptr || maar == nullptr) return;
    if (old->idle_release != maar->idle_release) traffic_ = TrafficWatch(maar->idle_release);
    const bool other_links = old->access_links != maar->access_links;
    if (other_links) follow_links(*maar);
    if (other_links || old->peers != maar->peers) data_plane_->stand(*maar, now().steady);
}

void Agent::follow_links(const MaarSettings& maar) {
    access_->set_links(maar.access_links);
    const auto moved = data_plane_->move_filter(checked_links(maar));
    if (!moved) {
        log_.say(LogLevel::Error,
                 "source_check_off",
                 Line("").add("text",
                              "it could not be made for the new access links; `" +
                                  moved.error().operation + "`: " + moved.error().text));
    }
    kernel::SourceFilter* filter = data_plane_->filter();
    if (filter == nullptr) return;
    filter_rebuilt_ = filter->times_rebuilt();
    for (const auto& [mn, session] : std::get<core::MaarEngine>(engine_).sessions())
        filter->want(mn, session.wished);
    wishes_waiting_ = true;
}

void Agent::log_reload(const control::ReloadView& view) {
    const std::string keeping = "keeping the old configuration";
    std::size_t lines = 0;
    for (const control::ConfigFaultView& error : view.errors) {
        if (++lines > kMostLines) break;
        log_.say_all(
            LogLevel::Error,
            "config_error",
            Line("").add("file", view.file).add("key", error.key).add("text", error.message));
    }
    for (const control::ChangeView& change : view.changes) {
        const bool refused = view.outcome == "refused";
        if (refused && !change.restart) continue;
        if (++lines > kMostLines) break;
        Line line("");
        line.add("key", change.key).add("old", change.before).add("new", change.after);
        if (refused) line.add("remedy", "systemctl restart dmmd@" + view.instance);
        log_.say_all(refused ? LogLevel::Error : LogLevel::Info,
                     refused ? "config_refused" : "config_changed",
                     std::move(line));
    }
    Line line("");
    line.add("outcome", view.outcome)
        .add("changes", view.changes.size())
        .add("errors", view.errors.size());
    const bool good = view.outcome == "applied" || view.outcome == "unchanged";
    if (!good) line.add("text", keeping);
    log_.say(good ? LogLevel::Info : LogLevel::Error, "reload", std::move(line));
}

}  // namespace dmm::agent

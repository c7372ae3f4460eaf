#include "agent/data_plane.h"

#include <algorithm>
#include <map>
#include <vector>

#include "lib/model/limits.h"

namespace dmm::agent {

namespace {

// A node that comes finds its routers there, whatever MAAR it had before. In a domain of very many
// MAARs only that of this one; the others are made for the first node that needs them.
std::vector<kernel::DriverSettings::Router> routers_of(const MaarSettings& maar) {
    std::vector<DlifIdentity> identities{derive_dlif(maar.address)};
    if (maar.peers.size() * maar.access_links.size() <= limits::kStandingDlifs) {
        for (const Ip6Address& peer : maar.peers)
            identities.push_back(derive_dlif(peer));
    }
    std::vector<kernel::DriverSettings::Router> out;
    for (const AccessLink& link : maar.access_links) {
        for (const DlifIdentity& identity : identities)
            out.push_back({.over = link, .identity = identity});
    }
    return out;
}

}  // namespace

kernel::DriverSettings driver_settings(const MaarSettings& maar) {
    kernel::DriverSettings out;
    out.local = maar.address;
    out.core_interface = maar.core_interface;
    out.table = maar.table;
    out.rule_priority = maar.rule_priority;
    out.encap = maar.encap;
    out.uplinks = maar.uplinks;
    out.tunnel_mtu = maar.tunnel_mtu;
    out.standing = routers_of(maar);
    return out;
}

std::expected<void, KernelError> DataPlane::start_filter(
    std::vector<std::string> access_links, std::unique_ptr<kernel::Transport> to_netfilter) {
    filter_transport_ = std::move(to_netfilter);
    filter_.emplace(std::move(access_links), *filter_transport_);
    auto started = filter_->start(inherits_);
    if (!started) filter_.reset();
    return started;
}

std::expected<void, KernelError> DataPlane::move_filter(std::vector<std::string> access_links) {
    if (!filter_) return {};
    filter_.emplace(std::move(access_links), *filter_transport_);
    // What is there already checks until then.
    auto started = filter_->start(/*inherits=*/true);
    if (!started) filter_.reset();
    return started;
}

void DataPlane::watch(std::unique_ptr<kernel::Monitor> monitor, SteadyTime now) {
    monitor_ = std::move(monitor);
    driver_.watch(now);
}

std::optional<int> DataPlane::monitor_fd() const {
    if (!monitor_) return std::nullopt;
    return monitor_->fd();
}

void DataPlane::stand(const MaarSettings& maar, SteadyTime now) {
    driver_.stand(routers_of(maar), now);
}

void DataPlane::want(const MnId& mn, Revision revision, const SessionForwarding& forwarding) {
    driver_.want(mn, revision, forwarding);
    if (filter_) filter_->want(mn, forwarding);
}

std::vector<kernel::Outcome> DataPlane::flush(SteadyTime now) {
    // First the ways, for which packets wait.
    std::vector<kernel::Outcome> outcomes = driver_.flush(now);
    if (!filter_) return outcomes;
    filter_->send();
    const std::map<MnId, KernelError> refused = filter_->receive(now);
    for (kernel::Outcome& outcome : outcomes) {
        const auto error = refused.find(outcome.mn);
        if (!outcome.error && error != refused.end()) outcome.error = error->second;
    }
    return outcomes;
}

std::optional<SteadyTime> DataPlane::next_deadline() const {
    const auto driver = driver_.next_deadline();
    const auto filter = filter_ ? filter_->next_deadline() : std::nullopt;
    if (!driver || !filter) return driver ? driver : filter;
    return std::min(*driver, *filter);
}

void DataPlane::on_deadline(SteadyTime now) {
    driver_.on_deadline(now);
    if (filter_) filter_->on_deadline(now);
}

std::vector<KernelError> DataPlane::stop() {
    std::vector<KernelError> errors = driver_.stop();
    if (!filter_) return errors;
    for (KernelError& error : filter_->stop())
        errors.push_back(std::move(error));
    return errors;
}

}  // namespace dmm::agent

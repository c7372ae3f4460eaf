// The kernel of a MAAR: the driver of interfaces, routes and rules, the check of what nodes send
// where there is one, and the transports that both speak through.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lib/kernel/driver.h"
#include "lib/kernel/monitor.h"
#include "lib/kernel/source_filter.h"
#include "lib/kernel/transport.h"
#include "lib/model/settings.h"

namespace dmm::agent {

// What the driver of this MAAR is told: also by who only looks at the host for it.
[[nodiscard]] kernel::DriverSettings driver_settings(const MaarSettings& maar);

class DataPlane {
public:
    DataPlane(const kernel::DriverSettings& settings, std::unique_ptr<kernel::Transport> to_kernel)
        : transport_(std::move(to_kernel)), driver_(settings, *transport_) {}

    // See Driver.
    [[nodiscard]] std::expected<void, KernelError> start(kernel::Inheritance inheritance) {
        inherits_ = inheritance == kernel::Inheritance::Take;
        return driver_.start(inheritance);
    }

    // Without it nothing is checked and nothing counted.
    [[nodiscard]] std::expected<void, KernelError> start_filter(
        std::vector<std::string> access_links, std::unique_ptr<kernel::Transport> to_netfilter);

    // The check of sources at other links. Who calls this tells filter() all wishes again; its
    // table is made anew with them by the next flush(). Nothing without a check.
    [[nodiscard]] std::expected<void, KernelError> move_filter(
        std::vector<std::string> access_links);

    // From now on `monitor` says what others do to the kernel.
    void watch(std::unique_ptr<kernel::Monitor> monitor, SteadyTime now);

    // Absent without a monitor.
    [[nodiscard]] std::optional<int> monitor_fd() const;

    void on_news(SteadyTime now) { driver_.notice(monitor_->read(), now); }

    [[nodiscard]] std::vector<kernel::Repair> take_repairs() { return driver_.take_repairs(); }

    // The routers that a MAAR with these settings shows to nodes stand before any node needs them.
    void stand(const MaarSettings& maar, SteadyTime now);

    // See Driver.
    void want(const MnId& mn, Revision revision, const SessionForwarding& forwarding);
    // A node is told nothing before both are done: where its packets go, and that it may send.
    [[nodiscard]] std::vector<kernel::Outcome> flush(SteadyTime now);
    [[nodiscard]] std::optional<SteadyTime> next_deadline() const;
    void on_deadline(SteadyTime now);
    [[nodiscard]] std::vector<KernelError> stop();

    [[nodiscard]] const kernel::Driver& driver() const { return driver_; }

    [[nodiscard]] kernel::SourceFilter* filter() { return filter_ ? &*filter_ : nullptr; }

private:
    std::unique_ptr<kernel::Transport> transport_;
    kernel::Driver driver_;
    bool inherits_ = false;
    std::unique_ptr<kernel::Monitor> monitor_;
    std::unique_ptr<kernel::Transport> filter_transport_;
    std::optional<kernel::SourceFilter> filter_;
};

}  // namespace dmm::agent

#include "agent/access_network.h"

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

#include "agent/clock.h"
#include "agent/neighbour_probe.h"
#include "lib/base/text.h"
#include "lib/wire/neighbour_discovery.h"
#include "lib/wire/router_advert.h"

namespace dmm::agent {
namespace {

// Frames taken per link and turn of the loop.
constexpr int kBudget = 64;
constexpr std::chrono::seconds kRetryInterval{1};

}  // namespace

AccessNetwork::AccessNetwork(Loop& loop,
                             std::optional<NdSender> sender,
                             const std::vector<AccessLink>& links,
                             Counters& counters,
                             LogSink& log)
    : loop_(loop), sender_(std::move(sender)), counters_(counters), log_(log), retry_(loop, [this] {
          listen_where_possible();
      }) {
    for (const AccessLink& link : links) {
        Listener& listener = listeners_.emplace_back();
        listener.link = link;
    }
}

void AccessNetwork::start(OnEvent on_event) {
    on_event_ = std::move(on_event);
    listen_where_possible();
}

void AccessNetwork::set_links(const std::vector<AccessLink>& links) {
    listeners_.remove_if(
        [&](const Listener& listener) { return std::ranges::count(links, listener.link) == 0; });
    for (const AccessLink& link : links) {
        if (std::ranges::count(listeners_, link, &Listener::link) == 0)
            listeners_.emplace_back().link = link;
    }
    listen_where_possible();
}

void AccessNetwork::listen_where_possible() {
    for (Listener& listener : listeners_) {
        if (!listener.listening) listen(listener);
    }
}

void AccessNetwork::listen(Listener& listener) {
    listener.watcher.reset();
    listener.socket.reset();
    auto socket = NdListener::open(listener.link.name);
    if (!socket) {
        lost(listener, socket.error());
        return;
    }
    listener.socket.emplace(std::move(*socket));
    listener.watcher = std::make_unique<IoWatcher>(
        loop_, listener.socket->fd(), IoWatcher::For::Reading, [this, &listener] {
            on_readable(listener);
        });
    listener.watcher->start();
    listener.listening = true;
    listener.told_missing = false;
    log_.say(LogLevel::Info, "link_ready", Line("").add("link", listener.link.name));
}

void AccessNetwork::lost(Listener& listener, int code) {
    if (listener.watcher) listener.watcher->stop();
    listener.listening = false;
    retry_.set(read_clock().steady + kRetryInterval);
    if (std::exchange(listener.told_missing, true)) return;
    log_.say(LogLevel::Warning,
             "link_missing",
             Line("")
                 .add("link", listener.link.name)
                 .add("error", std::generic_category().message(code)));
}

void AccessNetwork::on_readable(Listener& listener) {
    for (int i = 0; i < kBudget; ++i) {
        const auto frame = listener.socket->receive();
        if (!frame) {
            lost(listener, frame.error());
            return;
        }
        if (!*frame) return;
        on_frame(listener.link, **frame);
    }
}

void AccessNetwork::on_frame(const AccessLink& link, const NdListener::Frame& frame) {
    constexpr std::size_t kTypeOffset = 40;  // the listener's filter has looked at it
    if (frame.source.is_group() || frame.source.is_zero()) {
        counters_.count("dropped", "impossible_station");
    } else if (frame.packet[kTypeOffset] == wire::icmp_type::kRouterSolicitation) {
        on_solicitation(link, frame);
    } else {
        on_advertisement(link, frame);
    }
}

void AccessNetwork::on_solicitation(const AccessLink& link, const NdListener::Frame& frame) {
    const auto solicit = wire::decode_solicit_packet(frame.packet);
    if (!solicit) {
        counters_.count("solicit", name_of(solicit.error()));
        return;
    }
    counters_.count("received", "RS");
    on_event_(core::RouterSolicited{.link = link, .mac = frame.source, .source = solicit->source});
}

void AccessNetwork::on_advertisement(const AccessLink& link, const NdListener::Frame& frame) {
    if (!is_probe_answer(frame.packet)) {
        counters_.count("dropped", "neighbour_advertisement");
        return;
    }
    counters_.count("received", "NA");
    on_event_(core::NodeHeard{.link = link, .mac = frame.source});
}

void AccessNetwork::advertise(std::uint32_t index, const core::Advertise& advertise) {
    wire::RouterAdvert advert = advertise.advert;
    advert.source_link_layer = advertise.dlif.identity.mac;
    send(index,
         advertise.dlif,
         "RA",
         wire::encode_advert_packet(
             advert, advertise.dlif.identity.link_local, advertise.destination));
}

void AccessNetwork::probe(std::uint32_t index, const core::Probe& probe) {
    send(index, probe.dlif, "NS", probe_packet(probe.dlif.identity, probe.target));
}

void AccessNetwork::send(std::uint32_t index,
                         const Dlif& dlif,
                         std::string_view what,
                         ByteView packet) {
    if (!sender_) {
        counters_.count("dry_run", what);
        return;
    }
    const auto sent = sender_->send(index, dlif.mn, packet);
    if (sent) {
        counters_.count("sent", what);
        return;
    }
    counters_.count("send", "errors");
    log_.say(LogLevel::Warning,
             "send_failed",
             Line("")
                 .add("what", what)
                 .add("to", to_text(dlif.mn))
                 .add("link", dlif.over.name)
                 .add("error", std::generic_category().message(sent.error())));
}

}  // namespace dmm::agent

#include "tools/demo/journey.h"

#include <algorithm>

#include <fcntl.h>

#include "tools/demo/drawing.h"
#include "tools/demo/echo.h"
#include "tools/demo/floor.h"
#include "tools/demo/guest.h"
#include "tools/demo/scene.h"
#include "tools/demo/traffic.h"

namespace dmm::demo {
namespace {

constexpr milliseconds kAttachBound{20'000};  // DAD, RS delay and retries of the node's kernel
constexpr milliseconds kStartBound{10'000};
constexpr milliseconds kConnectBound{5'000};
constexpr milliseconds kMoveBound{10'000};
constexpr milliseconds kWarmUp{1'000};
constexpr milliseconds kLinger{700};  // at each place, when all is settled
constexpr milliseconds kFlight{300};  // for the last datagrams to arrive
constexpr milliseconds kTrafficEnd{12'000};

std::string missing(const std::optional<Duration>& value, const std::string& what) {
    if (value) return {};
    return "expected " + what + " within " + std::to_string(kMoveBound.count()) + " ms, saw none";
}

std::string text_or(const std::optional<Duration>& value) {
    return value ? milliseconds_text(*value) + " ms" : "-";
}

}  // namespace

Journey::Journey(const Options& options, const Screen& screen)
    : options_(options),
      screen_(screen),
      topology_(options.prefix),
      daemons_(options.folder, options.dmmd, options.mode) {
    outcome_.planned_moves = options.moves;
}

void Journey::fault(const std::string& text) {
    if (text.empty()) return;
    outcome_.faults.push_back(text);
    screen_.paragraph("  ! " + text, Tone::Bad);
}

bool Journey::sound(const std::expected<void, std::string>& step) {
    if (!step) fault(step.error());
    return step.has_value();
}

Outcome Journey::play() {
    bool going = sound(set_stage()) && sound(attach_first()) && sound(open_connections());
    for (int i = 0; going && i < options_.moves; ++i) {
        move(maar_after(i), maar_after(i + 1));
        going = !interrupted();
    }
    if (going) try_all_addresses();
    if (traffic_) end_connections();
    end_daemons();
    if (interrupted()) outcome_.faults.emplace_back("interrupted");
    return outcome_;
}

std::expected<void, std::string> Journey::warm_up() const {
    const auto solicitor = run({.netns = "", .words = {"rdisc6", "--version"}}, "", kStartBound);
    if (!solicitor) return std::unexpected(solicitor.error());
    const Descriptor program(::open(options_.dmmd.c_str(), O_RDONLY | O_CLOEXEC));
    if (!program.valid()) return std::unexpected("cannot read " + options_.dmmd);
    (void)contents(program.get());
    return {};
}

std::expected<void, std::string> Journey::rehearse() {
    if (options_.cold) return {};
    if (auto done = let_guest_walk(topology_); !done) return done;
    (void)daemons_.log_news();
    screen_.line("  another node has visited every router before: they are warm");
    return {};
}

std::expected<void, std::string> Journey::set_stage() {
    screen_.heading("three access routers, a CMD, a core router, a correspondent, a node");
    const auto floor = time_interface(topology_.netns("floor"));
    if (!floor) return std::unexpected(floor.error());
    outcome_.interface_floor = *floor;
    if (auto done = topology_.build(); !done) return done;
    if (auto done = warm_up(); !done) return done;
    auto before = take_settled_snapshot(topology_);
    if (!before) return std::unexpected(before.error());
    before_ = std::move(*before);
    if (auto done = daemons_.start(topology_); !done) return done;
    stand_back();  // what the daemons do counts, what is shown of it can wait
    if (auto done = rehearse(); !done) return done;
    auto radio = Radio::open(topology_, "mn");
    if (!radio) return std::unexpected(radio.error());
    radio_ = std::move(*radio);
    auto observer = Observer::open(topology_, daemons_, screen_, options_.verbose);
    if (!observer) return std::unexpected(observer.error());
    observer_ = std::move(*observer);
    auto tally = make_tally();
    if (!tally) return std::unexpected(tally.error());
    tally_ = std::move(*tally);
    screen_.line("  dmmd runs on cmd, maar1, maar2, maar3; the node has none of our software");
    return {};
}

void Journey::draw_scene(int at) {
    screen_.line("");
    for (const std::string& line : draw(at, radio_->addresses()))
        screen_.line(line);
    screen_.line("");
}

std::expected<void, std::string> Journey::attach_first() {
    screen_.heading("the node attaches to maar1");
    if (auto done = observer_->begin_move(1); !done) return done;
    if (auto done = radio_->join(1); !done) return done;
    std::vector<NodeAddress> now;
    const bool attached = observer_->watch(kAttachBound, [&] {
        now = radio_->addresses();
        return !now.empty() && address_faults(1, {}, now).empty();
    });
    observer_->finish();
    draw_scene(1);
    if (!attached) {
        return std::unexpected("mn: expected a preferred address out of " + maar_pool(1) +
                               " within " + std::to_string(kAttachBound.count()) + " ms, saw " +
                               (now.empty() ? "none" : address_faults(1, {}, now).front()));
    }
    first_ = now.front().address;
    return {};
}

std::expected<void, std::string> Journey::open_connections() {
    auto traffic = start_traffic(topology_.netns("mn"), topology_.netns("cn"), first_, *tally_);
    if (!traffic) return std::unexpected(traffic.error());
    traffic_ = std::move(*traffic);
    const bool flows = observer_->watch(kConnectBound, [this] {
        return tally_->tcp_up.intact > 0 && tally_->tcp_down.intact > 0 &&
               tally_->up.lost(0, 1) + tally_->down.lost(0, 1) == 0;
    });
    if (!flows) {
        return std::unexpected("expected TCP and UDP both ways between mn and cn within " +
                               std::to_string(kConnectBound.count()) + " ms, saw TCP octets " +
                               std::to_string(tally_->tcp_up.intact) + " up, " +
                               std::to_string(tally_->tcp_down.intact) + " down");
    }
    observer_->watch(kWarmUp);
    judged_up_ = tally_->up.sent;
    judged_down_ = tally_->down.sent;
    screen_.line("  from " + to_text(first_) + " to cn, and back:", Tone::Good);
    screen_.line("  TCP with checked content at 100 kB/s, UDP at " +
                     std::to_string(kDatagramsPerSecond) + " packets/s, each way",
                 Tone::Good);
    return {};
}

void Journey::probe_if_home(int from, int to, const std::vector<NodeAddress>& held) {
    // Where the streams' own prefix is at home they say nothing about old prefixes: then
    // the correspondent sends to the address that the node had at the place it leaves.
    if (anchor_of(first_) != to) return;
    for (const NodeAddress& address : held) {
        if (anchor_of(address.address) != from) continue;
        std::copy(address.address.octets().begin(),
                  address.address.octets().end(),
                  tally_->probe.begin());
        tally_->probing = true;
    }
}

std::expected<void, std::string> Journey::roam(int to) {
    Solicitor solicitor(topology_.netns("mn"));
    if (auto done = radio_->join(to); !done) return done;
    if (!solicitor.solicit()) return std::unexpected("mn: cannot start rdisc6");
    const std::vector<NodeAddress> held = radio_->addresses();
    (void)observer_->watch(kMoveBound, [&] {
        const bool back = observer_->clock().to_old_prefix().has_value();
        if (back) tally_->probing = false;
        return back && observer_->clock().to_advert() &&
               address_faults(to, held, radio_->addresses()).empty();
    });
    tally_->probing = false;
    return {};
}

void Journey::count_losses(MoveOutcome& move) {
    const std::uint32_t up = tally_->up.sent;
    const std::uint32_t down = tally_->down.sent;
    observer_->watch(kFlight);
    move.lost_up = tally_->up.lost(judged_up_, up);
    move.lost_down = tally_->down.lost(judged_down_, down);
    judged_up_ = up;
    judged_down_ = down;
}

void Journey::move(int from, int to) {
    screen_.heading("move " + std::to_string(outcome_.moves.size() + 1) + ": the node goes from " +
                    maar_name(from) + " to " + maar_name(to));
    MoveOutcome move{.from = from,
                     .to = to,
                     .to_advert = {},
                     .to_old_prefix = {},
                     .lost_up = {},
                     .lost_down = {}};
    const std::vector<NodeAddress> held = radio_->addresses();
    if (sound(observer_->begin_move(to))) {
        probe_if_home(from, to, held);
        (void)sound(roam(to));
        observer_->watch(kLinger);
        count_losses(move);
        observer_->finish();
        move.to_advert = observer_->clock().to_advert();
        move.to_old_prefix = observer_->clock().to_old_prefix();
        draw_scene(to);
    }
    screen_.line("  RS -> RA " + text_or(move.to_advert) +
                     ", RS -> first packet on an old prefix " + text_or(move.to_old_prefix) + ",",
                 Tone::Strong);
    screen_.line("  lost " + std::to_string(move.lost_up.value_or(0)) + " up, " +
                     std::to_string(move.lost_down.value_or(0)) +
                     " down; TCP so far: " + std::to_string(tally_->tcp_up.intact / 1000) +
                     " kB up, " + std::to_string(tally_->tcp_down.intact / 1000) + " kB down",
                 Tone::Strong);
    const std::string place = "at " + maar_name(to) + ": ";
    for (const std::string& text : {missing(move.to_advert, "an RA that prefers " + maar_pool(to)),
                                    missing(move.to_old_prefix, "a packet for an old prefix")}) {
        if (!text.empty()) fault(place + text);
    }
    for (const std::string& text : address_faults(to, held, radio_->addresses())) {
        fault(place + text);
    }
    outcome_.moves.push_back(move);
}

void Journey::try_all_addresses() {
    screen_.heading("every prefix, both ways");
    const std::vector<NodeAddress> addresses = radio_->addresses();
    for (const NodeAddress& address : addresses) {
        const std::string text = to_text(address.address);
        if (echoes(topology_.netns("mn"), topology_.netns("cn"), address.address)) {
            screen_.line("  " + padded(text, 40) + "<-> cn: works", Tone::Good);
        } else {
            fault(text + ": expected an echo from cn within a second, saw none");
        }
        observer_->finish();
    }
    const auto expected = static_cast<std::size_t>(std::min(options_.moves + 1, kMaars));
    if (addresses.size() != expected) {
        fault("mn: expected " + std::to_string(expected) + " addresses, saw " +
              std::to_string(addresses.size()));
    }
}

void Journey::end_connections() {
    tally_->stop = true;
    (void)traffic_->wait(kTrafficEnd);  // killed otherwise; the tally shows what is missing
    traffic_.reset();
    outcome_.tcp_fault = tally_->tcp_fault();
    outcome_.tcp_octets = tally_->tcp_octets();
}

void Journey::end_daemons() {
    if (!outcome_.faults.empty()) {
        for (const LogLine& line : daemons_.last_words()) {
            screen_.paragraph("  last words of " + line.actor + ":" + line.text, Tone::Faint);
        }
    }
    screen_.heading("the daemons are stopped");
    for (const std::string& text : daemons_.stop())
        fault(text);
    if (observer_) observer_->finish();
    if (before_.empty()) return;
    const auto after = take_snapshot(topology_);
    if (!after) {
        fault(after.error());
        return;
    }
    const Snapshot left = new_objects(before_, *after);
    outcome_.leftovers = left.size();
    if (left.empty()) screen_.line("  nothing of theirs is left in any namespace", Tone::Good);
    for (const std::string& object : left) {
        fault("left behind: " + object);
    }
}

}  // namespace dmm::demo

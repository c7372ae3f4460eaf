#include "lib/kernel/source_filter.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

namespace dmm::kernel {
namespace {

constexpr unsigned kPrefixLength = 64;
// As the driver's: longer than a handover takes.
constexpr Duration kClearDelay = std::chrono::milliseconds(100);
constexpr Duration kRetryDelay = std::chrono::seconds(10);
constexpr Duration kCheckInterval = std::chrono::seconds(10);

// Those over a DLIF: what goes through a tunnel is checked by who serves the node.
std::set<NodePrefix> sources_of(const SessionForwarding& forwarding) {
    std::set<NodePrefix> out;
    for (const Downlink& down : forwarding.down) {
        const auto* dlif = std::get_if<Dlif>(&down.via);
        if (dlif == nullptr || down.to.length() != kPrefixLength) continue;
        out.insert({.mn = dlif->mn, .prefix = down.to});
    }
    return out;
}

// For an error: the first line says enough.
std::string first_line(std::string text) {
    text.resize(std::min(text.find('\n'), text.size()));
    return text;
}

}  // namespace

std::expected<void, KernelError> SourceFilter::start(bool inherits) {
    const auto there = channel_.table();
    if (!there) return std::unexpected(there.error());
    if (*there && (*there)->comment != kFilterComment) {
        return std::unexpected(KernelError{.operation = "nft add table ip6 dmmd",
                                           .code = EEXIST,
                                           .text = "a table of somebody else's has this name"});
    }
    inherited_ = inherits && there->has_value();
    if (inherited_) {
        check_at_ = SteadyTime{};
        return {};
    }
    if (auto refused = rebuild()) return std::unexpected(*std::move(refused));
    started_ = true;
    return {};
}

void SourceFilter::want(const MnId& mn, const SessionForwarding& forwarding) {
    std::set<NodePrefix> wish = sources_of(forwarding);
    std::set<NodePrefix>& old = wishes_[mn];
    for (const NodePrefix& source : wish) {
        if (!old.contains(source)) ++wanted_[source];
    }
    for (const NodePrefix& source : old) {
        if (wish.contains(source)) continue;
        const auto claim = wanted_.find(source);
        if (--claim->second != 0) continue;
        wanted_.erase(claim);
        condemned_.insert(source);
    }
    if (wish.empty()) {
        wishes_.erase(mn);
    } else {
        old = std::move(wish);
    }
    pending_.insert(mn);
}

FilterElements SourceFilter::missing_for(const std::set<MnId>& nodes) const {
    std::set<NodePrefix> sources;
    std::set<Prefix> prefixes;
    for (const MnId& mn : nodes) {
        const auto wish = wishes_.find(mn);
        if (wish == wishes_.end()) continue;
        for (const NodePrefix& source : wish->second) {
            if (present_.contains(source)) continue;
            sources.insert(source);
            if (!downlinks_.contains(source.prefix)) prefixes.insert(source.prefix);
        }
    }
    return {.sources = {sources.begin(), sources.end()},
            .prefixes = {prefixes.begin(), prefixes.end()}};
}

FilterElements SourceFilter::stale() const {
    FilterElements out;
    std::map<Prefix, std::size_t> leaving;
    for (const NodePrefix& source : condemned_) {
        if (wanted_.contains(source) || !present_.contains(source)) continue;
        out.sources.push_back(source);
        ++leaving[source.prefix];
    }
    for (const auto& [prefix, count] : leaving) {
        if (downlinks_.at(prefix) == count) out.prefixes.push_back(prefix);
    }
    return out;
}

FilterElements SourceFilter::all_wanted() const {
    FilterElements out;
    std::set<Prefix> prefixes;
    for (const auto& [source, count] : wanted_) {
        out.sources.push_back(source);
        prefixes.insert(source.prefix);
    }
    out.prefixes.assign(prefixes.begin(), prefixes.end());
    return out;
}

void SourceFilter::put_additions(const FilterElements& additions) {
    transport_.about_to_say([&] { return elements_text("add", additions); });
    NftBatch batch = channel_.begin();
    add_elements(batch, additions);
    channel_.send(std::move(batch));
}

void SourceFilter::took(const FilterElements& additions) {
    for (const NodePrefix& source : additions.sources) {
        if (present_.insert(source).second) ++downlinks_[source.prefix];
    }
}

void SourceFilter::dropped(const FilterElements& removals) {
    for (const NodePrefix& source : removals.sources) {
        present_.erase(source);
        const auto downlink = downlinks_.find(source.prefix);
        if (--downlink->second == 0) downlinks_.erase(downlink);
    }
}

void SourceFilter::send() {
    asked_for_ = std::exchange(pending_, {});
    if (inherited_) return;
    sent_ = missing_for(asked_for_);
    if (!sent_.empty()) put_additions(sent_);
}

std::map<MnId, KernelError> SourceFilter::receive(SteadyTime now) {
    const FilterElements sent = std::exchange(sent_, {});
    const std::set<MnId> nodes = std::exchange(asked_for_, {});
    if (!check_at_) check_at_ = now + kCheckInterval;
    if (!clear_at_ && !condemned_.empty()) clear_at_ = now + kClearDelay;
    if (inherited_ && !replace_inherited()) return add_one_by_one(nodes);
    if (sent.empty()) return {};
    const auto refused = channel_.answer();
    if (!refused) {
        took(sent);
        return {};
    }
    // Without the table there is nothing to add to; all else may be the fault of one node.
    if (refused->code == ENOENT && !rebuild()) return {};
    return add_one_by_one(nodes);
}

// False if one of the wishes is refused.
bool SourceFilter::replace_inherited() {
    inherited_ = false;
    const bool done = !rebuild();
    started_ = true;
    return done;
}

std::map<MnId, KernelError> SourceFilter::add_one_by_one(const std::set<MnId>& nodes) {
    std::map<MnId, KernelError> errors;
    for (const MnId& mn : nodes) {
        const FilterElements additions = missing_for({mn});
        if (additions.empty()) continue;
        put_additions(additions);
        if (const auto refused = channel_.answer()) {
            errors.emplace(mn, nft_error(first_line(elements_text("add", additions)), *refused));
        } else {
            took(additions);
        }
    }
    return errors;
}

std::optional<KernelError> SourceFilter::rebuild() {
    const FilterElements wanted = all_wanted();
    transport_.about_to_say([&] { return replace_table_text(access_links_); });
    NftBatch batch = channel_.begin();
    replace_table(batch, access_links_);
    add_elements(batch, wanted);
    channel_.send(std::move(batch));
    if (const auto refused = channel_.answer()) {
        return last_error_ = nft_error("nft add table ip6 dmmd", *refused);
    }
    if (started_) ++times_rebuilt_;
    present_.clear();
    downlinks_.clear();
    condemned_.clear();
    took(wanted);
    remember_handle();
    return std::nullopt;
}

void SourceFilter::remember_handle() {
    const auto there = channel_.table();
    handle_ = there && *there ? (*there)->handle : 0;
}

std::optional<SteadyTime> SourceFilter::next_deadline() const {
    if (!clear_at_ || !check_at_) return clear_at_ ? clear_at_ : check_at_;
    return std::min(*clear_at_, *check_at_);
}

void SourceFilter::on_deadline(SteadyTime now) {
    if (check_at_ && *check_at_ <= now) {
        check_at_ = now + kCheckInterval;
        check();
    }
    if (clear_at_ && *clear_at_ <= now) clear(now);
}

// Another handle: somebody put back a copy, which counts for nobody.
void SourceFilter::check() {
    if (inherited_) {
        (void)replace_inherited();
        return;
    }
    if (handle_ == 0) return;
    const auto there = channel_.table();
    if (!there) {
        last_error_ = there.error();
        return;
    }
    if (!*there || (*there)->handle != handle_) (void)rebuild();
}

void SourceFilter::clear(SteadyTime now) {
    clear_at_.reset();
    const FilterElements removals = stale();
    if (removals.empty()) {
        condemned_.clear();
        return;
    }
    transport_.about_to_say([&] { return elements_text("delete", removals); });
    NftBatch batch = channel_.begin();
    delete_elements(batch, removals);
    channel_.send(std::move(batch));
    const auto refused = channel_.answer();
    if (!refused) {
        dropped(removals);
        condemned_.clear();
        return;
    }
    last_error_ = nft_error(first_line(elements_text("delete", removals)), *refused);
    if (refused->code != ENOENT || rebuild()) clear_at_ = now + kRetryDelay;
}

std::expected<TrafficReading, KernelError> SourceFilter::read() {
    TrafficReading out;
    const auto count = [](const NftElement& element) {
        return Traffic{.packets = element.packets, .octets = element.octets};
    };
    auto failure = channel_.dump(
        kUplinkSet,
        [&] { out.up.clear(); },
        [&](const NftElement& element) {
            if (const auto source = node_prefix_of(element.key)) out.up[*source] = count(element);
        });
    if (failure) return std::unexpected(*std::move(failure));
    failure = channel_.dump(
        kDownlinkSet,
        [&] { out.down.clear(); },
        [&](const NftElement& element) {
            if (const auto prefix = prefix_of(element.key)) out.down[*prefix] = count(element);
        });
    if (failure) return std::unexpected(*std::move(failure));
    failure = channel_.dump(
        kSpoofedSet,
        [&] { out.spoofed.clear(); },
        [&](const NftElement& element) {
            const auto mac = LinkLayerAddress::from(element.key);
            if (mac) out.spoofed[*mac] = count(element);
        });
    if (failure) return std::unexpected(*std::move(failure));
    return out;
}

std::vector<KernelError> SourceFilter::stop() {
    if (!std::exchange(started_, false)) return {};
    check_at_.reset();
    clear_at_.reset();
    transport_.about_to_say([] { return std::string("nft delete table ip6 dmmd\n"); });
    NftBatch batch = channel_.begin();
    batch.delete_table();
    channel_.send(std::move(batch));
    const auto refused = channel_.answer();
    if (!refused || refused->code == ENOENT) return {};
    return {nft_error("nft delete table ip6 dmmd", *refused)};
}

}  // namespace dmm::kernel

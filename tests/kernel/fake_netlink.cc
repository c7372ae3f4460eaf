#include "tests/kernel/fake_netlink.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <linux/fib_rules.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>

#include "lib/kernel/netlink_builder.h"
#include "tests/kernel/link_request.h"
#include "tests/kernel/record_writer.h"

namespace dmm::kernel {
namespace {

constexpr std::uint32_t kLocalTable = 255;
constexpr std::size_t kMaxAnswer = 64U * 1024U;

const Ack kDone{};

Ack refusal(int code, std::string text = {}) {
    return {.code = code, .text = std::move(text)};
}

constexpr bool is_query(std::uint16_t type) {
    return type % 4 == RTM_GETLINK % 4;
}

}  // namespace

FakeNetlink::FakeNetlink() {
    LinkRecord loopback;
    loopback.index = 1;
    loopback.name = "lo";
    links_[1] = loopback;
    rules_.push_back({.priority = 0, .table = kLocalTable, .protocol = 2, .action = FR_ACT_TO_TBL});
    rules_.push_back(
        {.priority = 32766, .table = kMainTable, .protocol = 2, .action = FR_ACT_TO_TBL});
}

void FakeNetlink::refuse(std::uint16_t type, int code, std::string text, std::size_t skip) {
    refusals_.push_back({.type = type, .code = code, .text = std::move(text), .skip = skip});
}

void FakeNetlink::obey() {
    refusals_.clear();
    silent_type_ = 0;
    overrun_ = false;
    interrupt_ = false;
}

std::expected<void, int> FakeNetlink::send(std::span<const std::uint8_t> batch) {
    ++batches_;
    while (const auto request = next_message(batch))
        handle(*request);
    return {};
}

std::expected<std::span<const std::uint8_t>, int> FakeNetlink::receive() {
    if (answers_.empty()) return std::unexpected(EAGAIN);
    delivered_ = std::move(answers_.front());
    answers_.pop_front();
    if (std::exchange(overrun_, false)) return std::unexpected(ENOBUFS);
    return delivered_;
}

void FakeNetlink::handle(const Message& request) {
    ++requests_;
    if (is_query(request.type) && (request.flags & NLM_F_DUMP) == NLM_F_DUMP) {
        dump(request);
        return;
    }
    const auto refused = std::ranges::find(refusals_, request.type, &Refusal::type);
    Ack ack;
    if (refused != refusals_.end() && refused->skip-- == 0) {
        ack = refusal(refused->code, refused->text);
        refusals_.erase(refused);
    } else {
        ack = carry_out(request);
    }
    if (silent_type_ == request.type) {
        silent_type_ = 0;
    } else if (ack.code != 0 || (request.flags & NLM_F_ACK) != 0) {
        answer(request, ack);
    }
}

void FakeNetlink::answer(const Message& request, const Ack& ack) {
    const bool speaks = !ack.text.empty();
    const auto flags = static_cast<std::uint16_t>(NLM_F_CAPPED | (speaks ? NLM_F_ACK_TLVS : 0));
    MessageBuilder out(*queue(), NLMSG_ERROR, flags, request.sequence);
    nlmsgerr error{};
    error.error = -ack.code;
    error.msg.nlmsg_type = request.type;
    error.msg.nlmsg_seq = request.sequence;
    out.put(error);
    if (speaks) out.attribute_text(NLMSGERR_ATTR_MSG, ack.text);
    (void)out.finish();
}

Ack FakeNetlink::carry_out(const Message& request) {
    switch (request.type) {
        case RTM_NEWLINK:
        case RTM_SETLINK:
            return new_link(request);
        case RTM_DELLINK:
            return delete_link(request);
        case RTM_GETLINK:
            return get_link(request);
        case RTM_NEWADDR:
        case RTM_DELADDR:
            return change_address(request);
        case RTM_NEWNEIGH:
        case RTM_DELNEIGH:
            return change_neighbour(request);
        case RTM_GETNEIGH:
            return get_neighbour(request);
        case RTM_NEWROUTE:
            return new_route(request);
        case RTM_DELROUTE:
            return delete_route(request);
        case RTM_GETROUTE:
            return get_route(request);
        case RTM_NEWRULE:
        case RTM_DELRULE:
            return change_rule(request);
        default:
            return refusal(EOPNOTSUPP);
    }
}

std::expected<std::uint32_t, int> FakeNetlink::index_of(const std::string& name) {
    const LinkRecord* link = find_link(name);
    if (link == nullptr) return std::unexpected(ENODEV);
    return link->index;
}

LinkRecord* FakeNetlink::find_link(std::uint32_t index) {
    const auto at = links_.find(index);
    return at == links_.end() ? nullptr : &at->second;
}

LinkRecord* FakeNetlink::find_link(const std::string& name) {
    const auto at =
        std::ranges::find_if(links_, [&](const auto& entry) { return entry.second.name == name; });
    return at == links_.end() ? nullptr : &at->second;
}

Ack FakeNetlink::new_link(const Message& request) {
    auto link = decode_link(request.payload);
    if (!link) return refusal(EINVAL);
    LinkRecord* present = link->index != 0 ? find_link(link->index) : find_link(link->name);
    const bool create = request.type == RTM_NEWLINK && (request.flags & NLM_F_CREATE) != 0;
    if (present == nullptr) return create ? create_link(request, *link) : refusal(ENODEV);
    if (create && (request.flags & NLM_F_EXCL) != 0) return refusal(EEXIST);
    return change_link(request, *present);
}

Ack FakeNetlink::create_link(const Message& request, LinkRecord link) {
    if (link.kind == "ip6tnl" && !has_tunnels) return refusal(EOPNOTSUPP, "Unknown device type");
    if (find_link(link.name) != nullptr) return refusal(EEXIST);
    const auto extra = decode_request(request.payload);
    if (!extra) return refusal(EINVAL);
    if (extra->has_families) return refusal(EAFNOSUPPORT);
    if (link.kind == "macvlan" && find_link(link.lower) == nullptr) return refusal(ENODEV);
    for (const auto& [index, other] : links_) {
        const bool tunnels = link.kind == "ip6tnl" && other.kind == "ip6tnl";
        if (tunnels && other.local == link.local && other.remote == link.remote) {
            return refusal(EEXIST);
        }
    }
    if (link.index == 0) link.index = next_index_++;
    if (link.mtu == 0) link.mtu = 1500;
    link.up = extra->wants_up;
    link.alias.clear();
    if (!link.mac && link.kind != "ip6tnl") {
        const auto last = static_cast<std::uint8_t>(link.index);
        link.mac = LinkLayerAddress({0x02, 0xfa, 0xce, 0, 0, last});
    }
    links_[link.index] = std::move(link);
    return kDone;
}

Ack FakeNetlink::change_link(const Message& request, LinkRecord& link) {
    const auto wish = decode_link(request.payload);
    const auto extra = decode_request(request.payload);
    if (!wish || !extra) return refusal(EINVAL);
    if (extra->has_group) link.group = wish->group;
    if (!extra->alias.empty()) link.alias = extra->alias;
    // Flags before AF_SPEC, as in the kernel.
    if (extra->wants_up && !link.up) {
        if (const Ack raised = raise_link(link); raised.code != 0) return raised;
    }
    if (extra->wants_down && link.up) lower_link(link);
    if (wish->address_generation) link.address_generation = wish->address_generation;
    return kDone;
}

Ack FakeNetlink::raise_link(LinkRecord& link) {
    for (const auto& [index, other] : links_) {
        const bool sibling =
            other.up && other.lower == link.lower && other.kind == "macvlan" && index != link.index;
        const bool taken = (sibling || index == link.lower) && other.mac == link.mac;
        if (link.kind == "macvlan" && taken) return refusal(EADDRINUSE);
    }
    link.up = true;
    if (link.address_generation.value_or(0) == 0 && link.mac) {
        addresses_.push_back({.interface = link.index,
                              .address = link_local_of(*link.mac),
                              .prefix_length = 64,
                              .flags = 0});
    }
    return kDone;
}

void FakeNetlink::lower_link(LinkRecord& link) {
    const auto on_it = [&](const auto& record) { return record.interface == link.index; };
    std::erase_if(addresses_, on_it);
    std::erase_if(neighbours_, on_it);
    std::erase_if(routes_, on_it);
    link.up = false;
}

void FakeNetlink::erase_link(std::uint32_t index) {
    const auto on_it = [&](const auto& record) { return record.interface == index; };
    std::erase_if(addresses_, on_it);
    std::erase_if(neighbours_, on_it);
    std::erase_if(routes_, on_it);
    links_.erase(index);
    std::vector<std::uint32_t> above;
    for (const auto& [other, link] : links_) {
        if (link.kind == "macvlan" && link.lower == index) above.push_back(other);
    }
    for (const std::uint32_t other : above)
        erase_link(other);
}

Ack FakeNetlink::delete_link(const Message& request) {
    const auto wish = decode_link(request.payload);
    const auto extra = decode_request(request.payload);
    if (!wish || !extra) return refusal(EINVAL);
    std::vector<std::uint32_t> doomed;
    if (wish->index != 0 || !wish->name.empty()) {
        const LinkRecord* link = wish->index != 0 ? find_link(wish->index) : find_link(wish->name);
        if (link != nullptr) doomed.push_back(link->index);
    } else if (extra->has_group) {
        if (wish->group == 0) return refusal(EPERM);
        for (const auto& [index, link] : links_) {
            if (link.group == wish->group) doomed.push_back(index);
        }
    }
    if (doomed.empty()) return refusal(ENODEV);
    for (const std::uint32_t index : doomed)
        erase_link(index);
    return kDone;
}

Ack FakeNetlink::get_link(const Message& request) {
    const auto wish = decode_link(request.payload);
    const LinkRecord* link = wish ? find_link(wish->name) : nullptr;
    if (link == nullptr) return refusal(ENODEV);
    MessageBuilder out(*queue(), RTM_NEWLINK, 0, request.sequence, kMaxAnswer);
    put_link(out, *link);
    (void)out.finish();
    return kDone;
}

Ack FakeNetlink::change_address(const Message& request) {
    const auto address = decode_address(request.payload);
    if (!address) return refusal(EINVAL);
    if (find_link(address->interface) == nullptr) return refusal(ENODEV);
    const auto at = std::ranges::find_if(addresses_, [&](const AddressRecord& there) {
        return there.interface == address->interface && there.address == address->address;
    });
    if (request.type == RTM_DELADDR) {
        if (at == addresses_.end()) return refusal(EADDRNOTAVAIL);
        addresses_.erase(at);
        return kDone;
    }
    if (at != addresses_.end()) return refusal(EEXIST);
    AddressRecord made = *address;
    made.flags |= IFA_F_PERMANENT;
    addresses_.push_back(made);
    return kDone;
}

Ack FakeNetlink::change_neighbour(const Message& request) {
    const auto neighbour = decode_neighbour(request.payload);
    if (!neighbour) return refusal(EINVAL);
    if (find_link(neighbour->interface) == nullptr) return refusal(ENODEV);
    const auto at = std::ranges::find_if(neighbours_, [&](const NeighbourRecord& there) {
        return there.interface == neighbour->interface && there.ip == neighbour->ip;
    });
    if (at != neighbours_.end())
        neighbours_.erase(at);
    else if (request.type == RTM_DELNEIGH)
        return refusal(ENOENT);
    if (request.type == RTM_NEWNEIGH) neighbours_.push_back(*neighbour);
    return kDone;
}

Ack FakeNetlink::get_neighbour(const Message& request) {
    const auto asked = decode_neighbour(request.payload);
    if (!asked) return refusal(EINVAL);
    const auto at = std::ranges::find_if(neighbours_, [&](const NeighbourRecord& there) {
        return there.interface == asked->interface && there.ip == asked->ip;
    });
    if (at == neighbours_.end()) return refusal(ENOENT);
    MessageBuilder out(*queue(), RTM_NEWNEIGH, 0, request.sequence);
    put_neighbour(out, *at);
    (void)out.finish();
    return kDone;
}

Ack FakeNetlink::change_rule(const Message& request) {
    const auto rule = decode_rule(request.payload);
    if (!rule) return refusal(EINVAL);
    const auto at = std::ranges::find_if(rules_, [&](const RuleRecord& there) {
        return there.priority == rule->priority && there.table == rule->table &&
               there.from == rule->from && there.to == rule->to && there.protocol == rule->protocol;
    });
    if (request.type == RTM_DELRULE) {
        if (at == rules_.end()) return refusal(ENOENT);
        rules_.erase(at);
        return kDone;
    }
    if (at != rules_.end() && (request.flags & NLM_F_EXCL) != 0) return refusal(EEXIST);
    rules_.insert(std::ranges::upper_bound(rules_, rule->priority, {}, &RuleRecord::priority),
                  *rule);
    return kDone;
}

void FakeNetlink::dump(const Message& request) {
    const auto flags = static_cast<std::uint16_t>(
        NLM_F_MULTI | (std::exchange(interrupt_, false) ? NLM_F_DUMP_INTR : 0));
    const auto each = [&](std::uint16_t type, const auto& record, const auto& write) {
        MessageBuilder out(*queue(), type, flags, request.sequence, kMaxAnswer);
        write(out, record);
        (void)out.finish();
    };
    if (request.type == RTM_GETLINK) {
        for (const auto& [index, link] : links_)
            each(RTM_NEWLINK, link, put_link);
    } else if (request.type == RTM_GETADDR) {
        for (const auto& address : addresses_)
            each(RTM_NEWADDR, address, put_address);
    } else if (request.type == RTM_GETNEIGH) {
        for (const auto& it : neighbours_)
            each(RTM_NEWNEIGH, it, put_neighbour);
    } else if (request.type == RTM_GETRULE) {
        for (const auto& rule : rules_)
            each(RTM_NEWRULE, rule, put_rule);
    } else if (const auto filter = decode_route(request.payload)) {
        for (const auto& route : routes_) {
            const bool hidden = (filter->table != 0 && filter->table != route.table) ||
                                (filter->protocol != 0 && filter->protocol != route.protocol);
            if (!hidden) each(RTM_NEWROUTE, route, put_route);
        }
    }
    MessageBuilder end(*queue(), NLMSG_DONE, flags, request.sequence);
    end.put(int{0});
    (void)end.finish();
}

}  // namespace dmm::kernel

#include "tools/demo/rtnetlink.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <span>
#include <system_error>
#include <utility>

#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "tools/demo/namespaces.h"

namespace dmm::demo {
namespace {

// A request with a fixed part `Body` and room for one attribute of four octets.
template <typename Body>
struct Request {
    nlmsghdr header{};
    Body body{};
    rtattr attribute{};
    std::uint32_t value = 0;

    [[nodiscard]] ByteView bytes(std::uint16_t type, std::uint16_t flags, bool with_attribute) {
        const std::size_t size =
            NLMSG_LENGTH(sizeof(Body)) + (with_attribute ? RTA_LENGTH(sizeof(value)) : 0);
        header = {.nlmsg_len = static_cast<std::uint32_t>(size),
                  .nlmsg_type = type,
                  .nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags),
                  .nlmsg_seq = 0,
                  .nlmsg_pid = 0};
        return {reinterpret_cast<const std::uint8_t*>(this), size};
    }
};

std::string reason(int error) {
    return std::generic_category().message(error);
}

// A fixed-size structure out of bytes, if they hold one at `at`.
template <typename T>
std::optional<T> read_at(ByteView bytes, std::size_t at) {
    if (at > bytes.size() || bytes.size() - at < sizeof(T)) return std::nullopt;
    T out{};
    std::memcpy(&out, bytes.data() + at, sizeof(T));
    return out;
}

// The payload of the attribute `type` behind a fixed part of `fixed` octets.
ByteView attribute(ByteView message, std::size_t fixed, unsigned type) {
    std::size_t at = NLMSG_LENGTH(fixed);
    while (const std::optional<rtattr> head = read_at<rtattr>(message, at)) {
        if (head->rta_len < sizeof(rtattr) || head->rta_len > message.size() - at) break;
        if (head->rta_type == type) {
            return message.subspan(at + sizeof(rtattr), head->rta_len - sizeof(rtattr));
        }
        at += RTA_ALIGN(head->rta_len);
    }
    return {};
}

std::optional<NodeAddress> address_in(ByteView message, unsigned link) {
    const std::optional<ifaddrmsg> fixed = read_at<ifaddrmsg>(message, NLMSG_HDRLEN);
    if (!fixed || fixed->ifa_index != link || fixed->ifa_scope != RT_SCOPE_UNIVERSE) {
        return std::nullopt;
    }
    const auto octets =
        read_at<std::array<std::uint8_t, 16>>(attribute(message, sizeof(*fixed), IFA_ADDRESS), 0);
    const auto flags = read_at<std::uint32_t>(attribute(message, sizeof(*fixed), IFA_FLAGS), 0);
    const auto life = read_at<ifa_cacheinfo>(attribute(message, sizeof(*fixed), IFA_CACHEINFO), 0);
    if (!octets || !flags || !life) return std::nullopt;
    return NodeAddress{.address = Ip6Address(*octets),
                       .tentative = (*flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED)) != 0,
                       .deprecated = (*flags & IFA_F_DEPRECATED) != 0,
                       .preferred_s = life->ifa_prefered,
                       .valid_s = life->ifa_valid};
}

}  // namespace

std::expected<RtNetlink, std::string> RtNetlink::open(const std::string& netns) {
    const Inside inside(netns);
    if (!inside.entered()) return std::unexpected(netns + ": no such network namespace");
    Descriptor socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
    // The kernel answers while it is asked; the bound only guards against a bug.
    const timeval bound{.tv_sec = 2, .tv_usec = 0};
    if (!socket.valid() ||
        ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &bound, sizeof(bound)) != 0) {
        return std::unexpected(netns + ": no rtnetlink socket: " + reason(errno));
    }
    return RtNetlink(netns, std::move(socket));
}

std::expected<unsigned, std::string> RtNetlink::index_of(const std::string& name) const {
    const Inside inside(netns_);
    const unsigned index = inside.entered() ? ::if_nametoindex(name.c_str()) : 0;
    if (index == 0) return std::unexpected(netns_ + ": no interface " + name);
    return index;
}

std::expected<std::vector<Bytes>, int> RtNetlink::ask(ByteView request) {
    if (::send(socket_.get(), request.data(), request.size(), 0) < 0) return std::unexpected(errno);
    std::vector<Bytes> out;
    std::array<std::uint8_t, 32768> buffer{};
    for (;;) {
        const ssize_t got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
        if (got < 0) return std::unexpected(errno);
        ByteView left(buffer.data(), static_cast<std::size_t>(got));
        while (const std::optional<nlmsghdr> header = read_at<nlmsghdr>(left, 0)) {
            if (header->nlmsg_len < NLMSG_HDRLEN || header->nlmsg_len > left.size()) break;
            if (header->nlmsg_type == NLMSG_DONE) return out;
            if (header->nlmsg_type == NLMSG_ERROR) {
                const int error = read_at<int>(left, NLMSG_HDRLEN).value_or(-EBADMSG);
                if (error != 0) return std::unexpected(-error);
                return out;
            }
            out.emplace_back(left.begin(), left.begin() + header->nlmsg_len);
            left = left.subspan(std::min<std::size_t>(NLMSG_ALIGN(header->nlmsg_len), left.size()));
        }
    }
}

std::expected<void, std::string> RtNetlink::change_link(unsigned link,
                                                        unsigned flags,
                                                        std::optional<unsigned> master) {
    Request<ifinfomsg> request;
    request.body.ifi_index = static_cast<int>(link);
    request.body.ifi_flags = flags;
    request.body.ifi_change = master ? 0 : IFF_UP;
    request.attribute = {.rta_len = RTA_LENGTH(sizeof(request.value)), .rta_type = IFLA_MASTER};
    request.value = master.value_or(0);
    const auto answer = ask(request.bytes(RTM_NEWLINK, NLM_F_ACK, master.has_value()));
    if (!answer) {
        return std::unexpected(netns_ + ": cannot change link " + std::to_string(link) + ": " +
                               reason(answer.error()));
    }
    return {};
}

std::expected<void, std::string> RtNetlink::set_up(unsigned link, bool up) {
    return change_link(link, up ? IFF_UP : 0, std::nullopt);
}

std::expected<void, std::string> RtNetlink::set_master(unsigned link, unsigned master) {
    return change_link(link, 0, master);
}

bool RtNetlink::runs(unsigned link) {
    Request<ifinfomsg> request;
    request.body.ifi_index = static_cast<int>(link);
    const auto answer = ask(request.bytes(RTM_GETLINK, NLM_F_ACK, /*with_attribute=*/false));
    if (!answer || answer->empty()) return false;
    const std::optional<ifinfomsg> fixed = read_at<ifinfomsg>(answer->front(), NLMSG_HDRLEN);
    return fixed && (fixed->ifi_flags & IFF_RUNNING) != 0;
}

std::vector<NodeAddress> RtNetlink::addresses(unsigned link) {
    Request<ifaddrmsg> request;
    request.body.ifa_family = AF_INET6;
    const auto answer = ask(request.bytes(RTM_GETADDR, NLM_F_DUMP, /*with_attribute=*/false));
    std::vector<NodeAddress> out;
    if (!answer) return out;
    for (const Bytes& message : *answer) {
        if (const auto address = address_in(message, link)) out.push_back(*address);
    }
    return out;
}

}  // namespace dmm::demo

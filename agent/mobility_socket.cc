#include "agent/mobility_socket.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>

#include <netinet/in.h>
#include <sys/socket.h>

#include "agent/socket_address.h"
#include "lib/model/limits.h"

namespace dmm::agent {
namespace {

// Eight octets more than a message can have, so that a longer one is seen to be longer.
constexpr std::size_t kDatagramOctets = limits::kMobilityHeaderOctets + 8;

// `forced` goes beyond net.core.*mem_max and wants CAP_NET_ADMIN, which a CMD can do without.
void enlarge_buffer(int fd, int forced, int permitted) {
    if (setsockopt(fd, SOL_SOCKET, forced, &limits::kSocketOctets, sizeof limits::kSocketOctets) !=
        0) {
        static_cast<void>(setsockopt(
            fd, SOL_SOCKET, permitted, &limits::kSocketOctets, sizeof limits::kSocketOctets));
    }
}

// IPV6_PKTINFO names the source for each message, so that the kernel says when the host has
// lost the address; the bound address alone would be used unchecked.
struct SourceControl {
    explicit SourceControl(const Ip6Address& source) {
        msghdr head{};
        head.msg_control = octets.data();
        head.msg_controllen = octets.size();
        cmsghdr* control = CMSG_FIRSTHDR(&head);
        control->cmsg_level = IPPROTO_IPV6;
        control->cmsg_type = IPV6_PKTINFO;
        control->cmsg_len = CMSG_LEN(sizeof(in6_pktinfo));
        const in6_pktinfo info{.ipi6_addr = to_sockaddr(source).sin6_addr, .ipi6_ifindex = 0};
        std::memcpy(CMSG_DATA(control), &info, sizeof info);
    }

    alignas(cmsghdr) std::array<std::uint8_t, CMSG_SPACE(sizeof(in6_pktinfo))> octets{};
};

}  // namespace

// The kernel writes into the heads that it used, and into no other: those alone are made anew.
struct MobilitySocket::Inbox {
    Inbox() {
        for (std::size_t i = 0; i < kBatch; ++i) {
            vectors[i] = {.iov_base = octets[i].data(), .iov_len = kDatagramOctets};
            prepare(i);
        }
    }

    void prepare(std::size_t i) {
        heads[i] = {};
        heads[i].msg_hdr.msg_name = &from[i];
        heads[i].msg_hdr.msg_namelen = sizeof from[i];
        heads[i].msg_hdr.msg_iov = &vectors[i];
        heads[i].msg_hdr.msg_iovlen = 1;
    }

    std::array<std::array<std::uint8_t, kDatagramOctets>, kBatch> octets{};
    std::array<sockaddr_in6, kBatch> from{};
    std::array<iovec, kBatch> vectors{};
    std::array<mmsghdr, kBatch> heads{};
    std::array<Datagram, kBatch> datagrams{};
    std::size_t used = 0;  // heads, by the last call
};

std::expected<MobilitySocket, int> MobilitySocket::open(const Ip6Address& address) {
    Descriptor fd(::socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_MH));
    if (!fd) return std::unexpected(errno);
    const sockaddr_in6 own = to_sockaddr(address);
    if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0) {
        return std::unexpected(errno);
    }
    enlarge_buffer(fd.get(), SO_RCVBUFFORCE, SO_RCVBUF);
    enlarge_buffer(fd.get(), SO_SNDBUFFORCE, SO_SNDBUF);
    return MobilitySocket(std::move(fd), address);
}

MobilitySocket::MobilitySocket(Descriptor fd, const Ip6Address& address)
    : fd_(std::move(fd)), address_(address), inbox_(std::make_unique<Inbox>()) {}

MobilitySocket::MobilitySocket(MobilitySocket&&) noexcept = default;
MobilitySocket& MobilitySocket::operator=(MobilitySocket&&) noexcept = default;
MobilitySocket::~MobilitySocket() = default;

std::span<const MobilitySocket::Datagram> MobilitySocket::receive() {
    Inbox& inbox = *inbox_;
    for (std::size_t i = 0; i < inbox.used; ++i)
        inbox.prepare(i);
    const int taken = ::recvmmsg(fd_.get(), inbox.heads.data(), kBatch, MSG_DONTWAIT, nullptr);
    const std::size_t count = taken > 0 ? static_cast<std::size_t>(taken) : 0;
    inbox.used = count;
    for (std::size_t i = 0; i < count; ++i) {
        inbox.datagrams[i] = {.from = from_sockaddr(inbox.from[i]),
                              .bytes = {inbox.octets[i].data(), inbox.heads[i].msg_len}};
    }
    return std::span(inbox.datagrams).first(count);
}

std::vector<MobilitySocket::Failure> MobilitySocket::flush() {
    std::vector<Failure> failures;
    const std::span<Outgoing> all(queue_);
    for (std::size_t at = 0; at < all.size(); at += kBatch) {
        send_batch(all.subspan(at, std::min(kBatch, all.size() - at)), failures);
    }
    queue_.clear();
    return failures;
}

void MobilitySocket::send_batch(std::span<Outgoing> batch, std::vector<Failure>& failures) {
    SourceControl source(address_);
    std::array<sockaddr_in6, kBatch> to{};
    std::array<iovec, kBatch> vectors{};
    std::array<mmsghdr, kBatch> heads{};
    for (std::size_t i = 0; i < batch.size(); ++i) {
        to[i] = to_sockaddr(batch[i].to);
        vectors[i] = {.iov_base = batch[i].message.data(), .iov_len = batch[i].message.size()};
        heads[i].msg_hdr.msg_name = &to[i];
        heads[i].msg_hdr.msg_namelen = sizeof to[i];
        heads[i].msg_hdr.msg_iov = &vectors[i];
        heads[i].msg_hdr.msg_iovlen = 1;
        heads[i].msg_hdr.msg_control = source.octets.data();
        heads[i].msg_hdr.msg_controllen = source.octets.size();
    }
    std::size_t done = 0;
    while (done < batch.size()) {
        const auto left = static_cast<unsigned>(batch.size() - done);
        const int sent = ::sendmmsg(fd_.get(), &heads[done], left, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent > 0) {
            done += static_cast<std::size_t>(sent);
        } else if (errno != EINTR) {
            failures.push_back({.to = batch[done].to, .code = errno});
            ++done;
        }
    }
}

}  // namespace dmm::agent

#include "lib/kernel/netlink_socket.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

#include <linux/netlink.h>
#include <net/if.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <libmnl/libmnl.h>

namespace dmm::kernel {
namespace {

// Room for the acknowledgements of a batch, many times over. It is a bound, not a use.
constexpr int kReceiveBuffer = 4 * 1024 * 1024;
constexpr int kSendBuffer = 16 * 1024 * 1024;
constexpr int kPatienceMs = 1000;
constexpr std::size_t kBurst = 16;
// The kernel cuts dumps to the reader's buffer; one interface takes some 2 kB.
constexpr std::size_t kDatagram = std::size_t{16} * 1024;

}  // namespace

// Datagrams read by one system call and handed out one by one.
struct NetlinkSocket::Burst {
    std::array<std::array<std::uint8_t, kDatagram>, kBurst> data{};
    std::array<sockaddr_nl, kBurst> from{};
    std::array<iovec, kBurst> io{};
    std::array<mmsghdr, kBurst> headers{};
    std::size_t next = 0;
    std::size_t count = 0;
};

NetlinkSocket::NetlinkSocket(mnl_socket* socket)
    : socket_(socket), burst_(std::make_unique<Burst>()) {}

NetlinkSocket::~NetlinkSocket() {
    mnl_socket_close(socket_);
}

std::expected<std::unique_ptr<NetlinkSocket>, KernelError> NetlinkSocket::open(Protocol protocol) {
    const auto failure = [](const char* call) {
        const int code = errno;
        return std::unexpected(KernelError{
            .operation = call, .code = code, .text = std::system_category().message(code)});
    };
    mnl_socket* raw =
        mnl_socket_open2(protocol == Protocol::Route ? NETLINK_ROUTE : NETLINK_NETFILTER,
                         SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (raw == nullptr) return failure("socket(AF_NETLINK)");
    std::unique_ptr<NetlinkSocket> socket(new NetlinkSocket(raw));
    if (mnl_socket_bind(raw, 0, MNL_SOCKET_AUTOPID) < 0) return failure("bind(AF_NETLINK)");
    int on = 1;
    for (const int option : {NETLINK_EXT_ACK, NETLINK_CAP_ACK, NETLINK_GET_STRICT_CHK}) {
        if (mnl_socket_setsockopt(raw, option, &on, sizeof on) < 0) {
            return failure("setsockopt(SOL_NETLINK)");
        }
    }
    const int fd = mnl_socket_get_fd(raw);
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBuffer, sizeof kReceiveBuffer) < 0 &&
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer, sizeof kReceiveBuffer) < 0) {
        return failure("setsockopt(SO_RCVBUF)");
    }
    // A transaction of nf_tables is one message to the socket: with all nodes in it a long one.
    if (protocol == Protocol::Netfilter) {
        (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &kSendBuffer, sizeof kSendBuffer);
    }
    return socket;
}

std::uint32_t NetlinkSocket::port() const {
    return mnl_socket_get_portid(socket_);
}

std::expected<void, int> NetlinkSocket::send(std::span<const std::uint8_t> batch) {
    while (mnl_socket_sendto(socket_, batch.data(), batch.size()) < 0) {
        if (errno != EINTR) return std::unexpected(errno);
    }
    return {};
}

std::expected<std::size_t, int> NetlinkSocket::read_burst() {
    Burst& burst = *burst_;
    for (std::size_t i = 0; i < kBurst; ++i) {
        burst.io[i] = {.iov_base = burst.data[i].data(), .iov_len = kDatagram};
        burst.headers[i] = {};
        burst.headers[i].msg_hdr.msg_name = &burst.from[i];
        burst.headers[i].msg_hdr.msg_namelen = sizeof burst.from[i];
        burst.headers[i].msg_hdr.msg_iov = &burst.io[i];
        burst.headers[i].msg_hdr.msg_iovlen = 1;
    }
    const int count =
        recvmmsg(mnl_socket_get_fd(socket_), burst.headers.data(), kBurst, MSG_DONTWAIT, nullptr);
    if (count < 0) return std::unexpected(errno);
    return static_cast<std::size_t>(count);
}

std::expected<void, int> NetlinkSocket::await() const {
    pollfd wait{.fd = mnl_socket_get_fd(socket_), .events = POLLIN, .revents = 0};
    const int ready = poll(&wait, 1, kPatienceMs);
    if (ready > 0) return {};
    return std::unexpected(ready == 0 ? EAGAIN : errno);
}

std::expected<std::span<const std::uint8_t>, int> NetlinkSocket::receive() {
    Burst& burst = *burst_;
    while (true) {
        while (burst.next < burst.count) {
            const std::size_t i = burst.next++;
            const msghdr& header = burst.headers[i].msg_hdr;
            // Any process may send to our port; only port 0 is the kernel.
            if (header.msg_namelen != sizeof(sockaddr_nl) || burst.from[i].nl_pid != 0) continue;
            if ((header.msg_flags & MSG_TRUNC) != 0) return std::unexpected(EMSGSIZE);
            return std::span<const std::uint8_t>(burst.data[i]).first(burst.headers[i].msg_len);
        }
        const auto count = read_burst();
        if (count) {
            burst.next = 0;
            burst.count = *count;
        } else if (count.error() == EAGAIN) {
            if (const auto ready = await(); !ready && ready.error() != EINTR) {
                return std::unexpected(ready.error());
            }
        } else if (count.error() != EINTR) {
            return std::unexpected(count.error());
        }
    }
}

// RTM_GETLINK would wait for the lock that every change on the host takes; this does not.
std::expected<std::uint32_t, int> NetlinkSocket::index_of(const std::string& name) {
    ifreq request{};
    if (name.size() >= sizeof request.ifr_name) return std::unexpected(ENODEV);
    std::memcpy(request.ifr_name, name.data(), name.size());
    if (ioctl(mnl_socket_get_fd(socket_), SIOCGIFINDEX, &request) < 0) {
        return std::unexpected(errno);
    }
    return static_cast<std::uint32_t>(request.ifr_ifindex);
}

}  // namespace dmm::kernel

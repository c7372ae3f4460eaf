// Packets of exact sizes and marks, and streams of exact lengths, for tests of the path:
//   traffic hear ADDRESS PORT               prints "octets=N tclass=N" for each datagram
//   traffic say FROM TO PORT OCTETS TCLASS whole|cut
//   traffic take ADDRESS PORT               prints "octets=N" when the one stream has ended
//   traffic give FROM TO PORT OCTETS        until the other end has all of it
// OCTETS of a datagram are those of its IPv6 packet before it is cut. "whole" sends it as it is,
// whatever is known of the path; "cut" lets the kernel fragment it as it knows. Nothing here ends
// by itself for lack of traffic: run it below timeout(1).
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <optional>
#include <string_view>
#include <vector>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "agent/socket_address.h"
#include "lib/base/ip.h"
#include "lib/base/text.h"

namespace {

using dmm::Ip6Address;
using dmm::agent::Descriptor;

constexpr std::size_t kHeaderOctets = 40 + 8;  // IPv6 and UDP
constexpr std::size_t kBlock = std::size_t{64} * 1024;

std::optional<sockaddr_in6> endpoint(std::string_view address, std::string_view port) {
    const auto ip = Ip6Address::parse(address);
    const auto number = dmm::parse_number<std::uint16_t>(port);
    if (!ip || !number) return std::nullopt;
    sockaddr_in6 out = dmm::agent::to_sockaddr(*ip);
    out.sin6_port = htons(*number);
    return out;
}

const sockaddr* as_general(const sockaddr_in6& address) {
    return reinterpret_cast<const sockaddr*>(&address);
}

bool set(const Descriptor& socket, int option, int value) {
    return ::setsockopt(socket.get(), IPPROTO_IPV6, option, &value, sizeof value) == 0;
}

Descriptor bound_socket(int type, const std::optional<sockaddr_in6>& local) {
    Descriptor out(::socket(AF_INET6, type | SOCK_CLOEXEC, 0));
    const int on = 1;
    const bool done = out && local &&
                      ::setsockopt(out.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
                      ::bind(out.get(), as_general(*local), sizeof *local) == 0;
    return done ? std::move(out) : Descriptor();
}

Descriptor connected_socket(int type, std::string_view from, const sockaddr_in6& to) {
    Descriptor out = bound_socket(type, endpoint(from, "0"));
    if (!out || ::connect(out.get(), as_general(to), sizeof to) != 0) return {};
    return out;
}

int traffic_class_in(msghdr& message) {
    for (cmsghdr* at = CMSG_FIRSTHDR(&message); at != nullptr; at = CMSG_NXTHDR(&message, at)) {
        if (at->cmsg_level != IPPROTO_IPV6 || at->cmsg_type != IPV6_TCLASS) continue;
        int value = 0;
        std::memcpy(&value, CMSG_DATA(at), sizeof value);
        return value;
    }
    return 0;
}

int hear(const Descriptor& socket) {
    if (!socket || !set(socket, IPV6_RECVTCLASS, 1)) return 1;
    std::vector<std::uint8_t> octets(kBlock);
    std::array<std::uint8_t, 64> control{};
    while (true) {
        iovec part{.iov_base = octets.data(), .iov_len = octets.size()};
        msghdr message{};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        const ssize_t size = ::recvmsg(socket.get(), &message, 0);
        if (size < 0) return 1;
        std::cout << "octets=" << static_cast<std::size_t>(size) + kHeaderOctets
                  << " tclass=" << traffic_class_in(message) << '\n'
                  << std::flush;
    }
}

int say(const Descriptor& socket, std::size_t octets, int traffic_class, bool whole) {
    const bool set_up =
        socket && set(socket, IPV6_TCLASS, traffic_class) &&
        set(socket, IPV6_MTU_DISCOVER, whole ? IPV6_PMTUDISC_PROBE : IPV6_PMTUDISC_WANT);
    if (!set_up) return 1;
    const std::vector<std::uint8_t> payload(octets - kHeaderOctets, 'x');
    const ssize_t sent = ::send(socket.get(), payload.data(), payload.size(), 0);
    return sent == static_cast<ssize_t>(payload.size()) ? 0 : 1;
}

int take(const Descriptor& listener) {
    if (!listener || ::listen(listener.get(), 1) != 0) return 1;
    const Descriptor stream(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    std::vector<std::uint8_t> octets(kBlock);
    std::size_t taken = 0;
    while (true) {
        const ssize_t size = ::read(stream.get(), octets.data(), octets.size());
        if (size < 0) return 1;
        if (size == 0) break;
        taken += static_cast<std::size_t>(size);
    }
    std::cout << "octets=" << taken << '\n' << std::flush;
    return std::cout ? 0 : 1;
}

int give(const Descriptor& stream, std::size_t octets) {
    if (!stream) return 1;
    const std::vector<std::uint8_t> block(kBlock, 'x');
    while (octets > 0) {
        const ssize_t sent = ::write(stream.get(), block.data(), std::min(octets, block.size()));
        if (sent <= 0) return 1;
        octets -= static_cast<std::size_t>(sent);
    }
    std::uint8_t none = 0;
    if (::shutdown(stream.get(), SHUT_WR) != 0) return 1;
    return ::read(stream.get(), &none, sizeof none) == 0 ? 0 : 1;
}

int usage() {
    std::cerr << "usage: traffic hear|take ADDRESS PORT\n"
                 "       traffic say FROM TO PORT OCTETS TCLASS whole|cut\n"
                 "       traffic give FROM TO PORT OCTETS\n";
    return 2;
}

int run(const std::vector<std::string_view>& words) {
    if (words.size() == 3 && words[0] == "hear") {
        return hear(bound_socket(SOCK_DGRAM, endpoint(words[1], words[2])));
    }
    if (words.size() == 3 && words[0] == "take") {
        return take(bound_socket(SOCK_STREAM, endpoint(words[1], words[2])));
    }
    if (words.size() < 5) return usage();
    const auto to = endpoint(words[2], words[3]);
    const auto octets = dmm::parse_number<std::size_t>(words[4], kHeaderOctets, 1U << 30U);
    if (!to || !octets) return usage();
    if (words.size() == 5 && words[0] == "give") {
        return give(connected_socket(SOCK_STREAM, words[1], *to), *octets);
    }
    if (words.size() != 7 || words[0] != "say") return usage();
    const auto traffic_class = dmm::parse_number<int>(words[5], 0, 255);
    if (!traffic_class) return usage();
    return say(
        connected_socket(SOCK_DGRAM, words[1], *to), *octets, *traffic_class, words[6] == "whole");
}

}  // namespace

int main(int argc, char** argv) {
    const int status = run({argv + (argc > 0 ? 1 : 0), argv + argc});
    if (status == 1) std::cerr << "traffic: " << std::strerror(errno) << '\n';  // NOLINT
    return status;
}

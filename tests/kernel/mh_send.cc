// Sends random Mobility Headers, from nonsense to nearly right, and counts what comes back:
//   mh_send FROM TO COUNT SEED
// prints "sent=N binding_errors=N parameter_problems=N". The kernel fills in the checksums,
// so that everything reaches the receiver's decoder.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "agent/socket_address.h"
#include "lib/base/bytes.h"
#include "lib/base/ip.h"
#include "lib/base/rng.h"
#include "lib/base/text.h"

namespace {

using dmm::Bytes;
using dmm::Rng;
using dmm::agent::Descriptor;

constexpr std::uint8_t kBindingUpdate = 5;
constexpr std::uint8_t kBindingError = 7;

struct Arguments {
    dmm::Ip6Address from;
    dmm::Ip6Address to;
    unsigned count = 0;
    dmm::Seed seed;
};

std::optional<Arguments> read_arguments(int argc, char** argv) {
    if (argc != 5) return std::nullopt;
    const auto from = dmm::Ip6Address::parse(argv[1]);
    const auto to = dmm::Ip6Address::parse(argv[2]);
    const auto count = dmm::parse_number<unsigned>(argv[3], 1, 1'000'000);
    const auto seed = dmm::parse_number<std::uint64_t>(argv[4]);
    if (!from || !to || !count || !seed) return std::nullopt;
    return Arguments{.from = *from, .to = *to, .count = *count, .seed = {*seed}};
}

Bytes random_octets(Rng& rng, std::size_t count) {
    Bytes out;
    out.reserve(count);
    while (out.size() < count)
        out.push_back(static_cast<std::uint8_t>(rng.next()));
    return out;
}

// A header with the right length in front of random data.
Bytes framed(Rng& rng, std::uint8_t proto, std::uint8_t type, std::uint8_t header_len) {
    Bytes out{proto, header_len, type, 0, 0, 0};
    const Bytes data = random_octets(rng, (std::size_t{header_len} + 1) * 8 - out.size());
    out.insert(out.end(), data.begin(), data.end());
    return out;
}

Bytes random_message(Rng& rng) {
    const auto length = static_cast<std::uint8_t>(rng.below(32));
    switch (rng.below(5)) {
        case 0:
            return random_octets(rng, 6 + rng.below(300));
        case 1:
            return framed(rng, IPPROTO_NONE, static_cast<std::uint8_t>(rng.next()), length);
        case 2:
            return framed(rng, IPPROTO_NONE, kBindingUpdate, length);
        case 3:
            return framed(rng, IPPROTO_TCP, kBindingUpdate, length);
        default:
            return framed(rng, IPPROTO_NONE, kBindingUpdate, 0);
    }
}

Descriptor open_raw(int protocol, const dmm::Ip6Address& address) {
    Descriptor fd(::socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, protocol));
    const sockaddr_in6 own = dmm::agent::to_sockaddr(address);
    if (!fd || ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0) {
        return {};
    }
    return fd;
}

bool hear_only_parameter_problems(int fd) {
    icmp6_filter filter{};
    ICMP6_FILTER_SETBLOCKALL(&filter);
    ICMP6_FILTER_SETPASS(ICMP6_PARAM_PROB, &filter);
    return setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof filter) == 0;
}

struct Heard {
    unsigned binding_errors = 0;
    unsigned parameter_problems = 0;
};

// Until nothing has come for half a second.
Heard listen(int mobility, int icmp) {
    Heard out;
    std::array<pollfd, 2> ready{{{.fd = mobility, .events = POLLIN, .revents = 0},
                                 {.fd = icmp, .events = POLLIN, .revents = 0}}};
    while (::poll(ready.data(), ready.size(), /*timeout=*/500) > 0) {
        std::array<std::uint8_t, 4096> octets{};
        if ((ready[0].revents & POLLIN) != 0) {
            const ssize_t size = ::recv(mobility, octets.data(), octets.size(), 0);
            if (size >= 24 && octets[2] == kBindingError && octets[6] == 2) ++out.binding_errors;
        }
        if ((ready[1].revents & POLLIN) != 0) {
            const ssize_t size = ::recv(icmp, octets.data(), octets.size(), 0);
            if (size > 48 && octets[1] == ICMP6_PARAMPROB_HEADER) ++out.parameter_problems;
        }
    }
    return out;
}

int run(const Arguments& arguments) {
    const Descriptor mobility = open_raw(IPPROTO_MH, arguments.from);
    const Descriptor icmp = open_raw(IPPROTO_ICMPV6, arguments.from);
    if (!mobility || !icmp || !hear_only_parameter_problems(icmp.get())) {
        std::perror("mh_send: sockets");
        return EXIT_FAILURE;
    }
    Rng rng(arguments.seed);
    const sockaddr_in6 to = dmm::agent::to_sockaddr(arguments.to);
    for (unsigned i = 0; i < arguments.count; ++i) {
        const Bytes message = random_message(rng);
        const auto* address = reinterpret_cast<const sockaddr*>(&to);
        if (::sendto(mobility.get(), message.data(), message.size(), 0, address, sizeof to) < 0) {
            std::perror("mh_send: sendto");
            return EXIT_FAILURE;
        }
    }
    const Heard heard = listen(mobility.get(), icmp.get());
    std::cout << "sent=" << arguments.count << " binding_errors=" << heard.binding_errors
              << " parameter_problems=" << heard.parameter_problems << std::endl;
    return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
    const auto arguments = read_arguments(argc, argv);
    if (!arguments) {
        std::cerr << "usage: mh_send FROM TO COUNT SEED\n";
        return 2;
    }
    return run(*arguments);
}

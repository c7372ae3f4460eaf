#include "tests/bench/previous_maars.h"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <variant>

#include <poll.h>
#include <sys/socket.h>

#include "agent/clock.h"
#include "agent/socket_address.h"
#include "lib/core/registration.h"
#include "lib/model/limits.h"
#include "lib/wire/decode.h"
#include "lib/wire/encode.h"
#include "tests/bench/load.h"
#include "tests/bench/nodes.h"
#include "tests/support/domain.h"

namespace dmm::bench {
namespace {

using test::Domain;

[[noreturn]] void give_up(const std::string& what) {
    (void)std::fprintf(stderr, "bench: a registration at a P-MAAR %s\n", what.c_str());
    std::exit(1);
}

wire::ProxyBindingUpdate registration_now(std::uint64_t node,
                                          std::uint64_t maar,
                                          std::uint16_t sequence) {
    core::Registration registration =
        registration_of({.number = node, .signals_dlif = true}, maar, 1);
    registration.timestamp = wire::Timestamp::of(agent::read_clock().wall);
    return {.sequence = sequence,
            .flags = wire::bu_flag::kDmmPbu,
            .lifetime = 9000,  // in units of four seconds
            .options = core::write_registration(registration)};
}

}  // namespace

PreviousMaars::PreviousMaars() {
    for (std::uint64_t n = 2; n <= 1 + kMost; ++n)
        sockets_[n - 2] = open_mobility_header(Domain::maar_address(n));
}

void PreviousMaars::visit(std::uint64_t node, std::uint64_t count) {
    for (std::uint64_t maar = 2; maar <= count + 1; ++maar) {
        send(maar, registration_now(node, maar, ++sequence_));
        const wire::ProxyBindingAck answer = await(maar);
        if (answer.status != Status::Accepted) give_up("is refused: " + to_text(answer.status));
        settle(std::chrono::milliseconds(1));
    }
}

wire::ProxyBindingAck PreviousMaars::await(std::uint64_t maar) {
    constexpr int kPatienceMs = 2000;
    pollfd wait{.fd = sockets_[maar - 2].get(), .events = POLLIN, .revents = 0};
    while (poll(&wait, 1, kPatienceMs) > 0) {
        if (auto answer = take(maar)) return *std::move(answer);
    }
    give_up("gets no answer");
}

void PreviousMaars::settle(std::chrono::milliseconds quiet) {
    std::array<pollfd, kMost> waits{};
    for (std::size_t i = 0; i < kMost; ++i)
        waits[i] = {.fd = sockets_[i].get(), .events = POLLIN, .revents = 0};
    while (poll(waits.data(), waits.size(), static_cast<int>(quiet.count())) > 0) {
        for (std::size_t i = 0; i < kMost; ++i) {
            if (waits[i].revents != 0) (void)take(i + 2);
        }
    }
}

std::optional<wire::ProxyBindingAck> PreviousMaars::take(std::uint64_t maar) {
    std::array<std::uint8_t, limits::kMobilityHeaderOctets> octets{};
    const auto got = recv(sockets_[maar - 2].get(), octets.data(), octets.size(), MSG_DONTWAIT);
    if (got <= 0) return std::nullopt;
    const auto decoded = wire::decode(
        {octets.data(), static_cast<std::size_t>(got)}, {}, wire::Checksum::AlreadyVerified);
    if (!decoded) return std::nullopt;
    if (const auto* pba = std::get_if<wire::ProxyBindingAck>(&decoded->message)) return *pba;
    if (const auto* pbu = std::get_if<wire::ProxyBindingUpdate>(&decoded->message)) {
        send(maar,
             wire::ProxyBindingAck{.status = Status::Accepted,
                                   .flags = wire::ba_flag::kDmmPba,
                                   .sequence = pbu->sequence,
                                   .lifetime = pbu->lifetime,
                                   .options = pbu->options});
    }
    return std::nullopt;
}

void PreviousMaars::send(std::uint64_t maar, const wire::Message& message) {
    const Bytes octets = wire::encode(
        message, {.source = Domain::maar_address(maar), .destination = Domain::cmd_address()});
    const sockaddr_in6 to = agent::to_sockaddr(Domain::cmd_address());
    (void)sendto(sockets_[maar - 2].get(),
                 octets.data(),
                 octets.size(),
                 0,
                 reinterpret_cast<const sockaddr*>(&to),
                 sizeof to);
}

}  // namespace dmm::bench

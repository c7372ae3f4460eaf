#include "tests/bench/load.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <system_error>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "agent/clock.h"
#include "agent/socket_address.h"
#include "lib/base/assert.h"
#include "lib/model/limits.h"
#include "lib/wire/decode.h"
#include "lib/wire/encode.h"
#include "tests/bench/nodes.h"
#include "tests/support/domain.h"

namespace dmm::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kBatch = 64;
constexpr std::uint8_t kTimestampOption = 27;
constexpr std::uint8_t kBindingAck = 6;
constexpr std::uint8_t kFirstRefusal = 128;
// In a Mobility Header; of a PBU the sequence number, of a PBA the status.
constexpr std::size_t kTypeAt = 2;
constexpr std::size_t kSequenceAt = 6;
constexpr std::size_t kStatusAt = 6;

// Room for what one call of recvmmsg(2) takes, or sendmmsg(2) gives.
struct Mail {
    std::array<std::array<std::uint8_t, limits::kMobilityHeaderOctets>, kBatch> octets;
    std::array<sockaddr_in6, kBatch> peer{};
    std::array<iovec, kBatch> vectors{};
    std::array<mmsghdr, kBatch> heads{};

    void make_room() {
        for (std::size_t i = 0; i < kBatch; ++i) {
            vectors[i] = {.iov_base = octets[i].data(), .iov_len = octets[i].size()};
            address(i);
        }
    }

    void address(std::size_t i) {
        heads[i] = {};
        heads[i].msg_hdr.msg_name = &peer[i];
        heads[i].msg_hdr.msg_namelen = sizeof peer[i];
        heads[i].msg_hdr.msg_iov = &vectors[i];
        heads[i].msg_hdr.msg_iovlen = 1;
    }

    // The number of messages; 0 when none came within a second.
    std::size_t receive(int fd) {
        make_room();
        const int taken = recvmmsg(fd, heads.data(), kBatch, MSG_WAITFORONE, nullptr);
        return taken > 0 ? static_cast<std::size_t>(taken) : 0;
    }

    void send(int fd, std::size_t count) {
        for (std::size_t done = 0; done < count;) {
            const int sent =
                sendmmsg(fd, &heads[done], static_cast<unsigned>(count - done), /*flags=*/0);
            done += sent > 0 ? static_cast<std::size_t>(sent) : 1;
        }
    }
};

void echo_one_by_one(int fd) {
    std::array<std::uint8_t, limits::kMobilityHeaderOctets> octets{};
    while (true) {
        std::array<sockaddr, 2> from{};  // room for a sockaddr_in6
        socklen_t length = sizeof from;
        const auto got = recvfrom(fd, octets.data(), octets.size(), 0, from.data(), &length);
        if (got <= 0) continue;
        (void)sendto(fd, octets.data(), static_cast<std::size_t>(got), 0, from.data(), length);
    }
}

void echo_in_batches(int fd) {
    static Mail mail;
    while (true) {
        const std::size_t count = mail.receive(fd);
        for (std::size_t i = 0; i < count; ++i)
            mail.vectors[i].iov_len = mail.heads[i].msg_len;
        mail.send(fd, count);
    }
}

void put_u64(std::uint8_t* at, std::uint64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8)
        *at++ = static_cast<std::uint8_t>(value >> static_cast<unsigned>(shift));
}

Bytes registration_octets(std::uint64_t node) {
    const core::MessageReceived pbu = pbu_of({.number = node, .signals_dlif = true}, 1, 1);
    return wire::encode(pbu.message, {.source = pbu.from, .destination = pbu.to});
}

std::size_t place_of_timestamp(const Bytes& message) {
    const auto decoded = wire::decode(message, {}, wire::Checksum::AlreadyVerified);
    DMM_ASSERT(decoded.has_value());
    for (const wire::Placed& placed : decoded->layout) {
        if (placed.type == kTimestampOption) return placed.offset + std::size_t{2};
    }
    DMM_ASSERT(false);
}

}  // namespace

agent::Descriptor open_mobility_header(const Ip6Address& address) {
    agent::Descriptor fd(socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_MH));
    const sockaddr_in6 own = agent::to_sockaddr(address);
    if (!fd || bind(fd.get(), reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0) {
        (void)std::fprintf(stderr,
                           "bench: a socket at %s: %s\n",
                           to_text(address).c_str(),
                           std::generic_category().message(errno).c_str());
        std::exit(1);
    }
    const timeval patience{.tv_sec = 1, .tv_usec = 0};
    (void)setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    for (const int buffer : {SO_RCVBUFFORCE, SO_SNDBUFFORCE}) {
        (void)setsockopt(
            fd.get(), SOL_SOCKET, buffer, &limits::kSocketOctets, sizeof limits::kSocketOctets);
    }
    return fd;
}

int echo(const Ip6Address& address, Echoing how) {
    const agent::Descriptor fd = open_mobility_header(address);
    if (how == Echoing::OneByOne) echo_one_by_one(fd.get());
    echo_in_batches(fd.get());
    return 0;
}

double Answers::per_second() const {
    return static_cast<double>(taken) / std::chrono::duration<double>(elapsed).count();
}

// One slice of load: a window of messages under way, filled up as answers come.
class Refreshes::Flow {
public:
    Flow(Refreshes& refreshes, const Ip6Address& to, std::size_t window)
        : all_(refreshes), to_(agent::to_sockaddr(to)), window_(window), began_(Clock::now()) {}

    [[nodiscard]] Clock::duration elapsed() const { return Clock::now() - began_; }

    [[nodiscard]] std::size_t under_way() const { return under_way_; }

    // As many as the window has room for, but not more than `most`; the number.
    std::size_t send(std::size_t most) {
        const std::size_t count = std::min({most, kBatch, window_ - under_way_});
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t node = all_.next_;
            all_.prepare(node);
            out_.peer[i] = to_;
            out_.vectors[i] = {.iov_base = &all_.messages_[node * all_.octets_],
                               .iov_len = all_.octets_};
            out_.address(i);
            all_.next_ = node + 1 == all_.sequence_.size() ? 0 : node + 1;
        }
        out_.send(all_.fd_.get(), count);
        under_way_ += count;
        return count;
    }

    void receive() {
        const std::size_t count = in_.receive(all_.fd_.get());
        if (count == 0) {
            answers_.lost += under_way_;
            under_way_ = 0;
        }
        for (std::size_t i = 0; i < count; ++i) {
            const auto& octets = in_.octets[i];
            if (octets[kTypeAt] == kBindingAck && octets[kStatusAt] >= kFirstRefusal) {
                ++answers_.refused;
            }
        }
        answers_.taken += count;
        under_way_ -= std::min(count, under_way_);
    }

    [[nodiscard]] Answers answers() {
        answers_.elapsed = elapsed();
        return answers_;
    }

private:
    Refreshes& all_;
    sockaddr_in6 to_;
    std::size_t window_;
    Clock::time_point began_;
    std::size_t under_way_ = 0;
    Answers answers_;
    Mail in_;
    Mail out_;
};

Refreshes::Refreshes(std::uint64_t nodes)
    : fd_(open_mobility_header(test::Domain::maar_address(1))), sequence_(nodes) {
    for (std::uint64_t node = 0; node < nodes; ++node) {
        const Bytes one = registration_octets(node);
        if (node == 0) {
            octets_ = one.size();
            timestamp_at_ = place_of_timestamp(one);
            messages_.reserve(nodes * octets_);
        }
        DMM_ASSERT(one.size() == octets_);
        messages_.insert(messages_.end(), one.begin(), one.end());
    }
}

void Refreshes::prepare(std::size_t node) {
    std::uint8_t* message = &messages_[node * octets_];
    const std::uint16_t sequence = ++sequence_[node];
    message[kSequenceAt] = static_cast<std::uint8_t>(sequence >> 8U);
    message[kSequenceAt + 1] = static_cast<std::uint8_t>(sequence);
    put_u64(message + timestamp_at_, wire::Timestamp::of(agent::read_clock().wall).value);
}

Answers Refreshes::all(const Ip6Address& to, std::size_t window) {
    const auto flow = std::make_unique<Flow>(*this, to, window);
    next_ = 0;
    for (std::size_t left = sequence_.size(); left > 0 || flow->under_way() > 0;) {
        left -= flow->send(left);
        flow->receive();
    }
    return flow->answers();
}

Answers Refreshes::some(const Ip6Address& to,
                        std::size_t window,
                        std::chrono::nanoseconds duration) {
    const auto flow = std::make_unique<Flow>(*this, to, window);
    while (flow->elapsed() < duration) {
        while (flow->send(kBatch) == kBatch) {
        }
        flow->receive();
    }
    const Answers answers = flow->answers();
    while (flow->under_way() > 0)
        flow->receive();
    return answers;
}

}  // namespace dmm::bench

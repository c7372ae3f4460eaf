#include "agent/signalling.h"

#include <span>
#include <system_error>
#include <utility>

#include "agent/rejection.h"
#include "lib/base/assert.h"
#include "lib/base/text.h"
#include "lib/wire/decode_message.h"
#include "lib/wire/encode.h"

namespace dmm::agent {

Signalling::Signalling(MobilitySocket mobility,
                       IcmpSocket icmp,
                       const Ip6Address& address,
                       Counters& counters,
                       LogSink& log)
    : mobility_(std::move(mobility)),
      icmp_(std::move(icmp)),
      address_(address),
      counters_(counters),
      log_(log) {}

std::vector<core::Event> Signalling::receive(SteadyTime now) {
    std::vector<core::Event> events;
    const std::span<const MobilitySocket::Datagram> datagrams = mobility_.receive();
    events.reserve(datagrams.size());
    for (const MobilitySocket::Datagram& datagram : datagrams) {
        if (!is_possible_source(datagram.from)) {
            counters_.count("dropped", "impossible_source");
            continue;
        }
        auto message = wire::decode_message(datagram.bytes,
                                            {.source = datagram.from, .destination = address_},
                                            wire::Checksum::AlreadyVerified);
        if (!message) {
            events.push_back(rejected(datagram, message.error(), now));
            continue;
        }
        counters_.count("received", wire::mh_type_name(wire::mh_type_of(*message)));
        peers_.received(datagram.from, now);
        events.emplace_back(core::MessageReceived{
            .from = datagram.from, .to = address_, .message = *std::move(message)});
    }
    return events;
}

core::Event Signalling::rejected(const MobilitySocket::Datagram& datagram,
                                 const wire::DecodeError& error,
                                 SteadyTime now) {
    counters_.count("rejected", name_of(error.fault));
    react(datagram, error, now);
    return core::MessageRejected{.from = datagram.from, .to = address_, .error = error};
}

void Signalling::react(const MobilitySocket::Datagram& datagram,
                       const wire::DecodeError& error,
                       SteadyTime now) {
    const wire::Reaction reaction = reaction_due(datagram.bytes, error);
    if (reaction == wire::Reaction::Silent) return;
    if (!reactions_.take(now)) {
        counters_.count("dropped", "reactions_over_limit");
        return;
    }
    if (reaction == wire::Reaction::BindingError) {
        // RFC 6275 section 9.3.3: status 2, an unrecognised MH Type; no Home Address option
        // was there to be repeated.
        send({.from = address_,
              .to = datagram.from,
              .message = wire::BindingError{
                  .status = wire::be_status::kUnknownType, .home_address = {}, .options = {}}});
        return;
    }
    const Bytes problem = parameter_problem(
        datagram.bytes, {.source = datagram.from, .destination = address_}, error.offset);
    const auto sent = icmp_.send(datagram.from, problem);
    if (!sent) {
        send_failed("parameter_problem", datagram.from, sent.error());
        return;
    }
    counters_.count("sent", "PARAMETER_PROBLEM");
}

void Signalling::send(const core::Send& send) {
    DMM_ASSERT(send.from == address_);
    counters_.count("sent", wire::mh_type_name(wire::mh_type_of(send.message)));
    peers_.sent(send.to);
    mobility_.queue(send.to,
                    wire::encode(send.message, {.source = send.from, .destination = send.to}));
}

void Signalling::flush() {
    for (const MobilitySocket::Failure& failure : mobility_.flush()) {
        send_failed("mobility_header", failure.to, failure.code);
    }
}

void Signalling::send_failed(std::string_view what, const Ip6Address& to, int code) {
    counters_.count("send", "errors");
    log_.say(LogLevel::Warning,
             "send_failed",
             Line("")
                 .add("what", what)
                 .add("to", to_text(to))
                 .add("error", std::generic_category().message(code)));
}

}  // namespace dmm::agent

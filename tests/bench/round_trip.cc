#include "tests/bench/round_trip.h"

#include <string>

#include "tests/support/domain.h"

namespace dmm::bench {
namespace {

using test::Domain;

const Ip6Address kEcho = Ip6Address::parse("2001:db8:ffff::e0").value();

void give_address(const NetworkNamespace& where, const Ip6Address& own, const Ip6Address& other) {
    run_in(where,
           "ip -6 addr add " + to_text(own) + "/128 dev core0 nodad\nip -6 route add " +
               to_text(other) + "/128 dev core0\n");
}

}  // namespace

RoundTrip::RoundTrip() {
    connect(asking_, "core0", answering_, "core0");
    give_address(asking_, Domain::maar_address(1), kEcho);
    give_address(answering_, kEcho, Domain::maar_address(1));
    echo_.emplace([this] {
        answering_.enter();
        stay_on_processor(kAnswering);
        return echo(kEcho, Echoing::OneByOne);
    });
    asking_.enter();
    messages_.emplace(1);
    // Before anybody listens it may be lost, and is given up after a second.
    (void)messages_->all(kEcho, /*window=*/1);
}

std::chrono::nanoseconds RoundTrip::take() {
    asking_.enter();
    return messages_->all(kEcho, /*window=*/1).elapsed;
}

}  // namespace dmm::bench

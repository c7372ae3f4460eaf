#include "agent/rejection.h"
#include "tests/support/catch.h"

namespace dmm::agent {
namespace {

using wire::Fault;
using wire::Reaction;

const Ip6Address kFrom = *Ip6Address::parse("2001:db8::1");
const Ip6Address kTo = *Ip6Address::parse("2001:db8::c");

// A Mobility Header of `octets` octets with the given type.
Bytes header(std::uint8_t type, std::size_t octets) {
    Bytes out{59, static_cast<std::uint8_t>(octets / 8 - 1), type};
    out.resize(octets, 0xab);
    return out;
}

TEST_CASE("reactions are those of RFC 6275 section 9.2") {
    const Bytes unknown = header(200, 8);
    const Bytes update = header(5, 16);
    CHECK(reaction_due(unknown, {.fault = Fault::UnknownType}) == Reaction::BindingError);
    CHECK(reaction_due(update, {.fault = Fault::BadPayloadProto}) == Reaction::ParameterProblem);
    CHECK(reaction_due(update, {.fault = Fault::HeaderTooShort}) == Reaction::ParameterProblem);
    CHECK(reaction_due(update, {.fault = Fault::OptionTruncated}) == Reaction::Silent);
    CHECK(reaction_due(update, {.fault = Fault::BadChecksum}) == Reaction::Silent);
}

TEST_CASE("nothing answers a Binding Error") {
    const Bytes error = header(7, 24);
    CHECK(reaction_due(error, {.fault = Fault::BadPayloadProto}) == Reaction::Silent);
    CHECK(reaction_due(error, {.fault = Fault::HeaderTooShort}) == Reaction::Silent);
}

TEST_CASE("a message too short to have a type has no reaction that depends on it") {
    CHECK(reaction_due(Bytes{}, {.fault = Fault::TooShort}) == Reaction::Silent);
    CHECK(reaction_due(Bytes{59, 0}, {.fault = Fault::TooShort}) == Reaction::Silent);
}

TEST_CASE("addresses that no node can have are not answered") {
    CHECK(is_possible_source(kFrom));
    CHECK(is_possible_source(*Ip6Address::parse("fe80::1")));
    CHECK(!is_possible_source(*Ip6Address::parse("::")));
    CHECK(!is_possible_source(*Ip6Address::parse("::1")));
    CHECK(!is_possible_source(*Ip6Address::parse("ff02::1")));
}

TEST_CASE("a parameter problem points into the packet it carries") {
    const Bytes message = header(5, 16);
    const Bytes problem = parameter_problem(message, {.source = kFrom, .destination = kTo}, 1);
    REQUIRE(problem.size() == 8 + 40 + 16);
    CHECK(problem[0] == 4);
    CHECK(problem[1] == 0);
    // The pointer counts from the IPv6 header: octet 1 of the Mobility Header is octet 41.
    CHECK(Bytes(problem.begin() + 4, problem.begin() + 8) == Bytes{0, 0, 0, 41});
    CHECK(problem[8] == 0x60);
    CHECK(Bytes(problem.begin() + 12, problem.begin() + 15) == Bytes{0, 16, 135});
    CHECK(std::equal(problem.begin() + 16, problem.begin() + 32, kFrom.octets().begin()));
    CHECK(std::equal(problem.begin() + 32, problem.begin() + 48, kTo.octets().begin()));
    CHECK(Bytes(problem.begin() + 48, problem.end()) == message);
}

TEST_CASE("a parameter problem fits the minimum MTU and keeps the packet's real length") {
    const Bytes message = header(5, 2048);
    const Bytes problem = parameter_problem(message, {.source = kFrom, .destination = kTo}, 0);
    CHECK(problem.size() + 40 == 1280);
    CHECK(Bytes(problem.begin() + 12, problem.begin() + 14) == Bytes{0x08, 0x00});
}

}  // namespace
}  // namespace dmm::agent

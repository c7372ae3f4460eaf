// "metrics": what can be listened at, and the words for what cannot.
#include <string>
#include <vector>

#include "lib/model/settings.h"
#include "tests/support/builders.h"
#include "tests/support/catch.h"
#include "tests/unit/config_documents.h"

namespace dmm::config {
namespace {

std::string with(const std::string& listen) {
    return cmd({}, {{"metrics", R"({"listen": )" + listen + "}"}});
}

TEST_CASE("metrics are given to nobody unless an address and a port are configured") {
    CHECK_FALSE(parse(cmd({}), "x")->metrics);
    CHECK_FALSE(parse(cmd({}, {{"metrics", "{}"}}), "x")->metrics);
    const std::vector<std::pair<std::string, MetricsSettings>> right{
        {R"("[::1]:9342")", {.address = test::ip("::1"), .port = 9342}},
        {R"("[::]:1")", {.address = {}, .port = 1}},
        {R"("[2001:DB8:0::1]:65535")", {.address = test::ip("2001:db8::1"), .port = 65535}}};
    for (const auto& [json, wanted] : right) {
        const auto settings = parse(with(json), "x");
        INFO(json);
        REQUIRE(settings);
        CHECK(settings->metrics == wanted);
        CHECK(parse(to_json(*settings), "x") == settings);
    }
}

TEST_CASE("metrics are listened for at a unicast address of IPv6, and at a port") {
    const std::string like = R"(like "[::1]:9342")";
    const std::string no_address = " is not an IPv6 address in brackets with a port; give one ";
    const std::string no_port = " has no port of 1 to 65535; give one ";
    const std::string other = "; give an IPv6 unicast address of this host, ";
    const std::vector<std::pair<std::string, std::string>> wrong{
        {"9342", no_address + like},
        {R"("")", no_address + like},
        {R"("::1")", no_address + like},
        {R"("::1:9342")", no_address + like},
        {R"("[::1]")", no_address + like},
        {R"("[]:9342")", no_address + like},
        {R"("[::1%lo]:9342")", no_address + like},
        {R"("[127.0.0.1]:9342")", no_address + like},
        {R"("127.0.0.1:9342")", no_address + like},
        {R"(" [::1]:9342")", no_address + like},
        {R"("[::1]:")", no_port + like},
        {R"("[::1]:0")", no_port + like},
        {R"("[::1]:65536")", no_port + like},
        {R"("[::1]:9342 ")", no_port + like},
        {R"("[::1]:http")", no_port + like},
        {R"("[::1]:-1")", no_port + like},
        {R"("[ff02::1]:9342")", " is a multicast address" + other + like},
        {R"("[fe80::1]:9342")", " is a link-local address" + other + like},
        {R"("[::ffff:127.0.0.1]:9342")", " is an IPv4 address" + other + like}};
    for (const auto& [json, words] : wrong) {
        CHECK(complaints(with(json)) ==
              std::vector<std::string>{"x.json:/metrics/listen: " + json + words});
    }
    CHECK(
        complaints(cmd({}, {{"metrics", R"({"lisen": "[::1]:1"})"}})) ==
        std::vector<std::string>{R"(x.json:/metrics/lisen: unknown key; did you mean "listen"?)"});
    CHECK(complaints(cmd({}, {{"metrics", "\"[::1]:9342\""}})).size() == 1);
}

}  // namespace
}  // namespace dmm::config

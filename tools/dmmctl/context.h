// What a command of dmmctl is given, and how it says that it cannot.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "lib/control/protocol.h"
#include "tools/dmmctl/client.h"
#include "tools/dmmctl/command_line.h"
#include "tools/dmmctl/commands.h"

namespace dmm::dmmctl {

struct Context {
    const CommandLine& line;
    const Environment& environment;
};

using Words = std::span<const std::string>;

// One line for the user; gives back `exit_code`.
int complain(const Context& context, int exit_code, std::string_view text);
// The same for a wrong command line of the command `name`, with its usage.
int misused(const Context& context, std::string_view name, const std::string& fault);
int unreachable_daemon(const Context& context, const std::string& socket, const ClientError& error);

// Why there is no answer, for the user.
struct Refusal {
    int exit_code = 0;
    std::string text;
};

[[nodiscard]] int exit_code_of(const control::Failed& failed);

struct Answer {
    control::Reply reply;  // not a Failed
    std::string line;      // as it came
};

// What the daemon answers.
[[nodiscard]] std::expected<Answer, Refusal> inquire(const Context& context,
                                                     const control::Request& request);

// The same; the error is an exit status, and the user has been told.
[[nodiscard]] std::expected<Answer, int> fetch(const Context& context,
                                               const control::Request& request);

// The same, and what `print` makes of it, or JSON where that is wanted, is printed.
std::expected<control::Reply, int> ask(
    const Context& context,
    const control::Request& request,
    const std::function<std::string(const control::Reply&)>& print);
// As a table; gives back the exit status.
int ask(const Context& context, const control::Request& request);

}  // namespace dmm::dmmctl

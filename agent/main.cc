// dmmd: the command line, the start, the exit code.
#include <csignal>
#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agent/agent.h"
#include "agent/arguments.h"
#include "agent/host_check.h"
#include "agent/start.h"
#include "agent/tunnel_mtu.h"
#include "agent/warm_up.h"
#include "lib/config/load.h"
#include "lib/control/finding_text.h"
#include "lib/control/protocol.h"
#include "lib/control/reply_payload.h"

namespace {

using dmm::agent::Arguments;
using dmm::agent::ExitCode;

constexpr const char* kUsage =
    "dmmd [--check-config | --check [--json] [--verbose]] [--dry-run] [--record RECORDING] FILE | "
    "--help | --version";

// More than the usage: what somebody looks for who has it in front of him for the first time.
constexpr const char* kHelp =
    "\n\n"
    "The daemon of an access router (MAAR) or of the database of a domain (CMD), as the\n"
    "configuration FILE says. It stays in the foreground and logs to standard error.\n\n"
    "  --check-config      read FILE, print every error in it, and exit\n"
    "  --check             look at this host, print what it lacks, and exit;\n"
    "                      --verbose: what is well too, --json: for programs\n"
    "  --dry-run           print what the kernel would be told, and do not tell it\n"
    "  --record RECORDING  write down what happens, for dmmreplay(8)\n\n"
    "See dmmd(8), dmmd.json(5) for FILE, dmm(7) for what it is, dmmctl(8) for a running one.";

ExitCode complain(ExitCode code, const std::string& text) {
    std::cerr << "dmmd: " << text << '\n';
    return code;
}

ExitCode say(const std::string& text) {
    std::cout << text << '\n' << std::flush;
    return std::cout ? ExitCode::Ok : ExitCode::Failure;
}

ExitCode work(const dmm::Settings& settings, const Arguments& arguments) {
    auto held = std::make_optional<dmm::agent::HeldSignals>();
    dmm::agent::LogSink log(settings.log);
    auto parts = make_parts(settings, arguments.dry_run, arguments.record, log);
    if (!parts) return complain(parts.error().code, parts.error().text);
    parts->config_path = arguments.file;
    parts->trials = check_at_start(settings, arguments.dry_run, log);
    dmm::agent::Agent agent(settings, std::move(*parts), log);
    held.reset();
    dmm::agent::fault_in_program();
    agent.run();
    return ExitCode::Ok;
}

ExitCode check(const dmm::Settings& settings, const Arguments& arguments) {
    namespace control = dmm::control;
    const auto findings = dmm::agent::finding_views(dmm::agent::check_host(settings));
    std::cout << (arguments.json ? control::payload_of(control::encode(control::Reply(findings)))
                                 : control::findings_text(findings, arguments.verbose))
              << std::flush;
    if (!std::cout) return ExitCode::Failure;
    return ExitCode{static_cast<std::uint8_t>(control::exit_code_of(findings))};
}

ExitCode load_and_work(const Arguments& arguments) {
    auto loaded = dmm::config::load(arguments.file);
    if (!loaded) {
        for (const dmm::config::ConfigError& error : loaded.error()) {
            complain(ExitCode::Configuration, to_text(error, arguments.file));
        }
        return ExitCode::Configuration;
    }
    if (arguments.task == Arguments::Task::CheckConfig) return say(arguments.file + ": ok");
    const dmm::Settings settings = dmm::agent::with_mtus_of_host(*std::move(loaded));
    if (arguments.task == Arguments::Task::CheckHost) return check(settings, arguments);
    return work(settings, arguments);
}

ExitCode run(const std::vector<const char*>& words) {
    const auto arguments = dmm::agent::read_arguments(words);
    if (!arguments) {
        return complain(ExitCode::Usage, arguments.error() + "; usage: " + kUsage);
    }
    switch (arguments->task) {
        case Arguments::Task::ShowHelp:
            return say(std::string("usage: ") + kUsage + kHelp);
        case Arguments::Task::ShowVersion:
            return say("dmmd " DMM_VERSION);
        case Arguments::Task::CheckConfig:
        case Arguments::Task::CheckHost:
        case Arguments::Task::Work:
            return load_and_work(*arguments);
    }
    std::unreachable();
}

}  // namespace

int main(int argc, char** argv) {
    // A reader of our output or log that goes away must not take the daemon along, nor a
    // recording that may not grow.
    static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
    static_cast<void>(std::signal(SIGXFSZ, SIG_IGN));
    return std::to_underlying(run({argv + (argc > 0 ? 1 : 0), argv + argc}));
}

// The four dmmd of the demonstration: their configuration, start, log and end.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <vector>

#include "tools/demo/descriptor.h"
#include "tools/demo/process.h"
#include "tools/demo/topology.h"

namespace dmm::demo {

struct LogLine {
    std::string actor;
    std::string text;
};

// One running daemon.
struct Daemon {
    std::string actor;
    std::string socket;  // path of its control socket
    Descriptor log;      // its standard error, a file
    Process process;
    std::size_t read = 0;  // octets of the log that log_news() has given out
    int runs = 0;
};

class Daemons {
public:
    // `folder` takes configurations, sockets and logs; `dmmd` is the program.
    // `mode` is that of the domain: "proxy", "relay" or "locator".
    Daemons(std::string folder, std::string dmmd, std::string mode)
        : folder_(std::move(folder)), dmmd_(std::move(dmmd)), mode_(std::move(mode)) {}

    // From now on each run of a daemon is recorded, for dmmreplay: ACTOR-RUN.rec in the folder.
    void record() { records_ = true; }

    // Starts a cmd and one maar per access router and waits until each answers on its
    // control socket. The error has the last words of the one that does not.
    [[nodiscard]] std::expected<void, std::string> start(const Topology& topology);

    // kill -9. The daemon of `actor` must run.
    void kill(const std::string& actor);
    // Starts a killed one again, with the configuration and the log of before.
    [[nodiscard]] std::expected<void, std::string> launch_again(const Topology& topology,
                                                                const std::string& actor);
    // Until it answers on its control socket.
    [[nodiscard]] std::expected<void, std::string> await(const std::string& actor);

    // Whole lines that were logged since the last call.
    [[nodiscard]] std::vector<LogLine> log_news();

    // SIGTERM to all; what then went wrong: no end in time, an exit status other than 0, a
    // control socket that stays.
    [[nodiscard]] std::vector<std::string> stop();

    // The end of each log, for whoever has to find out why.
    [[nodiscard]] std::vector<LogLine> last_words() const;

private:
    [[nodiscard]] std::expected<void, std::string> launch(const Topology& topology,
                                                          const std::string& actor,
                                                          const std::string& config);
    [[nodiscard]] std::expected<void, std::string> await(Daemon& daemon) const;

    [[nodiscard]] Process run(const Topology& topology, Daemon& daemon) const;
    [[nodiscard]] Daemon& of(const std::string& actor);

    std::string folder_;
    std::string dmmd_;
    std::string mode_;
    bool records_ = false;
    std::vector<Daemon> daemons_;
};

}  // namespace dmm::demo

// What a daemon and its host tell of themselves, member by member of a support bundle. What cannot
// be had is told in words, in a member of its own; a fault of what is reported on must not
// keep it from being reported.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/control/protocol.h"
#include "tools/dmmctl/context.h"

namespace dmm::dmmctl {

struct Member {
    std::string name;
    std::string text;
};

class Gathering {
public:
    explicit Gathering(const Context& context) : context_(context) {}

    // The views, the findings and the metrics. A refusal if there is no daemon to ask, or not
    // for this user: then nothing else is worth asking.
    [[nodiscard]] std::optional<Refusal> ask_daemon();
    // What the kernel, as ip(8) and nft(8) show it, and the system say.
    void ask_host();

    // How many things are told of in errors.txt alone, or are there in part.
    [[nodiscard]] std::size_t faults() const { return faults_; }

    // The members in their order, "version.txt" first and "errors.txt" last; with pseudonyms for
    // nodes if it is `anonymous`.
    [[nodiscard]] std::vector<Member> members(bool anonymous) const;

private:
    void take(std::string_view name, std::string text);
    void miss(std::string_view name, const std::string& fault);
    void take_answer(std::string_view name, const Answer& answer);
    void take_config(std::string_view name, const std::string& payload);
    void take_program(std::string_view name, const std::vector<std::string>& words);
    void take_system();

    const Context& context_;
    std::vector<Member> members_;
    std::vector<std::string> nodes_;  // identifiers, as they came up
    std::string daemon_version_ = "unknown";
    std::string errors_;
    std::size_t faults_ = 0;
};

}  // namespace dmm::dmmctl

#include "tools/dmmctl/gathering.h"

#include <array>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>
#include <variant>

#include <sys/utsname.h>

#include "lib/base/words.h"
#include "lib/control/disclosure.h"
#include "lib/control/reply_payload.h"
#include "tools/dmmctl/exit_code.h"
#include "tools/dmmctl/program.h"
#include "tools/dmmctl/pseudonyms.h"
#include "tools/dmmctl/wording.h"

namespace dmm::dmmctl {
namespace {

using control::Show;

struct Question {
    std::string_view member;
    control::Request request;
};

// The status is first: it is the least that a daemon can say.
std::vector<Question> questions() {
    return {{"status.json", control::ShowRequest{Show::Status}},
            {"config.json", control::ShowRequest{Show::Config}},
            {"nodes.json", control::ShowRequest{Show::Nodes}},
            {"handovers.json", control::ShowRequest{Show::Handovers}},
            {"forwarding.json", control::ShowRequest{Show::Forwarding}},
            {"peers.json", control::ShowRequest{Show::Peers}},
            {"counters.json", control::ShowRequest{Show::Counters}},
            {"check.json", control::CheckRequest{}},
            {"metrics.txt", control::MetricsRequest{}}};
}

struct Lookup {
    std::string_view member;
    std::vector<std::string> words;
};

std::vector<Lookup> lookups() {
    return {{"host/ip-link.txt", {"ip", "-6", "-d", "link", "show"}},
            {"host/ip-address.txt", {"ip", "-6", "-d", "address", "show"}},
            {"host/ip-neighbour.txt", {"ip", "-6", "-d", "neighbour", "show"}},
            {"host/ip-route.txt", {"ip", "-6", "-d", "route", "show", "table", "all"}},
            {"host/ip-rule.txt", {"ip", "-6", "-d", "rule", "show"}},
            {"host/nft.txt", {"nft", "list", "table", "ip6", "dmmd"}}};
}

std::string in_one_line(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words)
        out += (out.empty() ? "" : " ") + word;
    return out;
}

std::string first_line(std::string_view text) {
    return printable(text.substr(0, text.find('\n')));
}

}  // namespace

void Gathering::take(std::string_view name, std::string text) {
    context_.environment.err << name << ": " << octets_text(text.size()) << '\n' << std::flush;
    members_.push_back({.name = std::string(name), .text = std::move(text)});
}

void Gathering::miss(std::string_view name, const std::string& fault) {
    const std::string line = std::string(name) + ": " + fault + '\n';
    context_.environment.err << line << std::flush;
    errors_ += line;
    ++faults_;
}

void Gathering::take_config(std::string_view name, const std::string& payload) {
    for (std::string& node : control::configured_names(payload))
        nodes_.push_back(std::move(node));
    auto text = control::without_hook_arguments(payload);
    if (!text) return miss(name, "left out, since it may hold secrets: " + text.error());
    take(name, std::move(*text));
}

void Gathering::take_answer(std::string_view name, const Answer& answer) {
    if (const auto* metrics = std::get_if<control::MetricsText>(&answer.reply)) {
        return take(name, metrics->text);
    }
    if (std::holds_alternative<control::ConfigText>(answer.reply)) {
        return take_config(name, control::payload_of(answer.line));
    }
    if (const auto* status = std::get_if<control::StatusView>(&answer.reply)) {
        daemon_version_ = printable(status->version);
    }
    if (const auto* nodes = std::get_if<std::vector<control::NodeView>>(&answer.reply)) {
        for (const control::NodeView& node : *nodes)
            nodes_.push_back(node.mn);
    }
    if (const auto* rows = std::get_if<std::vector<control::HandoverView>>(&answer.reply)) {
        for (const control::HandoverView& handover : *rows)
            nodes_.push_back(handover.mn);
    }
    take(name, control::payload_of(answer.line));
}

std::optional<Refusal> Gathering::ask_daemon() {
    for (const Question& question : questions()) {
        const auto answer = inquire(context_, question.request);
        if (answer) {
            take_answer(question.member, *answer);
            continue;
        }
        // One that is there and silent, or that has ended in between, is worth a report.
        const bool wrong_address = answer.error().exit_code != kFailed;
        if (wrong_address && question.member == "status.json") return answer.error();
        miss(question.member, answer.error().text);
    }
    return std::nullopt;
}

void Gathering::take_program(std::string_view name, const std::vector<std::string>& words) {
    const std::string line = in_one_line(words);
    ProgramOutput output = run_program(words, context_.environment.programs, {});
    if (!output.fault.empty()) {
        std::string fault = "`" + line + "`: " + output.fault;
        if (!output.text.empty()) fault += "; it says " + in_quotes(first_line(output.text));
        miss(name, fault);
    }
    if (output.text.empty() && !output.fault.empty()) return;
    take(name, "$ " + line + '\n' + std::move(output.text));
}

// Without the host's name, which is no help and tells where it is.
void Gathering::take_system() {
    utsname name{};
    if (::uname(&name) == 0) {
        std::ostringstream text;
        text << name.sysname << ' ' << name.release << ' ' << name.version << ' ' << name.machine
             << '\n';
        take("host/uname.txt", text.str());
    } else {
        miss("host/uname.txt", std::generic_category().message(errno));
    }
    constexpr const char* kRelease = "/etc/os-release";
    std::ostringstream text;
    if (std::ifstream file(kRelease); file && text << file.rdbuf()) {
        take("host/os-release.txt", text.str());
    } else {
        miss("host/os-release.txt", std::string(kRelease) + " cannot be read");
    }
}

void Gathering::ask_host() {
    for (const Lookup& lookup : lookups())
        take_program(lookup.member, lookup.words);
    take_system();
}

std::vector<Member> Gathering::members(bool anonymous) const {
    std::vector<Member> out;
    out.push_back(
        {.name = "version.txt", .text = "dmmctl " DMM_VERSION "\ndmmd " + daemon_version_ + '\n'});
    out.insert(out.end(), members_.begin(), members_.end());
    out.push_back({.name = "errors.txt", .text = errors_});
    if (!anonymous) return out;
    out.front().text += "nodes and link-layer addresses have pseudonyms\n";
    Pseudonyms pseudonyms(nodes_);
    for (Member& member : out)
        member.text = pseudonyms.apply(member.text);
    return out;
}

}  // namespace dmm::dmmctl

#include "tools/dmmctl/support_bundle.h"

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "tools/dmmctl/arguments.h"
#include "tools/dmmctl/exit_code.h"
#include "tools/dmmctl/gathering.h"
#include "tools/dmmctl/new_file.h"
#include "tools/dmmctl/tar.h"

namespace dmm::dmmctl {
namespace {

constexpr const char* kName = "support-bundle";
// So that unpacking makes one folder.
constexpr const char* kFolder = "dmmd-support/";

std::uint64_t seconds_since_1970() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::seconds>(now).count());
}

std::expected<void, std::string> write(NewFile& file, const std::vector<Member>& members) {
    const std::uint64_t time = seconds_since_1970();
    for (const Member& member : members) {
        auto written = file.write(tar_member(kFolder + member.name, member.text, time));
        if (!written) return written;
    }
    if (auto written = file.write(tar_end()); !written) return written;
    return file.finish();
}

std::string outcome_text(const std::string& path, std::size_t count, std::size_t faults) {
    std::string out = path + ": " + std::to_string(count) + " files";
    if (faults != 0) {
        out += "; " + std::to_string(faults) + (faults == 1 ? " thing is" : " things are") +
               " missing, see errors.txt in it";
    }
    return out + '\n';
}

}  // namespace

int support_bundle(const Context& context, Words words) {
    const auto arguments = Arguments::read(
        words, {.operands = {"FILE"}, .values = {}, .flags = {"--force", "--anonymous"}});
    if (!arguments) return misused(context, kName, arguments.error());
    if (context.line.json) {
        return misused(context, kName, "--json is not for it: what it writes is a tar file");
    }
    const auto fail = [&](const std::string& fault) {
        return complain(context, kFailed, std::string(kName) + ": " + fault);
    };
    const std::string& path = arguments->operand(0);
    // Before anything is asked, which may take long.
    NewFile file(path, arguments->has("--force"));
    if (const auto opened = file.open(); !opened) return fail(opened.error());
    Gathering gathering(context);
    if (const auto refusal = gathering.ask_daemon()) {
        return complain(context, refusal->exit_code, refusal->text);
    }
    gathering.ask_host();
    const std::vector<Member> members = gathering.members(arguments->has("--anonymous"));
    if (const auto written = write(file, members); !written) return fail(written.error());
    context.environment.out << outcome_text(path, members.size(), gathering.faults());
    return kDone;
}

}  // namespace dmm::dmmctl

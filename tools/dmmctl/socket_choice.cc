#include "tools/dmmctl/socket_choice.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <vector>

#include <sys/stat.h>

#include <grp.h>

#include "lib/base/words.h"
#include "tools/dmmctl/exit_code.h"
#include "tools/dmmctl/wording.h"

namespace dmm::dmmctl {
namespace {

constexpr std::string_view kSuffix = ".sock";

std::unexpected<ChoiceError> fail(int exit_code, std::string text) {
    return std::unexpected(ChoiceError{.exit_code = exit_code, .text = std::move(text)});
}

// Sorted, so that a message does not depend on the order in a directory.
std::expected<std::vector<std::string>, std::error_code> instances_in(
    const std::string& directory) {
    std::vector<std::string> out;
    std::error_code error;
    for (std::filesystem::directory_iterator it(directory, error), end; !error && it != end;
         it.increment(error)) {
        std::error_code ignored;  // gone again: no socket
        const std::string name = it->path().filename().string();
        if (name.size() <= kSuffix.size() || !name.ends_with(kSuffix)) continue;
        if (it->is_socket(ignored)) out.push_back(name.substr(0, name.size() - kSuffix.size()));
    }
    if (error && error != std::errc::no_such_file_or_directory) return std::unexpected(error);
    std::sort(out.begin(), out.end());
    return out;
}

std::string group_name(gid_t group) {
    std::array<char, 4'096> buffer{};

    struct group entry {};
    struct group* found = nullptr;
    if (::getgrgid_r(group, &entry, buffer.data(), buffer.size(), &found) != 0 ||
        found == nullptr) {
        return std::to_string(group);
    }
    return found->gr_name;
}

}  // namespace

std::expected<std::string, ChoiceError> choose_socket(const CommandLine& line,
                                                      const std::string& run_directory) {
    const auto path_of = [&](const std::string& instance) {
        return run_directory + '/' + instance + std::string(kSuffix);
    };
    if (!line.socket.empty()) return line.socket;
    if (line.instance.find('/') != std::string::npos) {
        return fail(kUsage,
                    in_quotes(line.instance) + " is not an instance; for a path there is -s");
    }
    if (!line.instance.empty()) return path_of(line.instance);

    const auto instances = instances_in(run_directory);
    if (!instances) {
        const bool denied = instances.error() == std::errc::permission_denied;
        return fail(
            denied ? kPermission : kFailed,
            run_directory + ": " + instances.error().message() + "; name a daemon with -i or -s");
    }
    if (instances->size() == 1) return path_of(instances->front());
    if (instances->empty()) {
        return fail(kNoDaemon,
                    "no daemon has a socket in " + run_directory +
                        "; start one with `systemctl start dmmd@INSTANCE` or `dmmd FILE`");
    }
    std::string names;
    for (const std::string& instance : *instances) {
        names += (names.empty() ? "" : ", ") + printable(instance);
    }
    return fail(kUsage, "several daemons run here; choose one with -i: " + names);
}

std::string instance_of(const std::string& socket) {
    std::string name = std::filesystem::path(socket).filename().string();
    if (name.ends_with(kSuffix)) name.resize(name.size() - kSuffix.size());
    return name;
}

std::string group_of(const std::string& socket) {
    struct stat found {};

    if (::stat(socket.c_str(), &found) == 0) return group_name(found.st_gid);
    const std::string directory = std::filesystem::path(socket).parent_path().string();
    if (::stat(directory.c_str(), &found) == 0) return group_name(found.st_gid);
    return {};
}

}  // namespace dmm::dmmctl

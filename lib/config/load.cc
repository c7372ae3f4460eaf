#include "lib/config/load.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

#include "lib/config/errors.h"
#include "lib/config/json_reader.h"
#include "lib/config/section.h"
#include "lib/config/sections.h"
#include "lib/config/values.h"
#include "lib/model/limits.h"

namespace dmm::config {
namespace {

// Room for limits::kMaarSessions nodes with long names; a device file never ends.
constexpr std::size_t kMostOctets = std::size_t{4} * 1024 * 1024;

std::vector<ConfigError> single(std::string message) {
    return {{.pointer = "", .message = std::move(message)}};
}

enum class Role : std::uint8_t { Unknown, Maar, Cmd };

Read<Role> role(const Value& value) {
    const auto* name = std::get_if<std::string>(&value.data);
    if (name == nullptr) {
        return std::unexpected(found(value) + R"( is not a role; give "maar" or "cmd")");
    }
    if (*name == "maar") return Role::Maar;
    if (*name == "cmd") return Role::Cmd;
    return std::unexpected(unknown_value("role", *name, {"maar", "cmd"}));
}

// Reports a section of the other role.
void refuse_foreign(Section& section, std::string_view key, std::string_view role, Errors& errors) {
    if (section.find(key) == nullptr) return;
    errors.add(section.place(key),
               "not for role " + in_quotes(role) + "; remove it, or change /role");
}

// With an unknown role, whatever is there is read, so that its errors are found too.
MaarSettings maar_of(Section& section, Role role, Errors& errors) {
    MaarSettings out;
    const Value* value = section.find("maar");
    if (value != nullptr) {
        out = read_maar(*value, section.place("maar"), errors);
    } else if (role == Role::Maar) {
        errors.add(section.place("maar"), "missing; a MAAR needs this section, see dmmd.json(5)");
    }
    if (const Value* advert = section.find("advert")) {
        out.advert = read_advert(*advert, section.place("advert"), errors);
    }
    return out;
}

CmdSettings cmd_of(Section& section, Role role, Errors& errors) {
    const Value* value = section.find("cmd");
    if (value != nullptr) return read_cmd(*value, section.place("cmd"), errors);
    if (role == Role::Cmd) {
        errors.add(section.place("cmd"), "missing; a CMD needs this section, see dmmd.json(5)");
    }
    return {};
}

Settings read_settings(const Value& document, std::string_view instance, Errors& errors) {
    constexpr Kind kRole{.noun = "a role", .example = R"("maar" or "cmd")"};
    Section section(document, "", errors);
    Settings out;
    Role wanted = Role::Unknown;
    section.required("role", wanted, role, kRole);
    section.optional("log", out.log, log_level);
    out.instance = instance;
    if (section.find("control_socket") != nullptr) {
        section.optional("control_socket", out.control_socket, socket_path);
    } else {
        auto path = check_socket_path("/run/dmm/" + out.instance + ".sock");
        if (path) out.control_socket = std::move(*path);
        if (!path) errors.add(section.place("control_socket"), std::move(path.error()));
    }
    if (const auto* hooks = section.array("hooks", limits::kHooks)) {
        out.hooks = read_hooks(*hooks, section.place("hooks"), errors);
    }
    if (const Value* value = section.find("control")) {
        out.control = read_control(*value, section.place("control"), errors);
    }
    if (const Value* value = section.find("metrics")) {
        out.metrics = read_metrics(*value, section.place("metrics"), errors);
    }
    ProtocolSettings protocol;
    if (const Value* value = section.find("protocol")) {
        protocol = read_protocol(*value, section.place("protocol"), errors);
    }
    if (wanted == Role::Cmd) {
        refuse_foreign(section, "maar", "cmd", errors);
        refuse_foreign(section, "advert", "cmd", errors);
    } else {
        out.role = maar_of(section, wanted, errors);
    }
    if (wanted == Role::Maar) {
        refuse_foreign(section, "cmd", "maar", errors);
    } else {
        CmdSettings cmd = cmd_of(section, wanted, errors);
        if (wanted == Role::Cmd) out.role = std::move(cmd);
    }
    section.finish();
    std::visit([&](auto& settings) { settings.protocol = protocol; }, out.role);
    return out;
}

// "/etc/dmm/maar1.json" -> "maar1".
std::string instance_of(std::string_view path) {
    path.remove_prefix(path.rfind('/') + 1);  // npos + 1 is 0
    constexpr std::string_view kSuffix = ".json";
    if (path.ends_with(kSuffix)) path.remove_suffix(kSuffix.size());
    return std::string(path);
}

struct Close {
    void operator()(std::FILE* file) const { static_cast<void>(std::fclose(file)); }
};

std::expected<std::string, std::string> contents_of(const std::string& path) {
    const std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "rbe"));
    const auto failed = [] {
        return std::unexpected("cannot be read: " + std::generic_category().message(errno) +
                               "; give a file that this user may read");
    };
    if (!file) return failed();
    std::string text;
    std::array<char, 65536> part{};
    for (;;) {
        const std::size_t got = std::fread(part.data(), 1, part.size(), file.get());
        if (std::ferror(file.get()) != 0) return failed();
        text.append(part.data(), got);
        // parse() refuses what is too long.
        if (std::feof(file.get()) != 0 || text.size() > kMostOctets) return text;
    }
}

}  // namespace

std::expected<Settings, std::vector<ConfigError>> parse(std::string_view json,
                                                        std::string_view instance) {
    if (json.size() > kMostOctets) {
        return std::unexpected(single("longer than " + std::to_string(kMostOctets) +
                                      " octets; is it the right file?"));
    }
    // The effective configuration names it, and is JSON.
    if (!is_utf8(instance)) {
        return std::unexpected(single("the file's name is not UTF-8; rename it"));
    }
    const auto document = read_json(json);
    if (!document) return std::unexpected(single(document.error()));
    Errors errors;
    Settings settings = read_settings(*document, instance, errors);
    if (!errors.empty()) return std::unexpected(std::move(errors).take_sorted());
    return settings;
}

std::expected<Settings, std::vector<ConfigError>> load(const std::string& path) {
    const std::string instance = instance_of(path);
    if (instance.empty()) {
        return std::unexpected(single("the file's name names no instance; call it NAME.json"));
    }
    const auto text = contents_of(path);
    if (!text) return std::unexpected(single(text.error()));
    return parse(*text, instance);
}

}  // namespace dmm::config

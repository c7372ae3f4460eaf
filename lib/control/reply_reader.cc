// JSON to replies. Keys that are unknown here are passed over: a daemon that is newer than
// its tool may say more. A key that is missing is an error.
#include <algorithm>
#include <limits>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/control/protocol.h"
#include "lib/control/view_fields.h"
#include "lib/control/vocabulary.h"
#include "lib/model/limits.h"

namespace dmm::control {
namespace {

using Json = nlohmann::ordered_json;
using Result = std::expected<Reply, std::string>;

std::unexpected<std::string> not_understood(const std::string& what) {
    return std::unexpected("the daemon's reply is not understood: " + what);
}

// Reads a view's fields; the first one that is missing or of another type is named.
class FieldReader {
public:
    explicit FieldReader(const Json& object) : object_(object) {}

    template <typename T>
    void operator()(const char* name, T& field) {
        if (!fault_.empty()) return;
        const auto found = object_.is_object() ? object_.find(name) : object_.end();
        if (!object_.is_object() || found == object_.end() || !read(*found, field)) {
            if (fault_.empty()) fault_ = name;
        }
    }

    [[nodiscard]] const std::string& fault() const { return fault_; }

private:
    static bool read(const Json& json, std::string& into) {
        if (json.is_string()) into = json.get<std::string>();
        return json.is_string();
    }

    static bool read(const Json& json, bool& into) {
        if (json.is_boolean()) into = json.get<bool>();
        return json.is_boolean();
    }

    static bool read(const Json& json, std::uint64_t& into) {
        if (json.is_number_unsigned()) into = json.get<std::uint64_t>();
        return json.is_number_unsigned();
    }

    static bool read(const Json& json, std::vector<std::string>& into) {
        if (!json.is_array()) return false;
        for (const Json& element : json) {
            if (!read(element, into.emplace_back())) return false;
        }
        return true;
    }

    template <typename View>
    bool read(const Json& json, std::vector<View>& into) {
        if (!json.is_array()) return false;
        for (const Json& element : json) {
            FieldReader reader(element);
            for_each_field(into.emplace_back(), reader);
            fault_ = reader.fault();
            if (!fault_.empty()) return false;
        }
        return true;
    }

    const Json& object_;
    std::string fault_;
};

template <typename V>
std::expected<V, std::string> view_of(const Json& object) {
    V out;
    FieldReader reader(object);
    for_each_field(out, reader);
    if (!reader.fault().empty()) {
        return not_understood('"' + reader.fault() + "\" is missing or of another type");
    }
    return out;
}

template <typename V>
Result rows_of(const Json& array) {
    if (!array.is_array()) return not_understood("its rows are no array");
    std::vector<V> out;
    out.reserve(array.size());
    for (const Json& row : array) {
        auto view = view_of<V>(row);
        if (!view) return std::unexpected(std::move(view.error()));
        out.push_back(std::move(*view));
    }
    return out;
}

Result counters_of(const Json& object) {
    if (!object.is_object()) return not_understood("its counters are no object");
    std::vector<CounterView> out;
    for (const auto& item : object.items()) {
        if (!item.value().is_number_unsigned()) {
            return not_understood("a counter is no whole number");
        }
        out.push_back({.name = item.key(), .value = item.value().get<std::uint64_t>()});
    }
    return out;
}

Result config_of(const Json& object) {
    if (!object.is_object()) return not_understood("its configuration is no object");
    return ConfigText{
        .json = object.dump(2, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace)};
}

Result status_of(const Json& object) {
    auto view = view_of<StatusView>(object);
    if (!view) return std::unexpected(std::move(view.error()));
    return std::move(*view);
}

Result view_in(const Json& reply, const ShowName& asked) {
    const auto found = reply.find(std::string(asked.name));
    if (found == reply.end()) {
        return not_understood('"' + std::string(asked.name) + "\" is missing");
    }
    switch (asked.what) {
        case Show::Status:
            return status_of(*found);
        case Show::Nodes:
            return rows_of<NodeView>(*found);
        case Show::Forwarding:
            return rows_of<ForwardingView>(*found);
        case Show::Peers:
            return rows_of<PeerView>(*found);
        case Show::Counters:
            return counters_of(*found);
        case Show::Config:
            return config_of(*found);
        case Show::Handovers:
            return rows_of<HandoverView>(*found);
    }
    std::unreachable();
}

Result findings_in(const Json& reply) {
    const auto found = reply.find(std::string(kFindings));
    if (found == reply.end()) {
        return not_understood('"' + std::string(kFindings) + "\" is missing");
    }
    return rows_of<FindingView>(*found);
}

template <typename V>
Result only_view_in(const Json& reply, std::string_view name) {
    const auto found = reply.find(std::string(name));
    if (found == reply.end()) {
        return not_understood('"' + std::string(name) + "\" is missing");
    }
    auto view = view_of<V>(*found);
    if (!view) return std::unexpected(std::move(view.error()));
    return std::move(*view);
}

Result metrics_in(const Json& reply) {
    const auto found = reply.find(std::string(kMetrics));
    if (found == reply.end() || !found->is_string()) {
        return not_understood('"' + std::string(kMetrics) + "\" is missing");
    }
    return MetricsText{.text = found->get<std::string>()};
}

std::expected<std::string, std::string> message_in(const Json& reply) {
    const auto found = reply.find("message");
    if (found == reply.end() || !found->is_string()) return not_understood("it has no message");
    return found->get<std::string>();
}

// 0, or what went wrong by the daemon's words.
std::expected<int, std::string> code_in(const Json& reply) {
    const auto version = reply.find("v");
    if (version == reply.end() || *version != kVersion) {
        return not_understood("it is not of version " + std::to_string(kVersion) +
                              "; use the dmmctl of the daemon's release");
    }
    constexpr int kMostCode = 9;
    const auto code = reply.find("code");
    if (code == reply.end() || !code->is_number_unsigned() ||
        code->get<std::uint64_t>() > kMostCode) {
        return not_understood("it has no code");
    }
    return code->get<int>();
}

}  // namespace

Result decode_reply(const Request& asked, std::string_view line) {
    if (line.size() > limits::kControlReplyOctets) return not_understood("it is too long");
    const Json reply = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!reply.is_object()) return not_understood("it is no JSON object");
    const auto code = code_in(reply);
    if (!code) return std::unexpected(code.error());
    const auto* show = std::get_if<ShowRequest>(&asked);
    if (*code == 0 && show != nullptr) {
        const auto* entry = std::find_if(kShowNames.begin(),
                                         kShowNames.end(),
                                         [&](const ShowName& n) { return n.what == show->what; });
        return view_in(reply, *entry);
    }
    if (*code == 0 && std::holds_alternative<CheckRequest>(asked)) return findings_in(reply);
    if (*code == 0 && std::holds_alternative<ReloadRequest>(asked))
        return only_view_in<ReloadView>(reply, kReload);
    if (*code == 0 && std::holds_alternative<LogRequest>(asked))
        return only_view_in<LogView>(reply, kLog);
    if (*code == 0 && std::holds_alternative<MetricsRequest>(asked)) return metrics_in(reply);
    auto message = message_in(reply);
    if (!message) return std::unexpected(std::move(message.error()));
    if (*code != 0) return Failed{.code = *code, .message = std::move(*message)};
    return Done{.message = std::move(*message)};
}

}  // namespace dmm::control

// Replies to JSON, row by row: a table of many nodes costs its own text and one row more.
#include <type_traits>

#include <nlohmann/json.hpp>

#include "lib/base/assert.h"
#include "lib/control/protocol.h"
#include "lib/control/view_fields.h"
#include "lib/control/vocabulary.h"
#include "lib/model/limits.h"

namespace dmm::control {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& json) {
    // Names come from configurations and peers; what is no UTF-8 is replaced.
    return json.dump(-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

template <typename V>
Json object_of(const V& view);

class FieldWriter {
public:
    explicit FieldWriter(Json& out) : out_(out) {}

    template <typename View>
    requires std::is_class_v<View>

    void operator()(const char* name, const std::vector<View>& views) {
        Json& array = out_[name] = Json::array();
        for (const View& view : views)
            array.push_back(object_of(view));
    }

    void operator()(const char* name, const std::vector<std::string>& texts) { out_[name] = texts; }

    template <typename T>
    void operator()(const char* name, const T& field) {
        out_[name] = field;
    }

private:
    Json& out_;
};

template <typename V>
Json object_of(const V& view) {
    Json out = Json::object();
    for_each_field(view, FieldWriter(out));
    return out;
}

std::string reply(const Failed& failed) {
    return text_of({{"v", kVersion}, {"code", failed.code}, {"message", failed.message}});
}

// One reply under construction; whatever would exceed the limit is not kept.
class ReplyText {
public:
    ReplyText(std::string_view name, char opening)
        : text_(R"({"v":)" + std::to_string(kVersion) + R"(,"code":0,")") {
        text_ += name;
        text_ += R"(":)";
        text_ += opening;
    }

    void add(std::string_view row) {
        if (is_full()) return;
        if (!first_) text_ += ',';
        first_ = false;
        text_ += row;
    }

    [[nodiscard]] bool is_full() const { return text_.size() > limits::kControlReplyOctets; }

    [[nodiscard]] std::string finish(char closing) && {
        text_ += closing;
        text_ += '}';
        if (!is_full()) return std::move(text_);
        return reply(Failed{.code = 8,
                            .message = "the answer is longer than " +
                                       std::to_string(limits::kControlReplyOctets) + " octets"});
    }

private:
    std::string text_;
    bool first_ = true;
};

template <typename V>
std::string rows(std::string_view name, const std::vector<V>& views) {
    ReplyText out(name, '[');
    for (const V& view : views) {
        if (out.is_full()) break;
        out.add(text_of(object_of(view)));
    }
    return std::move(out).finish(']');
}

std::string reply(const Done& done) {
    return text_of({{"v", kVersion}, {"code", 0}, {"message", done.message}});
}

std::string reply(const StatusView& status) {
    return text_of({{"v", kVersion}, {"code", 0}, {"status", object_of(status)}});
}

std::string reply(const ReloadView& reload) {
    return text_of({{"v", kVersion}, {"code", 0}, {kReload, object_of(reload)}});
}

std::string reply(const LogView& log) {
    return text_of({{"v", kVersion}, {"code", 0}, {kLog, object_of(log)}});
}

std::string reply(const std::vector<NodeView>& nodes) {
    return rows("nodes", nodes);
}

std::string reply(const std::vector<ForwardingView>& objects) {
    return rows("forwarding", objects);
}

std::string reply(const std::vector<PeerView>& peers) {
    return rows("peers", peers);
}

std::string reply(const std::vector<HandoverView>& handovers) {
    return rows("handovers", handovers);
}

std::string reply(const std::vector<FindingView>& findings) {
    return rows(kFindings, findings);
}

// Names are unique, so counters are an object: easier to pick one from.
std::string reply(const std::vector<CounterView>& counters) {
    ReplyText out("counters", '{');
    for (const CounterView& counter : counters) {
        out.add(text_of(counter.name) + ':' + std::to_string(counter.value));
    }
    return std::move(out).finish('}');
}

std::string reply(const ConfigText& config) {
    Json json = Json::parse(config.json, nullptr, /*allow_exceptions=*/false);
    DMM_ASSERT(json.is_object());  // lib/config wrote it
    return text_of({{"v", kVersion}, {"code", 0}, {"config", std::move(json)}});
}

std::string reply(const MetricsText& metrics) {
    return text_of({{"v", kVersion}, {"code", 0}, {kMetrics, metrics.text}});
}

}  // namespace

std::string encode(const Reply& answer) {
    return std::visit([](const auto& view) { return reply(view); }, answer);
}

}  // namespace dmm::control

#include "lib/control/reply_payload.h"

#include <nlohmann/json.hpp>

namespace dmm::control {

std::string payload_of(std::string_view line) {
    using Json = nlohmann::ordered_json;
    Json reply = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (reply.is_object()) reply.erase("code");
    return reply.dump(2, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace) + '\n';
}

}  // namespace dmm::control

#include "agent/engine.h"

namespace dmm::agent {

Engine make_engine(const Settings& settings, Seed seed) {
    if (const auto* maar = std::get_if<MaarSettings>(&settings.role)) {
        return Engine(std::in_place_type<core::MaarEngine>, *maar, seed);
    }
    return Engine(std::in_place_type<core::CmdEngine>, std::get<CmdSettings>(settings.role), seed);
}

core::Actions handle(Engine& engine, const Now& now, const core::Event& event) {
    return std::visit([&](auto& role) { return role.handle(now, event); }, engine);
}

std::optional<SteadyTime> next_deadline(const Engine& engine) {
    return std::visit([](const auto& role) { return role.next_deadline(); }, engine);
}

bool has_session(const Engine& engine, const MnId& mn) {
    return std::visit([&](const auto& role) { return role.sessions().contains(mn); }, engine);
}

}  // namespace dmm::agent

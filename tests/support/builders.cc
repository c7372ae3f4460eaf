#include "tests/support/builders.h"

namespace dmm::test {

core::MessageReceived pbu(const Now& now, const PbuSpec& spec, std::uint16_t sequence) {
    core::Registration r;
    if (spec.mn != nullptr) r.mn = MnId::nai(spec.mn);
    for (const char* text : spec.prefixes) {
        r.prefixes.push_back(prefix(text));
    }
    r.handoff = spec.handoff;
    r.access_technology = spec.access_technology;
    if (spec.timestamp) r.timestamp = wire::Timestamp::of(now.wall);
    if (spec.serving != nullptr) r.serving = ip(spec.serving);
    wire::Options options = core::write_registration(r);
    if (spec.mn == nullptr) options.erase(options.begin());
    return {.from = ip(spec.from),
            .to = ip(spec.to),
            .message = wire::ProxyBindingUpdate{.sequence = sequence,
                                                .flags = spec.flags,
                                                .lifetime = spec.lifetime,
                                                .options = std::move(options)}};
}

std::string refusal(const core::Actions& actions) {
    for (const core::Note& note : only<core::Note>(actions)) {
        if (note.kind == core::NoteKind::MessageRefused) return std::string(note.field("reason"));
    }
    return {};
}

}  // namespace dmm::test

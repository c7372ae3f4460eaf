#include "lib/core/trace.h"

#include <utility>
#include <variant>

#include "lib/base/text.h"
#include "lib/core/settings_text.h"
#include "lib/wire/text.h"

namespace dmm::core {
namespace {

std::string with_message(Line line, const wire::Message& message) {
    return std::move(line).str() + ' ' + wire::to_text(message);
}

std::string text(const RouterSolicited& e) {
    return std::move(Line("rs")
                         .add("link", e.link.name)
                         .add("mac", to_text(e.mac))
                         .add("from", to_text(e.source)))
        .str();
}

std::string text(const MnAttached& e) {
    Line line("attach");
    line.add("link", e.link.name).add("mac", to_text(e.mac));
    if (e.mn) line.add("mn", to_text(*e.mn));
    return std::move(line).str();
}

std::string text(const MnDetached& e) {
    Line line("detach");
    line.add("mn", to_text(e.mn));
    if (e.deregister) line.word("deregister");
    return std::move(line).str();
}

std::string text(const NodeHeard& e) {
    return std::move(Line("heard").add("link", e.link.name).add("mac", to_text(e.mac))).str();
}

std::string text(const PrefixUsed& e) {
    return std::move(Line("used").add("mn", to_text(e.mn)).add("prefix", to_text(e.prefix))).str();
}

std::string text(const MessageReceived& e) {
    return with_message(std::move(Line("rx").add("from", to_text(e.from)).add("to", to_text(e.to))),
                        e.message);
}

std::string text(const MessageRejected& e) {
    return std::move(Line("rejected")
                         .add("from", to_text(e.from))
                         .add("to", to_text(e.to))
                         .add("fault", name_of(e.error.fault))
                         .add("offset", e.error.offset)
                         .add("option", e.error.option))
        .str();
}

std::string text(const ForwardingApplied& e) {
    return std::move(Line("applied").add("mn", to_text(e.mn)).add("rev", e.revision.value)).str();
}

std::string text(const ForwardingFailed& e) {
    return std::move(Line("failed")
                         .add("mn", to_text(e.mn))
                         .add("rev", e.revision.value)
                         .add("code", e.error.code)
                         .add("operation", e.error.operation)
                         .add("error", e.error.text))
        .str();
}

std::string text(const Started& e) {
    Line line("started");
    line.add("counter", e.restart_counter);
    if (e.run != 0) line.add("run", e.run);
    return std::move(line).str();
}

std::string text(const SessionResumed& e) {
    return std::move(Line("resumed").add("record", e.record)).str();
}

std::string text(const RemoveAnchor& e) {
    return std::move(Line("remove").add("mn", to_text(e.mn)).add("maar", to_text(e.maar))).str();
}

std::string text(const EndSession& e) {
    return std::move(Line("end").add("mn", to_text(e.mn))).str();
}

std::string text(const Stopping& /*e*/) {
    return "stopping";
}

std::string text(const Reconfigured& e) {
    return "reconfigured " + settings_text(*e.settings);
}

std::string text(const Draining& e) {
    return e.on ? "drain" : "undrain";
}

std::string text(const Tick& /*e*/) {
    return "tick";
}

std::string text(const Send& a) {
    return with_message(std::move(Line("tx").add("from", to_text(a.from)).add("to", to_text(a.to))),
                        a.message);
}

std::string text(const Want& a) {
    const std::string out =
        std::move(Line("want").add("mn", to_text(a.mn)).add("rev", a.revision.value)).str();
    const std::string forwarding = to_text(a.forwarding);
    return out + ' ' + (forwarding.empty() ? "nothing" : forwarding);
}

std::string text(const Advertise& a) {
    return std::move(Line("ra").add("dlif", to_text(a.dlif)).add("to", to_text(a.destination)))
               .str() +
           ' ' + wire::to_text(a.advert);
}

std::string text(const Probe& a) {
    return std::move(Line("probe").add("dlif", to_text(a.dlif)).add("to", to_text(a.target))).str();
}

std::string text(const Note& a) {
    Line line("note");
    line.word(name_of(a.kind));
    for (const NoteField& field : a.fields)
        line.add(field.key, field.value);
    return std::move(line).str();
}

}  // namespace

std::string to_text(const Event& event) {
    return std::visit([](const auto& e) { return text(e); }, event);
}

std::string to_text(const Action& action) {
    return std::visit([](const auto& a) { return text(a); }, action);
}

}  // namespace dmm::core

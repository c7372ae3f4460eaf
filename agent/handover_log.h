// The last handovers and attachments, phase by phase, as they show in what an engine is told and
// answers. A pure observer: it has no part in what happens. What it keeps is bounded, and text is
// made only when somebody looks, so that it costs little where thousands of PBUs pass in a second.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "lib/base/time.h"
#include "lib/core/action.h"
#include "lib/core/event.h"

namespace dmm::agent {

struct HandoverStep {
    enum class What : std::uint8_t {
        Solicited,   // by a Router Solicitation
        Attached,    // by other word of an attachment
        Heard,       // the node answered a probe
        Sent,        // a message to `peer`
        Received,    // a message from `peer`
        Wished,      // the kernel was told of forwarding
        Applied,     // and has it
        Failed,      // or refused
        Advertised,  // a Router Advertisement went to the node
        Deprecated,  // one that tells it to give up prefixes
    };

    What what = What::Solicited;
    std::uint8_t mh_type = 0;    // of a message
    std::uint8_t status = 0;     // of a PBA
    std::uint16_t sequence = 0;  // of a message
    std::uint64_t revision = 0;  // of a wish
    Ip6Address peer;
    Duration at{};  // since the beginning
};

struct Handover {
    enum class Kind : std::uint8_t {
        Attachment,  // a node nobody knew
        Move,        // it came from another MAAR
        Redirect,    // of a P-MAAR: what it anchors goes to another MAAR
        Release,     // of a P-MAAR: it anchors nothing any more
    };
    enum class State : std::uint8_t { UnderWay, Done, Refused, Unanswered, Overtaken, Ended };

    MnId mn;
    LinkLayerAddress mac;  // 0 where the node is not on our link
    Kind kind = Kind::Attachment;
    State state = State::UnderWay;
    std::optional<Ip6Address> from;
    std::optional<Ip6Address> to;
    Now began;
    Duration took{};  // until it was done
    std::vector<HandoverStep> steps;
    std::uint64_t left_out = 0;  // steps that did not fit in

    // What it waits for.
    bool answered = false;            // the S-MAAR has its PBA
    bool delayed = false;             // a PBU to a P-MAAR waits for its turn
    std::vector<Ip6Address> awaited;  // P-MAARs that have not answered; of a CMD
    std::uint64_t wished = 0;
    std::uint64_t applied = 0;
};

class HandoverLog {
public:
    static constexpr std::size_t kMost = 64;
    static constexpr std::size_t kMostSteps = 48;

    // `self` is the address of this daemon.
    explicit HandoverLog(const Ip6Address& self) : self_(self) {}

    // What the engine answered to `event`.
    void observe(const Now& now, const core::Event& event, const core::Actions& actions);

    // The newest first.
    [[nodiscard]] std::vector<const Handover*> newest_first() const;

private:
    // What the notes among the actions say.
    struct Signs;

    [[nodiscard]] static Signs signs_of(const core::Actions& actions);
    // What begins with this event, if anything does.
    void begin(const Now& now, const core::Event& event, const core::Actions& actions);
    Handover& make(const Now& now, const MnId& mn, Handover::Kind kind);
    // The one that still takes steps, or nullptr.
    [[nodiscard]] Handover* open(const Now& now, const MnId& mn);
    [[nodiscard]] Handover* open(const Now& now, const LinkLayerAddress& mac);
    [[nodiscard]] Handover* named(const Now& now, const core::Note& note);
    [[nodiscard]] static bool is_open(const Now& now, const Handover& handover);

    void see_event(const Now& now, const core::Event& event);
    // `mn_of_event` spares to compare names; nullptr: the event has none.
    void see_answer(Handover& handover,
                    const Ip6Address& from,
                    const wire::ProxyBindingAck& pba) const;
    void see_action(const Now& now, const core::Action& action, const MnId* mn_of_event);
    void see_message(const Now& now, const core::Send& sent);
    void see_note(const Now& now, const core::Note& note, const MnId* mn_of_event);
    static void add(Handover& handover, const Now& now, HandoverStep step);
    static void settle(Handover& handover, const Now& now);
    static void end(Handover& handover, const Now& now, Handover::State state);

    Ip6Address self_;
    std::vector<Handover> ring_;
    std::size_t next_ = 0;  // the place of the next, once the ring is full: of the oldest
};

}  // namespace dmm::agent

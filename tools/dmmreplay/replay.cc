#include "tools/dmmreplay/replay.h"

#include <utility>
#include <variant>
#include <vector>

#include "agent/engine.h"
#include "agent/recording.h"

namespace dmm::dmmreplay {
namespace {

class Player {
public:
    Player(const Header& header, const std::function<void(std::string_view)>& show)
        : engine_(agent::make_engine(header.settings, header.seed)), show_(show) {}

    // False: there is a difference.
    bool take(const RecordedLine& line) {
        last_line_ = line.number;
        const auto* event = std::get_if<RecordedEvent>(&line.what);
        return event == nullptr ? compare(line) : finish(line.number) && start(line, *event);
    }

    // Nothing more was recorded behind the event; `line` is where it would stand.
    bool finish(std::size_t line) {
        return at_ == actions_.size() || differ(line, "", actions_[at_]);
    }

    [[nodiscard]] std::size_t last_line() const { return last_line_; }

    [[nodiscard]] const Outcome& outcome() const { return outcome_; }

private:
    bool start(const RecordedLine& line, const RecordedEvent& event) {
        ++outcome_.events;
        event_line_ = line.number;
        event_ = line.text;
        show_(line.text);
        actions_.clear();
        at_ = 0;
        for (const core::Action& action : agent::handle(engine_, event.now, event.event)) {
            actions_.push_back(agent::recorded(action));
            show_(actions_.back());
        }
        return true;
    }

    bool compare(const RecordedLine& line) {
        if (at_ == actions_.size()) return differ(line.number, line.text, "");
        const std::string& now = actions_[at_++];
        if (now != line.text) return differ(line.number, line.text, now);
        ++outcome_.actions;
        return true;
    }

    bool differ(std::size_t line, std::string_view recorded, std::string_view now) {
        outcome_.difference = Difference{.line = line,
                                         .event_line = event_line_,
                                         .event = event_,
                                         .recorded = std::string(recorded),
                                         .now = std::string(now)};
        return false;
    }

    agent::Engine engine_;
    const std::function<void(std::string_view)>& show_;
    std::vector<std::string> actions_;  // of now, behind the last event
    std::size_t at_ = 0;                // those before were recorded too
    std::size_t last_line_ = 0;
    std::size_t event_line_ = 0;
    std::string event_;
    Outcome outcome_;
};

}  // namespace

std::expected<Outcome, RecordingFault> replay(const Header& header,
                                              RecordingReader& reader,
                                              const std::function<void(std::string_view)>& show) {
    Player player(header, show);
    for (;;) {
        const auto line = reader.next();
        if (!line) return std::unexpected(line.error());
        if (!*line) break;
        if (!player.take(**line)) return player.outcome();
    }
    static_cast<void>(player.finish(player.last_line() + 1));
    return player.outcome();
}

}  // namespace dmm::dmmreplay

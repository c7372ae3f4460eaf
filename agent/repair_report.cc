#include "agent/repair_report.h"

namespace dmm::agent {
namespace {

// `object` as the command that makes it.
Line line_of(const kernel::Repair& repair) {
    Line line("");
    line.add("object", repair.object);
    if (repair.others != 0) line.add("others", std::to_string(repair.others));
    return line;
}

}  // namespace

void report(const kernel::Repair& repair, Counters& counters, LogSink& log) {
    switch (repair.kind) {
        case kernel::Repair::Kind::Restored: {
            Line line = line_of(repair);
            if (repair.times > 1) line.add("times", std::to_string(repair.times));
            log.say(LogLevel::Warning,
                    "object_restored",
                    line.add("text", "somebody had removed or changed it"));
            return;
        }
        case kernel::Repair::Kind::Failed: {
            Line line = line_of(repair);
            if (repair.error) line.add("error", repair.error->text);
            log.say(LogLevel::Error,
                    "object_missing",
                    line.add("text", "it is tried again and again, at least once a minute"));
            return;
        }
        case kernel::Repair::Kind::Intrusion:
            counters.count("kernel", "intrusion");
            log.say(LogLevel::Warning,
                    "foreign_object",
                    Line("").add("text", repair.object + "; it stays, but ours may not work"));
            return;
    }
}

}  // namespace dmm::agent

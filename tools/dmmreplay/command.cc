#include "tools/dmmreplay/command.h"

#include <cerrno>
#include <fstream>
#include <string_view>
#include <system_error>

#include "lib/base/text.h"
#include "tools/dmmreplay/replay.h"

namespace dmm::dmmreplay {
namespace {

constexpr std::string_view kSynopsis = "dmmreplay [--print] FILE | --help | --version";

int complain(const Streams& streams, int exit_code, const std::string& text) {
    streams.err << "dmmreplay: " << text << '\n';
    return exit_code;
}

int malformed(const Streams& streams, const std::string& name, const RecordingFault& fault) {
    return complain(
        streams, kNoRecording, name + ':' + std::to_string(fault.line) + ": " + fault.text);
}

std::string or_nothing(const std::string& action) {
    return action.empty() ? "no more actions" : action;
}

int report(const Streams& streams, const std::string& name, const Outcome& outcome) {
    if (!outcome.difference) {
        streams.out << outcome.events << " events, " << outcome.actions
                    << " actions: as recorded\n";
        return kAsRecorded;
    }
    const Difference& found = *outcome.difference;
    const std::string place = name + ':' + std::to_string(found.line) + ": ";
    streams.out << name << ':' << found.event_line << ": event:    " << found.event << '\n'
                << place << "recorded: " << or_nothing(found.recorded) << '\n'
                << place << "now:      " << or_nothing(found.now) << '\n';
    return kDiffers;
}

int play(const Streams& streams, std::istream& in, const std::string& name, bool print) {
    RecordingReader reader(in);
    const auto header = reader.header();
    if (!header) return malformed(streams, name, header.error());
    if (header->version != DMM_VERSION) {
        streams.err << "dmmreplay: " << name << ": recorded by version " << quoted(header->version)
                    << ", replayed by " DMM_VERSION << "; they need not act alike\n";
    }
    const auto outcome = replay(*header, reader, [&](std::string_view line) {
        if (print) streams.out << line << '\n';
    });
    if (!outcome) return malformed(streams, name, outcome.error());
    return report(streams, name, *outcome);
}

int play_file(const Streams& streams, const std::string& file, bool print) {
    if (file == "-") return play(streams, streams.in, "standard input", print);
    errno = 0;
    std::ifstream in(file, std::ios::binary);
    if (!in) {
        return complain(
            streams, kNoRecording, file + ": " + std::generic_category().message(errno));
    }
    return play(streams, in, file, print);
}

}  // namespace

int run(std::span<const std::string> words, const Streams& streams) {
    const auto misused = [&](const std::string& text) {
        return complain(streams, kUsage, text + "; usage: " + std::string(kSynopsis));
    };
    bool print = false;
    std::string file;
    for (const std::string& word : words) {
        if (word == "--help") {
            streams.out << "usage: " << kSynopsis << '\n';
            return kAsRecorded;
        }
        if (word == "--version") {
            streams.out << "dmmreplay " DMM_VERSION "\n";
            return kAsRecorded;
        }
        if (word == "--print") {
            print = true;
        } else if (word.starts_with('-') && word != "-") {
            return misused("unknown option " + quoted(word));
        } else if (word.empty() || !file.empty()) {
            return misused("one recording is wanted, not also " + quoted(word));
        } else {
            file = word;
        }
    }
    if (file.empty()) return misused("no recording is given");
    const int exit_code = play_file(streams, file, print);
    if (!streams.out.flush() && exit_code == kAsRecorded) {
        return complain(streams, kDiffers, "the output cannot be written");
    }
    return exit_code;
}

}  // namespace dmm::dmmreplay

// What became of reading the configuration again, as values: the agent fills them, `dmmctl reload`
// shows them.
#pragma once

#include <string>
#include <vector>

#include "lib/control/view_fields.h"

namespace dmm::control {

struct ChangeView {
    std::string key;     // JSON pointer
    std::string before;  // as JSON; "" if it was not there
    std::string after;   // as JSON; "" if it is not there any more
    bool restart = false;
    friend bool operator==(const ChangeView&, const ChangeView&) = default;
};

struct ConfigFaultView {
    std::string key;
    std::string message;
    friend bool operator==(const ConfigFaultView&, const ConfigFaultView&) = default;
};

struct ReloadView {
    // "applied", "unchanged"; "refused": some keys need a restart; "invalid": the file has errors.
    // Of the latter two nothing is applied.
    std::string outcome;
    bool dry_run = false;
    std::string instance;
    std::string file;
    std::vector<ChangeView> changes;
    std::vector<ConfigFaultView> errors;
    friend bool operator==(const ReloadView&, const ReloadView&) = default;
};

template <Is<ChangeView> V, typename F>
void for_each_field(V& view, F&& f) {
    f("key", view.key);
    f("before", view.before);
    f("after", view.after);
    f("restart", view.restart);
}

template <Is<ConfigFaultView> V, typename F>
void for_each_field(V& view, F&& f) {
    f("key", view.key);
    f("message", view.message);
}

template <Is<ReloadView> V, typename F>
void for_each_field(V& view, F&& f) {
    f("outcome", view.outcome);
    f("dry_run", view.dry_run);
    f("instance", view.instance);
    f("file", view.file);
    f("changes", view.changes);
    f("errors", view.errors);
}

struct LogView {
    std::string level;
    std::string configured;  // in the file, as it was read last
    friend bool operator==(const LogView&, const LogView&) = default;
};

template <Is<LogView> V, typename F>
void for_each_field(V& view, F&& f) {
    f("level", view.level);
    f("configured", view.configured);
}

}  // namespace dmm::control

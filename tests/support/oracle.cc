#include "tests/support/oracle.h"

#include <algorithm>

#include "lib/base/text.h"

namespace dmm::test {
namespace {

using Findings = std::vector<std::string>;

const core::CmdEngine* cmd_of(const World& world) {
    for (const std::string& name : world.node_names()) {
        if (const auto* cmd = world.cmd(name)) return cmd;
    }
    return nullptr;
}

std::vector<Ip6Address> sorted(std::vector<Ip6Address> addresses) {
    std::sort(addresses.begin(), addresses.end());
    return addresses;
}

void agree(const std::string& name,
           const core::CmdSession& cmd,
           const core::MaarSession& maar,
           Findings& found) {
    std::vector<Ip6Address> listed;
    for (const auto& previous : cmd.previous) {
        listed.push_back(previous.anchor.maar);
        if (core::state_name(previous) != "settled") {
            found.push_back(name + ": the CMD still waits for an anchor");
        }
    }
    std::vector<Ip6Address> known;
    for (const auto& anchor : maar.anchors)
        known.push_back(anchor.maar);
    if (sorted(listed) != sorted(known)) {
        found.push_back(name + ": CMD and S-MAAR list other anchors");
    }
    if (cmd.serving.prefixes != maar.own.prefixes) {
        found.push_back(name + ": CMD and S-MAAR have other prefixes");
    }
}

void reach_all(const World& world,
               const MobileHost& host,
               const std::vector<Prefix>& prefixes,
               bool preferred,
               Findings& found) {
    for (const Prefix& prefix : prefixes) {
        const std::string missing = world.reach(host.name, prefix);
        const std::string whose = host.name + ' ' + to_text(prefix) + ": ";
        if (!missing.empty()) found.push_back(whose + missing);
        const auto address = host.addresses.find(prefix);
        if (address == host.addresses.end() || !address->second.valid) {
            found.push_back(whose + "the host has not heard of it");
        } else if (address->second.preferred != preferred) {
            found.push_back(whose + "the host prefers what it should not");
        }
    }
}

void look(const World& world, const core::CmdEngine& cmd, const MobileHost& host, Findings& found) {
    const core::MaarEngine* maar = world.maar(host.at);
    const MnId mn = maar->identify(host.mac);
    const auto session = cmd.sessions().find(mn);
    if (session == cmd.sessions().end()) {
        found.push_back(host.name + ": the CMD does not know it");
        return;
    }
    if (session->second.serving.maar != maar->settings().address) {
        found.push_back(host.name + ": the CMD has it elsewhere");
        return;
    }
    const auto here = maar->sessions().find(mn);
    if (here == maar->sessions().end() || core::state_name(here->second) != "serving") {
        found.push_back(host.name + ": its MAAR does not serve it");
        return;
    }
    agree(host.name, session->second, here->second, found);
    reach_all(world, host, session->second.serving.prefixes.all(), /*preferred=*/true, found);
    for (const core::PreviousAnchor& previous : session->second.previous) {
        reach_all(world, host, previous.anchor.prefixes.all(), /*preferred=*/false, found);
    }
}

}  // namespace

std::vector<std::string> discord(const World& world) {
    Findings found;
    const core::CmdEngine* cmd = cmd_of(world);
    if (cmd == nullptr) return {"there is no CMD"};
    for (const auto& [name, host] : world.hosts()) {
        if (!host.at.empty()) look(world, *cmd, host, found);
    }
    return found;
}

std::vector<std::string> leftovers(const World& world) {
    Findings found;
    for (const std::string& name : world.node_names()) {
        if (const auto* cmd = world.cmd(name)) {
            if (!cmd->sessions().empty()) found.push_back(name + ": a session is left");
            if (cmd->prefix_owners().size() > 0) {
                found.push_back(name + ": an owned prefix is left");
            }
        } else {
            if (!world.maar(name)->sessions().empty()) {
                found.push_back(name + ": a session is left");
            }
            if (!world.kernel(name)->forwarding.empty()) {
                found.push_back(name + ": forwarding is left");
            }
        }
    }
    return found;
}

}  // namespace dmm::test

// The network of scene.h, made of namespaces, veth pairs and bridges by ip(8).
#pragma once

#include <expected>
#include <string>
#include <vector>

namespace dmm::demo {

// What the actor `name` ("maar1", "cmd", "core", "cn", "mn", "guest", "air", "crowd1") is called on
// this host.
class Topology {
public:
    // `crowd`: how many nodes there are besides "mn" and "guest", 0 .. 200; see crowd_name().
    explicit Topology(std::string prefix, int crowd = 0)
        : prefix_(std::move(prefix)), crowd_(crowd) {}

    [[nodiscard]] std::string netns(const std::string& actor) const { return prefix_ + actor; }

    // Makes and connects everything; the nodes' radios stay off. The error says what
    // ip(8) refused.
    [[nodiscard]] std::expected<void, std::string> build() const;

private:
    [[nodiscard]] std::expected<void, std::string> batch(const std::string& actor,
                                                         const std::string& commands) const;
    [[nodiscard]] std::string core_commands() const;
    [[nodiscard]] std::string radio_commands(const std::string& node, std::string_view mac) const;
    [[nodiscard]] std::string air_commands() const;

    // Every actor; "air" is the medium: a bridge per cell, and the far ends of the nodes' radios.
    [[nodiscard]] std::vector<std::string> actors() const;

    std::string prefix_;
    int crowd_;
};

// "crowd1", "crowd2", ...
[[nodiscard]] std::string crowd_name(int number);

// The far end of the node's radio, in the air.
[[nodiscard]] std::string radio_of(const std::string& node);

// The actors on whose kernels nothing may be left behind.
[[nodiscard]] std::vector<std::string> routers();

}  // namespace dmm::demo

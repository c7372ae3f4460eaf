// The network of scene.h, made of namespaces, veth pairs and bridges by ip(8).
#pragma once

#include <expected>
#include <string>
#include <vector>

namespace dmm::demo {

// What the actor `name` ("maar1", "cmd", "core", "cn", "mn", "air") is called on this host.
class Topology {
public:
    explicit Topology(std::string prefix) : prefix_(std::move(prefix)) {}

    [[nodiscard]] std::string netns(const std::string& actor) const { return prefix_ + actor; }

    // Makes and connects everything; the node's radio stays off. The error says what
    // ip(8) refused.
    [[nodiscard]] std::expected<void, std::string> build() const;

private:
    [[nodiscard]] std::expected<void, std::string> batch(const std::string& actor,
                                                         const std::string& commands) const;
    [[nodiscard]] std::string core_commands() const;
    [[nodiscard]] std::string air_commands() const;

    std::string prefix_;
};

// Every actor; "air" is the medium: a bridge per cell, and the far end of the node's radio.
[[nodiscard]] std::vector<std::string> actors();

// The actors on whose kernels nothing may be left behind.
[[nodiscard]] std::vector<std::string> routers();

}  // namespace dmm::demo

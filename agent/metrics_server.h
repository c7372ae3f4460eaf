// GET /metrics over HTTP for a monitoring system, within limits of size, number and time. Nobody is
// waited for: who is slow has one of a few places for some seconds.
#pragma once

#include <chrono>
#include <cstddef>
#include <expected>
#include <functional>
#include <list>
#include <optional>
#include <string>

#include "agent/descriptor.h"
#include "agent/loop.h"
#include "lib/model/settings.h"

namespace dmm::agent {

// For IPv6 alone. The error is errno.
[[nodiscard]] std::expected<Descriptor, int> listen_at(const MetricsSettings& where);

class MetricsServer {
public:
    using Content = std::function<std::string()>;

    // From the connection to the last octet, both ways.
    static constexpr std::chrono::milliseconds kPatience{5000};

    // `loop` must outlive this. `content` is asked for at most once in a second, from within the
    // loop, however many want it.
    MetricsServer(Loop& loop,
                  Descriptor listener,
                  Content content,
                  std::chrono::milliseconds patience = kPatience);

private:
    class Client {
    public:
        Client(MetricsServer& server, Descriptor fd);

        [[nodiscard]] bool closed() const { return closed_; }

    private:
        void on_readable();
        void answer(std::string text);
        void on_late();
        void send_rest();
        void close();

        MetricsServer& server_;
        Descriptor fd_;
        std::string in_;
        std::string out_;
        std::size_t sent_ = 0;   // of `out_`
        bool answered_ = false;  // what still comes is thrown away
        bool closed_ = false;
        IoWatcher readable_;
        IoWatcher writable_;
        Timer deadline_;
    };

    void on_client();
    void sweep();
    [[nodiscard]] const std::string& content();

    Loop& loop_;
    Descriptor listener_;
    Content make_content_;
    std::chrono::milliseconds patience_;
    std::string content_;
    std::optional<SteadyTime> made_;  // `content_` was
    std::list<Client> clients_;
    IoWatcher acceptable_;
    TurnWatcher turn_;
    Timer pause_;
};

}  // namespace dmm::agent

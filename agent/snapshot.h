// What a MAAR knows of its sessions, beside its control socket, so that the next run goes on where
// a crash ended this one. The directory is on a tmpfs (no flash is worn, and a boot, after which
// nothing is forwarded, leaves nothing). Written before what follows from it is sent: a promise
// that left is never forgotten.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/descriptor.h"

namespace dmm::agent {

class Snapshot {
public:
    struct Kept {
        std::uint32_t restart_counter = 0;
        std::vector<std::string> records;  // by name of the node
    };

    // Where it is, by the path of the control socket.
    [[nodiscard]] static std::string path_beside(const std::string& control_socket);

    // What an earlier run of the same `origin` (instance, address, boot) left at `path`; nullopt
    // if none did. What is damaged or another's is set aside as PATH.refused; the error says so.
    [[nodiscard]] static std::expected<std::optional<Kept>, std::string> read(
        const std::string& path, const std::string& origin);

    Snapshot(std::string path, const std::string& origin, std::uint32_t restart_counter);

    // The session's record as it is now; nullopt: there is nothing to keep of it.
    void put(const std::string& mn, const std::optional<std::string>& record);
    // Writes what has changed since the last call. When that is not possible any more: why, once.
    [[nodiscard]] std::optional<std::string> flush();
    // The next run shall find nothing.
    void discard();

private:
    // The whole of it, in place of what is there.
    [[nodiscard]] int rewrite();
    [[nodiscard]] int append();

    std::string path_;
    std::string head_;
    Descriptor fd_;
    std::map<std::string, std::string> live_;  // name -> record
    std::size_t live_octets_ = 0;
    std::size_t file_octets_ = 0;
    std::string pending_;
    bool ended_ = false;
};

}  // namespace dmm::agent

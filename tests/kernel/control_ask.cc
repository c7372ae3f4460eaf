// A client of the control socket, as plain as can be:
//   control_ask SOCKET [deaf]
// sends its standard input and prints what comes back until the daemon closes. A deaf one
// never reads.
#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <string_view>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "agent/descriptor.h"

namespace {

using dmm::agent::Descriptor;

Descriptor connect_to(std::string_view path) {
    sockaddr_un to{.sun_family = AF_UNIX, .sun_path = {}};
    if (path.size() >= sizeof to.sun_path) return {};
    std::copy(path.begin(), path.end(), std::begin(to.sun_path));
    Descriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!fd || ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
        return {};
    }
    return fd;
}

// Copies what is there; false at the end.
bool copy_some(int from, int to) {
    std::array<char, 4096> octets{};
    const ssize_t size = ::read(from, octets.data(), octets.size());
    return size > 0 && ::write(to, octets.data(), static_cast<std::size_t>(size)) == size;
}

void talk(int daemon, bool deaf) {
    std::array<pollfd, 2> ready{
        {{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0},
         {.fd = daemon, .events = static_cast<short>(deaf ? 0 : POLLIN), .revents = 0}}};
    while (::poll(ready.data(), ready.size(), /*timeout=*/-1) > 0) {
        if (ready[0].revents != 0 && !copy_some(STDIN_FILENO, daemon)) {
            ::shutdown(daemon, SHUT_WR);
            ready[0].fd = -1;  // poll() passes over it
        }
        if (ready[1].revents != 0 && (deaf || !copy_some(daemon, STDOUT_FILENO))) return;
    }
}

}  // namespace

int main(int argc, char** argv) {
    static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
    const bool deaf = argc == 3 && std::string_view(argv[2]) == "deaf";
    if (argc != 2 && !deaf) {
        std::cerr << "usage: control_ask SOCKET [deaf]\n";
        return 2;
    }
    const Descriptor fd = connect_to(argv[1]);
    if (!fd) {
        std::perror("control_ask");
        return EXIT_FAILURE;
    }
    talk(fd.get(), deaf);
    return EXIT_SUCCESS;
}

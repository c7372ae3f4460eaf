// A file descriptor with one owner.
#pragma once

#include <utility>

#include <unistd.h>

namespace dmm::demo {

class Descriptor {
public:
    Descriptor() = default;

    explicit Descriptor(int fd) : fd_(fd) {}

    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }

    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    ~Descriptor() { reset(); }

    [[nodiscard]] int get() const { return fd_; }

    [[nodiscard]] bool valid() const { return fd_ >= 0; }

    void reset() {
        if (fd_ >= 0) (void)::close(fd_);  // nothing can be done about a failed close
        fd_ = -1;
    }

private:
    int fd_ = -1;
};

}  // namespace dmm::demo

// An optional that is hardly ever there: absent, it takes a pointer and no more.
#pragma once

#include <memory>
#include <utility>

namespace dmm::core {

template <typename T>
class Rare {
public:
    Rare() = default;

    Rare& operator=(T value) {
        value_ = std::make_unique<T>(std::move(value));
        return *this;
    }

    template <typename... Args>
    T& emplace(Args&&... args) {
        value_ = std::make_unique<T>(std::forward<Args>(args)...);
        return *value_;
    }

    void reset() { value_.reset(); }

    [[nodiscard]] explicit operator bool() const { return value_ != nullptr; }

    [[nodiscard]] T& operator*() { return *value_; }

    [[nodiscard]] const T& operator*() const { return *value_; }

    [[nodiscard]] T* operator->() { return value_.get(); }

    [[nodiscard]] const T* operator->() const { return value_.get(); }

private:
    std::unique_ptr<T> value_;
};

}  // namespace dmm::core

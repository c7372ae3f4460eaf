#include "lib/core/deadline_heap.h"

#include <algorithm>

#include "lib/base/assert.h"

namespace dmm::core {
namespace {

constexpr std::size_t kChildren = 4;

constexpr std::size_t parent_of(std::size_t index) {
    return (index - 1) / kChildren;
}

}  // namespace

void DeadlineHeap::set(Serial serial, std::optional<SteadyTime> at) {
    const std::size_t slot = slot_of(serial).value;
    if (slot >= places_.size()) {
        if (!at) return;
        places_.resize(slot + 1);
    }
    const std::size_t place = places_[slot];
    if (place == 0) {
        if (!at) return;
        heap_.emplace_back();
        rise(heap_.size() - 1, {.at = *at, .serial = serial});
        return;
    }
    const Entry known = heap_[place - 1];
    DMM_ASSERT(known.serial == serial);
    if (!at) {
        places_[slot] = 0;
        remove(place - 1);
    } else if (*at < known.at) {
        rise(place - 1, {.at = *at, .serial = serial});
    } else if (*at > known.at) {
        sink(place - 1, {.at = *at, .serial = serial});
    }
}

std::optional<SteadyTime> DeadlineHeap::next() const {
    if (heap_.empty()) return std::nullopt;
    return heap_.front().at;
}

std::vector<Serial> DeadlineHeap::take_due(SteadyTime now) {
    std::vector<Serial> due;
    while (!heap_.empty() && heap_.front().at <= now) {
        due.push_back(heap_.front().serial);
        places_[slot_of(due.back()).value] = 0;
        remove(0);
    }
    return due;
}

void DeadlineHeap::put(std::size_t index, const Entry& entry) {
    heap_[index] = entry;
    places_[slot_of(entry.serial).value] = static_cast<std::uint32_t>(index + 1);
}

void DeadlineHeap::rise(std::size_t index, const Entry& entry) {
    while (index > 0 && entry < heap_[parent_of(index)]) {
        put(index, heap_[parent_of(index)]);
        index = parent_of(index);
    }
    put(index, entry);
}

void DeadlineHeap::sink(std::size_t index, const Entry& entry) {
    for (;;) {
        const std::size_t first = index * kChildren + 1;
        if (first >= heap_.size()) break;
        const std::size_t end = std::min(first + kChildren, heap_.size());
        std::size_t least = first;
        for (std::size_t child = first + 1; child < end; ++child) {
            if (heap_[child] < heap_[least]) least = child;
        }
        if (entry < heap_[least]) break;
        put(index, heap_[least]);
        index = least;
    }
    put(index, entry);
}

// The last entry takes the place that has become free.
void DeadlineHeap::remove(std::size_t index) {
    const Entry last = heap_.back();
    heap_.pop_back();
    if (index == heap_.size()) return;
    if (index > 0 && last < heap_[parent_of(index)])
        rise(index, last);
    else
        sink(index, last);
}

}  // namespace dmm::core

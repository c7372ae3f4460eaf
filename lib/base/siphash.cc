#include "lib/base/siphash.h"

#include <bit>
#include <cstddef>

namespace dmm {
namespace {

class State {
public:
    explicit State(const HashKey& key)
        : a_(key.first ^ 0x736f6d6570736575ULL),
          b_(key.second ^ 0x646f72616e646f6dULL),
          c_(key.first ^ 0x6c7967656e657261ULL),
          d_(key.second ^ 0x7465646279746573ULL) {}

    void take(std::uint64_t word) {
        d_ ^= word;
        round();
        round();
        a_ ^= word;
    }

    // `rest`: what is left of the message, fewer than eight octets.
    std::uint64_t finish(std::uint64_t length, std::uint64_t rest) {
        take(length << 56U | rest);
        c_ ^= 0xff;
        for (int i = 0; i < 4; ++i)
            round();
        return a_ ^ b_ ^ c_ ^ d_;
    }

private:
    void round() {
        a_ += b_;
        b_ = std::rotl(b_, 13) ^ a_;
        a_ = std::rotl(a_, 32);
        c_ += d_;
        d_ = std::rotl(d_, 16) ^ c_;
        a_ += d_;
        d_ = std::rotl(d_, 21) ^ a_;
        c_ += b_;
        b_ = std::rotl(b_, 17) ^ c_;
        c_ = std::rotl(c_, 32);
    }

    std::uint64_t a_;
    std::uint64_t b_;
    std::uint64_t c_;
    std::uint64_t d_;
};

// Little-endian, on every machine.
std::uint64_t word_of(ByteView octets) {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < octets.size(); ++i)
        word |= std::uint64_t{octets[i]} << (8 * i);
    return word;
}

}  // namespace

std::uint64_t siphash(const HashKey& key, ByteView message) {
    State s(key);
    const std::uint64_t length = message.size();
    while (message.size() >= 8) {
        s.take(word_of(message.first<8>()));
        message = message.subspan(8);
    }
    return s.finish(length, word_of(message));
}

}  // namespace dmm

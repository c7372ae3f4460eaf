// Values -> nfnetlink messages, and elements back. Several messages between a begin and an end
// are one transaction: the kernel does all of it at one moment, or nothing. All is of family ip6.
// Tried on 6.1 and 6.18.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/bytes.h"
#include "lib/kernel/netlink_parser.h"
#include "lib/kernel/nft_values.h"

namespace dmm::kernel {

// One transaction on one table.
class NftBatch {
public:
    NftBatch(std::string table, std::uint32_t first_sequence);

    // Finds the table where there is one already. The comment is its mark.
    void add_table(std::string_view comment);
    void delete_table();
    void add(const NftSet& set);
    void add(const NftChain& chain);
    void add(const NftRule& rule);
    void add_elements(std::string_view set, const std::vector<Bytes>& keys);
    void delete_elements(std::string_view set, const std::vector<Bytes>& keys);

    // Writes the end. The last message before it asks for the acknowledgement, the only one there
    // is when all goes well. False if something did not fit into a message.
    [[nodiscard]] bool finish();

    [[nodiscard]] const Bytes& bytes() const { return bytes_; }

    [[nodiscard]] std::uint32_t first_sequence() const { return first_; }

    // Of the message that is acknowledged.
    [[nodiscard]] std::uint32_t last_sequence() const { return next_ - 1; }

    [[nodiscard]] std::uint32_t next_sequence() const { return next_ + 1; }

private:
    template <typename Fill>
    void message(std::uint16_t type, std::uint16_t flags, const Fill& fill);
    void elements(std::uint16_t type,
                  std::uint16_t flags,
                  std::string_view set,
                  const std::vector<Bytes>& keys);
    void frame(std::uint16_t type, std::uint32_t sequence);

    std::string table_;
    std::uint32_t first_;
    std::uint32_t next_;
    std::uint32_t sets_ = 0;
    std::size_t last_start_ = 0;
    bool sound_ = true;
    Bytes bytes_;
};

[[nodiscard]] Bytes encode_table_query(std::string_view table, std::uint32_t sequence);
[[nodiscard]] Bytes encode_element_dump(std::string_view table,
                                        std::string_view set,
                                        std::uint32_t sequence);

struct NftTableRecord {
    std::uint64_t handle = 0;  // another one when the table was made anew
    std::string comment;
};

// nullopt if malformed.
[[nodiscard]] std::optional<NftTableRecord> decode_table(ByteView payload);

struct NftElement {
    ByteView key;
    std::uint64_t packets = 0;  // 0 where the set does not count
    std::uint64_t octets = 0;
};

// Hands the elements of one part of a dump to `visit`, up to the first that is malformed.
void decode_elements(ByteView payload, const std::function<void(const NftElement&)>& visit);

}  // namespace dmm::kernel

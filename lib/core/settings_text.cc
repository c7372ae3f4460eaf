#include "lib/core/settings_text.h"

#include <concepts>
#include <type_traits>
#include <utility>

#include "lib/base/text.h"
#include "lib/core/settings_fields.h"
#include "lib/model/limits.h"

namespace dmm::core {
namespace {

// --- single values

template <typename T>
std::string value_text(const T& value) {
    if constexpr (std::same_as<T, std::string>) {
        return value;
    } else if constexpr (std::same_as<T, AccessLink>) {
        return value.name;
    } else if constexpr (std::same_as<T, bool>) {
        return value ? "yes" : "no";
    } else if constexpr (std::unsigned_integral<T>) {
        return std::to_string(value);
    } else if constexpr (std::is_enum_v<T>) {
        return std::string(name_of(value));
    } else {
        return to_text(value);
    }
}

bool read_value(std::string_view text, std::string& into) {
    into = text;
    return true;
}

bool read_value(std::string_view text, AccessLink& into) {
    into.name = text;
    return true;
}

bool read_value(std::string_view text, bool& into) {
    into = text == "yes";
    return into || text == "no";
}

template <typename T>
bool take(std::optional<T> read, T& into) {
    if (!read) return false;
    into = std::move(*read);
    return true;
}

template <std::unsigned_integral T>
bool read_value(std::string_view text, T& into) {
    return take(parse_number<T>(text), into);
}

template <typename Rep, typename Period>
bool read_value(std::string_view text, std::chrono::duration<Rep, Period>& into) {
    using Unit = std::chrono::duration<Rep, Period>;
    // Beyond what any setting may be, and far from where sums overflow.
    constexpr Duration kMost = std::chrono::hours(24 * 366);
    const auto read = parse_duration(text);
    if (!read || *read < Duration{} || *read > kMost) return false;
    into = std::chrono::duration_cast<Unit>(*read);
    return Duration(into) == *read;
}

bool read_value(std::string_view text, Ip6Address& into) {
    return take(Ip6Address::parse(text), into);
}

bool read_value(std::string_view text, Prefix& into) {
    return take(Prefix::parse(text), into);
}

bool read_value(std::string_view text, LinkLayerAddress& into) {
    return take(LinkLayerAddress::parse(text), into);
}

bool read_value(std::string_view text, MnId& into) {
    return take(parse_mn_id(text), into);
}

bool read_value(std::string_view text, DomainMode& into) {
    return take(parse_domain_mode(text), into);
}

bool read_value(std::string_view text, Mobility& into) {
    return take(parse_mobility(text), into);
}

bool read_value(std::string_view text, SourceCheck& into) {
    return take(parse_source_check(text), into);
}

bool read_value(std::string_view text, OnExit& into) {
    return take(parse_on_exit(text), into);
}

bool read_value(std::string_view text, Encap& into) {
    return take(parse_encap(text), into);
}

bool read_value(std::string_view text, Uplinks& into) {
    return take(parse_uplinks(text), into);
}

// --- fields

class Writer {
public:
    explicit Writer(std::string_view role) : line_(role) {}

    template <typename T>
    void operator()(std::string_view key, const T& field) {
        line_.add(key, value_text(field));
    }

    template <typename T>
    void operator()(std::string_view key, const std::optional<T>& field) {
        if (field) (*this)(key, *field);
    }

    template <typename T>
    void operator()(std::string_view key, const std::vector<T>& list) {
        for (const T& element : list)
            (*this)(key, element);
    }

    void operator()(std::string_view /*key*/, const MaarPeer& peer) { for_each_field(peer, *this); }

    template <typename K, typename V>
    void operator()(std::string_view key, const std::map<K, V>& table) {
        for (const auto& [name, value] : table) {
            (*this)(key, name);
            (*this)("is", value);
        }
    }

    [[nodiscard]] std::string str() && { return std::move(line_).str(); }

private:
    Line line_;
};

// Takes the words from the left: a table of nodes may be long.
class Reader {
public:
    explicit Reader(std::span<const std::string> words) : rest_(words) {}

    template <typename T>
    void operator()(std::string_view key, T& field) {
        const auto value = take(key);
        if (!value || !read_value(*value, field)) good_ = false;
    }

    template <typename T>
    void operator()(std::string_view key, std::optional<T>& field) {
        if (is_next(key)) (*this)(key, field.emplace());
    }

    template <typename T>
    void operator()(std::string_view key, std::vector<T>& list) {
        while (good_ && is_next(key))
            (*this)(key, list.emplace_back());
    }

    void operator()(std::string_view /*key*/, std::vector<MaarPeer>& peers) {
        while (good_ && is_next("maar"))
            for_each_field(peers.emplace_back(), *this);
    }

    // In the order of their keys, as they were written.
    template <typename K, typename V>
    void operator()(std::string_view key, std::map<K, V>& table) {
        while (good_ && is_next(key)) {
            K name;
            V value{};
            (*this)(key, name);
            (*this)("is", value);
            const bool in_order = table.empty() || table.rbegin()->first < name;
            if (!in_order) good_ = false;
            table.insert_or_assign(std::move(name), std::move(value));
        }
    }

    [[nodiscard]] bool finished() const { return good_ && rest_.empty(); }

private:
    [[nodiscard]] bool is_next(std::string_view key) const {
        return !rest_.empty() && rest_.front().starts_with(key) &&
               rest_.front().size() > key.size() && rest_.front()[key.size()] == '=';
    }

    std::optional<std::string_view> take(std::string_view key) {
        if (!is_next(key)) return std::nullopt;
        const std::string_view value = std::string_view(rest_.front()).substr(key.size() + 1);
        rest_ = rest_.subspan(1);
        return value;
    }

    std::span<const std::string> rest_;
    bool good_ = true;
};

// Without these an engine could not work.
bool is_usable(const ProtocolSettings& protocol) {
    constexpr std::uint32_t kMost = 1'000'000;
    return protocol.pbu_rate >= 1 && protocol.pbu_rate <= kMost && protocol.pbu_burst >= 1 &&
           protocol.pbu_burst <= kMost && protocol.initial_bindack_timeout > milliseconds(0);
}

bool is_usable(const MaarSettings& maar) {
    return is_usable(maar.protocol) && maar.pool.length() <= 64 &&
           maar.advert.interval > seconds(0);
}

bool is_usable(const CmdSettings& cmd) {
    return is_usable(cmd.protocol) && cmd.max_previous_maars <= limits::kPreviousMaars;
}

template <typename S>
std::optional<RoleSettings> parse(std::span<const std::string> words) {
    S settings;
    Reader reader(words);
    for_each_field(settings, reader);
    if (!reader.finished() || !is_usable(settings)) return std::nullopt;
    return settings;
}

}  // namespace

std::string settings_text(const RoleSettings& settings) {
    const auto write = [](std::string_view role, const auto& known) {
        Writer writer(role);
        for_each_field(known, writer);
        return std::move(writer).str();
    };
    const auto* maar = std::get_if<MaarSettings>(&settings);
    return maar != nullptr ? write("maar", *maar) : write("cmd", std::get<CmdSettings>(settings));
}

std::optional<RoleSettings> parse_settings(std::span<const std::string> words) {
    if (words.empty()) return std::nullopt;
    if (words.front() == "maar") return parse<MaarSettings>(words.subspan(1));
    if (words.front() == "cmd") return parse<CmdSettings>(words.subspan(1));
    return std::nullopt;
}

}  // namespace dmm::core

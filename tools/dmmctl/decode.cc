#include "tools/dmmctl/decode.h"

#include <algorithm>
#include <cctype>
#include <expected>
#include <fstream>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "lib/base/text.h"
#include "lib/wire/decode.h"
#include "lib/wire/option_table.h"
#include "lib/wire/text.h"
#include "tools/dmmctl/decode_json.h"

namespace dmm::dmmctl {
namespace {

constexpr std::string_view kUsage =
    "dmmctl decode: usage: dmmctl decode [--json] [--hex] --src ADDR --dst ADDR FILE";

// No Mobility Header comes near it, in hex and with blanks neither.
constexpr std::size_t kMostInput = 65'536;

struct Request {
    bool json = false;
    bool hex = false;
    wire::Addresses addresses;
    std::string file;  // "-" is standard input
};

// Words of the command line, read from the left; the error is the one line for the user.
class ArgumentReader {
public:
    explicit ArgumentReader(std::span<const std::string> arguments) : rest_(arguments) {}

    [[nodiscard]] std::expected<Request, std::string> read() {
        while (!rest_.empty()) {
            if (auto problem = read_one()) return std::unexpected(std::move(*problem));
        }
        if (!source_ || !destination_ || !file_) return std::unexpected(std::string(kUsage));
        request_.addresses = {.source = *source_, .destination = *destination_};
        request_.file = *file_;
        return std::move(request_);
    }

private:
    using Problem = std::optional<std::string>;

    Problem read_one() {
        const std::string& word = next();
        if (word == "--json") {
            request_.json = true;
        } else if (word == "--hex") {
            request_.hex = true;
        } else if (word == "--src") {
            return read_address(word, source_);
        } else if (word == "--dst") {
            return read_address(word, destination_);
        } else if ((word.starts_with('-') && word != "-") || file_) {
            return std::string(kUsage);
        } else {
            file_ = word;
        }
        return std::nullopt;
    }

    Problem read_address(const std::string& option, std::optional<Ip6Address>& out) {
        if (rest_.empty()) return std::string(kUsage);
        const std::string& word = next();
        out = Ip6Address::parse(word);
        if (out) return std::nullopt;
        return "dmmctl decode: " + option + ": \"" + word +
               "\" is not an IPv6 address; give one like 2001:db8::1";
    }

    const std::string& next() {
        const std::string& word = rest_.front();
        rest_ = rest_.subspan(1);
        return word;
    }

    std::span<const std::string> rest_;
    Request request_;
    std::optional<Ip6Address> source_;
    std::optional<Ip6Address> destination_;
    std::optional<std::string> file_;
};

std::expected<std::string, std::string> read_stream(std::istream& in) {
    std::string input(kMostInput + 1, '\0');
    in.read(input.data(), static_cast<std::streamsize>(input.size()));
    if (in.bad() || !in.eof()) {
        if (in.gcount() == static_cast<std::streamsize>(input.size())) {
            return std::unexpected("longer than any Mobility Header");
        }
        return std::unexpected("cannot be read");
    }
    input.resize(static_cast<std::size_t>(in.gcount()));
    return input;
}

std::expected<std::string, std::string> read_input(const std::string& file, std::istream& in) {
    if (file == "-") return read_stream(in);
    std::ifstream stream(file, std::ios::binary);
    if (!stream) return std::unexpected("cannot be opened");
    return read_stream(stream);
}

std::expected<Bytes, std::string> octets_of(std::string input, bool hex) {
    if (!hex) return Bytes(input.begin(), input.end());
    std::erase_if(input, [](unsigned char c) { return std::isspace(c) != 0; });
    auto bytes = parse_hex(input);
    if (!bytes) return std::unexpected("not an even number of hex digits");
    return std::move(*bytes);
}

std::string padded(std::string text, std::size_t width) {
    if (text.size() < width) text.append(width - text.size(), ' ');
    return text;
}

std::string hex_number(std::uint16_t value) {
    Writer out;
    out.u16(value);
    return "0x" + to_hex(out.view());
}

// The fixed part as in the text form, that is, without options.
std::string fixed_part_text(wire::Message message) {
    std::visit(
        [](auto& m) {
            if constexpr (requires { m.options; }) m.options.clear();
        },
        message);
    return to_text(message);
}

void print_text(const wire::Decoded& decoded, ByteView bytes, std::ostream& out) {
    out << wire::mh_type_name(decoded.header.type) << ", " << bytes.size() << " octets, checksum "
        << hex_number(decoded.header.checksum) << '\n'
        << fixed_part_text(decoded.message) << '\n';
    const wire::Options* options = options_of(decoded.message);
    for (const wire::Placed& placed : decoded.layout) {
        const bool padding = placed.type == wire::kPad1 || placed.type == wire::kPadN;
        out << padded(std::to_string(placed.offset), 6)
            << padded(std::string(wire::name_of(placed.type)), 26)
            << (padding || options == nullptr ? std::to_string(placed.total) + " octets"
                                              : option_text((*options)[placed.option]))
            << '\n';
    }
}

}  // namespace

int decode_command(std::span<const std::string> arguments,
                   std::istream& in,
                   std::ostream& out,
                   std::ostream& err) {
    const auto request = ArgumentReader(arguments).read();
    if (!request) {
        err << request.error() << '\n';
        return 2;
    }
    const auto fail = [&](const std::string& text) {
        err << "dmmctl decode: " << (request->file == "-" ? "standard input" : request->file)
            << ": " << text << '\n';
        return 1;
    };
    auto input = read_input(request->file, in);
    if (!input) return fail(input.error());
    const auto bytes = octets_of(std::move(*input), request->hex);
    if (!bytes) return fail(bytes.error());

    const auto decoded = wire::decode(*bytes, request->addresses);
    if (!decoded) {
        if (!request->json) return fail(to_text(decoded.error()));
        out << to_json(decoded.error()) << '\n';
        return 1;
    }
    if (request->json) {
        out << to_json(*decoded, *bytes) << '\n';
    } else {
        print_text(*decoded, *bytes, out);
    }
    return 0;
}

}  // namespace dmm::dmmctl

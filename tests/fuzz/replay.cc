// Runs a fuzz target on known inputs, without a fuzzer: each argument is a file, or a folder
// whose files are taken in the order of their names. Ends with how many there were; a finding
// aborts, with the name of its input as the last line before.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Paths = std::vector<std::filesystem::path>;

// False if `argument` is neither file nor folder.
bool collect(const std::string& argument, Paths& out) {
    std::error_code error;
    if (std::filesystem::is_regular_file(argument, error)) {
        out.emplace_back(argument);
        return true;
    }
    if (!std::filesystem::is_directory(argument, error)) return false;
    Paths found;
    for (const auto& entry : std::filesystem::directory_iterator(argument, error)) {
        if (entry.is_regular_file(error)) found.push_back(entry.path());
    }
    std::sort(found.begin(), found.end());
    out.insert(out.end(), found.begin(), found.end());
    return true;
}

bool replay(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream contents;
    contents << in.rdbuf();
    if (!in) return false;
    const std::string text = contents.str();
    // A buffer of exactly that size, so that a sanitizer sees a read past its end.
    const std::vector<std::uint8_t> input(text.begin(), text.end());
    std::cerr << path.string() << '\n';
    LLVMFuzzerTestOneInput(input.data(), input.size());
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    Paths paths;
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    for (const std::string& argument : arguments) {
        if (!collect(argument, paths)) {
            std::cerr << "replay: " << argument << ": neither a file nor a folder\n";
            return 2;
        }
    }
    for (const auto& path : paths) {
        if (!replay(path)) {
            std::cerr << "replay: " << path.string() << ": cannot be read\n";
            return 1;
        }
    }
    std::cout << paths.size() << " inputs replayed\n";
    return paths.empty() ? 1 : 0;
}

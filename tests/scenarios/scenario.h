// A scenario file: commands that drive a small domain, and the transcript of what it did.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/support/world.h"

namespace dmm::test {

class Scenario {
public:
    explicit Scenario(std::vector<std::string> lines);

    // False at the first command that fails; `error` says why.
    bool run();

    std::vector<std::string> output;  // the script with its transcript as it was now
    std::string error;

private:
    bool execute(const std::vector<std::string>& words);
    bool node(const std::vector<std::string>& words);
    bool add_cmd(const std::vector<std::string>& words, CmdSettings settings);
    bool add_maar(const std::vector<std::string>& words, MaarSettings settings);
    bool host(const std::vector<std::string>& words);
    bool moves(const std::vector<std::string>& words);
    bool event(const std::vector<std::string>& words);
    bool lose(const std::vector<std::string>& words);
    bool decide(const std::vector<std::string>& words);
    bool cut(const std::vector<std::string>& words);
    bool clock(const std::vector<std::string>& words);
    bool crash(const std::vector<std::string>& words);
    bool kernel(const std::vector<std::string>& words);
    bool let_run(const std::vector<std::string>& words);
    bool expect(const std::vector<std::string>& words);

    void hear(const std::string& line);

    bool fail(const std::string& why) {
        error = why;
        return false;
    }

    std::vector<std::string> lines_;
    std::vector<std::string> heard_;
    std::map<std::string, std::string> sent_;  // the last message of each node
    std::uint64_t highest_maar_ = 0;
    World world_;
};

}  // namespace dmm::test

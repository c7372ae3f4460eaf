// dmmreplay: does a recorded run of dmmd go the same way again? All of it is in command.cc.
#include <iostream>
#include <string>
#include <vector>

#include "tools/dmmreplay/command.h"

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
    return dmm::dmmreplay::run(words, {.in = std::cin, .out = std::cout, .err = std::cerr});
}

// dmmctl: asks a dmmd and orders it. All of it is in commands.cc.
#include <iostream>
#include <string>
#include <vector>

#include "tools/dmmctl/commands.h"

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
    return dmm::dmmctl::run(words, {.in = std::cin, .out = std::cout, .err = std::cerr});
}

#!/bin/bash
# The build for flash memory is as small as it has to be, and gives up nothing for it that the
# release build has: it is hardened, out of range ends it, so does the lack of memory, and it has
# the same words for the same input.
#
#   tests/size/small_test.sh SMALL RELEASE      folders with the programs and SMALL's file `flags`
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
# shellcheck source=tests/support/count.sh
source tests/support/count.sh
small=$1 release=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
ulimit -c 0

test_size() {
    local figures status
    figures=$(tools/size "$small")
    status=$?
    # tests/run shows these lines also when all is well.
    echo "figure: ${figures//$'\n'/$'\n'figure: }"
    equal "the programs keep to their goals" 0 "$status"
}

test_hardening() { # PROGRAM
    local dynamic segments
    dynamic=$(readelf -dW "$small/$1")
    segments=$(readelf -lW "$small/$1")
    contains "$1 can be loaded anywhere" "PIE" "$dynamic"
    contains "$1 binds all symbols at its start" "NOW" "$dynamic"
    contains "$1 has what is relocated read-only" "GNU_RELRO" "$segments"
    equal "$1 runs nothing on its stack" "" "$(grep GNU_STACK <<<"$segments" | grep 'RWE')"
    contains "$1 guards its stack" "__stack_chk_fail" "$(nm -D -u "$small/$1")"
}

# With the very flags of the build, one use of a container: `index`, the number of words, is what
# the compiler cannot know.
compile() { # STATEMENTS
    cat >"$scratch/use.cc" <<CODE
#include <expected>
#include <optional>
#include <span>
#include <string_view>
#include <vector>
int main(int words, char** /*all*/) {
    const auto index = static_cast<std::size_t>(words);
    $1
}
CODE
    local flags
    flags=$(<"$small/flags")
    eval "$flags -o '$scratch/use' '$scratch/use.cc'"
}

# Its end by a trap: SIGILL or, on other machines, SIGTRAP.
traps() { # COMMAND...
    "$@" 2>/dev/null
    local status=$?
    ((status == 128 + $(kill -l ILL) || status == 128 + $(kill -l TRAP))) ||
        { echo "ended with status $status"; return 1; }
}

test_range() {
    check "an index in a vector is compiled" compile 'return std::vector<int>{0, 0, 7}[index];'
    check "one within it is taken" "$scratch/use"
    check "one beyond it ends the program" traps "$scratch/use" 2 3
    check "an index in a span is compiled" compile \
        'const int all[]{0, 0}; return std::span<const int>(all)[index];'
    check "one beyond it ends the program" traps "$scratch/use" 2
    check "an index in a text is compiled" compile \
        'return std::string_view("a")[index] == 0 ? 1 : 0;'
    check "one beyond it ends the program" traps "$scratch/use" 2
    check "an optional is compiled" compile \
        'return *(index == 1 ? std::optional<int>(0) : std::nullopt);'
    check "a full one is read" "$scratch/use"
    check "to read an empty one ends the program" traps "$scratch/use" 2
    check "an expected is compiled" compile \
        'using Result = std::expected<int, int>;
         return *(index == 1 ? Result(0) : Result(std::unexpect, 1));'
    check "to read an error as a value ends the program" traps "$scratch/use" 2
}

# Nothing can unwind this build; what the library throws must end it at once and with a word.
test_memory() {
    local words
    { printf '{"hooks":[[]'; yes ',[]' | head -n 600000; echo ']}'; } >"$scratch/large.json"
    words=$( (ulimit -v 40000; exec "$small/dmmd" --check-config "$scratch/large.json") 2>&1; echo "status $?")
    contains "without memory it says so" "bad_alloc" "$words"
    contains "without memory it aborts" "status $((128 + $(kill -l ABRT)))" "$words"
}

same() { # PROGRAM WORD...: both builds end alike and with the same words
    local one other
    one=$("$small/$1" "${@:2}" 2>&1; echo "status $?")
    other=$("$release/$1" "${@:2}" 2>&1; echo "status $?")
    if [[ $one == "$other" && $one =~ status\ [0-9]$ ]]; then
        pass "$1 ${*:2}"
    else
        fail "$1 ${*:2}" "small: $one"$'\n'"release: $other"
    fi
}

test_words() {
    local file
    for file in tools/examples/*.json tests/fuzz/corpus/config/*; do
        same dmmd --check-config "$file"
    done
    for file in tests/golden/*.bin; do
        same dmmctl decode --json --src 2001:db8:1::1 --dst 2001:db8:ffff::c0 "$file"
    done
    same dmmctl show nowhere
}

test_size
for program in dmmd dmmctl; do test_hardening $program; done
test_range
test_memory
test_words
closing_line

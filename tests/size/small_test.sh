#!/bin/bash
# The build for flash memory is as small as it has to be, and gives up nothing for it that the
# release build has: the lack of memory ends it, and it has the same words for the same input.
#
#   tests/size/small_test.sh SMALL RELEASE      folders with the programs
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
test_memory
test_words
closing_line

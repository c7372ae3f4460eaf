#!/bin/bash
# Every header stands alone. One that its own .cc includes first is shown to by every build, so that
# order is what is looked at; each of the others is compiled by itself.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1

failures=$(mktemp -d)
trap 'rm -rf "$failures"' EXIT
count=0 alone=()
while IFS= read -r header; do
    count=$((count + 1))
    source=${header%.h}.cc
    if ! grep -q '^#pragma once$' "$header"; then
        echo "$header: has no '#pragma once'" | tee "$failures/$count"
    elif [[ ! -e $source ]]; then
        alone+=("$header")
    elif [[ $(grep -m 1 '^#include' "$source") != "#include \"$header\"" ]]; then
        echo "$source: includes something before its own header" | tee "$failures/$count"
    fi
done < <(find lib agent tools tests -name '*.h' | sort)

# shellcheck disable=SC2016  # The inner shell expands it.
((${#alone[@]} == 0)) || printf '%s\0' "${alone[@]}" | FAILURES=$failures xargs -0 -P "$(nproc)" -n 1 bash -c '
    if ! output=$(echo "#include \"$1\"" | "${CXX:-g++}" -std=c++23 -I. -DDMM_VERSION="\"0\"" -Wall -Wextra \
        -fsyntax-only -x c++ - 2>&1); then
        printf "%s: does not stand alone:\n%s\n" "$1" "$output" | head -n 12 | tee "$FAILURES/alone.$$"
    fi' bash

failed=$(find "$failures" -type f | wc -l)
echo "$((count - failed)) passed, $failed failed"
((failed == 0 && count > 0))

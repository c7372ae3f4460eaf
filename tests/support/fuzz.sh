#!/bin/bash
# Lets each fuzz target look for a while; new inputs gather in the build folder, so that the next
# look goes on from there. An input that breaks a target is named, and kept.
#
#   tests/support/fuzz.sh FOLDER SECONDS NAME...      FOLDER holds the programs fuzz-NAME
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
# shellcheck source=tests/support/count.sh
source tests/support/count.sh
folder=$1 seconds=$2
shift 2

for name in "$@"; do
    mkdir -p "$folder/corpus/$name" "$folder/broken"
    echo "== $name, $seconds s"
    # One input may take 10 s and 1 GB at most; a target that hangs is a finding too.
    timeout -k 10 $((seconds + 120)) "$folder/fuzz-$name" -max_total_time="$seconds" -timeout=10 \
        -rss_limit_mb=1024 -max_len=4096 -verbosity=1 -print_final_stats=1 \
        -artifact_prefix="$folder/broken/$name-" "$folder/corpus/$name" "tests/fuzz/corpus/$name" \
        >"$folder/$name.log" 2>&1
    status=$?
    grep -E '^stat::(number_of_executed_units|average_exec|new_units)|cov: ' "$folder/$name.log" | tail -n 4
    if ((status == 0)); then
        pass "$name"
    else
        fail "$name" "$(tail -n 40 "$folder/$name.log")"
    fi
done
closing_line

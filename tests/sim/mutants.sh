#!/bin/bash
# Wakes each fault of lib/core/mutant.h in turn and says who sees it: which scenario, and in which
# mode and after how many seeds the simulator. First the program as it is, which nobody may blame.
#
#   tests/sim/mutants.sh FOLDER SEEDS [MUTANT...]     FOLDER holds the programs of BUILD=mutants
#
# A fault that nobody sees is a failure. A world that takes too long counts as seen.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
# shellcheck source=tests/support/count.sh
source tests/support/count.sh
folder=$1 seeds=$2
shift 2
modes=(proxy relay locator)
scenario_seconds=60 simulator_seconds=120
logs=$folder/mutants
mkdir -p "$logs"

# Both print nothing when all is well, and else what they found in a few words.
scenario_finding() { # NAME [OPTION...]: the first scenario that fails, and how many do
    local log=$logs/$1.scenarios status first
    timeout -k 5 "$scenario_seconds" "$folder/scenario-tests" "${@:2}" tests/scenarios/*.dmm >"$log" 2>&1
    status=$?
    ((status != 0)) || return 0
    ((status != 124)) || { echo "takes too long"; return; }
    first=$(sed -n 's|^tests/scenarios/\(.*\)[.]dmm: .*|\1|p' "$log" | head -n 1)
    [[ -n $first ]] || { echo "ends with status $status"; return; }
    echo "$first ($(sed -n 's/^[0-9]* passed, \([0-9]*\) failed$/\1/p' "$log"))"
}

simulator_finding() { # NAME MODE [OPTION...]: the first seed that fails
    local log=$logs/$1.$2 status
    timeout -k 5 "$simulator_seconds" "$folder/sim-tests" --crashes --first-only --mode "$2" \
        --seeds "$seeds" "${@:3}" >"$log" 2>&1
    status=$?
    ((status != 0)) || return 0
    ((status != 124)) || { echo "too long"; return; }
    sed -n 's/^seed \([0-9]*\): .*/\1/p' "$log" | grep . || echo "status $status"
}

row() { # NAME SCENARIO PROXY RELAY LOCATOR
    printf '%-24s %-28s %9s %9s %9s\n' "$@"
}

look_at() { # NAME [OPTION...]: prints a row, sets `found`
    local mode found_in findings=()
    found=$(scenario_finding "$@")
    findings=("${found:--}")
    for mode in "${modes[@]}"; do
        found_in=$(simulator_finding "$1" "$mode" "${@:2}")
        findings+=("${found_in:--}")
        found+=$found_in
    done
    row "$1" "${findings[@]}"
}

"$folder/scenario-tests" --mutants >"$logs/list" || exit 1
if (($#)); then mutants=("$@"); else mapfile -t mutants < <(cut -f 1 "$logs/list"); fi
row mutant 'first scenario (of how many)' "${modes[@]/%/ seed}"
look_at none >"$logs/row"
cat "$logs/row"
if [[ -z $found ]]; then count_passed=1; else fail none "see $logs/none.*"; fi
for name in "${mutants[@]}"; do
    look_at "$name" --mutant "$name" >"$logs/row"
    cat "$logs/row"
    if [[ -n $found ]]; then
        count_passed=$((count_passed + 1))
    else
        fail "$name" "nobody sees: $(sed -n "s/^$name\t//p" "$logs/list")"
    fi
done
closing_line

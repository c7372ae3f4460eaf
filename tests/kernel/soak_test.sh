#!/bin/bash
# Nodes that move at random while daemons are killed at random, on a kernel that has tunnels: see
# tests/crash/soak.h. SEED (DMM_SEED from outside the machine) repeats the choices of a run; it is
# random otherwise, and printed.
#
#   tests/kernel/soak_test.sh DMMD [ARGUMENT...]     e.g. --moves 1000 --nodes 16
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
# shellcheck source=tests/kernel/crash_stage.sh
. tests/kernel/crash_stage.sh
dmmd=${1:-build/release/dmmd}
shift
crash_stage soak "$dmmd" soak --seed "${SEED:-${DMM_SEED:-$RANDOM}}" "$@"

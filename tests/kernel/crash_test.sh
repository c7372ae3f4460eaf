#!/bin/bash
# kill -9 of each daemon in each phase of a handover, on a kernel that has tunnels: see
# tests/crash/handovers.h.
#
#   tests/kernel/crash_test.sh DMMD [ARGUMENT...]     e.g. --mode relay
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
# shellcheck source=tests/kernel/crash_stage.sh
. tests/kernel/crash_stage.sh
dmmd=${1:-build/release/dmmd}
shift
crash_stage crash "$dmmd" handovers "$@"

#!/bin/bash
# Tests the reading of closing lines: a runner that miscounts would hide any failure.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
# shellcheck source=tests/support/count.sh
source tests/support/count.sh

reads() { # WANTED EXIT_STATUS OUTPUT
    equal "status $2, '${3//$'\n'/ / }' is $1" "$1" "$(tests/support/summary.sh "$2" <<<"$3")"
}

reads '3 0 0' 0 '3 passed, 0 failed'
reads '3 2 1' 1 '3 passed, 2 failed, 1 skipped'
reads '0 0 4' 0 '0 passed, 0 failed, 4 skipped'
reads '5 0 0' 0 $'1 passed, 1 failed\n5 passed, 0 failed\nsome more text'
reads '214 0 0' 0 'All tests passed (98123 assertions in 214 test cases)'
reads '1 0 0' 0 'All tests passed (1 assertion in 1 test case)'
reads '210 4 0' 4 $'test cases:  214 |  210 passed | 4 failed\nassertions: 9000 | 8996 passed | 4 failed'
reads '0 2 0' 2 'test cases: 2 | 2 failed'
reads '0 1 0' 0 ''
reads '0 1 0' 139 'Segmentation fault'
reads '0 1 0' 0 '0 passed, 0 failed'
reads '0 1 0' 0 'we saw 3 passed, 0 failed'
reads '7 1 0' 1 '7 passed, 0 failed'
reads '7 1 0' 124 'All tests passed (30 assertions in 7 test cases)'
reads '0 1 0' 0 'No tests ran'
closing_line

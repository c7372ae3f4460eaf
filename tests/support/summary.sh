#!/bin/bash
# Reads the output of tests and prints `PASSED FAILED SKIPPED`, as the last closing line in it says:
# `N passed, N failed[, N skipped]`, or Catch2's. Output without such a line, with nothing counted,
# or from a program that ended badly in spite of a good line, is one failure more.
#
#   tests/support/summary.sh EXIT_STATUS <OUTPUT
exec awk -v status="$1" '
    /^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$/ { seen = 1; p = $1; f = $3; s = $5 + 0 }
    # Catch2: `All tests passed (8 assertions in 3 test cases)`, or
    # `test cases: 3 | 1 passed | 2 failed`, with runs of blanks between.
    /^All tests passed \(/ { seen = 1; p = $(NF - 2); f = s = 0 }
    /^test cases: / {
        seen = 1; p = f = s = 0
        for (i = 4; i < NF; i++) {
            if ($(i + 1) == "passed") p = $i
            if ($(i + 1) == "failed") f += $i
        }
    }
    END {
        if (!seen || p + f + s == 0 || (status != 0 && f == 0)) f += 1
        print p + 0, f + 0, s + 0
    }'

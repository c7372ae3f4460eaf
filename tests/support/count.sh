# Sourced by the shell tests: counts what they found and ends them with the line `N passed, N failed`
# (`, N skipped` may follow) that tests/run reads.
# shellcheck shell=bash

count_passed=0 count_failed=0 count_skipped=0

pass() { # NAME
    count_passed=$((count_passed + 1))
    echo "ok      $1"
}

fail() { # NAME [DETAIL]: the detail may have several lines
    count_failed=$((count_failed + 1))
    echo "FAILED  $1"
    [[ -z ${2-} ]] || echo "        ${2//$'\n'/$'\n        '}"
}

skip() { # NAME REASON
    count_skipped=$((count_skipped + 1))
    echo "skipped $1: $2"
}

equal() { # NAME WANTED GOT
    if [[ $2 == "$3" ]]; then pass "$1"; else fail "$1" "wanted: $2"$'\n'"got:    $3"; fi
}

contains() { # NAME WANTED TEXT
    if [[ $3 == *"$2"* ]]; then pass "$1"; else fail "$1" "wanted in it: $2"$'\n'"got: $3"; fi
}

check() { # NAME COMMAND...: its output is shown only when it fails
    local name=$1 output
    shift
    if output=$("$@" 2>&1); then pass "$name"; else fail "$name" "$output"; fi
}

# Prints the closing line; fails when something failed or nothing was looked at.
closing_line() {
    local line="$count_passed passed, $count_failed failed"
    ((count_skipped == 0)) || line+=", $count_skipped skipped"
    echo "$line"
    ((count_failed == 0 && count_passed + count_skipped > 0))
}

#!/bin/bash
# Every word that the agent says to its log is the name of an event, so that it can be followed, and
# stands in dmmd(8), which the unit tests compare with the list of names.
set -uo pipefail
cd "${1:-$(dirname "${BASH_SOURCE[0]}")/../..}" || exit 1

passed=0 failed=0
# The first quoted word behind each `say(LogLevel::X,`, which may stand in the next line.
mapfile -t said < <(cat agent/*.cc | tr -s '\n ' ' ' |
    grep -oE 'say\( ?LogLevel::[A-Za-z]+, ?"[a-z_]+"' | sed -E 's/.*"([a-z_]+)"/\1/' | sort -u)
for name in "${said[@]}"; do
    if grep -qF "    \"$name\"," lib/model/event_name.h; then
        passed=$((passed + 1))
    else
        echo "agent: says \"$name\", which lib/model/event_name.h does not name; add it there and to man/dmmd.8"
        failed=$((failed + 1))
    fi
done
# Not to pass for want of something to look at.
((passed > 0)) || failed=$((failed + 1))
echo "$passed passed, $failed failed"
((failed == 0))

#!/bin/bash
# The manual pages are well-formed, and every page that one of them refers to as ours is there.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1

passed=0 failed=0
for page in man/*.[1-9]; do
    if [[ ! -e $page ]]; then
        echo "there is no page in man/"
        failed=$((failed + 1))
        break
    fi
    # Not a fault of the page: which system its reader has.
    complaints=$(mandoc -T lint -W warning "$page" 2>&1 | grep -v 'Os: ')
    while read -r name section; do
        [[ -e man/$name.$section ]] || complaints+="${complaints:+$'\n'}$page: refers to $name($section), which is not in man/"
    done < <(sed -nE 's/^\.Xr (dmm[^ ]*) ([1-9]).*/\1 \2/p' "$page" | sort -u)
    if [[ -n $complaints ]]; then
        echo "$complaints"
        failed=$((failed + 1))
    else
        passed=$((passed + 1))
    fi
done
echo "$passed passed, $failed failed"
((failed == 0))

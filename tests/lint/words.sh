#!/bin/bash
# The tree speaks of the product alone, in tidy text: no path of the machine it was written on, no
# note to oneself, no blanks at line ends, a newline at the end, no source above 400 lines
# (tests, which hold tables of cases: 600).
set -uo pipefail
cd "${1:-$(dirname "${BASH_SOURCE[0]}")/../..}" || exit 1

mapfile -t files < <(find . \( -name .git -o -name build -o -path ./tests/golden -o -path ./tests/fuzz/corpus \) -prune \
    -o -type f -print | sed 's|^\./||' | sort)
# Binary files have no words.
mapfile -t files < <(grep -Il '' "${files[@]}")

# This file names what it looks for, and is the only one that may. The words in brackets keep
# even the patterns from being found.
declare -A rules=(
    ['a path of the machine it was written on']='(^|[^[:alnum:]_.$}])/(work|root|home/[a-z]+|mnt|Users)/[[:alnum:]_.]'
    ['a note to oneself; do it or leave it out']='\b(TO[D]O|FIX[M]E|X[X]X)\b'
    ['a merge that was not finished']='^(<<<<<<<|>>>>>>>|=======)( |$)'
    ['blanks at the end of a line']='[[:blank:]]+$'
)

declare -A bad=()
report() { # FILE or FILE:LINE:TEXT, one a line, on standard input
    local line
    while IFS= read -r line; do
        bad[${line%%:*}]=yes
        echo "$1: $line"
    done
}
for why in "${!rules[@]}"; do
    report "$why" < <(grep -nHE -- "${rules[$why]}" "${files[@]}" | grep -v '^tests/lint/words\.sh:')
done
report 'no newline at the end' < <(grep -LPz '\n\z' "${files[@]}")
report 'too long' < <(wc -l "${files[@]}" |
    awk '$1 > ($2 ~ /^tests\// ? 600 : 400) && $2 ~ /[.](cc|h|sh)$|^tests\/run$|^tools\/[^.]*$/ { print $2 ":" $1 }')
echo "$((${#files[@]} - ${#bad[@]})) passed, ${#bad[@]} failed"
((${#bad[@]} == 0 && ${#files[@]} > 0))

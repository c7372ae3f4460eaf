#!/bin/bash
# Looks with shellcheck at every shell script of the tree, known by its name or by its first line.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1

mapfile -t scripts < <(find . \( -name .git -o -name build \) -prune -o -type f -print | sed 's|^\./||' | sort |
    while IFS= read -r file; do
        case $file in
            *.sh | *.bash) echo "$file" ;;
            *.cc | *.h | *.bin | *.json) ;;
            *) IFS= read -r first <"$file" 2>/dev/null
                [[ $first =~ ^#!.*[/\ ](ba|da)?sh(\ |$) ]] && echo "$file" ;;
        esac
    done 2>/dev/null)
failures=$(mktemp -d)
trap 'rm -rf "$failures"' EXIT
# shellcheck disable=SC2016  # The inner shell expands it.
printf '%s\0' "${scripts[@]}" | FAILURES=$failures xargs -0 -P "$(nproc)" -n 1 bash -c '
    shellcheck -x "$1" >"$FAILURES/$$" 2>&1 && rm "$FAILURES/$$"' bash
cat "$failures"/* 2>/dev/null
failed=$(find "$failures" -type f | wc -l)
echo "$((${#scripts[@]} - failed)) passed, $failed failed"
((failed == 0 && ${#scripts[@]} > 0))

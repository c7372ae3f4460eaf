# shellcheck shell=bash
# The words of tests that are shell scripts: counts, and waiting that ends. The reader has $work, a
# directory of its own, where $work/out is what the last command said.
passed=0
failed=0
skipped=0

# check NAME COMMAND...: the command's success is the result.
check() {
    local name=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED: %s\n' "$name"
        tell_more
    fi
}

# What may tell why: the last command's words, or else the daemons' last ones.
tell_more() {
    # shellcheck disable=SC2154  # the reader's
    if [ -s "$work/out" ]; then
        sed 's/^/    /' "$work/out"
    else
        tail -n 5 "$work"/*.log 2>/dev/null | sed 's/^/    /'
    fi
}

skip() {
    skipped=$((skipped + 1))
    printf 'SKIPPED: %s\n' "$1"
}

# until_true TENTHS COMMAND...
until_true() {
    local left=$1
    shift
    until "$@"; do
        left=$((left - 1))
        [ "$left" -gt 0 ] || return 1
        sleep 0.1
    done
}

fails() { ! "$@"; }

# The closing line; true if nothing failed.
sum_up() {
    if [ "$skipped" -gt 0 ]; then
        echo "$passed passed, $failed failed, $skipped skipped"
    else
        echo "$passed passed, $failed failed"
    fi
    [ "$failed" -eq 0 ]
}

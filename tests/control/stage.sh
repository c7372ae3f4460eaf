# shellcheck shell=bash
# What the tests of a running daemon share: a network namespace and a folder of their own, which are
# gone afterwards, as is every process that a test has left in the background.

# stage NAME [DMMD]: sets $dmmd, $dmmctl, $work and $ns, of which the namespace is not made yet.
stage() {
    dmmd=$(realpath "${2:-build/release/dmmd}")
    # shellcheck disable=SC2034  # the reader's
    dmmctl=$(dirname "$dmmd")/dmmctl
    work=$(mktemp -d)
    ns=dmm$1$$
    trap leave_stage EXIT
}

# shellcheck disable=SC2329  # called by the trap
leave_stage() {
    jobs -p | xargs -r kill -KILL 2>/dev/null
    wait 2>/dev/null
    ip netns del "$ns" 2>/dev/null
    rm -rf "$work"
}

# shellcheck source=tests/kernel/checks.sh
. tests/kernel/checks.sh

log_says() { grep -sqE -- "$2" "$work/$1.log"; }
says() { grep -qE -- "$1" "$work/out"; }

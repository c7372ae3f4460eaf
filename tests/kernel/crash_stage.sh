# shellcheck shell=bash
# What crash_test.sh and soak_test.sh have in common: the namespaces of one run, which are gone
# afterwards, and the daemons' logs, which are kept if it failed.

# crash_stage NAME DMMD ARGUMENT...: runs crash-tests, or says why not.
crash_stage() {
    local name=$1 bin why keep status
    bin=$(cd "$(dirname "$2")" && pwd -P) || exit 1
    shift 2
    crash_prefix=dmm-$name-$$-
    if [[ ! -x $bin/crash-tests ]]; then
        echo "not ok - $bin/crash-tests is missing; run: make kernel-programs"
        echo "0 passed, 1 failed"
        return 1
    fi
    why=$(crash_obstacle)
    if [[ -n $why ]]; then
        echo "skipped: $why"
        echo "0 passed, 0 failed, 1 skipped"
        return 0
    fi
    modprobe -aq macvlan ip6_tunnel sch_netem || true
    crash_folder=$(mktemp -d "${TMPDIR:-/tmp}/${crash_prefix}XXXXXX")
    trap crash_clean EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    "$bin/crash-tests" "$@" --prefix "$crash_prefix" --folder "$crash_folder" --dmmd "$bin/dmmd" &
    crash_child=$!
    wait "$crash_child"
    status=$?
    crash_child=''
    ((status == 0)) && return 0
    keep=build/tests/$name
    [[ -z ${DMM_VM:-} ]] || keep=/out/$name
    mkdir -p "$keep" && cp "$crash_folder"/*.{log,rec} "$keep"/ && echo "logs: ${keep/#\/out/build\/vm\/out}"
    return "$status"
}

crash_obstacle() {
    local probe=${crash_prefix}probe
    if ((EUID != 0)); then
        echo 'network namespaces need root'
    elif ! ip netns add "$probe" 2>/dev/null; then
        echo 'no network namespaces can be made here'
    else
        if ! ip -n "$probe" link add probe type ip6tnl local 2001:db8::1 remote 2001:db8::2 \
            mode ip6ip6 2>/dev/null; then
            echo 'this kernel has no ip6_tunnel'
        elif ! ip netns exec "$probe" tc qdisc add dev lo root netem delay 1ms 2>/dev/null; then
            echo 'this kernel has no sch_netem'
        elif ! command -v nft >/dev/null || ! command -v rdisc6 >/dev/null; then
            echo 'nft or rdisc6 is not installed'
        fi
        ip netns delete "$probe"
    fi
}

# shellcheck disable=SC2317  # Called by the trap.
crash_clean() {
    local name
    trap '' INT TERM HUP
    # Its children, the daemons, end with it.
    [[ -z ${crash_child:-} ]] || { kill -KILL "$crash_child" && wait "$crash_child"; } 2>/dev/null
    for name in $(ip netns list | awk '{print $1}'); do
        [[ $name != "$crash_prefix"* ]] || ip netns delete "$name"
    done
    rm -rf "$crash_folder"
}

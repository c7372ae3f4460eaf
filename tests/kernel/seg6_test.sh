#!/bin/bash
# A whole domain on a kernel without ip6tnl: `encap: seg6`, with real daemons in network namespaces
# of their own. A CMD, two MAARs, a correspondent behind the core, and a node that moves while it
# holds a TCP connection; all of it twice, with uplinks by routes and by rules. Needs root and
# iproute2; changes nothing outside its namespaces and its temporary directory.
#   tests/kernel/seg6_test.sh [DMMD]
# ends with "N passed, N failed[, N skipped]".
set -u
cd "$(dirname "$0")/../.." || exit 1

dmmd=$(realpath "${1:-build/release/dmmd}")
work=$(mktemp -d)
tag=dmmseg6$$
core=$tag-core
pids=()

# shellcheck disable=SC2329  # called by the trap
cleanup() {
    for pid in "${pids[@]}"; do kill -KILL "$pid" 2>/dev/null; done
    wait 2>/dev/null
    for name in core cmd m1 m2 mn; do ip netns del "$tag-$name" 2>/dev/null; done
    rm -rf "$work"
}
trap cleanup EXIT

# shellcheck source=tests/kernel/checks.sh
. tests/kernel/checks.sh

log_says() { grep -sqE -- "$2" "$work/$1.log"; }
in_ns() { ip netns exec "$tag-$1" "${@:2}"; }

start() { # NAME NAMESPACE
    ip netns exec "$tag-$2" "$dmmd" "$work/$1.json" >/dev/null 2>"$work/$1.log" &
    pid=$!
    pids+=("$pid")
    until_true 100 log_says "$1" '^event=started '
}

ends() { # PID: true if SIGTERM ends it with status 0
    kill -TERM "$1"
    wait "$1"
}

# Beside the daemon if the build has put it there.
build_helper() {
    if [ -x "$(dirname "$dmmd")/flow" ]; then
        ln -s "$(dirname "$dmmd")/flow" "$work/flow"
    else
        "${CXX:-g++}" -std=c++23 -O1 -I. -o "$work/flow" tests/kernel/flow.cc || exit 1
    fi
}

# The bridge br0 is the core, and the correspondent on it is 2001:db8::e. The node's radio is a port
# of one of two more bridges, the cells of the MAARs.
build_network() {
    local name
    for name in core cmd m1 m2 mn; do
        ip netns add "$tag-$name" || exit 1
        ip -n "$tag-$name" link set lo up
    done
    # Bridges and their ports are no nodes, and do not solicit.
    switch core default/disable_ipv6 1
    for name in br0 cell1 cell2; do
        ip -n "$core" link add "$name" type bridge
        ip -n "$core" link set "$name" up
    done
    for name in cmd m1 m2; do
        ip -n "$core" link add "$name" type veth peer name core0 netns "$tag-$name"
        ip -n "$core" link set "$name" master br0 up
        ip -n "$tag-$name" link set core0 up
    done
    switch core br0/disable_ipv6 0
    ip -n "$core" -6 addr add 2001:db8::e/64 dev br0 nodad
    ip -n "$tag-cmd" -6 addr add 2001:db8::c/64 dev core0 nodad
    for name in 1 2; do
        ip -n "$tag-m$name" -6 addr add "2001:db8::$name/64" dev core0 nodad
        switch "m$name" all/forwarding 1
        ip -n "$core" -6 route add "2001:db8:a${name}00::/48" via "2001:db8::$name"
        ip -n "$core" link add "ap$name" type veth peer name lan0 netns "$tag-m$name"
        ip -n "$core" link set "ap$name" master "cell$name" up
        ip -n "$tag-m$name" link set lan0 up
    done
    ip -n "$core" link add radio type veth peer name eth0 netns "$tag-mn"
    ip -n "$tag-mn" link set eth0 address 02:00:00:00:01:01
    # Duplicate address detection on each new carrier would take a second.
    switch mn eth0/accept_dad 0
    ip -n "$tag-mn" link set eth0 up
}

switch() { in_ns "$1" bash -c "echo $3 >/proc/sys/net/ipv6/conf/$2"; }

# The node's carrier goes and comes. Its kernel has solicited when the interface came up and does not
# again; a network manager does.
join() { # CELL
    ip -n "$core" link set radio down
    until_true 50 fails has_carrier
    ip -n "$core" link set radio master "cell$1" up
    until_true 50 has_carrier
    in_ns mn rdisc6 -q -n -r 3 -w 1000 eth0 >/dev/null
}

has_carrier() { ip -n "$tag-mn" -br link show eth0 | grep -q LOWER_UP; }
node_has() { ip -n "$tag-mn" -6 addr show dev eth0 scope global | grep -q "2001:db8:a$1"; }

write_configs() { # UPLINKS
    local name other
    cat >"$work/cmd.json" <<END
{ "role": "cmd", "control_socket": "$work/cmd.sock",
  "cmd": { "address": "2001:db8::c", "maars": [
    { "address": "2001:db8::1", "pool": "2001:db8:a100::/48" },
    { "address": "2001:db8::2", "pool": "2001:db8:a200::/48" } ] } }
END
    for name in 1 2; do
        other=$((3 - name))
        cat >"$work/m$name.json" <<END
{ "role": "maar", "control_socket": "$work/m$name.sock",
  "maar": { "address": "2001:db8::$name", "cmd": "2001:db8::c", "peers": [ "2001:db8::$other" ],
    "core_interface": "core0", "access_links": [ "lan0" ], "pool": "2001:db8:a${name}00::/48",
    "encap": "seg6", "uplinks": "$1", "nodes": { "02:00:00:00:01:01": "alice@example" } } }
END
    done
}

has_seg6() {
    local able
    ip -n "$tag-m1" -6 route add 100::9/128 table 9 encap seg6 mode encap segs 100::9 dev core0 \
        2>/dev/null
    able=$?
    ip -n "$tag-m1" -6 route flush table 9 2>/dev/null
    return $able
}

# --- what is checked before

test_preflight() {
    in_ns m1 "$dmmd" --check --verbose "$work/m1.json" >"$work/check.log" 2>&1
    check 'seg6 routes can be made' log_says check '^ok       tunnels: seg6 routes can be made'
    check 'that tunnels do not end here is an error' log_says check '^error    seg6: .*core0'
    check 'with its remedy' log_says check \
        'remedy: sysctl -w net.ipv6.conf.all.seg6_enabled=1; sysctl -w net.ipv6.conf.core0.seg6_enabled=1$'
    local name
    for name in m1 m2; do
        switch "$name" all/seg6_enabled 1
        switch "$name" core0/seg6_enabled 1
    done
    in_ns m1 "$dmmd" --check --verbose "$work/m1.json" >"$work/check.log" 2>&1
    check 'once it is enabled it is none' log_says check '^ok       seg6: '
    check 'nodes are told what such a tunnel leaves' log_says check '^ok       mtu: .* leaves 1436; nodes are told 1436'
    rm "$work/check.log"
}

# --- a domain at work

# says LINE: true if the flow brings it back.
says() {
    local reply
    echo "$1" >&"${flow[1]}" && read -r -t 12 reply <&"${flow[0]}" && [ "$reply" = "$1" ]
}

wrapped() { ip -n "$tag-$1" -6 route show table "$2" proto 137 2>/dev/null | grep -q 'encap seg6'; }
ours() { # MAAR: what the kernel holds that is marked
    ip -n "$tag-$1" -6 route show table all proto 137
    ip -n "$tag-$1" -6 rule show | grep 'proto 137'
    ip -n "$tag-$1" -br link show type macvlan
}
leads_back() { # UPLINKS: the way from the second MAAR for the prefix of the first
    if [ "$1" = rules ]; then
        ip -n "$tag-m2" -6 rule show | grep -qE '^9013:.*from 2001:db8:a100:.*lookup 8[89]'
    else
        wrapped m2 8885
    fi
}

test_domain() { # UPLINKS
    local cmd m1 m2 before
    write_configs "$1"
    check "$1: the CMD starts" start cmd cmd
    cmd=$pid
    check "$1: a MAAR starts" start m1 m1
    m1=$pid
    check "$1: another MAAR starts" start m2 m2
    m2=$pid
    check "$1: neither finds an error" fails log_says m1 'severity=error'
    join 1
    check "$1: the node has an address of the first" until_true 150 node_has 1
    coproc flow { exec ip netns exec "$tag-mn" "$work/flow" ask 2001:db8::e 7777; }
    # shellcheck disable=SC2154  # coproc sets it
    pids+=("$flow_PID")
    check "$1: a flow begins" read -r -t 20 _ <&"${flow[0]}"
    check "$1: and brings back what is sent" says one
    join 2
    check "$1: the node has an address of the second" until_true 150 node_has 2
    check "$1: the anchor wraps what is for the old one" until_true 30 wrapped m1 main
    check "$1: what comes from it is wrapped too" until_true 30 leads_back "$1"
    check "$1: the flow goes on" says two
    before=$(ours m2)
    cp "$work/m2.log" "$work/m2-killed.log"
    kill -KILL "$m2"
    wait "$m2" 2>/dev/null
    check "$1: without its daemon too" says three
    check "$1: which starts again" start m2 m2
    m2=$pid
    check "$1: goes on with the session" until_true 50 log_says m2 'event=resumed mn=alice'
    check "$1: with the same objects" [ "$(ours m2)" = "$before" ]
    check "$1: and the flow" says four
    join 1
    check "$1: the node comes back" until_true 150 fails wrapped m1 main
    check "$1: with the flow" says five
    check "$1: what leaves 1436 octets goes through" says "$(printf '%02000d' 6)"
    eval "exec ${flow[1]}>&-"
    wait "$flow_PID" 2>/dev/null
    for pid in "$m1" "$m2" "$cmd"; do check "$1: each daemon ends" ends "$pid"; done
    check "$1: nothing is left at the first" [ -z "$(ours m1)" ]
    check "$1: nor at the second" [ -z "$(ours m2)" ]
    check "$1: what was not theirs is as before" [ "$(switches)" = '1 1' ]
    rm -f "$work"/*.log
}

switches() { in_ns m1 cat /proc/sys/net/ipv6/conf/{all,core0}/seg6_enabled | xargs; }

skip() {
    skipped=$((skipped + 1))
    printf 'SKIPPED: a domain with encap seg6: %s\n' "$1"
}

test_all() {
    if ! command -v rdisc6 >/dev/null; then
        skip 'no rdisc6 (Debian package ndisc6)'
        return
    fi
    build_helper
    build_network
    write_configs routes
    if ! has_seg6; then
        skip 'the kernel has no seg6 routes'
        return
    fi
    ip netns exec "$core" "$work/flow" serve 7777 &
    pids+=($!)
    test_preflight
    test_domain routes
    test_domain rules
}

test_all
sum_up

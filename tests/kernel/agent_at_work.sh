# shellcheck shell=bash
# shellcheck disable=SC2154  # variables and helpers are those of agent_test.sh, which reads this
# A MAAR at work on a kernel that has tunnels: a node that sends and is sent to, a node that sends
# what is not its own, a CMD and a MAAR that are killed.

test_real_kernel() {
    if ! has_tunnels; then
        skip 'a MAAR that serves a node: the kernel has no ip6_tunnel'
        return
    fi
    ip netns exec "$maar_ns" bash -c 'echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'
    ip -n "$cmd_ns" -6 route add 2001:db8:a100::/48 via 2001:db8::1
    ip -n "$node_ns" link set eth0 down
    ip -n "$node_ns" link set eth0 address 02:00:00:00:01:01
    ip -n "$maar_ns" link set lan0 up
    check 'a MAAR starts on the real kernel' start real "$maar_ns" "$work/real.json"
    local maar_pid=$pid
    check 'without a warning' [ "$(grep -c forwarding_off "$work/real.log")" -eq 0 ]
    check 'nor an error' [ "$(grep -c 'event=check .*severity=error' "$work/real.log")" -eq 0 ]
    ask real '{"v":1,"command":"check"}'
    check 'which says what was tried when' says '"tunnels","severity":"ok","found":"[^"]*when the daemon started'
    check 'macvlans too' says '"macvlans","severity":"ok"'
    ip -n "$node_ns" link set eth0 up
    check 'the node is given an address' until_true 150 node_has_address
    check 'by an advertisement that was sent' until_true 20 shows real counters '"sent\.RA":[1-9]'
    check 'and reaches the other side' until_true 50 node_reaches 2001:db8::c
    test_sources
    check 'and is asked whether it is there before it is renewed' \
        until_true 150 shows real counters '"sent\.NS":[1-9]'
    check 'which it answers' until_true 30 shows real counters '"received\.NA":[1-9]'
    check 'so that it is renewed' until_true 30 log_says cmd 'event=refreshed .*alice@example'
    kill -KILL "$cmd_pid"
    wait "$cmd_pid" 2>/dev/null
    check 'a CMD begins anew' start cmd "$cmd_ns" "$work/cmd.json"
    cmd_pid=$pid
    check 'which the MAAR hears' until_true 50 log_says real 'event=peer_restarted'
    check 'so that it knows the node again' until_true 50 shows cmd nodes 'alice@example'
    check 'and the node still reaches the other side' until_true 50 node_reaches 2001:db8::c
    test_crash
    test_repair
    ip -n "$node_ns" link set eth0 down
    check 'a node that answers no more is absent' until_true 150 log_says real 'event=absent .*alice'
    check 'SIGTERM ends the MAAR' ends "$maar_pid" TERM
    check 'no link of it is left' [ -z "$(ip -n "$maar_ns" -br link show type macvlan)" ]
    check 'no tunnel' [ -z "$(ip -n "$maar_ns" -br link show | grep dmmt)" ]
    check 'no rule' [ -z "$(ip -n "$maar_ns" -6 rule show priority 8885)" ]
    check 'no route' [ -z "$(ip -n "$maar_ns" -6 route show table all proto 137)" ]
    if has_nft; then
        check 'no table of nf_tables' [ -z "$(ip netns exec "$maar_ns" nft list tables)" ]
    fi
    check 'and nothing was said to be' [ "$(grep -c not_removed "$work/real.log")" -eq 0 ]
}

# kill -9 of the MAAR, and what the next run makes of it: `maar_pid` is that of the caller.
test_crash() {
    local before
    kill -KILL "$maar_pid"
    wait "$maar_pid" 2>/dev/null
    before=$(maar_objects)
    check 'a MAAR that is killed leaves its forwarding' node_reaches 2001:db8::c
    mv "$work/real.log" "$work/real-killed.log"
    check 'it starts again' start real "$maar_ns" "$work/real.json"
    maar_pid=$pid
    check 'and goes on with the session' until_true 30 log_says real 'event=resumed mn=alice@example'
    check 'with the same objects in the kernel' [ "$(maar_objects)" = "$before" ]
    check 'the node reaches the other side' node_reaches 2001:db8::c
    check 'and the CMD was told of no restart' fails log_says cmd 'event=peer_restarted'
    check 'though it is asked' until_true 30 log_says real 'event=refreshed mn=alice@example'
    kill -KILL "$maar_pid"
    wait "$maar_pid" 2>/dev/null
    echo nonsense >>"$work/real.state"
    mv "$work/real.log" "$work/real-killed.log"
    check 'a damaged snapshot does not stop a start' start real "$maar_ns" "$work/real.json"
    maar_pid=$pid
    check 'but is reported' log_says real 'event=snapshot_refused'
    check 'and set aside' [ -e "$work/real.state.refused" ]
    ip -n "$node_ns" link set eth0 down
    ip -n "$node_ns" link set eth0 up
    check 'the node comes again' until_true 150 node_reaches 2001:db8::c
}

# Somebody removes what is ours, one kind after the other.
test_repair() {
    local dlif before
    dlif=$(ip -n "$maar_ns" -6 neigh show nud permanent | grep -o 'dlif[0-9a-f]*' | head -n 1)
    before=$(maar_objects)
    restored 'a route' -6 route del "$(ip -n "$maar_ns" -6 route show proto 137 |
        sed 's/ .*//' | head -n 1)"
    restored 'the rule' -6 rule del priority 8885
    restored 'a neighbour' -6 neigh del "$(ip -n "$maar_ns" -6 neigh show dev "$dlif" nud permanent |
        sed 's/ .*//' | head -n 1)" dev "$dlif"
    restored 'an address' -6 addr del "$(ip -n "$maar_ns" -6 -o addr show dev "$dlif" |
        grep -oE 'fe80[^ ]+' | head -n 1)" dev "$dlif"
    restored 'a DLIF' link del "$dlif"
    # What was restored lately waits longer each time: now more than a second.
    ip -n "$maar_ns" link set "$dlif" down
    check 'a DLIF that was set down works again' until_true 50 maar_is "$before"
    ip -n "$maar_ns" link set lan0 down
    ip -n "$maar_ns" link set lan0 up
    check 'the access interface was down' until_true 50 maar_is "$before"
    check 'the node reaches the other side' until_true 100 node_reaches 2001:db8::c
    ip -n "$maar_ns" -6 route add 2001:db8:dead::/64 dev lan0 table 8885 proto static
    check 'what others put into our table is reported' until_true 20 log_says real 'event=foreign_object'
    check 'and stays' [ -n "$(ip -n "$maar_ns" -6 route show table 8885 proto static)" ]
    ip -n "$maar_ns" -6 route del 2001:db8:dead::/64 dev lan0 table 8885
}

# restored NAME IP-ARGUMENT...: removes it with ip(8) and waits a second.
restored() {
    local name=$1 before said
    shift
    before=$(maar_objects)
    said=$(grep -c 'event=object_restored' "$work/real.log")
    check "$name can be removed" ip -n "$maar_ns" "$@"
    check "$name is back within a second" until_true 10 maar_is "$before"
    check 'which the log says once' \
        [ "$(grep -c 'event=object_restored' "$work/real.log")" -eq $((said + 1)) ]
}

maar_is() { [ "$(maar_objects)" = "$1" ]; }

# What the kernel holds of the MAAR, without what counts or ages.
maar_objects() {
    ip -n "$maar_ns" -d -o link show type macvlan |
        sed -E 's/^[0-9]+: //; s/ (numtxqueues|qlen).*//' | sort
    ip -n "$maar_ns" -6 route show table all proto 137
    ip -n "$maar_ns" -6 neigh show nud permanent
    ip -n "$maar_ns" -6 -o addr show scope link | grep -o 'dlif.*fe80[^ ]*' | sort
    ip -n "$maar_ns" -6 rule show priority 8885
}

has_nft() { command -v nft >/dev/null; }

# Sends from an address that is not the node's, by a route that says so. An idle prefix cannot be
# released here: an idle_release is a minute at least, and there is one MAAR.
test_sources() {
    local router
    check 'what it sends is counted' shows real nodes '"packets_up":[1-9]'
    check 'and what it is sent' says '"packets_down":[1-9]'
    check 'none of it as spoofed' says '"spoofed":0'
    router=$(ip -n "$node_ns" -6 route show default | grep -oE 'via [^ ]+' | head -n 1)
    ip -n "$node_ns" -6 addr add 2001:db8:bad::7/128 dev eth0 nodad
    # shellcheck disable=SC2086  # two words
    ip -n "$node_ns" -6 route add 2001:db8::c/128 $router dev eth0 src 2001:db8:bad::7
    ip -n "$cmd_ns" -6 route add 2001:db8:bad::/48 via 2001:db8::1
    ip -n "$maar_ns" -6 route add 2001:db8:bad::/48 dev "$(ip -n "$maar_ns" -br link show type macvlan |
        sed 's/@.*//' | head -n 1)"
    check 'from an address of others it reaches nobody' fails node_reaches 2001:db8::c
    check 'which is counted' until_true 30 shows real nodes '"spoofed":[1-9]'
    if has_nft; then
        ip netns exec "$maar_ns" nft delete table ip6 dmmd
        check 'unless somebody removes the check' until_true 30 node_reaches 2001:db8::c
        check 'which comes back' until_true 150 log_says real 'event=source_check_restored'
        check 'and checks again' fails node_reaches 2001:db8::c
    fi
    ip -n "$node_ns" -6 route del 2001:db8::c/128
    ip -n "$node_ns" -6 addr del 2001:db8:bad::7/128 dev eth0
    ip -n "$maar_ns" -6 route del 2001:db8:bad::/48
    check 'from its own it still reaches the other side' until_true 50 node_reaches 2001:db8::c
}

node_has_address() { ip -n "$node_ns" -6 addr show dev eth0 scope global | grep -q 2001:db8:a100; }
# A port where nobody listens: that this is said proves the way there and back.
node_reaches() {
    timeout 2 ip netns exec "$node_ns" bash -c "exec 3<>/dev/tcp/$1/9" >"$work/out" 2>&1
    says 'refused'
}

#!/bin/bash
# What a tunnel does to packets that are long or marked: a node that moved keeps its old address,
# the core carries 1500 octets and later 1400, and both ends believe in 1500. Packet Too Big, DSCP
# and ECN (RFC 2473 sections 5 and 7, RFC 5213 section 5.6.3). Needs root, iproute2 and ip6_tunnel;
# changes nothing outside its own namespaces and its temporary directory.
#   tests/kernel/mtu_test.sh [DMMD]
# ends with "N passed, N failed[, N skipped]".
set -u
cd "$(dirname "$0")/../.." || exit 1

programs=$(dirname "$(realpath "${1:-build/release/dmmd}")")
work=$(mktemp -d)
tag=dmmmtu$$
mac=02:00:00:00:01:01
cn=2001:db8:c::2
number=2 # the last part of that address
old=''
pids=()
namespaces=(core cmd cn maar1 maar2 air node)

# shellcheck disable=SC2329  # called by the trap
cleanup() {
    for pid in "${pids[@]}"; do kill -KILL "$pid" 2>/dev/null; done
    wait 2>/dev/null
    for name in "${namespaces[@]}"; do ip netns del "$tag-$name" 2>/dev/null; done
    rm -rf "$work"
}
trap cleanup EXIT

# shellcheck source=tests/kernel/checks.sh
. tests/kernel/checks.sh

ip_in() { # NAMESPACE WORD...
    local name=$1
    shift
    ip -n "$tag-$name" -6 "$@"
}
run_in() {
    local name=$1
    shift
    ip netns exec "$tag-$name" "$@"
}
set_in() { run_in "$1" sysctl -qw "net.ipv6.conf.$2=$3"; }

# An end of the core: address ::2, the core's router is ::1.
make_leaf() { # NAMESPACE PREFIX
    ip_in core link add "$1" type veth peer name core0 netns "$tag-$1"
    ip_in core addr add "$2::1/64" dev "$1" nodad
    ip_in core link set "$1" up
    ip_in "$1" addr add "$2::2/64" dev core0 nodad
    ip_in "$1" link set core0 up
    ip_in "$1" route add default via "$2::1"
}

build_network() {
    local name i
    for name in "${namespaces[@]}"; do
        ip netns add "$tag-$name" || exit 1
        ip_in "$name" link set lo up
        set_in "$name" default.accept_dad 0
    done
    for name in core maar1 maar2; do set_in "$name" all.forwarding 1; done
    make_leaf cmd 2001:db8:ffff
    make_leaf cn 2001:db8:c
    ip_in air link add radio type veth peer name eth0 netns "$tag-node"
    ip_in node link set eth0 address "$mac"
    for i in 1 2; do
        make_leaf "maar$i" "2001:db8:$i"
        ip_in core route add "2001:db8:a${i}00::/40" via "2001:db8:$i::2"
        ip_in "maar$i" route add unreachable "2001:db8:a${i}00::/40"
        ip_in air link add "cell$i" type bridge mcast_snooping 0
        ip_in air link set "cell$i" up
        ip_in air link add "antenna$i" type veth peer name lan0 netns "$tag-maar$i"
        ip_in air link set "antenna$i" master "cell$i" up
        ip_in "maar$i" link set lan0 up
    done
}

write_configs() {
    local i
    cat >"$work/cmd.json" <<EOF
{
  "role": "cmd",
  "control_socket": "$work/cmd.sock",
  "cmd": {
    "address": "2001:db8:ffff::2",
    "maars": [
      { "address": "2001:db8:1::2", "pool": "2001:db8:a100::/40" },
      { "address": "2001:db8:2::2", "pool": "2001:db8:a200::/40" }
    ]
  }
}
EOF
    for i in 1 2; do
        cat >"$work/maar$i.json" <<EOF
{
  "role": "maar",
  "control_socket": "$work/maar$i.sock",
  "maar": {
    "address": "2001:db8:$i::2",
    "cmd": "2001:db8:ffff::2",
    "peers": [ "2001:db8:$((3 - i))::2" ],
    "core_interface": "core0",
    "access_links": [ "lan0" ],
    "pool": "2001:db8:a${i}00::/40",
    "nodes": { "$mac": "alice@example" }
  }
}
EOF
    done
}

start() { # NAME
    run_in "$1" "$programs/dmmd" "$work/$1.json" >"$work/$1.out" 2>"$work/$1.log" &
    pids+=($!)
    until_true 100 grep -qs '^event=started ' "$work/$1.log"
}

node_has() { # PREFIX [FLAG]
    ip_in node addr show dev eth0 scope global | grep "inet6 $1" | grep -q "${2-}"
}

attach() { # MAAR
    printf '{"v":1,"command":"attach","mac":"%s","link":"lan0","mn":""}\n' "$mac" |
        timeout 10 "$programs/control_ask" "$work/$1.sock" >"$work/out"
}

tunnel_of() { ip_in "$1" -br link show type ip6tnl | grep -o '^dmmt[^@ ]*'; }
tunnel_has() { # MAAR MTU
    ip_in "$1" link show dev "$(tunnel_of "$1")" >"$work/out" 2>&1 && grep -q " mtu $2 " "$work/out"
}
node_mtu_is() { [ "$(run_in node sysctl -n net.ipv6.conf.eth0.mtu)" -eq "$1" ]; }

test_move() {
    local name
    for name in cmd maar1 maar2; do check "$name starts" start "$name"; done
    # The node believes in 1500, whatever it is told.
    set_in node eth0.accept_ra_mtu 0
    ip_in air link set radio master cell1 up
    ip_in node link set eth0 up
    check 'the node has an address' until_true 150 node_has 2001:db8:a1
    ip_in air link set radio master cell2
    attach maar2
    check 'it moves and has another' until_true 100 node_has 2001:db8:a2
    check 'beside the old one' until_true 50 node_has 2001:db8:a1 deprecated
    old=$(ip_in node addr show dev eth0 | grep -o '2001:db8:a1[^/]*')
    check 'which has a tunnel' until_true 50 tunnel_has maar1 1460
    check 'at both ends' tunnel_has maar2 1460
}

# All datagrams to this namespace.
hear_in() {
    run_in "$1" timeout 300 "$programs/traffic" hear :: 5000 >"$work/heard.$1" 2>&1 &
    pids+=($!)
    until_true 50 has_listener "$1" udp 5000
}
has_listener() { # NAMESPACE PROTOCOL PORT
    run_in "$1" grep -qi ":$(printf %04X "$3") 0000" "/proc/net/${2}6"
}

# Both ends know nothing of the path: the correspondent forgets, the node gets to know another.
forget_paths() {
    ip_in cn route del default
    ip_in cn route add default via 2001:db8:c::1
    number=$((number + 1))
    cn=2001:db8:c::$number
    ip_in cn addr add "$cn/64" dev core0 nodad
}

# From the correspondent to the old address, or back: from there on by the same words.
towards() { # node|cn
    if [ "$1" = node ]; then
        from=cn source=$cn target=$old
    else
        from=node source=$old target=$cn
    fi
    heard=$work/heard.$1
}
say() { # OCTETS TCLASS whole|cut
    : >"$heard"
    run_in "$from" timeout 5 "$programs/traffic" say "$source" "$target" 5000 "$@" 2>"$work/out"
}
arrives() { say "$@" && until_true 20 grep -qx "octets=$1 tclass=${as:-$2}" "$heard"; }
# Whether it would have arrived, one that was said later tells.
is_lost() {
    say "$@" &&
    run_in "$from" timeout 5 "$programs/traffic" say "$source" "$target" 5000 90 2 whole &&
        until_true 50 grep -q 'octets=90 ' "$heard" && ! grep -q "octets=$1 " "$heard"
}
path_mtu_is() {
    ip_in "$from" route get "$target" from "$source" >"$work/out" 2>&1
    grep -q " mtu $1 " "$work/out"
}

test_lengths() { # WHERE FITS
    check "$1: $2 octets arrive" arrives "$2" 0 whole
    check "$1: one more does not" is_lost $(($2 + 1)) 0 whole
    check "$1: which its sender is told" until_true 20 path_mtu_is "$2"
    check "$1: nor do 1500" is_lost 1500 0 whole
    check "$1: but in fragments they do" arrives 1500 0 cut
}

test_stream() { # TO: 4 MB
    local octets=4000000
    run_in "$1" timeout 60 "$programs/traffic" take :: 5001 >"$work/taken" 2>&1 &
    local taker=$!
    until_true 50 has_listener "$1" tcp 5001
    run_in "$from" timeout 60 "$programs/traffic" give "$source" "$target" 5001 $octets \
        >"$work/out" 2>&1 && wait "$taker" && grep -qx "octets=$octets" "$work/taken"
}

# Streams before datagrams: these would tell the ends what the path carries.
test_path() { # FITS
    local to
    forget_paths
    for to in node cn; do
        towards "$to"
        check "to $to, $1: the sender believes in 1500" fails path_mtu_is "$1"
        check "to $to, $1: a stream arrives" test_stream "$to"
        # The node has two default routers, and the question may go to the other.
        [ "$to" = cn ] || check "to $to, $1: its sender has learnt" path_mtu_is "$1"
    done
    forget_paths
    for to in node cn; do
        towards "$to"
        test_lengths "to $to" "$1"
    done
}

# What the core sees of the packets in the tunnel, and what it does to them.
core_marks() { # RULE
    run_in core nft -f - <<EOF
table ip6 marks
delete table ip6 marks
table ip6 marks {
    chain forward {
        type filter hook forward priority 0;
        ip6 nexthdr 41 $1
    }
}
EOF
}
core_saw() { run_in core nft list table ip6 marks | tee "$work/out" | grep -q 'packets [1-9]'; }

# A traffic class is 4 times the DSCP and the ECN field: 46 is EF, 10 is AF11; 0 to 3 are Not-ECT,
# ECT(1), ECT(0) and CE.
test_marks() { # TO
    local class
    towards "$1"
    for class in 'ef ecn not-ect 184' 'ef ecn ect1 185' 'ef ecn ect0 186' 'af11 ecn ect0 42'; do
        # shellcheck disable=SC2086
        set -- "$1" $class
        core_marks "ip6 dscp $2 ip6 ecn $4 counter"
        check "to $1, $2 $4: arrives as it was sent" arrives 100 "$5" whole
        check "to $1, $2 $4: and is seen in the core" core_saw
    done
    core_marks 'ip6 dscp ef ip6 ecn ect0 counter'
    check "to $1: what was marked before it came arrives so" arrives 100 187 whole
    check "to $1: and may be marked again on its way" core_saw
    core_marks 'ip6 ecn set ce'
    as=187 check "to $1: a mark of the core reaches ECT(0)" arrives 100 186 whole
    as=187 check "to $1: and ECT(1)" arrives 100 185 whole
    check "to $1: who knows no marks loses the packet" is_lost 101 184 whole
    core_marks 'ip6 dscp set af11'
    as=42 check "to $1: a DSCP of the core arrives" arrives 100 186 whole
    run_in core nft delete table ip6 marks
}

# Somebody deletes the tunnel, and with it the routes that lead there.
test_lost_tunnel() {
    local tunnel
    tunnel=$(tunnel_of maar2)
    towards cn
    check 'a tunnel can be deleted' ip_in maar2 link del "$tunnel"
    check 'it is back within a second' until_true 10 tunnel_has maar2 1460
    check 'with the way into it' until_true 10 leads_to "$tunnel"
    check 'so that packets pass' arrives 100 0 whole
    check 'which the log says once' [ "$(grep -c 'event=object_restored' "$work/maar2.log")" -eq 1 ]
}

leads_to() { ip_in maar2 route show table 8885 | grep -q "dev $1"; }

# The option of the advertisements, from the first one on.
test_option() {
    set_in node eth0.accept_ra_mtu 1
    ip_in node link set eth0 down
    ip_in node link set eth0 up
    check 'a node that listens uses what fits the tunnel' until_true 150 node_mtu_is 1460
}

build_network
if ! ip_in maar1 link add probe0 type ip6tnl local 2001:db8:1::2 remote 2001:db8:2::2 2>/dev/null; then
    skip 'long and marked packets in a tunnel: the kernel has no ip6_tunnel'
    sum_up
    exit
fi
ip_in maar1 link del probe0
write_configs
test_move
check 'the node listens' hear_in node
check 'the correspondent does' hear_in cn
test_path 1460
if command -v nft >/dev/null; then
    test_marks node
    test_marks cn
else
    skip 'marks in the core: there is no nft'
fi
# The router in the middle carries less towards the MAARs, which only it knows.
for i in 1 2; do set_in core "maar$i.mtu" 1400; done
test_path 1360
test_lost_tunnel
test_option
sum_up

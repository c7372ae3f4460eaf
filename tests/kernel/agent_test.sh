#!/bin/bash
# The daemon as a process, in network namespaces of its own: what it refuses to start with,
# and how it holds out at work. Needs root and iproute2; changes nothing outside its
# namespaces and its temporary directory.
#   tests/kernel/agent_test.sh [DMMD]
# ends with "N passed, N failed[, N skipped]".
set -u
cd "$(dirname "$0")/../.." || exit 1

dmmd=$(realpath "${1:-build/release/dmmd}")
work=$(mktemp -d)
tag=dmmagent$$
cmd_ns=$tag-cmd
maar_ns=$tag-maar
node_ns=$tag-node
pids=()

# shellcheck disable=SC2329  # called by the trap
cleanup() {
    for pid in "${pids[@]}"; do kill -KILL "$pid" 2>/dev/null; done
    wait 2>/dev/null
    for ns in "$cmd_ns" "$maar_ns" "$node_ns"; do ip netns del "$ns" 2>/dev/null; done
    rm -rf "$work"
}
trap cleanup EXIT

# shellcheck source=tests/kernel/checks.sh
. tests/kernel/checks.sh

says() { grep -qE -- "$1" "$work/out"; }
lines_of_output() { [ "$(wc -l <"$work/out")" -eq "$1" ]; }
log_says() { grep -sqE -- "$2" "$work/$1.log"; }

# run STATUS NAMESPACE ARGUMENT...: runs dmmd to its end; true if it ends with STATUS.
run() {
    local status=$1 ns=$2
    shift 2
    timeout 10 ip netns exec "$ns" "$dmmd" "$@" >"$work/out" 2>&1
    [ $? -eq "$status" ]
}

# start NAME NAMESPACE ARGUMENT...: leaves a daemon running that logs to NAME.log.
start() {
    local name=$1 ns=$2
    shift 2
    ip netns exec "$ns" "$dmmd" "$@" >"$work/$name.out" 2>"$work/$name.log" &
    pids+=($!)
    pid=$!
    until_true 50 log_says "$name" '^event=started '
}

# ends PID SIGNAL: true if the process then ends with status 0.
ends() {
    kill -s "$2" "$1"
    wait "$1"
}

# ask NAME REQUEST: one request, the reply in $work/out.
ask() { printf '%s\n' "$2" | timeout 15 "$work/control_ask" "$work/$1.sock" >"$work/out" 2>&1; }
show() { ask "$1" "{\"v\":1,\"command\":\"show\",\"what\":\"$2\"}"; }
shows() { show "$1" "$2" && says "$3"; }

# Beside the daemon if the build has put them there.
build_helpers() {
    local helper
    for helper in mh_send control_ask; do
        if [ -x "$(dirname "$dmmd")/$helper" ]; then
            ln -s "$(dirname "$dmmd")/$helper" "$work/$helper"
        else
            "${CXX:-g++}" -std=c++23 -O1 -I. -o "$work/$helper" "tests/kernel/$helper.cc" \
                lib/base/{ip,bytes,text,assert}.cc || exit 1
        fi
    done
}

write_configs() {
    cat >"$work/cmd.json" <<EOF
{
  "role": "cmd",
  "control_socket": "$work/run/cmd.sock",
  "cmd": {
    "address": "2001:db8::c",
    "maars": [ { "address": "2001:db8::1", "pool": "2001:db8:a100::/48" } ]
  }
}
EOF
    cat >"$work/maar.json" <<EOF
{
  "role": "maar",
  "control_socket": "$work/maar.sock",
  "maar": {
    "address": "2001:db8::1",
    "cmd": "2001:db8::c",
    "core_interface": "core0",
    "access_links": [ "lan0" ],
    "pool": "2001:db8:a100::/48",
    "nodes": { "02:00:00:00:01:01": "alice@example" }
  }
}
EOF
    cat >"$work/bad.json" <<EOF
{
  "role": "maar",
  "maar": { "address": "2001:db8::", "cmd": 7, "acess_links": [ "lan0" ], "pool": "fe80::/64" }
}
EOF
    sed 's/"maar": {/"protocol": { "lifetime": "12s" }, &/; s/maar\.sock/real.sock/' \
        "$work/maar.json" >"$work/real.json"
    sed 's/"maar": {/"advert": { "mtu": 1460 }, &/' "$work/maar.json" >"$work/told.json"
    sed 's/2001:db8::c/2001:db8::dead/' "$work/cmd.json" >"$work/elsewhere.json"
    sed "s|$work/run/cmd.sock|$work/file|" "$work/cmd.json" >"$work/file.json"
    ln -s "$work/run/cmd.sock" "$work/cmd.sock"
}

build_network() {
    local ns
    for ns in "$cmd_ns" "$maar_ns" "$node_ns"; do
        ip netns add "$ns" || exit 1
        ip -n "$ns" link set lo up
    done
    ip -n "$cmd_ns" link add core0 type veth peer name core0 netns "$maar_ns"
    ip -n "$maar_ns" link add lan0 type veth peer name eth0 netns "$node_ns"
    ip -n "$node_ns" link set eth0 address 02:00:00:00:01:01
    ip -n "$cmd_ns" -6 addr add 2001:db8::c/64 dev core0 nodad
    ip -n "$maar_ns" -6 addr add 2001:db8::1/64 dev core0 nodad
    ip -n "$cmd_ns" link set core0 up
    ip -n "$maar_ns" link set core0 up
    ip -n "$maar_ns" link set lan0 up
}

test_command_line() {
    check 'version' run 0 "$cmd_ns" --version
    check 'version is told' says '^dmmd [0-9]'
    check 'help' run 0 "$cmd_ns" --help
    check 'no file is a usage error' run 2 "$cmd_ns"
    check 'an unknown option is a usage error' run 2 "$cmd_ns" --nonsense x
    check 'which is one line' lines_of_output 1
}

test_configuration() {
    check 'a good configuration' run 0 "$cmd_ns" --check-config "$work/cmd.json"
    check 'is called ok' says "^$work/cmd.json: ok\$"
    check 'a bad configuration, checked' run 3 "$cmd_ns" --check-config "$work/bad.json"
    check 'a bad configuration, started' run 3 "$maar_ns" "$work/bad.json"
    check 'each error is a line of dmmd' [ "$(grep -cv '^dmmd: ' "$work/out")" -eq 0 ]
    check 'the wrong type is listed' says ':/maar/cmd: '
    check 'the wrong key is listed' says ':/maar/acess_links: .*access_links'
    check 'the wrong pool is listed' says ':/maar/pool: '
    check 'a missing file' run 3 "$cmd_ns" "$work/absent.json"
    check 'is one line' lines_of_output 1
}

without() {
    local capability=$1 name=$2
    timeout 10 ip netns exec "$maar_ns" setpriv --bounding-set "-$capability" \
        "$dmmd" "$work/$name.json" >"$work/out" 2>&1
    [ $? -eq 4 ]
}

test_capabilities() {
    check 'without the right to raw sockets' without net_raw maar
    check 'the right is named' says '^dmmd: capability: CAP_NET_RAW is missing; '
    check 'without the right to change the network' without net_admin maar
    check 'that right is named' says '^dmmd: capability: CAP_NET_ADMIN is missing; '
    check 'and nothing else is said' lines_of_output 1
}

test_address() {
    check 'an address of another host' run 6 "$cmd_ns" "$work/elsewhere.json"
    check 'is named with a remedy' \
        says '^dmmd: address 2001:db8::dead: .*; ip -6 addr add 2001:db8::dead/'
    ip -n "$cmd_ns" -6 addr add 2001:db8::dead/64 dev core0
    check 'one that is just being checked is waited for' \
        start tentative "$cmd_ns" "$work/elsewhere.json"
    check 'and served' ends "$pid" TERM
    ip -n "$cmd_ns" -6 addr del 2001:db8::dead/64 dev core0
}

test_control_socket() {
    echo 'not a socket' >"$work/file"
    check 'a file in place of the socket' run 7 "$cmd_ns" "$work/file.json"
    check 'is named' says "^dmmd: control socket $work/file: "
    check 'and left alone' grep -q 'not a socket' "$work/file"

    check 'a CMD starts' start first "$cmd_ns" "$work/cmd.json"
    check 'its socket is for owner and group' \
        [ "$(stat -c %a "$work/run/cmd.sock")" = 660 ]
    check 'a second one does not' run 7 "$cmd_ns" "$work/cmd.json"
    check 'and says whom it met' says "^dmmd: control socket $work/run/cmd.sock: another daemon"
    check 'the first still answers' shows cmd status '"role":"cmd"'
    kill -KILL "$pid"
    wait "$pid" 2>/dev/null
    check 'a dead daemon leaves its socket' [ -S "$work/run/cmd.sock" ]
    check 'which the next one replaces' start second "$cmd_ns" "$work/cmd.json"
    check 'silently' [ "$(grep -cv '^event=check name=clock ' "$work/second.log")" -eq 1 ]
    check 'SIGINT ends it' ends "$pid" INT
    check 'with its socket' [ ! -e "$work/run/cmd.sock" ]
}

has_tunnels() {
    ip -n "$maar_ns" link add probe0 type ip6tnl local 2001:db8::1 remote 2001:db8::2 \
        2>/dev/null && ip -n "$maar_ns" link del probe0
}

test_kernel() {
    if has_tunnels; then
        skip 'a kernel without ip6_tunnel: this one has it'
        return
    fi
    check 'a kernel without tunnels' run 5 "$maar_ns" "$work/maar.json"
    check 'the module is named' says '^dmmd: kernel: .*modprobe ip6_tunnel.*kmod-ip6-tunnel'
    check 'no rule is left' [ -z "$(ip -n "$maar_ns" -6 rule show priority 8885)" ]
    check 'no link is left' [ -z "$(ip -n "$maar_ns" -br link show type macvlan)" ]
    check 'no control socket is left' [ ! -e "$work/maar.sock" ]
}

# What is wrong with this host, before a daemon runs; at a CMD the clock may be, or not.
test_host() {
    local tunnels='^error    tunnels: ip6tnl interfaces cannot be made: .*'
    has_tunnels && tunnels='^ok       tunnels: '
    check 'a MAAR without forwarding has errors' run 10 "$maar_ns" --check --verbose "$work/maar.json"
    check 'which is named' says '^error    forwarding: '
    check 'with the remedy' says '^         remedy: sysctl -w net\.ipv6\.conf\.all\.forwarding=1$'
    check 'tunnels are tried' says "$tunnels"
    has_tunnels || check 'and their module is named' says 'remedy: modprobe ip6_tunnel .*kmod-ip6-tunnel'
    check 'macvlans are tried' says '^ok       macvlans: .* tried just now$'
    check 'the pool is not seen from here' says '^unseen   pool: .*2001:db8:a100::/48'
    check 'nothing tried is left' [ -z "$(ip -n "$maar_ns" -br link | grep dmmtrial)" ]
    check 'nor its route' [ -z "$(ip -n "$maar_ns" -6 route show table 8885 2>/dev/null)" ]
    ip -n "$maar_ns" -6 rule add priority 8885 table main protocol static
    ip -n "$maar_ns" link set core0 mtu 1400
    check 'other errors, as JSON' run 10 "$maar_ns" --check --json "$work/told.json"
    check 'with its version' says '"v": 1,'
    check 'a rule of others is seen' says 'priority 8885 is that of a rule of protocol 4'
    check 'and a core that is too narrow' says 'set advert\.mtu to 1360, or: ip link set dev core0 mtu 1500'
    check 'which without advert.mtu is taken as it is' run 10 "$maar_ns" --check --verbose "$work/maar.json"
    check 'and nodes are told what fits' says '^ok       mtu: core0 has MTU 1400, .* nodes are told 1360'
    ip -n "$maar_ns" -6 rule del priority 8885
    ip -n "$maar_ns" link set core0 mtu 1500
    timeout 10 ip netns exec "$cmd_ns" "$dmmd" --check "$work/cmd.json" >"$work/out" 2>&1
    check 'a CMD has no error' grep -qx '[09]' <<<$?
    check 'and needs no tunnels' says '^([0-9]+ warnings?, )?[0-9]+ ok'
}

# At the daemons at work.
test_checks() {
    check 'a CMD tells what it finds' ask cmd '{"v":1,"command":"check"}'
    check 'of itself' says '"check":\[.*"name":"receive_buffer","severity":"ok"'
    check 'and nothing of tunnels' [ "$(grep -c tunnels "$work/out")" -eq 0 ]
    ask maar '{"v":1,"command":"check"}'
    check 'a MAAR in a dry run tries nothing' says '"tunnels","severity":"unseen","found":"[^"]*dry run'
    check 'its log has said the same' log_says maar '^event=check name=forwarding severity=error .*remedy="sysctl'
    yes '{"v":1,"command":"check"}' | head -n 8 | "$work/control_ask" "$work/maar.sock" >"$work/out"
    check 'who asks too often is told to wait' says '"code":8.*try again'
}

test_requests() {
    local what
    check 'the CMD tells its status' shows cmd status '"code":0.*|"address":"2001:db8::c"'
    for what in nodes forwarding peers counters config; do
        check "show $what" shows cmd "$what" '"code":0'
    done
    check 'the peer is listed' shows cmd peers '2001:db8:a100::/48'
    ask cmd '{"v":1,"command":"attach","mac":"02:00:00:00:01:01","link":"lan0","mn":""}'
    check 'a CMD has no links to attach at' says '"code":8.*CMD|CMD.*"code":8'
    ask cmd '{"v":1,"command":"dance"}'
    check 'an unknown command is not understood' says '"code":9'
    ask cmd 'this is no JSON'
    check 'nor is what is no JSON' says '"code":9'
    ask cmd "$(head -c 5000 /dev/zero | tr '\0' x)"
    check 'nor a line without end' says '"code":9.*4096|4096.*"code":9'
    printf '%s\n%s\n' '{"v":1,"command":"show","what":"status"}' \
        '{"v":1,"command":"show","what":"nodes"}' |
        "$work/control_ask" "$work/cmd.sock" >"$work/out"
    check 'two requests have two replies' lines_of_output 2
}

# count GROUP: the sum of the counters "GROUP.*" in $work/out.
count() {
    grep -oE "\"$1\.[A-Za-z_0-9]+\":[0-9]+" "$work/out" |
        awk -F: '{ sum += $2 } END { print sum + 0 }'
}

test_random_messages() {
    local began heard errors problems seconds
    began=$(date +%s)
    ip netns exec "$maar_ns" "$work/mh_send" 2001:db8::1 2001:db8::c 1000 1 >"$work/out"
    check '1000 random messages are sent' says '^sent=1000 '
    heard=$(<"$work/out")
    errors=$(sed -E 's/.*binding_errors=([0-9]+).*/\1/' <<<"$heard")
    problems=$(sed -E 's/.*parameter_problems=([0-9]+).*/\1/' <<<"$heard")
    seconds=$(($(date +%s) - began + 1))
    check 'some are answered with Binding Errors' [ "$errors" -gt 0 ]
    check 'some with Parameter Problems' [ "$problems" -gt 0 ]
    check 'answers are limited' [ $((errors + problems)) -le $((10 + 10 * seconds)) ]
    check 'the CMD lives' shows cmd counters '"code":0'
    if says 'rejected\.bad_payload_proto'; then
        check 'and has counted every one' [ $(($(count received) + $(count rejected))) -eq 1000 ]
    else
        skip 'every message is counted: the module mip6 answers some before they arrive'
    fi
    check 'unknown types among them' says 'rejected\.unknown_type'
    check 'its log was limited' until_true 30 log_says cmd 'event=left_out kind=message_'
    check 'and is short' [ "$(wc -l <"$work/cmd.log")" -lt 100 ]
}

test_clients() {
    local i holders=() deaf began
    began=$(date +%s)
    for i in $(seq 16); do
        sleep 20 | "$work/control_ask" "$work/cmd.sock" >"$work/idle.$i" &
        holders+=($!)
    done
    pids+=("${holders[@]}")
    sleep 0.3
    check 'the seventeenth client is turned away' shows cmd status '"code":8.*16 clients'
    for i in 0 1; do kill "${holders[$i]}"; done
    check 'until others have gone' until_true 20 shows cmd status '"role":"cmd"'

    # Requests without end, and a client that does not read its replies.
    yes '{"v":1,"command":"show","what":"config"}' |
        "$work/control_ask" "$work/cmd.sock" deaf &
    deaf=$!
    pids+=("$deaf")
    sleep 0.3
    check 'a client that does not read stops nobody' shows cmd status '"role":"cmd"'

    check 'an idle client is dropped' until_true 140 has_ended "${holders[15]}"
    check 'but not at once' [ $(($(date +%s) - began)) -ge 9 ]
    check 'so is one that does not read' until_true 50 has_ended "$deaf"
}

has_ended() { ! kill -0 "$1" 2>/dev/null; }

test_signals() {
    kill -HUP "$pid"
    check 'SIGHUP is answered' until_true 20 log_says cmd 'event=reload outcome=unchanged'
    check 'and survived' shows cmd status '"role":"cmd"'
}

# A MAAR against a kernel that agrees to everything: the whole path from a solicitation to
# the registered node, without tunnels.
test_dry_run() {
    check 'a MAAR starts a dry run' start maar "$maar_ns" --dry-run "$work/maar.json"
    local maar_pid=$pid
    check 'and warns that nothing is forwarded' log_says maar 'event=forwarding_off'
    check 'its link has no carrier yet or is ready' log_says maar 'event=link_(ready|missing)'
    # The node's kernel solicits by itself when its link comes up.
    ip -n "$node_ns" link set eth0 up
    check 'a solicitation is an attachment' until_true 80 log_says maar 'event=attached .*alice'
    check 'which the CMD accepts' until_true 20 log_says cmd 'event=registered .*alice@example'
    check 'and the MAAR serves' until_true 20 shows maar nodes '"state":"serving"'
    check 'the node is the frame its solicitation came in' says '02:00:00:00:01:01'
    check 'the kernel would be told' grep -q 'type macvlan' "$work/maar.out"
    check 'of what the node may send too' \
        grep -qE "^nft add element ip6 dmmd up '\{ 02:00:00:00:01:01 \. 2001:db8:a100:" "$work/maar.out"
    check 'but is not' [ -z "$(ip -n "$maar_ns" -br link show type macvlan)" ]
    check 'nor would an advertisement leave' \
        until_true 20 shows maar counters 'dry_run\.RA'
    check 'both ends count' shows maar counters 'received\.BA'
    check 'the peer was heard' shows maar peers '"heard":true'
    check 'the CMD has the node' shows cmd nodes 'alice@example'
    check 'at this MAAR' says '"serving":"2001:db8::1"'

    check 'the peers are up by their heartbeats' until_true 20 shows cmd peers '"state":"up"'
    test_checks
    test_orders
    test_removal
    test_links
    test_shutdown
    check 'the dry run takes back what it made' grep -qE 'rule del|del.*rule' "$work/maar.out"
}

test_orders() {
    ask maar '{"v":1,"command":"attach","mac":"02:00:00:00:01:02","link":"lan0","mn":"bob@x"}'
    check 'an operator may attach a node' says '"code":0'
    check 'the log says who did' log_says maar "event=control command=attach uid=0 pid=[0-9]+ mn=bob@x"
    check 'it is registered' until_true 20 log_says cmd 'event=registered .*bob@x'
    ask maar '{"v":1,"command":"attach","mac":"02:00:00:00:01","link":"lan0","mn":""}'
    check 'not with half an address' says '"code":8'
    ask maar '{"v":1,"command":"attach","mac":"03:00:00:00:00:01","link":"lan0","mn":""}'
    check 'nor a group address' says '"code":8'
    ask maar '{"v":1,"command":"attach","mac":"02:00:00:00:01:03","link":"lan9","mn":""}'
    check 'nor at a foreign link' says '"code":8.*access links|access links.*"code":8'
    ask maar '{"v":1,"command":"detach","mn":"carol@x","now":true}'
    check 'an unknown node cannot leave' says '"code":8.*no such node|no such node.*"code":8'
    ask maar '{"v":1,"command":"detach","mn":"bob@x","now":true}'
    check 'a known one can' says '"code":0'
    check 'and the CMD hears of it' until_true 20 log_says cmd 'event=deregistered .*bob@x'
}

# dmmctl remove, as typed.
test_removal() {
    local tool
    tool=$(dirname "$dmmd")/dmmctl
    if [ ! -x "$tool" ]; then
        skip 'a session is removed: dmmctl is not built'
        return
    fi
    ask maar '{"v":1,"command":"attach","mac":"02:00:00:00:01:04","link":"lan0","mn":"dora@x"}'
    check 'another node is registered' until_true 20 log_says cmd 'event=registered .*dora@x'
    check 'the CMD removes no stranger' tool_says "$tool" cmd 'no such node' remove carol@x
    check 'nor a MAAR that is none of hers' tool_says "$tool" cmd 'anchors nothing' remove dora@x 2001:db8::7
    check 'nor the one that serves her' tool_says "$tool" cmd 'serves this node' remove dora@x 2001:db8::1
    check 'a MAAR removes nothing' tool_says "$tool" maar 'ask the CMD' remove dora@x
    check 'a session is ended' "$tool" -s "$work/cmd.sock" remove dora@x >"$work/out" 2>&1
    check 'the log says who did' log_says cmd 'event=control command=end uid=0 .*dora@x'
    check 'the MAAR hears of it' until_true 20 log_says maar 'event=deregistered .*dora@x'
    check 'and it is gone at the CMD' until_true 20 misses cmd nodes 'dora@x'
}

# dmmctl shutdown, as typed: ends the MAAR `maar_pid` of the caller.
test_shutdown() {
    local tool
    tool=$(dirname "$dmmd")/dmmctl
    ask cmd '{"v":1,"command":"shutdown","forwarding":"keep"}'
    check 'a CMD has nothing to keep' says '"code":8.*no forwarding|no forwarding.*"code":8'
    if [ ! -x "$tool" ]; then
        skip 'a daemon is told to end: dmmctl is not built'
        check 'SIGTERM ends the MAAR' ends "$maar_pid" TERM
        return
    fi
    check 'dmmctl ends a MAAR' "$tool" -s "$work/maar.sock" shutdown --flush >"$work/out" 2>&1
    check 'and says what becomes of its forwarding' says 'its forwarding with it'
    check 'it ends' until_true 50 has_ended "$maar_pid"
    check 'the log says who told it' log_says maar 'event=control command=shutdown uid=0 pid=[0-9]+ forwarding=flush'
    check 'in order' log_says maar 'event=stopped'
    check 'with its socket' [ ! -e "$work/maar.sock" ]
}

# tool_says TOOL NAME TEXT ARGUMENT...: the daemon NAME refuses with TEXT.
tool_says() {
    local tool=$1 name=$2 text=$3
    shift 3
    ! "$tool" -s "$work/$name.sock" "$@" >"$work/out" 2>&1 && says "$text"
}
misses() { show "$1" "$2" && ! says "$3"; }

test_links() {
    ip -n "$maar_ns" link del lan0
    check 'a link that goes away is missed' until_true 20 log_says maar 'event=link_missing link=lan0'
    local ready
    ready=$(grep -c 'event=link_ready' "$work/maar.log")
    ip -n "$maar_ns" link add lan0 type veth peer name eth0 netns "$node_ns"
    ip -n "$maar_ns" link set lan0 up
    check 'one that appears is listened at' until_true 30 more_ready "$ready"
    ip -n "$maar_ns" link set lan0 down
    sleep 0.2
    check 'one that is down is missed' \
        [ "$(grep -c 'event=link_missing' "$work/maar.log")" -eq 2 ]
    sleep 2.2
    check 'which is said once' [ "$(grep -c 'event=link_missing' "$work/maar.log")" -eq 2 ]
}

# The same on a kernel that can do all of it: the node gets an address and a route, and an
# answer from the other side.
more_ready() { [ "$(grep -c 'event=link_ready' "$work/maar.log")" -gt "$1" ]; }

# What a daemon records goes the same way again; beside the daemon if the build has put the
# program there.
test_recording() {
    local replay tool trace recording=$work/run.rec
    replay=$(dirname "$dmmd")/dmmreplay
    tool=$(dirname "$dmmd")/dmmctl
    if ! [ -x "$replay" ] || ! [ -x "$tool" ]; then
        skip 'a recording is replayed: dmmreplay and dmmctl are not built'
        return
    fi
    check 'a file that is there is not recorded to' \
        run 8 "$cmd_ns" --record "$work/cmd.json" "$work/cmd.json"
    check 'which is said with a remedy' says "^dmmd: recording $work/cmd.json: File exists; "
    check 'nor is a directory that is not there' \
        run 8 "$cmd_ns" --record "$work/absent/run" "$work/cmd.json"
    check 'no control socket is left' [ ! -e "$work/run/cmd.sock" ]

    check 'a CMD starts and records' start rec "$cmd_ns" --record "$recording" "$work/cmd.json"
    local cmd_pid=$pid
    check 'for its owner alone' [ "$(stat -c %a "$recording")" = 600 ]
    "$tool" -s "$work/cmd.sock" trace >"$work/trace" 2>/dev/null &
    trace=$!
    pids+=("$trace")
    { printf '{"v":1,"command":"trace"}\n'; sleep 20; } |
        "$work/control_ask" "$work/cmd.sock" deaf &
    pids+=($!)
    sleep 0.3
    ip netns exec "$maar_ns" "$work/mh_send" 2001:db8::1 2001:db8::c 200 2 >/dev/null
    check 'a MAAR registers a node there' \
        start recmaar "$maar_ns" --dry-run --record "$work/maar.rec" "$work/maar.json"
    local maar_pid=$pid
    ask maar '{"v":1,"command":"attach","mac":"02:00:00:00:01:02","link":"lan0","mn":"bob@x"}'
    check 'which the CMD does' until_true 50 log_says rec 'event=registered .*bob@x'
    check 'and who follows sees' until_true 20 grep -q '^> note registered .*bob@x' "$work/trace"
    kill "$trace"
    check 'who follows and does not read stops nobody' shows cmd nodes 'bob@x'
    check 'the MAAR ends' ends "$maar_pid" TERM
    check 'the CMD ends' ends "$cmd_pid" TERM

    "$replay" "$recording" >"$work/out" 2>&1
    check 'the run of the CMD goes the same way again' \
        says '^[1-9][0-9]* events, [1-9][0-9]* actions: as recorded$'
    check 'and what was followed is a part of it' traced_in "$recording"
    "$replay" "$work/maar.rec" >"$work/out" 2>&1
    check 'so does that of the MAAR' says '^[1-9][0-9]* events, [1-9][0-9]* actions: as recorded$'
    sed 's/^\(> note registered\)/\1 x=1/' "$recording" >"$work/changed.rec"
    "$replay" "$work/changed.rec" >"$work/out" 2>&1
    check 'a changed line is found' [ $? -eq 1 ]
    check 'and shown' says '^.*:[0-9]+: recorded: > note registered x=1 '
}

# The trace begins somewhere and has everything from there on.
traced_in() {
    [ -s "$work/trace" ] && grep -vxFf "$1" "$work/trace" >"$work/out"
    [ $? -eq 1 ]
}

# shellcheck source=tests/kernel/agent_at_work.sh
. tests/kernel/agent_at_work.sh

build_helpers
write_configs
build_network
test_command_line
test_configuration
test_capabilities
test_address
test_control_socket
test_host
test_kernel
test_recording
check 'the CMD starts' start cmd "$cmd_ns" "$work/cmd.json"
cmd_pid=$pid
test_requests
test_random_messages
test_clients
pid=$cmd_pid
test_signals
test_dry_run
test_real_kernel
check 'SIGTERM ends the CMD' ends "$cmd_pid" TERM
check 'with its socket' [ ! -e "$work/run/cmd.sock" ]
check 'and a last word' log_says cmd '^event=stopped '

sum_up

#!/bin/bash
# Inside the virtual machine: what a new user does with the package on TREE, whose systemd runs. It is
# installed, the examples are edited, checked and started, a node comes, is looked at, moves and is
# looked at again, until all is taken away. The networks and the node are made here, outside of TREE:
# a CMD and MAAR1 in the machine's own network, MAAR2 in a second one.
#
#   tests/package/at_work.sh TREE FILE.deb
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
# shellcheck source=tests/support/count.sh
source tests/support/count.sh
tree=$1

inside() { nsenter --target "$init" --mount --pid --uts --ipc --root -- env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
show() { inside systemctl show --property "$2" --value "dmmd@$1"; } # INSTANCE PROPERTY
until_true() { # SECONDS COMMAND...
    local end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        ((SECONDS < end)) || return 1
        sleep 0.2
    done
}
give_up() { # WHY
    fail "$1" "$(inside journalctl --no-pager -n 60 2>&1)"
    closing_line
    exit 1
}

boot() {
    unshare --mount --pid --uts --ipc --fork tests/package/boot "$tree" &
    local outer=$!
    until_true 60 pgrep -P "$outer" || { fail "systemd is started"; closing_line; exit 1; }
    init=$(pgrep -P "$outer")
    if until_true 300 inside systemctl is-active multi-user.target; then
        pass "a fresh Debian is up after $SECONDS s"
    else
        give_up "a fresh Debian is up"
    fi
}

in_second() { nsenter --target "$second" --net "$@"; }
on_air() { ip -n air link "$@"; }
second_holder() { second=$(pgrep -f '^sleep 86399$'); }

# core0 -- core0 of MAAR2; lan0 of each -- a cell -- the node's eth0.
make_links() {
    inside unshare --net sleep 86399 &
    until_true 30 second_holder || give_up "a second network is made"
    ip netns add node
    ip netns add air
    ip link add core0 type veth peer name core0 netns "$second"
    ip link add lan0 type veth peer name antenna1 netns air
    ip link add lan1 type veth peer name antenna2 netns air
    ip link set lan1 netns "$second" name lan0
    ip -n air link add radio type veth peer name eth0 netns node
    for cell in cell1 cell2; do on_air add "$cell" type bridge forward_delay 0 mcast_snooping 0; done
    on_air set antenna1 master cell1
    on_air set antenna2 master cell2
    on_air set radio master cell1
    for link in cell1 cell2 antenna1 antenna2 radio; do on_air set "$link" up; done
    ip netns exec air sysctl -qw net.ipv6.conf.all.disable_ipv6=1
    sysctl -qw net.ipv6.conf.all.forwarding=1
    in_second sysctl -qw net.ipv6.conf.all.forwarding=1
    for link in core0 lan0; do ip link set "$link" up; in_second ip link set "$link" up; done
    ip address add 2001:db8:1::1/128 dev core0 nodad
    ip address add 2001:db8:ffff::c0/128 dev core0 nodad
    ip address add fe80::1/64 dev core0 nodad
    in_second ip address add 2001:db8:2::1/128 dev core0 nodad
    in_second ip address add fe80::2/64 dev core0 nodad
    ip route add 2001:db8:2::1 via fe80::2 dev core0
    ip route add 2001:db8:a200::/48 via fe80::2 dev core0
    in_second ip route add default via fe80::1 dev core0
    ip -n node link set lo up
    ip -n node link set eth0 address 02:00:00:00:01:01
}

# The examples, without what this domain lacks.
configure() {
    local name
    for name in cmd maar1 maar2; do
        sed -e '/2001:db8:3::1.*pool/d' -e '/2001:db8:2::1.*pool/s/,$//' -e 's/, "2001:db8:3::1"//' \
            "$tree/usr/share/doc/dmmd/examples/$name.json" >"$tree/etc/dmm/$name.json"
    done
}

# What dmmd makes in the kernel, by the marks that dmmd(8) names.
kernel_objects() {
    objects_here
    in_second bash -c "$(declare -f objects_here); objects_here"
}

objects_here() {
    ip -o link show | grep -oE ' (dlif|dmmt)[^:@]*'
    ip -6 rule show | grep '8885'
    ip -6 route show table all | grep 'proto 137'
    nft list tables | grep 'dmmd'
}

test_install() {
    cp "$1" "$tree/dmmd.deb"
    check "apt installs it" inside apt-get -q -y install /dmmd.deb
    equal "nothing is started by that" "" "$(inside systemctl list-units --plain --no-legend 'dmmd@*')"
    # shellcheck disable=SC2016  # The inner shell expands it.
    check "there is a user dmm in both groups" inside sh -c 'test "$(id -nG dmm)" = "dmm dmm-read"'
    equal "the folder of the sockets is the daemon's, all may enter" "dmm:dmm 755" \
        "$(inside stat -c '%U:%G %a' /run/dmm)"
    equal "no configuration is active" "" "$(inside ls /etc/dmm)"
    check "the manual pages and the examples are there" \
        inside ls /usr/share/man/man8/dmmd.8.gz /usr/share/doc/dmmd/examples/maar1.json
    equal "its files are those that it says" "" "$(inside dpkg --verify dmmd)"
}

test_start() {
    configure
    local name
    for name in cmd maar1 maar2; do check "the example $name.json, edited, is right" inside dmmd --check-config "/etc/dmm/$name.json"; done
    # As an administrator would who has two networks on one machine.
    mkdir -p "$tree/etc/systemd/system/dmmd@maar2.service.d"
    printf '[Service]\nNetworkNamespacePath=/proc/%s/ns/net\n' "$(awk '/^NSpid:/ { print $NF }' "/proc/$second/status")" \
        >"$tree/etc/systemd/system/dmmd@maar2.service.d/network.conf"
    inside systemctl daemon-reload
    check "the units can be enabled and started" inside systemctl enable --now dmmd@cmd dmmd@maar1 dmmd@maar2
    equal "all are at work" $'active\nactive\nactive' "$(inside systemctl is-active dmmd@cmd dmmd@maar1 dmmd@maar2)"
    inside dmmctl -i maar1 check >"$tree/check.txt" 2>&1
    equal "dmmctl check finds nothing that stands in the way" "" "$(grep -iE '^(error|bad|fail)' "$tree/check.txt")"
    check "dmmctl finds the CMD" inside dmmctl -i cmd status
    check "dmmctl finds the MAAR" inside dmmctl -i maar1 status
    local status
    status=$(inside cat "/proc/$(show maar1 MainPID)/status")
    equal "it has two capabilities, filtered calls and no way to more" \
        $'CapEff:\t0000000000003000\nCapBnd:\t0000000000003000\nNoNewPrivs:\t1\nSeccomp:\t2' \
        "$(grep -E '^(CapEff|CapBnd|NoNewPrivs|Seccomp):' <<<"$status")"
    equal "it runs as dmm" "dmm" "$(inside stat -c %U "/proc/$(show maar1 MainPID)")"
}

served() { inside dmmctl -i maar1 show nodes --long | grep -q '2001:db8:a100:'; }
node_address() { ip -n node -6 -o address show dev eth0 scope global | grep -oE "2001:db8:${1:-a100}:[0-9a-f:]+" | head -n 1; }
answers() { busybox ping6 -c 1 -W 2 "${1:-$address}"; }

test_node() {
    ip -n node link set eth0 up
    if ! until_true 90 served; then give_up "a node that comes is served"; fi
    pass "a node that comes is served"
    until_true 90 node_address
    address=$(node_address)
    check "it has an address of the pool" test -n "$address"
    check "it can be reached" until_true 90 answers
    contains "it is shown" "alice@example" "$(inside dmmctl -i maar1 show nodes)"
    check "the CMD knows it" inside sh -c 'dmmctl -i cmd show nodes --long | grep -q 2001:db8:a100:'
}

as_user() { inside setpriv --reuid "$1" --regid "$1" --init-groups "${@:2}"; } # NAME COMMAND...

test_users() {
    inside useradd -G dmm alice
    inside useradd bob
    check "a member of dmm may use it" as_user alice dmmctl -i maar1 status
    as_user bob dmmctl -i maar1 detach 02:00:00:00:00:01 >/dev/null 2>&1
    equal "a stranger may not change it" 5 "$?"
}

test_reload() {
    local before
    before=$(show maar1 MainPID)
    sed -i 's/"600s"/"300s"/' "$tree/etc/dmm/maar1.json"
    contains "a reload can be tried" "lifetime" "$(inside dmmctl -i maar1 reload --dry-run)"
    check "systemctl reload" inside systemctl reload dmmd@maar1
    equal "what is in the file is in use then" "" "$(inside dmmctl -i maar1 reload --dry-run | grep lifetime)"
    sed -i 's/"pool"/"pol"/' "$tree/etc/dmm/maar1.json"
    if inside systemctl reload dmmd@maar1 2>/dev/null; then fail "a broken configuration fails it"; else pass "a broken configuration fails it"; fi
    contains "and the journal says why" 'did you mean "pool"' "$(inside journalctl --no-pager -u dmmd@maar1 -n 20)"
    configure
    equal "the daemon is the same" "$before active" "$(show maar1 MainPID) $(inside systemctl is-active dmmd@maar1)"
}

renewed() { [[ $(show "$1" MainPID) != "$2" && $(show "$1" ActiveState) == active ]]; } # INSTANCE PID

test_kill() {
    local before
    before=$(show maar1 MainPID)
    inside sh -c "kill -KILL $before"
    check "a forwarding node does not notice kill -9" answers
    check "systemd starts it again" until_true 90 renewed maar1 "$before"
    check "the node is still there" until_true 90 served
    equal "with its address" "$address" "$(node_address)"
    check "and is reached" answers
}

test_watchdog() {
    local before
    equal "the watchdog is armed" "30s" "$(show maar1 WatchdogUSec)"
    mkdir -p "$tree/etc/systemd/system/dmmd@cmd.service.d"
    printf '[Service]\nWatchdogSec=8\n' >"$tree/etc/systemd/system/dmmd@cmd.service.d/test.conf"
    inside systemctl daemon-reload
    inside systemctl restart dmmd@cmd
    sleep 9
    before=$(show cmd MainPID)
    equal "a daemon that is well is left alone" "0" "$(show cmd NRestarts)"
    inside sh -c "kill -STOP $before"
    check "one that hangs is started again" until_true 90 renewed cmd "$before"
}

test_upgrade() {
    local before
    before=$(show maar1 MainPID)
    check "it can be installed over itself" inside dpkg -i /dmmd.deb
    check "which starts the new program" until_true 90 renewed maar1 "$before"
    check "the node is still there" until_true 90 served
    contains "its session went on" "event=resumed" "$(inside journalctl --no-pager -u dmmd@maar1 -n 30)"
    check "and is reached" answers
}

moved() { # The node solicits until MAAR2 has answered.
    timeout 5 ip netns exec node rdisc6 -1 eth0
    inside dmmctl -i maar2 show nodes mn=alice@example | grep -q serving && test -n "$(node_address a200)"
}

test_move() {
    on_air set radio down
    on_air set radio master cell2
    on_air set radio up
    if ! until_true 90 moved; then give_up "the node moves to MAAR2"; fi
    pass "the node moves to MAAR2"
    check "it is reached at its old address" until_true 90 answers
    check "and at its new one" until_true 90 answers "$(node_address a200)"
    contains "the old one is deprecated" "deprecated" "$(ip -n node -6 -o address show dev eth0 | grep "$address")"
    contains "MAAR2 shows where the old prefix is anchored" "2001:db8:1::1" "$(inside dmmctl -i maar2 show nodes --long)"
    contains "MAAR1 shows where the node went" "2001:db8:2::1" "$(inside dmmctl -i maar1 show nodes --long)"
    contains "the handover is on record" "alice@example" "$(inside dmmctl -i maar2 show handovers)"
    inside dmmctl -i maar2 show sequence alice@example >"$tree/ladder.txt"
    equal "its ladder has what was said" "RS PBU PBA RA" \
        "$(for word in RS PBU PBA RA; do grep -qw "$word" "$tree/ladder.txt" && echo "$word"; done | paste -sd ' ')"
    sed 's/^/   | /' "$tree/ladder.txt"
}

test_purge() {
    check "there is something to take away" test -n "$(kernel_objects)"
    check "dpkg removes it" inside dpkg --remove dmmd
    equal "no daemon runs" "" "$(pgrep -x dmmd)"
    equal "nothing of it is in the kernel" "" "$(kernel_objects)"
    equal "the operator's configuration stays" $'cmd.json\nmaar1.json\nmaar2.json' "$(inside ls /etc/dmm)"
    rm -r "$tree"/etc/dmm/*.json "$tree/etc/systemd/system/dmmd@maar2.service.d"
    check "dpkg purges it" inside dpkg --purge dmmd
    equal "no file of it is left" "" "$(inside find / -xdev -name '*dmm*' ! -path /dmmd.deb ! -path '/proc/*')"
    equal "nothing is left in /run" "" "$(inside find /run -name 'dmm*' ! -path '/run/systemd/*')"
    equal "no user, no group" "" "$(inside grep -h '^dmm' /etc/passwd /etc/group)"
    equal "no unit is loaded" "" "$(inside systemctl list-units --all --plain --no-legend 'dmmd@*')"
}

boot
make_links || give_up "the networks are made"
test_install "$2"
echo "-- installed after $SECONDS s"
test_start
test_node
test_users
test_reload
test_kill
test_watchdog
test_upgrade
test_move
test_purge
echo "-- done after $SECONDS s"
closing_line

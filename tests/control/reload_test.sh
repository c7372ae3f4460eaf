#!/bin/bash
# A configuration that changes while a MAAR runs: what is applied, what is refused, and what is said.
# The kernel is told nothing: what it would be told is what the daemon prints. Needs root; changes
# nothing outside its namespace and its temporary directory.
#   tests/control/reload_test.sh [DMMD]
# ends with "N passed, N failed[, N skipped]".
set -u
cd "$(dirname "$0")/../.." || exit 1

# shellcheck source=tests/control/stage.sh
. tests/control/stage.sh
stage reload "$@"
pid=''

prints() { grep -sqE -- "$1" "$work/printed"; }
ask() { timeout 5 "$dmmctl" -s "$work/maar1.sock" "$@" >"$work/out" 2>&1; }
level_is() { ask log && says "^$1\>"; }
in_effect() { ask show config && says "$1"; }

# configure [SED_EXPRESSION]: the file, with what it says changed
configure() {
    cat >"$work/maar1.json" <<JSON
{ "role": "maar",
  "log": "info",
  "control_socket": "$work/maar1.sock",
  "maar": { "address": "2001:db8:1::1",
            "cmd": "2001:db8:ffff::c0",
            "peers": ["2001:db8:2::1"],
            "core_interface": "core0",
            "access_links": ["lan0"],
            "source_check": "auto",
            "pool": "2001:db8:a100::/48" } }
JSON
    sed -i "${1-}" "$work/maar1.json"
}

ip netns add "$ns" || exit 1
ip -n "$ns" link set lo up
ip -n "$ns" -6 addr add 2001:db8:1::1/128 dev lo
configure
begin() {
    : >"$work/maar1.log" # What an earlier one said counts no more.
    ip netns exec "$ns" "$dmmd" --dry-run "$work/maar1.json" >>"$work/printed" 2>>"$work/maar1.log" &
    pid=$!
    until_true 100 log_says maar1 '^event=started '
}
end() {
    kill -TERM "$pid"
    wait "$pid"
}
check 'a MAAR starts that tells the kernel nothing' begin
check 'with a router on its link for itself and for its peer' test "$(grep -c '^ip link add dlif' "$work/printed")" -eq 2

check 'the same again is no change' ask reload
check 'which is said' says 'unchanged|nothing'
check 'and logged' log_says maar1 '^event=reload outcome=unchanged changes=0 errors=0$'

configure 's/"info"/"debug"/'
check 'what would change is told' ask reload --dry-run
check 'key by key' says '^/log: "info" -> "debug"$'
check 'and does not' level_is info
check 'nor is it logged' fails log_says maar1 'event=config_changed'
check 'until it is asked for' ask reload
check 'and is' level_is debug
check 'and logged' log_says maar1 '^event=config_changed key=/log old="\\"info\\"" new="\\"debug\\""$'
check 'then it is in effect' in_effect '"log": "debug"'

configure 's/"info"/"warning"/; s/"role"/"hooks": [{"on": ["control"], "run": ["\/bin\/sh", "-c", "true"]}], "role"/'
check 'SIGHUP has it read, too' kill -HUP "$pid"
check 'with the hooks that are there now' until_true 50 in_effect '"/bin/sh"'
check 'and the level' level_is warning
hooks_run() { ask log warning; ask show counters && says '^hooks.run +[1-9]'; }
check 'which are run' until_true 50 hooks_run
configure
check 'and are not, when they have gone' ask reload
check 'and the level is as before' level_is info

configure 's/"info"/"error"/; s/"pool"/"table": 77, "pool"/'
check 'what takes a restart is refused' fails ask reload
check 'with its key' says '/maar/table'
check 'and the remedy' says 'restart'
check 'and all else with it' level_is info
check 'as the log says' log_says maar1 '^event=config_refused key=/maar/table .* remedy="systemctl restart dmmd@maar1"$'
check 'and what stays' log_says maar1 '^event=reload outcome=refused .* text="keeping the old configuration"$'
check 'that nothing else does is not said' fails log_says maar1 '^event=config_refused key=/log '

configure 's/"peers"/"peer"/; s/"info"/"loud"/'
check 'a file with errors is refused' fails ask reload
check 'with the first' says '/maar/peer: unknown key; did you mean "peers"\?'
check 'and the second' says '/log: "loud": unknown'
check 'which are logged' log_says maar1 '^event=config_error file=.* key=/maar/peer '
check 'and what is stays' in_effect '"2001:db8:2::1"'
rm "$work/maar1.json"
check 'so is one that is not there' fails ask reload
check 'and what is stays, too' in_effect '"2001:db8:2::1"'

configure 's/"role"/"advert": {"mtu": 1280}, "role"/'
check 'another MTU of the tunnels is refused' fails ask reload
check 'by its key' says '/advert/mtu'
configure 's/"pool"/"idle_release": "1h", "pool"/'
check 'to release idle prefixes is applied where traffic is counted' ask reload
check 'and in effect' in_effect '"idle_release": "3600s"'

configure 's/\["lan0"\]/["lan0", "lan1"]/'
check 'another access link is applied' ask reload
check 'its sources are checked' prints 'nft add element ip6 dmmd links .*"lan1"'
check 'and its routers stand before a node comes' test "$(grep -cE '^ip link add dlif.* link lan1 ' "$work/printed")" -eq 2
configure 's/\["lan0"\]/["lan0", "lan1"]/; s/"2001:db8:2::1"/"2001:db8:2::1", "2001:db8:3::1"/'
: >"$work/printed"
check 'another peer is applied' ask reload
check 'it is there' ask show peers
check 'by its address' says '2001:db8:3::1'
check 'and counted' ask metrics
check 'by its address, too' says '^dmm_peer_messages_total\{peer="2001:db8:3::1"'
check 'its routers stand before a node comes' test "$(grep -cE '^ip link add dlif.* link lan[01] ' "$work/printed")" -eq 2
check 'it ends in order' end
pid=''

configure 's/"auto"/"off"/'
check 'without a check of sources it starts, too' begin
configure 's/"auto"/"off"/; s/"pool"/"idle_release": "1h", "pool"/'
check 'and is not to release what is idle' fails ask reload
check 'by its key' says '/maar/idle_release'
check 'it ends in order, too' end
pid=''
sum_up

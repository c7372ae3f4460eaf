#!/bin/bash
# What OpenWrt's configuration becomes, under the two shells that it may meet, as dmmd reads it.
#
#   tests/openwrt/uci_test.sh DMMD
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
# shellcheck source=tests/support/count.sh
source tests/support/count.sh
dmmd=$1
generator=tools/openwrt/files/dmm-uci.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

generate() { $shell tests/openwrt/stand_in.sh "./$generator" "$1" "$2"; } # UCI_FILE INSTANCE
verdict() { # UCI_FILE INSTANCE: what dmmd says of it, without the path
    generate "$1" "$2" >"$scratch/$2.json"
    "$dmmd" --check-config "$scratch/$2.json" 2>&1 | sed "s|^\(dmmd: \)\?$scratch/||"
}

test_examples() {
    equal "$shell: the example's MAAR is accepted" "maar1.json: ok" "$(verdict tools/openwrt/files/dmm.config maar1)"
    equal "$shell: the example's CMD is accepted" "cmd.json: ok" "$(verdict tools/openwrt/files/dmm.config cmd)"
    equal "$shell: the example's MAAR, octet by octet" \
        '{"role":"maar","control":{},"hooks":[{"on":["*"],"run":["/usr/libexec/dmmd-ubus-hook"]}],"maar":{"address":"2001:db8:1::1","cmd":"2001:db8:ffff::c0","core_interface":"eth1","pool":"2001:db8:a100::/48","peers":["2001:db8:2::1"],"access_links":["br-lan"],"nodes":{"02:00:00:00:01:01":"alice@example"}},"protocol":{},"advert":{}}' \
        "$(generate tools/openwrt/files/dmm.config maar1)"
}

# Every kind of key, with values that are no defaults.
test_everything() {
    cat >"$scratch/all" <<'UCI'
config dmmd 'edge'
    option role 'maar'
    option log 'debug'
    option control_socket '/run/dmm/other.sock'
    option address '2001:db8:1::1'
    option cmd '2001:db8:ffff::c0'
    list peers '2001:db8:2::1'
    list peers '2001:db8:3::1'
    option core_interface 'eth0'
    option access_links 'lan0'
    option pool '2001:db8:a100::/48'
    option quarantine '60s'
    option idle_release '120s'
    list local_prefixes '2001:db8:77::/48'
    option known_nodes_only 'on'
    option source_check 'on'
    option on_exit 'keep'
    option deprecate_on_exit '0'
    option encap 'seg6'
    option uplinks 'rules'
    option access_technology '4'
    option table '9000'
    option rule_priority '900'
    option mode 'relay'
    option aggregation_timeout '0.2s'
    option lifetime '100s'
    option initial_bindack_timeout '2s'
    option max_bindack_timeout '16s'
    option timestamp_window '200ms'
    option heartbeat_interval '30s'
    option missing_heartbeats_allowed '5'
    option pbu_rate '50'
    option pbu_burst '5'
    option strict_update_rate 'yes'
    option router_lifetime '900s'
    option interval '100s'
    option valid_lifetime '2h'
    option preferred_lifetime '1h'
    option mtu '1400'
    option keep_local_preferred '1'
    option control_group 'root'
    option control_read_group 'daemon'
    option metrics_listen '[::1]:9342'

config hook
    option instance 'edge'
    list on 'handover'
    list on 'absent'
    list run '/bin/sh'
    list run '/etc/dmm/it moved.sh'
    option timeout '5s'
    option privileged 'yes'

config dmmd 'centre'
    option role 'cmd'
    option address '2001:db8:ffff::c0'
    option max_previous_maars '4'
    option mobility 'none'
    option known_nodes_only '1'

config maar
    option address '2001:db8:1::1'
    option pool '2001:db8:a100::/48'
    list local_prefixes '2001:db8:77::/48'

config node
    option mac '02:00:00:00:00:07'
    option id 'bob@example'
    option mobility 'denied'

config node
    option instance 'another'
    option mac '02:00:00:00:00:08'
    option id 'carol@example'
    option mobility 'on'
UCI
    equal "$shell: a MAAR with every key" "edge.json: ok" "$(verdict "$scratch/all" edge)"
    equal "$shell: a CMD with every key" "centre.json: ok" "$(verdict "$scratch/all" centre)"
    contains "$shell: numbers and truth values are such" \
        '"access_technology":4,"table":9000,"rule_priority":900,"known_nodes_only":true,"deprecate_on_exit":false' \
        "$(generate "$scratch/all" edge)"
    contains "$shell: and so are hooks" \
        '"hooks":[{"on":["handover","absent"],"run":["/bin/sh","/etc/dmm/it moved.sh"],"timeout":"5s","privileged":true}]' \
        "$(generate "$scratch/all" edge)"
    contains "$shell: and where metrics are listened for" ',"metrics":{"listen":"[::1]:9342"},' \
        "$(generate "$scratch/all" edge)"
    contains "$shell: nodes of another instance are not here" '"nodes":{"bob@example":"denied"}}' \
        "$(generate "$scratch/all" centre)"
}

test_hostile() {
    cat >"$scratch/hostile" <<'UCI'
config dmmd 'edge'
    option role 'maar'
    option address '2001:db8:1::1'
    option cmd '2001:db8:ffff::c0'
    option pool '2001:db8:a100::/48'
    list access_links 'lan0'
    option mtu '012'
    option table '12; reboot'
    option known_nodes_only 'perhaps'

config node
    option mac '02:00:00:00:00:07'
    option id 'a"b\c,"d":"$(touch /x)`'
UCI
    printf "\nconfig node\n\toption mac '02:00:00:00:00:08'\n\toption id 'two\nlines\tand \x01\n'\n" >>"$scratch/hostile"
    local json said
    json=$(generate "$scratch/hostile" edge)
    # shellcheck disable=SC2016  # What must not be expanded.
    contains "$shell: quotes and backslashes stay text" '"a\"b\\c,\"d\":\"$(touch /x)`"' "$json"
    contains "$shell: newlines and controls stay text, also at the end" '"two\nlines\u0009and \u0001\n"' "$json"
    said=$(verdict "$scratch/hostile" edge)
    contains "$shell: a number that is none is named by dmmd" 'edge.json:/maar/table: "12; reboot"' "$said"
    contains "$shell: one with a leading zero, too" 'edge.json:/advert/mtu: "012"' "$said"
    contains "$shell: a truth value that is none, too" 'edge.json:/maar/known_nodes_only: "perhaps"' "$said"
}

# Each key of the manual page is one that the generator knows.
test_keys() {
    local key missing=''
    while read -r key; do
        grep -qw -- "$key" "$generator" || missing+=" $key"
    done < <(sed -nE '/^\.Sh KEYS/,/^\.Sh FILES/s/^\.It Ic ([a-z_]+)( Pq .*)?$/\1/p' man/dmmd.json.5)
    equal "every key of dmmd.json(5) can be set from UCI" "" "$missing"
}

for shell in 'sh' 'busybox sh'; do
    test_examples
    test_everything
    test_hostile
done
test_keys
check "the init script is one that sh reads" busybox sh -n tools/openwrt/files/dmmd.init
check "shellcheck has no complaint" shellcheck -s sh tools/openwrt/files/dmm-uci.sh tools/openwrt/files/dmmd.init
closing_line

# shellcheck shell=bash disable=SC2154  # What the reader has set.
# The rules of examples_test.sh, in the order of a day in the domain: what is done before the daemons
# start, with a node that comes and moves, and when they end.

make_knows() { # COMMAND: its target is there, and its variables are in `make help`
    local word words
    read -r -a words <<<"$1"
    env -u O make -n "${words[@]:1}" >"$work/out" 2>&1 || return 1
    make -s help >"$work/help"
    for word in "${words[@]:1}"; do
        [[ $word != *=* ]] || grep -qE "\b${word%%=*}=[^ ]*" "$work/help" || return 1
    done
}

debian_has() { # apt install PACKAGE...
    local package
    for package in "${@:3}"; do
        dpkg -s "$package" >"$work/out" 2>&1 || apt-cache show "$package" >"$work/out" 2>&1 || return 1
    done
}

# `make deb && sudo apt install ./FILE`: the file is where the target leaves it.
makes_package() { make_knows 'make deb' && grep -q "^tools/debian/build .* ${1%/*}\$" "$work/out"; }
is_a_unit() { [ -e "systemd/${1%@*}@.service" ]; } # UNIT@INSTANCE
reloads() { grep -q '^reload_service()\|reload_signal' "tools/openwrt/files/$1.init"; }

# What dmmd.json(5) shows of a configuration with errors, whose lines are broken there.
errors_are_told() {
    local told shown_text="${blocks["man/dmmd.json.5	$1"]}"
    echo '{ "role": "maar", "maar": { "address": "2001:db8:1::1", "cmd": "2001:db8:ffff::c0",
        "peers": ["fe80::1"], "access_links": ["lan0"], "pol": 1 } }' >"$work/maar1.json"
    (cd "$work" && "$bin/dmmd" --check-config maar1.json >"$work/out" 2>&1)
    told=$(sed 's/^dmmd: //' "$work/out" | xargs -d '\n')
    while IFS= read -r line; do [[ $told == *"$line"* ]] || return 1; done <<<"$shown_text"
}

texts_of_documents() {
    text README.md '              +-----+                       correspondent'
    text man/dmm.7 'rs link=lan0 mac=02:00:00:00:01:01 from=fe80::ff:fe00:101'
    text man/dmmd.8 'event=handover mn=alice@example from=2001:db8:1::1 to=2001:db8:2::1 previous=1'
    text man/dmmd.8 \
        'event=handover mn=alice@example from=2001:db8:1::1 prefix=2001:db8:a200:1::/64 anchors=1 took=37.8ms'
    text man/dmmd.8 'event=left_out kind=message_refused lines=37'
    text man/dmmd.json.5 \
        'maar1.json:/maar/peers/0: "fe80::1" is a link-local address; give one that'
    text man/dmmreplay.8 'recording form=1 version=0.1.0 role=cmd instance=cmd seed=17'
}

rules_of_the_build() {
    local command
    checked README.md 'apt install git make' debian_has apt install git make
    for command in 'make demo' 'make demo MODE=relay' 'make check' 'make help' 'make mutants' \
        'make bench' 'make size' 'make sim SEEDS=3000' 'make fuzz SECONDS=60'; do
        checked README.md "$command" make_knows "$command"
    done
    checked README.md 'make && sudo make install' make_knows 'make all install'
    checked README.md 'make deb && sudo apt install ./build/deb/dmmd_*.deb' makes_package build/deb/x
    checked README.md 'systemctl start dmmd@maar1' is_a_unit dmmd@maar1
    checked README.md 'service dmmd reload' reloads dmmd
    not_run man/dmmd.8 'curl http://[::1]:9342/metrics' \
        'no daemon here listens there; tests/control/metrics_test.sh scrapes one that does'
    not_run README.md 'sudo systemd-sysusers && sudo systemd-tmpfiles --create && sudo systemctl daemon-reload' \
        "it changes this host's users; tests/support/install_test.sh tries both below a folder"
    check 'man/dmmd.json.5: errors of a configuration are what is really said' errors_are_told \
        'maar1.json:/maar/peers/0: "fe80::1" is a link-local address; give one that'
}

rules_before_the_start() {
    local document
    for document in README.md man/dmmd.8; do
        run "$document" 'dmmd --check-config /etc/dmm/maar1.json' maar1 0 '^/etc/dmm/maar1.json: ok$'
        # Whether the clock is synchronised is this machine's affair.
        run "$document" 'dmmd --check /etc/dmm/maar1.json' maar1 '0|9' '[0-9]+ ok'
    done
    run man/dmmctl.8 'usermod -aG dmm operator' maar1 0
    [ -z "$domain" ] || check 'and the operator is in the group' says_on maar1 'id -nG operator' '\bdmm\b'
    rules_of_ipsec
}

rules_of_ipsec() {
    local line real out in
    out='ip xfrm policy add src A dst B proto 135 dir out tmpl src A dst B proto esp mode transport reqid 1'
    in='ip xfrm policy add src B dst A proto 135 dir in tmpl src B dst A proto esp mode transport reqid 1'
    for line in "$out" "$in"; do
        if unshare --net ip xfrm policy count >/dev/null 2>&1; then
            # Where nothing else is, since nobody there has the keys.
            real=${line// A / 2001:db8:1::1 }
            checked man/dmm.7 "$line" unshare --net bash -c "${real// B / 2001:db8:2::1 }"
        else
            not_run man/dmm.7 "$line" 'the kernel has no IPsec'
        fi
    done
}

begin_domain() {
    check 'the CMD starts' begin_daemon cmd 'dmmd --record run.rec /etc/dmm/cmd.json'
    check 'a second MAAR starts' begin_daemon maar2 'dmmd /etc/dmm/maar2.json'
    # All else would only wait for what does not come.
    log_says maar2 '^event=started ' || domain=''
}

# With the configuration as README.md has it: the kernel is told nothing, and needs no seg6.
rule_of_dry_run() {
    local config=$work/maar1/etc/dmm/maar1.json
    [ -z "$domain" ] || sed -i.seg6 's/"encap": "seg6", //' "$config"
    begin man/dmmd.8 'dmmd --dry-run /etc/dmm/maar1.json' maar1 maar1
    [ -n "$domain" ] || return
    check 'the dry run starts' until_true 50 log_says maar1 '^event=started '
    check 'it tells what it would do' until_true 30 grep -q '^ip ' "$work/maar1.out"
    check 'it ends' end_daemon maar1
    mv "$config.seg6" "$config"
}

rules_of_orders() {
    run man/dmmctl.8 'dmmctl -i maar1 attach 02:00:00:00:01:01 --link lan0 --mn alice@example' maar1 0
    [ -z "$domain" ] || check 'and the node is served' until_true 30 says_on maar1 'dmmctl show nodes' 'alice.*serving'
    run man/dmmctl.8 'dmmctl -i maar1 detach alice@example --now' maar1 0
    [ -z "$domain" ] || check 'and the node is gone' until_true 30 fails says_on maar1 'dmmctl show nodes' alice
}

rule_of_jq() { # COMMAND
    if command -v jq >/dev/null; then
        run man/dmmctl.8 "$1" cmd 0 '^[1-9][0-9]*$'
    else
        not_run man/dmmctl.8 "$1" 'there is no jq'
    fi
}

rules_with_a_node() {
    run README.md dmmctl maar1 0 'maar1' '2001:db8:1::1'
    run README.md 'dmmctl show nodes' maar1 0 '^NODE +STATE ' '^alice@example +serving '
    [ -z "$domain" ] || on maar1 "sed -i '/\"role\"/s/^/\"advert\": { \"interval\": \"200s\" },/' /etc/dmm/maar1.json"
    run README.md 'dmmctl reload' maar1 0 '^/advert/interval: .*200s'
    run README.md 'dmmctl metrics' maar1 0 '^dmm_nodes\{state="serving"\} 1$'
    run README.md 'dmmctl support-bundle /run/maar1.tar' maar1 0
    run man/dmmctl.8 'dmmctl -i maar1 support-bundle /run/report.tar --anonymous' maar1 0
    run man/dmmctl.8 'tar -tvf /run/report.tar' maar1 0 'status.json'
    run README.md 'dmmctl drain' maar1 0
    [ -z "$domain" ] || check 'which the status tells' says_on maar1 dmmctl 'drain'
    run man/dmmd.json.5 'dmmctl show config' maar1 0 '"encap": "seg6"' '"interval": "200s"'
    run man/dmmd.8 'dmmctl --json check' maar1 '0|9' '"v": 1,' '"check": \['
    rule_of_jq "dmmctl --json show counters | jq '.counters[\"received.BU\"]'"
    run man/dmmctl.8 'echo 3b010d00 562b0000 01020304 01020000 | dmmctl decode --hex --src 2001:db8:1::1 --dst 2001:db8:ffff::c0 -' \
        cmd 0 HEARTBEAT
}

rules_after_a_move() {
    run README.md 'dmmctl show handovers' maar2 0 '^AGO +NODE' 'alice@example'
    run README.md 'dmmctl show sequence alice@example' maar2 0 '^handover of alice@example'
    # What passes is counted, and told once something has.
    local long=$'man/dmmctl.8\tdmmctl show nodes mn=alice* --long'
    if [ -n "$domain" ] && log_says maar2 '^event=source_check_off '; then
        skip 'what has passed: the kernel has no nf_tables'
        shown["$long"]=$(grep -v '^ *passed ' <<<"${shown["$long"]}")
    elif [ -n "$domain" ]; then
        on mn 'for i in 1 2 3; do echo >/dev/udp/2001:db8:ffff::c0/9; done'
        check 'what passes is counted' until_true 30 says_on maar2 'dmmctl show nodes --long' 'passed'
    fi
    run man/dmmctl.8 'dmmctl show nodes' maar2 0
    run man/dmmctl.8 'dmmctl show nodes mn=alice* --long' maar2 0
    run man/dmmctl.8 'dmmctl show sequence alice@example' maar2 0
    text_of man/dmmd.8 'event=handover mn=alice@example from=2001:db8:1::1 to=2001:db8:2::1 previous=1' \
        "$work/cmd.log"
    text_of man/dmmd.8 \
        'event=handover mn=alice@example from=2001:db8:1::1 prefix=2001:db8:a200:1::/64 anchors=1 took=37.8ms' \
        "$work/maar2.log"
}

rules_after_the_end() {
    run man/dmmreplay.8 'dmmreplay run.rec' cmd 0
    run man/dmmreplay.8 "sed 's/note registered/note refreshed/' run.rec | dmmreplay -" cmd 1
    text_of man/dmmreplay.8 'recording form=1 version=0.1.0 role=cmd instance=cmd seed=17' "$work/cmd/home/run.rec"
    run man/dmmd.8 'dmmreplay /run/dmm/maar1.rec' maar1 0 'as recorded$'
}

rules_of_documents() {
    rules_of_the_build
    rules_before_the_start
    [ -z "$domain" ] || begin_domain
    rule_of_dry_run
    begin man/dmmd.8 'dmmd --record /run/dmm/maar1.rec /etc/dmm/maar1.json' maar1 maar1
    [ -z "$domain" ] || check 'the MAAR starts' until_true 50 log_says maar1 '^event=started '
    rules_of_orders
    [ -z "$domain" ] || check 'a node is served' node_moves 1
    rules_with_a_node
    begin README.md 'dmmctl monitor' cmd monitor
    [ -z "$domain" ] || {
        check 'the node moves' node_moves 2
        check 'its monitor tells' until_true 30 grep -q 'handover' "$work/monitor.out"
        check 'its anchor follows' until_true 50 says_on maar2 'dmmctl show nodes --long' 'anchor +2001:db8:1::1, previous'
    }
    rules_after_a_move
    [ -z "$domain" ] || {
        for name in maar1 maar2 cmd; do check "$name ends" end_daemon "$name"; done
    }
    rules_after_the_end
}

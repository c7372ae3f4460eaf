#!/bin/bash
# Tests the VM bench itself: what goes in and comes out, what stays outside, and how it ends.
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(cd "$here/../../.." && pwd -P)
# shellcheck source=tests/support/count.sh
source "$root/tests/support/count.sh"
export DMM_VM_CACHE=${DMM_VM_CACHE:-$root/build/vm}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

machines() { # How many qemu processes and job folders belong to the cache folder.
    local count=0 line
    for line in /proc/[0-9]*/cmdline; do
        line=$(tr '\0' ' ' 2>/dev/null <"$line")
        [[ $line == qemu-system-x86_64*"$DMM_VM_CACHE/job."* ]] && count=$((count + 1))
    done
    for line in "$DMM_VM_CACHE"/job.*; do [[ -e $line ]] && count=$((count + 1)); done
    echo $count
}

# A cache of its own that shares the kernel: what others run at the same time is not counted here.
own_cache() {
    "$here/fetch" >/dev/null || return
    "$here/initramfs" "$("$here/fetch")" >/dev/null || return
    mkdir "$scratch/cache" && ln -s "$DMM_VM_CACHE"/{kernel,initramfs-*} "$scratch/cache/"
    export DMM_VM_CACHE=$scratch/cache
}

test_one_run() {
    cat >"$scratch/inside.sh" <<'INSIDE'
echo "to stdout"
echo "to stderr" >&2
echo "to reopened" >/dev/stdout
{
    echo "folder=$PWD home=$HOME variable=$DMM_SELFTEST vm=$DMM_VM user=$EUID words=$#:$2"
    uname -r
    date +%s
    ip link add tun0 type ip6tnl local ::1 remote ::2 && echo tunnel
    ip link add veth0 type veth peer name veth1 && ip link add link veth0 mac0 type macvlan && echo macvlan
    ip netns add inner && ip netns exec inner ip link set lo up && echo netns
    ping -6 -c 1 -W 5 ::1 >/dev/null 2>&1 || busybox ping6 -c 1 ::1 >/dev/null && echo loopback
    if echo changed >>"$PWD/Makefile"; then echo written; else echo refused; fi
} >/out/selftest
head -c 100000 /dev/zero | tr '\0' 'x'
sleep 1000 &
exit 7
INSIDE
    local before output status seen begin end clock
    before=$(sha256sum "$root/Makefile")
    begin=$(date +%s)
    # The script is handed over as a word, since the host's /tmp is not shown inside.
    # shellcheck disable=SC2016  # Nothing in it is to be expanded, which is what is tested.
    output=$(DMM_SELFTEST='a "b" $c' "$here/run" --timeout 60 --out "$scratch/out" -- \
        bash -c "$(<"$scratch/inside.sh")" inside one 'two  words' 2>"$scratch/stderr")
    status=$?
    end=$(date +%s)
    seen=$(<"$scratch/out/selftest")
    equal "an exit status comes out" 7 "$status"
    equal "standard output comes out, whole" $'to stdout\nto reopened\n100000' \
        "$(head -n 2 <<<"$output")"$'\n'"$(tail -n +3 <<<"$output" | tr -d '\n' | wc -c)"
    equal "standard error stays apart" "to stderr" "$(<"$scratch/stderr")"
    contains "place, words and variables go in" \
        "folder=$root home=/root variable=a \"b\" \$c vm=1 user=0 words=2:two  words" "$seen"
    contains "the kernel is Debian's" "$(<"$DMM_VM_CACHE/kernel/current/version")" "$seen"
    contains "an ip6tnl can be made" $'\ntunnel\n' "$seen"
    contains "a macvlan can be made" $'\nmacvlan\n' "$seen"
    contains "a namespace can be made" $'\nnetns\n' "$seen"
    contains "the loopback interface is up" $'\nloopback\n' "$seen"
    equal "a write does not reach the host's tree" "$before" "$(sha256sum "$root/Makefile")"
    clock=$(sed -n 3p <<<"$seen")
    check "the clock is the host's" test "$clock" -ge $((begin - 2)) -a "$clock" -le $((end + 2))
    equal "nothing is left of it" 0 "$(machines)"
}

test_tree_below_tmp() {
    local tree=$scratch/a,tree output
    mkdir -p "$tree/tests/kernel" && cp -r "$here" "$tree/tests/kernel/vm"
    output=$("$tree/tests/kernel/vm/run" --timeout 60 -- bash -c 'pwd; ls tests/kernel; echo more >&2; echo last' 2>&1)
    equal "a command that succeeds returns 0" 0 "$?"
    equal "a tree below /tmp is seen, joined outputs keep their order" \
        "$tree"$'\nvm\nmore\nlast' "$output"
}

test_timeout() {
    local output
    output=$("$here/run" --timeout 2 -- bash -c 'echo begun; sleep 1000' 2>&1)
    equal "a command that takes too long is status 124" 124 "$?"
    equal "its output until then is shown, and the reason" \
        $'begun\nvm: the command took longer than 2 s' "$output"
    equal "nothing is left of it" 0 "$(machines)"
}

test_signal() {
    local pid i
    "$here/run" --timeout 60 -- sleep 1000 &
    pid=$!
    for ((i = 0; i < 100; i++)); do [[ $(machines) -ge 2 ]] && break; sleep 0.1; done
    check "the machine runs" test "$(machines)" -ge 2
    kill -TERM $pid
    wait $pid
    equal "SIGTERM ends it with status 143" 143 "$?"
    equal "nothing is left of it" 0 "$(machines)"
}

test_no_boot() {
    local output
    output=$(DMM_VM_BOOT_TIMEOUT=20 "$here/run" --memory 24 -- true 2>&1)
    equal "a machine that does not boot is status 125" 125 "$?"
    contains "which is said" "vm: the machine did not boot" "$output"
    contains "with the console's last lines" "vm: | " "$output"
    equal "nothing is left of it" 0 "$(machines)"
}

test_usage() {
    local output
    output=$("$here/run" --memory lots -- true 2>&1)
    equal "a bad option is status 2" 2 "$?"
    contains "and is named" "--memory wants a positive number, not 'lots'" "$output"
    mkdir "$scratch/bin" && ln -s "$(command -v dirname)" "$scratch/bin/"
    output=$(PATH=$scratch/bin /bin/bash "$here/run" true 2>&1)
    equal "a missing tool is status 125" 125 "$?"
    equal "and the remedy is named" \
        "vm: qemu-system-x86_64 is missing (Debian package qemu-system-x86); run tools/setup" "$output"
}

own_cache || { fail "the kernel can be fetched"; closing_line; exit 1; }
test_usage
test_one_run
test_tree_below_tmp
test_timeout
test_signal
test_no_boot
closing_line

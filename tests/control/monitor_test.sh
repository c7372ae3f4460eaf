#!/bin/bash
# Readers of a running CMD's events that do not read, that die and that hang up by halves: nobody else
# waits for them, they cost bounded memory and no descriptor, and they are told what they missed.
# Needs root; changes nothing outside its namespace and its temporary directory.
#   tests/control/monitor_test.sh [DMMD]
# ends with "N passed, N failed[, N skipped]".
set -u
cd "$(dirname "$0")/../.." || exit 1

# shellcheck source=tests/control/stage.sh
. tests/control/stage.sh
stage monitor "$@"
events=10000
daemon=''
declare -A reader=()

ask() { timeout 3 "$dmmctl" -s "$work/cmd.sock" "$@" >"$work/out" 2>&1; }
descriptors() { find "/proc/$daemon/fd" -mindepth 1 | wc -l; }
holds() { [ "$(descriptors)" -eq "$1" ]; }
resident() { awk '/^VmRSS:/ { print $2 }' "/proc/$daemon/status"; } # in KiB

# begin NAME KIND: a reader in the background; true when the daemon has agreed.
begin() {
    /usr/bin/python3 tests/control/reader.py "$work/cmd.sock" "$2" >"$work/$1.reader" 2>&1 &
    reader[$1]=$!
    until_true 50 reader_says "$1" '^follows$'
}
reader_says() { grep -sqE -- "$2" "$work/$1.reader"; }
value_of() { sed -nE "s/.*\<$2 ([0-9]+).*/\1/p" "$work/$1.reader"; }
end() { # SIGNAL NAME...
    local name signal=$1
    shift
    for name in "$@"; do
        kill "-$signal" "${reader[$name]}"
        wait "${reader[$name]}" 2>/dev/null
        unset "reader[$name]"
    done
}
happen() { timeout 60 /usr/bin/python3 tests/control/reader.py "$work/cmd.sock" busy "$1" >"$work/out" 2>&1; }
is_below() { [ "${1:-999999}" -lt "$2" ]; }

ip netns add "$ns" || exit 1
ip -n "$ns" link set lo up
ip -n "$ns" -6 addr add 2001:db8:ffff::c0/128 dev lo
sed "s|\"role\"|\"control_socket\": \"$work/cmd.sock\", \"role\"|" tools/examples/cmd.json >"$work/cmd.json"
ip netns exec "$ns" "$dmmd" "$work/cmd.json" >/dev/null 2>"$work/cmd.log" &
daemon=$!
check 'a CMD starts' until_true 100 log_says cmd '^event=started '
before=$(descriptors) # Nobody has connected yet.
check 'it answers' ask status
happen 1000 # So that the memory that it needs once is there.
check 'and keeps no descriptor for those who have gone' until_true 20 holds "$before"
rss_before=$(resident)

for name in full1 full2 full3 full4 full5; do check "$name follows" begin "$name" full; done
check 'one that says no more is cut' begin half half-closed
check 'and sees it' until_true 20 reader_says half '^cut$'
unset 'reader[half]'
check 'its place is free' begin deaf deaf
"$dmmctl" -s "$work/cmd.sock" --json monitor event=control >"$work/swift" 2>&1 &
reader[swift]=$!
check 'a swift one follows, too' until_true 50 holds $((before + 7))
check 'the eighth also' begin full6 full
check 'the ninth does not' fails begin ninth full
check 'and is told why' reader_says ninth '^refused: 8 others follow'
unset 'reader[ninth]'

check 'what happens is not held up by who does not read' happen "$events"
check 'nor is any answer' is_below "$(sed -n 's/^slowest //p' "$work/out")" 5000
check 'others are answered meanwhile' ask status
grown=$(($(resident) - rss_before))
# Six that read nothing, of 256 KiB each, and the allocator's share.
check "memory has grown by a bounded amount ($grown KiB)" is_below "$grown" 4500
check 'who reads misses nothing' until_true 50 test "$(grep -c '"event":"control"' "$work/swift")" -eq "$events"
check 'and hears of no loss' fails grep -q '"event":"events_lost"' "$work/swift"

kill -USR1 "${reader[deaf]}"
check 'who takes nothing any more is cut' until_true 50 reader_says deaf '^cut$'
unset 'reader[deaf]'
kill -USR1 "${reader[full1]}"
check 'who reads late is told of all, or that it is lost' until_true 100 reader_says full1 "sum $events octets"
check 'of some that they are lost' is_below "$(value_of full1 told)" "$events"
check 'and of no more than is kept' is_below "$(value_of full1 octets)" 1000000
unset 'reader[full1]'
end KILL full2 full3 full4 full5 full6
end TERM swift
check 'the dead leave no descriptor' until_true 50 holds "$before"

for round in 1 2 3; do
    for name in dead1 dead2 dead3 dead4; do check "there is room for $name, round $round" begin "$name" full; done
    happen 50
    end KILL dead1 dead2 dead3 dead4
done
check 'nor do more that die while they are told' until_true 50 holds "$before"
grown=$(($(resident) - rss_before))
check "nor memory ($grown KiB)" is_below "$grown" 4500
check 'it still answers' ask status
kill -TERM "$daemon"
check 'it ends in order' wait "$daemon"
daemon=''
sum_up

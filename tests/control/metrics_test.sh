#!/bin/bash
# `dmmctl metrics` of a CMD that runs, read by the parser of Prometheus' own client library. Needs
# root; changes nothing outside its namespace and its temporary directory.
#   tests/control/metrics_test.sh [DMMD]
# ends with "N passed, N failed[, N skipped]".
set -u
cd "$(dirname "$0")/../.." || exit 1

dmmd=$(realpath "${1:-build/release/dmmd}")
dmmctl=$(dirname "$dmmd")/dmmctl
work=$(mktemp -d)
# Debian's, for which Debian's packages are.
python=/usr/bin/python3
ns=dmmmetrics$$
pid=''

# shellcheck disable=SC2329  # called by the trap
cleanup() {
    [ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null
    wait 2>/dev/null
    ip netns del "$ns" 2>/dev/null
    rm -rf "$work"
}
trap cleanup EXIT

# shellcheck source=tests/kernel/checks.sh
. tests/kernel/checks.sh

log_says() { grep -sqE -- "$2" "$work/$1.log"; }
ask() { "$dmmctl" -s "$work/cmd.sock" "$@" >"$work/out" 2>&1; }
says() { grep -qE -- "$1" "$work/out"; }
value_is() { ask metrics && says "^$1 $2\$"; }

parses() { # FILE: true if a parser that is not ours understands it and finds what it must
    "$python" - "$1" <<'PYTHON'
import sys
from prometheus_client.parser import text_string_to_metric_families
families = {f.name: f for f in text_string_to_metric_families(open(sys.argv[1]).read())}
for name, family in families.items():
    assert name.startswith("dmm_") and family.documentation, name
    assert family.type in ("counter", "gauge", "histogram"), (name, family.type)
    seen = [(s.name, tuple(sorted(s.labels.items()))) for s in family.samples]
    assert len(seen) == len(set(seen)), name
    if family.type == "histogram":
        counts = [s.value for s in family.samples if s.name.endswith("_bucket")]
        assert counts == sorted(counts) and len(counts) == 17, name
assert families["dmm_nodes"].type == "gauge"
assert families["dmm_messages"].type == "counter"
assert families["dmm_answer_seconds"].type == "histogram"
PYTHON
}

ip netns add "$ns" || exit 1
ip -n "$ns" link set lo up
ip -n "$ns" -6 addr add 2001:db8:ffff::c0/128 dev lo
sed "s|\"role\"|\"control_socket\": \"$work/cmd.sock\", \"role\"|" tools/examples/cmd.json >"$work/cmd.json"
ip netns exec "$ns" "$dmmd" "$work/cmd.json" >/dev/null 2>"$work/cmd.log" &
pid=$!
check 'a CMD starts' until_true 100 log_says cmd '^event=started '
check 'it tells its metrics' ask metrics
cp "$work/out" "$work/metrics.txt"
check 'who it is' says '^dmm_build_info\{version="[^"]+",role="cmd"\} 1$'
check 'how much memory it has' says '^dmm_resident_memory_bytes [1-9][0-9]{6,}$'
check 'what it has not seen is 0' says '^dmm_events_total\{event="handover"\} 0$'
check 'what it sent is counted' until_true 50 value_is 'dmm_messages_total\{direction="sent",type="HEARTBEAT"\}' '[1-9][0-9]*'
check 'there is no JSON of it' fails ask --json metrics
check 'which is said' says 'show counters'
if "$python" -c 'import prometheus_client.parser' 2>/dev/null; then
    check "another's parser understands all of it" parses "$work/metrics.txt"
    sed '/^dmm_answer_seconds_bucket/ { s/ 0$/ x/ }' "$work/metrics.txt" >"$work/broken.txt"
    check 'and would have found a fault' fails parses "$work/broken.txt" 2>/dev/null
else
    skip "another's parser: there is no python3-prometheus-client"
fi
kill -TERM "$pid"
check 'it ends in order' wait "$pid"
pid=''
sum_up

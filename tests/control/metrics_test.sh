#!/bin/bash
# `dmmctl metrics` and a scrape over HTTP of a CMD that runs, read by the parser of Prometheus' own
# client library. Needs root; changes nothing outside its namespace and its temporary directory.
#   tests/control/metrics_test.sh [DMMD]
# ends with "N passed, N failed[, N skipped]".
set -u
cd "$(dirname "$0")/../.." || exit 1

# shellcheck source=tests/control/stage.sh
. tests/control/stage.sh
stage metrics "$@"
# Debian's, for which Debian's packages are.
python=/usr/bin/python3
pid=''

ask() { "$dmmctl" -s "$work/cmd.sock" "$@" >"$work/out" 2>&1; }
value_is() { ask metrics && says "^$1 $2\$"; }

# What `curl -i` would show; to need it would be one thing more to install.
http() { # METHOD PATH
    # shellcheck disable=SC2016  # the inner shell's
    ip netns exec "$ns" timeout 10 bash -c 'exec 3<>"/dev/tcp/::1/9342" || exit 1
        printf "%s %s HTTP/1.1\r\nHost: [::1]:9342\r\n\r\n" "$1" "$2" >&3 && cat <&3' \
        - "$1" "$2" >"$work/answer" 2>/dev/null
    tr -d '\r' <"$work/answer" >"$work/out"
}
answers() { http "$2" "$3" && head -n 1 "$work/out" | grep -qx "HTTP/1.1 $1"; }
body_of_answer() { sed '1,/^$/d' "$work/out"; }

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
configure() { # NAME ADDRESS: where metrics are listened for
    sed "s|\"role\"|\"control_socket\": \"$work/$1.sock\", \"metrics\": {\"listen\": \"$2\"}, \"role\"|" \
        tools/examples/cmd.json >"$work/$1.json"
}
configure cmd '[::1]:9342'
ip netns exec "$ns" "$dmmd" "$work/cmd.json" >/dev/null 2>"$work/cmd.log" &
pid=$!
check 'a CMD starts' until_true 100 log_says cmd '^event=started '
check 'it tells its metrics' ask metrics
cp "$work/out" "$work/metrics.txt"
check 'who it is' says '^dmm_build_info\{version="[^"]+",role="cmd"\} 1$'
check 'how much memory it has' says '^dmm_resident_memory_bytes [1-9][0-9]{6,}$'
check 'what it has not seen is 0' says '^dmm_events_total\{event="handover"\} 0$'
check 'what it sent is counted' until_true 50 value_is 'dmm_messages_total\{direction="sent",type="HEARTBEAT"\}' '[1-9][0-9]*'
check 'it tells them over HTTP' answers '200 OK' GET /metrics
check 'and when' says '^Date: [A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} 20[0-9]{2} [0-9:]{8} GMT$'
check 'and says what they are' says '^Content-Type: text/plain; version=0.0.4; charset=utf-8$'
body_of_answer >"$work/scraped.txt"
check 'the same as otherwise' diff <(grep -v '^dmm_' "$work/metrics.txt") <(grep -v '^dmm_' "$work/scraped.txt")
check 'with its values' grep -qE '^dmm_messages_total\{direction="sent",type="HEARTBEAT"\} [1-9]' "$work/scraped.txt"
check 'or only their size' answers '200 OK' HEAD /metrics
check 'and nothing else' answers '404 Not Found' GET /
check 'nor changes' answers '405 Method Not Allowed' POST /metrics
check 'to be asked here is no reason to warn' fails log_says cmd 'event=metrics_exposed'
check 'there is no JSON of it' fails ask --json metrics
check 'which is said' says 'show counters'
if "$python" -c 'import prometheus_client.parser' 2>/dev/null; then
    check "another's parser understands all of it" parses "$work/metrics.txt"
    check 'over HTTP, too' parses "$work/scraped.txt"
    sed '/^dmm_answer_seconds_bucket/ { s/ 0$/ x/ }' "$work/metrics.txt" >"$work/broken.txt"
    check 'and would have found a fault' fails parses "$work/broken.txt" 2>/dev/null
else
    skip "another's parser: there is no python3-prometheus-client"
fi
configure second '[::1]:9342'
status=0
ip netns exec "$ns" "$dmmd" "$work/second.json" >"$work/out" 2>&1 || status=$?
check 'where another listens, a start ends' test "$status" -eq 6
check 'which says what to do' says '^dmmd: metrics at \[::1\]:9342: Address already in use; give another "listen", or'
sed -i 's/:9342/:9343/' "$work/cmd.json"
check 'another port takes a restart' fails ask reload
check 'which is said, too' says '/metrics/listen'
kill -TERM "$pid"
check 'it ends in order' wait "$pid"
pid=''
configure open '[::]:9342'
ip netns exec "$ns" "$dmmd" "$work/open.json" >/dev/null 2>"$work/open.log" &
pid=$!
check 'one that others may ask starts at once behind it' until_true 100 log_says open '^event=started '
check 'and warns' log_says open '^event=metrics_exposed listen="?\[::\]:9342"? text='
check 'and answers' answers '200 OK' GET /metrics
kill -TERM "$pid"
check 'it ends in order, too' wait "$pid"
pid=''
sum_up

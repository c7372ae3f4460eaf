#!/bin/bash
# Every command that README.md and the manual pages show has a rule in tests/docs/rules.sh: it is
# run as it stands there, in a small domain of its own, and says what the document shows; or it is
# checked in another way; or there is a reason why it is not run. An example without a rule is a
# failure, and so is a rule without an example. Needs root; changes nothing outside its namespaces
# and its temporary directory.
#   tests/docs/examples_test.sh [DMMD]
# ends with "N passed, N failed[, N skipped]".
set -u
cd "$(dirname "$0")/../.." || exit 1

bin=$(dirname "$(realpath "${1:-build/release/dmmd}")")
work=$(mktemp -d)
documents=(README.md man/*.[1-9])
# What is to be seen behind `DOCUMENT<TAB>COMMAND`, empty if nothing is shown; and which had a rule.
declare -A shown=() ruled=()
declare -A texts=() blocks=()
domain=''

# shellcheck disable=SC2329  # called by the trap
cleanup() {
    # Each is the first process of its host; all others there end with it.
    for pid in "${holders[@]}"; do kill -KILL "$pid" 2>/dev/null; done
    wait 2>/dev/null
    rm -rf "$work"
}

# shellcheck source=tests/kernel/checks.sh
. tests/kernel/checks.sh
# shellcheck source=tests/docs/domain.sh
. tests/docs/domain.sh
trap cleanup EXIT

says() { grep -qE -- "$1" "$work/out"; }
complain() { # WHAT
    failed=$((failed + 1))
    printf 'FAILED: %s\n' "$1"
}

# --- the rules' words

# Each begins so: true if the document has the example, which has its rule now.
example() { # DOCUMENT COMMAND
    local key=$1$'\t'$2
    if [ -z "${shown[$key]+there}" ]; then
        complain "$1: a rule has no example: $2"
        return 1
    fi
    ruled[$key]=yes
}

# run DOCUMENT COMMAND HOST STATUS [PATTERN...]: ends with a status like this one, and each pattern
# is found in its output; so is each line that the document shows.
run() {
    local document=$1 command=$2 host=$3 status=$4 pattern
    example "$document" "$command" || return
    if [ -z "$domain" ]; then
        skip "$document: $command: there is no domain"
        return
    fi
    on "$host" "$command" >"$work/out" 2>&1
    check "$document: $command: ends with status $status" grep -qxE "$status" <<<$?
    for pattern in "${@:5}"; do check "$document: $command: says $pattern" says "$pattern"; done
    [ -z "${shown["$document	$command"]}" ] ||
        check "$document: $command: says what is shown" resembles "${shown["$document	$command"]}" "$work/out"
}

# begin DOCUMENT COMMAND HOST NAME: it goes on there, and what it says is in NAME.out and NAME.log.
begin() {
    example "$1" "$2" || return
    if [ -z "$domain" ]; then
        skip "$1: $2: there is no domain"
        return
    fi
    on "$3" "exec $2" >"$work/$4.out" 2>"$work/$4.log" &
}

# checked DOCUMENT COMMAND TEST...: in another way, which is a command.
checked() { ! example "$1" "$2" || check "$1: $2: ${*:3}" "${@:3}"; }

# not_run DOCUMENT COMMAND REASON
not_run() { ! example "$1" "$2" || skip "$1: $2: not run: $3"; }

# text DOCUMENT FIRST_LINE: a block that shows no commands; stands before `read_documents`.
text() { texts["$1	$2"]=unseen; }

# text_of DOCUMENT FIRST_LINE FILE: its lines are in the file.
text_of() {
    [ -z "$domain" ] || check "$1: $2: is what is really said" resembles "${blocks["$1	$2"]-none}" "$3"
}

# --- what is shown, and what is said

# Addresses, times, counts and widths vary from run to run.
shape() {
    sed -E 's/[0-9a-f]+:[0-9a-f:]*:[0-9a-f:]*(\/[0-9]+)?/ADDRESS/g
        s/\b[0-9]+(\.[0-9]+)?(us|ms|s|m|h|d)([0-9]+[smh])?\b/TIME/g
        s/\b[0-9]+(\.[0-9]+)?( (k|M|G)?B\b)?/N/g
        s/-+/-/g; s/[[:blank:]]+/ /g; s/ $//' "$@"
}

# resembles SHOWN FILE: each line that is shown is one of the file; `...` stands for any end.
resembles() {
    local line result=0
    shape "$2" >"$work/said"
    while IFS= read -r line; do
        if [[ $line == *...* ]]; then
            line=${line%%...*}
            awk -v begin="$line" 'index($0, begin) == 1 { found = 1 } END { exit !found }' "$work/said"
        else
            grep -qxF -- "$line" "$work/said"
        fi || { echo "    not said: $line"; result=1; }
    done < <(shape <<<"$1")
    return $result
}

# --- the documents

read_documents() {
    local document kind line key='' block=''
    for document in "${documents[@]}"; do
        while IFS=$'\t' read -r kind line; do
            case $kind in
                B)
                    [ -n "${texts["$document	$line"]-}" ] || continue
                    block="$document	$line"
                    texts[$block]=seen
                    ;;
                E) block='' ;;
                C)
                    if [ -n "$block" ]; then
                        blocks[$block]+=${blocks[$block]:+$'\n'}$line
                    else
                        key="$document	$line"
                        shown[$key]=${shown[$key]-}
                    fi
                    ;;
                O) [ -z "$line" ] || shown[$key]+=${shown[$key]:+$'\n'}$line ;;
            esac
        done < <(awk -f tests/docs/extract.awk "$document")
    done
}

all_have_rules() {
    local key
    for key in "${!shown[@]}"; do
        [ -n "${ruled[$key]-}" ] ||
            complain "${key%%	*}: an example has no rule in tests/docs/rules.sh: ${key#*	}"
    done
    for key in "${!texts[@]}"; do
        [ "${texts[$key]}" = seen ] || complain "${key%%	*}: a rule has no text: ${key#*	}"
    done
    check 'the documents have examples' [ "${#shown[@]}" -gt 20 ]
}

# shellcheck source=tests/docs/rules.sh
. tests/docs/rules.sh
texts_of_documents
read_documents
if can_have_domain; then
    domain=yes
    check 'there are hosts with cables' build_network
    write_configs
else
    skip 'what takes a domain: no namespaces here, or the kernel has no seg6 routes, veth or macvlan'
fi
rules_of_documents
all_have_rules
sum_up

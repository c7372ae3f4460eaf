# Completion of dmmctl(8) for bash.

# Instances, by the sockets of the daemons.
_dmmctl_instances() {
    local socket
    for socket in /run/dmm/*.sock; do
        [[ -S $socket ]] || continue
        socket=${socket##*/}
        printf '%s\n' "${socket%.sock}"
    done
}

# Nodes of the daemon that the options name; none without an answer. Nodes choose their own
# names: one that holds what a shell would act upon is never offered.
_dmmctl_nodes() {
    local line
    while read -r line; do
        [[ $line =~ ^\"mn\":\ \"([A-Za-z0-9@.:_+%,/-]+)\",$ ]] && printf '%s\n' "${BASH_REMATCH[1]}"
    done < <(dmmctl --json "$@" show nodes 2>/dev/null)
}

_dmmctl_interfaces() {
    local path
    for path in /sys/class/net/*; do
        printf '%s\n' "${path##*/}"
    done
}

# Sets COMPREPLY to those of the lines or words $2 that begin with $1. Not by compgen -W,
# which would expand them.
_dmmctl_offer() {
    local left="" candidate
    # readline replaces what stands behind the last colon, not the whole word.
    [[ $1 == *:* && $COMP_WORDBREAKS == *:* ]] && left=${1%:*}:
    while read -r candidate; do
        [[ $candidate == "$1"* ]] && COMPREPLY+=("${candidate#"$left"}")
    done < <(tr ' ' '\n' <<<"$2")
}

_dmmctl() {
    local -a words daemon=()
    local word command="" option="" operands=0 i
    COMPREPLY=()

    # By blanks alone: COMP_WORDS is split at the colons of addresses too.
    read -ra words <<<"${COMP_LINE:0:COMP_POINT}"
    [[ ${COMP_LINE:0:COMP_POINT} == *[[:blank:]] ]] && words+=("")
    word=${words[-1]}

    for ((i = 1; i < ${#words[@]} - 1; i++)); do
        if [[ -n $option ]]; then
            [[ $option == -[is] ]] && daemon=("$option" "${words[i]}")
            option=""
            continue
        fi
        case ${words[i]} in
            -i | -s | --link | --mn | --src | --dst) option=${words[i]} ;;
            -*) ;;
            *)
                if [[ -z $command ]]; then
                    command=${words[i]}
                else
                    ((operands++))
                fi
                ;;
        esac
    done

    case $option in
        -i) _dmmctl_offer "$word" "$(_dmmctl_instances)" ;;
        -s) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
        --link) _dmmctl_offer "$word" "$(_dmmctl_interfaces)" ;;
    esac
    [[ -n $option ]] && return

    case $command:$word in
        :-*) _dmmctl_offer "$word" "-i -s --json --help --version" ;;
        :*) _dmmctl_offer "$word" "status show attach detach remove trace monitor check shutdown decode help" ;;
        attach:-*) _dmmctl_offer "$word" "--link --mn --json --help" ;;
        check:-*) _dmmctl_offer "$word" "--verbose --json --help" ;;
        detach:-*) _dmmctl_offer "$word" "--now --json --help" ;;
        shutdown:-*) _dmmctl_offer "$word" "--flush --keep --json --help" ;;
        decode:-*) _dmmctl_offer "$word" "--hex --src --dst --json" ;;
        decode:*) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
        *:-*) _dmmctl_offer "$word" "-i -s --json --help" ;;
        show:*) ((operands)) || _dmmctl_offer "$word" "nodes forwarding peers counters config status" ;;
        detach:* | remove:*) ((operands)) || _dmmctl_offer "$word" "$(_dmmctl_nodes "${daemon[@]}")" ;;
        monitor:*) _dmmctl_offer "$word" "event= mn=" ;;
        help:*) ((operands)) || _dmmctl_offer "$word" "status show attach detach remove trace monitor check shutdown decode" ;;
    esac
}

complete -o default -F _dmmctl dmmctl

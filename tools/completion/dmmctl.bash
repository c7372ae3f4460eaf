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

# Commands, or the views behind "show": what `dmmctl help` lists, so that nothing is left out here.
_dmmctl_listed() {
    local line last=-
    while IFS= read -r line; do
        [[ -z $last && $line =~ ^\ \ ([a-z-]+)(\ |$) ]] && printf '%s\n' "${BASH_REMATCH[1]}"
        last=$line
    done < <(dmmctl help "$@" 2>/dev/null)
}

# Options and KEY= words of a command, or of the view $2 of the command "show".
_dmmctl_takes() {
    local line words word
    while IFS= read -r line; do
        [[ $line == "usage: dmmctl $1"* && -z ${2-} ]] || [[ -n ${2-} && $line == "  $2"* ]] || continue
        read -ra words <<<"${line//[][|,]/ }"
        for word in "${words[@]}"; do
            if [[ $word == --* ]]; then
                printf '%s\n' "$word"
            elif [[ $word == *=* ]]; then
                printf '%s\n' "${word%%=*}="
            fi
        done
        return
    done < <(dmmctl help "$1" 2>/dev/null)
}

# Values of the word KEY=...; the options of dmmctl that name a daemon follow.
_dmmctl_values() {
    local key=${1%%=*} value
    case $key in
        mn) _dmmctl_nodes "${@:2}" ;;
        link) _dmmctl_interfaces ;;
        state) printf '%s\n' registering serving previous leaving refused bound closing ending ;;
    esac | while read -r value; do printf '%s\n' "$key=$value"; done
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
    # readline replaces what stands behind the last colon or equals sign, not the whole word.
    [[ $1 == *[:=]* && $COMP_WORDBREAKS == *:* ]] && left=${1%"${1##*[:=]}"}
    while read -r candidate; do
        [[ $candidate == "$1"* ]] && COMPREPLY+=("${candidate#"$left"}")
    done < <(tr ' ' '\n' <<<"$2")
}

_dmmctl() {
    local -a words daemon=()
    local word command="" first="" option="" operands=0 i
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
            -i | -s | --link | --mn | --src | --dst | --svg) option=${words[i]} ;;
            -*) ;;
            *)
                if [[ -z $command ]]; then
                    command=${words[i]}
                else
                    ((operands++)) || first=${words[i]}
                fi
                ;;
        esac
    done

    case $option in
        -i) _dmmctl_offer "$word" "$(_dmmctl_instances)" ;;
        -s) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
        --svg) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
        --link) _dmmctl_offer "$word" "$(_dmmctl_interfaces)" ;;
    esac
    [[ -n $option ]] && return

    local view=""
    [[ $command == show ]] && view=$first
    case $command:$word in
        :-*) _dmmctl_offer "$word" "-i -s --json --help --version" ;;
        :*) _dmmctl_offer "$word" "$(_dmmctl_listed)" ;;
        decode:-*) _dmmctl_offer "$word" "$(_dmmctl_takes decode) --json" ;;
        decode:*) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
        *:-*)
            _dmmctl_offer "$word" "$(_dmmctl_takes "$command" "$view") --json --help"
            [[ $word != --* ]] && _dmmctl_offer "$word" "-i -s"
            ;;
        show:*=* | monitor:*=*) _dmmctl_offer "$word" "$(_dmmctl_values "$word" "${daemon[@]}")" ;;
        show:*)
            if ((operands == 0)); then
                _dmmctl_offer "$word" "$(_dmmctl_listed show)"
            elif [[ $view == sequence ]]; then
                ((operands > 1)) || _dmmctl_offer "$word" "$(_dmmctl_nodes "${daemon[@]}")"
            else
                _dmmctl_offer "$word" "$(_dmmctl_takes show "$view" | grep '=$')"
            fi
            ;;
        monitor:*) _dmmctl_offer "$word" "$(_dmmctl_takes monitor | grep '=$')" ;;
        support-bundle:*) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
        detach:* | remove:*) ((operands)) || _dmmctl_offer "$word" "$(_dmmctl_nodes "${daemon[@]}")" ;;
        log:*) ((operands)) || _dmmctl_offer "$word" "error warning info debug" ;;
        help:*) ((operands)) || _dmmctl_offer "$word" "$(_dmmctl_listed)" ;;
    esac
}

complete -o default -F _dmmctl dmmctl

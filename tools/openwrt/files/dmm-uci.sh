#!/bin/sh
# From UCI (/etc/config/dmm) to the configuration that dmmd.json(5) describes. Sourced by the init
# script, after functions.sh of OpenWrt and `config_load dmm`:
#
#   dmm_json INSTANCE     prints the JSON of the section `config dmmd INSTANCE`
#
# Values are not judged here: what is not a number or a truth value where one belongs is handed on
# as text, so that `dmmd --check-config` names it and says what would be right.
# shellcheck disable=SC2034,SC2154,SC3043  # config_get sets variables by their names; ash has local.

# Keys of the sections of dmmd.json(5), by their types; an option has the name of its key.
DMM_TOP_TEXTS="log control_socket"
DMM_MAAR_TEXTS="address cmd core_interface pool quarantine idle_release source_check on_exit encap uplinks"
DMM_MAAR_NUMBERS="access_technology table rule_priority"
DMM_MAAR_TRUTHS="known_nodes_only deprecate_on_exit"
DMM_MAAR_LISTS="peers access_links local_prefixes"
DMM_CMD_TEXTS="address mobility"
DMM_CMD_NUMBERS="max_previous_maars"
DMM_CMD_TRUTHS="known_nodes_only"
DMM_PROTOCOL_TEXTS="mode aggregation_timeout lifetime initial_bindack_timeout max_bindack_timeout
    timestamp_window heartbeat_interval"
DMM_PROTOCOL_NUMBERS="missing_heartbeats_allowed pbu_rate pbu_burst"
DMM_PROTOCOL_TRUTHS="strict_update_rate"
DMM_ADVERT_TEXTS="router_lifetime interval valid_lifetime preferred_lifetime"
DMM_ADVERT_NUMBERS="mtu"
DMM_ADVERT_TRUTHS="keep_local_preferred"

dmm_quote() { # TEXT: as a JSON string
    case $1 in
        *[!A-Za-z0-9:./_@%,+-]*)
            # The last octet keeps newlines at the end from being lost on the way.
            printf '%sx' "$1" | LC_ALL=C awk '
                BEGIN { for (i = 1; i < 32; i++) code[sprintf("%c", i)] = sprintf("\\u%04x", i) }
                {
                    if (NR > 1) out = out "\\n"
                    for (i = 1; i <= length($0); i++) {
                        c = substr($0, i, 1)
                        if (c == "\"" || c == "\\") c = "\\" c
                        else if (c in code) c = code[c]
                        out = out c
                    }
                }
                END { printf "\"%s\"", substr(out, 1, length(out) - 1) }'
            ;;
        *) printf '"%s"' "$1" ;;
    esac
}

# `dmm_comma` is what stands before the next member or element.
dmm_open() { # KEY BRACKET
    printf '%s' "$dmm_comma"
    [ -z "$1" ] || { dmm_quote "$1"; printf ':'; }
    printf '%s' "$2"
    dmm_comma=
}

dmm_close() { # BRACKET
    printf '%s' "$1"
    dmm_comma=,
}

dmm_member() { # KEY VALUE, the value in JSON
    printf '%s' "$dmm_comma"
    dmm_quote "$1"
    printf ':%s' "$2"
    dmm_comma=,
}

dmm_number() { # TEXT
    case $1 in
        0 | [1-9]*) case $1 in *[!0-9]*) dmm_quote "$1" ;; *) printf '%s' "$1" ;; esac ;;
        *) dmm_quote "$1" ;;
    esac
}

dmm_truth() { # TEXT: as UCI knows it
    case $1 in
        1 | on | true | yes | enabled) printf 'true' ;;
        0 | off | false | no | disabled) printf 'false' ;;
        *) dmm_quote "$1" ;;
    esac
}

dmm_members() { # FUNCTION SECTION KEY...: the options that are there
    local write="$1" section="$2" key value
    shift 2
    for key in "$@"; do
        config_get value "$section" "$key"
        [ -z "$value" ] || dmm_member "$key" "$("$write" "$value")"
    done
}

dmm_element() { # VALUE
    printf '%s' "$dmm_comma"
    dmm_quote "$1"
    dmm_comma=,
}

dmm_lists() { # SECTION KEY...
    local section="$1" key value
    shift
    for key in "$@"; do
        config_get value "$section" "$key"
        [ -n "$value" ] || continue
        dmm_open "$key" '['
        config_list_foreach "$section" "$key" dmm_element
        # Written as an option it is one element.
        [ -n "$dmm_comma" ] || dmm_element "$value"
        dmm_close ']'
    done
}

# Whether a section beside the instance's is for it; one that names no instance is for all.
dmm_is_for() { # SECTION INSTANCE
    local of
    config_get of "$1" instance "$2"
    [ "$of" = "$2" ]
}

dmm_node() { # SECTION INSTANCE: a node of a MAAR by its link-layer address, of a CMD by its identifier
    local mac id mobility
    dmm_is_for "$1" "$2" || return 0
    config_get mac "$1" mac
    config_get id "$1" id
    config_get mobility "$1" mobility
    if [ "$dmm_role" = cmd ]; then
        [ -z "$mobility" ] || dmm_member "$id" "$(dmm_quote "$mobility")"
    elif [ -n "$mac" ]; then
        dmm_member "$mac" "$(dmm_quote "$id")"
    fi
}

dmm_maar_of_cmd() { # SECTION INSTANCE
    dmm_is_for "$1" "$2" || return 0
    dmm_open '' '{'
    dmm_members dmm_quote "$1" address pool
    dmm_lists "$1" local_prefixes
    dmm_close '}'
}

dmm_hook() { # SECTION INSTANCE: what is run at events
    dmm_is_for "$1" "$2" || return 0
    dmm_open '' '{'
    dmm_lists "$1" on run
    dmm_members dmm_quote "$1" timeout
    dmm_members dmm_truth "$1" privileged
    dmm_close '}'
}

dmm_control() { # INSTANCE: its options are named control_group and control_read_group
    local key value
    dmm_open control '{'
    for key in group read_group; do
        config_get value "$1" "control_$key"
        [ -z "$value" ] || dmm_member "$key" "$(dmm_quote "$value")"
    done
    dmm_close '}'
}

dmm_metrics() { # INSTANCE: its option is named metrics_listen
    local value
    config_get value "$1" metrics_listen
    [ -n "$value" ] || return 0
    dmm_open metrics '{'
    dmm_member listen "$(dmm_quote "$value")"
    dmm_close '}'
}

dmm_nodes() { # INSTANCE
    dmm_open nodes '{'
    config_foreach dmm_node node "$1"
    dmm_close '}'
}

# shellcheck disable=SC2086  # The tables are lists of words.
dmm_json() { # INSTANCE
    local dmm_comma='' dmm_role
    config_get dmm_role "$1" role
    dmm_open '' '{'
    dmm_members dmm_quote "$1" role $DMM_TOP_TEXTS
    dmm_control "$1"
    dmm_metrics "$1"
    dmm_open hooks '['
    config_foreach dmm_hook hook "$1"
    dmm_close ']'
    if [ "$dmm_role" = cmd ]; then
        dmm_open cmd '{'
        dmm_members dmm_quote "$1" $DMM_CMD_TEXTS
        dmm_members dmm_number "$1" $DMM_CMD_NUMBERS
        dmm_members dmm_truth "$1" $DMM_CMD_TRUTHS
        dmm_open maars '['
        config_foreach dmm_maar_of_cmd maar "$1"
        dmm_close ']'
    else
        dmm_open maar '{'
        dmm_members dmm_quote "$1" $DMM_MAAR_TEXTS
        dmm_members dmm_number "$1" $DMM_MAAR_NUMBERS
        dmm_members dmm_truth "$1" $DMM_MAAR_TRUTHS
        dmm_lists "$1" $DMM_MAAR_LISTS
    fi
    dmm_nodes "$1"
    dmm_close '}'
    dmm_open protocol '{'
    dmm_members dmm_quote "$1" $DMM_PROTOCOL_TEXTS
    dmm_members dmm_number "$1" $DMM_PROTOCOL_NUMBERS
    dmm_members dmm_truth "$1" $DMM_PROTOCOL_TRUTHS
    dmm_close '}'
    if [ "$dmm_role" != cmd ]; then
        dmm_open advert '{'
        dmm_members dmm_quote "$1" $DMM_ADVERT_TEXTS
        dmm_members dmm_number "$1" $DMM_ADVERT_NUMBERS
        dmm_members dmm_truth "$1" $DMM_ADVERT_TRUTHS
        dmm_close '}'
    fi
    dmm_close '}'
    printf '\n'
}

#!/bin/sh
# shellcheck disable=SC2034,SC3043
# Stands in for OpenWrt's functions.sh in uci_test.sh: the same calls, kept in variables of the same
# form. A UCI file is also a shell script of the commands config, option and list.
#
#   stand_in.sh GENERATOR UCI_FILE INSTANCE     prints what the generator makes of the file

sections='' count=0

config() { # TYPE [NAME]
    count=$((count + 1))
    current=${2:-cfg$count}
    sections="$sections $current"
    eval "CONFIG_${current}_TYPE=\$1"
}
option() { eval "CONFIG_${current}_$1=\$2"; }
list() {
    local n
    eval "n=\$((\${CONFIG_${current}_$1_LENGTH:-0} + 1))"
    eval "CONFIG_${current}_$1_LENGTH=\$n; CONFIG_${current}_$1_ITEM$n=\$2"
    eval "CONFIG_${current}_$1=\"\${CONFIG_${current}_$1:+\$CONFIG_${current}_$1 }\$2\""
}

config_get() { eval "$1=\${CONFIG_$2_$3:-\${4-}}"; }
config_foreach() { # FUNCTION TYPE ARGUMENT...
    local call="$1" type="$2" section of
    shift 2
    for section in $sections; do
        eval "of=\$CONFIG_${section}_TYPE"
        [ "$of" != "$type" ] || "$call" "$section" "$@"
    done
}
config_list_foreach() { # SECTION LIST FUNCTION
    local i=1 most value
    eval "most=\${CONFIG_$1_$2_LENGTH:-0}"
    while [ "$i" -le "$most" ]; do
        eval "value=\$CONFIG_$1_$2_ITEM$i"
        "$3" "$value"
        i=$((i + 1))
    done
}

# shellcheck source=tools/openwrt/files/dmm-uci.sh
. "$1"
# shellcheck disable=SC1090
. "$2"
dmm_json "$3"

#!/bin/bash
# Installs below a folder of its own and looks at what came there, and at what uninstall leaves.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
# shellcheck source=tests/support/count.sh
source tests/support/count.sh
dest=$(mktemp -d)
trap 'rm -rf "$dest"' EXIT

place() { make -s "O=${O:-build}" BUILD=release "DESTDIR=$dest" PREFIX=/opt/dmm SYSCONFDIR=/opt/etc "$@"; }
mode() { stat -c %a "$dest/$1" 2>&1; }

check "make install" place install
for program in sbin/dmmd bin/dmmctl bin/dmmreplay; do
    equal "$program can be run by all" 755 "$(mode "opt/dmm/$program")"
    contains "$program tells its version" "$(sed -n 's/^VERSION := //p' Makefile)" \
        "$("$dest/opt/dmm/$program" --version 2>&1)"
done
for page in man/*.[1-9]; do
    equal "${page#man/} is installed" 644 "$(mode "opt/dmm/share/man/man${page##*.}/${page#man/}")"
done
for example in tools/examples/*.json; do
    check "${example##*/} is installed and accepted" \
        "$dest/opt/dmm/sbin/dmmd" --check-config "$dest/opt/dmm/share/doc/dmmd/examples/${example##*/}"
done
unit=$(cat "$dest/opt/dmm/lib/systemd/system/dmmd@.service" 2>&1)
contains "the unit starts what was installed" "ExecStart=/opt/dmm/sbin/dmmd /opt/etc/dmm/%i.json" "$unit"
if [[ $unit == */usr/sbin* ]]; then fail "no other path in the unit" "$unit"; else pass "no other path in the unit"; fi
if command -v systemd-analyze >/dev/null; then
    # It looks for programs in the running system, and its exit status says nothing of mere
    # complaints; those about other units are not ours.
    mkdir "$dest/unit"
    echo "${unit//"/opt/dmm/sbin"/"$dest/opt/dmm/sbin"}" >"$dest/unit/dmmd@.service"
    equal "systemd has no complaint about the unit" "" \
        "$(systemd-analyze verify --man=no "$dest/unit/dmmd@.service" 2>&1 | grep 'dmmd')"
    # The scale is from 0 to 10, told in tenths.
    check "systemd rates the unit's exposure at 2.0 or better" \
        systemd-analyze security --offline=true --no-pager --threshold=20 "$dest/unit/dmmd@.service"
    rm -r "$dest/unit"
else
    skip "what systemd says of the unit" "systemd-analyze is not here (Debian package systemd)"
fi
equal "the user of the unit is one that sysusers makes" "$(sed -n 's/^User=//p' <<<"$unit")" \
    "$(awk '$1 == "u" { print $2 }' "$dest/opt/dmm/lib/sysusers.d/dmmd.conf")"
if command -v systemd-sysusers >/dev/null; then
    mkdir -p "$dest/root/etc"
    check "sysusers accepts the user and the groups" systemd-sysusers --root="$dest/root" "$dest/opt/dmm/lib/sysusers.d/dmmd.conf"
    equal "the daemon is in both groups" "dmm dmm-read:dmm" \
        "$(cut -d : -f 1,4 "$dest/root/etc/group" | sed 's/:$//' | sort | paste -s -d ' ')"
    check "tmpfiles accepts the folder of the sockets" \
        systemd-tmpfiles --create --root="$dest/root" "$dest/opt/dmm/lib/tmpfiles.d/dmmd.conf"
    check "and makes it" test -d "$dest/root/run/dmm"
    rm -r "$dest/root"
fi
# shellcheck disable=SC2016  # The inner shell expands it.
check "the completion can be sourced" bash -uc 'source "$1" && complete -p dmmctl' bash \
    "$dest/opt/dmm/share/bash-completion/completions/dmmctl"

equal "zsh finds its completion" 644 "$(mode opt/dmm/share/zsh/site-functions/_dmmctl)"

# A file of the operator's, which is not ours to remove.
echo '{}' >"$dest/opt/etc/dmm/own.json"
check "make uninstall" place uninstall
equal "uninstall leaves the configuration alone, and nothing else" "$dest/opt/etc/dmm/own.json" \
    "$(find "$dest" -type f)"
closing_line

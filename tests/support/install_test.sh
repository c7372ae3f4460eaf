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
    rm -r "$dest/unit"
fi
# shellcheck disable=SC2016  # The inner shell expands it.
check "the completion can be sourced" bash -uc 'source "$1" && complete -p dmmctl' bash \
    "$dest/opt/dmm/share/bash-completion/completions/dmmctl"

# A file of the operator's, which is not ours to remove.
echo '{}' >"$dest/opt/etc/dmm/own.json"
check "make uninstall" place uninstall
equal "uninstall leaves the configuration alone, and nothing else" "$dest/opt/etc/dmm/own.json" \
    "$(find "$dest" -type f)"
closing_line

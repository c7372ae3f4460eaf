#!/bin/bash
# The package's Makefile under rules that stand in for OpenWrt's: what it copies is enough to build
# from, the compiler gets what the target asks for, and what it installs is what the package is.
#
#   tests/openwrt/feed_test.sh
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
# shellcheck source=tests/support/count.sh
source tests/support/count.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
tree=$scratch/tree target=$scratch/target

make_rules() {
    cat >"$scratch/rules.mk" <<MAKE
SHELL := /bin/bash
PKG_BUILD_DIR := $tree
TARGET_CXX := g++
TARGET_CROSS :=
TARGET_CXXFLAGS := -mtune=generic
TARGET_CPPFLAGS := -DOF_THE_TARGET
TARGET_LDFLAGS := -Wl,-z,now -Wl,--as-needed
PKG_JOBS := --dry-run
CP := cp -fpR
INSTALL_DIR := install -d -m0755
INSTALL_BIN := install -m0755
INSTALL_DATA := install -m0644
INSTALL_CONF := install -m0600
MAKE
    : >"$scratch/package.mk"
    cat >"$scratch/steps.mk" <<'MAKE'
include Makefile
prepare: ; $(Build/Prepare)
compile: ; $(Build/Compile)
install-%: ; $(call Package/$*/install,$(TARGET))
MAKE
}
step() { # TARGET...
    make --no-print-directory -C tools/openwrt -f "$scratch/steps.mk" TOPDIR="$scratch" INCLUDE_DIR="$scratch" \
        TARGET="$target" "$@"
}
files() { (cd "$target" && find . -type f -printf '%m %P\n' | sort -k 2); }

make_rules
check "the sources are copied" step prepare
step compile >"$scratch/commands" 2>&1
equal "they are all that a build needs" 0 "$?"
for program in dmmd dmmctl; do
    check "it builds $program" grep -qE ";g\+\+ .* -o build/small/$program " "$scratch/commands"
done
compilations=$(grep -cE ';g\+\+ .* -c ' "$scratch/commands")
check "there are sources" test "$compilations" -gt 50
equal "each is compiled as the target asks" "$compilations" \
    "$(grep -cE ';g\+\+ .* -mtune=generic -DOF_THE_TARGET .* -c ' "$scratch/commands")"
equal "both are linked as the target asks" 2 "$(grep -cE ';g\+\+ .*-Wl,--as-needed .*-o build/small/dmm' "$scratch/commands")"

mkdir -p "$tree/build/small"
touch "$tree/build/small/dmmd" "$tree/build/small/dmmctl"
check "the packages are put together" step install-dmmd install-dmmctl
equal "they are made of these files" \
    "644 etc/capabilities/dmmd.json
600 etc/config/dmm
755 etc/init.d/dmmd
755 usr/bin/dmmctl
644 usr/lib/dmm/dmm-uci.sh
755 usr/libexec/dmmd-ubus-hook
755 usr/sbin/dmmd" "$(files)"
closing_line

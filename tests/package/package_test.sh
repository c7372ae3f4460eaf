#!/bin/bash
# The Debian package at work: makes it, makes a fresh Debian to install it on, and boots that
# Debian's systemd in the virtual machine.
#
#   tests/package/package_test.sh FILE.deb
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1

deb=$(readlink -f "$1")
tree=$(tests/package/tree "$deb") || { echo "0 passed, 1 failed"; exit 1; }
exec tests/kernel/vm/run --timeout 840 --verbose -- tests/package/at_work.sh "$tree" "$deb"

#!/bin/bash
# The programs call nothing of the C library that only glibc has: each symbol that they leave open
# is musl's, or of a library beside it that OpenWrt has too. Names tell: what musl has under the
# same name and does otherwise is not seen, and neither are its headers.
#
#   tests/lint/musl.sh [FOLDER]      FOLDER holds the programs, build/release by default
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
folder=${1:-build/release}

musl=$(compgen -G '/usr/lib/*-linux-musl/libc.a' | head -n 1)
if [[ -z $musl ]]; then
    echo "musl's libc.a is missing (Debian package musl-dev); run tools/setup"
    echo "0 passed, 1 failed"
    exit 1
fi

names() { sed 's/@.*//' | sort -u; }
wanted() { # PROGRAM: _FORTIFY_SOURCE calls snprintf by the name of glibc's guard, __snprintf_chk
    nm -D -u "$1" | awk '$1 == "U" { print $NF }' | sed -E 's/^__(.*)_chk(@|$)/\1\2/' | names
}
offered() { # PROGRAM
    local library
    nm --defined-only "$musl" 2>/dev/null | awk 'NF == 3 { print $3 }'
    for library in $(ldd "$1" | awk '$1 ~ /^lib(stdc[+][+]|gcc_s|ev|mnl)[.]so/ { print $3 }'); do
        nm -D --defined-only "$library" | awk '{ print $NF }'
    done
}

passed=0 failed=0
for program in dmmd dmmctl dmmreplay; do
    foreign=$(comm -23 <(wanted "$folder/$program") <(offered "$folder/$program" | names))
    if [[ -s $folder/$program && -z $foreign ]]; then
        passed=$((passed + 1))
    else
        echo "$folder/$program: calls what musl does not have: ${foreign:-it is not there}" | paste -s -d ' '
        failed=$((failed + 1))
    fi
done
echo "$passed passed, $failed failed"
((failed == 0))

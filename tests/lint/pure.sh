#!/bin/bash
# The protocol is a function of its inputs: the archives of its layers must not call a clock, a
# source of chance, the network, a file, a thread or the screen. The linker's symbols tell.
#
#   tests/lint/pure.sh [FOLDER]      FOLDER holds the archives, build/release by default
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
folder=${1:-build/release}

# Names as `nm -C` shows them, without `@version`, `__`, `_chk`, `64` around them.
forbidden='clock_gettime|gettimeofday|time|clock|nanosleep|clock_nanosleep|sleep|usleep'
forbidden+='|std::chrono::.*::(steady_clock|system_clock|_V2::steady_clock|_V2::system_clock)::now\(\)'
forbidden+='|std::chrono::_V2::(steady_clock|system_clock)::now\(\)|std::random_device::.*'
forbidden+='|getrandom|getentropy|rand|srand|random|arc4random.*'
forbidden+='|socket|connect|bind|listen|accept4?|send|sendto|sendmsg|sendmmsg|recv|recvfrom|recvmsg|recvmmsg|ioctl'
forbidden+='|open|openat|fopen|creat|read|write|writev|fwrite|fputs|fputc|putc|putchar|puts|perror'
forbidden+='|printf|fprintf|vprintf|vfprintf|dprintf|vdprintf|syslog|vsyslog|getenv|setenv|system|fork|exit'
forbidden+='|pthread_(create|mutex_lock|cond_.*)|std::thread::.*|std::(cout|cerr|clog|cin)|std::ios_base::Init::.*'
forbidden+='|mnl_.*|ev_.*'

passed=0 failed=0
for layer in base model wire core; do
    archive=$folder/libdmm-$layer.a
    if [[ ! -s $archive ]]; then
        echo "$archive is not there"
        failed=$((failed + 1))
        continue
    fi
    # A failing assertion says where, and aborts: assert.o is the one place that may write.
    found=$(nm -uCA "$archive" 2>/dev/null | awk -v forbidden="^(__)?($forbidden)(64)?(_chk)?\$" '
        {
            split($1, at, ":")
            name = $0
            sub(/^.*: +[Uwv] /, "", name)
            sub(/@.*$/, "", name)
            if (name ~ forbidden && !(at[2] == "assert.o" && name == "write"))
                printf "%s: %s calls %s\n", at[1], at[2], name
        }' | sort -u)
    if [[ -n $found ]]; then
        echo "$found"
        echo "$archive: the layer '$layer' must be a function of its inputs"
        failed=$((failed + 1))
    else
        passed=$((passed + 1))
    fi
done
echo "$passed passed, $failed failed"
((failed == 0))

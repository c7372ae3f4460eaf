#!/bin/bash
# The include law: which part of the tree may know which other part, and which system interface.
# Every rule is a row here; what no row allows is an error.
set -uo pipefail
cd "${1:-$(dirname "${BASH_SOURCE[0]}")/../..}" || exit 1

mapfile -t files < <(find lib agent tools tests -name '*.h' -o -name '*.cc' | sort)
awk '
    # Folders of ours that FOLDER may include, besides itself.
    function row(folder, allowed) { rows[folder] = allowed }
    BEGIN {
        row("lib/base", "")
        row("lib/model", "lib/base")
        row("lib/wire", "lib/base lib/model")
        row("lib/kernel", "lib/base lib/model")
        row("lib/config", "lib/base lib/model")
        row("lib/control", "lib/base lib/model")
        row("lib/core", "lib/base lib/model lib/wire")
        row("agent", "lib/base lib/model lib/wire lib/core lib/kernel lib/config lib/control")
        row("tools/dmmctl", "lib/base lib/model lib/wire lib/control")
        row("tools/dmmreplay", "lib/base lib/model lib/wire lib/core lib/config agent")
        row("tools/demo", "lib/base lib/model")
        # Tests may look at everything, the product never at tests.
        row("tests", "lib agent tools")

        # Where a system or foreign header may appear: pattern of the header, pattern of the file.
        limit("^(linux/|libmnl/|netlink/)", "^(lib/kernel/.*[.]cc|tests/kernel/.*|tools/demo/.*[.]cc)$",
              "only lib/kernel/*.cc speaks netlink")
        limit("^(asm|sys|net|netinet|arpa|linux|libmnl|netlink)/|^(unistd|fcntl|poll|sched|ifaddrs|netdb|syslog)[.]h$",
              "[.]cc$|^(agent|tools|tests)/", "headers of lib/ stay free of the system")
        limit("^ev([+][+])?[.]h$", "^agent/loop[.](h|cc)$", "libev is known to agent/loop alone")
        limit("^nlohmann/", "^(lib/config|lib/control|tools/dmmctl|tests/.*)/[^/]*[.]cc$",
              "JSON stays inside the .cc files that translate it")
        limit("^catch2/", "^tests/(support/catch[.]h|unit/main[.]cc)$", "tests include tests/support/catch.h")
        limit("^(thread|mutex|future|iostream|random|regex|unordered_map|unordered_set)$", "^(agent|tools|tests)/",
              "the libraries have no threads, streams, chance or unordered containers")
        # What the sockets of the daemon need of the kernel besides lib/kernel.
        split("linux/if_packet.h linux/filter.h linux/if_ether.h linux/capability.h", few)
        for (i in few) agent_may[few[i]] = 1
    }
    function limit(header, where, why) { limits++; of[limits] = header; at[limits] = where; because[limits] = why }
    function error(why) {
        printf "%s:%d: includes %s: %s\n", FILENAME, FNR, $0, why
        bad[FILENAME] = 1
    }
    function folder_of(path,    known) {
        for (known in rows) if (index(path, known "/") == 1) return known
        return ""
    }
    FNR == 1 { seen[FILENAME] = 1; mine = folder_of(FILENAME) }
    !/^[ \t]*#[ \t]*include/ { next }
    { sub(/^[ \t]*#[ \t]*include[ \t]*/, ""); sub(/[ \t]*(\/\/.*)?$/, "") }
    /^"/ {
        path = substr($0, 2, length($0) - 2)
        if (mine == "") { error("this folder has no row in tests/lint/layers.sh"); next }
        if (path !~ /\//) { error("name the file by its full path from the root"); next }
        if (index(path, mine "/") == 1) next
        count = split(rows[mine], allowed, " ")
        for (i = 1; i <= count; i++) if (index(path, allowed[i] "/") == 1) next
        error(mine " may include " (count ? rows[mine] " and itself" : "itself alone"))
        next
    }
    /^</ {
        header = substr($0, 2, length($0) - 2)
        if ((header in agent_may) && FILENAME ~ /^agent\/.*[.]cc$/) next
        for (i = 1; i <= limits; i++)
            if (header ~ of[i] && FILENAME !~ at[i]) { error(because[i]); next }
    }
    END {
        for (file in seen) if (file in bad) failed++; else passed++
        printf "%d passed, %d failed\n", passed, failed
        exit failed > 0
    }' "${files[@]}"

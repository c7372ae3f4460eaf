#!/bin/bash
# What dmmctl(8) says of the --json form is what is written and read: the keys of each view, in
# their order, are compared with lib/control/view_fields.h, where both directions have them from.
set -uo pipefail
cd "${1:-$(dirname "${BASH_SOURCE[0]}")/../..}" || exit 1

passed=0 failed=0
of_code() { # VIEW
    awk -v view="Is<$1> V" 'index($0, view) { on = 1 } on && /^}/ { exit }
        on && match($0, /f\("[a-z_]+"/) { print substr($0, RSTART + 3, RLENGTH - 4) }' \
        lib/control/view_fields.h
}
of_page() { # VIEW
    awk -v view="The keys of $1." 'index($0, view) { on = 1 } on && /^\.El/ { exit }
        on && /^\.It Ql / { print $3 }' man/dmmctl.8
}

mapfile -t views < <(sed -n 's/^template <Is<\([A-Za-z]*\)> V.*/\1/p' lib/control/view_fields.h)
for view in "${views[@]}"; do
    if [[ -n $(of_code "$view") && $(of_code "$view") == "$(of_page "$view")" ]]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "man/dmmctl.8: the keys of $view are not those of lib/control/view_fields.h:"
        diff <(of_page "$view") <(of_code "$view")
    fi
done
echo "$passed passed, $failed failed"
((failed == 0 && passed > 0))

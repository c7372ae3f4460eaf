# shellcheck shell=bash disable=SC2154  # What the reader has set.
# A small domain in which the documents' commands are true: hosts that are namespaces, each with an
# /etc and a /run of its own, so that paths are those of the documents. There are the hosts cmd, maar1
# and maar2, the node mn, which is plain Linux, and the switch between the routers. The reader has
# $work and $bin, the folder of the programs, and gets $holders, the processes that hold the hosts.
declare -A holders=()

# What a host does first: root's view of the file system stays as it is outside.
read -r -d '' host_begins <<'END'
set -e
mount --make-rprivate /
mkdir -p "$1"/{run/dmm,etc/dmm,old,home}
mount --bind /etc "$1/old"
for file in /etc/*; do
    case ${file##*/} in
        passwd | group | shadow | gshadow) cp "$file" "$1/etc" ;; # Users are made there.
        *) ln -s "$1/old/${file##*/}" "$1/etc" ;;
    esac
done
echo 'operator:x:4242:4242::/:/bin/false' >>"$1/etc/passwd"
echo 'operator:*:20000:0:99999:7:::' >>"$1/etc/shadow"
printf '%s\n' operator:x:4242: dmm:x:4243: >>"$1/etc/group"
printf '%s\n' 'operator:!::' 'dmm:!::' >>"$1/etc/gshadow"
mount --bind "$1/etc" /etc
mount --bind "$1/run" /run
echo >"$1/ready"
exec sleep infinity
END

begin_host() { # NAME
    unshare --mount --net --pid --fork --kill-child --mount-proc \
        bash -c "$host_begins" bash "$work/$1" >/dev/null 2>"$work/$1.log" &
    holders[$1]=$!
    until_true 50 test -e "$work/$1/ready"
}

# on HOST COMMAND_LINE: as somebody would type it there, with our programs in the path.
on() {
    local holder=${holders[$1]}
    PATH=$bin:$PATH nsenter --target "$holder" --mount --net \
        --pid="/proc/$holder/ns/pid_for_children" \
        bash -o pipefail -c "cd '$work/$1/home' && $2"
}

cable() { # HOST INTERFACE HOST INTERFACE
    nsenter --target "${holders[$1]}" --net ip link add "$2" type veth \
        peer name "$4" netns "${holders[$3]}"
}

build_network() {
    local name number
    for name in switch cmd maar1 maar2 mn; do begin_host "$name" || return 1; done
    on switch 'echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
        ip link add br0 type bridge && ip link set br0 up'
    for name in cmd maar1 maar2; do
        cable switch "$name" "$name" core0
        on switch "ip link set $name master br0 up"
        on "$name" 'ip link set lo up && ip link set core0 up'
    done
    on cmd 'ip -6 addr add 2001:db8:ffff::c0/32 dev core0 nodad'
    for number in 1 2; do
        on "maar$number" "ip -6 addr add 2001:db8:$number::1/32 dev core0 nodad
            cd /proc/sys/net/ipv6/conf && echo 1 | tee all/forwarding all/seg6_enabled core0/seg6_enabled"
        cable mn "radio$number" "maar$number" lan0
        on "maar$number" 'ip link set lan0 up'
        on mn "ip link set radio$number address 02:00:00:00:01:01
            echo 0 >/proc/sys/net/ipv6/conf/radio$number/accept_dad"
    done >/dev/null
}

# Those that README.md shows, with routes that wrap, for kernels without ip6tnl; the second MAAR's is
# the first one's with the numbers exchanged.
write_configs() {
    local name block
    for name in cmd maar1; do
        block=$(awk -v path="/etc/dmm/$name.json" '
            index($0, path) && !found { found = 1 }
            found && /^```$/ { exit }
            found == 2 { print }
            found && /^```json/ { found = 2 }' README.md)
        echo "${block/'"access_links"'/'"encap": "seg6", "access_links"'}" >"$work/$name/etc/dmm/$name.json"
    done
    sed 's/2001:db8:1::1/MAAR1/; s/2001:db8:2::1/2001:db8:1::1/; s/MAAR1/2001:db8:2::1/; s/:a100:/:a200:/' \
        "$work/maar1/etc/dmm/maar1.json" >"$work/maar2/etc/dmm/maar2.json"
}

can_have_domain() {
    unshare --net bash -c 'ip link set lo up && ip link add core0 type veth peer name core1 &&
        ip link set core0 up && ip link set core1 up && ip link add link core0 type macvlan &&
        ip -6 route add 100::9/128 table 9 encap seg6 mode encap segs 100::9 dev core0' >/dev/null 2>&1
}

begin_daemon() { # HOST COMMAND_LINE
    on "$1" "exec $2" >/dev/null 2>"$work/$1.log" &
    until_true 100 log_says "$1" '^event=started '
}

end_daemon() { on "$1" 'dmmctl shutdown' >"$work/out" 2>&1 && until_true 50 log_says "$1" '^event=stopped '; }

log_says() { grep -sqE -- "$2" "$work/$1.log"; }
says_on() { on "$1" "$2" 2>&1 | grep -qE -- "$3"; } # HOST COMMAND_LINE PATTERN

# The node's kernel solicits when an interface comes up.
node_moves() { # NUMBER of the MAAR
    on mn "ip link set radio$((3 - $1)) down; ip link set radio$1 up"
    until_true 100 says_on "maar$1" 'dmmctl show nodes' '^alice@example +serving '
}

#!/bin/bash
# One recording: testbed.sh RECIPE FOLDER full|quick (started by record.sh, which limits its time).
#
# Owns the network namespaces, processes and work folder of the recording; all are gone when it
# ends, however it ends.
#
#   vm [v0 52:54:00:c7:3e:ce] -- [p1 52:54:00:00:00:01] edge [br0 10.0.0.254]
#                                                            br0 -- [s0 10.0.0.1] server
#                                                            br0 -- [m0 10.0.0.9] source
#
# The capture is taken at p1, where the bridge of the project would look. p1 joins br0 (or its
# MACsec controlled port ms0 does) only when a recording says so: a port that is not authorised
# forwards nothing.
set -u

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
recipe=$1 folder=$2 pace=$3
name=$(basename "$recipe" .sh)
# shellcheck source=pcaps/real/record/namespace_world.sh
. "$here/namespace_world.sh"

vm_mac=52:54:00:c7:3e:ce
port_mac=52:54:00:00:00:01
prefix=dimp-real-$$
work=$(mktemp -d "/tmp/$prefix.XXXXXX") || exit 1
mkdir "$work/witness" "$work/log"
title=$name logs=$work/log/%s
witnesses=0

# shellcheck disable=SC2317  # reached by the trap
clean_up() {
    local pid namespace
    trap '' INT TERM
    for pid in $(jobs -p); do kill "$pid" 2>/dev/null; done
    sleep 0.3
    for namespace in "${namespaces[@]}"; do remove_namespace "$namespace"; done
    wait 2>/dev/null
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' INT TERM

# What a testbed left that was killed before it could clean up: the number in the name is its
# process.
sweep_stale() {
    local path namespace owner
    for path in /run/netns/dimp-real-*; do
        namespace=${path##*/}
        owner=${namespace#dimp-real-} owner=${owner%%-*}
        if [ ! -e "$path" ] || [ -d "/proc/$owner" ]; then continue; fi
        remove_namespace "$namespace"
        rm -rf "/tmp/dimp-real-$owner".*
    done
}

# linger FULL QUICK: seconds to let the peers talk at this pace.
linger() {
    if [ "$pace" = quick ]; then sleep "$2"; else sleep "$1"; fi
}

# witness KIND SOURCE WHERE COMMAND...: keeps a program's own word with the time it was given.
witness() {
    local kind=$1 source=$2 where=$3 file
    shift 3
    witnesses=$((witnesses + 1))
    file=$(printf '%s/witness/%03d.%s' "$work" "$witnesses" "$kind")
    { echo "$source"; inside "$where" "$@"; } >"$file.text" 2>/dev/null
    { echo "$EPOCHREALTIME"; cat "$file.text"; } >"$file"
    rm "$file.text"
}

make_world() {
    local where
    for where in vm edge server source; do make_namespace "$where"; done
    make_wire vm v0 "$vm_mac" edge p1 "$port_mac"
    make_wire edge u1 52:54:00:00:00:11 server s0 52:54:00:00:00:53
    make_wire edge u2 52:54:00:00:00:12 source m0 52:54:00:00:00:09
    # Centiseconds; short enough for a recording, with the proportions of the defaults.
    ip -n "$prefix-edge" link add br0 address 52:54:00:00:00:02 type bridge \
        stp_state 0 forward_delay 0 mcast_snooping 1 mcast_querier 1 mcast_igmp_version 3 \
        mcast_query_use_ifaddr 1 \
        mcast_query_interval 500 mcast_query_response_interval 100 mcast_startup_query_count 2 \
        mcast_startup_query_interval 100 mcast_last_member_count 2 mcast_last_member_interval 50 \
        mcast_membership_interval 1200 mcast_querier_interval 1500 || fail "cannot make a bridge"
    ip -n "$prefix-edge" link set u1 master br0
    ip -n "$prefix-edge" link set u2 master br0
    ip -n "$prefix-edge" addr add 10.0.0.254/24 dev br0
    ip -n "$prefix-edge" link set br0 up
    ip -n "$prefix-server" addr add 10.0.0.1/24 dev s0
    ip -n "$prefix-source" addr add 10.0.0.9/24 dev m0
    ip -n "$prefix-source" route add 224.0.0.0/4 dev m0
}

attach_to_bridge() {
    ip -n "$prefix-edge" link set "$1" master br0 || fail "cannot attach $1 to the bridge"
}

# start_capture FILE INTERFACE: without -Z root nothing is written, without --immediate-mode not the
# last second.
start_capture() {
    start "$1.tcpdump" edge tcpdump -Z root -U --immediate-mode -n -s 0 -i "$2" -w "$work/$1.pcap"
    wait_for 5 "$work/log/$1.tcpdump" 'listening on'
    captures+=("$started")
}

publish() {
    cp "$work/$1" "$folder/$2" || fail "cannot write $2"
}

# finish: the captures end and become pcapng; nothing is replaced unless all went well.
finish() {
    sleep 0.3
    stop "${captures[@]}"
    local capture kind
    for capture in "$work"/*.pcap; do
        [ -s "$capture" ] || fail "$(basename "$capture") is empty"
        editcap -F pcapng "$capture" "${capture}ng" || fail "editcap failed"
    done
    # The logs of the peers are complete only once they have ended.
    # shellcheck disable=SC2046  # one number a process
    stop $(jobs -p)
    # shellcheck disable=SC2086,SC2154  # a word a program; the recipe has set both
    /usr/bin/python3 "$here/truth_writer.py" "$name" "$work" $needs >"$work/truth.json" ||
        fail "no truth written"
    # shellcheck disable=SC2154
    for kind in $truth; do
        grep -q "\"kind\": \"$kind\"" "$work/truth.json" || fail "nobody has told a $kind"
    done
    publish truth.json "$name.truth.json"
    publish "$name.pcapng" "$name.pcapng"
    for capture in inside server; do
        [ ! -f "$work/$capture.pcapng" ] || publish "$capture.pcapng" "$name.$capture.pcapng"
    done
    [ ! -f "$work/cak" ] || publish cak "$name.cak"
    echo "recorded $name in $SECONDS s"
}

captures=()
# shellcheck source=/dev/null
for part in "$here"/peers_*.sh "$recipe"; do . "$part"; done
sweep_stale
make_world
record
finish

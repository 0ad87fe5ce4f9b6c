#!/bin/bash
# lab.sh BUILD RESULT.json WAY...: a VM with real services moves from one bridge to another as a live migration moves it, and
# the receivers tell what each service missed. Ways:
#
#   meters-50 meters-200   Linux bridges that forward everything, the VM stopped so many milliseconds: what the meters
#                          must measure is known
#   middlebox              the same, behind a middlebox that loses, delays and doubles frames, and cuts the way for 300 ms
#   authentication         Linux bridges with locked ports and hostapd: the session stays behind
#   authentication-again   the same, and the supplicant is told to begin anew (workaround)
#   bridge-dot1x           dimp bridge in both places, where a session of 802.1X stays behind
#   bridge-dhcp            where the binding of the lease stays behind, until the client renews it: half an hour here
#   bridge-groups          where the memberships stay behind, until the next query
#   bridge                 where all of it stays behind
#   bridge-again           the same, with the workarounds: supplicant, DHCP client and querier begin anew
#   dimp                   the same, and the new server's station has the DI moved
#   dimp-lossy             the same, through a middlebox between the bridges
#   bridge-macsec          dimp bridge with MACsec: the keys stay behind, and are agreed on anew
#   dimp-macsec            the same, and the keys move
#   dimp-udp               as dimp, with DIMP over UDP of the bridges' own IP stacks
#   bridge-portal          the VM is past a captive portal, and that stays behind
#   bridge-acl             an access list bars the VM from a port, and stays behind
#   dimp-policy            it has both, and they move
#   bridge-ipv6            the VM has IPv6 alone, with an address of DHCPv6 that is bound to it and stays behind
#   dimp-ipv6              the same, and it moves
#   dimp-evacuation        eight VMs at once, of which one is rolled back when it is stopped already
#   groups                 Linux bridges that snoop IGMP: the memberships stay behind until the next query
#   groups-again           the same, and the querier is made to ask at once (workaround)
#
# Needs root. Two ways run at once, or AT_ONCE. KEEP_LOGS=FOLDER keeps the logs of a way that fails, KEEP=FOLDER captures of DIMP and their keys.
set -u
# shellcheck source=harness/lab/lab_world.sh
. "$(dirname "${BASH_SOURCE[0]}")/lab_world.sh"
for part in carrier policy evacuation ipv6; do
    # shellcheck source=/dev/null
    . "$lab/way_$part.sh"
done
title=lab
[ $# -ge 3 ] || { sed -n '2,/^set -u/s/^# \{0,1\}//p' "$0"; exit 2; }
build=$(realpath "$1") result=$2
shift 2
[ "$(id -u)" = 0 ] || fail "needs root, for network namespaces"
work=$(mktemp -d)

# shellcheck disable=SC2317  # reached by the trap
clean_up() {
    trap '' INT TERM
    # shellcheck disable=SC2046  # a word each
    kill $(jobs -p) 2>/dev/null
    wait
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' INT TERM

# The services run; the VM is to be stopped STOP-MS, and is looked at for SECONDS afterwards.
measure() {
    local stop_ms=$1 seconds=$2
    shift 2
    start_meters
    sleep 1.5
    start_witness
    move "$stop_ms" "$@"
    sleep "$seconds"
    stop_meters
}

# expect NAME LEAST MOST...: seconds, null is for ever.
expect() {
    local separator='{'
    while [ $# -ge 3 ]; do
        printf '%s"%s": [%s, %s]' "$separator" "$1" "$2" "$3"
        separator=', '
        shift 3
    done >"$way/expect.json"
    echo '}' >>"$way/expect.json"
}

# A machine under load is late; what is measured is never early by more than two intervals. TCP sends again after 200 ms at
# the earliest.
beyond_stop=(feed.beyond -0.02 0.15 down.beyond -0.02 0.15 up.beyond -0.02 0.15 tcp.beyond -0.02 0.6)

way_meters-50() {
    make_world 1000 0
    make_linux_bridges open 0
    start_dhcp
    measure 50 1.5
    expect stop 0.05 0.2 "${beyond_stop[@]}"
}

way_meters-200() {
    make_world 1000 0
    make_linux_bridges open 0
    start_dhcp
    measure 200 1.5
    expect stop 0.2 0.35 "${beyond_stop[@]}"
}

way_middlebox() {
    local middlebox=yes faults
    make_world 1000 0
    make_linux_bridges open 0
    start_dhcp
    for faults in 'loss 100' 'duplicate 100' 'delay 20000'; do order "$faults"; done
    (sleep 3.5; order cut both; sleep 0.3; order cut none) &
    measure 50 2.5
    expect feed 0.3 0.6 down 0.3 0.6 up 0.3 0.6 feed.lost 0.07 0.3 feed.twice 0.02 0.1
}

prepare_authentication() {
    make_world 1000 0
    make_linux_bridges locked 0
    start_radius_server
    start_authenticator edge-a
    start_authenticator edge-b
    start_supplicant
    start_dhcp
}

way_authentication() {
    prepare_authentication
    measure 50 4
    expect feed 0.04 0.3 down 3 null up 3 null tcp 3 null
}

way_authentication-again() {
    prepare_authentication
    measure 50 3 '' "(sleep 0.1; ip netns exec $prefix-vm wpa_cli -p $way/supplicant -i v0 reassociate) >/dev/null 2>&1 &"
    expect feed 0.04 0.3 down 0.04 2.5 up 0.1 2.5 tcp 0.1 2.9 eap.note 1 99
}

way_groups() {
    make_world 400
    make_linux_bridges open 1
    start_dhcp
    measure 50 5.5
    expect feed 0.2 5.5 down 0.04 0.3 up 0.04 0.3 tcp 0.04 0.6
}

way_groups-again() {
    make_world 3000
    make_linux_bridges open 1
    start_dhcp
    measure 50 3 '' "for is in 0 1; do ip -n $prefix-core link set br0 type bridge mcast_querier \$is; done"
    expect feed 0.04 2.5 down 0.04 0.3 up 0.04 0.3 tcp 0.04 0.6
}

# prepare_bridges HERE-AT-B REQUIREMENTS QUERY-CENTISECONDS
prepare_bridges() {
    make_world "$3"
    start_radius_server
    make_dimp_bridges "$1" "$2"
    [[ $2 != *dot1x* ]] || start_supplicant
    start_dhcp
}

way_bridge-dot1x() {
    prepare_bridges true '[dot1x]' 3000
    measure 50 4
    expect feed 3 null down 3 null up 3 null tcp 3 null
}

way_bridge-dhcp() {
    prepare_bridges true '[dhcp]' 3000
    measure 50 4
    expect up 3 null tcp 3 null
}

way_bridge-groups() {
    prepare_bridges true none 400
    measure 50 5.5
    expect feed 0.2 5.5 down 0.04 0.3 up 0.04 0.3 tcp 0.04 0.6
}

way_bridge() {
    prepare_bridges true '[dot1x, dhcp]' 3000
    measure 50 4
    expect feed 3 null down 3 null up 3 null tcp 3 null
}

way_bridge-again() {
    prepare_bridges true '[dot1x, dhcp]' 3000
    measure 50 6 '' "(sleep 0.1
        ip netns exec $prefix-vm wpa_cli -p $way/supplicant -i v0 reassociate
        sleep 2
        kill -USR1 $dhcp_client
        for is in 0 1; do ip -n $prefix-core link set br0 type bridge mcast_querier \$is; done) >/dev/null 2>&1 &"
    expect up 0.1 5.9 down 0.1 5.9 feed 0.1 5.9 eap.note 1 99 dhcp.note 1 99 igmp.note 1 99
}

# prepare_macsec HERE-AT-B MKA-AT-B: the VM's frames pass protected only.
prepare_macsec() {
    printf 'ckn 64696d702d6c6162\ncak 3c1d88a0f4627be95a0e41d7b86c2f13\n' >"$way/cak"
    make_world 3000
    make_dimp_bridges "$1" '[macsec]' '{cak: cak}' "$2"
    start_macsec
    start_dhcp
}

# The new bridge has the CAK, and agrees on new keys by itself.
way_bridge-macsec() {
    local nic=ms0
    prepare_macsec true '{cak: cak}'
    measure 50 12
    expect up 0.2 12 down 0.2 12
}

way_dimp-macsec() {
    local nic=ms0
    prepare_macsec false '{}'
    start_capture
    move_with_dimp
    read_capture
    expect stop 0.05 0.6 "${beyond_stop[@]}" dhcp.note 0 0 igmp.note 0 0 released.note 1 9
}

# The new server's station has the DI staged while the VM runs, and cut over when it is stopped.
move_with_dimp() {
    local at='--interface h1' peer=52:54:00:09:02:0a
    [ "${carrier:-}" != udp ] || at='--listen 10.8.0.12:34997' peer=10.8.0.2:34997
    local station
    station="ip netns exec $prefix-edge-b $build/dimp station --key $way/server-b.key $at --vsi $(vsi 1) \
        --filter $vm_mac/42 --source $(cat "$way/edge-a.pub") $peer,$(cat "$way/edge-b.pub")"
    measure 50 2 "$lab/lab_station.sh stage $way/station.log $station" "$lab/lab_station.sh finish $way/station.log"
}

# What the uplink of edge-b carried is read with the keys of the bridges, which end in order: one RELEASED of this move is there.
read_capture() {
    local name
    for name in edge-a edge-b; do
        inside $name "$build/dimp" ctl "$way/$name.control" drain || fail "$name cannot be drained"
        wait_that test -s "$way/$name.keys"
    done
    stop "$capture"
    cat "$way"/edge-?.keys >"$way/uplink.keys"
    "$build/dimp" decode --keys "$way/uplink.keys" "$way/uplink.pcap" | grep -c 'released migration' >"$way/released.note"
    [ -z "${KEEP:-}" ] || { mkdir -p "$KEEP" && cp "$way/uplink.pcap" "$KEEP/$(basename "$way").pcap" &&
        cp "$way/uplink.keys" "$KEEP/$(basename "$way").keys"; }
}

# start_capture [INTERFACE]: of edge-b.
start_capture() {
    start uplink edge-b tcpdump -Z root -U --immediate-mode -n -s 0 -i "${1:-u1}" -w "$way/uplink.pcap"
    capture=$started
    wait_for 5 "$way/uplink.log" 'listening on'
}

# No word of the VM is needed, and nothing is missing but what the stop costs.
way_dimp() {
    prepare_bridges false '[dot1x, dhcp]' 3000
    start_capture
    move_with_dimp
    read_capture
    expect stop 0.05 0.6 "${beyond_stop[@]}" eap.note 0 0 dhcp.note 0 0 igmp.note 0 0 released.note 1 9
}

# The same, where the way between the bridges loses and doubles every tenth frame and takes 5 ms: services miss
# what the network loses, and what its round trips add to the stop. The group may miss more: the report that edge-b
# makes for the VM may be lost as well, and is not repeated before the next query.
way_dimp-lossy() {
    local middlebox=yes faults
    prepare_bridges false '[dot1x, dhcp]' 3000
    start_capture
    for faults in 'loss 100' 'duplicate 100' 'delay 5000'; do order "$faults"; done
    move_with_dimp
    read_capture
    expect stop 0.05 3 down.beyond -0.02 0.4 up.beyond -0.02 0.4 \
        eap.note 0 0 dhcp.note 0 0 igmp.note 0 0 released.note 1 99
}

# Not to be disturbed: who ends the lab tells whole groups of processes.
leave_world() {
    trap '' INT TERM
    remove_world
}

# So many microseconds somebody on this machine has waited for a processor; 0 where the kernel does not say.
stalled_us() { sed -n 's/^some .*total=//p' /proc/pressure/cpu 2>/dev/null | grep . || echo 0; }

# run_way NAME NUMBER: in a world of its own, so that several may run at once. One whose numbers are not as expected, on a machine
# where somebody waited for a processor half of the time, is inconclusive: it is run again, twice at the most.
run_way() {
    local own=$prefix turn stalled began share
    trap leave_world EXIT
    trap 'exit 1' INT TERM
    way=$work/$1 title="lab: $1" logs=$work/$1/%s.log
    for turn in 1 2 3; do
        mkdir "$way"
        prefix=$own-$2-$turn stalled=$(stalled_us) began=${EPOCHREALTIME/./}
        "way_$1"
        remove_world
        share=$((100 * ($(stalled_us) - stalled) / (${EPOCHREALTIME/./} - began)))
        ! "$lab/lab_table.py" /dev/null "$way" >"$way/judged" || return 0
        [ $turn != 3 ] && [ $share -ge 50 ] || return 0
        echo "lab: $1 is inconclusive, somebody waited for a processor for $share % of the time: $(grep "^$1:" "$way/judged")" >&2
        mv "$way" "$work/inconclusive-$turn-$1"
    done
}

folders=()
for name; do
    declare -F "way_$name" >/dev/null || fail "no such way: $name"
    [ "$(jobs -pr | wc -l)" -lt "${AT_ONCE:-2}" ] || wait -n || exit 1
    run_way "$name" ${#folders[@]} &
    folders+=("$work/$name")
done
while [ -n "$(jobs -p)" ]; do wait -n || exit 1; done
"$lab/lab_table.py" "$result" "${folders[@]}"
code=$?
[ $code = 0 ] || [ -z "${KEEP_LOGS:-}" ] || cp -r "$work" "$KEEP_LOGS"
exit $code

#!/bin/bash
# lab.sh BUILD RESULT.json WAY...: a VM with real services moves from one bridge to another as a live migration moves it, and
# the receivers tell what each service missed. Ways:
#
#   meters-50 meters-200   Linux bridges that forward everything, the VM stopped so many milliseconds: what the meters
#                          must measure is known
#   middlebox              the same, behind a middlebox that loses, delays and doubles frames, and cuts the way for 300 ms
#   authentication         Linux bridges with locked ports and hostapd: the session stays behind
#   authentication-again   the same, and the supplicant is told to begin anew (workaround)
#   groups                 Linux bridges that snoop IGMP: the memberships stay behind until the next query
#   groups-again           the same, and the querier is made to ask at once (workaround)
#
# Needs root. KEEP_LOGS=FOLDER keeps the logs of a way that fails.
set -u
# shellcheck source=harness/lab/lab_world.sh
. "$(dirname "${BASH_SOURCE[0]}")/lab_world.sh"
[ $# -ge 3 ] || { sed -n '2,14s/^# \{0,1\}//p' "$0"; exit 2; }
build=$(realpath "$1") result=$2
shift 2
[ "$(id -u)" = 0 ] || fail "needs root, for network namespaces"
work=$(mktemp -d)

# shellcheck disable=SC2317  # reached by the trap
clean_up() {
    trap '' INT TERM
    remove_world
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

# A machine under load is late; what is measured is never early. TCP sends again after 200 ms at the earliest.
expect_stop() { expect feed "$1" "$2" down "$1" "$2" up "$1" "$2" tcp "$1" "$3"; }

way_meters-50() {
    make_world 1000
    make_linux_bridges open 0
    start_dhcp
    measure 50 1.5
    expect_stop 0.04 0.2 0.5
}

way_meters-200() {
    make_world 1000
    make_linux_bridges open 0
    start_dhcp
    measure 200 1.5
    expect_stop 0.19 0.35 0.8
}

way_middlebox() {
    local middlebox=yes faults
    make_world 1000
    make_linux_bridges open 0
    start_dhcp
    for faults in 'loss 100' 'duplicate 100' 'delay 20000'; do order "$faults"; done
    (sleep 3.5; order cut both; sleep 0.3; order cut none) &
    measure 50 2.5
    expect feed 0.3 0.6 down 0.3 0.6 up 0.3 0.6 feed.lost 0.07 0.3 feed.twice 0.02 0.1
}

prepare_authentication() {
    make_world 1000
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
    expect feed 0.04 0.3 down 0.04 2.5 up 0.1 2.5 tcp 0.1 2.9
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

folders=()
for name; do
    way=$work/$name
    declare -F "way_$name" >/dev/null || fail "no such way: $name"
    mkdir "$way"
    "way_$name"
    remove_world
    folders+=("$way")
done
"$lab/lab_table.py" "$result" "${folders[@]}"
code=$?
[ $code = 0 ] || [ -z "${KEEP_LOGS:-}" ] || cp -r "$work" "$KEEP_LOGS"
exit $code

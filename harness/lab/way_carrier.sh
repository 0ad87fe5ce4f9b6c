# shellcheck shell=bash disable=SC2154  # lab_world.sh owns the variables
# The way dimp-udp: DIMP is UDP of the bridges' own IP stacks, on a network beside the one that they bridge.

# br1 in the core, and d1 in both edges: 10.8.0.1 and .2 are the bridges', 10.8.0.11 and .12 the stations'.
make_management_network() {
    local name number=1
    ip -n "$prefix-core" link add br1 type bridge stp_state 0 forward_delay 0 || fail "cannot make a bridge"
    ip -n "$prefix-core" link set br1 up
    for name in a b; do
        make_wire "edge-$name" d1 '' core "d$name" ''
        ip -n "$prefix-core" link set "d$name" master br1
        ip -n "$prefix-edge-$name" addr add "10.8.0.$number/24" dev d1
        ip -n "$prefix-edge-$name" addr add "10.8.0.1$number/24" dev d1
        number=$((number + 1))
    done
}

# The same services as in the way dimp; what is bridged carries no frame of DIMP.
way_dimp-udp() {
    local carrier=udp
    make_world 3000
    make_management_network
    start_radius_server
    make_dimp_bridges false '[dot1x, dhcp]'
    start_supplicant
    start_dhcp
    start_capture d1
    start bridged edge-b tcpdump -Z root -l --immediate-mode -n -i u1 'ether proto 0x88b5 or udp port 34997'
    wait_for 5 "$way/bridged.log" 'listening on'
    move_with_dimp
    read_capture
    grep -c '> ' "$way/bridged.log" >"$way/bridged.note"
    expect stop 0.05 0.6 "${beyond_stop[@]}" eap.note 0 0 dhcp.note 0 0 igmp.note 0 0 released.note 1 9 bridged.note 0 0
}

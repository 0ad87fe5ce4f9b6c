# shellcheck shell=bash disable=SC2034,SC2154  # lab_world.sh owns the variables
# Ways with DI that no frame teaches: the VM is past a captive portal, and its access list bars one UDP port, to which it sends
# all the while. Octets by sections 8.2 and 8.17 of the specification.
barred_port=5005

# prepare_policy HERE-AT-B REQUIREMENTS
prepare_policy() {
    local di=policy.hex any=00000000000000000000000000000000 mac=525400c73ece
    {
        echo "0211 000f 01 01 002a $mac 01 0036ee80"
        printf '0202 0036 01 01 %s 0001 00 0000 0800 11 00 00 %s %s %04x %04x\n' $mac $any $any $barred_port $barred_port
        echo "0202 0036 01 01 $mac ffff 01 0000 0000 ff 00 00 $any $any 0000 ffff"
    } >"$way/policy.hex"
    make_world 3000
    make_dimp_bridges "$1" "$2"
    start_dhcp
    receive barred server udp $server_address $barred_port
    barred=$started
    start barred-source vm "$lab/lab_meter.py" send udp $server_address $barred_port
}

# Its portal session stays behind.
way_bridge-portal() {
    prepare_policy true '[portal]'
    measure 50 4
    stop "$barred"
    expect up 3 null tcp 3 null barred.received 0 0
}

# Its access list stays behind: from then on it reaches what it may not.
way_bridge-acl() {
    prepare_policy true none
    measure 50 2
    stop "$barred"
    expect stop 0.05 0.6 up.beyond -0.02 0.15 down.beyond -0.02 0.15 barred.received 100 9999
}

way_dimp-policy() {
    prepare_policy false '[portal]'
    start_capture
    move_with_dimp
    stop "$barred"
    read_capture
    expect stop 0.05 0.6 "${beyond_stop[@]}" dhcp.note 0 0 igmp.note 0 0 released.note 1 9 barred.received 0 0
}

# shellcheck shell=bash disable=SC2034,SC2154  # lab_world.sh owns the variables
# Ways in which the VM and who it speaks to have IPv6 alone: its address comes by DHCPv6 (ISC's dhclient of dnsmasq), the bridge
# binds it and the link-local one (SAVI), and the group is one of MLD.

# speak_ipv6 WHERE INTERFACE [ADDRESS]: one whose address is given does not test addresses first, and so can query at once.
speak_ipv6() {
    local conf=net.ipv6.conf.$2
    inside "$1" sysctl -qw "$conf.addr_gen_mode=0" "$conf.accept_dad=$([ -n "${3:-}" ] && echo 0 || echo 1)" \
        "$conf.disable_ipv6=0" || fail "no IPv6 here"
    [ -z "${3:-}" ] || ip -n "$prefix-$1" addr add "$3/64" dev "$2" nodad || fail "no IPv6 address for $2"
}

# prepare_ipv6 HERE-AT-B
prepare_ipv6() {
    local rules='savi: true'
    make_world 3000
    ip -n "$prefix-core" link set br0 type bridge mcast_mld_version 2
    speak_ipv6 core br0 fd00:10::fe
    speak_ipv6 server s0 $server_address
    speak_ipv6 source m0 fd00:10::9
    ip -n "$prefix-source" -6 route add ff00::/8 dev m0 table local
    make_dimp_bridges "$1" '[dhcp6]'
    configure_dnsmasq "$way" dhcp-range=fd00:10::100,fd00:10::1ff,64,1h
    start dnsmasq server dnsmasq -k -C "$way/dnsmasq.conf"
    wait_for 5 "$way/dnsmasq.log" 'DHCPv6, IP range'
    speak_ipv6 vm v0
    touch "$way/client.leases"
    start dhclient vm env CLIENT_EVENTS="$way/dhcp.events" dhclient -6 -v -d -N -cf /dev/null -lf "$way/client.leases" \
        -pf "$way/client.pid" -sf "$record/dhclient_event.sh" -e CLIENT_EVENTS="$way/dhcp.events" v0
    wait_for 20 "$way/dhcp.events" '"bound6"'
    vm_address=$(sed -n 's/.*"bound6","address":"\([0-9a-f:]*\)".*/\1/p' "$way/dhcp.events" | tail -n 1)
}

# The new bridge asks everybody for the addresses before it takes them for the VM's (RFC 6620), which takes half a second.
way_bridge-ipv6() {
    local vm_address server_address=fd00:10::1 group=ff0e::101 witnessed='dhcp6:dhcp listener:mld'
    prepare_ipv6 true
    measure 50 4
    expect up 0.3 3 tcp 0.3 3.5 feed 3 null
}

# Neither DHCPv6 nor MLD of the VM.
way_dimp-ipv6() {
    local vm_address server_address=fd00:10::1 group=ff0e::101 witnessed='dhcp6:dhcp listener:mld'
    prepare_ipv6 false
    start_capture
    move_with_dimp
    read_capture
    expect stop 0.05 0.6 "${beyond_stop[@]}" dhcp.note 0 0 mld.note 0 0 released.note 1 9
}

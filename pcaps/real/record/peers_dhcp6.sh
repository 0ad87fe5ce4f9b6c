# shellcheck shell=bash disable=SC2034,SC2154  # testbed.sh reads this and owns the variables
# DHCPv6: ISC's dhcpd on the server, its dhclient in the VM; and dhclient as a DHCPv4 client.

# Neighbour discovery as the kernel has it by default: addresses are probed for.
enable_discovery() {
    inside "$1" sysctl -qw "net.ipv6.conf.$2.addr_gen_mode=0" "net.ipv6.conf.$2.accept_ra=1" \
        "net.ipv6.conf.$2.disable_ipv6=0"
}

# start_dhcp6_server [LINE...]: life times of seconds, since a recording cannot wait for minutes.
start_dhcp6_server() {
    {
        printf '%s\n' 'authoritative;' 'default-lease-time 30;' 'preferred-lifetime 20;' \
            'option dhcp-renewal-time 3;' 'option dhcp-rebinding-time 6;' \
            'db-time-format local;' "$@" \
            'subnet6 fd00:10::/64 { range6 fd00:10::100 fd00:10::1ff;' \
            'prefix6 fd00:11:100:: fd00:11:f00:: /56; }'
    } >"$work/dhcpd6.conf"
    touch "$work/leases6"
    start dhcpd6.log server dhcpd -6 -f -d --no-pid -cf "$work/dhcpd6.conf" -lf "$work/leases6" s0
    server=$started
    wait_for 5 "$work/log/dhcpd6.log" 'Server starting service'
}

# begin_dhcp6 [LINE...]: from here on the capture has what that server and a VM with new addresses say.
begin_dhcp6() {
    enable_ipv6 server s0 fd00:10::1
    enable_discovery vm v0
    attach_to_bridge p1
    sleep 2
    start_capture "$name" p1
    start_dhcp6_server "$@"
}

# start_dhclient [OPTION...]: what it has to ask for is in client.conf.
start_dhclient() {
    : >>"$work/client.events"
    touch "$work/client.leases" "$work/client.conf"
    start dhclient.log vm env CLIENT_EVENTS="$work/client.events" \
        dhclient -v -d "$@" -cf "$work/client.conf" -lf "$work/client.leases" \
        -pf "$work/client.pid" -sf "$here/dhclient_event.sh" \
        -e CLIENT_EVENTS="$work/client.events" v0
    client=$started
}

# Gives back what it has, as a process of its own.
release_with_dhclient() {
    stop "$client"
    inside vm env CLIENT_EVENTS="$work/client.events" dhclient -v -r "$@" -cf "$work/client.conf" \
        -lf "$work/client.leases" -pf "$work/client.pid" -sf "$here/dhclient_event.sh" \
        -e CLIENT_EVENTS="$work/client.events" v0 >"$work/log/dhclient-release.log" 2>&1
}

witness_lease6() {
    witness lease6 "dhcpd's lease file" server cat "$work/leases6"
}

# What the kernel says of the VM's addresses: whose test is over, and whose failed.
witness_addresses() {
    witness addresses 'ip -6 addr' vm ip -6 -j addr show dev v0
}

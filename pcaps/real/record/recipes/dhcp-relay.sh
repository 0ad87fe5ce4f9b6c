# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# The server is behind a relay, which puts option 82 in and takes it out; the renewal goes past it.
needs="dnsmasq udhcpc dhcrelay"
takes=8
truth="dhcp_binding dhcp_client"
is_quick=yes

record() {
    attach_to_bridge p1
    ip -n "$prefix-edge" link set u1 nomaster
    ip -n "$prefix-edge" addr add 10.1.0.254/24 dev u1
    ip -n "$prefix-server" addr del 10.0.0.1/24 dev s0
    ip -n "$prefix-server" addr add 10.1.0.1/24 dev s0
    ip -n "$prefix-server" route add 10.0.0.0/24 via 10.1.0.254
    inside edge sysctl -qw net.ipv4.ip_forward=1
    start_capture "$name" p1
    start_dhcp_server 10.0.0.100 10.0.0.199 --dhcp-option=option:router,10.0.0.254
    start relay.log edge dhcrelay -4 -d -a -m replace -id br0 -iu u1 10.1.0.1
    wait_for 5 "$work/log/relay.log" 'Sending on   Socket'
    ip -n "$prefix-vm" route add 10.1.0.0/24 dev v0 2>/dev/null
    start_dhcp_client v0
    wait_client bound
    ip -n "$prefix-vm" route replace 10.1.0.0/24 via 10.0.0.254
    witness_lease
    sleep 1
    kill -USR1 "$client"
    wait_client renew
    witness_lease
    kill -USR2 "$client"
    wait_client deconfig 2
    witness_lease
    sleep 0.5
}

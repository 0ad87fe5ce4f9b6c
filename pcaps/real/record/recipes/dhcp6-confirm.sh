# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# The client comes back and asks whether its address is still of this link: it is; then it is not.
needs="dhcpd dhclient"
takes=14
truth="dhcp6_client dhcp6_binding"

record() {
    begin_dhcp6
    start_dhclient -6
    wait_client bound6
    witness_lease6
    stop "$client"
    start_dhclient -6
    wait_client bound6 2
    witness_lease6
    stop "$client" "$server"
    # The link is another one now, and with it the range.
    ip -n "$prefix-server" addr add fd00:12::1/64 dev s0 nodad
    ip -n "$prefix-server" addr del fd00:10::1/64 dev s0
    sed -i 's/fd00:10::/fd00:12::/g' "$work/dhcpd6.conf"
    start dhcpd6-b.log server dhcpd -6 -f -d --no-pid -cf "$work/dhcpd6.conf" \
        -lf "$work/leases6" s0
    wait_for 5 "$work/log/dhcpd6-b.log" 'Server starting service'
    start_dhclient -6
    wait_for 20 "$work/client.events" 'bound6.*fd00:12::'
    sleep 0.3
    witness_lease6
}

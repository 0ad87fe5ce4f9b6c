# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# Two messages instead of four (RFC 4039): the client asks for it, the server does it.
needs="dnsmasq dhcpcd"
takes=5
truth="dhcp_binding dhcp_client"

record() {
    attach_to_bridge p1
    start_capture "$name" p1
    start_dhcp_server 10.0.0.100 10.0.0.199 --dhcp-rapid-commit
    : >"$work/client.events"
    printf '%s\n' 'option rapid_commit' 'noarp' "env CLIENT_EVENTS=$work/client.events" \
        >"$work/dhcpcd.conf"
    start dhcpcd.log vm unshare -m sh -c "mount -t tmpfs none /run; mount -t tmpfs none /var/lib/dhcpcd;
        exec dhcpcd -4 -B -d -f $work/dhcpcd.conf -c $here/dhclient_event.sh -I '' v0"
    wait_client bound
    witness_lease
}

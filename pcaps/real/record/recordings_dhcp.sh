# shellcheck shell=bash disable=SC2154  # testbed.sh reads this and owns the variables
# DHCP: dnsmasq on the server, udhcpc in the VM, the bridge between them.

# start_dhcp_server FIRST LAST [OPTION...]: no-ping, else the offer comes too late for the client.
start_dhcp_server() {
    local first=$1 last=$2
    shift 2
    cat >"$work/dnsmasq.conf" <<CONF
port=0
interface=s0
bind-interfaces
no-resolv
no-hosts
no-ping
user=root
log-dhcp
log-facility=-
pid-file=$work/dnsmasq.pid
dhcp-authoritative
dhcp-leasefile=$work/leases
dhcp-range=$first,$last,255.255.255.0,2m
dhcp-option=option:router,10.0.0.1
CONF
    start dnsmasq.log server dnsmasq -k -C "$work/dnsmasq.conf" "$@"
    server=$started
    wait_for 5 "$work/log/dnsmasq.log" 'DHCP, IP range'
}

start_dhcp_client() {
    local interface=$1
    shift
    : >"$work/client.events"
    start udhcpc.log vm env CLIENT_EVENTS="$work/client.events" \
        udhcpc -f -i "$interface" -s "$here/udhcpc_event.sh" -t 4 -T 2 -F vm1 "$@"
    client=$started
}

wait_client() {
    wait_for 20 "$work/client.events" "\"event\":\"$1\"" "${2:-1}"
    sleep 0.3
}

witness_lease() {
    witness lease 'dnsmasq lease file' server cat "$work/leases"
}

record_dhcp() {
    attach_to_bridge p1
    start_capture "$name" p1
    start_dhcp_server 10.0.0.100 10.0.0.199
    start_dhcp_client v0
    wait_client bound
    witness_lease
    linger 4 1
    kill -USR1 "$client"
    wait_client renew
    witness_lease
    linger 2 0.5
    kill -USR2 "$client"
    wait_client deconfig 2
    witness_lease
    sleep 0.5
}

# The server forgets its leases and its range moves: the client's renewal is refused, and it starts
# anew.
record_dhcp_nak() {
    attach_to_bridge p1
    start_capture "$name" p1
    start_dhcp_server 10.0.0.100 10.0.0.199
    start_dhcp_client v0
    wait_client bound
    witness_lease
    stop "$server"
    rm -f "$work/leases"
    start_dhcp_server 10.0.0.210 10.0.0.220
    kill -USR1 "$client"
    wait_client nak
    wait_client bound 2
    witness_lease
}

# Another host already holds the address: the client's ARP check finds it, and the client declines.
record_dhcp_decline() {
    attach_to_bridge p1
    ip -n "$prefix-source" addr add 10.0.0.150/24 dev m0
    start_capture "$name" p1
    start_dhcp_server 10.0.0.100 10.0.0.199 --dhcp-host="$vm_mac,10.0.0.150"
    start_dhcp_client v0 -a500 -A 2
    wait_for 10 "$work/log/dnsmasq.log" DHCPDECLINE
    witness declined 'dnsmasq log' server grep DHCPDECLINE "$work/log/dnsmasq.log"
    witness_lease
    wait_client bound
    witness_lease
}

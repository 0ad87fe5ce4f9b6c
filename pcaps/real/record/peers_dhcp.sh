# shellcheck shell=bash disable=SC2034,SC2154  # testbed.sh reads this and owns the variables
# DHCP: dnsmasq on the server, udhcpc in the VM, the bridge between them.

# start_dhcp_server FIRST LAST [OPTION...]
start_dhcp_server() {
    local first=$1 last=$2
    shift 2
    configure_dnsmasq "$work" "dhcp-range=$first,$last,255.255.255.0,2m" dhcp-option=option:router,10.0.0.1
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

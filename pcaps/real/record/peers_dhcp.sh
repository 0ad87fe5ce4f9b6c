# shellcheck shell=bash disable=SC2034,SC2154  # testbed.sh reads this and owns the variables
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

# shellcheck shell=bash disable=SC2154  # testbed.sh reads this and owns the variables
# One VM's whole life at its port, on one wire with one MAC: authentication, a secure channel, an
# address, memberships and data. In vm1 everything after MKA goes through MACsec; vm1-plain has
# none.

# start_services INTERFACE: the VM gets its address and joins its groups through this interface.
start_services() {
    start_dhcp_server 10.0.0.100 10.0.0.199
    start_dhcp_client "$1"
    wait_client bound
    witness_lease
    vm_address=$(sed -n 's/.*"event":"bound","address":"\([0-9.]*\)".*/\1/p' "$work/client.events")
    start_multicast_host "$1"
    multicast join 239.1.1.1
    sleep 0.7
    witness_mdb
    multicast join-source 232.5.5.3 10.0.0.9
    sleep 0.7
    witness_mdb
    start_echo_server
}

# The source's datagrams come through the bridge because the VM has joined.
send_multicast() {
    local group
    for group in 239.1.1.1 232.5.5.3; do
        echo "multicast to $group" |
            inside source socat - "UDP4-DATAGRAM:$group:5000,ip-multicast-ttl=4"
    done
}

use_services() {
    local round rounds=6
    [ "$pace" = full ] || rounds=1
    for ((round = 0; round < rounds; round++)); do
        exchange_data "$vm_address"
        send_multicast
        linger 3 0.3
    done
    kill -USR1 "$client"
    wait_client renew
    witness_lease
    exchange_data "$vm_address"
    witness_dot1x
    witness_mdb
}

# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# Another host already has the address: the kernel's test of it fails, and the client declines it.
needs="dhcpd dhclient"
takes=9
truth="dhcp6_client"

record() {
    enable_ipv6 source m0 fd00:10::150
    begin_dhcp6 "host vm { hardware ethernet $vm_mac; fixed-address6 fd00:10::150; }"
    start_dhclient -6 -D LL
    wait_client declined6
    sleep 1
}

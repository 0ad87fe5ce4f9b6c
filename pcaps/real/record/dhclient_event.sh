#!/bin/sh
# shellcheck disable=SC2154  # dhclient passes them
# dhclient, and dhcpcd for IPv4, run this at each change: it sets the address, says 3 when another has it already (then it is
# declined), and appends the client's own word to $CLIENT_EVENTS.

# tell EVENT ADDRESS LIFE-TIME PREFERRED SERVER
tell() {
    printf '{"t":%s,"event":"%s","address":"%s","lease_s":%s,"preferred_s":%s,"server":"%s"}\n' \
        "$(date +%s.%6N)" "$1" "$2" "${3:-null}" "${4:-null}" "$5" >>"$CLIENT_EVENTS"
}

has_flag() { ip -6 addr show dev "$interface" "$1" 2>/dev/null | grep -q inet6; }

# Adds the address and waits for the kernel's test of it; false when that failed: then the kernel has
# taken one with a life time away again.
take_address6() {
    ip -6 addr replace "$new_ip6_address/64" dev "$interface" \
        valid_lft "$new_max_life" preferred_lft "$new_preferred_life"
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        has_flag tentative || break
        sleep 0.1
    done
    ip -6 addr show dev "$interface" | grep -q "inet6 $new_ip6_address/64"
}

case $reason in
PREINIT6)
    while has_flag tentative; do sleep 0.1; done
    ;;
BOUND | RENEW | REBIND | REBOOT)
    ip -4 addr replace "$new_ip_address/${new_subnet_mask:-24}" dev "$interface"
    word=renew
    [ "$reason" != BOUND ] || word=bound
    tell $word "$new_ip_address" "$new_dhcp_lease_time" '' "$new_dhcp_server_identifier"
    ;;
EXPIRE | FAIL | RELEASE | STOP)
    ip -4 addr flush dev "$interface"
    tell deconfig '' '' '' ''
    ;;
BOUND6 | RENEW6 | REBIND6)
    if [ -n "${new_ip6_address:-}" ] && ! take_address6; then
        tell declined6 "$new_ip6_address" '' '' ''
        exit 3
    fi
    tell "bound6" "${new_ip6_address:-$new_ip6_prefix}" "$new_max_life" "$new_preferred_life" ''
    ;;
EXPIRE6 | RELEASE6 | STOP6)
    [ -z "${old_ip6_address:-}" ] ||
        ip -6 addr del "$old_ip6_address/64" dev "$interface" 2>/dev/null
    tell ended6 "${old_ip6_address:-${old_ip6_prefix:-}}" '' '' ''
    ;;
esac
exit 0

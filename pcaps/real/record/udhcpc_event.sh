#!/bin/sh
# shellcheck disable=SC2154  # udhcpc passes them
# udhcpc runs this at each change: it sets the address and appends the client's own word to
# $CLIENT_EVENTS.
case $1 in
deconfig) ip -4 addr flush dev "$interface" ;;
bound | renew) ip -4 addr replace "$ip/$mask" dev "$interface" ;;
esac
printf '{"t":%s,"event":"%s","address":"%s","lease_s":%s,"server":"%s"}\n' \
    "$(date +%s.%6N)" "$1" "${ip:-}" "${lease:-null}" "${serverid:-}" >>"$CLIENT_EVENTS"

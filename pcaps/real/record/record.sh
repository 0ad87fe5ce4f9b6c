#!/bin/bash
# Records pcaps/real/ anew: real programs talk to each other in private network namespaces, tcpdump
# listens, and what the programs say of themselves becomes the truth file beside each capture.
#
#   record.sh NAME...      record these into pcaps/real/ (see --list), each verified afterwards
#   record.sh all          record every one of them
#   record.sh --quick      record short ones into a temporary folder and verify them (under 60 s)
#   record.sh --list       print the names
#
# Exit code 0: recorded and verified; 1: a recording or its check failed; 2: wrong use; 3: a tool
# is missing.
set -u

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
real=$(dirname "$here")

all_names=(dot1x-md5 dot1x-md5-fail dot1x-logoff dot1x-tls dot1x-peap dot1x-radius
           dhcp dhcp-nak dhcp-decline igmp igmpv2 mld
           mka-macsec mka-vm-keyserver mka-integrity mka-rekey
           mka-wrong-cak vdp vm1 vm1-plain)
quick_names=(dot1x-md5 dhcp igmp mka-macsec vdp vm1)

lack() {
    echo "missing $1" >&2
    missing=1
}

# A tool that is absent is named with the line that installs it: nothing passes without its peer.
require_tools() {
    local missing=0 row tool package
    for row in ip:iproute2 bridge:iproute2 ethtool:ethtool tcpdump:tcpdump \
               editcap:wireshark-common hostapd:hostapd wpa_supplicant:wpasupplicant \
               dnsmasq:dnsmasq-base udhcpc:udhcpc lldpad:lldpad vdptool:lldpad unshare:util-linux \
               socat:socat sysctl:procps ping:iputils-ping openssl:openssl cc:gcc pkg-config:pkg-config; do
        tool=${row%%:*} package=${row#*:}
        command -v "$tool" >/dev/null || lack "$tool: apt-get install $package"
    done
    /usr/bin/python3 -c 'import scapy, cryptography' 2>/dev/null ||
        lack "scapy or cryptography: apt-get install python3-scapy python3-cryptography"
    pkg-config --exists libnl-genl-3.0 libnl-route-3.0 2>/dev/null ||
        lack "libnl: apt-get install libnl-genl-3-dev libnl-route-3-dev"
    [ "$(id -u)" = 0 ] || lack "root, for network namespaces: sudo $here/record.sh"
    [ "$missing" = 0 ] || exit 3
}

is_known() {
    local name
    for name in "${all_names[@]}"; do [ "$name" = "$1" ] && return 0; done
    return 1
}

# Stopped from outside: the recordings that run are told, and clean up before this ends.
# shellcheck disable=SC2046  # one number a recording
trap 'kill $(jobs -p) 2>/dev/null; wait; exit 1' INT TERM

record_and_verify() {
    local folder=$1 pace=$2 name pids=() failed=0 captures=()
    shift 2
    for name; do
        # A process of its own with a time limit: none can outlive or hang the others.
        timeout --kill-after=15 150 bash "$here/testbed.sh" "$name" "$folder" "$pace" &
        pids+=($!)
        captures+=("$folder/$name.pcapng")
        # Three at a time: they mostly wait, but a loaded machine must not stretch their timers.
        if [ "${#pids[@]}" = 3 ]; then
            wait "${pids[0]}" || failed=1
            pids=("${pids[@]:1}")
        fi
    done
    for name in "${pids[@]}"; do wait "$name" || failed=1; done
    /usr/bin/python3 "$here/verify_real.py" "${captures[@]}" || failed=1
    return "$failed"
}

[ $# -gt 0 ] || { sed -n '2,11s/^# \{0,1\}//p' "$0"; exit 2; }
if [ "$(id -u)" != 0 ] && sudo -n true 2>/dev/null; then exec sudo -n "$here/record.sh" "$@"; fi
case $1 in
--list) printf '%s\n' "${all_names[@]}"; exit 0 ;;
--quick)
    require_tools
    folder=$(mktemp -d "${TMPDIR:-/tmp}/dimp-quick.XXXXXX") || exit 1
    trap 'rm -rf "$folder"' EXIT
    record_and_verify "$folder" quick "${quick_names[@]}"
    exit ;;
all) set -- "${all_names[@]}" ;;
esac
for name; do
    is_known "$name" || { echo "no recording is called $name; see $0 --list" >&2; exit 2; }
done
require_tools
record_and_verify "$real" full "$@"

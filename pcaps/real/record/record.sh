#!/bin/bash
# Records pcaps/real/ anew: real programs talk to each other in private network namespaces, tcpdump
# listens, and what the programs say of themselves becomes the truth file beside each capture. Each
# recording is a recipe, recipes/NAME.sh.
#
#   record.sh NAME...      record these into pcaps/real/ (see --list), each verified afterwards
#   record.sh all          record every one of them
#   record.sh --quick      record short ones into a temporary folder and verify them (under 60 s)
#   record.sh --list       print the recipes: name, seconds, whether quick, truth, programs
#   record.sh --recipes    check that each recipe is whole, recorded and told of in README.md
#
# Exit code 0: recorded and verified; 1: a recording or its check failed; 2: wrong use; 3: a tool
# is missing.
set -u

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
real=$(dirname "$here")
recipes=${RECIPES:-$here/recipes}

# What every recording needs, and the package of each program that a recipe may need.
needed_by_all="ip bridge ethtool tcpdump editcap sysctl"
packages="ip:iproute2 bridge:iproute2 ethtool:ethtool tcpdump:tcpdump editcap:wireshark-common
    sysctl:procps hostapd:hostapd hostapd_cli:hostapd wpa_supplicant:wpasupplicant
    wpa_cli:wpasupplicant dnsmasq:dnsmasq-base udhcpc:udhcpc dhclient:isc-dhcp-client
    dhcpd:isc-dhcp-server dhcrelay:isc-dhcp-relay dhcpcd:dhcpcd-base
    freeradius:freeradius radclient:freeradius-utils lldpad:lldpad vdptool:lldpad
    unshare:util-linux socat:socat ping:iputils-ping openssl:openssl cc:gcc pkg-config:pkg-config"

package_of() {
    local row
    for row in $packages; do
        [ "${row%%:*}" != "$1" ] || { echo "${row#*:}"; return 0; }
    done
    return 1
}

all_names() {
    local path
    for path in "$recipes"/*.sh; do basename "$path" .sh; done
}

# recipe_says NAME VARIABLE: what the recipe sets it to, nothing when it does not.
recipe_says() {
    (
        unset -v "$2"
        # shellcheck source=/dev/null
        . "$recipes/$1.sh"
        printf '%s\n' "${!2:-}"
    )
}

quick_names() {
    local name
    for name in $(all_names); do
        [ "$(recipe_says "$name" is_quick)" != yes ] || echo "$name"
    done
}

list_recipes() {
    local name
    for name in $(all_names); do
        printf '%-20s %3s s  %-5s  %s  <- %s\n' "$name" "$(recipe_says "$name" takes)" \
            "$([ "$(recipe_says "$name" is_quick)" != yes ] || echo quick)" \
            "$(recipe_says "$name" truth)" "$(recipe_says "$name" needs)"
    done
}

lack() {
    echo "missing $1" >&2
    missing=1
}

# require_tools NAME...: a program that is absent is named with the line that installs it: nothing
# passes without its peer.
require_tools() {
    local missing=0 tool
    # shellcheck disable=SC2046  # a word a program
    for tool in $needed_by_all $(for name; do recipe_says "$name" needs; done | tr ' ' '\n' | sort -u); do
        command -v "$tool" >/dev/null || lack "$tool: apt-get install $(package_of "$tool")"
    done
    /usr/bin/python3 -c 'import scapy, cryptography' 2>/dev/null ||
        lack "scapy or cryptography: apt-get install python3-scapy python3-cryptography"
    pkg-config --exists libnl-genl-3.0 libnl-route-3.0 2>/dev/null ||
        lack "libnl: apt-get install libnl-genl-3-dev libnl-route-3-dev"
    [ "$(id -u)" = 0 ] || lack "root, for network namespaces: sudo $here/record.sh"
    [ "$missing" = 0 ] || exit 3
}

# check_recipe NAME: prints what is wrong with the recipe or with what is recorded by it.
check_recipe() {
    local program kind
    [[ $(recipe_says "$1" takes) =~ ^[0-9]+$ ]] || echo "$1: says no seconds (takes)"
    [ -n "$(recipe_says "$1" truth)" ] || echo "$1: says no truth"
    bash -c ". '$recipes/$1.sh'; declare -F record" >/dev/null || echo "$1: has no record()"
    for program in $(recipe_says "$1" needs); do
        package_of "$program" >/dev/null || echo "$1: needs $program, of no package (record.sh)"
    done
    for kind in $(recipe_says "$1" truth); do
        grep -q "\"kind\": \"$kind\"" "$real/$1.truth.json" 2>/dev/null ||
            echo "$1: no $kind in $1.truth.json"
        grep -q "^| \`$kind\`" "$real/README.md" || echo "$1: README.md does not say what a $kind is"
    done
    [ -f "$real/$1.pcapng" ] || echo "$1: not recorded"
    grep -q "^|.*\`$1\`.*|.*|.*|" "$real/README.md" || echo "$1: has no row in README.md"
}

check_recipes() {
    local name path wrong
    wrong=$(
        for name in $(all_names); do check_recipe "$name"; done
        for path in "$real"/*.truth.json; do
            name=$(basename "$path" .truth.json)
            [ -f "$recipes/$name.sh" ] || echo "$name: recorded, but has no recipe"
        done
    )
    [ -z "$wrong" ] || printf '%s\n' "$wrong" >&2
    echo "$(all_names | wc -l) recipes"
    [ -z "$wrong" ]
}

# Stopped from outside: the recordings that run are told, and clean up before this ends.
# shellcheck disable=SC2046  # one number a recording
trap 'kill $(jobs -p) 2>/dev/null; wait; exit 1' INT TERM

record_and_verify() {
    local folder=$1 pace=$2 name pids=() failed=0 captures=() limit
    shift 2
    for name; do
        # A process of its own with a time limit: none can outlive or hang the others.
        limit=$((3 * $(recipe_says "$name" takes) + 30))
        timeout --kill-after=15 "$limit" \
            bash "$here/testbed.sh" "$recipes/$name.sh" "$folder" "$pace" &
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

[ $# -gt 0 ] || { sed -n '2,14s/^# \{0,1\}//p' "$0"; exit 2; }
case $1 in
--list) list_recipes; exit 0 ;;
--recipes) check_recipes; exit ;;
esac
if [ "$(id -u)" != 0 ] && sudo -n true 2>/dev/null; then exec sudo -n "$here/record.sh" "$@"; fi
# shellcheck disable=SC2046  # a word a name
case $1 in
--quick)
    set -- $(quick_names)
    require_tools "$@"
    folder=$(mktemp -d "${TMPDIR:-/tmp}/dimp-quick.XXXXXX") || exit 1
    trap 'rm -rf "$folder"' EXIT
    record_and_verify "$folder" quick "$@"
    exit ;;
all) set -- $(all_names) ;;
esac
for name; do
    [ -f "$recipes/$name.sh" ] || { echo "no recording is called $name; see $0 --list" >&2; exit 2; }
done
require_tools "$@"
record_and_verify "${FOLDER:-$real}" full "$@"

# shellcheck shell=bash disable=SC2034,SC2154  # who sources it owns the variables
# Network namespaces, programs in them, and the configurations of those that more than one testbed runs; to be sourced.
#
# Whoever does says in $prefix how namespaces' names begin, in $title what its errors begin with, in $work the folder of all
# that is written, and in $logs where the log NAME is, as printf takes it.

# All that make_namespace has made, by their whole names.
namespaces=()

fail() {
    echo "$title: $*" >&2
    [ -z "${KEEP_LOGS:-}" ] || cp -r "$work" "$KEEP_LOGS"
    exit 1
}

inside() {
    local where=$1
    shift
    ip netns exec "$prefix-$where" "$@"
}

# start NAME WHERE COMMAND...: in the background; the command itself becomes the process, so that $started is its own.
start() {
    local log where=$2
    # shellcheck disable=SC2059  # it is a format
    printf -v log "$logs" "$1"
    shift 2
    : >"$log"
    ip netns exec "$prefix-$where" "$@" >"$log" 2>&1 &
    started=$!
}

stop() {
    local pid
    for pid; do
        kill "$pid" 2>/dev/null
        wait "$pid" 2>/dev/null
    done
}

# wait_for SECONDS FILE REGEX [COUNT]: until the file has that many matching lines, else it fails.
wait_for() {
    local deadline=$((SECONDS + $1)) count=${4:-1} seen
    while [ "$SECONDS" -le "$deadline" ]; do
        seen=$(grep -cE -- "$3" "$2" 2>/dev/null)
        [ "${seen:-0}" -ge "$count" ] && return 0
        sleep 0.05
    done
    tail -n 5 "$2" >&2
    fail "waited $1 s in vain for '$3' (x$count) in $(basename "$2")"
}

make_namespace() {
    ip netns add "$prefix-$1" || fail "cannot make a network namespace"
    namespaces+=("$prefix-$1")
    # No IPv6: its discovery would only be noise in what is recorded and measured.
    inside "$1" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 ||
        fail "cannot turn IPv6 off in a namespace"
    ip -n "$prefix-$1" link set lo up
}

# remove_namespace WHOLE-NAME: whatever still lives in it was started by who made it.
remove_namespace() {
    local pid
    for pid in $(ip netns pids "$1" 2>/dev/null); do kill -9 "$pid" 2>/dev/null; done
    ip netns del "$1" 2>/dev/null
}

# make_wire WHERE IF MAC WHERE IF MAC: without offloads, which leave checksums unfinished. An empty MAC is any.
make_wire() {
    local side
    ip link add "$2" netns "$prefix-$1" ${3:+address "$3"} type veth \
        peer name "$5" netns "$prefix-$4" ${6:+address "$6"} || fail "cannot make a veth pair"
    for side in "$1 $2" "$4 $5"; do
        # shellcheck disable=SC2086  # two words on purpose
        set -- $side
        inside "$1" ethtool -K "$2" tx off rx off gro off gso off tso off >/dev/null 2>&1
        ip -n "$prefix-$1" link set "$2" up
    done
}

# configure_dnsmasq FOLDER LINE...: a DHCP server at s0, which keeps FOLDER/leases. No ping, else the offer comes too late for
# the client.
configure_dnsmasq() {
    local folder=$1
    shift
    cat >"$folder/dnsmasq.conf" <<CONF
port=0
interface=s0
bind-interfaces
no-resolv
no-hosts
no-ping
user=root
log-dhcp
log-facility=-
pid-file=$folder/dnsmasq.pid
dhcp-authoritative
dhcp-leasefile=$folder/leases
$(printf '%s\n' "$@")
CONF
}

# configure_radius_server FOLDER CLIENTS SECRET: hostapd as nothing but a server of the users in FOLDER/radius_users.
configure_radius_server() {
    echo "$2 $3" >"$1/radius_clients"
    cat >"$1/radius.conf" <<CONF
driver=none
radius_server_clients=$1/radius_clients
radius_server_auth_port=1812
eap_server=1
eap_user_file=$1/radius_users
CONF
}

# configure_authenticator FILE CONTROL LINE...: hostapd at the bridge's port p1, with more lines.
configure_authenticator() {
    local file=$1 control=$2
    shift 2
    cat >"$file" <<CONF
interface=p1
driver=wired
ieee8021x=1
eapol_version=2
use_pae_group_addr=1
ctrl_interface=$control
$(printf '%s\n' "$@")
CONF
}

# ask_radius_server ADDRESS NAME SERVER SECRET: the lines of an authenticator that asks one.
ask_radius_server() {
    printf '%s\n' "own_ip_addr=$1" "nas_identifier=$2" "auth_server_addr=$3" auth_server_port=1812 \
        "auth_server_shared_secret=$4"
}

# configure_supplicant FOLDER LINE...: the lines of the network block that name the method and its credentials.
configure_supplicant() {
    local folder=$1
    shift
    {
        printf 'ctrl_interface=%s/supplicant\nap_scan=0\neapol_version=2\n' "$folder"
        printf 'network={\nkey_mgmt=IEEE8021X\neapol_flags=0\n'
        printf '%s\n' "$@" '}'
    } >"$folder/supplicant.conf"
}

# build_secy_shim FOLDER-OF-SOURCE FOLDER: what stands in for the kernel's MACsec below a KaY.
build_secy_shim() {
    # shellcheck disable=SC2046  # several words on purpose
    "${CC:-cc}" -std=c11 -shared -fPIC -O2 -o "$2/secy_shim.so" "$1/secy_shim.c" \
        $(pkg-config --cflags --libs libnl-genl-3.0 libnl-route-3.0) || fail "the shim does not compile"
}

# configure_kay FILE CONTROL PRIORITY LINE...: wpa_supplicant's KaY; the lines name the CAK and what else it is to do.
configure_kay() {
    local file=$1 control=$2 priority=$3
    shift 3
    cat >"$file" <<CONF
ctrl_interface=$control
ap_scan=0
eapol_version=3
network={
key_mgmt=NONE
eapol_flags=0
macsec_policy=1
macsec_replay_protect=1
macsec_replay_window=0
mka_priority=$priority
$(printf '%s\n' "$@")
}
CONF
}

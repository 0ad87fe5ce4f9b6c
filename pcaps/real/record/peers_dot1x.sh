# shellcheck shell=bash disable=SC2154  # testbed.sh reads this and owns the variables
# 802.1X: hostapd with its integrated EAP server at the bridge's port, wpa_supplicant in the VM.

# make_certificates: a throw-away authority with one server and one client, for TLS and PEAP.
make_certificates() {
    local who usage
    openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=DIMP recordings" \
        -keyout "$work/ca.key" -out "$work/ca.pem" \
        -addext basicConstraints=critical,CA:TRUE 2>/dev/null || fail "openssl req failed"
    for who in server client; do
        usage=${who}Auth
        printf 'extendedKeyUsage=%s\nbasicConstraints=CA:FALSE\nsubjectAltName=DNS:%s.dimp.test\n' \
            "$usage" "$who" >"$work/$who.ext"
        openssl req -newkey rsa:2048 -nodes -subj "/CN=$who.dimp.test" -keyout "$work/$who.key" \
            -out "$work/$who.csr" 2>/dev/null
        openssl x509 -req -in "$work/$who.csr" -CA "$work/ca.pem" -CAkey "$work/ca.key" \
            -CAcreateserial -days 30 -out "$work/$who.pem" -extfile "$work/$who.ext" \
            2>/dev/null || fail "openssl x509 failed"
    done
}

# start_radius_server: a second hostapd; what it grants is also the truth of radius_grants.
start_radius_server() {
    cat >"$work/radius_grants" <<GRANTS
11:s:permit-own-address
25:s:vm1-class
27:d:6
29:d:1
64:d:13
65:d:6
81:s:42
92:s:permit in ip from any to 10.0.0.0/24
GRANTS
    { echo '"vm1" MD5 "vm1-secret"'; sed 's/^/radius_accept_attr=/' "$work/radius_grants"; } \
        >"$work/radius_users"
    echo radius-secret >"$work/radius_secret"
    echo "10.0.0.254 radius-secret" >"$work/radius_clients"
    cat >"$work/radius.conf" <<CONF
driver=none
radius_server_clients=$work/radius_clients
radius_server_auth_port=1812
eap_server=1
eap_user_file=$work/radius_users
CONF
    start radius.log server hostapd -dd "$work/radius.conf"
    sleep 0.5
}

# start_radius_authenticator: the port's hostapd asks that server; the period only enables the
# server's Session-Timeout to ask for re-authentication.
start_radius_authenticator() {
    cat >"$work/hostapd.conf" <<CONF
interface=p1
driver=wired
ieee8021x=1
eapol_version=2
use_pae_group_addr=1
eap_reauth_period=3600
ctrl_interface=$work/hostapd
own_ip_addr=10.0.0.254
nas_identifier=edge
auth_server_addr=10.0.0.1
auth_server_port=1812
auth_server_shared_secret=radius-secret
CONF
    start hostapd.log edge hostapd -dd "$work/hostapd.conf"
    wait_for 5 "$work/log/hostapd.log" AP-ENABLED
}

# start_authenticator REAUTHENTICATION_SECONDS: 0 means never.
start_authenticator() {
    cat >"$work/eap_user" <<USERS
"vm1" MD5 "vm1-secret"
"client.dimp.test" TLS
"vm1-peap" PEAP
"vm1-peap" MSCHAPV2 "peap-secret" [2]
USERS
    cat >"$work/hostapd.conf" <<CONF
interface=p1
driver=wired
ieee8021x=1
eapol_version=2
use_pae_group_addr=1
eap_reauth_period=$1
ctrl_interface=$work/hostapd
eap_server=1
eap_user_file=$work/eap_user
CONF
    [ ! -f "$work/ca.pem" ] || cat >>"$work/hostapd.conf" <<CONF
ca_cert=$work/ca.pem
server_cert=$work/server.pem
private_key=$work/server.key
CONF
    start hostapd.log edge hostapd -dd "$work/hostapd.conf"
    wait_for 5 "$work/log/hostapd.log" AP-ENABLED
}

# start_supplicant LINE...: the lines of the network block that name the method and its credentials.
start_supplicant() {
    {
        printf 'ctrl_interface=%s/supplicant\nap_scan=0\neapol_version=2\n' "$work"
        printf 'network={\nkey_mgmt=IEEE8021X\neapol_flags=0\n'
        printf '%s\n' "$@" '}'
    } >"$work/supplicant.conf"
    start supplicant.log vm wpa_supplicant -d -D wired -i v0 -c "$work/supplicant.conf"
}

start_supplicant_md5() {
    printf '%s\n' "$1" >"$work/eap_md5_password"
    start_supplicant eap=MD5 'identity="vm1"' "password=\"$1\""
}

wait_eap() {
    wait_for 20 "$work/log/supplicant.log" "CTRL-EVENT-EAP-$1" "${2:-1}"
    sleep 0.4
}

witness_dot1x() {
    witness station 'hostapd_cli all_sta' edge hostapd_cli -p "$work/hostapd" -i p1 all_sta
    witness supplicant 'wpa_cli status' vm wpa_cli -p "$work/supplicant" -i v0 status
}

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

# start_radius_server [GRANT...]: a second hostapd; what it grants is also the truth of radius_grants.
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
    [ $# = 0 ] || printf '%s\n' "$@" >"$work/radius_grants"
    { echo '"vm1" MD5 "vm1-secret"'; sed 's/^/radius_accept_attr=/' "$work/radius_grants"; } \
        >"$work/radius_users"
    echo radius-secret >"$work/radius_secret"
    configure_radius_server "$work" 10.0.0.254 radius-secret
    start radius.log server hostapd -dd "$work/radius.conf"
    sleep 0.5
}

# start_radius_authenticator LINE...: the port's hostapd asks that server; the period only enables the
# server's Session-Timeout to ask for re-authentication. Lines are more of its configuration.
start_radius_authenticator() {
    # shellcheck disable=SC2046  # a word a line
    configure_authenticator "$work/hostapd.conf" "$work/hostapd" eap_reauth_period=3600 \
        $(ask_radius_server 10.0.0.254 edge 10.0.0.1 radius-secret) "$@"
    start hostapd.log edge hostapd -dd "$work/hostapd.conf"
    wait_for 5 "$work/log/hostapd.log" AP-ENABLED
}

# start_authenticator REAUTHENTICATION_SECONDS [GROUP]: 0 means never; GROUP 0 answers each supplicant
# at its own address.
start_authenticator() {
    cat >"$work/eap_user" <<USERS
"vm1" MD5 "vm1-secret"
"client.dimp.test" TLS
"vm1-peap" PEAP
"vm1-peap" MSCHAPV2 "peap-secret" [2]
USERS
    configure_authenticator "$work/hostapd.conf" "$work/hostapd" "use_pae_group_addr=${2:-1}" "eap_reauth_period=$1" \
        eap_server=1 "eap_user_file=$work/eap_user"
    [ ! -f "$work/ca.pem" ] || cat >>"$work/hostapd.conf" <<CONF
ca_cert=$work/ca.pem
server_cert=$work/server.pem
private_key=$work/server.key
CONF
    start hostapd.log edge hostapd -dd "$work/hostapd.conf"
    wait_for 5 "$work/log/hostapd.log" AP-ENABLED
}

# record_granted_session [GRANT...]: the whole of a recording in which that server lets the VM in, and
# its Session-Timeout has it asked once more; the server's wire is recorded, too.
record_granted_session() {
    start_capture "$name" p1
    start_capture server u1
    start_radius_server "$@"
    start_radius_authenticator
    start_supplicant_md5 vm1-secret
    wait_eap SUCCESS
    witness_dot1x
    wait_eap SUCCESS 2
    witness_dot1x
    linger 2 0
}

# start_supplicant LINE...: the lines of the network block that name the method and its credentials.
start_supplicant() {
    configure_supplicant "$work" "$@"
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

# start_freeradius: FreeRADIUS with the users of $work/raddb/users; `radius_grants` says what those
# of the capture's VM are given, in the numbers of the wire (92:n: rules set apart by |, 26:c: a pair
# of Cisco's). Its Access-Rejects carry the grants, too: nothing takes them out.
start_freeradius() {
    local raddb=$work/raddb
    mkdir -p "$raddb/mods-enabled" "$work/radacct"
    : >"$raddb/dictionary"
    echo radius-secret >"$work/radius_secret"
    cat >"$raddb/radiusd.conf" <<CONF
prefix = /usr
libdir = /usr/lib/freeradius
logdir = $work/log
raddbdir = $raddb
run_dir = $work
db_dir = $work
max_request_time = 30
log {
  destination = stdout
}
security {
  max_attributes = 200
  reject_delay = 0
  status_server = no
}
thread pool {
  start_servers = 1
  max_servers = 2
  min_spare_servers = 1
  max_spare_servers = 1
}
client edge {
  ipaddr = 10.0.0.254
  secret = radius-secret
  require_message_authenticator = yes
}
modules {
  \$INCLUDE mods-enabled/
}
server default {
  listen {
    type = auth
    ipaddr = 10.0.0.1
    port = 1812
  }
  listen {
    type = acct
    ipaddr = 10.0.0.1
    port = 1813
  }
  authorize {
    mschap
    eap {
      ok = return
    }
    files
    pap
  }
  authenticate {
    Auth-Type PAP {
      pap
    }
    eap
  }
  accounting {
    ok
  }
}
server inner-tunnel {
  authorize {
    mschap
    eap {
      ok = return
    }
    files
  }
  authenticate {
    Auth-Type MS-CHAP {
      mschap
    }
    eap
  }
}
CONF
    cat >"$raddb/mods-enabled/all" <<CONF
pap {
}
mschap {
}
always ok {
  rcode = ok
}
files {
  usersfile = $raddb/users
}
eap {
  default_eap_type = md5
  md5 {
  }
  mschapv2 {
  }
$([ ! -f "$work/ca.pem" ] || cat <<TLS
  tls-config tls-common {
    private_key_file = $work/server.key
    certificate_file = $work/server.pem
    ca_file = $work/ca.pem
    tls_min_version = "1.2"
    tls_max_version = "1.2"
    cipher_list = "DEFAULT"
    ecdh_curve = ""
  }
  tls {
    tls = tls-common
  }
  peap {
    tls = tls-common
    default_eap_type = mschapv2
    copy_request_to_tunnel = no
    use_tunneled_reply = yes
    virtual_server = inner-tunnel
  }
TLS
)
}
CONF
    start freeradius.log server freeradius -X -d "$raddb"
    wait_for 10 "$work/log/freeradius.log" 'Ready to process requests'
}

# start_dynamic_authenticator: the port's hostapd asks the server, keeps accounts there and obeys its
# Disconnect-Requests (RFC 5176).
start_dynamic_authenticator() {
    start_radius_authenticator "acct_server_addr=10.0.0.1" "acct_server_port=1813" \
        "acct_server_shared_secret=radius-secret" "radius_das_port=3799" \
        "radius_das_client=10.0.0.1 radius-secret" "radius_das_require_event_timestamp=0"
}

# tell_authenticator disconnect|coa ATTRIBUTES: the server's side says so, whatever the answer is.
tell_authenticator() {
    printf '%s\n' "$2" >"$work/request"
    inside server radclient -x -t 2 -r 1 -f "$work/request" 10.0.0.254:3799 "$1" radius-secret \
        >>"$work/log/radclient.log" 2>&1
    sleep 0.5
}

# start_hub: two supplicants behind the port, vm (52:54:00:c7:3e:ce) and vm2 (…:cf).
start_hub() {
    make_namespace vm2
    ip -n "$prefix-vm" link set v0 down
    ip -n "$prefix-vm" link set v0 name h0
    ip -n "$prefix-vm" link set h0 address 52:54:00:00:00:77
    make_wire vm v0 "$vm_mac" vm h1 52:54:00:00:00:78
    make_wire vm2 v0 52:54:00:c7:3e:cf vm h2 52:54:00:00:00:79
    ip -n "$prefix-vm" link add hub address 52:54:00:00:00:7a type bridge stp_state 0 \
        forward_delay 0 mcast_snooping 0 group_fwd_mask 8 || fail "cannot make a hub"
    local port
    for port in h0 h1 h2; do
        ip -n "$prefix-vm" link set "$port" master hub
        ip -n "$prefix-vm" link set "$port" up
    done
    ip -n "$prefix-vm" link set hub up
}

# start_second_supplicant: PEAP on vm2.
start_second_supplicant() {
    cat >"$work/supplicant2.conf" <<CONF
ctrl_interface=$work/supplicant2
ap_scan=0
eapol_version=2
network={
key_mgmt=IEEE8021X
eapol_flags=0
eap=PEAP
identity="vm1-peap"
password="peap-secret"
phase2="auth=MSCHAPV2"
ca_cert="$work/ca.pem"
}
CONF
    start supplicant2.log vm2 wpa_supplicant -d -D wired -i v0 -c "$work/supplicant2.conf"
}

# begin_granting: the two of them, FreeRADIUS with a user whose session has all kinds of lists, and the
# captures at the port and before the server. Only who lets him in says so in `radius_grants`.
begin_granting() {
    mkdir "$work/raddb"
    cat >"$work/raddb/users" <<USERS
vm1 Cleartext-Password := "vm1-secret"
	Filter-Id = "100.in",
	Class = 0x766d312d636c617373,
	Session-Timeout = 3600,
	Tunnel-Type:0 = VLAN,
	Tunnel-Medium-Type:0 = IEEE-802,
	Tunnel-Private-Group-Id:0 = "42",
	Cisco-AVPair += "ip:inacl#1=permit udp any any eq 67",
	Cisco-AVPair += "ip:inacl#2=permit ip any any",
	NAS-Filter-Rule += "deny in ip from any to 10.9.9.9",
	NAS-Filter-Rule += "permit in ip from any to any"
USERS
    start_capture "$name" p1
    start_capture server u1
    start_freeradius
    start_dynamic_authenticator
}

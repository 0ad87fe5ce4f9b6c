# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# EAP-TLS with FreeRADIUS, which assigns a VLAN and names a filter.
needs="hostapd hostapd_cli wpa_supplicant wpa_cli freeradius openssl"
takes=14
truth="dot1x_session dot1x_supplicant radius_grant"

record() {
    make_certificates
    mkdir "$work/raddb"
    cat >"$work/raddb/users" <<USERS
client.dimp.test
	Filter-Id = "tls-tenant",
	Tunnel-Type:1 = VLAN,
	Tunnel-Medium-Type:1 = IEEE-802,
	Tunnel-Private-Group-Id:1 = "77"
USERS
    cat >"$work/radius_grants" <<GRANTS
11:s:tls-tenant
GRANTS
    start_capture "$name" p1
    start_capture server u1
    start_freeradius
    start_dynamic_authenticator
    start_supplicant eap=TLS 'identity="client.dimp.test"' "ca_cert=\"$work/ca.pem\"" \
        "client_cert=\"$work/client.pem\"" "private_key=\"$work/client.key\""
    wait_eap SUCCESS
    witness_dot1x
}

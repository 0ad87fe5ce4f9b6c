# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# PEAP with FreeRADIUS, which names a downloadable list; radclient, at the bridge, downloads it.
needs="hostapd hostapd_cli wpa_supplicant wpa_cli freeradius radclient openssl"
takes=14
truth="dot1x_session dot1x_supplicant radius_grant"

record() {
    make_certificates
    mkdir "$work/raddb"
    cat >"$work/raddb/users" <<USERS
vm1-peap Cleartext-Password := "peap-secret"
	Cisco-AVPair += "ACS:CiscoSecure-Defined-ACL=#ACSACL#-IP-tenant-5f3e1c2a",
	Session-Timeout = 3600

"#ACSACL#-IP-tenant-5f3e1c2a" Auth-Type := Accept
	Cisco-AVPair += "ip:inacl#1=permit udp any any eq 67",
	Cisco-AVPair += "ip:inacl#2=deny ip any host 10.9.9.9",
	Cisco-AVPair += "ip:inacl#3=permit ip any any"
USERS
    cat >"$work/radius_grants" <<GRANTS
27:d:3600
26:c:ACS:CiscoSecure-Defined-ACL=#ACSACL#-IP-tenant-5f3e1c2a
GRANTS
    start_capture "$name" p1
    start_capture server u1
    start_freeradius
    start_dynamic_authenticator
    start_supplicant eap=PEAP 'identity="vm1-peap"' 'password="peap-secret"' \
        'phase2="auth=MSCHAPV2"' "ca_cert=\"$work/ca.pem\""
    wait_eap SUCCESS
    witness_dot1x
    cat >"$work/request" <<REQUEST
User-Name = "#ACSACL#-IP-tenant-5f3e1c2a"
Cisco-AVPair = "aaa:event=acl-download"
Message-Authenticator = 0x00
REQUEST
    inside edge radclient -x -t 2 -r 1 -f "$work/request" 10.0.0.1:1812 auth radius-secret \
        >"$work/log/radclient.log" 2>&1 || fail "the list was not downloaded"
    witness_dot1x
}

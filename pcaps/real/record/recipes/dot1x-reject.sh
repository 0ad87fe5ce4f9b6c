# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# FreeRADIUS rejects a wrong password, with all it would have granted in the Access-Reject; hostapd
# then holds the port, whatever the supplicant says meanwhile.
needs="hostapd hostapd_cli wpa_supplicant wpa_cli freeradius"
takes=12
truth="dot1x_session dot1x_supplicant"

record() {
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
    start_supplicant_md5 not-the-secret
    wait_eap FAILURE
    witness_dot1x
    inside vm wpa_cli -p "$work/supplicant" -i v0 reassociate >/dev/null
    sleep 3
    witness_dot1x
}

# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# FreeRADIUS grants a session with lists; radclient asks for a change, which hostapd refuses, for the
# end of another's session, and for the end of this one: no EAPOL says so at the port.
needs="hostapd hostapd_cli wpa_supplicant wpa_cli freeradius radclient"
takes=12
is_quick=yes
truth="dot1x_session dot1x_supplicant radius_grant"

record() {
    cat >"$work/radius_grants" <<GRANTS
11:s:100.in
25:s:vm1-class
27:d:3600
64:d:13
65:d:6
81:s:42
26:c:ip:inacl#1=permit udp any any eq 67
26:c:ip:inacl#2=permit ip any any
92:n:deny in ip from any to 10.9.9.9|permit in ip from any to any
GRANTS
    begin_granting
    start_supplicant_md5 vm1-secret
    wait_eap SUCCESS
    witness_dot1x
    tell_authenticator coa 'User-Name = "vm1", Session-Timeout = 10'
    witness_dot1x
    tell_authenticator disconnect 'User-Name = "vm2"'
    witness_dot1x
    tell_authenticator disconnect 'User-Name = "vm1"'
    witness_dot1x
}

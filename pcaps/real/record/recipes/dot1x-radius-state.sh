# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# A RADIUS server, a second hostapd, puts a State beside a session of 6 s after which the client is to
# be asked again; its wire is recorded, too.
needs="hostapd hostapd_cli wpa_supplicant wpa_cli"
takes=13
truth="dot1x_session dot1x_supplicant radius_grant"

record() {
    start_capture "$name" p1
    start_capture server u1
    start_radius_server 24:s:state-of-vm1 27:d:6 29:d:1
    start_radius_authenticator
    start_supplicant_md5 vm1-secret
    wait_eap SUCCESS
    witness_dot1x
    wait_eap SUCCESS 2
    witness_dot1x
    linger 2 0
}

# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# A session of 4 s whose end is the end (Termination-Action Default); the supplicant is stopped, so that
# it does not begin another.
needs="hostapd hostapd_cli wpa_supplicant wpa_cli"
takes=13
truth="dot1x_session radius_grant"

record() {
    start_capture "$name" p1
    start_capture server u1
    start_radius_server 27:d:4 29:d:0
    start_radius_authenticator
    start_supplicant_md5 vm1-secret
    wait_eap SUCCESS
    witness station 'hostapd_cli all_sta' edge hostapd_cli -p "$work/hostapd" -i p1 all_sta
    kill -STOP "$started"
    sleep 5
    witness station 'hostapd_cli all_sta' edge hostapd_cli -p "$work/hostapd" -i p1 all_sta
    kill -CONT "$started"
}

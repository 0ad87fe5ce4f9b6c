# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# A RADIUS server, a second hostapd, grants a filter, a class, a VLAN and a session of 6 s; its wire
# is recorded, too.
needs="hostapd hostapd_cli wpa_supplicant wpa_cli"
takes=13
truth="dot1x_session dot1x_supplicant radius_grant"

record() {
    record_granted_session
}

# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# A RADIUS server, a second hostapd, puts a State beside a session of 6 s after which the client is to
# be asked again; its wire is recorded, too.
needs="hostapd hostapd_cli wpa_supplicant wpa_cli"
takes=13
truth="dot1x_session dot1x_supplicant radius_grant"

record() {
    record_granted_session 24:s:state-of-vm1 27:d:6 29:d:1
}

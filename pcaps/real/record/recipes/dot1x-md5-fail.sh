# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# A wrong password.
needs="hostapd hostapd_cli wpa_supplicant wpa_cli"
takes=4
truth="dot1x_session dot1x_supplicant"

record() {
    start_capture "$name" p1
    start_authenticator 0
    start_supplicant_md5 not-the-secret
    wait_eap FAILURE
    witness_dot1x
}

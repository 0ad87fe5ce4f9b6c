# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# Start, success, two re-authentications.
needs="hostapd hostapd_cli wpa_supplicant wpa_cli"
takes=15
truth="dot1x_session dot1x_supplicant"
is_quick=yes

record() {
    start_capture "$name" p1
    start_authenticator 5
    start_supplicant_md5 vm1-secret
    wait_eap SUCCESS
    witness_dot1x
    wait_eap SUCCESS 2
    witness_dot1x
    linger 6 0
    witness_dot1x
}

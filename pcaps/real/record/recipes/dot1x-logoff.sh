# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# Success, then logoff.
needs="hostapd hostapd_cli wpa_supplicant wpa_cli"
takes=4
truth="dot1x_session dot1x_supplicant"

record() {
    start_capture "$name" p1
    start_authenticator 0
    start_supplicant_md5 vm1-secret
    wait_eap SUCCESS
    witness_dot1x
    inside vm wpa_cli -p "$work/supplicant" -i v0 logoff >/dev/null || fail "logoff was refused"
    sleep 1
    witness_dot1x
}

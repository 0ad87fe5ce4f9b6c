# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# FreeRADIUS rejects a wrong password, with all it would have granted in the Access-Reject; hostapd
# then holds the port, whatever the supplicant says meanwhile.
needs="hostapd hostapd_cli wpa_supplicant wpa_cli freeradius"
takes=12
truth="dot1x_session dot1x_supplicant"

record() {
    begin_granting
    start_supplicant_md5 not-the-secret
    wait_eap FAILURE
    witness_dot1x
    inside vm wpa_cli -p "$work/supplicant" -i v0 reassociate >/dev/null
    sleep 3
    witness_dot1x
}

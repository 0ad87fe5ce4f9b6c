# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# Two supplicants behind one port, MD5 and PEAP at the same time; answers go to
# the group: the exchanges cross.
needs="hostapd hostapd_cli wpa_supplicant wpa_cli openssl"
takes=16
truth="dot1x_session dot1x_supplicant"

record() {
    make_certificates
    start_hub
    start_capture "$name" p1
    start_authenticator 0 1
    start_supplicant_md5 vm1-secret
    start_second_supplicant
    sleep 7
    witness_dot1x
    witness supplicant2 'wpa_cli status' vm2 wpa_cli -p "$work/supplicant2" -i v0 status
}

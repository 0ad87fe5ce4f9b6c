# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# PEAP with MSCHAPv2 inside.
needs="hostapd hostapd_cli wpa_supplicant wpa_cli openssl"
takes=4
truth="dot1x_session dot1x_supplicant"

record() {
    make_certificates
    start_capture "$name" p1
    start_authenticator 0
    start_supplicant eap=PEAP 'identity="vm1-peap"' 'password="peap-secret"' \
        'phase2="auth=MSCHAPV2"' "ca_cert=\"$work/ca.pem\""
    wait_eap SUCCESS
    witness_dot1x
}

# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# EAP-TLS.
needs="hostapd hostapd_cli wpa_supplicant wpa_cli openssl"
takes=4
truth="dot1x_session dot1x_supplicant"

record() {
    make_certificates
    start_capture "$name" p1
    start_authenticator 0
    start_supplicant eap=TLS 'identity="client.dimp.test"' "ca_cert=\"$work/ca.pem\"" \
        "client_cert=\"$work/client.pem\"" "private_key=\"$work/client.key\""
    wait_eap SUCCESS
    witness_dot1x
}

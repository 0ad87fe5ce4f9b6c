# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# One VM's life: 802.1X, MKA, then all in MACsec: DHCP, joins, data, multicast; re-authentication.
needs="hostapd hostapd_cli wpa_supplicant wpa_cli dnsmasq udhcpc cc pkg-config socat ping"
takes=48
truth="dot1x_session dot1x_supplicant dhcp_binding dhcp_client mka_participant macsec_sa"
truth+=" macsec_traffic multicast_membership"
is_quick=yes

record() {
    build_shim
    start_capture "$name" p1
    start_authenticator 20
    start_supplicant_md5 vm1-secret
    wait_eap SUCCESS
    witness_dot1x
    start_macsec 16 128 0
    witness_kay
    start_services ms0
    use_services
    witness_kay
    stop_dataplanes
}

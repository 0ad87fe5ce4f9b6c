# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# The same as vm1 without MKA and MACsec.
needs="hostapd hostapd_cli wpa_supplicant wpa_cli dnsmasq udhcpc socat ping"
takes=43
truth="dot1x_session dot1x_supplicant dhcp_binding dhcp_client multicast_membership"

record() {
    start_capture "$name" p1
    start_authenticator 20
    start_supplicant_md5 vm1-secret
    wait_eap SUCCESS
    witness_dot1x
    attach_to_bridge p1
    start_services v0
    use_services
}

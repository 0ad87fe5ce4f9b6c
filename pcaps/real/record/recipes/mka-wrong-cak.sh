# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# The VM has another CAK under the same name: neither end believes the other: no key.
needs="wpa_supplicant wpa_cli cc pkg-config socat ping"
takes=14
truth="mka_participant macsec_traffic"

record() {
    build_shim
    start_capture "$name" p1
    start_secys
    start_kay edge p1 16 0
    lab_cak=0badcafe1be1a94735b07e91d3c6584f
    echo "$lab_cak" >"$work/vm_cak"
    start_kay vm v0 128 0
    sleep 9
    witness_kay
    sleep 4
    witness_kay
    stop_dataplanes
}

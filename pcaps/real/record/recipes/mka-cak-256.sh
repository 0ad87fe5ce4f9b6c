# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# The same as mka-macsec with a CAK of 256 bits: ICK and KEK have 256, the SAK has 128.
needs="wpa_supplicant wpa_cli cc pkg-config socat ping"
takes=35
truth="mka_participant macsec_sa macsec_traffic"

record() {
    lab_cak=${lab_cak}c3d1707a9e4456b1208ff0e1d2c3b4a5
    record_macsec 16 128 0
}

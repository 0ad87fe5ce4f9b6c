# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# The same as mka-macsec, integrity only.
needs="wpa_supplicant wpa_cli cc pkg-config socat ping"
takes=35
truth="mka_participant macsec_sa macsec_traffic"

record() { record_macsec 16 128 1; }

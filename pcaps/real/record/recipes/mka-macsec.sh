# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# MKA, the bridge being key server; MACsec with confidentiality; 30 s of hellos and data.
needs="wpa_supplicant wpa_cli cc pkg-config socat ping"
takes=36
truth="mka_participant macsec_sa macsec_traffic"
is_quick=yes

record() { record_macsec 16 128 0; }

# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# The VM's participant ends and another begins: a new member, so the bridge makes a new key (AN 1).
needs="wpa_supplicant wpa_cli cc pkg-config socat ping"
takes=26
truth="mka_participant macsec_sa macsec_traffic"

record() {
    begin_macsec 16 128 0
    stop "$vm_kay"
    start_kay vm v0 128 0
    wait_for 30 "$work/secy.edge" '"op":"add_txsa"' 2
    wait_for 30 "$work/secy.vm" '"op":"add_txsa"' 2
    sleep 1
    exchange_data 10.0.0.20
    sleep 7
    exchange_data 10.0.0.20
    witness_kay
    stop_dataplanes
}

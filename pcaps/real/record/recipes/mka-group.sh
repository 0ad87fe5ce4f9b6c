# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# A group of three behind one port: the bridge is key server, the VM its pair; another KaY joins them
# (a new SAK, AN 1), sends, and is gone without a word (a new SAK, AN 2).
needs="wpa_supplicant wpa_cli cc pkg-config socat ping"
takes=45
truth="mka_participant macsec_sa macsec_traffic"

record() {
    start_hub
    begin_macsec 16 128 0
    start_dataplane vm2 v0
    start_kay vm2 v0 200 0
    local further=$started
    wait_for 20 "$work/secy.vm2" encoding_sa
    sleep 1
    ip -n "$prefix-vm2" addr add 10.0.0.21/24 dev ms0
    inside vm2 ping -c 3 -i 0.3 -W 2 10.0.0.1 >/dev/null || fail "the third's pings got no reply"
    exchange_data 10.0.0.20
    witness_kay
    kill -9 "$further"
    wait_for 30 "$work/secy.edge" '"op":"add_txsa"' 3
    wait_for 30 "$work/secy.vm" '"op":"add_txsa"' 3
    sleep 1
    exchange_data 10.0.0.20
    linger 2 1
    witness_kay
    stop_dataplanes
}

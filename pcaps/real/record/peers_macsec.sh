# shellcheck shell=bash disable=SC2034,SC2154  # testbed.sh reads this and owns the variables
# MKA and MACsec: wpa_supplicant's KaY at both ends, each with secy_shim.so and secy_dataplane.py as
# its SecY.
# ms0 is the controlled port: the VM's interface to the world, and the edge's bridge port.

# Keys of these recordings only; each recording that uses them leaves them in its .cak file.
lab_ckn=64696d702d7265616c2d70656572732d766d312d6d616373656300000000cafe
lab_cak=8f2d0c6be1a94735b07e91d3c6584fa2

build_shim() {
    build_secy_shim "$here" "$work"
    printf 'ckn %s\ncak %s\n' "$lab_ckn" "$lab_cak" >"$work/cak"
}

# start_dataplane WHERE PORT
start_dataplane() {
    : >"$work/secy.$1"
    start "dataplane.$1" "$1" /usr/bin/python3 "$here/secy_dataplane.py" "$2" ms0 "$work/secy.$1"
    dataplanes+=("$started")
    wait_for 10 "$work/log/dataplane.$1" ready
}

# start_kay WHERE PORT PRIORITY INTEGRITY_ONLY: the lower priority becomes key server.
start_kay() {
    configure_kay "$work/kay.$1.conf" "$work/kay.$1" "$3" "macsec_integ_only=$4" \
        "mka_cak=$lab_cak" "mka_ckn=$lab_ckn"
    start "kay.$1.log" "$1" \
        env LD_PRELOAD="$work/secy_shim.so" SECY_LOG="$work/secy.$1" SECY_INTERFACE=ms0 \
        wpa_supplicant -d -D macsec_linux -i "$2" -c "$work/kay.$1.conf"
}

# start_secys: both data planes, the inside capture and the bridge port, before any key is agreed.
start_secys() {
    start_dataplane edge p1
    start_dataplane vm v0
    attach_to_bridge ms0
    start_capture inside ms0
}

# start_macsec BRIDGE_PRIORITY VM_PRIORITY INTEGRITY_ONLY: returns when both ends protect.
dataplanes=()
start_macsec() {
    start_secys
    start_kay edge p1 "$1" "$3"
    start_kay vm v0 "$2" "$3"
    vm_kay=$started
    wait_for 20 "$work/secy.edge" encoding_sa
    wait_for 20 "$work/secy.vm" encoding_sa
    sleep 0.6
}

witness_kay() {
    local row
    for row in edge:p1 vm:v0; do
        witness "kay-${row%%:*}" 'wpa_cli status' "${row%%:*}" \
            wpa_cli -p "$work/kay.${row%%:*}" -i "${row#*:}" status
    done
}

# The data planes end before the captures: what they counted is then what the wire has seen.
stop_dataplanes() {
    stop "${dataplanes[@]}"
}

start_echo_server() {
    start echo.log server socat UDP4-RECVFROM:7000,fork EXEC:/bin/cat
}

# exchange_data VM_ADDRESS: echoes and datagrams in both directions, each of which must arrive.
exchange_data() {
    inside vm ping -c 3 -i 0.3 -W 2 10.0.0.1 >/dev/null || fail "the VM's pings got no reply"
    inside server ping -c 2 -i 0.3 -W 2 -s 1200 "$1" >/dev/null || fail "the VM does not reply"
    local reply
    reply=$(echo "hello from vm1" | inside vm socat -t 1 - UDP4:10.0.0.1:7000)
    [ "$reply" = "hello from vm1" ] || fail "the UDP echo gave '$reply'"
}

# begin_macsec BRIDGE_PRIORITY VM_PRIORITY INTEGRITY_ONLY: the capture, both ends, and data between them.
begin_macsec() {
    build_shim
    start_capture "$name" p1
    start_macsec "$@"
    ip -n "$prefix-vm" addr add 10.0.0.20/24 dev ms0
    start_echo_server
    exchange_data 10.0.0.20
    witness_kay
}

record_macsec() {
    begin_macsec "$@"
    if [ "$pace" = full ]; then
        inside vm ping -c 16 -i 1.6 -W 2 10.0.0.1 >/dev/null || fail "the VM's pings got no reply"
    fi
    linger 2 1
    exchange_data 10.0.0.20
    witness_kay
    stop_dataplanes
}

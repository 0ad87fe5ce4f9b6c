# shellcheck shell=bash disable=SC2154  # testbed.sh reads this and owns the variables
# VDP over ECP: lldpad as the station at v0 and lldpad as the bridge at p1; vdptool orders and tells.

# start_lldpad WHERE INTERFACE station|bridge: with /dev/shm and /run of its own, where it would meet the other.
start_lldpad() {
    cat >"$work/lldpad.$1" <<CONF
nearest_customer_bridge : { $2 : { adminStatus = 3;
    tlvid0080c20d : { enableTx = true; evbmode = "$3"; evbgpid = true; }; }; };
CONF
    start "lldpad.$1" "$1" unshare --mount sh -c \
        'mount -t tmpfs none /dev/shm; mount -t tmpfs none /run; exec lldpad -V 7 -f "$1"' sh "$work/lldpad.$1"
}

# vdp MODE TYPE LAST HINTS FILTER...: one VDP command, of the VSI whose id ends in LAST; what vdptool was
# told becomes truth.
vdp() {
    local mode=$1 type=$2 last=$3 hints=$4 filters=() filter
    shift 4
    for filter; do filters+=(-c "filter=$filter"); done
    witness vdp 'vdptool' vm timeout 20 vdptool -i v0 -T -W -V "$mode" -c "mode=$mode" \
        -c mgrid2=edgemgr -c "typeid=$type" -c typeidver=4 \
        -c "uuid=fa9b7fff-b0a0-4893-8e0e-beef4ff18f$last" -c "hints=$hints" "${filters[@]}"
}

record_vdp() {
    start_capture "$name" p1
    start_lldpad edge p1 bridge
    start_lldpad vm v0 station
    # Both have heard of each other's role when the station's EVB TLV has the bridge's numbers.
    sleep 6
    vdp assoc 5 8f none "42-$vm_mac"
    vdp preassoc 6 90 to "43-$vm_mac"
    if [ "$pace" = full ]; then
        vdp preassoc-rr 6 91 none "44-$vm_mac"
        vdp assoc 6 91 to "44-$vm_mac"
        vdp assoc 6 92 none 47
        vdp assoc 6 93 none "48-$vm_mac" 49-52:54:00:c7:3e:cf
        vdp assoc 6 94 from "0-$vm_mac"
        vdp assoc 6 95 none 50--7
        vdp assoc 6 97 none "45108-$vm_mac" # 0xb034: priority 3
        vdp assoc 6 96 none "51-$vm_mac-7"
        # A keep-alive of each.
        sleep 11
    fi
    vdp deassoc 5 8f from "42-$vm_mac"
    sleep 1
}

# shellcheck shell=bash disable=SC2016,SC2154  # testbed.sh reads this and owns the variables
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

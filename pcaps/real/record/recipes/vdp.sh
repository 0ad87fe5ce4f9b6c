# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# VDP over ECP of VSIs with all four filter formats, a priority and the M and S bits; keep-alives.
needs="lldpad vdptool unshare"
takes=19
truth="vdp_vsi"
is_quick=yes

record() {
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

# shellcheck shell=bash disable=SC2154  # lab_world.sh owns the variables
# The way dimp-evacuation: eight VMs leave a server at once. The last one's move fails when it is stopped already, and it runs
# on where it was.
evacuated=8

# place NUMBER: the VM's namespace. cable EDGE NUMBER: the control socket of its cable there.
place() { if [ "$1" = 1 ]; then echo vm; else echo "vm$1"; fi; }
cable() { if [ "$2" = 1 ]; then echo "$way/$1.sock"; else echo "$way/$1-$2.sock"; fi; }

# The first VM is the world's own.
add_vm() {
    local name number=1
    make_namespace "vm$1"
    for name in edge-a edge-b; do
        make_wire $name "h$1" "52:54:00:09:1$number:0$1" $name "p$1" ''
        # shellcheck disable=SC2046  # a word or none
        start "cable-$name-$1" $name "$build/lab_cable" "$(cable $name "$1")" "if:h$1" \
            $([ $name = edge-b ] || echo "tap:$prefix-vm$1:v0")
        number=$((number + 1))
    done
    for name in edge-a edge-b; do wait_that test -S "$(cable $name "$1")"; done
    wait_that inside "vm$1" ip link set v0 address "$(mac "$1")"
    (umask 077 && "$build/dimp" genkey -q >"$way/server-b-$1.key")
    "$build/dimp" pubkey <"$way/server-b-$1.key" >"$way/server-b-$1.pub"
}

# Rows of the bridges' files.
# shellcheck disable=SC2317  # make_dimp_bridges calls them
evacuated_ports() { for ((each = 2; each <= evacuated; each++)); do echo "  vm$each: {interface: p$each, kind: station, vlan: 42}"; done; }
# shellcheck disable=SC2317
evacuated_vms() {
    for ((each = 2; each <= evacuated; each++)); do
        echo "  vm$each: {vsi: \"$(vsi $each)\", mac: \"$(mac $each)\", vlan: 42, port: vm$each, here: $1, requires: [dhcp]}"
    done
}
# shellcheck disable=SC2317
evacuated_servers() {
    [ "$1" = 2 ] || return 0
    for ((each = 2; each <= evacuated; each++)); do
        echo "  server$each: {key: \"$(cat "$way/server-b-$each.pub")\", mac: \"52:54:00:09:12:0$each\", role: station}"
    done
}

# Each has a lease of its own, and a meter each way.
start_evacuated() {
    local each address
    for ((each = 2; each <= evacuated; each++)); do
        start "udhcpc-$each" "vm$each" env CLIENT_EVENTS="$way/dhcp-$each.events" \
            udhcpc -f -i v0 -s "$record/udhcpc_event.sh" -t 8 -T 1
    done
    for ((each = 2; each <= evacuated; each++)); do wait_for 12 "$way/dhcp-$each.events" '"bound"'; done
    cp "$way/dhcp.events" "$way/dhcp-1.events"
    receivers=()
    for ((each = 1; each <= evacuated; each++)); do
        address=$(sed -n 's/.*"bound","address":"\([0-9.]*\)".*/\1/p' "$way/dhcp-$each.events" | tail -n 1)
        receive "down-$each" "$(place $each)" udp "$address" 5002 --every 20
        receive "up-$each" server udp $server_address $((5100 + each)) --every 20
        start "down-source-$each" server "$lab/lab_meter.py" send udp "$address" 5002 --every 20
        start "up-source-$each" "$(place $each)" "$lab/lab_meter.py" send udp $server_address $((5100 + each)) --every 20
    done
}

# station NUMBER: the command that asks for that VM's DI at edge-b.
station() {
    local key=server-b
    [ "$1" = 1 ] || key=server-b-$1
    echo "ip netns exec $prefix-edge-b $build/dimp station --key $way/$key.key --interface h$1 --vsi $(vsi "$1") \
        --filter $(mac "$1")/42 --source $(cat "$way/edge-a.pub") 52:54:00:09:02:0a,$(cat "$way/edge-b.pub")"
}

# move_all: at once; $way/move-NUMBER.json.
move_all() {
    local each verb to moves=()
    for ((each = 1; each <= evacuated; each++)); do
        verb=finish to=edge-b
        [ $each != $evacuated ] || verb=cancel to=edge-a
        "$lab/lab_move.py" "$(cable edge-a $each)" "$(cable $to $each)" "$(mac $each)" 50 "$prefix-$(place $each)" \
            "$lab/lab_station.sh stage $way/station-$each.log $(station $each)" \
            "$lab/lab_station.sh $verb $way/station-$each.log" >"$way/move-$each.json" 2>"$way/move-$each.log" &
        moves+=($!)
    done
    for each in "${moves[@]}"; do wait "$each" || fail "a VM did not move"; done
}

# in_force EDGE: how many VMs have DI in force there.
in_force() {
    inside "$1" "$build/dimp" ctl --json "$way/$1.control" show di | /usr/bin/python3 -c \
        'import json, sys; print(len({row["vm"] for row in json.load(sys.stdin)["rows"] if row["in_force"]}))'
}

way_dimp-evacuation() {
    local each more_ports=evacuated_ports more_vms=evacuated_vms more_peers=evacuated_servers
    make_world 3000
    for ((each = 2; each <= evacuated; each++)); do add_vm $each; done
    make_dimp_bridges false '[dhcp]'
    start_dhcp
    start_evacuated
    start_capture
    sleep 1.5
    move_all
    sleep 2
    stop "${receivers[@]}"
    in_force edge-b >"$way/moved.note"
    in_force edge-a >"$way/stayed.note"
    read_capture
    expect stop 0.05 1.5 down.beyond -0.05 0.25 up.beyond -0.05 0.25 \
        moved.note $((evacuated - 1)) $((evacuated - 1)) stayed.note 1 1 released.note $((evacuated - 1)) 99
}

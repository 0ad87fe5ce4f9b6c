#!/bin/bash
# libvirt-hook.sh DIMP: the example hook, called as libvirt calls it, with a guest's XML as libvirt writes it, in front of
# live bridges; virsh is played by a script that prints lines as virsh does. Prints what failed and "N passed, N failed".
set -u
dimp=$(realpath "$1")
hook=$(realpath "$(dirname "$0")/../../docs/examples/libvirt/qemu")
scratch=$(mktemp -d)
trap clean_up EXIT
trap 'exit 1' INT TERM
passed=0
failed=0
port=$((10000 + ($$ + 4500) % 9000))

clean_up() {
	local pid file
	for file in "$scratch"/run/*/watch; do [ ! -f "$file" ] || kill "-$(cat "$file")" 2>/dev/null; done
	for pid in $(jobs -p) $(cat "$scratch"/run/*/*.pid 2>/dev/null); do kill "$pid" 2>/dev/null; done
	wait 2>/dev/null
	rm -rf "$scratch"
}

cd "$scratch" || exit 1

# is WHAT ACTUAL EXPECTED
is() {
	[ "$2" = "$3" ] && passed=$((passed + 1)) && return
	failed=$((failed + 1))
	echo "$1: $2, expected $3"
	tail -n 3 ./*.log run/*/* 2>/dev/null
}

# said WHAT FILE PATTERN COUNT
said() { is "$1: lines of $2 with $3" "$(grep -Ec -- "$3" "$2")" "$4"; }

# await FILE PATTERN: five seconds at the most.
await() {
	local turn
	for ((turn = 0; turn < 100; turn++)); do
		grep -Eqs -- "$2" "$1" && return
		sleep 0.05
	done
	echo "waited in vain for $2 in $1"
}

key() { cat "$1.pub"; }

for who in a b c s1 s2; do
	(umask 077 && "$dimp" genkey -q >$who.key)
	"$dimp" pubkey <$who.key >$who.pub
done
echo '0204 0022 01 01 0064 02000000000a 0a00000a 00003039 0001 0004 deadbeef 0002 0004 0a000001' >di.hex
at() { echo "127.0.0.1:$((port + $1))"; }
# Manager 11, type 1193047 (0x123457), version 2, format 5, and the UUID.
first=0000000000000000000000000000000b12345702"05"09b11c538b5c4eeb8f00d84eaa0aaa4f
second=0000000000000000000000000000000b12345702"05"19b11c538b5c4eeb8f00d84eaa0aaa50

mkdir bin run
cat >bin/virsh <<'END'
#!/bin/sh
[ "$*" = "event --event lifecycle --loop" ] || exit 1
exec tail -n +1 -f "$VIRSH_EVENTS"
END
chmod +x bin/virsh
export PATH="$scratch/bin:$PATH" VIRSH_EVENTS="$scratch/events" DIMP_LIBVIRT_CONF="$scratch/conf"

configure() {
	cat >conf <<END
STATIONS="$scratch/s1.key@$(at 3) $scratch/s2.key@$(at 4)"
PEER=$(at 1),$(key b)
RUN=$scratch/run STATE=$scratch/book DIMP=$dimp DEADLINE_MS=15000 STAGED_SECONDS=5 TRIES=2
$*
END
}

# What libvirt hands to a hook: its own form of the XML, single quotes, one element a line.
interface() {
	cat <<END
    <interface type='direct'>
      <mac address='$1'/>
      <source dev='eth1' mode='vepa'/>
      <virtualport type='802.1Qbg'>
        <parameters managerid='11' typeid='1193047' typeidversion='2' instanceid='$2'/>
      </virtualport>
      <target dev='macvtap0'/>
      <model type='virtio'/>
      <address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
    </interface>
END
}

guest_xml() {
	echo "<domain type='kvm' id='7'>"
	echo "  <name>vm1</name>"
	echo "  <devices>"
	cat
	echo "    <interface type='network'>"
	echo "      <mac address='52:54:00:aa:bb:cc'/>"
	echo "      <source network='default'/>"
	echo "    </interface>"
	echo "  </devices>"
	echo "</domain>"
}

two_interfaces() {
	{
		interface 02:00:00:00:00:0a 09b11c53-8b5c-4eeb-8f00-d84eaa0aaa4f
		interface 02:00:00:00:00:0b 19b11c53-8b5c-4eeb-8f00-d84eaa0aaa50
	} | guest_xml
}

start_bridges() {
	: >events
	"$dimp" bridge --json --key a.key --listen "$(at 0)" --vsi $first --di di.hex --seconds 60 "$(at 1),$(key b)" >a.log &
	"$dimp" bridge --json --key c.key --listen "$(at 2)" --vsi $second --di di.hex --seconds 60 "$(at 1),$(key b)" >c.log &
	"$dimp" bridge --json --key b.key --listen "$(at 1)" --seconds 60 "$(at 0),$(key a)" "$(at 2),$(key c)" \
		"$(at 3),$(key s1),station" "$(at 4),$(key s2),station" >b.log &
	bridges=$(jobs -p)
	sleep 0.3
}

stop_bridges() {
	local pid
	for pid in $bridges; do kill "$pid"; done
	wait
	port=$((port + 5))
	configure
}

call() { "$hook" "$@" >out 2>error; }

configure
start_bridges
two_interfaces | call vm1 migrate begin -
is 'a guest of two interfaces may come' $? 0
is 'the XML stays as it is' "$(cat out error)" ''
said 'both are staged' b.log '"event":"record"' 2
said 'nothing is frozen while memory is copied' <(cat a.log c.log) '"event":"freeze"' 0
two_interfaces | call vm2 migrate begin -
is 'no identity is left for another' $? 1
said 'it says so' error 'all identities in STATIONS are in use' 2
for operation in prepare start started; do two_interfaces | call vm1 $operation begin -; done
is 'other operations' $? 0
echo "event 'lifecycle' for domain 'vm1': Started Migrated" >>events
sleep 0.3
said 'not yet' b.log '"event":"activate"' 0
echo "event 'lifecycle' for domain 'vm1': Resumed Migrated" >>events
await b.log '"event":"activate"'
sleep 0.3
said 'the guest runs: both are in force' b.log '"event":"activate"' 2
said 'each says so' <(cat run/vm1/?.log) '"event":"outcome".*"result":"SUCCESS"' 2
is 'each ends well' "$(cat run/vm1/?.code)" $'0\n0'
stop_bridges

start_bridges
two_interfaces | call vm1 migrate begin -
is 'once more' $? 0
two_interfaces | call vm1 stopped end -
two_interfaces | call vm1 release end failed
is 'the migration has failed' $? 0
await run/vm1/2.code .
said 'the moves are cancelled' <(cat run/vm1/?.log) '"event":"outcome".*"error":"CANCELLED"' 2
said 'the DI stays' <(cat a.log c.log) '"event":"freeze"' 0
interface 02:00:00:00:00:0a ffffffff-8b5c-4eeb-8f00-d84eaa0aaa4f | guest_xml | call vm3 migrate begin -
is 'nobody has the DI: the guest stays' $? 1
said 'it was tried again' error 'not this time \(exit code 20\): no DI of this VSI here' 2
configure AT_RISK=accept
interface 02:00:00:00:00:0a ffffffff-8b5c-4eeb-8f00-d84eaa0aaa4f | guest_xml | call vm3 migrate begin -
is 'or comes without' $? 0
configure OPTIONS=--no-such-option
two_interfaces | call vm1 migrate begin -
is 'a wrong configuration: the guest stays' $? 1
said 'it says what is wrong' error 'no such option' 1
guest_xml </dev/null | call vm4 migrate begin -
is 'a guest without 802.1Qbg' $? 0
is 'starts nothing' "$(ls run/vm4)" interfaces
echo "$passed passed, $failed failed"
[ $failed = 0 ]

# shellcheck shell=bash disable=SC2154 # run.sh owns the variables
# every_capture.py fails when a field is read wrongly, a reader breaks, or a frame is passed over. Sourced by run.sh.
reader=$PWD/build/asan/frame_reader
captures=$PWD/harness/tools/captures

# write_reader NAME SCRIPT: frame_reader with its lines put through sed.
write_reader() {
	printf '#!/bin/sh\n%s "$@" | sed "%s"\n' "$reader" "$2" >"$scratch/$1"
	chmod +x "$scratch/$1"
}

# judge READER: of the recordings alone, with a dimp that ends well whatever it is given.
judge() {
	env DIMP_SHARED=/nonexistent "$captures/every_capture.py" true "$scratch/$1"
}

write_reader right ''
write_reader wrong-lease 's/\(address_lease_time\t\)120$/\1121/'
write_reader deaf '/\tigmp\t/d'
write_reader timid 's/^\([0-9]*\t\)eap\teap.code\t.*/\1eap\t!\tmalformed/'
printf '#!/bin/sh\nexit 70\n' >"$scratch/broken"
chmod +x "$scratch/broken"

expect 'every recording is read as tshark reads it' 0 ' 0 failed' judge right
expect 'a lease that is read wrongly differs' 1 'address_lease_time: .121., tshark has .120.' judge wrong-lease
expect 'a layer that is not read differs' 1 'igmp not read' judge deaf
expect 'a refusal without reason differs' 1 'eap refused as malformed' judge timid
expect 'a reader that breaks is no agreement' 1 'frame_reader breaks or hangs' judge broken

#!/bin/sh
# The demonstration: one VM moves twice through the same world, with DIMP and without, and the two are
# shown side by side. Leaves captures with their keys in build/demo/.
set -u
program=${BUILD:-build}/dimp
folder=build/demo
mkdir -p "$folder"
code=0

# run SCENARIO: into build/demo/SCENARIO.*
run() {
	"$program" run "harness/scenarios/$1.yaml" --pcap "$folder/$1.pcapng" --keylog "$folder/$1.keys" \
		--json "$folder/$1.json" "$2" || code=1
}

echo 'A VM that is authenticated (802.1X), protected (MACsec), addressed (DHCP) and subscribed to'
echo 'multicast (IGMP), as recorded from a real one, moves from server-1 to server-2.'
echo
run main-job -v
run main-job-without-dimp -q
echo
"$program" compare "$folder/main-job.json" "$folder/main-job-without-dimp.json" || code=1
echo
echo "The exchange on the wire: $folder/main-job.pcapng, its keys: $folder/main-job.keys"
exit $code

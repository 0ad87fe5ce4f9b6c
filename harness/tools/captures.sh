#!/bin/sh
# captures.sh: runs shipped scenarios with a capture each, and has stock tshark open every frame.
set -u
folder=${BUILD:-build}/captures
rm -rf "$folder"
mkdir -p "$folder"
for scenario in main-job main-job-without-dimp success-staged success-one-shot thousand-records \
	fail-link-cut-while-copying fail-policy-conflict chain-of-moves vdp-staged; do
	"${BUILD:-build}/dimp" run -q "harness/scenarios/$scenario.yaml" --pcap "$folder/$scenario.pcapng" \
		--keylog "$folder/$scenario.keys" || exit 1
done
harness/tools/tshark-opens.sh "$folder"/*.pcapng

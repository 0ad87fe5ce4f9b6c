# shellcheck shell=bash
# replay_truth.py fails when what is learned is not what the witnesses say. Sourced by run.sh.
printf '#!/bin/sh\necho %s\n' "'{\"at\": 0, \"events\": [], \"vms\": []}'" >"$scratch/learns-nothing"
printf '#!/bin/sh\nexit 70\n' >"$scratch/breaks"
chmod +x "$scratch/learns-nothing" "$scratch/breaks"

expect 'a replay that learns nothing differs' 1 '^real/dot1x-md5.pcapng: differs: dot1x_session' \
	env DIMP_SHARED=/nonexistent "$tools/replay_truth.py" "$scratch/learns-nothing"
expect 'a replay that breaks is no agreement' 1 'exit 70' \
	env DIMP_SHARED=/nonexistent "$tools/replay_truth.py" "$scratch/breaks"

#!/bin/bash
# interop.sh DIMP: DIMP migrates DI with the speaker of conformance/reader, which was written from docs/spec
# alone: each in each role, one-shot and staged, and with a tenth of the reader's PDUs lost. The reader's own
# tests run beside. Prints what failed and "N passed, N failed".
set -u
dimp=$1
reader=conformance/reader
python=$(command -v /usr/bin/python3 || command -v python3)
scratch=$(mktemp -d)
running=()
trap 'kill "${running[@]}" 2>/dev/null; rm -rf "$scratch"' EXIT
passed=0
failed=0
port=$((20000 + $$ % 20000))
vsi=$(printf '01%.0s' {1..37})
export PYTHONDONTWRITEBYTECODE=1

"$python" -W error "$reader/test_reader.py" >"$scratch/tests.log" 2>&1 &
tests=$!
running+=($tests)
count=$("$python" "$reader/worked_di.py" "$scratch") || exit 1

for who in a b s; do
	(umask 077 && "$dimp" genkey -q >"$scratch/$who.key")
	"$dimp" pubkey <"$scratch/$who.key" >"$scratch/$who.pub"
done
key() { tr -d ' \n' <"$scratch/$1.pub"; }
place() { echo "127.0.0.1:$((port + $1))"; }

# What both speakers are given besides; set for the runs with a pre-shared key.
reader_extra=()
dimp_extra=()

# Each becomes the speaker: the caller puts it into a process of its own.
by_reader() { # ROLE LETTER PLACE DROP OPTION...
	local role=$1 letter=$2 at=$3 drop=$4
	shift 4
	exec "$python" "$reader/speak.py" "$role" --secret "$(tr -d ' \n' <"$scratch/$letter.key")" \
		--listen "$(place "$at")" --seconds 9 --drop "$drop" --seed "$port" "${reader_extra[@]}" "$@" >"$scratch/$letter.log" 2>&1
}
by_dimp() { # VERB LETTER PLACE OPTION...
	local verb=$1 letter=$2 at=$3
	shift 3
	exec "$dimp" "$verb" --json --key "$scratch/$letter.key" --listen "$(place "$at")" --seconds 9 "${dimp_extra[@]}" "$@" \
		>"$scratch/$letter.log" 2>&1
}

source_bridge() { # SPEAKER DROP
	if [ "$1" = reader ]; then
		by_reader source a 0 "$2" --vsi "$vsi" --di "$scratch/di.json" --peer "$(place 1),$(key b)"
	else
		by_dimp bridge a 0 --vsi "$vsi" --di "$scratch/di.hex" "$(place 1),$(key b)"
	fi
}
destination_bridge() {
	if [ "$1" = reader ]; then
		by_reader destination b 1 "$2" --show-secrets --peer "$(place 2),$(key s)" --peer "$(place 0),$(key a)"
	else
		by_dimp bridge b 1 "$(place 0),$(key a)" "$(place 2),$(key s),station"
	fi
}
station() { # SPEAKER DROP MODE [READER OPTION...]
	local types
	types=$(cat "$scratch/di.types")
	if [ "$1" = reader ]; then
		by_reader station s 2 "$2" --vsi "$vsi" --source-key "$(key a)" --mode "$3" --required "$types" \
			--optional '' --peer "$(place 1),$(key b)" "${@:4}"
	else
		by_dimp station s 2 --vsi "$vsi" --source "$(key a)" --mode "$3" "$(place 1),$(key b)"
	fi
}

# said LETTER COUNT PATTERN: within 2 s, so many lines of the log match
said() {
	local found
	for _ in {1..20}; do
		found=$(grep -Ec -- "$3" "$scratch/$1.log")
		[ "$found" = "$2" ] && passed=$((passed + 1)) && return
		sleep 0.1
	done
	failed=$((failed + 1))
	echo "$what: $1.log: $found lines match $3, expected $2"
	tail -n 4 "$scratch"/[abs].log | cut -c1-600
}

# migrate STATION SOURCE DESTINATION DROP MODE: who speaks each role
migrate() {
	local bridges
	what="station $1, source $2, destination $3, $4 % of the reader's PDUs lost, $5"
	source_bridge "$2" "$4" &
	bridges=($!)
	destination_bridge "$3" "$4" &
	bridges+=($!)
	running+=("${bridges[@]}")
	sleep 0.3
	(station "$1" "$4" "$5")
	said s 1 '"event": ?"response".*"SUCCESS"'
	said a 1 '"event": ?"released"'
	said a 1 '"event": ?"gone"'
	said b 1 '"event": ?"activated?"'
	if [ "$3" = reader ]; then
		for each in $(tr -d '[]",' <"$scratch/di.json"); do
			# Lives have gone on; everything before the first of them is as it was.
			said b 1 "\"activated\".*\"${each:0:24}"
		done
	else
		said b "$count" '"event":"record"'
	fi
	kill "${bridges[@]}" 2>/dev/null
	wait "${bridges[@]}" 2>/dev/null
	port=$((port + 3))
}

for drop in 0 10; do
	for mode in one-shot staged; do
		migrate reader dimp dimp $drop $mode
		migrate dimp reader dimp $drop $mode
		migrate dimp dimp reader $drop $mode
	done
done

(umask 077 && "$dimp" genkey -q >"$scratch/psk.key")
reader_extra=(--psk "$(tr -d ' \n' <"$scratch/psk.key")")
dimp_extra=(--psk "$scratch/psk.key")
migrate reader dimp dimp 0 'staged'
migrate dimp reader dimp 10 'one-shot'
migrate dimp dimp reader 0 'one-shot'

# One who has another key is nobody's peer: no association, and the station's time passes.
reader_extra=()
what='another pre-shared key'
destination_bridge dimp 0 &
running+=($!)
sleep 0.3
(station reader 0 one-shot --deadline 500)
said s 1 '"event": ?"response".*"IN_DOUBT"'
said b 0 '"event": ?"associated"'

wait "$tests"
ran=$(sed -n 's/^Ran \([0-9]*\) tests.*/\1/p' "$scratch/tests.log")
if tail -n 1 "$scratch/tests.log" | grep -qx OK; then
	passed=$((passed + ran))
else
	failed=$((failed + 1))
	cat "$scratch/tests.log"
fi
echo "$passed passed, $failed failed"
[ $failed = 0 ]

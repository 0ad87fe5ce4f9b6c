#!/bin/bash
# The new server's station in a move of the lab: lab_station.sh stage LOG DIMP-STATION... begins in the background and waits
# until a copy is staged; lab_station.sh finish LOG tells it that the VM is stopped and ends with its exit code; lab_station.sh
# cancel LOG tells it that the VM does not come, and ends with 0 when it ends as one that may ask again.
set -u
verb=$1 log=$2
shift 2
case $verb in
stage)
    : >"$log"
    { "$@" --wait >"$log" 2>&1 & echo $! >"$log.pid"; wait $!; echo $? >"$log.code"; } </dev/null >/dev/null 2>&1 &
    for ((turn = 0; turn < 200; turn++)); do
        ! grep -q 'STAGED' "$log" || exit 0
        [ ! -f "$log.code" ] || break
        sleep 0.02
    done
    cat "$log" >&2
    exit 1
    ;;
finish)
    kill -USR1 "$(cat "$log.pid")"
    until [ -f "$log.code" ]; do sleep 0.001; done
    exit "$(cat "$log.code")"
    ;;
cancel)
    kill -TERM "$(cat "$log.pid")"
    until [ -f "$log.code" ]; do sleep 0.001; done
    [ "$(cat "$log.code")" = 20 ]
    ;;
esac

#!/bin/sh
# hostapd_cli -a calls this: lab_doorman.sh INTERFACE EVENT [MAC]. Who is authorised passes a locked port of a Linux bridge.
case $2 in
AP-STA-CONNECTED) bridge fdb replace "$3" dev "$1" master static ;;
AP-STA-DISCONNECTED) bridge fdb del "$3" dev "$1" master ;;
esac
exit 0

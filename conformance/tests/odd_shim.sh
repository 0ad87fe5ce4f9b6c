#!/bin/sh
# An implementation that speaks the protocol until "begin", and then ends with code 89 ("89"), with another one ("3"), answers what is
# no JSON ("garbage"), or sends to a peer that there is not ("nowhere") or what are no octets ("no-hex").
while read -r question; do
	case $question in
	*'"hello"'*) echo '{"protocol": 1, "name": "odd"}' ;;
	*'"supports"'*NOBODY*) echo '{"supports": false}' ;;
	*'"supports"'*) echo '{"supports": true}' ;;
	*)
		case $1 in
		garbage) echo 'well, yes' ;;
		nowhere) echo '{"sent": [{"peer": 7, "pdu": "1300"}]}' ;;
		no-hex) echo '{"sent": [{"peer": 0, "pdu": "octets"}]}' ;;
		*) exit "$1" ;;
		esac
		;;
	esac
done

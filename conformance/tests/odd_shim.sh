#!/bin/sh
# An implementation that speaks the protocol until "begin", and then ends with code 89 ("89"), with another one ("3"), or answers what is
# no JSON ("garbage").
while read -r question; do
	case $question in
	*'"hello"'*) echo '{"protocol": 1, "name": "odd"}' ;;
	*'"supports"'*NOBODY*) echo '{"supports": false}' ;;
	*'"supports"'*) echo '{"supports": true}' ;;
	*)
		[ "$1" != garbage ] || { echo 'well, yes'; continue; }
		exit "$1"
		;;
	esac
done

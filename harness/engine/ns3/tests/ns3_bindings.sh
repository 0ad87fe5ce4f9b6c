#!/bin/sh
# ns3_bindings.sh BUILD [FILTER]: tests of the C bindings for ns-3. The header compiles alone as C11 and
# C++17; the example does what it says; then the unit tests, whose totals are last.
set -eu
build=$1
filter=${2:-}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
header=harness/engine/ns3/ns3_bindings.h

${CC:-gcc} -std=c11 -Wall -Wextra -Wpedantic -Werror -fsyntax-only -x c "$header"
${CXX:-g++} -std=c++17 -Wall -Wextra -Wpedantic -Werror -fsyntax-only -x c++ "$header"

for name in $(sed -nE '/^(typedef| \*|\/\*)/d; s/.*\<(ns3_[a-z0-9_]+)\(.*/\1/p' "$header"); do
	grep -q "^.Fn $name[ ]" docs/man/ns3_bindings.3 || {
		echo "docs/man/ns3_bindings.3: no $name"
		exit 1
	}
done

# Each way two cables of 5 us, and twice the 50 octets of payload at 1 Gb/s, 0.4 us.
"$build/ns3_example" "$scratch/hosts.pcap" >"$scratch/said"
cat >"$scratch/expected" <<'END'
  10800 ns: answerer gets 64 octets of type 0x88b5
  21600 ns: asker gets 64 octets of type 0x88b5
END
diff "$scratch/expected" "$scratch/said"
tcpdump -r "$scratch/hosts.pcap" -e -n 2>/dev/null | grep -c 'vlan 42' | grep -qx 2 || {
	echo 'ns3_bindings: tcpdump does not see both frames of the example'
	exit 1
}
if "$build/ns3_example" /nowhere/hosts.pcap >/dev/null 2>"$scratch/said"; then
	echo 'ns3_bindings: the example does not tell that it cannot write'
	exit 1
fi
grep -q 'cannot be written' "$scratch/said"
# A program without the module beside it says what it lacks and how to get it, and runs what does not need it.
cp "$build/dimp" "$scratch/dimp"
scenario=harness/scenarios/cancel-while-solicited.yaml
code=0
"$scratch/dimp" run "$scenario" --engine ns3 -q 2>"$scratch/said" || code=$?
[ $code = 3 ] && grep -q 'make ns3 .*apt-get install' "$scratch/said" || {
	echo "ns3_bindings: without the module: exit code $code, expected 3 and what to install"
	cat "$scratch/said"
	exit 1
}
"$scratch/dimp" run "$scenario" -q
# With one that is another's, too.
printf 'no library\n' >"$scratch/dimp-ns3.so"
code=0
"$scratch/dimp" campaign --engine ns3 --seeds 1 -q 2>"$scratch/said" || code=$?
[ $code = 3 ] && grep -q 'cannot be loaded' "$scratch/said" || {
	echo "ns3_bindings: with a module that is none: exit code $code, expected 3"
	exit 1
}
# shellcheck disable=SC2086 # no filter is no argument
"$build/ns3_unit" $filter

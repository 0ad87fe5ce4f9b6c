# shellcheck shell=bash disable=SC2016,SC2154 # recipes expand later; run.sh owns the variables
# record.sh says what a recipe lacks, and a recording that fails or is ended leaves nothing. Sourced by run.sh.
record=$PWD/pcaps/real/record
mkdir "$scratch/recipes"

# write_recipe NAME COMMAND: a recipe with one command.
write_recipe() {
	printf 'needs=\ntakes=5\ntruth=dhcp_binding\nrecord() {\n\tstart_capture "$name" p1\n\t%s\n}\n' "$2" \
		>"$scratch/recipes/$1.sh"
}

# leaves_nothing COMMAND...: runs it, ends it after 3 s, and prints what is left of its testbed.
leaves_nothing() {
	timeout --signal=TERM 3 "$@" >/dev/null 2>&1
	sleep 0.5
	[ -s "$scratch/testbed" ] || echo 'has not begun'
	find /run/netns /tmp -maxdepth 1 -name "$(cat "$scratch/testbed")[-.]*" | sed 's/^/left: /'
	pgrep -f "$scratch/sleeper" | sed 's/^/runs: /'
}

expect 'a recording that nobody knows' 2 'no recording is called nothing' "$record/record.sh" nothing
write_recipe empty true
expect 'a recipe without a recording' 1 '^empty: not recorded' env RECIPES="$scratch/recipes" "$record/record.sh" --recipes
sed -i 's/^takes=.*//; s/record()/another()/' "$scratch/recipes/empty.sh"
expect 'a recipe without seconds' 1 '^empty: says no seconds' env RECIPES="$scratch/recipes" "$record/record.sh" --recipes
expect 'a recipe that records nothing' 1 '^empty: has no record' env RECIPES="$scratch/recipes" "$record/record.sh" --recipes

if [ "$(id -u)" = 0 ]; then
	write_recipe silent 'ip -n "$prefix-vm" addr add 10.0.0.20/24 dev v0; inside vm ping -c 2 -W 1 10.0.0.1; sleep 1'
	expect 'a recording in which nobody tells the truth' 1 'nobody has told a dhcp_binding' \
		env RECIPES="$scratch/recipes" FOLDER="$scratch" "$record/record.sh" silent
	cp "$(command -v sleep)" "$scratch/sleeper"
	write_recipe endless "echo \"\$prefix\" >$scratch/testbed; start sleeper vm $scratch/sleeper 600; sleep 600"
	export RECIPES="$scratch/recipes" FOLDER="$scratch"
	expect 'a recording that is ended leaves nothing' 0 '' leaves_nothing "$record/record.sh" endless
	unset RECIPES FOLDER
fi

# Proves that determinism.sh notices a digest that depends on the program or on the run, or is missing.

# fake_dimp NAME DIGEST: a program whose runs have that digest, an expression of the shell
fake_dimp() {
	cat >"$scratch/$1" <<FAKE
#!/bin/sh
[ "\$1 \$3 \$5" = 'run --seed --json' ] || exit 2
count=\$(cat $scratch/count 2>/dev/null); count=\$((count + 1)); echo \$count >$scratch/count
echo "{\"ended\": 1, \"digest\": $2, \"services\": []}" >"\$6"
FAKE
	chmod +x "$scratch/$1"
}
digests() { SCENARIOS=one.yaml SEEDS='7 8' "$tools/determinism.sh" "$@"; }

fake_dimp steady '\"00c0ffee\"'
fake_dimp other '\"00c0ffef\"'
fake_dimp by_seed '\"c0ffee$4\"'
fake_dimp by_run '$count'
fake_dimp silent ''
expect 'equal digests' 0 '^2 passed, 0 failed$' digests "$scratch/steady" "$scratch/steady"
expect 'digests that differ by seed alone' 0 '^2 passed, 0 failed$' digests "$scratch/by_seed" "$scratch/by_seed"
expect 'digests that differ by program' 1 '^0 passed, 2 failed$' digests "$scratch/steady" "$scratch/other"
expect 'a program that differs from itself' 1 'one.yaml: seed 7: digests differ' digests "$scratch/by_run"
expect 'no digest' 1 '^0 passed, 2 failed$' digests "$scratch/silent" "$scratch/silent"
expect 'no program' 0 '^absent: ' digests

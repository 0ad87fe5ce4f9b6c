# Counts of instructions: a step that grew, one that nobody measured and one that nobody noted are told.
counts() { printf 'compiler: %s\nread 100.0\n%s\n' "$1" "$2" >"$scratch/$3"; }
counts one 'write 200.0' kept
counts one 'write 209.9' near
counts one 'write 210.1' grown
counts other 'write 249.9' elsewhere
counts other 'write 250.1' far
counts one '' less
judge() { harness/bench/hot_paths.py --judge "$scratch/$1" "$scratch/$2"; }
expect 'instructions that grew by less than 5 %' 0 '^2 passed, 0 failed' judge near kept
expect 'instructions that grew by more' 1 '^write .*what made it grow' judge grown kept
expect 'instructions of another compiler' 0 '^this is other' judge elsewhere kept
expect 'instructions of another compiler that grew' 1 '^write .*what made it grow' judge far kept
expect 'a step that is not measured' 1 '^write .*not measured' judge less kept
expect 'a step that is not in the file' 1 '^write .*not in the file' judge kept less

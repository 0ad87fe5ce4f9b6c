# Proves that format refuses another clang-format, flags what it would change, and leaves tables alone.

laid="$scratch/laid"
mkdir -p "$laid/model" "$laid/bin"
cp .clang-format "$laid"
printf 'int   one;\n' >"$laid/model/one.c"
printf 'int two;\n' >"$laid/model/two.c"
printf 'ROW(one,   1)\n' >"$laid/model/rows.def"
format() { (cd "$laid" && "$tools/format.sh" "$@"); }
printf '#!/bin/sh\necho "clang-format version 15.0.1"\n' >"$laid/bin/clang-format"
cp "$laid/bin/clang-format" "$laid/bin/clang-format-14"
chmod +x "$laid"/bin/*
format_with_15() { PATH=$laid/bin:$PATH format "$@"; }

expect 'another version is refused' 3 'needs clang-format 14, found: .* 15.0.1' format_with_15 check
expect 'a misplaced blank' 1 '^model/one.c:1: error: 1 places; run: make format$' format check
expect 'a file of its own' 0 '' format check model/two.c
expect 'format writes' 0 '' format write
expect 'and then agrees' 0 '' format check
expect 'tables are left alone' 0 '^ROW\(one,   1\)$' cat "$laid/model/rows.def"
expect 'no mode' 2 '^usage' format

#!/bin/sh
# cover.sh FOLDER: what the last run of the objects in FOLDER reached, a row for each source of model/
# and harness/, and a total. Taken branches are counted, not executed ones.
set -eu
folder=$1
out=$folder/gcov
mkdir -p "$out"
root=$PWD
# By notes, not by counts: a source that no test links has no counts, and that is worth a row.
find "$folder/obj/model" "$folder/obj/harness" -name '*.gcno' 2>/dev/null |
	grep -v '/harness/unit/' | while read -r notes; do
	source=${notes#"$folder/obj/"}
	[ ! -f "${source%.gcno}.c" ] ||
		(cd "$out" && gcov -b -n -s "$root" -o "$root/$(dirname "$notes")" "$root/$notes")
done >"$out/report" 2>/dev/null
awk '
	/^File / { file = $2; gsub(/\047/, "", file); wanted = file ~ /^(model|harness)\/.*\.c$/ }
	# "Lines executed:85.71% of 14", "Taken at least once:50.00% of 8"
	wanted && /^Lines executed:/ { split($2, part, /[:%]/); lines[file] = part[2]; line_count[file] = $4 }
	wanted && /^Taken at least once:/ {
		split($4, part, /[:%]/); branches[file] = part[2]; branch_count[file] = $6
	}
	END {
		for (file in lines) {
			share = file in branches ? sprintf("%.1f", branches[file]) : "-"
			printf "%6s %6.1f  %s\n", share, lines[file], file
			taken += branches[file] * branch_count[file] / 100; all += branch_count[file]
			run += lines[file] * line_count[file] / 100; code += line_count[file]
		}
		if (code)
			printf "%6s %6.1f  ~total\n", all ? sprintf("%.1f", 100 * taken / all) : "-", 100 * run / code
	}' "$out/report" | LC_ALL=C sort -k3 | sed 's/~total/total/' >"$out/table"
echo 'branch%  line%'
cat "$out/table"

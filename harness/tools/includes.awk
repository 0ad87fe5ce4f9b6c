# The include graph: prints "file:line: error: text" for each include that its layer may not have.
# Reads every .c and .h of the tree; HEADERS is the list of those that exist, blank between.

BEGIN {
	count = split(HEADERS, list, " ")
	for (each = 1; each <= count; each++) {
		exists[list[each]] = 1
	}
	# The C library without input, output, clock, heap or locale.
	count = split("assert.h limits.h stdalign.h stdbool.h stddef.h stdint.h string.h", list, " ")
	for (each = 1; each <= count; each++)
		is_pure[list[each]] = 1
}

function error(text) {
	printf "%s:%d: error: %s\n", FILENAME, FNR, text
	errors++
}

# The path an include means, looked for as the layer's -I would: beside the file, then below the roots.
function resolve(name, roots,    folder, count, list, each) {
	folder = FILENAME
	sub(/[^\/]*$/, "", folder)
	if ((folder name) in exists)
		return folder name
	count = split(roots, list, " ")
	for (each = 1; each <= count; each++)
		if ((list[each] name) in exists)
			return list[each] name
	return ""
}

FNR == 1 {
	layer = FILENAME
	sub(/\/.*/, "", layer)
	if (FILENAME ~ /^model\/registry\//) {
		layer = "model/registry"
		roots = "model/registry/"
		may = "^model/registry/"
	} else if (layer == "model") {
		roots = "model/include/ model/registry/ model/"
		may = "^model/"
	} else if (FILENAME ~ /^harness\/fuzz\//) {
		roots = "model/include/ model/registry/ harness/ conformance/ model/"
		may = "^(harness|conformance|model)/"
	} else if (FILENAME ~ /^harness\/(unit|bench|tools)\//) {
		roots = "model/include/ model/registry/ harness/ model/"
		may = "^(harness|model)/"
	} else if (layer == "harness") {
		roots = "model/include/ model/registry/ harness/ model/"
		may = "^(harness/|model/include/dimp\\.h$|model/registry/)"
	} else if (layer == "conformance") {
		roots = "model/include/ model/registry/ harness/ conformance/ model/"
		may = "^(conformance/|harness/|model/include/dimp\\.h$|model/registry/)"
	} else {
		roots = "model/registry/ model/include/ model/ harness/ dissector/"
		may = "^(dissector/|model/registry/)"
	}
}

/^[ \t]*#[ \t]*include[ \t]*"/ {
	name = $0
	sub(/^[^"]*"/, "", name)
	sub(/".*/, "", name)
	path = resolve(name, roots)
	if (path != "" && path !~ may)
		error(layer " may not include " path)
	else if (path == "" && layer != "dissector")
		error("\"" name "\" is no file of ours that " layer " can reach; <> for the system's")
}

/^[ \t]*#[ \t]*include[ \t]*</ {
	name = $0
	sub(/^[^<]*</, "", name)
	sub(/>.*/, "", name)
	if (layer ~ /^model/ && !(name in is_pure) && !(("model/include/" name) in exists))
		error(layer " may not include <" name ">: no I/O, clock, heap or locale")
}

END { exit errors != 0 }

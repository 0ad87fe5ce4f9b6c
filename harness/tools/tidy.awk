# Judges every source file in one pass and prints "file:line: error: text" for each breach of
# docs/STYLE.md that text alone can show. Exits 1 if there was one. Run by tidy.sh, in the C locale;
# proved by tests/tidy.sh. Plain awk (mawk will do): no gensub, no {n} in expressions.

BEGIN {
	COLUMNS_MAX = 100; BODY_MAX = 60; FILE_MAX = 500; PARAMETERS_MAX = 4

	# folder (a prefix of the path), call, what to use instead
	ban("", "strcpy strcat strncpy strncat", "snprintf, or copy a length you know")
	ban("", "sprintf vsprintf", "snprintf")
	ban("", "gets", "fgets or getline")
	ban("", "strtok", "strsep or strcspn, which keep no hidden state")
	ban("", "atoi atol atoll atof", "strtoul or the text parser, which report errors")
	ban("", "alloca", "an array with a bound, or the caller's memory")
	ban("", "rand srand random srandom drand48", "the seeded generator that is passed in")
	ban("model/", "malloc calloc realloc free strdup", "memory of the caller: init fills in place")
	ban("model/", "printf fprintf snprintf puts fputs putchar vsnprintf perror", "an event or error returned to the caller")
	ban("model/", "time clock clock_gettime gettimeofday nanosleep usleep sleep", "the struct dimp_time that is passed in")
	ban("model/", "exit abort _Exit", "assert for a wrong program, enum dimp_error for a wrong peer")
	ban("model/", "getenv open read write socket fopen fread fwrite", "octets passed in and drained out")
	ban("model/", "setjmp longjmp signal", "an error returned")
	ban("model/", "sscanf strtol strtoul strtoull", "the cursor of wire.c")
	ban("harness/net/", "time clock_gettime gettimeofday", "the engine's time")
	ban("harness/sources/", "time clock_gettime gettimeofday", "the engine's time")
	ban("harness/bridge/", "time clock_gettime gettimeofday", "the engine's time")
	ban("harness/actors/", "time clock_gettime gettimeofday", "the engine's time")
	ban("harness/faults/", "time clock_gettime gettimeofday", "the engine's time")
	ban("harness/scenario/", "time clock_gettime gettimeofday", "the engine's time")
	ban("harness/observe/", "time clock_gettime gettimeofday", "the engine's time")

	# In two halves, so that this file does not breach its own rule.
	markers = "TO" "DO|FIX" "ME|X" "XX|HA" "CK"
	markers = "(^|[^A-Za-z0-9_])(" markers ")([^A-Za-z0-9_]|$)"
}

function ban(folder, calls, instead,    names, count, each) {
	count = split(calls, names, " ")
	for (each = 1; each <= count; each++) {
		bans++
		banned_in[bans] = folder
		banned[bans] = names[each]
		banned_instead[bans] = instead
	}
}

function error_at(file, line, text) {
	printf "%s:%d: error: %s\n", file, line, text
	errors++
}

function error(text) { error_at(FILENAME, FNR, text) }

# The columns a line takes: tabs reach to the next eighth, an UTF-8 character takes one.
function columns(line,    parts, count, width, each) {
	gsub(/[\200-\277]/, "", line)
	count = split(line, parts, "\t")
	width = length(parts[1])
	for (each = 2; each <= count; each++)
		width = width - width % 8 + 8 + length(parts[each])
	return width
}

# The line without comments and without what stands in strings; in_comment lasts across lines.
function code_of(line,    code, at, opening) {
	code = ""
	while (line != "") {
		if (in_comment) {
			at = index(line, "*/")
			if (!at)
				return code
			line = substr(line, at + 2)
			in_comment = 0
		}
		if (!match(line, /["']|\/\*|\/\//))
			return code line
		opening = substr(line, RSTART, RLENGTH)
		code = code substr(line, 1, RSTART - 1)
		line = substr(line, RSTART + RLENGTH)
		if (opening == "//")
			return code
		if (opening == "/*") {
			in_comment = 1
			continue
		}
		if (opening == "\"" && match(line, /^([^"\\]|\\.)*"/))
			line = substr(line, RLENGTH + 1)
		else if (opening == "'" && match(line, /^([^'\\]|\\.)*'/))
			line = substr(line, RLENGTH + 1)
		code = code opening opening
	}
	return code
}

# memcmp takes the longer the more octets are right. A name tells what is compared.
function check_secrets(code) {
	if (FILENAME !~ /^harness\/(unit|fuzz|tools|bench)\// &&
	    code ~ /(^|[^a-z_])memcmp\(.*(^|[^a-z])(sak|cak|icv|icv_key|wrapping_key|salt|kek|ick|secret|static_secret|preshared|password|expected|authenticator|seal|mac_sum)[^a-z]/)
		error("memcmp of a secret: use same_secret, or gather differences")
}

function check_bans(code,    each, at, rest, before) {
	for (each = 1; each <= bans; each++) {
		if (index(FILENAME, banned_in[each]) != 1)
			continue
		rest = code
		while ((at = index(rest, banned[each])) != 0) {
			before = at > 1 ? substr(rest, at - 1, 1) : " "
			rest = substr(rest, at + length(banned[each]))
			if (before !~ /[A-Za-z0-9_.>]/ && rest ~ /^ *\(/)
				error("call of " banned[each] ": use " banned_instead[each])
		}
	}
}

# Commas at the first depth of the last pair of parentheses in a function's head.
function parameters_of(head,    at, char, depth, count) {
	for (at = length(head); at > 0; at--) {
		char = substr(head, at, 1)
		if (char == ")")
			depth++
		else if (char == "(" && --depth == 0)
			break
		else if (char == "," && depth == 1)
			count++
	}
	return count + 1
}

function start_file() {
	if (last_file != "")
		end_file()
	last_file = FILENAME
	base = FILENAME
	sub(/.*\//, "", base)
	is_c = FILENAME ~ /\.[ch]$/
	if (FILENAME ~ /\.(c|h|cc|hh|def|awk|sh|py)$/ && base != "__init__.py") {
		if (base in path_of)
			error_at(FILENAME, 1, "the name " base " is taken by " path_of[base] ": names are unique in the tree")
		path_of[base] = FILENAME
	}
	in_comment = 0
	body_start = 0
	head = ""
}

function end_file() {
	if (is_c && last_line > FILE_MAX)
		error_at(last_file, last_line, last_line " lines: over " FILE_MAX " a file holds two nouns")
}

# What Wireshark or libFuzzer calls has the parameters that it gives.
function is_given(head) {
	return FILENAME ~ /^dissector\// && head ~ /_callback\(/ || FILENAME ~ /^harness\/fuzz\// && head ~ / LLVMFuzzer[A-Za-z]+\(/
}

# A body stands between a { and a } that are alone in the first column, as the layout has it.
function follow_bodies(code) {
	if (code ~ /^\{/) {
		body_start = FNR
		if (head ~ /\)[ \t]*$/ && parameters_of(head) > PARAMETERS_MAX && !is_given(head))
			error(parameters_of(head) " parameters: at most " PARAMETERS_MAX "; a struct, or two functions")
	} else if (code ~ /^\}/ && body_start) {
		if (FNR - body_start - 1 > BODY_MAX)
			error_at(FILENAME, body_start, "body of " FNR - body_start - 1 " lines: at most " BODY_MAX)
		body_start = 0
	}
	if (code ~ /^[ \t]*#[ \t]*(if|else|elif|endif)/ && body_start)
		error("preprocessor condition inside a function: platform differences are whole files")
	if (code ~ /^[ \t]*$/ || code ~ /[;}]$/ || code ~ /^#/)
		head = ""
	else
		head = head code " "
}

function check_c(code) {
	if (columns($0) > COLUMNS_MAX)
		error(columns($0) " columns: at most " COLUMNS_MAX "; make format")
	if (FNR == 1 && $0 !~ /^\/[*\/]/)
		error("no opening paragraph: a file says first what it owns")
	if (code ~ /(^|[^A-Za-z0-9_])typedef[ \t]+(struct|union)/)
		error("typedef of a struct: say struct at each use")
	if (code ~ /(^|[^A-Za-z0-9_])assert\(.*&&/)
		error("two conditions in one assert: write two")
	if (code ~ /(^|[^A-Za-z0-9_])memset\(.*sizeof *\(?(struct|\*)/)
		error("memset of a struct: use a designated initialiser")
	check_bans(code)
	check_secrets(code)
	follow_bodies(code)
	if ($0 ~ /^[ \t]*#[ \t]*include "/) {
		included = $0
		sub(/^[^"]*"/, "", included)
		sub(/".*/, "", included)
		sub(/.*\//, "", included)
		is_included[included] = 1
	}
}

FNR == 1 { start_file() }
{ last_line = FNR }
$0 ~ markers { error("leftover marker: do it, or write it where work is planned") }
is_c { check_c(code_of($0)) }

END {
	if (last_file != "")
		end_file()
	for (base in path_of)
		if (path_of[base] ~ /^(model|harness|dissector)\/.*\.(h|def)$/ &&
		    path_of[base] !~ /\/include\// && !(base in is_included))
			error_at(path_of[base], 1, "no file includes " base)
	exit errors != 0
}

# Proves that tidy flags each thing it claims to, at the right line, and passes what only looks alike.

# tidy_tree FILE: a tree with nothing in it but FILE, whose text is standard input
tidy_tree() {
	rm -rf "$scratch/tree"
	mkdir -p "$scratch/tree/$(dirname "$1")"
	cat >"$scratch/tree/$1"
}
flags() { expect "tidy flags $1" 1 "$2" "$tools/tidy.sh" "$scratch/tree"; }
passes() { expect "tidy passes $1" 0 '' "$tools/tidy.sh" "$scratch/tree"; }
lines() { yes "$1" | head -n "$2"; }
in_body() { printf '/* Owns one. */\nint one(void)\n{\n%s\n}\n' "$1"; }

in_body '	return 1;' | tidy_tree model/one.c
passes 'a small file'

{ printf '/* Owns one. */\nint one(void)\n{\n'; lines '	work();' 60; echo '}'; } | tidy_tree model/one.c
passes 'a body of 60 lines'
{ printf '/* Owns one. */\nint one(void)\n{\n'; lines '	work();' 61; echo '}'; } | tidy_tree model/one.c
flags 'a body of 61 lines' '^model/one.c:3: error: body of 61 lines'

{ echo '/* Owns one. */'; lines 'int one;' 499; } | tidy_tree model/one.c
passes 'a file of 500 lines'
{ echo '/* Owns one. */'; lines 'int one;' 500; } | tidy_tree model/one.c
flags 'a file of 501 lines' '^model/one.c:501: error: 501 lines'

printf '/* Owns one. */\n\t/* %089d */\n' 0 | tidy_tree model/one.c
flags '103 columns behind a tab' '^model/one.c:2: error: 103 columns'
printf '/* Owns one. */\n\t/* %085dé */\n' 0 | tidy_tree model/one.c
passes '100 columns, one of them of two octets'

for call in malloc free printf time rand exit fopen; do
	in_body "	$call(1);" | tidy_tree model/one.c
	flags "$call in model" "^model/one.c:4: error: call of $call: use "
done
for call in malloc free printf; do
	in_body "	$call(1);" | tidy_tree harness/net/one.c
	passes "$call in harness"
done
for call in strcpy strcat sprintf gets strtok atoi rand; do
	in_body "	$call (1);" | tidy_tree harness/net/one.c
	flags "$call in harness" "^harness/net/one.c:4: error: call of $call: use "
done
in_body '	return memcmp(one->sak.octets, other->sak.octets, 16);' | tidy_tree harness/bridge/one.c
flags 'a comparison of keys that takes as long as octets are right' '^harness/bridge/one.c:4: error: memcmp of a secret'
in_body '	return memcmp(one->sci.octets, other->sci.octets, 8);' | tidy_tree harness/bridge/one.c
passes 'a comparison of names'
in_body '	time(NULL);' | tidy_tree harness/sources/one.c
flags 'a clock read in sources' '^harness/sources/one.c:4: error: call of time'
in_body '	/* malloc(1) */ ops->free(1); log("malloc(1)"); hold_free(1); // free(1)' | tidy_tree model/one.c
passes 'a banned name in comment, text, member or longer name'
printf '/* Owns\n malloc(1)\n " */\nint one = 1; /* " */ int two = free(1);\n' | tidy_tree model/one.c
flags 'a call behind a comment that holds a quote' '^model/one.c:4: error: call of free'

in_body '	memset(one, 0, sizeof(struct one));' | tidy_tree model/one.c
flags 'memset of a struct' '^model/one.c:4: error: memset of a struct'
in_body '	memset(octets, 0, size);' | tidy_tree model/one.c
passes 'memset of octets'

for marker in TO'DO' FIX'ME' X'XX' HA'CK'; do
	printf '# %s: later\n' "$marker" | tidy_tree harness/tools/one.sh
	flags "the marker $marker" '^harness/tools/one.sh:1: error: leftover marker'
done
printf 'mktemp /tmp/one.XXXXXX # a TODOS list\n' | tidy_tree harness/tools/one.sh
passes 'what only contains a marker'

in_body '	return 1;' | tidy_tree model/one.c
mkdir -p "$scratch/tree/harness/net"
cp "$scratch/tree/model/one.c" "$scratch/tree/harness/net"
flags 'a name taken twice' '^model/one.c:1: error: the name one.c is taken by harness/net/one.c'

in_body '#ifdef __linux__' | tidy_tree model/one.c
flags '#ifdef in a body' '^model/one.c:4: error: preprocessor condition inside'
printf '/* Owns one. */\n#ifdef __linux__\nint one;\n#endif\n' | tidy_tree model/one.c
passes '#ifdef outside bodies'

printf '/* Owns one. */\ntypedef struct one {\n' | tidy_tree model/one.c
flags 'typedef of a struct' '^model/one.c:2: error: typedef of a struct'

printf 'int one;\n' | tidy_tree model/one.c
flags 'a file without its paragraph' '^model/one.c:1: error: no opening paragraph'

in_body '	assert(one && two);' | tidy_tree model/one.c
flags 'two conditions in an assert' '^model/one.c:4: error: two conditions'

printf '/* One. */\nint one(int a, int b,\n\tint c, void (*d)(int, int), int e)\n{\n}\n' | tidy_tree model/one.c
flags 'five parameters' '^model/one.c:4: error: 5 parameters'
printf '/* One. */\nint one(int a, int b,\n\tint c, void (*d)(int, int))\n{\n}\n' | tidy_tree model/one.c
passes 'four parameters, one a function'
printf '/* Owns one. */\nint one_callback(int a, int b, int c, int d, int e)\n{\n}\n' | tidy_tree dissector/one.c
passes 'a callback of Wireshark with the parameters that Wireshark gives'
printf '/* Owns one. */\nint one(int a, int b, int c, int d, int e)\n{\n}\n' | tidy_tree dissector/one.c
flags 'five parameters in the dissector' '^dissector/one.c:3: error: 5 parameters'
printf '/* Owns one. */\nint one_callback(int a, int b, int c, int d, int e)\n{\n}\n' | tidy_tree model/one.c
flags 'a callback of our own with five parameters' '^model/one.c:3: error: 5 parameters'

printf '/* One. */\n' | tidy_tree model/one.h
flags 'a header nobody includes' '^model/one.h:1: error: no file includes one.h'

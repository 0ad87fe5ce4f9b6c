# Proves that hardening.sh misses each thing that it looks for.

mkdir -p "$scratch/hard"
echo 'int main(int count, char **words) { char text[64]; __builtin_memcpy(text, words[0], (unsigned)count); return text[0]; }' >"$scratch/hard/one.c"
all='-O2 -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-clash-protection -fcf-protection'
# harden FLAG...: builds a program with these besides all of them, and judges it.
harden() {
	mkdir -p "$scratch/hard/obj/model"
	echo "gcc $all" >"$scratch/hard/flags"
	(cd "$scratch/hard" && gcc $all -fPIE "$@" -c one.c -o obj/model/one.o && gcc -pie -Wl,-z,relro,-z,now "$@" obj/model/one.o -o one &&
		mkdir -p model && cp one.c model/one.c && "$tools/hardening.sh" . ./one)
}
fort='#include <string.h>
int main(int count, char **words) { char text[64]; memcpy(text, words[0], (unsigned)count); return text[0]; }'
echo "$fort" >"$scratch/hard/one.c"

expect 'hardening passes what has all' 0 '^[0-9]+ passed, 0 failed$' harden
expect 'hardening misses PIE' 1 'fixed$' harden -no-pie -fno-pie
expect 'hardening misses RELRO' 1 'no GNU_RELRO$' harden -Wl,-z,norelro
expect 'hardening misses BIND_NOW' 1 'bound late$' harden -Wl,-z,lazy
expect 'hardening finds a stack that runs' 1 'the stack can be run$' harden -Wl,-z,execstack
expect 'hardening finds a path of its own' 1 'place of its own$' harden -Wl,-rpath,/here
expect 'hardening misses canaries' 1 'no canaries$' harden -fno-stack-protector
expect 'hardening misses FORTIFY' 1 'no checked function' harden -U_FORTIFY_SOURCE
expect 'hardening misses CET' 1 'no mark of CET$' harden -fcf-protection=none

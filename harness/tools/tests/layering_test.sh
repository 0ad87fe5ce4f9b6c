# Proves that layering.sh refuses each thing a layer may not do, and takes what it may.

layer_tree() {
	rm -rf "$scratch/tree"
	mkdir -p "$scratch"/tree/{model/include,model/registry,harness/net,harness/unit,dissector}
	for header in model/wire model/include/dimp model/registry/registry harness/net/frame; do
		printf 'struct %s { int one; };\n' "${header##*/}" >"$scratch/tree/$header.h"
	done
}
# layer FILE TEXT: the tree with FILE of that text
layer() {
	layer_tree
	printf "$2" >"$scratch/tree/$1"
}
run_layering() {
	local inside='-Imodel/include -iquote model/registry -iquote harness'
	(cd "$scratch/tree" && CC=gcc FLAGS='-std=c11 -Werror' POSIX='' LIBRARY_CFLAGS='' \
		MODEL_PATHS='-iquote model -Imodel/include -iquote model/registry' HARNESS_PATHS=$inside \
		INSIDE_PATHS="$inside -iquote model" "$tools/layering.sh")
}
compile_model() {
	mkdir -p "$scratch/tree/build/plain/obj/model"
	gcc -O2 -fno-builtin -c "$scratch/tree/model/one.c" -o "$scratch/tree/build/plain/obj/model/one.o"
}
refuses() { expect "layering refuses $1" 1 "$2" run_layering; }
takes() { expect "layering takes $1" 0 '^absent: model' run_layering; }

layer model/one.c '#include "wire.h"\n#include "registry.h"\n#include <string.h>\n#include <dimp.h>\n'
takes 'model including model and what is pure'
layer model/one.c '#include <stdio.h>\n'
refuses 'I/O in model' '^model/one.c:1: error: model may not include <stdio.h>'
layer model/one.c '#include "../harness/net/frame.h"\n'
refuses 'model including harness' '^model/one.c:1: error: '
layer model/registry/one.h '#include "../wire.h"\n'
refuses 'registry including the codec' '^model/registry/one.h:1: error: '

layer harness/net/one.c '#include "dimp.h"\n#include "registry.h"\n#include "net/frame.h"\n#include "frame.h"\n'
takes 'harness including the public header and its own'
layer harness/net/one.c '\n#include "wire.h"\n'
refuses 'harness including a private header' '^harness/net/one.c:2: error: harness may not include model/wire.h'
layer harness/net/one.c '#include "openssl/evp.h"\n'
refuses 'a system header in quotes' '^harness/net/one.c:1: error: "openssl/evp.h" is no file of ours'
layer harness/unit/one.c '#include "wire.h"\n'
takes 'a unit test including a private header'

layer dissector/one.c '#include "registry.h"\n#include <epan/packet.h>\n#include "ws_symbol_export.h"\n'
takes 'the dissector including the registry'
layer dissector/one.c '#include "wire.h"\n'
refuses 'the dissector including the codec' '^dissector/one.c:1: error: dissector may not include model/wire.h'

layer harness/net/one.h 'struct one { uint8_t octet; };\n'
refuses 'a header that leans on its includer' '^harness/net/one.h:1: error: does not compile alone'

layer model/one.c '#include <string.h>\nvoid one(void *a, void *b);\nvoid one(void *a, void *b) { memcpy(a, b, 9); }\n'
compile_model
expect 'layering takes memcpy' 0 '' run_layering
layer model/one.c '#include <string.h>\nunsigned long one(char *a);\nunsigned long one(char *a) { return strlen(a); }\n'
compile_model
refuses 'strlen in model' '^model/one.o: error: undefined symbol strlen'

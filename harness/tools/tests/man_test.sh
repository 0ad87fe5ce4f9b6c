# Proves that man-lint.sh notices what mandoc says, a page that is not there, and a verb or an option that no page tells.

manned="$scratch/manned"
mkdir -p "$manned/docs/man" "$manned/harness/cli" "$manned/build"
echo 'VERB(look)' >"$manned/harness/cli/verbs.def"
printf '#!/bin/sh\necho "  --far N      how far"\necho "  -h, --help   print this"\n' >"$manned/build/dimp"
chmod +x "$manned/build/dimp"
# page NAME LINE...: a manual page of these lines.
page() {
	local name=$1
	shift
	printf '%s\n' '.Dd November 22, 2026' ".Dt ${name^^} 1" .Os .Sh\ NAME ".Nm $name" '.Nd a page' \
		.Sh\ DESCRIPTION '.Bl -tag -width Ds' "$@" .El >"$manned/docs/man/$name.1"
}
man_lint() { (cd "$manned" && BUILD=build "$tools/man-lint.sh"); }

page dimp '.It Cm look' 'See' '.Xr dimp-look 1 .' '.It Fl h , Fl Fl help' 'Help.'
page dimp-look '.It Fl Fl far Ar N' 'How far.'
expect 'pages that tell all' 0 '^3 passed, 0 failed$' man_lint
page dimp-look '.It Fl Fl farther Ar N' 'How far.'
expect 'an option without an item' 1 'no item for --far$' man_lint
page dimp-look '.It Fl Fl far Ar N' 'How far.' '.Xr dimp-gone 1'
expect 'a page that is not there' 1 'no page dimp-gone.1' man_lint
page dimp-look '.It Fl Fl far Ar N' 'How far. '
expect 'what mandoc says' 1 'whitespace at end' man_lint
page dimp-look '.It Fl Fl far Ar N' 'How far.'
page dimp '.It Cm looks' 'See' '.Xr dimp-look 1 .' '.It Fl h , Fl Fl help' 'Help.'
expect 'a verb without an item' 1 'no item for look' man_lint

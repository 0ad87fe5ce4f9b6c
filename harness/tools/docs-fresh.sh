#!/bin/sh
# Fails if regenerating docs/spec changes it. What is compared is the folder before and after, so that
# it works on uncommitted trees too; what the generator changed is left in place, to be committed.
set -eu
before=$(mktemp -d)
trap 'rm -rf "$before"' EXIT
cp -R docs "$before/docs"
$MAKE docs
diff -ru "$before/docs" docs || {
	echo 'docs-fresh: docs/ is stale; `make docs` has just renewed it: read the diff and commit it'
	exit 1
}

# Proves that check.sh counts what ran, shows what failed, and never ends well when a step did not.

# A make whose targets are: good, bad (three tests, one fails), broken (fails before any test), empty.
cat >"$scratch/make" <<'FAKE'
#!/bin/sh
for step; do :; done
case $step in
good) echo '5 passed, 0 failed, 1 skipped' ;;
bad) echo 'one.c:7: does not hold'; echo '2 passed, 1 failed'; exit 1 ;;
broken) echo 'one.c:1: error: syntax'; exit 2 ;;
later | lost) echo 'absent: one.sh' ;;
install-deps) exit 3 ;;
esac
FAKE
chmod +x "$scratch/make"
steps() { (cd "$scratch" && MAY_BE_ABSENT='later then' MAKE=$scratch/make "$tools/check.sh" "$@"); }
last_line_of() { steps "$@" | tail -n 1; }

expect 'check adds up totals' 0 '^10 passed, 0 failed$' steps good empty good
expect 'check tells of skips' 0 '^1 skipped' steps good
expect 'check names what is absent' 0 '^absent later .* one.sh$' steps good later
expect 'check fails when a step lost its object' 1 '^5 passed, 1 failed$' steps good lost
expect 'check fails with a test' 1 '^7 passed, 1 failed$' steps good bad
expect 'check shows the failure' 1 '^    one.c:7: does not hold$' steps bad good
expect 'check fails with a broken step' 1 '^5 passed, 1 failed$' steps good broken
expect 'check goes on after a failure' 1 '^ok     good ' steps broken good
expect 'check fails when no test ran' 1 '^0 passed, 0 failed$' steps empty
expect 'check ends with the totals' 0 '^5 passed, 0 failed$' last_line_of good later
expect 'check stops without its tools' 1 '^0 passed, 1 failed$' steps install-deps good

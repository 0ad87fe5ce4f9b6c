# Proves that install-deps.sh asks apt-get for what is missing, only that, and only then.

mkdir -p "$scratch/bin"
cat >"$scratch/bin/dpkg-query" <<'FAKE'
#!/bin/sh
for package; do :; done
case $package in
here-*) printf installed ;;
gone-*) printf config-files ;;
*) exit 1 ;;
esac
FAKE
printf '#!/bin/sh\necho "apt-get $*"\n' >"$scratch/bin/apt-get"
printf '#!/bin/sh\necho "${FAKE_USER:-0}"\n' >"$scratch/bin/id"
chmod +x "$scratch"/bin/*
install_deps() { PATH=$scratch/bin:/usr/bin:/bin "$tools/install-deps.sh" "$@"; }
# Without sudo in reach: a PATH that has the fakes and the shell's own needs only.
install_as_user() { FAKE_USER=1000 PATH=$scratch/bin /bin/sh "$tools/install-deps.sh" "$@"; }

expect 'nothing missing' 0 '' install_deps here-one here-two
expect 'what is missing is installed' 0 '^apt-get install .* new-one gone-two$' \
	install_deps here-one new-one gone-two
expect 'the lists are fetched first' 0 '^apt-get update' install_deps new-one
expect 'no root, no sudo' 3 'run as root: apt-get install .* new-one$' install_as_user new-one

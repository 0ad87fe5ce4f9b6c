#!/bin/sh
# install.sh PLUGIN [DESTDIR]: installs the plugin and its profile: as root, or with DESTDIR, for all users
# of this Wireshark; else for the one who calls. tshark run as root reads the plugins of all users only.
set -eu
plugin=$1
destination=${2:-}
here=$(cd "$(dirname "$0")" && pwd)
release=$(pkg-config --modversion wireshark | cut -d. -f1,2)
if [ -n "$destination" ] || [ "$(id -u)" = 0 ]; then
	plugins=$destination$(pkg-config --variable=plugindir wireshark)
	profiles=$destination$(pkg-config --variable=prefix wireshark)/share/wireshark/profiles
else
	plugins=${XDG_LIB_HOME:-$HOME/.local/lib}/wireshark/plugins/$release
	profiles=${XDG_CONFIG_HOME:-$HOME/.config}/wireshark/profiles
fi
install -d "$plugins/epan" "$profiles/DIMP"
install -m 644 "$plugin" "$plugins/epan/dimp.so"
install -m 644 "$here"/profile/* "$profiles/DIMP"
echo "installed: $plugins/epan/dimp.so and the profile DIMP in $profiles"

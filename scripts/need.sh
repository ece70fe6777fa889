# need.sh - install the Debian packages a script needs; to be sourced
#
# need_packages PACKAGE[:COMMAND]...
#	Installs, with apt-get, those packages that are missing. PACKAGE:COMMAND counts as present when
#	COMMAND can be found, whoever installed it; a plain PACKAGE is looked up with dpkg. When nothing
#	is missing nothing is run: no network, no root. Without root and without sudo it prints the
#	command to type and exits 1.
# shellcheck shell=sh

need_packages() {
	need_missing=
	for need_item; do
		need_package=${need_item%%:*}
		case $need_item in
		*:*) command -v "${need_item#*:}" >/dev/null 2>&1 && continue ;;
		esac
		need_state=$(dpkg-query -W -f '${db:Status-Status}' "$need_package" 2>/dev/null) || :
		[ "$need_state" = installed ] || need_missing="$need_missing $need_package"
	done
	[ "$need_missing" ] || return 0

	need_root=
	if [ "$(id -u)" != 0 ]; then
		if ! command -v sudo >/dev/null 2>&1; then
			echo "These packages are missing; as root, run:" >&2
			echo "    apt-get update && apt-get install -y --no-install-recommends$need_missing" >&2
			exit 1
		fi
		need_root=sudo
	fi
	echo "installing:$need_missing" >&2
	need_log=$(mktemp) || exit 1
	# shellcheck disable=SC2086 # both are lists of words
	if ! { $need_root env DEBIAN_FRONTEND=noninteractive apt-get update &&
		$need_root env DEBIAN_FRONTEND=noninteractive \
			apt-get install -y --no-install-recommends $need_missing; } >"$need_log" 2>&1; then
		cat "$need_log" >&2
		rm -f "$need_log"
		echo "cannot install:$need_missing" >&2
		exit 1
	fi
	rm -f "$need_log"
}

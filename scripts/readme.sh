#!/bin/sh
# readme.sh - keeps the table of applets in README.md true
#
# usage: readme.sh [--check]
#
# Writes the table between its marks, from the declarations of the applets. With --check nothing is written, and the
# status is 1 when the table is out of date.
set -eu

cd "$(dirname "$0")/.."
new=$(mktemp)
trap 'rm -f "$new"' EXIT

table() {
	echo '| family | applets | what they do |'
	echo '|---|---|---|'
	grep -l '^ \* usage: ' applets/*/*.c applets/*/*/*.c | while read -r file; do
		awk -v mode=readme -f scripts/applet.awk "$file"
	done | LC_ALL=C sort
}

{
	sed '/^<!-- applets: /q' README.md
	table
	sed -n '/^<!-- end of applets/,$p' README.md
} > "$new"
if [ "${1-}" = --check ]; then
	cmp -s "$new" README.md || { echo 'README.md: the table of applets is out of date: run scripts/readme.sh' >&2; exit 1; }
else
	cat "$new" > README.md
fi

#!/bin/sh
# lint.sh - formatting, static analysis, shell scripts, and the rules of design.md that objects can prove
#
# usage: lint.sh BUILD-DIRECTORY [NM]
#
# Says everything it finds and exits 1 if that was anything. Needs clang-format, cppcheck and shellcheck.
set -u

build=$1
nm=${2:-nm}
failed=0

fail() {
	printf 'lint: %s\n' "$1" >&2
	failed=1
}

need() {
	command -v "$1" >/dev/null || { fail "$1 is missing: apt-get install $1"; return 1; }
}

sources=$(git ls-files -co --exclude-standard -- '*.c' '*.h')
scripts=$(git ls-files -co --exclude-standard -- '*.sh' .ci/run)

# shellcheck disable=SC2086 # lists of names without blanks
if need clang-format; then
	clang-format --dry-run -Werror $sources || fail 'clang-format: run clang-format -i on the files above'
fi

# shellcheck disable=SC2086
if need shellcheck; then
	shellcheck -s sh $scripts || fail 'shellcheck'
fi

if need cppcheck; then
	cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,performance,portability --inline-suppr \
		-j2 --library=scripts/cppcheck.cfg -D_GNU_SOURCE -D__x86_64__ '-DBOX_VERSION="x"' -Iinclude "-I$build/gen" \
		--suppress=missingIncludeSystem --suppress=autoVariables --suppress=nullPointerRedundantCheck:applets/file/ls/ls.c --suppress=unusedStructMember --suppress=normalCheckLevelMaxBranches \
		main.c libbb applets scripts/pack.c || fail 'cppcheck'
fi

# Applets run many times in one process: they have no writable data.
for object in "$build"/obj/applets/*/*.o "$build"/obj/applets/*/*/*.o; do
	data=$("$nm" "$object" | awk '$2 ~ /^[bBdDC]$/ { print $3 }')
	[ -z "$data" ] || fail "$object: writable globals: $data"
done

# Applets do not include libbb's internals or each other, libbb does not know an applet.
grep -nE '#include "[^"]*(internal\.h|\.\./)' -r applets && fail 'an applet includes what is private to libbb'
grep -nE '\.gen\.h"' -r libbb && fail 'libbb includes a declaration of an applet'
# (the shell keeps what outlives a command in memory of its own)
grep -nE '^[^/*]*\b(exit|printf|puts|malloc|fopen)\(' -r applets --exclude-dir=sh && fail 'an applet goes around libbb'
grep -nE '^#[[:space:]]*(if|ifdef|ifndef) ' -r applets --include='*.c' && fail 'an applet has an #if'

sh scripts/readme.sh --check || fail 'README.md'

[ "$failed" = 0 ] && echo 'lint: nothing found'
exit "$failed"

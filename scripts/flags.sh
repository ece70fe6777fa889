#!/bin/sh
# flags.sh - what the compiler's and the linker's flags cost and buy: size, and start-up of `box true`
#
# usage: flags.sh
#
# Builds box once for each variant of the Makefile's flags, in /tmp, and prints the bytes and the start-up time as a multiple
# of the floor's (see bench.sh). The Makefile's comments quote its results.
set -eu

cd "$(dirname "$0")/.."
work=$(mktemp -d "${TMPDIR:-/tmp}/box-flags.XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM

# variant NAME MAKE-ARGUMENT...
variant() {
	name=$1
	shift
	if ! make -s -j2 O="$work/o" "$@" >"$work/log" 2>&1; then
		printf '%-28s does not build\n' "$name"
		return
	fi
	bytes=$(wc -c < "$work/o/box")
	start=$(sh scripts/bench.sh "$work/o/box" 9 start-up | sed -n 's/.*: \([0-9.]*\) times the floor/\1/p')
	printf '%-28s %8d bytes  start-up %s\n' "$name" "$bytes" "$start"
	rm -rf "$work/o"
}

flags() { make -s print-"$1"; }
cflags=$(flags CFLAGS)
ldflags=$(flags LDFLAGS)

variant 'as it is'
variant 'static PIE' CFLAGS="$(echo "$cflags" | sed 's/-fno-pie/-fPIE/')" LDFLAGS="$(echo "$ldflags" | sed 's/-static -no-pie/-static-pie/')"
variant 'all -O2' OPT=-O2
variant 'hot files -Os too' HOT_OPT=-Os
variant 'LTO' CFLAGS="$cflags -flto" LDFLAGS="$ldflags -flto -Os"
variant 'no section gc' LDFLAGS="$(echo "$ldflags" | sed 's/-Wl,--gc-sections//')"
variant 'no stack protector' CFLAGS="$(echo "$cflags" | sed 's/-fstack-protector/-fno-stack-protector/')"
variant 'stack protector, strong' CFLAGS="$(echo "$cflags" | sed 's/-fstack-protector/-fstack-protector-strong/')"
variant 'stack protector, all' CFLAGS="$(echo "$cflags" | sed 's/-fstack-protector/-fstack-protector-all/')"
variant 'no RELRO' LDFLAGS="$(echo "$ldflags" | sed 's/relro,-z,now/norelro/')"
variant 'separate code' LDFLAGS="$(echo "$ldflags" | sed 's/noseparate-code/separate-code/')"
variant 'hash style sysv' LDFLAGS="$(echo "$ldflags" | sed 's/hash-style=gnu/hash-style=sysv/')"
variant 'gold' LDFLAGS="$ldflags -fuse-ld=gold"
variant 'gold, identical code folded' LDFLAGS="$ldflags -fuse-ld=gold -Wl,--icf=all"
variant 'unwind tables' CFLAGS="$(echo "$cflags" | sed 's/-fno-asynchronous-unwind-tables -fno-unwind-tables//')"

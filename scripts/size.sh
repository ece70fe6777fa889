#!/bin/sh
# size.sh - where the bytes of the binary are: per applet, per libbb module and in all, against the budget
#
# usage: size.sh BUILD-DIRECTORY BUDGET
#
# The bytes are what the linker kept: it lists in a map what it put where. Exits 1 when the binary is over budget.
set -eu

build=$1
budget=$2
box=$build/box
map=$build/box.map

total=$(wc -c < "$box")
awk -v build="$build" -v total="$total" -v budget="$budget" '
# The map has a line ` .text.name  0xADDRESS  0xSIZE  FILE`, cut in two after a long name.
function hex(s,    n, i) {
	n = 0
	for (i = 3; i <= length(s); i++) n = n * 16 + index("0123456789abcdef", substr(s, i, 1)) - 1
	return n
}
/^Linker script and memory map/ { started = 1 }
!started { next }
/^ \.(text|rodata|data|init_array|eh_frame)[^ ]*$/ { pending = 1; next }
{
	if (pending && NF >= 3 && $1 ~ /^0x/) { size = $2; file = $3 }
	else if ($1 ~ /^\.(text|rodata|data|init_array|eh_frame)/ && NF >= 4 && $2 ~ /^0x/) { size = $3; file = $4 }
	else { pending = 0; next }
	pending = 0
	if (file ~ /^\//) name = "musl"
	else {
		name = file
		sub("^" build "/obj/", "", name)
		sub(/\.o$/, "", name)
		if (name ~ /^applets\/[^\/]*\/[^\/]*\//) sub(/\/[^\/]*$/, "", name)
	}
	bytes[name] += hex(size)
}
END {
	for (name in bytes) {
		kind = name ~ /^applets\// ? 1 : name ~ /^libbb\// ? 2 : 3
		label = name
		sub(/^applets\/[^\/]*\//, "", label)
		printf "%d %d %s\n", kind, bytes[name], label
		sum[kind] += bytes[name]
		count[kind]++
	}
	printf "1 999999998 --applets: %d, of %d bytes on average\n", count[1], count[1] ? sum[1] / count[1] : 0
	printf "2 999999998 --libbb\n3 999999998 --the rest\n"
	printf "4 0 =%d bytes in all, %.1f%% of the budget of %d\n", total, 100 * total / budget, budget
}' "$map" | LC_ALL=C sort -k1,1n -k2,2nr | awk '
	$3 ~ /^--/ { sub(/^.*--/, ""); print "\n" $0; next }
	$3 ~ /^=/ { sub(/^.*=/, ""); print "\n" $0; next }
	{ printf "%8d  %s\n", $2, $3 }'
[ "$total" -le "$budget" ] || { echo "size: over the budget" >&2; exit 1; }

#!/bin/sh
# bench.sh - box against what is installed: start-up cost, and a dozen everyday commands
#
# usage: bench.sh [BOX] [ROUNDS] [start-up]
#
# Runs box, busybox, toybox and the system's own (GNU) tools in turn, round after round, so that a drift of the machine
# hits all alike. Figures are the medians over the rounds: CPU time (user + system) of one command, and theirs as a
# multiple of box's, so that above 1.00 box is ahead. With `start-up` only the first row is measured; its floor is a program of two instructions.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
box=$(realpath "${1:-build/box}")
rounds=${2:-15}
work=$(mktemp -d "${TMPDIR:-/tmp}/box-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM

gcc -O2 -Wall -Wextra -o "$work/bench" "$here/bench.c"
# shellcheck disable=SC2016 # the dollars are the assembler's
case $(uname -m) in
x86_64) printf '.globl _start\n_start: mov $60,%%eax\nxor %%edi,%%edi\nsyscall\n' > "$work/floor.s" ;;
aarch64) printf '.globl _start\n_start: mov x8,#93\nmov x0,#0\nsvc #0\n' > "$work/floor.s" ;;
*) echo "bench: no floor for $(uname -m)" >&2; exit 1 ;;
esac
gcc -nostdlib -static -o "$work/floor" "$work/floor.s"

seq 400000 | awk '{ print $1, "the quick brown fox jumps over the lazy dog", $1 * 7919 % 100003 }' > "$work/text"
mkdir "$work/tree"
for i in 1 2 3 4 5 6 7 8 9; do
	mkdir -p "$work/tree/d$i/sub"
	for j in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		echo "$i $j" > "$work/tree/d$i/file$j"
		echo "$j" > "$work/tree/d$i/sub/name with blank $j"
	done
done

"$work/bench" "$box" "$rounds" "$work" ${3:+"$3"}

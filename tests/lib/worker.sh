# worker.sh - runs the cases of one chunk; sourced by the chunk's generated program
#
# From run.sh come: chunk (directory), side (setup, box or gnu), results (where .out .err .status
# go), from (the first case to run: a worker that was killed is started again behind the case that
# hung), and the environment the cases see. $chunk/current always says which case is running and for
# how many seconds it may: the supervisor in run.sh watches it, so no case costs a process for that.
# shellcheck shell=sh disable=SC2154 # the variables from run.sh

number=0
limit=10
skip=
template=0
filter=
shared=

# run NUMBER CODE: one case, in its directory, by the host's shell
run() {
	begin "$1" || return 0
	/bin/sh -c "$2" >"$results/$1.out" 2>"$results/$1.err" </dev/null
	finish "$?"
}

# direct NUMBER WORD...: the same for a command without shell syntax, which saves the shell
direct() {
	begin "$1" || return 0
	shift
	"$@" >"$results/$number.out" 2>"$results/$number.err" </dev/null
	finish "$?"
}

begin() {
	number=$1
	[ "$number" -ge "$from" ] && [ "$side" != setup ] || return 1
	if [ "$skip" ]; then
		[ "$side" = gnu ] || echo "$number	$skip" >>"$chunk/skips"
		return 1
	fi
	echo "$number $limit" >"$chunk/current"
	if [ "$shared" ]; then
		cd "$chunk/t/$template" && return
	else
		[ "$template" = 0 ] || /bin/cp -a "$chunk/t/$template" "$chunk/d/$number"
		cd "$chunk/d/$number" && return
	fi
	# both sides alike would pass
	echo "not run ($side)" >"$results/$number.status"
	return 1
}

finish() {
	echo "$1" >"$results/$number.status"
	[ "$filter" ] || return 0
	for stream in out err; do
		PATH=/usr/bin:/bin LC_ALL=C.UTF-8 /bin/sh -c "$filter" \
			<"$results/$number.$stream" >"$chunk/filtered" 2>&1
		mv "$chunk/filtered" "$results/$number.$stream"
	done
}

# skip_unless CODE REASON: the cases that follow (until skip is emptied) need CODE to succeed
skip_unless() {
	[ "$side" != setup ] || return 0
	[ "$skip" ] || /bin/sh -c "$1" >/dev/null 2>&1 </dev/null || skip=$2
}

# setup NUMBER CODE: make the files that cases of a parity group find; "template=N" selects them
setup() {
	[ "$side" = setup ] || return 0
	echo "setup-$1 60" >"$chunk/current"
	mkdir -p "$chunk/t/$1"
	cd "$chunk/t/$1" || return
	/bin/sh -e -c "$2" >"$chunk/setup-log" 2>&1 </dev/null ||
		{ echo "the setup failed: $2" && cat "$chunk/setup-log"; } >>"$chunk/setup-failed"
}

end_of_chunk() {
	echo "done" >"$chunk/current"
}

#!/bin/sh
# run.sh - run the tests; see tests/README.md
#
# usage: tests/run.sh [-j JOBS] [--box PATH] [--only NAME[:LINE]] [--disk] [SUITE|FILE]...
#
# Suites: cli, every, parity, selftest (these four are the default), unit, container. A FILE is a
# .test or .parity file. NAME is a glob: of files (without .test) in cli and parity, of applets in
# every, of scripts in container. The last line is "N passed, N failed, N skipped"; the status is 1
# when something failed. --disk keeps the cases' directories on $TMPDIR's disk, not on a tmpfs.
# BOX_TEST_UNSAFE=1 runs everything in the open when no namespaces are to be had.

export LC_ALL=C
umask 022

main() {
	here=$(cd "$(dirname "$0")" && pwd) || exit 1
	lib=$here/lib
	jobs=2 box=$here/../build/box only='*' only_line='' disk='' suites='' inside='' work=''
	tests=${BOX_TEST_DIR:-$here}
	while [ $# -gt 0 ]; do
		case $1 in
		-j) jobs=$2 && shift ;;
		-j*) jobs=${1#-j} ;;
		--box) box=$2 && shift ;;
		--only) only=$2 && shift ;;
		--disk) disk=1 ;;
		--inside) inside=1 work=$2 && shift ;;
		cli | every | parity | selftest | unit | container) suites="$suites $1" ;;
		*.test | *.parity) suites="$suites $(cd "$(dirname "$1")" && pwd)/${1##*/}" ;;
		*) die "unknown argument: $1" ;;
		esac
		shift
	done
	case $only in *:*) only_line=${only##*:} only=${only%:*} ;; esac
	[ "$suites" ] || suites='cli every parity selftest'
	case $jobs in '' | *[!0-9]* | 0) die "not a number of jobs: $jobs" ;; esac
	case $box in /*) ;; *) box=$PWD/$box ;; esac

	if [ "$inside" ]; then
		trap 'exit 130' INT TERM
		isolate
		run_suites
	else
		[ -x "$box" ] || die "no box at $box (make it, or --box PATH)"
		work=$(mktemp -d "${TMPDIR:-/tmp}/box-test.XXXXXX") || exit 1
		chmod 755 "$work"
		trap 'rm -rf "$work"' EXIT
		trap 'exit 130' INT TERM
		mkdir "$work/counts" "$work/t"
		run_outside
		total
	fi
}

die() {
	echo "run.sh: $1" >&2
	exit 2
}

# tell PASSED FAILED SKIPPED: add to the totals (one small file each time: jobs cannot collide)
tell() {
	echo "$1 $2 $3" >>"$work/counts/sum"
}

total() {
	passed=0 failed=0 skipped=0
	while read -r p f s; do
		passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
	done <"$work/counts/sum"
	echo "$passed passed, $failed failed, $skipped skipped"
	[ "$failed" = 0 ]
}

# --- outside of the namespaces ------------------------------------------------------------------

# run_outside: unit and container tests as they are; the others by this script, in namespaces
run_outside() {
	rest=
	for suite in $suites; do
		case $suite in
		unit) run_unit ;;
		container) run_container ;;
		*) rest="$rest $suite" ;;
		esac
	done
	[ "$rest" ] || return 0
	set -- sh "$0" --inside "$work" -j "$jobs" --box "$box" \
		--only "$only${only_line:+:$only_line}" ${disk:+--disk}
	# shellcheck disable=SC2086 # a list of words
	set -- "$@" $rest
	if [ "${BOX_TEST_INSIDE:-}" ]; then
		"$@"
	else
		# a namespace of its own for anything a tool run as root could do harm to
		space=
		if [ "$(id -u)" = 0 ]; then
			for flags in '-m -p -u -i -n --mount-proc --kill-child' '-m -p --mount-proc --kill-child' -m; do
				# shellcheck disable=SC2086
				unshare $flags -f sh -c 'mount --make-rprivate /' 2>/dev/null && space=$flags && break
			done
		fi
		# SIGPIPE must be as it is by default, or no tool under test could die of it
		signals=
		env --default-signal true 2>/dev/null && signals=--default-signal
		# shellcheck disable=SC2086
		BOX_TEST_SPACE=$space env $signals ${space:+unshare $space -f} "$@"
	fi || tell_trouble "the runner stopped early, with status $?"
}

# tell_trouble MESSAGE: a failure of the run itself
tell_trouble() {
	echo "FAIL $1"
	tell 0 1 0
}

# run_unit: sums Check's "NN%: Checks: N, Failures: N, Errors: N" lines
run_unit() {
	(cd "$here/.." && make -j "$jobs" unit) >"$work/unit" 2>&1
	status=$?
	sums=$(awk '/^[0-9]+%: Checks: / {
			gsub(/,/, "")
			checks += $3; bad += $5 + $7
		}
		END { print checks - bad, bad + 0, checks + 0 }' "$work/unit")
	# shellcheck disable=SC2086 # three numbers
	set -- $sums
	[ "$status:$2" = 0:0 ] || cat "$work/unit"
	tell "$1" "$2" 0
	[ "$3" != 0 ] || tell_trouble "make unit: no checks were run"
	[ "$status" = 0 ] || [ "$2" != 0 ] || tell_trouble "make unit: status $status"
}

# run_container: scripts that print "ok NAME", "not ok NAME" or "skip NAME # reason"
run_container() {
	found=
	for script in "$tests"/container/*.sh; do
		name=${script##*/}
		# shellcheck disable=SC2254 # a glob is meant
		case ${name%.sh} in $only) ;; *) continue ;; esac
		[ -x "$script" ] || continue
		found=1
		BOX=$box "$script" >"$work/container" 2>"$work/container-err" </dev/null
		status=$?
		sums=$(awk -v name="$name" -v counts="$work/container-counts" '
			/^ok / { passed++; next }
			/^not ok / { failed++; sub(/^not ok/, "FAIL container/" name ":") }
			/^skip .* # ./ { skipped++; sub(/^skip/, "skip container/" name ":") }
			{ print }
			END { print passed + 0, failed + 0, skipped + 0 >counts }' "$work/container")
		[ ! "$sums" ] || echo "$sums"
		read -r p f s <"$work/container-counts"
		tell "$p" "$f" "$s"
		if [ "$status" != 0 ] && [ "$f" = 0 ]; then
			tell_trouble "container/$name: status $status"
			f=1
		elif [ $((p + f + s)) = 0 ]; then
			tell_trouble "container/$name: no result"
			f=1
		fi
		[ "$f" = 0 ] || cat "$work/container-err"
	done
	[ "$found" ] || echo "no container tests"
}

# --- inside -------------------------------------------------------------------------------------

# isolate: in the namespaces: a tmpfs for the cases, a /dev of our own, the rest of the disk
# readonly, /etc /var and /root to be written to without effect; nodev says that /dev is not safe
isolate() {
	nodev=
	[ "${BOX_TEST_INSIDE:-}" ] && return
	if [ "${BOX_TEST_SPACE:-}" ]; then
		private_mounts || die "cannot set up the private mounts"
		for dir in /etc /var /root; do
			mkdir -p "$work/t/over$dir" "$work/t/over-work$dir"
			mount -t overlay -o "lowerdir=$dir,upperdir=$work/t/over$dir,workdir=$work/t/over-work$dir" \
				overlay "$dir" 2>/dev/null || :
		done
		mount -o remount,ro,bind / 2>/dev/null
		mount -o remount,ro,bind /sys 2>/dev/null
		case $BOX_TEST_SPACE in *-n*)
			ip link set lo up 2>/dev/null || ifconfig lo up 2>/dev/null || "$box" ifconfig lo up 2>/dev/null
			;;
		esac
	elif [ "$(id -u)" = 0 ] && [ ! "${BOX_TEST_UNSAFE:-}" ]; then
		nodev=1
	fi
	export BOX_TEST_INSIDE=1 BOX_TEST_NODEV="$nodev"
	# what no namespace covers: the clock, modules, reboot
	drop='-sys_time,-sys_module,-sys_boot,-sys_rawio'
	caps=
	[ "$(id -u)" = 0 ] && setpriv --bounding-set "$drop" true 2>/dev/null &&
		caps="setpriv --bounding-set $drop"
	export BOX_TEST_CAPS="$caps"
}

private_mounts() {
	mount --make-rprivate / && mount --bind /tmp /tmp && mount --bind "$work" "$work" || return
	if [ "$disk" ]; then
		mount -o remount,bind,noatime,nodev "$work" || return
	else
		mount -t tmpfs -o noatime,nodev,mode=755,size=4g box-test "$work/t" || return
	fi
	private_dev
}

private_dev() {
	mount -t tmpfs -o mode=755,nosuid tmpfs /dev || return
	mkdir -m 755 /dev/pts && mkdir -m 1777 /dev/shm || return
	for node in null:3 zero:5 full:7 random:8 urandom:9; do
		mknod -m 666 "/dev/${node%:*}" c 1 "${node#*:}" || return
	done
	mknod -m 666 /dev/tty c 5 0 &&
		ln -s /proc/self/fd /dev/fd && ln -s pts/ptmx /dev/ptmx &&
		ln -s /proc/self/fd/0 /dev/stdin && ln -s /proc/self/fd/1 /dev/stdout &&
		ln -s /proc/self/fd/2 /dev/stderr &&
		mount -t devpts -o newinstance,ptmxmode=666,mode=620 devpts /dev/pts
}

run_suites() {
	nodev=${BOX_TEST_NODEV:-}
	t=$work/t
	make_farm
	cli='' parity='' every=''
	for suite in $suites; do
		case $suite in
		cli) cli="$cli $(pick "$tests"/cli/*.test)" ;;
		parity) parity="$parity $(pick "$tests"/parity/*.parity)" ;;
		every)
			every=$tests/cli/_every.test
			parity="$parity $(pick "$tests"/parity/_output.parity)"
			;;
		selftest) ;;
		*.test) cli="$cli $suite" ;;
		*.parity) parity="$parity $suite" ;;
		esac
	done
	compile
	echo 0 >"$t/next"
	job=0
	while [ "$job" -lt "$jobs" ]; do
		work_off 2>"$t/job.$job" &
		job=$((job + 1))
	done
	case " $suites " in *' selftest '*)
		sh "$lib/selftest.sh" "$here/run.sh" "$box" >"$t/selftest" 2>&1
		status=$?
		grep -v '^ok ' "$t/selftest"
		tell "$(grep -c '^ok ' "$t/selftest")" "$(grep -c '^FAIL ' "$t/selftest")" 0
		[ "$status" = 0 ] || grep -q '^FAIL ' "$t/selftest" || tell_trouble "selftest.sh: status $status"
		;;
	esac
	wait
	cat "$t"/job.*
	# every case compiled must have been judged
	judged=0
	while read -r p f s; do
		judged=$((judged + p + f + s))
	done <"$t/judged"
	compiled=0
	for file in "$t"/*.total; do
		[ -f "$file" ] && read -r p <"$file" && compiled=$((compiled + p))
	done
	[ "$judged" = "$compiled" ] || tell_trouble "of $compiled cases only $judged came to an end"
	return 0
}

# pick FILE...: those that --only admits; _every.test has its own suite, and so has _output.parity
pick() {
	for file; do
		name=${file##*/}
		[ -f "$file" ] || continue
		case "$suite:$name" in cli:_every.test | parity:_output.parity) continue ;; esac
		# shellcheck disable=SC2254 # a glob is meant
		case ${name%.*} in $only) echo "$file" ;; _output) echo "$file" ;; esac
	done
}

# make_farm: a copy of box (so that a build meanwhile does no harm) and a link for each applet
make_farm() {
	farm=$t/bin
	mkdir "$farm" "$t/home"
	program=${box##*/}
	cp "$box" "$farm/$program" || die "cannot copy $box"
	applets=$("$box" --list) || die "$box --list failed"
	for name in $applets; do
		[ "$name" = "$program" ] || echo "$name"
	done >"$t/applets"
	(cd "$farm" && while read -r name; do ln -s "$program" "$name"; done <"$t/applets")
}

# compile: the files of all suites into chunks, listed in $t/chunks
compile() {
	have=$(tr '\n' ' ' <"$t/applets")
	: >"$t/judged"
	# shellcheck disable=SC2086 # lists of file names
	{
		[ ! "$cli" ] || awk -v dir="$t" -v suite=cli -v max=150 -v have=" $have " \
			-v only_line="$only_line" -v nodev="$nodev" \
			-f "$lib/common.awk" -f "$lib/cli.awk" $cli || die "cannot compile cli"
		[ ! "$parity" ] || awk -v dir="$t" -v suite=parity -v max=300 -v have=" $have " \
			-v only_line="$only_line" -v nodev="$nodev" -v deviations="$tests/parity/deviations" \
			-f "$lib/common.awk" -f "$lib/parity.awk" $parity || die "cannot compile parity"
	}
	if [ "$every" ]; then
		# shellcheck disable=SC2254 # a glob is meant
		names=$(while read -r name; do case $name in $only) echo "$name" ;; esac; done <"$t/applets")
		[ ! "$names" ] || awk -v dir="$t" -v suite=every -v max=300 -v every="$(echo "$names" | tr '\n' ' ')" \
			-v only_line="$only_line" -v nodev="$nodev" -v lists="$tests/cli/_every.lists" -v have=" $have " \
			-f "$lib/common.awk" -f "$lib/cli.awk" "$every" || die "cannot compile every"
	fi
	for suite in parity cli every; do
		if [ -f "$t/$suite.errors" ]; then
			cat "$t/$suite.errors"
			tell 0 "$(grep -c . "$t/$suite.errors")" 0
		fi
		[ ! -f "$t/$suite.skips" ] || while read -r count line; do
			echo "$line ($count)"
			tell 0 0 "$count"
		done <"$t/$suite.skips"
		[ ! -f "$t/$suite.chunks" ] || cat "$t/$suite.chunks"
	done >"$t/compiled"
	grep '^/' "$t/compiled" >"$t/chunks"
	grep -v '^/' "$t/compiled"
}

# work_off: one job: run chunks that nobody has taken yet
work_off() {
	while read -r chunk; do
		(set -C && : >"$chunk/taken") 2>/dev/null || continue
		run_chunk >"$chunk/report" 2>&1
		cat "$chunk/report"
		rm -rf "$chunk/d" "$chunk/d.box" "$chunk/t" "$chunk/act" "$chunk/exp"
	done <"$t/chunks"
}

# run_chunk: run and judge the cases of $chunk
run_chunk() {
	case $chunk in
	*/parity.*)
		parity=1
		run_parity
		;;
	*)
		parity=0
		fresh_dirs
		supervise cli "$farm:$host_path" "$chunk/act"
		;;
	esac
	[ ! -f "$chunk/patterns" ] || awk -v dir="$chunk" -f "$lib/match.awk" "$chunk/patterns"
	diff -aqr "$chunk/exp" "$chunk/act" >"$chunk/differ"
	awk -v dir="$chunk" -v parity="$parity" -f "$lib/report.awk" "$chunk/meta"
	read -r p f s <"$chunk/counts"
	tell "$p" "$f" "$s"
	echo "$p $f $s" >>"$t/judged"
}

host_path=/usr/bin:/bin:/usr/sbin:/sbin

fresh_dirs() {
	mkdir -p "$chunk/d"
	[ ! -f "$chunk/empty" ] || (cd "$chunk/d" && xargs mkdir <"$chunk/empty")
}

# run_parity: the chunk's cases with box first and with the GNU tools alone, at the same paths
run_parity() {
	supervise setup "$host_path" "$chunk/act"
	if [ -f "$chunk/setup-failed" ]; then
		read -r file <"$chunk/file"
		tell_trouble "$file: $(cat "$chunk/setup-failed")"
	fi
	[ ! -f "$chunk/shared" ] || mkdir -p "$chunk/t/0" # of cases that need no files
	now=$(date +%s.%N)
	shared_state >"$chunk/shared-before"
	for side in box gnu; do
		case $side in
		box) path=$farm:$host_path results=$chunk/act ;;
		gnu) path=$host_path results=$chunk/exp ;;
		esac
		fresh_dirs
		supervise "$side" "$path" "$results"
		manifest "$results"
		mv "$chunk/d" "$chunk/d.$side"
		if [ -f "$chunk/shared" ]; then
			shared_state >"$chunk/shared-$side"
			cmp -s "$chunk/shared-before" "$chunk/shared-$side" || {
				read -r file <"$chunk/file"
				tell_trouble "$file: readonly cases changed their files ($side)"
				diff "$chunk/shared-before" "$chunk/shared-$side"
			}
			mv "$chunk/shared-$side" "$chunk/shared-before"
		fi
	done
}

# list_tree: of every file in .: name, mode, owner, size, links, inode, device, mtime (none that is deeper
# than one name can tell)
list_tree() {
	find . -mindepth 1 -printf '%P\0' | LC_ALL=C grep -zvE '^.{4000}' | QUOTING_STYLE=shell-escape-always xargs -0r \
		stat --printf '%N\t%f\t%u\t%g\t%s\t%h\t%i\t%t:%T\t%.Y\n' | sort
}

shared_state() {
	[ ! -f "$chunk/shared" ] || (cd "$chunk/t" && list_tree)
}

# manifest TO: what the cases left in their directories, as TO/NUMBER.files
manifest() {
	(
		cd "$chunk/d" || return
		set -- *
		[ -e "$1" ] || return 0
		list_tree >"$chunk/listing"
		find . -type f -size -131072 -printf '%P\0' | xargs -0r md5sum | sort -k 2 >"$chunk/sums"
	)
	[ ! -s "$chunk/listing" ] || awk -v to="$1" -v now="$now" -v mtimes="$chunk/mtimes" \
		-f "$lib/manifest.awk" "$chunk/listing" "$chunk/sums"
}

# supervise SIDE PATH RESULTS: run the chunk's program to its end. A case that takes too long is
# killed with all its processes, and the program started again behind it.
supervise() {
	from=1
	while :; do
		echo "start 60" >"$chunk/current"
		# shellcheck disable=SC2086,SC2016 # a list of words; for the inner shell
		setsid ${BOX_TEST_CAPS:-} env -i PATH="$2" LC_ALL=C.UTF-8 TZ=UTC0 HOME="$t/home" TERM=dumb \
			BOX="$farm/$program" FARM="$farm" \
			/bin/sh -c 'side=$1 chunk=$2 results=$3 from=$4 lib=$5; . "$chunk/prog"' \
			sh "$1" "$chunk" "$3" "$from" "$lib" </dev/null >"$chunk/worker-log" 2>&1 &
		worker=$!
		watch_over "$worker" >/dev/null 2>&1 &
		watcher=$!
		wait "$worker" 2>/dev/null
		kill "$watcher" 2>/dev/null
		kill -KILL "-$worker" 2>/dev/null	# what the cases left running
		read -r n limit <"$chunk/current"
		case $n in
		done) break ;;
		setup-*)
			echo "the setup took more than $limit s" >>"$chunk/setup-failed"
			break
			;;
		start)
			tell_trouble "$chunk/prog does not run: $(cat "$chunk/worker-log")"
			break
			;;
		esac
		if [ -f "$chunk/late" ]; then
			rm "$chunk/late"
			# it may have printed for all that time
			for stream in out err; do
				head -c 4000 "$3/$n.$stream" >"$chunk/cut" && mv "$chunk/cut" "$3/$n.$stream"
			done
			echo "killed after $limit s ($1)" >"$3/$n.status"
		else
			echo "killed the shell that ran it ($1)" >"$3/$n.status"
		fi
		from=$((n + 1))
	done
}

# watch_over WORKER: kill it when the same case runs for longer than it may
watch_over() {
	last='' seconds=0
	while sleep 1; do
		read -r n limit <"$chunk/current" || continue
		[ "$n" = "$last" ] || seconds=0
		last=$n
		seconds=$((seconds + 1))
		if [ "$seconds" -gt "$limit" ]; then
			: >"$chunk/late"
			kill -KILL "-$1"
			return
		fi
	done
}

main "$@"

#!/bin/sh
# selftest.sh RUN.SH BOX - prove that run.sh sees what it must see
#
# Each check runs run.sh over a small tree of tests, with a stand-in for box: a script that lends
# the host's tools under the names of applets, with the faults that a check asks for. Prints "ok
# NAME" or "FAIL NAME"; run.sh counts those lines.

run=$1
dir=$(mktemp -d "${TMPDIR:-/tmp}/selftest.XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/cli" "$dir/parity"

# cat is broken as $FAULT or the file fault says; "mkdir left" leaves a file that GNU's does not
cat >"$dir/standin" <<'END'
#!/bin/sh
name=${0##*/} PATH=/usr/bin:/bin
case $name in
standin) echo cat; echo mkdir; echo sleep ;;
cat)
	case ${FAULT:-$(cat fault 2>/dev/null)} in
	out) cat "$@"; echo more ;;
	err) cat "$@"; echo more >&2 ;;
	status) cat "$@"; exit 3 ;;
	mode) chmod 600 f ;;
	*) exec cat "$@" ;;
	esac
	;;
mkdir)
	[ "$1" != left ] || : >rest
	exec mkdir "$@"
	;;
sleep) exec sleep "$@" ;;
esac
END
chmod +x "$dir/standin"

# check NAME LAST-LINE TEXT: run the tests now in $dir; the output must have TEXT and end in LAST-LINE
check() {
	BOX_TEST_DIR=$dir sh "$run" --box "$dir/standin" cli parity >"$dir/got" 2>&1
	status=$?
	want=1
	case $2 in *' 0 failed'*) want=0 ;; esac
	if [ "$status" = "$want" ] && [ "$(tail -n 1 "$dir/got")" = "$2" ] && grep -qF -e "$3" "$dir/got"; then
		echo "ok $1"
	else
		echo "FAIL selftest: $1: wanted $3 and $2, got status $status and"
		sed 's/^/    /' "$dir/got"
	fi
	rm -f "$dir"/cli/* "$dir"/parity/*
}

cli() {
	cat >"$dir/cli/cat.test"
}

parity() {
	cat >"$dir/parity/cat.parity"
}

good='1 passed, 0 failed, 0 skipped'
bad='0 passed, 1 failed, 0 skipped'

cli <<'END'
case: every kind of line
    $ printf '$ a\n12:00\nlast' | cat; echo oops >&2
    > (exit 4)
    | $ a
    ~ [0-9]+:[0-9]+
    last
    \
    ! oops
    ? 4
END
check 'a right transcript passes' "$good" passed

cli <<'END'
case: x
    $ echo a | FAULT=out cat
    a
END
check 'wrong stdout' "$bad" '    +more'

cli <<'END'
case: x
    $ printf a | cat
    a
END
check 'missing final newline' "$bad" 'No newline at end of file'

cli <<'END'
case: x
    $ echo a | FAULT=err cat
    a
END
check 'wrong stderr' "$bad" '    +++ got err'

cli <<'END'
case: x
    $ echo a | FAULT=status cat
    a
END
check 'wrong status' "$bad" '    +3'

cli <<'END'
case: x
    $ (exit 3)
    ? 2
    $ true
    ? 0
END
check 'wrong status before the last command' "$bad" 'status is not 2'

cli <<'END'
case: x
    $ echo 12
    ~ [a-z]+
END
check 'a pattern that does not match' "$bad" '    +12'

cli <<'END'
case: x
    $ kill -SEGV $$
    ? !0
END
check 'death by a signal is no error status' "$bad" '    +139'

cli <<'END'
timeout: 1
case: slow
    $ sleep 100 & sleep 100
case: the next
    $ echo a
    a
END
check 'a timeout, and the case behind it' '1 passed, 1 failed, 0 skipped' 'killed after 1 s'

: >"$dir/cli/cat.test"
check 'an empty file' "$bad" 'no cases in this file'

: >"$dir/parity/cat.parity"
check 'an empty parity file' "$bad" 'no cases in this file'

cli <<'END'
case: x
    $ echo a
    a
what is this
END
check 'a malformed line' '1 passed, 1 failed, 0 skipped' 'cat.test:4: malformed line'

cli <<'END'
case: x
skip-unless: false # never
    $ false
case: y
    $ true
END
check 'a skip' '1 passed, 0 failed, 1 skipped' 'cat.test:1: x # never'

parity <<'END'
setup: echo a >f; echo $FAULT >fault
env: FAULT=
cat f
cat nosuch
readonly:
cat f
END
check 'equal commands pass' '3 passed, 0 failed, 0 skipped' passed

for fault in out err status; do
	parity <<END
setup: echo a >f; echo $fault >fault
cat f
END
	check "parity: wrong $fault" "$bad" "    +++ box $fault"
done

parity <<'END'
setup: touch f; echo mode >fault
cat f
END
check 'parity: wrong mode of a file' "$bad" 'mode 8180'

parity <<'END'
mkdir left
END
check 'parity: a leftover file' "$bad" "/rest'"

parity <<'END'
setup: touch f; echo mode >fault
readonly:
cat </dev/null
END
check 'parity: readonly cases that change files' '1 passed, 1 failed, 0 skipped' 'changed their files (box)'

parity <<'END'
env: FAULT=out
readonly:
cat /dev/null
END
check 'parity: readonly cases without files are run' "$bad" '    +more'

parity <<'END'
setup: false
cat /dev/null
END
check 'parity: a failing setup' '1 passed, 1 failed, 0 skipped' 'the setup failed: false'

parity <<'END'
setup: echo out >fault
cat fault
END
echo 'cat cat fa* # on purpose' >"$dir/parity/deviations"
check 'parity: a known deviation' '0 passed, 0 failed, 1 skipped' 'deviates: on purpose'

parity <<'END'
setup: echo a >f
cat f
END
echo 'cat cat * # on purpose' >"$dir/parity/deviations"
check 'parity: a stale deviation' "$bad" 'stale deviation'

parity <<'END'
setup: echo a >f
cat f
END
echo 'cat cat -q # on purpose' >"$dir/parity/deviations"
check 'parity: a deviation without a command' '1 passed, 1 failed, 0 skipped' 'matches no command'

parity <<'END'
timeout: 1
sleep 5
END
check 'parity: a timeout' "$bad" 'killed after 1 s'

parity <<'END'
setup: touch a b c
readonly:
filter: tr a-c x
matrix: cat | -n | -E | -A | : a /dev/null
locales: C.UTF-8 C
also: >/dev/full
cat b
END
check 'parity: matrix, locales, also' '11 passed, 0 failed, 0 skipped' passed
exit 0

#!/bin/sh
# install.sh - put box, and a link for each of its applets, into a directory
#
# usage: install.sh [OPTION]... DIR
#
#   --symlink    relative symbolic links (the default): DIR may be moved, or be a DESTDIR
#   --hard       hard links
#   --copy       copies
#   --dry-run    say what would be done and do nothing
#   --force      replace files that are not ours too (directories never)
#   --uninstall  remove box and all that leads to it; directories stay
#   --box FILE   the binary (default: $BOX, else build/box beside this script's directory)
#
# The binary goes to DIR/bin/box, each applet where `box --list-full` says. DIR is read as the root
# of a tree, as chroot would: an absolute link on the way (bin -> /usr/bin) leads into DIR, not out of it.
#
# A file is ours if it is a symbolic link straight to DIR/bin/box, or has the same bytes as the box that
# is there or the one being installed. What is ours and no longer an applet is removed, except the
# names box answers to by itself (busybox, toybox, box-*). A DIR/bin/box with other bytes is ours (an
# older one) if an applet in DIR is ours because of it.
#
# Exit status: 0 done, 1 something could not be done or was refused (the rest is done), 2 usage.
set -u
unset CDPATH
LC_ALL=C; export LC_ALL
umask 022
nl='
'
mode=symlink dry="" force="" uninstall="" status=0
root="" bin="" dirs="" source="" # set once DIR is known
self=$0

usage() {
	[ $# = 0 ] || echo "install.sh: $*" >&2
	echo "usage: install.sh [--hard|--symlink|--copy] [--dry-run] [--force] [--uninstall] [--box FILE] DIR" >&2
	exit 2
}

complain() {
	printf 'install.sh: %s\n' "$*" >&2
	status=1
}

die() {
	complain "$@"
	exit 1
}

# tell what is done; with --dry-run that is all
say() {
	[ -z "$dry" ] || printf '%s\n' "$*"
}

# text of the symbolic link $1 in $target, newlines at its end included
read_target() {
	target=$(readlink -n -- "./$1" && echo .) || return 1
	target=${target%.}
	# an absolute link made on this host for DIR (box --install -s DIR) means the same file
	case $root$target in "$root$root"/*) target=${target#"$root"} ;; esac
}

# follow every symbolic link in path $1 as if DIR were the root; the answer, relative to DIR, in $resolved
resolve() {
	rest=$1 resolved="" hops=0
	while [ -n "$rest" ]; do
		part=${rest%%/*}
		case $rest in */*) rest=${rest#*/} ;; *) rest= ;; esac
		case $part in
		'' | .) ;;
		..) case $resolved in */*) resolved=${resolved%/*} ;; *) resolved= ;; esac ;;
		*)
			part=${resolved:+$resolved/}$part
			if [ -h "./$part" ]; then
				hops=$((hops + 1))
				[ $hops -le 40 ] && read_target "$part" || return 1
				case $target in /*) resolved= ;; esac
				rest=$target${rest:+/$rest}
			else
				resolved=$part
			fi
			;;
		esac
	done
}

# is the symbolic link $1 one step from DIR/bin/box?
links_to_box() {
	read_target "$1" || return 1
	[ "${target##*/}" = box ] || return 1
	case $target in /*) ;; *) target=${1%/*}/$target ;; esac
	resolve "${target%/*}" && [ "$resolved" = "$bin" ]
}

# is file $1 ours? (bin/box itself is not asked here)
ours() {
	if [ -h "./$1" ]; then
		links_to_box "$1"
	elif [ -f "./$1" ]; then
		{ [ -f "./$bin/box" ] && cmp -s -- "./$1" "./$bin/box"; } ||
			{ [ -n "$box" ] && cmp -s -- "./$1" "$box"; }
	else
		return 1
	fi
}

# all that is ours in the applet directories, one path a line, but nothing named box and not the binary being
# installed; cheap tests first: what cannot be ours by its link text or size is not opened
find_ours() {
	sizes=
	for f in "./$bin/box" "$box"; do
		[ -f "$f" ] && sizes="$sizes -o -type f -size $(($(wc -c <"$f")))c"
	done
	for d in $dirs; do
		[ -d "./$d" ] || continue
		# shellcheck disable=SC2086 # $sizes is a list of words
		find "./$d/." ! -name . -prune ! -name box ! -name "*$nl*" \
			\( -type l \( -lname box -o -lname '*/box' \) $sizes \) -print
	done | while IFS= read -r f; do
		f=${f#./}
		f=${f%/./*}/${f##*/}
		[ "${root%/}/$f" != "$box" ] && ours "$f" && printf '%s\n' "$f"
	done
}

# is a file of an applet's name among $own? Then a bin/box that differs from ours is an older one
known_by_links() {
	[ -n "$own" ] || return 1
	[ -n "$list" ] || return 0
	names=$(printf '%s\n' "$list" | sed 's,.*/,,')
	printf '%s\n' "$own" | sed 's,.*/,,' | grep -Fxq -e "$names"
}

# the link text that leads from directory $1 to bin/box, both relative to DIR and without links
relative() {
	from=$1/ to=$bin/box
	while [ "${from%%/*}" = "${to%%/*}" ] && [ -n "$from" ]; do
		from=${from#*/} to=${to#*/}
	done
	while [ -n "$from" ]; do
		from=${from#*/} to=../$to
	done
}

# make path $1 the file that the mode asks for
make_file() {
	case $mode in
	symlink) ln -s -- "$to" "$1" ;;
	hard) ln -- "./$source" "$1" ;;
	copy) cp -- "./$source" "$1" && chmod 755 "$1" ;;
	esac
}

# is file $1 already what the mode asks for?
# shellcheck disable=SC3013 # -ef is in POSIX since 2024, and in dash
is_done() {
	case $mode in
	symlink) [ -h "./$1" ] && [ "$(readlink -- "./$1")" = "$to" ] ;;
	hard) [ ! -h "./$1" ] && [ "./$1" -ef "./$source" ] ;;
	copy) [ ! -h "./$1" ] && [ -f "./$1" ] && [ ! "./$1" -ef "./$bin/box" ] && cmp -s -- "./$1" "$box" ;;
	esac
}

# install one applet at path $1
place() {
	resolve "${1%/*}" || { complain "$show/${1%/*}: too many levels of symbolic links"; return; }
	dir=$resolved file=$resolved/${1##*/}
	[ "$file" != "$bin/box" ] || return 0
	wanted=$wanted$file$nl total=$((total + 1))
	relative "$dir"
	if is_done "$file"; then return; fi
	if [ -h "./$file" ] || [ -e "./$file" ]; then
		if [ ! -h "./$file" ] && [ -d "./$file" ]; then
			complain "$show/$file: is a directory"
			return
		fi
		if ! ours "$file"; then
			# a chain of links that ends at box (an alternatives system's) does what is wanted
			[ -h "./$file" ] && resolve "$file" && [ "$resolved" = "$bin/box" ] && return
			[ -n "$force" ] || { complain "$show/$file: exists and is not ours (--force replaces it)"; return; }
		fi
	fi
	say "$mode $show/$file -> $to"
	changed=$((changed + 1))
	[ -z "$dry" ] || return 0
	[ -d "./$dir" ] || mkdir -p -- "./$dir" || { complain "cannot make $show/$dir"; return; }
	# over an existing name, and for copies, by rename: at no time is a command missing or half there
	if [ -h "./$file" ] || [ -e "./$file" ] || [ "$mode" = copy ]; then
		if ! { make_file "./$dir/.box.$$" && mv -fT -- "./$dir/.box.$$" "./$file"; }; then
			rm -f -- "./$dir/.box.$$"
			complain "cannot install $show/$file"
		fi
	else
		make_file "./$file" || complain "cannot install $show/$file"
	fi
}

remove() {
	say "remove $show/$1"
	removed=$((removed + 1))
	[ -n "$dry" ] || rm -f -- "./$1" || complain "cannot remove $show/$1"
}

box=${BOX-}
while [ $# -gt 0 ]; do
	case $1 in
	--hard | --symlink | --copy) mode=${1#--} ;;
	--dry-run) dry=1 ;;
	--force) force=1 ;;
	--uninstall) uninstall=1 ;;
	--box) [ $# -gt 1 ] || usage "--box needs a FILE"; box=$2; shift ;;
	--box=*) box=${1#--box=} ;;
	--help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$self"; exit 0 ;;
	--) shift; break ;;
	-?*) usage "unknown option $1" ;;
	*) break ;;
	esac
	shift
done
[ $# = 1 ] || usage "one DIR is needed"
[ -n "$1" ] || usage "DIR is empty"
show=$1
while [ "$show" != "${show%/}" ]; do show=${show%/}; done

# the binary, by a name that is still good after cd
if [ -z "$box" ]; then
	here=$(dirname -- "$self" && echo .)
	box=${here%"$nl".}/../build/box
fi
case $box in /*) ;; *) box=${PWD%/}/$box ;; esac
list=
if [ -f "$box" ] && [ -x "$box" ]; then
	list=$("$box" --list-full) || die "$box --list-full failed"
	box=$(readlink -fn -- "$box" && echo .)
	box=${box%.}
elif [ -n "$uninstall" ]; then
	box=
else
	die "$box: not there, or not executable (run make)"
fi
case $list in
"") [ -n "$uninstall" ] || die "$box --list-full lists nothing" ;;
*)
	if printf "%s\n" "$list" | grep -Evq '^([^/[:blank:].][^/[:blank:]]*/)+[^/[:blank:]]+$'; then
		die "$box --list-full lists odd paths"
	fi
	;;
esac

# from here on every path is relative to DIR, whatever odd bytes its name has
case $1 in /*) dir=$1 ;; *) dir=./$1 ;; esac
tmp=
trap '[ -z "$tmp" ] || rm -rf -- "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
if [ -n "$dry" ] && [ ! -e "$dir" ]; then
	tmp=$(mktemp -d) && dir=$tmp || exit 1
elif [ ! -d "$dir" ]; then
	[ -z "$uninstall" ] || exit 0
	mkdir -p -- "$dir" || die "cannot make $show"
fi
cd -P -- "$dir" || die "cannot enter $show"
root=$(pwd -P && echo .)
root=${root%"$nl".}
[ "$root" != / ] || root=

resolve bin || die "$show/bin: too many levels of symbolic links"
bin=$resolved
[ -n "$bin" ] || die "$show/bin leads to $show itself"
dirs=
for d in bin sbin usr/bin usr/sbin $(printf '%s\n' "$list" | sed -n 's,/[^/]*$,,p' | sort -u); do
	resolve "$d" || continue
	case $resolved in *[[:space:]\*\?\[]*) continue ;; esac # so that $dirs can be split; we made no such name
	case " $dirs " in *" $resolved "*) ;; *) dirs="$dirs $resolved" ;; esac
done

wanted=$nl total=0 changed=0 removed=0
own=$(find_ours)

# what is DIR/bin/box: none, same, old (ours, other bytes) or foreign?
if [ ! -h "./$bin/box" ] && [ ! -e "./$bin/box" ]; then
	there=none
elif [ -h "./$bin/box" ] || [ ! -f "./$bin/box" ]; then
	there=foreign
elif [ -n "$box" ] && cmp -s -- "./$bin/box" "$box"; then
	there=same
elif known_by_links; then
	there=old
else
	there=foreign
fi
if [ $there = foreign ]; then
	[ -n "$force" ] || die "$show/bin/box: exists and is not ours (--force replaces it)"
	[ -h "./$bin/box" ] || [ ! -d "./$bin/box" ] || die "$show/bin/box: is a directory"
fi

set -f
IFS=$nl
if [ -n "$uninstall" ]; then
	for f in $own; do remove "$f"; done
	[ $there = none ] || remove "$bin/box"
	echo "$show: removed $removed files"
	exit $status
fi

# the new binary: at once where there is none, else last, so that until then every old link and copy
# is still known by the old binary if we are interrupted
source=$bin/box
if [ $there != same ]; then
	say "install $show/$bin/box"
	changed=1
	if [ -z "$dry" ]; then
		source=$bin/.box.new.$$
		tmp=${root:-/}/$source
		if ! { mkdir -p -- "./$bin" && cp -- "$box" "./$source" && chmod 755 "./$source"; }; then
			die "cannot install $show/$bin/box"
		fi
		if [ $there = none ]; then
			mv -fT -- "./$source" "./$bin/box" || die "cannot install $show/$bin/box"
			source=$bin/box
		fi
	fi
fi
for f in $list; do place "$f"; done
for f in $own; do
	case $wanted${f##*/} in
	*"$nl$f$nl"* | *"$nl"box-* | *"$nl"busybox | *"$nl"toybox) ;;
	*) remove "$f" ;;
	esac
done
if [ "$source" != "$bin/box" ]; then
	mv -fT -- "./$source" "./$bin/box" || die "cannot install $show/$bin/box"
fi
echo "$show: $total applets, $changed files written, $removed removed${dry:+ (dry run: nothing done)}"
exit $status

#!/bin/sh
# try.sh - build box, make its image, and run a command in it
#
# usage: try.sh [COMMAND [ARG]...]
#
# Without COMMAND: an interactive shell on a terminal, else a short tour. Runs in podman where that works,
# else in a chroot of the same image in a user namespace, and says which on standard error; standard output
# and the exit status are COMMAND's. What the build needs and is missing is installed first (need.sh).
#
#   BOX=FILE             use this binary and build nothing
#   BOX_ENGINE=podman    or chroot: only this way
set -u
unset CDPATH
[ "$*" != --help ] || { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; exit 0; }
here=$(cd "$(dirname "$0")" && pwd) || exit 1
case ${BOX-} in "" | /*) ;; *) BOX=$PWD/$BOX ;; esac
cd "$here/.." || exit 1 # podman wants a directory its user can read
image=build/image
name=localhost/box:latest

say() {
	echo "try.sh: $*" >&2
}

# shellcheck disable=SC2016 # expanded in the image
tour='
status=0
show() {
	printf "\n\$ %s\n" "$*"
	"$@" || status=1
}
show cat /etc/os-release
show uname -a
show id
show ls -la /
show ls -l /bin/sh /bin/cat /bin/box
show wc /etc/passwd /etc/group /etc/profile
show head -n 3 /etc/passwd
printf "\n\$ box --list | wc -l\n"
box --list | wc -l
exit $status
'

# --- podman -----------------------------------------------------------------------------------------
# Load the image, and find the fewest flags with which a container runs here: Debian's default crun refuses
# hybrid cgroups; nested containers may lack networks, or the right to raise limits as podman does.
podman_works() {
	command -v podman >/dev/null || return 1
	old=$(podman images -q --no-trunc "$name" 2>/dev/null)
	if ! error=$(podman load -q -i $image/box.tar 2>&1); then
		say "podman cannot load the image: $error"
		return 1
	fi
	new=$(podman images -q --no-trunc "$name")
	# an image this one took the name of would stay behind without one
	[ -z "$old" ] || [ "$old" = "$new" ] || podman rmi "$old" >/dev/null 2>&1
	for flags in "" "--runtime runc" \
		"--runtime runc --ulimit nofile=1024:1024 --ulimit nproc=4096:4096" \
		"--runtime runc --network none --ulimit nofile=1024:1024 --ulimit nproc=4096:4096"; do
		# shellcheck disable=SC2086 # $flags is a list of words
		error=$(timeout 60 podman run --rm $flags "$name" /bin/box true 2>&1 </dev/null) && return 0
	done
	say "podman cannot run a container: $error"
	return 1
}

run_podman() {
	say "in podman${flags:+ ($flags)}"
	tty=
	[ ! -t 0 ] || [ ! -t 1 ] || tty=-t
	# shellcheck disable=SC2086
	exec podman run --rm -i $tty $flags "$name" "$@"
}

# --- chroot -----------------------------------------------------------------------------------------
# Run in the namespace: a /dev of the image's own with a few nodes bound over files, and a read-only /proc.
# Nothing of the host can be removed or replaced through them, even if root is the host's root.
# shellcheck disable=SC2016
inside='
cd "$1" || exit 125
shift
for f in null zero full random urandom tty; do
	: >dev/$f && mount --bind /dev/$f dev/$f
done
ln -s /proc/self/fd dev/fd
ln -s /proc/self/fd/0 dev/stdin
ln -s /proc/self/fd/1 dev/stdout
ln -s /proc/self/fd/2 dev/stderr
mount -t proc -o ro proc proc 2>/dev/null || mount --rbind /proc proc
env -i PATH="$PATH" HOME=/root TERM="${TERM:-linux}" chroot . "$@"
exit $? # not exec: COMMAND is not to be process 1, which ignores signals
'

run_chroot() {
	work=$(mktemp -d "$PWD/build/try.XXXXXX") || return 125
	trap 'rm -rf "$work"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' HUP TERM
	chmod 755 "$work"
	tar -xpf $image/rootfs.tar -C "$work" || return 125
	PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
	export PATH
	if unshare -Urmpf true 2>/dev/null; then
		say "in a chroot in a user namespace"
		unshare -Urmpf sh -c "$inside" sh "$work" "$@"
	elif [ "$(id -u)" = 0 ]; then
		say "in a chroot without namespaces (the system allows none): it protects nothing"
		cp -a /dev/null /dev/zero /dev/full /dev/random /dev/urandom "$work/dev" 2>/dev/null
		env -i PATH="$PATH" HOME=/root TERM="${TERM:-linux}" chroot "$work" "$@"
	else
		say "no way to run it: podman does not work here, and user namespaces are not allowed" \
			"(as root: sysctl kernel.unprivileged_userns_clone=1, or apt-get install podman runc)"
		return 125
	fi
}

# ----------------------------------------------------------------------------------------------------
if [ -z "${BOX-}" ]; then
	# shellcheck source=/dev/null
	. "$here/need.sh"
	need_packages make:make gcc:gcc libc6-dev musl-tools:musl-gcc musl-dev linux-libc-dev || exit
	make >&2 || exit
	BOX=$PWD/build/box
fi
"$here/mkimage.sh" --box "$BOX" --output $image >&2 || exit

if [ $# = 0 ]; then
	if [ -t 0 ] && [ -t 1 ]; then set -- sh; else set -- sh -c "$tour"; fi
fi
case ${BOX_ENGINE-} in
"") if podman_works; then run_podman "$@"; else run_chroot "$@"; fi ;;
podman) if podman_works; then run_podman "$@"; else exit 125; fi ;;
chroot) run_chroot "$@" ;;
*) say "BOX_ENGINE is podman or chroot"; exit 2 ;;
esac

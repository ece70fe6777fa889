#!/bin/sh
# scripts/try.sh, run in a copy of the scripts with the binary given: nothing is installed or built here
# shellcheck disable=SC1091,SC2016,SC2154,SC2317 # common is read at run time; functions are called by check
. "$(dirname "$0")/common"

mkdir -p "$tmp/copy/build" "$tmp/path"
cp -R "$scripts" "$tmp/copy"
# its podman uses this test's store
cat >"$tmp/path/podman" <<EOF
#!/bin/sh
exec $(command -v podman || echo podman) --root '$tmp/store' --runroot '$tmp/run' "\$@"
EOF
chmod 755 "$tmp/path/podman"

try() {
	PATH=$tmp/path:$PATH BOX=$box BOX_ENGINE=$way "$tmp/copy/scripts/try.sh" "$@"
}

runs() {
	way=$1
	status 1 try false 2>err
	grep "try.sh: in $2" err
	status 127 try no_such_applet
	same "$(ls -A copy/build)" image
}

shell() {
	way=$1 got=0
	printf 'from stdin\n' | try sh -c 'cat; echo "$1"; exit 7' sh 'a  b' >out || got=$?
	same "$got $(cat out)" "$(printf '7 from stdin\na  b')"
}

tour() {
	way=$1
	try >out
	grep '^root:x:0:0:' out
	grep ' proc$' out
}

# what the chroot has of the host cannot be removed from inside
guarded() {
	way=chroot
	try sh -c 'rm -rf /dev/null /dev/zero; rm -rf /proc/1 /proc/sys; ls /dev/null'
	[ -c /dev/null ]
}

as_user() {
	chown -R 65534:65534 copy
	status 1 setpriv --reuid=65534 --regid=65534 --clear-groups env -i HOME=/nonexistent PATH="$PATH" BOX="$box" BOX_ENGINE=chroot \
		"$tmp/copy/scripts/try.sh" false
	chown -R 0:0 copy
}

check engine "try.sh in podman" runs podman podman
check "engine applet:sh applet:cat" "try.sh in podman: arguments, input, status" shell podman
check "engine applet:sh applet:ls applet:wc applet:head applet:id applet:uname" "try.sh in podman: the tour" tour podman
check userns "try.sh in a chroot" runs chroot 'a chroot in a user namespace'
check "userns applet:sh applet:cat" "try.sh in a chroot: arguments, input, status" shell chroot
check "userns applet:sh applet:ls applet:wc applet:head applet:id applet:uname" "try.sh in a chroot: the tour" tour chroot
check "userns applet:sh applet:rm" "try.sh in a chroot: the host's devices are safe" guarded
check "userns root setpriv" "try.sh as a normal user" as_user
finish

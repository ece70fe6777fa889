#!/bin/sh
# the image in podman: load, run, users, read-only, real files
# shellcheck disable=SC1091,SC2016,SC2154,SC2317 # common is read at run time; functions are called by check
. "$(dirname "$0")/common"
image=localhost/box:latest

load_archive() {
	storage rmi -af
	storage load -i image/box.tar
	storage image exists "$image"
	storage rmi "$image"
	storage load <image/box.tar # as docker load does
	run "$image" /bin/box true
}

load_layout() {
	id=$(storage pull -q oci:image/oci:latest)
	same "$(storage image inspect --format '{{.Id}}' "$image")" "$id" # the same image
	run "$id" /bin/box true
	# podman load of the directory, and of the archive read as an OCI one
	storage load -i image/oci
	run "$(storage pull -q oci-archive:image/box.tar)" /bin/box true
}

config() {
	same "$(storage image inspect --format '{{.Config.Cmd}} {{.Config.Env}} {{.Architecture}} {{.Created.Unix}}' "$image")" \
		"[/bin/sh] [PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin] $(dpkg --print-architecture) 0"
}

ls_root() {
	run "$image" ls -la / >out
	for d in bin dev etc home proc root run sbin sys tmp usr var; do
		grep " $d\$" out
	done
}

# GNU ls of the host beside ours, in the same container: both see the same files at the same time
ls_gnu() {
	loader=$(readlink -f "$(ldd /bin/ls | sed -n 's,^[^/]*\(/[^ ]*/ld-[^ ]*\) .*,\1,p')")
	libs=$(ldd /bin/ls | sed -n 's,.*=> \([^ ]*\)/[^ ]* .*,\1,p' | sort -u | xargs readlink -f | sed 's,^/usr,/gnu,' | tr '\n' :)
	for d in / /bin /etc /usr /usr/bin /home /root /tmp /var /dev; do
		run -v /usr:/gnu:ro -e LC_ALL=C "$image" sh -c 'ls -la --color=always "$1"; echo ==; "$2" --library-path "$3" \
			/gnu/bin/ls -la --color=always "$1"' sh "$d" "/gnu${loader#/usr}" "$libs" >out
		# how many processes there are shows in the link count of /proc
		sed -i 's,^dr-xr-xr-x *[0-9]* \(.*mproc\),dr-xr-xr-x N \1,' out
		same "$(sed '/^==$/,$d' out)" "$(sed '1,/^==$/d' out)"
	done
}

cat_file() {
	tar -xOf image/rootfs.tar etc/passwd etc/profile >expected
	run "$image" cat /etc/passwd /etc/profile | cmp - expected
}

box_ls() {
	same "$(run "$image" box ls /etc/passwd /bin/sh)" "$(printf '/bin/sh\n/etc/passwd')"
	same "$(run "$image" box ls /)" "$(run "$image" ls /)"
}

status_passes() {
	status 1 run "$image" false
	status 127 run "$image" no_such_applet
	[ "$(run "$image" /bin/box --list | wc -l)" = "$("$box" --list | wc -l)" ]
}

shell_status() {
	status 7 run "$image" sh -c 'exit 7'
	same "$(run "$image" sh -c 'echo "$HOME"; pwd')" "$(printf '/root\n/')"
	same "$(printf 'echo from stdin\n' | run -i "$image")" "from stdin" # the image's Cmd
}

# a directory of real files: text, binary, empty, large, odd names, links
real_files() {
	mkdir -p files/sub
	seq 100000 >files/numbers
	cp "$box" files/binary
	: >files/empty
	echo text >'files/a b'
	echo text >"files/new
line"
	echo deep >files/sub/deep
	ln -s sub/deep files/link
}

mounted() {
	[ -d files ] || real_files
	same "$(run -v "$tmp/files:/data:ro" "$image" sh -c '
		cd /data || exit
		for f in *; do
			if [ -f "$f" ]; then wc -c <"$f"; fi
		done
		cat link
		wc -l numbers
		head -n 2 numbers')" \
		"$(cd files && for f in *; do if [ -f "$f" ]; then wc -c <"$f"; fi; done
		cat link
		wc -l numbers
		head -n 2 numbers)"
	run -v "$tmp/files:/data:ro" "$image" cat /data/binary | cmp - "$box"
}

mounted_write() {
	[ -d files ] || real_files
	run -v "$tmp/files:/data" "$image" sh -c '
		cd /data &&
		mkdir new && cp numbers new/copy && mv new/copy new/moved && ln -s moved new/link && cat binary >new/written &&
		cp "a b" "new/a b" && rm "new/a b" && chmod 600 new/moved && touch new/touched'
	cmp files/numbers files/new/moved
	cmp files/binary files/new/written
	same "$(stat -c %a files/new/moved) $(readlink files/new/link) $(find files/new -type f | wc -l)" "600 moved 3"
}

nonroot() {
	same "$(run --user 65532 "$image" sh -c 'id -u; whoami; cd /home/nonroot && echo x >f && cat f && echo y >/tmp/f && cat /tmp/f')" \
		"$(printf '65532\nnonroot\nx\ny')"
	same "$(run --user nonroot "$image" id -u)" 65532
	run --user 65532 "$image" sh -c 'if cat /etc/shadow; then exit 1; fi; if echo x >/etc/x; then exit 1; fi; if ls /root; then exit 1; fi'
}

read_only() {
	run --read-only "$image" ls -la /
	run --read-only "$image" sh -c 'if echo x >/etc/x; then exit 1; fi; echo x >/tmp/x && cat /tmp/x'
	run --read-only --user 65532 --cap-drop all --security-opt no-new-privileges "$image" cat /etc/os-release
}

check engine "podman loads the archive" load_archive
check engine "podman loads the layout" load_layout
check engine "podman sees the image's configuration" config
check engine "podman passes exit statuses" status_passes
check "engine applet:ls" "podman run IMAGE ls -la /" ls_root
check "engine applet:ls applet:sh" "ls -la --color=always in podman is what GNU ls prints there" ls_gnu
check "engine applet:cat" "podman run IMAGE cat" cat_file
check "engine applet:ls" "podman run IMAGE box ls" box_ls
check "engine applet:sh applet:pwd" "podman run IMAGE sh" shell_status
check "engine applet:sh applet:wc applet:head applet:cat" "sh -c over a mounted directory of real files" mounted
check "engine applet:sh applet:cp applet:mv applet:rm" "sh -c changes a mounted directory" mounted_write
check "engine applet:sh applet:id applet:whoami" "podman run as user 65532" nonroot
check "engine applet:sh applet:ls" "podman run --read-only" read_only
finish

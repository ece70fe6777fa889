#!/bin/sh
# scripts/mkimage.sh: what is in the image, and the tools that must accept it
# shellcheck disable=SC1091,SC2154,SC2317 # common is read at run time; functions are called by check
. "$(dirname "$0")/common"

reproducible() {
	make_image
	# another checkout, place, umask, time zone, locale and group rules; and over an older image
	mkdir -p "other place/a/build" out2
	cp -R "$scripts" "other place/a"
	chmod -R go= "other place"
	chmod g+s out2
	for way in new again; do
		echo "$way"
		(umask 077 && TZ=Asia/Tokyo LC_ALL=C.UTF-8 "other place/a/scripts/mkimage.sh" --box "$box" --output out2)
	done
	cmp out2/box.tar image/box.tar
	diff -r out2 image
	same "$(ls -A out2)" "$(printf 'box.tar\noci\nrootfs.tar')"
}

layer() {
	make_image
	tar --utc --full-time -tvf image/rootfs.tar >list
	if grep -v ' 1970-01-01 00:00:00 ' list; then return 1; fi
	if grep -Ev ' 0/0 |65532/65532 ' list; then return 1; fi
	same "$(grep 65532/ list | awk '{ print $1, $NF }')" "drwx------ home/nonroot/"
	for f in 'drwxrwxrwt tmp/' 'drwxrwxrwt var/tmp/' 'drwx------ root/' '-rw------- etc/shadow' '-rw-r--r-- etc/passwd' \
		'-rwxr-xr-x bin/box' 'drwxr-xr-x dev/' 'drwxr-xr-x proc/' 'drwxr-xr-x sys/' 'drwxr-xr-x run/' '-rw-r--r-- etc/hosts' \
		'-rw-r--r-- etc/hostname' '-rw-r--r-- etc/resolv.conf' '-rw-r--r-- etc/nsswitch.conf' '-rw-r--r-- etc/profile'; do
		awk '{ print $1, $NF }' list | grep -Fx -e "$f"
	done
	tar -tf image/rootfs.tar | sed 's,^\./,,; s,/$,,' >names
	sort -cu names
	# every applet is there and nothing else in those directories
	{ "$box" --list-full; echo bin/box; } | sort -u >expected
	grep -E '^(usr/)?s?bin/.' names | diff expected -
}

binary() {
	make_image
	tar -xOf image/rootfs.tar bin/box | cmp - "$box"
}

digests() {
	make_image
	for f in image/oci/blobs/sha256/*; do
		echo "${f##*/}  $f"
	done | sha256sum -c
	grep -oh 'sha256:[0-9a-f]*' image/oci/index.json image/oci/blobs/sha256/* | sort -u | while read -r d; do
		[ -f "image/oci/blobs/sha256/${d#sha256:}" ]
	done
	mkdir unpacked
	tar -xf image/box.tar -C unpacked
	rm unpacked/manifest.json
	diff -r unpacked image/oci
}

tag() {
	"$scripts/mkimage.sh" --box "$box" --output tagged --tag example.org/some/box:1.2
	grep '"example.org/some/box:1.2"' tagged/oci/index.json
	tar -xOf tagged/box.tar manifest.json | grep '"example.org/some/box:1.2"'
	status 2 "$scripts/mkimage.sh" --box "$box" --output tagged --tag 'a"b'
	status 1 "$scripts/mkimage.sh" --box /nonexistent --output tagged
	status 2 "$scripts/mkimage.sh" --output
	same "$(ls -A tagged)" "$(printf 'box.tar\noci\nrootfs.tar')"
}

skopeo_reads() {
	make_image
	for form in oci:image/oci oci:image/oci:latest oci-archive:image/box.tar docker-archive:image/box.tar; do
		skopeo inspect --config "$form" >config
		grep '"Cmd":\["/bin/sh"\]' config || grep -A 1 '"Cmd"' config | grep '"/bin/sh"'
		grep amd64 config || [ "$(uname -m)" != x86_64 ]
	done
	skopeo inspect oci:image/oci | grep '"org.opencontainers.image.title": "box"'
	# a copy checks every digest
	skopeo copy --insecure-policy oci:image/oci dir:copied
}

umoci_unpacks() {
	make_image
	rootless=
	[ "$(id -u)" = 0 ] || rootless=--rootless
	# shellcheck disable=SC2086 # none or one word
	umoci unpack $rootless --image image/oci:latest bundle
	cmp bundle/rootfs/bin/box "$box"
	(cd bundle/rootfs && find . | sed 's,^\./,,' | sort) >found
	tar -tf image/rootfs.tar | sed 's,^\./,,; s,/$,,' | sed 's,^$,.,' | sort | diff - found
	same "$(stat -c %a bundle/rootfs/tmp bundle/rootfs/root bundle/rootfs/etc/shadow)" "$(printf '1777\n700\n600')"
	[ -n "$rootless" ] || same "$(stat -c %u:%g bundle/rootfs/home/nonroot)" 65532:65532
}

# inside COMMAND...: in a chroot of the image in a user namespace
inside() {
	[ -d tree ] || { make_image && mkdir tree && tar -xpf image/rootfs.tar -C tree; }
	unshare -Ur env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C TERM=xterm chroot tree "$@"
}

chroot_runs() {
	inside /bin/box true
	status 1 inside /bin/box false
	inside true
}

chroot_ls() {
	for d in etc bin sbin usr usr/bin usr/sbin var; do
		same "$(inside ls -la --color=always "/$d")" "$(TERM=xterm unshare -Ur ls -la --color=always "tree/$d")"
	done
	# the .. of / is / itself
	same "$(inside ls -la --color=always / | grep -vF '..')" "$(TERM=xterm unshare -Ur ls -la --color=always tree | grep -vF '..')"
}

chroot_cat() {
	same "$(inside cat /etc/passwd /etc/profile)" "$(cat tree/etc/passwd tree/etc/profile)"
}

check "" "mkimage.sh gives the same bytes each time" reproducible
check "" "the layer: sorted, times zero, owners, modes, every applet" layer
check "" "the layer holds the binary" binary
check "" "the layout and box.tar: every digest is right" digests
check "" "mkimage.sh --tag and errors" tag
check skopeo "skopeo reads the layout and the archive" skopeo_reads
check umoci "umoci unpacks the layout" umoci_unpacks
check userns "the image runs in a user-namespace chroot" chroot_runs
check "userns applet:ls" "ls -la --color=always in a chroot is what GNU ls prints" chroot_ls
check "userns applet:cat" "cat in a chroot" chroot_cat
finish

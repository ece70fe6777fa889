#!/bin/sh
# mkimage.sh - make the container image: box, its links, and the few files a userland expects
#
# usage: mkimage.sh [--box FILE] [--output DIR] [--tag NAME]
#
#   --box FILE    the binary (default: $BOX, else build/box)
#   --output DIR  where to write (default: build/image)
#   --tag NAME    the image's name (default: localhost/box:latest)
#
# Writes
#   DIR/oci         an OCI image layout (skopeo, umoci, podman pull oci:DIR/oci)
#   DIR/box.tar     the same layout in one file that `docker load`, `podman load` and oci-archive: all read
#   DIR/rootfs.tar  the only layer (for `ADD rootfs.tar /`, `podman import`, a chroot)
#
# Needs no container engine and no root: owners are written by tar. The same binary gives the same bytes
# on every machine: sorted names, zero times, numeric owners, ustar headers, and no compression, which would
# make the bytes depend on the version of gzip. (Registries compress on push; of a binary of 1.2 MB gzip
# would save about half.)
#
# https://github.com/opencontainers/image-spec  (layout, manifest, config, layer)
set -eu
unset CDPATH
LC_ALL=C; export LC_ALL
umask 022
here=$(cd "$(dirname "$0")" && pwd)

usage() {
	[ $# = 0 ] || echo "mkimage.sh: $*" >&2
	echo "usage: mkimage.sh [--box FILE] [--output DIR] [--tag NAME]" >&2
	exit 2
}

box=${BOX:-$here/../build/box} output=$here/../build/image tag=localhost/box:latest
while [ $# -gt 0 ]; do
	case $1 in
	--help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; exit 0 ;;
	--box=* | --output=* | --tag=*) option=${1%%=*} value=${1#*=} ;;
	--box | --output | --tag)
		[ $# -gt 1 ] || usage "$1 needs a value"
		option=$1 value=$2
		shift
		;;
	*) usage "unknown argument $1" ;;
	esac
	case $option in
	--box) box=$value ;;
	--output) output=$value ;;
	--tag) tag=$value ;;
	esac
	shift
done
case $tag in
"" | [!a-z0-9]* | *[!A-Za-z0-9._/:@+-]*) usage "odd image name: $tag" ;;
*/*:* | [!/]*:*) ;;
*) tag=$tag:latest ;;
esac
[ -x "$box" ] || { echo "mkimage.sh: $box: not there, or not executable (run make)" >&2; exit 1; }
case $box in /*) ;; *) box=$PWD/$box ;; esac
case $output in /*) ;; *) output=$PWD/$output ;; esac

# everything is made beside the output and moved there when complete
mkdir -p "$output"
work=$output/.new.$$
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
tree=$work/tree oci=$work/oci
mkdir -p "$tree" "$oci/blobs/sha256"

# --- the tree ---------------------------------------------------------------------------------------
cp -R "$here/rootfs/." "$tree"
for d in bin sbin usr/bin usr/sbin dev proc sys run tmp root mnt home/nonroot etc/profile.d usr/local/bin usr/local/sbin \
	var/cache var/lib var/log var/spool var/tmp; do
	mkdir -p "$tree/$d"
done
"$here/install.sh" --box "$box" "$tree" >/dev/null
ln -s ../usr/lib/os-release "$tree/etc/os-release"
ln -s ../proc/self/mounts "$tree/etc/mtab"
ln -s ../run "$tree/var/run"
# modes are set on everything: the checkout's umask, set-group-id directories and ACLs do not count
find "$tree" -type d -exec chmod u-s,g-s,a-t,u=rwx,go=rx {} +
find "$tree" -type f -exec chmod 644 {} +
chmod 755 "$tree/bin/box"
chmod 600 "$tree/etc/shadow"
chmod 700 "$tree/root" "$tree/home/nonroot"
chmod 1777 "$tree/tmp" "$tree/var/tmp"

# --- the layer --------------------------------------------------------------------------------------
# archive UID FILE -c|-r: write a new FILE, or add to it, the paths named on standard input
archive() {
	tar "$3" -f "$2" -b 1 --format=ustar --mtime=@0 --numeric-owner --owner="$1" --group="$1" \
		--no-recursion -T -
}
(
	cd "$tree"
	find . | sed 's,^\./,,' | sort >"$work/names"
	awk '$0 < "home/nonroot"' "$work/names" | archive 0 "$work/layer" -c
	grep -E '^home/nonroot(/|$)' "$work/names" | archive 65532 "$work/layer" -r
	awk '$0 > "home/nonroot" && $0 !~ /^home\/nonroot\//' "$work/names" | archive 0 "$work/layer" -r
)

# --- the OCI layout ---------------------------------------------------------------------------------
# blob FILE: move FILE among the blobs; its digest and size in $digest and $size
blob() {
	digest=$(sha256sum <"$1")
	digest=${digest%% *} size=$(($(wc -c <"$1")))
	mv "$1" "$oci/blobs/sha256/$digest"
}

# the machine is read from the ELF header (e_machine), so that a cross build is named right
case $(od -An -tx1 -j18 -N2 "$box" | tr -d ' ') in
3e00) arch='"architecture":"amd64"' ;;
b700) arch='"architecture":"arm64","variant":"v8"' ;;
2800) arch='"architecture":"arm","variant":"v7"' ;;
f300) arch='"architecture":"riscv64"' ;;
*) echo "mkimage.sh: $box: unknown machine" >&2; exit 1 ;;
esac
version=$("$box" --version | sed -n '1s/.* v\{0,1\}\([0-9][0-9A-Za-z.+~-]*\).*/\1/p')
path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

blob "$work/layer"
layer=$digest layer_size=$size
cat >"$work/config" <<EOF
{"created":"1970-01-01T00:00:00Z",$arch,"os":"linux",\
"config":{"Env":["PATH=$path"],"Cmd":["/bin/sh"],"WorkingDir":"/","Labels":{\
"org.opencontainers.image.title":"box",\
"org.opencontainers.image.description":"A whole Linux userland in one static executable",\
"org.opencontainers.image.licenses":"0BSD",\
"org.opencontainers.image.version":"$version"}},\
"rootfs":{"type":"layers","diff_ids":["sha256:$layer"]},\
"history":[{"created":"1970-01-01T00:00:00Z","created_by":"scripts/mkimage.sh"}]}
EOF
blob "$work/config"
config=$digest
cat >"$work/manifest" <<EOF
{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",\
"config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:$config","size":$size},\
"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"sha256:$layer","size":$layer_size}]}
EOF
blob "$work/manifest"
# in a layout on disk an image is picked by ref.name, here the tag; io.containerd.image.name keeps the full name
cat >"$oci/index.json" <<EOF
{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{\
"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:$digest","size":$size,\
"platform":{$arch,"os":"linux"},\
"annotations":{"io.containerd.image.name":"$tag","org.opencontainers.image.ref.name":"${tag##*:}"}}]}
EOF
echo '{"imageLayoutVersion":"1.0.0"}' >"$oci/oci-layout"

# --- one file: the layout and docker's manifest.json, which names the same blobs ----------------------
cp -R "$oci" "$work/both"
cat >"$work/both/manifest.json" <<EOF
[{"Config":"blobs/sha256/$config","RepoTags":["$tag"],"Layers":["blobs/sha256/$layer"]}]
EOF
(
	cd "$work/both"
	find . ! -name . -type d -exec chmod u-s,g-s,u=rwx,go=rx {} + -o -type f -exec chmod 644 {} +
	find . ! -name . | sed 's,^\./,,' | sort | archive 0 "$work/box.tar" -c
)

cp "$oci/blobs/sha256/$layer" "$work/rootfs.tar"
rm -rf "$output/oci"
mv "$oci" "$output/oci"
mv "$work/box.tar" "$work/rootfs.tar" "$output"
echo "$tag: image sha256:$config, layer of $layer_size bytes, in $output"

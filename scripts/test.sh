#!/bin/sh
# test.sh - on a bare Debian 12: install what is missing, build, run every test
#
# usage: scripts/test.sh [run.sh options, e.g. -j 4]
#
# The last line is "N passed, N failed, N skipped"; the status is 1 when something failed.
cd "$(dirname "$0")/.." || exit 1
. scripts/need.sh

need_packages make:make gcc:gcc libc6-dev musl-tools:musl-gcc musl-dev linux-libc-dev libbearssl-dev check \
	pkg-config:pkg-config coreutils:sort diffutils:diff clang-format:clang-format clang:clang \
	cppcheck:cppcheck shellcheck:shellcheck busybox-static toybox:toybox podman:podman runc:runc \
	skopeo:skopeo umoci:umoci uidmap:newuidmap attr:getfattr acl:getfacl tmux:tmux strace:strace \
	procps:ps util-linux:unshare findutils:find mawk:awk bash:bash xz-utils:xz bzip2:bzip2 \
	zstd:zstd unzip:unzip zip:zip cpio:cpio bc:bc patch:patch iproute2:ip ed:ed dc:dc bsdextrautils:hexdump

make -j2 || {
	echo "FAIL the build"
	echo "0 passed, 1 failed, 0 skipped"
	exit 1
}
exec sh tests/run.sh "$@" unit selftest cli every parity container

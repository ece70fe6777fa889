#!/bin/sh
# box in other people's images: FROM scratch, and COPY --from
# shellcheck disable=SC1091,SC2154,SC2317 # common is read at run time; functions are called by check
. "$(dirname "$0")/common"

# build NAME DIR: podman build
build() {
	# shellcheck disable=SC2086,SC2154 # lists of words, set by common
	storage $runtime build $limits --pull=never -t "localhost/$1:latest" "$2"
}

from_scratch() {
	mkdir scratch
	cp "$box" scratch/box
	cat >scratch/Containerfile <<-'EOF'
		FROM scratch
		COPY box /bin/box
		RUN ["/bin/box", "--install", "-s", "/bin"]
		CMD ["/bin/box", "true"]
	EOF
	build scratch scratch
	run localhost/scratch
	status 1 run localhost/scratch false
}

scratch_ls() {
	run localhost/scratch ls -l /bin >out
	grep ' false -> /bin/box$' out
}

scratch_shell() {
	# the shell form of RUN works as well
	sed 's/^CMD.*/RUN echo made >\/made \&\& cat \/made/' scratch/Containerfile >Containerfile
	mv Containerfile scratch
	build scratch2 scratch
	same "$(run localhost/scratch2 cat /made)" made
}

copy_from() {
	mkdir copy
	cat >copy/Containerfile <<-'EOF'
		FROM localhost/base:latest
		COPY --from=localhost/box:latest /bin/box /usr/local/bin/box
		COPY --from=localhost/box:latest /bin/ /opt/box/
		RUN /usr/local/bin/box true
		RUN ["/usr/local/bin/box", "true"]
		RUN if /opt/box/false; then exit 1; fi
	EOF
	build copied copy
	run localhost/copied /usr/local/bin/box true
	status 1 run localhost/copied /opt/box/false # a link that came along
}

copy_from_ls() {
	run localhost/copied /bin/sh -c '/usr/local/bin/box ls -la /; /opt/box/cat /opt/box/box' >out
	grep -q ' opt$' out
}

check engine "FROM scratch, COPY box, RUN box --install -s /bin" from_scratch
check "engine applet:ls" "ls in an image FROM scratch" scratch_ls
check "engine applet:sh applet:cat" "the shell form of RUN in an image FROM scratch" scratch_shell
check engine "COPY --from into another image" copy_from
check "engine applet:ls applet:cat" "ls and cat in another image" copy_from_ls
finish

#!/bin/sh
# scripts/install.sh: links, and what it never touches
# shellcheck disable=SC1091,SC2154,SC2317,SC3013 # common is read at run time; functions are called by check; -ef is POSIX since 2024
. "$(dirname "$0")/common"

install() {
	"$scripts/install.sh" --box "${binary:-$box}" "$@"
}

# what is in a tree, one line a file
tree() {
	(cd "$1" && find . ! -type d -printf '%p %y %l %n %s %C@\n' | sort)
}

# a stand-in that lists fewer applets than box: the newer version that lost some
first=$("$box" --list-full | grep -v 'bin/box$' | head -n 1)
last=$("$box" --list-full | grep -v 'bin/box$' | tail -n 1)
fewer() {
	printf '#!/bin/sh\necho %s\n' "$first" >"$tmp/fewer"
	chmod 755 "$tmp/fewer"
}

links() {
	install links
	"$box" --list-full | grep -v 'bin/box$' >list
	while read -r f; do
		case $(readlink "links/$f") in box | ../*bin/box) ;; *) echo "$f: $(readlink "links/$f")"; return 1 ;; esac
		cmp "links/$f" "$box"
	done <list
	[ -f links/bin/box ] && [ ! -h links/bin/box ]
}

idempotent() {
	for mode in --symlink --hard --copy; do
		install "$mode" idem
		before=$(tree idem)
		install "$mode" idem
		same "$(tree idem)" "$before"
	done
}

hard() {
	install --hard hard
	[ "hard/$first" -ef hard/bin/box ]
	[ ! -h "hard/$first" ]
}

copy() {
	install --copy copy
	[ ! -h "copy/$first" ]
	[ ! "copy/$first" -ef copy/bin/box ]
	cmp "copy/$first" "$box"
}

between_modes() {
	for mode in --copy --symlink --hard --symlink --copy --hard; do
		install "$mode" modes
	done
	[ "modes/$last" -ef modes/bin/box ]
}

moved() {
	install before
	mv before after
	[ "after/$last" -ef after/bin/box ]
}

odd_dir() {
	# shellcheck disable=SC2016 # meant as it stands
	dir=$(printf 'a b\n-c$(x)*\n.')
	dir=${dir%.}
	install "./$dir"
	[ "./$dir/$last" -ef "./$dir/bin/box" ]
	install --uninstall "./$dir"
	same "$(tree "./$dir")" ""
	mkdir dash
	(cd dash && install -- -d && [ -f ./-d/bin/box ])
}

dry_run() {
	install --dry-run dry | grep -F "dry/$first"
	[ ! -e dry ]
	mkdir -p "full/${first%/*}"
	echo foreign >"full/$first"
	before=$(tree full)
	status 1 install --dry-run full
	install --dry-run --force full
	same "$(tree full)" "$before"
}

foreign() {
	mkdir -p "foreign/${first%/*}"
	echo mine >"foreign/$first"
	status 1 install foreign 2>err
	grep -F "foreign/$first: exists and is not ours" err
	same "$(cat "foreign/$first")" mine
	[ "$first" = "$last" ] || [ "foreign/$last" -ef foreign/bin/box ]
	install --force foreign
	[ "foreign/$first" -ef foreign/bin/box ]
}

foreign_links() {
	mkdir -p "flinks/${first%/*}" flinks/opt
	echo other >flinks/opt/box
	ln -s ../../opt/box "flinks/$first" # named box, but another
	status 1 install flinks
	same "$(readlink "flinks/$first")" ../../opt/box
	rm "flinks/$first"
	ln -s nowhere "flinks/$first"
	status 1 install flinks
	same "$(readlink "flinks/$first")" nowhere
}

foreign_box() {
	mkdir -p fbox/bin
	echo mine >fbox/bin/box
	ln -s box fbox/bin/alias
	status 1 install fbox
	status 1 install --uninstall fbox
	same "$(cat fbox/bin/box)" mine
	same "$(tree fbox | wc -l)" 2
	install --force fbox
	cmp fbox/bin/box "$box"
}

directory() {
	mkdir -p "dir/$first"
	status 1 install --force dir
	[ -d "dir/$first" ]
}

chain() {
	mkdir -p chain/etc/alternatives "chain/${first%/*}"
	ln -s /bin/box chain/etc/alternatives/x
	ln -s /etc/alternatives/x "chain/$first"
	install chain
	same "$(readlink "chain/$first")" /etc/alternatives/x
}

stale() {
	fewer
	for mode in --symlink --hard --copy; do
		rm -rf stale
		install "$mode" stale
		echo mine >stale/bin/mine
		ln -s box stale/bin/busybox
		ln -s mine stale/bin/alias
		binary=$tmp/fewer
		install "$mode" stale
		binary=
		same "$(cd stale && find . ! -type d | sort)" \
			"$(printf '%s\n' ./bin/alias ./bin/box ./bin/busybox ./bin/mine "./$first" | sort)"
		cmp stale/bin/box fewer
	done
}

upgrade() {
	fewer
	for mode in --symlink --hard --copy; do
		binary=$tmp/fewer
		install "$mode" upgrade
		binary=
		install "$mode" upgrade
		cmp "upgrade/$first" "$box"
		install --uninstall upgrade
	done
}

uninstall() {
	for mode in --symlink --hard --copy; do
		rm -rf un
		mkdir -p un/bin un/usr/bin
		echo mine >un/bin/mine
		ln -s mine un/bin/alias
		ln -s ../../opt/box un/usr/bin/other
		before=$(cd un && find . ! -type d | sort)
		install "$mode" un
		install --uninstall un
		same "$(cd un && find . ! -type d | sort)" "$before"
	done
	install --uninstall un # again, and where nothing is
	install --uninstall nothing_there
	# without any binary to compare with
	install un2
	binary=/nonexistent
	install --uninstall un2
	binary=
	same "$(tree un2)" ""
}

merged() {
	for to in usr/bin /usr/bin; do # absolute: as chroot sees it
		rm -rf merged
		mkdir -p merged/usr/bin merged/usr/sbin
		ln -s "$to" merged/bin
		ln -s "${to%bin}sbin" merged/sbin
		install merged
		[ -f merged/usr/bin/box ]
		before=$(tree merged)
		same "$(printf '%s\n' "$before" | grep -c ' l \.*/*.*box ')" "$("$box" --list-full | sed 's,^usr/,,' | grep -v '^bin/box$' | sort -u | wc -l)"
		[ "merged/usr/bin/${first##*/}" -ef merged/usr/bin/box ]
		install merged
		same "$(tree merged)" "$before"
		install --uninstall merged
		same "$(cd merged && find . -type l | sort | tr '\n' ' ')" "./bin ./sbin "
	done
}

partial() {
	# a directory that cannot be made: the rest is installed, the failure told
	mkdir -p "partial/bin"
	echo >partial/sbin; echo >partial/usr
	if "$box" --list-full | grep -Evq '^bin/'; then
		status 1 install partial
	else
		install partial
	fi
	cmp partial/bin/box "$box"
}

usage() {
	status 2 install
	status 2 install a b
	status 2 install --foo a
	status 1 "$scripts/install.sh" --box /nonexistent a
	[ ! -e a ]
	install --help | grep '^usage: install.sh'
}

check "" "install.sh makes relative links to every applet" links
check "" "install.sh twice changes nothing" idempotent
check "" "install.sh --hard" hard
check "" "install.sh --copy" copy
check "" "install.sh changes from any mode to any other" between_modes
check "" "install.sh: a tree that is moved still works" moved
check "" "install.sh: odd bytes in DIR" odd_dir
check "" "install.sh --dry-run changes nothing" dry_run
check "" "install.sh keeps a foreign file, --force replaces it" foreign
check "" "install.sh keeps foreign links" foreign_links
check "" "install.sh keeps a foreign bin/box" foreign_box
check "" "install.sh never replaces a directory" directory
check "" "install.sh leaves a chain of links that ends at box" chain
check "" "install.sh removes its stale links and nothing else" stale
check "" "install.sh over another version" upgrade
check "" "install.sh --uninstall removes its own and nothing else" uninstall
check "" "install.sh where bin is a link to usr/bin" merged
check "" "install.sh reports what it could not do" partial
check "" "install.sh: usage" usage
finish

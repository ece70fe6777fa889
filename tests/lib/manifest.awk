# manifest.awk - what is left in each directory of d/: one line a file, comparable between two trees
# usage: awk -v to=DIR -v now=SECONDS -v mtimes=FILE -f manifest.awk LISTING SUMS
#
# LISTING (sorted): quoted name[ -> target], mode in hex, uid, gid, size, links, inode, device, mtime.
# SUMS: md5sum's lines. Writes DIR/NUMBER.files. Hard links are told by the first name that has the
# inode; sizes and links of directories depend on the file system and are left out; mtimes are left
# out but for the cases in FILE, and are then "now" when younger than the test.

BEGIN {
	FS = "\t"
	while ((getline line <mtimes) > 0)
		with_mtime[line] = 1
}

FNR == 1 { listing++ }

# the number is the first component of the name
listing == 1 {
	match($0, /[0-9]+/)
	put_to(substr($0, RSTART, RLENGTH))
}

listing != 1 {
	match($0, /[ *][0-9]+/)
	put_to(substr($0, RSTART + 1, RLENGTH - 1))
}

listing == 1 {
	text = $1 "\tmode " $2 " owner " $3 ":" $4
	if ($2 !~ /^4/)
		text = text " size " $5 " links " $6 ($6 > 1 ? " same as " same($7, $1) : "")
	if ($2 ~ /^[26]/)
		text = text " device " $8
	if (number in with_mtime)
		text = text " mtime " ($9 >= now ? "now" : $9)
	print text >path
	next
}

{ print >>path }

function put_to(n) {
	if (n == number)
		return
	if (path)
		close(path)
	number = n
	path = to "/" n ".files"
}

function same(inode, name) {
	if (!(inode in first))
		first[inode] = name
	return first[inode]
}

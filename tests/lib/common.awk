# common.awk - what the compilers of *.test (cli.awk) and *.parity (parity.awk) share
#
# A compiler reads all files of its suite at once and writes chunks: directories with some hundred
# cases each, which run.sh hands to its jobs. In a chunk:
#	prog		the sh program (over worker.sh) that runs the cases, each with a number
#	meta		number, file:line, title, reason for a deviation, the command; tab-separated
#	empty		the numbers of the cases that start in an empty directory of their own
#	shared		the templates (t/N) used by readonly cases;   mtimes   cases that compare mtimes
#	patterns	number, stream, line, "has no final newline", ERE: expected lines that are patterns
#	exp/, act/	what was expected and what came: NUMBER.out, .err, .status (.files)
#
# Variables from the command line: dir (where chunks go), suite, max (cases per chunk),
# have (the applets, space-separated), only_line, nodev (no private /dev: refuse device names)

# quote(s): s as one word of sh
function quote(s) {
	gsub(/'/, "'\\''", s)
	return "'" s "'"
}

# glob_ere(s): an ERE for the whole text that the glob s (* ? and sets) matches
function glob_ere(s) {
	gsub(/[\\.+^$(){}|]/, "\\\\&", s)
	gsub(/\*/, ".*", s)
	gsub(/\?/, ".", s)
	return "^(" s ")$"
}

# base(path): its last component without the suffix
function base(path) {
	sub(/.*\//, "", path)
	sub(/\.[a-z]+$/, "", path)
	return path
}

# bad(message): the line read is malformed, which fails the run
function bad(message) {
	error(file ":" FNR, message)
}

function error(where, message) {
	print "FAIL " where ": " message >(dir "/" suite ".errors")
	errors++
}

# refused(code): does it name a device by more than a redirection, with no private /dev to shield it?
function refused(code) {
	if (!nodev)
		return 0
	gsub(/[<>][|&]? *\/dev\/(null|full|zero|tty|u?random|std(in|out|err)|fd\/[0-9]+)/, "", code)
	return code ~ /\/dev([^A-Za-z0-9_]|$)/
}

# missing(name): is it the name of an applet that this box does not have? _files are no applet's.
function missing(name) {
	return name !~ /^_/ && !index(have, " " name " ")
}

# open_chunk(): begin the next chunk
function open_chunk() {
	close_chunk()
	chunk = dir "/" suite "." (++chunks)
	if (system("mkdir -p " chunk "/exp " chunk "/act " chunk "/d") != 0)
		exit 2
	prog = chunk "/prog"
	meta = chunk "/meta"
	number = 0
	print ". \"$lib/worker.sh\"" >prog
}

function close_chunk() {
	if (!chunk)
		return
	print "end_of_chunk" >prog
	close(prog)
	close(meta)
	close(chunk "/patterns")
	close(chunk "/empty")
	close(chunk "/mtimes")
	close(chunk "/shared")
	print chunk >(dir "/" suite ".chunks")
	chunk = ""
}

# new_case(where, title, reason, code): number a case and describe it for the report
function new_case(where, title, reason, code) {
	number++
	total++
	gsub(/\n/, "\001", code)
	print number "\t" where "\t" title "\t" reason "\t" code >meta
}

# count_files(): at the end: a file without a single case is a failure (even one without a line)
function count_files(i) {
	for (i = 1; i < ARGC; i++)
		if (ARGV[i] ~ /^[^=]*\// && !cases[ARGV[i]] && !only_line)
			error(ARGV[i], "no cases in this file")
	for (i in absent)
		print absent[i] "\tskip " i >(dir "/" suite ".skips")
	print total + 0 >(dir "/" suite ".total")
}

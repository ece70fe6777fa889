# applet.awk - reads the declarations at the top of applets' files and writes what is made from them
#
# usage: awk -v mode=MODE [-v select="NAME..."] -f applet.awk FILE...
#
#   header  the typed options struct of one applet: NAME.gen.h
#   table   the table of all applets and their option parser's tables, in C
#   help    the help texts, each ended by a \002, in the order of the table's `help` numbers
#   list    a line for each name: NAME FILE
#   manual  a manual page for the one applet, in roff
#   readme  the rows of the README's table: family, names, one-line description
#
# With `select` only the applets of those names count. A declaration looks like this:
#
#   /* NAME[, ALIAS...] - description in one line
#    *
#    * usage: NAME [OPTION]... [FILE]...          one or more lines
#    *
#    *   -a, --all                 an option: its names, two blanks, what it does
#    *   -n, --lines=NUM           its argument; [=NUM] when optional; NUM... when it may be repeated
#    *
#    * free text, shown in the help
#    *
#    * install: /usr/bin           where links go; `NAME=/dir` after it for an alias that goes elsewhere
#    * options: WORD...            raw, stop, numbers, no-help, pure, manual, diffutils: enum applet_flags in applet.h
#    * status: 2                   of usage errors and die(); 1 if not said
#    * hidden: --old=ARG           an option that the help does not show
#    * follows: what it follows
#
# Everything behind the first of these words is not part of the help text.

function fail(message) {
	printf "%s:%d: %s\n", FILENAME, FNR, message > "/dev/stderr"
	failed = 1
	exit 1
}

function c_name(s) {
	gsub(/[^A-Za-z0-9_]/, "_", s)
	if (s ~ /^[0-9]/ || s in keyword)
		s = "_" s
	return s
}

# Reads one option: its names before two blanks, e.g. `-n, --lines=[-]NUM...`. The first letter shares an entry
# of the table with the first long name, and so on.
function option(spec,    n, i, parts, part, arg, kind, field, list, letters, longs, count) {
	n = split(spec, parts, /, */)
	kind = "OPTION_FLAG"
	for (i = 1; i <= n; i++) {
		part = parts[i]
		list = sub(/\.\.\.$/, "", part)
		if (part == "-NUM") {
			kind = "OPTION_NUMBER"
			arg = ""
			option_letter[++letters] = "0"
			if (!longs && letters == 1) field = "NUM"
		} else if (part ~ /^--[A-Za-z0-9-]/) {
			arg = part
			sub(/^--[A-Za-z0-9_-]+/, "", arg)
			option_long[++longs] = substr(part, 3, length(part) - 2 - length(arg))
			if (longs == 1) field = c_name(option_long[1])
		} else if (part ~ /^-[^- ]/) {
			arg = substr(part, 3)
			option_letter[++letters] = substr(part, 2, 1)
			if (!longs && letters == 1) field = c_name(option_letter[1])
		} else
			fail("malformed option `" part "'")
		if (arg ~ /^\[.+\]$/) { if (kind == "OPTION_FLAG") kind = "OPTION_OPTIONAL" }
		else if (arg ~ /^[ =][^ ]/ || arg ~ /^[A-Z]/) { if (kind != "OPTION_LIST") kind = "OPTION_VALUE" }
		else if (arg != "") fail("malformed option `" part "'")
		if (list) kind = arg ~ /^\[/ ? "OPTION_LIST_OPTIONAL" : "OPTION_LIST"
	}
	once("field", field)
	fields++
	field_name[fields] = field
	field_kind[fields] = kind
	count = letters > longs ? letters : longs
	for (i = 1; i <= count; i++) {
		names++
		letter[names] = i <= letters ? option_letter[i] : ""
		long[names] = i <= longs ? option_long[i] : ""
		owner[names] = fields
		if (letter[names] != "") once("option -", letter[names])
		if (long[names] != "") once("option --", long[names])
	}
}

function once(what, name) {
	if ((FILENAME, what, name) in seen) fail("the " what name " is declared twice")
	seen[FILENAME, what, name] = 1
}

function begin_file() {
	state = "first"
	fields = names = usages = aliases = 0
	text = install = flags = description = ""
	trouble = 1
	split("", elsewhere)
}

# The line without the comment's frame.
function body(line) {
	sub(/^ \*\/?/, "", line)
	sub(/^ /, "", line)
	return line
}

function directive(key, value,    n, i, words, pair) {
	if (key == "install") {
		n = split(value, words, / +/)
		install = words[1]
		for (i = 2; i <= n; i++) {
			if (split(words[i], pair, /=/) != 2) fail("malformed install: " words[i])
			elsewhere[pair[1]] = pair[2]
		}
		if (install !~ /^\/(usr\/)?s?bin$/) fail("install: /bin, /sbin, /usr/bin or /usr/sbin")
	} else if (key == "options") {
		n = split(value, words, / +/)
		for (i = 1; i <= n; i++) {
			if (!(words[i] in flag)) fail("unknown word `" words[i] "' in options:")
			flags = flags " | " flag[words[i]]
		}
	} else if (key == "status") {
		if (value !~ /^[0-9]+$/ || value + 0 > 255) fail("status: takes a number")
		trouble = value
	} else if (key == "hidden")
		option(value)
}

BEGIN {
	flag["raw"] = "APPLET_RAW"; flag["stop"] = "APPLET_STOP"; flag["numbers"] = "APPLET_NUMBERS"
	flag["no-help"] = "APPLET_NO_HELP"; flag["pure"] = "APPLET_PURE"; flag["manual"] = "APPLET_MANUAL"
	flag["diffutils"] = "APPLET_DIFFUTILS"
	n = split("auto break case char const continue default do double else enum extern float for goto if inline int long register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while", k, " ")
	for (i = 1; i <= n; i++) keyword[k[i]] = 1
	n = split(select, k, " ")
	for (i = 1; i <= n; i++) wanted[k[i]] = 1
	if (mode == "table") {
		print "/* Made by scripts/applet.awk. */"
		print "#include <stddef.h>"
		print "#include \"applet.h\""
	}
}

FNR == 1 {
	begin_file()
	if ($0 !~ /^\/\* [^ ]+(, [^ ]+)* - [^ ]/)
		fail("the file must begin with `/* NAME - description'")
	line = substr($0, 4)
	at = index(line, " - ")
	description = substr(line, at + 3)
	aliases = split(substr(line, 1, at - 1), alias, /, /)
	state = "usage"
	next
}

state == "done" { next }

$0 !~ /^ \*/ { fail("the declaration's lines begin with ` *'") }

/^ \*\// { state = "done"; finish(); next }

{
	line = body($0)
	if (state == "notes") {
		if (match(line, /^(install|options|status|hidden|follows): +/))
			directive(substr(line, 1, index(line, ":") - 1), substr(line, RLENGTH + 1))
		next
	}
	if (match(line, /^(install|options|status|hidden|follows): +/)) {
		state = "notes"
		directive(substr(line, 1, index(line, ":") - 1), substr(line, RLENGTH + 1))
		next
	}
	if (line ~ /^usage: /) {
		usage = substr(line, 8)
		word = usage
		sub(/ .*/, "", word)
		if (word == alias[1]) usage = "\001" substr(usage, length(word) + 1)
		usage_line[++usages] = usage
		next
	}
	if (usages == 0 && line != "") fail("`usage: " alias[1] "' is missing")
	if (line ~ /^ +--?[A-Za-z0-9?@#:=<>+!%.,]/ && line ~ /^  (-|    -)/) {
		spec = line
		sub(/^ +/, "", spec)
		at = index(spec, "  ")
		if (at) spec = substr(spec, 1, at - 1)
		if (spec !~ /^--?(help|version)$/) option(spec)
	}
	text = text line "\n"
}

function sentence(s) { return toupper(substr(s, 1, 1)) substr(s, 2) (s ~ /[.]$/ ? "" : ".") }

function escape(s) { gsub(/\\/, "\\\\", s); gsub(/"/, "\\\"", s); return s }

function finish(    i, any, id) {
	if (usages == 0) fail("`usage: " alias[1] "' is missing")
	if (install == "") fail("`install:' is missing")
	if (select != "") {
		any = 0
		for (i = 1; i <= aliases; i++) if (alias[i] in wanted) any = 1
		if (!any) return
	}
	id = c_name(alias[1])
	for (i = 1; i <= aliases; i++)
		if (mode == "list" && (select == "" || alias[i] in wanted)) print alias[i], FILENAME
	if (mode == "header") header(id)
	if (mode == "table") table(id)
	if (mode == "help") help_text()
	if (mode == "manual") manual()
	if (mode == "readme") readme()
}

function header(id,    i) {
	printf "/* Made from %s by scripts/applet.awk. */\n", FILENAME
	printf "#ifndef GEN_%s_H\n#define GEN_%s_H\n\n#include \"applet.h\"\n\n", id, id
	printf "struct %s_options {\n", id
	for (i = 1; i <= fields; i++) {
		if (field_kind[i] == "OPTION_FLAG") printf "\tunsigned %s;\n", field_name[i]
		else if (field_kind[i] ~ /^OPTION_LIST/) printf "\tstruct option_list %s;\n", field_name[i]
		else printf "\tconst char *%s;\n\tunsigned %s_at;\n", field_name[i], field_name[i]
	}
	if (fields == 0) print "\tunsigned none;"
	printf "};\n\nint %s_main(struct %s_options *opt, char **argv);\n\n#endif\n", id, id
}

function table(id,    i, s, dir) {
	printf "\n#include \"%s.gen.h\"\n", alias[1]
	if (names > 0) {
		printf "static const struct option_spec %s_specs[] = {\n", id
		for (i = 1; i <= names; i++) {
			s = letter[i]
			if (s == "'" || s == "\\") s = "\\" s
			printf "\t{ %s, %s, offsetof(struct %s_options, %s) },\n", field_kind[owner[i]],
				s == "" ? "0" : "'" s "'", id, field_name[owner[i]]
		}
		print "};"
	}
	printf "static const char %s_names[] =\n", id
	for (i = 1; i <= names; i++) printf "\t\"%s\\0\"\n", escape(long[i])
	printf "\t\"help\\0version\";\n"
	for (i = 1; i <= aliases; i++) {
		if (select != "" && !(alias[i] in wanted)) continue
		dir = alias[i] in elsewhere ? elsewhere[alias[i]] : install
		entries++
		entry_name[entries] = alias[i]
		entry[entries] = sprintf("\t{ \"%s\", (applet_main *)%s_main, %s, %s_names, \"%s\", sizeof(struct %s_options), %d, %d, 0%s, %d },",
			escape(alias[i]), id, names > 0 ? id "_specs" : "NULL", id, substr(dir, 2), id, names, helps, flags, trouble)
	}
	helps++
}

function help_text(    i, t) {
	for (i = 1; i <= usages; i++) printf "%s%s\n", i == 1 ? "Usage: " : "  or:  ", usage_line[i]
	t = text
	sub(/^\n+/, "", t)
	sub(/\n+$/, "", t)
	printf "%s\n%s%s\002", sentence(description), t == "" ? "" : "\n" t "\n", ""
}

function roff(s) { gsub(/\\/, "\\e", s); gsub(/-/, "\\-", s); sub(/^[.']/, "\\\\\\&&", s); return s }

function manual(    i, n, lines, u) {
	printf ".TH %s 1\n.SH NAME\n", toupper(alias[1])
	for (i = 1; i <= aliases; i++) printf "%s%s", roff(alias[i]), i < aliases ? ", " : " \\- "
	printf "%s\n.SH SYNOPSIS\n.nf\n", roff(description)
	for (i = 1; i <= usages; i++) {
		u = usage_line[i]
		sub(/\001/, alias[1], u)
		print roff(u)
	}
	print ".fi\n.SH DESCRIPTION\n.nf"
	n = split(text, lines, "\n")
	for (i = 1; i <= n; i++) print roff(lines[i])
	print ".fi"
}

function readme(    i, family) {
	family = FILENAME
	sub(/^applets\//, "", family)
	sub(/\/.*/, "", family)
	printf "| %s | ", family
	for (i = 1; i <= aliases; i++) printf "`%s`%s", alias[i], i < aliases ? " " : ""
	printf " | %s |\n", description
}

END {
	if (failed) exit 1
	if (state != "done" && NR > 0) fail("the declaration is not closed")
	if (mode != "table") exit
	# Sorted by name in byte order, whatever awk's locale.
	for (i = 1; i <= entries; i++) {
		for (j = i; j > 1 && after(entry_name[order[j - 1]], entry_name[i]); j--) order[j] = order[j - 1]
		order[j] = i
	}
	print "\nconst struct applet applets[] = {"
	for (i = 1; i <= entries; i++) {
		if (i > 1 && entry_name[order[i]] == entry_name[order[i - 1]]) {
			printf "applet.awk: `%s' is declared twice\n", entry_name[order[i]] > "/dev/stderr"
			exit 1
		}
		print entry[order[i]]
	}
	printf "};\nconst size_t applets_count = %d;\n", entries
}

function after(a, b,    i, n, x, y) {
	n = length(a) < length(b) ? length(a) : length(b)
	for (i = 1; i <= n; i++) {
		x = index(bytes, substr(a, i, 1))
		y = index(bytes, substr(b, i, 1))
		if (x != y) return x > y
	}
	return length(a) > length(b)
}

BEGIN { bytes = "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~" }

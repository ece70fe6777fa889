# cli.awk - compile tests/cli/*.test into chunks (see common.awk; the format is in tests/README.md)
#
# Further variables: every (space-separated applets: expand each case for each of them, with
# @NAME@ standing for the name and @RUN@ for a command that runs it), lists (a file of named lists of applets, for the for: lines)

BEGIN {
	while (lists && (getline line <lists) > 0) {
		if (line !~ /^[a-z-]+: /)
			continue
		sub(/ #.*/, "", line)
		tag = substr(line, 1, index(line, ":") - 1)
		list[tag] = list[tag] " " substr(line, index(line, ":") + 1) " "
	}
	applets = every ? split(every, applet, " ") : 1
}

FNR == 1 {
	end_case()
	file = FILENAME
	setup = header_skip = header_for = ""
	header_limit = 10
	state = "header"
}

/^#/ || /^ *$/ { next }

/^case: *[^ ]/ {
	end_case()
	state = "case"
	title = substr($0, 7)
	where = file ":" FNR
	line_of_case = FNR
	code = shown = out = err = status = last = ""
	commands = outs = errs = patterns = 0
	skip = header_skip
	limit = header_limit
	applies = header_for
	next
}

/^setup:/ && state != "case" {
	state = "setup"
	setup = setup substr($0, 7) "\n"
	next
}

/^skip-unless: .* # ./ {
	at = match($0, / # /)
	line = "skip_unless " quote(substr($0, 14, at - 14)) " " quote(substr($0, at + 3)) "\n"
	if (state == "case")
		skip = skip line
	else
		header_skip = header_skip line
	next
}

/^timeout: *[1-9][0-9]*$/ {
	if (state == "case")
		limit = $2
	else
		header_limit = $2
	next
}

/^for: / && every {
	if (state == "case")
		applies = substr($0, 6)
	else
		header_for = substr($0, 6)
	next
}

/^    / && state == "setup" {
	setup = setup substr($0, 5) "\n"
	next
}

/^    / && state == "case" {
	body(substr($0, 5))
	next
}

{ bad("malformed line: " $0) }

# body(t): one line of a transcript
function body(t) {
	if (t ~ /^\$ /) {
		# a status in the middle is checked on the spot, the last one by the runner
		if (status != "")
			code = code "case $? in " ok_status(status) ") ;; *) echo 'status is not " status \
				", as line " status_line " says' >&2 ;; esac\n"
		status = ""
		code = code substr(t, 3) "\n"
		shown = shown substr(t, 3) "\n"
		commands++
		if (t ~ "^\\$ " base(file) " " && base(file) ~ /^(echo|printf|test|pwd|kill|true|false)$/)
			bad(base(file) " would be the host shell's builtin: write env " base(file))
	} else if (!commands)
		bad("no command before: " t)
	else if (t ~ /^> / || t == ">") {
		code = code substr(t, 3) "\n"
		shown = shown substr(t, 3) "\n"
	} else if (t ~ /^! / || t == "!")
		add("err", substr(t, 3) "\n")
	else if (t ~ /^!~ /)
		pattern("err", substr(t, 4))
	else if (t ~ /^~ /)
		pattern("out", substr(t, 3))
	else if (t ~ /^\? ([0-9]+|!0|<128)$/) {
		status = substr(t, 3)
		status_line = FNR
	} else if (t ~ /^\?/)
		bad("malformed status: " t)
	else if (t == "\\" && last == "out")
		out = substr(out, 1, length(out) - 1)
	else if (t == "\\" && last == "err")
		err = substr(err, 1, length(err) - 1)
	else if (t == "\\")
		bad("no output before: " t)
	else if (t ~ /^\| / || t == "|")
		add("out", substr(t, 3) "\n")
	else
		add("out", t "\n")
}

# ok_status(s): the status s as patterns of case
function ok_status(s) {
	if (s !~ /^[!<]/)
		return s
	return (s == "<128" ? "0 | " : "") "[1-9] | [1-9][0-9] | 1[01][0-9] | 12[0-7]"
}

# add(stream, text): one more expected line
function add(stream, text) {
	last = stream
	if (stream == "out") {
		outs++
		out = out text
	} else {
		errs++
		err = err text
	}
}

function pattern(stream, ere) {
	add(stream, "~ " ere "\n")
	patterns++
	pattern_stream[patterns] = stream
	pattern_line[patterns] = stream == "out" ? outs : errs
	pattern_ere[patterns] = ere
}

# end_case(): the case read so far is complete: write it, once or for every applet
function end_case(i) {
	if (state != "case")
		return
	state = ""
	if (!commands) {
		error(where, "a case without a command")
		return
	}
	cases[file]++
	if (only_line && only_line != line_of_case)
		return
	if (!every) {
		if (missing(base(file)))
			absent[file " # box has no applet " base(file)]++
		else
			write_case("", "")
		return
	}
	for (i = 1; i <= applets; i++)
		if (applies_to(applet[i]))
			write_case(applet[i], " [" applet[i] "]")
}

# applies_to(name): do the for: words (LIST or !LIST, all of which must hold) admit this applet?
function applies_to(name, words, n, i, w) {
	n = split(applies, words, " ")
	for (i = 1; i <= n; i++) {
		w = words[i]
		sub(/^!/, "", w)
		if (!(w in list)) {
			error(where, "no list " w)
			return 0
		}
		if (!index(list[w], " " name " ") != (words[i] ~ /^!/))
			return 0
	}
	return 1
}

# for_applet(text, name): text with the name filled in; @RUN@ is the command that runs it
function for_applet(text, name, run) {
	if (name == "")
		return text
	run = quote(name)
	if (index(" echo printf test [ pwd kill true false type ulimit umask ", " " name " "))
		run = "/usr/bin/env " run	# or the host's sh would run its builtin
	return replaced(replaced(text, "@RUN@", run), "@NAME@", name)
}

function write_case(name, suffix, script, i, ere, literal) {
	if (!chunk || number >= max)
		open_chunk()
	script = for_applet((setup ? "{ " setup "} >/dev/null 2>&1\n" : "") code, name)
	if (refused(script)) {
		absent[where " # names a device, and there is no private /dev"]++
		return
	}
	new_case(where, title suffix, "", for_applet(shown, name))
	print number >(chunk "/empty")
	literal = name
	gsub(/[^A-Za-z0-9_-]/, "[&]", literal)
	for (i = 1; i <= patterns; i++) {
		ere = pattern_ere[i]
		if (name != "")
			ere = replaced(ere, "@NAME@", literal)
		print number "\t" pattern_stream[i] "\t" pattern_line[i] "\t" \
			((pattern_stream[i] == "out" ? out : err) !~ /\n$/) "\t" ere >(chunk "/patterns")
	}
	if (status ~ /^[!<]/)
		print number "\tstatus\t1\t0\t" status >(chunk "/patterns")
	expect("out", patterns && name != "" ? with_patterns("out", out, name, literal) : for_applet(out, name))
	expect("err", patterns && name != "" ? with_patterns("err", err, name, literal) : for_applet(err, name))
	expect("status", (status == "" ? 0 : status) "\n")
	printf "%s%slimit=%d\nrun %d %s\n", "skip=\n", for_applet(skip, name), limit, number, quote(script) >prog
}

# replaced(text, what, by): text with every what replaced, by being taken as it is
function replaced(text, what, by, at, done) {
	while ((at = index(text, what)) > 0) {
		done = done substr(text, 1, at - 1) by
		text = substr(text, at + length(what))
	}
	return done text
}

# with_patterns(stream, text, name, literal): as for_applet, but pattern lines take the escaped name
function with_patterns(stream, text, name, literal, line, n, i, result) {
	n = split(text, line, "\n")
	for (i = 1; i <= n; i++) {
		line[i] = replaced(line[i], "@NAME@", line[i] ~ /^~ / ? literal : name)
		result = result line[i] (i < n ? "\n" : "")
	}
	return result
}

function expect(stream, text, to) {
	to = chunk "/exp/" number "." stream
	printf "%s", text >to
	close(to)
}

END {
	end_case()
	close_chunk()
	count_files()
}

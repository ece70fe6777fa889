# parity.awk - compile tests/parity/*.parity into chunks (see common.awk; format in tests/README.md)
#
# Further variable: deviations (the file of known differences)

BEGIN {
	while ((getline line <deviations) > 0) {
		if (line ~ /^#/ || line ~ /^ *$/)
			continue
		if (line !~ /^[^ ]+ +[^ ].* # ./) {
			error(deviations, "malformed line: " line)
			continue
		}
		deviation[++known] = line
		deviation_file[known] = base(substr(line, 1, index(line, " ") - 1) ".x")
		at = match(line, / # /)
		glob = substr(line, index(line, " ") + 1, at - index(line, " ") - 1)
		sub(/^ +/, "", glob)
		deviation_ere[known] = glob_ere(glob)
		deviation_reason[known] = substr(line, at + 3)
	}
	# the host's sh would run its own in place of the tool
	builtin = " echo printf test [ pwd kill true false "
	# these mean the shell's in any case, and no applet of box's is needed
	shell = builtin " alias bg break case cd command continue eval exec exit export fg for getopts" \
		" hash if jobs local read readonly return set shift times trap type ulimit umask unalias" \
		" unset until wait while "
}

FNR == 1 {
	end_directive()
	if (chunk)
		close_chunk()
	file = FILENAME
	files[file] = 1
	template = 0
	env = filter = skip = shared = mtimes = ""
	env_names = 0
	limit = 10
	tails = 1
	tail[1] = ""
	locales = 1
	locale[1] = "C.UTF-8"
}

/^#/ || /^ *$/ { next }

# an indented line continues the one before
/^    / && pending != "" {
	pending = pending "\n" substr($0, 5)
	next
}

/^[^ \t]/ {
	end_directive()
	pending = $0
	pending_line = FNR
	next
}

{ bad("malformed line: " $0) }

END {
	end_directive()
	close_chunk()
	for (i = 1; i <= known; i++)
		for (name in files)
			if (base(name) == deviation_file[i] && !used[i] && !only_line)
				error(deviations, "matches no command: " deviation[i])
	count_files()
}

# end_directive(): act on the directive or command that was read
function end_directive(name, value) {
	if (pending == "")
		return
	where = file ":" pending_line
	if (match(pending, /^[a-z][a-z0-9-]*:/)) {
		name = substr(pending, 1, RLENGTH - 1)
		value = substr(pending, RLENGTH + 1)
		sub(/^[ \n]+/, "", value)
	}
	if (name == "")
		command(pending)
	else if (name == "matrix" || name == "matrix2")
		matrix(value, name == "matrix2")
	else if (name == "setup") {
		template = ++templates
		template_code[template] = value
		shared = ""
		if (chunk)
			state_of_setup()
	} else if (name == "readonly")
		shared = value != "no"
	else if (name == "env") {
		if (value == "") {
			for (; env_names; env_names--)
				if (chunk)
					print "unset " env_name[env_names] >prog
			env = ""
		} else if (value !~ /^[A-Za-z_][A-Za-z_0-9]*=/)
			error(where, "malformed env: " value)
		else {
			env_name[++env_names] = substr(value, 1, index(value, "=") - 1)
			env = env "export " env_name[env_names] "=" quote(substr(value, index(value, "=") + 1)) "\n"
		}
	} else if (name == "filter")
		filter = value
	else if (name == "mtimes")
		mtimes = value != "no"
	else if (name == "timeout" && value ~ /^[1-9][0-9]*$/)
		limit = value
	else if (name == "locales") {
		locales = split(value == "" ? "C.UTF-8" : value, locale, " ")
	} else if (name == "also")
		tails = value == "" ? 1 : 1 + split_bars(value, tail, 2)
	else if (name == "skip-unless" && (value == "" || value ~ / # ./))
		skip = value
	else
		error(where, "unknown or malformed directive " name ":")
	pending = ""
	if (name != "" && chunk)
		state_changed = 1
}

# split_bars(text, to, i): put the parts of "a | b | c" into to[i], to[i + 1]...; returns how many
function split_bars(text, to, i, start, at) {
	start = i
	text = text " | "
	while ((at = index(text, "| ")) > 0) {
		to[i] = substr(text, 1, at - 1)
		gsub(/^ +| +$/, "", to[i])
		i++
		text = substr(text, at + 2)
		if (text ~ /^ *$/)
			break
	}
	return i - start
}

# matrix(text, both): CMD | opt | opt... | : operands: none, each option, and each pair of them
function matrix(text, both, option, n, operands, at, i, j) {
	if ((at = index(text, "| :")) > 0) {
		operands = substr(text, at + 3)
		text = substr(text, 1, at - 1)
	}
	n = split_bars(text, option, 0)
	if (n < 2) {
		error(where, "a matrix without options")
		return
	}
	command(option[0] operands)
	for (i = 1; i < n; i++)
		command(option[0] " " option[i] operands)
	for (i = 1; i < n; i++)
		for (j = both ? 1 : i + 1; j < n; j++)
			if (i != j)
				command(option[0] " " option[i] " " option[j] operands)
}

function command(code, t, l) {
	for (t = 1; t <= tails; t++)
		for (l = 1; l <= locales; l++)
			one(code (t > 1 ? " " tail[t] : ""), locale[l])
}

# one(code, in_locale): write one case
function one(code, in_locale, first, words, i, reason) {
	cases[file]++
	if (only_line && only_line != pending_line)
		return
	first = code
	while (first ~ /^[A-Za-z_][A-Za-z_0-9]*=[^ ]* /)
		sub(/^[^ ]* +/, "", first)
	split(first, words, /[ \n]/)
	first = words[1]
	if (index(builtin, " " first " ")) {
		error(where, first " would be the host shell's builtin: write env " first)
		return
	}
	if (missing(base(file)))
		first = base(file)
	else if (first == "env" && words[2] ~ /^[a-z]+$/)
		first = words[2]
	if (first ~ /^[a-z][a-z0-9_]*$/ && missing(first) && !index(shell, " " first " ")) {
		absent[file " # box has no applet " first]++
		return
	}
	if (refused(code) || refused(template_code[template])) {
		absent[where " # names a device, and there is no private /dev"]++
		return
	}
	for (i = 1; i <= known; i++)
		if (deviation_file[i] == base(file) && code ~ deviation_ere[i]) {
			used[i] = 1
			reason = deviation_reason[i]
			break
		}
	if (!chunk || number >= max) {
		open_chunk()
		state_changed = 1
		state_of_setup()
		print file >(chunk "/file")
		close(chunk "/file")
	}
	if (state_changed) {
		write_state()
		state_changed = 0
	}
	if (last_locale != chunk in_locale) {
		print "export LC_ALL=" in_locale >prog
		last_locale = chunk in_locale
	}
	new_case(where, in_locale == "C.UTF-8" ? "" : "LC_ALL=" in_locale, reason, code)
	if (mtimes)
		print number >(chunk "/mtimes")
	if (!shared && !template)
		print number >(chunk "/empty")
	if (code ~ /^[a-z\[][A-Za-z0-9 ._\/=,:+%@-]*$/ && !index(shell, " " first " ") && code !~ /^[^ ]*=/)
		print "direct " number " " code >prog
	else
		print "run " number " " quote(code) >prog
}

function state_of_setup() {
	if (template)
		print "setup " template " " quote(template_code[template]) >prog
}

# write_state(): what the directives say, as the worker's variables
function write_state(at) {
	print "template=" template " shared=" (shared ? 1 : "") " limit=" limit " filter=" quote(filter) >prog
	printf "%s", env >prog
	print "skip=" >prog
	if (skip) {
		at = match(skip, / # /)
		print "skip_unless " quote(substr(skip, 1, at - 1)) " " quote(substr(skip, at + 3)) >prog
	}
	if (shared)
		print template >(chunk "/shared")
}

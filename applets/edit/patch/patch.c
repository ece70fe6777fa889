/* patch - change files as the output of diff says
 *
 * usage: patch [OPTION]... [ORIGFILE [PATCHFILE]]
 *
 *   -p, --strip=NUM               strip NUM leading components from file names
 *   -F, --fuzz=LINES              how many lines of context may be left out (2)
 *   -l, --ignore-whitespace       ignore white space changes between patch and input
 *   -c, --context                 the patch is a context difference
 *   -e, --ed                      an ed script
 *   -n, --normal                  a normal difference
 *   -u, --unified                 a unified difference
 *   -N, --forward                 ignore patches that appear to be reversed or already applied
 *   -R, --reverse                 old and new files are swapped
 *   -i, --input=PATCHFILE         read the patch from PATCHFILE instead of standard input
 *   -o, --output=FILE             output patched files to FILE
 *   -r, --reject-file=FILE        output rejects to FILE
 *   -D, --ifdef=NAME              make merged if-then-else output using NAME
 *       --merge[=WORD]            conflict markers instead of reject files; WORD: merge or diff3
 *   -E, --remove-empty-files      remove files that are empty after patching
 *   -Z, --set-utc                 set times of patched files, assuming UTC
 *   -T, --set-time                the same, assuming local time
 *       --quoting-style=WORD      of file names: literal, shell, shell-always, c, escape
 *   -b, --backup                  back up the original of each file
 *       --backup-if-mismatch      if the patch does not match exactly (the default)
 *       --no-backup-if-mismatch   only if otherwise requested
 *   -V, --version-control=STYLE...  simple, numbered, or existing
 *   -B, --prefix=PREFIX           put PREFIX before names of backup files
 *   -Y, --basename-prefix=PREFIX  put PREFIX before their base names
 *   -z, --suffix=SUFFIX           put SUFFIX after them (.orig)
 *   -g, --get=NUM                 accepted; files are not taken from version control
 *   -t, --batch                   ask no questions; skip bad-Prereq patches; assume reversed
 *   -f, --force                   the same, but ignore bad-Prereq patches, and assume unreversed
 *   -s, --quiet, --silent         work silently unless an error occurs
 *       --verbose                 tell more
 *       --dry-run                 change no files; tell what would happen
 *       --posix                   conform to POSIX
 *   -d, --directory=DIR           change the working directory to DIR first
 *       --reject-format=FORMAT    context or unified
 *       --binary                  carriage returns count
 *       --follow-symlinks         follow symbolic links
 *       --read-only=BEHAVIOR      of read-only files: ignore that they are, warn (the default), or fail
 *
 * Exit status: 0 if all hunks were applied, 1 if some were not, 2 for trouble.
 *
 * install: /usr/bin
 * options: diffutils
 * status: 2
 * hidden: -v
 * follows: POSIX.1-2024 patch; the manual of GNU patch and the behaviour of patch 2.7.6
 */
#include "dateparse.h"
#include "patch.h"
#include "path.h"

static char *format(const char *fmt, va_list args)
{
	struct writer w = { .fd = -1 };

	writer_vfmt(&w, fmt, args);
	writer_char(&w, 0);
	return w.buf;
}

void patch_fatal(const char *fmt, ...)
{
	va_list args;
	const char *text;

	va_start(args, fmt);
	text = format(fmt, args);
	va_end(args);
	die("**** %s", text);
}

void patch_cannot(const struct patch *p, const char *what, const char *name)
{
	patch_fatal("Can't %s%s %s : %s", what, strchr(what, ' ') ? "" : " file", patch_quote(p, name),
		    strerror(errno));
}

const char *patch_quote(const struct patch *p, const char *name)
{
	return quote_style(name, strlen(name), p->quoting, NULL, NULL);
}

void patch_failed(struct patch *p)
{
	p->status = 1;
}

void patch_say(const struct patch *p, const char *fmt, ...)
{
	va_list args;
	const char *text;

	if (p->silent)
		return;
	va_start(args, fmt);
	text = format(fmt, args);
	va_end(args);
	if (p->opt->output && strcmp(p->opt->output, "-") == 0) {
		out_flush();
		write_all(STDERR_FILENO, text, strlen(text));
	} else {
		out_str(text);
	}
}

const char *patch_ask(const char *question)
{
	struct reader r = { 0 };
	size_t len;
	int fd = open_file("/dev/tty", O_RDONLY, 0);
	char *line = NULL;

	out_str(question);
	out_flush();
	if (fd >= 0) {
		reader_open(&r, fd);
		line = reader_line(&r, &len, '\n');
		close_file(fd);
	}
	if (!line) {
		out_char('\n');
		return "";
	}
	return arena_memdup(line, len - (line[len - 1] == '\n'));
}

/* Whether a name leads, or may lead, out of the directory. */
static bool is_dangerous(const char *name)
{
	if (*name == '/')
		return true;
	for (const char *s = name; s; s = strchr(s, '/')) {
		s += strspn(s, "/");
		if (s[0] == '.' && s[1] == '.' && (s[2] == '/' || !s[2]))
			return true;
	}
	return false;
}

static int look(const struct patch *p, const char *name, struct stat *st)
{
	return p->opt->follow_symlinks ? stat(name, st) : lstat(name, st);
}

/* How many directories a name has, or (if `missing`) how many of them are not there. */
static size_t directories(const char *name, bool missing)
{
	char *copy = arena_strdup(name);
	size_t n = 0;

	for (char *s = copy; (s = strchr(s + 1, '/')); *s = '/') {
		*s = 0;
		n += s[1] != '/' && (!missing || access(copy, F_OK) < 0);
	}
	return n;
}

/* Whether the name `a` is better than `b`: fewer directories (to be made), then a shorter base name, then a shorter name. */
static bool better(const char *a, const char *b, bool missing)
{
	size_t m = missing ? directories(a, true) : 0, n = missing ? directories(b, true) : 0;

	if (m != n)
		return m < n;
	m = directories(a, false);
	n = directories(b, false);
	if (m != n)
		return m < n;
	m = strlen(path_base(a));
	n = strlen(path_base(b));
	return m != n ? m < n : strlen(a) < strlen(b);
}

/* Chooses which of the names in the header is the file's; NULL if none is. */
static const char *choose_name(struct patch *p)
{
	const struct header_name *names = p->names, *old = &names[p->reverse], *new = &names[!p->reverse];
	const char *best = NULL, *missing = NULL, *told = NULL;
	struct stat st;

	if (p->git && (p->rename || p->copy) && old->name && new->name) {
		p->o.source = p->reverse && p->copy ? NULL : old->name;
		return is_dangerous(old->name) || is_dangerous(new->name) ? NULL : new->name;
	}
	for (int i = 0; i < 3; i++) {
		const char *name = names[i].name;

		if (!name || (i == 2 && (names[0].name || names[1].name) && !p->posix))
			continue;
		if (is_dangerous(name)) {
			if (*name == '/' && lstat(name, &st) == 0 && !(told && strcmp(told, name) == 0))
				patch_say(p, "Ignoring potentially dangerous file name %s\n",
					  patch_quote(p, name));
			told = name;
		} else if (look(p, name, &st) == 0) {
			if (!patch_leads_outside(name) && (!best || (!p->posix && better(name, best, false))))
				best = name;
		} else if (!missing || better(name, missing, true)) {
			missing = name;
		}
	}
	return best ? best : old->null || new->null ? missing : NULL;
}

static void print_header(const struct patch *p)
{
	out_str("The text leading up to this was:\n--------------------------\n");
	for (const char *s = p->header.begin, *end; s < p->in.begin; s = end) {
		end = mem_chr(s, '\n', (size_t)(p->in.begin - s));
		end = end ? end + 1 : p->in.begin;
		out_char('|');
		out_mem(s, (size_t)(end - s));
	}
	out_line("--------------------------");
}

/* Asks for the file. Sets p->skip if there is none. */
static void ask_for_file(struct patch *p)
{
	bool header = p->in.line > p->header.line;

	if (!header || !p->silent)
		out_fmt("can't find file to patch at input line %zu\n", p->in.line);
	if (header && !p->silent) {
		out_fmt("Perhaps you %s -p or --strip option?\n",
			p->strip < 0 ? "should have used the" : "used the wrong");
		print_header(p);
	}
	while (!p->o.file) {
		const char *answer;

		if (p->opt->force || p->opt->batch) {
			patch_say(p, "No file to patch.  Skipping patch.\n");
			p->skip = true;
			return;
		}
		answer = patch_ask("File to patch: ");
		if (*answer && lstat(answer, &p->o.st) == 0) {
			p->o.file = answer;
			return;
		}
		if (*answer)
			patch_say(p, "%s: No such file or directory\n", patch_quote(p, answer));
		answer = patch_ask("Skip this patch? [y] ");
		if (*answer == 'y' || !*answer) {
			patch_say(p, "Skipping patch.\n");
			p->skip = true;
			return;
		}
	}
}

static void split_lines(struct patch *p, const char *text, size_t len)
{
	const char *end = text + len;
	size_t count = mem_count(text, '\n', len);

	p->starts = arena_array(const char *, count + 2);
	for (p->lines = 0; text < end; p->lines++) {
		const char *newline = mem_chr(text, '\n', (size_t)(end - text));

		p->starts[p->lines] = text;
		text = newline ? newline + 1 : end;
	}
	p->starts[p->lines] = end;
}

/* Reads the file to be patched, if it is there. Sets p->skip after a message if it is nothing that can be patched. */
static void read_original(struct patch *p)
{
	struct outcome *o = &p->o;
	const char *name = o->source ? o->source : o->file, *text = "";
	bool link = S_ISLNK(p->names[0].mode) || S_ISLNK(p->names[1].mode);
	size_t len = 0;
	int fd;

	if (!p->given && (patch_leads_outside(o->file) || patch_leads_outside(name))) {
		patch_say(p, "Invalid file name %s -- skipping patch\n", patch_quote(p, o->file));
		patch_failed(p);
		p->skip = p->invalid = true;
		return;
	}
	o->exists = look(p, name, &o->st) == 0;
	if (!o->exists) {
		if (errno != ENOENT && errno != ENOTDIR)
			patch_cannot(p, "get file attributes of file", name);
	} else if (S_ISLNK(o->st.st_mode) && link) {
		text = read_link(AT_FDCWD, name);
		len = text ? strlen(text) : 0;
	} else if (!S_ISREG(o->st.st_mode)) {
		patch_say(p, "File %s is not a %s -- refusing to patch\n", patch_quote(p, name),
			  link ? "symbolic link" : "regular file");
		p->skip = true;
	} else {
		fd = open_file(name, O_RDONLY | (p->opt->follow_symlinks ? 0 : O_NOFOLLOW), 0);
		text = fd < 0 ? NULL : read_file(fd, &len);
		if (!text)
			patch_cannot(p, "open", name);
		close_file(fd);
	}
	split_lines(p, text, len);
}

/* Looks at the first hunk: if it makes a file that is there, or empties one that is not, asks. */
static void check_existence(struct patch *p)
{
	struct patch_input in = p->in;
	struct outcome *o = &p->o;
	struct hunk h = { 0 };
	const char *verb, *state;
	bool filled = o->exists && p->lines > 0;

	if (p->format == FORMAT_ED || (filled && !p->names[0].null && !p->names[1].null))
		return;
	if (!patch_next_hunk(p, &h) && p->format != FORMAT_GIT)
		return;
	p->in = in;
	if (h.sides[0].lines.count == 0 && p->names[p->reverse].null && o->exists && !o->source &&
	    (filled || p->format != FORMAT_GIT)) {
		verb = "create";
		state = "already exists";
	} else if (h.sides[1].lines.count == 0 && h.sides[1].first <= 1 && !filled &&
		   (p->format != FORMAT_GIT || (p->names[!p->reverse].null && !o->exists))) {
		verb = o->exists ? "empty out" : "delete";
		state = o->exists ? "is already empty" : "does not exist";
	} else {
		return;
	}
	if (patch_reversed(p, arena_printf("The next patch%s would %s the file %s,\nwhich %s!",
					   p->reverse ? ", when reversed," : "", verb,
					   patch_quote(p, o->file), state)))
		p->reverse = !p->reverse;
	p->checked = true;
}

static void check_prerequisite(struct patch *p)
{
	const char *version = p->prerequisite;

	if (!version)
		return;
	if (mem_mem(p->starts[0], (size_t)(p->starts[p->lines] - p->starts[0]), version, strlen(version))) {
		if (p->verbose)
			patch_say(p, "Good.  This file appears to be the %s version.\n", version);
		return;
	}
	if (p->opt->force)
		patch_say(p, "Warning: this file doesn't appear to be the %s version -- patching anyway.\n",
			  version);
	else if (p->opt->batch)
		patch_fatal("This file doesn't appear to be the %s version -- aborting.", version);
	else if (*patch_ask(arena_printf(
			 "This file doesn't appear to be the %s version -- patch anyway? [n] ", version)) !=
		 'y')
		patch_fatal("aborted");
}

static void check_read_only(struct patch *p)
{
	const char *behavior = p->opt->read_only ? p->opt->read_only : "warn";

	if (!p->o.exists || !S_ISREG(p->o.st.st_mode) || *behavior == 'i' || p->opt->output ||
	    faccessat(AT_FDCWD, p->o.file, W_OK, AT_EACCESS) == 0 || errno != EACCES)
		return;
	patch_say(p, "File %s is read-only; %s\n", patch_quote(p, p->o.file),
		  *behavior == 'w' ? "trying to patch anyway" : "refusing to patch");
	p->skip |= *behavior == 'f';
}

static void tell_file(const struct patch *p)
{
	const struct outcome *o = &p->o;
	bool link = S_ISLNK(p->names[!p->reverse].mode) || (o->exists && S_ISLNK(o->st.st_mode));
	const char *from = "", *source = p->opt->output ? o->file : o->source;

	if (source)
		from = arena_printf(" (%s from %s)",
				    p->opt->output ? "read"
				    : p->copy      ? "copied"
						   : "renamed",
				    patch_quote(p, source));
	patch_say(p, "%s %s %s%s\n", p->opt->dry_run ? "checking" : "patching",
		  link ? "symbolic link" : "file", patch_quote(p, p->opt->output ? p->opt->output : o->file),
		  from);
}

static void tell_format(const struct patch *p)
{
	static const char names[][25] = { "a context diff", "a new-style context diff",
					  "a unified diff", "a normal diff",
					  "an ed script",   "a git diff" };

	if (p->verbose)
		patch_say(p, "Hmm...  %s like %s to me...\n", p->found_any ? "The next patch looks" : "Looks",
			  names[p->format]);
	if (p->in.indent > 0)
		patch_say(p, "(Patch is indented %zu space%s.)\n", p->in.indent,
			  p->in.indent == 1 ? "" : "s");
	if (p->in.returns)
		patch_say(p, "(Stripping trailing CRs from patch; use --binary to disable.)\n");
	if (p->verbose && p->in.line > p->header.line)
		print_header(p);
}

/* Whether what waits to be written has to be there before the current patch is applied: it names a file that was made, and
 * not only because two files change places. */
static bool needs_pending(const struct patch *p)
{
	for (size_t i = 0; i < p->pending_count; i++) {
		if (S_ISLNK(p->pending[i].mode)) /* the next one may lead through it */
			return true;
		for (int s = 0; s < 2; s++) {
			const char *name = p->names[s].name;
			bool source = (p->rename || p->copy) && s == p->reverse;

			if (name && strcmp(name, p->pending[i].file) == 0 &&
			    !(source && p->pending[i].source))
				return true;
		}
	}
	return false;
}

/* Sets the time of the result, for -Z and -T. */
static void set_time(struct patch *p)
{
	const char *text = p->names[!p->reverse].time;
	struct timespec now;

	if (!(p->opt->set_utc || p->opt->set_time) || p->mismatch || !text)
		return;
	clock_gettime(CLOCK_REALTIME, &now);
	if (p->opt->set_utc)
		text = arena_printf("TZ=\"UTC0\" %s", text);
	p->o.has_time = date_parse(text, &now, &p->o.time);
}

static void apply_patch(struct patch *p)
{
	struct hunk h;

	if (!p->git || needs_pending(p))
		patch_flush(p);
	p->o = (struct outcome){ 0 };
	p->skip = p->invalid = p->mismatch = p->apply_anyway = p->checked = false;
	p->lines = p->copied = p->hunks = p->failed = p->rejects.len = 0;
	p->offset = p->growth = 0;
	tell_format(p);
	p->found_any = true;
	p->o.file = p->given ? p->given : choose_name(p);
	if (!p->o.file)
		ask_for_file(p);
	if (!p->skip)
		read_original(p);
	if (p->binary_diff && p->o.file) {
		patch_say(p, "File %s: git binary diffs are not supported.\n", patch_quote(p, p->o.file));
		patch_failed(p);
		return;
	}
	if (!p->skip)
		check_prerequisite(p);
	if (!p->skip)
		check_existence(p);
	if (!p->skip && p->format != FORMAT_ED)
		tell_file(p);
	if (!p->skip)
		check_read_only(p);
	if (p->verbose && !p->skip && p->format != FORMAT_ED)
		patch_say(p, "Using Plan A...\n");
	if (p->format == FORMAT_ED)
		patch_run_ed(p);
	while (p->format != FORMAT_ED && patch_next_hunk(p, &h))
		patch_apply(p, &h);
	if (!p->skip) {
		patch_copy(p, p->lines);
		set_time(p);
		patch_finish(p);
	} else if (p->checked || !p->o.file) {
		p->rejects.len = 0;
	}
	if (!p->invalid)
		patch_save_rejects(p);
}

static intmax_t number(const char *s, const char *what, intmax_t standard)
{
	if (s && parse_range(s, INT_MIN, INT_MAX, &standard) != NUM_OK)
		patch_fatal("%s %s is not a number", what, s);
	return standard;
}

/* Returns the index of a word in a list, or -1 for NULL. */
static int word(const char *s, const char *const *words)
{
	int i = 0;

	if (!s)
		return -1;
	while (words[i] && strcmp(words[i], s) != 0)
		i++;
	if (!words[i])
		die_usage(NULL);
	return i;
}

static void set_quoting(struct patch *p)
{
	const char *s = p->opt->quoting_style ? p->opt->quoting_style : getenv("QUOTING_STYLE");

	p->quoting = QUOTE_SHELL;
	for (int i = 0; s && quoting_styles[i]; i++)
		if (strcmp(quoting_styles[i], s) == 0) {
			p->quoting = (enum quoting_style)i;
			return;
		}
	if (p->opt->quoting_style)
		die_usage("invalid argument '%s' for 'quoting style'", s);
}

static void set_options(struct patch *p)
{
	static const char *const formats[] = { "context", "unified", NULL };
	static const char *const merges[] = { "merge", "diff3", NULL };
	static const char *const read_only[] = { "ignore", "warn", "fail", NULL };
	const struct patch_options *o = p->opt;
	bool posix;

	word(o->reject_format, formats);
	word(o->merge, merges);
	word(o->read_only, read_only);
	p->strip = (int)number(o->strip, "strip count", -1);
	p->fuzz = (size_t)number(o->fuzz, "fuzz factor", 2);
	number(o->get, "get option value", 0);
	p->reverse = o->reverse;
	p->silent = o->quiet > o->verbose;
	p->verbose = o->verbose > o->quiet;
	posix = getenv("POSIXLY_CORRECT") != NULL;
	p->posix = o->posix || posix;
	set_quoting(p);
	p->backup = backup_options(true, &o->version_control, o->suffix);
	if (!o->suffix && !getenv("SIMPLE_BACKUP_SUFFIX"))
		p->backup.suffix = ".orig";
	if (p->backup.kind != BACKUP_NONE) {
		p->backup_always = o->backup;
		p->backup_mismatch = o->backup_if_mismatch > o->no_backup_if_mismatch ||
				     (!o->no_backup_if_mismatch && !posix);
	}
}

/* Reads the whole of the patch. */
static void read_input(struct patch *p, const char *name)
{
	size_t len;
	int fd = name ? open_input(name) : STDIN_FILENO;

	if (fd < 0)
		patch_fatal("Can't open patch file %s : %s", name, strerror(errno));
	p->in.begin = p->in.next = read_file(fd, &len);
	if (!p->in.begin)
		patch_fatal("read error : %s", strerror(errno));
	p->in.end = p->in.begin + len;
	p->in.line = 1;
}

int patch_main(struct patch_options *opt, char **argv)
{
	struct patch *p = arena_new(struct patch);
	bool empty;

	if (opt->v)
		print_version(), leave(0);
	p->opt = opt;
	set_options(p);
	if (argv[0] && argv[1] && argv[2])
		die_usage("%s: extra operand", argv[2]);
	if (opt->directory && chdir(opt->directory) < 0)
		patch_fatal("Can't change to directory %s : %s", opt->directory, strerror(errno));
	read_input(p, argv[0] && argv[1] ? argv[1] : opt->input);
	p->given = argv[0];
	empty = p->in.begin == p->in.end;
	while (patch_next(p))
		apply_patch(p);
	patch_flush(p);
	if (!p->found_any && !empty)
		patch_fatal("Only garbage was found in the patch input.");
	if (p->verbose && p->header.line < p->in.line)
		patch_say(p, "Hmm...  Ignoring the trailing garbage.\n");
	if (p->verbose)
		patch_say(p, "done\n");
	return p->status;
}

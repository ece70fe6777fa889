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

const char *patch_quote(const struct patch *p, const char *name)
{
	return quote_style(name, strlen(name), p->quoting, NULL, NULL);
}

static bool output_is_stdout(const struct patch *p)
{
	return p->opt->output && strcmp(p->opt->output, "-") == 0;
}

void patch_say(const struct patch *p, const char *fmt, ...)
{
	va_list args;
	struct writer w = { .fd = -1 };

	if (p->silent && strncmp(fmt, "%zu out of", 10) != 0)
		return;
	va_start(args, fmt);
	writer_vfmt(&w, fmt, args);
	va_end(args);
	if (output_is_stdout(p)) {
		out_flush();
		write_all(STDERR_FILENO, w.buf, w.len);
	} else {
		out_mem(w.buf, w.len);
	}
}

char *patch_ask(struct patch *p, const char *fmt, ...)
{
	va_list args;
	struct reader r = { 0 };
	char *line = NULL;
	size_t len = 0;
	int fd;

	va_start(args, fmt);
	writer_vfmt(&std_out, fmt, args);
	va_end(args);
	out_flush();
	fd = open_file("/dev/tty", O_RDONLY, 0);
	(void)p;
	if (fd >= 0) {
		reader_open(&r, fd);
		line = reader_line(&r, &len, '\n');
		close_file(fd);
	}
	if (!line) {
		out_char('\n');
		return arena_strdup("");
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

/* Whether symbolic links make a name lead out of the directory. */
static bool leads_outside(const char *name)
{
	const char *here = current_dir(), *there = canonical_path(path_dir(name), CANON_MISSING, false);
	size_t len = here ? strlen(here) : 0;

	if (!strchr(name, '/'))
		return false;
	if (!here || !there)
		return true;
	return strncmp(there, here, len) != 0 || (len > 1 && there[len] && there[len] != '/');
}

static int look(const struct patch *p, const char *name, struct stat *st)
{
	return p->opt->follow_symlinks ? stat(name, st) : lstat(name, st);
}

static size_t components(const char *name)
{
	size_t n = 0;

	for (; *name; name++)
		n += *name == '/' && name[1] != '/' && name[1];
	return n;
}

/* Whether the name `a` is better than `b`: fewer components, then a shorter base name, then a shorter name. */
static bool better(const char *a, const char *b)
{
	size_t m = components(a), n = components(b);

	if (m != n)
		return m < n;
	m = strlen(path_base(a));
	n = strlen(path_base(b));
	return m != n ? m < n : strlen(a) < strlen(b);
}

/* Chooses which of the names in the header is the file's. */
static void choose_name(struct patch *p)
{
	const char *best = NULL, *missing = NULL;
	bool creates = p->names[p->reverse].null;

	for (int i = 0; i < 3; i++) {
		const char *name = p->names[i].name;
		struct stat st;

		if (!name || (i == 2 && (p->names[0].name || p->names[1].name) && !p->posix && best))
			continue;
		if (is_dangerous(name)) {
			if (*name == '/' && lstat(name, &st) == 0 &&
			    !(i > 0 && p->names[0].name && strcmp(p->names[0].name, name) == 0))
				patch_say(p, "Ignoring potentially dangerous file name %s\n",
					  patch_quote(p, name));
			continue;
		}
		if (leads_outside(name) && lstat(name, &st) == 0)
			continue;
		if (look(p, name, &st) == 0) {
			if (p->posix && best)
				continue;
			if (!best || better(name, best)) {
				best = name;
				p->st = st;
			}
		} else if (!missing || better(name, missing)) {
			missing = name;
		}
	}
	if (p->git && (p->rename || p->copy) && p->names[0].name && p->names[1].name) {
		p->source = p->names[p->reverse].name;
		p->file = p->names[!p->reverse].name;
		if (p->reverse && p->copy)
			p->source = NULL;
		if (is_dangerous(p->file) || (p->source && is_dangerous(p->source)))
			p->file = p->source = NULL;
		return;
	}
	p->file = best ? best : creates || p->names[!p->reverse].null ? missing : NULL;
}

static void print_header(const struct patch *p)
{
	const char *s = p->header, *end = p->in.text;
	size_t line = p->header_line;

	(void)end;
	out_str("The text leading up to this was:\n--------------------------\n");
	for (; line < p->start_line && s < p->in.end; line++) {
		const char *newline = mem_chr(s, '\n', (size_t)(p->in.end - s));

		newline = newline ? newline + 1 : p->in.end;
		out_char('|');
		out_mem(s, (size_t)(newline - s));
		s = newline;
	}
	out_str("--------------------------\n");
}

/* Asks for the file. Leaves p->skip set if there is none. */
static void ask_for_file(struct patch *p)
{
	bool header = p->start_line > p->header_line;

	if (header && !p->silent) {
		out_fmt("can't find file to patch at input line %zu\n", p->start_line);
		out_fmt("Perhaps you %s -p or --strip option?\n",
			p->strip < 0 ? "should have used the" : "used the wrong");
		print_header(p);
	} else if (!header) {
		out_fmt("can't find file to patch at input line %zu\n", p->start_line);
	}
	while (!p->file) {
		char *answer;

		if (p->force || p->batch) {
			patch_say(p, "No file to patch.  Skipping patch.\n");
			p->skip = true;
			return;
		}
		answer = patch_ask(p, "File to patch: ");
		if (*answer && lstat(answer, &p->st) == 0) {
			p->file = answer;
			return;
		}
		if (*answer) {
			patch_say(p, "%s: No such file or directory\n", patch_quote(p, answer));
		}
		answer = patch_ask(p, "Skip this patch? [y] ");
		if (*answer == 'y' || !*answer) {
			patch_say(p, "Skipping patch.\n");
			p->skip = true;
			return;
		}
	}
}

/* Splits the text of the file into lines. */
static void split_lines(struct patch *p, const char *text, size_t len)
{
	const char *end = text + len;
	size_t count = mem_count(text, '\n', len) + 1, i = 0;

	p->old = (struct lines){ .at = arena_array(struct line, count + 1), .size = count + 1 };
	for (const char *s = text; s < end; i++) {
		const char *newline = mem_chr(s, '\n', (size_t)(end - s)),
			   *next = newline ? newline + 1 : end;

		p->old.at[i] = (struct line){ s, (size_t)(next - s), false };
		s = next;
	}
	p->old.count = i;
}

/* Reads the file to be patched, if it is there. Sets p->skip after a message if it is nothing that can be patched. */
static void read_original(struct patch *p)
{
	const char *name = p->source ? p->source : p->file;
	bool wants_link = S_ISLNK(p->names[!p->reverse].mode) || S_ISLNK(p->names[p->reverse].mode);
	size_t len = 0;
	char *text = NULL;
	int fd;

	if (!p->given && (leads_outside(p->file) || leads_outside(name))) {
		patch_say(p, "Invalid file name %s -- skipping patch\n", patch_quote(p, p->file));
		p->status = p->status > 1 ? p->status : 1;
		p->skip = p->invalid = true;
		return;
	}
	p->exists = look(p, name, &p->st) == 0;
	if (!p->exists && errno != ENOENT && errno != ENOTDIR)
		patch_fatal("Can't get file attributes of file %s : %s", patch_quote(p, name),
			    strerror(errno));
	split_lines(p, "", 0);
	if (!p->exists)
		return;
	if (S_ISLNK(p->st.st_mode) && wants_link) {
		text = read_link(AT_FDCWD, name);
		if (text)
			split_lines(p, text, strlen(text));
		return;
	}
	if (!S_ISREG(p->st.st_mode)) {
		patch_say(p, "File %s is not a %s -- refusing to patch\n", patch_quote(p, name),
			  wants_link ? "symbolic link" : "regular file");
		p->skip = true;
		return;
	}
	fd = open_file(name, O_RDONLY | (p->opt->follow_symlinks ? 0 : O_NOFOLLOW), 0);
	if (fd >= 0)
		text = read_file(fd, &len);
	if (!text)
		patch_fatal("Can't open file %s : %s", patch_quote(p, name), strerror(errno));
	close_file(fd);
	split_lines(p, text, len);
}

/* Makes the directories that a name is in. */
static void make_directories(const char *name)
{
	char *copy = arena_strdup(name);

	for (char *slash = copy; (slash = strchr(slash + 1, '/'));) {
		*slash = 0;
		mkdir(copy, 0777);
		*slash = '/';
	}
}

/* Removes the directories that a name was in, as far as they are empty. */
static void remove_directories(const char *name)
{
	char *copy = arena_strdup(name), *slash;

	while ((slash = strrchr(copy, '/')) && slash > copy) {
		*slash = 0;
		if (rmdir(copy) < 0)
			break;
	}
}

/* The name of a backup with -B and -Y; NULL if neither is given. */
static char *prefixed_name(const struct patch *p, const char *name)
{
	const char *slash = strrchr(name, '/');
	int dir = slash ? (int)(slash + 1 - name) : 0;
	const char *prefix = p->opt->prefix ? p->opt->prefix : "",
		   *base = p->opt->basename_prefix ? p->opt->basename_prefix : "";
	const char *suffix = p->opt->suffix ? p->opt->suffix : "";

	if (!*prefix && !*base)
		return NULL;
	return arena_printf("%s%.*s%s%s%s", prefix, dir, name, base, name + dir, suffix);
}

/* Keeps what the file `name` was before the first change, if that is wanted. */
static void back_up(struct patch *p, const char *name)
{
	char *to;
	struct stat st;

	if (p->dry_run || !(p->backup_always || (p->backup_mismatch && p->mismatch)) ||
	    strmap_get(&p->saved, name, strlen(name)))
		return;
	strmap_set(&p->saved, name, strlen(name), "");
	to = prefixed_name(p, name);
	make_directories(name);
	if (!to)
		to = backup_name(AT_FDCWD, name, &p->backup);
	if (!to)
		patch_fatal("Can't back up %s : %s", patch_quote(p, name), strerror(errno));
	make_directories(to);
	if (lstat(name, &st) < 0) {
		int fd = open_file(to, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0666);

		if (fd < 0)
			patch_fatal("Can't create file %s : %s", patch_quote(p, to), strerror(errno));
		close_file(fd);
		return;
	}
	unlink(to);
	if (link(name, to) < 0 && rename(name, to) < 0)
		patch_fatal("Can't rename file %s to %s : %s", patch_quote(p, name), patch_quote(p, to),
			    strerror(errno));
}

/* The time that -Z or -T gives the file, or NULL. */
static const struct timespec *time_to_set(const struct patch *p, struct timespec *t)
{
	const char *text = p->names[!p->reverse].time;
	struct timespec now;

	if ((!p->opt->set_utc && !p->opt->set_time) || p->mismatch)
		return NULL;
	clock_gettime(CLOCK_REALTIME, &now);
	if (p->opt->set_utc)
		text = arena_printf("TZ=\"UTC0\" %s", text);
	return date_parse(text, &now, t) ? t : NULL;
}

/* Writes the result beside the file and puts it in its place, so that the original is there until it is complete. */
static void write_result(struct patch *p, const char *name)
{
	const struct header_name *new = &p->names[!p->reverse];
	mode_t mode = new->mode & 07777 ? new->mode & 07777 : p->exists ? p->st.st_mode & 07777 : 0;
	char *temporary;
	struct timespec times[2] = { { .tv_nsec = UTIME_NOW }, { 0 } };
	int fd, failed;

	if (p->git && p->exists && (p->names[0].mode & 07777) && new->mode)
		mode = (p->st.st_mode & 07777 & ~(mode_t)0111) | (new->mode & 0111);
	make_directories(name);
	if (S_ISLNK(new->mode)) {
		struct line all = { p->out.buf, p->out.len, false };

		temporary = temporary_name(name);
		if (symlink(arena_memdup(all.text, all.len), temporary) < 0)
			patch_fatal("Can't create symbolic link %s : %s", patch_quote(p, name),
				    strerror(errno));
		if (rename(temporary, name) < 0)
			patch_fatal("Can't rename file %s to %s : %s", temporary, patch_quote(p, name),
				    strerror(errno));
		return;
	}
	if (p->opt->follow_symlinks) {
		char *real = canonical_path(name, CANON_MISSING, false);

		name = real ? real : name;
	}
	temporary = temporary_name(name);
	fd = open_file(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW,
		       mode || p->opt->output ? 0600 : 0666);
	if (fd < 0)
		patch_fatal("Can't create file %s : %s", patch_quote(p, name), strerror(errno));
	failed = write_all(fd, p->out.buf, p->out.len);
	if (mode && !p->opt->output) {
		if (p->exists && fchown(fd, p->st.st_uid, p->st.st_gid) < 0)
			mode &= ~(mode_t)06000;
		if (fchmod(fd, mode) < 0)
			failed = -1;
	}
	if (time_to_set(p, &times[1]))
		futimens(fd, times);
	if (close_file(fd) < 0 || failed < 0 || rename(temporary, name) < 0) {
		int code = errno;

		unlink(temporary);
		patch_fatal("write error : %s", strerror(code));
	}
}

static void write_rejects(struct patch *p, const char *name)
{
	bool again = strmap_get(&p->rejected, name, strlen(name)) != NULL;
	int fd;

	if (!again)
		unlink(name);
	fd = open_file(name, O_WRONLY | O_CREAT | (again ? O_APPEND : O_EXCL) | O_NOFOLLOW, 0666);
	if (fd < 0)
		patch_fatal("Can't create file %s : %s", patch_quote(p, name), strerror(errno));
	strmap_set(&p->rejected, name, strlen(name), "");
	if (write_all(fd, p->rejects.data, p->rejects.len) < 0 || close_file(fd) < 0)
		patch_fatal("write error : %s", strerror(errno));
}

/* Tells how many hunks failed, and saves them. */
static void finish_rejects(struct patch *p)
{
	const char *reject = p->opt->reject_file ? p->opt->reject_file : NULL;
	bool none = reject && strcmp(reject, "-") == 0;
	struct buf b = { 0 };

	if (p->failed == 0 || p->invalid)
		return;
	p->status = p->status > 1 ? p->status : 1;
	if (p->opt->merge_at)
		return;
	buf_fmt(&b, "%zu out of %zu hunk%s %s", p->failed, p->hunks, p->hunks == 1 ? "" : "s",
		p->skip ? "ignored" : "FAILED");
	if (p->file && !p->dry_run && !none && !(p->skip && !p->rejects.len)) {
		if (!reject)
			reject = arena_printf(
				"%s.rej", p->opt->output && !output_is_stdout(p) ? p->opt->output : p->file);
		buf_fmt(&b, " -- saving rejects to file %s", patch_quote(p, reject));
		write_rejects(p, reject);
	}
	patch_say(p, "%zu out of%s\n", p->failed, b.data + strcspn(b.data, "f") + 1);
}

/* Looks at the first hunk: whether what the patch says about there being such a file is right; if not asks. */
static void check_existence(struct patch *p)
{
	struct patch_input in = p->in;
	struct hunk h;
	bool creates, deletes;

	if ((!p->names[0].null && !p->names[1].null) || p->format == FORMAT_ED)
		return;
	if (!patch_next_hunk(p, &h) && p->format != FORMAT_GIT)
		return;
	p->in = in;
	creates = h.sides[0].count == 0 && p->names[p->reverse].null && p->exists &&
		  (p->format != FORMAT_GIT || p->st.st_size > 0);
	deletes = h.sides[1].count == 0 && p->names[!p->reverse].null && !p->exists;
	if (!creates && !deletes)
		return;
	if (patch_ok_to_reverse(p, "The next patch%s would %s the file %s,\nwhich %s!",
				p->reverse ? ", when reversed," : "", creates ? "create" : "delete",
				patch_quote(p, p->file), creates ? "already exists" : "does not exist"))
		p->reverse = !p->reverse;
	p->was_reversed = true;
}

/* Reads and applies the hunks of the current patch. */
static void apply_hunks(struct patch *p)
{
	struct hunk h;
	bool reject_none = p->was_reversed && p->skip;

	p->no_reverse_check = p->was_reversed;
	for (size_t number = 1; patch_next_hunk(p, &h); number++) {
		if (p->skip || !p->opt->merge_at) {
			patch_apply_hunk(p, &h, number);
		} else {
			bool found;

			patch_locate(p, &h, 0, &found);
			if (found) {
				p->no_reverse_check = true;
				patch_apply_hunk(p, &h, number);
			} else {
				p->hunks++;
				patch_merge_hunk(p, &h, number);
			}
		}
	}
	if (reject_none || !p->file)
		p->rejects.len = 0;
}

/* Puts the result where it belongs. */
static void finish_file(struct patch *p)
{
	const struct header_name *new = &p->names[!p->reverse];
	const char *name = p->opt->output ? p->opt->output : p->file;
	bool empty = p->out.len == 0, removes;

	if (p->opt->output) {
		if (output_is_stdout(p))
			out_mem(p->out.buf, p->out.len);
		else if (!p->dry_run)
			write_result(p, name);
		return;
	}
	removes = empty && (p->opt->remove_empty_files || (new->null && !p->posix));
	if (new->null && !empty && !p->opt->remove_empty_files && p->failed == 0) {
		patch_say(p, "Not deleting file %s as content differs from patch\n", patch_quote(p, name));
		p->status = p->status > 1 ? p->status : 1;
	}
	if (p->dry_run)
		return;
	if (removes) {
		if (p->verbose)
			patch_say(p, "Removing file %s%s\n", patch_quote(p, name),
				  p->opt->remove_empty_files ? "" : "");
		back_up(p, name);
		if (p->exists && unlink(name) < 0 && errno != ENOENT)
			patch_fatal("Can't remove file %s : %s", patch_quote(p, name), strerror(errno));
		remove_directories(name);
		return;
	}
	back_up(p, name);
	if (p->failed > 0 && p->failed == p->hunks && !p->opt->merge_at && !p->exists)
		patch_fatal("Can't reopen file %s : %s", patch_quote(p, name), strerror(ENOENT));
	if (p->failed > 0 && p->failed == p->hunks && !p->opt->merge_at && !p->source &&
	    !strmap_get(&p->saved, name, strlen(name)))
		return;
	write_result(p, name);
	if (p->rename && p->source && strcmp(p->source, name) != 0) {
		if (unlink(p->source) < 0)
			patch_fatal("Can't remove file %s : %s", patch_quote(p, p->source), strerror(errno));
		remove_directories(p->source);
	}
}

/* Whether the first lines of the file have the version that Prereq: names. */
static bool has_prerequisite(const struct patch *p)
{
	size_t len = strlen(p->prerequisite);

	for (size_t i = 0; i < p->old.count; i++)
		if (mem_mem(p->old.at[i].text, p->old.at[i].len, p->prerequisite, len))
			return true;
	return false;
}

static void check_prerequisite(struct patch *p)
{
	if (!p->prerequisite || has_prerequisite(p)) {
		if (p->prerequisite && p->verbose)
			patch_say(p, "Good.  This file appears to be the %s version.\n", p->prerequisite);
		return;
	}
	if (p->force) {
		patch_say(p, "Warning: this file doesn't appear to be the %s version -- patching anyway.\n",
			  p->prerequisite);
	} else if (p->batch) {
		patch_fatal("This file doesn't appear to be the %s version -- aborting.", p->prerequisite);
	} else {
		char *answer = patch_ask(
			p, "This file doesn't appear to be the %s version -- patch anyway? [n] ",
			p->prerequisite);

		if (*answer != 'y')
			patch_fatal("aborted");
	}
}

static void check_read_only(struct patch *p)
{
	const char *behavior = p->opt->read_only ? p->opt->read_only : "warn";

	if (!p->exists || !S_ISREG(p->st.st_mode) || strcmp(behavior, "ignore") == 0 || p->opt->output ||
	    faccessat(AT_FDCWD, p->file, W_OK, AT_EACCESS) == 0)
		return;
	if (errno != EACCES)
		return;
	patch_say(p, "File %s is read-only; %s\n", patch_quote(p, p->file),
		  strcmp(behavior, "warn") == 0 ? "trying to patch anyway" : "refusing to patch");
	p->skip |= strcmp(behavior, "fail") == 0;
}

static void tell_file(const struct patch *p)
{
	bool link = S_ISLNK(p->names[!p->reverse].mode) || (p->exists && S_ISLNK(p->st.st_mode));
	struct buf b = { 0 };

	buf_fmt(&b, "%s %s %s", p->dry_run ? "checking" : "patching", link ? "symbolic link" : "file",
		patch_quote(p, p->opt->output ? p->opt->output : p->file));
	if (p->opt->output)
		buf_fmt(&b, " (read from %s)", patch_quote(p, p->file));
	else if (p->source)
		buf_fmt(&b, " (%s from %s)", p->copy ? "copied" : "renamed", patch_quote(p, p->source));
	patch_say(p, "%s\n", b.data);
}

static void tell_format(struct patch *p)
{
	static const char *const names[] = { "",
					     "a context diff",
					     "a new-style context diff",
					     "a unified diff",
					     "a normal diff",
					     "an ed script",
					     "a git diff" };

	if (!p->verbose)
		return;
	patch_say(p,
		  p->in.found_any ? "Hmm...  The next patch looks like %s to me...\n"
				  : "Hmm...  Looks like %s to me...\n",
		  names[p->format]);
	if (p->start_line > p->header_line)
		print_header(p);
}

/* Forgets the last patch. */
static void begin(struct patch *p)
{
	p->file = p->source = NULL;
	p->skip = p->mismatch = p->apply_anyway = p->was_reversed = p->no_reverse_check = false;
	p->copied = p->hunks = p->failed = 0;
	p->offset = p->growth = 0;
	p->out = (struct writer){ .fd = -1 };
	p->rejects.len = 0;
	p->newline_missing = p->exists = p->invalid = p->given = false;
}

static void apply_patch(struct patch *p, const char *given)
{
	begin(p);
	tell_format(p);
	p->in.found_any = true;
	p->given = given;
	if (given)
		p->file = given;
	else
		choose_name(p);
	if (!p->file)
		ask_for_file(p);
	if (!p->skip)
		read_original(p);
	if (p->binary_diff && p->file) {
		patch_say(p, "File %s: git binary diffs are not supported.\n", patch_quote(p, p->file));
		p->status = p->status > 1 ? p->status : 1;
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
	else
		apply_hunks(p);
	if (!p->skip) {
		patch_copy_until(p, p->old.count);
		finish_file(p);
	}
	finish_rejects(p);
}

static intmax_t number(const char *s, const char *what)
{
	intmax_t n;

	if (parse_range(s, INT_MIN, INT_MAX, &n) != NUM_OK)
		patch_fatal("%s %s is not a number", what, s);
	return n;
}

static void set_quoting(struct patch *p)
{
	static const char *const words[] = { "literal", "shell", "shell-always", "c", "escape", NULL };
	static const enum quoting_style styles[] = { QUOTE_LITERAL, QUOTE_SHELL, QUOTE_SHELL_ALWAYS, QUOTE_C,
						     QUOTE_ESCAPE };
	const char *word = p->opt->quoting_style;
	size_t i = 0;

	p->quoting = QUOTE_SHELL;
	if (!word)
		word = getenv("QUOTING_STYLE");
	if (!word)
		return;
	while (words[i] && strcmp(words[i], word) != 0)
		i++;
	if (words[i])
		p->quoting = styles[i];
	else if (p->opt->quoting_style)
		die_usage("invalid argument '%s' for 'quoting style'", word);
}

static void set_backup(struct patch *p)
{
	const struct patch_options *o = p->opt;

	p->posix = o->posix || getenv("POSIXLY_CORRECT");
	p->backup_always = o->backup;
	p->backup_mismatch = o->backup_if_mismatch > o->no_backup_if_mismatch ||
			     (!o->no_backup_if_mismatch && !p->posix);
	p->backup = backup_options(true, &o->version_control, o->suffix);
	if (!o->suffix && !getenv("SIMPLE_BACKUP_SUFFIX"))
		p->backup.suffix = ".orig";
	if (p->backup.kind == BACKUP_NONE)
		p->backup_always = p->backup_mismatch = false;
}

static void check_words(const struct patch_options *o)
{
	if (o->reject_format && strcmp(o->reject_format, "context") != 0 &&
	    strcmp(o->reject_format, "unified") != 0)
		die_usage(NULL);
	if (o->merge && strcmp(o->merge, "merge") != 0 && strcmp(o->merge, "diff3") != 0)
		die_usage(NULL);
	if (o->read_only && strcmp(o->read_only, "ignore") != 0 && strcmp(o->read_only, "warn") != 0 &&
	    strcmp(o->read_only, "fail") != 0)
		die_usage(NULL);
}

int patch_main(struct patch_options *opt, char **argv)
{
	struct patch *p = arena_new(struct patch);
	const char *input = opt->input;
	size_t len;
	int fd;

	if (opt->v)
		print_version(), leave(0);
	p->opt = opt;
	check_words(opt);
	p->strip = opt->strip ? (int)number(opt->strip, "strip count") : -1;
	p->fuzz = opt->fuzz ? (size_t)number(opt->fuzz, "fuzz factor") : 2;
	if (opt->get)
		number(opt->get, "get option value");
	p->reverse = opt->reverse;
	p->dry_run = opt->dry_run;
	p->force = opt->force;
	p->batch = opt->batch;
	p->forward = opt->forward;
	p->silent = opt->quiet > opt->verbose;
	p->verbose = opt->verbose > opt->quiet;
	p->binary = opt->binary;
	set_quoting(p);
	set_backup(p);
	if (argv[0] && argv[1] && argv[2])
		die_usage("%s: extra operand", argv[2]);
	if (opt->directory && chdir(opt->directory) < 0)
		patch_fatal("Can't change to directory %s : %s", opt->directory, strerror(errno));
	if (argv[0] && argv[1])
		input = argv[1];
	fd = input ? open_input(input) : STDIN_FILENO;
	if (fd < 0)
		patch_fatal("Can't open patch file %s : %s", input, strerror(errno));
	p->in.text = read_file(fd, &len);
	if (!p->in.text)
		patch_fatal("read error : %s", strerror(errno));
	p->in.at = p->in.text;
	p->in.end = p->in.text + len;
	p->in.line = 1;
	while (patch_next(p))
		apply_patch(p, argv[0]);
	if (!p->in.found_any && len > 0)
		patch_fatal("Only garbage was found in the patch input.");
	if (p->verbose && p->header_line < p->in.line)
		patch_say(p, "Hmm...  Ignoring the trailing garbage.\n");
	if (p->verbose)
		patch_say(p, "done\n");
	return p->status;
}

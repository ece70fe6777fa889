/* files.c - what diff compares: files, directories, and what is in them */
#include <dirent.h>
#include <strings.h>
#include <sys/wait.h>
#include "command.h"
#include "glob.h"
#include "path.h"
#include "walk.h"
#include "diff.h"

/* As many bytes are looked at to tell whether a file is text. */
#define LOOKED_AT 4096

/* The name of an input in a message about its contents. */
static const char *shown(const struct diff *d, int side)
{
	return d->labels[side] ? d->labels[side] : d->inputs[side].name;
}

/* Prints a line that is not of a comparison: sdiff knows it by the blank, and with -l it comes after all pages. */
static void PRINTF(2, 3) tell(struct diff *d, const char *fmt, ...)
{
	va_list args;

	if (d->opt->sdiff_merge_assist)
		out_char(' ');
	va_start(args, fmt);
	writer_vfmt(d->opt->paginate ? &d->later : &std_out, fmt, args);
	va_end(args);
}

/* Runs pr on what is written to standard output from now on. */
static void start_pager(struct diff *d, const char *title)
{
	int fds[2];

	out_flush();
	if (pipe2(fds, O_CLOEXEC) < 0)
		die_errno("pipe");
	d->pager = fork();
	if (d->pager < 0)
		die_errno("fork");
	if (d->pager == 0) {
		char pr[] = "pr", h[] = "-h", *words[] = { pr, h, arena_strdup(title), NULL };

		dup2(fds[0], STDIN_FILENO);
		exec_command(words, NULL);
		warn_errno("subsidiary program 'pr' could not be invoked");
		_exit(126 + (errno == ENOENT));
	}
	d->saved_stdout = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	dup2(fds[1], STDOUT_FILENO);
	close(fds[0]);
	close(fds[1]);
}

void diff_begin(struct diff *d)
{
	const char *title;

	if (d->begun)
		return;
	d->begun = true;
	title = arena_printf("diff%s %s %s", d->options_text, diff_quoted(shown(d, 0)),
			     diff_quoted(shown(d, 1)));
	if (d->opt->paginate)
		start_pager(d, title);
	else if (d->nested)
		out_line(title);
}

void diff_end(struct diff *d)
{
	int status;

	if (d->saved_stdout < 0)
		return;
	out_flush();
	dup2(d->saved_stdout, STDOUT_FILENO);
	close(d->saved_stdout);
	d->saved_stdout = -1;
	while (waitpid(d->pager, &status, 0) < 0 && errno == EINTR)
		;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		die("subsidiary program 'pr' failed");
}

/* Reads the whole of an input. Returns false after a message. */
static bool read_input(struct input *in, struct linediff_side *side)
{
	static const char none[LINEDIFF_PAD];
	size_t size = S_ISREG(in->st.st_mode) && in->st.st_size > 0 ? (size_t)in->st.st_size + 1 : IO_BLOCK,
	       len = 0;
	char *text;
	ssize_t n;

	side->text = none;
	side->len = 0;
	if (in->absent)
		return true;
	text = arena_alloc(size + LINEDIFF_PAD);
	while ((n = read_some(in->fd, text + len, size - len)) > 0) {
		len += (size_t)n;
		if (len == size) {
			text = arena_grow(text, size + LINEDIFF_PAD, 2 * size + LINEDIFF_PAD);
			size *= 2;
		}
	}
	if (n < 0) {
		warn_errno("%s", in->name);
		return false;
	}
	side->text = text;
	side->len = len;
	return true;
}

/* Takes the carriage returns before newlines out. */
static void strip_returns(struct linediff_side *side)
{
	char *text = arena_alloc(side->len + LINEDIFF_PAD), *to = text;
	const char *end = side->text + side->len;

	for (const char *p = side->text; p < end; p++)
		if (*p != '\r' || p + 1 == end || p[1] != '\n')
			*to++ = *p;
	side->text = text;
	side->len = (size_t)(to - text);
}

static bool is_binary(const struct linediff_side *side)
{
	return mem_chr(side->text, 0, side->len < LOOKED_AT ? side->len : LOOKED_AT) != NULL;
}

/* Whether a line may come or go without that being told. */
static bool line_ignorable(const struct diff *d, int side, size_t i)
{
	const char *text;
	size_t len, blank = 0;

	diff_line(d, side, i, &text, &len);
	if (d->opt->ignore_blank_lines) {
		if (d->flags & (LINEDIFF_END | LINEDIFF_AMOUNT | LINEDIFF_SPACE))
			while (blank < len &&
			       (text[blank] == ' ' || (text[blank] >= '\t' && text[blank] <= '\r')))
				blank++;
		if (blank == len)
			return true;
	}
	return d->ignored && regex_search(d->ignored, text, len, 0, 0, NULL, 0);
}

static bool change_ignorable(const struct diff *d, const struct linediff_change *c)
{
	for (int s = 0; s < 2; s++)
		for (size_t i = 0; i < c->counts[s]; i++)
			if (!line_ignorable(d, s, c->at[s] + i))
				return false;
	return true;
}

static bool for_ed(const struct diff *d)
{
	return d->style == STYLE_ED || d->style == STYLE_FORWARD_ED;
}

static void compare_lines(struct diff *d)
{
	bool all = d->style == STYLE_SIDE || d->style == STYLE_MERGED || d->function;
	struct linediff_options o = { .flags = d->flags | (for_ed(d) ? LINEDIFF_LAST : 0),
				      .tabsize = d->tabsize,
				      .keep = all ? SIZE_MAX : d->context };

	o.horizon = d->horizon > d->context ? d->horizon : d->context;
	linediff_compare(&d->d, &o);
	d->ignorable = NULL;
	if (!d->opt->ignore_blank_lines && !d->ignored)
		return;
	d->ignorable = arena_array(bool, d->d.count + 1);
	for (size_t i = 0; i < d->d.count; i++)
		d->ignorable[i] = change_ignorable(d, &d->d.changes[i]);
}

#define FOLDING (LINEDIFF_CASE | LINEDIFF_TABS | LINEDIFF_END | LINEDIFF_AMOUNT | LINEDIFF_SPACE)

/* Warns of files that a script for ed cannot make: their last lines lack the newline. */
static int check_for_ed(const struct diff *d)
{
	int status = STATUS_SAME;

	for (int s = 0; s < 2 && for_ed(d); s++) {
		const struct linediff_side *side = &d->d.sides[s];

		if (side->len > 0 && side->text[side->len - 1] != '\n') {
			warn("%s: No newline at end of file\n", shown(d, s));
			status = STATUS_TROUBLE;
		}
	}
	return status;
}

/* Says that the contents differ, of binary files if that is to be said. */
static int tell_differ(struct diff *d, bool binary)
{
	out_fmt("%s%s %s and %s differ\n", d->opt->sdiff_merge_assist ? " " : "",
		binary ? "Binary files" : "Files", shown(d, 0), shown(d, 1));
	return STATUS_DIFFERENT;
}

/* Compares the texts and prints what differs. */
static int compare_texts(struct diff *d)
{
	struct linediff_side *a = &d->d.sides[0], *b = &d->d.sides[1];
	bool same = a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
	bool whole = d->style == STYLE_SIDE || d->style == STYLE_MERGED, brief = d->opt->brief;
	int status;

	if (!d->opt->text && (is_binary(a) || is_binary(b)))
		return same ? STATUS_SAME : tell_differ(d, !brief);
	if (same && (!whole || brief))
		return brief ? STATUS_SAME : check_for_ed(d);
	if (d->opt->strip_trailing_cr) {
		strip_returns(a);
		strip_returns(b);
	}
	compare_lines(d);
	status = diff_next_change(d, 0) < d->d.count ? STATUS_DIFFERENT : STATUS_SAME;
	if (brief)
		return status == STATUS_DIFFERENT ? tell_differ(d, false) : status;
	if (status == STATUS_DIFFERENT || whole) {
		diff_print(d);
		diff_end(d);
	}
	return check_for_ed(d) ? STATUS_TROUBLE : status;
}

static bool open_input_file(struct input *in)
{
	if (in->absent)
		return true;
	in->fd = in->is_stdin ? STDIN_FILENO : open_file(in->name, O_RDONLY, 0);
	if (in->fd < 0)
		warn_errno("%s", in->name);
	return in->fd >= 0;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* What is known of two files before they are read as a whole. */
enum glance { GLANCE_SAME, GLANCE_DIFFERENT, GLANCE_BINARY_DIFFERENT, GLANCE_TEXT };

/* Compares regular files block by block, as far as that decides. GLANCE_TEXT leaves them at their beginning. */
static enum glance glance(struct diff *d, bool only_whether)
{
	struct input *in = d->inputs;
	off_t left = in[0].st.st_size;
	bool equal_sizes = left == in[1].st.st_size, binary = false, first = true;
	enum glance result = GLANCE_SAME;

	if (in[0].is_stdin || in[1].is_stdin || in[0].absent || in[1].absent || !S_ISREG(in[0].st.st_mode) ||
	    !S_ISREG(in[1].st.st_mode) || left == 0 || in[1].st.st_size == 0)
		return GLANCE_TEXT;
	while (left > 0 && result == GLANCE_SAME) {
		size_t size = equal_sizes && left < BLOCK ? (size_t)left : BLOCK; /* no read at the end */
		ssize_t n = read_all(in[0].fd, d->blocks, size),
			m = read_all(in[1].fd, d->blocks + BLOCK, size);

		if (n <= 0 || m < 0) { /* the other way tells what is wrong */
			result = GLANCE_TEXT;
			break;
		}
		if (first && !d->opt->text)
			binary = is_binary(&(struct linediff_side){ .text = d->blocks, .len = (size_t)n }) ||
				 is_binary(&(struct linediff_side){ .text = d->blocks + BLOCK,
								    .len = (size_t)m });
		first = false;
		if (!equal_sizes || n != m || memcmp(d->blocks, d->blocks + BLOCK, (size_t)n) != 0)
			result = binary         ? GLANCE_BINARY_DIFFERENT
				 : only_whether ? GLANCE_DIFFERENT
						: GLANCE_TEXT;
		left -= n;
	}
	if (result == GLANCE_TEXT && (lseek(in[0].fd, 0, SEEK_SET) < 0 || lseek(in[1].fd, 0, SEEK_SET) < 0))
		die_errno("%s", in[0].name);
	return result;
}

/* Compares what was opened: at a glance if that is enough, or else read as a whole. */
static int compare_opened(struct diff *d, bool whole, bool ignoring)
{
	struct linediff_side *sides = d->d.sides;
	bool brief = d->opt->brief, ok;

	if (!whole && (brief || !for_ed(d)))
		switch (glance(d, brief && !ignoring)) {
		case GLANCE_SAME:
			return STATUS_SAME;
		case GLANCE_DIFFERENT:
		case GLANCE_BINARY_DIFFERENT:
			return tell_differ(d, !brief);
		case GLANCE_TEXT:
			break;
		}
	ok = read_input(&d->inputs[0], &sides[0]);
	if (d->inputs[0].is_stdin && d->inputs[1].is_stdin)
		sides[1] = sides[0];
	else
		ok = read_input(&d->inputs[1], &sides[1]) && ok;
	return ok ? compare_texts(d) : STATUS_TROUBLE;
}

/* Compares the contents of two files that are no directories. */
static int compare_contents(struct diff *d)
{
	struct input *a = &d->inputs[0], *b = &d->inputs[1];
	bool whole = (d->style == STYLE_SIDE || d->style == STYLE_MERGED) && !d->opt->brief;
	bool ignoring = d->flags & FOLDING || d->opt->strip_trailing_cr || d->opt->ignore_blank_lines ||
			d->ignored;
	int status = STATUS_TROUBLE;

	if (!whole && !a->absent && !b->absent && same_file(&a->st, &b->st))
		return STATUS_SAME;
	if (d->opt->brief && !ignoring && S_ISREG(a->st.st_mode) && S_ISREG(b->st.st_mode) && !a->is_stdin &&
	    !b->is_stdin && !a->absent && !b->absent && a->st.st_size != b->st.st_size && a->st.st_size > 0 &&
	    b->st.st_size > 0) {
		tell(d, "Files %s and %s differ\n", shown(d, 0), shown(d, 1));
		return STATUS_DIFFERENT;
	}
	memset(&d->d, 0, sizeof(d->d));
	a->fd = b->fd = -1;
	bool opened = open_input_file(a);

	if (open_input_file(b) && opened)
		status = compare_opened(d, whole, ignoring);
	for (int s = 0; s < 2; s++)
		if (d->inputs[s].fd > STDERR_FILENO)
			close_file(d->inputs[s].fd);
	return status;
}

/* Finds out about an input. Returns false with errno set if it is not there. */
static bool look_at(const struct diff *d, struct input *in)
{
	in->is_stdin = strcmp(in->name, "-") == 0;
	if (in->is_stdin) {
		if (fstat(STDIN_FILENO, &in->st) < 0)
			return false;
		clock_gettime(CLOCK_REALTIME, &in->st.st_mtim); /* as POSIX wants it */
		return true;
	}
	return (d->opt->no_dereference ? lstat(in->name, &in->st) : stat(in->name, &in->st)) == 0;
}

static int compare_links(struct diff *d)
{
	const char *texts[2];

	for (int s = 0; s < 2; s++)
		if (!(texts[s] = read_link(AT_FDCWD, d->inputs[s].name))) {
			warn_errno("%s", d->inputs[s].name);
			return STATUS_TROUBLE;
		}
	if (strcmp(texts[0], texts[1]) == 0)
		return STATUS_SAME;
	tell(d, "Symbolic links %s and %s differ\n", d->inputs[0].name, d->inputs[1].name);
	return STATUS_DIFFERENT;
}

/* The names in a directory, sorted. */
struct listing {
	char **names;
	size_t count;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int by_name_without_case(const void *a, const void *b)
{
	int order = strcasecmp(*(char *const *)a, *(char *const *)b);

	return order ? order : by_name(a, b);
}

static bool is_excluded(const struct diff *d, const char *name)
{
	for (char **p = d->excluded; p && *p; p++)
		if (glob_match(*p, name, d->fold ? GLOB_ICASE : 0))
			return true;
	return false;
}

/* Reads the directory `path`. Returns false after a message. */
static bool list_directory(const struct diff *d, const char *path, struct listing *l)
{
	int fd = open_file(path, O_RDONLY | O_DIRECTORY, 0);
	char *block = arena_alloc(IO_BLOCK / 4);
	size_t size = 0;
	ssize_t n = -1;

	while (fd >= 0 && (n = dir_read(fd, block, IO_BLOCK / 4)) > 0)
		for (char *p = block; p < block + n; p += ((struct dir_record *)(void *)p)->size) {
			const char *name = ((struct dir_record *)(void *)p)->name;

			if (is_dot_or_dotdot(name) || is_excluded(d, name))
				continue;
			l->names = arena_reserve(l->names, l->count, &size, sizeof(char *));
			l->names[l->count++] = arena_strdup(name);
		}
	if (n < 0)
		warn_errno("%s", path);
	if (fd >= 0)
		close_file(fd);
	if (l->count > 1)
		qsort(l->names, l->count, sizeof(char *), d->fold ? by_name_without_case : by_name);
	return n == 0;
}

/* Which of two files is known not to be there; UNKNOWN if -N counts, too. */
enum missing { UNKNOWN = -2, NEITHER, FIRST, SECOND };

static int compare_pair(struct diff *d, const char *a, const char *b, bool nested, enum missing missing);

/* Compares what stands for a name in both directories, or tells that it is in one only. */
static int compare_member(struct diff *d, const char *const dirs[2], const char *name[2])
{
	const struct diff_options *o = d->opt;
	enum missing missing = !name[0] ? FIRST : !name[1] ? SECOND : NEITHER;
	bool is_other = false;
	struct stat st;

	/* what is no file and no directory is not compared with nothing */
	if (missing >= 0 && lstat(path_join(dirs[!missing], name[!missing]), &st) == 0 &&
	    !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode) && !S_ISLNK(st.st_mode))
		is_other = true;
	if (!is_other &&
	    (missing < 0 || o->new_file || (missing == 0 && (o->unidirectional_new_file || o->P))))
		return compare_pair(d, path_join(dirs[0], name[name[0] ? 0 : 1]),
				    path_join(dirs[1], name[name[1] ? 1 : 0]), true, missing);
	tell(d, "Only in %s: %s\n", dirs[!missing], name[!missing]);
	return STATUS_DIFFERENT;
}

/* Whether a directory of this side is one of those that led to it; one that is not there does not stop it. */
static bool comes_again(const struct diff *d, int side)
{
	const struct input *in = &d->inputs[side];
	bool again = in->absent;

	for (const struct level *l = d->level; l && !again; l = l->above)
		again = same_file(&l->dirs[side].st, &in->st) && !l->dirs[side].absent;
	return again;
}

static int compare_directories(struct diff *d)
{
	const char *dirs[2] = { d->inputs[0].name, d->inputs[1].name };
	struct listing lists[2] = { { 0 }, { 0 } };
	int (*compare)(const void *, const void *) = d->fold ? by_name_without_case : by_name;
	int status = STATUS_SAME;
	struct level level = { d->level, { d->inputs[0], d->inputs[1] } };
	size_t at[2] = { 0, 0 };

	if (comes_again(d, 0) && comes_again(d, 1)) {
		warn("%s: recursive directory loop", dirs[d->inputs[0].absent]);
		return STATUS_TROUBLE;
	}
	if (d->style == STYLE_MERGED)
		die("-D option not supported with directories");
	for (int s = 0; s < 2; s++)
		if (!d->inputs[s].absent && !list_directory(d, dirs[s], &lists[s]))
			status = STATUS_TROUBLE;
	if (status)
		return status;
	if (!d->nested && d->opt->starting_file.count) {
		char *start = arena_strdup(d->opt->starting_file.items[0].value);

		for (int s = 0; s < 2; s++)
			while (at[s] < lists[s].count && compare(&lists[s].names[at[s]], &start) < 0)
				at[s]++;
	}
	d->level = &level;
	while (at[0] < lists[0].count || at[1] < lists[1].count) {
		struct arena_mark mark = arena_mark();
		int order = at[0] == lists[0].count ? 1 : at[1] == lists[1].count ? -1 : 0, s;
		const char *names[2] = { NULL, NULL };

		if (order == 0) {
			order = d->fold ? strcasecmp(lists[0].names[at[0]], lists[1].names[at[1]])
					: strcmp(lists[0].names[at[0]], lists[1].names[at[1]]);
		}
		if (order <= 0)
			names[0] = lists[0].names[at[0]++];
		if (order >= 0)
			names[1] = lists[1].names[at[1]++];
		s = compare_member(d, dirs, names);
		status = s > status ? s : status;
		arena_release(mark);
	}
	d->level = level.above;
	return status;
}

/* Compares two files of any kind. */
static int compare_pair(struct diff *d, const char *a, const char *b, bool nested, enum missing missing)
{
	struct input *in = d->inputs;
	bool dirs[2], absent_ok[2] = { d->opt->new_file || d->opt->unidirectional_new_file || d->opt->P,
				       d->opt->new_file };
	int errors[2] = { 0, 0 }, status = STATUS_SAME;

	memset(in, 0, sizeof(d->inputs));
	in[0].name = a;
	in[1].name = b;
	d->begun = false;
	d->nested = nested;
	for (int s = 0; s < 2; s++) {
		if (s == (int)missing)
			errors[s] = ENOENT;
		else if (s == 1 && strcmp(a, b) == 0 && !errors[0])
			in[1] = in[0];
		else if (!look_at(d, &in[s]))
			errors[s] = errno;
	}
	for (int s = 0; s < 2; s++)
		if (errors[s] == ENOENT && (s == (int)missing || (missing == UNKNOWN && absent_ok[s])) &&
		    !errors[!s]) {
			errors[s] = 0;
			in[s].absent = true;
			in[s].st.st_mode = in[!s].st.st_mode;
		}
	for (int s = 0; s < 2; s++)
		if (errors[s] && s != (int)missing) {
			warn_code(errors[s], "%s", in[s].name);
			status = STATUS_TROUBLE;
		}
	if (status)
		return status;
	for (int s = 0; s < 2; s++)
		dirs[s] = S_ISDIR(in[s].st.st_mode);
	if (!nested && dirs[0] != dirs[1]) {
		int dir = dirs[1];
		const char *file = in[!dir].name;

		if (in[!dir].is_stdin)
			die("cannot compare '-' to a directory");
		in[dir].name = path_join(in[dir].name, path_base(file));
		return dir ? compare_pair(d, file, in[1].name, false, NEITHER)
			   : compare_pair(d, in[0].name, file, false, NEITHER);
	}
	if (dirs[0] && dirs[1]) {
		if (nested && !d->opt->recursive) {
			tell(d, "Common subdirectories: %s and %s\n", a, b);
			return STATUS_SAME;
		}
		return compare_directories(d);
	}
	if (nested || S_ISLNK(in[0].st.st_mode) || S_ISLNK(in[1].st.st_mode) || dirs[0] || dirs[1]) {
		if (S_ISLNK(in[0].st.st_mode) && S_ISLNK(in[1].st.st_mode) && !in[0].absent && !in[1].absent)
			return compare_links(d);
		if (!S_ISREG(in[0].st.st_mode) || !S_ISREG(in[1].st.st_mode)) {
			tell(d, "File %s is a %s while file %s is a %s\n", shown(d, 0), file_kind(&in[0].st),
			     shown(d, 1), file_kind(&in[1].st));
			return STATUS_DIFFERENT;
		}
	}
	status = compare_contents(d);
	if (status == STATUS_SAME && d->opt->report_identical_files)
		tell(d, "Files %s and %s are identical\n", shown(d, 0), shown(d, 1));
	return status;
}

int diff_names(struct diff *d, const char *a, const char *b)
{
	return compare_pair(d, a, b, false, UNKNOWN);
}

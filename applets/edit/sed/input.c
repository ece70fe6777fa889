/* input.c - the lines that sed works on, and files edited in place
 */
#include <sys/xattr.h>
#include "path.h"
#include "sed.h"

/* A file being edited: the new text is written beside it and takes its place when it is complete. */
struct edit {
	const char *name, *target, *temporary;
	struct stat st;
	struct output output;
	struct writer writer;
};

static const char *backup_name_of(const char *file, const char *suffix)
{
	struct buf b = { NULL, 0, 0 };
	const char *base = path_base(file);
	bool star = strchr(suffix, '*');

	if (!star)
		return arena_printf("%s%s", file, suffix);
	for (; *suffix; suffix++)
		if (*suffix == '*')
			buf_str(&b, base);
		else
			buf_char(&b, *suffix);
	return strchr(b.data, '/') ? b.data : path_join(path_dir(file), b.data);
}

static void copy_attributes(const struct edit *e, int from, int to)
{
	ssize_t size = flistxattr(from, NULL, 0);
	char *names = size > 0 ? arena_alloc((size_t)size) : NULL;

	if (fchown(to, e->st.st_uid, e->st.st_gid) < 0 && fchown(to, (uid_t)-1, e->st.st_gid) < 0)
		errno = 0;
	size = names ? flistxattr(from, names, (size_t)size) : 0;
	for (const char *n = names; n && n < names + size; n += strlen(n) + 1) {
		ssize_t len = fgetxattr(from, n, NULL, 0);
		char *value = len >= 0 ? arena_alloc((size_t)len + 1) : NULL;

		if (value && (len = fgetxattr(from, n, value, (size_t)len)) >= 0)
			fsetxattr(to, n, value, (size_t)len, 0);
	}
	fchmod(to, e->st.st_mode & 07777);
}

/* Begins to edit the open file. */
static void begin_edit(struct sed *s, const char *name, int fd)
{
	struct edit *e = arena_new(struct edit);
	char random[32];
	int to = -1;

	e->name = name;
	e->target = s->opt->follow_symlinks ? canonical_path(name, CANON_EXISTING, false) : name;
	if (fstat(fd, &e->st) < 0 || !S_ISREG(e->st.st_mode))
		die_status(STATUS_PANIC, "couldn't edit %s: not a regular file", name);
	for (unsigned i = 0; to < 0 && i < 1000; i++) {
		struct timespec now;

		clock_gettime(CLOCK_MONOTONIC, &now);
		snprintf(random, sizeof random, "sed%06x", ((unsigned)now.tv_nsec * 2654435761u + i) >> 8);
		e->temporary = path_join(path_dir(e->target), random);
		to = open_file(e->temporary, O_WRONLY | O_CREAT | O_EXCL, 0600);
		if (to < 0 && errno != EEXIST)
			break;
	}
	if (to < 0)
		die_status_errno(STATUS_PANIC, "couldn't open temporary file %s", e->temporary);
	copy_attributes(e, fd, to);
	writer_open(&e->writer, to);
	e->output = (struct output){ .name = e->target, .to = &e->writer };
	s->edit = e;
	s->out = &e->output;
}

void discard_edit(struct sed *s)
{
	if (s->edit)
		unlink(s->edit->temporary);
	s->edit = NULL;
}

/* Renames a file; dies if that fails, and leaves the file that is edited as it was. */
static void rename_or_die(struct sed *s, const char *from, const char *to)
{
	int code;

	if (rename(from, to) == 0)
		return;
	code = errno;
	discard_edit(s);
	errno = code;
	die_status_errno(STATUS_PANIC, "cannot rename %s", from);
}

/* Puts the edited file in place. */
static void end_edit(struct sed *s)
{
	struct edit *e = s->edit;
	const char *suffix = s->opt->in_place;

	if (writer_flush(&e->writer) < 0)
		output_failed(s, &e->output, "flush");
	if (writer_close(&e->writer) < 0)
		output_failed(s, &e->output, "close");
	if (suffix && *suffix)
		rename_or_die(s, e->target, backup_name_of(e->target, suffix));
	rename_or_die(s, e->temporary, e->target);
	s->edit = NULL;
	s->out = &s->std;
}

void close_input(struct sed *s)
{
	if (!s->open)
		return;
	s->open = false;
	close_file(s->reader.fd);
	if (s->edit)
		end_edit(s);
}

/* Opens the next file that can be. Returns false if there is none. */
static bool open_next(struct sed *s)
{
	while (*s->files) {
		const char *name = *s->files++;
		struct stat st;
		int fd;

		if (s->in_place && strcmp(name, "-") == 0) {
			warn("couldn't edit %s: not a regular file", name);
			s->status = STATUS_PANIC;
			continue;
		}
		fd = open_input(name);
		if (fd < 0) {
			warn_errno("can't read %s", name);
			s->status = STATUS_BAD_INPUT;
			continue;
		}
		if (s->in_place) {
			begin_edit(s, name, fd);
		} else if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
			die_status(STATUS_PANIC, "read error on %s: Is a directory", name);
		}
		reader_open(&s->reader, fd);
		s->next_name = name;
		s->open = true;
		s->first_line = s->separate;
		return true;
	}
	return false;
}

/* Makes sure that there is something to be read. Returns false at the end of all input. */
static bool have_input(struct sed *s)
{
	for (;;) {
		if (s->open) {
			if (s->reader.pos < s->reader.end || reader_fill(&s->reader))
				return true;
			errno = s->reader.error;
			if (errno)
				die_status_errno(STATUS_PANIC, "read error on %s", s->next_name);
			close_input(s);
		}
		if (!open_next(s))
			return false;
	}
}

bool is_last_line(struct sed *s)
{
	if (s->open && (s->reader.pos < s->reader.end || reader_fill(&s->reader)))
		return false;
	return s->separate || !have_input(s);
}

/* Begins again for a file that is a stream of its own. */
static void reset(struct sed *s)
{
	s->first_line = false;
	s->line = 0;
	for (size_t i = 0; i < s->count; i++) {
		const struct address *a = &s->commands[i].from;

		s->commands[i].range = a->kind == LINE && a->line == 0 ? RANGE_ACTIVE : RANGE_CLOSED_NEVER;
	}
}

/* Appends the next line to the space. Returns false if there is none. */
bool read_line(struct sed *s, struct space *to)
{
	size_t len;
	char *line;

	if (!have_input(s))
		return false;
	if (s->first_line)
		reset(s);
	line = reader_line(&s->reader, &len, s->delimiter);
	s->name = s->next_name;
	to->newline = line[len - 1] == s->delimiter;
	space_add(to, line, len - to->newline);
	s->line++;
	return true;
}

/* Passes over the lines to come that have no match of s->guard, as far as they are in memory. */
void skip_lines(struct sed *s)
{
	struct reader *r = &s->reader;
	const char *last;
	size_t end, limit;
	ptrdiff_t found;

	do {
		if (!s->open || s->first_line || (r->pos == r->end && !reader_fill(r)))
			return;
		last = mem_rchr(r->buf + r->pos, s->delimiter, r->end - r->pos);
		if (!last)
			return;
		limit = (size_t)(last - r->buf) + 1;
		found = regex_search_lines(s->guard, r->buf, limit, r->pos, s->delimiter, &end);
		end = found < 0 ? limit : (size_t)found;
		if (end > r->pos) {
			s->line += mem_count(r->buf + r->pos, s->delimiter, end - r->pos);
			if (!s->quiet)
				output_text(s, s->out, r->buf + r->pos, end - r->pos - 1, true);
			s->name = s->next_name;
			r->pos = end;
		}
	} while (found < 0);
	s->last_regex = s->guard;
}

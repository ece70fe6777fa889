/* print.c - what is shown of files: -print, -printf, -ls, and into which file */
#include <dirent.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include "escape.h"
#include "find.h"
#include "path.h"

/* A part of a format: text, or a directive with what stands between its % and its letter. */
struct find_part {
	char letter; /* 0: text; \c: stop */
	char which;  /* the letter after A, B, C or T */
	char *text;  /* with its `len`; or the flags, width and precision behind a % */
	size_t len;
	struct find_part *next;
};

/* ---- where to ---- */

struct find_sink *find_sink_open(struct find *f, const char *name)
{
	struct find_sink *s;
	int fd;

	for (s = f->sinks; s; s = s->next)
		if (strcmp(s->name, name) == 0)
			return s;
	s = arena_new(struct find_sink);
	s->name = name;
	s->next = f->sinks;
	s->out = &s->own;
	f->sinks = s;
	if (strcmp(name, "/dev/stdout") == 0) {
		s->out = &std_out;
		s->name = "standard output";
		fd = STDOUT_FILENO;
	} else if (strcmp(name, "/dev/stderr") == 0) {
		fd = STDERR_FILENO;
	} else {
		fd = open_file(name, O_WRONLY | O_CREAT | O_TRUNC, 0666);
		if (fd < 0)
			die_errno("%s", quote(name));
	}
	s->terminal = isatty(fd);
	if (s->out == &s->own) {
		writer_open(s->out, fd);
		writer_mem(s->out, "", 0);
		s->out->lines = s->terminal;
	}
	return s;
}

void find_sinks_close(struct find *f)
{
	for (struct find_sink *s = f->sinks; s; s = s->next) {
		if (s->out != &std_out && writer_flush(s->out) < 0) {
			warn_code(s->out->error, "%s", quote(s->name));
			f->status = 1;
		}
	}
	if (out_flush() < 0) {
		int code = std_out.error;

		std_out.error = 0;
		warn_code(code, "%s", quote("standard output"));
		if (code == EBADF)
			warn_code(code, "write error");
		else
			warn("write error");
		f->status = 1;
	}
}

/* Writes a name or another text that a file's owner chose; for a terminal with ? for what is not printable. */
static void put_text(struct find *f, struct find_sink *s, struct buf *b, const char *text, size_t len)
{
	if (!s->terminal) {
		buf_mem(b, text, len);
		return;
	}
	while (len > 0) {
		uint32_t cp = (unsigned char)*text;
		int n = f->utf8 ? utf8_decode(text, len, &cp) : 1;
		bool good = n > 0 && (f->utf8 ? char_printable(cp) : cp >= ' ' && cp < 127);

		n = n > 0 ? n : 1;
		if (good)
			buf_mem(b, text, (size_t)n);
		else
			buf_char(b, '?');
		text += n;
		len -= (size_t)n;
	}
}

/* ---- -ls ---- */

/* Writes a name with C's escapes. */
static void put_escaped(struct buf *b, const char *s)
{
	static const char letters[] = "abtnvfr"; /* of 7 to 13 */

	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c >= 7 && c <= 13)
			buf_fmt(b, "\\%c", letters[c - 7]);
		else if (c == ' ' || c == '\\' || c == '"')
			buf_fmt(b, "\\%c", c);
		else if (c < 33 || c > 126)
			buf_fmt(b, "\\%03o", c);
		else
			buf_char(b, (char)c);
	}
}

/* Adds a column, at least as wide as all that were before. */
static void put_column(struct buf *b, int *width, bool left, const char *text)
{
	int len = (int)strlen(text);

	*width = len > *width ? len : *width;
	buf_fmt(b, left ? "%-*s " : "%*s ", *width, text);
}

static const char *owner_name(const char *name, unsigned long id)
{
	return name ? name : arena_printf("%lu", id);
}

/* Adds the owner. Behind a number later ones get a blank more. */
static void put_owner(struct find *f, struct buf *b, uid_t uid)
{
	const char *name = user_name(&f->users, uid), *text = owner_name(name, uid);

	put_column(b, &f->widths.user, true, text);
	if (!name && f->widths.user <= (int)strlen(text))
		f->widths.user = (int)strlen(text) + 1;
	else if (!name && f->widths.user == 8)
		f->widths.user++;
}

/* Adds the time of the last change, with the year if it is half a year away. */
static void put_date(struct find *f, struct buf *b, const struct timespec *ts)
{
	enum { HALF_YEAR = 31556952 / 2 };
	struct tm tm;
	bool recent = ts->tv_sec > f->now.tv_sec - HALF_YEAR && ts->tv_sec <= f->now.tv_sec;

	if (time_split(&f->zone, ts->tv_sec, &tm))
		time_format(b, recent ? "%b %e %H:%M " : "%b %e  %Y ", &tm, ts);
	else
		buf_fmt(b, "%jd ", (intmax_t)ts->tv_sec);
}

void find_ls(struct find *f, struct find_sink *sink)
{
	const struct stat *st = find_stat(f);
	struct find_widths *w = &f->widths;
	char mode[11], number[NUM_SIZE];
	struct buf b = { 0 };
	const char *target;

	if (!st)
		return;
	mode_string(st->st_mode, mode);
	put_column(&b, &w->inode, false, num_to_str(st->st_ino, number));
	put_column(
		&b, &w->blocks, false,
		num_to_str(f->posix ? (uintmax_t)st->st_blocks : ((uintmax_t)st->st_blocks + 1) / 2, number));
	buf_fmt(&b, "%s ", mode);
	put_column(&b, &w->links, false, num_to_str(st->st_nlink, number));
	put_owner(f, &b, st->st_uid);
	put_column(&b, &w->group, true, owner_name(group_name(&f->users, st->st_gid), st->st_gid));
	if (S_ISCHR(st->st_mode) || S_ISBLK(st->st_mode))
		buf_fmt(&b, "%3u, %3u ", major(st->st_rdev), minor(st->st_rdev));
	else
		put_column(&b, &w->size, false, num_to_str((uintmax_t)st->st_size, number));
	put_date(f, &b, &st->st_mtim);
	put_escaped(&b, f->e->path);
	if (S_ISLNK(st->st_mode)) {
		target = read_link(f->e->dir, f->e->name);
		if (!target) {
			warn_errno("%s", quote(f->e->path));
			f->status = 1;
		} else {
			buf_str(&b, " -> ");
			put_escaped(&b, target);
		}
	}
	buf_char(&b, '\n');
	writer_mem(sink->out, b.data, b.len);
}

/* ---- -printf ---- */

static struct find_part *add_part(struct find_part **end, char letter, const char *text, size_t len)
{
	struct find_part *p = arena_new(struct find_part);

	p->letter = letter;
	p->text = arena_memdup(text, len);
	p->len = len;
	*end = p;
	return p;
}

/* Reads the directive behind the % at `p`. Returns what is behind it. */
static const char *read_directive(struct find_part ***end, struct buf *text, const char *p)
{
	static const char letters[] = "abcdDfFgGhHiklmMnpPsStuUyYZ";
	const char *start = p + 1;
	struct find_part *part;
	size_t n;

	p += 1 + strspn(p + 1, "-+ #0");
	p += strspn(p, "0123456789");
	if (*p == '.')
		p += 1 + strspn(p + 1, "0123456789");
	n = (size_t)(p - start);
	if (*p == '%') {
		buf_mem(text, start - 1, n + 1);
		return p + 1;
	}
	if (!*p && n == 0)
		die("error: %% at end of format string");
	if (!*p || strchr("{[(", *p)) {
		struct buf b = { 0 };

		buf_fmt(&b, "%s: error: the format directive `%%", applet_name());
		buf_char(&b, *p);
		buf_str(&b, "' is reserved for future use\n");
		out_flush();
		write_all(STDERR_FILENO, b.data, b.len);
		leave(1);
	}
	if (strchr("ABCT", *p) && !p[1]) {
		warn("warning: format directive `%%%c' should be followed by another character", *p);
	} else if (strchr(letters, *p) || strchr("ABCT", *p)) {
		if (text->len) {
			part = add_part(*end, 0, text->data, text->len);
			*end = &part->next;
			buf_cut(text, 0);
		}
		part = add_part(*end, *p, start, n);
		*end = &part->next;
		if (strchr("ABCT", *p))
			part->which = *++p;
		return p + 1;
	} else {
		warn("warning: unrecognized format directive `%%%c'", *p);
	}
	buf_mem(text, start - 1, n + 1);
	buf_char(text, *p);
	return p + 1;
}

struct find_part *find_format_compile(struct find *f, const char *format)
{
	struct find_part *first = NULL, **end = &first, *part;
	struct buf text = { 0 };
	bool stop = false;

	if (strchr(format, 'F'))
		find_fstype(f, 0);
	buf_str(&text, "");
	for (const char *p = format; *p && !stop;) {
		const char *next = p + 1;
		uint32_t value;

		if (*p == '%') {
			p = read_directive(&end, &text, p);
			continue;
		}
		if (*p != '\\') {
			buf_char(&text, *p++);
			continue;
		}
		switch (escape_read(&next, "abcfnrtv\\1", &value)) {
		case ESCAPE_BYTE:
			buf_char(&text, (char)value);
			break;
		case ESCAPE_STOP:
			stop = true;
			break;
		default:
			if (*next)
				warn("warning: unrecognized escape `\\%c'", *next);
			else
				warn("warning: escape `\\' followed by nothing at all");
			buf_char(&text, '\\');
			if (*next)
				buf_char(&text, *next++);
		}
		p = next;
	}
	if (text.len) {
		part = add_part(end, 0, text.data, text.len);
		end = &part->next;
	}
	if (stop)
		add_part(end, '\\', "", 0);
	return first;
}

/* Appends a time in the way of the letter `how`, for a file's time `which`. */
static void put_time(struct find *f, struct buf *b, char which, char how)
{
	static const struct {
		char letter;
		const char *format;
	} formats[] = {
		{ '@', NULL },
		{ '+', "%Y-%m-%d+%H:%M:%S.%N0" },
		{ 'S', "%S.%N0" },
		{ 'T', "%H:%M:%S.%N0" },
		{ 'X', "%H:%M:%S.%N0" },
		{ 'c', "%a %b %e %H:%M:%S %Y" },
		{ 0, "%a %b %e %H:%M:%S.%N0 %Y" },
	};
	const char one[] = { '%', how, 0 }, *format = one;
	struct timespec ts;
	struct tm tm;

	if (!find_time(f, which, &ts))
		return;
	if (how == '@') {
		buf_fmt(b, "%jd.%09ld0", (intmax_t)ts.tv_sec, ts.tv_nsec);
		return;
	}
	if (how && !strchr("+aAbBcCdDeFgGhHIjklmMnpPrRsStTuUVwWxXyYzZ%", how)) {
		buf_str(b, one);
		return;
	}
	for (size_t i = 1; i < sizeof(formats) / sizeof(*formats); i++)
		if (formats[i].letter == how)
			format = formats[i].format;
	if (time_split(&f->zone, ts.tv_sec, &tm))
		time_format(b, format, &tm, &ts);
	else
		buf_fmt(b, "%jd", (intmax_t)ts.tv_sec);
}

/* Where the last component of a path begins, whatever slashes follow it. */
static size_t base_at(const char *path, size_t len)
{
	while (len > 0 && path[len - 1] == '/')
		len--;
	while (len > 0 && path[len - 1] != '/')
		len--;
	return len;
}

/* The last component, with a slash if one follows. */
static void put_base(struct find *f, struct find_sink *s, struct buf *b)
{
	const char *path = f->e->path + base_at(f->e->path, f->e->path_len);
	size_t len = strcspn(path, "/");

	put_text(f, s, b, path, len + (path[len] == '/'));
}

/* What comes before it. */
static void put_dir(struct find *f, struct find_sink *s, struct buf *b)
{
	const char *path = f->e->path;
	size_t len = base_at(path, f->e->path_len);
	const char *slash = strrchr(path, '/');

	if (!slash)
		buf_char(b, '.');
	else if (len > 0)
		put_text(f, s, b, path, len - 1);
	else
		put_text(f, s, b, path, (size_t)(slash - path));
}

/* The path under the starting point. */
static void put_below(struct find *f, struct find_sink *s, struct buf *b)
{
	size_t skip = strlen(f->root_path);

	if (f->e->level == 0)
		return;
	while (f->e->path[skip] == '/')
		skip++;
	put_text(f, s, b, f->e->path + skip, f->e->path_len - skip);
}

static char type_letter(unsigned type)
{
	return type == DT_REG                         ? 'f'
	       : mode_type((mode_t)type << 12) == '?' ? 'U'
						      : mode_type((mode_t)type << 12);
}

/* The type of what a link leads to. */
static char type_beyond(struct find *f)
{
	const struct walk_entry *e = f->e;
	struct stat st;

	if (e->type != DT_LNK)
		return type_letter(e->type);
	if (fstatat(e->dir, e->name, &st, 0) == 0)
		return type_letter((st.st_mode & S_IFMT) >> 12);
	if (errno == ENOENT || errno == ENOTDIR)
		return 'N';
	if (errno == ELOOP)
		return 'L';
	warn_errno("%s", quote(e->path));
	f->status = 1;
	return '?';
}

static void put_context(struct find *f, struct buf *b)
{
	char *value = arena_alloc(4096);
	ssize_t n = (find_follow_flag(f) ? lgetxattr : getxattr)(f->e->path, "security.selinux", value, 4095);

	if (n >= 0) {
		buf_str(b, value);
		return;
	}
	warn_errno("getfilecon failed: %s", quote(f->e->path));
	f->status = 1;
}

static void put_sparseness(struct buf *b, const struct stat *st)
{
	if (st->st_size == 0)
		buf_str(b, st->st_blocks == 0 ? "1" : "inf");
	else
		buf_fmt(b, "%g", 512.0 * (double)st->st_blocks / (double)st->st_size);
}

/* Appends what a directive says that needs the status. */
static void put_status(struct find *f, struct buf *b, char letter, const struct stat *st)
{
	char mode[11];

	switch (letter) {
	case 'b':
		buf_fmt(b, "%jd", (intmax_t)st->st_blocks);
		break;
	case 'D':
		buf_fmt(b, "%ju", (uintmax_t)st->st_dev);
		break;
	case 'F':
		buf_str(b, find_fstype(f, st->st_dev));
		break;
	case 'g':
		buf_str(b, owner_name(group_name(&f->users, st->st_gid), st->st_gid));
		break;
	case 'G':
		buf_fmt(b, "%lu", (unsigned long)st->st_gid);
		break;
	case 'i':
		buf_fmt(b, "%ju", (uintmax_t)st->st_ino);
		break;
	case 'k':
		buf_fmt(b, "%jd", ((intmax_t)st->st_blocks + 1) / 2);
		break;
	case 'M':
		mode_string(st->st_mode, mode);
		buf_str(b, mode);
		break;
	case 'n':
		buf_fmt(b, "%ju", (uintmax_t)st->st_nlink);
		break;
	case 's':
		buf_fmt(b, "%jd", (intmax_t)st->st_size);
		break;
	case 'S':
		put_sparseness(b, st);
		break;
	case 'u':
		buf_str(b, owner_name(user_name(&f->users, st->st_uid), st->st_uid));
		break;
	default:
		buf_fmt(b, "%lu", (unsigned long)st->st_uid);
	}
}

/* Appends what a directive says. */
static void put_directive(struct find *f, struct find_sink *s, struct buf *b, const struct find_part *p)
{
	const struct walk_entry *e = f->e;
	const struct stat *st;
	const char *link;

	switch (p->letter) {
	case 'a':
	case 'c':
	case 't':
		put_time(f, b, p->letter == 't' ? 'm' : p->letter, 0);
		break;
	case 'A':
	case 'B':
	case 'C':
	case 'T':
		put_time(f, b,
			 p->letter == 'A'   ? 'a'
			 : p->letter == 'B' ? 'B'
			 : p->letter == 'C' ? 'c'
					    : 'm',
			 p->which);
		break;
	case 'f':
		put_base(f, s, b);
		break;
	case 'h':
		put_dir(f, s, b);
		break;
	case 'H':
		put_text(f, s, b, f->root_path, strlen(f->root_path));
		break;
	case 'l':
		link = e->type == DT_LNK ? read_link(e->dir, e->name) : NULL;
		if (link)
			put_text(f, s, b, link, strlen(link));
		break;
	case 'p':
		put_text(f, s, b, e->path, e->path_len);
		break;
	case 'P':
		put_below(f, s, b);
		break;
	case 'y':
		buf_char(b, type_letter(e->type));
		break;
	case 'Y':
		buf_char(b, type_beyond(f));
		break;
	case 'Z':
		put_context(f, b);
		break;
	default:
		st = find_stat(f);
		if (st)
			put_status(f, b, p->letter, st);
	}
}

/* Appends a number with all the flags that it may have. */
static void put_number(struct buf *b, const struct find_part *p, unsigned n)
{
	char *format = arena_printf("%%%s%c", p->text, p->letter == 'd' ? 'd' : 'o');
	char *room;
	int len;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	len = snprintf(NULL, 0, format, n);
	if (len > 0) {
		room = buf_room(b, (size_t)len);
		snprintf(room, (size_t)len + 1, format, n);
		b->len += (size_t)len;
	}
#pragma GCC diagnostic pop
}

/* Appends a text with a width and a precision. */
static void put_padded(struct buf *out, const struct find_part *p, const struct buf *text)
{
	size_t flags = strspn(p->text, "-+ #0"), len = text->len;
	uintmax_t width = strtoumax(p->text + flags, NULL, 10);
	const char *dot = strchr(p->text, '.'), *minus = memchr(p->text, '-', flags);

	if (dot && strtoumax(dot + 1, NULL, 10) < len)
		len = (size_t)strtoumax(dot + 1, NULL, 10);
	if (width > INT_MAX)
		width = 0;
	for (size_t i = len; !minus && i < width; i++)
		buf_char(out, ' ');
	buf_mem(out, text->data, len);
	for (size_t i = len; minus && i < width; i++)
		buf_char(out, ' ');
}

void find_printf(struct find *f, struct find_sink *sink, const struct find_part *parts)
{
	struct buf out = { 0 };

	for (const struct find_part *p = parts; p && !f->gone; p = p->next) {
		struct buf text = { 0 };
		const struct stat *st;

		if (p->letter == 0) {
			buf_mem(&out, p->text, p->len);
		} else if (p->letter == '\\') {
			writer_mem(sink->out, out.data, out.len);
			writer_flush(sink->out);
			return;
		} else if (p->letter == 'd') {
			put_number(&out, p, (unsigned)f->e->level);
		} else if (p->letter == 'm') {
			st = find_stat(f);
			if (st)
				put_number(&out, p, st->st_mode & 07777);
		} else if (p->len == 0) {
			put_directive(f, sink, &out, p);
		} else {
			buf_str(&text, "");
			put_directive(f, sink, &text, p);
			put_padded(&out, p, &text);
		}
	}
	if (!f->gone && out.len)
		writer_mem(sink->out, out.data, out.len);
}

/* ---- the actions ---- */

void find_print(struct find *f, const struct find_node *n)
{
	struct find_sink *s = n->print.sink;
	struct buf b = { 0 };

	switch (n->kind) {
	case FIND_PRINT:
		if (s->terminal) {
			put_text(f, s, &b, f->e->path, f->e->path_len);
			writer_mem(s->out, b.data, b.len);
		} else {
			writer_mem(s->out, f->e->path, f->e->path_len);
		}
		writer_char(s->out, '\n');
		break;
	case FIND_PRINT0:
		writer_mem(s->out, f->e->path, f->e->path_len + 1);
		break;
	case FIND_PRINTF:
		find_printf(f, s, n->print.parts);
		break;
	default:
		find_ls(f, s);
	}
	if (s->out->fd == STDERR_FILENO)
		writer_flush(s->out);
}

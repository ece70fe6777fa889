/* execute.c - running sed's commands
 */
#include "sed.h"

/* What becomes of the cycle after a command. */
enum { GO_ON, END_CYCLE, RESTART, QUIT };

/* The length of a pattern space that was deleted. */
static const size_t DELETED = SIZE_MAX;

void space_add_slowly(struct space *sp, const void *p, size_t len)
{
	if (sp->size - sp->len < len + 1) {
		size_t size = 2 * sp->size + len + 128;

		sp->data = arena_grow(sp->data, sp->len, size);
		sp->size = size;
	}
	memcpy(sp->data + sp->len, p, len);
	sp->len += len;
}

void output_failed(struct sed *s, struct output *o, const char *what)
{
	int code = o->to->error;

	/* said here, and not again by the runner */
	o->to->error = 0;
	o->to->len = 0;
	discard_edit(s);
	errno = code;
	die_status_errno(STATUS_PANIC, "couldn't %s %s", what, o->name);
}

static void after_write(struct sed *s, struct output *o, size_t len)
{
	if (s->opt->unbuffered && !o->to->error)
		writer_flush(o->to);
	if (o->to->error)
		output_failed(s, o, arena_printf("write %zu item%s to", len, len == 1 ? "" : "s"));
}

static void end_last_line(struct sed *s, struct output *o)
{
	if (o->missing_newline)
		writer_char(o->to, s->delimiter);
	o->missing_newline = false;
}

void output_text(struct sed *s, struct output *o, const char *p, size_t len, bool newline)
{
	end_last_line(s, o);
	writer_mem(o->to, p, len);
	if (newline)
		writer_char(o->to, s->delimiter);
	else
		o->missing_newline = true;
	if (s->opt->unbuffered || o->to->error)
		after_write(s, o, len);
}

/* Writes text that is complete. */
static void output_all(struct sed *s, struct output *o, const char *p, size_t len)
{
	if (len == 0)
		return;
	end_last_line(s, o);
	writer_mem(o->to, p, len);
	after_write(s, o, len);
}

static void append(struct sed *s, const char *text, size_t len, const char *file)
{
	s->appended = arena_reserve(s->appended, s->appended_count, &s->appended_size, sizeof *s->appended);
	s->appended[s->appended_count++] = (struct appended){ text, len, file };
}

static void append_file(struct sed *s, const char *name)
{
	int fd = strcmp(name, "/dev/stdin") == 0 ? STDIN_FILENO : open_file(name, O_RDONLY, 0);
	struct arena_mark mark = arena_mark();
	char *block;
	ssize_t n;

	end_last_line(s, s->out);
	if (fd < 0)
		return;
	block = arena_alloc(IO_BLOCK);
	while ((n = read_some(fd, block, IO_BLOCK)) > 0)
		output_all(s, s->out, block, (size_t)n);
	if (fd != STDIN_FILENO)
		close_file(fd);
	arena_release(mark);
}

static void append_text(struct sed *s, const char *text, size_t len)
{
	end_last_line(s, s->out);
	output_all(s, s->out, text, len);
}

/* Writes what a, r and R have put behind the line. */
static void write_appended(struct sed *s)
{
	for (size_t i = 0; i < s->appended_count; i++) {
		const struct appended *a = &s->appended[i];

		if (a->file)
			append_file(s, a->file);
		else
			append_text(s, a->text, a->len);
	}
	s->appended_count = 0;
}

/* R: puts the next line of a file behind the line. */
static void append_line_of(struct sed *s, const char *name)
{
	struct line_file *f = s->line_files;
	size_t len;
	char *line;

	while (f && strcmp(f->name, name) != 0)
		f = f->next;
	if (!f) {
		int fd = strcmp(name, "/dev/stdin") == 0 ? STDIN_FILENO : open_file(name, O_RDONLY, 0);

		f = arena_new(struct line_file);
		f->name = name;
		f->open = fd >= 0;
		if (f->open)
			reader_open(&f->reader, fd);
		f->next = s->line_files;
		s->line_files = f;
	}
	line = f->open ? reader_line(&f->reader, &len, s->delimiter) : NULL;
	if (!line)
		return;
	len -= line[len - 1] == s->delimiter;
	line = arena_memdup(line, len);
	line[len] = s->delimiter;
	append(s, line, len + 1, NULL);
}

static bool address_matches(struct sed *s, const struct address *a)
{
	switch (a->kind) {
	case LINE:
		return s->line == a->line;
	case STEP:
		return s->line >= a->line && (s->line - a->line) % a->step == 0;
	case LAST:
		return is_last_line(s);
	case REGEX:
		return search(s, a->re, 0, NULL, 0);
	default:
		return true;
	}
}

/* Begins a range at the current line, or finds that it is only that. */
static void begin_range(struct sed *s, struct command *c)
{
	c->range = RANGE_ACTIVE;
	switch (c->to.kind) {
	case LINE:
		c->range_end = c->to.line;
		break;
	case LINES_MORE:
		c->range_end = s->line + c->to.line;
		break;
	case MULTIPLE:
		c->range_end = c->to.line ? (s->line / c->to.line + 1) * c->to.line : s->line;
		break;
	default:
		return;
	}
	if (c->range_end <= s->line)
		c->range = RANGE_CLOSED;
}

static bool in_range(struct sed *s, struct command *c)
{
	if (c->range != RANGE_ACTIVE) {
		if (c->from.kind == LINE) {
			if (c->range == RANGE_CLOSED || s->line < c->from.line)
				return false;
			begin_range(s, c);
			return c->range == RANGE_ACTIVE || s->line == c->from.line || s->line <= c->range_end;
		}
		if (!address_matches(s, &c->from))
			return false;
		begin_range(s, c);
		return true;
	}
	if (c->to.kind == REGEX || c->to.kind == LAST || c->to.kind == STEP) {
		if (address_matches(s, &c->to))
			c->range = RANGE_CLOSED;
		return true;
	}
	if (s->line >= c->range_end)
		c->range = RANGE_CLOSED;
	if (s->line <= c->range_end)
		return true;
	/* the end was passed unseen: this line may begin another */
	if (c->from.kind == LINE || !address_matches(s, &c->from))
		return false;
	begin_range(s, c);
	return true;
}

static bool selected(struct sed *s, struct command *c)
{
	if (c->from.kind == NO_ADDRESS)
		return true;
	return (c->to.kind == NO_ADDRESS ? address_matches(s, &c->from) : in_range(s, c)) != c->negate;
}

/* l: shows the pattern space in a form in which nothing is hidden. */
static void show(struct sed *s, intmax_t width)
{
	static const char escapes[] = "\\\\\aa\bb\ff\nn\rr\tt\vv";
	size_t column = 0, most = width > 0 ? (size_t)width - 1 : 0;

	end_last_line(s, s->out);
	for (size_t i = 0; i < s->pattern.len; i++) {
		unsigned char b = (unsigned char)s->pattern.data[i];
		char text[8];
		size_t len = 1;
		const char *e = b ? strchr(escapes, b) : NULL;

		while (e && (e - escapes) % 2)
			e = strchr(e + 1, b);
		text[0] = (char)b;
		if (e)
			len = (size_t)snprintf(text, sizeof text, "\\%c", e[1]);
		else if (b < 0x20 || b >= 0x7f)
			len = (size_t)snprintf(text, sizeof text, "\\%03o", b);
		if (width > 0 && column + len > most) {
			writer_char(s->out->to, '\\');
			writer_char(s->out->to, s->delimiter);
			column = 0;
		}
		writer_mem(s->out->to, text, len);
		column += len;
	}
	writer_char(s->out->to, '$');
	writer_char(s->out->to, s->delimiter);
	after_write(s, s->out, 1);
}

static void print_pattern(struct sed *s, struct output *o)
{
	output_text(s, o, s->pattern.data, s->pattern.len, s->pattern.newline);
}

/* The first line of the pattern space, without its end; the length of all if there is only one. */
static size_t first_line(const struct sed *s)
{
	const char *end = mem_chr(s->pattern.data, s->delimiter, s->pattern.len);

	return end ? (size_t)(end - s->pattern.data) : s->pattern.len;
}

static void print_first_line(struct sed *s, struct output *o)
{
	size_t len = first_line(s);

	output_text(s, o, s->pattern.data, len, len < s->pattern.len || s->pattern.newline);
}

static void copy_space(struct space *to, const struct space *from)
{
	to->len = 0;
	space_add(to, from->data ? from->data : "", from->len);
	to->newline = from->newline;
}

static void add_space(const struct sed *s, struct space *to, const struct space *from)
{
	space_add(to, &s->delimiter, 1);
	space_add(to, from->data ? from->data : "", from->len);
	to->newline = from->newline;
}

static void exchange(struct sed *s)
{
	struct space t = s->pattern;

	s->pattern = s->hold;
	s->hold = t;
	if (!s->pattern.data)
		space_add(&s->pattern, "", 0);
}

/* n and N at the end of the input. */
static int no_next(struct sed *s)
{
	if (s->posix)
		s->pattern.len = DELETED;
	return QUIT;
}

static void evaluate(struct sed *s, const struct command *c)
{
	struct space result = { .data = NULL };

	if (*c->text) {
		run_shell(c->text, &result);
		output_all(s, s->out, result.data, result.len);
		return;
	}
	space_add(&s->pattern, "", 1);
	run_shell(s->pattern.data, &result);
	s->pattern.len = 0;
	if (result.len && result.data[result.len - 1] == s->delimiter)
		result.len--;
	space_add(&s->pattern, result.data ? result.data : "", result.len);
}

/* Runs one command; *next is the one that follows. Returns what becomes of the cycle. */
static int run_command(struct sed *s, struct command *c, size_t *next)
{
	size_t len;

	switch (c->name) {
	case '=':
		end_last_line(s, s->out);
		writer_num(s->out->to, s->line, 0);
		writer_char(s->out->to, s->delimiter);
		after_write(s, s->out, 1);
		break;
	case 'a':
		append(s, c->text, c->len, NULL);
		break;
	case 'b':
		*next = c->target;
		break;
	case 'c':
		if (c->to.kind == NO_ADDRESS || c->range != RANGE_ACTIVE || c->negate)
			output_all(s, s->out, c->text, c->len);
		s->pattern.len = DELETED;
		return END_CYCLE;
	case 'd':
		s->pattern.len = DELETED;
		return END_CYCLE;
	case 'D':
		len = first_line(s);
		if (len == s->pattern.len) {
			s->pattern.len = DELETED;
			return END_CYCLE;
		}
		memmove(s->pattern.data, s->pattern.data + len + 1, s->pattern.len - len - 1);
		s->pattern.len -= len + 1;
		return RESTART;
	case 'e':
		evaluate(s, c);
		break;
	case 'F':
		output_text(s, s->out, s->name, strlen(s->name), true);
		break;
	case 'g':
		copy_space(&s->pattern, &s->hold);
		break;
	case 'G':
		add_space(s, &s->pattern, &s->hold);
		break;
	case 'h':
		copy_space(&s->hold, &s->pattern);
		break;
	case 'H':
		add_space(s, &s->hold, &s->pattern);
		break;
	case 'i':
		output_all(s, s->out, c->text, c->len);
		break;
	case 'l':
		show(s, c->number >= 0 ? c->number : s->line_length);
		break;
	case 'n':
		if (is_last_line(s))
			return no_next(s);
		if (!s->quiet)
			print_pattern(s, s->out);
		write_appended(s);
		s->pattern.len = 0;
		read_line(s, &s->pattern);
		break;
	case 'N':
		if (is_last_line(s))
			return no_next(s);
		write_appended(s);
		space_add(&s->pattern, &s->delimiter, 1);
		read_line(s, &s->pattern);
		break;
	case 'p':
		print_pattern(s, s->out);
		break;
	case 'P':
		print_first_line(s, s->out);
		break;
	case 'q':
		s->status = c->number > 0 ? (int)c->number : s->status;
		return QUIT;
	case 'Q':
		s->status = c->number > 0 ? (int)c->number : s->status;
		s->pattern.len = DELETED;
		s->appended_count = 0;
		return QUIT;
	case 'r':
		append(s, NULL, 0, c->text);
		break;
	case 'R':
		append_line_of(s, c->text);
		break;
	case 's':
		substitute(s, c->s);
		break;
	case 't':
		if (s->replaced)
			*next = c->target;
		s->replaced = false;
		break;
	case 'T':
		if (!s->replaced)
			*next = c->target;
		s->replaced = false;
		break;
	case 'w':
		print_pattern(s, c->file);
		break;
	case 'W':
		print_first_line(s, c->file);
		break;
	case 'x':
		exchange(s);
		break;
	case 'y':
		transliterate(s, c);
		break;
	case 'z':
		s->pattern.len = 0;
		break;
	}
	return GO_ON;
}

/* Runs the script over the pattern space. */
static int run_cycle(struct sed *s)
{
	for (size_t at = 0; at < s->count;) {
		struct command *c = &s->commands[at];
		size_t next = at + 1;
		int result;

		if (c->from.kind != NO_ADDRESS ? selected(s, c) : !c->negate) {
			if (c->name != '{') {
				if (s->opt->debug)
					print_command(s, c);
				result = run_command(s, c, &next);
				if (result != GO_ON)
					return result;
			}
		} else if (c->name == '{') {
			next = c->target;
		}
		at = next;
	}
	return END_CYCLE;
}

static void print_debug_input(struct sed *s)
{
	out_fmt("INPUT:   '%s' line %" PRIuMAX "\nPATTERN: ", strcmp(s->name, "-") == 0 ? "STDIN" : s->name,
		s->line);
	for (size_t i = 0; i < s->pattern.len; i++)
		if (s->pattern.data[i] == '\n')
			out_str("\\n");
		else
			out_char(s->pattern.data[i]);
	out_char('\n');
}

/* Returns the pattern without a match of which the script does nothing to a line, or NULL. */
static struct regex *find_guard(const struct sed *s)
{
	const struct command *c = s->commands;

	if (s->opt->debug || s->opt->unbuffered || s->count == 0 || c->negate || c->to.kind != NO_ADDRESS)
		return NULL;
	if (c->name == '{' ? c->target != s->count && c->target != s->count - 1 : s->count > 1)
		return NULL;
	if (c->from.kind == REGEX)
		return c->from.re;
	return c->from.kind == NO_ADDRESS && c->s ? c->s->re : NULL;
}

void run_script(struct sed *s)
{
	bool restart = false;
	int result = END_CYCLE;

	s->spans = arena_array(struct regex_span, s->max_groups + 2);
	s->hold.newline = true;
	s->guard = find_guard(s);
	while (result != QUIT) {
		if (!restart) {
			s->pattern.len = 0;
			if (s->guard)
				skip_lines(s);
			if (!read_line(s, &s->pattern))
				break;
			s->replaced = false;
		}
		if (s->opt->debug)
			print_debug_input(s);
		result = run_cycle(s);
		restart = result == RESTART;
		if (s->opt->debug && !restart)
			out_str("END-OF-CYCLE:\n");
		if (!s->quiet && !restart && s->pattern.len != DELETED)
			print_pattern(s, s->out);
		if (s->appended_count)
			write_appended(s);
	}
	close_input(s);
}

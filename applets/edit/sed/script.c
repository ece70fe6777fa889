/* script.c - reading sed's scripts */
#include "sed.h"

/* The part of the script that is read: an argument of -e, or a file. */
struct source {
	struct sed *sed;
	const char *p, *start, *end;
	const char *file; /* NULL: -e */
	unsigned number;  /* of the -e */
	uintmax_t line;
	struct block {
		size_t command;
		const char *file;
		unsigned number;
		uintmax_t line;
	} * blocks; /* commands { that are open, and where they are */
	size_t depth, blocks_size;
	struct buf text; /* of a, i or c, that goes on in the next source */
	bool in_text, first;
};

enum { END = -1 };

static _Noreturn void bad(const struct source *in, const char *message)
{
	if (in->file)
		die("file %s line %" PRIuMAX ": %s", in->file, in->line, message);
	die("-e expression #%u, char %zu: %s", in->number, (size_t)(in->p - in->start), message);
}

static int next_char(struct source *in)
{
	if (in->p >= in->end)
		return END;
	in->line += *in->p == '\n';
	return (unsigned char)*in->p++;
}

static void put_back(struct source *in, int c)
{
	if (c == END)
		return;
	in->p--;
	in->line -= c == '\n';
}

static bool is_blank(int c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

static int next_nonblank(struct source *in)
{
	int c;

	do
		c = next_char(in);
	while (is_blank(c));
	return c;
}

static bool is_digit(int c)
{
	return c >= '0' && c <= '9';
}

static uintmax_t read_number(struct source *in, int c)
{
	uintmax_t n = 0;

	for (; is_digit(c); c = next_char(in))
		n = n * 10 + (uintmax_t)(c - '0');
	put_back(in, c);
	return n;
}

static void end_command(struct source *in)
{
	int c = next_nonblank(in);

	if (c == '}' || c == '#')
		put_back(in, c);
	else if (c != END && c != '\n' && c != ';')
		bad(in, "extra characters after command");
}

/* Copies a bracket expression, behind its [. Returns false at the end of the script. */
static bool copy_bracket(struct source *in, struct buf *b)
{
	int c = next_char(in);

	if (c == '^') {
		buf_char(b, '^');
		c = next_char(in);
	}
	if (c == ']') {
		buf_char(b, ']');
		c = next_char(in);
	}
	for (; c != ']'; c = next_char(in)) {
		int kind = c == '[' && in->p < in->end ? *in->p : 0;

		if (c == END || c == '\n')
			return false;
		buf_char(b, (char)c);
		if (kind != '.' && kind != ':' && kind != '=')
			continue;
		buf_char(b, (char)next_char(in));
		do {
			c = next_char(in);
			if (c == END || c == '\n')
				return false;
			buf_char(b, (char)c);
		} while (c != kind || in->p >= in->end || *in->p != ']');
		buf_char(b, (char)next_char(in));
	}
	buf_char(b, ']');
	return true;
}

/* Reads up to `delimiter`. Returns the text, in which escaped delimiters stand for themselves; NULL if there is no end. */
static bool read_delimited(struct source *in, int delimiter, bool regex, struct buf *b)
{
	int c;

	*b = (struct buf){ NULL, 0, 0 };
	buf_mem(b, "", 0);
	while ((c = next_char(in)) != delimiter) {
		if (c == END)
			return false;
		if (c == '\n' && regex) {
			return false;
		}
		if (c == '[' && regex && delimiter != '[') {
			buf_char(b, '[');
			if (!copy_bracket(in, b))
				return false;
			continue;
		}
		if (c == '\\') {
			c = next_char(in);
			if (c == END)
				return false;
			if (c != delimiter || (c == '&' && !regex))
				buf_char(b, '\\');
		} else if (c == '\n' && !regex) {
			/* a newline in the replacement needs a backslash */
			return false;
		}
		buf_char(b, (char)c);
	}
	buf_mem(b, "", 0);
	return true;
}

static struct regex *compile(struct source *in, const struct buf *b, unsigned flags)
{
	struct sed *s = in->sed;
	const char *error;
	struct regex *re;

	if (b->len == 0) {
		if (flags)
			bad(in, "cannot specify modifiers on empty regexp");
		return NULL;
	}
	flags |= REGEX_ESCAPES | REGEX_NO_CLOSE | (s->utf8 ? 0 : REGEX_BYTES);
	re = regex_compile(b->data, b->len, s->extended ? REGEX_EXTENDED : REGEX_BASIC, flags, &error);
	if (!re && strncmp(error, "character class", 15) == 0)
		die_status(STATUS_PANIC, "%s", error);
	if (!re)
		bad(in, error);
	if (regex_groups(re) > s->max_groups)
		s->max_groups = regex_groups(re);
	return re;
}

/* Reads an address that begins with `c`. Returns false, having read nothing, if there is none. */
static bool read_address(struct source *in, int c, struct address *a)
{
	*a = (struct address){ .kind = NO_ADDRESS };
	if (c == '/' || c == '\\') {
		struct buf b;
		unsigned flags = 0;

		if (c == '\\') {
			c = next_char(in);
			if (c == END || c == '\n')
				bad(in, "unterminated address regex");
		}
		if (!read_delimited(in, c, true, &b))
			bad(in, "unterminated address regex");
		for (;;) {
			c = next_nonblank(in);
			if (c == 'I')
				flags |= REGEX_ICASE;
			else if (c == 'M')
				flags |= REGEX_MULTILINE;
			else
				break;
		}
		put_back(in, c);
		a->kind = REGEX;
		a->text = b.data ? b.data : "";
		a->re = compile(in, &b, flags);
		return true;
	}
	if (is_digit(c)) {
		a->kind = LINE;
		a->line = read_number(in, c);
		c = next_nonblank(in);
		if (c == '~') {
			c = next_nonblank(in);
			if (is_digit(c)) {
				a->step = read_number(in, c);
				a->kind = a->step ? STEP : LINE;
			} else {
				put_back(in, c);
			}
			return true;
		}
		put_back(in, c);
		return true;
	}
	if (c == '+' || c == '~') {
		a->kind = c == '+' ? LINES_MORE : MULTIPLE;
		c = next_nonblank(in);
		if (!is_digit(c))
			bad(in, "expected number");
		a->line = read_number(in, c);
		return true;
	}
	if (c == '$') {
		a->kind = LAST;
		return true;
	}
	return false;
}

static const char *read_filename(struct source *in)
{
	struct buf b = { NULL, 0, 0 };
	int c = next_nonblank(in);

	for (; c != END && c != '\n'; c = next_char(in))
		buf_char(&b, (char)c);
	if (b.len == 0)
		bad(in, "missing filename in r/R/w/W commands");
	return b.data;
}

static const char *read_label(struct source *in)
{
	struct buf b = { NULL, 0, 0 };
	int c = next_nonblank(in);

	for (; c != END && c != '\n' && c != ';' && !is_blank(c); c = next_char(in))
		buf_char(&b, (char)c);
	put_back(in, c);
	return b.data ? b.data : "";
}

struct output *get_output(struct sed *s, const char *name)
{
	struct output *o;
	int fd;

	if (strcmp(name, "/dev/stdout") == 0)
		return &s->stdout_file;
	for (o = s->outputs; o; o = o->next)
		if (strcmp(o->name, name) == 0)
			return o;
	o = arena_new(struct output);
	o->name = name;
	o->to = arena_new(struct writer);
	fd = strcmp(name, "/dev/stderr") == 0 ? STDERR_FILENO
					      : open_file(name, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	if (fd < 0)
		die_status_errno(STATUS_PANIC, "couldn't open file %s", name);
	writer_open(o->to, fd);
	o->next = s->outputs;
	s->outputs = o;
	return o;
}

static int hex_value(int c)
{
	return is_digit(c) ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : 99;
}

/* Reads the escape of a character behind the backslash, at `p`. Returns its length, or 0 if it is none. */
static size_t read_escape(const char *p, const char *end, int *value)
{
	static const char letters[] = "a\af\fn\nr\rt\tv\v";
	size_t n = 1;
	int base, most;

	if (p == end)
		return 0;
	for (const char *l = letters; *l; l += 2)
		if (*p == *l) {
			*value = l[1];
			return 1;
		}
	if (*p == 'c' && end - p > 1) {
		int c = p[1] >= 'a' && p[1] <= 'z' ? p[1] - 32 : p[1];

		*value = c ^ 64;
		return c == '\\' && end - p > 2 && p[2] == '\\' ? 3 : 2;
	}
	base = *p == 'd' ? 10 : *p == 'o' ? 8 : *p == 'x' ? 16 : 0;
	most = base == 16 ? 2 : 3;
	if (!base)
		return 0;
	for (*value = 0; (int)n <= most && p + n < end && hex_value((unsigned char)p[n]) < base; n++)
		*value = *value * base + hex_value((unsigned char)p[n]);
	return n > 1 ? n : 0;
}

/* Reads the text of a, i or c up to the end of a line that has no backslash. */
static void read_text(struct source *in, bool one_line)
{
	struct buf *b = &in->text;
	int c;

	while ((c = next_char(in)) != END) {
		int value;
		size_t n;

		if (c == '\n')
			break;
		if (c != '\\') {
			buf_char(b, (char)c);
			continue;
		}
		n = read_escape(in->p, in->end, &value);
		if (n > 0) {
			buf_char(b, (char)value);
			in->p += n;
			continue;
		}
		c = next_char(in);
		if (c == END) {
			/* goes on in the next -e */
			if (!one_line || b->len)
				buf_char(b, '\n');
			in->in_text = true;
			return;
		}
		buf_char(b, (char)c);
	}
	buf_char(b, '\n');
	in->in_text = false;
}

static void keep_text(struct source *in)
{
	struct command *c = &in->sed->commands[in->sed->count - 1];

	c->text = in->text.data ? in->text.data : "";
	c->len = in->text.len;
}

static void begin_text(struct source *in)
{
	int c = next_nonblank(in);

	in->text = (struct buf){ NULL, 0, 0 };
	if (c == END)
		bad(in, "expected \\ after `a', `c' or `i'");
	if (c == '\\') {
		const char *at = in->p;

		while (at < in->end && is_blank((unsigned char)*at))
			at++;
		if (at == in->end) {
			in->p = at;
			in->in_text = true;
			keep_text(in);
			return;
		}
		if (*at == '\n') {
			in->p = at;
			next_char(in);
		}
	} else {
		put_back(in, c);
	}
	read_text(in, true);
	keep_text(in);
}

static void add_piece(struct substitution *sub, size_t *size, struct buf *b, int group, struct piece *state)
{
	struct piece *p;

	sub->pieces = arena_reserve(sub->pieces, sub->count, size, sizeof *sub->pieces);
	p = &sub->pieces[sub->count++];
	*p = *state;
	p->text = b->data ? b->data : "";
	p->len = b->len;
	p->group = group;
	*b = (struct buf){ NULL, 0, 0 };
	*state = (struct piece){ .group = -1 };
	if (group >= (int)sub->groups)
		sub->groups = (size_t)group + 1;
}

/* Cuts a replacement into pieces. */
static void read_replacement(struct source *in, struct substitution *sub, const struct buf *text)
{
	const char *p = text->data, *end = p + text->len;
	struct buf b = { NULL, 0, 0 };
	struct piece state = { .group = -1 };
	size_t size = 0, n;
	int value;

	sub->groups = 1;
	for (; p < end; p++) {
		if (*p == '&') {
			add_piece(sub, &size, &b, 0, &state);
			continue;
		}
		if (*p != '\\' || p + 1 == end) {
			buf_char(&b, *p);
			continue;
		}
		p++;
		if (is_digit(*p)) {
			add_piece(sub, &size, &b, *p - '0', &state);
		} else if (strchr("ULEul", *p) && !in->sed->posix) {
			if (b.len || state.next || state.set_case)
				if (b.len || *p == 'U' || *p == 'L' || *p == 'E' ? b.len : 0)
					add_piece(sub, &size, &b, -1, &state);
			sub->cased = true;
			if (*p == 'u' || *p == 'l') {
				state.next = *p == 'u' ? CASE_UPPER : CASE_LOWER;
			} else {
				state.set_case = true;
				state.letters = *p == 'U' ? CASE_UPPER : *p == 'L' ? CASE_LOWER : CASE_KEEP;
			}
		} else if ((n = read_escape(p, end, &value)) > 0) {
			buf_char(&b, (char)value);
			p += n - 1;
		} else {
			buf_char(&b, *p);
		}
	}
	if (b.len)
		add_piece(sub, &size, &b, -1, &state);
}

static void read_s_flags(struct source *in, struct substitution *sub, unsigned *flags)
{
	for (;;) {
		int c = next_char(in);

		switch (c) {
		case 'i':
		case 'I':
			*flags |= REGEX_ICASE;
			break;
		case 'm':
		case 'M':
			*flags |= REGEX_MULTILINE;
			break;
		case 'e':
			sub->eval = true;
			break;
		case 'p':
			if (sub->print)
				bad(in, "multiple `p' options to `s' command");
			sub->print = true;
			break;
		case 'g':
			if (sub->global)
				bad(in, "multiple `g' options to `s' command");
			sub->global = true;
			break;
		case 'w':
			sub->file = get_output(in->sed, read_filename(in));
			return;
		case '}':
		case '#':
			put_back(in, c);
			return;
		case END:
		case '\n':
		case ';':
			return;
		default:
			if (is_blank(c))
				break;
			if (!is_digit(c))
				bad(in, "unknown option to `s'");
			if (sub->number)
				bad(in, "multiple number options to `s' command");
			sub->number = read_number(in, c);
			if (sub->number == 0)
				bad(in, "number option to `s' command may not be zero");
		}
	}
}

/* Dies of \c before an escape. */
static void check_control(const struct source *in, const struct buf *b)
{
	for (size_t i = 0; i + 1 < b->len; i++)
		if (b->data[i] == '\\') {
			if (b->data[i + 1] == 'c' && i + 2 < b->len && b->data[i + 2] == '\\' &&
			    (i + 3 == b->len || b->data[i + 3] != '\\'))
				bad(in, "recursive escaping after \\c not allowed");
			i++;
		}
}

static void check_delimiter(const struct source *in, int c)
{
	if (c >= 0x80 && in->sed->utf8)
		bad(in, "delimiter character is not a single-byte character");
}

static void read_s(struct source *in, struct command *c)
{
	struct substitution *sub = arena_new(struct substitution);
	int delimiter = next_char(in);
	struct buf pattern, replacement;
	unsigned flags = 0;

	check_delimiter(in, delimiter);
	if (delimiter == END || delimiter == '\n' || !read_delimited(in, delimiter, true, &pattern) ||
	    !read_delimited(in, delimiter, false, &replacement))
		bad(in, "unterminated `s' command");
	read_replacement(in, sub, &replacement);
	sub->text = pattern.data ? pattern.data : "";
	sub->replacement = replacement.data ? replacement.data : "";
	read_s_flags(in, sub, &flags);
	check_control(in, &pattern);
	check_control(in, &replacement);
	if (in->sed->opt->sandbox && (sub->eval || sub->file))
		bad(in, "e/r/w commands disabled in sandbox mode");
	sub->re = compile(in, &pattern, flags);
	if (sub->re && sub->groups > regex_groups(sub->re) + 1)
		bad(in, arena_printf("invalid reference \\%zu on `s' command's RHS", sub->groups - 1));
	if (sub->groups > in->sed->max_groups + 1)
		in->sed->max_groups = sub->groups - 1;
	c->s = sub;
}

/* Cuts the text of y into characters. */
static uint32_t *split_chars(struct source *in, const struct buf *b, size_t *count)
{
	uint32_t *chars = arena_array(uint32_t, b->len + 1);
	const char *p = b->data, *end = p + b->len;

	for (*count = 0; p < end;) {
		uint32_t cp = (unsigned char)*p;
		int len = in->sed->utf8 ? utf8_decode(p, (size_t)(end - p), &cp) : 1, value;
		size_t n;

		if (*p == '\\' && end - p > 1) {
			if (p[1] == '\\') {
				len = 2;
			} else if ((n = read_escape(p + 1, end, &value)) > 0) {
				cp = (uint32_t)value;
				len = (int)n + 1;
			}
		}
		/* bytes that are no character are kept apart from the characters */
		if (len <= 0)
			cp = 0x110000 + (unsigned char)*p;
		chars[(*count)++] = cp;
		p += len > 0 ? len : 1;
	}
	return chars;
}

static void read_y(struct source *in, struct command *c)
{
	int delimiter = next_char(in);
	struct buf from, to;
	uint32_t *a, *b;
	size_t count, other;
	bool bytes = true;

	check_delimiter(in, delimiter);
	if (delimiter == END || delimiter == '\n' || !read_delimited(in, delimiter, false, &from) ||
	    !read_delimited(in, delimiter, false, &to))
		bad(in, "unterminated `y' command");
	a = split_chars(in, &from, &count);
	b = split_chars(in, &to, &other);
	if (count != other)
		bad(in, "strings for `y' command are different lengths");
	for (size_t i = 0; i < count; i++)
		bytes = bytes && (!in->sed->utf8 || (a[i] < 0x80 && b[i] < 0x80));
	c->map = arena_array(uint32_t, bytes ? 256 : 2 * count);
	c->map_count = bytes ? 0 : count;
	for (uint32_t i = 0; bytes && i < 256; i++)
		c->map[i] = i;
	for (size_t i = count; i-- > 0;) {
		if (bytes) {
			c->map[a[i]] = b[i];
		} else {
			c->map[2 * i] = a[i];
			c->map[2 * i + 1] = b[i];
		}
	}
	end_command(in);
}

static void open_block(struct source *in)
{
	in->blocks = arena_reserve(in->blocks, in->depth, &in->blocks_size, sizeof *in->blocks);
	in->blocks[in->depth++] = (struct block){ in->sed->count - 1, in->file, in->number, in->line };
}

/* Dies if the version asked for is newer than that of the sed that this one follows. */
static void check_version(struct source *in)
{
	const char *label = read_label(in);
	char *end;
	unsigned long major = strtoul(label, &end, 10), minor = *end == '.' ? strtoul(end + 1, NULL, 10) : 0;

	if ((*label && end == label) || major > 4 || (major == 4 && minor > 9))
		bad(in, "expected newer version of sed");
}

static void read_optional_number(struct source *in, struct command *c)
{
	int ch = next_nonblank(in);

	c->number = -1;
	if (is_digit(ch))
		c->number = (intmax_t)read_number(in, ch);
	else
		put_back(in, ch);
	end_command(in);
}

/* Reads what follows the name of a command. */
static void read_arguments(struct source *in, struct command *c)
{
	bool two = c->to.kind != NO_ADDRESS;
	struct sed *s = in->sed;

	switch (c->name) {
	case '{':
		open_block(in);
		break;
	case '}':
		if (in->depth == 0)
			bad(in, "unexpected `}'");
		if (c->from.kind != NO_ADDRESS)
			bad(in, "} doesn't want any addresses");
		s->commands[in->blocks[--in->depth].command].target = s->count;
		end_command(in);
		break;
	case '=':
	case 'd':
	case 'D':
	case 'F':
	case 'g':
	case 'G':
	case 'h':
	case 'H':
	case 'n':
	case 'N':
	case 'p':
	case 'P':
	case 'x':
	case 'z':
		end_command(in);
		break;
	case 'a':
	case 'i':
	case 'c':
		begin_text(in);
		break;
	case ':':
		if (c->from.kind != NO_ADDRESS)
			bad(in, ": doesn't want any addresses");
		c->text = read_label(in);
		if (!*c->text)
			bad(in, "\":\" lacks a label");
		break;
	case 'b':
	case 't':
	case 'T':
		c->text = read_label(in);
		break;
	case 'e':
		if (s->opt->sandbox)
			bad(in, "e/r/w commands disabled in sandbox mode");
		{
			int ch = next_nonblank(in);

			put_back(in, ch);
			c->text = ch == END || ch == '\n' ? "" : read_filename(in);
		}
		break;
	case 'l':
		read_optional_number(in, c);
		break;
	case 'q':
	case 'Q':
		if (two)
			bad(in, "command only uses one address");
		read_optional_number(in, c);
		break;
	case 'r':
	case 'R':
	case 'w':
	case 'W':
		if (s->opt->sandbox)
			bad(in, "e/r/w commands disabled in sandbox mode");
		c->text = read_filename(in);
		if (c->name == 'w' || c->name == 'W')
			c->file = get_output(s, c->text);
		break;
	case 's':
		read_s(in, c);
		break;
	case 'v':
		check_version(in);
		break;
	case 'y':
		read_y(in, c);
		break;
	default:
		bad(in, arena_printf("unknown command: `%c'", c->name));
	}
}

static int read_addresses(struct source *in, int ch, struct command *c)
{
	if (read_address(in, ch, &c->from)) {
		if (c->from.kind == LINES_MORE || c->from.kind == MULTIPLE)
			bad(in, "invalid usage of +N or ~N as first address");
		ch = next_nonblank(in);
		if (ch == ',') {
			if (!read_address(in, next_nonblank(in), &c->to))
				bad(in, "unexpected `,'");
			ch = next_nonblank(in);
		}
	}
	return ch;
}

/* Reads the commands of one source. */
static void read_commands(struct source *in)
{
	struct sed *s = in->sed;

	if (in->in_text) {
		read_text(in, false);
		keep_text(in);
	}
	for (;;) {
		struct command c = { .range = RANGE_CLOSED_NEVER };
		int ch;

		do
			ch = next_char(in);
		while (ch == ';' || ch == '\n' || is_blank(ch));
		if (ch == END)
			return;
		ch = read_addresses(in, ch, &c);
		while (is_blank(ch))
			ch = next_char(in);
		if (ch == '!') {
			c.negate = true;
			ch = next_nonblank(in);
			if (ch == '!')
				bad(in, "multiple `!'s");
		}
		if (c.from.kind == LINE && c.from.line == 0 && (c.to.kind != REGEX || s->posix))
			bad(in, "invalid usage of line address 0");
		if (ch == END || ch == '\n' || ch == ';')
			bad(in, "missing command");
		if (ch == '#') {
			if (c.from.kind != NO_ADDRESS)
				bad(in, "comments don't accept any addresses");
			if (in->p == in->start + 1 && in->end - in->p >= 1 && *in->p == 'n' && in->first)
				s->quiet = true;
			while (ch != END && ch != '\n')
				ch = next_char(in);
			continue;
		}
		c.name = (char)ch;
		if (c.from.kind == LINE && c.from.line == 0)
			c.range = RANGE_ACTIVE;
		s->commands = arena_reserve(s->commands, s->count, &s->size, sizeof *s->commands);
		s->commands[s->count++] = c;
		read_arguments(in, &s->commands[s->count - 1]);
	}
}

static void find_labels(struct sed *s)
{
	for (size_t i = 0; i < s->count; i++) {
		struct command *c = &s->commands[i];

		if (c->name != 'b' && c->name != 't' && c->name != 'T')
			continue;
		c->target = s->count;
		if (!*c->text)
			continue;
		for (c->target = 0; c->target < s->count; c->target++)
			if (s->commands[c->target].name == ':' &&
			    strcmp(s->commands[c->target].text, c->text) == 0)
				break;
		if (c->target == s->count)
			die_status(STATUS_PANIC, "can't find label for jump to `%s'", c->text);
	}
}

static void read_file_source(struct source *in, const char *file)
{
	int fd = open_input(file);
	size_t len;
	char *text;

	if (fd < 0)
		die_status_errno(STATUS_PANIC, "couldn't open file %s", file);
	text = read_file(fd, &len);
	if (text == NULL)
		die_status_errno(STATUS_PANIC, "couldn't read %s", file);
	close_file(fd);
	in->p = in->start = text;
	in->end = text + len;
	in->file = file;
	in->line = 1;
	if (len > 2 && memcmp(text, "#!", 2) == 0)
		while (in->p < in->end && *in->p != '\n')
			in->p++;
}

void read_script(struct sed *s, const struct sed_options *opt, char ***argv)
{
	struct source in = { .sed = s };
	size_t e = 0, f = 0;

	while (e < opt->expression.count || f < opt->file.count || !(e | f)) {
		bool from_file = f < opt->file.count && (e == opt->expression.count ||
							 opt->file.items[f].at < opt->expression.items[e].at);

		if (from_file) {
			read_file_source(&in, opt->file.items[f++].value);
		} else {
			in.start = e < opt->expression.count ? opt->expression.items[e].value : *(*argv)++;
			e++;
			in.p = in.start;
			in.end = in.start + strlen(in.start);
			in.file = NULL;
			in.number++;
		}
		in.first = e + f == 1;
		read_commands(&in);
	}
	if (in.depth > 0) {
		in.p = in.start;
		in.file = in.blocks[0].file;
		in.number = in.blocks[0].number;
		in.line = in.blocks[0].line;
		bad(&in, "unmatched `{'");
	}
	find_labels(s);
}

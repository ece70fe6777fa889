/* hexdump, hd - show the bytes of files in hexadecimal or otherwise
 *
 * usage: hexdump [OPTION]... [FILE]...
 *
 *   -b, --one-byte-octal          octal bytes
 *   -c, --one-byte-char           characters, or escapes
 *   -C, --canonical               hexadecimal bytes and characters, as hd does
 *   -d, --two-bytes-decimal       decimal numbers of two bytes
 *   -o, --two-bytes-octal         octal numbers of two bytes
 *   -x, --two-bytes-hex           hexadecimal numbers of two bytes
 *   -L, --color[=MODE]            accepted: colors in formats are passed over
 *   -e, --format=FORMAT...        a format of one's own
 *   -f, --format-file=FILE...     formats from a file, one a line
 *   -n, --length=N                only the first N bytes
 *   -s, --skip=N                  pass over N bytes
 *   -v, --no-squeezing            print also lines that are the same again, not *
 *
 * FORMAT is a list of units, each [COUNT][/BYTES] "TEXT": TEXT is used COUNT times, for BYTES bytes each time. Its conversions are those
 * of printf, %c %d %i %o %u %x %X %e %f %g %s, and %_a[dox] (position), %_A[dox] (the last one), %_c (character
 * or escape), %_p (character or .), %_u (character or its name). N is hexadecimal after 0x, octal after 0,
 * and may end in K, M, G and so on. Numbers are in the machine's order. Standard input is read if there is no FILE.
 *
 * install: /usr/bin
 * hot: each byte is many characters
 * hidden: -h
 * hidden: -V
 * follows: hexdump(1) of util-linux
 */
#include "libbb.h"
#include "native.h"
#include "hexdump.gen.h"

/* A conversion with the text before it; `kind` is its letter, _a and the like in upper half, or 0 for text alone. */
struct piece {
	const char *text;
	size_t text_len;
	char kind;  /* c d o u x X e s; a A p C U for the _ ones; 0 none */
	char radix; /* of a and A */
	size_t bytes;
	char *spec, *blank; /* for printf: of the value, and of "" where there are no bytes */
};

struct unit {
	size_t count, bytes;
	bool counted; /* the count was given */
	struct piece *pieces;
	size_t n, capacity;
	size_t tail; /* blanks at the end of the last text, which the last use leaves out */
};

struct format {
	struct unit *units;
	size_t n, capacity;
	size_t bytes;
};

struct dump {
	struct format *formats;
	size_t n, capacity;
	size_t block;         /* bytes of a line */
	uintmax_t skip, left; /* to be passed over and shown */
	bool all, canonical;
	char **files;
	struct reader in;
	bool open, opened;
	int status;
};

static _Noreturn void bad(const char *what, const char *arg)
{
	die(what, arg);
}

/* Undoes C's escapes in the text between quotes. */
static void unescape(char *s)
{
	static const char letters[] = "abfnrtv", values[] = "\a\b\f\n\r\t\v";
	char *to = s;

	for (; *s; s++) {
		const char *found;

		if (*s != '\\' || !s[1]) {
			*to++ = *s;
			continue;
		}
		s++;
		found = strchr(letters, *s);
		if (*s >= '0' && *s <= '7') {
			int value = 0, digits = 0;

			for (; digits < 3 && *s >= '0' && *s <= '7'; digits++)
				value = value * 8 + *s++ - '0';
			s--;
			*to++ = (char)value;
		} else {
			*to++ = found ? values[found - letters] : *s;
		}
	}
	*to = 0;
}

/* Reads the letter of a conversion at *s. */
static void read_kind(struct piece *p, const char **s, size_t given, size_t precision, const char *spec)
{
	char c = *(*s)++;

	p->bytes = 1;
	if (c == '_') {
		c = *(*s)++;
		if (c == 'a' || c == 'A') {
			p->radix = *(*s)++;
			if (!p->radix || !strchr("dox", p->radix))
				bad("bad conversion character %%%s", arena_printf("_%c%c", c, p->radix));
			p->kind = c;
			p->bytes = 0;
		} else if (c == 'c' || c == 'p' || c == 'u') {
			p->kind = c == 'c' ? 'C' : c == 'u' ? 'U' : 'p';
		} else {
			bad("bad conversion character %%%s", arena_printf("_%c", c));
		}
	} else if (c && strchr("diouxX", c)) {
		p->kind = c == 'i' ? 'd' : c;
		p->bytes = given ? given : 4;
		if (p->bytes != 1 && p->bytes != 2 && p->bytes != 4 && p->bytes != 8)
			bad("bad byte count for conversion character %s", arena_printf("%c", c));
	} else if (c && strchr("eEfgG", c)) {
		p->kind = 'e';
		p->bytes = given ? given : 8;
		if (p->bytes != 4 && p->bytes != 8)
			bad("bad byte count for conversion character %s", arena_printf("%c", c));
	} else if (c == 's') {
		p->kind = 's';
		p->bytes = given ? given : precision;
		if (p->bytes == 0)
			die("%%s requires a precision or a byte count");
	} else if (c == 'c') {
		p->kind = 'c';
	} else {
		bad("bad conversion character %%%s", arena_printf("%c", c));
	}
	if (given > 1 && (p->kind == 'c' || p->kind == 'C' || p->kind == 'p' || p->kind == 'U'))
		bad("bad byte count for conversion character %s", arena_printf("%c", c));
	if (p->kind && strchr("doxXu", p->kind))
		p->spec = arena_printf("%%%sj%c", spec, p->kind);
	else if (p->kind == 'a' || p->kind == 'A')
		p->spec = arena_printf("%%%sj%c", spec, p->radix == 'd' ? 'u' : p->radix);
	else
		p->spec = arena_printf("%%%s%c", spec, p->kind == 'e' ? c : 's');
}

/* Cuts the text of a unit into conversions. */
static void read_pieces(struct unit *u, const char *s, size_t given)
{
	size_t conversions = 0;

	for (;;) {
		struct piece *p;
		const char *start = s;

		u->pieces = arena_reserve(u->pieces, u->n, &u->capacity, sizeof(*u->pieces));
		p = &u->pieces[u->n++];
		*p = (struct piece){ .text = start };
		while (*s && *s != '%')
			s++;
		p->text_len = (size_t)(s - start);
		if (!*s)
			break;
		if (s[1] == '%') {
			p->text_len++;
			s += 2;
			continue;
		}
		start = ++s;
		s += strspn(s, "#-+ 0");
		s += strspn(s, "0123456789");
		const char *width_end = s;
		size_t precision = 0;

		if (*s == '.') {
			s++;
			precision = (size_t)strtoul(s, NULL, 10);
			s += strspn(s, "0123456789");
		}
		p->blank = arena_printf("%%%s%.*ss",
					memchr(start, '-', (size_t)(width_end - start)) ? "-" : "",
					(int)(width_end - start - (ptrdiff_t)strspn(start, "#-+ 0")),
					start + strspn(start, "#-+ 0"));
		read_kind(p, &s, given, precision, arena_memdup(start, (size_t)(s - start)));
		u->bytes += p->bytes;
		conversions += p->bytes > 0;
	}
	if (given && conversions > 1)
		die("byte count with multiple conversion characters");
}

static const char *skip_blanks(const char *s)
{
	return s + strspn(s, " \t\n\v\f\r");
}

static void add_format(struct dump *d, const char *text)
{
	const char *s = skip_blanks(text);
	struct format *f;

	d->formats = arena_reserve(d->formats, d->n, &d->capacity, sizeof(*d->formats));
	f = &d->formats[d->n++];
	*f = (struct format){ 0 };
	while (*s) {
		struct unit u = { .count = 1 };
		size_t given = 0, len;
		char *quoted;

		if (*s >= '0' && *s <= '9') {
			u.count = (size_t)strtoul(s, (char **)(uintptr_t)&s, 10);
			u.counted = true;
			s = skip_blanks(s);
		}
		if (*s == '/') {
			s = skip_blanks(s + 1);
			given = (size_t)strtoul(s, (char **)(uintptr_t)&s, 10);
			s = skip_blanks(s);
		}
		if (*s != '"')
			bad("bad format {%s}", text);
		for (len = 1; s[len] && s[len] != '"'; len++)
			len += s[len] == '\\' && s[len + 1];
		if (!s[len])
			bad("bad format {%s}", text);
		quoted = arena_memdup(s + 1, len - 1);
		unescape(quoted);
		read_pieces(&u, quoted, given);
		f->bytes += u.bytes * u.count;
		f->units = arena_reserve(f->units, f->n, &f->capacity, sizeof(*f->units));
		f->units[f->n++] = u;
		s = skip_blanks(s + len + 1);
	}
}

static void add_file(struct dump *d, const char *name)
{
	int fd = open_file(name, O_RDONLY, 0);
	size_t len;
	char *text = fd < 0 ? NULL : read_file(fd, &len), *save;

	if (!text)
		die_errno("can't read %s", name);
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (*skip_blanks(line) && *skip_blanks(line) != '#')
			add_format(d, line);
	close_file(fd);
}

/* Lets the last unit that has bytes fill the line, and finds the blanks that are left out at the end. */
static void complete_formats(struct dump *d)
{
	for (size_t i = 0; i < d->n; i++)
		d->block = d->formats[i].bytes > d->block ? d->formats[i].bytes : d->block;
	for (size_t i = 0; i < d->n; i++) {
		struct format *f = &d->formats[i];

		for (size_t k = 0; k < f->n; k++) {
			struct unit *u = &f->units[k];
			const struct piece *last = &u->pieces[u->n - 1];

			if (k + 1 == f->n && u->bytes > 0 && !u->counted && f->bytes < d->block)
				u->count += (d->block - f->bytes) / u->bytes;
			while (u->count > 1 && u->tail < last->text_len &&
			       strchr(" \t\n", last->text[last->text_len - 1 - u->tail]))
				u->tail++;
		}
	}
}

static const char *character_text(unsigned char c, char kind, char text[5])
{
	static const char escapes[] = "\0"
				      "0\aa\bb\ff\nn\rr\tt\vv";
	static const char names[] =
		"nulsohstxetxeotenqackbelbs ht lf vt ff cr so si dledc1dc2dc3dc4naksynetbcanem subescfs gs rs us ";

	text[0] = (char)c;
	text[1] = 0;
	if (c >= ' ' && c < 127)
		return text;
	if (kind == 'p') {
		text[0] = '.';
	} else if (kind == 'U') {
		if (c < ' ') {
			memcpy(text, names + 3 * c, 3);
			text[text[2] == ' ' ? 2 : 3] = 0;
		} else if (c == 127) {
			return "del";
		} else {
			sprintf(text, "%02x", c);
		}
	} else {
		for (size_t i = 0; i < sizeof(escapes) - 1; i += 2)
			if ((unsigned char)escapes[i] == c) {
				sprintf(text, "\\%c", escapes[i + 1]);
				return text;
			}
		sprintf(text, "%03o", c);
	}
	return text;
}

static void out_number(const struct piece *p, const unsigned char *bytes)
{
	uint64_t n = native_number(bytes, p->bytes);

	if (p->kind == 'd')
		out_fmt(p->spec, (intmax_t)((int64_t)(n << (64 - 8 * p->bytes)) >> (64 - 8 * p->bytes)));
	else
		out_fmt(p->spec, (uintmax_t)n);
}

static void out_value(const struct piece *p, const unsigned char *bytes, uintmax_t at)
{
	char text[5];
	float f;
	double v;

	switch (p->kind) {
	case 'a':
		out_fmt(p->spec, at);
		break;
	case 'A':
	case 0:
		break;
	case 'c':
		text[0] = (char)*bytes;
		out_mem(text, 1);
		break;
	case 'C':
	case 'p':
	case 'U':
		out_fmt(p->spec, character_text(*bytes, p->kind, text));
		break;
	case 's':
		out_fmt(p->spec, arena_memdup(bytes, p->bytes));
		break;
	case 'e':
		memcpy(&f, bytes, 4);
		memcpy(&v, bytes, p->bytes == 8 ? 8 : 0);
		out_fmt(p->spec, p->bytes == 4 ? (double)f : v);
		break;
	default:
		out_number(p, bytes);
	}
}

/* Whether the unit is for the end of the dump. */
static bool is_end(const struct unit *u)
{
	return u->n == 2 && u->pieces[0].kind == 'A';
}

/* Shows a line of `len` bytes, with zeroes behind them. */
static void print_format(const struct format *f, const unsigned char *bytes, size_t len, uintmax_t at)
{
	size_t done = 0;

	for (size_t i = 0; i < f->n; i++) {
		const struct unit *u = &f->units[i];

		if (is_end(u))
			continue;
		for (size_t k = 0; k < u->count; k++)
			for (size_t m = 0; m < u->n; m++) {
				const struct piece *p = &u->pieces[m];
				bool cut = m + 1 == u->n && k + 1 == u->count;
				struct arena_mark mark = arena_mark();

				out_mem(p->text, p->text_len - (cut ? u->tail : 0));
				if (p->kind && p->bytes > 0 && done >= len)
					out_fmt(p->blank, "");
				else
					out_value(p, bytes + done, at + done);
				done += p->bytes;
				arena_release(mark);
			}
	}
}

/* A whole line of -C. */
static void print_canonical(const unsigned char *bytes, uintmax_t at)
{
	char line[80], *to = line + 8;

	for (size_t i = 8; i-- > 0; at >>= 4)
		line[i] = "0123456789abcdef"[at & 15];
	for (size_t i = 0; i < 16; i++) {
		*to++ = ' ';
		*to = ' ';
		to += i % 8 == 0;
		*to++ = "0123456789abcdef"[bytes[i] >> 4];
		*to++ = "0123456789abcdef"[bytes[i] & 15];
	}
	memcpy(to, "  |", 3);
	to += 3;
	for (size_t i = 0; i < 16; i++)
		*to++ = (char)(bytes[i] >= ' ' && bytes[i] < 127 ? bytes[i] : '.');
	memcpy(to, "|\n", 2);
	out_mem(line, (size_t)(to + 2 - line));
}

static void print_line(struct dump *d, const unsigned char *bytes, size_t len, uintmax_t at)
{
	if (d->canonical && len == 16 && at <= UINT32_MAX) {
		print_canonical(bytes, at);
		return;
	}
	for (size_t i = 0; i < d->n; i++)
		print_format(&d->formats[i], bytes, len, at);
}

/* What is shown once at the end: the last unit with %_A. */
static void print_end(const struct dump *d, uintmax_t at)
{
	const struct unit *end = NULL;

	for (size_t i = 0; i < d->n; i++)
		for (size_t k = 0; k < d->formats[i].n; k++)
			if (is_end(&d->formats[i].units[k]))
				end = &d->formats[i].units[k];
	if (!end)
		return;
	out_mem(end->pieces[0].text, end->pieces[0].text_len);
	out_fmt(end->pieces[0].spec, at);
	out_mem(end->pieces[1].text, end->pieces[1].text_len);
}

static bool next_file(struct dump *d)
{
	if (!*d->files) {
		if (d->opened)
			return false;
		reader_open(&d->in, STDIN_FILENO);
		d->open = d->opened = true;
		return true;
	}
	for (; *d->files; d->files++) {
		int fd = open_file(*d->files, O_RDONLY, 0);

		d->opened = true;
		if (fd >= 0) {
			reader_open(&d->in, fd);
			d->open = true;
			d->files++;
			return true;
		}
		warn_errno("%s", *d->files);
		d->status = 1;
	}
	return false;
}

static size_t next_bytes(struct dump *d, unsigned char *to, size_t most)
{
	size_t got = 0;

	while (got < most && (d->open || next_file(d))) {
		size_t part;

		if (d->in.pos == d->in.end && !reader_fill(&d->in)) {
			if (d->in.error) {
				warn_code(d->in.error, "%s", d->files[-1]);
				d->status = 1;
			}
			close_file(d->in.fd);
			d->open = false;
			continue;
		}
		part = d->in.end - d->in.pos < most - got ? d->in.end - d->in.pos : most - got;
		memcpy(to + got, d->in.buf + d->in.pos, part);
		d->in.pos += part;
		got += part;
	}
	return got;
}

/* Passes over the first bytes. Returns how many. */
static uintmax_t skip_bytes(struct dump *d)
{
	unsigned char block[4096];
	uintmax_t done = 0;

	while (done < d->skip) {
		size_t want = d->skip - done < sizeof(block) ? (size_t)(d->skip - done) : sizeof(block);
		size_t n = next_bytes(d, block, want);

		done += n;
		if (n < want)
			break;
	}
	return done;
}

static void dump(struct dump *d)
{
	unsigned char *block = arena_alloc(d->block + 1), *before = arena_alloc(d->block + 1), *other;
	bool have_before = false, starred = false;
	uintmax_t at = skip_bytes(d);
	size_t len;

	while (d->left > 0 &&
	       (len = next_bytes(d, block, d->left < d->block ? (size_t)d->left : d->block)) > 0 &&
	       !out_failed()) {
		d->left -= len;
		if (len < d->block)
			memset(block + len, 0, d->block - len);
		if (have_before && !d->all && len == d->block && memcmp(block, before, len) == 0) {
			if (!starred)
				out_str("*\n");
			starred = true;
		} else {
			print_line(d, block, len, at);
			starred = false;
		}
		at += len;
		other = before;
		before = block;
		block = other;
		have_before = true;
	}
	if (at > 0)
		print_end(d, at);
}

static uintmax_t read_size(const char *s, const char *what)
{
	const char *end;
	uintmax_t n;
	enum num_error error = parse_uint_base(s, &end, 0, "kKmMGTPEZY0", &n);

	if (error != NUM_OK || *end) {
		errno = error == NUM_OVERFLOW ? ERANGE : EINVAL;
		die_errno("failed to parse %s: '%s'", what, s);
	}
	return n;
}

/* The formats of the options, in the order they came. */
static void add_formats(struct dump *d, const struct hexdump_options *opt)
{
	static const char *const canonical[] = { "\"%08.8_Ax\\n\"",
						 "\"%08.8_ax  \" 8/1 \"%02x \" \"  \" 8/1 \"%02x \"",
						 "\"  |\" 16/1 \"%_p\" \"|\\n\"" };
	const struct {
		unsigned at;
		const char *text;
	} letters[] = {
		{ opt->one_byte_octal, "\"%07.7_ax \" 16/1 \"%03o \" \"\\n\"" },
		{ opt->one_byte_char, "\"%07.7_ax \" 16/1 \"%3_c \" \"\\n\"" },
		{ opt->canonical, NULL },
		{ opt->two_bytes_decimal, "\"%07.7_ax \" 8/2 \"  %05u \" \"\\n\"" },
		{ opt->two_bytes_octal, "\"%07.7_ax \" 8/2 \" %06o \" \"\\n\"" },
		{ opt->two_bytes_hex, "\"%07.7_ax \" 8/2 \"   %04x \" \"\\n\"" },
	};

	for (unsigned done = 0, next;; done = next) {
		next = UINT_MAX;
		for (size_t i = 0; i < 6; i++)
			if (letters[i].at > done && letters[i].at < next)
				next = letters[i].at;
		for (size_t i = 0; i < opt->format.count; i++)
			if (opt->format.items[i].at > done && opt->format.items[i].at < next)
				next = opt->format.items[i].at;
		for (size_t i = 0; i < opt->format_file.count; i++)
			if (opt->format_file.items[i].at > done && opt->format_file.items[i].at < next)
				next = opt->format_file.items[i].at;
		if (next == UINT_MAX)
			break;
		for (size_t i = 0; i < 6; i++)
			if (letters[i].at == next && letters[i].text) {
				add_format(d, "\"%07.7_Ax\\n\"");
				add_format(d, letters[i].text);
			}
		for (size_t i = 0; i < 3 && opt->canonical == next; i++)
			add_format(d, canonical[i]);
		for (size_t i = 0; i < opt->format.count; i++)
			if (opt->format.items[i].at == next)
				add_format(d, opt->format.items[i].value);
		for (size_t i = 0; i < opt->format_file.count; i++)
			if (opt->format_file.items[i].at == next)
				add_file(d, opt->format_file.items[i].value);
	}
	d->canonical = d->n == 3 && opt->canonical;
	if (d->n > 0)
		return;
	if (strcmp(applet_name(), "hd") == 0) {
		for (size_t i = 0; i < 3; i++)
			add_format(d, canonical[i]);
		d->canonical = true;
		return;
	}
	add_format(d, "\"%07.7_Ax\\n\"");
	add_format(d, "\"%07.7_ax \" 8/2 \"%04x \" \"\\n\"");
}

int hexdump_main(struct hexdump_options *opt, char **argv)
{
	struct dump d = { .left = UINTMAX_MAX, .all = opt->no_squeezing, .files = argv };

	if (opt->h)
		print_help(this_applet()), leave(0);
	if (opt->V)
		print_version(), leave(0);
	if (opt->length)
		d.left = read_size(opt->length, "length");
	if (opt->skip)
		d.skip = read_size(opt->skip, "offset");
	add_formats(&d, opt);
	complete_formats(&d);
	if (d.block == 0)
		return 0;
	dump(&d);
	return d.status;
}

/* od - show the bytes of files, in octal or otherwise
 *
 * usage: od [OPTION]... [FILE]...
 * usage: od [-abcdfilosx]... [FILE] [[+]OFFSET[.][b]]
 * usage: od --traditional [OPTION]... [FILE] [[+]OFFSET[.][b] [+][LABEL][.][b]]
 *
 *   -A, --address-radix=RADIX        positions in decimal (d), octal (o, if not given), hexadecimal (x) or not (n)
 *       --endian=ORDER               numbers in big or little order, not the machine's
 *   -j BYTES                         pass over BYTES first
 *       --skip-bytes=BYTES           the same
 *   -N BYTES                         end after BYTES
 *       --read-bytes=BYTES           the same
 *   -S BYTES                         print the strings of at least BYTES printable characters that end in NUL
 *       --strings[=BYTES]            the same; 3 if BYTES is not given
 *   -t, --format=TYPE...             how to show them
 *   -v, --output-duplicates          print also what is the same again, not * in its place
 *   -w, --width[=BYTES]              BYTES on a line, 16 if not given, 32 without BYTES
 *       --traditional                take the third form of operands
 *   -a                               -t a: names of characters, without the high bit
 *   -b                               -t o1: octal bytes
 *   -c                               -t c: characters, or escapes
 *   -d                               -t u2: unsigned numbers of two bytes
 *   -f                               -t fF: floating-point numbers
 *   -i                               -t dI: signed numbers of four bytes
 *   -l                               -t dL: signed numbers of eight bytes
 *   -o                               -t o2: octal numbers of two bytes
 *   -s                               -t d2: signed numbers of two bytes
 *   -x                               -t x2: hexadecimal numbers of two bytes
 *
 * TYPE is one or more of a, c, d[SIZE] (signed), f[SIZE] (floating point), o[SIZE], u[SIZE], x[SIZE], each perhaps
 * with z, which adds the characters at the end of the line. SIZE is a number of bytes or C, S, I, L (char, short, int, long), for f
 * F, D, L (float, double, long double). BYTES is hexadecimal after 0x, and may end in b (512), KB (1000), K (1024),
 * MB, M and so on. OFFSET is octal, decimal with a . behind, hexadecimal after 0x; b multiplies by 512.
 *
 * install: /usr/bin
 * hot: its lines are long, and each byte is a few characters
 * hidden: -B
 * hidden: -e
 * hidden: -F
 * hidden: -h
 * hidden: -I
 * hidden: -L
 * hidden: -O
 * hidden: -D
 * hidden: -H
 * hidden: -X
 * follows: POSIX.1-2024 od; GNU coreutils manual, "od invocation"
 */
#include <float.h>
#include "libbb.h"
#include "native.h"
#include "od.gen.h"

/* One way to show a line's bytes. */
struct spec {
	char kind;           /* a c d f o u x */
	unsigned char size;  /* of a datum, bytes */
	unsigned char width; /* the least that it takes on the line, without the blank before it */
	bool text;           /* z */
	size_t pad;          /* blanks to be spread over the data of a line, so that all specs align */
};

struct od {
	struct spec *specs;
	size_t count, capacity;
	char radix;
	bool swap, duplicates, labelled;
	size_t width;                 /* of a line, bytes */
	size_t multiple;              /* the least number of bytes that all sizes divide */
	uintmax_t skip, limit, label; /* label: of the first byte shown, less its position */
	bool limited;
	uintmax_t least; /* characters of a string, for -S */
	char **files;    /* the next one */
	struct reader in;
	bool open, opened; /* a file is; one was */
	bool stdin_closed;
	int status;
};

static _Noreturn void bad_character(const char *at, const char *types)
{
	die("invalid character '%c' in type string %s", *at, quote(types));
}

/* Reads the size behind a type letter, a number or one of `letters` for the sizes in `sizes`; `usual` if there is none. */
static size_t read_size(const char **s, const char *letters, const unsigned char *sizes, size_t usual,
			const char *types)
{
	const char *at = strchr(letters, **s);
	uintmax_t n = 0;

	if (**s && at) {
		++*s;
		return sizes[at - letters];
	}
	if (**s < '0' || **s > '9')
		return usual;
	if (parse_uint_base(*s, s, 10, NULL, &n) != NUM_OK)
		die("invalid type string %s", quote(types));
	return n > 1000 ? 1000 : (size_t)n;
}

static bool is_integer_size(size_t n)
{
	return n == 1 || n == 2 || n == 4 || n == 8;
}

/* The widest that an integer of that kind and size gets. */
static unsigned char integer_width(char kind, size_t size)
{
	static const unsigned char widths[][4] = {
		{ 4, 6, 11, 20 }, { 3, 5, 10, 20 }, { 3, 6, 11, 22 }, { 2, 4, 8, 16 }
	};
	size_t row = kind == 'd' ? 0 : kind == 'u' ? 1 : kind == 'o' ? 2 : 3;

	return widths[row][size == 1 ? 0 : size == 2 ? 1 : size == 4 ? 2 : 3];
}

/* Reads one type at *s and moves behind it. */
static struct spec read_type(const char **s, const char *types)
{
	static const unsigned char integers[] = { 1, 2, 4, 8 }, floats[] = { 4, 8, sizeof(long double) };
	struct spec spec = { .kind = **s, .size = 1, .width = 3 };
	size_t size;

	switch (*(*s)++) {
	case 'a':
	case 'c':
		break;
	case 'd':
	case 'o':
	case 'u':
	case 'x':
		size = read_size(s, "CSIL", integers, 4, types);
		if (!is_integer_size(size))
			die("invalid type string %s;\nthis system doesn't provide a %zu-byte integral type",
			    quote(types), size);
		spec.size = (unsigned char)size;
		spec.width = integer_width(spec.kind, size);
		break;
	case 'f':
		size = read_size(s, "FDL", floats, 8, types);
		if (size != 4 && size != 8 && size != sizeof(long double))
			die("invalid type string %s;\nthis system doesn't provide a %zu-byte floating point type",
			    quote(types), size);
		spec.size = (unsigned char)size;
		spec.width = size == 4 ? 15 : size == 8 ? 24 : 29;
		break;
	default:
		bad_character(*s - 1, types);
	}
	if (**s == 'z') {
		spec.text = true;
		++*s;
	}
	return spec;
}

static void add_types(struct od *od, const char *types)
{
	const char *s = types;

	if (!*s)
		bad_character("'", "''");
	while (*s) {
		od->specs = arena_reserve(od->specs, od->count, &od->capacity, sizeof(*od->specs));
		od->specs[od->count++] = read_type(&s, types);
	}
}

/* Adds the types of -t and of the letters that stand for some, in the order they came. */
static void add_formats(struct od *od, const struct od_options *opt)
{
	const struct {
		unsigned at;
		const char *types;
	} letters[] = {
		{ opt->a, "a" },  { opt->b, "o1" }, { opt->c, "c" },  { opt->d, "u2" }, { opt->f, "fF" },
		{ opt->i, "dI" }, { opt->l, "dL" }, { opt->o, "o2" }, { opt->s, "d2" }, { opt->x, "x2" },
		{ opt->B, "o2" }, { opt->e, "fD" }, { opt->F, "fD" }, { opt->h, "x2" }, { opt->I, "dL" },
		{ opt->L, "dL" }, { opt->O, "o4" }, { opt->D, "u4" }, { opt->H, "x4" }, { opt->X, "x4" },
	};

	for (unsigned done = 0;;) {
		const char *next = NULL;
		unsigned at = UINT_MAX;

		for (size_t i = 0; i < sizeof(letters) / sizeof(*letters); i++)
			if (letters[i].at > done && letters[i].at < at) {
				at = letters[i].at;
				next = letters[i].types;
			}
		for (size_t i = 0; i < opt->format.count; i++)
			if (opt->format.items[i].at > done && opt->format.items[i].at < at) {
				at = opt->format.items[i].at;
				next = opt->format.items[i].value;
			}
		if (!next)
			break;
		add_types(od, next);
		done = at;
	}
	if (od->count == 0)
		add_types(od, "oS");
}

/* Opens the next file that can be read. Returns false if there is none. */
static bool next_file(struct od *od)
{
	while (*od->files) {
		const char *name = *od->files++;
		int fd = open_input(name);

		if (fd >= 0) {
			reader_open(&od->in, fd);
			od->open = od->opened = true;
			return true;
		}
		warn_errno("%s", quote_maybe(name));
		od->status = 1;
	}
	return false;
}

static void end_file(struct od *od)
{
	if (od->in.error) {
		const char *name = od->files[-1];

		od->stdin_closed |= od->in.fd == STDIN_FILENO && od->in.error == EBADF;
		warn_code(od->in.error, "%s", quote_maybe(strcmp(name, "-") == 0 ? "standard input" : name));
		od->status = 1;
	}
	close_file(od->in.fd);
	od->open = false;
}

/* Points *p to the next bytes of the input, up to `most`, and returns how many there are; 0 at the end. */
static size_t next_bytes(struct od *od, size_t most, unsigned char *to)
{
	size_t got = 0;

	while (got < most) {
		size_t part;

		if (!od->open && !next_file(od))
			break;
		if (od->in.pos == od->in.end && !reader_fill(&od->in)) {
			end_file(od);
			continue;
		}
		part = od->in.end - od->in.pos < most - got ? od->in.end - od->in.pos : most - got;
		memcpy(to + got, od->in.buf + od->in.pos, part);
		od->in.pos += part;
		got += part;
	}
	return got;
}

/* Passes over the first bytes; dies if there are not so many. */
static void skip_bytes(struct od *od)
{
	uintmax_t left = od->skip;

	while (left > 0) {
		struct stat st;
		unsigned char block[4096];
		size_t n;

		if (!od->open && !next_file(od))
			break;
		if (od->in.pos == od->in.end && fstat(od->in.fd, &st) == 0 && S_ISREG(st.st_mode) &&
		    st.st_size > 0) {
			off_t at = lseek(od->in.fd, 0, SEEK_CUR);
			uintmax_t rest = at >= 0 && st.st_size > at ? (uintmax_t)(st.st_size - at) : 0;

			if (at >= 0 && rest < left) {
				left -= rest;
				end_file(od);
				continue;
			}
			if (at >= 0 && lseek(od->in.fd, (off_t)left, SEEK_CUR) >= 0)
				return;
		}
		n = next_bytes(od, left < sizeof(block) ? (size_t)left : sizeof(block), block);
		if (n == 0)
			break;
		left -= n;
	}
	if (left > 0)
		die("cannot skip past end of combined input");
}

/* Writes a number in a base of 2^bits, with leading zeroes. */
static char *put_power(char *at, uint64_t n, unsigned bits, size_t digits)
{
	for (size_t i = digits; i-- > 0; n >>= bits)
		at[i] = "0123456789abcdef"[n & ((1u << bits) - 1)];
	return at + digits;
}

static char *put_blanks(char *at, size_t n)
{
	memset(at, ' ', n);
	return at + n;
}

/* Writes text right-justified in `width` columns. */
static char *put_right(char *at, const char *s, size_t len, size_t width)
{
	if (len < width)
		at = put_blanks(at, width - len);
	memcpy(at, s, len);
	return at + len;
}

/* The shortest text that reads back as the same number. */
static size_t float_text(const unsigned char *p, size_t size, char text[64])
{
	float f;
	double d;
	long double l;
	int n = 0;

	if (size == 4) {
		memcpy(&f, p, 4);
		for (int digits = f > -FLT_MIN && f < FLT_MIN ? 1 : FLT_DIG; digits <= 9; digits++) {
			n = snprintf(text, 64, "%.*g", digits, (double)f);
			if (strtof(text, NULL) == f)
				break;
		}
	} else if (size == 8) {
		memcpy(&d, p, 8);
		for (int digits = d > -DBL_MIN && d < DBL_MIN ? 1 : DBL_DIG; digits <= 17; digits++) {
			n = snprintf(text, 64, "%.*g", digits, d);
			if (strtod(text, NULL) == d)
				break;
		}
	} else {
		memcpy(&l, p, sizeof(l));
		for (int digits = l > -LDBL_MIN && l < LDBL_MIN ? 1 : LDBL_DIG; digits <= 21; digits++) {
			n = snprintf(text, 64, "%.*Lg", digits, l);
			if (strtold(text, NULL) == l)
				break;
		}
	}
	return (size_t)n;
}

/* The names of the first 33 characters, and of the last. */
static const char names[] =
	"nulsohstxetxeotenqackbelbs ht nl vt ff cr so si dledc1dc2dc3dc4naksynetbcanem subescfs gs rs us sp del";

/* The text of a character in format a or c. */
static size_t character_text(unsigned char c, char kind, char text[4])
{
	static const char escapes[] = "\0"
				      "0\aa\bb\ff\nn\rr\tt\vv";

	if (kind == 'a') {
		c &= 127;
		if (c > ' ' && c < 127) {
			text[0] = (char)c;
			return 1;
		}
		memcpy(text, &names[3 * (c == 127 ? 33 : c)], 3);
		return text[2] == ' ' ? 2 : 3;
	}
	for (size_t i = 0; i < sizeof(escapes) - 1; i += 2)
		if ((unsigned char)escapes[i] == c) {
			text[0] = '\\';
			text[1] = escapes[i + 1];
			return 2;
		}
	if (c >= ' ' && c < 127) {
		text[0] = (char)c;
		return 1;
	}
	put_power(text, c, 3, 3);
	return 3;
}

/* Writes one datum in `width` columns. */
static char *put_datum(char *at, const struct spec *spec, const unsigned char *p, size_t width)
{
	char text[64];
	uint64_t n;
	size_t len;

	switch (spec->kind) {
	case 'a':
	case 'c':
		len = character_text(*p, spec->kind, text);
		return put_right(at, text, len, width);
	case 'f':
		len = float_text(p, spec->size, text);
		return put_right(at, text, len, width);
	case 'o':
	case 'x':
		at = put_blanks(at, width - spec->width);
		return put_power(at, native_number(p, spec->size), spec->kind == 'x' ? 4 : 3, spec->width);
	default:
		break;
	}
	n = native_number(p, spec->size);
	if (spec->kind == 'd') {
		int64_t value = (int64_t)(n << (64 - 8 * spec->size)) >> (64 - 8 * spec->size);
		const char *s = num_to_str_signed(value, text);

		return put_right(at, s, strlen(s), width);
	}
	const char *s = num_to_str(n, text);

	return put_right(at, s, strlen(s), width);
}

/* Where the `i`th of `count` data ends, counted from where the first line begins: the padding is spread evenly. */
static size_t edge(const struct spec *spec, size_t i, size_t count)
{
	return i * (spec->width + 1u) + spec->pad - spec->pad * (count - i) / count;
}

/* Writes the line of one spec for `len` bytes (zeroes follow them). */
static void print_spec(const struct od *od, const struct spec *spec, const unsigned char *p, size_t len,
		       char *line)
{
	size_t count = od->width / spec->size, shown = (len + spec->size - 1) / spec->size;
	unsigned char swapped[16];
	char *at = line;

	for (size_t i = 0; i < shown; i++) {
		const unsigned char *datum = p + i * spec->size;
		size_t width = edge(spec, i + 1, count) - edge(spec, i, count);

		if (od->swap && spec->size > 1) {
			for (size_t k = 0; k < spec->size; k++)
				swapped[k] = datum[spec->size - 1 - k];
			datum = swapped;
		}
		at = put_datum(at, spec, datum, width);
	}
	if (spec->text) {
		at = put_blanks(at, edge(spec, count, count) - edge(spec, shown, count));
		memcpy(at, "  >", 3);
		at += 3;
		for (size_t i = 0; i < len; i++)
			*at++ = (char)(p[i] >= ' ' && p[i] < 127 ? p[i] : '.');
		*at++ = '<';
	}
	*at++ = '\n';
	out_mem(line, (size_t)(at - line));
}

static size_t address_text(const struct od *od, uintmax_t n, char *text)
{
	switch (od->radix) {
	case 'd':
		return (size_t)sprintf(text, "%07ju", n);
	case 'x':
		return (size_t)sprintf(text, "%06jx", n);
	case 'o':
		return (size_t)sprintf(text, "%07jo", n);
	default:
		return 0;
	}
}

/* Writes the position at the beginning of a line; returns how wide it is. */
static size_t print_address(const struct od *od, uintmax_t at)
{
	char text[80];
	size_t len = address_text(od, at, text), more;

	if (od->labelled) {
		text[len] = ' ';
		text[len + 1] = '(';
		more = address_text(od, at + od->label, text + len + 2);
		len += more + 2;
		text[len++] = ')';
	}
	out_mem(text, len);
	return len;
}

static void print_line(const struct od *od, uintmax_t at, const unsigned char *p, size_t len, char *line)
{
	size_t indent = print_address(od, at);

	for (size_t i = 0; i < od->count; i++) {
		if (i > 0)
			out_fill(' ', indent);
		print_spec(od, &od->specs[i], p, len, line);
	}
}

/* Sets the padding that aligns all specs. Returns how many characters the longest line has. */
static size_t align_specs(struct od *od)
{
	size_t widest = 0;

	for (size_t i = 0; i < od->count; i++) {
		size_t width = (od->specs[i].width + 1u) * (od->width / od->specs[i].size);

		widest = width > widest ? width : widest;
	}
	for (size_t i = 0; i < od->count; i++)
		od->specs[i].pad = widest - (od->specs[i].width + 1u) * (od->width / od->specs[i].size);
	return widest + od->width + 80;
}

static void dump(struct od *od)
{
	char *line = arena_alloc(align_specs(od));
	unsigned char *block = arena_alloc(od->width + 16), *before = arena_alloc(od->width + 16), *other;
	bool have_before = false, starred = false;
	uintmax_t at = od->skip, left = od->limited ? od->limit : UINTMAX_MAX;
	size_t len;

	if (!od->open)
		next_file(od);
	while ((len = next_bytes(od, left < od->width ? (size_t)left : od->width, block)) > 0 &&
	       !out_failed()) {
		left -= len;
		if (len < od->width)
			memset(block + len, 0, od->width + 16 - len);
		if (len == od->width && have_before && !od->duplicates && memcmp(block, before, len) == 0) {
			if (!starred)
				out_str("*\n");
			starred = true;
			at += len;
			continue;
		}
		starred = false;
		print_line(od, at, block, len, line);
		at += len;
		other = before;
		before = block;
		block = other;
		have_before = true;
	}
	if (od->opened && print_address(od, at) > 0)
		out_char('\n');
}

/* -S: writes the strings, each with its position. */
static void print_strings(struct od *od)
{
	uintmax_t at = od->skip, left = od->limited ? od->limit : UINTMAX_MAX;
	struct buf text = { 0 };
	unsigned char c;

	for (; left > 0 && next_bytes(od, 1, &c) == 1; at++, left--) {
		if (c >= ' ' && c < 127) {
			buf_char(&text, (char)c);
			continue;
		}
		if (c == 0 && text.len >= od->least) {
			if (print_address(od, at - text.len) > 0)
				out_char(' ');
			out_mem(text.data ? text.data : "", text.len);
			out_char('\n');
		}
		text.len = 0;
	}
}

/* Reads an OFFSET. Returns false if it is none. */
static bool read_offset(const char *s, uintmax_t *offset)
{
	const char *end;
	int base;

	s += *s == '+';
	base = strchr(s, '.') ? 10 : s[0] == '0' && (s[1] | 32) == 'x' ? 16 : 8;
	if (*s < '0' || *s > '9' ||
	    parse_uint_base(base == 16 ? s + 2 : s, &end, base, NULL, offset) != NUM_OK)
		return false;
	end += *end == '.';
	if ((*end == 'b' || *end == 'B') && !end[1] && base != 16)
		return !__builtin_mul_overflow(*offset, (uintmax_t)512, offset);
	return !*end;
}

/* Takes OFFSET and LABEL from the end of the operands of the old forms. */
static void read_offsets(struct od *od, char **argv, bool traditional)
{
	size_t n = 0;
	uintmax_t first, second;

	while (argv[n])
		n++;
	if (n == 1 && (traditional || argv[0][0] == '+') && read_offset(argv[0], &od->skip)) {
		argv[0] = NULL;
	} else if (n == 2 && (traditional || argv[1][0] == '+' || (argv[1][0] >= '0' && argv[1][0] <= '9')) &&
		   read_offset(argv[1], &second)) {
		if (traditional && read_offset(argv[0], &first)) {
			od->skip = first;
			od->label = second - first;
			od->labelled = true;
			argv[0] = NULL;
		} else {
			od->skip = second;
		}
		argv[1] = NULL;
	} else if (n == 3 && traditional && read_offset(argv[1], &first) && read_offset(argv[2], &second)) {
		od->skip = first;
		od->label = second - first;
		od->labelled = true;
		argv[1] = NULL;
	}
	if (traditional && n > 1 && argv[0] && argv[1])
		die_usage("extra operand %s\nod: compatibility mode supports at most one file",
			  quote(argv[1]));
}

/* Reads a number of bytes, the argument of `option`. */
static uintmax_t read_bytes(const char *s, const char *option)
{
	const char *end;
	uintmax_t n;
	enum num_error error = parse_uint_base(s, &end, 0, "bEGKkMmPTYZRQ0", &n);

	if (error == NUM_OK && *end)
		error = NUM_SUFFIX;
	if (error != NUM_OK)
		die_option_number(error, option, s);
	return n;
}

static void set_width(struct od *od, const struct od_options *opt)
{
	uintmax_t width = 32;

	od->multiple = 1;
	for (size_t i = 0; i < od->count; i++)
		if (od->specs[i].size > od->multiple)
			od->multiple = od->specs[i].size;
	od->width = od->multiple < 16 ? 16 / od->multiple * od->multiple : od->multiple;
	if (!opt->width_at)
		return;
	if (opt->width)
		width = read_bytes(opt->width, "-w");
	if (width > 0 && width % od->multiple == 0 && width < SIZE_MAX / 64) {
		od->width = (size_t)width;
	} else {
		warn("warning: invalid width %ju; using %zu instead", width, od->multiple);
		od->width = od->multiple;
	}
}

int od_main(struct od_options *opt, char **argv)
{
	static const char *const orders[] = { "little", "big", NULL };
	char dash[] = "-", *stdin_only[] = { dash, NULL };
	struct od od = { .radix = 'o', .duplicates = opt->output_duplicates };
	const char *skip = opt->j_at > opt->skip_bytes_at ? opt->j : opt->skip_bytes;
	const char *limit = opt->N_at > opt->read_bytes_at ? opt->N : opt->read_bytes;
	bool modern = opt->address_radix || skip || limit || opt->S || opt->strings_at || opt->format.count ||
		      opt->output_duplicates || opt->width_at || opt->endian;

	if (opt->address_radix) {
		od.radix = *opt->address_radix;
		if (!od.radix || !strchr("doxn", od.radix))
			die("invalid output address radix '%c'; it must be one character from [doxn]",
			    od.radix);
	}
	if (opt->endian)
		od.swap = choose(orders, NULL, opt->endian, "--endian") == 1;
	if (skip)
		od.skip = read_bytes(skip, opt->j_at > opt->skip_bytes_at ? "-j" : "--skip-bytes");
	if (limit) {
		od.limit = read_bytes(limit, opt->N_at > opt->read_bytes_at ? "-N" : "--read-bytes");
		od.limited = true;
	}
	od.least = 3;
	if (opt->S_at > opt->strings_at)
		od.least = read_bytes(opt->S, "-S");
	else if (opt->strings)
		od.least = read_bytes(opt->strings, "--strings");
	add_formats(&od, opt);
	set_width(&od, opt);
	if ((opt->S || opt->strings_at) && opt->format.count)
		die("no type may be specified when dumping strings");
	if (!modern || opt->traditional)
		read_offsets(&od, argv, opt->traditional);
	od.files = *argv ? argv : stdin_only;
	skip_bytes(&od);
	if (opt->S || opt->strings_at)
		print_strings(&od);
	else
		dump(&od);
	if (od.open)
		close_file(od.in.fd);
	if (od.stdin_closed)
		warn_code(EBADF, "standard input");
	return od.status;
}

/* xxd - make a hexadecimal dump of a file, or a file of a dump
 *
 * usage: xxd [OPTION]... [INFILE [OUTFILE]]
 * usage: xxd -r [-s [-]OFFSET] [-c COLS] [-ps] [INFILE [OUTFILE]]
 *
 *   -a (-autoskip)        one * for several lines of NULs
 *   -b (-bits)            bits, not hexadecimal digits
 *   -C (-capitalize)      upper case for the names of -i
 *   -c COLS (-cols)       COLS bytes on a line: 16 if not given, 12 for -i, 30 for -ps, 6 for -b
 *   -E (-EBCDIC)          show the characters of EBCDIC
 *   -e                    groups in little-endian order
 *   -g N (-groupsize)     groups of N bytes: 2 if not given, 4 for -e, 1 for -b
 *   -i (-include)         as C source
 *   -l N (-len)           only N bytes
 *   -n NAME (-name)       the name for -i
 *   -o N (-offset)        add N to the positions shown
 *   -p (-ps -plain)       only digits
 *   -r (-revert)          make the file: what the lines of a dump say, at their positions
 *   -d                    positions in decimal
 *   -s [+][-]N (-seek)    begin at position N, from the end with -; with -r, add N to positions
 *   -u (-upper)           upper case digits
 *   -v (-version)         print the version
 *
 * Numbers are hexadecimal after 0x, octal after 0. INFILE - is standard input.
 *
 * install: /usr/bin
 * options: raw
 * status: 3
 * hot: each byte is many characters
 * follows: xxd(1) of vim
 */
#include <ctype.h>
#include "libbb.h"
#include "ebcdic.h"
#include "xxd.gen.h"

enum style { NORMAL, BITS, LITTLE, INCLUDE, PLAIN };
enum { MOST_COLS = 256 };

struct xxd {
	enum style style;
	bool autoskip, ebcdic, revert, decimal, upper, capital;
	long cols, group; /* -1: not given */
	uintmax_t length; /* of the input to be shown */
	intmax_t seek, offset;
	bool seek_given, relative;
	const char *name, *digits;
	const char *in_name;
	char shown[256]; /* the character for each byte */
};

static intmax_t number(const char *s)
{
	intmax_t n = 0;

	parse_int_base(s, NULL, 0, NULL, &n);
	return n;
}

static _Noreturn void usage_error(void)
{
	print_help(this_applet());
	leave(1);
}

/* The argument of an option: what follows its letter, or the next word. */
static const char *argument(char ***argv, const char *word, const char *name)
{
	if (word[1] && strncmp(name, word, strlen(word)) != 0)
		return word + 1;
	if (!(*argv)[1])
		usage_error();
	return *++*argv;
}

/* Reads one option at *argv, -word. */
static void read_option(struct xxd *x, char ***argv)
{
	const char *word = **argv + 1, *value;

	word += *word == '-' && word[1];
	switch (*word) {
	case 'a':
		x->autoskip = true;
		break;
	case 'b':
		x->style = BITS;
		break;
	case 'e':
		x->style = LITTLE;
		break;
	case 'u':
		x->upper = true;
		break;
	case 'p':
		x->style = PLAIN;
		break;
	case 'i':
		x->style = INCLUDE;
		break;
	case 'C':
		x->capital = true;
		break;
	case 'E':
		x->ebcdic = true;
		break;
	case 'd':
		x->decimal = true;
		break;
	case 'r':
		x->revert = true;
		break;
	case 'v':
		print_version();
		leave(0);
	case 'c':
		if (strncmp(word, "cap", 3) == 0)
			x->capital = true;
		else
			x->cols = number(argument(argv, word, "cols"));
		break;
	case 'g':
		x->group = number(argument(argv, word, "groupsize"));
		break;
	case 'l':
		x->length = (uintmax_t)number(argument(argv, word, "len"));
		break;
	case 'n':
		x->name = argument(argv, word, "name");
		break;
	case 'o':
		x->offset = number(argument(argv, word, "offset"));
		break;
	case 's':
		value = argument(argv, word, "seek");
		x->relative = *value == '+';
		value += x->relative;
		x->seek = number(value);
		x->seek_given = true;
		break;
	default:
		usage_error();
	}
}

/* Sets what was not given, and checks the rest. */
static void set_defaults(struct xxd *x)
{
	static const unsigned char usual_cols[] = { 16, 6, 16, 12, 30 }, usual_group[] = { 2, 1, 4, 0, 0 };

	if (x->cols == 0 && x->style == PLAIN)
		x->cols = LONG_MAX;
	else if (x->cols <= 0)
		x->cols = usual_cols[x->style];
	else if (x->cols > MOST_COLS && x->style != PLAIN)
		die_status(1, "invalid number of columns (max. %d).", MOST_COLS);
	if (x->group < 0)
		x->group = usual_group[x->style];
	if (x->style == LITTLE && x->group & (x->group - 1))
		die_status(1, "number of octets per group must be a power of 2 with -e.");
	if (x->group == 0 || x->group > x->cols)
		x->group = x->style == LITTLE && x->group ? x->group : x->cols;
	x->digits = x->upper ? "0123456789ABCDEF" : "0123456789abcdef";
	for (int c = 0; c < 256; c++)
		if (!x->ebcdic)
			x->shown[c] = (char)(c >= ' ' && c < 127 ? c : '.');
		else
			x->shown[ascii_to_ebcdic[c]] = (char)(c >= ' ' && c < 127 ? c : '.');
}

/* Opens the input where it is to begin. Returns the position. */
static intmax_t open_start(struct xxd *x, struct reader *r, const char *name)
{
	int fd = name ? open_input(name) : STDIN_FILENO;
	intmax_t at;

	if (fd < 0)
		die_status_errno(2, "%s", name);
	reader_open(r, fd);
	if (!x->seek_given || (x->seek == 0 && !x->relative))
		return 0;
	at = lseek(fd, x->seek, x->seek < 0 && !x->relative ? SEEK_END : x->relative ? SEEK_CUR : SEEK_SET);
	if (at >= 0)
		return at;
	if (x->seek < 0)
		die_status(4, "Sorry, cannot seek.");
	for (at = 0; at < x->seek && reader_byte(r) >= 0; at++)
		;
	return at;
}

static char *put_byte(const struct xxd *x, char *at, unsigned char c)
{
	if (x->style == BITS) {
		for (int bit = 7; bit >= 0; bit--)
			*at++ = (char)('0' + (c >> bit & 1));
		return at;
	}
	*at++ = x->digits[c >> 4];
	*at++ = x->digits[c & 15];
	return at;
}

/* Writes a line of the usual dump: position, groups of digits, characters. */
static void dump_line(const struct xxd *x, uintmax_t position, const unsigned char *p, size_t n)
{
	enum { ADDRESS = 24 };
	char line[ADDRESS + MOST_COLS * 10 + 4];
	size_t digits = x->style == BITS ? 8 : 2, cols = (size_t)x->cols, group = (size_t)x->group;
	size_t width = digits * group + 1, head, text;

	if (position <= UINT32_MAX && !x->decimal) {
		for (size_t i = 0; i < 8; i++)
			line[i] = "0123456789abcdef"[position >> (28 - 4 * i) & 15];
		memcpy(line + 8, ": ", 2);
		head = 10;
	} else {
		head = (size_t)sprintf(line, x->decimal ? "%08ju: " : "%08jx: ", position);
	}
	if (x->style == LITTLE)
		cols = (cols + group - 1) & ~(group - 1);
	text = head + (width * cols - 1) / group + 1;
	memset(line + head, ' ', text - head + 1);
	for (size_t i = 0; i < n; i++) {
		size_t place = x->style == LITTLE ? i ^ (group - 1) : i;

		put_byte(x, line + head + place / group * width + digits * (place % group), p[i]);
	}
	if (line[text - 1] == ' ')
		text++;
	for (size_t i = 0; i < n; i++)
		line[text + i] = x->shown[p[i]];
	line[text + n] = '\n';
	out_mem(line, text + n + 1);
}

static bool is_zero(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return false;
	return true;
}

/* Reads the next line's bytes to `line`. */
static size_t next_line(struct xxd *x, struct reader *r, unsigned char *line)
{
	size_t want = x->length < (uintmax_t)x->cols ? (size_t)x->length : (size_t)x->cols, got = 0;

	while (got < want && (r->pos < r->end || reader_fill(r))) {
		size_t part = r->end - r->pos < want - got ? r->end - r->pos : want - got;

		memcpy(line + got, r->buf + r->pos, part);
		r->pos += part;
		got += part;
	}
	x->length -= got;
	return got;
}

/* The usual dump. With -a, lines of NULs between the first and the last are one *. */
static void dump(struct xxd *x, struct reader *r, uintmax_t position)
{
	unsigned char line[MOST_COLS];
	size_t zeroes = 0, n, held = 0;
	uintmax_t held_at = 0;

	while ((n = next_line(x, r, line)) > 0 && !out_failed()) {
		if (x->autoskip && is_zero(line, n)) {
			if (++zeroes > 1) {
				held = n;
				held_at = position;
				position += n;
				continue;
			}
		} else {
			if (zeroes == 2)
				dump_line(x, held_at, (const unsigned char[MOST_COLS]){ 0 }, held);
			else if (zeroes > 2)
				out_str("*\n");
			zeroes = 0;
		}
		dump_line(x, position, line, n);
		position += n;
	}
	if (zeroes > 2)
		out_str("*\n");
	if (zeroes > 1)
		dump_line(x, held_at, (const unsigned char[MOST_COLS]){ 0 }, held);
}

/* -p: only digits. */
static void dump_plain(struct xxd *x, struct reader *r)
{
	unsigned char block[4096];
	char text[2 * sizeof(block)];
	uintmax_t cols = (uintmax_t)x->cols, column = 0;

	while (x->length > 0 && (r->pos < r->end || reader_fill(r)) && !out_failed()) {
		size_t n = r->end - r->pos;

		n = n < sizeof(block) ? n : sizeof(block);
		n = n < cols - column ? n : (size_t)(cols - column);
		n = n < x->length ? n : (size_t)x->length;
		for (size_t i = 0; i < n; i++)
			put_byte(x, text + 2 * i, (unsigned char)r->buf[r->pos + i]);
		out_mem(text, 2 * n);
		r->pos += n;
		x->length -= n;
		column += n;
		if (column == cols) {
			out_char('\n');
			column = 0;
		}
	}
	if (column > 0)
		out_char('\n');
}

/* -i: as C source; the name comes from the file's. */
static void dump_include(struct xxd *x, struct reader *r)
{
	const char *name = x->name ? x->name : x->in_name;
	uintmax_t count = 0;
	struct buf id = { 0 };
	int c;

	if (name) {
		if (!x->name && *name >= '0' && *name <= '9')
			buf_str(&id, "__");
		for (; *name; name++) {
			char letter = isalnum((unsigned char)*name) ? *name : '_';

			buf_char(&id, x->capital ? (char)toupper((unsigned char)letter) : letter);
		}
		out_fmt("unsigned char %s[] = {\n", id.data);
	}
	for (; count < x->length && (c = reader_byte(r)) >= 0; count++) {
		out_str(count == 0 ? "  " : count % (uintmax_t)x->cols ? ", " : ",\n  ");
		out_fmt(x->upper ? "0X%02X" : "0x%02x", (unsigned)c);
	}
	if (count > 0)
		out_char('\n');
	if (name)
		out_fmt("};\nunsigned int %s_%s = %ju;\n", id.data, x->capital ? "LEN" : "len", count);
}

static int hex_digit(int c)
{
	return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

/* -r -p: digits to bytes; what is no digit or blank ends a line. */
static void revert_plain(struct reader *r)
{
	int high = -1, c;

	while ((c = reader_byte(r)) >= 0) {
		int value = hex_digit(c);

		if (value >= 0 && high >= 0) {
			out_char((char)(high << 4 | value));
			high = -1;
		} else if (value >= 0) {
			high = value;
		} else if (c == '\n' || !isspace(c)) {
			high = -1;
			while (c >= 0 && c != '\n')
				c = reader_byte(r);
		}
	}
}

/* Goes to a position of the output: by seeking, or with NULs. */
static void go_to(intmax_t to, intmax_t *at)
{
	if (to == *at)
		return;
	if (out_flush() == 0 && lseek(STDOUT_FILENO, to, SEEK_SET) >= 0) {
		*at = to;
		return;
	}
	if (to < *at)
		die_status(5, "Sorry, cannot seek backwards.");
	out_fill(0, (size_t)(to - *at));
	*at = to;
}

/* -r: the bytes of each line of a dump, at their position. */
static void revert(const struct xxd *x, struct reader *r)
{
	intmax_t at = 0;
	size_t len;
	char *line;

	while ((line = reader_line(r, &len, '\n'))) {
		char *end = line + len, *p = line;
		uint64_t position = 0;
		long count = 0;

		while (p < end && isspace((unsigned char)*p))
			p++;
		for (; p < end && hex_digit(*p) >= 0 && (!x->decimal || *p <= '9'); p++)
			position = position * (x->decimal ? 10 : 16) + (uint64_t)hex_digit(*p);
		if (p == end || *p++ != ':')
			continue;
		go_to((intmax_t)position + x->seek, &at);
		for (; count < x->cols; count++, p += 2) {
			p += p < end && *p == ' ';
			if (end - p < 2 || hex_digit(p[0]) < 0 || hex_digit(p[1]) < 0)
				break;
			out_char((char)(hex_digit(p[0]) << 4 | hex_digit(p[1])));
			at++;
		}
	}
}

int xxd_main(struct xxd_options *opt, char **argv)
{
	struct xxd x = { .cols = -1, .group = -1, .length = UINTMAX_MAX };
	struct reader r = { 0 };
	intmax_t position;

	(void)opt;
	for (; *argv && **argv == '-' && (*argv)[1]; argv++) {
		if (strcmp(*argv, "--") == 0) {
			argv++;
			break;
		}
		read_option(&x, &argv);
	}
	if (argv[0] && argv[1] && argv[2])
		usage_error();
	set_defaults(&x);
	x.in_name = argv[0] && strcmp(argv[0], "-") != 0 ? argv[0] : NULL;
	if (x.revert) {
		position = x.seek_given;
		x.seek_given = false;
		open_start(&x, &r, argv[0]);
	} else {
		position = open_start(&x, &r, argv[0]);
	}
	if (argv[0] && argv[1] && strcmp(argv[1], "-") != 0) {
		int fd = open(argv[1], O_WRONLY | O_CREAT | (x.revert ? 0 : O_TRUNC), 0666);

		if (fd < 0)
			die_status_errno(3, "%s", argv[1]);
		dup2(fd, STDOUT_FILENO);
		close(fd);
	}
	if (x.revert && x.style == PLAIN)
		revert_plain(&r);
	else if (x.revert)
		revert(&x, &r);
	else if (x.style == PLAIN)
		dump_plain(&x, &r);
	else if (x.style == INCLUDE)
		dump_include(&x, &r);
	else
		dump(&x, &r, (uintmax_t)(position + x.offset));
	if (r.error)
		die_status_errno(2, "%s", x.in_name ? x.in_name : "stdin");
	return 0;
}

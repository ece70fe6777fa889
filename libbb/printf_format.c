/* printf_format.c - the formatter of printf
 *
 * hot: loops in shell scripts
 */
#include <float.h>
#include <math.h>
#include "escape.h"
#include "libbb.h"
#include "printf_format.h"

struct job {
	char **args; /* what is not used yet */
	int status;
	bool posix, utf8;
	bool too_wide; /* a conversion was left out because it exceeds INT_MAX bytes */
	const struct printf_extras *extras;
};

/* One conversion specification: %[flags][width][.precision][modifiers]conversion */
struct spec {
	const char *flags, *flags_end;
	int width;
	int precision; /* -1: none */
	bool left, plus, blank, alternate, zero;
	bool dotted;   /* has a precision, if only a negative one */
	bool modified; /* has a length modifier, which means nothing */
	char conversion;
};

static const char *next_arg(struct job *job)
{
	return *job->args ? *job->args++ : "";
}

/* Complains about what strtol(3) and its like left of a number. */
static void check_number(struct job *job, const char *s, const char *end)
{
	if (errno == ERANGE)
		warn_code(ERANGE, "%s", quote(s));
	else if (end == s && *s)
		warn("%s: expected a numeric value", quote(s));
	else if (*end)
		warn("%s: value not completely converted", quote(s));
	else
		return;
	job->status = 1;
}

/* Whether a numeric argument is 'C, which has the value of the character C. */
static bool char_value(const struct job *job, const char *s, uint32_t *value)
{
	int len = 1;

	if ((*s != '\'' && *s != '"') || !s[1])
		return false;
	s++;
	*value = (unsigned char)*s;
	if (job->utf8)
		len = utf8_decode(s, strlen(s), value);
	s += len > 0 ? len : 1;
	if (*s && !job->posix)
		warn("warning: %s: character(s) following character constant have been ignored", s);
	return true;
}

static intmax_t signed_value(struct job *job, const char *s)
{
	uint32_t c;
	char *end;
	intmax_t n;

	if (char_value(job, s, &c))
		return c;
	errno = 0;
	n = strtoimax(s, &end, 0);
	check_number(job, s, end);
	return n;
}

static uintmax_t unsigned_value(struct job *job, const char *s)
{
	uint32_t c;
	char *end;
	uintmax_t n;

	if (char_value(job, s, &c))
		return c;
	errno = 0;
	n = strtoumax(s, &end, 0);
	check_number(job, s, end);
	return n;
}

static long double float_value(struct job *job, const char *s)
{
	uint32_t c;
	char *end;
	long double n;

	if (char_value(job, s, &c))
		return c;
	errno = 0;
	n = strtold(s, &end);
	check_number(job, s, end);
	if (isnan(n) && s[strspn(s, " \t\n\v\f\r")] == '-')
		n = copysignl(n, -1);
	return n;
}

/* Writes a Unicode character, or its escape if the locale does not have it. */
static void put_unicode(const struct job *job, uint32_t c, struct buf *out)
{
	char bytes[4];

	if (c < 0x80 || (job->utf8 && c <= 0x10ffff))
		buf_mem(out, bytes, (size_t)utf8_encode(c, bytes));
	else
		buf_fmt(out, c > 0xffff ? "\\U%08X" : "\\u%04X", (unsigned)c);
}

/* Reads the escape whose backslash is before *at into `out`. Returns false after \c. */
static bool put_escape(const struct job *job, const char **at, const char *accept, struct buf *out)
{
	char letter = **at;
	uint32_t c;

	switch (escape_read(at, accept, &c)) {
	case ESCAPE_BYTE:
		buf_char(out, (char)c);
		break;
	case ESCAPE_UNICODE:
		if ((c < 0xa0 && c != '$' && c != '@' && c != '`') || (c >= 0xd800 && c <= 0xdfff)) {
			out_mem(out->data, out->len);
			die("invalid universal character name \\%c%0*x", letter, letter == 'u' ? 4 : 8,
			    (unsigned)c);
		}
		put_unicode(job, c, out);
		break;
	case ESCAPE_DIGITS:
		out_mem(out->data, out->len);
		die("missing hexadecimal number in escape");
	case ESCAPE_STOP:
		return false;
	case ESCAPE_NONE:
		buf_char(out, '\\');
		if (letter)
			buf_char(out, *(*at)++);
	}
	return true;
}

/* Writes text, which a width pads. */
static void put_padded(const struct spec *spec, const char *s, size_t len)
{
	size_t width = (size_t)spec->width, pad = width > len ? width - len : 0;

	if (!spec->left)
		out_fill(' ', pad);
	out_mem(s, len);
	if (spec->left)
		out_fill(' ', pad);
}

/* Writes text, which a precision cuts and a width pads. */
static void put_text(const struct spec *spec, const char *s, size_t len)
{
	if (spec->precision >= 0 && len > (size_t)spec->precision)
		len = (size_t)spec->precision;
	put_padded(spec, s, len);
}

/* Writes the argument of %b. Returns false after \c. */
static bool put_escaped(struct job *job, const struct spec *spec, const char *s)
{
	struct buf out = { 0 };
	bool more = true;

	while (*s && more)
		if (*s++ != '\\')
			buf_char(&out, s[-1]);
		else
			more = put_escape(job, &s, "\\\"abcefnrtvxuU01", &out);
	put_text(spec, out.data, out.len);
	return more;
}

/* Writes a number in pieces: prefix (sign, 0x), zeros, digits, more zeros, end; padded with blanks, or with zeros
 * before the digits. */
struct number {
	const char *prefix, *digits, *end;
	size_t digits_len, zeros, more_zeros;
};

static void put_number(const struct spec *spec, struct number n, bool zero)
{
	size_t prefix_len = strlen(n.prefix), end_len = strlen(n.end);
	size_t len = prefix_len + n.zeros + n.digits_len + n.more_zeros + end_len;
	size_t pad = (size_t)spec->width > len ? (size_t)spec->width - len : 0;

	if (zero && !spec->left) {
		n.zeros += pad;
		pad = 0;
	}
	if (!spec->left)
		out_fill(' ', pad);
	out_mem(n.prefix, prefix_len);
	out_fill('0', n.zeros);
	out_mem(n.digits, n.digits_len);
	out_fill('0', n.more_zeros);
	out_mem(n.end, end_len);
	if (spec->left)
		out_fill(' ', pad);
}

static const char *sign_of(const struct spec *spec, bool negative)
{
	return negative ? "-" : spec->plus ? "+" : spec->blank ? " " : "";
}

static void put_integer(const struct spec *spec, uintmax_t n, const char *sign)
{
	const char *alphabet = spec->conversion == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
	unsigned base = spec->conversion == 'o' ? 8 : (spec->conversion | 32) == 'x' ? 16 : 10;
	char digits[3 * sizeof(n)], *end = digits + sizeof(digits), *p = end;
	struct number number = { .prefix = sign, .end = "" };

	if (base == 16 && spec->alternate && n > 0)
		number.prefix = spec->conversion == 'X' ? "0X" : "0x";
	if (n > 0 || spec->precision != 0)
		do
			*--p = alphabet[n % base];
		while (n /= base);
	if (base == 8 && spec->alternate && (p == end || *p != '0'))
		*--p = '0';
	number.digits = p;
	number.digits_len = (size_t)(end - p);
	if (spec->precision > end - p)
		number.zeros = (size_t)(spec->precision - (end - p));
	put_number(spec, number, spec->zero && spec->precision < 0);
}

/* Cuts the mantissa (its first digit in the highest four bits) to 1 + `precision` hexadecimal digits, at most 15 in all,
 * rounded to even. */
static uint64_t round_digits(uint64_t mantissa, int precision, int *exponent)
{
	unsigned drop = 60 - 4 * (unsigned)precision;
	uint64_t rest = mantissa << (64 - drop), half = (uint64_t)1 << 63;

	mantissa >>= drop;
	mantissa += rest > half || (rest == half && mantissa & 1);
	if (mantissa >> (64 - drop)) {
		mantissa >>= 4;
		*exponent += 4;
	}
	return mantissa << drop;
}

/* Writes a finite number by %a as the GNU C library does where long double has 64 bits: the first digit has four. */
static void put_hex_float(const struct spec *spec, long double value)
{
	bool upper = spec->conversion == 'A';
	const char *alphabet = upper ? "0123456789ABCDEF" : "0123456789abcdef";
	int exponent, shown = 15;
	uint64_t mantissa = (uint64_t)(frexpl(fabsl(value), &exponent) * 0x1p64L);
	char digits[18], prefix[4], end[16];
	struct number number = { prefix, digits, end, 0, 0, 0 };

	if (mantissa && exponent < LDBL_MIN_EXP) {
		mantissa >>= LDBL_MIN_EXP - exponent;
		exponent = LDBL_MIN_EXP;
	}
	exponent = mantissa ? exponent - 4 : 0;
	if (spec->precision >= 0 && spec->precision < 15)
		mantissa = round_digits(mantissa, shown = spec->precision, &exponent);
	else if (spec->precision < 0)
		while (shown > 0 && !(mantissa >> (60 - 4 * shown) & 15))
			shown--;
	else
		number.more_zeros = (size_t)spec->precision - 15;
	digits[number.digits_len++] = alphabet[mantissa >> 60];
	if (shown > 0 || spec->alternate)
		digits[number.digits_len++] = '.';
	for (int i = 1; i <= shown; i++)
		digits[number.digits_len++] = alphabet[mantissa >> (60 - 4 * i) & 15];
	snprintf(prefix, sizeof(prefix), "%s%s", sign_of(spec, signbit(value)), upper ? "0X" : "0x");
	snprintf(end, sizeof(end), "%c%+d", upper ? 'P' : 'p', exponent);
	put_number(spec, number, spec->zero);
}

static void put_float(const struct spec *spec, long double value)
{
	char format[16], *p = format;

	if (LDBL_MANT_DIG == 64 && (spec->conversion | 32) == 'a' && isfinite(value)) {
		put_hex_float(spec, value);
		return;
	}
	*p++ = '%';
	if (spec->left)
		*p++ = '-';
	if (spec->plus)
		*p++ = '+';
	if (spec->blank)
		*p++ = ' ';
	if (spec->alternate)
		*p++ = '#';
	if (spec->zero)
		*p++ = '0';
	memcpy(p, "*.*L", 4);
	p[4] = spec->conversion;
	p[5] = 0;
	out_fmt(format, spec->width, spec->precision, value);
}

/* Writes the next argument as `spec` says. Returns false if it ends the output. */
static bool convert(struct job *job, const struct spec *spec)
{
	bool given = *job->args;
	const char *arg = next_arg(job);
	intmax_t n;

	switch (spec->conversion) {
	case 'b':
		return put_escaped(job, spec, arg);
	case 'q':
		if (given && job->extras) {
			struct buf quoted = { 0 };

			job->extras->quote(&quoted, arg);
			arg = quoted.data;
		} else if (given) {
			arg = quote_style(arg, strlen(arg), QUOTE_SHELL_ESCAPE, NULL, NULL);
		}
		/* fall through */
	case 's':
		put_text(spec, arg, strlen(arg));
		break;
	case 'c':
		put_padded(spec, arg, 1);
		break;
	case 'd':
	case 'i':
		n = signed_value(job, arg);
		put_integer(spec, n < 0 ? -(uintmax_t)n : (uintmax_t)n, sign_of(spec, n < 0));
		break;
	case 'u':
	case 'o':
	case 'x':
	case 'X':
		put_integer(spec, unsigned_value(job, arg), "");
		break;
	default:
		put_float(spec, float_value(job, arg));
	}
	return true;
}

/* Returns the conversions that go with a flag, or (after '.') with a precision, or (after 'l') with a modifier. */
static const char *conversions_with(char flag)
{
	switch (flag) {
	case '-':
		return "diouxXaAeEfFgGcsbq";
	case '.':
		return "diouxXaAeEfFgGsbq";
	case '0':
		return "diouxXaAeEfFgG";
	case '#':
		return "oxXaAeEfFgG";
	case '\'':
	case 'I':
		return "diufFgG";
	}
	return "diouxXaAeEfFgGcs";
}

static bool spec_valid(const struct spec *spec)
{
	for (const char *flag = spec->flags; flag < spec->flags_end; flag++)
		if (!strchr(conversions_with(*flag), spec->conversion))
			return false;
	return spec->conversion && strchr(conversions_with('-'), spec->conversion) &&
	       (!spec->dotted || strchr(conversions_with('.'), spec->conversion)) &&
	       (!spec->modified || strchr(conversions_with('l'), spec->conversion));
}

/* Reads digits, INT_MAX standing for any number beyond. */
static int read_number(const char **at)
{
	int n = 0;

	for (; **at >= '0' && **at <= '9'; ++*at)
		n = n > (INT_MAX - 9) / 10 ? INT_MAX : n * 10 + **at - '0';
	return n;
}

/* Reads the * of a width or precision: an argument. */
static int read_star(struct job *job, const char **at, intmax_t least, const char *what)
{
	const char *arg = next_arg(job);
	intmax_t n = signed_value(job, arg);

	++*at;
	if (n < least || n > INT_MAX)
		die("invalid %s: %s", what, quote(arg));
	return n < -INT_MAX ? -INT_MAX : (int)n;
}

/* Reads the specification at *at, behind its %. */
static struct spec read_spec(struct job *job, const char **at)
{
	struct spec spec = { .flags = *at, .precision = -1 };
	const char *p = *at + strspn(*at, "-+ #0'I");

	for (const char *flag = spec.flags; flag < p; flag++) {
		spec.left |= *flag == '-';
		spec.plus |= *flag == '+';
		spec.blank |= *flag == ' ';
		spec.alternate |= *flag == '#';
		spec.zero |= *flag == '0';
	}
	spec.flags_end = p;
	spec.width = *p == '*' ? read_star(job, &p, INT_MIN, "field width") : read_number(&p);
	if (spec.width < 0) {
		spec.left = true;
		spec.width = -spec.width;
	}
	spec.dotted = *p == '.';
	if (spec.dotted) {
		p++;
		spec.precision = *p == '*' ? read_star(job, &p, INTMAX_MIN, "precision") : read_number(&p);
	}
	spec.modified = *p && strchr("hlLjzt", *p);
	p += strspn(p, "hlLjzt");
	spec.conversion = *p;
	*at = p + (*p != 0);
	return spec;
}

/* %(FORMAT)T, behind its parenthesis. Returns false if it is not that. */
static bool do_time(struct job *job, const struct spec *spec, const char **at)
{
	const char *close = strchr(*at, ')');
	struct buf out = { 0 };

	if (!close || close[1] != 'T')
		return false;
	buf_str(&out, "");
	job->extras->time(&out, arena_memdup(*at, (size_t)(close - *at)), next_arg(job));
	put_text(spec, out.data, out.len);
	*at = close + 2;
	return true;
}

/* Reads and does the conversion at *at, behind its %. Returns false if it ends the output. */
static bool do_spec(struct job *job, const char **at)
{
	const char *start = *at - 1;
	struct spec spec = read_spec(job, at);

	if (spec.conversion == '(' && job->extras && do_time(job, &spec, at))
		return true;
	if (!spec_valid(&spec))
		die("%.*s: invalid conversion specification", (int)(*at - start), start);
	if (spec.width == INT_MAX || (spec.precision == INT_MAX && !strchr("sbq", spec.conversion))) {
		job->too_wide = true;
		next_arg(job);
		return true;
	}
	return convert(job, &spec);
}

/* Writes the whole format once. Returns false if the output ends with it. */
static bool do_format(struct job *job, const char *at)
{
	struct buf escape = { 0 };

	while (*at) {
		size_t plain = strcspn(at, "%\\");

		out_mem(at, plain);
		at += plain;
		if (*at == '\\') {
			at++;
			if (!put_escape(job, &at, "\\\"abcefnrtvxuU1", &escape))
				return false;
			out_mem(escape.data, escape.len);
			buf_cut(&escape, 0);
		} else if (at[0] == '%' && at[1] == '%') {
			out_char('%');
			at += 2;
		} else if (*at == '%') {
			at++;
			if (!do_spec(job, &at))
				return false;
		}
	}
	return true;
}

int printf_format(char **argv, const struct printf_extras *extras)
{
	struct job job = { .posix = getenv("POSIXLY_CORRECT"), .utf8 = locale_is_utf8(), .extras = extras };
	const char *format = *argv++;
	char **before;

	job.args = argv;
	do {
		before = job.args;
		if (!do_format(&job, format))
			return 0;
	} while (*job.args && job.args > before);
	if (*job.args)
		warn("warning: ignoring excess arguments, starting with %s", quote(*job.args));
	if (job.too_wide)
		die("write error");
	return job.status;
}

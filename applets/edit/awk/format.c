/* format.c - numbers as text, and printf
 */
#include <math.h>
#include "awk.h"

static const uint64_t powers[] = {
	1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000
};

/* d * 10^decimals rounded as printf does it, exactly; 0 <= d < 1e9, decimals <= 9. */
static uint64_t scaled(double d, unsigned decimals)
{
	uint64_t bits, m;
	unsigned __int128 v, half;
	int e;

	memcpy(&bits, &d, sizeof(bits));
	e = (int)(bits >> 52) - 1075;
	m = bits & ((1ULL << 52) - 1);
	if (e == -1075)
		e++;
	else
		m |= 1ULL << 52;
	v = (unsigned __int128)m * powers[decimals];
	if (e >= 0)
		return (uint64_t)(v << e);
	if (e <= -127)
		return 0;
	half = (unsigned __int128)1 << (-e - 1);
	v += half - 1 + (v >> -e & 1);
	return (uint64_t)(v >> -e);
}

/* Writes `n` with `decimals` digits behind the point. */
static size_t point_text(char *out, uint64_t n, unsigned decimals)
{
	size_t len = awk_int_text(out, count_num(n / powers[decimals]));

	if (decimals == 0)
		return len;
	n %= powers[decimals];
	out[len] = '.';
	for (unsigned i = decimals; i > 0; i--, n /= 10)
		out[len + i] = (char)('0' + n % 10);
	return len + 1 + decimals;
}

size_t awk_format_short(char *out, double num)
{
	double d = num < 0 ? -num : num;
	unsigned decimals = 9;
	uint64_t n;
	size_t len;

	if (!(d >= 1e-4 && d < 999999))
		return (size_t)snprintf(out, NUM_TEXT, "%.6g", num);
	for (double limit = 1e-3; d >= limit && decimals > 0; limit *= 10)
		decimals--;
	n = scaled(d, decimals);
	if (n >= 1000000) { /* the power of ten was missed by rounding, or is reached by it */
		decimals--;
		n = scaled(d, decimals);
	}
	if (num < 0)
		*out = '-';
	len = point_text(out + (num < 0), n, decimals) + (num < 0);
	if (decimals > 0) {
		while (out[len - 1] == '0')
			len--;
		len -= out[len - 1] == '.';
	}
	return len;
}

size_t awk_format_num(struct awk *a, char *out, size_t size, const struct str *format, double num)
{
	struct arena_mark mark = arena_mark();
	struct value v = { .type = NUMBER, .num = num };
	struct value *args[] = { &v };
	struct buf b = { 0 };
	size_t len;

	awk_format_values(a, &b, format->data, format->len, args, 1);
	len = b.len < size ? b.len : size - 1;
	if (len)
		memcpy(out, b.data, len);
	arena_release(mark);
	return len;
}

/* A conversion: %[flags][width][.precision]letter */
struct spec {
	bool left, plus, space, alternate, zero;
	long width, precision; /* precision -1: not given */
};

static void pad(struct buf *b, int c, long count)
{
	if (count > 0) {
		memset(buf_room(b, (size_t)count), c, (size_t)count);
		b->len += (size_t)count;
	}
}

static void add(struct buf *b, const char *p, size_t len)
{
	awk_copy_text(b->len + len < b->size ? b->data + b->len : buf_room(b, len), p, len);
	b->len += len;
}

/* Adds a number whose first `sign` bytes are sign and prefix. */
static void add_number(struct buf *b, const struct spec *s, const char *p, size_t len, size_t sign, bool zero)
{
	long more = s->width - (long)len;

	if (!s->left && !zero)
		pad(b, ' ', more);
	add(b, p, sign);
	if (!s->left && zero)
		pad(b, '0', more);
	add(b, p + sign, len - sign);
	if (s->left)
		pad(b, ' ', more);
}

static void add_text(struct awk *a, struct buf *b, const struct spec *s, const char *p, size_t len)
{
	size_t chars = len;

	if (a->utf8 && (s->width > 0 || s->precision >= 0) && !awk_is_ascii(p, len)) {
		if (s->precision >= 0) {
			const char *q = p, *end = p + len;

			for (chars = 0; q < end && chars < (size_t)s->precision; chars++)
				q += awk_char_bytes(a, q, end);
			len = (size_t)(q - p);
		} else {
			chars = awk_count_chars(a, p, len);
		}
	} else if (s->precision >= 0 && len > (size_t)s->precision) {
		chars = len = (size_t)s->precision;
	}
	if (!s->left)
		pad(b, s->zero ? '0' : ' ', s->width - (long)chars);
	add(b, p, len);
	if (s->left)
		pad(b, ' ', s->width - (long)chars);
}

/* What the C library is left to write. */
static void add_double(struct buf *b, const struct spec *s, char letter, double num)
{
	char format[16], *f = format;
	int n, width = (int)s->width, precision = (int)s->precision;

	*f++ = '%';
	if (s->left)
		*f++ = '-';
	if (s->plus)
		*f++ = '+';
	if (s->space)
		*f++ = ' ';
	if (s->alternate)
		*f++ = '#';
	if (s->zero)
		*f++ = '0';
	memcpy(f, "*.*", 3);
	f[3] = letter;
	f[4] = 0;
	n = snprintf(NULL, 0, format, width, precision, num);
	if (n > 0) {
		snprintf(buf_room(b, (size_t)n), (size_t)n + 1, format, width, precision, num);
		b->len += (size_t)n;
	}
}

static void add_special(struct awk *a, struct buf *b, struct spec *s, double num)
{
	char text[8];

	sprintf(text, "%c%s", signbit(num) ? '-' : '+', isnan(num) ? "nan" : "inf");
	s->zero = false;
	s->precision = -1;
	add_text(a, b, s, text, 4);
}

static void add_float(struct awk *a, struct buf *b, struct spec *s, char letter, double num)
{
	char text[40];
	double d = num < 0 ? -num : num;
	unsigned precision = s->precision < 0 ? 6 : (unsigned)s->precision;
	size_t sign = 0;

	if (isnan(num) || isinf(num)) {
		add_special(a, b, s, num);
		return;
	}
	if ((letter != 'f' && letter != 'F') || precision > 9 || d >= 1e9 || s->alternate ||
	    (num == 0 && signbit(num))) {
		add_double(b, s, letter, num);
		return;
	}
	if (num < 0 || s->plus || s->space)
		text[sign++] = num < 0 ? '-' : s->plus ? '+' : ' ';
	add_number(b, s, text, sign + point_text(text + sign, scaled(d, precision), precision), sign,
		   s->zero);
}

/* Adds a whole number in base 10, 8 or 16. */
static void add_int(struct awk *a, struct buf *b, struct spec *s, char letter, double num)
{
	bool is_signed = letter == 'd' || letter == 'i';
	unsigned base = letter == 'o' ? 8 : letter == 'x' || letter == 'X' ? 16 : 10;
	const char *digits = letter == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
	char text[80], *end = text + sizeof(text), *p = end;
	size_t sign = 0;
	uint64_t n;

	if (isnan(num) || isinf(num)) {
		add_special(a, b, s, num);
		return;
	}
	num = trunc(num);
	if (num >= 18446744073709551616.0 || num < -9223372036854775808.0 ||
	    (is_signed && num >= 9223372036854775808.0) || s->precision > 60) {
		s->precision = 0;
		add_double(b, s, 'f', num);
		return;
	}
	n = num >= 0 ? (uint64_t)num : is_signed ? (uint64_t)-num : (uint64_t)(int64_t)num;
	for (uint64_t m = n; m > 0; m /= base)
		*--p = digits[m % base];
	if (n == 0 && s->precision != 0)
		*--p = '0';
	while (end - p < s->precision)
		*--p = '0';
	if (s->alternate && base == 8 && (p == end || *p != '0'))
		*--p = '0';
	if (s->alternate && base == 16 && n != 0) {
		*--p = letter;
		*--p = '0';
		sign = 2;
	}
	if (is_signed && (num < 0 || s->plus || s->space)) {
		*--p = num < 0 ? '-' : s->plus ? '+' : ' ';
		sign++;
	}
	add_number(b, s, p, (size_t)(end - p), sign, s->zero && s->precision < 0);
}

static void add_char(struct awk *a, struct buf *b, struct spec *s, struct value *v)
{
	char buf[4];
	const char *p;
	double num;
	size_t len;

	s->precision = -1;
	if (v->type != STRING && v->type != SLICE && awk_numeric(a, v, &num)) {
		uint32_t code = (uint32_t)(int64_t)(num > -9e18 && num < 9e18 ? num : 0);

		len = 1;
		buf[0] = (char)code;
		if (a->utf8 && code >= 0x80 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff))
			len = (size_t)utf8_encode(code, buf);
		if (!s->left) /* (gawk counts its bytes) */
			pad(b, ' ', s->width - (long)len);
		add(b, buf, len);
		if (s->left)
			pad(b, ' ', s->width - (long)len);
		return;
	}
	p = text_of(a, v, &len);
	if (len == 0) {
		*buf = 0; /* as gawk: the NUL that ends it */
		p = buf;
		len = 1;
	}
	add_text(a, b, s, p, awk_char_bytes(a, p, p + len));
}

/* Where format_values() stands. */
struct format {
	const char *start, *at, *end;
	struct value **args;
	int count, next;
	bool positional;
};

static struct value *next_arg(struct awk *a, struct format *f, int number)
{
	int i = number > 0 ? number - 1 : f->next++;

	if (i >= f->count)
		awk_fatal(
			a,
			"not enough arguments to satisfy format string\n\t`%.*s'\n\t%*s^ ran out for this one",
			(int)(f->end - f->start), f->start, (int)(f->at - f->start), "");
	return f->args[i];
}

/* Reads digits, or * for an argument. Returns -1 for nothing. */
static long read_count(struct awk *a, struct format *f, int *number)
{
	long n = 0;
	const char *p = f->at;

	*number = 0;
	if (p < f->end && *p == '*') {
		int which = 0;
		const char *q = p + 1;

		for (; q < f->end && *q >= '0' && *q <= '9' && which < 100000; q++)
			which = which * 10 + (*q - '0');
		if (q < f->end && *q == '$' && which > 0)
			p = q;
		else
			which = 0;
		n = (long)awk_to_num(a, next_arg(a, f, which));
		f->at = p + 1;
		return n;
	}
	for (; p < f->end && *p >= '0' && *p <= '9'; p++)
		n = n < 100000000 ? n * 10 + (*p - '0') : n;
	if (p < f->end && *p == '$' && n > 0) {
		*number = (int)n;
		f->at = p + 1;
		return -1;
	}
	n = p == f->at ? -1 : n;
	f->at = p;
	return n;
}

static void read_flags(struct format *f, struct spec *s)
{
	for (; f->at < f->end; f->at++)
		switch (*f->at) {
		case '-':
			s->left = true;
			break;
		case '+':
			s->plus = true;
			break;
		case ' ':
			s->space = true;
			break;
		case '#':
			s->alternate = true;
			break;
		case '0':
			s->zero = true;
			break;
		case '\'':
			break;
		default:
			return;
		}
}

/* Writes one conversion, whose % is at `percent`. */
static void convert(struct awk *a, struct buf *out, struct format *f, const char *percent)
{
	struct spec s = { .precision = -1 };
	const char *p;
	int number = 0, ignored;
	size_t len;

	if (f->at < f->end && *f->at >= '1' && *f->at <= '9') {
		s.width = read_count(a, f, &number);
		if (number > 0)
			s.width = 0;
	}
	if (s.width == 0) {
		read_flags(f, &s);
		s.width = read_count(a, f, &ignored);
	}
	if (s.width < 0) {
		s.left |= s.width < -1 || (s.width == -1 && f->at[-1] == '*');
		s.width = s.left && f->at[-1] == '*' ? -s.width : 0;
	}
	if (f->at < f->end && *f->at == '.') {
		f->at++;
		s.precision = read_count(a, f, &ignored);
		if (s.precision < 0)
			s.precision = f->at[-1] == '*' ? -1 : 0;
	}
	while (f->at < f->end && strchr("hlLqjzt", *f->at) && *f->at)
		f->at++;
	switch (f->at < f->end ? *f->at : 0) {
	case '%':
		buf_char(out, '%');
		break;
	case 'd':
	case 'i':
	case 'o':
	case 'u':
	case 'x':
	case 'X':
		add_int(a, out, &s, *f->at, awk_to_num(a, next_arg(a, f, number)));
		break;
	case 'e':
	case 'E':
	case 'f':
	case 'F':
	case 'g':
	case 'G':
	case 'a':
	case 'A':
		add_float(a, out, &s, *f->at, awk_to_num(a, next_arg(a, f, number)));
		break;
	case 'c':
		add_char(a, out, &s, next_arg(a, f, number));
		break;
	case 's':
		p = text_of(a, next_arg(a, f, number), &len);
		add_text(a, out, &s, p, len);
		break;
	default: /* not a conversion: it stands for itself */
		f->at += f->at < f->end;
		add(out, percent, (size_t)(f->at - percent));
		return;
	}
	f->at++;
}

void awk_format_values(struct awk *a, struct buf *out, const char *fmt, size_t fmt_len, struct value **args,
		       int n)
{
	struct format f = { .start = fmt, .at = fmt, .end = fmt + fmt_len, .args = args, .count = n };

	while (f.at < f.end) {
		const char *percent = f.at;

		while (percent < f.end && *percent != '%')
			percent++;
		add(out, f.at, (size_t)(percent - f.at));
		f.at = percent + 1;
		if (percent < f.end)
			convert(a, out, &f, percent);
	}
}

/* value.c - values as numbers, as strings and as truths; comparing them
 *
 * hot: conversions between the two are half of what awk does
 */
#include <math.h>
#include <strings.h>
#include "awk.h"

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f';
}

/* Those that say so with a sign and three letters: +inf -inf +nan -nan. */
static COLD bool magic_num(const char *p, size_t len, double *num)
{
	if (len < 4 || (*p != '+' && *p != '-') || (len > 4 && !blank(p[4])))
		return false;
	if (strncasecmp(p + 1, "inf", 3) == 0)
		*num = *p == '-' ? -INFINITY : INFINITY;
	else if (strncasecmp(p + 1, "nan", 3) == 0)
		*num = *p == '-' ? copysign(NAN, -1) : NAN;
	else
		return false;
	return true;
}

/* Reads 0x1F or 017 (--non-decimal-data). */
static COLD bool other_base(const char *p, const char *end, const char **after, double *num)
{
	int base = 8;
	const char *start;

	if (end - p < 2 || *p != '0')
		return false;
	if (p[1] == 'x' || p[1] == 'X') {
		base = 16;
		p++;
	}
	start = ++p;
	for (*num = 0; p < end; p++) {
		int c = *p >= 'a' ? *p - 'a' + 10 : *p >= 'A' ? *p - 'A' + 10 : *p - '0';

		if (c < 0 || c >= base || (*p > '9' && *p < 'A'))
			break;
		*num = *num * base + c;
	}
	if (p == start ||
	    (base == 8 && p < end && (*p == '.' || *p == 'e' || *p == 'E' || *p == '8' || *p == '9')))
		return false;
	*after = p;
	return true;
}

/* What the fast way cannot do exactly. */
static COLD double read_exactly(const char *p, size_t len)
{
	char small[64];
	struct arena_mark mark = arena_mark();
	char *copy = len < sizeof(small) ? small : arena_alloc(len + 1);
	double num;

	memcpy(copy, p, len);
	copy[len] = 0;
	num = strtod(copy, NULL);
	arena_release(mark);
	return num;
}

double awk_text_to_num(struct awk *a, const char *p, size_t len, bool *whole)
{
	static const double powers[] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
					 1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
					 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
	const char *end = p + len, *start, *digits;
	uint64_t m = 0;
	int exponent = 0, e = 0;
	bool negative = false, dropped = false, any;
	double num = 0;

	while (p < end && blank(*p))
		p++;
	*whole = false;
	start = p;
	if (p == end)
		return 0;
	if (a->non_decimal && other_base(p, end, &p, &num))
		goto trailing;
	if (*p == '-' || *p == '+') {
		if (magic_num(p, (size_t)(end - p), &num)) {
			p += 4;
			goto trailing;
		}
		negative = *p++ == '-';
	}
	digits = p;
	for (; p < end && (unsigned char)(*p - '0') < 10; p++)
		if (m < 100000000000000000) {
			m = m * 10 + (unsigned)(*p - '0');
		} else {
			dropped |= *p != '0';
			exponent++;
		}
	any = p > digits;
	if (p < end && *p == '.') {
		digits = ++p;
		for (; p < end && (unsigned char)(*p - '0') < 10; p++)
			if (m < 100000000000000000) {
				m = m * 10 + (unsigned)(*p - '0');
				exponent--;
			} else {
				dropped |= *p != '0';
			}
		any |= p > digits;
	}
	if (!any)
		return 0;
	if (p < end && (*p | 32) == 'e') {
		const char *q = p + 1;
		bool down = q < end && *q == '-';

		q += q < end && (*q == '-' || *q == '+');
		if (q < end && (unsigned char)(*q - '0') < 10) {
			for (; q < end && (unsigned char)(*q - '0') < 10; q++)
				e = e < 100000 ? e * 10 + (*q - '0') : e;
			exponent += down ? -e : e;
			p = q;
		}
	}
	if (dropped || m > (1ULL << 53) || exponent < -22 || exponent > 22)
		num = m == 0 ? 0
			     : read_exactly(start + (negative || *start == '+'),
					    (size_t)(p - start) - (negative || *start == '+'));
	else
		num = exponent < 0 ? count_num(m) / powers[-exponent] : count_num(m) * powers[exponent];
	if (negative)
		num = -num;
trailing:
	while (p < end && blank(*p))
		p++;
	*whole = p == end;
	return num;
}

/* Finds out once what number a string is. */
static double str_num(struct awk *a, struct str *s)
{
	bool whole;

	if (!(s->flags & NUM_KNOWN)) {
		s->num = awk_text_to_num(a, s->data, s->len, &whole);
		s->flags |= (uint8_t)(NUM_KNOWN | (whole ? LOOKS_NUMERIC : 0));
	}
	return s->num;
}

static COLD _Noreturn void not_scalar(struct awk *a, struct value *v)
{
	awk_fatal(a, "attempt to use array `%s' in a scalar context", awk_variable_name(a, v));
}

double awk_to_num(struct awk *a, struct value *v)
{
	bool whole;

	switch (v->type) {
	case NUMBER:
		return v->num;
	case SLICE:
	case FIELD:
		return awk_text_to_num(a, v->ptr, v->len, &whole);
	case STRING:
	case STRNUM:
		return str_num(a, v->str);
	case REGEX:
		return str_num(a, v->re->source);
	case ARRAY:
		not_scalar(a, v);
	default:
		return 0;
	}
}

size_t awk_int_text(char *out, double num)
{
	static const char pairs[] =
		"0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849"
		"5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";
	char digits[24], *p = digits + sizeof(digits);
	bool negative = num < 0;
	uint64_t n = num_count(negative ? -num : num);
	size_t len;

	if (n < 10 && !negative) {
		*out = (char)('0' + n);
		return 1;
	}
	for (; n >= 100; n /= 100)
		memcpy(p -= 2, pairs + n % 100 * 2, 2);
	if (n >= 10)
		memcpy(p -= 2, pairs + n * 2, 2);
	else
		*--p = (char)('0' + n);
	if (negative)
		*--p = '-';
	len = (size_t)(digits + sizeof(digits) - p);
	memcpy(out, p, len);
	return len;
}

static size_t num_text(struct awk *a, double num, char *buf, const struct str *format, bool plain)
{
	if (num > -1e18 && num < 1e18 && num == (double)(int64_t)num)
		return awk_int_text(buf, num);
	if (isnan(num) || isinf(num))
		return (size_t)sprintf(buf, "%c%s", signbit(num) ? '-' : '+', isnan(num) ? "nan" : "inf");
	if (num == trunc(num))
		return (size_t)snprintf(buf, NUM_TEXT, "%.0f", num);
	if (plain)
		return awk_format_short(buf, num);
	return awk_format_num(a, buf, NUM_TEXT, format, num);
}

char *awk_number_room(struct awk *a)
{
	return a->number_texts[a->number_text++ % NUMBER_TEXTS];
}

struct text awk_to_text(struct awk *a, struct value *v)
{
	const struct str *s;
	char *room;

	switch (v->type) {
	case NUMBER:
		room = awk_number_room(a);
		return (struct text){ room, num_text(a, v->num, room, a->convfmt, a->convfmt_plain) };
	case SLICE:
	case FIELD:
		return (struct text){ v->ptr, v->len };
	case STRING:
	case STRNUM:
		s = v->str;
		break;
	case REGEX:
		s = v->re->source;
		break;
	case ARRAY:
		not_scalar(a, v);
	default:
		s = a->empty;
	}
	return (struct text){ s->data, s->len };
}

struct str *awk_to_str(struct awk *a, struct value *v)
{
	const char *p;
	size_t len;

	if (v->type == STRING || v->type == STRNUM) {
		v->str->refs++;
		return v->str;
	}
	p = text_of(a, v, &len);
	return awk_str_make(a, p, len);
}

const char *awk_to_name(struct awk *a, struct value *v)
{
	const char *p;
	size_t len;

	p = text_of(a, v, &len);
	return arena_memdup(p, len);
}

bool awk_numeric(struct awk *a, struct value *v, double *num)
{
	bool whole;

	switch (v->type) {
	case NUMBER:
		*num = v->num;
		return true;
	case UNINIT:
	case REF:
		*num = 0;
		return true;
	case FIELD:
		*num = awk_text_to_num(a, v->ptr, v->len, &whole);
		return whole;
	case STRNUM:
		*num = str_num(a, v->str);
		return v->str->flags & LOOKS_NUMERIC;
	case ARRAY:
		not_scalar(a, v);
	default:
		return false;
	}
}

bool awk_truth(struct awk *a, struct value *v)
{
	double num;
	size_t len;

	if (v->type == NUMBER)
		return v->num != 0;
	if (awk_numeric(a, v, &num))
		return num != 0;
	text_of(a, v, &len);
	return len > 0;
}

/* Compares without regard to case. */
static COLD int compare_folded(struct awk *a, const char *p, size_t n, const char *q, size_t m)
{
	const char *p_end = p + n, *q_end = q + m;

	while (p < p_end && q < q_end) {
		uint32_t x = (unsigned char)*p, y = (unsigned char)*q;
		size_t i = awk_char_bytes(a, p, p_end), j = awk_char_bytes(a, q, q_end);

		if (i > 1)
			utf8_decode(p, i, &x);
		if (j > 1)
			utf8_decode(q, j, &y);
		x = char_lower(x);
		y = char_lower(y);
		if (x != y)
			return x < y ? -1 : 1;
		p += i;
		q += j;
	}
	return (p < p_end) - (q < q_end);
}

int awk_compare_text(struct awk *a, const char *p, size_t n, const char *q, size_t m)
{
	int c;

	if (a->ignore_case)
		return compare_folded(a, p, n, q, m);
	c = memcmp(p, q, n < m ? n : m);
	return c ? c : (n > m) - (n < m);
}

int awk_compare(struct awk *a, struct value *x, struct value *y)
{
	const char *p, *q;
	size_t n, m;
	double d, e;

	if (x->type != STRING && y->type != STRING && awk_numeric(a, x, &d) && awk_numeric(a, y, &e))
		return d < e ? -1 : d > e || d != e;
	p = text_of(a, x, &n);
	q = text_of(a, y, &m);
	return awk_compare_text(a, p, n, q, m);
}

void awk_copy_value(struct awk *a, struct value *dst, struct value *src)
{
	struct value v = *src;

	if (v.type == SLICE || v.type == FIELD) {
		/* a string of one owner that is large enough takes the text in place */
		if ((dst->type == STRING || dst->type == STRNUM) && dst->str->refs == 1 &&
		    awk_str_room(dst->str) >= v.len && awk_str_room(dst->str) / 4 <= v.len) {
			awk_copy_text(dst->str->data, v.ptr, v.len);
			dst->str->data[v.len] = 0;
			dst->str->len = v.len;
			dst->str->flags = 0;
			dst->type = v.type == FIELD ? STRNUM : STRING;
			return;
		}
		v.str = awk_str_make(a, v.ptr, v.len);
		v.type = v.type == FIELD ? STRNUM : STRING;
	} else if (v.type == STRING || v.type == STRNUM) {
		v.str->refs++;
	} else if (v.type == ARRAY) {
		v.table->refs++;
	} else if (v.type == REF) {
		v.type = UNINIT;
	}
	release(a, dst);
	*dst = v;
}

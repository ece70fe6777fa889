/* decimal.c - decimal numbers of any length
 *
 * hot: bc and dc calculate here, and loops over limbs are all they do
 */
#include <string.h>
#include "arena.h"
#include "decimal.h"

enum { BASE = 1000000000, DIGITS = 9 };

static const uint32_t powers[DIGITS + 1] = { 1,      10,      100,      1000,      10000,
					     100000, 1000000, 10000000, 100000000, BASE };

static size_t limbs_for(size_t digits)
{
	return digits / DIGITS + (digits % DIGITS != 0);
}

/* --- memory ---------------------------------------------------------------------------------------------------------- */

static struct dec *new_number(struct dec_pool *p, size_t len, size_t scale)
{
	unsigned order = len <= 4 ? 2 : 64 - (unsigned)__builtin_clzll(len - 1);
	struct dec *d = p->free[order];

	if (d)
		memcpy(&p->free[order], d->limb, sizeof(d));
	else
		d = arena_alloc(sizeof(*d) + (sizeof(uint32_t) << order));
	d->refs = 1;
	d->order = (uint8_t)order;
	d->negative = false;
	d->scale = scale;
	d->frac = limbs_for(scale);
	d->len = len;
	return d;
}

void dec_free(struct dec_pool *p, struct dec *d)
{
	memcpy(d->limb, &p->free[d->order], sizeof(d));
	p->free[d->order] = d;
}

struct dec *dec_block(struct dec_pool *p, size_t bytes)
{
	struct dec *d = new_number(p, bytes / sizeof(uint32_t) + 1, 0);

	memset(d->limb, 0, bytes);
	return d;
}

/* Takes the zeros off the top; a zero is not negative. */
static struct dec *trimmed(struct dec *d)
{
	while (d->len > d->frac && d->limb[d->len - 1] == 0)
		d->len--;
	if (d->negative && d->len == d->frac && dec_is_zero(d))
		d->negative = false;
	return d;
}

/* Puts zeros in the place of the digits past the scale, of which the lowest limb has some. */
static void cut_lowest(struct dec *d)
{
	size_t extra = d->frac * DIGITS - d->scale;

	if (d->frac)
		d->limb[0] -= d->limb[0] % powers[extra];
}

struct dec *dec_from(struct dec_pool *p, intmax_t n)
{
	struct dec *d = new_number(p, 3, 0);
	uintmax_t u = n < 0 ? -(uintmax_t)n : (uintmax_t)n;

	for (int i = 0; i < 3; i++, u /= BASE)
		d->limb[i] = (uint32_t)(u % BASE);
	d->negative = n < 0;
	return trimmed(d);
}

/* --- what they are ----------------------------------------------------------------------------------------------------- */

bool dec_is_zero(const struct dec *d)
{
	if (d->len > d->frac)
		return false;
	for (size_t i = 0; i < d->len; i++)
		if (d->limb[i])
			return false;
	return true;
}

static int compare_sizes(const struct dec *a, const struct dec *b)
{
	size_t whole = a->len - a->frac, i = a->len, k = b->len;

	if (whole != b->len - b->frac)
		return whole < b->len - b->frac ? -1 : 1;
	while (i > 0 && k > 0)
		if (a->limb[--i] != b->limb[--k])
			return a->limb[i] < b->limb[k] ? -1 : 1;
	while (i > 0)
		if (a->limb[--i])
			return 1;
	while (k > 0)
		if (b->limb[--k])
			return -1;
	return 0;
}

int dec_compare(const struct dec *a, const struct dec *b)
{
	if (a->negative != b->negative)
		return a->negative ? -1 : 1;
	return a->negative ? compare_sizes(b, a) : compare_sizes(a, b);
}

bool dec_to_int(const struct dec *d, intmax_t *n)
{
	uintmax_t u = 0, most = d->negative ? (uintmax_t)INTMAX_MAX + 1 : INTMAX_MAX;

	for (size_t i = d->len; i > d->frac; i--) {
		if (u > (most - d->limb[i - 1]) / BASE) {
			*n = d->negative ? INTMAX_MIN : INTMAX_MAX;
			return false;
		}
		u = u * BASE + d->limb[i - 1];
	}
	*n = d->negative ? (intmax_t)-u : (intmax_t)u;
	return true;
}

static unsigned digits_of(uint32_t limb)
{
	unsigned n = 0;

	while (n < DIGITS && limb >= powers[n])
		n++;
	return n;
}

size_t dec_digits(const struct dec *d)
{
	if (d->len == d->frac)
		return 0;
	return (d->len - d->frac - 1) * DIGITS + digits_of(d->limb[d->len - 1]);
}

size_t dec_length(const struct dec *d)
{
	size_t i = d->len, behind;

	if (d->len > d->frac)
		return dec_digits(d) + d->scale;
	while (i > 0 && d->limb[i - 1] == 0)
		i--;
	if (i == 0)
		return d->scale ? d->scale : 1;
	behind = (d->frac - i) * DIGITS + DIGITS - digits_of(d->limb[i - 1]);
	return d->scale - behind;
}

/* --- sums ---------------------------------------------------------------------------------------------------------------- */

static struct dec *copy(struct dec_pool *p, const struct dec *a)
{
	struct dec *d = new_number(p, a->len, a->scale);

	memcpy(d->limb, a->limb, a->len * sizeof(*a->limb));
	d->negative = a->negative;
	return d;
}

struct dec *dec_negate(struct dec_pool *p, const struct dec *a)
{
	struct dec *d = copy(p, a);

	d->negative = !a->negative;
	return trimmed(d);
}

/* |a| + |b|, or |a| - |b| for a that is not smaller. */
static struct dec *combine(struct dec_pool *p, const struct dec *a, const struct dec *b, bool minus)
{
	size_t frac = a->frac > b->frac ? a->frac : b->frac, whole = a->len - a->frac;
	size_t at_a = frac - a->frac, at_b = frac - b->frac;
	struct dec *d;
	int64_t carry = 0;

	if (b->len - b->frac > whole)
		whole = b->len - b->frac;
	d = new_number(p, frac + whole + 1, a->scale > b->scale ? a->scale : b->scale);
	memset(d->limb, 0, at_a * sizeof(*d->limb));
	memcpy(d->limb + at_a, a->limb, a->len * sizeof(*d->limb));
	memset(d->limb + at_a + a->len, 0, (d->len - at_a - a->len) * sizeof(*d->limb));
	for (size_t i = 0; at_b + i < d->len && (i < b->len || carry); i++) {
		int64_t t = (i < b->len ? b->limb[i] : 0), *c = &carry;
		uint32_t *to = &d->limb[at_b + i];

		t = minus ? *to - t - *c : *to + t + *c;
		*c = minus ? t < 0 : t >= BASE;
		*to = (uint32_t)(t + (minus ? *c * BASE : -*c * BASE));
	}
	return d;
}

static struct dec *add_signed(struct dec_pool *p, const struct dec *a, const struct dec *b, bool b_negative)
{
	struct dec *d;
	int order;

	if (a->negative == b_negative) {
		d = combine(p, a, b, false);
		d->negative = a->negative;
		return trimmed(d);
	}
	order = compare_sizes(a, b);
	d = order >= 0 ? combine(p, a, b, true) : combine(p, b, a, true);
	d->negative = order >= 0 ? a->negative : b_negative;
	return trimmed(d);
}

struct dec *dec_add(struct dec_pool *p, const struct dec *a, const struct dec *b)
{
	return add_signed(p, a, b, b->negative);
}

struct dec *dec_subtract(struct dec_pool *p, const struct dec *a, const struct dec *b)
{
	return add_signed(p, a, b, !b->negative);
}

struct dec *dec_rescale(struct dec_pool *p, const struct dec *a, size_t scale)
{
	size_t frac = limbs_for(scale), whole = a->len - a->frac;
	size_t same = frac < a->frac ? frac : a->frac;
	struct dec *d = new_number(p, frac + whole, scale);

	memset(d->limb, 0, (frac - same) * sizeof(*d->limb));
	memcpy(d->limb + frac - same, a->limb + a->frac - same, (same + whole) * sizeof(*d->limb));
	d->negative = a->negative;
	if (scale < a->scale)
		cut_lowest(d);
	return trimmed(d);
}

/* --- products ----------------------------------------------------------------------------------------------------------- */

/* to[0..n+m) = a[0..n) * b[0..m), column by column. */
static void multiply_limbs(uint32_t *to, const uint32_t *a, size_t n, const uint32_t *b, size_t m)
{
	uint64_t carry = 0;

	for (size_t k = 0; k + 1 < n + m; k++) {
		size_t i = k < m ? 0 : k - m + 1, end = k < n ? k + 1 : n;
		uint64_t low = carry, high = 0;

		while (i < end) {
			size_t stop = end - i > 16 ? i + 16 : end; /* so many products fit in 64 bits */
			uint64_t sum = 0;

			for (; i < stop; i++)
				sum += (uint64_t)a[i] * b[k - i];
			low += sum % BASE;
			high += sum / BASE;
		}
		to[k] = (uint32_t)(low % BASE);
		carry = high + low / BASE;
	}
	to[n + m - 1] = (uint32_t)carry;
}

static struct dec *multiply_all(struct dec_pool *p, const struct dec *a, const struct dec *b)
{
	/* the limbs behind the point are those of both, which may be one more than the scale needs */
	struct dec *d = new_number(p, a->len + b->len, a->scale + b->scale);

	d->frac = a->frac + b->frac;
	if (a->len && b->len)
		multiply_limbs(d->limb, a->limb, a->len, b->limb, b->len);
	else
		memset(d->limb, 0, d->len * sizeof(*d->limb));
	d->negative = a->negative != b->negative;
	return trimmed(d);
}

struct dec *dec_multiply(struct dec_pool *p, const struct dec *a, const struct dec *b, size_t scale)
{
	struct dec *all = multiply_all(p, a, b), *d;

	scale = scale > a->scale ? scale : a->scale;
	scale = scale > b->scale ? scale : b->scale;
	scale = scale < all->scale ? scale : all->scale;
	if (scale == all->scale && all->frac == limbs_for(scale))
		return all;
	d = dec_rescale(p, all, scale);
	dec_drop(p, all);
	return d;
}

/* --- quotients ---------------------------------------------------------------------------------------------------------- */

/* Divides a[0..n) by one limb, in place. Returns the rest. */
static uint32_t divide_by_limb(uint32_t *a, size_t n, uint32_t by)
{
	uint64_t rest = 0;

	while (n-- > 0) {
		rest = rest * BASE + a[n];
		a[n] = (uint32_t)(rest / by);
		rest %= by;
	}
	return (uint32_t)rest;
}

static uint32_t multiply_by_limb(uint32_t *a, size_t n, uint32_t by)
{
	uint64_t carry = 0;

	for (size_t i = 0; i < n; i++) {
		carry += (uint64_t)a[i] * by;
		a[i] = (uint32_t)(carry % BASE);
		carry /= BASE;
	}
	return (uint32_t)carry;
}

/* u[0..n] -= v[0..n) * q. Returns whether it went below 0. */
static bool subtract_product(uint32_t *u, const uint32_t *v, size_t n, uint32_t q)
{
	uint64_t carry = 0;
	int64_t t;

	for (size_t i = 0; i < n; i++) {
		carry += (uint64_t)v[i] * q;
		t = (int64_t)u[i] - (int64_t)(carry % BASE);
		carry = carry / BASE + (t < 0);
		u[i] = (uint32_t)(t < 0 ? t + BASE : t);
	}
	t = (int64_t)u[n] - (int64_t)carry;
	u[n] = (uint32_t)(t < 0 ? t + BASE : t);
	return t < 0;
}

static void add_back(uint32_t *u, const uint32_t *v, size_t n)
{
	uint32_t carry = 0;

	for (size_t i = 0; i < n; i++) {
		u[i] += v[i] + carry;
		carry = u[i] >= BASE;
		u[i] -= carry * BASE;
	}
	u[n] = (u[n] + carry) % BASE;
}

/* q[0..m] = u[0..n+m] / v[0..n), n >= 2, both multiplied so that the top limb of v is at least half of BASE; u becomes the
 * remainder. Knuth, The Art of Computer Programming, vol. 2, 4.3.1, algorithm D. */
static void divide_limbs(uint32_t *q, uint32_t *u, size_t m, const uint32_t *v, size_t n)
{
	for (size_t j = m + 1; j-- > 0;) {
		uint64_t top = (uint64_t)u[j + n] * BASE + u[j + n - 1];
		uint64_t guess = top / v[n - 1], rest = top % v[n - 1];

		while (guess >= BASE || guess * v[n - 2] > rest * BASE + u[j + n - 2]) {
			guess--;
			rest += v[n - 1];
			if (rest >= BASE)
				break;
		}
		if (subtract_product(u + j, v, n, (uint32_t)guess)) {
			guess--;
			add_back(u + j, v, n);
		}
		q[j] = (uint32_t)guess;
	}
}

struct dec *dec_divide(struct dec_pool *p, const struct dec *a, const struct dec *b, size_t scale)
{
	size_t n = b->len, shift, skip, have, need = limbs_for(scale);
	struct dec *u, *v, *d;
	uint32_t factor;

	while (n > 0 && b->limb[n - 1] == 0)
		n--;
	if (n == 0)
		return NULL;
	/* as whole numbers: a with so many limbs more, or fewer, over b */
	shift = need + b->frac > a->frac ? need + b->frac - a->frac : 0;
	skip = a->frac > need + b->frac ? a->frac - need - b->frac : 0;
	have = skip < a->len ? a->len - skip + shift : 0;
	d = new_number(p, have >= n + need ? have - n + 1 : need, scale);
	memset(d->limb, 0, d->len * sizeof(*d->limb));
	if (have >= n) {
		u = new_number(p, have + 1, 0);
		memset(u->limb, 0, shift * sizeof(*u->limb));
		memcpy(u->limb + shift, a->limb + skip, (a->len - skip) * sizeof(*u->limb));
		u->limb[have] = 0;
		if (n == 1) {
			divide_by_limb(u->limb, have, b->limb[0]);
			memcpy(d->limb, u->limb, have * sizeof(*d->limb));
		} else {
			v = new_number(p, n, 0);
			memcpy(v->limb, b->limb, n * sizeof(*v->limb));
			factor = BASE / (v->limb[n - 1] + 1);
			multiply_by_limb(v->limb, n, factor);
			u->limb[have] = multiply_by_limb(u->limb, have, factor);
			divide_limbs(d->limb, u->limb, have - n, v->limb, n);
			dec_drop(p, v);
		}
		dec_drop(p, u);
	}
	cut_lowest(d);
	d->negative = a->negative != b->negative;
	return trimmed(d);
}

struct dec *dec_modulo(struct dec_pool *p, const struct dec *a, const struct dec *b, size_t scale,
		       struct dec **quotient)
{
	struct dec *q = dec_divide(p, a, b, scale), *product, *rest, *d;
	size_t keep = a->scale > b->scale + scale ? a->scale : b->scale + scale;

	if (!q)
		return NULL;
	product = dec_multiply(p, q, b, keep);
	rest = dec_subtract(p, a, product);
	d = dec_rescale(p, rest, keep);
	dec_drop(p, product);
	dec_drop(p, rest);
	if (quotient)
		*quotient = q;
	else
		dec_drop(p, q);
	return d;
}

/* --- powers and roots --------------------------------------------------------------------------------------------------- */

/* Puts `d` in the place of *at. */
static void replace(struct dec_pool *p, struct dec **at, struct dec *d)
{
	dec_drop(p, *at);
	*at = d;
}

struct dec *dec_power(struct dec_pool *p, const struct dec *a, intmax_t n, size_t scale)
{
	uintmax_t left = n < 0 ? -(uintmax_t)n : (uintmax_t)n;
	struct dec *result = dec_from(p, 1), *square = copy(p, a);
	size_t most = scale > a->scale ? scale : a->scale, all;

	if (__builtin_mul_overflow(a->scale, left, &all) || all > most)
		all = most;
	while (left) {
		if (left & 1)
			replace(p, &result, multiply_all(p, result, square));
		left >>= 1;
		if (left)
			replace(p, &square, multiply_all(p, square, square));
	}
	dec_drop(p, square);
	if (n < 0) {
		struct dec *one = dec_from(p, 1);

		replace(p, &result, dec_divide(p, one, result, scale));
		dec_drop(p, one);
	} else {
		replace(p, &result, dec_rescale(p, result, n ? all : 0));
	}
	return result;
}

struct dec *dec_power_modulo(struct dec_pool *p, const struct dec *base, const struct dec *exponent,
			     const struct dec *modulus)
{
	struct dec *result = dec_from(p, 1), *square = dec_rescale(p, base, 0),
		   *left = dec_rescale(p, exponent, 0);
	struct dec *product;

	replace(p, &square, dec_modulo(p, square, modulus, 0, NULL));
	replace(p, &result, dec_modulo(p, result, modulus, 0, NULL));
	while (left->len) {
		if (divide_by_limb(left->limb, left->len, 2)) {
			product = multiply_all(p, result, square);
			replace(p, &result, dec_modulo(p, product, modulus, 0, NULL));
			dec_drop(p, product);
		}
		trimmed(left);
		product = multiply_all(p, square, square);
		replace(p, &square, dec_modulo(p, product, modulus, 0, NULL));
		dec_drop(p, product);
	}
	dec_drop(p, square);
	dec_drop(p, left);
	return result;
}

/* The root of a whole number, by Newton's method from above, first with few of the limbs and then with all. */
static struct dec *whole_root(struct dec_pool *p, const struct dec *a)
{
	size_t low = a->len > 4 ? a->len / 4 * 2 : 2;
	struct dec *x, *next, *quotient;

	if (a->len <= 2) {
		uint64_t n = (a->len > 1 ? (uint64_t)a->limb[1] * BASE : 0) + (a->len ? a->limb[0] : 0),
			 r = 0;

		for (uint64_t bit = (uint64_t)1 << 29; bit; bit >>= 1)
			if ((r | bit) * (r | bit) <= n)
				r |= bit;
		return dec_from(p, (intmax_t)r);
	}
	/* a little too much: the root of the top limbs, one more, and zeros */
	quotient = new_number(p, a->len - low, 0);
	memcpy(quotient->limb, a->limb + low, (a->len - low) * sizeof(*a->limb));
	next = whole_root(p, quotient);
	dec_drop(p, quotient);
	x = dec_from(p, 1);
	replace(p, &next, dec_add(p, next, x));
	dec_drop(p, x);
	x = new_number(p, next->len + low / 2, 0);
	memset(x->limb, 0, low / 2 * sizeof(*x->limb));
	memcpy(x->limb + low / 2, next->limb, next->len * sizeof(*x->limb));
	dec_drop(p, next);
	for (;;) {
		quotient = dec_divide(p, a, x, 0);
		next = dec_add(p, x, quotient);
		divide_by_limb(next->limb, next->len, 2);
		trimmed(next);
		dec_drop(p, quotient);
		if (compare_sizes(next, x) >= 0) {
			dec_drop(p, next);
			return x;
		}
		replace(p, &x, next);
	}
}

struct dec *dec_root(struct dec_pool *p, const struct dec *a, size_t scale)
{
	size_t frac, skip;
	struct dec *whole, *root, *d;

	if (a->negative)
		return NULL;
	scale = scale > a->scale ? scale : a->scale;
	frac = limbs_for(scale);
	/* a with twice the limbs behind the point, as a whole number */
	skip = 2 * frac - a->frac;
	whole = new_number(p, a->len + skip, 0);
	memset(whole->limb, 0, skip * sizeof(*whole->limb));
	memcpy(whole->limb + skip, a->limb, a->len * sizeof(*whole->limb));
	root = whole_root(p, trimmed(whole));
	dec_drop(p, whole);
	d = new_number(p, root->len > frac ? root->len : frac, scale);
	memset(d->limb, 0, d->len * sizeof(*d->limb));
	memcpy(d->limb, root->limb, root->len * sizeof(*d->limb));
	dec_drop(p, root);
	cut_lowest(d);
	return trimmed(d);
}

/* --- text ------------------------------------------------------------------------------------------------------------------ */

static unsigned digit_value(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'A' + 10);
}

static struct dec *read_decimal(struct dec_pool *p, const char *s, size_t whole, size_t scale)
{
	size_t frac = limbs_for(scale);
	struct dec *d = new_number(p, limbs_for(whole) + frac, scale);
	const char *point = s + whole;

	for (size_t i = 0; i < d->len; i++) {
		uint32_t limb = 0;

		for (int k = 0; k < DIGITS; k++) {
			/* the k-th digit from the left of this limb, counted from the point */
			ptrdiff_t at = ((ptrdiff_t)frac - (ptrdiff_t)i) * DIGITS - DIGITS + k;
			char c = '0';

			if (i >= frac) {
				ptrdiff_t before = ((ptrdiff_t)i - (ptrdiff_t)frac + 1) * DIGITS - k;

				c = before <= (ptrdiff_t)whole ? point[-before] : '0';
			} else if (at < (ptrdiff_t)scale) {
				c = point[1 + at];
			}
			limb = limb * 10 + digit_value(c);
		}
		d->limb[i] = limb;
	}
	return trimmed(d);
}

struct dec *dec_read(struct dec_pool *p, const char *s, size_t len, unsigned base, bool clamp)
{
	const char *point;
	bool negative = len && *s == '-', plain = base == 10;
	size_t whole, scale;
	struct dec *d, *by, *divisor, *digit;

	s += negative;
	len -= negative;
	point = memchr(s, '.', len);
	whole = point ? (size_t)(point - s) : len;
	scale = point ? len - whole - 1 : 0;
	for (size_t i = 0; i < len && plain; i++)
		plain = s[i] <= '9';
	if (plain) {
		d = read_decimal(p, s, whole, scale);
		d->negative = negative;
		return trimmed(d);
	}
	d = dec_from(p, 0);
	by = dec_from(p, base);
	divisor = dec_from(p, 1);
	for (size_t i = 0; i < len; i++) {
		unsigned value = digit_value(s[i]);

		if (s[i] == '.')
			continue;
		if (clamp && len > 1 && value >= base)
			value = base - 1;
		digit = dec_from(p, value);
		replace(p, &d, multiply_all(p, d, by));
		replace(p, &d, dec_add(p, d, digit));
		dec_drop(p, digit);
		if (i > whole)
			replace(p, &divisor, multiply_all(p, divisor, by));
	}
	if (scale)
		replace(p, &d, dec_divide(p, d, divisor, scale));
	dec_drop(p, by);
	dec_drop(p, divisor);
	d->negative = negative;
	return trimmed(d);
}

static void put_limb(struct buf *out, uint32_t limb, size_t digits)
{
	char text[DIGITS];

	for (size_t i = DIGITS; i-- > 0; limb /= 10)
		text[i] = (char)('0' + limb % 10);
	buf_mem(out, text + DIGITS - digits, digits);
}

/* The digits behind the point of a number in decimal. */
static void put_decimals(struct buf *out, const struct dec *d)
{
	size_t left = d->scale;

	buf_char(out, '.');
	for (size_t i = d->frac; i-- > 0;) {
		size_t n = left < DIGITS ? left : DIGITS;

		put_limb(out, d->limb[i] / powers[DIGITS - n], n);
		left -= n;
	}
}

static void put_digit(struct buf *out, uintmax_t digit, intmax_t base, unsigned width)
{
	if (base <= 16)
		buf_char(out, "0123456789ABCDEF"[digit]);
	else
		buf_fmt(out, " %0*ju", (int)width, digit);
}

/* Takes the part before the point apart into digits of a base. */
static void put_whole(struct dec_pool *p, struct buf *out, const struct dec *d, intmax_t base, unsigned width)
{
	struct dec *left = dec_rescale(p, d, 0), *by = dec_from(p, base), *quotient, *digit;
	/* a decimal digit takes less than four of base 2; two limbs for each */
	struct dec *digits = new_number(p, 8 * (dec_digits(d) + 1), 0);
	size_t count = 0;
	uint64_t n;

	left->negative = false;
	for (; left->len; count++) {
		if (base < BASE) {
			n = divide_by_limb(left->limb, left->len, (uint32_t)base);
			trimmed(left);
		} else {
			intmax_t value;

			digit = dec_modulo(p, left, by, 0, &quotient);
			dec_to_int(digit, &value);
			n = (uint64_t)value;
			dec_drop(p, digit);
			replace(p, &left, quotient);
		}
		memcpy(digits->limb + 2 * count, &n, sizeof(n));
	}
	while (count-- > 0) {
		memcpy(&n, digits->limb + 2 * count, sizeof(n));
		put_digit(out, n, base, width);
	}
	dec_drop(p, digits);
	dec_drop(p, left);
	dec_drop(p, by);
}

/* As many digits behind the point as tell the number apart in decimal with its scale. */
static void put_fraction(struct dec_pool *p, struct buf *out, const struct dec *d, intmax_t base,
			 unsigned width)
{
	struct dec *left = copy(p, d), *by = dec_from(p, base), *reached = dec_from(p, 1);
	intmax_t n;
	bool first = true;

	left->len = left->frac;
	left->negative = false;
	/* the first power of the base that has more digits than the scale ends it */
	while (dec_digits(reached) <= d->scale) {
		struct dec *digit;

		replace(p, &left, dec_multiply(p, left, by, d->scale));
		digit = dec_rescale(p, left, 0);
		dec_to_int(digit, &n);
		dec_drop(p, digit);
		left->len = left->frac;
		if (base > 16 && first)
			buf_fmt(out, "%0*jd", (int)width, n);
		else
			put_digit(out, (uintmax_t)n, base, width);
		first = false;
		replace(p, &reached, multiply_all(p, reached, by));
	}
	dec_drop(p, left);
	dec_drop(p, by);
	dec_drop(p, reached);
}

void dec_put(struct dec_pool *p, struct buf *out, const struct dec *d, intmax_t base, bool zero)
{
	unsigned width = 0;

	for (uintmax_t n = (uintmax_t)base - 1; n; n /= 10)
		width++;
	if (d->negative)
		buf_char(out, '-');
	if (base == 10) {
		if (d->len > d->frac)
			put_limb(out, d->limb[d->len - 1], digits_of(d->limb[d->len - 1]));
		else if (zero || d->scale == 0)
			buf_char(out, '0');
		for (size_t i = d->len - (d->len > d->frac); i-- > d->frac;)
			put_limb(out, d->limb[i], DIGITS);
		if (d->scale)
			put_decimals(out, d);
		return;
	}
	if (d->len > d->frac)
		put_whole(p, out, d, base, width);
	else if (zero || d->scale == 0)
		put_digit(out, 0, base, width);
	if (d->scale) {
		buf_char(out, '.');
		put_fraction(p, out, d, base, width);
	}
}

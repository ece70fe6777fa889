/* bignum.c - whole numbers of any size */
#include <string.h>
#include "arena.h"
#include "bignum.h"

enum { DIGITS = 9 };                     /* decimal digits that fit a limb */
static const uint32_t PART = 1000000000; /* 10 to the power of them */

static struct big make(size_t len)
{
	return (struct big){ false, len, arena_array(uint32_t, len + 1) };
}

static struct big trimmed(struct big a)
{
	while (a.len > 0 && a.limbs[a.len - 1] == 0)
		a.len--;
	a.negative &= a.len > 0;
	return a;
}

/* Multiplies in place by `by` and adds `more`; there is room for another limb. */
static void scale(struct big *a, uint32_t by, uint32_t more)
{
	uint64_t carry = more;

	for (size_t i = 0; i < a->len; i++) {
		carry += (uint64_t)a->limbs[i] * by;
		a->limbs[i] = (uint32_t)carry;
		carry >>= 32;
	}
	if (carry)
		a->limbs[a->len++] = (uint32_t)carry;
}

/* Divides in place; returns the remainder. */
static uint32_t divide_small(struct big *a, uint32_t by)
{
	uint64_t rest = 0;

	for (size_t i = a->len; i-- > 0;) {
		rest = rest << 32 | a->limbs[i];
		a->limbs[i] = (uint32_t)(rest / by);
		rest %= by;
	}
	*a = trimmed(*a);
	return (uint32_t)rest;
}

bool big_read(const char *s, struct big *out)
{
	bool negative = *s == '-';
	size_t count;

	s += negative;
	count = strspn(s, "0123456789");
	if (count == 0 || s[count])
		return false;
	*out = make(count / DIGITS + 2);
	out->len = 0;
	while (*s) {
		uint32_t part = 0, by = 1;

		for (int i = 0; i < DIGITS && *s; i++, by *= 10)
			part = 10 * part + (uint32_t)(*s++ - '0');
		scale(out, by, part);
	}
	*out = trimmed(*out);
	out->negative = negative && out->len > 0;
	return true;
}

struct big big_from(intmax_t n)
{
	struct big a = make(2);
	uintmax_t value = n < 0 ? -(uintmax_t)n : (uintmax_t)n;

	a.limbs[0] = (uint32_t)value;
	a.limbs[1] = (uint32_t)(value >> 32);
	a.negative = n < 0;
	return trimmed(a);
}

static struct big copy(struct big a)
{
	struct big b = make(a.len);

	if (a.len)
		memcpy(b.limbs, a.limbs, a.len * sizeof(*a.limbs));
	b.negative = a.negative;
	return b;
}

char *big_to_str(struct big a)
{
	size_t size = a.len * 10 + 3;
	char *text = arena_alloc(size), *p = text + size - 1;
	bool negative = a.negative;

	a = copy(a);
	do {
		uint32_t part = divide_small(&a, PART);

		for (int i = 0; i < DIGITS && (part > 0 || a.len > 0); i++, part /= 10)
			*--p = (char)('0' + part % 10);
	} while (a.len > 0);
	if (p == text + size - 1)
		*--p = '0';
	if (negative)
		*--p = '-';
	return p;
}

static int compare_sizes(struct big a, struct big b)
{
	if (a.len != b.len)
		return a.len < b.len ? -1 : 1;
	for (size_t i = a.len; i-- > 0;)
		if (a.limbs[i] != b.limbs[i])
			return a.limbs[i] < b.limbs[i] ? -1 : 1;
	return 0;
}

int big_compare(struct big a, struct big b)
{
	if (a.negative != b.negative)
		return a.negative ? -1 : 1;
	return a.negative ? compare_sizes(b, a) : compare_sizes(a, b);
}

/* Adds sizes; the sign is that of `a`. */
static struct big add_sizes(struct big a, struct big b)
{
	size_t len = a.len > b.len ? a.len : b.len;
	struct big sum = make(len + 1);
	uint64_t carry = 0;

	for (size_t i = 0; i <= len; i++) {
		carry += (i < a.len ? a.limbs[i] : 0) + (uint64_t)(i < b.len ? b.limbs[i] : 0);
		sum.limbs[i] = (uint32_t)carry;
		carry >>= 32;
	}
	sum.negative = a.negative;
	return trimmed(sum);
}

/* Takes the size of `b` from that of `a`, which is not smaller. */
static struct big subtract_sizes(struct big a, struct big b)
{
	struct big rest = make(a.len);
	uint64_t borrow = 0;

	for (size_t i = 0; i < a.len; i++) {
		uint64_t from = a.limbs[i], less = (i < b.len ? b.limbs[i] : 0) + borrow;

		borrow = from < less;
		rest.limbs[i] = (uint32_t)(from - less);
	}
	return trimmed(rest);
}

struct big big_add(struct big a, struct big b)
{
	struct big sum;

	if (a.negative == b.negative)
		return add_sizes(a, b);
	if (compare_sizes(a, b) < 0)
		return big_add(b, a);
	sum = subtract_sizes(a, b);
	sum.negative = a.negative && sum.len > 0;
	return sum;
}

struct big big_subtract(struct big a, struct big b)
{
	b.negative = !b.negative && b.len > 0;
	return big_add(a, b);
}

struct big big_multiply(struct big a, struct big b)
{
	struct big product = make(a.len + b.len);

	for (size_t i = 0; i < a.len; i++) {
		uint64_t carry = 0;

		for (size_t j = 0; j < b.len; j++) {
			carry += (uint64_t)a.limbs[i] * b.limbs[j] + product.limbs[i + j];
			product.limbs[i + j] = (uint32_t)carry;
			carry >>= 32;
		}
		product.limbs[i + b.len] = (uint32_t)carry;
	}
	product.negative = a.negative != b.negative;
	return trimmed(product);
}

/* The limbs moved left by less than 32 bits, with one more limb. */
static struct big shifted(struct big a, unsigned bits)
{
	struct big b = make(a.len + 1);

	for (size_t i = 0; i < a.len; i++) {
		uint64_t wide = (uint64_t)a.limbs[i] << bits;

		b.limbs[i] |= (uint32_t)wide;
		b.limbs[i + 1] = (uint32_t)(wide >> 32);
	}
	return b;
}

/* Takes q times the `n` limbs of `v` from the n + 1 at `u`; returns whether that was too much. */
static bool take_multiple(uint32_t *u, const uint32_t *v, size_t n, uint64_t q)
{
	uint64_t carry = 0, borrow = 0;

	for (size_t i = 0; i <= n; i++) {
		uint64_t less;

		carry += i < n ? q * v[i] : 0;
		less = (uint32_t)carry + borrow;
		carry >>= 32;
		borrow = u[i] < less;
		u[i] -= (uint32_t)less;
	}
	return borrow;
}

static void give_back(uint32_t *u, const uint32_t *v, size_t n)
{
	uint64_t carry = 0;

	for (size_t i = 0; i <= n; i++) {
		carry += (uint64_t)u[i] + (i < n ? v[i] : 0);
		u[i] = (uint32_t)carry;
		carry >>= 32;
	}
}

/* Knuth, The Art of Computer Programming, volume 2, 4.3.1, algorithm D: sizes of two limbs or more. */
static struct big divide_long(struct big a, struct big b, struct big *rest)
{
	unsigned bits = (unsigned)__builtin_clz(b.limbs[b.len - 1]);
	struct big u = shifted(a, bits), v = shifted(b, bits), quotient = make(a.len - b.len + 1);
	size_t n = b.len;
	uint64_t top = v.limbs[n - 1], second = v.limbs[n - 2];

	for (size_t j = a.len - n + 1; j-- > 0;) {
		uint64_t head = (uint64_t)u.limbs[j + n] << 32 | u.limbs[j + n - 1];
		uint64_t q = head / top, r = head % top;

		while (q >> 32 || (r >> 32 == 0 && q * second > (r << 32 | u.limbs[j + n - 2]))) {
			q--;
			r += top;
			if (r >> 32)
				break;
		}
		if (take_multiple(u.limbs + j, v.limbs, n, q)) {
			q--;
			give_back(u.limbs + j, v.limbs, n);
		}
		quotient.limbs[j] = (uint32_t)q;
	}
	for (size_t i = 0; i < n; i++)
		u.limbs[i] = (uint32_t)(((uint64_t)u.limbs[i + 1] << 32 | u.limbs[i]) >> bits);
	u.len = n;
	*rest = trimmed(u);
	return trimmed(quotient);
}

void big_divide(struct big a, struct big b, struct big *quotient, struct big *remainder)
{
	struct big q, r;

	if (compare_sizes(a, b) < 0) {
		q = big_from(0);
		r = a;
	} else if (b.len == 1) {
		q = copy(a);
		r = big_from(divide_small(&q, b.limbs[0]));
	} else {
		q = divide_long(a, b, &r);
	}
	q.negative = q.len > 0 && a.negative != b.negative;
	r.negative = r.len > 0 && a.negative;
	if (quotient)
		*quotient = q;
	if (remainder)
		*remainder = r;
}

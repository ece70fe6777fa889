/* factor - write the prime factors of numbers
 *
 * usage: factor [NUMBER]...
 *
 * Without NUMBER, those that standard input has, separated by blanks. They may be of any size.
 *
 * install: /usr/bin
 * options: stop
 * follows: GNU coreutils manual, "factor invocation"
 * hot: multiplies all the time
 */
#include "libbb.h"
#include "bignum.h"
#include "factor.gen.h"

enum {
	TRIAL = 5000, /* divisors up to here are tried */
	PRIMES = 668, /* odd ones below that */
	BATCH = 128,  /* steps of the rho method for one greatest common divisor */
};

/* A prime; a number is a multiple of it if its product with `inverse` is at most `limit`. */
struct prime {
	uint64_t inverse, limit, value;
};

/* The factors found so far. */
struct factors {
	const struct prime *primes;
	struct big *big;
	uint64_t *small; /* those that fit 64 bits, in the beginning */
	size_t big_count, big_size, small_count, small_size;
};

static void add_small(struct factors *f, uint64_t p)
{
	f->small = arena_reserve(f->small, f->small_count, &f->small_size, sizeof(*f->small));
	f->small[f->small_count++] = p;
}

static void add_big(struct factors *f, struct big p)
{
	f->big = arena_reserve(f->big, f->big_count, &f->big_size, sizeof(*f->big));
	f->big[f->big_count++] = p;
}

/* Numbers of 64 bits, in Montgomery's form: H. Cohen, "A Course in Computational Algebraic Number Theory", and
 * P. Montgomery, "Modular Multiplication Without Trial Division". */

/* The inverse of an odd number modulo 2^64. */
static uint64_t inverse(uint64_t n)
{
	uint64_t x = n;

	for (int i = 0; i < 5; i++)
		x *= 2 - n * x;
	return x;
}

static inline uint64_t mul(uint64_t a, uint64_t b, uint64_t n, uint64_t inv)
{
	__uint128_t product = (__uint128_t)a * b;
	uint64_t high = (uint64_t)(product >> 64);
	uint64_t less = (uint64_t)(((__uint128_t)((uint64_t)product * inv) * n) >> 64);

	return high >= less ? high - less : high - less + n;
}

static uint64_t add_mod(uint64_t a, uint64_t b, uint64_t n)
{
	return a >= n - b ? a - (n - b) : a + b;
}

/* Whether the odd number passes the test of Miller and Rabin to these bases, which settles it for 64 bits. */
static bool is_prime(uint64_t n)
{
	static const uint8_t bases[] = { 2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37 };
	uint64_t inv = inverse(n), one = -n % n, minus = n - one, odd = n - 1;
	int twos = __builtin_ctzll(odd);

	odd >>= twos;
	for (size_t i = 0; i < sizeof(bases) && bases[i] < n; i++) {
		uint64_t base = 0, x = one, bit = (uint64_t)1 << 63;
		int k = 0;

		for (unsigned j = 0; j < bases[i]; j++)
			base = add_mod(base, one, n);
		while (!(odd & bit))
			bit >>= 1;
		for (; bit; bit >>= 1) {
			x = mul(x, x, n, inv);
			if (odd & bit)
				x = mul(x, base, n, inv);
		}
		while (x != one && x != minus && ++k < twos)
			x = mul(x, x, n, inv);
		if (x != minus && !(x == one && k == 0))
			return false;
	}
	return true;
}

static uint64_t gcd(uint64_t a, uint64_t b)
{
	int twos;

	if (a == 0 || b == 0)
		return a | b;
	twos = __builtin_ctzll(a | b);
	a >>= __builtin_ctzll(a);
	while (b) {
		b >>= __builtin_ctzll(b);
		if (a > b) {
			uint64_t swap = a;

			a = b;
			b = swap;
		}
		b -= a;
	}
	return a << twos;
}

/* Finds a divisor of a number that is odd and no prime, by R. Brent's form of Pollard's rho method. */
static uint64_t find_divisor(uint64_t n)
{
	uint64_t inv = inverse(n), one = -n % n;

	for (uint64_t c = one;; c = add_mod(c, one, n)) {
		uint64_t y = add_mod(one, one, n), x = y, saved = y, product = one, d = 1;

		for (size_t length = 1; d == 1; length *= 2) {
			x = y;
			for (size_t i = 0; i < length && d == 1; i += BATCH) {
				size_t steps = length - i < BATCH ? length - i : BATCH;

				saved = y;
				for (size_t j = 0; j < steps; j++) {
					y = add_mod(mul(y, y, n, inv), c, n);
					product = mul(product, x > y ? x - y : y - x, n, inv);
				}
				d = gcd(product, n);
			}
		}
		/* several divisors came at once: take the steps one by one */
		for (d = d == n ? 1 : d; d == 1 && product != one;) {
			saved = add_mod(mul(saved, saved, n, inv), c, n);
			d = gcd(x > saved ? x - saved : saved - x, n);
			if (saved == x)
				break;
		}
		if (d != 1 && d != n)
			return d;
	}
}

static void factor_odd(struct factors *f, uint64_t n)
{
	uint64_t d;

	if (n == 1)
		return;
	if (is_prime(n)) {
		add_small(f, n);
		return;
	}
	d = find_divisor(n);
	factor_odd(f, d);
	factor_odd(f, n / d);
}

/* Finds the odd primes that are tried first. */
static const struct prime *find_primes(void)
{
	struct prime *primes = arena_array(struct prime, PRIMES);
	bool *composite = arena_array(bool, TRIAL);
	size_t count = 0;

	for (uint64_t i = 3; i < TRIAL; i += 2) {
		if (composite[i])
			continue;
		primes[count++] = (struct prime){ inverse(i), UINT64_MAX / i, i };
		for (uint64_t j = i * i; j < TRIAL; j += 2 * i)
			composite[j] = true;
	}
	return primes;
}

static void factor_small(struct factors *f, uint64_t n)
{
	for (; n > 0 && n % 2 == 0; n /= 2)
		add_small(f, 2);
	for (const struct prime *p = f->primes; p < f->primes + PRIMES && p->value * p->value <= n; p++)
		while (n * p->inverse <= p->limit) {
			add_small(f, p->value);
			n *= p->inverse;
		}
	if (n > 1 && n < TRIAL * TRIAL)
		add_small(f, n);
	else if (n > 1)
		factor_odd(f, n);
}

/* Larger numbers, in the same form, of `len` words. */

struct modulus {
	const uint64_t *n;
	size_t len;
	uint64_t inv; /* the negative inverse of the lowest word */
	uint64_t *one, *work;
};

static int compare_words(const uint64_t *a, const uint64_t *b, size_t len)
{
	while (len-- > 0)
		if (a[len] != b[len])
			return a[len] < b[len] ? -1 : 1;
	return 0;
}

/* Takes b from a; returns what has to be borrowed. */
static uint64_t take_words(uint64_t *a, const uint64_t *b, size_t len)
{
	uint64_t borrow = 0;

	for (size_t i = 0; i < len; i++) {
		__uint128_t rest = (__uint128_t)a[i] - b[i] - borrow;

		a[i] = (uint64_t)rest;
		borrow = (uint64_t)(rest >> 64) & 1;
	}
	return borrow;
}

static void add_words(const struct modulus *m, uint64_t *out, const uint64_t *a, const uint64_t *b)
{
	uint64_t carry = 0;

	for (size_t i = 0; i < m->len; i++) {
		__uint128_t sum = (__uint128_t)a[i] + b[i] + carry;

		out[i] = (uint64_t)sum;
		carry = (uint64_t)(sum >> 64);
	}
	if (carry || compare_words(out, m->n, m->len) >= 0)
		take_words(out, m->n, m->len);
}

/* out = a * b / 2^(64 len), modulo n; out may be a or b */
static void mul_words(const struct modulus *m, uint64_t *out, const uint64_t *a, const uint64_t *b)
{
	size_t len = m->len;
	uint64_t *t = m->work;

	memset(t, 0, (len + 2) * sizeof(*t));
	for (size_t i = 0; i < len; i++) {
		uint64_t carry = 0, factor;
		__uint128_t sum;

		for (size_t j = 0; j < len; j++) {
			sum = (__uint128_t)a[j] * b[i] + t[j] + carry;
			t[j] = (uint64_t)sum;
			carry = (uint64_t)(sum >> 64);
		}
		sum = (__uint128_t)t[len] + carry;
		t[len] = (uint64_t)sum;
		t[len + 1] = (uint64_t)(sum >> 64);
		factor = t[0] * m->inv;
		sum = (__uint128_t)factor * m->n[0] + t[0];
		carry = (uint64_t)(sum >> 64);
		for (size_t j = 1; j < len; j++) {
			sum = (__uint128_t)factor * m->n[j] + t[j] + carry;
			t[j - 1] = (uint64_t)sum;
			carry = (uint64_t)(sum >> 64);
		}
		sum = (__uint128_t)t[len] + carry;
		t[len - 1] = (uint64_t)sum;
		t[len] = t[len + 1] + (uint64_t)(sum >> 64);
	}
	if (t[len] || compare_words(t, m->n, len) >= 0)
		take_words(t, m->n, len);
	memcpy(out, t, len * sizeof(*t));
}

static uint64_t *to_words(struct big a, size_t len)
{
	uint64_t *words = arena_array(uint64_t, len + 1);

	for (size_t i = 0; i < a.len; i++)
		words[i / 2] |= (uint64_t)a.limbs[i] << i % 2 * 32;
	return words;
}

static struct big from_words(const uint64_t *words, size_t len)
{
	struct big a = { false, 2 * len, arena_array(uint32_t, 2 * len + 1) };

	for (size_t i = 0; i < a.len; i++)
		a.limbs[i] = (uint32_t)(words[i / 2] >> i % 2 * 32);
	while (a.len > 0 && a.limbs[a.len - 1] == 0)
		a.len--;
	return a;
}

static void prepare(struct modulus *m, struct big n)
{
	m->len = (n.len + 1) / 2;
	m->n = to_words(n, m->len);
	m->inv = -inverse(m->n[0]);
	m->work = arena_array(uint64_t, m->len + 2);
	m->one = arena_array(uint64_t, m->len + 1);
	m->one[0] = 1; /* doubled to 2^(64 len) */
	for (size_t i = 0; i < 64 * m->len; i++)
		add_words(m, m->one, m->one, m->one);
}

static bool is_zero(const uint64_t *a, size_t len)
{
	while (len-- > 0)
		if (a[len])
			return false;
	return true;
}

static void halve(uint64_t *a, size_t len)
{
	for (size_t i = 0; i < len; i++)
		a[i] = a[i] >> 1 | (i + 1 < len ? a[i + 1] << 63 : 0);
}

/* The greatest common divisor of a and the odd b, in b; both are used up. */
static void gcd_words(uint64_t *a, uint64_t *b, size_t len)
{
	while (!is_zero(a, len)) {
		while (!(a[0] & 1))
			halve(a, len);
		if (compare_words(a, b, len) < 0)
			for (size_t i = 0; i < len; i++) {
				uint64_t swap = a[i];

				a[i] = b[i];
				b[i] = swap;
			}
		take_words(a, b, len);
	}
}

/* Miller's and Rabin's test to the first primes as bases: no composite of any size is known that passes it by chance. */
static bool is_prime_big(const struct modulus *m)
{
	size_t len = m->len, twos = 0, bits = 64 * len;
	uint64_t *minus = arena_array(uint64_t, len), *odd = arena_array(uint64_t, len);
	uint64_t *base = arena_array(uint64_t, len), *x = arena_array(uint64_t, len);

	memcpy(minus, m->n, len * sizeof(*minus));
	memcpy(odd, m->n, len * sizeof(*odd));
	take_words(minus, m->one, len);
	for (odd[0]--; !(odd[0] & 1); twos++)
		halve(odd, len);
	for (unsigned p = 2; p < 100; p++) {
		size_t k = 0;

		if (p > 2 &&
		    (p % 2 == 0 || (p > 3 && p % 3 == 0) || (p > 5 && p % 5 == 0) || (p > 7 && p % 7 == 0)))
			continue;
		memset(base, 0, len * sizeof(*base));
		for (unsigned j = 0; j < p; j++)
			add_words(m, base, base, m->one);
		memcpy(x, m->one, len * sizeof(*x));
		for (size_t bit = bits; bit-- > 0;) {
			mul_words(m, x, x, x);
			if (odd[bit / 64] >> bit % 64 & 1)
				mul_words(m, x, x, base);
		}
		while (compare_words(x, m->one, len) != 0 && compare_words(x, minus, len) != 0 && ++k < twos)
			mul_words(m, x, x, x);
		if (compare_words(x, minus, len) != 0 && !(compare_words(x, m->one, len) == 0 && k == 0))
			return false;
	}
	return true;
}

/* One step of the rho method: the product gets |x - y| as a factor more. */
static void step(const struct modulus *m, uint64_t *y, const uint64_t *c, const uint64_t *x,
		 uint64_t *product, uint64_t *spare)
{
	mul_words(m, y, y, y);
	add_words(m, y, y, c);
	if (compare_words(x, y, m->len) > 0) {
		memcpy(spare, x, m->len * sizeof(*x));
		take_words(spare, y, m->len);
	} else {
		memcpy(spare, y, m->len * sizeof(*x));
		take_words(spare, x, m->len);
	}
	mul_words(m, product, product, spare);
}

/* As find_divisor(). */
static struct big find_big_divisor(const struct modulus *m)
{
	size_t len = m->len, size = len * sizeof(uint64_t);
	uint64_t *v[8], *c, *x, *y, *saved, *product, *d, *spare, *unit;

	for (size_t i = 0; i < 8; i++)
		v[i] = arena_array(uint64_t, len);
	c = v[0], x = v[1], y = v[2], saved = v[3], product = v[4], d = v[5], spare = v[6], unit = v[7];
	unit[0] = 1;
	for (;;) {
		add_words(m, c, c, m->one);
		add_words(m, y, m->one, m->one);
		memcpy(product, m->one, size);
		memcpy(d, unit, size);
		for (size_t length = 1; compare_words(d, unit, len) == 0; length *= 2) {
			memcpy(x, y, size);
			for (size_t i = 0; i < length && compare_words(d, unit, len) == 0; i += BATCH) {
				size_t steps = length - i < BATCH ? length - i : BATCH;

				memcpy(saved, y, size);
				for (size_t j = 0; j < steps; j++)
					step(m, y, c, x, product, spare);
				memcpy(spare, product, size);
				memcpy(d, m->n, size);
				gcd_words(spare, d, len);
			}
		}
		if (compare_words(d, m->n, len) == 0)
			do {
				memcpy(product, m->one, size);
				step(m, saved, c, x, product, spare);
				memcpy(spare, product, size);
				memcpy(d, m->n, size);
				gcd_words(spare, d, len);
			} while (compare_words(d, unit, len) == 0);
		if (compare_words(d, m->n, len) != 0)
			return from_words(d, len);
	}
}

static uint64_t low_word(struct big n)
{
	return (n.len > 0 ? n.limbs[0] : 0) | (n.len > 1 ? (uint64_t)n.limbs[1] << 32 : 0);
}

static void factor_big(struct factors *f, struct big n)
{
	struct modulus m;
	struct big d, rest;

	if (n.len <= 2) {
		factor_small(f, low_word(n));
		return;
	}
	prepare(&m, n);
	if (is_prime_big(&m)) {
		add_big(f, n);
		return;
	}
	d = find_big_divisor(&m);
	big_divide(n, d, &rest, NULL);
	factor_big(f, d);
	factor_big(f, rest);
}

/* Takes small primes out of a large number, and factors the rest. */
static void factor_large(struct factors *f, struct big n)
{
	for (size_t i = 0; i <= PRIMES && n.len > 2; i++) {
		uint64_t p = i == 0 ? 2 : f->primes[i - 1].value;
		struct big divisor = big_from((intmax_t)p), quotient, rest;

		for (;;) {
			big_divide(n, divisor, &quotient, &rest);
			if (rest.len)
				break;
			add_small(f, p);
			n = quotient;
		}
	}
	factor_big(f, n);
}

static int by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static int by_big_size(const void *a, const void *b)
{
	return big_compare(*(const struct big *)a, *(const struct big *)b);
}

/* Writes a number of the command line or the input with its factors. Returns whether it is one. */
static bool put_factors(const struct prime *primes, const char *word)
{
	struct factors f = { .primes = primes };
	const char *digits = word + strspn(word, " \t\n\v\f\r");
	struct big n;

	digits += *digits == '+';
	if (*digits == '-' || !big_read(digits, &n)) {
		warn("%s is not a valid positive integer", quote(word));
		return false;
	}
	if (n.len <= 2) {
		out_num(low_word(n), 0);
		factor_small(&f, low_word(n));
	} else {
		out_str(big_to_str(n));
		factor_large(&f, n);
	}
	out_char(':');
	if (f.small_count > 1)
		qsort(f.small, f.small_count, sizeof(*f.small), by_size);
	if (f.big_count > 1)
		qsort(f.big, f.big_count, sizeof(*f.big), by_big_size);
	for (size_t i = 0; i < f.small_count; i++) {
		out_char(' ');
		out_num(f.small[i], 0);
	}
	for (size_t i = 0; i < f.big_count; i++) {
		out_char(' ');
		out_str(big_to_str(f.big[i]));
	}
	out_char('\n');
	if (out_failed())
		leave(1);
	return true;
}

/* Takes the numbers of standard input. Returns whether all are. */
static bool factor_input(const struct prime *primes)
{
	struct reader in = { 0 };
	struct buf word = { 0 };
	bool good = true;
	int c;

	reader_open(&in, STDIN_FILENO);
	do {
		struct arena_mark mark;

		if (in.pos == in.end && word.len == 0)
			out_flush(); /* whoever asks one by one waits for the answer */
		c = reader_byte(&in);
		if (c > 0 && c != ' ' && c != '\t' && c != '\n') {
			buf_char(&word, (char)c);
			continue;
		}
		if (word.len > 0) {
			mark = arena_mark();
			good &= put_factors(primes, word.data);
			arena_release(mark);
			word.len = 0;
		}
	} while (c >= 0);
	if (in.error) {
		warn_code(in.error, "error reading input");
		return false;
	}
	return good;
}

int factor_main(struct factor_options *opt, char **argv)
{
	const struct prime *primes = find_primes();
	bool good = true;

	(void)opt;
	if (!*argv)
		return !factor_input(primes);
	for (; *argv; argv++)
		good &= put_factors(primes, *argv);
	return !good;
}

/* num_size.c - sizes in blocks and for people: ls -s, ls -h, du, df
 *
 * GNU coreutils manual, "Block size"; the behaviour of coreutils 9.1.
 */
#include <stdlib.h>
#include <string.h>
#include "num.h"
#include "run.h"

const struct size_format size_human = { 1, SIZE_AUTO | SIZE_SUFFIX };
const struct size_format size_si = { 1, SIZE_AUTO | SIZE_SUFFIX | SIZE_1000 };

/* A whole number and what is left of it: the number is whole + (rest + e) / divisor, where 0 <= e < 1 is not
 * 0 if `more` is set. */
struct quotient {
	uintmax_t whole, rest, divisor;
	bool more;
};

/* Returns the number times `times` (at most 10, and rest * 10 fits) rounded as the flags say. */
static uintmax_t rounded(struct quotient q, unsigned times, unsigned flags)
{
	uintmax_t rest = q.rest * times, n = q.whole * times + rest / q.divisor, half;

	rest %= q.divisor;
	half = q.divisor - rest;
	if (flags & SIZE_FLOOR)
		return n;
	if (flags & SIZE_NEAREST)
		return n + (rest > half || (rest == half && (q.more || n & 1)));
	return n + (rest > 0 || q.more);
}

/* Divides n * from by `unit`. A result of more than 64 bits is saturated. */
static struct quotient divide(uintmax_t n, uintmax_t from, uintmax_t unit)
{
	struct quotient q = { .divisor = unit };
	uintmax_t product;

	if (!__builtin_mul_overflow(n, from, &product)) {
		q.whole = product / unit;
		q.rest = product % unit;
		return q;
	}
	/* The common factors of two are taken out of it, after which the product of the rest fits in
	 * practice. */
	while (!((from | unit) & 1)) {
		from /= 2;
		unit /= 2;
	}
	q.divisor = unit;
	if (__builtin_mul_overflow(n / unit, from, &q.whole) ||
	    __builtin_mul_overflow(n % unit, from, &product) ||
	    __builtin_add_overflow(q.whole, product / unit, &q.whole)) {
		q.whole = UINTMAX_MAX;
		return q;
	}
	q.rest = product % unit;
	return q;
}

char *human_size(uintmax_t n, uintmax_t from, const struct size_format *f, char buf[HUMAN_SIZE])
{
	unsigned base = f->flags & SIZE_1000 ? 1000 : 1024;
	char *end = buf + HUMAN_SIZE - 5, *p;
	int power = 0;
	struct quotient q = divide(n, from, f->flags & SIZE_AUTO ? 1 : f->unit);
	uintmax_t shown, tenths = 100;

	if (f->flags & SIZE_AUTO) {
		for (uintmax_t unit = base; q.whole == UINTMAX_MAX && power < 6; unit *= base, power++)
			q = divide(n, from, unit);
		q.more = q.rest > 0;
		for (q.divisor = 1, q.rest = q.whole; q.rest / q.divisor >= base; power++)
			q.divisor *= base;
		q.whole = q.rest / q.divisor;
		q.rest %= q.divisor;
	} else {
		for (uintmax_t unit = 1; unit < f->unit && power < 10; power++)
			if (__builtin_mul_overflow(unit, (uintmax_t)base, &unit))
				unit = UINTMAX_MAX;
	}
	shown = rounded(q, 1, f->flags);
	if (f->flags & SIZE_AUTO && power > 0)
		tenths = rounded(q, 10, f->flags);
	if (f->flags & SIZE_AUTO && shown == base) {
		tenths = 10;
		power++;
	}
	p = num_to_str(shown, end + 1 - NUM_SIZE);
	if (tenths < 100) {
		p = end - 3;
		p[0] = (char)('0' + tenths / 10);
		p[1] = '.';
		p[2] = (char)('0' + tenths % 10);
	}
	if (f->flags & SIZE_SUFFIX) {
		if (power)
			*end++ = base == 1000 && power == 1 ? 'k' : "KMGTPEZYRQ"[power - 1];
		if (f->flags & SIZE_B) {
			if (base == 1024 && power)
				*end++ = 'i';
			*end++ = 'B';
		}
	}
	*end = '\0';
	return p;
}

/* Returns whether `s` is a beginning of `word`, and not empty. */
static bool begins(const char *s, const char *word)
{
	return *s && !strncmp(word, s, strlen(s));
}

/* Reads a block size. An environment variable's is taken as far as it can be read. */
static enum num_error block_size(const char *spec, bool lenient, struct size_format *f)
{
	unsigned flags = 0;
	const char *end;
	enum num_error error;
	uintmax_t unit = 0;

	if (*spec == '\'') {
		flags = SIZE_GROUP;
		spec++;
	}
	if (begins(spec, "human-readable") || begins(spec, "si")) {
		*f = *spec == 's' ? size_si : size_human;
		f->flags |= flags;
		return NUM_OK;
	}
	error = parse_uint_base(spec, &end, 0, "EgGkKmMPQRtTYZ0", &unit);
	if (error == NUM_INVALID || !unit)
		return NUM_INVALID;
	if (*end && !lenient)
		return NUM_SUFFIX;
	if (error && !lenient)
		return error;
	if (!*end && !spec[strcspn(spec, "0123456789")]) {
		flags |= SIZE_SUFFIX;
		if (end[-1] == 'B')
			flags |= end[-2] == 'i' ? SIZE_B : SIZE_B | SIZE_1000;
	}
	f->unit = unit;
	f->flags = flags;
	return NUM_OK;
}

enum num_error block_size_parse(const char *spec, struct size_format *f)
{
	return block_size(spec, false, f);
}

bool block_size_default(const char *own, struct size_format *f)
{
	const char *spec = own ? getenv(own) : NULL;
	bool mine;

	if (!spec)
		spec = getenv("BLOCK_SIZE");
	mine = spec;
	if (!spec)
		spec = getenv("BLOCKSIZE");
	if (!spec || block_size(spec, true, f)) {
		f->unit = getenv("POSIXLY_CORRECT") ? 512 : 1024;
		f->flags = 0;
	}
	return mine;
}

void die_option_number(enum num_error error, const char *option, const char *argument)
{
	if (error == NUM_OVERFLOW)
		die("%s argument '%s' too large", option, argument);
	die(error == NUM_SUFFIX ? "invalid suffix in %s argument '%s'" : "invalid %s argument '%s'", option,
	    argument);
}

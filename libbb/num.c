/* num.c - reading and writing numbers and sizes
 *
 * GNU coreutils manual, "Block size", and the behaviour of coreutils 9.1.
 */
#include <stdlib.h>
#include <string.h>
#include "num.h"

static const char units[] = "KMGTPEZYRQ";

/* Returns which power of a thousand the letter of a unit stands for, or 0. */
static int power_of(char letter)
{
	const char *p = letter > 'Z' ? strchr(units, letter - 32) : strchr(units, letter);

	return p && letter ? (int)(p - units) + 1 : 0;
}

/* Multiplies *n by `factor`, `times` times. Returns NUM_OVERFLOW with *n saturated if that is too much. */
static enum num_error scale(uintmax_t *n, unsigned factor, int times)
{
	while (times-- > 0)
		if (__builtin_mul_overflow(*n, (uintmax_t)factor, n)) {
			*n = UINTMAX_MAX;
			return NUM_OVERFLOW;
		}
	return NUM_OK;
}

/* Multiplies *n by what the suffix at *s stands for, and steps over it. */
static enum num_error suffix(const char **s, const char *suffixes, uintmax_t *n)
{
	char c = *(*s)++;
	unsigned base = 1024;

	switch (c) {
	case 'c':
		return NUM_OK;
	case 'w':
		return scale(n, 2, 1);
	case 'b':
		return scale(n, 512, 1);
	case 'B':
		return scale(n, 1024, 1);
	}
	if (strchr(suffixes, '0')) {
		if ((*s)[0] == 'i' && (*s)[1] == 'B') {
			*s += 2;
		} else if (**s == 'B' || **s == 'D') {
			base = 1000;
			++*s;
		}
	}
	return scale(n, base, power_of(c));
}

/* Returns what a digit stands for in bases up to 36, or 99 if it is none. */
static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 32;
	return c >= 'a' && c <= 'z' ? c - 'a' + 10 : 99;
}

/* Reads a number and its suffix; what follows them is at *end. Sets *out unless the result is NUM_INVALID. */
static enum num_error scan(const char *s, const char **end, int base, const char *suffixes, bool *negative,
			   uintmax_t *out)
{
	enum num_error error = NUM_OK;
	const char *p = s, *digits;
	uintmax_t n = 0;

	if (!suffixes)
		suffixes = "";
	while (*p == ' ' || (*p >= '\t' && *p <= '\r'))
		p++;
	*negative = *p == '-';
	if (*p == '-' || *p == '+')
		p++;
	if (base == 0) {
		bool hex = *p == '0' && (p[1] | 32) == 'x' && digit_value(p[2]) < 16;

		base = hex ? 16 : *p == '0' ? 8 : 10;
		p += hex ? 2 : 0;
	}
	for (digits = p; digit_value(*p) < base; p++)
		if (__builtin_mul_overflow(n, (uintmax_t)base, &n) ||
		    __builtin_add_overflow(n, (uintmax_t)digit_value(*p), &n))
			error = NUM_OVERFLOW;
	if (error)
		n = UINTMAX_MAX;
	if (p == digits) {
		p = s;
		n = 1;
		*negative = false;
	}
	*end = p;
	if (*p && *p != '0' && strchr(suffixes, *p)) {
		if (suffix(end, suffixes, &n))
			error = NUM_OVERFLOW;
	} else if (p == s) {
		return NUM_INVALID;
	}
	*out = n;
	return error;
}

enum num_error parse_uint_base(const char *s, const char **end, int base, const char *suffixes,
			       uintmax_t *out)
{
	const char *stop;
	bool negative;
	uintmax_t n;
	enum num_error error = scan(s, &stop, base, suffixes, &negative, &n);

	if (end)
		*end = stop;
	if (error == NUM_INVALID || negative)
		return NUM_INVALID;
	if (!end && *stop)
		return NUM_SUFFIX;
	*out = n;
	return error;
}

enum num_error parse_int_base(const char *s, const char **end, int base, const char *suffixes, intmax_t *out)
{
	const char *stop;
	bool negative;
	uintmax_t n;
	enum num_error error = scan(s, &stop, base, suffixes, &negative, &n);

	if (end)
		*end = stop;
	if (error == NUM_INVALID)
		return NUM_INVALID;
	if (!end && *stop)
		return NUM_SUFFIX;
	if (n > (uintmax_t)INTMAX_MAX + negative) {
		n = (uintmax_t)INTMAX_MAX + negative;
		error = NUM_OVERFLOW;
	}
	*out = (intmax_t)(negative ? -n : n);
	return error;
}

enum num_error parse_uint(const char *s, const char *suffixes, uintmax_t *out)
{
	return parse_uint_base(s, NULL, 10, suffixes, out);
}

enum num_error parse_int(const char *s, const char *suffixes, intmax_t *out)
{
	return parse_int_base(s, NULL, 10, suffixes, out);
}

enum num_error parse_range(const char *s, intmax_t min, intmax_t max, intmax_t *out)
{
	intmax_t n;
	enum num_error error = parse_int(s, NULL, &n);

	if (error > NUM_OVERFLOW)
		return error;
	*out = n < min ? min : n > max ? max : n;
	return *out == n ? error : NUM_OVERFLOW;
}

/* Writes a number so that it ends before `end`; returns its first character. */
static char *digits_before(char *end, uintmax_t n)
{
	do
		*--end = (char)('0' + n % 10);
	while (n /= 10);
	return end;
}

char *num_to_str(uintmax_t n, char buf[NUM_SIZE])
{
	buf[NUM_SIZE - 1] = '\0';
	return digits_before(buf + NUM_SIZE - 1, n);
}

char *num_to_str_signed(intmax_t n, char buf[NUM_SIZE])
{
	char *p = num_to_str(n < 0 ? -(uintmax_t)n : (uintmax_t)n, buf);

	if (n < 0)
		*--p = '-';
	return p;
}

/* elementary_x86.c - the functions of elementary.h by the x87's instructions
 *
 * Follows Intel's manual, volume 1, 8.3.7, "Transcendental Instructions"; for large angles Payne and Hanek, "Radian reduction for
 * trigonometric functions", 1983.
 */
#include "elementary.h"

#if defined(__x86_64__)
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static const long double pi_half = 0x1.921fb54442d1846ap+0L, ln_2 = 0x1.62e42fefa39ef358p-1L,
			 log2_e = 0x1.71547652b82fe178p+0L;

/* 2/pi, behind 64 zeroes. */
static const uint32_t two_over_pi[] = {
	0x00000000, 0x00000000, 0xa2f9836e, 0x4e441529, 0xfc2757d1, 0xf534ddc0, 0xdb629599, 0x3c439041,
	0xfe5163ab, 0xdebbc561, 0xb7246e3a, 0x424dd2e0, 0x06492eea, 0x09d1921c, 0xfe1deb1c, 0xb129a73e,
	0xe88235f5, 0x2ebb4484, 0xe99c7026, 0xb45f7e41, 0x3991d639, 0x835339f4, 0x9c845f8b, 0xbdf9283b,
	0x1ff897ff, 0xde05980f, 0xef2f118b, 0x5a0a6d1f, 0x6d367ecf, 0x27cb09b7, 0x4f463f66, 0x9e5fea2d,
	0x7527bac7, 0xebe5f17b, 0x3d0739f7, 0x8a5292ea, 0x6bfb5fb1, 0x1f8d5d08, 0x56033046, 0xfc7b6bab,
};

/* y times the binary logarithm of x. */
static long double y_log2(long double y, long double x)
{
	long double result;

	__asm__("fyl2x" : "=t"(result) : "0"(x), "u"(y) : "st(1)");
	return result;
}

static long double round_to_integer(long double x)
{
	__asm__("frndint" : "+t"(x));
	return x;
}

/* 2 to the power of n + part, for an integer n and a part of at most 1. */
static double power_of_2(long double n, long double part)
{
	__asm__("f2xm1" : "+t"(part));
	part += 1;
	__asm__("fscale" : "+t"(part) : "u"(n));
	return (double)part;
}

/* The quarter turn that an angle is nearest to, modulo 4, and *rest, the angle from there. As many bits of 2/pi are used as matter:
 * those before add whole turns, those after nothing. */
static unsigned reduce(double x, long double *rest)
{
	int exponent, word;
	uint64_t mantissa = (uint64_t)ldexp(frexp(fabs(x), &exponent), 53), w[4];
	unsigned __int128 product, fraction;
	unsigned shift, quarter;

	exponent += 64 - 53;
	word = (exponent - 2) / 32;
	shift = (unsigned)(exponent - 2) % 32;
	for (int i = 0; i < 4; i++)
		w[i] = (uint64_t)two_over_pi[word + 2 * i] << 32 | two_over_pi[word + 2 * i + 1];
	/* the lower bits of the product, in w */
	product = (unsigned __int128)mantissa * w[3];
	product = (unsigned __int128)mantissa * w[2] + (uint64_t)(product >> 64);
	w[2] = (uint64_t)product;
	product = (unsigned __int128)mantissa * w[1] + (uint64_t)(product >> 64);
	w[1] = (uint64_t)product;
	w[0] = mantissa * w[0] + (uint64_t)(product >> 64);
	fraction = (((unsigned __int128)w[0] << 64 | w[1]) << shift) | (w[2] >> 32 >> (32 - shift));
	quarter = (unsigned)(fraction >> 126);
	fraction = fraction << 2 | (w[2] << shift >> 62);
	quarter += (unsigned)(fraction >> 127);
	/* half a quarter and more is counted from the next one */
	*rest = ldexpl((long double)(__int128)fraction, -128) * pi_half;
	if (x < 0) {
		*rest = -*rest;
		quarter = 0 - quarter;
	}
	return quarter % 4;
}

/* The sine of an angle that is so many quarter turns further. */
static double sine(double x, unsigned ahead)
{
	long double rest = x;
	unsigned quarter = 0;

	if (isinf(x))
		return x - x;
	if (fabs(x) > 0.75)
		quarter = reduce(x, &rest);
	quarter = (quarter + ahead) % 4;
	if (quarter % 2)
		__asm__("fcos" : "+t"(rest));
	else
		__asm__("fsin" : "+t"(rest));
	return (double)(quarter / 2 ? -rest : rest);
}

double elementary_sin(double x)
{
	return sine(x, 0);
}

double elementary_cos(double x)
{
	return sine(x, 1);
}

double elementary_atan2(double y, double x)
{
	long double result;

	__asm__("fpatan" : "=t"(result) : "0"((long double)x), "u"((long double)y) : "st(1)");
	return (double)result;
}

double elementary_exp(double x)
{
	/* ln 2 in two parts, of which the first times n is exact */
	static const long double high = 0x1.62e42fefap-1L, low = 0x1.cf79abc9e3b39804p-40L;
	long double n;

	if (isnan(x) || x > 1000 || x < -1000)
		return isnan(x) ? x : x > 0 ? HUGE_VAL : 0;
	n = round_to_integer(x * log2_e);
	return power_of_2(n, ((x - n * high) - n * low) * log2_e);
}

double elementary_log(double x)
{
	return (double)y_log2(ln_2, x);
}

/* x to the power of a whole number, by squaring. */
static double power(long double x, double n)
{
	uint64_t left = (uint64_t)fabs(n);
	long double result = 1;

	for (; left > 0; left /= 2) {
		if (left % 2)
			result *= x;
		x *= x;
	}
	return (double)(n < 0 ? 1 / result : result);
}

/* The power of a positive number. y log2 x is found in parts, for of a large one the fraction would lack bits. */
static double positive_power(double x, double y)
{
	int exponent;
	double mantissa = frexp(x, &exponent), y_high;
	long double log, log_high, n, part;
	uint64_t bits;

	if (mantissa < M_SQRT1_2) {
		mantissa *= 2;
		exponent--;
	}
	log = y_log2(1, mantissa);
	part = y * ((long double)exponent + log);
	if (fabsl(part) > 20000)
		return part > 0 ? HUGE_VAL : 0;
	memcpy(&bits, &y, sizeof(bits));
	bits &= ~(uint64_t)0 << 27;
	memcpy(&y_high, &bits, sizeof(bits));
	log_high = (float)log;
	n = round_to_integer(part);
	part = (long double)y_high * exponent - n;
	part += (long double)y_high * log_high;
	part += (long double)(y - y_high) * exponent +
		((long double)(y - y_high) * log_high + y * (log - log_high));
	return power_of_2(n, part);
}

double elementary_pow(double x, double y)
{
	bool whole = trunc(y) == y, odd = whole && fabs(y) < 0x1p53 && fmod(y, 2) != 0;

	if (y == 0 || x == 1)
		return 1;
	if (isnan(x) || isnan(y))
		return x + y;
	if (isinf(y)) {
		double size = fabs(x);

		return size == 1 ? 1 : (size > 1) == (y > 0) ? HUGE_VAL : 0;
	}
	if (x == 0 || isinf(x)) {
		double size = (x == 0) == (y > 0) ? 0 : HUGE_VAL;

		return odd && signbit(x) ? -size : size;
	}
	if (x < 0 && !whole)
		return (x - x) / 0.0;
	if (whole && fabs(y) <= 64)
		return power(x, y);
	return x < 0 && odd ? -positive_power(-x, y) : positive_power(fabs(x), y);
}
#endif

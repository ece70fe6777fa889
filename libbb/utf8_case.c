/* utf8_case.c - upper and lower case */
#include "utf8.h"
#include "utf8_case_table.h"

/* Reads a number of a table and steps over it. */
static uint32_t number(const uint8_t **p)
{
	uint32_t n = 0;

	do
		n = n << 7 | (**p & 127u);
	while (*(*p)++ & 128);
	return n;
}

/* The same for a number with a sign; what is below zero comes out as its complement, to be added. */
static uint32_t difference(const uint8_t **p)
{
	uint32_t n = number(p);

	return n & 1 ? -((n + 1) / 2) : n / 2;
}

/* Looks `cp` up among the characters that have a lower form or, if `back`, among their lower forms. */
static uint32_t convert(uint32_t cp, bool back)
{
	const uint8_t *p = lower_ranges;
	uint32_t first = 0;

	while (p < lower_ranges + sizeof lower_ranges) {
		uint32_t code, stride, delta, at;

		first += number(&p);
		code = number(&p);
		stride = code & 1;
		delta = difference(&p);
		at = cp - first - (back ? delta : 0);
		if (at >> stride <= code >> 1 && !(at & stride))
			return back ? cp - delta : cp + delta;
		first += ((code >> 1) + 1) << stride;
	}
	return cp;
}

uint32_t char_lower(uint32_t cp)
{
	if (cp < 0x80)
		return cp - 'A' < 26 ? cp + 32 : cp;
	return convert(cp, false);
}

uint32_t char_upper(uint32_t cp)
{
	const uint8_t *p = upper_exceptions;
	uint32_t at = 0;

	if (cp < 0x80)
		return cp - 'a' < 26 ? cp - 32 : cp;
	while (p < upper_exceptions + sizeof upper_exceptions) {
		uint32_t delta;

		at += number(&p);
		delta = difference(&p);
		if (at == cp)
			return cp + delta;
	}
	return convert(cp, true);
}

/* Returns 1 for an upper, 2 for a lower letter of those that have no other form, else 0. */
static int extra(uint32_t cp)
{
	const uint8_t *p = case_extras;

	while (p < case_extras + sizeof case_extras) {
		uint32_t code;

		cp -= number(&p);
		code = number(&p);
		if (cp <= code >> 1)
			return 1 + (int)(code & 1);
		cp -= (code >> 1) + 1;
	}
	return 0;
}

bool char_is_upper(uint32_t cp)
{
	return char_lower(cp) != cp || extra(cp) == 1;
}

bool char_is_lower(uint32_t cp)
{
	return char_upper(cp) != cp || extra(cp) == 2;
}

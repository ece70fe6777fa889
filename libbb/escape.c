/* escape.c - backslash escapes */
#include <stddef.h>
#include <string.h>
#include "escape.h"

/* Returns the value of a digit in a base up to 16, or -1. */
static int digit_value(char c, unsigned base)
{
	unsigned value = c >= '0' && c <= '9' ? (unsigned)(c - '0') : ((unsigned)c | 0x20) - 'a' + 10;

	return (c >= '0' && c <= '9') || value >= 10 ? (value < base ? (int)value : -1) : -1;
}

/* Reads up to `most` digits at *at, returns how many there were. */
static unsigned read_digits(const char **at, unsigned base, unsigned most, uint32_t *value)
{
	unsigned n = 0;
	int digit;

	*value = 0;
	for (; n < most && (digit = digit_value(**at, base)) >= 0; n++, ++*at)
		*value = *value * base + (uint32_t)digit;
	return n;
}

enum escape escape_read(const char **at, const char *accept, uint32_t *value)
{
	static const char letters[] = "abtnvfr"; /* of 7 to 13 */
	const char *letter;
	char c = **at;

	if (c >= '0' && c <= '7' && strpbrk(accept, "01")) {
		*at += c == '0' && strchr(accept, '0');
		read_digits(at, 8, 3, value);
		*value &= 0xff;
		return ESCAPE_BYTE;
	}
	if (c == 0 || !strchr(accept, c))
		return ESCAPE_NONE;
	++*at;
	switch (c) {
	case 'c':
		return ESCAPE_STOP;
	case 'x':
		return read_digits(at, 16, 2, value) > 0 ? ESCAPE_BYTE : ESCAPE_DIGITS;
	case 'u':
		return read_digits(at, 16, 4, value) == 4 ? ESCAPE_UNICODE : ESCAPE_DIGITS;
	case 'U':
		return read_digits(at, 16, 8, value) == 8 ? ESCAPE_UNICODE : ESCAPE_DIGITS;
	case 'e':
		*value = 27;
		return ESCAPE_BYTE;
	}
	letter = strchr(letters, c);
	*value = letter ? (uint32_t)(7 + letter - letters) : (unsigned char)c;
	return ESCAPE_BYTE;
}

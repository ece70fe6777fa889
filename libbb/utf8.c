/* utf8.c - UTF-8, and the classes of characters that need no table
 *
 * The Unicode Standard 15, section 3.9, table 3-7 (well-formed UTF-8 byte sequences).
 */
#include <stdlib.h>
#include <string.h>
#include "utf8.h"

bool locale_is_utf8(void)
{
	static const char names[] = "LC_ALL\0LC_CTYPE\0LANG\0";

	for (const char *name = names; *name; name += strlen(name) + 1) {
		const char *value = getenv(name);

		if (value && *value)
			return strcmp(value, "C") != 0 && strcmp(value, "POSIX") != 0;
	}
	return true;
}

int utf8_decode(const char *p, size_t n, uint32_t *cp)
{
	const unsigned char *s = (const unsigned char *)p;
	uint32_t c;
	unsigned lo = 0x80, hi = 0xbf;
	int len;

	if (!n)
		return 0;
	c = *s;
	if (c < 0x80) {
		*cp = c;
		return 1;
	}
	if (c < 0xc2 || c > 0xf4)
		return -1;
	len = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	if (c == 0xe0)
		lo = 0xa0;
	if (c == 0xed)
		hi = 0x9f;
	if (c == 0xf0)
		lo = 0x90;
	if (c == 0xf4)
		hi = 0x8f;
	c &= 0x7fu >> len;
	for (int i = 1; i < len; i++) {
		if ((size_t)i == n)
			return 0;
		if (s[i] < lo || s[i] > hi)
			return -1;
		c = c << 6 | (s[i] & 0x3f);
		lo = 0x80;
		hi = 0xbf;
	}
	*cp = c;
	return len;
}

int utf8_encode(uint32_t cp, char out[4])
{
	int len, first;

	if (cp > 0x10ffff || (cp & ~0x7ffu) == 0xd800)
		cp = 0xfffd;
	if (cp < 0x80) {
		*out = (char)cp;
		return 1;
	}
	len = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
	first = 0xf00 >> len;
	for (int i = len - 1; i > 0; i--, cp >>= 6)
		out[i] = (char)(0x80 | (cp & 0x3f));
	*out = (char)((uint32_t)first | cp);
	return len;
}

bool char_digit(uint32_t cp)
{
	return cp - '0' < 10;
}

bool char_xdigit(uint32_t cp)
{
	return char_digit(cp) || (cp | 32) - 'a' < 6;
}

bool char_cntrl(uint32_t cp)
{
	return cp < 32 || cp - 0x7f < 33 || cp - 0x2028 < 2;
}

bool char_blank(uint32_t cp)
{
	return cp == ' ' || cp == '\t' || (cp - 0x2000 < 11 && cp != 0x2007) || cp == 0x1680 ||
	       cp == 0x205f || cp == 0x3000;
}

bool char_space(uint32_t cp)
{
	return char_blank(cp) || cp - '\t' < 5 || cp - 0x2028 < 2;
}

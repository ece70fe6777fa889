/* utf8_width.c - which characters are printable, and how many columns they take */
#include "utf8.h"
#include "utf8_tables.h"
#include "utf8_width_table.h"

unsigned unicode_class(const uint16_t *index, const uint8_t *runs, uint32_t cp)
{
	uint32_t block = cp >> 11 < 64 ? cp >> 11 : 64;

	if (cp > 0x10ffff)
		return 0;
	runs += index[block];
	cp -= block << 11;
	for (;;) {
		unsigned b = *runs++;
		uint32_t len = b & 63;

		if (len == 63) {
			len = (uint32_t)runs[0] << 16 | (uint32_t)runs[1] << 8 | runs[2];
			runs += 3;
		} else if (len >= 48) {
			len = ((len - 48) << 8 | *runs++) + 48;
		}
		if (cp <= len)
			return b >> 6;
		cp -= len + 1;
	}
}

int char_width(uint32_t cp)
{
	if (cp - 32 < 95)
		return 1;
	if (!cp)
		return 0;
	return (int)unicode_class(width_index, width_runs, cp) - 1;
}

/* The first ranges are the scripts most used, none of whose characters is missing. */
bool char_printable(uint32_t cp)
{
	return cp - 32 < 95 || cp - 0xa0 < 0x378 - 0xa0 || cp - 0x3a3 < 0x530 - 0x3a3 ||
	       cp - 0x3400 < 0xa48d - 0x3400 || cp - 0x3099 < 0x3100 - 0x3099 ||
	       cp - 0xac00 < 0xd7a4 - 0xac00 || unicode_class(width_index, width_runs, cp) > 0;
}

bool char_graph(uint32_t cp)
{
	return char_printable(cp) && !char_space(cp);
}

size_t str_width(const char *p, size_t n)
{
	size_t width = 0;

	while (n) {
		uint32_t cp = 0;
		int len = utf8_decode(p, n, &cp), w;

		if (len < 1)
			len = 1;
		else if ((w = char_width(cp)) > 0)
			width += (size_t)w;
		p += len;
		n -= (size_t)len;
	}
	return width;
}

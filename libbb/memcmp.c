/* memcmp.c - memcmp(3), eight bytes at a time; the C library's goes byte by byte
 *
 * hot: sorting, comparing and looking up spend their time here
 */
#include <stdint.h>
#include <string.h>

static inline uint64_t load(const unsigned char *p)
{
	uint64_t x;

	memcpy(&x, p, sizeof(x));
	return x;
}

/* The order of two words that differ. */
static inline int order(uint64_t a, uint64_t b)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	a = __builtin_bswap64(a);
	b = __builtin_bswap64(b);
#endif
	return a < b ? -1 : 1;
}

int memcmp(const void *left, const void *right, size_t n)
{
	const unsigned char *a = left, *b = right;

	for (; n >= 32; a += 32, b += 32, n -= 32)
		if ((load(a) ^ load(b)) | (load(a + 8) ^ load(b + 8)) | (load(a + 16) ^ load(b + 16)) |
		    (load(a + 24) ^ load(b + 24)))
			break;
	for (; n >= 8; a += 8, b += 8, n -= 8)
		if (load(a) != load(b))
			return order(load(a), load(b));
	for (; n > 0; a++, b++, n--)
		if (*a != *b)
			return *a < *b ? -1 : 1;
	return 0;
}

/* md5.c - the rounds of MD5, RFC 1321
 *
 * hot: md5sum does nothing else
 */
#include "hash_internal.h"

/* 2^32 * |sin(i + 1)| */
static const uint32_t sines[64] = {
	0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
	0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
	0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
	0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
	0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
	0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
	0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
	0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
};

/* The four functions; the second as a sum, of which one part does not wait for the word that came last. */
static inline uint32_t mix(int round, uint32_t b, uint32_t c, uint32_t d)
{
	switch (round) {
	case 0:
		return d ^ (b & (c ^ d));
	case 1:
		return (c & ~d) + (b & d);
	case 2:
		return b ^ (c ^ d);
	default:
		return c ^ (b | ~d);
	}
}

static inline uint32_t step(int round, uint32_t a, uint32_t b, uint32_t c, uint32_t d, uint32_t word,
			    int shift)
{
	return rotate32(a + word + mix(round, b, c, d), shift) + b;
}

/* The 16 steps of one round, four at a time; `first` and `stride` say which word each takes. */
static inline void md5_round(uint32_t s[4], const uint32_t x[16], int round, unsigned first, unsigned stride,
			     const int shifts[4])
{
	const uint32_t *k = &sines[16 * round];
	uint32_t a = s[0], b = s[1], c = s[2], d = s[3];

#pragma GCC unroll 4
	for (unsigned i = 0; i < 16; i += 4) {
		unsigned at = first + i * stride;

		a = step(round, a, b, c, d, x[at & 15] + k[i], shifts[0]);
		d = step(round, d, a, b, c, x[(at + stride) & 15] + k[i + 1], shifts[1]);
		c = step(round, c, d, a, b, x[(at + 2 * stride) & 15] + k[i + 2], shifts[2]);
		b = step(round, b, c, d, a, x[(at + 3 * stride) & 15] + k[i + 3], shifts[3]);
	}
	s[0] = a;
	s[1] = b;
	s[2] = c;
	s[3] = d;
}

void md5_blocks(union hash_words *state, const unsigned char *p, size_t count)
{
	uint32_t *h = state->w32;

	for (; count > 0; count--, p += 64) {
		uint32_t x[16], s[4] = { h[0], h[1], h[2], h[3] };

		for (size_t i = 0; i < 16; i++)
			x[i] = load32(p + 4 * i);
		md5_round(s, x, 0, 0, 1, (const int[]){ 7, 12, 17, 22 });
		md5_round(s, x, 1, 1, 5, (const int[]){ 5, 9, 14, 20 });
		md5_round(s, x, 2, 5, 3, (const int[]){ 4, 11, 16, 23 });
		md5_round(s, x, 3, 0, 7, (const int[]){ 6, 10, 15, 21 });
		for (size_t i = 0; i < 4; i++)
			h[i] += s[i];
	}
}

/* blake2b.c - the compression of BLAKE2b, RFC 7693
 *
 * hot: b2sum does nothing else
 */
#include <string.h>
#include "hash_internal.h"

static const uint64_t start[8] = {
	0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
	0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
};

/* Which words of the message each round takes. */
static const unsigned char order[10][16] = {
	{ 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 },
	{ 14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3 },
	{ 11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4 },
	{ 7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8 },
	{ 9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13 },
	{ 2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9 },
	{ 12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11 },
	{ 13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10 },
	{ 6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5 },
	{ 10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0 },
};

static inline void mix(uint64_t *a, uint64_t *b, uint64_t *c, uint64_t *d, uint64_t x, uint64_t y)
{
	*a += *b + x;
	*d = rotate64(*d ^ *a, 32);
	*c += *d;
	*b = rotate64(*b ^ *c, 40);
	*a += *b + y;
	*d = rotate64(*d ^ *a, 48);
	*c += *d;
	*b = rotate64(*b ^ *c, 1);
}

void blake2b_block(union hash_words *s, const unsigned char *p, size_t bytes)
{
	uint64_t v[16], m[16];

	s->w64[8] += bytes;
	for (size_t i = 0; i < 16; i++)
		m[i] = load64(p + 8 * i);
	memcpy(v, s->w64, 64);
	memcpy(v + 8, start, 64);
	v[12] ^= s->w64[8];
	v[14] ^= s->w64[9];
	for (size_t i = 0; i < 12; i++) {
		const unsigned char *o = order[i % 10];

#pragma GCC unroll 4
		for (size_t j = 0; j < 4; j++)
			mix(&v[j], &v[4 + j], &v[8 + j], &v[12 + j], m[o[2 * j]], m[o[2 * j + 1]]);
#pragma GCC unroll 4
		for (size_t j = 0; j < 4; j++)
			mix(&v[j], &v[4 + (j + 1) % 4], &v[8 + (j + 2) % 4], &v[12 + (j + 3) % 4],
			    m[o[8 + 2 * j]], m[o[9 + 2 * j]]);
	}
	for (size_t i = 0; i < 8; i++)
		s->w64[i] ^= v[i] ^ v[i + 8];
}

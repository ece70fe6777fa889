/* sha1.c - the rounds of SHA-1, FIPS 180-4 */
#include <string.h>
#include "hash_internal.h"

static uint32_t sha1_mix(unsigned i, uint32_t b, uint32_t c, uint32_t d)
{
	if (i < 20)
		return (d ^ (b & (c ^ d))) + 0x5a827999;
	if (i < 40)
		return (b ^ c ^ d) + 0x6ed9eba1;
	if (i < 60)
		return ((b & c) | (d & (b | c))) + 0x8f1bbcdc;
	return (b ^ c ^ d) + 0xca62c1d6;
}

void sha1_blocks(union hash_words *state, const unsigned char *p, size_t count)
{
	uint32_t *h = state->w32, w[80];

	for (; count > 0; count--, p += 64) {
		uint32_t s[5];

		memcpy(s, h, sizeof(s));
		for (unsigned i = 0; i < 16; i++)
			w[i] = big32(p + 4 * (size_t)i);
		for (unsigned i = 16; i < 80; i++)
			w[i] = rotate32(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
		for (unsigned i = 0; i < 80; i++) {
			uint32_t t = rotate32(s[0], 5) + sha1_mix(i, s[1], s[2], s[3]) + s[4] + w[i];

			s[4] = s[3];
			s[3] = s[2];
			s[2] = rotate32(s[1], 30);
			s[1] = s[0];
			s[0] = t;
		}
		for (unsigned i = 0; i < 5; i++)
			h[i] += s[i];
	}
}

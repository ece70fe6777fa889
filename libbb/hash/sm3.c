/* sm3.c - the rounds of SM3, GB/T 32905-2016 */
#include <string.h>
#include "hash_internal.h"

static uint32_t spread(uint32_t x)
{
	return x ^ rotate32(x, 15) ^ rotate32(x, 23);
}

void sm3_blocks(union hash_words *state, const unsigned char *p, size_t count)
{
	uint32_t *h = state->w32, w[68] = { 0 };

	for (; count > 0; count--, p += 64) {
		uint32_t s[8];

		memcpy(s, h, sizeof(s));
		for (unsigned i = 0; i < 68; i++)
			w[i] = i < 16 ? big32(p + 4 * (size_t)i)
				      : spread(w[i - 16] ^ w[i - 9] ^ rotate32(w[i - 3], 15)) ^
						rotate32(w[i - 13], 7) ^ w[i - 6];
		for (unsigned i = 0; i < 64; i++) {
			uint32_t a = s[0], b = s[1], c = s[2], e = s[4], f = s[5], g = s[6], x, y;
			uint32_t k = i < 16 ? 0x79cc4519 : 0x7a879d8a;

			x = rotate32(rotate32(a, 12) + e + (i % 32 ? rotate32(k, i % 32) : k), 7);
			y = x ^ rotate32(a, 12);
			y += (i < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c)) + s[3] + (w[i] ^ w[i + 4]);
			x += (i < 16 ? e ^ f ^ g : (e & f) | (~e & g)) + s[7] + w[i];
			s[3] = c;
			s[2] = rotate32(b, 9);
			s[1] = a;
			s[0] = y;
			s[7] = g;
			s[6] = rotate32(f, 19);
			s[5] = e;
			s[4] = x ^ rotate32(x, 9) ^ rotate32(x, 17);
		}
		for (unsigned i = 0; i < 8; i++)
			h[i] ^= s[i];
	}
}

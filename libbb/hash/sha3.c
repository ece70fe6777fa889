/* sha3.c - the permutation of SHA-3, FIPS 202 */
#include "hash_internal.h"

/* Steps rho and pi: each word goes, rotated, to the place of the next in this chain. */
static const unsigned char place[24] = { 10, 7,  11, 17, 18, 3, 5,  16, 8,  21, 24, 4,
					 15, 23, 19, 13, 12, 2, 20, 14, 22, 9,  6,  1 };

void keccak(uint64_t s[25])
{
	unsigned lfsr = 1;

	for (int round = 0; round < 24; round++) {
		uint64_t column[5], carried = s[1];

		for (int x = 0; x < 5; x++)
			column[x] = s[x] ^ s[x + 5] ^ s[x + 10] ^ s[x + 15] ^ s[x + 20];
		for (int i = 0; i < 25; i++)
			s[i] ^= column[(i + 4) % 5] ^ rotate64(column[(i + 1) % 5], 1);
		carried = s[1];
		for (int i = 0, turn = 1; i < 24; turn += ++i + 1) {
			uint64_t next = s[place[i]];

			s[place[i]] = turn % 64 ? rotate64(carried, turn % 64) : carried;
			carried = next;
		}
		for (int y = 0; y < 25; y += 5) {
			for (int x = 0; x < 5; x++)
				column[x] = s[y + x];
			for (int x = 0; x < 5; x++)
				s[y + x] ^= ~column[(x + 1) % 5] & column[(x + 2) % 5];
		}
		/* iota: bits 2^j - 1 come from a shift register */
		for (int j = 0; j < 7; j++) {
			if (lfsr & 1)
				s[0] ^= (uint64_t)1 << ((1 << j) - 1);
			lfsr = lfsr << 1 ^ (lfsr >> 7) * 0x171;
		}
	}
}

/* xzcheck.c - the checks of .xz blocks
 *
 * hot: CRC-64
 */
#include "arena.h"
#include "lzma.h"

#define POLYNOMIAL 0xc96c5795d7870f42u /* ECMA-182, lowest bit first */

unsigned xz_check_size(enum xz_check kind)
{
	static const uint8_t sizes[16] = { 0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64 };

	return sizes[kind];
}

/* The CRC of each byte, and of each byte followed by one to three zeroes. */
static void make_table(struct xz_checker *c)
{
	c->table = arena_alloc(4 * sizeof(*c->table));
	for (unsigned i = 0; i < 256; i++) {
		uint64_t crc = i;

		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? POLYNOMIAL : 0);
		c->table[0][i] = crc;
	}
	for (unsigned k = 1; k < 4; k++)
		for (unsigned i = 0; i < 256; i++)
			c->table[k][i] = c->table[k - 1][i] >> 8 ^ c->table[0][c->table[k - 1][i] & 0xff];
}

void xz_check_begin(struct xz_checker *c, enum xz_check kind)
{
	c->kind = kind;
	c->crc32 = 0;
	c->crc64 = UINT64_MAX;
	if (kind == XZ_CRC64 && !c->table)
		make_table(c);
	if (kind == XZ_SHA256)
		hash_begin(&c->sha256, HASH_SHA256, 0);
}

void xz_check_add(struct xz_checker *c, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;
	uint64_t crc = c->crc64;

	if (c->kind == XZ_CRC32)
		c->crc32 = crc32(c->crc32, p, n);
	if (c->kind == XZ_SHA256)
		hash_add(&c->sha256, p, n);
	if (c->kind != XZ_CRC64)
		return;
	for (; n >= 4; n -= 4, p += 4) {
		uint32_t low = (uint32_t)crc ^ load32(p);

		crc = crc >> 32 ^ c->table[3][low & 0xff] ^ c->table[2][low >> 8 & 0xff] ^
		      c->table[1][low >> 16 & 0xff] ^ c->table[0][low >> 24];
	}
	for (; n > 0; n--)
		crc = crc >> 8 ^ c->table[0][(crc ^ *p++) & 0xff];
	c->crc64 = crc;
}

void xz_check_end(struct xz_checker *c, unsigned char *out)
{
	if (c->kind == XZ_CRC32)
		store32(out, c->crc32);
	else if (c->kind == XZ_CRC64)
		store64(out, ~c->crc64);
	else if (c->kind == XZ_SHA256)
		hash_end(&c->sha256, out);
}

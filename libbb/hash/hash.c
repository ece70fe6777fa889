/* hash.c - digests: gathering blocks, padding, and which algorithm does what */
#include <string.h>
#include "hash_internal.h"

static const uint32_t start32[][8] = {
	{ 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 }, /* MD5 and SHA-1 */
	{ 0xc1059ed8, 0x367cd507, 0x3070dd17, 0xf70e5939, 0xffc00b31, 0x68581511, 0x64f98fa7, 0xbefa4fa4 },
	{ 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 },
	{ 0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e },
};

static const uint64_t start64[][8] = {
	{ 0xcbbb9d5dc1059ed8, 0x629a292a367cd507, 0x9159015a3070dd17, 0x152fecd8f70e5939, 0x67332667ffc00b31,
	  0x8eb44a8768581511, 0xdb0c2e0d64f98fa7, 0x47b5481dbefa4fa4 },
	{ 0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1, 0x510e527fade682d1,
	  0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179 }, /* BLAKE2b's too */
};

static const struct {
	unsigned char size, block;
	signed char start32, start64; /* -1: not of those */
} kinds[] = {
	[HASH_MD5] = { 16, 64, 0, -1 },     [HASH_SHA1] = { 20, 64, 0, -1 },
	[HASH_SHA224] = { 28, 64, 1, -1 },  [HASH_SHA256] = { 32, 64, 2, -1 },
	[HASH_SHA384] = { 48, 128, -1, 0 }, [HASH_SHA512] = { 64, 128, -1, 1 },
	[HASH_SM3] = { 32, 64, 3, -1 },     [HASH_BLAKE2B] = { 64, 128, -1, 1 },
	[HASH_SHA3] = { 64, 0, -1, -1 },
};

size_t hash_size(enum hash_kind kind)
{
	return kinds[kind].size;
}

void hash_begin(struct hash *h, enum hash_kind kind, size_t size)
{
	h->kind = kind;
	h->size = size ? size : hash_size(kind);
	h->block = kind == HASH_SHA3 ? 200 - 2 * h->size : kinds[kind].block;
	h->held_count = 0;
	h->length = 0;
	memset(&h->state, 0, sizeof(h->state));
	if (kinds[kind].start32 >= 0)
		memcpy(&h->state, start32[kinds[kind].start32], sizeof(start32[0]));
	else if (kinds[kind].start64 >= 0)
		memcpy(&h->state, start64[kinds[kind].start64], sizeof(start64[0]));
	if (kind == HASH_BLAKE2B)
		h->state.w64[0] ^= 0x01010000 ^ h->size;
}

static void sha3_blocks(struct hash *h, const unsigned char *p, size_t count)
{
	for (; count > 0; count--, p += h->block) {
		for (size_t i = 0; i < h->block / 8; i++)
			h->state.w64[i] ^= load64(p + 8 * i);
		keccak(h->state.w64);
	}
}

static void work(struct hash *h, const unsigned char *p, size_t count)
{
	hash_blocks *native;

	switch (h->kind) {
	case HASH_MD5:
		md5_blocks(&h->state, p, count);
		break;
	case HASH_SHA1:
		native = sha1_native();
		(native ? native : sha1_blocks)(&h->state, p, count);
		break;
	case HASH_SHA224:
	case HASH_SHA256:
		native = sha256_native();
		(native ? native : sha256_blocks)(&h->state, p, count);
		break;
	case HASH_SHA384:
	case HASH_SHA512:
		sha512_blocks(&h->state, p, count);
		break;
	case HASH_SM3:
		sm3_blocks(&h->state, p, count);
		break;
	case HASH_BLAKE2B:
		for (; count > 0; count--, p += 128)
			blake2b_block(&h->state, p, 128);
		break;
	case HASH_SHA3:
		sha3_blocks(h, p, count);
		break;
	}
}

/* The last block, even if it is full, waits until it is known whether more follows: BLAKE2b needs to know. */
void hash_add(struct hash *h, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	h->length += n;
	if (h->held_count > 0 || n <= h->block) {
		size_t room = h->block - h->held_count, part = n < room ? n : room;

		memcpy(h->held + h->held_count, p, part);
		h->held_count += part;
		p += part;
		n -= part;
		if (n == 0)
			return;
		work(h, h->held, 1);
		h->held_count = 0;
	}
	if (n > h->block) {
		size_t count = (n - 1) / h->block;

		work(h, p, count);
		p += count * h->block;
		n -= count * h->block;
	}
	memcpy(h->held, p, n);
	h->held_count = n;
}

/* Appends the bit 1, zeroes, and the length in bits as the last 8 bytes of a block. */
static void pad_with_length(struct hash *h)
{
	size_t length_size = h->block / 8;

	if (h->held_count == h->block) {
		work(h, h->held, 1);
		h->held_count = 0;
	}
	h->held[h->held_count++] = 0x80;
	memset(h->held + h->held_count, 0, sizeof(h->held) - h->held_count);
	if (h->held_count > h->block - length_size) {
		work(h, h->held, 1);
		memset(h->held, 0, h->block);
	}
	for (size_t i = 0; i < 8; i++) {
		size_t at = h->kind == HASH_MD5 ? h->block - 8 + i : h->block - 1 - i;

		h->held[at] = (unsigned char)(h->length << 3 >> 8 * i);
	}
	if (length_size == 16)
		h->held[h->block - 9] = (unsigned char)(h->length >> 61);
	work(h, h->held, 1);
}

static void pad_sha3(struct hash *h)
{
	if (h->held_count == h->block) {
		work(h, h->held, 1);
		h->held_count = 0;
	}
	memset(h->held + h->held_count, 0, h->block - h->held_count);
	h->held[h->held_count] = 6;
	h->held[h->block - 1] |= 0x80;
	work(h, h->held, 1);
}

void hash_end(struct hash *h, unsigned char *digest)
{
	if (h->kind == HASH_BLAKE2B) {
		memset(h->held + h->held_count, 0, h->block - h->held_count);
		h->state.w64[9] = UINT64_MAX;
		blake2b_block(&h->state, h->held, h->held_count);
	} else if (h->kind == HASH_SHA3) {
		pad_sha3(h);
	} else {
		pad_with_length(h);
	}
	for (size_t i = 0; i < h->size; i++) {
		if (h->kind == HASH_MD5)
			digest[i] = (unsigned char)(h->state.w32[i / 4] >> 8 * (i % 4));
		else if (kinds[h->kind].start32 >= 0)
			digest[i] = (unsigned char)(h->state.w32[i / 4] >> (24 - 8 * (i % 4)));
		else if (h->kind == HASH_SHA3 || h->kind == HASH_BLAKE2B)
			digest[i] = (unsigned char)(h->state.w64[i / 8] >> 8 * (i % 8));
		else
			digest[i] = (unsigned char)(h->state.w64[i / 8] >> (56 - 8 * (i % 8)));
	}
}

/* hash_internal.h - what the files of libbb/hash know of each other */
#ifndef HASH_INTERNAL_H
#define HASH_INTERNAL_H

#include <stdbool.h>
#include "hash.h"
#include "little.h"

/* Each works `count` blocks at `p` into the state. */
typedef void hash_blocks(union hash_words *s, const unsigned char *p, size_t count);
hash_blocks md5_blocks, sha1_blocks, sha256_blocks, sha512_blocks, sm3_blocks;

/* Return the same with the processor's own instructions, or NULL if it has none. */
hash_blocks *sha1_native(void);
hash_blocks *sha256_native(void);

/* BLAKE2b's state is 8 words, then the count of bytes before, then ~0 for the last block. `bytes` of the block count. */
void blake2b_block(union hash_words *s, const unsigned char *p, size_t bytes);

/* Keccak's permutation of 25 words. */
void keccak(uint64_t s[25]);

/* Put 16 bytes at `rest` that have the same remainder as the `n` bytes (a multiple of 16, at least 64), by products without
 * carry. Return false, with `rest` unchanged, if the processor has none. */
bool crc32_fold(uint32_t crc, const unsigned char *p, size_t n, unsigned char rest[16]);
bool crc_posix_fold(uint32_t crc, const unsigned char *p, size_t n, unsigned char rest[16]);

/* The constants of SHA-512, whose upper halves are those of SHA-256. */
extern const uint64_t sha512_constants[80];

static inline uint32_t rotate32(uint32_t x, int n)
{
	return x << n | x >> (32 - n);
}

static inline uint64_t rotate64(uint64_t x, int n)
{
	return x << n | x >> (64 - n);
}

static inline uint32_t big32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline uint64_t big64(const unsigned char *p)
{
	return (uint64_t)big32(p) << 32 | big32(p + 4);
}

#endif

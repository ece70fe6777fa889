/* hash.h - message digests and cyclic redundancy checks
 *
 * Follows RFC 1321 (MD5), FIPS 180-4 (SHA-1, SHA-2), FIPS 202 (SHA-3), RFC 7693 (BLAKE2b), GB/T 32905-2016 (SM3);
 * POSIX.1-2024 cksum; ISO 3309 (the CRC of gzip, zip and xz).
 */
#ifndef HASH_H
#define HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum hash_kind {
	HASH_MD5,
	HASH_SHA1,
	HASH_SHA224,
	HASH_SHA256,
	HASH_SHA384,
	HASH_SHA512,
	HASH_SM3,
	HASH_BLAKE2B, /* 1 to 64 bytes */
	HASH_SHA3,    /* 28, 32, 48 or 64 bytes */
};

/* The longest digest, bytes. */
#define HASH_MOST 64

/* What an algorithm works on: its words, then what it needs beside. */
union hash_words {
	uint32_t w32[8];
	uint64_t w64[25];
};

/* A digest being computed; nothing in it needs to be freed. */
struct hash {
	enum hash_kind kind;
	size_t size;  /* of the digest, bytes */
	size_t block; /* bytes that are worked on at a time */
	size_t held_count;
	uint64_t length; /* bytes that were given */
	union hash_words state;
	unsigned char held[144];
};

/* Returns the size of the digest in bytes, the longest for a kind that has several. */
size_t hash_size(enum hash_kind kind);

/* Begins a digest of `size` bytes, which is one that `kind` has; 0 stands for hash_size(). */
void hash_begin(struct hash *h, enum hash_kind kind, size_t size);

/* Takes `n` bytes more of the message. */
void hash_add(struct hash *h, const void *p, size_t n);

/* Writes the digest, h->size bytes. */
void hash_end(struct hash *h, unsigned char *digest);

/* Continues the CRC-32 of gzip over `n` bytes; it begins with 0, and any value returned is the CRC so far. */
uint32_t crc32(uint32_t crc, const void *p, size_t n);

/* Continues the sum of POSIX cksum over `n` bytes, most significant bit first; it begins with 0. The length of the file, lowest byte
 * first and without zeroes at its end, has to follow, and then the complement is what cksum prints. */
uint32_t crc_posix(uint32_t crc, const void *p, size_t n);

/* Whether the processor's products without carry are used for these. */
bool crc_is_native(void);

#endif

/* memsearch_parts.h - what the loops of memsearch_loops.h share in all their kinds */
#ifndef MEMSEARCH_PARTS_H
#define MEMSEARCH_PARTS_H

#include "memsearch.h"

/* Copies the n < 64 bytes at p to `pad`, fills it up with zeros, and returns it. */
const uint8_t *mem_pad(uint8_t pad[64], const uint8_t *p, size_t n);

/* Finds the two bytes of the needle, of m >= 2 bytes, that are likely to be the rarest in a text: at *i and
 * *j. */
void mem_rarest(const uint8_t *needle, size_t m, size_t *i, size_t *j);

/* Returns how many of the first n bytes of a and b are equal; rounded down to 8s if not all. */
size_t mem_same(const uint8_t *a, const uint8_t *b, size_t n);

/* Returns how many bits of x are set, without the instruction for it. */
unsigned mem_ones(uint64_t x);

/* mem_mem() for m >= 2 and m <= n. */
const void *mem_find(const void *hay, size_t n, const void *needle, size_t m);

/* Completes the character held from the last block with the first of the n bytes at p, and counts it. Returns
 * false if it is not complete even then; all the bytes have then been taken. */
bool words_begin(struct words_count *w, const void *p, size_t n);

/* Holds the character that is not complete at the end of a block, if there is one. */
void words_end(struct words_count *w, const uint8_t *start, const uint8_t *end);

/* Looks at the valid characters that begin at the bits of `leads` behind p: counts them and sets their bits
 * in *print or *space. */
void words_high(struct words_count *w, const void *p, const void *end, uint64_t leads, uint64_t *print,
		uint64_t *space);

#endif

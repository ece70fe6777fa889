/* lzma.h - what the LZMA decoder and encoder share
 *
 * Follows the LZMA specification (public domain, 2015) and the .xz file format 1.1.0.
 */
#ifndef LZMA_H
#define LZMA_H

#include "hash.h"
#include "internal.h"

enum {
	LZMA_STATES = 12,
	LZMA_POSITIONS = 16, /* as the low bits of a position tell apart at most */
	LZMA_REPEATS = 4,
	LZMA_LITERALS = 0x300, /* probabilities for a literal in one context */
	LZMA_CONTEXTS = 16,    /* in LZMA2; up to 4096 in LZMA */
	LZMA_HALF = 1024,      /* of probability */
	LZMA_LEAST = 2,
	LZMA_MOST = 273,
	LZMA_MODELLED = 128, /* distances below have probabilities for all of their bits */
};

/* Probabilities of a length. */
struct lzma_lengths {
	uint16_t choice[2];
	uint16_t low[LZMA_POSITIONS][8], middle[LZMA_POSITIONS][8], high[256];
};

/* All probabilities but those of literals. */
struct lzma_model {
	uint16_t match[LZMA_STATES][LZMA_POSITIONS];
	uint16_t repeat[LZMA_STATES], repeat0[LZMA_STATES], repeat1[LZMA_STATES], repeat2[LZMA_STATES];
	uint16_t repeat0_long[LZMA_STATES][LZMA_POSITIONS];
	uint16_t slots[4][64];   /* of the distance, by length */
	uint16_t distances[128]; /* the low bits of those from 4 to 127 */
	uint16_t aligned[16];    /* the lowest four bits of those above */
	struct lzma_lengths lengths, repeat_lengths;
};

/* Makes all of `n` probabilities even. */
static inline void lzma_even(uint16_t *p, size_t n)
{
	while (n-- > 0)
		p[n] = LZMA_HALF;
}

/* The state after a literal. */
static inline unsigned lzma_after_literal(unsigned state)
{
	return state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
}

/* Checks of what was unpacked. */
struct xz_checker {
	enum xz_check kind;
	uint32_t crc32;
	uint64_t crc64;
	struct hash sha256;
	uint64_t (*table)[256];
};

unsigned xz_check_size(enum xz_check kind);
void xz_check_begin(struct xz_checker *c, enum xz_check kind);
void xz_check_add(struct xz_checker *c, const void *p, size_t n);
void xz_check_end(struct xz_checker *c, unsigned char *out);

/* A filter of code or numbers at work. */
struct xz_filter_state {
	enum xz_filter kind;
	bool encode;
	uint32_t position; /* of the next byte */
	unsigned distance;
	unsigned char history[256], at; /* delta */
	uint32_t mask;                  /* x86: which of the last bytes may begin an instruction */
};

/* Filters the beginning of `n` bytes in place; returns how many are done. What is left has to come again with more behind it, or
 * stays as it is at the end. */
size_t xz_filter_run(struct xz_filter_state *f, unsigned char *p, size_t n);

/* The decoder of LZMA and LZMA2. */
struct lzma_decoder;
struct lzma_decoder *lzma_decoder_new(void);

/* Begins a stream of LZMA2, or of LZMA with these properties and that size (UINT64_MAX: to its mark). Returns false if the properties are
 * wrong. */
bool lzma2_begin(struct lzma_decoder *z, struct source *in, uint32_t dictionary);
bool lzma_begin(struct lzma_decoder *z, struct source *in, unsigned properties, uint32_t dictionary,
		uint64_t size);

/* As decoder_next(), with errors in *error. */
size_t lzma_next(struct lzma_decoder *z, const unsigned char **block, unsigned *error);

/* The size of a dictionary by its number in a header. Returns false if there is none. */
bool xz_dictionary(unsigned bits, uint32_t *size);

#endif

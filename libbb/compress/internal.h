/* internal.h - what the compressed formats share */
#ifndef COMPRESS_INTERNAL_H
#define COMPRESS_INTERNAL_H

#include <string.h>
#include "compress.h"
#include "little.h"

/* The number of the highest bit that is set; x is not 0. */
static inline unsigned high_bit(uint32_t x)
{
	return 31 - (unsigned)__builtin_clz(x);
}

/* How many of the first bytes are the same: at least `len` already, `max` at most. */
static inline unsigned match_length(const unsigned char *a, const unsigned char *b, unsigned len,
				    unsigned max)
{
	while (len + 8 <= max) {
		uint64_t differ = load64(a + len) ^ load64(b + len);

		if (differ)
			return len + ((unsigned)__builtin_ctzll(differ) >> 3);
		len += 8;
	}
	while (len < max && a[len] == b[len])
		len++;
	return len;
}

/* Lengths of an optimal prefix code for `n` symbols (512 at most), none longer than `max` bits. A symbol that does not occur
 * has none; if fewer than two occur, up to two get length 1. */
void huffman_lengths(const uint32_t *freq, unsigned n, unsigned max, uint8_t *lengths);

/* The codes for such lengths, in order of length and symbol. */
void huffman_codes(const uint8_t *lengths, unsigned n, uint16_t *codes);

/* Notes an error of a decoder, also whether it comes from the input's end or a failed read. Returns 0. */
size_t decoder_fail(struct decoder *d, unsigned error);

struct decoder *gunzip_new(struct source *in);
struct decoder *unzip_first_new(struct source *in);
struct decoder *uncompress_new(struct source *in);
struct decoder *unzstd_new(struct source *in);
struct decoder *bunzip2_new(struct source *in);
struct decoder *unxz_new(struct source *in);
struct decoder *unlzma_new(struct source *in); /* .lzma, .lz, raw */

struct encoder *gzip_new(const struct encoder_options *opt, struct writer *out);
struct encoder *bzip2_new(const struct encoder_options *opt, struct writer *out);
struct encoder *xz_new(const struct encoder_options *opt, struct writer *out); /* and .lzma, raw */

#endif

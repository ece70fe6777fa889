/* encode.h - binary data as text: base64 and its relatives
 *
 * Follows RFC 4648, ZeroMQ's RFC 32 (Z85), and the GNU coreutils manual, "base64 invocation" and "basenc invocation".
 */
#ifndef ENCODE_H
#define ENCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum encoding {
	ENCODE_BASE64,
	ENCODE_BASE64URL,
	ENCODE_BASE32,
	ENCODE_BASE32HEX,
	ENCODE_BASE16,
	ENCODE_BASE2MSBF,
	ENCODE_BASE2LSBF,
	ENCODE_Z85,
};

/* Returns room enough for the text of `n` bytes. */
size_t encoded_size(enum encoding e, size_t n);

/* Writes the text of `n` bytes to `out`; returns its length. Unless it is the last of the data, `n` is a multiple of 15 * 4.
 * (Z85 leaves out what is behind the last multiple of 4.) */
size_t encode(enum encoding e, const unsigned char *p, size_t n, char *out);

/* Text being decoded, in pieces. Zero it to begin, then set the options. */
struct decoder {
	enum encoding encoding;
	bool skip_garbage;     /* pass over what does not belong to the text, not only over newlines */
	signed char *values;   /* of each character, in the arena; made when first needed */
	uint64_t bits;         /* state: the group so far */
	unsigned count, given; /* state: characters of the group, digits among them */
	bool padding, broken;  /* state: an = came; something came that does not fit */
};

/* Decodes `n` characters to `out`, which has room for n bytes. Returns whether they are valid; if not, or at an end within a
 * group, *len still counts the bytes before the damage. */
bool decode(struct decoder *d, const char *p, size_t n, unsigned char *out, size_t *len);

/* To be called at the end: returns whether the last group is complete, and writes what it has of bytes as decode() does. */
bool decode_end(struct decoder *d, unsigned char *out, size_t *len);

/* What base64, base32 and basenc do: `wrap` is the argument of -w or NULL, `files` the operands. Returns the exit status. */
int encode_run(enum encoding e, bool decoding, bool skip_garbage, const char *wrap, char **files);

#endif

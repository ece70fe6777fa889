/* encode_x86.h - what encode.c gets from encode_x86.c */
#ifndef ENCODE_X86_H
#define ENCODE_X86_H

#include <stddef.h>

/* Encode (decode) base64 from the beginning of the `n` bytes as far as vectors can. Return how many bytes were consumed: a
 * multiple of 12 (of 16), 0 where the processor has no such instructions. Decoding ends before the first 16
 * characters that are not all of the alphabet. */
size_t base64_encode_vectors(const unsigned char *p, size_t n, char *out);
size_t base64_decode_vectors(const char *p, size_t n, unsigned char *out);

#endif

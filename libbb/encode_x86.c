/* encode_x86.c - base64, 16 characters at a time, on x86-64
 *
 * hot: base64 does little else
 */
#include "encode_x86.h"

#if defined(__x86_64__)

#include <tmmintrin.h>
#include "cpu.h"

#define VECTOR_CODE __attribute__((target("ssse3")))

/* 12 bytes as 16 numbers of 6 bits: the bytes of each three are laid out so that two multiplications move all the parts. */
VECTOR_CODE static inline __m128i split(__m128i bytes)
{
	__m128i x = _mm_shuffle_epi8(bytes, _mm_setr_epi8(1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10));
	__m128i right = _mm_mulhi_epu16(_mm_and_si128(x, _mm_set1_epi32(0x0fc0fc00)),
					_mm_set1_epi32(0x04000040));
	__m128i left = _mm_mullo_epi16(_mm_and_si128(x, _mm_set1_epi32(0x003f03f0)),
				       _mm_set1_epi32(0x01000010));

	return _mm_or_si128(right, left);
}

/* The characters of numbers: each of the ranges of the alphabet is a fixed distance away. */
VECTOR_CODE static inline __m128i to_letters(__m128i numbers)
{
	const __m128i distance = _mm_setr_epi8('a' - 26, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52,
					       '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '+' - 62,
					       '/' - 63, 'A', 0, 0);
	__m128i range = _mm_subs_epu8(numbers, _mm_set1_epi8(51));
	__m128i upper = _mm_cmpgt_epi8(_mm_set1_epi8(26), numbers);

	range = _mm_or_si128(range, _mm_and_si128(upper, _mm_set1_epi8(13)));
	return _mm_add_epi8(numbers, _mm_shuffle_epi8(distance, range));
}

VECTOR_CODE static size_t encode_ssse3(const unsigned char *p, size_t n, char *out)
{
	size_t done = 0;

	for (; n - done >= 16; done += 12, out += 16)
		_mm_storeu_si128((__m128i *)out,
				 to_letters(split(_mm_loadu_si128((const __m128i *)(p + done)))));
	return done;
}

VECTOR_CODE static size_t decode_ssse3(const char *p, size_t n, unsigned char *out)
{
	/* A character is none of the alphabet if the rows of its two halves share a bit. */
	const __m128i low_rows = _mm_setr_epi8(0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11,
					       0x13, 0x1a, 0x1b, 0x1b, 0x1b, 0x1a);
	const __m128i high_rows = _mm_setr_epi8(0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08, 0x10, 0x10,
						0x10, 0x10, 0x10, 0x10, 0x10, 0x10);
	/* What leads from a character to its number, by its upper half, and for / one less. */
	const __m128i distance = _mm_setr_epi8(0, 63 - '/', 62 - '+', 52 - '0', -'A', -'A', 26 - 'a',
					       26 - 'a', 0, 0, 0, 0, 0, 0, 0, 0);
	const __m128i half = _mm_set1_epi8(15);
	size_t done = 0;

	for (; n - done >= 16; done += 16, out += 12) {
		__m128i x = _mm_loadu_si128((const __m128i *)(p + done));
		__m128i high = _mm_and_si128(_mm_srli_epi32(x, 4), half), low = _mm_and_si128(x, half);
		__m128i bad = _mm_and_si128(_mm_shuffle_epi8(low_rows, low),
					    _mm_shuffle_epi8(high_rows, high));

		if (_mm_movemask_epi8(_mm_cmpeq_epi8(bad, _mm_setzero_si128())) != 0xffff)
			break;
		high = _mm_add_epi8(high, _mm_cmpeq_epi8(x, _mm_set1_epi8('/')));
		x = _mm_add_epi8(x, _mm_shuffle_epi8(distance, high));
		x = _mm_madd_epi16(_mm_maddubs_epi16(x, _mm_set1_epi32(0x01400140)),
				   _mm_set1_epi32(0x00011000));
		x = _mm_shuffle_epi8(x,
				     _mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1));
		_mm_storeu_si128((__m128i *)out, x);
	}
	return done;
}

size_t base64_encode_vectors(const unsigned char *p, size_t n, char *out)
{
	return cpu_features() & CPU_SSSE3 ? encode_ssse3(p, n, out) : 0;
}

size_t base64_decode_vectors(const char *p, size_t n, unsigned char *out)
{
	return cpu_features() & CPU_SSSE3 ? decode_ssse3(p, n, out) : 0;
}

#else

size_t base64_encode_vectors(const unsigned char *p, size_t n, char *out)
{
	(void)p, (void)n, (void)out;
	return 0;
}

size_t base64_decode_vectors(const char *p, size_t n, unsigned char *out)
{
	(void)p, (void)n, (void)out;
	return 0;
}

#endif

/* hash_x86.c - SHA-1, SHA-256 and CRCs with the instructions that x86-64 processors have for them
 *
 * hot: these loops are what the checksum applets do
 */
#include "cpu.h"
#include "hash_internal.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define SHA_CODE   __attribute__((target("sha,sse4.1,ssse3")))
#define CLMUL_CODE __attribute__((target("pclmul,sse4.1,ssse3")))

/* The four rounds of SHA-1 that begin with round 4 * i; the instruction takes its constant as an immediate. */
SHA_CODE static inline __m128i sha1_rounds(__m128i abcd, __m128i e, int i)
{
	switch (i / 5) {
	case 0:
		return _mm_sha1rnds4_epu32(abcd, e, 0);
	case 1:
		return _mm_sha1rnds4_epu32(abcd, e, 1);
	case 2:
		return _mm_sha1rnds4_epu32(abcd, e, 2);
	default:
		return _mm_sha1rnds4_epu32(abcd, e, 3);
	}
}

SHA_CODE static void sha1_blocks_native(union hash_words *s, const unsigned char *p, size_t count)
{
	const __m128i swap = _mm_set_epi64x(0x0001020304050607, 0x08090a0b0c0d0e0f);
	__m128i abcd = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)s->w32), 0x1b);
	__m128i e = _mm_set_epi32((int)s->w32[4], 0, 0, 0);

	for (; count > 0; count--, p += 64) {
		__m128i abcd_before = abcd, e_before = e, m[4];

#pragma GCC unroll 20
		for (int i = 0; i < 20; i++) {
			__m128i *w = &m[i & 3], sum;

			if (i < 4)
				*w = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(p + 16 * i)), swap);
			else
				*w = _mm_sha1msg2_epu32(
					_mm_xor_si128(_mm_sha1msg1_epu32(*w, m[(i + 1) & 3]), m[(i + 2) & 3]),
					m[(i + 3) & 3]);
			sum = i == 0 ? _mm_add_epi32(e, *w) : _mm_sha1nexte_epu32(e, *w);
			e = abcd;
			abcd = sha1_rounds(abcd, sum, i);
		}
		e = _mm_sha1nexte_epu32(e, e_before);
		abcd = _mm_add_epi32(abcd, abcd_before);
	}
	_mm_storeu_si128((__m128i *)s->w32, _mm_shuffle_epi32(abcd, 0x1b));
	s->w32[4] = (uint32_t)_mm_extract_epi32(e, 3);
}

SHA_CODE static void sha256_blocks_native(union hash_words *s, const unsigned char *p, size_t count)
{
	const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
	__m128i low = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)s->w32), 0xb1);
	__m128i high = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(s->w32 + 4)), 0x1b);
	__m128i abef = _mm_alignr_epi8(low, high, 8), cdgh = _mm_blend_epi16(high, low, 0xf0);
	uint32_t k[64];

	for (int i = 0; i < 64; i++)
		k[i] = (uint32_t)(sha512_constants[i] >> 32);
	for (; count > 0; count--, p += 64) {
		__m128i abef_before = abef, cdgh_before = cdgh, m[4];

#pragma GCC unroll 16
		for (int i = 0; i < 16; i++) {
			__m128i *w = &m[i & 3], sum;

			if (i < 4)
				*w = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(p + 16 * i)), swap);
			else
				*w = _mm_sha256msg2_epu32(
					_mm_add_epi32(_mm_sha256msg1_epu32(*w, m[(i + 1) & 3]),
						      _mm_alignr_epi8(m[(i + 3) & 3], m[(i + 2) & 3], 4)),
					m[(i + 3) & 3]);
			sum = _mm_add_epi32(*w, _mm_loadu_si128((const __m128i *)&k[4 * i]));
			cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
			abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0e));
		}
		abef = _mm_add_epi32(abef, abef_before);
		cdgh = _mm_add_epi32(cdgh, cdgh_before);
	}
	low = _mm_shuffle_epi32(abef, 0x1b);
	high = _mm_shuffle_epi32(cdgh, 0xb1);
	_mm_storeu_si128((__m128i *)s->w32, _mm_blend_epi16(low, high, 0xf0));
	_mm_storeu_si128((__m128i *)(s->w32 + 4), _mm_alignr_epi8(high, low, 8));
}

hash_blocks *sha1_native(void)
{
	return cpu_features() & CPU_SHA ? sha1_blocks_native : NULL;
}

hash_blocks *sha256_native(void)
{
	return cpu_features() & CPU_SHA ? sha256_blocks_native : NULL;
}

/* `x` moved on by as many bits as the powers in `k` stand for, and the next 16 bytes added. */
CLMUL_CODE static inline __m128i fold(__m128i x, __m128i k, __m128i next)
{
	return _mm_xor_si128(
		_mm_xor_si128(_mm_clmulepi64_si128(x, k, 0x00), _mm_clmulepi64_si128(x, k, 0x11)), next);
}

/* The loop of both CRCs. `swap` puts the bytes in the order of their powers; k512 and k128 move 512 and 128 bits on. */
CLMUL_CODE static inline __m128i fold_all(__m128i first, const unsigned char *p, size_t n, __m128i swap,
					  __m128i k512, __m128i k128)
{
	__m128i x[4], sum;

	for (int i = 0; i < 4; i++)
		x[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(p + 16 * i)), swap);
	x[0] = _mm_xor_si128(x[0], first);
	for (p += 64, n -= 64; n >= 64; p += 64, n -= 64) {
#pragma GCC unroll 4
		for (int i = 0; i < 4; i++)
			x[i] = fold(x[i], k512,
				    _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(p + 16 * i)), swap));
	}
	sum = x[0];
	for (int i = 1; i < 4; i++)
		sum = fold(sum, k128, x[i]);
	for (; n >= 16; p += 16, n -= 16)
		sum = fold(sum, k128, _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)p), swap));
	return _mm_shuffle_epi8(sum, swap);
}

/* The powers of x, modulo the polynomial, in the reflected form that takes the shift by one into account. */
CLMUL_CODE static void fold_crc32(uint32_t crc, const unsigned char *p, size_t n, unsigned char rest[16])
{
	__m128i same = _mm_set_epi64x(0x0f0e0d0c0b0a0908, 0x0706050403020100);

	_mm_storeu_si128((__m128i *)rest, fold_all(_mm_cvtsi32_si128((int)crc), p, n, same,
						   _mm_set_epi64x(0x1c6e41596, 0x154442bd4),
						   _mm_set_epi64x(0x0ccaa009e, 0x1751997d0)));
}

/* x^576, x^512, x^192 and x^128. */
CLMUL_CODE static void fold_crc_posix(uint32_t crc, const unsigned char *p, size_t n, unsigned char rest[16])
{
	__m128i reverse = _mm_set_epi64x(0x0001020304050607, 0x08090a0b0c0d0e0f);

	_mm_storeu_si128((__m128i *)rest, fold_all(_mm_set_epi32((int)crc, 0, 0, 0), p, n, reverse,
						   _mm_set_epi64x(0x8833794c, 0xe6228b11),
						   _mm_set_epi64x(0xc5b9cd4c, 0xe8a45605)));
}

bool crc_is_native(void)
{
	return cpu_features() & CPU_CLMUL;
}

bool crc32_fold(uint32_t crc, const unsigned char *p, size_t n, unsigned char rest[16])
{
	if (!(cpu_features() & CPU_CLMUL))
		return false;
	fold_crc32(crc, p, n, rest);
	return true;
}

bool crc_posix_fold(uint32_t crc, const unsigned char *p, size_t n, unsigned char rest[16])
{
	if (!(cpu_features() & CPU_CLMUL))
		return false;
	fold_crc_posix(crc, p, n, rest);
	return true;
}

#else

hash_blocks *sha1_native(void)
{
	return NULL;
}

bool crc_is_native(void)
{
	return false;
}

hash_blocks *sha256_native(void)
{
	return NULL;
}

bool crc32_fold(uint32_t crc, const unsigned char *p, size_t n, unsigned char rest[16])
{
	(void)crc, (void)p, (void)n, (void)rest;
	return false;
}

bool crc_posix_fold(uint32_t crc, const unsigned char *p, size_t n, unsigned char rest[16])
{
	(void)crc, (void)p, (void)n, (void)rest;
	return false;
}

#endif

/* memsearch_x86.c - the loops of memsearch.h with SSE2, which every x86-64 has, and with AVX2
 *
 * hot: wc, head, tail and every reader of lines spend their time here
 */
#if defined(__x86_64__) && !defined(MEMSEARCH_PORTABLE)

#include <immintrin.h>
#include "cpu.h"
#include "memsearch_parts.h"

static bool has_avx2(void)
{
	return cpu_features() & CPU_AVX2;
}

#define LINKAGE static

/* For processors before 2013 and for emulators, small rather than fast: each mask is a call. */
#define BLOCK    const uint8_t *
#define FN(name) name##_sse2
#define TARGET

static const uint8_t *load_sse2(const uint8_t *p)
{
	return p;
}

static __attribute__((noinline)) uint64_t range_sse2(const uint8_t *p, uint8_t lo, uint8_t hi)
{
	__m128i first = _mm_set1_epi8((char)lo), width = _mm_set1_epi8((char)(hi - lo));
	uint64_t mask = 0;

	for (int i = 48; i >= 0; i -= 16) {
		__m128i x = _mm_sub_epi8(_mm_loadu_si128((const __m128i *)(p + i)), first);

		mask = mask << 16 | (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(x, _mm_min_epu8(x, width)));
	}
	return mask;
}

static uint64_t equal_sse2(const uint8_t *p, uint8_t c)
{
	return range_sse2(p, c, c);
}

static uint64_t high_sse2(const uint8_t *p)
{
	return range_sse2(p, 0x80, 0xff);
}

static unsigned ones_sse2(uint64_t x)
{
	return mem_ones(x);
}

#include "memsearch_loops.h"

#undef BLOCK
#undef FN
#undef TARGET

#define ALWAYS static inline __attribute__((always_inline))

struct block_avx2 {
	__m256i low, up;
};
#define BLOCK    struct block_avx2
#define FN(name) name##_avx2
#define TARGET   __attribute__((target("avx2,popcnt,bmi,bmi2")))

TARGET ALWAYS struct block_avx2 load_avx2(const uint8_t *p)
{
	return (struct block_avx2){ _mm256_loadu_si256((const __m256i *)p),
				    _mm256_loadu_si256((const __m256i *)p + 1) };
}

TARGET ALWAYS uint64_t high_avx2(struct block_avx2 b)
{
	return (unsigned)_mm256_movemask_epi8(b.low) | (uint64_t)_mm256_movemask_epi8(b.up) << 32;
}

TARGET ALWAYS uint64_t equal_avx2(struct block_avx2 b, uint8_t c)
{
	__m256i v = _mm256_set1_epi8((char)c);

	b.low = _mm256_cmpeq_epi8(b.low, v);
	b.up = _mm256_cmpeq_epi8(b.up, v);
	return high_avx2(b);
}

TARGET ALWAYS uint64_t range_avx2(struct block_avx2 b, uint8_t lo, uint8_t hi)
{
	__m256i first = _mm256_set1_epi8((char)lo), width = _mm256_set1_epi8((char)(hi - lo));

	b.low = _mm256_sub_epi8(b.low, first);
	b.up = _mm256_sub_epi8(b.up, first);
	b.low = _mm256_cmpeq_epi8(b.low, _mm256_min_epu8(b.low, width));
	b.up = _mm256_cmpeq_epi8(b.up, _mm256_min_epu8(b.up, width));
	return high_avx2(b);
}

TARGET ALWAYS unsigned ones_avx2(uint64_t x)
{
	return (unsigned)__builtin_popcountll(x);
}

#include "memsearch_loops.h"

const void *mem_chr(const void *p, int c, size_t n)
{
	return has_avx2() ? mem_chr_avx2(p, c, n) : mem_chr_sse2(p, c, n);
}

const void *mem_chr3(const void *p, int a, int b, int c, size_t n)
{
	return has_avx2() ? mem_chr3_avx2(p, a, b, c, n) : mem_chr3_sse2(p, a, b, c, n);
}

const void *mem_rchr(const void *p, int c, size_t n)
{
	return has_avx2() ? mem_rchr_avx2(p, c, n) : mem_rchr_sse2(p, c, n);
}

const void *mem_find(const void *hay, size_t n, const void *needle, size_t m)
{
	return has_avx2() ? mem_find_avx2(hay, n, needle, m) : mem_find_sse2(hay, n, needle, m);
}

size_t mem_count(const void *p, int c, size_t n)
{
	return has_avx2() ? mem_count_avx2(p, c, n) : mem_count_sse2(p, c, n);
}

size_t utf8_count(const void *p, size_t n)
{
	return has_avx2() ? utf8_count_avx2(p, n) : utf8_count_sse2(p, n);
}

bool utf8_valid(const void *p, size_t n)
{
	return has_avx2() ? utf8_valid_avx2(p, n) : utf8_valid_sse2(p, n);
}

void chars_count(struct words_count *w, const void *p, size_t n)
{
	if (has_avx2())
		chars_count_avx2(w, p, n);
	else
		chars_count_sse2(w, p, n);
}

void words_count(struct words_count *w, const void *p, size_t n)
{
	if (has_avx2())
		words_count_avx2(w, p, n);
	else
		words_count_sse2(w, p, n);
}

#endif

/* A translation unit has to declare something. */
typedef int memsearch_x86_unit;

/* memsearch.c - searching and counting bytes: the parts that no vectors can help, and all of it without
 * vectors
 *
 * hot: wc, head, tail and every reader of lines spend their time here
 */
#include <string.h>
#include "memsearch_parts.h"
#include "utf8.h"

const uint8_t *mem_pad(uint8_t pad[64], const uint8_t *p, size_t n)
{
	memset(pad, 0, 64);
	if (n >= 32) {
		memcpy(pad, p, 32);
		memcpy(&pad[n - 32], p + n - 32, 32);
	} else if (n >= 16) {
		memcpy(pad, p, 16);
		memcpy(&pad[n - 16], p + n - 16, 16);
	} else if (n >= 8) {
		memcpy(pad, p, 8);
		memcpy(&pad[n - 8], p + n - 8, 8);
	} else if (n >= 4) {
		memcpy(pad, p, 4);
		memcpy(&pad[n - 4], p + n - 4, 4);
	} else if (n) {
		pad[0] = p[0];
		pad[n / 2] = p[n / 2];
		pad[n - 1] = p[n - 1];
	}
	return pad;
}

/* Returns a rank that is higher the rarer a byte is. */
static int rarity(uint8_t c)
{
	static const char common[] = "e taoinsr\nlhdcumpgfy.w,bv0k_-/1=\tx2\"():;";
	const char *p = c ? strchr(common, c) : common;

	return p ? (int)(p - common) : 64;
}

void mem_rarest(const uint8_t *needle, size_t m, size_t *i, size_t *j)
{
	int best = -1, second = -1;

	if (m > 256)
		m = 256;
	for (size_t k = 0; k < m; k++) {
		int rank = rarity(needle[k]);

		if (rank > best) {
			second = best;
			*j = *i;
			best = rank;
			*i = k;
		} else if (rank > second) {
			second = rank;
			*j = k;
		}
	}
}

size_t mem_same(const uint8_t *a, const uint8_t *b, size_t n)
{
	size_t i = 0;

	for (; n - i >= 8; i += 8) {
		uint64_t x, y;

		memcpy(&x, a + i, 8);
		memcpy(&y, b + i, 8);
		if (x != y)
			return i;
	}
	for (; i < n; i++)
		if (a[i] != b[i])
			return i & ~(size_t)7;
	return n;
}

unsigned mem_ones(uint64_t x)
{
	x -= x >> 1 & 0x5555555555555555;
	x = (x & 0x3333333333333333) + (x >> 2 & 0x3333333333333333);
	return (unsigned)(((x + (x >> 4)) & 0x0f0f0f0f0f0f0f0f) * 0x0101010101010101 >> 56);
}

const void *mem_chr2(const void *p, int a, int b, size_t n)
{
	return mem_chr3(p, a, b, b, n);
}

const void *mem_mem(const void *hay, size_t n, const void *needle, size_t m)
{
	if (m == 0)
		return hay;
	if (m > n)
		return NULL;
	return m == 1 ? mem_chr(hay, *(const uint8_t *)needle, n) : mem_find(hay, n, needle, m);
}

/* Returns 1 if the character separates words, 0 if it is part of them, -1 if neither. */
static int word_class(const struct words_count *w, uint32_t cp)
{
	if (cp == 0xa0 || cp == 0x2007 || cp == 0x202f || cp == 0x2060)
		return !w->posix;
	if (!char_printable(cp))
		return -1;
	return char_space(cp);
}

void words_high(struct words_count *w, const void *p, const void *end, uint64_t leads, uint64_t *print,
		uint64_t *space)
{
	for (; leads; leads &= leads - 1) {
		const char *q = (const char *)p + __builtin_ctzll(leads);
		uint32_t cp;
		int class;

		if (utf8_decode(q, (size_t)((const char *)end - q), &cp) <= 0)
			continue;
		w->chars++;
		class = word_class(w, cp);
		if (class == 0)
			*print |= leads & -leads;
		else if (class > 0)
			*space |= leads & -leads;
	}
}

bool words_begin(struct words_count *w, const void *p, size_t n)
{
	uint64_t print = 0, space = 0;
	size_t held = w->held_count, len = held;
	uint32_t cp;

	if (!held || !n)
		return n;
	for (; len < 4 && len - held < n; len++)
		w->held[len] = ((const char *)p)[len - held];
	if (utf8_decode(w->held, len, &cp) == 0) {
		w->held_count = (uint8_t)len;
		return false;
	}
	w->held_count = 0;
	words_high(w, w->held, w->held + len, 1, &print, &space);
	w->words += print && !w->in_word;
	w->in_word = (w->in_word || print) && !space;
	return true;
}

void words_end(struct words_count *w, const uint8_t *start, const uint8_t *end)
{
	uint32_t cp;

	for (size_t n = 1; n < 4 && n <= (size_t)(end - start); n++)
		if (utf8_decode((const char *)end - n, n, &cp) == 0) {
			memcpy(w->held, end - n, n);
			w->held_count = (uint8_t)n;
		}
}

#if (!defined(__x86_64__) && !defined(__aarch64__)) || defined(MEMSEARCH_PORTABLE)

#define BLOCK    const uint8_t *
#define FN(name) name
#define TARGET
#define LINKAGE
#define EACH_BYTE(c) ((uint64_t)(c)*0x0101010101010101)

static const uint8_t *load(const uint8_t *p)
{
	return p;
}

/* Adding to the low seven bits of each byte carries into the eighth when they reach a bound. */
static uint64_t range(const uint8_t *p, uint8_t lo, uint8_t hi)
{
	uint64_t mask = 0, low = EACH_BYTE(0x7f), half = EACH_BYTE(lo & 0x80), x;

	for (int i = 0; i < 64; i += 8) {
		uint64_t reach, exceed, in;

		memcpy(&x, p + i, 8);
		if (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)
			x = __builtin_bswap64(x);
		reach = (x & low) + EACH_BYTE(0x80 - (lo & 0x7f));
		exceed = (x & low) + EACH_BYTE(0x7f - (hi & 0x7f));
		in = reach & ~exceed & ~(x ^ half) & ~low;
		mask |= (in >> 7) * 0x0102040810204080 >> 56 << i;
	}
	return mask;
}

static uint64_t equal(const uint8_t *p, uint8_t c)
{
	return range(p, c, c);
}

static uint64_t high(const uint8_t *p)
{
	return range(p, 0x80, 0xff);
}

static unsigned ones(uint64_t x)
{
	return mem_ones(x);
}

#include "memsearch_loops.h"

#endif

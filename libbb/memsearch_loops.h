/* memsearch_loops.h - the loops of memsearch.h, written once for every kind of vector
 *
 * A file that includes this has defined
 *
 *   BLOCK                      a type that holds 64 bytes, or a pointer to them
 *   FN(name)                   the name of a function in this kind
 *   TARGET                     attributes of every function, or nothing
 *   LINKAGE                    static, or nothing if FN(name) is the public name
 *   FN(load)(p)                loads 64 bytes: a BLOCK
 *   FN(equal)(b, c)            the bytes of the block that are c, a bit for each, the first byte's the lowest
 *   FN(range)(b, lo, hi)       those from lo to hi; both are below 0x80 or both are not
 *   FN(high)(b)                those from 0x80
 *   FN(ones)(mask)             how many bits are set
 *
 * and may include it again for another kind. What remains of a buffer at its end, less than 64 bytes, is copied
 * to a padded block (mem_pad) so that each loop has but one body.
 */
#include <string.h>
#include "memsearch.h"
#include "memsearch_parts.h"
#include "utf8.h"

/* Returns 64 readable bytes that begin as the n > 0 bytes at p do. */
#define WINDOW(p, n, pad) FN(load)((n) < 64 ? mem_pad(pad, p, n) : (p))

/* Returns a bit for each byte of the first n, at most 64. */
#define LIVE(n) ((n) < 64 ? ((uint64_t)1 << (n)) - 1 : ~(uint64_t)0)

TARGET LINKAGE const void *FN(mem_chr)(const void *s, int c, size_t n)
{
	uint8_t pad[64];

	for (const uint8_t *p = s; n; p += 64, n -= 64) {
		uint64_t found = FN(equal)(WINDOW(p, n, pad), (uint8_t)c) & LIVE(n);

		if (found)
			return p + __builtin_ctzll(found);
		if (n <= 64)
			break;
	}
	return NULL;
}

TARGET LINKAGE const void *FN(mem_chr3)(const void *s, int c, int d, int e, size_t n)
{
	uint8_t pad[64];

	for (const uint8_t *p = s; n; p += 64, n -= 64) {
		BLOCK b = WINDOW(p, n, pad);
		uint64_t found = (FN(equal)(b, (uint8_t)c) | FN(equal)(b, (uint8_t)d) |
				  FN(equal)(b, (uint8_t)e)) &
				 LIVE(n);

		if (found)
			return p + __builtin_ctzll(found);
		if (n <= 64)
			break;
	}
	return NULL;
}

TARGET LINKAGE const void *FN(mem_rchr)(const void *s, int c, size_t n)
{
	uint8_t pad[64];

	while (n) {
		size_t at = n < 64 ? 0 : n - 64;
		const uint8_t *p = (const uint8_t *)s + at;
		uint64_t found = FN(equal)(WINDOW(p, n, pad), (uint8_t)c) & LIVE(n);

		if (found)
			return p + (63 - __builtin_clzll(found));
		n = at;
	}
	return NULL;
}

TARGET LINKAGE size_t FN(mem_count)(const void *s, int c, size_t n)
{
	uint8_t pad[64];
	size_t count = 0;

	for (const uint8_t *p = s; n; p += 64, n -= 64) {
		count += FN(ones)(FN(equal)(WINDOW(p, n, pad), (uint8_t)c) & LIVE(n));
		if (n <= 64)
			break;
	}
	return count;
}

TARGET LINKAGE size_t FN(utf8_count)(const void *s, size_t n)
{
	uint8_t pad[64];
	size_t count = 0;

	for (const uint8_t *p = s; n; p += 64, n -= 64) {
		count += FN(ones)(~FN(range)(WINDOW(p, n, pad), 0x80, 0xbf) & LIVE(n));
		if (n <= 64)
			break;
	}
	return count;
}

/* The needle is looked for by its two rarest bytes. Should that find too many false places, as in text made
 * to be bad, the rest is left to the C library's linear search. */
TARGET LINKAGE const void *FN(mem_find)(const void *hay, size_t n, const void *needle, size_t m)
{
	const uint8_t *p = hay;
	size_t i, j, work = 0;
	uint8_t pad[2][64], a, b;

	mem_rarest(needle, m, &i, &j);
	a = ((const uint8_t *)needle)[i];
	b = ((const uint8_t *)needle)[j];
	for (n -= m - 1; n; p += 64, n -= 64) {
		uint64_t found = FN(equal)(WINDOW(p + i, n, pad[0]), a) &
				 FN(equal)(WINDOW(p + j, n, pad[1]), b) & LIVE(n);

		for (; found; found &= found - 1) {
			const uint8_t *place = p + __builtin_ctzll(found);
			size_t same = mem_same(place, needle, m);

			if (same == m)
				return place;
			work += same + 8;
		}
		if (n <= 64)
			break;
		if (work > 4096 + 4 * (size_t)(p - (const uint8_t *)hay))
			return memmem(p + 64, n - 64 + m - 1, needle, m);
	}
	return NULL;
}

/* Returns the bytes of a block at which valid characters of two bytes or more begin, all of them in the
 * block. *inside gets the bytes that continue them. */
TARGET static uint64_t FN(leads)(BLOCK b, uint64_t *inside)
{
	uint64_t next = FN(range)(b, 0x80, 0xbf) >> 1;
	uint64_t below_90 = FN(range)(b, 0x80, 0x8f) >> 1, below_a0 = FN(range)(b, 0x80, 0x9f) >> 1;
	uint64_t four = FN(range)(b, 0xf0, 0xf4), three = FN(range)(b, 0xe0, 0xef);
	uint64_t two = FN(range)(b, 0xc2, 0xdf) & next;

	four &= next & next >> 1 & next >> 2;
	four &= ~(FN(equal)(b, 0xf0) & below_90) & ~(FN(equal)(b, 0xf4) & ~below_90);
	three &= next & next >> 1;
	three &= ~(FN(equal)(b, 0xe0) & below_a0) & ~(FN(equal)(b, 0xed) & ~below_a0);
	*inside = (two | three | four) << 1 | (three | four) << 2 | four << 3;
	return two | three | four;
}

TARGET LINKAGE bool FN(utf8_valid)(const void *s, size_t n)
{
	const uint8_t *p = s;
	uint8_t pad[64];

	while (n) {
		BLOCK b = WINDOW(p, n, pad);
		uint64_t above = FN(high)(b), inside;
		size_t len = 64;

		if (above && (above &= ~(FN(leads)(b, &inside) | inside))) {
			/* What is wrong may be right if a character goes on behind the block. */
			len = (size_t)__builtin_ctzll(above);
			if (len < 61 || n <= 64)
				return false;
		}
		if (n <= len)
			break;
		p += len;
		n -= len;
	}
	return true;
}

TARGET LINKAGE void FN(chars_count)(struct words_count *w, const void *s, size_t n)
{
	const uint8_t *p = s;
	uint8_t pad[64];
	uintmax_t chars = 0;

	if (!words_begin(w, s, n))
		return;
	while (n) {
		BLOCK b = WINDOW(p, n, pad);
		uint64_t above = FN(high)(b), inside;
		size_t len = n < 64 ? n : 64;

		if (above) {
			/* A character that begins in the last three bytes is left to the next round. */
			if (n > 64)
				len = 61;
			above = ~above | FN(leads)(b, &inside);
			chars += FN(ones)(above & LIVE(len));
		} else {
			chars += len;
		}
		p += len;
		n -= len;
	}
	w->chars += chars;
	words_end(w, s, p);
}

/* A word begins at a printable character if the last character before it that is printable or white space is
 * white space. That runs from byte to byte as a carry does in an addition: a printable character generates
 * it, white space absorbs it, anything else lets it pass. */
TARGET LINKAGE void FN(words_count)(struct words_count *w, const void *s, size_t n)
{
	const uint8_t *p = s, *end = p + n;
	uint8_t pad[64];
	uint64_t carry;

	if (w->utf8 && !words_begin(w, s, n))
		return;
	carry = w->in_word;
	for (; n; p += 64, n -= 64) {
		BLOCK b = WINDOW(p, n, pad);
		uint64_t line = FN(equal)(b, '\n'), space = FN(equal)(b, ' ') | FN(range)(b, '\t', '\r');
		uint64_t print = FN(range)(b, '!', '~'), sum;

		w->lines += FN(ones)(line);
		if (w->utf8) {
			uint64_t above = FN(high)(b), chars = ~above & LIVE(n), sure, inside;

			if (above) {
				/* All that begin with these are printable and not white space. */
				sure = FN(range)(b, 0xc3, 0xcc) | FN(range)(b, 0xd0, 0xd3) |
				       FN(range)(b, 0xe4, 0xe9) | FN(range)(b, 0xeb, 0xec);
				sure &= FN(leads)(b, &inside);
				chars |= sure;
				print |= sure;
				words_high(w, p, end, FN(range)(b, 0xc2, 0xf4) & ~sure, &print, &space);
			}
			w->chars += FN(ones)(chars);
		}
		sum = ~space + print + carry;
		w->words += FN(ones)(print & ~sum);
		carry = (print | (~space & ~sum)) >> 63;
		if (n <= 64)
			break;
	}
	w->in_word = carry;
	if (w->utf8)
		words_end(w, s, end);
}

#undef WINDOW
#undef LIVE

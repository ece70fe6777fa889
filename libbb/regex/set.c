/* set.c - sets of characters, and the memory of the regular expression engine */
#include <stdlib.h>
#include <string.h>
#include "arena.h"
#include "regex_internal.h"
#include "utf8.h"

enum { CHUNK = 4096 };

struct pool_chunk {
	struct pool_chunk *older;
	_Alignas(16) char data[];
};

void *memory_resize(void *old, size_t size)
{
	void *p = realloc(old, size);

	if (!p)
		arena_exhausted();
	return p;
}

void *memory_reserve(void *old, size_t count, size_t *capacity, size_t size)
{
	if (count < *capacity)
		return old;
	*capacity = *capacity ? *capacity * 2 : 16;
	return memory_resize(old, *capacity * size);
}

void *pool_alloc(struct pool *pool, size_t size)
{
	void *p;

	size = (size + 15) & ~(size_t)15;
	if (!pool->chunks || pool->size - pool->used < size) {
		struct pool_chunk *c;

		pool->size = size > CHUNK ? size : CHUNK;
		c = memory_resize(NULL, sizeof *c + pool->size);
		c->older = pool->chunks;
		pool->chunks = c;
		pool->used = 0;
	}
	p = pool->chunks->data + pool->used;
	pool->used += size;
	return memset(p, 0, size);
}

void pool_free(struct pool *pool)
{
	while (pool->chunks) {
		struct pool_chunk *older = pool->chunks->older;

		free(pool->chunks);
		pool->chunks = older;
	}
}

int set_class_number(const char *name, size_t len)
{
	static const char names[] =
		"alpha\0digit\0alnum\0upper\0lower\0space\0blank\0punct\0print\0graph\0cntrl\0xdigit\0"
		"word\0";
	int n = 0;

	for (const char *p = names; *p; p += strlen(p) + 1, n++)
		if (strlen(p) == len && memcmp(p, name, len) == 0)
			return n;
	return -1;
}

static bool in_class(uint32_t cp, int class)
{
	switch (class) {
	case CLASS_ALPHA:
		return char_alpha(cp);
	case CLASS_DIGIT:
		return char_digit(cp);
	case CLASS_ALNUM:
		return char_alnum(cp);
	case CLASS_UPPER:
		return char_is_upper(cp);
	case CLASS_LOWER:
		return char_is_lower(cp);
	case CLASS_SPACE:
		return char_space(cp);
	case CLASS_BLANK:
		return char_blank(cp);
	case CLASS_PUNCT:
		return char_punct(cp);
	case CLASS_PRINT:
		return char_printable(cp);
	case CLASS_GRAPH:
		return char_graph(cp);
	case CLASS_CNTRL:
		return char_cntrl(cp);
	case CLASS_XDIGIT:
		return char_xdigit(cp);
	case CLASS_WORD:
		return cp == '_' || char_alnum(cp);
	case CLASS_LETTER:
		return char_alpha(cp) && !char_digit(cp);
	case CLASS_NUMBER:
		return char_digit(cp);
	case CLASS_SYMBOL:
		return char_punct(cp);
	case CLASS_HSPACE:
		return char_blank(cp) || cp == 0xa0 || cp == 0x202f || cp == 0x2007;
	}
	return false;
}

/* Characters whose other case is not told by going up and down: they are one letter with what stands before them. */
static const uint16_t variants[][2] = {
	{ 'i', 0x131 },   { 's', 0x17f },     { 0xb5, 0x3bc },   { 0x1c4, 0x1c5 }, { 0x1c7, 0x1c8 },
	{ 0x1ca, 0x1cb }, { 0x1f1, 0x1f2 },   { 0x3b9, 0x345 },  { 0x3c3, 0x3c2 }, { 0x3b2, 0x3d0 },
	{ 0x3b8, 0x3d1 }, { 0x3c6, 0x3d5 },   { 0x3c0, 0x3d6 },  { 0x3ba, 0x3f0 }, { 0x3c1, 0x3f1 },
	{ 0x3b5, 0x3f5 }, { 0x1e61, 0x1e9b }, { 0x3b9, 0x1fbe },
};

uint32_t case_variant(uint32_t cp, int n)
{
	uint32_t upper = char_upper(cp), lower = char_lower(cp);

	if (upper != cp && n-- == 0)
		return upper;
	if (lower != cp && lower != upper && n-- == 0)
		return lower;
	for (size_t i = 0; i < sizeof variants / sizeof *variants; i++) {
		uint32_t other = variants[i][1];

		if (cp != other && char_upper(other) == upper && n-- == 0)
			return other;
	}
	return 0;
}

struct set *set_new(struct pool *pool, bool bytes)
{
	struct set *s = pool_alloc(pool, sizeof *s);

	s->bytes = bytes;
	return s;
}

void set_add(struct pool *pool, struct set *s, uint32_t low, uint32_t high)
{
	if ((s->count & (s->count - 1)) == 0) {
		struct range *more = pool_alloc(pool, (s->count ? 2 * s->count : 1) * sizeof *more);

		if (s->count)
			memcpy(more, s->ranges, s->count * sizeof *more);
		s->ranges = more;
	}
	s->ranges[s->count++] = (struct range){ low, high };
}

/* Whether the set has the character itself, leaving out its case and the ^. */
static bool has_plain(const struct set *s, uint32_t cp)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->ranges[i].low <= cp && cp <= s->ranges[i].high)
			return true;
	if (s->classes >> CLASS_ANY & 1)
		return true;
	for (uint32_t c = s->classes; c; c &= c - 1)
		if ((cp < 0x80 || !s->bytes) && in_class(cp, __builtin_ctz(c)))
			return true;
	for (uint32_t c = s->not_classes; c; c &= c - 1)
		if ((cp >= 0x80 && s->bytes) || !in_class(cp, __builtin_ctz(c)))
			return true;
	return false;
}

static bool has_cased(const struct set *s, uint32_t cp)
{
	uint32_t other;

	if (has_plain(s, cp))
		return true;
	if (s->icase && (cp < 0x80 || !s->bytes))
		for (int n = 0; (other = case_variant(cp, n)) != 0; n++)
			if (has_plain(s, other))
				return true;
	return false;
}

bool set_has(const struct set *s, uint32_t cp)
{
	if (cp < 0x80)
		return set_has_byte(s, (unsigned char)cp);
	return s->high == HIGH_SOME ? has_cased(s, cp) != s->negate : s->high == HIGH_ALL;
}

void set_finish(struct set *s)
{
	bool some = false, all = false;

	if (s->icase && s->classes & (1u << CLASS_UPPER | 1u << CLASS_LOWER))
		s->classes |= 1u << CLASS_UPPER | 1u << CLASS_LOWER;
	memset(s->bits, 0, sizeof s->bits);
	for (uint32_t c = 0; c < (s->bytes ? 256u : 128u); c++)
		if (has_cased(s, c) != s->negate)
			s->bits[c / 32] |= 1u << c % 32;
	for (size_t i = 0; i < s->count; i++) {
		some |= s->ranges[i].high >= 0x80;
		all |= s->ranges[i].low <= 0x80 && s->ranges[i].high >= 0x10ffff;
	}
	some |= (s->classes & ~(1u << CLASS_ANY | 1u << CLASS_DIGIT | 1u << CLASS_XDIGIT)) != 0;
	some |= s->not_classes != 0;
	all |= s->classes >> CLASS_ANY & 1;
	all |= (s->not_classes & (1u << CLASS_DIGIT | 1u << CLASS_XDIGIT)) != 0;
	if (s->icase)
		some |= has_cased(s, 0x131) || has_cased(s, 0x17f);
	s->high = all         ? (s->negate ? HIGH_NONE : HIGH_ALL)
		  : some      ? HIGH_SOME
		  : s->negate ? HIGH_ALL
			      : HIGH_NONE;
	if (s->bytes)
		s->high = HIGH_NONE;
}

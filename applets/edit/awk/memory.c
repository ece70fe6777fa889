/* memory.c - blocks of memory and strings of awk
 *
 * Blocks come in size classes, each with a list of free ones; a new one is cut from a chunk of the arena.
 *
 * hot: every string is taken from here and comes back
 */
#include "awk.h"

enum { CHUNK = 65536, HUGE = 131072, STEP = 16, SMALL = 256 };

/* Classes 0..15 are multiples of 16; from there on four to each doubling. */
static unsigned class_of(size_t size)
{
	unsigned bits;

	if (size <= SMALL)
		return size ? (unsigned)((size - 1) / STEP) : 0;
	bits = 63 - (unsigned)__builtin_clzll(size - 1);
	return 16 + (bits - 8) * 4 + (unsigned)(((size - 1) >> (bits - 2)) & 3);
}

static size_t class_size(unsigned class)
{
	unsigned bits;

	if (class < 16)
		return (class + 1) * STEP;
	bits = 8 + (class - 16) / 4;
	return ((size_t)5 + (class - 16) % 4) << (bits - 2);
}

static void *take(struct awk *a, unsigned class)
{
	struct free_block *b = a->pool.free[class];
	size_t size;
	char *p;

	if (b) {
		a->pool.free[class] = b->next;
		return b;
	}
	size = class_size(class);
	if (size > CHUNK / 8)
		return arena_alloc(size);
	if ((size_t)(a->pool.end - a->pool.at) < size) {
		a->pool.at = arena_alloc(CHUNK);
		a->pool.end = a->pool.at + CHUNK;
	}
	p = a->pool.at;
	a->pool.at += size;
	return p;
}

static void give(struct awk *a, void *p, unsigned class)
{
	struct free_block *b = p;

	b->next = a->pool.free[class];
	a->pool.free[class] = b;
}

void *awk_heap_alloc(struct awk *a, size_t size)
{
	return take(a, class_of(size));
}

void awk_heap_free(struct awk *a, void *p, size_t size)
{
	if (p)
		give(a, p, class_of(size));
}

void *awk_heap_grow(struct awk *a, void *p, size_t old_size, size_t size)
{
	unsigned old = class_of(old_size), class = class_of(size);
	void *q;

	if (p && old == class)
		return p;
	if (p && class_size(old) >= HUGE)
		return arena_grow(p, class_size(old), class_size(class));
	q = take(a, class);
	if (p) {
		memcpy(q, p, old_size);
		give(a, p, old);
	}
	return q;
}

void awk_copy_text(char *to, const char *from, size_t len)
{
	struct chunk {
		char bytes[16];
	} last, next;

	if (len > 16) {
		memcpy(&last, from + len - 16, 16);
		for (size_t i = 0; i < len - 16; i += 16) {
			memcpy(&next, from + i, 16);
			memcpy(to + i, &next, 16);
		}
		memcpy(to + len - 16, &last, 16);
	} else if (len >= 8) {
		uint64_t x, y;

		memcpy(&x, from, 8);
		memcpy(&y, from + len - 8, 8);
		memcpy(to, &x, 8);
		memcpy(to + len - 8, &y, 8);
	} else if (len >= 4) {
		uint32_t x, y;

		memcpy(&x, from, 4);
		memcpy(&y, from + len - 4, 4);
		memcpy(to, &x, 4);
		memcpy(to + len - 4, &y, 4);
	} else if (len > 0) {
		char x = from[0], y = from[len / 2], z = from[len - 1];

		to[0] = x;
		to[len / 2] = y;
		to[len - 1] = z;
	}
}

struct str *awk_str_new(struct awk *a, size_t len)
{
	unsigned class = class_of(sizeof(struct str) + len + 1);
	struct str *s = take(a, class);

	s->refs = 1;
	s->class = (uint16_t) class;
	s->flags = 0;
	s->len = len;
	s->data[len] = 0;
	return s;
}

struct str *awk_str_make(struct awk *a, const char *p, size_t len)
{
	struct str *s = awk_str_new(a, len);

	if (len > 0)
		awk_copy_text(s->data, p, len);
	return s;
}

struct str *awk_str_const(struct awk *a, const char *s)
{
	return awk_str_make(a, s, strlen(s));
}

void awk_str_release(struct awk *a, struct str *s)
{
	if (--s->refs == 0)
		give(a, s, s->class);
}

size_t awk_str_room(const struct str *s)
{
	return class_size(s->class) - sizeof(struct str) - 1;
}

struct str *awk_str_grow(struct awk *a, struct str *s, size_t len)
{
	size_t old = class_size(s->class), size = sizeof(struct str) + len + 1;
	unsigned class;

	if (size <= old)
		return s;
	class = class_of(size);
	if (old >= HUGE) {
		s = arena_grow(s, old, class_size(class));
	} else {
		struct str *t = take(a, class);

		memcpy(t, s, sizeof(struct str) + s->len + 1);
		give(a, s, s->class);
		s = t;
	}
	s->class = (uint16_t) class;
	return s;
}

void awk_release_slowly(struct awk *a, struct value *v)
{
	if (v->type <= STRNUM)
		awk_str_release(a, v->str);
	else if (v->type == ARRAY)
		awk_table_release(a, v->table);
	else
		awk_iter_free(a, v->iter);
}

void awk_set_num(struct awk *a, struct value *v, double num)
{
	set_num(a, v, num);
}

void awk_set_str(struct awk *a, struct value *v, struct str *s)
{
	release(a, v);
	v->type = STRING;
	v->str = s;
}

/* arena_malloc.c - the arena for the sanitizers' build: every block is one of malloc's, so that a byte too far is seen */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "arena.h"

struct block {
	struct block *below;
	size_t size;
};

static struct block *top;

void *arena_alloc(size_t size)
{
	struct block *b = size < SIZE_MAX / 4 ? calloc(1, sizeof(*b) + size) : NULL;

	if (!b)
		arena_exhausted();
	b->below = top;
	b->size = size;
	top = b;
	return b + 1;
}

void *arena_grow(void *old, size_t old_size, size_t size)
{
	void *p;

	if (old && size <= old_size)
		return old;
	p = arena_alloc(size);
	return old_size ? memcpy(p, old, old_size) : p;
}

struct arena_mark arena_mark(void)
{
	return (struct arena_mark){ .large = top };
}

void arena_release(struct arena_mark mark)
{
	while (top != mark.large) {
		struct block *b = top;

		top = b->below;
		free(b);
	}
}

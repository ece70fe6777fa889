/* arena.c - memory that lives as long as the running applet
 *
 * Small blocks are cut off the top of chunks that form a stack; large ones are mappings of their own, in a
 * second stack, so that they can grow by mremap(2) and be given back at once. A mark is a place in both.
 */
#include <stdalign.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include "arena.h"
#include "late_bss.h"

enum { ALIGN = 16, FIRST_CHUNK = 32768, CHUNK = 262144, LARGE = 131072, PAGE = 4096 };

struct chunk {
	struct chunk *below;
	size_t size; /* with this header */
	size_t used;
};

struct large {
	struct large *below, *above;
	size_t size; /* of the mapping, with this header */
};

enum { CHUNK_HEADER = (sizeof(struct chunk) + ALIGN - 1) & ~(ALIGN - 1), LARGE_HEADER = 32 };

static alignas(
	ALIGN) char first[FIRST_CHUNK] LATE_BSS; /* no system call for the many applets that need no more */
static struct chunk *top;
static struct large *large_top;

static void *map(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		arena_exhausted();
	return p;
}

static size_t rounded(size_t size, size_t unit)
{
	if (size > SIZE_MAX / 2)
		arena_exhausted();
	return (size + unit - 1) & ~(unit - 1);
}

static void push_chunk(void)
{
	struct chunk *c;

	if (!top) {
		c = (struct chunk *)first;
		c->size = sizeof(first);
	} else {
		c = map(CHUNK);
		c->size = CHUNK;
	}
	c->below = top;
	c->used = CHUNK_HEADER;
	top = c;
}

static void *large_alloc(size_t size)
{
	size_t whole = rounded(size + LARGE_HEADER, PAGE);
	struct large *l = map(whole);

	l->size = whole;
	l->below = large_top;
	if (large_top)
		large_top->above = l;
	large_top = l;
	return (char *)l + LARGE_HEADER;
}

void *arena_alloc(size_t size)
{
	void *p;

	size = rounded(size ? size : 1, ALIGN);
	if (size >= LARGE)
		return large_alloc(size);
	if (!top || top->size - top->used < size)
		push_chunk();
	if (top->size - top->used < size)
		push_chunk();
	p = (char *)top + top->used;
	top->used += size;
	return p;
}

static void *large_grow(struct large *l, size_t size)
{
	size_t whole = rounded(size + LARGE_HEADER, PAGE);
	struct large *moved;

	if (whole <= l->size)
		return (char *)l + LARGE_HEADER;
	moved = mremap(l, l->size, whole, MREMAP_MAYMOVE);
	if (moved == MAP_FAILED)
		arena_exhausted();
	moved->size = whole;
	if (moved->below)
		moved->below->above = moved;
	if (moved->above)
		moved->above->below = moved;
	else
		large_top = moved;
	return (char *)moved + LARGE_HEADER;
}

void *arena_grow(void *old, size_t old_size, size_t size)
{
	size_t old_room = rounded(old_size ? old_size : 1, ALIGN);
	void *p;

	if (!old)
		return arena_alloc(size);
	if (size <= old_room)
		return old;
	if (old_room >= LARGE)
		return large_grow((struct large *)((char *)old - LARGE_HEADER), size);
	if (size < LARGE && top && (char *)old + old_room == (char *)top + top->used) {
		size_t more = rounded(size, ALIGN) - old_room;

		if (top->size - top->used >= more) {
			top->used += more;
			return old;
		}
	}
	p = arena_alloc(size);
	return memcpy(p, old, old_size);
}

struct arena_mark arena_mark(void)
{
	if (!top)
		push_chunk();
	return (struct arena_mark){ top, top->used, large_top };
}

void arena_release(struct arena_mark mark)
{
	while (large_top != mark.large) {
		struct large *l = large_top;

		large_top = l->below;
		munmap(l, l->size);
	}
	if (large_top)
		large_top->above = NULL;
	while (top != mark.chunk) {
		struct chunk *c = top;

		top = c->below;
		munmap(c, c->size);
	}
	memset((char *)top + mark.used, 0, top->used - mark.used);
	top->used = mark.used;
}

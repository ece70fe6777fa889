/* arena.h - memory that lives as long as the running applet
 *
 * All of it is zeroed when handed out and aligned to 16 bytes. When memory runs out the applet dies with
 * `memory exhausted`. The runner takes everything back when the applet ends; nothing is freed one by one.
 */
#ifndef ARENA_H
#define ARENA_H

#include <stddef.h>
#include "run.h"

/* Returns `size` bytes of zeroed memory. */
void *arena_alloc(size_t size);

/* Returns `count` * `size` zeroed bytes, with the product checked. */
void *arena_alloc_array(size_t count, size_t size);
#define arena_array(type, count) ((type *)arena_alloc_array((count), sizeof(type)))
#define arena_new(type)          ((type *)arena_alloc(sizeof(type)))

/* Returns a block of `size` bytes that begins with the `old_size` bytes of `old` (NULL for none). The last block
 * and blocks over 128 KiB grow in place or by remapping; other old blocks stay behind until the end. */
void *arena_grow(void *old, size_t old_size, size_t size);

/* Makes room for one more: returns `array` with room for more than `count` elements of `size` bytes, having
 * doubled *capacity when it was full. */
void *arena_reserve(void *array, size_t count, size_t *capacity, size_t size);

/* Copies of a string, of `len` bytes with a NUL appended, and of formatted text. */
char *arena_strdup(const char *s);
char *arena_memdup(const void *p, size_t len);
char *arena_printf(const char *fmt, ...) PRINTF(1, 2);

/* A point to which the arena can be put back, which frees all that was taken since. */
struct arena_mark {
	void *chunk;
	size_t used;
	void *large;
};
struct arena_mark arena_mark(void);
void arena_release(struct arena_mark mark);

/* Ends the applet with `memory exhausted`. */
_Noreturn void arena_exhausted(void);

#endif

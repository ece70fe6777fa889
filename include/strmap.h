/* strmap.h - a hash table from keys, any bytes, to strings */
#ifndef STRMAP_H
#define STRMAP_H

#include <stddef.h>

/* Zero it to begin; its memory is the arena's. */
struct strmap {
	struct strmap_entry **slots;
	size_t count, size;
};

/* Sets the value of a key of `len` bytes. Copies of both are kept; a NULL value takes the key out again. */
void strmap_set(struct strmap *m, const void *key, size_t len, const char *value);

/* Returns the value of a key, or NULL if it is not there. */
const char *strmap_get(const struct strmap *m, const void *key, size_t len);

#endif

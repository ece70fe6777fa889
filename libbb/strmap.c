/* strmap.c - a hash table from keys to strings */
#include <stdint.h>
#include <string.h>
#include "arena.h"
#include "strmap.h"

enum { FIRST_SIZE = 256 };

struct strmap_entry {
	uint64_t hash;
	const char *value; /* NULL: taken out */
	size_t key_len;
	char key[];
};

/* The slot where the key is, or would be. FNV-1a and linear probing. */
static struct strmap_entry **slot_of(const struct strmap *s, const void *key, size_t len, uint64_t *hash)
{
	const unsigned char *byte = key;
	size_t at;

	*hash = 0xcbf29ce484222325;
	for (size_t i = 0; i < len; i++)
		*hash = (*hash ^ byte[i]) * 0x100000001b3;
	at = (size_t)(*hash ^ *hash >> 32) & (s->size - 1);
	for (; s->slots[at]; at = (at + 1) & (s->size - 1)) {
		const struct strmap_entry *e = s->slots[at];

		if (e->hash == *hash && e->key_len == len && memcmp(e->key, key, len) == 0)
			break;
	}
	return &s->slots[at];
}

static void grow(struct strmap *s)
{
	struct strmap old = *s;
	uint64_t hash;

	s->size = old.size ? 2 * old.size : FIRST_SIZE;
	s->slots = arena_array(struct strmap_entry *, s->size);
	for (size_t i = 0; i < old.size; i++)
		if (old.slots[i])
			*slot_of(s, old.slots[i]->key, old.slots[i]->key_len, &hash) = old.slots[i];
}

void strmap_set(struct strmap *s, const void *key, size_t len, const char *value)
{
	struct strmap_entry **slot;
	uint64_t hash;

	if (2 * (s->count + 1) > s->size)
		grow(s);
	slot = slot_of(s, key, len, &hash);
	if (!*slot) {
		s->count++;
		*slot = arena_alloc(sizeof(**slot) + len);
		(*slot)->hash = hash;
		(*slot)->key_len = len;
		memcpy((*slot)->key, key, len);
	}
	(*slot)->value = value ? arena_strdup(value) : NULL;
}

const char *strmap_get(const struct strmap *s, const void *key, size_t len)
{
	struct strmap_entry *e;
	uint64_t hash;

	if (s->size == 0)
		return NULL;
	e = *slot_of(s, key, len, &hash);
	return e ? e->value : NULL;
}

/* array.c - the arrays of awk: hash tables whose elements keep the order in which they came
 *
 * hot: the programs that count and look up spend their time here
 */
#include "awk.h"

enum { FIRST_SIZE = 6 };
#define REMOVED UINT32_MAX /* the number of the entry, in the index */

struct table *awk_table_new(struct awk *a)
{
	struct table *t = awk_heap_alloc(a, sizeof(*t));

	*t = (struct table){ .refs = 1 };
	return t;
}

static COLD void release_entry(struct awk *a, struct entry *e)
{
	if (e->kind == STR_KEY)
		awk_str_release(a, e->key.str);
	release(a, &e->value);
	e->kind = GONE;
}

void awk_table_clear(struct awk *a, struct table *t)
{
	for (uint32_t i = 0; i < t->used; i++)
		if (t->entries[i].kind != GONE)
			release_entry(a, &t->entries[i]);
	awk_heap_free(a, t->entries, t->size * sizeof(struct entry));
	if (t->index)
		awk_heap_free(a, t->index, ((size_t)t->mask + 1) * sizeof(uint64_t));
	t->entries = NULL;
	t->index = NULL;
	t->count = t->used = t->size = t->mask = 0;
}

void awk_table_release(struct awk *a, struct table *t)
{
	if (--t->refs > 0)
		return;
	awk_table_clear(a, t);
	awk_heap_free(a, t, sizeof(*t));
}

void awk_int_key(struct key *key, int64_t num)
{
	key->is_int = true;
	key->num = num;
	key->str = NULL;
	key->hash = (uint32_t)(((uint64_t)num * 0x9E3779B97F4A7C15ULL) >> 32);
}

/* Whether the text is a whole number as awk would write it. */
static bool canonical_int(const char *p, size_t len, int64_t *num)
{
	bool negative = len > 1 && *p == '-';
	size_t i = negative;
	int64_t n = 0;

	if (len == 0 || len > 17 || (p[i] == '0' && len > 1))
		return false;
	for (; i < len; i++) {
		if (p[i] < '0' || p[i] > '9')
			return false;
		n = n * 10 + (p[i] - '0');
	}
	*num = negative ? -n : n;
	return true;
}

static uint64_t load(const char *p, size_t n)
{
	uint64_t x = 0;

	memcpy(&x, p, n);
	return x;
}

static uint64_t mix(uint64_t h, uint64_t x)
{
	h = (h ^ x) * 0x9E3779B97F4A7C15ULL;
	return h ^ h >> 29;
}

void awk_text_key(struct key *key, const char *p, size_t len)
{
	uint64_t h = len * 0xff51afd7ed558ccdULL;
	size_t n = len;
	int64_t num;

	key->str = NULL;
	if (len > 0 && (unsigned char)*p <= '9' && canonical_int(p, len, &num)) {
		awk_int_key(key, num);
		return;
	}
	key->is_int = false;
	key->p = p;
	key->len = len;
	for (; n >= 8; n -= 8, p += 8) {
		uint64_t x;

		memcpy(&x, p, 8);
		h = mix(h, x);
	}
	if (n >= 4) {
		uint32_t x, y;

		memcpy(&x, p, 4);
		memcpy(&y, p + n - 4, 4);
		h = mix(h, (uint64_t)y << 32 | x);
	} else if (n > 0) {
		h = mix(h, load(p, 1) | load(p + n / 2, 1) << 8 | load(p + n - 1, 1) << 16);
	}
	key->hash = (uint32_t)(h >> 32 ^ h);
}

void awk_make_key(struct awk *a, struct value *v, struct key *key)
{
	const char *p;
	size_t len;

	if (v->type == NUMBER && v->num == (double)(int32_t)v->num) {
		awk_int_key(key, (int32_t)v->num);
		return;
	}
	p = text_of(a, v, &len);
	awk_text_key(key, p, len);
	if (!key->is_int && (v->type == STRING || v->type == STRNUM))
		key->str = v->str;
}

static bool same_key(const struct entry *e, const struct key *key)
{
	if (key->is_int)
		return e->kind == INT_KEY && e->key.num == key->num;
	return e->kind == STR_KEY && e->key.str->len == key->len &&
	       memcmp(e->key.str->data, key->p, key->len) == 0;
}

/* Where in the index the key is; -1 if it is not there. */
static ptrdiff_t find(const struct table *t, const struct key *key)
{
	uint32_t i = key->hash & t->mask;

	if (!t->index)
		return -1;
	for (uint64_t x; (x = t->index[i]) != 0; i = (i + 1) & t->mask)
		if (x >> 32 == key->hash && (uint32_t)x != REMOVED &&
		    same_key(&t->entries[(uint32_t)x - 1], key))
			return i;
	return -1;
}

struct value *awk_table_find(const struct table *t, const struct key *key)
{
	ptrdiff_t at = find(t, key);

	return at < 0 ? NULL : &t->entries[(uint32_t)t->index[at] - 1].value;
}

static void put_index(struct table *t, uint32_t hash, uint32_t number)
{
	uint32_t i = hash & t->mask;

	while (t->index[i] != 0)
		i = (i + 1) & t->mask;
	t->index[i] = (uint64_t)hash << 32 | number;
}

/* Makes room for one more entry: drops those that are gone, or doubles the table. */
static void make_room(struct awk *a, struct table *t)
{
	uint32_t size = t->size ? t->size : FIRST_SIZE, slots, used = 0;

	if (t->size && t->count > t->size / 2)
		size = t->size * 2;
	if (size < t->size)
		arena_exhausted();
	for (uint32_t i = 0; i < t->used; i++)
		if (t->entries[i].kind != GONE) {
			if (i != used)
				t->entries[used] = t->entries[i];
			used++;
		}
	t->used = used;
	if (size != t->size)
		t->entries = awk_heap_grow(a, t->entries, t->size * sizeof(struct entry),
					   (size_t)size * sizeof(struct entry));
	t->size = size;
	for (slots = 8; slots < size + size / 3; slots *= 2)
		;
	if (slots != t->mask + 1 || !t->index) {
		if (t->index)
			awk_heap_free(a, t->index, ((size_t)t->mask + 1) * sizeof(uint64_t));
		t->index = awk_heap_alloc(a, (size_t)slots * sizeof(uint64_t));
		t->mask = slots - 1;
	}
	memset(t->index, 0, (size_t)slots * sizeof(uint64_t));
	for (uint32_t i = 0; i < used; i++)
		put_index(t, t->entries[i].hash, i + 1);
}

struct value *awk_table_get(struct awk *a, struct table *t, const struct key *key)
{
	ptrdiff_t at = find(t, key);
	struct entry *e;

	if (at >= 0)
		return &t->entries[(uint32_t)t->index[at] - 1].value;
	if (t->used == t->size)
		make_room(a, t);
	e = &t->entries[t->used++];
	e->hash = key->hash;
	e->value = (struct value){ .type = UNINIT };
	if (key->is_int) {
		e->kind = INT_KEY;
		e->key.num = key->num;
	} else {
		e->kind = STR_KEY;
		if (key->str)
			key->str->refs++;
		e->key.str = key->str ? key->str : awk_str_make(a, key->p, key->len);
	}
	t->count++;
	put_index(t, key->hash, t->used);
	return &e->value;
}

void awk_table_delete(struct awk *a, struct table *t, const struct key *key)
{
	ptrdiff_t at = find(t, key);
	uint32_t number;

	if (at < 0)
		return;
	number = (uint32_t)t->index[at];
	/* the chain may end here if nothing follows it */
	t->index[at] = t->index[((uint32_t)at + 1) & t->mask] == 0 ? 0 : REMOVED;
	release_entry(a, &t->entries[number - 1]);
	if (--t->count == 0)
		awk_table_clear(a, t);
}

struct str *awk_entry_key(struct awk *a, const struct entry *e)
{
	char digits[NUM_SIZE];

	if (e->kind == INT_KEY)
		return awk_str_const(a, num_to_str_signed(e->key.num, digits));
	e->key.str->refs++;
	return e->key.str;
}

static COLD struct value *get_named(struct awk *a, struct table *t, const char *name)
{
	struct key key;

	awk_text_key(&key, name, strlen(name));
	return awk_table_get(a, t, &key);
}

void awk_table_set_text(struct awk *a, struct table *t, const char *name, const char *text, enum type type)
{
	struct value *v = get_named(a, t, name);

	awk_set_str(a, v, awk_str_const(a, text));
	v->type = type;
}

void awk_table_set_num(struct awk *a, struct table *t, const char *name, double num)
{
	awk_set_num(a, get_named(a, t, name), num);
}

struct table *awk_to_table(struct awk *a, struct value *v)
{
	struct value *origin = v;

	if (v->type == ARRAY)
		return v->table;
	while (origin->type == REF)
		origin = origin->ref;
	if (origin->type == UNINIT) {
		origin->type = ARRAY;
		origin->table = awk_table_new(a);
	}
	if (origin->type != ARRAY)
		awk_fatal(a, "attempt to use scalar %s`%s' as an array",
			  v >= a->globals && v < a->globals + a->globals_count ? "" : "parameter ",
			  awk_variable_name(a, v));
	if (origin != v) {
		origin->table->refs++;
		v->type = ARRAY;
		v->table = origin->table;
	}
	return v->table;
}

struct table *awk_subtable(struct awk *a, struct table *t, struct value *index)
{
	struct key key;
	struct value *v;

	awk_make_key(a, index, &key);
	v = awk_table_get(a, t, &key);
	if (v->type == UNINIT) {
		v->type = ARRAY;
		v->table = awk_table_new(a);
	}
	if (v->type == REF)
		return awk_to_table(a, v->ref);
	if (v->type != ARRAY)
		awk_fatal(a, "attempt to use a scalar value as array");
	return v->table;
}

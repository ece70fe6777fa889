/* sort.c - the orders of arrays: asort(), asorti(), PROCINFO["sorted_in"] */
#include <ctype.h>
#include "awk.h"

/* One element while it is being sorted. */
struct item {
	struct value key, value;
};

enum order_kind {
	BY_INDEX_STRING,
	BY_INDEX_NUMBER,
	BY_VALUE_TYPE,
	BY_VALUE_STRING,
	BY_VALUE_NUMBER,
	BY_FUNCTION,
	UNSORTED
};

struct order {
	struct awk *a;
	enum order_kind kind;
	bool descending;
	const struct func *func;
};

/* Reads @ind_str_asc and its like, or the name of a function. Returns false if it is neither. */
static bool read_order(struct awk *a, const char *name, size_t len, struct order *o)
{
	static const char *const names[] = { "@ind_str", "@ind_num", "@val_type", "@val_str", "@val_num" };
	size_t n = len;

	*o = (struct order){ .a = a, .kind = UNSORTED };
	if (len == 9 && memcmp(name, "@unsorted", 9) == 0)
		return true;
	if (n > 5 && memcmp(name + n - 5, "_desc", 5) == 0) {
		o->descending = true;
		n -= 5;
	} else if (n > 4 && memcmp(name + n - 4, "_asc", 4) == 0) {
		n -= 4;
	}
	for (size_t i = 0; n < len && i < sizeof(names) / sizeof(*names); i++)
		if (strlen(names[i]) == n && memcmp(name, names[i], n) == 0) {
			o->kind = (enum order_kind)i;
			return true;
		}
	o->kind = BY_FUNCTION;
	o->func = awk_find_function(a, name, len);
	return o->func;
}

static int compare_num(double x, double y)
{
	return x < y ? -1 : x > y;
}

static int compare_strings(struct awk *a, struct value *x, struct value *y)
{
	size_t n, m;
	const char *p = text_of(a, x, &n), *q = text_of(a, y, &m);

	return awk_compare_text(a, p, n, q, m);
}

/* Numbers, then strings, then arrays. */
static int type_rank(struct awk *a, struct value *v)
{
	double num;

	return v->type == ARRAY                                                    ? 2
	       : v->type != UNINIT && v->type != STRING && awk_numeric(a, v, &num) ? 0
										   : 1;
}

static int compare_values(struct awk *a, struct value *x, struct value *y)
{
	int i = type_rank(a, x), j = type_rank(a, y);

	if (i != j || i == 2)
		return i - j;
	return i == 0 ? compare_num(awk_to_num(a, x), awk_to_num(a, y)) : compare_strings(a, x, y);
}

static int call_order(const struct order *o, struct item *x, struct item *y)
{
	struct value result = { .type = UNINIT };
	struct value *args[] = { &x->key, &x->value, &y->key, &y->value };
	double d;

	awk_call_function(o->a, o->func, args, 4, &result);
	d = awk_to_num(o->a, &result);
	release(o->a, &result);
	return d < 0 ? -1 : d > 0;
}

static int compare_items(const struct order *o, struct item *x, struct item *y)
{
	struct awk *a = o->a;
	int c = 0;

	switch (o->kind) {
	case BY_FUNCTION:
		return call_order(o, x, y);
	case BY_INDEX_NUMBER:
		c = compare_num(awk_to_num(a, &x->key), awk_to_num(a, &y->key));
		break;
	case BY_VALUE_TYPE:
		c = compare_values(a, &x->value, &y->value);
		break;
	case BY_VALUE_STRING:
	case BY_VALUE_NUMBER:
		if (x->value.type == ARRAY || y->value.type == ARRAY)
			c = (x->value.type == ARRAY) - (y->value.type == ARRAY);
		else if (o->kind == BY_VALUE_STRING)
			c = compare_strings(a, &x->value, &y->value);
		else
			c = compare_num(awk_to_num(a, &x->value), awk_to_num(a, &y->value));
		if (c == 0 && o->kind == BY_VALUE_NUMBER && x->value.type != ARRAY)
			c = compare_strings(a, &x->value, &y->value);
		break;
	default:
		break;
	}
	if (c == 0)
		c = compare_strings(a, &x->key, &y->key);
	return o->descending ? -c : c;
}

/* Merge sort: it stays within bounds however the function of the user answers. */
static void sort_items(const struct order *o, struct item *items, struct item *spare, size_t n)
{
	size_t half = n / 2, i = 0, j = half, k = 0;

	if (n < 2)
		return;
	sort_items(o, items, spare, half);
	sort_items(o, items + half, spare, n - half);
	if (compare_items(o, &items[half - 1], &items[half]) <= 0)
		return;
	memcpy(spare, items, half * sizeof(*items));
	while (i < half && j < n)
		items[k++] = compare_items(o, &spare[i], &items[j]) <= 0 ? spare[i++] : items[j++];
	memcpy(items + k, spare + i, (half - i) * sizeof(*items));
}

/* The elements, sorted, in memory of the pool for 3/2 of them. */
static struct item *sorted_items(struct awk *a, struct table *t, const struct order *o)
{
	size_t n = 0, count = t->count;
	struct item *items = awk_heap_alloc(a, (count + count / 2 + 1) * sizeof(*items));

	for (uint32_t i = 0; i < t->used; i++) {
		struct entry *e = &t->entries[i];

		if (e->kind == GONE)
			continue;
		items[n].key = (struct value){ .type = STRNUM, .str = awk_entry_key(a, e) };
		if (o->kind != BY_INDEX_NUMBER)
			items[n].key.type = STRING;
		items[n].value = (struct value){ .type = UNINIT };
		awk_copy_value(a, &items[n].value, e->value.type == REF ? e->value.ref : &e->value);
		n++;
	}
	if (o->kind != UNSORTED)
		sort_items(o, items, items + n, n);
	return items;
}

static void free_items(struct awk *a, struct item *items, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		release(a, &items[i].key);
		release(a, &items[i].value);
	}
	awk_heap_free(a, items, (n + n / 2 + 1) * sizeof(*items));
}

struct iter *awk_sorted_keys(struct awk *a, struct table *t)
{
	struct iter *it = awk_heap_alloc(a, sizeof(*it) + t->count * sizeof(it->keys[0]));
	struct table *info = awk_to_table(a, &a->globals[V_PROCINFO]);
	struct order o;
	struct value *v = NULL;
	struct key key;
	const char *name;
	size_t len;

	it->count = t->count;
	it->at = 0;
	if (info->count > 0) {
		awk_text_key(&key, "sorted_in", 9);
		v = awk_table_find(info, &key);
	}
	if (v && v->type >= STRING) {
		struct item *items;

		name = text_of(a, v, &len);
		if (read_order(a, name, len, &o) && o.kind != UNSORTED) {
			items = sorted_items(a, t, &o);
			for (size_t i = 0; i < it->count; i++) {
				it->keys[i] = items[i].key.str;
				it->keys[i]->refs++;
			}
			free_items(a, items, it->count);
			return it;
		}
	}
	for (uint32_t i = 0, n = 0; i < t->used; i++)
		if (t->entries[i].kind != GONE)
			it->keys[n++] = awk_entry_key(a, &t->entries[i]);
	return it;
}

void awk_iter_free(struct awk *a, struct iter *it)
{
	for (size_t i = it->at; i < it->count; i++)
		awk_str_release(a, it->keys[i]);
	awk_heap_free(a, it, sizeof(*it) + it->count * sizeof(it->keys[0]));
}

void awk_sort_array(struct awk *a, struct value *dst, struct value **args, int n, bool keys)
{
	struct table *from = awk_to_table(a, args[0]), *to = n > 1 ? awk_to_table(a, args[1]) : from;
	const char *name = keys ? "@ind_str_asc" : "@val_type_asc";
	size_t len = strlen(name), count = from->count;
	struct item *items;
	struct order o;

	if (n > 2)
		name = text_of(a, args[2], &len);
	if (!read_order(a, name, len, &o))
		awk_fatal(a, "%s: sort function `%.*s' not defined", keys ? "asorti" : "asort", (int)len,
			  name);
	items = sorted_items(a, from, &o);
	awk_table_clear(a, to);
	for (size_t i = 0; i < count; i++) {
		struct key key;

		awk_int_key(&key, (int64_t)i + 1);
		items[i].key.type = STRING;
		awk_copy_value(a, awk_table_get(a, to, &key), keys ? &items[i].key : &items[i].value);
	}
	free_items(a, items, count);
	awk_set_num(a, dst, count_num(count));
}

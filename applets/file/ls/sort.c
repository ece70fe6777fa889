/* sort.c - the orders of ls */
#include "ls.h"
#include "vercmp.h"

/* An entry with the first bytes of its name (after what all names share) or its time or size, which mostly decide. */
struct sortable {
	uint64_t key;
	struct entry *entry;
};

/* What an order is made of. */
struct order {
	struct ls *ls;
	size_t shared; /* bytes that all names begin with */
	bool descending;
};

static int compare_names(const struct order *o, const struct entry *a, const struct entry *b)
{
	return strcmp(a->name + o->shared, b->name + o->shared);
}

/* The last dot of a name, or its end. */
static const char *extension(const struct entry *e)
{
	const char *dot = mem_rchr(e->name, '.', e->len);

	return dot ? dot : e->name + e->len;
}

/* Whether a is a directory and b is not, less than 0; or the other way round. */
static int compare_kinds(const struct entry *a, const struct entry *b)
{
	return (S_ISDIR(b->mode) || S_ISDIR(b->target_mode)) - (S_ISDIR(a->mode) || S_ISDIR(a->target_mode));
}

static int compare_times(const struct info *a, const struct info *b)
{
	static const struct info none;

	a = a ? a : &none;
	b = b ? b : &none;
	if (a->time.tv_sec != b->time.tv_sec)
		return a->time.tv_sec > b->time.tv_sec ? -1 : 1;
	return (a->time.tv_nsec < b->time.tv_nsec) - (a->time.tv_nsec > b->time.tv_nsec);
}

static int compare_sizes(const struct info *a, const struct info *b)
{
	off_t x = a ? a->st.st_size : 0, y = b ? b->st.st_size : 0;

	return (x < y) - (x > y);
}

static int compare_keys(const struct order *o, struct entry *a, struct entry *b)
{
	switch (o->ls->sort) {
	case SORT_TIME:
		return compare_times(a->info, b->info);
	case SORT_SIZE:
		return compare_sizes(a->info, b->info);
	case SORT_EXTENSION:
		return strcmp(extension(a), extension(b));
	case SORT_VERSION:
		return version_compare(a->name, a->len, b->name, b->len);
	case SORT_WIDTH: {
		size_t x = name_width(o->ls, a), y = name_width(o->ls, b);

		return (x > y) - (x < y);
	}
	default:
		return 0;
	}
}

static bool in_order(const struct order *o, const struct sortable *a, const struct sortable *b)
{
	struct entry *x = a->entry, *y = b->entry;
	int result;

	if (o->ls->directories_first && (result = compare_kinds(x, y)) != 0)
		return result < 0;
	if (a->key != b->key)
		return (a->key < b->key) != o->descending;
	result = compare_keys(o, x, y);
	if (result == 0)
		result = compare_names(o, x, y);
	return o->descending ? result >= 0 : result <= 0;
}

/* Merges two sorted runs that follow each other; `out` has room for the first. */
static void merge(const struct order *o, struct sortable *a, size_t a_count, size_t b_count,
		  struct sortable *out)
{
	struct sortable *b = a + a_count, *b_end = b + b_count, *end = out + a_count, *to = a;

	if (in_order(o, b - 1, b))
		return;
	memcpy(out, a, a_count * sizeof(*a));
	while (out < end && b < b_end)
		*to++ = in_order(o, out, b) ? *out++ : *b++;
	memcpy(to, out, (size_t)(end - out) * sizeof(*out));
}

static void merge_sort(const struct order *o, struct sortable *a, size_t count, struct sortable *room)
{
	size_t half = count / 2;

	if (count < 2)
		return;
	merge_sort(o, a, half, room);
	merge_sort(o, a + half, count - half, room);
	merge(o, a, half, count - half, room);
}

/* The number of bytes that all names begin with. */
static size_t shared_beginning(const struct ls *ls)
{
	const struct entry *e = ls->entries;
	size_t shared = e->len;

	for (size_t i = 1; i < ls->found; i++)
		for (size_t k = 0; k < shared; k++)
			if (e->name[k] != e[i].name[k])
				shared = k;
	return shared;
}

/* The eight bytes of a name that follow the shared ones, as a number. */
static uint64_t name_key(const char *name)
{
	uint64_t key = 0;

	for (int i = 0; i < 8; i++) {
		key = key << 8 | (unsigned char)*name;
		name += *name != 0;
	}
	return key;
}

void sort_entries(struct ls *ls)
{
	struct order o = { .ls = ls, .descending = ls->reverse };
	struct sortable *all;

	ls->count = ls->found;
	ls->sorted = arena_array(struct entry *, ls->count + 1);
	if (ls->sort == SORT_NONE || ls->found < 2) {
		for (size_t i = 0; i < ls->found; i++)
			ls->sorted[i] = &ls->entries[i];
		return;
	}
	o.shared = shared_beginning(ls);
	all = arena_array(struct sortable, ls->found + ls->found / 2);
	for (size_t i = 0; i < ls->found; i++) {
		all[i].entry = &ls->entries[i];
		all[i].key = ls->sort == SORT_NAME ? name_key(ls->entries[i].name + o.shared) : 0;
	}
	merge_sort(&o, all, ls->found, all + ls->found);
	for (size_t i = 0; i < ls->found; i++)
		ls->sorted[i] = all[i].entry;
}

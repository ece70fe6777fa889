/* blocksort.c - the Burrows-Wheeler transform: the rotations of a block in order
 *
 * hot: half of what bzip2 does
 *
 * A rotation is smaller than the next one, or larger. The small ones that come after a large one, the valleys, are sorted
 * first: by their bytes as far as the next valley at least, and then by the ranks of the valleys that follow, twice as
 * many each time. All others follow from them: in two passes over the rows, each rotation puts the one before it in
 * its place.
 *
 * Follows Itoh and Tanaka, "An efficient method for in memory construction of suffix arrays", 1999; Larsson and Sadakane,
 * "Faster suffix sorting", 2007; Nong, Zhang and Chan, "Two efficient algorithms for linear time suffix array construction", 2011.
 */
#include "arena.h"
#include "internal.h"
#include "blocksort.h"

enum { SMALL = 12, DEEP = 26 };

#define PLACE ((1u << 20) - 1)

/* A valley while it is sorted. */
struct item {
	uint64_t key;
	uint32_t place, number; /* in the text; among the valleys */
};

struct block_sorter {
	unsigned char *text; /* with what is at its other end before and after it */
	uint32_t n, valleys;
	uint32_t *
		rows; /* a rotation's place, and from bit 20 the byte before it; before that, lists of groups */
	uint32_t *places; /* of the valleys, as they come */
	uint32_t *order;  /* their numbers, sorted */
	uint32_t *rank;   /* by number: where its group begins in `order` */
	uint32_t *groups; /* of equal ones: begin and end of each */
	uint32_t group_count;
	uint32_t random;
	struct item *items;
	uint32_t pairs[65537];
};

struct block_sorter *block_sorter_new(unsigned size)
{
	struct block_sorter *s = arena_new(struct block_sorter);

	s->text = (unsigned char *)arena_alloc(size + 32) + 16;
	s->rows = arena_array(uint32_t, size + 4);
	s->places = arena_array(uint32_t, size / 2 + 2);
	s->order = arena_array(uint32_t, size / 2 + 2);
	s->rank = arena_array(uint32_t, size / 2 + 2);
	s->items = arena_array(struct item, size / 2 + 2);
	return s;
}

unsigned char *block_sorter_text(struct block_sorter *s)
{
	return s->text;
}

static void insertion_sort(struct item *a, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct item x = a[i];
		size_t j = i;

		for (; j > 0 && a[j - 1].key > x.key; j--)
			a[j] = a[j - 1];
		a[j] = x;
	}
}

static uint64_t middle(uint64_t a, uint64_t b, uint64_t c)
{
	uint64_t low = a < b ? a : b, high = a < b ? b : a;

	return c < low ? low : c > high ? high : c;
}

/* Sorts items by their keys: quicksort in three parts. */
static void sort_items(struct block_sorter *s, struct item *a, size_t n)
{
	while (n > SMALL) {
		size_t low = 0, i = 0, high = n;
		uint64_t pivot;

		s->random = s->random * 1664525 + 1013904223;
		pivot = middle(a[s->random % n].key, a[n / 2].key, a[(s->random >> 7) % n].key);
		while (i < high) {
			struct item x = a[i];

			if (x.key < pivot) {
				a[i++] = a[low];
				a[low++] = x;
			} else if (x.key > pivot) {
				a[i] = a[--high];
				a[high] = x;
			} else {
				i++;
			}
		}
		if (low < n - high) {
			sort_items(s, a, low);
			a += high;
			n -= high;
		} else {
			sort_items(s, a + high, n - high);
			n = low;
		}
	}
	insertion_sort(a, n);
}

/* Eight bytes as a number. */
static inline uint64_t key_at(const struct block_sorter *s, uint64_t at)
{
	if (at >= s->n)
		at %= s->n;
	return __builtin_bswap64(load64(s->text + at));
}

/* Sets the rank of a group of equal valleys, and notes that it has to be sorted. */
static void add_group(struct block_sorter *s, uint32_t begin, uint32_t end)
{
	for (uint32_t i = begin; i < end; i++)
		s->rank[s->order[i]] = begin;
	if (end - begin > 1) {
		s->groups[2 * s->group_count] = begin;
		s->groups[2 * s->group_count++ + 1] = end;
	}
}

/* How far it is to the next valley. */
static uint32_t distance_after(const struct block_sorter *s, uint32_t number)
{
	if (number + 1 < s->valleys)
		return s->places[number + 1] - s->places[number];
	return s->n - s->places[number] + s->places[0];
}

/* Sorts the items, which are order[begin...] and equal in their first `depth` bytes. */
static void sort_by_bytes(struct block_sorter *s, struct item *items, uint32_t count, uint32_t begin,
			  uint32_t depth)
{
	for (uint32_t i = 0; i < count; i++)
		items[i].key = key_at(s, (uint64_t)items[i].place + depth);
	sort_items(s, items, count);
	for (uint32_t i = 0; i < count; i++)
		s->order[begin + i] = items[i].number;
	depth += 8;
	for (uint32_t i = 0, end; i < count; i = end) {
		for (end = i + 1; end < count && items[end].key == items[i].key;)
			end++;
		if (end - i > 1 && (depth < DEEP || depth <= distance_after(s, items[i].number)))
			sort_by_bytes(s, items + i, end - i, begin + i, depth);
		else
			add_group(s, begin + i, begin + end);
	}
}

/* Finds the valleys. Returns false if there are none: all bytes are the same. */
static bool find_valleys(struct block_sorter *s)
{
	const unsigned char *t = s->text;
	uint32_t n = s->n, i = 0, *end = s->places + n / 2 + 1, *at = end;
	bool small, last_small;

	while (i < n && t[i] == t[n - 1])
		i++;
	if (i == n)
		return false;
	small = last_small = t[n - 1] < t[i];
	for (i = n - 1; i > 0; i--) {
		bool before = t[i - 1] < t[i] || (t[i - 1] == t[i] && small);

		if (small && !before)
			*--at = i;
		small = before;
	}
	if (small && !last_small)
		*--at = 0;
	s->valleys = (uint32_t)(end - at);
	memmove(s->places, at, s->valleys * sizeof(*at));
	return true;
}

/* Sorts the valleys by their bytes: first by two. */
static void sort_valleys(struct block_sorter *s)
{
	uint32_t *pairs = s->pairs, sum = 0;

	memset(pairs, 0, sizeof(s->pairs));
	for (uint32_t i = 0; i < s->valleys; i++)
		pairs[s->text[s->places[i]] << 8 | s->text[s->places[i] + 1]]++;
	for (unsigned p = 0; p <= 65536; p++) {
		uint32_t count = pairs[p];

		pairs[p] = sum;
		sum += p < 65536 ? count : 0;
	}
	for (uint32_t i = 0; i < s->valleys; i++)
		s->order[pairs[s->text[s->places[i]] << 8 | s->text[s->places[i] + 1]]++] = i;
	for (unsigned p = 0; p < 65536; p++) { /* now each count is where the next begins */
		uint32_t begin = p > 0 ? pairs[p - 1] : 0, count = pairs[p] - begin;

		for (uint32_t i = 0; i < count; i++) {
			s->items[i].number = s->order[begin + i];
			s->items[i].place = s->places[s->items[i].number];
		}
		if (count > 0)
			sort_by_bytes(s, s->items, count, begin, 2);
	}
}

/* Sorts a group by the ranks of the valleys that are `ahead`. */
static void sort_by_ranks(struct block_sorter *s, uint32_t begin, uint32_t end, uint32_t ahead)
{
	struct item *items = s->items;
	uint32_t count = end - begin;

	for (uint32_t i = 0; i < count; i++) {
		uint32_t number = s->order[begin + i], next = number + ahead;

		items[i].number = number;
		items[i].key = s->rank[next < s->valleys ? next : next - s->valleys];
	}
	sort_items(s, items, count);
	for (uint32_t i = 0; i < count; i++)
		s->order[begin + i] = items[i].number;
	for (uint32_t i = 0, to; i < count; i = to) {
		for (to = i + 1; to < count && items[to].key == items[i].key;)
			to++;
		add_group(s, begin + i, begin + to);
	}
}

/* Sorts the groups by more and more of what follows. Those that are equal then are so all the way round. */
static void sort_groups(struct block_sorter *s)
{
	uint32_t *lists[2] = { s->rows, s->rows + s->n / 2 + 2 };

	for (uint32_t ahead = 1; s->group_count > 0 && ahead < s->valleys; ahead *= 2) {
		uint32_t *list = s->groups, count = s->group_count;

		s->groups = lists[list == lists[0]];
		s->group_count = 0;
		for (uint32_t i = 0; i < count; i++)
			sort_by_ranks(s, list[2 * i], list[2 * i + 1], ahead);
	}
}

/* Puts the rotation before that at `place` into a row. */
static inline void put(const struct block_sorter *s, uint32_t place, uint32_t row)
{
	place = place > 0 ? place - 1 : s->n - 1;
	s->rows[row] = place | (uint32_t)s->text[(int32_t)place - 1] << 20;
}

/* Puts all rotations into their rows: the large ones after those that follow them, upwards, then the small ones, downwards. */
static void induce(struct block_sorter *s)
{
	uint32_t begin[257] = { 0 }, next[256], tail[256], seed = 0;

	for (uint32_t i = 0; i < s->n; i++)
		begin[s->text[i] + 1]++;
	for (unsigned c = 0; c < 256; c++) {
		begin[c + 1] += begin[c];
		next[c] = begin[c];
		tail[c] = begin[c + 1];
	}
	for (unsigned c = 0; c < 256; c++) {
		for (uint32_t i = begin[c]; i < next[c]; i++) {
			uint32_t row = s->rows[i], b = row >> 20;

			if (b >= c)
				put(s, row & PLACE, next[b]++);
		}
		for (; seed < s->valleys && s->text[s->places[s->order[seed]]] == c; seed++) {
			uint32_t place = s->places[s->order[seed]];

			put(s, place, next[s->text[(int32_t)place - 1]]++);
		}
	}
	for (unsigned c = 256; c-- > 0;) {
		uint32_t i;

		for (i = begin[c + 1]; i > tail[c];) {
			uint32_t row = s->rows[--i], b = row >> 20;

			if (b <= c)
				put(s, row & PLACE, --tail[b]);
		}
		while (i > begin[c]) {
			uint32_t row = s->rows[--i], b = row >> 20;

			if (b < c)
				put(s, row & PLACE, --tail[b]);
		}
	}
}

unsigned block_sort(struct block_sorter *s, unsigned n, unsigned char *last)
{
	unsigned char *t = s->text;
	unsigned origin = 0;

	s->n = n;
	for (unsigned i = 0; i < 16; i++)
		t[n + i] = t[i % n];
	t[-1] = t[n - 1];
	if (!find_valleys(s)) {
		memset(last, t[0], n);
		return 0;
	}
	s->groups = s->rows;
	s->group_count = 0;
	sort_valleys(s);
	sort_groups(s);
	induce(s);
	for (unsigned i = 0; i < n; i++) {
		if ((s->rows[i] & PLACE) == 0)
			origin = i;
		last[i] = (unsigned char)(s->rows[i] >> 20);
	}
	return origin;
}

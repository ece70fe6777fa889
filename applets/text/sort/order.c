/* order.c - sorting lines in memory
 *
 * Quicksort into three parts by the eight bytes or the number that each line carries along; the middle part, where these are
 * equal, goes on with the next eight bytes of the lines if they are compared as they are, else with whole comparisons in
 * a merge sort.
 *
 * hot: most of the time of sort
 */
#include "sort.h"

enum { FEW = 16 };

/* The whole order: no two lines are equal. Lines that are compared as they are agree up to `depth`. */
static bool is_less(const struct sorter *s, const struct line *a, const struct line *b, size_t depth)
{
	int order;

	if (a->cache != b->cache)
		return a->cache < b->cache;
	if (s->plain) {
		size_t a_left = a->len - depth, b_left = b->len - depth;

		order = memcmp(a->text + depth, b->text + depth, a_left < b_left ? a_left : b_left);
		if (order)
			return order < 0;
		if (a_left != b_left)
			return a_left < b_left;
	} else {
		order = compare_lines(s, a, b);
		if (order)
			return order < 0;
	}
	return a->text < b->text;
}

static void insertion_sort(const struct sorter *s, struct line *a, size_t n, size_t depth)
{
	for (size_t i = 1; i < n; i++) {
		struct line line = a[i];
		size_t at = i;

		for (; at > 0 && is_less(s, &line, &a[at - 1], depth); at--)
			a[at] = a[at - 1];
		a[at] = line;
	}
}

/* Sorts by whole comparisons; `spare` has room for half. */
static void merge_sort(const struct sorter *s, struct line *a, size_t n, struct line *spare)
{
	size_t half = n / 2, i = 0, j = half, to = 0;

	if (n <= 6) {
		insertion_sort(s, a, n, 0);
		return;
	}
	merge_sort(s, a, half, spare);
	merge_sort(s, a + half, n - half, spare);
	if (is_less(s, &a[half - 1], &a[half], 0))
		return;
	memcpy(spare, a, half * sizeof(*a));
	while (i < half && j < n)
		if (is_less(s, &a[j], &spare[i], 0))
			a[to++] = a[j++];
		else
			a[to++] = spare[i++];
	memcpy(a + to, spare + i, (half - i) * sizeof(*a));
}

/* Prepares lines with equal bytes from `depth` to `depth` + 8 for the next eight. Those that end before come first, and need
 * only be sorted by length; returns how many they are. */
static size_t go_deeper(struct line *a, size_t n, size_t depth)
{
	size_t ended = 0;

	for (size_t i = 0; i < n; i++) {
		struct line *line = &a[i];

		if (line->len - depth > 8) {
			line->cache = leading_bytes(line->text + depth + 8, line->len - depth - 8);
		} else {
			struct line swap = *line;

			*line = a[ended];
			swap.cache = swap.len - depth;
			a[ended++] = swap;
		}
	}
	return ended;
}

/* Moves the lines that are less than the pivot before, those that are greater behind. */
static void partition(struct line *a, size_t n, uint64_t pivot, size_t *less, size_t *greater)
{
	size_t low = 0, high = n, i = 0;

	while (i < high) {
		struct line swap = a[i];

		if (swap.cache < pivot) {
			a[i++] = a[low];
			a[low++] = swap;
		} else if (swap.cache > pivot) {
			a[i] = a[--high];
			a[high] = swap;
		} else {
			i++;
		}
	}
	*less = low;
	*greater = high;
}

static uint64_t middle(uint64_t a, uint64_t b, uint64_t c)
{
	if (a > b) {
		uint64_t swap = a;

		a = b;
		b = swap;
	}
	return c < a ? a : c > b ? b : c;
}

static uint64_t choose_pivot(const struct line *a, size_t n)
{
	size_t step = n / 8;

	if (n < 256)
		return middle(a[0].cache, a[n / 2].cache, a[n - 1].cache);
	return middle(middle(a[0].cache, a[step].cache, a[2 * step].cache),
		      middle(a[3 * step].cache, a[4 * step].cache, a[5 * step].cache),
		      middle(a[6 * step].cache, a[7 * step].cache, a[n - 1].cache));
}

/* A part still to be sorted. */
struct part {
	struct line *lines;
	size_t count, depth;
};

static void sort_part(const struct sorter *s, struct part part);

/* Sorts the two smaller of three parts; returns the largest. */
static struct part sort_smaller(const struct sorter *s, struct part parts[3])
{
	size_t largest = 0;

	for (size_t i = 1; i < 3; i++)
		if (parts[i].count > parts[largest].count)
			largest = i;
	for (size_t i = 0; i < 3; i++)
		if (i != largest)
			sort_part(s, parts[i]);
	return parts[largest];
}

static void turn_round(struct line *a, size_t n)
{
	for (size_t i = 0, j = n; i + 1 < j; i++) {
		struct line swap = a[i];

		a[i] = a[--j];
		a[j] = swap;
	}
}

/* Orders lines whose first keys are equal by the next key, or by all they are if there is none. */
static void sort_by_next(const struct sorter *s, struct line *a, size_t n)
{
	struct sorter next = *s;

	if (next.keys_count > 0) {
		next.keys++;
		next.keys_count--;
	}
	next.plain = next.keys_count == 0 && !s->stable && !s->unique;
	for (size_t i = 0; i < n; i++)
		prepare_line(&next, &a[i]);
	sort_part(&next, (struct part){ a, n, 0 });
	if (next.plain && s->reverse)
		turn_round(a, n);
}

/* Orders lines of equal caches by what is left to compare. */
static void sort_equal(const struct sorter *s, struct line *a, size_t n)
{
	struct arena_mark mark = arena_mark();

	if (n > FEW && s->keys_count > 0 && caches_are_all(s, a, n)) {
		sort_by_next(s, a, n);
		return;
	}
	merge_sort(s, a, n, arena_array(struct line, n / 2 + 1));
	arena_release(mark);
}

/* A depth of SIZE_MAX means that lines of the same cache are the same. */
static void sort_part(const struct sorter *s, struct part part)
{
	while (part.count > FEW || (part.depth == SIZE_MAX && part.count > 1)) {
		struct line *a = part.lines, *equal;
		size_t less, greater, count, ended = 0;

		partition(a, part.count, choose_pivot(a, part.count), &less, &greater);
		equal = a + less;
		count = greater - less;
		if (part.depth == SIZE_MAX) {
			count = 0;
		} else if (!s->plain) {
			if (count > 1)
				sort_equal(s, equal, count);
			count = 0;
		} else {
			ended = go_deeper(equal, count, part.depth);
			sort_part(s, (struct part){ equal, ended, SIZE_MAX });
		}
		part = sort_smaller(s,
				    (struct part[3]){ { a, less, part.depth },
						      { equal + ended, count - ended * (count > 0),
							part.depth == SIZE_MAX ? SIZE_MAX : part.depth + 8 },
						      { a + greater, part.count - greater, part.depth } });
	}
	if (part.depth != SIZE_MAX)
		insertion_sort(s, part.lines, part.count, part.depth);
}

void sort_lines(const struct sorter *s, struct line *lines, size_t count)
{
	size_t i = 1;

	while (i < count && is_less(s, &lines[i - 1], &lines[i], 0))
		i++;
	if (i < count)
		sort_part(s, (struct part){ lines, count, 0 });
}

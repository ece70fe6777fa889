/* merge.c - --merge: a hunk that does not match is merged with what stands in its place, as diff3 does */
#include "linediff.h"
#include "patch.h"

/* As many pairs of lines are compared at most to find the place of a hunk. */
#define PAIRS ((size_t)1 << 22)

static bool same(const struct patch *p, size_t at, const struct line *l)
{
	return (size_t)(p->starts[at + 1] - p->starts[at]) == l->len &&
	       memcmp(p->starts[at], l->text, l->len) == 0;
}

/* Finds the lines `from` up to `to` of the file that the fewest lines have to be taken from and put into to make them the old
 * lines of the hunk; of several such places the nearest to the one expected. */
static void find_region(const struct patch *p, const struct hunk *h, size_t *from, size_t *to)
{
	const struct lines *old = &h->sides[0].lines;
	size_t guess = h->sides[0].first - 1 + (size_t)p->offset, reach = PAIRS / (old->count + 1);
	size_t low = p->copied, high = p->lines;
	struct place {
		size_t cost, start; /* to get here, and from where */
	} * row;

	guess = guess < low ? low : guess > high ? high : guess;
	low = guess - low > reach ? guess - reach : low;
	high = high - guess > reach ? guess + reach : high;
	row = arena_array(struct place, high - low + 1);
	for (size_t j = low; j <= high; j++)
		row[j - low].start = j;
	for (size_t i = 0; i < old->count; i++) {
		struct place diagonal = row[0];

		row[0].cost++;
		for (size_t j = 1; j <= high - low; j++) {
			struct place above = row[j], *here = &row[j];

			*here = above.cost <= row[j - 1].cost ? above : row[j - 1];
			here->cost++;
			if (same(p, low + j - 1, &old->at[i]))
				*here = diagonal;
			diagonal = above;
		}
	}
	*from = *to = guess;
	for (size_t j = low, best = SIZE_MAX, best_far = 0; j <= high; j++) {
		const struct place *here = &row[j - low];
		size_t far = here->start > guess ? here->start - guess : guess - here->start;

		if (here->cost < best || (here->cost == best && far < best_far)) {
			best = here->cost;
			best_far = far;
			*from = here->start;
			*to = j;
		}
	}
}

/* Makes lines a text to be compared. */
static struct linediff_side text_of(const struct lines *l)
{
	struct buf b = { 0 };

	buf_room(&b, LINEDIFF_PAD);
	for (size_t i = 0; i < l->count; i++)
		buf_mem(&b, l->at[i].text, l->at[i].len);
	buf_room(&b, LINEDIFF_PAD);
	return (struct linediff_side){ .text = b.data, .len = b.len };
}

enum verdict { APPLIED, MERGED, NOT_MERGED };

/* Says what became of `count` lines from `line` on, after `*last` of the same hunk. */
static void tell(struct buf *b, enum verdict verdict, int *last, size_t line, size_t count)
{
	static const char words[][20] = { "already applied at ", "merged at ", "NOT MERGED at " };

	buf_fmt(b, "%s%s%zu",
		*last < 0               ? ""
		: *last == (int)verdict ? ","
					: ", ",
		*last == (int)verdict ? "" : words[verdict], line);
	if (count > 1)
		buf_fmt(b, "-%zu", line + count - 1);
	*last = (int)verdict;
}

static void put_mark(struct patch *p, const char *mark)
{
	patch_put(p, mark, 8);
}

static void put_lines(struct patch *p, const struct line *lines, size_t count)
{
	for (size_t i = 0; i < count; i++)
		patch_put(p, lines[i].text, lines[i].len);
}

/* Merges a block; `at` is the first of its lines in the file. Returns what became of it, *count lines from *line on. */
static enum verdict merge_block(struct patch *p, const struct hunk *h, const struct linediff_block *b,
				size_t at, size_t *line, size_t *count)
{
	const struct line *old = h->sides[0].lines.at + b->at[0], *new = h->sides[1].lines.at + b->at[2];
	size_t n = b->counts[2], end = at + b->counts[1], mine;
	bool with_old = p->opt->merge && *p->opt->merge == 'd';
	size_t from = at, to = end, skip = 0, rest = n;

	while (from < to && skip < rest && same(p, from, &new[skip])) {
		from++;
		skip++;
	}
	while (from < to && skip < rest && same(p, to - 1, &new[rest - 1])) {
		to--;
		rest--;
	}
	*line = at + 1 + (size_t)p->growth;
	*count = n;
	if (from == to && skip == rest) {
		patch_copy(p, end);
		return APPLIED;
	}
	if (!b->changed[1]) {
		patch_copy(p, at);
		put_lines(p, new, n);
		p->copied = end;
		p->growth += (ptrdiff_t)n - (ptrdiff_t)b->counts[1];
		return MERGED;
	}
	if (with_old) {
		from = at;
		to = end;
		skip = 0;
		rest = n;
	}
	mine = to - from;
	*line += from - at;
	patch_copy(p, from);
	put_mark(p, "<<<<<<<\n");
	patch_copy(p, to);
	if (with_old) {
		put_mark(p, "|||||||\n");
		put_lines(p, old, b->counts[0]);
	}
	put_mark(p, "=======\n");
	put_lines(p, new + skip, rest - skip);
	put_mark(p, ">>>>>>>\n");
	*count = 3 + rest - skip + (with_old ? 1 + b->counts[0] : 0);
	p->growth += (ptrdiff_t)*count;
	*count += mine;
	return NOT_MERGED;
}

void patch_merge(struct patch *p, struct hunk *h)
{
	struct linediff d[2] = { { .count = 0 }, { .count = 0 } };
	const struct linediff_options o = { .flags = LINEDIFF_MINIMAL };
	struct linediff_block *blocks;
	struct lines mine = { 0 };
	size_t from, to, count, line, lines;
	struct buf b = { 0 };
	int last = -1;
	bool failed = false;

	find_region(p, h, &from, &to);
	patch_add(&mine, p->starts[from], (size_t)(p->starts[to] - p->starts[from]), false);
	for (int i = 0; i < 2; i++) {
		d[i].sides[0] = text_of(&h->sides[0].lines);
		d[i].sides[1] = text_of(i ? &h->sides[1].lines : &mine);
		linediff_compare(&d[i], &o);
	}
	count = linediff_merge((const struct linediff_change *const[]){ d[0].changes, d[1].changes },
			       (const size_t[]){ d[0].count, d[1].count }, &blocks);
	for (size_t i = 0; i < count; i++)
		if (blocks[i].changed[2]) {
			enum verdict v = merge_block(p, h, &blocks[i], from + blocks[i].at[1], &line, &lines);

			failed |= v == NOT_MERGED;
			tell(&b, v, &last, line, lines);
		}
	p->failed += failed;
	if (b.len)
		patch_say(p, "Hunk #%zu %s.\n", p->hunks, b.data);
}

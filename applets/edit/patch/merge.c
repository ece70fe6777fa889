/* merge.c - --merge: a hunk that does not match becomes a conflict in the file */
#include "patch.h"

static bool same(const struct line *a, const struct line *b)
{
	return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

/* How many of `count` context lines from `lines` match the file at `at`. */
static bool match(const struct patch *p, const struct line *lines, size_t count, size_t at)
{
	if (at + count > p->old.count)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!same(&lines[i], &p->old.at[at + i]))
			return false;
	return true;
}

/* Finds where `count` lines are in the file, nearest to `guess`, between `low` and `high`. */
static bool find(const struct patch *p, const struct line *lines, size_t count, size_t guess, size_t low,
		 size_t high, size_t *at)
{
	for (size_t far = 0; guess + far <= high || guess >= low + far; far++) {
		if (guess + far >= low && guess + far <= high && match(p, lines, count, guess + far)) {
			*at = guess + far;
			return true;
		}
		if (guess >= low + far && guess - far <= high && match(p, lines, count, guess - far)) {
			*at = guess - far;
			return true;
		}
	}
	return false;
}

/* Finds the lines `from` up to `to` of the file that stand where the hunk's changed ones should: between as much of its
 * context as is there. */
static void find_region(const struct patch *p, const struct hunk *h, size_t *from, size_t *to)
{
	const struct lines *old = &h->sides[0].lines;
	size_t middle = old->count - h->before - h->after;
	ptrdiff_t guess = (ptrdiff_t)h->sides[0].first - 1 + p->offset + (ptrdiff_t)h->before;
	size_t start = guess < (ptrdiff_t)p->copied      ? p->copied
		       : guess > (ptrdiff_t)p->old.count ? p->old.count
							 : (size_t)guess,
	       at;

	*from = start;
	for (size_t n = h->before; n > 0; n--) {
		size_t expected = start > n ? start - n : 0;

		if (find(p, old->at + h->before - n, n, expected < p->copied ? p->copied : expected,
			 p->copied, p->old.count, &at)) {
			*from = at + n;
			break;
		}
	}
	*to = *from + middle < p->old.count ? *from + middle : p->old.count;
	for (size_t n = h->after; n > 0; n--)
		if (find(p, old->at + old->count - h->after, n, *to, *from, p->old.count, &at)) {
			*to = at;
			break;
		}
}

static void put_mark(struct patch *p, const char *mark)
{
	patch_put(p, &(struct line){ mark, strlen(mark), false });
}

static void tell(struct patch *p, size_t number, const char *what, size_t first, size_t last)
{
	if (last > first)
		patch_say(p, "Hunk #%zu %s at %zu-%zu.\n", number, what, first, last);
	else
		patch_say(p, "Hunk #%zu %s at %zu.\n", number, what, first);
}

/* Merges a hunk that did not match. Returns whether there was no conflict. */
bool patch_merge_hunk(struct patch *p, struct hunk *h, size_t number)
{
	const struct lines *old = &h->sides[0].lines, *new = &h->sides[1].lines;
	struct line *added = new->at + h->before;
	size_t from, to, count = new->count - h->before - h->after, line,
			 old_count = old->count - h->before - h->after;
	bool with_old = p->opt->merge && strcmp(p->opt->merge, "diff3") == 0;

	find_region(p, h, &from, &to);
	while (from < to && count > 0 && !with_old && same(&p->old.at[from], added)) {
		from++;
		added++;
		count--;
	}
	while (from < to && count > 0 && !with_old && same(&p->old.at[to - 1], &added[count - 1])) {
		to--;
		count--;
	}
	line = (size_t)((ptrdiff_t)from + 1 + p->growth);
	if (to - from == count && match(p, added, count, from)) {
		p->mismatch = true;
		tell(p, number, "already applied",
		     (size_t)((ptrdiff_t)(h->sides[1].first + h->before) + p->offset), 0);
		return true;
	}
	p->mismatch = true;
	p->failed++;
	patch_copy_until(p, from);
	put_mark(p, "<<<<<<<\n");
	patch_copy_until(p, to);
	if (with_old) {
		put_mark(p, "|||||||\n");
		for (size_t i = 0; i < old_count; i++)
			patch_put(p, &old->at[h->before + i]);
	}
	put_mark(p, "=======\n");
	for (size_t i = 0; i < count; i++)
		patch_put(p, &added[i]);
	put_mark(p, ">>>>>>>\n");
	count += 3 + (with_old ? 1 + old_count : 0);
	tell(p, number, "NOT MERGED", line, line + (to - from) + count - 1);
	p->growth += (ptrdiff_t)count;
	return false;
}

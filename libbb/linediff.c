/* linediff.c - which lines of two texts differ
 *
 * First go what the texts have in common at both ends; then each line gets a number, the same as equal lines have; lines
 * that the other text has not are differences for sure and go too; and in the rest Myers' algorithm looks for the longest
 * common subsequence. In the end each run of changed lines that could as well be a bit earlier or later is put
 * where it joins others, or else as late as possible.
 */
#include <string.h>
#include "arena.h"
#include "linediff.h"
#include "memsearch.h"

enum {
	DIAGONAL_COST = 1024, /* edits after which a search is given up for what was found so far */
	HASTY_COST = 128,
	NOWHERE = -(1 << 30), /* behind any place that a path has reached */
};

/* A line that the numbering has seen. */
struct class
{
	const char *text;
	size_t len;
	uint32_t hash;
	uint32_t counts[2]; /* how often each text has it */
};

/* What is left of a text: lines by number, and where they come from. */
struct sequence {
	uint32_t *numbers;
	uint32_t *lines; /* counted from the first that was numbered */
	size_t count;
};

struct search {
	struct sequence seq[2];
	bool *changed[2];
	int32_t *forward, *backward; /* by diagonal x - y: how far the best path so far reaches, as x */
	int32_t limit;
};

struct numbering {
	struct class *classes;
	size_t count, size;
	uint32_t *slots; /* number + 1 of a class, by hash */
	size_t mask;
};

static size_t common_prefix(const char *a, const char *b, size_t n)
{
	size_t i = 0;

	while (i + 256 <= n && memcmp(a + i, b + i, 256) == 0)
		i += 256;
	while (i < n && a[i] == b[i])
		i++;
	return i;
}

static size_t common_suffix(const char *a_end, const char *b_end, size_t n)
{
	size_t i = 0;

	while (i + 256 <= n && memcmp(a_end - i - 256, b_end - i - 256, 256) == 0)
		i += 256;
	while (i < n && a_end[-1 - (ptrdiff_t)i] == b_end[-1 - (ptrdiff_t)i])
		i++;
	return i;
}

/* Where the line before the one at `at` begins; `text` itself is the first. */
static const char *line_before(const char *text, const char *at)
{
	const char *newline = at > text ? mem_rchr(text, '\n', (size_t)(at - 1 - text)) : NULL;

	return newline ? newline + 1 : text;
}

static bool begins_line(const char *text, const char *at)
{
	return at == text || at[-1] == '\n';
}

static const char *line_after(const char *at, const char *end)
{
	const char *newline = mem_chr(at, '\n', (size_t)(end - at));

	return newline ? newline + 1 : end;
}

/* Where the lines begin and end that may differ. */
struct middle {
	const char *from[2], *to[2];
};

static struct middle find_middle(const struct linediff *d)
{
	const struct linediff_side *a = &d->sides[0], *b = &d->sides[1];
	size_t shorter = a->len < b->len ? a->len : b->len;
	size_t prefix = common_prefix(a->text, b->text, shorter), suffix;
	const char *newline;
	struct middle m;

	if (prefix < a->len || prefix < b->len) {
		newline = mem_rchr(a->text, '\n', prefix);
		prefix = newline ? (size_t)(newline + 1 - a->text) : 0;
	}
	suffix = common_suffix(a->text + a->len, b->text + b->len, shorter - prefix);
	for (int s = 0; s < 2; s++) {
		m.from[s] = d->sides[s].text + prefix;
		m.to[s] = d->sides[s].text + d->sides[s].len - suffix;
	}
	/* a line that is only partly common is not */
	if (suffix > 0 && !(begins_line(a->text, m.to[0]) && begins_line(b->text, m.to[1]))) {
		const char *start = line_after(m.to[0], a->text + a->len);

		m.to[1] += start - m.to[0];
		m.to[0] = start;
	}
	return m;
}

/* Notes where the lines between `from` and `to` begin, and before and after them those that are to be kept. */
static void index_lines(struct linediff_side *s, const char *from, const char *to, size_t keep)
{
	const char *end = s->text + s->len, *p = from;
	size_t before = 0, size;

	if (keep == SIZE_MAX)
		p = s->text;
	for (; before < keep && p > s->text; before++)
		p = line_before(s->text, p);
	s->first = mem_count(s->text, '\n', (size_t)(p - s->text));
	size = mem_count(p, '\n', (size_t)(to - p)) + 2;
	if (keep > 0)
		size += mem_count(to, '\n', (size_t)(end - to));
	s->starts = arena_array(const char *, size);
	s->end = s->first;
	while (p < to || (keep > 0 && p < end)) {
		keep -= p >= to;
		s->starts[s->end++ - s->first] = p;
		p = line_after(p, end);
	}
	s->starts[s->end - s->first] = p;
}

static uint32_t hash_line(const char *p, size_t n)
{
	uint64_t h = n * 0x9e3779b97f4a7c15u, w;

	for (; n >= 8; n -= 8, p += 8) {
		memcpy(&w, p, 8);
		h = (h ^ w) * 0xff51afd7ed558ccdu;
		h ^= h >> 32;
	}
	if (n > 0) {
		memcpy(&w, p, 8);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
		w <<= 64 - 8 * n;
#else
		w >>= 64 - 8 * n;
#endif
		h = (h ^ w) * 0xff51afd7ed558ccdu;
		h ^= h >> 32;
	}
	return (uint32_t)(h ^ h >> 29);
}

static void grow_slots(struct numbering *n)
{
	size_t size = n->mask ? 4 * (n->mask + 1) : 1024;

	n->slots = arena_array(uint32_t, size);
	n->mask = size - 1;
	for (size_t i = 0; i < n->count; i++) {
		size_t at = n->classes[i].hash & n->mask;

		while (n->slots[at])
			at = (at + 1) & n->mask;
		n->slots[at] = (uint32_t)i + 1;
	}
}

/* Returns the number of a line, that of an equal one if there was any. */
static uint32_t number_line(struct numbering *n, const char *text, size_t len)
{
	uint32_t hash = hash_line(text, len);
	struct class *c;
	size_t at;

	if (2 * n->count >= n->mask)
		grow_slots(n);
	for (at = hash & n->mask; n->slots[at]; at = (at + 1) & n->mask) {
		c = &n->classes[n->slots[at] - 1];
		if (c->hash == hash && c->len == len && memcmp(c->text, text, len) == 0)
			return n->slots[at] - 1;
	}
	n->classes = arena_reserve(n->classes, n->count, &n->size, sizeof(*n->classes));
	n->classes[n->count] = (struct class){ .text = text, .len = len, .hash = hash };
	n->slots[at] = (uint32_t)++n->count;
	return (uint32_t)n->count - 1;
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Writes what counts of a line to `to`, which has room for it. Returns the end. */
static char *fold_line(char *to, const char *p, size_t len, const struct linediff_options *o)
{
	const char *end = p + len;
	bool newline = len > 0 && end[-1] == '\n';
	size_t column = 0;

	end -= newline;
	newline |= (o->flags & LINEDIFF_LAST) != 0;
	if (o->flags & (LINEDIFF_END | LINEDIFF_AMOUNT | LINEDIFF_SPACE)) {
		while (end > p && is_blank(end[-1]))
			end--;
		newline = true;
	}
	for (; p < end; p++) {
		char c = *p;

		if (c == '\t' && o->flags & LINEDIFF_TABS &&
		    !(o->flags & (LINEDIFF_AMOUNT | LINEDIFF_SPACE))) {
			do
				*to++ = ' ';
			while (++column % o->tabsize != 0);
			continue;
		}
		column = c == '\b' ? column - (column > 0) : c == '\r' ? 0 : column + 1;
		if (is_blank(c) && o->flags & LINEDIFF_SPACE)
			continue;
		if (is_blank(c) && o->flags & LINEDIFF_AMOUNT) {
			while (is_blank(p[1]))
				p++;
			c = ' ';
		}
		if (c >= 'A' && c <= 'Z' && o->flags & LINEDIFF_CASE)
			c |= 32;
		*to++ = c;
	}
	if (newline)
		*to++ = '\n';
	return to;
}

/* Room for the longest that fold_line() makes of the text. */
static size_t folded_size(const char *p, size_t len, const struct linediff_options *o)
{
	size_t tabs = o->flags & LINEDIFF_TABS ? mem_count(p, '\t', len) : 0;

	return len + tabs * o->tabsize + 1 + LINEDIFF_PAD;
}

#define FOLDING                                                                                              \
	(LINEDIFF_CASE | LINEDIFF_TABS | LINEDIFF_END | LINEDIFF_AMOUNT | LINEDIFF_SPACE | LINEDIFF_LAST)

/* Numbers `count` lines of a side from the line at `first` on. */
static uint32_t *number_lines(struct numbering *n, const struct linediff *d, int side, size_t first,
			      size_t count, const struct linediff_options *o)
{
	const char **starts = d->sides[side].starts + first;
	uint32_t *numbers = arena_array(uint32_t, count + 1);
	char *folded = NULL;

	if (o->flags & FOLDING && count > 0)
		folded = arena_alloc(folded_size(starts[0], (size_t)(starts[count] - starts[0]), o));
	for (size_t i = 0; i < count; i++) {
		const char *text = starts[i];
		size_t len = (size_t)(starts[i + 1] - text);

		if (folded) {
			text = folded;
			folded = fold_line(folded, starts[i], len, o);
			len = (size_t)(folded - text);
		}
		numbers[i] = number_line(n, text, len);
		n->classes[numbers[i]].counts[side]++;
	}
	return numbers;
}

/* Takes the lines out that the other text has not: they are changed. (If they stay, the result is as short, but may be
 * another: GNU diff has it so with --minimal.) */
static void drop_unmatched(struct sequence *q, const struct numbering *n, int side, const uint32_t *numbers,
			   size_t count, bool *changed, bool minimal)
{
	q->numbers = arena_array(uint32_t, count + 1);
	q->lines = arena_array(uint32_t, count + 1);
	for (size_t i = 0; i < count; i++)
		if (!minimal && n->classes[numbers[i]].counts[!side] == 0) {
			changed[i] = true;
		} else {
			q->numbers[q->count] = numbers[i];
			q->lines[q->count++] = (uint32_t)i;
		}
}

/* A part of both sequences. */
struct box {
	int32_t x0, x1, y0, y1;
};

static int32_t clip_low(int32_t k, int32_t low)
{
	return k >= low ? k : k + ((low - k + 1) & ~1);
}

static int32_t clip_high(int32_t k, int32_t high)
{
	return k <= high ? k : k - ((k - high + 1) & ~1);
}

/* A point in the box where it is divided. */
struct split {
	int32_t x, y;
};

/* Lets the paths from the upper left corner take their edit number `cost`, and follow what is equal then. Returns whether
 * one meets a path from the other corner. */
static bool advance(const struct search *s, const struct box *b, int32_t cost, struct split *at)
{
	const uint32_t *xs = s->seq[0].numbers, *ys = s->seq[1].numbers;
	int32_t low = b->x0 - b->y1, high = b->x1 - b->y0, start = b->x0 - b->y0, goal = b->x1 - b->y1;
	int32_t *f = s->forward, *r = s->backward, from = clip_high(start + cost, high),
		to = clip_low(start - cost, low);
	bool odd = (start - goal) & 1;

	f[from + 1] = f[to - 1] = NOWHERE;
	for (int32_t k = from; k >= to; k -= 2) {
		int32_t x = f[k - 1] + 1 > f[k + 1] ? f[k - 1] + 1 : f[k + 1], y = x - k;

		while (x < b->x1 && y < b->y1 && xs[x] == ys[y]) {
			x++;
			y++;
		}
		f[k] = x;
		if (odd && k > goal - cost && k < goal + cost && r[k] <= x && x <= b->x1 && y <= b->y1) {
			*at = (struct split){ x, y };
			return true;
		}
	}
	return false;
}

/* The same from the lower right corner. */
static bool retreat(const struct search *s, const struct box *b, int32_t cost, struct split *at)
{
	const uint32_t *xs = s->seq[0].numbers, *ys = s->seq[1].numbers;
	int32_t low = b->x0 - b->y1, high = b->x1 - b->y0, start = b->x0 - b->y0, goal = b->x1 - b->y1;
	int32_t *f = s->forward, *r = s->backward, from = clip_high(goal + cost, high),
		to = clip_low(goal - cost, low);
	bool odd = (start - goal) & 1;

	r[from + 1] = r[to - 1] = -NOWHERE;
	for (int32_t k = from; k >= to; k -= 2) {
		int32_t x = r[k - 1] < r[k + 1] - 1 ? r[k - 1] : r[k + 1] - 1, y = x - k;

		while (x > b->x0 && y > b->y0 && xs[x - 1] == ys[y - 1]) {
			x--;
			y--;
		}
		r[k] = x;
		if (!odd && k >= start - cost && k <= start + cost && f[k] >= x && x >= b->x0 && y >= b->y0) {
			*at = (struct split){ x, y };
			return true;
		}
	}
	return false;
}

/* The point farthest from its corner that a path has reached after `cost` edits. */
static struct split farthest(const struct search *s, const struct box *b, int32_t cost)
{
	int32_t low = b->x0 - b->y1, high = b->x1 - b->y0, start = b->x0 - b->y0, goal = b->x1 - b->y1,
		most = -1;
	struct split best = { 0, 0 };

	for (int32_t k = clip_low(start - cost, low); k <= high && k <= start + cost; k += 2) {
		int32_t x = s->forward[k], y = x - k;

		if (x <= b->x1 && y <= b->y1 && x - b->x0 + (y - b->y0) > most) {
			most = x - b->x0 + (y - b->y0);
			best = (struct split){ x, y };
		}
	}
	for (int32_t k = clip_low(goal - cost, low); k <= high && k <= goal + cost; k += 2) {
		int32_t x = s->backward[k], y = x - k;

		if (x >= b->x0 && y >= b->y0 && b->x1 - x + (b->y1 - y) > most) {
			most = b->x1 - x + (b->y1 - y);
			best = (struct split){ x, y };
		}
	}
	return best;
}

/* Finds a point that a shortest path from one corner of the box to the other goes through, by searching from both
 * until the paths meet; if that takes too long, the point that is farthest from where its search began. */
static struct split find_split(const struct search *s, const struct box *b)
{
	struct split at;

	s->forward[b->x0 - b->y0] = b->x0;
	s->backward[b->x1 - b->y1] = b->x1;
	for (int32_t cost = 1;; cost++) {
		if (advance(s, b, cost, &at) || retreat(s, b, cost, &at))
			return at;
		if (cost >= s->limit)
			return farthest(s, b, cost);
	}
}

static void mark(struct search *s, int side, int32_t from, int32_t to)
{
	for (; from < to; from++)
		s->changed[side][s->seq[side].lines[from]] = true;
}

/* Marks the lines of the box that have no counterpart. */
static void compare_box(struct search *s, struct box b)
{
	const uint32_t *xs = s->seq[0].numbers, *ys = s->seq[1].numbers;

	for (;;) {
		struct box second;
		struct split at;

		while (b.x0 < b.x1 && b.y0 < b.y1 && xs[b.x0] == ys[b.y0]) {
			b.x0++;
			b.y0++;
		}
		while (b.x0 < b.x1 && b.y0 < b.y1 && xs[b.x1 - 1] == ys[b.y1 - 1]) {
			b.x1--;
			b.y1--;
		}
		if (b.x0 == b.x1 || b.y0 == b.y1) {
			mark(s, 0, b.x0, b.x1);
			mark(s, 1, b.y0, b.y1);
			return;
		}
		at = find_split(s, &b);
		second = (struct box){ at.x, b.x1, at.y, b.y1 };
		b.x1 = at.x;
		b.y1 = at.y;
		compare_box(s, second);
	}
}

static void search_all(struct search *s, const struct linediff_options *o)
{
	size_t n = s->seq[0].count, m = s->seq[1].count;
	int32_t *diagonals;

	if (n + m > (1 << 29))
		arena_exhausted();
	diagonals = arena_array(int32_t, 2 * (n + m + 3));
	s->forward = diagonals + m + 1;
	s->backward = s->forward + n + m + 3;
	s->limit = o->flags & LINEDIFF_MINIMAL ? INT32_MAX
		   : o->flags & LINEDIFF_HASTY ? HASTY_COST
					       : DIAGONAL_COST;
	compare_box(s, (struct box){ 0, (int32_t)n, 0, (int32_t)m });
}

/* The counterparts of lines: partners[side][line] is the line of the other text, or NONE. */
#define NONE UINT32_MAX

struct matching {
	const uint32_t *numbers[2]; /* equal lines have the same */
	uint32_t *partners[2];
	size_t counts[2];
};

/* Pairs the lines that are not marked. */
static void pair_lines(struct matching *m, const bool *const changed[2])
{
	size_t i = 0, j = 0;

	for (int s = 0; s < 2; s++) {
		m->partners[s] = arena_array(uint32_t, m->counts[s] + 1);
		memset(m->partners[s], 0xff, (m->counts[s] + 1) * sizeof(uint32_t));
	}
	for (; i < m->counts[0]; i++) {
		if (changed[0][i])
			continue;
		while (changed[1][j])
			j++;
		m->partners[0][i] = (uint32_t)j;
		m->partners[1][j++] = (uint32_t)i;
	}
}

/* A run of lines of one text that have no counterpart. */
struct run {
	struct matching *m;
	int side;
	size_t start, end;
};

static bool is_alone(const struct run *r, size_t line)
{
	return r->m->partners[r->side][line] == NONE;
}

/* Gives the counterpart of one line to another. */
static void hand_over(const struct run *r, size_t from, size_t to)
{
	uint32_t *mine = r->m->partners[r->side];

	mine[to] = mine[from];
	mine[from] = NONE;
	r->m->partners[!r->side][mine[to]] = (uint32_t)to;
}

/* Moves the run up a line, if that is equal to its last, and joins it with a run that it then touches. */
static bool move_up(struct run *r)
{
	const uint32_t *numbers = r->m->numbers[r->side];

	if (r->start == 0 || numbers[r->start - 1] != numbers[r->end - 1])
		return false;
	hand_over(r, --r->start, --r->end);
	while (r->start > 0 && is_alone(r, r->start - 1))
		r->start--;
	return true;
}

static bool move_down(struct run *r)
{
	const uint32_t *numbers = r->m->numbers[r->side];
	size_t count = r->m->counts[r->side];

	if (r->end == count || numbers[r->start] != numbers[r->end])
		return false;
	hand_over(r, r->end++, r->start++);
	while (r->end < count && is_alone(r, r->end))
		r->end++;
	return true;
}

/* Whether lines of the other text are changed at the same place. */
static bool replaces(const struct run *r)
{
	const uint32_t *mine = r->m->partners[r->side];
	size_t before = r->start > 0 ? mine[r->start - 1] + (size_t)1 : 0,
	       after = r->end < r->m->counts[r->side] ? mine[r->end] : r->m->counts[!r->side];

	return before < after;
}

/* Puts each run of a text where it joins as many others as it can reach, and there at the last place that has lines of the other
 * text to replace, or else as far down as it goes. */
static void settle_runs(struct matching *m, int side)
{
	struct run r = { .m = m, .side = side };

	for (; r.end < m->counts[side]; r.end++) {
		size_t length, best;

		if (!is_alone(&r, r.end))
			continue;
		for (r.start = r.end; r.end < m->counts[side] && is_alone(&r, r.end); r.end++)
			;
		do {
			length = r.end - r.start;
			while (move_up(&r))
				;
			best = replaces(&r) ? r.end : SIZE_MAX;
			while (move_down(&r))
				if (replaces(&r))
					best = r.end;
		} while (r.end - r.start != length);
		while (best < r.end && move_up(&r))
			;
		if (r.end == m->counts[side])
			break;
	}
}

static void gather_changes(struct linediff *d, const struct matching *m, const size_t first[2])
{
	size_t at[2] = { 0, 0 }, size = 0;

	while (at[0] < m->counts[0] || at[1] < m->counts[1]) {
		struct linediff_change c;

		for (int s = 0; s < 2; s++) {
			size_t i = at[s];

			while (i < m->counts[s] && m->partners[s][i] == NONE)
				i++;
			c.at[s] = d->sides[s].first + first[s] + at[s];
			c.counts[s] = i - at[s];
			at[s] = i + 1;
		}
		if (c.counts[0] + c.counts[1] > 0) {
			d->changes = arena_reserve(d->changes, d->count, &size, sizeof(c));
			d->changes[d->count++] = c;
		}
	}
}

/* Indexes the lines of one side. *first and *count are set to those that take part in the comparison. */
static void prepare_side(struct linediff_side *side, const char *from, const char *to,
			 const struct linediff_options *o, size_t *first, size_t *count)
{
	const char *end = side->text + side->len;

	index_lines(side, from, to, o->keep > SIZE_MAX - o->horizon ? SIZE_MAX : o->keep + o->horizon);
	for (size_t i = 0; i < o->horizon && (from > side->text || to < end); i++) {
		from = line_before(side->text, from);
		to = line_after(to, end);
	}
	*first = *count = 0;
	while (side->starts[*first] < from)
		++*first;
	while (side->starts[*first + *count] < to)
		++*count;
}

void linediff_compare(struct linediff *d, const struct linediff_options *o)
{
	struct middle middle = find_middle(d);
	struct numbering numbering = { 0 };
	struct search search = { 0 };
	struct matching m = { 0 };
	size_t first[2];

	for (int s = 0; s < 2; s++)
		prepare_side(&d->sides[s], middle.from[s], middle.to[s], o, &first[s], &m.counts[s]);
	for (int s = 0; s < 2; s++)
		m.numbers[s] = number_lines(&numbering, d, s, first[s], m.counts[s], o);
	for (int s = 0; s < 2; s++) {
		search.changed[s] = arena_array(bool, m.counts[s] + 1);
		drop_unmatched(&search.seq[s], &numbering, s, m.numbers[s], m.counts[s], search.changed[s],
			       o->flags & LINEDIFF_MINIMAL);
	}
	search_all(&search, o);
	pair_lines(&m, (const bool *const[]){ search.changed[0], search.changed[1] });
	settle_runs(&m, 0);
	settle_runs(&m, 1);
	gather_changes(d, &m, first);
}

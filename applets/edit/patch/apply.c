/* apply.c - finding the place of a hunk, and making the change there */
#include "patch.h"

static bool is_white(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* Compares lines as -l does: any white space is like any other, and none counts at the end. */
static bool similar(const struct line *a, const struct line *b)
{
	const char *p = a->text, *p_end = p + a->len, *q = b->text, *q_end = q + b->len;

	for (;;) {
		bool white_p = p == p_end || is_white(*p), white_q = q == q_end || is_white(*q);

		if (white_p != white_q)
			return false;
		if (!white_p) {
			if (*p++ != *q++)
				return false;
			continue;
		}
		while (p < p_end && is_white(*p))
			p++;
		while (q < q_end && is_white(*q))
			q++;
		if (p == p_end || q == q_end)
			return p == p_end && q == q_end;
	}
}

static size_t length_without_return(const struct line *l)
{
	return l->len > 1 && l->text[l->len - 2] == '\r' && l->text[l->len - 1] == '\n' ? l->len - 2
											: l->len - 1;
}

/* What part of a hunk is looked for: not the context that fuzz leaves out. */
struct pattern {
	const struct line *lines;
	size_t skip, count;
	size_t before, after; /* context that is left */
};

static struct pattern pattern_of(const struct hunk *h, size_t fuzz)
{
	const struct lines *l = &h->sides[0].lines;
	size_t most = h->before > h->after ? h->before : h->after, keep = most > fuzz ? most - fuzz : 0;
	struct pattern pat = { .before = h->before < keep ? h->before : keep,
			       .after = h->after < keep ? h->after : keep };
	size_t cut;

	pat.skip = h->before - pat.before;
	cut = h->after - pat.after;
	if (pat.skip + cut > l->count)
		cut = l->count - pat.skip;
	pat.lines = l->at + pat.skip;
	pat.count = l->count - pat.skip - cut;
	return pat;
}

/* Whether the pattern matches the file at a line (from 0); if `loose`, up to carriage returns at line ends. */
static bool matches(const struct patch *p, const struct pattern *pat, size_t at, bool loose)
{
	for (size_t i = 0; i < pat->count; i++) {
		const struct line *b = &pat->lines[i];
		struct line a = { .text = p->starts[at + i],
				  .len = (size_t)(p->starts[at + i + 1] - p->starts[at + i]) };

		if (loose) {
			size_t n = length_without_return(&a);

			if (n != length_without_return(b) || memcmp(a.text, b->text, n) != 0 ||
			    a.text[a.len - 1] != b->text[b->len - 1])
				return false;
		} else if (p->opt->ignore_whitespace ? !similar(&a, b)
						     : a.len != b->len || memcmp(a.text, b->text, a.len) != 0)
			return false;
	}
	return true;
}

/* Finds the line (from 0) at which the hunk without its fuzzy context matches, nearest to where it is expected; -1 if it
 * does not. */
static ptrdiff_t locate(const struct patch *p, const struct hunk *h, size_t fuzz, bool loose)
{
	struct pattern pat = pattern_of(h, fuzz);
	ptrdiff_t guess = (ptrdiff_t)h->sides[0].first - 1 + p->offset + (ptrdiff_t)pat.skip;
	ptrdiff_t low = (ptrdiff_t)(p->copied + pat.skip), high = (ptrdiff_t)p->lines - (ptrdiff_t)pat.count;

	if (high < low)
		return -1;
	if (h->sides[0].lines.count == 0)
		return guess < low ? low : guess > high ? high : guess;
	/* less context at one end means an end of the file */
	if (pat.before < pat.after && h->sides[0].first <= 1)
		return p->copied == 0 && matches(p, &pat, 0, loose) ? 0 : -1;
	if (pat.after < pat.before)
		return matches(p, &pat, (size_t)high, loose) ? high : -1;
	/* what is out of reach need not be walked to */
	for (ptrdiff_t far = guess > high  ? guess - high
			     : guess < low ? low - guess
					   : 0;
	     guess + far <= high || guess - far >= low; far++)
		for (int way = 1; way >= -1; way -= 2) {
			ptrdiff_t at = guess + way * far;

			if (at >= low && at <= high && matches(p, &pat, (size_t)at, loose))
				return at;
		}
	return -1;
}

/* Writes lines. What lacks its newline gets it when more follows. */
void patch_put(struct patch *p, const char *text, size_t len)
{
	struct lines *l = &p->o.text;
	struct line *last = l->count ? &l->at[l->count - 1] : NULL;

	if (len == 0)
		return;
	p->o.len += len;
	if (last && last->text + last->len == text) {
		last->len += len;
		return;
	}
	if (last && last->text[last->len - 1] != '\n') {
		p->o.len++;
		patch_add(l, "\n", 1, false);
	}
	patch_add(l, text, len, false);
}

void patch_copy(struct patch *p, size_t line)
{
	if (line > p->copied) {
		patch_put(p, p->starts[p->copied], (size_t)(p->starts[line] - p->starts[p->copied]));
		p->copied = line;
	}
}

/* Puts a line of the preprocessor, for -D. */
static void put_if(struct patch *p, const char *fmt)
{
	const char *line = p->opt->ifdef ? arena_printf(fmt, p->opt->ifdef) : "";

	patch_put(p, line, strlen(line));
}

/* Makes the changes of a hunk whose pattern matches from `at` on. */
static void change(struct patch *p, const struct hunk *h, size_t at, const struct pattern *pat)
{
	const struct lines *old = &h->sides[0].lines, *new = &h->sides[1].lines;
	size_t i = pat->skip, j = i, end = i + pat->count;

	patch_copy(p, at);
	while (i < end || (j < new->count &&new->at[j].changed)) {
		bool removes = i < end && old->at[i].changed, adds = j < new->count &&new->at[j].changed;

		if (!removes && !adds) {
			if (p->copied < p->lines)
				patch_copy(p, p->copied + 1);
			i++;
			j++;
			continue;
		}
		put_if(p, removes ? "#ifndef %s\n" : "#ifdef %s\n");
		for (; i < end && old->at[i].changed; i++)
			if (p->opt->ifdef)
				patch_copy(p, p->copied + 1);
			else
				p->copied++;
		if (removes && adds)
			put_if(p, "#else\n");
		for (; j < new->count &&new->at[j].changed; j++)
			patch_put(p, new->at[j].text, new->at[j].len);
		put_if(p, "#endif\n");
	}
}

/* Decides about a patch that fits the other way round. Returns whether it is to be reversed; p->skip tells whether
 * it is to be left out. */
bool patch_reversed(struct patch *p, const char *what)
{
	const struct patch_options *o = p->opt;

	if (o->forward) {
		patch_say(p, "%s  Skipping patch.\n", what);
		p->skip = true;
		return false;
	}
	p->apply_anyway = true;
	if (o->force) {
		patch_say(p, "%s  Applying it anyway.\n", what);
		return false;
	}
	if (o->batch) {
		patch_say(p, "%s  %s -R.\n", what, p->reverse ? "Ignoring" : "Assuming");
		return true;
	}
	if (*patch_ask(arena_printf("%s  %s -R? [n] ", what, p->reverse ? "Ignore" : "Assume")) == 'y')
		return true;
	if (*patch_ask("Apply anyway? [n] ") != 'y') {
		patch_say(p, "Skipping patch.\n");
		p->skip = true;
	}
	return false;
}

static void swap(struct hunk *h)
{
	struct hunk_side old = h->sides[0];

	h->sides[0] = h->sides[1];
	h->sides[1] = old;
}

static void reject_line(struct buf *b, const char *prefix, const struct line *l)
{
	buf_str(b, prefix);
	buf_mem(b, l->text, l->len);
	if (l->text[l->len - 1] != '\n')
		buf_str(b, "\n\\ No newline at end of file\n");
}

/* Writes the lines of a side, or (-1) of both as they follow each other. `marks` are for common, for old and for new lines, and
 * for both where they replace each other. */
static void reject_lines(struct buf *b, const struct hunk *h, int side, const char *const marks[5])
{
	const struct lines *sides[] = { &h->sides[0].lines, &h->sides[1].lines };
	size_t at[2] = { 0, 0 };

	while (at[0] < sides[0]->count || at[1] < sides[1]->count) {
		size_t from[2] = { at[0], at[1] };

		for (int s = 0; s < 2; s++)
			while (at[s] < sides[s]->count && sides[s]->at[at[s]].changed)
				at[s]++;
		for (int s = 0; s < 2; s++)
			for (size_t i = from[s]; i < at[s] && (side < 0 || s == side); i++)
				reject_line(b, marks[(from[!s] < at[!s] ? 3 : 1) + s], &sides[s]->at[i]);
		if (at[side > 0] < sides[side > 0]->count)
			reject_line(b, marks[0], &sides[side > 0]->at[at[side > 0]]);
		at[0]++;
		at[1]++;
	}
}

static void reject_unified(struct patch *p, const struct hunk *h)
{
	static const char *const marks[] = { " ", "-", "+", "-", "+" };
	struct buf *b = &p->rejects;

	buf_str(b, "@@");
	for (int s = 0; s < 2; s++) {
		const struct hunk_side *side = &h->sides[s];

		buf_fmt(b, s ? " +%td" : " -%td",
			(ptrdiff_t)side->first + p->growth - (side->lines.count == 0));
		if (side->lines.count != 1)
			buf_fmt(b, ",%zu", side->lines.count);
	}
	buf_fmt(b, " @@%.*s\n", (int)h->function_len, h->function);
	reject_lines(b, h, -1, marks);
}

static void reject_context(struct patch *p, const struct hunk *h)
{
	static const char *const marks[] = { "  ", "- ", "+ ", "! ", "! " }, *const plain_marks[] = {
		"  ", "- ", "+ ", "- ", "+ "
	};
	struct buf *b = &p->rejects;
	bool plain = p->format == FORMAT_NORMAL || p->format == FORMAT_CONTEXT;

	buf_fmt(b, "***************%.*s\n", (int)h->function_len, h->function);
	for (int s = 0; s < 2; s++) {
		const struct hunk_side *side = &h->sides[s];
		size_t n = side->lines.count;
		ptrdiff_t first = n > 0 ? (ptrdiff_t)side->first + p->growth : 0;

		buf_fmt(b, s ? "--- %td" : "*** %td", first);
		if (n > 1)
			buf_fmt(b, ",%td", first + (ptrdiff_t)n - 1);
		buf_str(b, s ? plain ? " -----\n" : " ----\n" : plain ? "\n" : " ****\n");
		reject_lines(b, h, s, p->format == FORMAT_NORMAL ? plain_marks : marks);
	}
}

static void reject(struct patch *p, const struct hunk *h)
{
	bool unified = p->opt->reject_format ? *p->opt->reject_format == 'u' : p->format == FORMAT_UNIFIED;

	for (int side = 0; side < 2 && p->failed == 1; side++) {
		const struct header_name *n = &p->names[p->reverse ? !side : side];

		buf_fmt(&p->rejects, "%s %s", side == unified ? side ? "+++" : "***" : "---",
			n->name ? n->name : "/dev/null");
		if (n->name && n->time && *n->time)
			buf_fmt(&p->rejects, "\t%s", n->time);
		buf_char(&p->rejects, '\n');
	}
	if (unified)
		reject_unified(p, h);
	else
		reject_context(p, h);
}

/* Says how it went with a hunk, if it is worth it. */
static void tell(struct patch *p, ptrdiff_t line, size_t fuzz, ptrdiff_t offset)
{
	struct buf b = { 0 };

	if (fuzz > 0)
		buf_fmt(&b, " with fuzz %zu", fuzz);
	if (offset != 0)
		buf_fmt(&b, " (offset %td line%s)", offset, offset == 1 ? "" : "s");
	if (p->verbose || (b.len > 0 && !p->opt->merge_at))
		patch_say(p, "Hunk #%zu succeeded at %td%s.\n", p->hunks, line, b.len ? b.data : "");
}

void patch_apply(struct patch *p, struct hunk *h)
{
	size_t most = h->before > h->after ? h->before : h->after, fuzz = 0;
	ptrdiff_t at = -1, offset, growth = p->growth;
	bool loose = false;

	if (most > p->fuzz)
		most = p->fuzz;
	if (p->opt->merge_at)
		most = 0;
	p->hunks++;
	for (; !p->skip; fuzz++) {
		at = locate(p, h, fuzz, false);
		if (at >= 0)
			break;
		loose |= locate(p, h, fuzz, true) >= 0;
		swap(h);
		loose |= locate(p, h, fuzz, false) < 0 && locate(p, h, fuzz, true) >= 0;
		if (p->hunks == 1 && !p->opt->force && !p->apply_anyway && !p->opt->merge_at) {
			at = locate(p, h, fuzz, false);
			if (at >= 0 &&
			    patch_reversed(p, p->reverse
						      ? "Unreversed patch detected!"
						      : "Reversed (or previously applied) patch detected!")) {
				p->reverse = !p->reverse;
				p->mismatch = true;
				break;
			}
			at = -1;
		}
		swap(h);
		if (fuzz == most)
			break;
	}
	p->growth += (ptrdiff_t)h->sides[1].lines.count - (ptrdiff_t)h->sides[0].lines.count;
	if (at >= 0) {
		struct pattern pat = pattern_of(h, fuzz);

		at -= (ptrdiff_t)pat.skip;
		offset = h->sides[0].lines.count > 0 ? at - ((ptrdiff_t)h->sides[0].first - 1) : p->offset;
		p->offset = offset;
		p->mismatch |= fuzz > 0 || offset != 0;
		change(p, h, (size_t)at + pat.skip, &pat);
		tell(p, at + 1 + growth, fuzz, offset);
		return;
	}
	p->growth = growth;
	p->mismatch = true;
	if (!p->skip && p->opt->merge_at) {
		patch_merge(p, h);
		return;
	}
	p->failed++;
	reject(p, h);
	if (!p->skip || p->verbose)
		patch_say(p, "Hunk #%zu %s at %td%s.\n", p->hunks, p->skip ? "ignored" : "FAILED",
			  (ptrdiff_t)h->sides[0].first + p->growth,
			  loose && !p->skip ? " (different line endings)" : "");
}

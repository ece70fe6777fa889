/* apply.c - finding the place of a hunk, and making the change there */
#include "patch.h"

/* What is compared loosely. */
enum looseness { EXACT, WITHOUT_RETURNS };

static bool is_white(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
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
	size_t n = l->len;

	n -= n > 0 && l->text[n - 1] == '\n';
	n -= n > 0 && l->text[n - 1] == '\r';
	return n;
}

static bool lines_match(const struct patch *p, const struct line *a, const struct line *b,
			enum looseness loose)
{
	if (loose == WITHOUT_RETURNS) {
		size_t n = length_without_return(a);

		return n == length_without_return(b) && memcmp(a->text, b->text, n) == 0;
	}
	if (p->opt->ignore_whitespace)
		return similar(a, b);
	return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

/* A hunk, less the context that fuzz leaves out. */
struct pattern {
	const struct line *lines;
	size_t skip, count;
};

static size_t clip_fuzz(size_t fuzz, size_t context, size_t most)
{
	return fuzz + context > most ? fuzz + context - most : 0;
}

static struct pattern pattern_of(const struct hunk *h, size_t fuzz)
{
	size_t most = h->before > h->after ? h->before : h->after;
	size_t before = clip_fuzz(fuzz, h->before, most), after = clip_fuzz(fuzz, h->after, most);
	const struct lines *l = &h->sides[0].lines;

	before = before < h->before ? before : h->before;
	after = after < h->after ? after : h->after;
	if (before + after > l->count)
		after = l->count - before;
	return (struct pattern){ l->at + before, before, l->count - before - after };
}

static bool matches_at(const struct patch *p, const struct pattern *pat, size_t at, enum looseness loose)
{
	for (size_t i = 0; i < pat->count; i++)
		if (!lines_match(p, &p->old.at[at + i], &pat->lines[i], loose))
			return false;
	return true;
}

/* Finds the line (from 0) at which the hunk without its fuzzy context matches, nearest to where it is expected. */
static bool locate(const struct patch *p, const struct hunk *h, size_t fuzz, enum looseness loose, size_t *at)
{
	struct pattern pat = pattern_of(h, fuzz);
	size_t most = h->before > h->after ? h->before : h->after;
	ptrdiff_t guess = (ptrdiff_t)h->sides[0].first - 1 + p->offset + (ptrdiff_t)pat.skip;
	ptrdiff_t low = (ptrdiff_t)p->copied, high = (ptrdiff_t)p->old.count - (ptrdiff_t)pat.count;
	size_t before = h->before - pat.skip, after = h->after > clip_fuzz(fuzz, h->after, most)
							      ? h->after - clip_fuzz(fuzz, h->after, most)
							      : 0;

	if (high < low)
		return false;
	if (h->sides[0].lines.count == 0) {
		*at = (size_t)(guess < low ? low : guess > high ? high : guess);
		return guess <= high;
	}
	/* less context at one end means an end of the file */
	if (before < after && h->sides[0].first <= 1) {
		*at = 0;
		return low == 0 && matches_at(p, &pat, 0, loose);
	}
	if (after < before) {
		*at = (size_t)high;
		return matches_at(p, &pat, (size_t)high, loose);
	}
	for (ptrdiff_t far = 0; guess + far <= high || guess - far >= low; far++) {
		if (guess + far >= low && guess + far <= high &&
		    matches_at(p, &pat, (size_t)(guess + far), loose)) {
			*at = (size_t)(guess + far);
			return true;
		}
		if (far > 0 && guess - far >= low && guess - far <= high &&
		    matches_at(p, &pat, (size_t)(guess - far), loose)) {
			*at = (size_t)(guess - far);
			return true;
		}
	}
	return false;
}

size_t patch_locate(struct patch *p, const struct hunk *h, size_t fuzz, bool *found)
{
	size_t at = 0;

	*found = locate(p, h, fuzz, EXACT, &at);
	return at;
}

/* Writes a line. One without a newline gets it when another follows. */
void patch_put(struct patch *p, const struct line *l)
{
	if (p->newline_missing)
		writer_char(&p->out, '\n');
	p->newline_missing = l->len == 0 || l->text[l->len - 1] != '\n';
	writer_mem(&p->out, l->text, l->len);
}

void patch_copy_until(struct patch *p, size_t line)
{
	if (p->copied >= line)
		return;
	if (!p->newline_missing) { /* they are one after the other in memory */
		const struct line *first = &p->old.at[p->copied], *last = &p->old.at[line - 1];

		writer_mem(&p->out, first->text, (size_t)(last->text + last->len - first->text));
		p->newline_missing = last->text[last->len - 1] != '\n';
		p->copied = line;
	}
	while (p->copied < line)
		patch_put(p, &p->old.at[p->copied++]);
}

static void put_text(struct patch *p, const char *text)
{
	patch_put(p, &(struct line){ text, strlen(text), false });
}

/* Makes the changes of a hunk whose lines, less the first `skip`, match from `at` on, `count` of them. */
static void change(struct patch *p, const struct hunk *h, size_t at, const struct pattern *pat)
{
	const struct lines *old = &h->sides[0].lines, *new = &h->sides[1].lines;
	size_t i = pat->skip, j = pat->skip, end = pat->skip + pat->count;
	const char *name = p->opt->ifdef;

	patch_copy_until(p, at);
	while (i < end || (j < new->count &&new->at[j].changed)) {
		bool removes = i < end && old->at[i].changed, adds = j < new->count &&new->at[j].changed;

		if (!removes && !adds) {
			if (p->copied < p->old.count)
				patch_copy_until(p, p->copied + 1);
			i++;
			j++;
			continue;
		}
		if (name)
			put_text(p, arena_printf(removes ? "#ifndef %s\n" : "#ifdef %s\n", name));
		for (; i < end && old->at[i].changed; i++) {
			if (name)
				patch_put(p, &p->old.at[p->copied]);
			p->copied++;
		}
		if (name && removes && adds)
			put_text(p, "#else\n");
		for (; j < new->count &&new->at[j].changed; j++)
			patch_put(p, &new->at[j]);
		if (name)
			put_text(p, "#endif\n");
	}
}

/* Says what happened to a hunk, if it is worth it. */
static void tell_success(struct patch *p, size_t number, size_t line, size_t fuzz, ptrdiff_t offset)
{
	struct buf b = { 0 };

	if (((fuzz == 0 && offset == 0) || p->opt->merge_at) && !p->verbose)
		return;
	buf_fmt(&b, "Hunk #%zu succeeded at %zu", number, line);
	if (fuzz > 0)
		buf_fmt(&b, " with fuzz %zu", fuzz);
	if (offset != 0)
		buf_fmt(&b, " (offset %td line%s)", offset, offset == 1 || offset == -1 ? "" : "s");
	patch_say(p, "%s.\n", b.data);
}

/* Decides about a patch that fits the other way round. Returns whether it is to be reversed; p->skip tells whether
 * it is to be left out. */
bool patch_ok_to_reverse(struct patch *p, const char *fmt, ...)
{
	va_list args;
	struct writer w = { .fd = -1 };
	char *answer;

	va_start(args, fmt);
	writer_vfmt(&w, fmt, args);
	va_end(args);
	writer_char(&w, 0);
	if (p->forward) {
		patch_say(p, "%s  Skipping patch.\n", w.buf);
		p->skip = true;
		return false;
	}
	if (p->force) {
		patch_say(p, "%s  Applying it anyway.\n", w.buf);
		p->apply_anyway = true;
		return false;
	}
	if (p->batch) {
		patch_say(p, p->reverse ? "%s  Ignoring -R.\n" : "%s  Assuming -R.\n", w.buf);
		return true;
	}
	answer = patch_ask(p, p->reverse ? "%s  Ignore -R? [n] " : "%s  Assume -R? [n] ", w.buf);
	if (*answer == 'y')
		return true;
	answer = patch_ask(p, "Apply anyway? [n] ");
	if (*answer == 'y') {
		p->apply_anyway = true;
		return false;
	}
	patch_say(p, "Skipping patch.\n");
	p->skip = true;
	return false;
}

/* Whether the first hunk fits reversed, and that is what is wanted: it is then. */
static bool try_reversed(struct patch *p, struct hunk *h, size_t fuzz, size_t *at)
{
	bool found;

	patch_swap(h);
	*at = patch_locate(p, h, fuzz, &found);
	if (found && patch_ok_to_reverse(p, "%s patch detected!",
					 p->reverse ? "Unreversed" : "Reversed (or previously applied)")) {
		p->reverse = !p->reverse;
		p->mismatch = true;
		return true;
	}
	patch_swap(h);
	return false;
}

static void fail(struct patch *p, const struct hunk *h, size_t number)
{
	size_t line = h->sides[0].first, at;
	struct patch loose = *p;

	p->mismatch = true;
	p->failed++;
	patch_reject(p, h);
	if (p->skip && p->verbose)
		patch_say(p, "Hunk #%zu ignored at %td.\n", number, (ptrdiff_t)line + p->growth);
	else if (!p->skip)
		patch_say(p, "Hunk #%zu FAILED at %td%s.\n", number, (ptrdiff_t)line + p->growth,
			  locate(&loose, h, 0, WITHOUT_RETURNS, &at) ? " (different line endings)" : "");
}

void patch_apply_hunk(struct patch *p, struct hunk *h, size_t number)
{
	size_t most = h->before > h->after ? h->before : h->after, fuzz = 0, at = 0;
	bool found = false;

	most = most < p->fuzz ? most : p->fuzz;
	p->hunks++;
	for (; !p->skip && !found; fuzz++) {
		at = patch_locate(p, h, fuzz, &found);
		if (!found && number == 1 && !p->force && !p->apply_anyway && !p->no_reverse_check &&
		    h->sides[0].lines.count + h->sides[1].lines.count > 0)
			found = try_reversed(p, h, fuzz, &at);
		if (fuzz == most || found)
			break;
	}
	if (p->skip || !found) {
		fail(p, h, number);
		return;
	}
	struct pattern pat = pattern_of(h, fuzz);
	ptrdiff_t start = (ptrdiff_t)at - (ptrdiff_t)pat.skip,
		  offset = start - ((ptrdiff_t)h->sides[0].first - 1);

	if (h->sides[0].lines.count == 0 && offset != 0 && p->old.count == 0)
		offset = 0;
	p->offset = offset;
	p->mismatch |= fuzz > 0 || offset != 0;
	change(p, h, at, &pat);
	tell_success(p, number, (size_t)(start + 1 + p->growth), fuzz, offset);
	p->growth += (ptrdiff_t)h->sides[1].lines.count - (ptrdiff_t)h->sides[0].lines.count;
}

static void reject_line(struct buf *b, const char *prefix, const struct line *l)
{
	buf_str(b, prefix);
	buf_mem(b, l->text, l->len);
	if (l->len == 0 || l->text[l->len - 1] != '\n')
		buf_str(b, "\n\\ No newline at end of file\n");
}

static void reject_unified_range(struct buf *b, const struct hunk_side *s, ptrdiff_t shift)
{
	ptrdiff_t first = (ptrdiff_t)s->first + shift - (s->lines.count == 0);

	buf_fmt(b, "%td", first);
	if (s->lines.count != 1)
		buf_fmt(b, ",%zu", s->lines.count);
}

static void reject_unified(struct patch *p, const struct hunk *h)
{
	const struct lines *old = &h->sides[0].lines, *new = &h->sides[1].lines;
	struct buf *b = &p->rejects;
	size_t i = 0, j = 0;

	buf_str(b, "@@ -");
	reject_unified_range(b, &h->sides[0], p->growth);
	buf_str(b, " +");
	reject_unified_range(b, &h->sides[1], p->growth);
	buf_fmt(b, " @@%.*s\n", (int)h->function_len, h->function);
	while (i < old->count || j < new->count) {
		if (i < old->count && old->at[i].changed)
			reject_line(b, "-", &old->at[i++]);
		else if (j < new->count &&new->at[j].changed)
			reject_line(b, "+", &new->at[j++]);
		else {
			if (i < old->count)
				reject_line(b, " ", &old->at[i]);
			i++;
			j++;
		}
	}
}

/* Writes one side in context format: changed lines are marked ! if there are changed ones on the other side too. */
static void reject_side(struct buf *b, const struct hunk *h, int side, bool marked)
{
	const struct lines *mine = &h->sides[side].lines, *other = &h->sides[!side].lines;
	size_t i = 0, j = 0;

	while (i < mine->count) {
		bool both;

		if (!mine->at[i].changed && !(j < other->count && other->at[j].changed)) {
			reject_line(b, "  ", &mine->at[i++]);
			j++;
			continue;
		}
		both = marked && j < other->count && other->at[j].changed;
		for (; i < mine->count && mine->at[i].changed; i++)
			reject_line(b, both ? "! " : side ? "+ " : "- ", &mine->at[i]);
		while (j < other->count && other->at[j].changed)
			j++;
	}
}

static void reject_context(struct patch *p, const struct hunk *h)
{
	struct buf *b = &p->rejects;
	bool plain = p->format == FORMAT_NORMAL || p->format == FORMAT_CONTEXT;

	buf_fmt(b, "***************%.*s\n", (int)h->function_len, h->function);
	for (int side = 0; side < 2; side++) {
		const struct hunk_side *s = &h->sides[side];
		size_t n = s->lines.count;
		ptrdiff_t first = n > 0 ? (ptrdiff_t)s->first + p->growth : 0;

		buf_fmt(b, side ? "--- %td" : "*** %td", first);
		if (n > 1)
			buf_fmt(b, ",%td", first + (ptrdiff_t)n - 1);
		buf_str(b, side ? plain ? " -----\n" : " ----\n" : plain ? "\n" : " ****\n");
		reject_side(b, h, side, p->format != FORMAT_NORMAL);
	}
}

/* Adds a hunk to the rejects. */
void patch_reject(struct patch *p, const struct hunk *h)
{
	const char *format = p->opt->reject_format;
	bool unified = p->format == FORMAT_UNIFIED || p->format == FORMAT_GIT;

	if (format)
		unified = strcmp(format, "unified") == 0;
	if (p->rejects.len == 0) {
		for (int side = 0; side < 2; side++) {
			const struct header_name *n = &p->names[p->reverse ? !side : side];
			const char *mark = unified ? side ? "+++" : "---" : side ? "---" : "***";

			buf_fmt(&p->rejects, "%s %s", mark, n->name ? n->name : "/dev/null");
			if (n->name && *n->time)
				buf_fmt(&p->rejects, "\t%s", n->time);
			buf_char(&p->rejects, '\n');
		}
	}
	if (unified)
		reject_unified(p, h);
	else
		reject_context(p, h);
}

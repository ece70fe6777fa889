/* hunks.c - diff's normal, context and unified output */
#include "diff.h"

void diff_color(const struct diff *d, enum color_use use)
{
	if (d->color)
		out_fmt("\033[%sm", d->colors[use]);
}

size_t diff_next_change(const struct diff *d, size_t i)
{
	while (d->ignorable && i < d->d.count && d->ignorable[i])
		i++;
	return i;
}

static void put_expanded(const struct diff *d, const char *p, size_t len, const char *prefix)
{
	size_t column = 0;

	for (const char *end = p + len; p < end; p++)
		switch (*p) {
		case '\t': {
			size_t blanks = d->tabsize - column % d->tabsize;

			out_fill(' ', blanks);
			column += blanks;
			break;
		}
		case '\r':
			out_char('\r');
			if (prefix && p + 1 < end)
				out_str(prefix);
			column = 0;
			break;
		case '\b':
			if (column > 0) {
				column--;
				out_char('\b');
			}
			break;
		default:
			if ((unsigned char)*p >= ' ' && *p != 127)
				column++;
			out_char(*p);
		}
}

void diff_put_line(const struct diff *d, int side, size_t i, const char *prefix)
{
	const char *text;
	size_t len, prefix_len = strlen(prefix);
	bool newline = diff_line(d, side, i, &text, &len);

	if (d->opt->suppress_blank_empty && len == 0 && newline)
		while (prefix_len > 0 && (prefix[prefix_len - 1] == ' ' || prefix[prefix_len - 1] == '\t'))
			prefix_len--;
	out_mem(prefix, prefix_len);
	if (d->opt->expand_tabs)
		put_expanded(d, text, len, d->style == STYLE_UNIFIED ? NULL : prefix);
	else
		out_mem(text, len);
}

/* Ends a line, and says so if the file does not. */
static void end_line(const struct diff *d, int side, size_t i)
{
	const char *text;
	size_t len;

	out_char('\n');
	if (!diff_line(d, side, i, &text, &len))
		out_str("\\ No newline at end of file\n");
}

/* Prints a line that is in one file only, or (USE_RESET) in both. */
static void put_colored(const struct diff *d, int side, size_t i, const char *prefix, enum color_use use)
{
	if (use != USE_RESET)
		diff_color(d, use);
	diff_put_line(d, side, i, prefix);
	if (use != USE_RESET)
		diff_color(d, USE_RESET);
	end_line(d, side, i);
}

void diff_put_range(size_t at, size_t count, char comma)
{
	out_num(count > 0 ? at + 1 : at, 0);
	if (count > 1) {
		out_char(comma);
		out_num(at + count, 0);
	}
}

static void print_normal(struct diff *d)
{
	const char *old = d->opt->initial_tab ? "<\t" : "< ", *new = d->opt->initial_tab ? ">\t" : "> ";

	for (size_t n = 0; (n = diff_next_change(d, n)) < d->d.count; n++) {
		const struct linediff_change *c = &d->d.changes[n];

		diff_begin(d);
		diff_color(d, USE_PLACE);
		diff_put_range(c->at[0], c->counts[0], ',');
		out_char(c->counts[0] == 0 ? 'a' : c->counts[1] == 0 ? 'd' : 'c');
		diff_put_range(c->at[1], c->counts[1], ',');
		diff_color(d, USE_RESET);
		out_char('\n');
		for (size_t i = 0; i < c->counts[0]; i++)
			put_colored(d, 0, c->at[0] + i, old, USE_DELETED);
		if (c->counts[0] > 0 && c->counts[1] > 0)
			out_str("---\n");
		for (size_t i = 0; i < c->counts[1]; i++)
			put_colored(d, 1, c->at[1] + i, new, USE_ADDED);
	}
}

static void put_time(struct diff *d, const struct timespec *ts)
{
	struct buf b = { 0 };
	struct tm tm;

	if (!time_split(&d->zone, ts->tv_sec, &tm))
		buf_fmt(&b, "%jd.%.9ld", (intmax_t)ts->tv_sec, ts->tv_nsec);
	else
		time_format(&b, d->posix_times ? "%a %b %e %T %Y" : "%Y-%m-%d %H:%M:%S.%N %z", &tm, ts);
	out_str(b.data);
}

const char *diff_quoted(const char *name)
{
	return quote_style(name, strlen(name), strchr(name, ' ') ? QUOTE_C : QUOTE_C_MAYBE, NULL, NULL);
}

static void put_headers(struct diff *d, const char *const marks[2])
{
	for (int s = 0; s < 2; s++) {
		const struct input *in = &d->inputs[s];

		diff_color(d, USE_HEADER);
		out_fmt("%s ", marks[s]);
		if (d->labels[s]) {
			out_str(d->labels[s]);
		} else {
			out_fmt("%s\t", diff_quoted(in->name));
			put_time(d, &in->st.st_mtim);
		}
		diff_color(d, USE_RESET);
		out_char('\n');
	}
}

/* Some changes that are shown together: those from `first` up to `end`, with `at` and `counts` of lines. */
struct hunk {
	size_t first, end;
	size_t at[2], counts[2];
};

static size_t change_end(const struct diff *d, size_t i)
{
	return d->d.changes[i].at[0] + d->d.changes[i].counts[0];
}

/* Finds the next hunk, from the change h->end on. Changes that are not far apart are in one; ignorable ones are shown only
 * beside others. */
static bool next_hunk(const struct diff *d, struct hunk *h)
{
	bool shown = false;

	do {
		h->first = h->end;
		if (h->first == d->d.count)
			return false;
		do {
			size_t most = d->ignorable && d->ignorable[h->end + 1] ? d->context
									       : 2 * d->context + 1;

			shown |= !d->ignorable || !d->ignorable[h->end];
			h->end++;
			if (h->end < d->d.count &&
			    d->d.changes[h->end].at[0] - change_end(d, h->end - 1) >= most)
				break;
		} while (h->end < d->d.count);
	} while (!shown);
	for (int s = 0; s < 2; s++) {
		const struct linediff_side *side = &d->d.sides[s];
		const struct linediff_change *last = &d->d.changes[h->end - 1];
		size_t at = d->d.changes[h->first].at[s], end = last->at[s] + last->counts[s];

		h->at[s] = at - side->first > d->context ? at - d->context : side->first;
		end = side->end - end > d->context ? end + d->context : side->end;
		h->counts[s] = end - h->at[s];
	}
	return true;
}

/* Prints the last line before a hunk that the function expression matches; `*seen` lines were looked at before, and
 * *found is the last of them that did. */
static void put_function(struct diff *d, const struct hunk *h, size_t *seen, const char **found)
{
	const char *text;
	size_t len = 0, room = 40;

	for (size_t i = h->at[0]; i-- > *seen;) {
		diff_line(d, 0, i, &text, &len);
		if (regex_search(d->function, text, len, 0, 0, NULL, 0)) {
			*found = text;
			break;
		}
	}
	*seen = h->at[0];
	if (!*found)
		return;
	text = *found;
	while (*text == ' ' || (*text >= '\t' && *text <= '\r' && *text != '\n'))
		text++;
	for (len = 0; len < room && text + len < d->d.sides[0].text + d->d.sides[0].len && text[len] != '\n';)
		len++;
	while (len > 0 && (text[len - 1] == ' ' || (text[len - 1] >= '\t' && text[len - 1] <= '\r')))
		len--;
	out_char(' ');
	out_mem(text, len);
}

static void put_unified_range(const struct hunk *h, int side)
{
	if (h->counts[side] == 1)
		out_num(h->at[side] + 1, 0);
	else
		out_fmt("%zu,%zu", h->counts[side] ? h->at[side] + 1 : h->at[side], h->counts[side]);
}

static void print_unified(struct diff *d)
{
	static const char *const marks[] = { "---", "+++" };
	bool tab = d->opt->initial_tab;
	struct hunk h = { 0 };
	size_t seen = d->d.sides[0].first;
	const char *found = NULL;

	while (next_hunk(d, &h)) {
		size_t line = h.at[0];

		if (!d->begun) {
			diff_begin(d);
			put_headers(d, marks);
		}
		diff_color(d, USE_PLACE);
		out_str("@@ -");
		put_unified_range(&h, 0);
		out_str(" +");
		put_unified_range(&h, 1);
		out_str(" @@");
		diff_color(d, USE_RESET);
		if (d->function)
			put_function(d, &h, &seen, &found);
		out_char('\n');
		for (size_t n = h.first; n < h.end; n++) {
			const struct linediff_change *c = &d->d.changes[n];

			while (line < c->at[0])
				put_colored(d, 0, line++, tab ? "\t" : " ", USE_RESET);
			for (size_t i = 0; i < c->counts[0]; i++)
				put_colored(d, 0, line++, tab ? "-\t" : "-", USE_DELETED);
			for (size_t i = 0; i < c->counts[1]; i++)
				put_colored(d, 1, c->at[1] + i, tab ? "+\t" : "+", USE_ADDED);
		}
		while (line < h.at[0] + h.counts[0])
			put_colored(d, 0, line++, tab ? "\t" : " ", USE_RESET);
	}
}

/* Prints one side of a hunk in context format, if it has changed lines. */
static void put_context_side(struct diff *d, const struct hunk *h, int side)
{
	static const char *const prefixes[2][3] = { { "  ", "- ", "! " }, { "  ", "+ ", "! " } };
	static const char *const tabbed[2][3] = { { " \t", "-\t", "!\t" }, { " \t", "+\t", "!\t" } };
	const char *const *p = d->opt->initial_tab ? tabbed[side] : prefixes[side];
	enum color_use use = side ? USE_ADDED : USE_DELETED;
	size_t line = h->at[side], changed = 0;

	for (size_t n = h->first; n < h->end; n++)
		changed += d->d.changes[n].counts[side];
	if (changed == 0)
		return;
	for (size_t n = h->first; n < h->end; n++) {
		const struct linediff_change *c = &d->d.changes[n];

		while (line < c->at[side])
			put_colored(d, side, line++, p[0], use);
		for (size_t i = 0; i < c->counts[side]; i++)
			put_colored(d, side, line++, p[c->counts[!side] ? 2 : 1], use);
	}
	while (line < h->at[side] + h->counts[side])
		put_colored(d, side, line++, p[0], use);
}

static void print_context(struct diff *d)
{
	static const char *const marks[] = { "***", "---" };
	struct hunk h = { 0 };
	size_t seen = d->d.sides[0].first;
	const char *found = NULL;

	while (next_hunk(d, &h)) {
		if (!d->begun) {
			diff_begin(d);
			put_headers(d, marks);
		}
		out_str("***************");
		if (d->function)
			put_function(d, &h, &seen, &found);
		for (int s = 0; s < 2; s++) {
			if (s == 0)
				out_char('\n');
			diff_color(d, USE_PLACE);
			out_fmt("%s ", marks[s]);
			diff_put_range(h.at[s], h.counts[s], ',');
			out_str(s ? " ----" : " ****");
			diff_color(d, USE_RESET);
			out_char('\n');
			put_context_side(d, &h, s);
		}
	}
}

void diff_print(struct diff *d)
{
	switch (d->style) {
	case STYLE_CONTEXT:
		print_context(d);
		break;
	case STYLE_UNIFIED:
		print_unified(d);
		break;
	case STYLE_ED:
	case STYLE_FORWARD_ED:
	case STYLE_RCS:
		diff_print_ed(d);
		break;
	case STYLE_SIDE:
		diff_print_side(d);
		break;
	case STYLE_MERGED:
		diff_print_merged(d);
		break;
	default:
		print_normal(d);
	}
}

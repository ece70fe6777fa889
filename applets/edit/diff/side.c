/* side.c - diff's output in two columns */
#include "diff.h"

/* The least columns between the two halves. */
#define GUTTER 3

/* Where the columns are. */
struct columns {
	size_t half;   /* width of either */
	size_t second; /* where the second begins */
	size_t mark;
};

static struct columns columns(const struct diff *d)
{
	size_t step = d->opt->expand_tabs ? 1 : d->tabsize;
	size_t middle = (d->width + GUTTER + step) / (2 * step) * step; /* at a tab stop */
	struct columns c = { .half = 0, .second = d->width };

	if (middle > GUTTER && d->width > middle) {
		c.half = middle - GUTTER < d->width - middle ? middle - GUTTER : d->width - middle;
		c.second = middle;
	}
	c.mark = (c.half + c.second - 1) / 2;
	return c;
}

/* Moves from one column to another, by tabs if they may be used. Returns the latter. */
static size_t move(const struct diff *d, size_t from, size_t to)
{
	while (!d->opt->expand_tabs && from / d->tabsize < to / d->tabsize) {
		out_char('\t');
		from = (from / d->tabsize + 1) * d->tabsize;
	}
	if (from < to)
		out_fill(' ', to - from);
	return from < to ? to : from;
}

/* Prints as much of a line as fits in `width` columns, `indent` being the column it stands at. Returns how far it is. */
static size_t put_half(const struct diff *d, int side, size_t i, size_t indent, size_t width)
{
	bool utf8 = locale_is_utf8();
	const char *p, *end;
	size_t len, in = 0, out = 0; /* columns: of the text, and of what was printed */

	diff_line(d, side, i, &p, &len);
	for (end = p + len; p < end;) {
		unsigned char c = (unsigned char)*p;
		uint32_t cp = c;
		int n = 1, columns;

		if (c == '\t') {
			size_t blanks = d->tabsize - in % d->tabsize;

			if (in == out) {
				size_t stop = out + blanks < width || !d->opt->expand_tabs ? out + blanks
											   : width;

				if (d->opt->expand_tabs) {
					for (; out < stop; out++)
						out_char(' ');
				} else if (stop < width) {
					out = stop;
					out_char('\t');
				}
			}
			in += blanks;
			p++;
			continue;
		}
		if (c == '\r') {
			out_char('\r');
			move(d, 0, indent);
			in = out = 0;
			p++;
			continue;
		}
		if (c == '\b') {
			if (in > 0 && --in < width) {
				if (out <= in)
					for (; out < in; out++)
						out_char(' ');
				else {
					out = in;
					out_char('\b');
				}
			}
			p++;
			continue;
		}
		if (c >= 0x80)
			n = utf8 ? utf8_decode(p, (size_t)(end - p), &cp) : 0;
		columns = n > 0 ? char_width(cp) : 0;
		if (columns > 0)
			in += (size_t)columns;
		if (n > 0 ? in <= width : in < width) {
			out = in;
			out_mem(p, n > 0 ? (size_t)n : 1);
		}
		p += n > 0 ? n : 1;
	}
	return out;
}

static bool has_newline(const struct diff *d, int side, size_t i)
{
	const char *text;
	size_t len;

	return diff_line(d, side, i, &text, &len);
}

static bool is_empty(const struct diff *d, int side, size_t i)
{
	const char *text;
	size_t len;

	return diff_line(d, side, i, &text, &len) && len == 0;
}

#define NO_LINE SIZE_MAX

/* Prints a line of the first file, a mark, and one of the second; either may be NO_LINE. */
static void put_pair(const struct diff *d, const struct columns *c, size_t left, char mark, size_t right)
{
	size_t column = 0;
	bool newline = false;

	if (mark == '<')
		diff_color(d, USE_DELETED);
	if (mark == '>')
		diff_color(d, USE_ADDED);
	if (left != NO_LINE) {
		newline = has_newline(d, 0, left);
		column = put_half(d, 0, left, 0, c->half);
	}
	if (mark != ' ') {
		if (mark == '|' && newline != has_newline(d, 1, right))
			mark = newline ? '/' : '\\';
		column = move(d, column, c->mark) + 1;
		out_char(mark);
	}
	if (right != NO_LINE) {
		newline |= has_newline(d, 1, right);
		if (!is_empty(d, 1, right)) {
			column = move(d, column, c->second);
			put_half(d, 1, right, c->second, c->half);
		}
	}
	if (newline)
		out_char('\n');
	if (mark == '<' || mark == '>')
		diff_color(d, USE_RESET);
}

/* Prints what both have, as far as `to[0]` and `to[1]`. */
static void put_common(const struct diff *d, const struct columns *c, size_t at[2], const size_t to[2])
{
	if (at[0] == to[0] && at[1] == to[1])
		return;
	if (d->opt->sdiff_merge_assist && !d->opt->suppress_common_lines)
		out_fmt("i%zu,%zu\n", to[0] - at[0], to[1] - at[1]);
	if (!d->opt->suppress_common_lines) {
		bool left = d->opt->left_column;

		while (at[0] < to[0] && at[1] < to[1]) {
			put_pair(d, c, at[0], left ? '(' : ' ', left ? NO_LINE : at[1]);
			at[0]++;
			at[1]++;
		}
		while (at[1] < to[1])
			put_pair(d, c, NO_LINE, ')', at[1]++);
		while (at[0] < to[0])
			put_pair(d, c, at[0]++, '(', NO_LINE);
	}
	at[0] = to[0];
	at[1] = to[1];
}

void diff_print_side(struct diff *d)
{
	struct columns c = columns(d);
	size_t at[2] = { 0, 0 }, end[2] = { d->d.sides[0].end, d->d.sides[1].end };

	diff_begin(d);
	for (size_t n = 0; (n = diff_next_change(d, n)) < d->d.count; n++) {
		const struct linediff_change *change = &d->d.changes[n];
		const size_t *counts = change->counts;
		size_t i = 0;

		put_common(d, &c, at, change->at);
		if (d->opt->sdiff_merge_assist)
			out_fmt("c%zu,%zu\n", counts[0], counts[1]);
		for (; i < counts[0] && i < counts[1]; i++)
			put_pair(d, &c, at[0] + i, '|', at[1] + i);
		for (size_t j = i; j < counts[1]; j++)
			put_pair(d, &c, NO_LINE, '>', at[1] + j);
		for (size_t j = i; j < counts[0]; j++)
			put_pair(d, &c, at[0] + j, '<', NO_LINE);
		at[0] += counts[0];
		at[1] += counts[1];
	}
	put_common(d, &c, at, end);
}

/* ed.c - diff's scripts: for ed, something like it in forward order, and for RCS */
#include "diff.h"

static void put_text(const struct diff *d, size_t i)
{
	diff_put_line(d, 1, i, "");
	out_char('\n');
}

/* Prints a change for ed. A line that is a dot alone would end the input: it is put in as two and then cut. */
static void print_for_ed(const struct diff *d, const struct linediff_change *c)
{
	bool inserting = c->counts[1] > 0;

	diff_put_range(c->at[0], c->counts[0], ',');
	out_str(c->counts[0] == 0 ? "a\n" : c->counts[1] == 0 ? "d\n" : "c\n");
	for (size_t i = c->at[1]; i < c->at[1] + c->counts[1]; i++) {
		const char *text;
		size_t len;

		if (!inserting)
			out_str("a\n");
		inserting = true;
		diff_line(d, 1, i, &text, &len);
		if (len == 1 && *text == '.') {
			out_str("..\n.\ns/.//\n");
			inserting = false;
		} else {
			put_text(d, i);
		}
	}
	if (inserting)
		out_str(".\n");
}

static void print_forward(const struct diff *d, const struct linediff_change *c)
{
	out_char(c->counts[0] == 0 ? 'a' : c->counts[1] == 0 ? 'd' : 'c');
	diff_put_range(c->at[0], c->counts[0], ' ');
	out_char('\n');
	for (size_t i = 0; i < c->counts[1]; i++)
		put_text(d, c->at[1] + i);
	if (c->counts[1] > 0)
		out_str(".\n");
}

static void print_rcs(const struct diff *d, const struct linediff_change *c)
{
	if (c->counts[0] > 0)
		out_fmt("d%zu %zu\n", c->at[0] + 1, c->counts[0]);
	if (c->counts[1] == 0)
		return;
	out_fmt("a%zu %zu\n", c->at[0] + c->counts[0], c->counts[1]);
	for (size_t i = 0; i < c->counts[1]; i++) {
		const char *text;
		size_t len;

		diff_put_line(d, 1, c->at[1] + i, "");
		if (diff_line(d, 1, c->at[1] + i, &text, &len))
			out_char('\n');
	}
}

void diff_print_ed(struct diff *d)
{
	for (size_t n = 0; n < d->d.count; n++) {
		size_t i = d->style == STYLE_ED ? d->d.count - 1 - n : n;
		const struct linediff_change *c = &d->d.changes[i];

		if (d->ignorable && d->ignorable[i])
			continue;
		diff_begin(d);
		if (d->style == STYLE_ED)
			print_for_ed(d, c);
		else if (d->style == STYLE_FORWARD_ED)
			print_forward(d, c);
		else
			print_rcs(d, c);
	}
}

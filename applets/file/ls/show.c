/* show.c - the formats of ls */
#include "ls.h"

enum { GAP = 2, COLUMN_MIN = 1 + GAP };

/* Hands a finished line, or part of one, to the output. */
void flush_line(struct ls *ls)
{
	out_mem(ls->out.data, ls->out.len);
	ls->written += ls->out.len;
	ls->out.len = 0;
}

static void end_line(struct ls *ls)
{
	buf_char(&ls->out, ls->end_of_line);
	flush_line(ls);
}

/* Writes a text on the right of its column. */
void put_padded(struct buf *b, const char *s, int width)
{
	for (int len = (int)strlen(s); len < width; len++)
		buf_char(b, ' ');
	buf_str(b, s);
}

/* Writes a number on the right of its column. */
void put_number(struct buf *b, uintmax_t n, int width)
{
	char text[NUM_SIZE];

	put_padded(b, num_to_str(n, text), width);
}

/* What the columns before the name show. */
static const char *inode_of(const struct entry *e, char buf[NUM_SIZE])
{
	return e->inode && !e->failed ? num_to_str(e->inode, buf) : "?";
}

static const char *blocks_of(const struct ls *ls, const struct entry *e, char buf[HUMAN_SIZE])
{
	return e->info ? human_size((uintmax_t)e->info->st.st_blocks, 512, &ls->block_format, buf) : "?";
}

static const char *context_of(const struct entry *e)
{
	return e->info && e->info->context ? e->info->context : "?";
}

void put_inode(struct ls *ls, const struct entry *e)
{
	char buf[NUM_SIZE];

	if (!ls->show_inode)
		return;
	put_padded(&ls->out, inode_of(e, buf), ls->width.inode);
	buf_char(&ls->out, ' ');
}

void put_blocks(struct ls *ls, const struct entry *e)
{
	char buf[HUMAN_SIZE];

	if (!ls->show_blocks)
		return;
	put_padded(&ls->out, blocks_of(ls, e, buf), ls->width.blocks);
	buf_char(&ls->out, ' ');
}

static void put_context(struct ls *ls, const struct entry *e)
{
	if (!ls->show_context)
		return;
	put_padded(&ls->out, context_of(e), ls->width.context);
	buf_char(&ls->out, ' ');
}

static int max(int a, int b)
{
	return a > b ? a : b;
}

/* Finds how wide the columns before the names are. In the format with commas they are as wide as need be. */
static void measure(struct ls *ls)
{
	char buf[HUMAN_SIZE];

	ls->width.inode = ls->width.blocks = ls->width.context = 0;
	if (ls->format == FORMAT_COMMAS || !(ls->show_inode || ls->show_blocks || ls->show_context))
		return;
	for (size_t i = 0; i < ls->found; i++) {
		const struct entry *e = &ls->entries[i];

		if (ls->show_inode)
			ls->width.inode = max(ls->width.inode, (int)strlen(inode_of(e, buf)));
		if (ls->show_blocks)
			ls->width.blocks = max(ls->width.blocks, (int)strlen(blocks_of(ls, e, buf)));
		if (ls->show_context)
			ls->width.context = max(ls->width.context, (int)strlen(context_of(e)));
	}
}

/* Columns that the name takes with all that stands before and behind it. */
static size_t full_width(struct ls *ls, struct entry *e)
{
	char buf[HUMAN_SIZE];
	bool commas = ls->format == FORMAT_COMMAS;
	size_t width = name_width(ls, e) + (indicator_of(ls, e->mode) != 0);

	if (ls->show_inode)
		width += 1 + (commas ? strlen(inode_of(e, buf)) : (size_t)ls->width.inode);
	if (ls->show_blocks)
		width += 1 + (commas ? strlen(blocks_of(ls, e, buf)) : (size_t)ls->width.blocks);
	if (ls->show_context)
		width += 1 + (commas ? strlen(context_of(e)) : (size_t)ls->width.context);
	return width;
}

static void put_entry(struct ls *ls, const struct entry *e, size_t column)
{
	char indicator = indicator_of(ls, e->mode);

	put_normal_color(ls);
	put_inode(ls, e);
	put_blocks(ls, e);
	put_context(ls, e);
	put_name(ls, e, column);
	if (indicator)
		buf_char(&ls->out, indicator);
}

static void show_one_per_line(struct ls *ls)
{
	for (size_t i = 0; i < ls->count; i++) {
		put_entry(ls, ls->sorted[i], 0);
		end_line(ls);
	}
}

static void show_long(struct ls *ls)
{
	measure_long(ls);
	for (size_t i = 0; i < ls->count; i++) {
		struct entry *e = ls->sorted[i];
		char indicator = 0;
		size_t column;

		put_normal_color(ls);
		column = put_long(ls, e);
		put_name(ls, e, column);
		if (!S_ISLNK(e->mode)) {
			indicator = indicator_of(ls, e->mode);
		} else if (e->target) {
			buf_mem(&ls->out, " -> ", 4);
			put_target(ls, e, column + 4 + shown_name(ls, e->name, e->len, ls->name_extra).len);
			indicator = indicator_of(ls, e->target_mode);
		}
		if (indicator)
			buf_char(&ls->out, indicator);
		end_line(ls);
	}
}

/* One after the other, with `separator` and a blank or the end of the line between them. */
static void show_separated(struct ls *ls, char separator)
{
	size_t column = 0;

	for (size_t i = 0; i < ls->count; i++) {
		size_t width = ls->line_length ? full_width(ls, ls->sorted[i]) : 0;

		if (i > 0) {
			bool fits = !ls->line_length || column + width + 2 < ls->line_length;

			column = fits ? column + 2 : 0;
			buf_char(&ls->out, separator);
			buf_char(&ls->out, fits ? ' ' : ls->end_of_line);
		}
		put_entry(ls, ls->sorted[i], column);
		column += width;
	}
	if (ls->count)
		end_line(ls);
}

/* How entries are arranged in columns. */
struct grid {
	size_t columns, rows;
	size_t *entry_widths;
	size_t *column_widths;
	bool across;
};

/* Tries an arrangement. Returns whether it fits on the lines. */
static bool try_columns(const struct ls *ls, struct grid *g, size_t columns)
{
	size_t total = columns * COLUMN_MIN;
	bool fits = true;

	g->columns = columns;
	g->rows = (ls->count + columns - 1) / columns;
	for (size_t i = 0; i < columns; i++)
		g->column_widths[i] = COLUMN_MIN;
	for (size_t i = 0; i < ls->count && fits; i++) {
		size_t c = g->across ? i % columns : i / g->rows;
		size_t width = g->entry_widths[i] + (c + 1 == columns ? 0 : GAP);

		if (width > g->column_widths[c]) {
			total += width - g->column_widths[c];
			g->column_widths[c] = width;
			fits = total < ls->line_length;
		}
	}
	return fits;
}

/* Finds the arrangement with the most columns. */
static void arrange(struct ls *ls, struct grid *g)
{
	size_t columns = ls->line_length / COLUMN_MIN + (ls->line_length % COLUMN_MIN != 0);

	if (columns > ls->count)
		columns = ls->count;
	g->entry_widths = arena_array(size_t, ls->count + columns);
	g->column_widths = g->entry_widths + ls->count;
	for (size_t i = 0; i < ls->count; i++)
		g->entry_widths[i] = full_width(ls, ls->sorted[i]);
	while (!try_columns(ls, g, columns) && columns > 1)
		columns--;
}

/* Moves to another column, with tabs where they help. */
static void indent(struct ls *ls, size_t from, size_t to)
{
	while (from < to)
		if (ls->tab_size && to / ls->tab_size > (from + 1) / ls->tab_size) {
			buf_char(&ls->out, '\t');
			from += ls->tab_size - from % ls->tab_size;
		} else {
			buf_char(&ls->out, ' ');
			from++;
		}
}

static void show_grid(struct ls *ls)
{
	struct grid g = { .across = ls->format == FORMAT_ACROSS };

	arrange(ls, &g);
	for (size_t row = 0; row < g.rows; row++) {
		size_t at = 0, step = g.across ? 1 : g.rows;
		size_t i = g.across ? row * g.columns : row;

		for (size_t c = 0; c < g.columns && i < ls->count; c++, i += step) {
			size_t next = i + step;

			put_entry(ls, ls->sorted[i], at);
			if (c + 1 < g.columns && next < ls->count)
				indent(ls, at + g.entry_widths[i], at + g.column_widths[c]);
			at += g.column_widths[c];
		}
		end_line(ls);
	}
}

/* Shows what was read, in the order it was sorted in. */
void show_entries(struct ls *ls)
{
	measure(ls);
	switch (ls->format) {
	case FORMAT_LONG:
		show_long(ls);
		break;
	case FORMAT_ONE:
		show_one_per_line(ls);
		break;
	case FORMAT_COMMAS:
		show_separated(ls, ',');
		break;
	default:
		if (!ls->line_length)
			show_separated(ls, ' ');
		else if (ls->count)
			show_grid(ls);
		break;
	}
}

/* Shows the size of all files of a directory. */
void show_total(struct ls *ls)
{
	char buf[HUMAN_SIZE];

	if (ls->dired)
		buf_str(&ls->out, "  ");
	buf_fmt(&ls->out, "total %s", human_size(ls->blocks, 512, &ls->block_format, buf));
	end_line(ls);
}

/* Shows where in the output the names are. */
void show_dired(struct ls *ls)
{
	if (ls->names.len)
		buf_fmt(&ls->out, "//DIRED//%s\n", ls->names.data);
	if (ls->directories.len)
		buf_fmt(&ls->out, "//SUBDIRED//%s\n", ls->directories.data);
	buf_fmt(&ls->out, "//DIRED-OPTIONS// --quoting-style=%s\n", quoting_styles[ls->quoting]);
	flush_line(ls);
}

/* search.c - searching one file
 *
 * hot: blocks of lines go from the matcher to the output here
 */
#include "grep.h"

enum { BLOCK = 98304 };

/* Shows the lines of trailing context that are left, up to `limit`. */
static void print_pending(struct grep *g, size_t limit)
{
	size_t at = g->pending_at;

	for (; g->pending > 0 && at < limit; g->pending--) {
		const char *newline = mem_chr(g->buf + at, g->delimiter, limit - at);
		size_t end = newline ? (size_t)(newline - g->buf) + 1 : limit;

		print_line(g, at, end, false);
		at = end;
	}
	g->pending_at = at;
}

/* Shows the leading context of the line at `start`, and the separator before it. */
static void print_before(struct grep *g, size_t first, size_t start)
{
	size_t at = start, limit = g->pending_at > first ? g->pending_at : first;

	for (size_t i = 0; i < g->before && at > limit; i++) {
		const char *newline = mem_rchr(g->buf + limit, g->delimiter, at - 1 - limit);

		at = newline ? (size_t)(newline - g->buf) + 1 : limit;
	}
	if ((g->before || g->after) && g->shown && (at > g->last_out || !g->shown_here) && g->separator) {
		color_start(g, g->colors.separator);
		out_str(g->separator);
		color_end(g, g->colors.separator);
		out_char('\n');
	}
	while (at < start) {
		const char *newline = mem_chr(g->buf + at, g->delimiter, start - at);
		size_t end = (size_t)(newline - g->buf) + 1;

		print_line(g, at, end, false);
		at = end;
	}
}

/* A line was selected. Returns whether the search of this file is over. */
static bool select_line(struct grep *g, size_t first, size_t start, size_t end)
{
	g->found++;
	g->last_selected = g->offset + end;
	if (g->silent_output) {
		g->shown = true;
	} else {
		print_pending(g, start);
		if (g->before || g->after)
			print_before(g, first, start);
		print_line(g, start, end, true);
		g->shown = g->shown_here = true;
		g->pending_at = end;
		g->pending = g->after;
		if (out_failed())
			leave(2);
	}
	return g->stop_early || g->found >= g->max;
}

/* Lines that were all selected (-v), of which nothing is to be known but how many or what they are. */
static void select_lines(struct grep *g, size_t start, size_t end)
{
	if (g->silent_output) {
		g->found += mem_count(g->buf + start, g->delimiter, end - start);
		if (g->buf[end - 1] != g->delimiter)
			g->found++;
	} else {
		g->found++;
		out_mem(g->buf + start, end - start);
		if (g->buf[end - 1] != g->delimiter)
			out_char(g->delimiter);
		if (out_failed())
			leave(2);
	}
	g->last_selected = g->offset + end;
	g->last_out = end;
}

/* Whether whole blocks of lines can be selected at once. */
static bool is_simple(const struct grep *g, size_t start, size_t end)
{
	if (g->stop_early || g->max != UINTMAX_MAX)
		return false;
	if (g->silent_output)
		return true;
	return !g->before && !g->after && g->filenames <= 0 && !g->line_numbers && !g->offsets &&
	       !g->only_matching && !g->colors.on &&
	       (!g->utf8 || g->binary == TEXT || utf8_valid(g->buf + start, end - start));
}

/* Searches the whole lines in buf[start, limit). Returns whether the search of the file is over; `first` is where what can
 * still be shown begins. */
static bool search_block(struct grep *g, size_t first, size_t start, size_t limit)
{
	while (start < limit) {
		size_t end = limit;
		ptrdiff_t found = regex_search_lines(g->re, g->buf, limit, start, g->delimiter, &end);
		size_t match = found < 0 ? limit : (size_t)found;

		if (!g->invert) {
			if (found < 0)
				return false;
			if (select_line(g, first, match, end))
				return true;
		} else if (match > start && is_simple(g, start, match)) {
			select_lines(g, start, match);
		} else {
			while (start < match) {
				const char *newline = mem_chr(g->buf + start, g->delimiter, match - start);
				size_t next = newline ? (size_t)(newline - g->buf) + 1 : match;

				if (select_line(g, first, start, next))
					return true;
				start = next;
			}
		}
		start = found < 0 ? limit : end;
	}
	return false;
}

/* Returns where what must be kept begins: the lines that may be leading context of one to come. */
static size_t keep_from(const struct grep *g, size_t limit)
{
	size_t at = limit;

	for (size_t i = 0; i < g->before && at > 0; i++) {
		const char *newline = mem_rchr(g->buf, g->delimiter, at - 1);

		at = newline ? (size_t)(newline - g->buf) + 1 : 0;
	}
	return at;
}

/* Forgets what is before `from`. */
static void drop(struct grep *g, size_t from, size_t end)
{
	if (g->line_numbers && from > g->counted) {
		g->line += mem_count(g->buf + g->counted, g->delimiter, from - g->counted);
		g->counted = from;
	}
	memmove(g->buf, g->buf + from, end - from);
	g->offset += from;
	g->counted -= from;
	g->last_out = g->last_out > from ? g->last_out - from : 0;
	g->pending_at = g->pending_at > from ? g->pending_at - from : 0;
}

/* Looks whether a new block has NULs: lines of binary files are not shown. Returns false if such a file is to be left out. */
static bool check_binary(struct grep *g, size_t start, size_t end, bool *binary)
{
	if (g->binary == TEXT || g->delimiter == 0)
		return true;
	if (!*binary && mem_chr(g->buf + start, 0, end - start)) {
		*binary = true;
		if (g->binary == WITHOUT_MATCH)
			return false;
		if (!g->count) {
			g->stop_early = true;
			g->silent_output = true;
		}
	}
	/* the text between NULs counts as lines */
	for (char *p = g->buf + start; *binary && p < g->buf + end; p++)
		if (*p == 0)
			*p = g->delimiter;
	return true;
}

static void make_room(struct grep *g, size_t used)
{
	if (g->buf_size - used >= BLOCK)
		return;
	g->buf = arena_grow(g->buf, g->buf_size, g->buf_size ? 2 * g->buf_size : 2 * BLOCK);
	g->buf_size = g->buf_size ? 2 * g->buf_size : 2 * BLOCK;
}

/* The width that -T gives to numbers. */
static int number_width(const struct grep *g, const struct stat *st)
{
	uintmax_t n = S_ISREG(st->st_mode) ? (uintmax_t)st->st_size : INTMAX_MAX;
	int width = 0;

	n += g->line_numbers && n < INTMAX_MAX;
	do
		width++;
	while ((n /= 10) != 0);
	return width;
}

static void begin_file(struct grep *g, int fd, const struct stat *st)
{
	off_t at = fd == STDIN_FILENO ? lseek(fd, 0, SEEK_CUR) : 0;

	g->stop_early = g->quiet || g->list != LIST_NONE || g->out_null;
	g->silent_output = g->stop_early || g->count;
	g->had_bad_encoding = g->shown_here = false;
	g->offset_width = g->initial_tab ? number_width(g, st) : 0;
	g->offset = at > 0 ? (uintmax_t)at : 0;
	g->line = 1;
	g->counted = g->last_out = g->pending_at = g->pending = 0;
	g->found = g->last_selected = 0;
}

uintmax_t search_file(struct grep *g, int fd, const struct stat *st)
{
	size_t start = 0, end = 0; /* what is not searched yet */
	bool binary = false, stopped = false;
	uintmax_t before_binary = UINTMAX_MAX, first_offset;
	ssize_t n;

	begin_file(g, fd, st);
	regex_set_input(g->re, g->name);
	first_offset = g->offset;
	do {
		size_t limit, from;
		const char *newline;

		make_room(g, end);
		n = read_some(fd, g->buf + end, BLOCK);
		if (n < 0) {
			grep_file_trouble(g, errno, g->name);
			break;
		}
		if (n > 0) {
			bool was = binary;

			if (!check_binary(g, end, end + (size_t)n, &binary))
				return 0;
			if (binary && !was)
				before_binary = g->found;
		}
		newline = n > 0 ? mem_rchr(g->buf + end, g->delimiter, (size_t)n) : NULL;
		end += (size_t)n;
		limit = n == 0 ? end : newline ? (size_t)(newline - g->buf) + 1 : start;
		stopped = stopped || search_block(g, 0, start, limit);
		if (!g->silent_output)
			print_pending(g, limit);
		from = keep_from(g, limit);
		start = limit - from;
		drop(g, from, end);
		end -= from;
	} while (n > 0 && (!stopped || g->pending > 0));
	if (fd == STDIN_FILENO && stopped && !g->quiet && !g->out_null)
		lseek(fd, (off_t)(g->last_selected > first_offset ? g->last_selected : first_offset),
		      SEEK_SET);
	if (g->binary == BINARY && !g->quiet && g->list == LIST_NONE && !g->count && !g->out_null &&
	    (g->had_bad_encoding || (binary && g->found > before_binary)))
		warn("%s: binary file matches", g->name);
	return g->found;
}

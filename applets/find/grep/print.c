/* print.c - how grep shows lines */
#include "grep.h"

static const char *const no_color = "";

/* Reads GREP_COLORS: mt=01;31:ne:rv ... */
static void read_colors(struct grep_colors *c, const char *spec)
{
	const struct {
		char name[3];
		const char **to;
	} kinds[] = {
		{ "ms", &c->selected_match }, { "mc", &c->context_match }, { "fn", &c->filename },
		{ "ln", &c->line },           { "bn", &c->offset },        { "se", &c->separator },
		{ "sl", &c->selected_line },  { "cx", &c->context_line },  { "mt", &c->selected_match },
	};

	while (*spec) {
		size_t len = strcspn(spec, ":");
		const char *value = memchr(spec, '=', len);

		if (len == 2 && memcmp(spec, "rv", 2) == 0)
			c->reverse = true;
		if (len == 2 && memcmp(spec, "ne", 2) == 0)
			c->no_erase = true;
		if (value && strspn(value + 1, "0123456789;") < (size_t)(spec + len - value - 1))
			return;
		for (size_t i = 0; value && value - spec == 2 && i < sizeof kinds / sizeof *kinds; i++)
			if (memcmp(spec, kinds[i].name, 2) == 0) {
				*kinds[i].to = arena_memdup(value + 1, len - 3);
				if (kinds[i].name[1] == 't')
					c->context_match = c->selected_match;
			}
		spec += len + (spec[len] == ':');
	}
}

void colors_setup(struct grep *g, const char *when)
{
	struct grep_colors *c = &g->colors;
	const char *term = getenv("TERM"), *old = getenv("GREP_COLOR"), *spec = getenv("GREP_COLORS");

	*c = (struct grep_colors){ .selected_match = "01;31",
				   .context_match = "01;31",
				   .filename = "35",
				   .line = "32",
				   .offset = "32",
				   .separator = "36",
				   .selected_line = no_color,
				   .context_line = no_color };
	c->on = strcmp(when, "always") == 0 || strcmp(when, "yes") == 0 || strcmp(when, "force") == 0 ||
		(strcmp(when, "never") != 0 && strcmp(when, "no") != 0 && strcmp(when, "none") != 0 &&
		 isatty(STDOUT_FILENO) && term && strcmp(term, "dumb") != 0);
	if (!c->on)
		return;
	if (old && *old) {
		warn("warning: GREP_COLOR='%s' is deprecated; use GREP_COLORS='mt=%s'", old, old);
		c->selected_match = c->context_match = old;
	}
	if (spec)
		read_colors(c, spec);
}

void color_start(const struct grep *g, const char *sgr)
{
	if (!g->colors.on || !*sgr)
		return;
	out_str("\33[");
	out_str(sgr);
	out_str(g->colors.no_erase ? "m" : "m\33[K");
}

void color_end(const struct grep *g, const char *sgr)
{
	if (g->colors.on && *sgr)
		out_str(g->colors.no_erase ? "\33[m" : "\33[m\33[K");
}

void print_separator(const struct grep *g, char c)
{
	color_start(g, g->colors.separator);
	out_char(c);
	color_end(g, g->colors.separator);
}

void print_filename(const struct grep *g)
{
	color_start(g, g->colors.filename);
	out_str(g->name);
	color_end(g, g->colors.filename);
}

static void print_number(const struct grep *g, uintmax_t n, const char *sgr)
{
	color_start(g, sgr);
	out_num(n, g->offset_width);
	color_end(g, sgr);
}

/* Writes what goes before buf[start, end). Returns false, having written nothing, if that is not text. */
static bool print_head(struct grep *g, size_t start, size_t end, char separator)
{
	if (g->utf8 && g->binary != TEXT && !utf8_valid(g->buf + start, end - start)) {
		g->had_bad_encoding = true;
		return false;
	}
	if (g->filenames > 0) {
		print_filename(g);
		if (g->null)
			out_char(0);
		else
			print_separator(g, separator);
	}
	if (g->line_numbers) {
		if (start > g->counted) {
			g->line += mem_count(g->buf + g->counted, g->delimiter, start - g->counted);
			g->counted = start;
		}
		print_number(g, g->line, g->colors.line);
		print_separator(g, separator);
	}
	if (g->offsets) {
		print_number(g, g->offset + start, g->colors.offset);
		print_separator(g, separator);
	}
	if (g->initial_tab && (g->filenames > 0 || g->line_numbers || g->offsets) && end > start)
		out_char('\t');
	return true;
}

/* Writes the parts of a line that match, in color, and unless only they are wanted the rest. */
static void print_matches(struct grep *g, size_t start, size_t end, bool selected, const char *line_color,
			  const char *match_color)
{
	const char *text = g->buf + start;
	size_t len = end - start, at = 0, from = 0;
	struct regex_span m;

	while (from <= len && regex_search(g->re, text, len, from, 0, &m, 1)) {
		if (m.end == m.start) {
			from = (size_t)m.end + 1;
			continue;
		}
		if (g->only_matching) {
			if (!print_head(g, start + (size_t)m.start, start + (size_t)m.end,
					selected ? ':' : '-')) {
				from = (size_t)m.end;
				continue;
			}
		} else if ((size_t)m.start > at) {
			color_start(g, line_color);
			out_mem(text + at, (size_t)m.start - at);
		}
		color_start(g, match_color);
		out_mem(text + m.start, (size_t)(m.end - m.start));
		color_end(g, match_color);
		if (g->only_matching)
			out_char(g->delimiter);
		from = at = (size_t)m.end;
	}
	if (g->only_matching || at == len)
		return;
	color_start(g, line_color);
	out_mem(text + at, len - at);
	color_end(g, line_color);
}

void print_line(struct grep *g, size_t start, size_t end, bool selected)
{
	const struct grep_colors *c = &g->colors;
	bool matching = selected != g->invert;
	const char *match_color = selected ? c->selected_match : c->context_match;
	const char *line_color = selected != (g->invert && c->reverse) ? c->selected_line : c->context_line;
	size_t stop = end > start && g->buf[end - 1] == g->delimiter ? end - 1 : end;

	if (!g->only_matching && !print_head(g, start, stop, selected ? ':' : '-'))
		return;
	if (g->only_matching) {
		if (matching)
			print_matches(g, start, stop, selected, line_color, match_color);
	} else if (c->on && ((matching && *match_color) || *line_color)) {
		if (matching && *match_color) {
			print_matches(g, start, stop, selected, line_color, match_color);
		} else if (stop > start) {
			color_start(g, line_color);
			out_mem(g->buf + start, stop - start);
			color_end(g, line_color);
		}
		out_char(g->delimiter);
	} else {
		out_mem(g->buf + start, end - start);
		if (stop == end)
			out_char(g->delimiter);
	}
	g->last_out = end;
}

/* name.c - file names as ls shows them: quoted, colored, with indicators and hyperlinks */
#include "ls.h"
#include "path.h"

/* --- quoting ------------------------------------------------------------------------------------------------ */

/* Whether the name looks the same in every style that adds no quotes of itself. */
static bool is_plain(const char *name, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char c = name[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '+' && c <= '9') || c == '_'))
			return false;
	}
	return len > 0;
}

/* Puts ? for what cannot be printed. */
static struct shown with_questions(const struct ls *ls, struct shown s)
{
	char *out = arena_alloc(s.len + 1), *to = out;

	for (size_t i = 0; i < s.len;) {
		unsigned char c = (unsigned char)s.text[i];
		uint32_t cp;
		int n;

		if (c < 0x80 || !ls->utf8) {
			*to++ = c >= 0x20 && c < 0x7f ? (char)c : '?';
			i++;
			continue;
		}
		n = utf8_decode(s.text + i, s.len - i, &cp);
		if (n > 0 && char_width(cp) >= 0) {
			memcpy(to, s.text + i, (size_t)n);
			to += n;
		} else {
			*to++ = '?';
		}
		i += n > 0 ? (size_t)n : n < 0 ? 1 : s.len - i;
	}
	return (struct shown){ out, (size_t)(to - out) };
}

/* Quotes a name; `extra` are more characters to quote, which the style c-maybe takes for a reason to quote all. */
static struct shown quoted(const struct ls *ls, const char *name, size_t len, const char *extra)
{
	bool must = ls->quoting == QUOTE_C_MAYBE && extra && strpbrk(name, extra);
	struct shown s;

	s.text = quote_style(name, len, must ? QUOTE_C : ls->quoting, must ? NULL : extra, &s.len);
	return s;
}

/* The name in the style asked for; `extra` are more characters to quote. */
struct shown shown_name(const struct ls *ls, const char *name, size_t len, const char *extra)
{
	struct shown s = { name, len };
	bool always = ls->quoting == QUOTE_SHELL_ALWAYS || ls->quoting == QUOTE_SHELL_ESCAPE_ALWAYS ||
		      ls->quoting == QUOTE_C || ls->quoting == QUOTE_LOCALE || ls->quoting == QUOTE_CLOCALE;

	if (!always && ((ls->quoting == QUOTE_LITERAL && !ls->questions) || is_plain(name, len)))
		return s;
	if (ls->quoting != QUOTE_LITERAL)
		s = quoted(ls, name, len, extra);
	return ls->questions ? with_questions(ls, s) : s;
}

/* Whether the style adds quotes to the name. */
bool is_quoted(const struct ls *ls, const char *name, size_t len)
{
	return !is_plain(name, len) && quoted(ls, name, len, ls->name_extra).len != len;
}

/* Whether a blank stands before the name so that it lines up with quoted ones. */
static bool is_padded(const struct ls *ls, const struct entry *e)
{
	return ls->align_quotes && ls->some_quoted && !e->quoted;
}

/* Columns of a text. A byte that belongs to no character takes one, a control character none. */
static size_t text_width(const struct ls *ls, struct shown s)
{
	size_t width = 0;

	for (size_t i = 0; i < s.len;) {
		unsigned char c = (unsigned char)s.text[i];
		uint32_t cp;
		int n = 1, columns;

		if (c < 0x80 || !ls->utf8) {
			width += c >= 0x20 && c < 0x7f;
		} else if ((n = utf8_decode(s.text + i, s.len - i, &cp)) > 0) {
			columns = char_width(cp);
			width += columns >= 0 ? (size_t)columns : !char_cntrl(cp);
		} else {
			width++;
		}
		i += n > 0 ? (size_t)n : n < 0 ? 1 : s.len - i;
	}
	return width;
}

/* Columns that the name takes. */
size_t name_width(const struct ls *ls, struct entry *e)
{
	if (!e->width)
		e->width = (unsigned)text_width(ls, shown_name(ls, e->name, e->len, ls->name_extra)) + 1 +
			   is_padded(ls, e);
	return e->width - 1;
}

/* --- indicators --------------------------------------------------------------------------------------------- */

/* The character behind the name of a file of that mode, or 0. */
char indicator_of(const struct ls *ls, mode_t mode)
{
	if (ls->indicators == INDICATE_NOTHING)
		return 0;
	if (S_ISDIR(mode))
		return '/';
	if (ls->indicators == INDICATE_SLASH)
		return 0;
	switch (mode & S_IFMT) {
	case S_IFREG:
		return ls->indicators == INDICATE_ALL && mode & (S_IXUSR | S_IXGRP | S_IXOTH) ? '*' : 0;
	case S_IFLNK:
		return '@';
	case S_IFIFO:
		return '|';
	case S_IFSOCK:
		return '=';
	default:
		return 0;
	}
}

/* --- colors ------------------------------------------------------------------------------------------------- */

/* Writes a part of a color sequence, which --dired does not count. */
static void put_color(struct ls *ls, const struct color *color)
{
	ls->written -= color->len;
	buf_mem(&ls->out, color->text, color->len);
}

static void put_sequence(struct ls *ls, const struct color *color)
{
	put_color(ls, &ls->colors->kinds[COLOR_LEFT]);
	put_color(ls, color);
	put_color(ls, &ls->colors->kinds[COLOR_RIGHT]);
}

/* Ends colored text. */
static void put_color_end(struct ls *ls)
{
	const struct color *kinds = ls->colors->kinds;

	if (kinds[COLOR_END].text)
		put_color(ls, &kinds[COLOR_END]);
	else
		put_sequence(ls, &kinds[COLOR_RESET]);
}

/* Begins colored text. The first time the terminal is put into a known state. */
static void begin_color(struct ls *ls, const struct color *color)
{
	if (!ls->color_begun)
		put_color_end(ls);
	ls->color_begun = true;
	put_sequence(ls, color);
}

/* Begins what is no file name. */
void put_normal_color(struct ls *ls)
{
	if (ls->colors && color_set(ls->colors, COLOR_NORMAL))
		begin_color(ls, &ls->colors->kinds[COLOR_NORMAL]);
}

/* Leaves the terminal as it was, if other sequences than the usual ones were used. */
void end_colors(struct ls *ls)
{
	static const struct color nothing;
	const struct color *kinds;

	if (!ls->colors || !ls->color_begun)
		return;
	kinds = ls->colors->kinds;
	if (kinds[COLOR_LEFT].len == 2 && memcmp(kinds[COLOR_LEFT].text, "\033[", 2) == 0 &&
	    kinds[COLOR_RIGHT].len == 1 && kinds[COLOR_RIGHT].text[0] == 'm')
		return;
	put_sequence(ls, &nothing);
	flush_line(ls);
}

/* The color of the name, or of the name of the link's target; NULL for none. */
static const struct color *color_of(const struct ls *ls, const struct entry *e, bool target)
{
	const struct colors *c = ls->colors;
	bool leads_on = e->target_mode != 0;
	mode_t mode = target || (c->link_as_target && leads_on) ? e->target_mode : e->mode;
	enum color_kind kind;

	if (target && !leads_on)
		kind = color_set(c, COLOR_MISSING) ? COLOR_MISSING : COLOR_ORPHAN;
	else
		kind = color_of_mode(c, mode, e->info && !target ? e->info->st.st_nlink : 0,
				     e->info && !target && e->info->capable);
	if (kind == COLOR_LINK && !leads_on && (c->link_as_target || color_set(c, COLOR_ORPHAN)))
		kind = COLOR_ORPHAN;
	if (kind == COLOR_FILE) {
		const char *name = target ? e->target : e->name;
		const struct color *of_suffix = color_of_suffix(c, name, strlen(name));

		if (of_suffix)
			return of_suffix;
	}
	return c->kinds[kind].text ? &c->kinds[kind] : NULL;
}

/* Begins the color of a name. Returns whether there is anything to end afterwards. */
static bool put_color_of(struct ls *ls, const struct entry *e, bool target)
{
	static const struct color nothing;
	const struct color *color = color_of(ls, e, target);
	bool normal = color_set(ls->colors, COLOR_NORMAL);

	if (color) {
		if (normal)
			put_sequence(ls, &nothing);
		begin_color(ls, color);
	}
	return color || normal;
}

/* --- hyperlinks --------------------------------------------------------------------------------------------- */

/* Begins a link to a file. */
static void put_link_to(struct ls *ls, const char *path)
{
	const char *whole = canonical_path(path, CANON_MISSING, false);

	buf_fmt(&ls->out, "\033]8;;file://%s", ls->host);
	for (const char *p = whole ? whole : path; *p; p++) {
		unsigned char c = (unsigned char)*p;

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		    strchr("/-._~", c))
			buf_char(&ls->out, *p);
		else
			buf_fmt(&ls->out, "%%%02x", c);
	}
	buf_char(&ls->out, '\a');
}

/* --- names -------------------------------------------------------------------------------------------------- */

/* Notes where a name begins or ends in the output. */
static void note(struct ls *ls, struct buf *positions)
{
	if (ls->dired)
		buf_fmt(positions, " %ju", ls->written + ls->out.len);
}

/* Writes a name, as a link to `path` if that is not NULL; quotes that only line it up are no part of the link. */
static void put_shown(struct ls *ls, struct shown s, const char *path, bool quotes_outside)
{
	if (!path) {
		buf_mem(&ls->out, s.text, s.len);
		return;
	}
	if (quotes_outside) {
		buf_char(&ls->out, *s.text);
		s.text++;
		s.len -= 2;
	}
	put_link_to(ls, path);
	buf_mem(&ls->out, s.text, s.len);
	buf_str(&ls->out, "\033]8;;\a");
	if (quotes_outside)
		buf_char(&ls->out, s.text[s.len]);
}

/* Writes the name of a file, or of what it leads to, with its color. `column` is where on the line it begins. */
static void put_either(struct ls *ls, const struct entry *e, bool target, size_t column)
{
	const char *name = target ? e->target : e->name;
	struct shown s = shown_name(ls, name, strlen(name), ls->name_extra);
	bool pad = !target && is_padded(ls, e), colored = false;
	const char *path = NULL;

	if (pad)
		buf_char(&ls->out, ' ');
	if (ls->colors)
		colored = put_color_of(ls, e, target);
	if (ls->hyperlinks)
		path = path_of(ls->dir_path, e->name);
	if (!target)
		note(ls, &ls->names);
	put_shown(ls, s, path,
		  ls->align_quotes && ls->some_quoted && (target ? is_quoted(ls, name, strlen(name)) : !pad));
	if (!target)
		note(ls, &ls->names);
	if (colored) {
		put_color_end(ls);
		if (ls->line_length &&
		    column / ls->line_length != (column + s.len + pad - 1) / ls->line_length)
			put_color(ls, &ls->colors->kinds[COLOR_CLEAR_TO_END]);
	}
}

void put_name(struct ls *ls, const struct entry *e, size_t column)
{
	put_either(ls, e, false, column);
}

void put_target(struct ls *ls, const struct entry *e, size_t column)
{
	put_either(ls, e, true, column);
}

/* Writes the line before the contents of a directory, and the blank one before that. */
void put_heading(struct ls *ls, const char *path)
{
	struct shown s = shown_name(ls, path, strlen(path), ":");

	if (ls->listed_before)
		buf_char(&ls->out, '\n');
	ls->listed_before = true;
	if (ls->dired)
		buf_str(&ls->out, "  ");
	note(ls, &ls->directories);
	put_shown(ls, s, ls->hyperlinks ? path : NULL, false);
	note(ls, &ls->directories);
	buf_str(&ls->out, ":\n");
	flush_line(ls);
}

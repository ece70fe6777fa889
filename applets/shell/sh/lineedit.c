/* lineedit.c - editing lines at the prompt
 *
 * Emacs and vi modes as POSIX.1-2024 sh ("Command Line Editing") and the Bash manual describe them. The line is drawn anew after
 * each key, on as many rows as it takes; widths are those of the characters.
 */
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include "signals.h"
#include "timefmt.h"
#include "sh.h"
#include "lineedit.h"

enum vi { VI_OFF, VI_INSERT, VI_COMMAND };

struct snapshot {
	char *text;
	size_t at;
};

struct editor {
	struct shell *sh;
	const char *prompt;
	struct sbuf line;
	size_t at; /* the cursor's byte */
	int columns;
	int row;        /* of the cursor, from the first of the prompt */
	size_t history; /* entry shown; the count of entries for the new line */
	char *draft;    /* the new line while an old one is shown */
	struct sbuf *killed;
	bool was_kill, was_tab;
	enum vi vi;
	unsigned undo_count;
	bool typing; /* the last change was a character typed */
	uint32_t find;
	char find_kind;
	struct sbuf redo; /* keys of the last vi change */
	bool recording;
	const char *replay;
	char *search; /* of vi's / */
	bool search_forward;
	bool done, ended, interrupted;
	struct termios before;
	struct snapshot undo[64];
};

/* ---- drawing ---- */

/* Goes over one character of what is drawn. Escape sequences, and what stands between \001 and \002, take no columns. */
static const char *draw_width(const char *p, const char *end, int *width, bool *hidden)
{
	uint32_t c;
	int n;

	*width = 0;
	if (*p == 1 || *p == 2) {
		*hidden = *p == 1;
		return p + 1;
	}
	if (*hidden)
		return p + 1;
	if (*p == 27 && p + 1 < end && p[1] == '[') {
		p += 2;
		while (p < end && !(*p >= '@' && *p <= '~'))
			p++;
		return p < end ? p + 1 : p;
	}
	n = utf8_decode(p, (size_t)(end - p), &c);
	if (n <= 0) {
		*width = 1;
		return p + 1;
	}
	if (c < 32 || c == 127)
		*width = c == '\n' || c == '\r' || c == 7 || c == 27 ? 0 : 2;
	else
		*width = char_width(c) > 0 ? char_width(c) : 0;
	return p + n;
}

/* Where a text ends that begins at (*row, *column). */
static void measure(const struct editor *e, const char *p, const char *end, int *row, int *column)
{
	bool hidden = false;

	while (p < end) {
		int width;
		bool newline = *p == '\n' && !hidden;

		p = draw_width(p, end, &width, &hidden);
		if (newline) {
			++*row;
			*column = 0;
			continue;
		}
		if (*column + width > e->columns) {
			++*row;
			*column = 0;
		}
		*column += width;
	}
	if (*column >= e->columns) {
		++*row;
		*column = 0;
	}
}

/* Appends text in the form in which the terminal shows it. */
static void put_shown(struct sbuf *b, const char *p, const char *end, bool prompt)
{
	for (; p < end; p++) {
		unsigned char c = (unsigned char)*p;

		if (prompt && (c == 1 || c == 2))
			continue;
		if (c == '\n')
			sh_sbuf_char(b, '\r');
		if (!prompt && (c < 32 || c == 127) && c != '\n') {
			sh_sbuf_char(b, '^');
			sh_sbuf_char(b, (char)(c ^ 64));
		} else {
			sh_sbuf_char(b, (char)c);
		}
	}
}

static void draw(struct editor *e)
{
	struct sbuf b = { 0 };
	const char *text = sh_sbuf_text_of(&e->line);
	int row = 0, column = 0, end_row, end_column;

	if (e->row > 0)
		sh_sbuf_fmt(&b, "\033[%dA", e->row);
	sh_sbuf_str(&b, "\r\033[J");
	put_shown(&b, e->prompt, e->prompt + strlen(e->prompt), true);
	put_shown(&b, text, text + e->line.len, false);
	measure(e, e->prompt, e->prompt + strlen(e->prompt), &row, &column);
	end_row = row;
	end_column = column;
	measure(e, text, text + e->line.len, &end_row, &end_column);
	if (end_column == 0 && end_row > 0 && !(e->line.len && text[e->line.len - 1] == '\n'))
		sh_sbuf_str(&b, "\r\n");
	measure(e, text, text + e->at, &row, &column);
	if (end_row > row)
		sh_sbuf_fmt(&b, "\033[%dA", end_row - row);
	sh_sbuf_char(&b, '\r');
	if (column > 0)
		sh_sbuf_fmt(&b, "\033[%dC", column);
	e->row = row;
	write_all(STDERR_FILENO, b.p, b.len);
	free(b.p);
}

/* Puts the cursor behind all that is drawn. */
static void leave_drawing(struct editor *e)
{
	size_t at = e->at;

	e->at = e->line.len;
	draw(e);
	e->at = at;
	write_all(STDERR_FILENO, "\r\n", 2);
	e->row = 0;
}

static void find_columns(struct editor *e)
{
	struct winsize size;

	e->columns = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 80;
	if (e->sh->shopt[S_CHECKWINSIZE] && size.ws_col && !e->sh->opt[O_POSIX]) {
		sh_var_set_number(e->sh, sh_var_named(e->sh, "COLUMNS", 7), size.ws_col);
		sh_var_set_number(e->sh, sh_var_named(e->sh, "LINES", 5), size.ws_row);
	}
}

/* ---- keys ---- */

static bool more_comes(int milliseconds)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };

	return poll(&p, 1, milliseconds) > 0;
}

/* One byte; or a negative key. */
static int read_byte(struct editor *e)
{
	unsigned char c;

	for (;;) {
		ssize_t n;

		if (e->replay && *e->replay)
			return (unsigned char)*e->replay++;
		n = read(STDIN_FILENO, &c, 1);
		if (n == 1) {
			if (e->recording)
				sh_sbuf_char(&e->redo, (char)c);
			return c;
		}
		if (n == 0)
			return -KEY_EOF;
		if (errno != EINTR)
			return -KEY_EOF;
		if (signal_take(SIGWINCH))
			return -KEY_RESIZE;
		if (signal_take(SIGINT)) {
			e->interrupted = true;
			return -KEY_INTERRUPT;
		}
		if (sh_traps_waiting(e->sh))
			sh_traps_run(e->sh);
	}
}

/* The sequence behind ESC [ or ESC O. */
static int read_sequence(struct editor *e)
{
	int numbers[2] = { 0, 0 }, which = 0, c;

	for (;;) {
		c = read_byte(e);
		if (c >= '0' && c <= '9') {
			numbers[which] = numbers[which] * 10 + c - '0';
		} else if (c == ';') {
			which = 1;
		} else {
			break;
		}
	}
	switch (c) {
	case 'A':
		return KEY_UP;
	case 'B':
		return KEY_DOWN;
	case 'C':
		return numbers[1] ? KEY_WORD_RIGHT : KEY_RIGHT;
	case 'D':
		return numbers[1] ? KEY_WORD_LEFT : KEY_LEFT;
	case 'H':
		return KEY_HOME;
	case 'F':
		return KEY_END;
	case '~':
		switch (numbers[0]) {
		case 1:
		case 7:
			return KEY_HOME;
		case 4:
		case 8:
			return KEY_END;
		case 3:
			return KEY_DELETE;
		case 200:
			return KEY_PASTE;
		}
	}
	return KEY_NONE;
}

static int read_key(struct editor *e)
{
	int c = read_byte(e), more;
	char bytes[4];
	uint32_t cp;

	if (c < 0)
		return -c;
	if (c == 27) {
		if (e->replay && *e->replay == 0)
			return 27;
		if (!e->replay && !more_comes(e->vi ? 30 : 600))
			return 27;
		c = e->vi == VI_INSERT && !more_comes(0) ? 27 : read_byte(e);
		if (c == '[' || c == 'O')
			return read_sequence(e);
		if (c == 27 || c < 0)
			return 27;
		return KEY_META | c;
	}
	if (c < 0x80 || !e->sh->utf8)
		return c;
	more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : 0;
	bytes[0] = (char)c;
	for (int i = 1; i <= more; i++) {
		c = read_byte(e);
		if (c < 0)
			return KEY_NONE;
		bytes[i] = (char)c;
	}
	return utf8_decode(bytes, (size_t)more + 1, &cp) > 0 ? (int)cp : KEY_NONE;
}

/* ---- changing the line ---- */

static void save_undo(struct editor *e)
{
	if (e->undo_count == sizeof(e->undo) / sizeof(e->undo[0])) {
		free(e->undo[0].text);
		memmove(e->undo, e->undo + 1, sizeof(e->undo) - sizeof(e->undo[0]));
		e->undo_count--;
	}
	e->undo[e->undo_count++] = (struct snapshot){ sh_xmemdup(sh_sbuf_text_of(&e->line), e->line.len),
						      e->at };
	e->typing = false;
}

static void set_line(struct editor *e, const char *text)
{
	e->line.len = 0;
	sh_sbuf_str(&e->line, text);
	e->at = e->line.len;
}

static void undo(struct editor *e)
{
	struct snapshot *s;

	if (!e->undo_count)
		return;
	s = &e->undo[--e->undo_count];
	set_line(e, s->text);
	e->at = s->at;
	free(s->text);
	e->typing = false;
}

static void insert(struct editor *e, const char *s, size_t len)
{
	sh_sbuf_room(&e->line, len);
	memmove(e->line.p + e->at + len, e->line.p + e->at, e->line.len - e->at);
	memcpy(e->line.p + e->at, s, len);
	e->line.len += len;
	e->at += len;
}

static void insert_char(struct editor *e, uint32_t c)
{
	char bytes[4];
	size_t n = 1;

	if (c < 0x80 || !e->sh->utf8)
		bytes[0] = (char)c;
	else
		n = (size_t)utf8_encode(c, bytes);
	if (!e->typing)
		save_undo(e);
	insert(e, bytes, n);
	e->typing = true;
}

static void erase(struct editor *e, size_t from, size_t to)
{
	memmove(e->line.p + from, e->line.p + to, e->line.len - to);
	e->line.len -= to - from;
	e->at = from;
}

/* Takes text out and keeps it for C-y or p. */
static void kill_text(struct editor *e, size_t from, size_t to, bool add)
{
	if (from >= to)
		return;
	save_undo(e);
	if (!add)
		e->killed->len = 0;
	sh_sbuf_mem(e->killed, e->line.p + from, to - from);
	erase(e, from, to);
}

/* The next or last character's place. */
static size_t next_char(const struct editor *e, size_t at)
{
	uint32_t c;

	if (at >= e->line.len)
		return e->line.len;
	do {
		int n = utf8_decode(e->line.p + at, e->line.len - at, &c);

		at += n > 0 ? (size_t)n : 1;
	} while (at < e->line.len && utf8_decode(e->line.p + at, e->line.len - at, &c) > 1 &&
		 char_width(c) == 0);
	return at;
}

static size_t last_char(const struct editor *e, size_t at)
{
	uint32_t c;

	while (at > 0) {
		do
			at--;
		while (at > 0 && ((unsigned char)e->line.p[at] & 0xc0) == 0x80);
		if (utf8_decode(e->line.p + at, e->line.len - at, &c) <= 1 || char_width(c) != 0)
			break;
	}
	return at;
}

static bool word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (unsigned char)c >= 0x80;
}

static size_t word_right(const struct editor *e, size_t at)
{
	while (at < e->line.len && !word_char(e->line.p[at]))
		at++;
	while (at < e->line.len && word_char(e->line.p[at]))
		at++;
	return at;
}

static size_t word_left(const struct editor *e, size_t at)
{
	while (at > 0 && !word_char(e->line.p[at - 1]))
		at--;
	while (at > 0 && word_char(e->line.p[at - 1]))
		at--;
	return at;
}

static size_t blank_left(const struct editor *e, size_t at)
{
	while (at > 0 && e->line.p[at - 1] == ' ')
		at--;
	while (at > 0 && e->line.p[at - 1] != ' ')
		at--;
	return at;
}

/* The beginning and end of the row of a line of several that `at` is in. */
static size_t row_start(const struct editor *e, size_t at)
{
	while (at > 0 && e->line.p[at - 1] != '\n')
		at--;
	return at;
}

static size_t row_end(const struct editor *e, size_t at)
{
	while (at < e->line.len && e->line.p[at] != '\n')
		at++;
	return at;
}

static void change_word_case(struct editor *e, char how)
{
	size_t end = word_right(e, e->at);
	bool first = true;

	save_undo(e);
	for (; e->at < end; e->at++) {
		char *c = &e->line.p[e->at];

		if (!word_char(*c) || (unsigned char)*c >= 0x80)
			continue;
		if (how == 'u' || (how == 'c' && first))
			*c = *c >= 'a' && *c <= 'z' ? (char)(*c - 32) : *c;
		else
			*c = *c >= 'A' && *c <= 'Z' ? (char)(*c + 32) : *c;
		first = false;
	}
}

static void transpose(struct editor *e)
{
	size_t end = e->at == e->line.len ? e->at : next_char(e, e->at), mid = last_char(e, end),
	       start = last_char(e, mid);
	char text[16];
	size_t left = mid - start, right = end - mid;

	if (left == 0 || right == 0 || left + right > sizeof(text))
		return;
	save_undo(e);
	memcpy(text, e->line.p + mid, right);
	memcpy(text + right, e->line.p + start, left);
	memcpy(e->line.p + start, text, left + right);
	e->at = end;
}

/* ---- history ---- */

static void show_history(struct editor *e, size_t to)
{
	size_t count = sh_history_count(e->sh);

	if (to > count)
		return;
	if (e->history == count) {
		free(e->draft);
		e->draft = sh_xmemdup(sh_sbuf_text_of(&e->line), e->line.len);
	}
	e->history = to;
	set_line(e, to == count ? e->draft : sh_history_get(e->sh, to));
}

static void go_up(struct editor *e)
{
	size_t start = row_start(e, e->at);

	if (start > 0 && e->vi != VI_COMMAND) {
		size_t column = e->at - start, above = row_start(e, start - 1);

		e->at = above + column < start - 1 ? above + column : start - 1;
	} else if (e->history > 0) {
		show_history(e, e->history - 1);
	}
}

static void go_down(struct editor *e)
{
	size_t end = row_end(e, e->at);

	if (end < e->line.len && e->vi != VI_COMMAND) {
		size_t column = e->at - row_start(e, e->at), below = row_end(e, end + 1);

		e->at = end + 1 + column < below ? end + 1 + column : below;
	} else {
		show_history(e, e->history + 1);
	}
}

/* Looks for text in the history; the entry, or SIZE_MAX. */
static size_t search_history(const struct editor *e, const char *text, size_t from, bool back)
{
	size_t count = sh_history_count(e->sh);

	if (back) {
		for (size_t i = from + 1; i-- > 0;)
			if (i < count && strstr(sh_history_get(e->sh, i), text))
				return i;
	} else {
		for (size_t i = from; i < count; i++)
			if (strstr(sh_history_get(e->sh, i), text))
				return i;
	}
	return SIZE_MAX;
}

/* C-r and C-s: searches as the text is typed. Returns the key that ended it, to be done too; KEY_NONE if there is none. */
static int incremental_search(struct editor *e, bool back)
{
	struct sbuf text = { 0 }, prompt = { 0 };
	const char *outer = e->prompt;
	char *before = sh_xmemdup(sh_sbuf_text_of(&e->line), e->line.len);
	size_t at = e->at, entry = e->history, start = e->history;
	bool failed = false;
	int key;

	for (;;) {
		size_t found;

		prompt.len = 0;
		sh_sbuf_fmt(&prompt, "(%s%s-search)`%s': ", failed ? "failed " : "", back ? "reverse-i" : "i",
			    sh_sbuf_text(&text));
		e->prompt = sh_sbuf_text(&prompt);
		draw(e);
		key = read_key(e);
		if (key == 18 || key == 19) {
			back = key == 18;
			if (!text.len)
				continue;
			found = search_history(e, text.p,
					       back ? (entry ? entry - 1 : SIZE_MAX - 1) : entry + 1, back);
		} else if (key == 127 || key == 8) {
			while (text.len && ((unsigned char)text.p[text.len - 1] & 0xc0) == 0x80)
				text.len--;
			text.len -= text.len > 0;
			found = search_history(e, sh_sbuf_text(&text), start ? start - 1 : 0, back);
		} else if (key >= 32 && key < KEY_NONE && key != 127) {
			char bytes[4];

			sh_sbuf_mem(&text, bytes, (size_t)utf8_encode((uint32_t)key, bytes));
			found = search_history(e, sh_sbuf_text(&text), entry, back);
		} else {
			break;
		}
		failed = found == SIZE_MAX;
		if (!failed) {
			char *p;

			entry = found;
			set_line(e, sh_history_get(e->sh, found));
			p = strstr(sh_sbuf_text_of(&e->line), sh_sbuf_text(&text));
			e->at = p ? (size_t)(p - e->line.p) : e->line.len;
		}
	}
	e->prompt = outer;
	if (key == 7 || key == KEY_INTERRUPT) {
		set_line(e, before);
		e->at = at;
	} else {
		e->history = entry;
	}
	free(before);
	free(text.p);
	free(prompt.p);
	if (key == 27 || key == 7)
		return KEY_NONE;
	return key;
}

/* M-. : the last word of the line before. */
static void insert_last_word(struct editor *e)
{
	const char *s = e->history > 0 ? sh_history_get(e->sh, e->history - 1) : NULL, *end;

	if (!s)
		return;
	end = s + strlen(s);
	while (end > s && end[-1] == ' ')
		end--;
	for (s = end; s > sh_history_get(e->sh, e->history - 1) && s[-1] != ' ';)
		s--;
	save_undo(e);
	insert(e, s, (size_t)(end - s));
}

/* Shows the next entry in a direction that begins as the line does up to the cursor. */
static void search_beginning(struct editor *e, bool back)
{
	size_t at = e->at, i = e->history, count = sh_history_count(e->sh);

	sh_sbuf_text(&e->line);
	while (back ? i > 0 : i + 1 < count) {
		i = back ? i - 1 : i + 1;
		if (strncmp(sh_history_get(e->sh, i), e->line.p, at) == 0) {
			show_history(e, i);
			e->at = at;
			return;
		}
	}
	write_all(STDERR_FILENO, "\a", 1);
}

/* ---- completion ---- */

/* Shows the possibilities below the line. */
static void list_completions(struct editor *e, const struct fields *f)
{
	size_t widest = 0, columns, rows;
	struct sbuf b = { 0 };

	for (size_t i = 0; i < f->count; i++) {
		size_t w = str_width(f->v[i], strlen(f->v[i]));

		widest = w > widest ? w : widest;
	}
	columns = (size_t)e->columns / (widest + 2);
	columns = columns ? columns : 1;
	rows = (f->count + columns - 1) / columns;
	leave_drawing(e);
	if (f->count > 200) {
		sh_sbuf_fmt(&b, "Display all %zu possibilities? (y or n)", f->count);
		write_all(STDERR_FILENO, b.p, b.len);
		b.len = 0;
		if ((read_key(e) | 32) != 'y')
			rows = 0;
		sh_sbuf_str(&b, "\r\n");
	}
	for (size_t r = 0; r < rows; r++) {
		for (size_t i = r; i < f->count; i += rows) {
			sh_sbuf_str(&b, f->v[i]);
			if (i + rows < f->count)
				sh_sbuf_fmt(&b, "%*s",
					    (int)(widest + 2 - str_width(f->v[i], strlen(f->v[i]))), "");
		}
		sh_sbuf_str(&b, "\r\n");
	}
	if (b.len)
		write_all(STDERR_FILENO, b.p, b.len);
	free(b.p);
}

static void complete(struct editor *e, bool list)
{
	struct mark mark = stack_mark(e->sh);
	struct fields f = { 0 };
	struct completed how = { 0 };
	size_t common;
	const char *text;

	sh_complete_line(e->sh, sh_sbuf_text_of(&e->line), e->at, &how, &f);
	if (f.count == 0) {
		write_all(STDERR_FILENO, "\a", 1);
		sh_stack_release(e->sh, mark);
		return;
	}
	common = strlen(f.v[0]);
	for (size_t i = 1; i < f.count; i++)
		for (size_t k = 0; k < common; k++)
			if (f.v[i][k] != f.v[0][k])
				common = k;
	while (common && common < strlen(f.v[0]) && ((unsigned char)f.v[0][common] & 0xc0) == 0x80)
		common--;
	text = sh_completion_text(e->sh, &how, f.v[0], common, f.count == 1);
	if (strlen(text) != e->at - how.start || memcmp(text, e->line.p + how.start, strlen(text)) != 0) {
		if (f.count == 1 || strlen(text) > e->at - how.start) {
			save_undo(e);
			erase(e, how.start, e->at);
			insert(e, text, strlen(text));
			list = false;
			if (f.count == 1) {
				sh_stack_release(e->sh, mark);
				return;
			}
		}
	}
	if (f.count > 1 && (list || e->was_tab))
		list_completions(e, &f);
	sh_stack_release(e->sh, mark);
}

/* ---- the editor of files, on the line ---- */

static void edit_in_editor(struct editor *e)
{
	struct shell *sh = e->sh;
	const char *editor = sh_var_get(sh, "VISUAL");
	char *name;
	struct sbuf b = { 0 };
	int fd;

	sh_sbuf_mem(&b, sh_sbuf_text_of(&e->line), e->line.len);
	sh_sbuf_char(&b, '\n');
	name = sh_temporary_file(sh, b.p, b.len);
	if (!name) {
		free(b.p);
		return;
	}
	editor = editor ? editor : sh_var_get(sh, "EDITOR");
	b.len = 0;
	sh_sbuf_fmt(&b, "%s %s", editor ? editor : "vi", name);
	leave_drawing(e);
	tcsetattr(STDIN_FILENO, TCSADRAIN, &e->before);
	sh_run_text(sh, sh_sbuf_text(&b), NULL, 1);
	b.len = 0;
	fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		sh_sbuf_read(&b, fd);
	unlink(name);
	while (b.len && b.p[b.len - 1] == '\n')
		b.len--;
	set_line(e, sh_sbuf_text(&b));
	free(b.p);
	e->done = true;
}

/* ---- emacs ---- */

static void paste(struct editor *e)
{
	static const char end[] = "\033[201~";
	size_t matched = 0;
	struct sbuf text = { 0 };

	while (matched < sizeof(end) - 1) {
		int c = read_byte(e);

		if (c < 0)
			break;
		sh_sbuf_char(&text, c == '\r' ? '\n' : (char)c);
		matched = c == end[matched] ? matched + 1 : c == end[0];
	}
	text.len -= matched;
	save_undo(e);
	if (text.len)
		insert(e, text.p, text.len);
	free(text.p);
}

/* Keys that mean the same in all modes. Returns whether it was one. */
static bool common_key(struct editor *e, int key)
{
	switch (key) {
	case '\r':
	case '\n':
		e->done = true;
		return true;
	case KEY_INTERRUPT:
		e->done = true;
		return true;
	case KEY_EOF:
		e->done = e->ended = true;
		return true;
	case KEY_RESIZE:
		find_columns(e);
		return true;
	case KEY_PASTE:
		paste(e);
		return true;
	case KEY_UP:
		go_up(e);
		return true;
	case KEY_DOWN:
		go_down(e);
		return true;
	case KEY_SEARCH_UP:
	case KEY_SEARCH_DOWN:
		search_beginning(e, key == KEY_SEARCH_UP);
		return true;
	case KEY_LEFT:
		e->at = last_char(e, e->at);
		return true;
	case KEY_RIGHT:
		e->at = next_char(e, e->at);
		return true;
	case KEY_HOME:
		e->at = row_start(e, e->at);
		return true;
	case KEY_END:
		e->at = row_end(e, e->at);
		return true;
	case KEY_DELETE:
		if (e->at < e->line.len) {
			save_undo(e);
			erase(e, e->at, next_char(e, e->at));
		}
		return true;
	case KEY_WORD_LEFT:
		e->at = word_left(e, e->at);
		return true;
	case KEY_WORD_RIGHT:
		e->at = word_right(e, e->at);
		return true;
	case 12: /* C-l */
		write_all(STDERR_FILENO, "\033[H\033[2J", 7);
		e->row = 0;
		return true;
	case KEY_NONE:
		return true;
	}
	return false;
}

static void backspace(struct editor *e)
{
	if (e->at > 0) {
		save_undo(e);
		erase(e, last_char(e, e->at), e->at);
	}
}

static void meta_key(struct editor *e, int key)
{
	size_t from = e->at;

	switch (key) {
	case 'b':
		e->at = word_left(e, e->at);
		break;
	case 'f':
		e->at = word_right(e, e->at);
		break;
	case 'd':
		kill_text(e, from, word_right(e, from), e->was_kill);
		e->was_kill = true;
		return;
	case 127:
	case 8:
		kill_text(e, word_left(e, from), from, false);
		break;
	case 'u':
	case 'l':
	case 'c':
		change_word_case(e, (char)key);
		break;
	case '.':
	case '_':
		insert_last_word(e);
		break;
	case '<':
		show_history(e, 0);
		break;
	case '>':
		show_history(e, sh_history_count(e->sh));
		break;
	case '#':
		e->at = 0;
		insert(e, "#", 1);
		e->done = true;
		break;
	case '?':
	case '=':
		complete(e, true);
		break;
	case '\\':
	case ' ':
		while (e->at > 0 && e->line.p[e->at - 1] == ' ')
			erase(e, e->at - 1, e->at);
		break;
	case '\r':
	case '\n':
		insert(e, "\n", 1);
		break;
	}
	e->was_kill = false;
}

static void emacs_key(struct editor *e, int key)
{
	bool tab = key == '\t';
	bool was_kill = e->was_kill;
	size_t at = e->at;

	if (key >= KEY_META) {
		meta_key(e, key & 0xff);
		return;
	}
	e->was_kill = false;
	if (key == 18 || key == 19) {
		key = incremental_search(e, key == 18);
		if (key >= KEY_META || key == KEY_NONE)
			return;
	}
	if (common_key(e, key)) {
		e->was_tab = false;
		return;
	}
	switch (key) {
	case 1:
		e->at = row_start(e, at);
		break;
	case 5:
		e->at = row_end(e, at);
		break;
	case 2:
		e->at = last_char(e, at);
		break;
	case 6:
		e->at = next_char(e, at);
		break;
	case 4: /* C-d */
		if (e->line.len == 0)
			e->done = e->ended = true;
		else
			common_key(e, KEY_DELETE);
		break;
	case 8:
	case 127:
		backspace(e);
		break;
	case 11: /* C-k */
		kill_text(e, at, row_end(e, at) == at && at < e->line.len ? at + 1 : row_end(e, at),
			  was_kill);
		e->was_kill = true;
		break;
	case 21: /* C-u */
		kill_text(e, row_start(e, at), at, false);
		break;
	case 23: /* C-w */
		kill_text(e, blank_left(e, at), at, false);
		break;
	case 25: /* C-y */
		save_undo(e);
		insert(e, e->killed->len ? e->killed->p : "", e->killed->len);
		break;
	case 20:
		transpose(e);
		break;
	case 14:
		show_history(e, e->history + 1);
		break;
	case 16:
		if (e->history > 0)
			show_history(e, e->history - 1);
		break;
	case 31:
		undo(e);
		break;
	case 22: /* C-v */
		key = read_byte(e);
		if (key >= 0)
			insert_char(e, (uint32_t)key);
		break;
	case 24: /* C-x */
		key = read_byte(e);
		if (key == 5)
			edit_in_editor(e);
		else if (key == 21)
			undo(e);
		break;
	case '\t':
		complete(e, false);
		break;
	case 7:
	case 27:
	case 0:
		break;
	default:
		if (key >= 32 && key < KEY_NONE)
			insert_char(e, (uint32_t)key);
	}
	e->was_tab = tab;
}

/* ---- vi ---- */

static int kind_of(char c, bool big)
{
	if (c == ' ' || c == '\t' || c == '\n')
		return 0;
	return big || word_char(c) || c == '_' ? 1 : 2;
}

/* Finds a character on the line for f F t T. Returns the place, SIZE_MAX if it is not there. */
static size_t find_char(const struct editor *e, char kind, uint32_t what, size_t at)
{
	bool back = kind == 'F' || kind == 'T';
	char bytes[5] = { 0 };
	size_t n = (size_t)utf8_encode(what, bytes);

	for (size_t i = at;;) {
		if (back ? i == 0 : i >= e->line.len)
			return SIZE_MAX;
		i = back ? last_char(e, i) : next_char(e, i);
		if (i + n <= e->line.len && memcmp(e->line.p + i, bytes, n) == 0)
			return kind == 't' ? last_char(e, i) : kind == 'T' ? next_char(e, i) : i;
	}
}

/* Does a motion; *inclusive tells whether an operator takes the character there too. False if it is none. */
static bool vi_motion(struct editor *e, int key, int count, bool *inclusive)
{
	size_t at = e->at, len = e->line.len;
	const char *p = sh_sbuf_text_of(&e->line);
	bool big = key == 'W' || key == 'B' || key == 'E';

	*inclusive = false;
	switch (key) {
	case 'h':
	case 8:
	case 127:
	case KEY_LEFT:
		while (count-- > 0)
			at = last_char(e, at);
		break;
	case 'l':
	case ' ':
	case KEY_RIGHT:
		while (count-- > 0)
			at = next_char(e, at);
		break;
	case '0':
	case KEY_HOME:
		at = 0;
		break;
	case '^':
		at = strspn(p, " \t");
		break;
	case '$':
	case KEY_END:
		at = len;
		break;
	case '|':
		at = 0;
		while (--count > 0)
			at = next_char(e, at);
		break;
	case 'w':
	case 'W':
		while (count-- > 0 && at < len) {
			int kind = kind_of(p[at], big);

			while (at < len && kind && kind_of(p[at], big) == kind)
				at++;
			while (at < len && !kind_of(p[at], big))
				at++;
		}
		break;
	case 'b':
	case 'B':
		while (count-- > 0 && at > 0) {
			int kind;

			while (at > 0 && !kind_of(p[at - 1], big))
				at--;
			kind = at > 0 ? kind_of(p[at - 1], big) : 0;
			while (at > 0 && kind_of(p[at - 1], big) == kind)
				at--;
		}
		break;
	case 'e':
	case 'E':
		while (count-- > 0 && at + 1 < len) {
			int kind;

			at++;
			while (at < len && !kind_of(p[at], big))
				at++;
			kind = at < len ? kind_of(p[at], big) : 0;
			while (at + 1 < len && kind_of(p[at + 1], big) == kind)
				at++;
		}
		*inclusive = true;
		break;
	case 'f':
	case 'F':
	case 't':
	case 'T':
		e->find = (uint32_t)read_key(e);
		e->find_kind = (char)key;
		/* fall through */
	case ';':
	case ',': {
		char kind = e->find_kind;

		if (!kind)
			return false;
		if (key == ',')
			kind ^= 32;
		while (count-- > 0 && at != SIZE_MAX)
			at = find_char(e, kind, e->find, at);
		if (at == SIZE_MAX)
			return false;
		*inclusive = kind == 'f' || kind == 't';
		break;
	}
	case '%': {
		static const char open[] = "([{", close[] = ")]}";
		bool back;
		int depth = 0;

		while (at < len && !strchr("()[]{}", p[at]))
			at++;
		if (at >= len)
			return false;
		back = strchr(close, p[at]);
		for (;;) {
			char here = p[at];

			depth += strchr(open, here) && here ? 1 : strchr(close, here) && here ? -1 : 0;
			if (depth == 0)
				break;
			if (back ? at == 0 : at + 1 >= len)
				return false;
			at += back ? (size_t)-1 : 1;
		}
		*inclusive = true;
		break;
	}
	default:
		return false;
	}
	e->at = at;
	return true;
}

static void vi_insert_mode(struct editor *e)
{
	e->vi = VI_INSERT;
	save_undo(e);
}

/* d, c and y with a motion, or doubled for the whole line. */
static void vi_operator(struct editor *e, int op, int count)
{
	size_t from = e->at, to;
	bool inclusive;
	int key = read_key(e), more = 0;

	while (key >= '1' && key <= '9') {
		more = more * 10 + key - '0';
		key = read_key(e);
	}
	count *= more ? more : 1;
	if (key == op) {
		from = 0;
		to = e->line.len;
	} else {
		if (op == 'c' && (key == 'w' || key == 'W') && from < e->line.len && e->line.p[from] != ' ')
			key = key == 'w' ? 'e' : 'E';
		if (!vi_motion(e, key, count, &inclusive))
			return;
		to = e->at;
		if (to < from) {
			size_t swap = from;

			from = to;
			to = swap;
		} else if (inclusive) {
			to = next_char(e, to);
		}
	}
	if (op == 'y') {
		e->killed->len = 0;
		sh_sbuf_mem(e->killed, sh_sbuf_text_of(&e->line) + from, to - from);
		e->at = from;
		return;
	}
	kill_text(e, from, to, false);
	e->at = from;
	if (op == 'c')
		vi_insert_mode(e);
}

/* / and ?: reads what to look for and goes there. */
static void vi_search(struct editor *e, bool forward)
{
	struct sbuf text = { 0 };
	const char *outer = e->prompt;
	char *line = sh_xmemdup(sh_sbuf_text_of(&e->line), e->line.len);
	int key;
	size_t found;

	set_line(e, "");
	e->prompt = forward ? "?" : "/";
	for (;;) {
		draw(e);
		key = read_key(e);
		if (key == '\r' || key == '\n' || key == 27 || key >= KEY_NONE)
			break;
		if (key == 127 || key == 8)
			backspace(e);
		else if (key >= 32)
			insert_char(e, (uint32_t)key);
	}
	sh_sbuf_mem(&text, sh_sbuf_text_of(&e->line), e->line.len);
	e->prompt = outer;
	set_line(e, line);
	free(line);
	if (key == '\r' || key == '\n') {
		if (text.len) {
			free(e->search);
			e->search = sh_xmemdup(text.p, text.len);
		}
		e->search_forward = forward;
		found = e->search ? search_history(e, e->search,
						   forward      ? e->history + 1
						   : e->history ? e->history - 1
								: SIZE_MAX - 1,
						   !forward)
				  : SIZE_MAX;
		if (found != SIZE_MAX)
			show_history(e, found);
		e->at = 0;
	}
	free(text.p);
}

static void vi_replace(struct editor *e, int count)
{
	int key = read_key(e);

	if (key == 27 || key >= KEY_NONE)
		return;
	save_undo(e);
	while (count-- > 0 && e->at < e->line.len) {
		size_t at = e->at;

		erase(e, at, next_char(e, at));
		e->typing = true;
		insert_char(e, (uint32_t)key);
	}
	e->at = last_char(e, e->at);
	e->typing = false;
}

static void vi_insert_key(struct editor *e, int key);

/* A command of vi's command mode. */
static void vi_command(struct editor *e, int key)
{
	int count = 0, n;
	bool inclusive, counted;
	size_t found;

	while (key >= (count ? '0' : '1') && key <= '9') {
		count = count > 100000 ? count : count * 10 + key - '0';
		key = read_key(e);
	}
	counted = count > 0;
	n = counted ? count : 1;
	if (key > 0 && key < 128 && strchr("xXdDcCsSrRpPiIaA~", key) && !e->replay) {
		e->redo.len = 0;
		if (counted)
			sh_sbuf_fmt(&e->redo, "%d", count);
		sh_sbuf_char(&e->redo, (char)key);
		e->recording = true;
	}
	switch (key) {
	case 'i':
		vi_insert_mode(e);
		return;
	case 'I':
		e->at = 0;
		vi_insert_mode(e);
		return;
	case 'a':
		e->at = next_char(e, e->at);
		vi_insert_mode(e);
		return;
	case 'A':
		e->at = e->line.len;
		vi_insert_mode(e);
		return;
	case 'R':
		vi_insert_mode(e);
		e->vi = VI_INSERT;
		return;
	case 's':
		save_undo(e);
		for (; n > 0 && e->at < e->line.len; n--)
			erase(e, e->at, next_char(e, e->at));
		e->vi = VI_INSERT;
		return;
	case 'S':
		kill_text(e, 0, e->line.len, false);
		vi_insert_mode(e);
		return;
	case 'C':
		kill_text(e, e->at, e->line.len, false);
		vi_insert_mode(e);
		return;
	case 'c':
		vi_operator(e, key, n);
		if (e->vi == VI_COMMAND)
			e->recording = false;
		return;
	case 'd':
	case 'y':
		vi_operator(e, key, n);
		break;
	case 'D':
		kill_text(e, e->at, e->line.len, false);
		break;
	case 'Y':
		e->killed->len = 0;
		sh_sbuf_mem(e->killed, sh_sbuf_text_of(&e->line) + e->at, e->line.len - e->at);
		break;
	case 'x': {
		size_t to = e->at;

		while (n-- > 0)
			to = next_char(e, to);
		kill_text(e, e->at, to, false);
		break;
	}
	case 'X': {
		size_t from = e->at;

		while (n-- > 0)
			from = last_char(e, from);
		kill_text(e, from, e->at, false);
		break;
	}
	case 'r':
		vi_replace(e, n);
		break;
	case 'p':
	case 'P':
		if (key == 'p')
			e->at = next_char(e, e->at);
		save_undo(e);
		while (n-- > 0 && e->killed->len)
			insert(e, e->killed->p, e->killed->len);
		e->at = last_char(e, e->at);
		break;
	case '~':
		save_undo(e);
		for (; n > 0 && e->at < e->line.len; n--) {
			char *c = &e->line.p[e->at];

			if ((*c | 32) >= 'a' && (*c | 32) <= 'z')
				*c ^= 32;
			e->at = next_char(e, e->at);
		}
		break;
	case 'u':
		undo(e);
		break;
	case 'U':
		while (e->undo_count)
			undo(e);
		break;
	case '.':
		if (e->redo.len && !e->replay) {
			char *keys = sh_xmemdup(e->redo.p, e->redo.len);

			e->replay = keys;
			while (*e->replay) {
				int next = read_key(e);

				if (e->vi == VI_INSERT)
					vi_insert_key(e, next);
				else
					vi_command(e, next);
			}
			if (e->vi == VI_INSERT)
				vi_insert_key(e, 27);
			e->replay = NULL;
			free(keys);
		}
		break;
	case 'k':
	case '-':
	case 16:
	case KEY_UP:
		for (; n > 0 && e->history > 0; n--)
			show_history(e, e->history - 1);
		e->at = 0;
		break;
	case 'j':
	case '+':
	case 14:
	case KEY_DOWN:
		for (; n > 0; n--)
			show_history(e, e->history + 1);
		e->at = 0;
		break;
	case 'G':
		show_history(e, counted && (size_t)count <= sh_history_count(e->sh) ? (size_t)count - 1 : 0);
		break;
	case '/':
	case '?':
		vi_search(e, key == '?');
		break;
	case 'n':
	case 'N':
		if (!e->search)
			break;
		inclusive = e->search_forward != (key == 'N');
		found = search_history(e, e->search,
				       inclusive    ? e->history + 1
				       : e->history ? e->history - 1
						    : SIZE_MAX - 1,
				       !inclusive);
		if (found != SIZE_MAX)
			show_history(e, found);
		e->at = 0;
		break;
	case '#':
		e->at = 0;
		insert(e, "#", 1);
		e->done = true;
		break;
	case 'v':
		edit_in_editor(e);
		break;
	case '_':
		e->at = next_char(e, e->at);
		insert(e, " ", 1);
		insert_last_word(e);
		e->vi = VI_INSERT;
		break;
	case '=':
		complete(e, true);
		break;
	case '\\':
	case '*':
		e->at = next_char(e, e->at);
		complete(e, false);
		e->vi = VI_INSERT;
		break;
	case 4:
		if (e->line.len == 0)
			e->done = e->ended = true;
		break;
	case 27:
		break;
	default:
		if (!vi_motion(e, key, n, &inclusive))
			common_key(e, key);
	}
	e->recording = false;
	if (e->vi == VI_COMMAND && e->at >= e->line.len && e->line.len && !e->done)
		e->at = last_char(e, e->line.len);
}

/* A key of vi's insert mode. */
static void vi_insert_key(struct editor *e, int key)
{
	bool tab = key == '\t';

	if (key == 27 || key >= KEY_META) {
		e->vi = VI_COMMAND;
		if (e->recording) {
			/* the ESC is the end of it */
			e->recording = false;
			if (e->redo.len && e->redo.p[e->redo.len - 1] == 27)
				e->redo.len--;
			sh_sbuf_text(&e->redo);
		}
		e->at = last_char(e, e->at);
		e->typing = false;
		if (key >= KEY_META)
			vi_command(e, key & 0xff);
		return;
	}
	if (common_key(e, key))
		return;
	switch (key) {
	case 4:
		if (e->line.len == 0)
			e->done = e->ended = true;
		break;
	case 8:
	case 127:
		backspace(e);
		break;
	case 21:
		kill_text(e, 0, e->at, false);
		break;
	case 23:
		kill_text(e, blank_left(e, e->at), e->at, false);
		break;
	case 22:
		key = read_byte(e);
		if (key >= 0)
			insert_char(e, (uint32_t)key);
		break;
	case 18:
	case 19:
		key = incremental_search(e, key == 18);
		if (key != KEY_NONE && key < KEY_META)
			common_key(e, key);
		break;
	case '\t':
		complete(e, false);
		break;
	default:
		if (key >= 32 && key < KEY_NONE)
			insert_char(e, (uint32_t)key);
	}
	e->was_tab = tab;
}

/* ---- a line ---- */

/* Reads a line without editing: a terminal that cannot, or that is not asked to. */
static char *plain_line(struct shell *sh, const char *prompt, size_t *len)
{
	struct sbuf b = { 0 };
	char c;

	for (const char *p = prompt; *p; p++)
		if (*p != 1 && *p != 2)
			write_all(STDERR_FILENO, p, 1);
	for (;;) {
		ssize_t n = read(STDIN_FILENO, &c, 1);

		if (n < 0 && errno == EINTR) {
			if (sh_traps_waiting(sh)) {
				free(b.p);
				sh_traps_run(sh);
				b = (struct sbuf){ 0 };
			}
			continue;
		}
		if (n <= 0)
			break;
		sh_sbuf_char(&b, c);
		if (c == '\n')
			break;
	}
	*len = b.len;
	return b.len ? sh_sbuf_text(&b) : NULL;
}

static bool raw_mode(struct editor *e)
{
	struct termios raw;

	if (tcgetattr(STDIN_FILENO, &e->before) < 0)
		return false;
	raw = e->before;
	raw.c_iflag &= ~(tcflag_t)(IXON | ICRNL | INLCR | IGNCR);
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | IEXTEN);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	return tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0;
}

static void edit_loop(struct editor *e)
{
	bool vi = e->sh->opt[O_VI];

	e->vi = vi ? VI_INSERT : VI_OFF;
	while (!e->done) {
		int key;

		draw(e);
		key = sh_bound_key(e->sh, read_key(e));
		if (e->vi == VI_OFF)
			emacs_key(e, key);
		else if (e->vi == VI_INSERT)
			vi_insert_key(e, key);
		else
			vi_command(e, key);
	}
}

char *sh_edit_line(struct shell *sh, const char *prompt, const char *text, size_t *len)
{
	struct editor e = {
		.sh = sh, .prompt = prompt, .killed = &sh->killed, .history = sh_history_count(sh)
	};
	const char *term = sh_var_get(sh, "TERM");
	char *line;

	*len = 0;
	out_flush();
	if ((!sh->opt[O_EMACS] && !sh->opt[O_VI]) || !isatty(STDIN_FILENO) || !term ||
	    strcmp(term, "dumb") == 0 || !raw_mode(&e))
		return plain_line(sh, prompt, len);
	insert(&e, text, strlen(text));
	find_columns(&e);
	signal_catch(SIGWINCH);
	write_all(STDERR_FILENO, "\033[?2004h", 8);
	edit_loop(&e);
	write_all(STDERR_FILENO, "\033[?2004l", 8);
	if (e.interrupted)
		insert(&e, "^C", 2);
	leave_drawing(&e);
	if (!sh->traps[SIGWINCH])
		signal_default(SIGWINCH);
	tcsetattr(STDIN_FILENO, TCSADRAIN, &e.before);
	for (unsigned i = 0; i < e.undo_count; i++)
		free(e.undo[i].text);
	free(e.draft);
	free(e.redo.p);
	free(e.search);
	if (e.interrupted) {
		free(e.line.p);
		sh->status = 130;
		if (sh->traps[SIGINT] && *sh->traps[SIGINT])
			sh_run_text(sh, sh->traps[SIGINT], NULL, 1);
		sh_throw(sh, THROW_INTERRUPT);
	}
	if (e.ended && e.line.len == 0) {
		free(e.line.p);
		return NULL;
	}
	line = sh_sbuf_text(&e.line);
	if (sh->opt[O_HISTEXPAND]) {
		char *expanded = sh_history_expand(sh, line);

		if (expanded) {
			free(line);
			e.line = (struct sbuf){ 0 };
			sh_sbuf_str(&e.line, expanded);
			if (*expanded) {
				write_all(STDERR_FILENO, expanded, strlen(expanded));
				write_all(STDERR_FILENO, "\n", 1);
			}
			free(expanded);
		}
	}
	sh_sbuf_char(&e.line, '\n');
	*len = e.line.len;
	return sh_sbuf_text(&e.line);
}

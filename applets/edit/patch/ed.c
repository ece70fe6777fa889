/* ed.c - applying ed scripts, of the commands that diff -e makes: no other program runs, and no other file is touched */
#include "patch.h"

/* The lines of the file and the current one, as ed has them. */
struct editor {
	struct lines lines;
	size_t current; /* from 1; 0 before the first */
};

static void delete (struct editor *e, size_t from, size_t to)
{
	memmove(e->lines.at + from - 1, e->lines.at + to, (e->lines.count - to) * sizeof(struct line));
	e->lines.count -= to - from + 1;
	e->current = from <= e->lines.count ? from : e->lines.count;
}

/* Reads the text of a command, up to a lone dot, and puts it after the line `after`. */
static void insert(struct patch *p, struct editor *e, size_t after)
{
	struct lines added = { 0 };
	const char *s;
	size_t len;

	while ((s = patch_line(p, &len)) && !(len == 1 && *s == '.'))
		patch_add_line(&added, arena_printf("%.*s\n", (int)len, s), len + 1, false);
	for (size_t i = 0; i < added.count; i++)
		patch_add_line(&e->lines, "", 0, false);
	memmove(e->lines.at + after + added.count, e->lines.at + after,
		(e->lines.count - added.count - after) * sizeof(struct line));
	memcpy(e->lines.at + after, added.at, added.count * sizeof(struct line));
	e->current = after + added.count;
}

static bool read_number(const char **s, const char *end, size_t *n)
{
	const char *p = *s;

	for (*n = 0; p < end && *p >= '0' && *p <= '9' && *n < SIZE_MAX / 20; p++)
		*n = 10 * *n + (size_t)(*p - '0');
	if (p == *s)
		return false;
	*s = p;
	return true;
}

/* Carries out the command in a line. Returns false if it is none of those. */
static bool run(struct patch *p, struct editor *e, const char *s, size_t len)
{
	const char *end = s + len, *command;
	size_t from = e->current, to = e->current;

	if (read_number(&s, end, &from)) {
		to = from;
		if (s < end && *s == ',') {
			s++;
			if (!read_number(&s, end, &to))
				return false;
		}
	}
	command = s;
	if (end - s > 2 && memcmp(s, "s/.//", (size_t)(end - s) < 5 ? (size_t)(end - s) : 5) == 0) {
		if (to == 0 || to > e->lines.count)
			patch_fatal("ed script at line %zu: invalid address", p->in.line);
		patch_line(p, &len);
		e->lines.at[to - 1].text++;
		e->lines.at[to - 1].len--;
		e->current = to;
		return true;
	}
	if (end - s != 1 || !strchr("acdi", *command))
		return false;
	if (from > to || to > e->lines.count || (from == 0 && (*command == 'c' || *command == 'd')))
		patch_fatal("ed script at line %zu: invalid address", p->in.line);
	patch_line(p, &len);
	switch (*command) {
	case 'd':
		delete (e, from, to);
		break;
	case 'a':
		insert(p, e, to);
		break;
	case 'i':
		insert(p, e, to > 0 ? to - 1 : 0);
		break;
	default:
		delete (e, from, to);
		insert(p, e, from - 1);
	}
	return true;
}

/* Applies the script that begins at the next line to the file. */
void patch_run_ed(struct patch *p)
{
	struct editor e = { .lines = p->old, .current = p->old.count };
	const char *s;
	size_t len;

	if (e.lines.count > 0) { /* as ed does */
		struct line *last = &e.lines.at[e.lines.count - 1];

		if (last->text[last->len - 1] != '\n')
			*last = (struct line){ arena_printf("%.*s\n", (int)last->len, last->text),
					       last->len + 1, false };
	}
	while (patch_peek(p, &s, &len) && run(p, &e, s, len))
		;
	for (size_t i = 0; i < e.lines.count; i++)
		patch_put(p, &e.lines.at[i]);
	p->copied = p->old.count;
}

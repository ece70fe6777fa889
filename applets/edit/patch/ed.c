/* ed.c - applying ed scripts, of the commands that diff -e makes: no other program runs, and no other file is touched */
#include "patch.h"

/* The lines of the file and the current one, as ed has them. */
struct editor {
	struct lines lines;
	size_t current; /* from 1; 0 before the first */
};

static void delete_lines(struct editor *e, size_t from, size_t to)
{
	memmove(e->lines.at + from - 1, e->lines.at + to, (e->lines.count - to) * sizeof(struct line));
	e->lines.count -= to - from + 1;
	e->current = from <= e->lines.count ? from : e->lines.count;
}

/* Reads the text of a command, up to a lone dot, and puts it after the line `after`. */
static void insert(struct patch *p, struct editor *e, size_t after)
{
	size_t old = e->lines.count, added;
	struct line *copy;

	for (; p->in.s && !(p->in.len == 1 && *p->in.s == '.'); patch_advance(p))
		patch_add(&e->lines, patch_with_newline(p->in.s, p->in.len), p->in.len + 1, false);
	patch_advance(p);
	added = e->lines.count - old;
	copy = (struct line *)arena_memdup(e->lines.at + old, added * sizeof(*copy));
	memmove(e->lines.at + after + added, e->lines.at + after, (old - after) * sizeof(*copy));
	memcpy(e->lines.at + after, copy, added * sizeof(*copy));
	e->current = after + added;
}

/* Carries out the command in this line. Returns false if it is none of those. */
static bool run(struct patch *p, struct editor *e)
{
	const char *s = p->in.s, *end = s + p->in.len;
	size_t from = e->current, to = from;
	bool undot;
	char command;

	if (patch_number(&s, end, &from)) {
		to = from;
		if (s < end && *s == ',' && (s++, !patch_number(&s, end, &to)))
			return false;
	}
	command = s < end ? *s : 0;
	undot = end - s >= 5 && memcmp(s, "s/.//", 5) == 0;
	if (!undot && (end - s != 1 || !command || !strchr("acdi", command)))
		return false;
	if (from > to || to > e->lines.count || (to == 0 && command != 'a' && command != 'i'))
		patch_fatal("ed script at line %zu: invalid address", p->in.line);
	patch_advance(p);
	if (undot) {
		if (e->lines.at[to - 1].len < 2)
			patch_fatal("ed script at line %zu: no match", p->in.line - 1);
		e->lines.at[to - 1].text++;
		e->lines.at[to - 1].len--;
		e->current = to;
		return true;
	}
	if (command == 'c' || command == 'd')
		delete_lines(e, from ? from : 1, to);
	if (command != 'd')
		insert(p, e, command == 'a' ? to : command == 'c' ? from - 1 : to - (to > 0));
	return true;
}

/* Applies the script that begins at the next line to the file. */
void patch_run_ed(struct patch *p)
{
	struct editor e = { .current = p->lines };

	for (size_t i = 0; i < p->lines; i++) {
		size_t len = (size_t)(p->starts[i + 1] - p->starts[i]);
		const char *text = p->starts[i];

		if (text[len - 1] != '\n') /* as ed does */
			text = patch_with_newline(text, len++);
		patch_add(&e.lines, text, len, false);
	}
	while (p->in.s && run(p, &e))
		;
	for (size_t i = 0; i < e.lines.count; i++)
		patch_put(p, e.lines.at[i].text, e.lines.at[i].len);
	p->copied = p->lines;
}

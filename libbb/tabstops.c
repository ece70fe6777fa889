/* tabstops.c - lists of tab stops: `4`, `2,6,/8`, `1,+8` */
#include <string.h>
#include "arena.h"
#include "quote.h"
#include "run.h"
#include "tabstops.h"

/* What stands before a number. */
enum sign { PLAIN = 0, EVERY = '/', STEP = '+' };

static void add_stop(struct tabstops *t, uintmax_t n, enum sign sign)
{
	uintmax_t *one = sign == EVERY ? &t->every : &t->step;

	if (sign == PLAIN) {
		t->stops = arena_reserve(t->stops, t->count, &t->size, sizeof(*t->stops));
		t->stops[t->count++] = n;
		return;
	}
	if (*one)
		die("'%c' specifier only allowed with the last value", sign);
	*one = n;
}

/* Reads the number at *p. */
static uintmax_t read_stop(const char **p)
{
	const char *start = *p;
	uintmax_t n = 0;
	bool over = false;

	for (; **p >= '0' && **p <= '9'; ++*p)
		over |= __builtin_mul_overflow(n, (uintmax_t)10, &n) ||
			__builtin_add_overflow(n, (uintmax_t)(**p - '0'), &n);
	if (over)
		die("tab stop is too large %s", quote(arena_memdup(start, (size_t)(*p - start))));
	return n;
}

void tabstops_add(struct tabstops *t, const char *list)
{
	enum sign sign = PLAIN, special = PLAIN;

	while (*list) {
		if (*list == ',' || *list == ' ' || *list == '\t') {
			sign = PLAIN;
			list++;
		} else if (*list == '/' || *list == '+') {
			sign = (enum sign) * list++;
		} else if (*list >= '0' && *list <= '9') {
			if (special && !sign)
				die("'%c' specifier only allowed with the last value", special);
			add_stop(t, read_stop(&list), sign);
			special = sign;
			sign = PLAIN;
			if (*list == '/' || *list == '+')
				die("'%c' specifier not at start of number: %s", *list, quote(list));
		} else {
			die("tab size contains invalid character(s): %s", quote(list));
		}
	}
}

void tabstops_finish(struct tabstops *t)
{
	uintmax_t before = 0;

	for (size_t i = 0; i < t->count; i++) {
		if (t->stops[i] == 0)
			die("tab size cannot be 0");
		if (t->stops[i] <= before)
			die("tab sizes must be ascending");
		before = t->stops[i];
	}
	if (t->every && t->step)
		die("'/' specifier is mutually exclusive with '+'");
	if (t->count == 0 && !t->every && !t->step)
		t->every = 8;
	if (t->count == 1 && !t->every && !t->step) {
		t->every = t->stops[0];
		t->count = 0;
	}
}

uintmax_t tabstops_next(const struct tabstops *t, uintmax_t column, size_t *index)
{
	uintmax_t last = t->count ? t->stops[t->count - 1] : 0;

	for (; *index < t->count; ++*index)
		if (t->stops[*index] > column)
			return t->stops[*index];
	if (t->every)
		return column + t->every - column % t->every;
	if (t->step)
		return column + t->step - (column - last) % t->step;
	return 0;
}

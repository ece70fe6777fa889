/* ranges.c - lists of ranges: `1,3-5,8-`, as cut and numfmt take them */
#include <stdbool.h>
#include <string.h>
#include "arena.h"
#include "quote.h"
#include "ranges.h"
#include "run.h"

/* A list being read. */
struct list {
	struct range *ranges;
	size_t count, size;
	unsigned flags;
};

static const char *unit(const struct list *l, const char *fields, const char *bytes)
{
	return l->flags & RANGES_FIELDS ? fields : bytes;
}

/* Reads a number at *p, if there is one. */
static bool read_number(const struct list *l, const char **p, uintmax_t *n)
{
	const char *start = *p;
	bool over = false;

	*n = 0;
	for (; **p >= '0' && **p <= '9'; ++*p)
		over |= __builtin_mul_overflow(*n, (uintmax_t)10, n) ||
			__builtin_add_overflow(*n, (uintmax_t)(**p - '0'), n) || *n == UINTMAX_MAX;
	if (over)
		die_usage("%s %s is too large", unit(l, "field number", "byte/character offset"),
			  quote(arena_memdup(start, (size_t)(*p - start))));
	return *p > start;
}

static void add(struct list *l, uintmax_t first, uintmax_t last)
{
	size_t at = l->count;

	l->ranges = arena_reserve(l->ranges, l->count + 1, &l->size, sizeof(*l->ranges));
	for (; at > 0 && l->ranges[at - 1].first > first; at--)
		l->ranges[at] = l->ranges[at - 1];
	l->ranges[at] = (struct range){ first, last };
	l->count++;
}

/* Reads one range at `p`; returns what follows it. */
static const char *read_range(struct list *l, const char *p)
{
	uintmax_t first, last = UINTMAX_MAX;
	bool has_first = read_number(l, &p, &first), dash = *p == '-', has_last;

	if (!dash) {
		last = first;
		has_last = has_first;
	} else {
		p++;
		has_last = read_number(l, &p, &last);
		if (*p == '-')
			die_usage("%s", unit(l, "invalid field range", "invalid byte or character range"));
	}
	if (*p && !strchr(", \t", *p))
		die_usage("%s %s", unit(l, "invalid field value", "invalid byte/character position"),
			  quote(p));
	if (dash && !has_first && !has_last && !(l->flags & RANGES_ALL))
		die_usage("invalid range with no endpoint: -");
	if (!has_first && dash)
		first = 1;
	if (!has_last && dash)
		last = UINTMAX_MAX;
	if (first == 0)
		die_usage("%s", unit(l, "fields are numbered from 1",
				     "byte/character positions are numbered from 1"));
	if (last < first)
		die_usage("invalid decreasing range");
	add(l, first, last);
	return p;
}

/* Joins ranges that overlap; those that merely touch stay apart, for they make fields of output. */
static void join(struct list *l)
{
	size_t kept = 0;

	for (size_t i = 1; i < l->count; i++)
		if (l->ranges[i].first <= l->ranges[kept].last) {
			if (l->ranges[i].last > l->ranges[kept].last)
				l->ranges[kept].last = l->ranges[i].last;
		} else {
			l->ranges[++kept] = l->ranges[i];
		}
	l->count = kept + 1;
}

static void complement(struct list *l)
{
	struct list other = { .flags = l->flags };
	uintmax_t next = 1;

	for (size_t i = 0; i < l->count; i++) {
		if (l->ranges[i].first > next)
			add(&other, next, l->ranges[i].first - 1);
		next = l->ranges[i].last == UINTMAX_MAX ? UINTMAX_MAX : l->ranges[i].last + 1;
	}
	if (next < UINTMAX_MAX)
		add(&other, next, UINTMAX_MAX);
	*l = other;
}

const struct range *ranges_parse(const char *list, unsigned flags)
{
	struct list l = { .flags = flags };

	for (;; list++) {
		list = read_range(&l, list);
		if (!*list)
			break;
	}
	join(&l);
	if (flags & RANGES_COMPLEMENT)
		complement(&l);
	add(&l, UINTMAX_MAX, UINTMAX_MAX);
	return l.ranges;
}

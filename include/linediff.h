/* linediff.h - which lines of two texts differ: what diff is made of
 *
 * Follows E. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), the linear-space variation. Memory is the
 * arena's, a small multiple of the lines that are compared; what the texts have in common at their beginning and end costs
 * little time and no memory.
 */
#ifndef LINEDIFF_H
#define LINEDIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How many readable bytes there must be behind a text. */
#define LINEDIFF_PAD 8

enum linediff_flags {
	LINEDIFF_CASE = 1, /* upper and lower case letters of ASCII are the same */
	LINEDIFF_TABS = 2, /* a tab is as many blanks as it takes */
	LINEDIFF_END =
		4, /* white space at the end of a line does not count, nor does a missing last newline */
	LINEDIFF_AMOUNT = 8,   /* the same, and some white space is like any other */
	LINEDIFF_SPACE = 16,   /* no white space counts */
	LINEDIFF_LAST = 128,   /* a missing last newline does not count */
	LINEDIFF_MINIMAL = 32, /* find the least differences, however long it takes */
	LINEDIFF_HASTY = 64,   /* settle for more of them sooner */
};

struct linediff_options {
	unsigned flags;
	size_t tabsize; /* for LINEDIFF_TABS */
	size_t horizon; /* as many lines of the common beginning and end are compared with the rest: they may be part of
			   a better solution */
	size_t keep; /* as many lines before and after the differences are needed, SIZE_MAX for all */
};

/* One of the two texts. Lines are numbered from 0; only those from `first` to `end` (not included) were looked at. */
struct linediff_side {
	const char *text; /* the caller's, with LINEDIFF_PAD bytes behind it */
	size_t len;
	size_t first, end;
	const char **starts; /* of the lines from `first` to `end`, this one included */
};

/* `counts[0]` lines of the first text from `at[0]` on are `counts[1]` of the second from `at[1]` on. */
struct linediff_change {
	size_t at[2], counts[2];
};

struct linediff {
	struct linediff_side sides[2]; /* set text and len */
	struct linediff_change *changes;
	size_t count;
};

/* Compares the texts. */
void linediff_compare(struct linediff *d, const struct linediff_options *o);

/* A place where two texts, 1 and 2, differ from a common one, 0: `counts` lines of each from `at` on. */
struct linediff_block {
	size_t at[3], counts[3];
	bool changed[3]; /* whether 1, or 2, is other than the common text */
};

/* Puts the changes from one text to two others together where they overlap or touch. Returns how many blocks there are, in
 * order; *blocks is the arena's. */
size_t linediff_merge(const struct linediff_change *const changes[2], const size_t counts[2],
		      struct linediff_block **blocks);

/* The line with the number `i`, which begins at the result and ends before line_start(i + 1). */
static inline const char *linediff_line(const struct linediff_side *s, size_t i)
{
	return s->starts[i - s->first];
}

#endif

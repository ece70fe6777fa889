/* lines.h - reading lines one after the other, with the one before still at hand
 *
 * For what compares neighbours: uniq, comm, join.
 */
#ifndef LINES_H
#define LINES_H

#include <stdbool.h>
#include <stddef.h>
#include "in.h"

/* Set up with lines_open(). `line` has `len` bytes without its delimiter, which stands behind them or is put there;
 * it and `prev` stay valid until the next call. */
struct lines {
	struct reader r;
	char delimiter;
	char *line; /* NULL before the first line and after the last */
	size_t len;
	char *prev; /* NULL if there was none */
	size_t prev_len;
};

/* Reads from `fd`. Memory is the arena's. */
void lines_open(struct lines *l, int fd, char delimiter);

/* Goes to the next line. Returns false at the end of the input or on an error, which l->r.error tells; `prev` is then the
 * last line. */
bool lines_next(struct lines *l);

#endif

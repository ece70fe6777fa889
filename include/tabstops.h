/* tabstops.h - lists of tab stops: `4`, `2,6,/8`, `1,+8`, as expand and unexpand take them
 *
 * Follows the GNU coreutils manual, "expand invocation".
 */
#ifndef TABSTOPS_H
#define TABSTOPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zero it to begin; then tabstops_add() for each list, and tabstops_finish(). */
struct tabstops {
	uintmax_t *stops; /* ascending; columns counted from 0 */
	size_t count, size;
	uintmax_t every; /* after the stops one at each multiple of it, or 0 */
	uintmax_t step;  /* or one at each multiple of it from the last stop on, or 0 */
};

/* Reads a list; ends the applet with a message if it is malformed. */
void tabstops_add(struct tabstops *t, const char *list);

/* Completes what the lists left open: stops at each 8 columns if there were none. Ends the applet if they do not ascend. */
void tabstops_finish(struct tabstops *t);

/* Returns the stop after `column`, or 0 if there is none. *index is where in the list to look first, and is moved. */
uintmax_t tabstops_next(const struct tabstops *t, uintmax_t column, size_t *index);

#endif

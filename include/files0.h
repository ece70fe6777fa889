/* files0.h - file names from --files0-from=F
 *
 * Follows the GNU coreutils manual, "du invocation" and "wc invocation".
 */
#ifndef FILES0_H
#define FILES0_H

#include <stdbool.h>
#include <stddef.h>

/* Reads the names, each ended by a NUL (the last perhaps not), in the file `from`; - is standard input. Dies if the file cannot be
 * read, or if there are `operands` on the command line too. Returns the names, NULL-terminated, in the arena. */
char **files0_read(const char *from, char **operands);

/* Whether a name may be used, the `number`th (from 1) in `from`, or an operand if that is NULL; says so if not: an empty
 * one, or - from standard input. */
bool files0_usable(const char *name, const char *from, size_t number);

#endif

/* printf_format.h - the formatter of printf, which the shell has too
 *
 * Follows POSIX.1-2024 printf; the GNU coreutils manual, "printf invocation".
 */
#ifndef PRINTF_FORMAT_H
#define PRINTF_FORMAT_H

#include "buf.h"

/* What a shell does otherwise: how %q quotes, and %(FORMAT)T, a time. */
struct printf_extras {
	void (*quote)(struct buf *out, const char *s);
	void (*time)(struct buf *out, const char *format, const char *arg);
};

/* Writes argv[1] and so on in the format argv[0] to standard output, as printf(1) does; returns its exit status. Dies if the
 * format is wrong. `extras` is NULL outside a shell. */
int printf_format(char **argv, const struct printf_extras *extras);

#endif

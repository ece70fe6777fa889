/* escape.h - backslash escapes: echo -e, printf, and whatever else reads them
 *
 * Follows POSIX.1-2024 printf, "File Format Notation", and the GNU coreutils manual, "echo invocation" and
 * "printf invocation". Reads strings that end with a NUL; nothing here allocates or fails otherwise.
 */
#ifndef ESCAPE_H
#define ESCAPE_H

#include <stdint.h>

enum escape {
	ESCAPE_NONE, /* not one of the accepted: the backslash stands for itself, what follows it is not read */
	ESCAPE_BYTE,    /* a byte */
	ESCAPE_UNICODE, /* \uHHHH or \UHHHHHHHH: a code point, which may be none that exists */
	ESCAPE_DIGITS,  /* \x, \u or \U with too few hexadecimal digits, and what there was of them is read */
	ESCAPE_STOP,    /* \c */
};

/* Reads the escape whose backslash is before *at, and moves *at behind it. `accept` has the characters that may follow
 * the backslash: letters of C's and `e` stand for their control characters, `x` for one or two hexadecimal digits,
 * `u` and `U` for exactly four and eight, `c` for ESCAPE_STOP, `1` for up to three octal digits (of which a ninth bit
 * is dropped), `0` for the same with a zero before them that does not count; all others stand for themselves.
 * *value gets the byte or the code point. */
enum escape escape_read(const char **at, const char *accept, uint32_t *value);

#endif

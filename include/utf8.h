/* utf8.h - UTF-8 and the properties of characters
 *
 * Properties are those of glibc 2.36 in the locale C.UTF-8 (Unicode 15), for every code point, as observed by
 * scripts/unicode-tables, so that columns and classes come out as from the GNU tools. Numbers that are no
 * code point (> 0x10FFFF) have no property and map to themselves. Nothing here allocates or fails otherwise.
 */
#ifndef UTF8_H
#define UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Returns whether text is UTF-8: yes, unless the first of LC_ALL, LC_CTYPE and LANG that is set and not empty
 * is exactly C or POSIX. Reads the environment each time; ask once per run. */
bool locale_is_utf8(void);

/* Reads the character at the beginning of the `n` bytes at `p`. Returns its length 1..4 and puts it in *cp;
 * or -1 if no valid character begins there; or 0 if one may begin there but the bytes end too soon (also for
 * n = 0). *cp is then unchanged. Strict: no overlong forms, surrogates or code points above 0x10FFFF. */
int utf8_decode(const char *p, size_t n, uint32_t *cp);

/* Writes `cp` to `out` and returns its length 1..4 (no NUL is added). Anything that is not a scalar value
 * (surrogates, above 0x10FFFF) is written as U+FFFD. */
int utf8_encode(uint32_t cp, char out[4]);

/* Returns the columns a character takes: 0 (combining and such, and U+0000), 1, 2, or -1 if not printable. As
 * wcwidth(3). */
int char_width(uint32_t cp);

/* Returns the columns that `n` bytes take. Invalid bytes and what is not printable count 0 (as wc -L and
 * gnulib's mbswidth with flags 0 do for a control character). */
size_t str_width(const char *p, size_t n);

/* The classes of iswctype(3): print, space, digit (only 0-9), cntrl, xdigit are cheap. */
bool char_printable(uint32_t cp);
bool char_space(uint32_t cp);
bool char_digit(uint32_t cp);
bool char_cntrl(uint32_t cp);
bool char_xdigit(uint32_t cp);
bool char_blank(uint32_t cp);
bool char_graph(uint32_t cp);

/* These bring the table of letters: alpha (which has the digits of other scripts too, as in glibc), alnum,
 * punct. */
bool char_alpha(uint32_t cp);
bool char_alnum(uint32_t cp);
bool char_punct(uint32_t cp);

/* These bring the table of cases: the simple mapping of towupper(3) and towlower(3), one to one, and the
 * classes. */
uint32_t char_upper(uint32_t cp);
uint32_t char_lower(uint32_t cp);
bool char_is_upper(uint32_t cp);
bool char_is_lower(uint32_t cp);

#endif

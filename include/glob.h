/* glob.h - file name patterns: does a text match?
 *
 * POSIX.1-2024 XCU 2.14, "Pattern Matching Notation"; fnmatch(3); for the extended patterns the Bash manual, "Pattern Matching".
 */
#ifndef GLOB_H
#define GLOB_H

#include <stdbool.h>

enum {
	GLOB_PERIOD = 1,     /* a period that begins a name is matched by a period only */
	GLOB_PATHNAME = 2,   /* a slash is matched by a slash only, and begins a new name */
	GLOB_ICASE = 4,      /* without regard to case */
	GLOB_EXTENDED = 8,   /* also ?(a|b) *(a|b) +(a|b) @(a|b) !(a|b) */
	GLOB_LEADING = 16,   /* what follows a slash need not be matched */
	GLOB_NO_ESCAPE = 32, /* a backslash stands for itself */
	GLOB_UTF8 = 64,      /* glob_match_range(): characters are UTF-8; an invalid byte is one of its own */
	GLOB_QUOTE = 128,    /* a byte GLOB_QUOTED before a character takes its meaning, too */
	GLOB_DEPTH = 256,    /* two stars match slashes, too; with a slash behind them, also nothing */
};
#define GLOB_QUOTED '\001'

/* Whether the pattern matches the whole of `s`. Characters are those of the locale, or bytes if `s` is not valid UTF-8. */
bool glob_match(const char *pattern, const char *s, unsigned flags);

/* The same for a pattern that ends before `pe` and a text that ends before `se`; GLOB_UTF8 tells what characters are. */
bool glob_match_range(const char *pattern, const char *pe, const char *s, const char *se, unsigned flags);

/* What is behind the bracket expression whose [ is before `p`; NULL if it is none. */
const char *glob_bracket_end(const char *p, const char *pe, unsigned flags);

#endif

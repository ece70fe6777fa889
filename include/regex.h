/* regex.h - regular expressions
 *
 * One engine for all applets: POSIX basic and extended expressions with GNU's extensions, matched leftmost-longest
 * with POSIX's rules for submatches, in time linear in the text (but for back-references); and Perl-like ones,
 * matched as Perl does, with a bound on the work. The text is bytes and may hold NULs.
 *
 * Follows POSIX.1-2024 XBD chapter 9, "Regular Expressions"; the GNU grep manual, "Regular Expressions"; the
 * behaviour of grep 3.8, sed 4.9 and gawk 5.2; pcre2pattern(3) for the Perl-like ones.
 */
#ifndef REGEX_H
#define REGEX_H

#include <stdbool.h>
#include <stddef.h>

/* What is special in a pattern. */
enum regex_syntax {
	REGEX_BASIC,    /* grep, sed: \( \) \{ \} \| \+ \? \1 */
	REGEX_EXTENDED, /* grep -E, sed -E, [[ =~ ]] */
	REGEX_AWK, /* extended, with escapes \n \t \" \/ \ddd \xhh, also in brackets, and \y \B \< \> \` \' */
	REGEX_PERL,  /* grep -P */
	REGEX_FIXED, /* nothing: grep -F */
	REGEX_EMACS, /* find -regex: + ? and the rest as REGEX_BASIC */
};

enum regex_flags {
	REGEX_ICASE = 1, /* upper and lower case are the same, beyond ASCII too */
	REGEX_BYTES = 2, /* every byte is a character: not locale_is_utf8(), awk -b */
	REGEX_NEWLINE =
		4, /* ^ and $ match at each newline too, and [^x] does not match a newline (. neither): sed's M flag
				  leaves the latter out, which is REGEX_MULTILINE */
	REGEX_MULTILINE = 8, /* ^ and $ match at each newline too */
	REGEX_NO_SUB = 16, /* nobody will ask for submatches; the match's own bounds may still be asked for */
	REGEX_WORD = 32,   /* a match begins and ends at the edges of words: grep -w */
	REGEX_LINE = 64,   /* a match is a whole line: grep -x */
	REGEX_LINES = 128, /* the pattern is several, one a line, any of which may match: grep -e, -f */
	REGEX_ESCAPES = 256,     /* \n \t \f \v \a \dNNN \oNNN \xHH \cX stand for characters: sed */
	REGEX_NO_INTERVAL = 512, /* { is an ordinary character: awk --traditional */
	REGEX_GREP =
		1024, /* grep -E: an operator with nothing to repeat is left out, and { that begins no interval
				  is an ordinary character, where else both are errors; and regex_warnings() */
	REGEX_NO_CLOSE = 2048, /* an unmatched ) is an error in extended syntax too: sed -E */
};

/* A compiled expression, with the caches that matching it fills: to be used by one process at a time. */
struct regex;

/* Where a match, or a submatch, is: bytes from the beginning of the text. Both -1 where it took no part. */
struct regex_span {
	ptrdiff_t start, end;
};

/* Compiles the `len` bytes of `pattern`. Returns NULL with *error set to GNU's message (constant, or in the arena),
 * "Unmatched ( or \\(", if it is malformed. Memory is the engine's own, to be given back with regex_free(); its caches
 * stay bounded however long the text. Dies with `memory exhausted`. */
struct regex *regex_compile(const char *pattern, size_t len, enum regex_syntax syntax, unsigned flags,
			    const char **error);

/* Gives all memory back; NULL is allowed. */
void regex_free(struct regex *re);

/* Returns what grep warns of in a pattern that was compiled with REGEX_GREP: lines like `* at start of expression`, each ended
 * by a newline, or NULL. They are the engine's. */
const char *regex_warnings(const struct regex *re);

/* Returns how many parenthesised groups the pattern has. */
size_t regex_groups(const struct regex *re);

/* Tells what is searched, for the message that a Perl-like pattern takes too long; `name` must stay. */
void regex_set_input(struct regex *re, const char *name);

/* What the text given to regex_search() is not. */
enum regex_where {
	REGEX_NOT_BOL = 1, /* `text` is not where a line begins: ^ does not match there */
	REGEX_NOT_EOL = 2, /* nor where it ends: $ does not match at `len` */
};

/* Searches the `len` bytes of `text` from the byte `from` on (what is before it is seen by ^, \b and the like; ^ and \` match only at
 * 0) for the leftmost match. Returns whether there is one; spans[0] is then the match and spans[i] the i-th
 * group, for `count` spans in all (those beyond the groups are -1; `spans` may be NULL with a count of 0, which is faster,
 * and a count of 1 is faster than more). Ends the applet if a Perl-like pattern takes too long
 * (`exceeded PCRE's backtracking limit`). */
bool regex_search(struct regex *re, const char *text, size_t len, size_t from, unsigned where,
		  struct regex_span *spans, size_t count);

/* Searches a text of many lines, each ended by `delimiter` (the last perhaps not), as if each was searched by itself. Returns the first
 * byte of the first line at or after `from` (which is where a line begins) that has a match, or -1; *end gets the byte after
 * its delimiter, or `len`. This is what grep's and sed's speed comes from. */
ptrdiff_t regex_search_lines(struct regex *re, const char *text, size_t len, size_t from, char delimiter,
			     size_t *end);

/* Whether the whole of `text` is one match: find -regex, expr's anchored match is regex_search() with a leading ^. */
bool regex_match_all(struct regex *re, const char *text, size_t len);

#endif

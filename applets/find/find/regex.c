/* regex.c - the types of regular expressions
 *
 * Follows the GNU findutils manual, "Regular Expressions".
 */
#include <strings.h>
#include "find.h"

/* Adds a character of a bracket expression, so that it stands for itself. */
static void add_member(struct buf *b, char c)
{
	if (c && strchr("]^-[\\", c))
		buf_fmt(b, "[.%c.]", c);
	else
		buf_char(b, c);
}

/* The types, and what is special in each: the syntax, its flags, and what it lacks or has more. */
enum {
	NO_REPEATS = 1,       /* \+ and \? */
	NO_ALTERNATION = 2,   /* \| */
	NO_GNU = 4,           /* \w and the like */
	STAR_FIRST = 8,       /* * stands for itself at the beginning */
	NO_CLASSES = 16,      /* [:alpha:] */
	BRACKET_ESCAPES = 32, /* a backslash in [] is special */
	DOT_ENDS = 64,        /* . is no newline */
};

const char *const find_regex_types[] = { "findutils-default",
					 "ed",
					 "emacs",
					 "gnu-awk",
					 "grep",
					 "posix-awk",
					 "awk",
					 "posix-basic",
					 "posix-egrep",
					 "egrep",
					 "posix-extended",
					 "posix-minimal-basic",
					 "sed",
					 NULL };
static const struct {
	uint8_t syntax, lacks;
	uint16_t flags;
} types[] = {
	{ REGEX_EMACS, NO_CLASSES, 0 },
	{ REGEX_BASIC, 0, 0 },
	{ REGEX_EMACS, NO_CLASSES | DOT_ENDS, 0 },
	{ REGEX_EXTENDED, STAR_FIRST | BRACKET_ESCAPES, 0 },
	{ REGEX_BASIC, 0, 0 },
	{ REGEX_EXTENDED, NO_GNU | BRACKET_ESCAPES, 0 },
	{ REGEX_EXTENDED, NO_GNU | STAR_FIRST | BRACKET_ESCAPES, REGEX_NO_INTERVAL },
	{ REGEX_BASIC, 0, 0 },
	{ REGEX_EXTENDED, 0, REGEX_GREP },
	{ REGEX_EXTENDED, 0, REGEX_GREP },
	{ REGEX_EXTENDED, 0, 0 },
	{ REGEX_BASIC, NO_REPEATS | NO_ALTERNATION, 0 },
	{ REGEX_BASIC, 0, 0 },
};

/* Copies a bracket expression, whose [ is before `p`, without what is not special in it. Returns what is behind it. */
static const char *copy_bracket(struct buf *b, const char *p, unsigned lacks)
{
	buf_char(b, '[');
	if (*p == '^')
		buf_char(b, *p++);
	for (bool first = true; *p && (first || *p != ']'); first = false) {
		if (*p == '[' && p[1] && strchr(".=:", p[1])) {
			const char end[] = { p[1], ']', 0 }, *stop = strstr(p + 2, end);

			if (stop && !(lacks & NO_CLASSES)) {
				buf_mem(b, p, (size_t)(stop + 2 - p));
				p = stop + 2;
				continue;
			}
			add_member(b, *p++);
		} else if (*p == '\\' && p[1] && lacks & BRACKET_ESCAPES) {
			add_member(b, p[1]);
			p += 2;
		} else {
			buf_char(b, *p++);
		}
	}
	if (*p)
		buf_char(b, *p++);
	return p;
}

/* Takes from a pattern what is not special in the type. */
static const char *without(const char *pattern, unsigned lacks)
{
	struct buf b = { 0 };

	if (lacks & STAR_FIRST && *pattern && strchr("*+?", *pattern))
		buf_char(&b, '\\');
	for (const char *p = pattern; *p;) {
		bool drop = *p == '\\' && p[1] &&
			    ((lacks & NO_REPEATS && strchr("+?", p[1])) ||
			     (lacks & NO_ALTERNATION && p[1] == '|') ||
			     (lacks & NO_GNU && strchr("wWsSbB<>`'", p[1])));

		if (*p == '[') {
			p = copy_bracket(&b, p + 1, lacks);
			continue;
		}
		if (lacks & DOT_ENDS && *p == '.') {
			buf_str(&b, "[^\n]");
			p++;
			continue;
		}
		if (drop)
			p++;
		else if (*p == '\\' && p[1])
			buf_char(&b, *p++);
		buf_char(&b, *p++);
	}
	buf_str(&b, "");
	return b.data;
}

struct regex *find_regex_compile(struct find *f, const char *pattern, size_t type, bool icase)
{
	const char *text = types[type].lacks ? without(pattern, types[type].lacks) : pattern, *error;
	struct regex *re = regex_compile(text, strlen(text), (enum regex_syntax)types[type].syntax,
					 types[type].flags | REGEX_NO_SUB | (icase ? REGEX_ICASE : 0u) |
						 (f->utf8 ? 0 : REGEX_BYTES),
					 &error);

	if (!re && strncmp(error, "Unmatched [", 11) == 0)
		error = "Invalid regular expression";
	if (!re)
		die("failed to compile regular expression '%s': %s", pattern, error);
	return re;
}

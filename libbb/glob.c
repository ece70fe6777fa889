/* glob.c - file name patterns; see glob.h
 *
 * hot: `case` in a shell's loops
 */
#include <string.h>
#include "glob.h"
#include "memsearch.h"
#include "utf8.h"

/* What stays the same during a match. */
struct matcher {
	unsigned flags;
	const char *start; /* of the text */
};

static bool match(const struct matcher *m, const char *p, const char *pe, const char *s, const char *se);

/* Reads a character; a byte that is none gets a number that no character has. Returns what is behind it. */
static inline const char *get_char(unsigned flags, const char *s, const char *se, uint32_t *c)
{
	int n;

	*c = (unsigned char)*s;
	if (*c < 0x80 || !(flags & GLOB_UTF8))
		return s + 1;
	n = utf8_decode(s, (size_t)(se - s), c);
	if (n > 0)
		return s + n;
	*c = (unsigned char)*s | 0x80000000;
	return s + 1;
}

/* Whether the character at `p` takes the meaning of that behind it. */
static bool quotes(unsigned flags, const char *p, const char *pe)
{
	return p + 1 < pe &&
	       ((*p == '\\' && !(flags & GLOB_NO_ESCAPE)) || (*p == GLOB_QUOTED && flags & GLOB_QUOTE));
}

static bool in_class(const char *name, size_t len, uint32_t c)
{
	static const struct {
		const char *name;
		bool (*is)(uint32_t);
	} classes[] = {
		{ "alpha", char_alpha },    { "digit", char_digit },    { "alnum", char_alnum },
		{ "upper", char_is_upper }, { "lower", char_is_lower }, { "space", char_space },
		{ "blank", char_blank },    { "punct", char_punct },    { "print", char_printable },
		{ "graph", char_graph },    { "cntrl", char_cntrl },    { "xdigit", char_xdigit },
	};

	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (strlen(classes[i].name) == len && memcmp(name, classes[i].name, len) == 0)
			return classes[i].is(c);
	return len == 4 && memcmp(name, "word", 4) == 0 && (char_alnum(c) || c == '_');
}

/* The end of [:class:], [.c.] or [=c=] at `p`: its last two characters. NULL if it is none. */
static const char *named_end(const char *p, const char *pe)
{
	if (*p != '[' || p + 1 >= pe || !p[1] || !strchr(":.=", p[1]))
		return NULL;
	for (const char *end = p + 2; end + 1 < pe; end++)
		if (end[0] == p[1] && end[1] == ']')
			return end;
	return NULL;
}

/* Reads one end of a range in a bracket expression. Returns what is behind it. */
static const char *get_member(unsigned flags, const char *p, const char *pe, uint32_t *c)
{
	const char *end = named_end(p, pe);

	if (end && end > p + 2 && p[1] != ':') {
		get_char(flags, p + 2, end, c);
		return end + 2;
	}
	return get_char(flags, p + quotes(flags, p, pe), pe, c);
}

/* Whether `c` is in the range. */
static bool in_range(uint32_t from, uint32_t to, uint32_t c, bool fold)
{
	return (c >= from && c <= to) || (fold && ((char_lower(c) >= from && char_lower(c) <= to) ||
						   (char_upper(c) >= from && char_upper(c) <= to)));
}

/* Matches the bracket expression whose [ is before `p` against `c`. Returns what is behind its ], NULL if it is none. */
static const char *bracket(unsigned flags, const char *p, const char *pe, uint32_t c, bool *matched)
{
	bool negate = p < pe && (*p == '!' || *p == '^'), any = false;

	p += negate;
	for (bool first = true; p < pe && (*p != ']' || first); first = false) {
		const char *end = named_end(p, pe);
		uint32_t from, to;

		if (*p == '/' && flags & GLOB_PATHNAME)
			return NULL;
		if (end && p[1] == ':') {
			any |= in_class(p + 2, (size_t)(end - p - 2), c);
			p = end + 2;
			continue;
		}
		p = get_member(flags, p, pe, &from);
		to = from;
		if (p + 1 < pe && *p == '-' && p[1] != ']')
			p = get_member(flags, p + 1, pe, &to);
		any |= in_range(from, to, c, flags & GLOB_ICASE);
	}
	*matched = any != negate;
	return p < pe ? p + 1 : NULL;
}

const char *glob_bracket_end(const char *p, const char *pe, unsigned flags)
{
	bool ignored;

	return bracket(flags, p, pe, 0, &ignored);
}

/* The ) that closes the alternatives that begin at `p`; `bar` is the first | between them or NULL. NULL if there is none. */
static const char *alternatives_end(unsigned flags, const char *p, const char *pe, const char **bar)
{
	int depth = 0;

	*bar = NULL;
	for (; p < pe; p++) {
		const char *end;

		if (quotes(flags, p, pe))
			p++;
		else if (*p == '[' && (end = glob_bracket_end(p + 1, pe, flags)))
			p = end - 1;
		else if (*p == '(')
			depth++;
		else if (*p == ')' && depth-- == 0)
			return p;
		else if (*p == '|' && depth == 0 && !*bar)
			*bar = p;
	}
	return NULL;
}

/* Whether one of the alternatives in p..pe matches s..se as a whole. */
static bool any_alternative(const struct matcher *m, const char *p, const char *pe, const char *s,
			    const char *se)
{
	for (;;) {
		const char *bar;

		alternatives_end(m->flags, p, pe, &bar);
		if (match(m, p, bar ? bar : pe, s, se))
			return true;
		if (!bar)
			return false;
		p = bar + 1;
	}
}

/* Matches kind(alternatives)rest, whose alternatives are p..close. */
static bool extended(const struct matcher *m, char kind, const char *p, const char *close, const char *pe,
		     const char *s, const char *se)
{
	const char *rest = close + 1;

	if ((kind == '?' || kind == '*') && match(m, rest, pe, s, se))
		return true;
	for (const char *mid = s + (kind == '*'); mid <= se; mid++) {
		if (m->flags & GLOB_UTF8 && mid < se && mid > s && ((unsigned char)*mid & 0xc0) == 0x80)
			continue;
		if (any_alternative(m, p, close, s, mid) == (kind == '!'))
			continue;
		if (match(m, rest, pe, mid, se))
			return true;
		if ((kind == '*' || kind == '+') && mid > s && extended(m, '*', p, close, pe, mid, se))
			return true;
	}
	return false;
}

/* Whether a wildcard may match the character at `s`. */
static bool is_free(const struct matcher *m, const char *s)
{
	bool slash = m->flags & GLOB_PATHNAME;

	if (*s == '/')
		return !slash;
	return *s != '.' || !(m->flags & GLOB_PERIOD) || (s > m->start && (!slash || s[-1] != '/'));
}

/* Matches one character of the text, which there is, against one of the pattern, which is no star. Returns what is behind
 * that in the pattern and moves `s`; or NULL. */
static const char *match_one(const struct matcher *m, const char *p, const char *pe, const char **s,
			     const char *se)
{
	const char *next, *end;
	uint32_t c, d;
	bool matched;

	next = get_char(m->flags, *s, se, &c);
	if (*p == '?') {
		p = is_free(m, *s) ? p + 1 : NULL;
	} else if (*p == '[' && (end = bracket(m->flags, p + 1, pe, c, &matched))) {
		p = matched && is_free(m, *s) ? end : NULL;
	} else {
		p = get_char(m->flags, p + quotes(m->flags, p, pe), pe, &d);
		if (c != d && !(m->flags & GLOB_ICASE && char_lower(c) == char_lower(d)))
			p = NULL;
	}
	*s = next;
	return p;
}

/* Where the rest of a pattern, which a star is before, may match next behind `s`: further on, or NULL. */
static const char *next_start(const struct matcher *m, const char *rest, const char *pe, const char *s,
			      const char *se)
{
	uint32_t c;

	if (s >= se || !is_free(m, s))
		return NULL;
	s = get_char(m->flags, s, se, &c);
	if (rest >= pe || m->flags & (GLOB_ICASE | GLOB_PATHNAME | GLOB_EXTENDED) ||
	    strchr("?[\\\001", *rest) || (unsigned char)*rest >= 0x80)
		return s;
	return memchr(s, *rest, (size_t)(se - s));
}

/* Matches ** and what comes behind it, which begins at `rest`. */
static bool any_depth(const struct matcher *m, const char *rest, const char *pe, const char *s,
		      const char *se)
{
	uint32_t c;

	if (rest < pe && *rest == '/' && match(m, rest + 1, pe, s, se))
		return true;
	while (!match(m, rest, pe, s, se)) {
		if (s >= se)
			return false;
		s = get_char(m->flags, s, se, &c);
	}
	return true;
}

/* Whether the rest of a pattern stands for itself, so that after a star only the end of the text need be compared with it. */
static bool is_literal(const struct matcher *m, const char *p, const char *pe)
{
	if (m->flags & ~(unsigned)(GLOB_UTF8 | GLOB_QUOTE) || (*p & 0xc0) == 0x80)
		return false;
	for (; p < pe; p++)
		if (*p == '*' || *p == '?' || *p == '[' || *p == '\\' || *p == GLOB_QUOTED)
			return false;
	return true;
}

/* Whether the pattern p..pe matches the whole of s..se. */
static bool match(const struct matcher *m, const char *p, const char *pe, const char *s, const char *se)
{
	const char *star = NULL, *star_s = NULL; /* what follows the last star, and where that was tried */

	for (;;) {
		const char *next = NULL, *close, *bar;
		bool is_extended = m->flags & GLOB_EXTENDED && p + 1 < pe && p[1] == '(';

		if (p >= pe) {
			if (s >= se || (m->flags & GLOB_LEADING && *s == '/'))
				return true;
		} else if (is_extended && strchr("?*+@!", *p) &&
			   (close = alternatives_end(m->flags, p + 2, pe, &bar))) {
			if (extended(m, *p, p + 2, close, pe, s, se))
				return true;
		} else if (m->flags & GLOB_DEPTH && *p == '*' && p + 1 < pe && p[1] == '*') {
			return any_depth(m, p + 2, pe, s, se);
		} else if (*p == '*') {
			star = ++p;
			star_s = s;
			if (p >= pe && !(m->flags & (GLOB_PATHNAME | GLOB_PERIOD)))
				return true;
			if (p < pe && is_literal(m, p, pe))
				return se - s >= pe - p && memcmp(se - (pe - p), p, (size_t)(pe - p)) == 0;
			continue;
		} else if (s < se) {
			next = match_one(m, p, pe, &s, se);
		}
		if (next) {
			p = next;
			continue;
		}
		star_s = star ? next_start(m, star, pe, star_s, se) : NULL;
		if (!star_s)
			return false;
		p = star;
		s = star_s;
	}
}

bool glob_match_range(const char *pattern, const char *pe, const char *s, const char *se, unsigned flags)
{
	const struct matcher m = { flags, s };

	return match(&m, pattern, pe, s, se);
}

bool glob_match(const char *pattern, const char *s, unsigned flags)
{
	const char *end = s;

	while (*end && (unsigned char)*end < 0x80)
		end++;
	/* in a text of ASCII characters are bytes, which saves asking */
	if (*end) {
		end += strlen(end);
		if (locale_is_utf8() && utf8_valid(s, (size_t)(end - s)))
			flags |= GLOB_UTF8;
	}
	return glob_match_range(pattern, pattern + strlen(pattern), s, end, flags);
}

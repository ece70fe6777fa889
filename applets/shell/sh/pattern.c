/* pattern.c - matching patterns, and the names of files that match
 *
 * Patterns come from expand.c in pattern form: ESC before each quoted character
 * that might be special. A backslash that an expansion brought quotes too.
 * POSIX.1-2024 XCU 2.14; the Bash manual, "Pattern Matching".
 */
#include "sh.h"
#include <dirent.h>

struct matcher {
	bool fold, utf8, ext, period, pathname;
	unsigned budget; /* of steps, so that a bad pattern cannot take forever */
};

static bool match(struct matcher *m, const char *p, const char *pe, const char *s, const char *se);

/* Reads a character. */
static inline const char *get_char(const struct matcher *m, const char *s, const char *se, uint32_t *c)
{
	int n;

	*c = (unsigned char)*s;
	if (*c < 0x80 || !m->utf8)
		return s + 1;
	n = utf8_decode(s, (size_t)(se - s), c);
	if (n > 0)
		return s + n;
	*c = (unsigned char)*s;
	*c |= 0x80000000;
	return s + 1;
}

static bool same(const struct matcher *m, uint32_t a, uint32_t b)
{
	return a == b || (m->fold && char_lower(a) == char_lower(b));
}

static bool in_class(const char *name, size_t len, uint32_t c, bool fold)
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

	if (len == 5 && fold && (memcmp(name, "upper", 5) == 0 || memcmp(name, "lower", 5) == 0))
		name = "alpha";
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (strlen(classes[i].name) == len && memcmp(name, classes[i].name, len) == 0)
			return classes[i].is(c);
	return len == 4 && memcmp(name, "word", 4) == 0 && (char_alnum(c) || c == '_');
}

/* Matches a bracket expression behind its [ against c. Returns what is behind
 * the ], NULL if it is no bracket expression. */
static const char *bracket(const struct matcher *m, const char *p, const char *pe, uint32_t c, bool *matched)
{
	bool negate = false, any = false, first = true;

	if (p < pe && (*p == '!' || *p == '^')) {
		negate = true;
		p++;
	}
	for (;; first = false) {
		uint32_t from, to;

		if (p >= pe || (*p == '/' && m->pathname))
			return NULL;
		if (*p == ']' && !first)
			break;
		if (*p == '[' && p + 1 < pe && (p[1] == ':' || p[1] == '.' || p[1] == '=')) {
			const char *close = p + 2;

			while (close + 1 < pe && !(close[0] == p[1] && close[1] == ']'))
				close++;
			if (close + 1 < pe) {
				if (p[1] == ':') {
					any |= in_class(p + 2, (size_t)(close - p - 2), c, m->fold);
					p = close + 2;
					continue;
				}
				get_char(m, p + 2, close, &from);
				p = close + 2;
				goto range;
			}
		}
		if ((*p == ESC || *p == '\\') && p + 1 < pe)
			p++;
		p = get_char(m, p, pe, &from);
	range:
		to = from;
		if (p + 1 < pe && *p == '-' && p[1] != ']') {
			p++;
			if (*p == '[' && p + 1 < pe && (p[1] == '.' || p[1] == '=')) {
				const char *close = p + 2;

				while (close + 1 < pe && !(close[0] == p[1] && close[1] == ']'))
					close++;
				get_char(m, p + 2, close, &to);
				p = close + 2;
			} else {
				if ((*p == ESC || *p == '\\') && p + 1 < pe)
					p++;
				p = get_char(m, p, pe, &to);
			}
		}
		any |= c >= from && c <= to;
		if (m->fold)
			any |= (char_lower(c) >= from && char_lower(c) <= to) ||
			       (char_upper(c) >= from && char_upper(c) <= to);
	}
	*matched = any != negate;
	return p + 1;
}

/* The end of a bracket expression, without matching; NULL if it is none. */
static const char *bracket_end(const struct matcher *m, const char *p, const char *pe)
{
	bool ignored;

	return bracket(m, p, pe, 0, &ignored);
}

/* The ) that closes the alternatives that begin at p; each | at the top is
 * told. NULL if there is none. */
static const char *alternatives_end(const struct matcher *m, const char *p, const char *pe, const char **bar)
{
	int depth = 0;

	*bar = NULL;
	for (; p < pe; p++) {
		if ((*p == ESC || *p == '\\') && p + 1 < pe) {
			p++;
		} else if (*p == '[') {
			const char *end = bracket_end(m, p + 1, pe);

			if (end)
				p = end - 1;
		} else if (*p == '(') {
			depth++;
		} else if (*p == ')') {
			if (depth-- == 0)
				return p;
		} else if (*p == '|' && depth == 0 && !*bar) {
			*bar = p;
		}
	}
	return NULL;
}

/* Whether one of the alternatives in p..pe matches s..se as a whole. */
static bool any_alternative(struct matcher *m, const char *p, const char *pe, const char *s, const char *se)
{
	for (;;) {
		const char *bar;

		alternatives_end(m, p, pe, &bar);
		if (match(m, p, bar ? bar : pe, s, se))
			return true;
		if (!bar)
			return false;
		p = bar + 1;
	}
}

/* Matches kind(alternatives)rest. `p` is behind the parenthesis. */
static bool extended(struct matcher *m, char kind, const char *p, const char *close, const char *pe,
		     const char *s, const char *se)
{
	const char *rest = close + 1;

	if ((kind == '?' || kind == '*') && match(m, rest, pe, s, se))
		return true;
	for (const char *mid = kind == '!' || kind == '@' || kind == '?' ? s : s + (kind == '*'); mid <= se;
	     mid++) {
		bool part;

		if (m->utf8 && mid < se && mid > s && ((unsigned char)*mid & 0xc0) == 0x80)
			continue;
		part = any_alternative(m, p, close, s, mid);
		if (kind == '!')
			part = !part;
		if (!part)
			continue;
		if (match(m, rest, pe, mid, se))
			return true;
		if ((kind == '*' || kind == '+') && mid > s && extended(m, '*', p, close, pe, mid, se))
			return true;
	}
	return false;
}

/* Whether the pattern p..pe matches the whole of s..se. */
static bool match(struct matcher *m, const char *p, const char *pe, const char *s, const char *se)
{
	const char *star_p = NULL, *star_s = NULL;

	for (;;) {
		uint32_t c, d;
		const char *next, *bar, *close;
		bool matched;

		if (m->budget == 0)
			return false;
		m->budget--;
		if (p >= pe) {
			if (s >= se)
				return true;
			goto retry;
		}
		if (m->ext && p + 1 < pe && p[1] == '(' && strchr("?*+@!", *p) &&
		    (close = alternatives_end(m, p + 2, pe, &bar))) {
			if (extended(m, *p, p + 2, close, pe, s, se))
				return true;
			goto retry;
		}
		if (*p == '*') {
			while (p < pe && *p == '*' && !(m->ext && p + 1 < pe && p[1] == '('))
				p++;
			if (p >= pe)
				return true;
			star_p = p;
			star_s = s;
			continue;
		}
		if (s >= se)
			goto retry;
		if (*p == '?') {
			s = get_char(m, s, se, &c);
			p++;
			continue;
		}
		if (*p == '[') {
			next = get_char(m, s, se, &c);
			close = bracket(m, p + 1, pe, c, &matched);
			if (close) {
				if (!matched)
					goto retry;
				p = close;
				s = next;
				continue;
			}
		} else if ((*p == ESC || *p == '\\') && p + 1 < pe) {
			p++;
		}
		if (*p == *s) {
			p++;
			s++;
			continue;
		}
		if (m->fold) {
			next = get_char(m, p, pe, &d);
			close = get_char(m, s, se, &c);
			if (same(m, c, d)) {
				p = next;
				s = close;
				continue;
			}
		}
	retry:
		if (!star_p || star_s >= se)
			return false;
		/* what comes after a star begins further on; a literal can be looked for */
		star_s = get_char(m, star_s, se, &c);
		if (!m->fold && *star_p != '?' && *star_p != '[' && *star_p != ESC && *star_p != '\\' &&
		    !m->ext) {
			star_s = memchr(star_s, *star_p, (size_t)(se - star_s));
			if (!star_s)
				return false;
		}
		p = star_p;
		s = star_s;
	}
}

static struct matcher matcher_of(const struct shell *sh, bool fold)
{
	return (struct matcher){ .fold = fold,
				 .utf8 = sh->utf8,
				 .ext = sh->shopt[S_EXTGLOB] || sh->cond_match,
				 .budget = 50000000 };
}

bool sh_pattern_match_range(struct shell *sh, const char *pattern, const char *s, const char *end, bool fold)
{
	struct matcher m = matcher_of(sh, fold);

	return match(&m, pattern, pattern + strlen(pattern), s, end);
}

bool sh_pattern_match(struct shell *sh, const char *pattern, const char *s, bool fold)
{
	return sh_pattern_match_range(sh, pattern, s, s + strlen(s), fold);
}

/* Whether there is nothing special in p..pe. */
static bool is_literal(const struct shell *sh, const char *p, const char *pe)
{
	for (; p < pe; p++)
		if (*p == '*' || *p == '?' || *p == '[' || *p == ESC || *p == '\\' ||
		    (*p == '(' && (sh->shopt[S_EXTGLOB] || sh->cond_match)))
			return false;
	return true;
}

/* Finds a literal in a text, from the front or the end. */
static const char *find_literal(const char *s, size_t len, const char *what, size_t what_len, bool last)
{
	if (what_len > len)
		return NULL;
	if (last) {
		for (const char *p = s + len - what_len; p >= s; p--)
			if (*p == *what && memcmp(p, what, what_len) == 0)
				return p;
		return NULL;
	}
	if (what_len == 1)
		return memchr(s, *what, len);
	return memmem(s, len, what, what_len);
}

ptrdiff_t sh_pattern_prefix(struct shell *sh, const char *pattern, const char *s, size_t len, bool longest)
{
	size_t plen = strlen(pattern);
	const char *found;
	struct matcher m;

	if (plen > 1 && *pattern == '*' && is_literal(sh, pattern + 1, pattern + plen)) {
		found = find_literal(s, len, pattern + 1, plen - 1, longest);
		return found ? found - s + (ptrdiff_t)plen - 1 : -1;
	}
	if (is_literal(sh, pattern, pattern + plen))
		return plen <= len && memcmp(s, pattern, plen) == 0 ? (ptrdiff_t)plen : -1;
	m = matcher_of(sh, false);
	for (size_t i = 0; i <= len; i++) {
		size_t at = longest ? len - i : i;

		if (m.utf8 && at < len && ((unsigned char)s[at] & 0xc0) == 0x80 &&
		    utf8_decode(s + at, len - at, &(uint32_t){ 0 }) < 0 && at > 0 &&
		    (unsigned char)s[at - 1] >= 0x80)
			continue;
		if (match(&m, pattern, pattern + plen, s, s + at))
			return (ptrdiff_t)at;
	}
	return -1;
}

ptrdiff_t sh_pattern_suffix(struct shell *sh, const char *pattern, const char *s, size_t len, bool longest)
{
	size_t plen = strlen(pattern);
	const char *found;
	struct matcher m;

	if (plen > 1 && pattern[plen - 1] == '*' && is_literal(sh, pattern, pattern + plen - 1)) {
		found = find_literal(s, len, pattern, plen - 1, !longest);
		return found ? (ptrdiff_t)len - (found - s) : -1;
	}
	if (is_literal(sh, pattern, pattern + plen))
		return plen <= len && memcmp(s + len - plen, pattern, plen) == 0 ? (ptrdiff_t)plen : -1;
	m = matcher_of(sh, false);
	for (size_t i = 0; i <= len; i++) {
		size_t at = longest ? i : len - i;

		if (m.utf8 && at < len && at > 0 && ((unsigned char)s[at] & 0xc0) == 0x80 &&
		    (unsigned char)s[at - 1] >= 0x80)
			continue;
		if (match(&m, pattern, pattern + plen, s + at, s + len))
			return (ptrdiff_t)(len - at);
	}
	return -1;
}

ptrdiff_t sh_pattern_search(struct shell *sh, const char *pattern, const char *s, size_t len, size_t from,
			    size_t *end)
{
	size_t plen = strlen(pattern);
	struct matcher m = matcher_of(sh, sh->shopt[S_NOCASEMATCH]);

	if (is_literal(sh, pattern, pattern + plen) && !m.fold) {
		const char *found = plen ? find_literal(s + from, len - from, pattern, plen, false) : NULL;

		if (!found)
			return -1;
		*end = (size_t)(found - s) + plen;
		return found - s;
	}
	for (size_t at = from; at <= len; at++) {
		if (m.utf8 && at < len && at > from && ((unsigned char)s[at] & 0xc0) == 0x80)
			continue;
		for (size_t stop = len + 1; stop-- > at;)
			if (match(&m, pattern, pattern + plen, s + at, s + stop)) {
				*end = stop;
				return (ptrdiff_t)at;
			}
	}
	return -1;
}

bool sh_pattern_has_glob(const struct shell *sh, const char *p)
{
	bool ext = sh->shopt[S_EXTGLOB];

	for (; *p; p++) {
		if ((*p == ESC || *p == '\\') && p[1])
			p++;
		else if (*p == '*' || *p == '?' || (ext && strchr("+@!", *p) && p[1] == '('))
			return true;
		else if (*p == '[' && strchr(p + 1, ']'))
			return true;
	}
	return false;
}

/* ---- pathnames ---- */

struct globbing {
	struct shell *sh;
	struct fields *out;
	struct matcher m;
	struct sbuf path;
	size_t depth;
	bool ignored; /* GLOBIGNORE is set */
};

/* Copies a pattern component without glob characters. */
static void append_literal(struct sbuf *b, const char *p, const char *pe)
{
	for (; p < pe; p++) {
		if ((*p == ESC || *p == '\\') && p + 1 < pe)
			p++;
		sh_sbuf_char(b, *p);
	}
}

static bool component_has_glob(const struct shell *sh, const char *p, const char *pe)
{
	struct matcher m = { .pathname = true, .utf8 = sh->utf8 };

	for (; p < pe; p++) {
		if ((*p == ESC || *p == '\\') && p + 1 < pe)
			p++;
		else if (*p == '*' || *p == '?')
			return true;
		else if (*p == '[' && bracket_end(&m, p + 1, pe))
			return true;
		else if (sh->shopt[S_EXTGLOB] && strchr("+@!", *p) && p + 1 < pe && p[1] == '(')
			return true;
	}
	return false;
}

/* The end of the first component of a pattern: a slash, or the end. */
static const char *component_end(const struct shell *sh, const char *p)
{
	int depth = 0;

	for (; *p; p++) {
		if ((*p == ESC || *p == '\\') && p[1])
			p++;
		else if (sh->shopt[S_EXTGLOB] && *p == '(')
			depth++;
		else if (*p == ')' && depth > 0)
			depth--;
		else if (*p == '/' && depth == 0)
			break;
	}
	return p;
}

static void glob_from(struct globbing *g, const char *pattern);

static void add_result(struct globbing *g)
{
	struct stat st;

	if (lstat(sh_sbuf_text(&g->path), &st) == 0)
		sh_fields_add(g->sh, g->out, sh_stack_text(g->sh, g->path.p, g->path.len));
}

/* The names in a directory, on the shell's stack. Returns false if it cannot be
 * read. */
static bool read_names(struct globbing *g, struct fields *names)
{
	DIR *dir = opendir(g->path.len ? sh_sbuf_text(&g->path) : ".");
	struct dirent *e;

	if (!dir)
		return false;
	while ((e = readdir(dir))) {
		char *copy;
		size_t len = strlen(e->d_name);

		copy = sh_stack_alloc(g->sh, len + 2);
		copy[0] = (char)e->d_type;
		memcpy(copy + 1, e->d_name, len + 1);
		sh_fields_add(g->sh, names, copy);
	}
	closedir(dir);
	return true;
}

/* **: the rest of the pattern in this directory and all below it. */
static void glob_all_below(struct globbing *g, const char *rest, bool last, bool top)
{
	size_t len = g->path.len;
	struct fields names = { 0 };

	sh_check_depth(g->sh);
	if (last && top && len)
		sh_fields_add(g->sh, g->out, sh_stack_text(g->sh, g->path.p, len));
	if (!last)
		glob_from(g, rest);
	if (!read_names(g, &names))
		return;
	for (size_t i = 0; i < names.count; i++) {
		char *name = names.v[i] + 1;
		struct stat st;

		if (name[0] == '.' && (!g->sh->shopt[S_DOTGLOB] || !name[1] || (name[1] == '.' && !name[2])))
			continue;
		g->path.len = len;
		sh_sbuf_str(&g->path, name);
		if (last)
			add_result(g);
		if (lstat(sh_sbuf_text(&g->path), &st) == 0 && S_ISDIR(st.st_mode)) {
			sh_sbuf_char(&g->path, '/');
			glob_all_below(g, rest, last, false);
		}
	}
	g->path.len = len;
}

static void glob_component(struct globbing *g, const char *p, const char *pe)
{
	struct shell *sh = g->sh;
	size_t len = g->path.len;
	struct fields names = { 0 };
	const char *first = (*p == ESC || *p == '\\') && p + 1 < pe ? p + 1 : p;
	bool dots = sh->shopt[S_DOTGLOB] || g->ignored;

	if (!read_names(g, &names))
		return;
	for (size_t i = 0; i < names.count; i++) {
		char type = names.v[i][0], *name = names.v[i] + 1;

		if (name[0] == '.') {
			bool self = !name[1] || (name[1] == '.' && !name[2]);

			if (*first != '.' && (!dots || self))
				continue;
			if (self && sh->shopt[S_GLOBSKIPDOTS])
				continue;
		}
		g->m.budget = 5000000;
		if (!match(&g->m, p, pe, name, name + strlen(name)))
			continue;
		g->path.len = len;
		sh_sbuf_str(&g->path, name);
		if (!*pe) {
			sh_fields_add(sh, g->out, sh_stack_text(sh, g->path.p, g->path.len));
		} else if (type == DT_DIR || type == DT_LNK || type == DT_UNKNOWN) {
			glob_from(g, pe);
		}
	}
	g->path.len = len;
}

/* Matches the rest of a pattern below g->path. */
static void glob_from(struct globbing *g, const char *p)
{
	size_t len = g->path.len;
	const char *pe;

	sh_check_depth(g->sh);
	for (;;) {
		while (*p == '/')
			sh_sbuf_char(&g->path, *p++);
		if (!*p) {
			add_result(g);
			break;
		}
		pe = component_end(g->sh, p);
		if (g->sh->shopt[S_GLOBSTAR] && pe - p == 2 && p[0] == '*' && p[1] == '*') {
			const char *rest = pe;

			if (*rest) {
				while (*rest == '/')
					rest++;
				if (*rest) {
					glob_all_below(g, rest, false, false);
				} else {
					size_t before = g->out->count;

					/* only directories, each with its slash */
					glob_all_below(g, pe, true, false);
					for (size_t i = before; i < g->out->count;) {
						struct stat st;
						char *name = g->out->v[i];

						if (lstat(name, &st) == 0 && S_ISDIR(st.st_mode)) {
							g->out->v[i++] = sh_stack_printf(g->sh, "%s/", name);
						} else {
							g->out->count--;
							memmove(g->out->v + i, g->out->v + i + 1,
								(g->out->count - i) * sizeof(char *));
						}
					}
				}
			} else {
				glob_all_below(g, pe, true, true);
			}
			break;
		}
		if (component_has_glob(g->sh, p, pe)) {
			glob_component(g, p, pe);
			break;
		}
		append_literal(&g->path, p, pe);
		if (!*pe) {
			add_result(g);
			break;
		}
		p = pe;
	}
	g->path.len = len;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Whether one of the patterns of GLOBIGNORE matches a name. */
static bool is_ignored(struct shell *sh, const char *patterns, const char *name)
{
	while (*patterns) {
		size_t len = strcspn(patterns, ":");

		if (len && sh_pattern_match(sh, sh_stack_text(sh, patterns, len), name, false))
			return true;
		patterns += len + (patterns[len] == ':');
	}
	return false;
}

size_t sh_pattern_glob(struct shell *sh, const char *pattern, struct fields *out)
{
	const char *ignored = sh_var_get(sh, "GLOBIGNORE");
	struct globbing g = { .sh = sh,
			      .out = out,
			      .m = matcher_of(sh, sh->shopt[S_NOCASEGLOB]),
			      .ignored = ignored && *ignored };
	size_t before = out->count, kept = before;

	g.m.pathname = true;
	glob_from(&g, pattern);
	free(g.path.p);
	for (size_t i = before; g.ignored && i < out->count; i++)
		if (!is_ignored(sh, ignored, out->v[i]))
			out->v[kept++] = out->v[i];
	if (g.ignored)
		out->count = kept;
	if (out->count > before + 1)
		qsort(out->v + before, out->count - before, sizeof(char *), by_name);
	if (out->v)
		out->v[out->count] = NULL;
	return out->count - before;
}

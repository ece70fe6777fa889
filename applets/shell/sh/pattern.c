/* pattern.c - matching patterns, and the names of files that match
 *
 * Patterns come from expand.c in pattern form: ESC before each quoted character
 * that might be special. A backslash that an expansion brought quotes too.
 * POSIX.1-2024 XCU 2.14; the Bash manual, "Filename Expansion".
 */
#include <dirent.h>
#include "sh.h"

static unsigned flags_of(const struct shell *sh, bool fold)
{
	return GLOB_QUOTE | (fold ? GLOB_ICASE : 0u) | (sh->utf8 ? GLOB_UTF8 : 0u) |
	       (sh->shopt[S_EXTGLOB] || sh->cond_match ? GLOB_EXTENDED : 0u);
}

bool sh_pattern_match_range(struct shell *sh, const char *pattern, const char *s, const char *end, bool fold)
{
	return glob_match_range(pattern, pattern + strlen(pattern), s, end, flags_of(sh, fold));
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
	unsigned flags;

	if (plen > 1 && *pattern == '*' && is_literal(sh, pattern + 1, pattern + plen)) {
		found = find_literal(s, len, pattern + 1, plen - 1, longest);
		return found ? found - s + (ptrdiff_t)plen - 1 : -1;
	}
	if (is_literal(sh, pattern, pattern + plen))
		return plen <= len && memcmp(s, pattern, plen) == 0 ? (ptrdiff_t)plen : -1;
	flags = flags_of(sh, false);
	for (size_t i = 0; i <= len; i++) {
		size_t at = longest ? len - i : i;

		if (sh->utf8 && at < len && ((unsigned char)s[at] & 0xc0) == 0x80 &&
		    utf8_decode(s + at, len - at, &(uint32_t){ 0 }) < 0 && at > 0 &&
		    (unsigned char)s[at - 1] >= 0x80)
			continue;
		if (glob_match_range(pattern, pattern + plen, s, s + at, flags))
			return (ptrdiff_t)at;
	}
	return -1;
}

ptrdiff_t sh_pattern_suffix(struct shell *sh, const char *pattern, const char *s, size_t len, bool longest)
{
	size_t plen = strlen(pattern);
	const char *found;
	unsigned flags;

	if (plen > 1 && pattern[plen - 1] == '*' && is_literal(sh, pattern, pattern + plen - 1)) {
		found = find_literal(s, len, pattern, plen - 1, !longest);
		return found ? (ptrdiff_t)len - (found - s) : -1;
	}
	if (is_literal(sh, pattern, pattern + plen))
		return plen <= len && memcmp(s + len - plen, pattern, plen) == 0 ? (ptrdiff_t)plen : -1;
	flags = flags_of(sh, false);
	for (size_t i = 0; i <= len; i++) {
		size_t at = longest ? i : len - i;

		if (sh->utf8 && at < len && at > 0 && ((unsigned char)s[at] & 0xc0) == 0x80 &&
		    (unsigned char)s[at - 1] >= 0x80)
			continue;
		if (glob_match_range(pattern, pattern + plen, s + at, s + len, flags))
			return (ptrdiff_t)(len - at);
	}
	return -1;
}

ptrdiff_t sh_pattern_search(struct shell *sh, const char *pattern, const char *s, size_t len, size_t from,
			    size_t *end)
{
	size_t plen = strlen(pattern);
	unsigned flags = flags_of(sh, sh->shopt[S_NOCASEMATCH]);

	if (is_literal(sh, pattern, pattern + plen) && !(flags & GLOB_ICASE)) {
		const char *found = plen ? find_literal(s + from, len - from, pattern, plen, false) : NULL;

		if (!found)
			return -1;
		*end = (size_t)(found - s) + plen;
		return found - s;
	}
	for (size_t at = from; at <= len; at++) {
		if (sh->utf8 && at < len && at > from && ((unsigned char)s[at] & 0xc0) == 0x80)
			continue;
		for (size_t stop = len + 1; stop-- > at;)
			if (glob_match_range(pattern, pattern + plen, s + at, s + stop, flags)) {
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
	unsigned flags;
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
	for (; p < pe; p++) {
		if ((*p == ESC || *p == '\\') && p + 1 < pe)
			p++;
		else if (*p == '*' || *p == '?')
			return true;
		else if (*p == '[' && glob_bracket_end(p + 1, pe, GLOB_QUOTE | GLOB_PATHNAME))
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
		if (!glob_match_range(p, pe, name, name + strlen(name), g->flags))
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
			      .flags = flags_of(sh, sh->shopt[S_NOCASEGLOB]),
			      .ignored = ignored && *ignored };
	size_t before = out->count, kept = before;

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

/* regex.c - regular expressions: what include/regex.h declares */
#include <stdlib.h>
#include <string.h>
#include "arena.h"
#include "memsearch.h"
#include "regex_internal.h"

/* Puts the tree between two conditions. */
static struct node *between(struct parser *p, enum assertion before, struct node *tree, enum assertion after)
{
	struct list_of_nodes list = { NULL, NULL };

	list_add(&list, node_assert(p, before));
	list_add(&list, tree);
	list_add(&list, node_assert(p, after));
	return list_node(p, &list, NODE_CAT);
}

/* Returns a copy of a message that outlives the parser. */
static const char *keep_message(const char *message)
{
	return arena_strdup(message);
}

struct regex *regex_compile(const char *pattern, size_t len, enum regex_syntax syntax, unsigned flags,
			    const char **error)
{
	struct regex *re = memory_resize(NULL, sizeof *re);
	struct parser p = { .pattern = pattern, .end = len, .syntax = syntax, .flags = flags };

	*re = (struct regex){ .syntax = syntax, .flags = flags, .utf8 = !(flags & REGEX_BYTES) };
	p.pool = &re->pool;
	re->tree = syntax == REGEX_PERL ? parse_perl(&p) : parse_posix(&p);
	if (!p.error) {
		if (flags & REGEX_WORD)
			re->tree = between(&p, NO_WORD_BEFORE, re->tree, NO_WORD_AFTER);
		if (flags & REGEX_LINE)
			re->tree = between(&p, AT_LINE_START, re->tree, AT_LINE_END);
		re->groups = p.groups;
		re->needs = p.needs;
		if (p.warning_len > 0) {
			re->warnings = pool_alloc(&re->pool, p.warning_len + 1);
			memcpy(re->warnings, p.warnings, p.warning_len);
		}
		if (!program_make(&re->forward, re->tree, re->groups, COMPILE_FORWARD))
			p.error = "Regular expression too big";
	}
	if (p.error) {
		*error = keep_message(p.error);
		regex_free(re);
		return NULL;
	}
	program_classes(re);
	find_literal(re);
	find_prefix(re);
	return re;
}

void regex_free(struct regex *re)
{
	if (!re)
		return;
	for (int i = 0; i < DFA_KINDS; i++)
		dfa_free(re->dfas[i]);
	one_pass_free(re->one_pass);
	pike_free(re->pike);
	backtrack_free(re->backtracker);
	prefix_free(re->prefix);
	program_free(&re->forward);
	program_free(&re->backward);
	program_free(&re->backtrack);
	pool_free(&re->pool);
	free(re);
}

size_t regex_groups(const struct regex *re)
{
	return re->groups;
}

const char *regex_warnings(const struct regex *re)
{
	return re->warnings;
}

void regex_set_input(struct regex *re, const char *name)
{
	re->input = name;
}

static struct dfa *get_dfa(struct regex *re, enum dfa_kind kind)
{
	if (kind == DFA_BACKWARD && !re->backward_made) {
		re->backward_made = true;
		program_make(&re->backward, re->tree, re->groups, COMPILE_BACKWARD);
	}
	if (!re->dfas[kind])
		re->dfas[kind] = dfa_new(re, kind, -1);
	return re->dfas[kind];
}

static bool has_literal(const struct regex *re, const char *text, size_t len, size_t from)
{
	return !re->literal || mem_mem(text + from, len - from, re->literal, re->literal_len);
}

/* Fills in the submatches of a match that is known. */
static void find_groups(struct regex *re, const char *text, size_t len, unsigned where,
			struct regex_span *spans, size_t count)
{
	struct regex_span whole = spans[0];

	if (count > re->groups + 1)
		count = re->groups + 1;
	if (!re->one_pass_tried) {
		re->one_pass_tried = true;
		re->one_pass = one_pass_make(re);
	}
	if (re->one_pass) {
		if (one_pass_run(re, text, spans, count))
			return;
		one_pass_free(re->one_pass);
		re->one_pass = NULL;
		for (size_t i = 1; i < count; i++)
			spans[i] = (struct regex_span){ -1, -1 };
	}
	pike_search(re, text, len, (size_t)whole.start, whole.end, true, where, spans, count);
	spans[0] = whole;
}

/* Finds the bounds of the leftmost-longest match. */
static bool find_bounds(struct regex *re, const char *text, size_t len, size_t from, unsigned where,
			struct regex_span *span)
{
	span->end = dfa_run(get_dfa(re, DFA_LEFTMOST), text, len, from, from, where);
	if (span->end == -1)
		return false;
	if (span->end >= 0)
		span->start = dfa_run(get_dfa(re, DFA_BACKWARD), text, len, (size_t)span->end, from, where);
	if (span->end < 0 || span->start < 0)
		return pike_search(re, text, len, from, -1, false, where, span, 1);
	return true;
}

bool regex_search(struct regex *re, const char *text, size_t len, size_t from, unsigned where,
		  struct regex_span *spans, size_t count)
{
	if (from > len)
		return false;
	for (size_t i = 1; i < count; i++)
		spans[i] = (struct regex_span){ -1, -1 };
	if (re->exact) {
		const char *at = mem_mem(text + from, len - from, re->literal, re->literal_len);

		if (!at)
			return false;
		if (count > 0)
			spans[0] = (struct regex_span){ at - text, at - text + (ptrdiff_t)re->literal_len };
		return true;
	}
	if (!has_literal(re, text, len, from))
		return false;
	if (re->needs & (NEEDS_BACKTRACK | NEEDS_FIRST_MATCH))
		return backtrack_search(re, text, len, from, -1, where, spans, count);
	if (count == 0) {
		struct regex_span span;
		ptrdiff_t end = dfa_run(get_dfa(re, DFA_ANY), text, len, from, from, where);

		return end == -2 ? pike_search(re, text, len, from, -1, false, where, &span, 1) : end >= 0;
	}
	if (!find_bounds(re, text, len, from, where, spans))
		return false;
	if (count > 1 && re->groups > 0)
		find_groups(re, text, len, where, spans, count);
	return true;
}

/* The line around `at`, whose delimiter counts as its end. */
static size_t line_start(const char *text, size_t from, size_t at, char delimiter)
{
	const char *p = mem_rchr(text + from, delimiter, at - from);

	return p ? (size_t)(p - text) + 1 : from;
}

static size_t line_end(const char *text, size_t len, size_t at, char delimiter)
{
	const char *p = mem_chr(text + at, delimiter, len - at);

	return p ? (size_t)(p - text) : len;
}

/* Looks for the next line that may have a match, from the beginning of one. Returns a place in it (or its end), or -1. *sure is
 * set if it has one. */
static ptrdiff_t next_candidate(struct regex *re, const char *text, size_t len, size_t from, char delimiter,
				bool *sure)
{
	struct dfa *d = re->dfas[DFA_LINES];
	bool exact = !(re->needs & NEEDS_BACKTRACK);
	ptrdiff_t at;

	*sure = false;
	while (re->literal) {
		const char *p = mem_mem(text + from, len - from, re->literal, re->literal_len);
		size_t start, end;

		if (!p)
			return -1;
		at = p - text;
		if (re->exact && !memchr(re->literal, delimiter, re->literal_len)) {
			*sure = true;
			return at;
		}
		start = line_start(text, from, (size_t)at, delimiter);
		end = line_end(text, len, (size_t)at, delimiter);
		at = dfa_lines(d, text, end, start);
		if (at != -1) {
			*sure = at >= 0 && exact;
			return at >= 0 ? at : -2 - at;
		}
		if (end == len)
			return -1;
		from = end + 1;
	}
	at = dfa_lines(d, text, len, from);
	*sure = at >= 0 && exact;
	return at >= -1 ? at : -2 - at;
}

ptrdiff_t regex_search_lines(struct regex *re, const char *text, size_t len, size_t from, char delimiter,
			     size_t *end)
{
	bool sure;

	if (re->dfas[DFA_LINES] && re->delimiter != (unsigned char)delimiter) {
		dfa_free(re->dfas[DFA_LINES]);
		re->dfas[DFA_LINES] = NULL;
	}
	re->delimiter = (unsigned char)delimiter;
	if (!re->dfas[DFA_LINES])
		re->dfas[DFA_LINES] = dfa_new(re, DFA_LINES, re->delimiter);
	while (from < len) {
		ptrdiff_t at = next_candidate(re, text, len, from, delimiter, &sure);
		size_t start, stop;

		if (at < 0)
			return -1;
		start = line_start(text, from, (size_t)at, delimiter);
		stop = line_end(text, len, (size_t)at, delimiter);
		*end = stop < len ? stop + 1 : len;
		if (sure || regex_search(re, text + start, stop - start, 0, 0, NULL, 0))
			return (ptrdiff_t)start;
		from = *end;
	}
	return -1;
}

bool regex_match_all(struct regex *re, const char *text, size_t len)
{
	struct regex_span span;

	if (re->needs & (NEEDS_BACKTRACK | NEEDS_FIRST_MATCH))
		return backtrack_search(re, text, len, 0, (ptrdiff_t)len, 0, &span, 1) && span.start == 0;
	span.end = dfa_run(get_dfa(re, DFA_ANCHORED), text, len, 0, 0, 0);
	if (span.end == -2)
		return pike_search(re, text, len, 0, (ptrdiff_t)len, true, 0, &span, 1);
	return span.end == (ptrdiff_t)len;
}

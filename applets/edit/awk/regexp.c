/* regexp.c - regular expressions of awk: their cache, match(), sub(), gsub(), gensub()
 */
#include "awk.h"

/* Fills in p->literal if the expression is nothing but characters that stand for themselves. */
static void find_literal(struct awk *a, struct pattern *p)
{
	const char *s = p->source->data;
	char *out = awk_heap_alloc(a, p->source->len + 1);
	size_t n = 0;

	for (size_t i = 0; i < p->source->len; i++) {
		if (strchr("^$.[]()|*+?{}", s[i]) && s[i])
			break;
		if (s[i] == '\\' &&
		    (++i == p->source->len || !strchr("^$.[]()|*+?{}\\/\"-#&", s[i]) || !s[i]))
			break;
		out[n++] = s[i];
		if (i + 1 == p->source->len) {
			p->literal = out;
			p->literal_len = n;
			return;
		}
	}
	awk_heap_free(a, out, p->source->len + 1);
	if (p->source->len == 0)
		p->literal = "";
}

/* Warns of backslashes before what needs none, once for each character. */
static void check_escapes(struct awk *a, const struct str *s)
{
	static const char known[] = "^$.[]()|*+?{}\\/'-<>`abfnrtvyBwWsSx01234567";

	for (size_t i = 0, bracket = 0; i + 1 < s->len; i++) {
		unsigned char c = (unsigned char)s->data[i + 1];

		if (s->data[i] == '[' || s->data[i] == ']')
			bracket = s->data[i] == '[';
		if (s->data[i] != '\\')
			continue;
		i++;
		if (bracket || !c || c > 127 || strchr(known, c) || a->warned[c])
			continue;
		a->warned[c] = true;
		awk_warning(a, "regexp escape sequence `\\%c' is not a known regexp operator", c);
	}
}

/* Whether the expression is a bracket expression alone, or repeated. */
static void find_set(struct pattern *p)
{
	const char *s = p->source->data, *end = s + p->source->len;

	if (*s != '[')
		return;
	s += s[1] == '^' ? 2 : 1;
	s += *s == ']';
	for (; s < end && *s != ']'; s++) {
		if (*s == '[' && s + 1 < end && (s[1] == '.' || s[1] == '='))
			return;
		if (*s == '[' && s + 1 < end && s[1] == ':') {
			s = strstr(s, ":]");
			if (!s)
				return;
			s++;
		} else if (*s == '\\') {
			s++;
		}
	}
	if (s + 1 == end)
		p->set_kind = ONE_OF_SET;
	else if (s + 2 == end && s[1] == '+')
		p->set_kind = SOME_OF_SET;
}

enum { SET_SIZE = 256, USES_BEFORE_SET = 16 };

static void make_set(struct awk *a, struct pattern *p)
{
	struct regex *re = awk_pattern_regex(a, p);

	p->set = awk_heap_alloc(a, SET_SIZE);
	for (int i = 0; i < SET_SIZE; i++) {
		char c = (char)i;

		p->set[i] = a->utf8 && i >= 0x80 ? 2 : regex_search(re, &c, 1, 0, 0, NULL, 0);
	}
}

/* Searches for bytes of the set. Returns -1 if a character comes of which it does not know. */
static int search_set(const struct pattern *p, const char *text, size_t len, size_t from,
		      struct regex_span *span)
{
	const unsigned char *q = (const unsigned char *)text + from, *end = (const unsigned char *)text + len,
			    *start;

	while (q < end && p->set[*q] == 0)
		q++;
	if (q == end)
		return 0;
	start = q;
	while (q < end && p->set[*q] == 1 && (q == start || p->set_kind == SOME_OF_SET))
		q++;
	if (q == start || (q < end && p->set_kind == SOME_OF_SET && p->set[*q] == 2))
		return -1;
	*span = (struct regex_span){ (const char *)start - text, (const char *)q - text };
	return 1;
}

struct pattern *awk_pattern_make(struct awk *a, struct str *source)
{
	struct pattern *p = awk_heap_alloc(a, sizeof(*p));

	*p = (struct pattern){ .source = source };
	if (memchr(source->data, '\\', source->len))
		check_escapes(a, source);
	find_literal(a, p);
	find_set(p);
	if (!p->literal && !a->running)
		awk_pattern_regex(a, p);
	return p;
}

struct regex *awk_pattern_regex(struct awk *a, struct pattern *p)
{
	struct regex *re = p->re[a->ignore_case];
	const char *error;
	unsigned flags = (a->ignore_case ? REGEX_ICASE : 0) | (a->utf8 ? 0 : REGEX_BYTES);

	if (re)
		return re;
	re = regex_compile(p->source->data, p->source->len, REGEX_AWK, flags, &error);
	if (re) {
		p->re[a->ignore_case] = re;
		return re;
	}
	if (a->running)
		awk_fatal(a, "invalid regexp: %s: /%s/", error, p->source->data);
	warn("%s error: %s: /%s/", awk_place_text(a, a->place), error, p->source->data);
	awk_quit(a, 1);
}

static void pattern_drop(struct awk *a, struct pattern *p)
{
	awk_str_release(a, p->source);
	regex_free(p->re[0]);
	regex_free(p->re[1]);
	if (p->literal_len)
		awk_heap_free(a, (char *)(uintptr_t)p->literal, p->literal_len + 1);
	awk_heap_free(a, p->set, SET_SIZE);
	awk_heap_free(a, p, sizeof(*p));
}

/* Empties the cache, but for what is in use for cutting. */
static void drop_patterns(struct awk *a)
{
	for (size_t i = 0; i < PATTERNS; i++) {
		struct pattern **at = &a->patterns[i];

		while (*at) {
			struct pattern *p = *at;

			if (p == a->fs.pattern || p == a->rs) {
				at = &p->next;
				continue;
			}
			*at = p->next;
			a->patterns_count--;
			pattern_drop(a, p);
		}
	}
}

void awk_free_patterns(struct awk *a)
{
	struct pattern *p, *next;

	a->fs.pattern = a->rs = NULL;
	drop_patterns(a);
	for (p = a->constants; p; p = next) {
		next = p->next;
		pattern_drop(a, p);
	}
	a->constants = NULL;
}

struct pattern *awk_to_pattern(struct awk *a, struct value *v)
{
	const char *text;
	struct pattern **list, *p;
	size_t len;
	uint32_t hash;

	if (v->type == REGEX)
		return v->re;
	text = text_of(a, v, &len);
	hash = (uint32_t)len;
	for (size_t i = 0; i < len; i++)
		hash = hash * 31 + (unsigned char)text[i];
	list = &a->patterns[hash % PATTERNS];
	for (p = *list; p; p = p->next)
		if (p->source->len == len && memcmp(p->source->data, text, len) == 0)
			return p;
	if (a->patterns_count >= 4 * PATTERNS)
		drop_patterns(a);
	p = awk_pattern_make(a, awk_str_make(a, text, len));
	p->next = *list;
	*list = p;
	a->patterns_count++;
	return p;
}

bool awk_pattern_search(struct awk *a, struct pattern *p, const char *text, size_t len, size_t from,
			struct regex_span *spans, size_t count)
{
	const char *q;

	if (p->set_kind && count < 2 && !a->ignore_case && (p->set || p->uses++ > USES_BEFORE_SET)) {
		struct regex_span span;
		int found;

		if (!p->set)
			make_set(a, p);
		found = search_set(p, text, len, from, count ? spans : &span);
		if (found >= 0)
			return found;
	}
	if (!p->literal || a->ignore_case)
		return regex_search(awk_pattern_regex(a, p), text, len, from, 0, spans, count);
	q = p->literal_len ? mem_mem(text + from, len - from, p->literal, p->literal_len) : text + from;
	if (!q)
		return false;
	for (size_t i = 1; i < count; i++)
		spans[i] = (struct regex_span){ -1, -1 };
	if (count > 0)
		spans[0] = (struct regex_span){ q - text, q - text + (ptrdiff_t)p->literal_len };
	return true;
}

/* The position of a byte as awk counts. */
static double char_at(struct awk *a, const char *text, ptrdiff_t at)
{
	return count_num(awk_count_chars(a, text, (size_t)at)) + 1;
}

/* Sets [i], [i,"start"] and [i,"length"] of match()'s array. */
static void set_group(struct awk *a, struct table *t, size_t i, const char *text, struct regex_span span)
{
	struct buf name = { 0 };
	struct key key;

	awk_int_key(&key, (int64_t)i);
	awk_set_str(a, awk_table_get(a, t, &key),
		    awk_str_make(a, text + span.start, (size_t)(span.end - span.start)));
	awk_table_get(a, t, &key)->type = STRNUM;
	buf_fmt(&name, "%zu%.*sstart", i, (int)a->subsep->len, a->subsep->data);
	awk_table_set_num(a, t, name.data, char_at(a, text, span.start));
	buf_cut(&name, name.len - 5);
	buf_str(&name, "length");
	awk_table_set_num(a, t, name.data,
			  count_num(awk_count_chars(a, text + span.start, (size_t)(span.end - span.start))));
}

void awk_do_match(struct awk *a, struct value *dst, struct value **args, int n)
{
	struct pattern *p = awk_to_pattern(a, args[1]);
	size_t groups = n > 2 ? regex_groups(awk_pattern_regex(a, p)) + 1 : 1, len;
	struct arena_mark mark = arena_mark();
	struct regex_span one = { -1, -1 }, *spans = n > 2 ? arena_array(struct regex_span, groups) : &one;
	struct table *t = n > 2 ? awk_to_table(a, args[2]) : NULL;
	struct str *held = t ? awk_to_str(a, args[0]) : NULL; /* it may be in the array */
	const char *text = held ? held->data : text_of(a, args[0], &len);
	double start = 0, length = -1;

	if (held)
		len = held->len;
	if (t)
		awk_table_clear(a, t);
	if (awk_pattern_search(a, p, text, len, 0, spans, groups)) {
		start = char_at(a, text, spans[0].start);
		length = count_num(
			awk_count_chars(a, text + spans[0].start, (size_t)(spans[0].end - spans[0].start)));
		for (size_t i = 0; t && i < groups; i++)
			if (spans[i].start >= 0)
				set_group(a, t, i, text, spans[i]);
	}
	if (held)
		awk_str_release(a, held);
	else
		arena_release(mark);
	awk_set_num(a, &a->globals[V_RSTART], start);
	awk_set_num(a, &a->globals[V_RLENGTH], length);
	awk_set_num(a, dst, start);
}

static inline void put(struct buf *b, const char *p, size_t len)
{
	awk_copy_text(b->len + len < b->size ? b->data + b->len : buf_room(b, len), p, len);
	b->len += len;
}

/* Appends the replacement of sub() and gsub() for one match. */
static void put_replacement(struct awk *a, struct buf *b, const char *r, const char *end, const char *match,
			    size_t len)
{
	for (; r < end; r++) {
		if (*r == '&') {
			put(b, match, len);
			continue;
		}
		if (*r == '\\' && r + 1 < end) {
			if (end - r >= 4 && memcmp(r, "\\\\\\&", 4) == 0) {
				put(b, r, 1); /* \\\& is \& */
				r += 3;
			} else if (r[1] == '&') {
				r++;
			} else if (r[1] == '\\' && (a->posix || (r + 2 < end && r[2] == '&'))) {
				r++; /* \\& is a backslash and the match */
			} else if (r[1] == '\\') {
				put(b, r++, 1);
			}
		}
		put(b, r, 1);
	}
}

void awk_do_sub(struct awk *a, struct value *dst, struct value **args, int n, bool global)
{
	struct pattern *p = awk_to_pattern(a, args[0]);
	struct buf *out = &a->replace_buf;
	size_t len, repl_len, at = 0, copied = 0, count = 0, last = SIZE_MAX;
	const char *repl, *text = text_of(a, args[2], &len);
	struct regex_span span;
	bool plain;

	(void)n;
	if (!awk_pattern_search(a, p, text, len, 0, &span, 1)) {
		awk_set_num(a, dst, 0);
		return;
	}
	repl = text_of(a, args[1], &repl_len);
	plain = !mem_chr2(repl, '&', '\\', repl_len);
	out->len = 0;
	buf_room(out, len + repl_len);
	do {
		size_t start = (size_t)span.start, end = (size_t)span.end;

		if (start != end || start != last) { /* an empty match has no place right after another one */
			put(out, text + copied, start - copied);
			if (plain)
				put(out, repl, repl_len);
			else
				put_replacement(a, out, repl, repl + repl_len, text + start, end - start);
			copied = last = end;
			count++;
		}
		at = end;
		if (start == end)
			at += end < len ? awk_char_bytes(a, text + end, text + len) : 1;
	} while (global && at <= len && awk_pattern_search(a, p, text, len, at, &span, 1));
	put(out, text + copied, len - copied);
	if (args[2]->type == STRING && args[2]->str->refs == 1 && awk_str_room(args[2]->str) >= out->len) {
		struct str *s = args[2]->str;

		memcpy(s->data, out->data, out->len);
		s->len = out->len;
		s->data[s->len] = 0;
		s->flags = 0;
	} else {
		awk_set_str(a, args[2], awk_str_make(a, out->data, out->len));
	}
	awk_set_num(a, dst, count_num(count));
}

/* Appends the replacement of gensub() for one match. */
static void put_general(struct buf *b, const char *r, const char *end, const char *text,
			const struct regex_span *spans, size_t groups)
{
	for (; r < end; r++) {
		size_t group = 0;

		if (*r == '\\' && r + 1 < end) {
			r++;
			if (*r < '0' || *r > '9') {
				put(b, r, 1);
				continue;
			}
			group = (size_t)(*r - '0');
		} else if (*r != '&') {
			put(b, r, 1);
			continue;
		}
		if (group < groups && spans[group].start >= 0)
			put(b, text + spans[group].start, (size_t)(spans[group].end - spans[group].start));
	}
}

void awk_do_gensub(struct awk *a, struct value *dst, struct value **args, int n)
{
	enum { GROUPS = 10 };
	struct pattern *p = awk_to_pattern(a, args[0]);
	struct buf *out = &a->replace_buf;
	struct regex_span spans[GROUPS];
	size_t len, repl_len, how_len, at = 0, copied = 0, last = SIZE_MAX;
	const char *text = text_of(a, args[3], &len), *repl = text_of(a, args[1], &repl_len);
	const char *how = text_of(a, args[2], &how_len);
	bool all = how_len > 0 && (*how == 'g' || *how == 'G');
	double which = all ? 0 : awk_to_num(a, args[2]), count = 0;

	(void)n;
	if (!all && which < 1) {
		awk_warning(a, "gensub: third argument `%.*s' treated as 1", (int)how_len, how);
		which = 1;
	}
	out->len = 0;
	while (at <= len && awk_pattern_search(a, p, text, len, at, spans, GROUPS)) {
		size_t start = (size_t)spans[0].start, end = (size_t)spans[0].end;

		if (start != end || start != last) {
			count++;
			last = end;
			if (all || count == (double)(int64_t)which) {
				put(out, text + copied, start - copied);
				put_general(out, repl, repl + repl_len, text, spans, GROUPS);
				copied = end;
				if (!all)
					break;
			}
		}
		at = end;
		if (start == end)
			at += end < len ? awk_char_bytes(a, text + end, text + len) : 1;
	}
	put(out, text + copied, len - copied);
	awk_set_str(a, dst, awk_str_make(a, out->data, out->len));
}

/* cut.c - the ways of cutting text into pieces: split(), FS, FPAT, FIELDWIDTHS */
#include "awk.h"
#include "cut.h"

void awk_cut_start(const struct splitter *s, struct cut *c, const char *p, size_t len)
{
	c->at = c->start = p;
	c->end = p + len;
	c->done = len == 0;
	c->widths = s->widths;
}

/* The next piece between matches of an expression. */
static bool cut_regex(struct awk *a, const struct splitter *s, struct cut *c, const char **p, size_t *len,
		      const char **sep, size_t *sep_len)
{
	size_t from = (size_t)(c->at - c->start), whole = (size_t)(c->end - c->start);
	struct regex_span span;

	*p = c->at;
	while (from <= whole && awk_pattern_search(a, s->pattern, c->start, whole, from, &span, 1)) {
		if (span.end > span.start) {
			*len = (size_t)(c->start + span.start - c->at);
			*sep = c->start + span.start;
			*sep_len = (size_t)(span.end - span.start);
			c->at = c->start + span.end;
			return true;
		}
		from = (size_t)span.end + 1;
	}
	*len = (size_t)(c->end - c->at);
	*sep = c->end;
	*sep_len = 0;
	c->done = true;
	return true;
}

/* The next match of FPAT; what is before it is the separator. An empty one cannot follow another field at once. */
static bool cut_fpat(struct awk *a, const struct splitter *s, struct cut *c, const char **p, size_t *len,
		     const char **sep, size_t *sep_len)
{
	size_t at = (size_t)(c->at - c->start), whole = (size_t)(c->end - c->start), from = at;
	struct regex_span span;

	*sep = c->at;
	while (from <= whole && (at == 0 || at < whole) &&
	       awk_pattern_search(a, s->pattern, c->start, whole, from, &span, 1)) {
		if (span.end > span.start || c->widths == NULL || (size_t)span.start > at) {
			*p = c->start + span.start;
			*len = (size_t)(span.end - span.start);
			*sep_len = (size_t)(*p - *sep);
			c->at = *p + *len;
			c->widths = ""; /* a field was found */
			return true;
		}
		from++;
	}
	*sep_len = (size_t)(c->end - *sep);
	c->done = true;
	return false;
}

static const char *skip_chars(struct awk *a, const char *p, const char *end, unsigned long n)
{
	for (; n > 0 && p < end; n--)
		p += awk_char_bytes(a, p, end);
	return p;
}

/* The next field of FIELDWIDTHS: WIDTH, SKIP:WIDTH or *. */
static bool cut_widths(struct awk *a, struct cut *c, const char **p, size_t *len, const char **sep,
		       size_t *sep_len)
{
	char *after;
	unsigned long n;

	*sep = c->at;
	c->widths += strspn(c->widths, " \t\n");
	if (!*c->widths || c->at >= c->end) {
		c->done = true;
		return false;
	}
	if (*c->widths == '*') {
		c->widths++;
		n = ULONG_MAX;
	} else {
		n = strtoul(c->widths, &after, 10);
		if (*after == ':') {
			c->at = skip_chars(a, c->at, c->end, n);
			n = after[1] == '*' ? ULONG_MAX : strtoul(after + 1, &after, 10);
			after += *after == ':' ? 2 : 0;
		}
		c->widths = after;
	}
	*sep_len = (size_t)(c->at - *sep);
	*p = c->at;
	c->at = skip_chars(a, c->at, c->end, n);
	*len = (size_t)(c->at - *p);
	return true;
}

static bool valid_widths(const char *s)
{
	for (;;) {
		size_t digits;

		s += strspn(s, " \t\n");
		if (!*s)
			return true;
		digits = strspn(s, "0123456789");
		if (digits > 0 && s[digits] == ':') {
			s += digits + 1;
			digits = strspn(s, "0123456789");
		}
		if (digits == 0 && *s == '*')
			return s[1 + strspn(s + 1, " \t\n")] == 0;
		if (digits == 0 || (s[digits] && !blank(s[digits])))
			return false;
		s += digits;
	}
}

/* The next field of comma-separated values; quotes around it are left out, those within stay doubled. */
static void cut_csv(struct cut *c, const char **p, size_t *len, const char **sep, size_t *sep_len)
{
	const char *q = c->at;

	*p = q;
	if (q < c->end && *q == '"') {
		*p = ++q;
		while (q < c->end && (*q != '"' || (q + 1 < c->end && q[1] == '"')))
			q += *q == '"' ? 2 : 1;
		q = q > c->end ? c->end : q;
		*len = (size_t)(q - *p);
		q += q < c->end;
		if (q < c->end && *q != ',') { /* text behind the quote */
			q = find_char(q, c->end, ',', false);
			*len = (size_t)(q - *p);
		}
	} else {
		q = find_char(q, c->end, ',', false);
		*len = (size_t)(q - *p);
	}
	*sep = q;
	*sep_len = q < c->end;
	c->done = q == c->end;
	c->at = q + (q < c->end);
}

bool awk_cut_next(struct awk *a, const struct splitter *s, struct cut *c, const char **p, size_t *len,
		  const char **sep, size_t *sep_len)
{
	const char *q;

	if (c->done)
		return false;
	switch (s->mode) {
	case SPLIT_BLANKS:
		*p = word_start(c->at, c->end);
		q = word_end(*p, c->end);
		*len = (size_t)(q - *p);
		*sep = q;
		c->at = word_start(q, c->end);
		*sep_len = (size_t)(c->at - q);
		c->done = c->at == c->end;
		return *len > 0;
	case SPLIT_CHAR:
		q = find_char(c->at, c->end, s->c, s->newline);
		*p = c->at;
		*len = (size_t)(q - c->at);
		*sep = q;
		*sep_len = q < c->end;
		c->done = q == c->end;
		c->at = q + (q < c->end);
		return true;
	case SPLIT_EACH:
		*p = c->at;
		*len = awk_char_bytes(a, c->at, c->end);
		c->at += *len;
		*sep = c->at;
		*sep_len = 0;
		c->done = c->at == c->end;
		return true;
	case SPLIT_REGEX:
		return cut_regex(a, s, c, p, len, sep, sep_len);
	case SPLIT_FPAT:
		return cut_fpat(a, s, c, p, len, sep, sep_len);
	case SPLIT_WIDTHS:
		return cut_widths(a, c, p, len, sep, sep_len);
	case SPLIT_CSV:
		cut_csv(c, p, len, sep, sep_len);
	}
	return true;
}

/* A text with its doubled quotes made single. */
struct str *awk_single_quotes(struct awk *a, const char *p, size_t len)
{
	struct str *s = awk_str_new(a, len);
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		s->data[n++] = p[i];
		i += p[i] == '"' && i + 1 < len && p[i + 1] == '"';
	}
	s->len = n;
	s->data[n] = 0;
	return s;
}

void awk_use_splitter(struct awk *a, struct value *fs, struct splitter *s)
{
	const char *p;
	size_t len;

	*s = (struct splitter){ .mode = SPLIT_REGEX };
	if (fs->type == REGEX) {
		s->pattern = fs->re;
		return;
	}
	p = text_of(a, fs, &len);
	if (len == 0) {
		s->mode = SPLIT_EACH;
	} else if (len == 1 && *p == ' ') {
		s->mode = SPLIT_BLANKS;
	} else if (len == 1) {
		s->mode = SPLIT_CHAR;
		s->c = *p;
	} else {
		s->pattern = awk_to_pattern(a, fs);
	}
}

/* The way of cutting records after a change of FS, FPAT or FIELDWIDTHS, or (V_RS) of what has a part in it. */
void awk_read_fs(struct awk *a, enum special which)
{
	struct value *v = &a->globals[which];
	struct splitter *s = &a->fs;

	if (a->csv) {
		s->mode = SPLIT_CSV;
		return;
	}
	if (which == V_RS)
		which = s->mode == SPLIT_WIDTHS ? V_FIELDWIDTHS : s->mode == SPLIT_FPAT ? V_FPAT : V_FS;
	v = &a->globals[which];
	if (which == V_FIELDWIDTHS) {
		const char *widths = awk_to_name(a, v);

		if (!valid_widths(widths))
			awk_fatal(a, "invalid FIELDWIDTHS value, for field 1, near `%s'", widths);
		*s = (struct splitter){ .mode = SPLIT_WIDTHS, .widths = widths };
	} else if (which == V_FPAT) {
		*s = (struct splitter){ .mode = SPLIT_FPAT, .pattern = awk_to_pattern(a, v) };
	} else {
		awk_use_splitter(a, v, s);
		s->newline = a->rs_mode == RS_PARAGRAPH; /* for a single character only */
	}
}

size_t awk_split_to(struct awk *a, const struct splitter *s, const char *p, size_t len, struct table *t,
		    struct table *seps)
{
	struct cut c;
	const char *piece, *sep;
	size_t piece_len, sep_len = 0, n = 0;
	struct key key;

	awk_cut_start(s, &c, p, len);
	if (s->mode == SPLIT_BLANKS && seps && len > 0) {
		piece = word_start(p, c.end);
		awk_int_key(&key, 0);
		if (piece > p)
			awk_set_str(a, awk_table_get(a, seps, &key), awk_str_make(a, p, (size_t)(piece - p)));
	}
	while (awk_cut_next(a, s, &c, &piece, &piece_len, &sep, &sep_len)) {
		struct value *v;

		awk_int_key(&key, (int64_t)++n);
		v = awk_table_get(a, t, &key);
		awk_set_str(a, v,
			    s->mode == SPLIT_CSV ? awk_single_quotes(a, piece, piece_len)
						 : awk_str_make(a, piece, piece_len));
		v->type = STRNUM;
		if (!seps || (s->mode != SPLIT_FPAT && sep_len == 0))
			continue;
		awk_int_key(&key, (int64_t)(s->mode == SPLIT_FPAT ? n - 1 : n));
		awk_set_str(a, awk_table_get(a, seps, &key), awk_str_make(a, sep, sep_len));
	}
	if (seps && s->mode == SPLIT_FPAT && len > 0) {
		awk_int_key(&key, (int64_t)n);
		awk_set_str(a, awk_table_get(a, seps, &key), awk_str_make(a, sep, sep_len));
	}
	return n;
}

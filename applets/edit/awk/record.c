/* record.c - the records of the main input and of getline
 *
 * hot: the end of every record is found here
 */
#include "awk.h"

void awk_read_rs(struct awk *a)
{
	struct value *v = &a->globals[V_RS];
	size_t len;
	const char *p = text_of(a, v, &len);
	int before = a->rs_mode;

	if (a->csv)
		a->rs_mode = RS_CSV;
	else if (len == 0)
		a->rs_mode = RS_PARAGRAPH;
	else if (len == 1 || a->posix || a->traditional)
		a->rs_mode = (unsigned char)*p;
	else
		a->rs_mode = RS_REGEX;
	a->rs = a->rs_mode == RS_REGEX ? awk_to_pattern(a, v) : NULL;
	if (before == RS_PARAGRAPH || a->rs_mode == RS_PARAGRAPH) {
		awk_split_all(a);
		awk_read_fs(a, V_RS);
	}
}

static COLD void set_rt(struct awk *a, const char *p, size_t len)
{
	if (!a->used[V_RT])
		return;
	if (len == 1 && *p == '\n') {
		a->newline->refs++;
		awk_set_str(a, &a->globals[V_RT], a->newline);
	} else {
		awk_set_str(a, &a->globals[V_RT], awk_str_make(a, p, len));
	}
}

static COLD bool fill(struct awk *a, struct reader *r)
{
	if (r->eof)
		return false;
	awk_own_record(a, r);
	return reader_fill(r);
}

/* The next byte equal to `c` from `seen` on behind r->pos; reads on for it. NULL at the end. */
static const char *find_byte(struct awk *a, struct reader *r, size_t seen, char c)
{
	const char *p;

	while (!(p = mem_chr(r->buf + r->pos + seen, c, r->end - r->pos - seen))) {
		seen = r->end - r->pos;
		if (!fill(a, r))
			return NULL;
	}
	return p;
}

static COLD bool read_paragraph(struct awk *a, struct reader *r, const char **p, size_t *len)
{
	const char *q;
	size_t at = 0, stop;

	for (;;) { /* newlines before it */
		while (r->pos < r->end && r->buf[r->pos] == '\n')
			r->pos++;
		if (r->pos < r->end)
			break;
		if (!fill(a, r))
			return false;
	}
	for (;;) {
		q = find_byte(a, r, at, '\n');
		if (!q) {
			*len = r->end - r->pos;
			break;
		}
		at = (size_t)(q - r->buf) - r->pos + 1;
		if (r->pos + at == r->end)
			fill(a, r);
		if (r->pos + at < r->end && r->buf[r->pos + at] == '\n') {
			*len = at - 1;
			break;
		}
		if (r->pos + at == r->end) { /* a newline at the very end of the input */
			*len = at - 1;
			break;
		}
	}
	for (stop = *len; r->pos + stop < r->end || fill(a, r); stop++)
		if (r->buf[r->pos + stop] != '\n')
			break;
	*p = r->buf + r->pos;
	set_rt(a, *p + *len, stop - *len);
	r->pos += stop;
	return true;
}

static COLD bool read_by_regex(struct awk *a, struct reader *r, const char **p, size_t *len)
{
	struct regex_span span;
	size_t from = 0;

	if (r->pos == r->end && !fill(a, r))
		return false;
	for (;;) {
		size_t have = r->end - r->pos;

		if (awk_pattern_search(a, a->rs, r->buf + r->pos, have, from, &span, 1)) {
			if (span.end == span.start && (size_t)span.end < have) {
				from = (size_t)span.end + 1;
				continue;
			}
			if ((size_t)span.end < have || r->eof || a->rs->literal)
				break;
		}
		/* a longer match may come with more text, so it is asked for, and much of it where there is much already */
		do {
			if (!fill(a, r))
				break;
		} while (have > IO_BLOCK * 8 && r->end - r->pos < have + have / 2);
		if (r->end - r->pos == have) {
			if (!awk_pattern_search(a, a->rs, r->buf + r->pos, have, from, &span, 1))
				span.start = span.end = (ptrdiff_t)have;
			break;
		}
	}
	*p = r->buf + r->pos;
	*len = (size_t)span.start;
	set_rt(a, *p + span.start, (size_t)(span.end - span.start));
	r->pos += (size_t)span.end;
	return true;
}

/* A line of comma-separated values, which may go over several. */
static COLD bool read_csv(struct awk *a, struct reader *r, const char **p, size_t *len)
{
	size_t at = 0;
	bool quoted = false;

	if (r->pos == r->end && !fill(a, r))
		return false;
	for (;; at++) {
		if (r->pos + at == r->end && !fill(a, r))
			break;
		if (r->buf[r->pos + at] == '"')
			quoted = !quoted;
		else if (r->buf[r->pos + at] == '\n' && !quoted)
			break;
	}
	*p = r->buf + r->pos;
	*len = at;
	set_rt(a, *p + at, r->pos + at < r->end);
	r->pos += at + (r->pos + at < r->end);
	if (*len > 0 && (*p)[*len - 1] == '\r')
		--*len;
	return true;
}

/* The next record of a reader; it lies in its buffer. Returns false at the end. */
bool awk_read_record(struct awk *a, struct reader *r, const char **p, size_t *len)
{
	const char *q;

	if (a->rs_mode == RS_PARAGRAPH)
		return read_paragraph(a, r, p, len);
	if (a->rs_mode == RS_REGEX)
		return read_by_regex(a, r, p, len);
	if (a->rs_mode == RS_CSV)
		return read_csv(a, r, p, len);
	q = mem_chr(r->buf + r->pos, a->rs_mode, r->end - r->pos);
	if (!q)
		q = find_byte(a, r, r->end - r->pos, (char)a->rs_mode);
	*p = r->buf + r->pos;
	if (q) {
		*len = (size_t)(q - *p);
		r->pos += *len + 1;
	} else {
		*len = r->end - r->pos;
		if (*len == 0)
			return false;
		r->pos = r->end;
	}
	if (a->used[V_RT])
		set_rt(a, *p + *len, q != NULL);
	return true;
}

static inline void add_to(struct awk *a, struct value *v, double n)
{
	if (v->type == NUMBER)
		v->num += n;
	else
		awk_set_num(a, v, to_num(a, v) + n);
	v->len = 0;
}

static void count_records(struct awk *a, size_t n)
{
	add_to(a, &a->globals[V_NR], count_num(n));
	add_to(a, &a->globals[V_FNR], count_num(n));
}

/* The next record of the files of the command line; NR and FNR count it. */
bool awk_main_record(struct awk *a, const char **p, size_t *len)
{
	for (;;) {
		if (a->main_open && a->skip_file)
			awk_end_file(a);
		if (!a->main_open && !awk_next_file(a)) {
			a->input_done = true;
			return false;
		}
		if (awk_read_record(a, &a->main.in, p, len))
			break;
		awk_end_file(a);
	}
	count_records(a, 1);
	return true;
}

/* Passes over the lines in the buffer that no rule will see, but for the last, which $0 may be asked for at the end. */
static void skip_lines(struct awk *a)
{
	struct reader *r = &a->main.in;
	const char *text = r->buf + r->pos, *last, *end;
	size_t found_end, at;
	ptrdiff_t found;

	end = mem_rchr(text, '\n', r->end - r->pos);
	last = end ? mem_rchr(text, '\n', (size_t)(end - text)) : NULL;
	if (!last)
		return;
	at = (size_t)(last + 1 - text);
	if (a->only) {
		if (a->only->literal && !a->ignore_case) {
			const char *q = mem_mem(text, at, a->only->literal, a->only->literal_len);
			const char *line = q ? mem_rchr(text, '\n', (size_t)(q - text)) : NULL;

			found = !q ? -1 : line ? line + 1 - text : 0;
		} else {
			found = regex_search_lines(awk_pattern_regex(a, a->only), text, at, 0, '\n',
						   &found_end);
		}
		if (found >= 0)
			at = (size_t)found;
	}
	count_records(a, mem_count(text, '\n', at));
	r->pos += at;
}

bool awk_next_record(struct awk *a)
{
	const char *p;
	size_t len;

	if ((a->count_only || a->only) && a->main_open && a->rs_mode == '\n' && !a->used[V_RT])
		skip_lines(a);
	if (!awk_main_record(a, &p, &len))
		return false;
	awk_set_record(a, p, len, &a->main.in);
	return true;
}

/* field.c - the record and its fields
 *
 * Fields are cut from the record when they are asked for, and only as many as needed.
 *
 * hot: every field of every record is found here
 */
#include <math.h>
#include "awk.h"
#include "cut.h"

void awk_own_record(struct awk *a, const struct reader *in)
{
	struct str *s;
	ptrdiff_t by;

	if (!a->rec_in || (in && a->rec_in != in))
		return;
	s = awk_str_make(a, a->rec, a->rec_len);
	by = s->data - a->rec;
	for (size_t i = 1; i <= a->nf; i++)
		if (a->fields[i].type == FIELD)
			a->fields[i].ptr += by;
	a->cut.at += by;
	a->cut.end += by;
	a->cut.start += by;
	a->rec = s->data;
	a->rec_in = NULL;
	a->rec_str = s;
}

static void forget_record(struct awk *a)
{
	for (size_t i = 1; i <= a->nf; i++)
		release(a, &a->fields[i]);
	if (a->rec_str)
		awk_str_release(a, a->rec_str);
	a->rec_str = NULL;
	a->rec_in = NULL;
	a->rec_stale = a->nf_known = false;
	a->rec_ascii = -1;
	a->nf = 0;
}

void awk_set_record(struct awk *a, const char *p, size_t len, struct reader *in)
{
	forget_record(a);
	a->rec = p;
	a->rec_len = len;
	a->rec_in = in;
	awk_cut_start(&a->fs, &a->cut, p, len);
}

void awk_set_record_str(struct awk *a, struct str *s)
{
	forget_record(a);
	a->rec = s->data;
	a->rec_len = s->len;
	a->rec_str = s;
	awk_cut_start(&a->fs, &a->cut, s->data, s->len);
}

static COLD void more_fields(struct awk *a, size_t n)
{
	size_t size = a->fields_size ? a->fields_size : 64;

	while (size <= n)
		size *= 2;
	a->fields = awk_heap_grow(a, a->fields, a->fields_size * sizeof(struct value),
				  size * sizeof(struct value));
	a->fields_size = size;
}

/* A field of the record's text. */
static inline void push(struct awk *a, const char *p, size_t len)
{
	struct value *v;

	if (a->nf + 1 >= a->fields_size)
		more_fields(a, a->nf + 1);
	v = &a->fields[++a->nf];
	if (len > UINT32_MAX) {
		*v = (struct value){ .type = STRNUM, .str = awk_str_make(a, p, len) };
		return;
	}
	v->type = FIELD;
	v->len = (uint32_t)len;
	v->ptr = p;
}

/* Cuts the record at what is neither blanks nor a character. */
static COLD void split_otherwise(struct awk *a, size_t n)
{
	const char *p, *sep;
	size_t len, sep_len;

	while (a->nf < n && awk_cut_next(a, &a->fs, &a->cut, &p, &len, &sep, &sep_len)) {
		push(a, p, len);
		if (a->fs.mode == SPLIT_CSV && mem_chr(p, '"', len))
			a->fields[a->nf] = (struct value){ .type = STRNUM,
							   .str = awk_single_quotes(a, p, len) };
	}
}

/* Cuts the record until field `n` is known, or there are no more. */
static void split_more(struct awk *a, size_t n)
{
	struct cut *c = &a->cut;
	const char *p, *q;

	if (a->fs.mode == SPLIT_BLANKS) {
		while (a->nf < n) {
			p = word_start(c->at, c->end);
			if (p == c->end) {
				c->at = p;
				c->done = true;
				break;
			}
			q = word_end(p, c->end);
			push(a, p, (size_t)(q - p));
			c->at = q;
		}
	} else if (a->fs.mode == SPLIT_CHAR) {
		while (a->nf < n && !c->done) {
			q = find_char(c->at, c->end, a->fs.c, a->fs.newline);
			push(a, c->at, (size_t)(q - c->at));
			c->done = q == c->end;
			c->at = q + 1;
		}
	} else {
		split_otherwise(a, n);
	}
}

static inline void need_field(struct awk *a, size_t n)
{
	if (n > a->nf && !a->nf_known && !a->cut.done)
		split_more(a, n);
}

void awk_split_all(struct awk *a)
{
	if (a->nf_known)
		return;
	if (!a->cut.done)
		split_more(a, SIZE_MAX - 1);
	a->nf_known = true;
	awk_set_num(a, &a->globals[V_NF], count_num(a->nf));
}

size_t awk_field_number(struct awk *a, double n)
{
	if (n < 0)
		awk_fatal(a, "attempt to access field %.0f", trunc(n));
	if (!(n < 1e9))
		awk_fatal(a, "attempt to access field %.0f", n);
	return num_count(n);
}

void awk_get_field(struct awk *a, struct value *dst, size_t n)
{
	struct value *v;

	if (n == 0) {
		if (a->rec_stale)
			awk_rebuild_record(a);
		release(a, dst);
		if (a->rec_len > UINT32_MAX) {
			*dst = (struct value){ .type = STRNUM, .str = awk_str_make(a, a->rec, a->rec_len) };
			return;
		}
		dst->type = FIELD;
		dst->len = (uint32_t)a->rec_len;
		dst->ptr = a->rec;
		return;
	}
	need_field(a, n);
	if (n > a->nf) {
		release(a, dst);
		set_missing(a, dst);
		return;
	}
	v = &a->fields[n];
	if (v->type == FIELD) {
		release(a, dst);
		*dst = *v;
	} else {
		awk_copy_value(a, dst, v);
	}
}

static COLD void resize(struct awk *a, size_t n)
{
	if (n >= a->fields_size)
		more_fields(a, n);
	for (; a->nf > n; a->nf--)
		release(a, &a->fields[a->nf]);
	while (a->nf < n)
		set_missing(a, &a->fields[++a->nf]);
	a->rec_stale = true;
	a->nf_known = true;
	awk_set_num(a, &a->globals[V_NF], count_num(n));
}

void awk_set_nf(struct awk *a, double n)
{
	if (n < 0)
		awk_fatal(a, "NF set to negative value");
	awk_split_all(a);
	resize(a, awk_field_number(a, n));
}

void awk_set_field(struct awk *a, size_t n, struct value *v)
{
	if (n == 0) {
		awk_set_record_str(a, awk_to_str(a, v));
		return;
	}
	awk_split_all(a);
	if (n > a->nf)
		resize(a, n);
	a->rec_stale = true;
	if (v->type == FIELD && a->fields[n].type == FIELD && v->ptr == a->fields[n].ptr &&
	    v->len == a->fields[n].len)
		return;
	/* (the value may lie in the record, which is rebuilt before this one is gone) */
	if (a->fields[n].type == FIELD)
		a->fields[n].type = UNINIT;
	awk_copy_value(a, &a->fields[n], v);
}

/* Makes $0 of the fields. Those that lay in the old record lie in the new one. */
void awk_rebuild_record(struct awk *a)
{
	size_t sep = a->ofs->len, total = a->nf ? sep * (a->nf - 1) : 0, len;
	struct str *s;
	char *p;

	for (size_t i = 1; i <= a->nf; i++) {
		text_of(a, &a->fields[i], &len);
		total += len;
	}
	s = awk_str_new(a, total);
	p = s->data;
	for (size_t i = 1; i <= a->nf; i++) {
		const char *q = text_of(a, &a->fields[i], &len);

		if (i > 1)
			p = mempcpy(p, a->ofs->data, sep);
		memcpy(p, q, len);
		if (a->fields[i].type == FIELD)
			a->fields[i].ptr = p;
		p += len;
	}
	if (a->rec_str)
		awk_str_release(a, a->rec_str);
	a->rec_str = s;
	a->rec_in = NULL;
	a->rec = s->data;
	a->rec_len = total;
	a->rec_ascii = -1;
	a->rec_stale = false;
	a->cut.done = true;
}

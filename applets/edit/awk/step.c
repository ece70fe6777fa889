/* step.c - what single instructions of awk's machine do, but for the shortest
 *
 * hot: as run.c
 */
#include <math.h>
#include "elementary.h"
#include "ops.h"
#include "step.h"

static double modulo(struct awk *a, double x, double y)
{
	if (y == 0)
		awk_fatal(a, "division by zero attempted in `%%'");
	if (x == (double)(int64_t)x && y == (double)(int64_t)y && x >= 0 && fabs(y) < 9e15 && x < 9e15)
		return (double)((int64_t)x % (int64_t)y);
	return fmod(x, y);
}

static COLD double power(double x, double y)
{
	return y == 2 ? x * x : elementary_pow(x, y);
}

double awk_arithmetic(struct awk *a, uint32_t op, double x, double y)
{
	switch (op) {
	case OP_ADD:
		return x + y;
	case OP_SUB:
		return x - y;
	case OP_MUL:
		return x * y;
	case OP_DIV:
		if (y == 0)
			awk_fatal(a, "division by zero attempted");
		return x / y;
	case OP_MOD:
		return modulo(a, x, y);
	default:
		return power(x, y);
	}
}

/* The bytes that a value takes in a string, at most. */
static size_t text_bound(struct awk *a, struct value *v)
{
	size_t len;

	if (v->type == STRING || v->type == STRNUM)
		return v->str->len;
	if (v->type == FIELD || v->type == SLICE)
		return v->len;
	if (v->type == NUMBER && v->num > -100000 && v->num < 1000000 && v->num == (double)(int32_t)v->num)
		return 6;
	text_of(a, v, &len);
	return len;
}

static char *put_text(struct awk *a, char *p, struct value *v)
{
	const char *q;
	size_t len;

	if (v->type == NUMBER && v->num > -100000 && v->num < 1000000 && v->num == (double)(int32_t)v->num)
		return p + awk_int_text(p, v->num);
	q = text_of(a, v, &len);
	awk_copy_text(p, q, len);
	return p + len;
}

/* Puts operands together, with `sep` in between if it is not NULL, in dst, or behind what is there. */
void awk_concat(struct awk *a, struct value *dst, char *const base[2], const int32_t *o, int32_t n,
		const struct str *sep)
{
	size_t bound = sep ? sep->len * (size_t)(n - 1) : 0;
	struct str *s;
	char *p;

	for (int32_t i = 0; i < n; i++)
		bound += text_bound(a, slot(base, o[i]));
	if (dst->type == STRING && dst->str->refs == 1 && awk_str_room(dst->str) >= bound &&
	    awk_str_room(dst->str) < 4 * bound + 64) {
		bool used = false;

		for (int32_t i = 0; i < n; i++) {
			const struct value *v = slot(base, o[i]);

			used |= v == dst || v->type == SLICE;
		}
		s = used ? awk_str_new(a, bound) : dst->str;
	} else {
		s = awk_str_new(a, bound);
	}
	p = s->data;
	for (int32_t i = 0; i < n; i++) {
		if (sep && i > 0)
			p = mempcpy(p, sep->data, sep->len);
		p = put_text(a, p, slot(base, o[i]));
	}
	s->len = (size_t)(p - s->data);
	*p = 0;
	s->flags = 0;
	if (dst->type != STRING || s != dst->str)
		awk_set_str(a, dst, s);
}

/* Makes the value a string of one owner with room for `more` bytes; doubles what it has if that is too little. */
static COLD struct str *room_behind(struct awk *a, struct value *v, size_t more)
{
	struct str *s;
	size_t len;

	if ((v->type == STRING || v->type == STRNUM) && v->str->refs == 1) {
		s = v->str;
		len = s->len + more;
		if (len > awk_str_room(s))
			s = awk_str_grow(a, s, len < 2 * s->len ? 2 * s->len : len);
	} else {
		struct str *old = awk_to_str(a, v);

		s = awk_str_new(a, old->len + more);
		memcpy(s->data, old->data, old->len);
		s->len = old->len;
		awk_str_release(a, old);
		release(a, v);
	}
	v->type = STRING;
	v->str = s;
	s->flags = 0;
	return s;
}

void awk_append(struct awk *a, struct value *dst, char *const base[2], const int32_t *o, int32_t n)
{
	size_t bound = 0;
	struct str *s;
	char *p;

	for (int32_t i = 0; i < n; i++) {
		struct value *v = slot(base, o[i]);

		if (v == dst || (v->type == SLICE && dst->type >= STRING)) { /* it is about to move */
			int32_t all[8];

			if (n < 8) {
				all[0] = (int32_t)((char *)dst - base[0]);
				memcpy(all + 1, o, (size_t)n * sizeof(*o));
				if (all[0] >= 0 && !(all[0] & 1) && slot(base, all[0]) == dst) {
					awk_concat(a, dst, base, all, n + 1, NULL);
					return;
				}
			}
		}
		bound += text_bound(a, v);
	}
	s = room_behind(a, dst, bound);
	p = s->data + s->len;
	for (int32_t i = 0; i < n; i++)
		p = put_text(a, p, slot(base, o[i]));
	s->len = (size_t)(p - s->data);
	*p = 0;
}

void awk_append_value(struct awk *a, struct value *dst, struct value *v)
{
	size_t bound = text_bound(a, v);
	struct str *s = room_behind(a, dst, bound);
	char *p = put_text(a, s->data + s->len, v);

	s->len = (size_t)(p - s->data);
	*p = 0;
}

/* The element a[k], made if it is not there; behind the references of SYMTAB. */
struct value *awk_element(struct awk *a, struct value *of, struct value *index)
{
	struct table *t = of->type == ARRAY ? of->table : awk_to_table(a, of);
	struct key key;
	struct value *v;

	awk_make_key(a, index, &key);
	v = awk_table_get(a, t, &key);
	if (t->symbols && v->type != REF)
		awk_fatal(a, "cannot assign to arbitrary elements of SYMTAB");
	if (v->type != REF)
		return v;
	if (v->ref == &a->globals[V_NF])
		awk_split_all(a);
	return v->ref;
}

/* What an assignment to an element of SYMTAB changes. */
static void element_assigned(struct awk *a, struct value *of, struct value *v)
{
	if (of->type == ARRAY && of->table->symbols && v >= a->globals && v < a->globals + a->globals_count)
		awk_variable_changed(a, (int32_t)(v - a->globals));
}

void awk_get_element(struct awk *a, struct value *dst, struct value *of, struct value *index, bool any)
{
	struct value *v = awk_element(a, of, index);

	if (v->type == ARRAY && !any)
		awk_fatal(a, "attempt to use array in a scalar context");
	if (v->type == STRING || v->type == STRNUM)
		v->str->refs++;
	else if (v->type == ARRAY)
		v->table->refs++;
	release(a, dst);
	*dst = *v;
}

void awk_set_element(struct awk *a, struct value *of, struct value *index, struct value *v, bool temporary)
{
	struct value *e = awk_element(a, of, index);

	if (e->type == ARRAY)
		awk_fatal(a, "attempt to use array in a scalar context");
	if (temporary && v->type >= STRING) {
		release(a, e);
		*e = *v;
		v->type = UNINIT;
	} else {
		awk_copy_value(a, e, v);
		e->len |= e->type == UNINIT;
	}
	element_assigned(a, of, e);
}

void awk_change_element(struct awk *a, const struct ins *i, char *const base[2])
{
	const struct ins *more = i + 1;
	double x = to_num(a, slot(base, more->b)), old, new;
	struct value *of = slot(base, i->b), *e = awk_element(a, of, slot(base, i->c));

	old = to_num(a, e);
	new = awk_arithmetic(a, (uint32_t)more->a, old, x);
	set_num(a, e, new);
	element_assigned(a, of, e);
	set_num(a, slot(base, i->a), more->c ? old : new);
}

bool awk_matches(struct awk *a, struct value *v, struct value *re)
{
	struct pattern *p = awk_to_pattern(a, re);
	size_t len;
	const char *text = text_of(a, v, &len);

	return awk_pattern_search(a, p, text, len, 0, NULL, 0);
}

bool awk_is_case(struct awk *a, struct value *v, struct value *label)
{
	size_t len;
	const char *p;
	double num;

	if (label->type == REGEX)
		return awk_matches(a, v, label);
	if (label->type == NUMBER)
		return v->type != STRING && v->type != SLICE && awk_numeric(a, v, &num) && num == label->num;
	if (v->type == NUMBER)
		return false;
	p = text_of(a, v, &len);
	return awk_compare_text(a, p, len, label->str->data, label->str->len) == 0;
}

static void put(struct writer *w, const char *p, size_t len)
{
	if (w->len + len < w->size && !w->lines) {
		awk_copy_text(w->buf + w->len, p, len);
		w->len += len;
	} else {
		writer_mem(w, p, len);
	}
}

static void put_value(struct awk *a, struct writer *w, struct value *v)
{
	const char *p;
	char *room;
	size_t len;

	if (v->type == NUMBER && v->num != (double)(int64_t)v->num && isfinite(v->num) &&
	    v->num != trunc(v->num)) {
		p = room = awk_number_room(a);
		len = a->ofmt_plain ? awk_format_short(room, v->num)
				    : awk_format_num(a, room, NUM_TEXT, a->ofmt, v->num);
	} else {
		p = text_of(a, v, &len);
	}
	put(w, p, len);
}

static COLD void put_formatted(struct awk *a, struct writer *w, const struct ins *i, char *const base[2])
{
	const int32_t *o = (const int32_t *)(i + 1);
	struct value *few[16], **args = few;
	size_t len;
	const char *format = text_of(a, slot(base, *o), &len);

	a->format_buf.len = 0;
	if (i->c > 16)
		args = awk_heap_alloc(a, (size_t)i->c * sizeof(*args));
	for (int32_t k = 1; k < i->c; k++)
		args[k - 1] = slot(base, o[k]);
	awk_format_values(a, &a->format_buf, format, len, args, i->c - 1);
	if (args != few)
		awk_heap_free(a, args, (size_t)i->c * sizeof(*args));
	put(w, a->format_buf.data, a->format_buf.len);
}

/* print and printf, with operands that follow. */
void awk_print(struct awk *a, const struct ins *i, char *const base[2], bool formatted)
{
	const int32_t *o = (const int32_t *)(i + 1);
	struct stream *s = i->a ? awk_output(a, i->a - 1, slot(base, i->b)) : NULL;
	struct writer *w = s ? s->out : &std_out;

	if (formatted) {
		put_formatted(a, w, i, base);
	} else {
		for (int32_t k = 0; k < i->c; k++) {
			if (k > 0)
				put(w, a->ofs->data, a->ofs->len);
			put_value(a, w, slot(base, o[k]));
		}
		put(w, a->ors->data, a->ors->len);
	}
	if (s && s->unbuffered)
		writer_flush(w);
	if (w->error)
		awk_output_failed(a, s, formatted ? "printf" : "print");
}

void awk_pass_argument(struct awk *a, struct value *dst, struct value *src)
{
	if (src->type == UNINIT || src->type == REF) {
		struct value *ref = src->type == REF ? src->ref : src;

		release(a, dst);
		dst->type = REF;
		dst->len = 0;
		dst->ref = ref;
		if (ref->type == ARRAY) {
			dst->type = ARRAY;
			dst->table = ref->table;
			ref->table->refs++;
		}
	} else {
		awk_copy_value(a, dst, src);
	}
}

void awk_call_with_operands(struct awk *a, const struct ins *i, char *const base[2])
{
	const int32_t *o = (const int32_t *)(i + 1);
	struct value *few[8], **args = few;

	if (i->c > 8)
		args = awk_heap_alloc(a, (size_t)i->c * sizeof(*args));
	for (int32_t k = 0; k < i->c; k++)
		args[k] = slot(base, o[k]);
	awk_call_builtin(a, i->b & 255, slot(base, i->a), args, i->c, i->b & 256);
	if (args != few)
		awk_heap_free(a, args, (size_t)i->c * sizeof(*args));
}

bool awk_next_key(struct awk *a, struct value *keys, struct value *var)
{
	struct iter *it = keys->iter;

	if (it->at == it->count)
		return false;
	awk_set_str(a, var, it->keys[it->at++]);
	return true;
}

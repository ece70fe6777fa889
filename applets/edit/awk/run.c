/* run.c - the machine that runs an awk program
 *
 * hot: each instruction of each program passes here
 */
#include <setjmp.h>
#include "ops.h"
#include "step.h"
#include "tree.h"

/* Frames lie one behind the other in segments, and never move. */
struct segment {
	struct segment *before, *after;
	struct value *end;
	struct value values[];
};

enum { FIRST_SEGMENT = 256, SEGMENT = 8192 };

static COLD struct segment *new_segment(struct awk *a, size_t values)
{
	struct segment *s = a->segment ? a->segment->after : NULL;

	if (!s || (size_t)(s->end - s->values) < values) {
		size_t size = values * 2 > SEGMENT ? values * 2
			      : a->segment         ? SEGMENT
						   : values + FIRST_SEGMENT;

		s = arena_alloc(sizeof(*s) + size * sizeof(struct value));
		s->end = s->values + size;
		s->before = a->segment;
		if (a->segment)
			a->segment->after = s;
	}
	a->segment = s;
	return s;
}

struct func *awk_find_function(struct awk *a, const char *name, size_t len)
{
	for (size_t i = 0; i < a->funcs_count; i++)
		if (strncmp(a->funcs[i]->name, name, len) == 0 && !a->funcs[i]->name[len])
			return a->funcs[i];
	return NULL;
}

/* Clears what a frame holds. */
static inline void leave_frame(struct awk *a, struct value *frame, int32_t n)
{
	for (struct value *v = frame; v < frame + n; v++)
		if (v->type >= STRING) {
			awk_release_slowly(a, v);
			v->type = UNINIT;
		}
}

/* Enters a function whose arguments are at `args`; what they do not fill of the parameters must be cleared already. */
static void enter(struct awk *a, const struct func *f, struct value *args, int32_t ret, int32_t dst)
{
	struct call *c;

	a->calls = arena_reserve(a->calls, a->calls_count, &a->calls_size, sizeof(*a->calls));
	c = &a->calls[a->calls_count++];
	*c = (struct call){ ret, dst, f, a->frame, a->segment };
	if (f->frame > a->segment->end - args) {
		struct segment *s = new_segment(a, (size_t)f->frame);

		memcpy(s->values, args, (size_t)f->params_count * sizeof(*args));
		for (int32_t i = 0; i < f->params_count; i++)
			args[i].type = UNINIT;
		args = s->values;
	}
	a->frame = args;
	a->frame_end = args + f->frame;
}

/* Leaves a function; what called it goes on. */
static const struct call *leave_function(struct awk *a)
{
	const struct call *c = &a->calls[--a->calls_count];

	leave_frame(a, a->frame, c->func->frame);
	a->frame = c->frame;
	a->segment = c->segment;
	return c;
}

static int32_t run(struct awk *a, int32_t start, size_t depth);

void awk_call_function(struct awk *a, const struct func *f, struct value **args, int n, struct value *result)
{
	struct value *frame = a->frame, *end = a->frame_end, *at = end;
	struct segment *segment = a->segment;
	int32_t here = a->at;

	if (n > f->params_count)
		n = f->params_count;
	if (f->frame + 1 > segment->end - at)
		at = new_segment(a, (size_t)f->frame + 1)->values;
	release(a, at);
	at->type = UNINIT;
	a->frame = at; /* its value goes to the first place, the arguments behind it */
	for (int i = 0; i < f->params_count; i++) {
		release(a, at + 1 + i);
		at[1 + i].type = UNINIT;
		if (i < n)
			awk_pass_argument(a, at + 1 + i, args[i]);
	}
	enter(a, f, at + 1, -1, 0);
	a->nesting++;
	run(a, f->start, a->calls_count);
	a->nesting--;
	*result = *at;
	at->type = UNINIT;
	a->frame = frame;
	a->frame_end = end;
	a->segment = segment;
	a->at = here;
}

enum run_end awk_run_code(struct awk *a, int32_t start)
{
	struct value *frame = a->frame, *end = a->frame_end;
	struct segment *segment = a->segment;
	int32_t here = a->at, r;

	if (a->nesting++ > 0) {
		a->frame = end;
		if (a->base_frame > segment->end - end)
			a->frame = new_segment(a, (size_t)a->base_frame)->values;
		a->frame_end = a->frame + a->base_frame;
	}
	r = run(a, start, a->calls_count);
	a->nesting--;
	if (a->nesting > 0) {
		leave_frame(a, a->frame, a->base_frame);
		a->frame = frame;
		a->frame_end = end;
		a->segment = segment;
	}
	a->at = here;
	return r ? RUN_NEXT_FILE : RUN_DONE;
}

/* @name(): finds the function and enters it, or calls the builtin one. Returns where to go on. */
static COLD int32_t call_indirectly(struct awk *a, const struct ins *i, char *const base[2], int32_t ret)
{
	const struct ins *more = i + 1;
	struct value *args = slot(base, i->b);
	size_t len;
	const char *name = text_of(a, slot(base, more->a), &len);
	const struct func *f = awk_find_function(a, name, len);
	const struct builtin *b;

	if (f && f->defined) {
		if (more->b > f->params_count)
			awk_fatal(a, "function `%s' called with more arguments than declared", f->name);
		for (int32_t k = more->b; k < f->params_count && args + k < a->segment->end; k++) {
			release(a, args + k);
			args[k].type = UNINIT;
		}
		enter(a, f, args, ret, i->a);
		return f->start;
	}
	b = awk_find_builtin(name, len);
	if (b && b->op != F_SUB && b->op != F_GSUB && more->b >= b->least && more->b <= b->most &&
	    more->b < 16) {
		struct value *list[16];

		for (int32_t k = 0; k < more->b; k++)
			list[k] = args + k;
		awk_call_builtin(a, b->op, slot(base, i->a), list, more->b, false);
		return ret;
	}
	awk_fatal(a, "`%.*s' is not a function, so it cannot be called indirectly", (int)len, name);
}

/* The end of a rule by next: back to the reading of records, out of all functions. */
static COLD int32_t next_rule(struct awk *a, size_t depth)
{
	if (a->nesting > 1 || a->phase != a->rules)
		awk_fatal(a, "`next' cannot be called from a %s rule",
			  a->phase == a->begin                       ? "BEGIN"
			  : a->in_begin_file || a->phase == a->rules ? "BEGINFILE"
								     : "END");
	while (a->calls_count > depth)
		leave_function(a);
	return a->rules;
}

/* Leaves the part of the program that runs, with all it was called from. */
static COLD _Noreturn void exit_program(struct awk *a, struct value *status)
{
	if (status)
		a->status = (int)to_num(a, status) & 255;
	a->exiting = true;
	longjmp(*(jmp_buf *)a->top, 1);
}

static inline double number(struct awk *a, struct value *v)
{
	return to_num(a, v);
}

static inline bool both_numbers(const struct value *x, const struct value *y)
{
	return x->type == NUMBER && y->type == NUMBER;
}

/* For each comparison, in the order of the instructions, a bit for each way in which two values can be to each other: not at all
 * (a NaN), less, equal, greater are bits 0, 1, 2, 4. */
enum {
	UNORDERED = 1 << 0,
	LESS = 1 << 1,
	EQUAL = 1 << 2,
	GREATER = 1 << 4,
	ALL = UNORDERED | LESS | EQUAL | GREATER
};
static const unsigned char relations[] = { LESS,
					   LESS | EQUAL,
					   EQUAL,
					   UNORDERED | LESS | GREATER,
					   GREATER,
					   EQUAL | GREATER,
					   ALL & ~LESS,
					   GREATER | UNORDERED,
					   UNORDERED | LESS | GREATER,
					   EQUAL,
					   ALL & ~GREATER,
					   UNORDERED | LESS };

static inline __attribute__((always_inline)) bool relation(struct awk *a, struct value *x, struct value *y,
							   unsigned op)
{
	double d, e = 0;

	if (both_numbers(x, y)) {
		d = x->num;
		e = y->num;
	} else {
		d = awk_compare(a, x, y);
	}
	return relations[op] >> ((d < e) + 2 * (d == e) + 4 * (d > e)) & 1;
}

/* Runs from `start` until the function of call number `depth` returns, or the code ends. Returns 1 after nextfile in BEGINFILE. */
static int32_t run(struct awk *a, int32_t start, size_t depth)
{
	char *base[2] = { (char *)a->frame, (char *)a->globals - 1 };
	const struct ins *code = a->code, *i = code + start;
	const struct call *c;
	struct value *x, *y, result;
	double d = 0;

	/* an instruction continues here, or breaks off with a number for its result */
	for (;; i++) {
		a->at = (int32_t)(i - code);
		switch ((enum op)i->op) {
		case OP_NONE:
			continue;
		case OP_MOVE:
			x = slot(base, i->a);
			y = slot(base, i->b);
			if (y->type == NUMBER && x->type < STRING) {
				*x = *y;
				continue;
			}
			if (y->type == ARRAY)
				awk_fatal(a, "attempt to use array `%s' in a scalar context",
					  awk_variable_name(a, y));
			awk_copy_value(a, x, y);
			x->len |= x->type == UNINIT;
			continue;
		case OP_ARG:
			awk_pass_argument(a, slot(base, i->a), slot(base, i->b));
			continue;
		case OP_ADD:
			d = number(a, slot(base, i->b)) + number(a, slot(base, i->c));
			break;
		case OP_SUB:
			d = number(a, slot(base, i->b)) - number(a, slot(base, i->c));
			break;
		case OP_MUL:
			d = number(a, slot(base, i->b)) * number(a, slot(base, i->c));
			break;
		case OP_DIV:
			d = number(a, slot(base, i->c));
			if (d == 0)
				awk_fatal(a, "division by zero attempted");
			d = number(a, slot(base, i->b)) / d;
			break;
		case OP_MOD:
		case OP_POW:
			d = number(a, slot(base, i->b));
			d = awk_arithmetic(a, i->op, d, number(a, slot(base, i->c)));
			break;
		case OP_NEG:
			d = -number(a, slot(base, i->b));
			break;
		case OP_NUM:
			d = number(a, slot(base, i->b));
			break;
		case OP_NOT:
			d = !awk_truth(a, slot(base, i->b));
			break;
		case OP_LT:
		case OP_LE:
		case OP_EQ:
		case OP_NE:
		case OP_GT:
		case OP_GE:
			d = relation(a, slot(base, i->b), slot(base, i->c), i->op - OP_LT);
			break;
		case OP_JLT:
		case OP_JLE:
		case OP_JEQ:
		case OP_JNE:
		case OP_JGT:
		case OP_JGE:
		case OP_NJLT:
		case OP_NJLE:
		case OP_NJEQ:
		case OP_NJNE:
		case OP_NJGT:
		case OP_NJGE:
			if (relation(a, slot(base, i->a), slot(base, i->b), i->op - OP_JLT))
				i = code + i->c - 1;
			continue;
		case OP_JUMP:
			i = code + i->c - 1;
			continue;
		case OP_JT:
			if (awk_truth(a, slot(base, i->a)))
				i = code + i->c - 1;
			continue;
		case OP_JF:
			if (!awk_truth(a, slot(base, i->a)))
				i = code + i->c - 1;
			continue;
		case OP_JNOT_POS:
			if (!(slot(base, i->a)->num > 0))
				i = code + i->c - 1;
			continue;
		case OP_INC:
			x = slot(base, i->a);
			set_num(a, x, number(a, x) + 1);
			continue;
		case OP_DEC:
			x = slot(base, i->a);
			set_num(a, x, number(a, x) - 1);
			continue;
		case OP_POST_INC:
		case OP_POST_DEC:
			x = slot(base, i->b);
			d = number(a, x);
			set_num(a, x, i->op == OP_POST_INC ? d + 1 : d - 1);
			break;
		case OP_FIELD:
			awk_get_field(a, slot(base, i->a), awk_field_number(a, number(a, slot(base, i->b))));
			continue;
		case OP_FIELDK:
			awk_get_field(a, slot(base, i->a), (size_t)i->b);
			continue;
		case OP_SET_FIELD:
			awk_set_field(a, awk_field_number(a, number(a, slot(base, i->b))), slot(base, i->c));
			continue;
		case OP_NF:
			awk_split_all(a);
			continue;
		case OP_SET_NF:
			d = number(a, &a->globals[V_NF]);
			awk_set_nf(a, d);
			continue;
		case OP_CHANGED:
			awk_variable_changed(a, i->a);
			continue;
		case OP_CONCAT:
			awk_concat(a, slot(base, i->a), base, (const int32_t *)(i + 1), i->c, NULL);
			i += (i->c + 3) / 4;
			continue;
		case OP_APPEND:
			awk_append(a, slot(base, i->a), base, (const int32_t *)(i + 1), i->c);
			i += (i->c + 3) / 4;
			continue;
		case OP_JOIN:
			awk_concat(a, slot(base, i->a), base, (const int32_t *)(i + 1), i->c, a->subsep);
			i += (i->c + 3) / 4;
			continue;
		case OP_GET:
		case OP_GET_ANY:
			awk_get_element(a, slot(base, i->a), slot(base, i->b), slot(base, i->c),
					i->op == OP_GET_ANY);
			continue;
		case OP_SET:
		case OP_SET_TEMP:
			awk_set_element(a, slot(base, i->a), slot(base, i->b), slot(base, i->c),
					i->op == OP_SET_TEMP);
			continue;
		case OP_SUBARRAY: {
			struct table *t = awk_subtable(a, awk_to_table(a, slot(base, i->b)),
						       slot(base, i->c));

			t->refs++;
			x = slot(base, i->a);
			release(a, x);
			x->type = ARRAY;
			x->table = t;
			continue;
		}
		case OP_ELEMENT:
			awk_change_element(a, i, base);
			i++;
			continue;
		case OP_APPEND_ELEMENT:
			awk_append_value(a, awk_element(a, slot(base, i->a), slot(base, i->b)),
					 slot(base, i->c));
			continue;
		case OP_IN: {
			struct key key;

			awk_make_key(a, slot(base, i->c), &key);
			d = awk_table_find(awk_to_table(a, slot(base, i->b)), &key) != NULL;
			break;
		}
		case OP_DELETE: {
			struct key key;

			awk_make_key(a, slot(base, i->b), &key);
			awk_table_delete(a, awk_to_table(a, slot(base, i->a)), &key);
			continue;
		}
		case OP_DELETE_ALL:
			awk_table_clear(a, awk_to_table(a, slot(base, i->a)));
			continue;
		case OP_MATCH:
			d = awk_matches(a, slot(base, i->b), slot(base, i->c));
			break;
		case OP_MATCH_RECORD:
			if (a->rec_stale)
				awk_rebuild_record(a);
			d = awk_pattern_search(a, slot(base, i->c)->re, a->rec, a->rec_len, 0, NULL, 0);
			break;
		case OP_CALL: {
			const struct func *f = a->funcs[i->c];

			enter(a, f, (struct value *)(void *)base[0] + i->b, a->at + 1, i->a);
			base[0] = (char *)a->frame;
			i = code + f->start - 1;
			continue;
		}
		case OP_INDIRECT:
			i = code + call_indirectly(a, i, base, a->at + 2) - 1;
			base[0] = (char *)a->frame;
			continue;
		case OP_BUILTIN:
			awk_call_with_operands(a, i, base);
			i += (i->c + 3) / 4;
			continue;
		case OP_GETLINE:
			x = i->b < 0 ? NULL : slot(base, i->b);
			y = i[1].b < 0 ? NULL : slot(base, i[1].b);
			d = awk_get_line(a, x, i[1].a, y);
			set_num(a, slot(base, i->a), d);
			i++;
			continue;
		case OP_PRINT:
		case OP_PRINTF:
			awk_print(a, i, base, i->op == OP_PRINTF);
			i += (i->c + 3) / 4;
			continue;
		case OP_FOR_IN: {
			struct iter *it = awk_sorted_keys(a, awk_to_table(a, slot(base, i->b)));

			x = slot(base, i->a);
			release(a, x);
			x->type = ITER;
			x->iter = it;
			continue;
		}
		case OP_NEXT_KEY:
			if (!awk_next_key(a, slot(base, i->a), slot(base, i->b)))
				i = code + i->c - 1;
			continue;
		case OP_RETURN:
			result = (struct value){ .type = UNINIT, .len = 1 };
			x = slot(base, i->a);
			if (!(i->a & 1) && (x->type == STRING || x->type == STRNUM)) {
				result = *x;
				x->type = UNINIT;
			} else if (x->type == NUMBER) {
				result = *x;
			} else {
				if (x->type == ARRAY)
					awk_fatal(a, "attempt to use array `%s' in a scalar context",
						  awk_variable_name(a, x));
				awk_copy_value(a, &result, x);
			}
			goto returned;
		case OP_RETURN_NOTHING:
			result = (struct value){ .type = UNINIT, .len = 1 };
		returned:
			c = leave_function(a);
			base[0] = (char *)a->frame;
			x = slot(base, c->dst);
			release(a, x);
			*x = result;
			a->frame_end = a->calls_count ? a->frame + a->calls[a->calls_count - 1].func->frame
						      : a->frame + a->base_frame;
			if (c->ret < 0)
				return 0;
			i = code + c->ret - 1;
			continue;
		case OP_RECORD:
			if (!awk_next_record(a))
				i = code + i->c - 1;
			continue;
		case OP_NEXT:
			i = code + next_rule(a, depth) - 1;
			base[0] = (char *)a->frame;
			continue;
		case OP_NEXTFILE:
			if (a->in_begin_file && a->nesting == 2)
				return 1;
			a->skip_file = true;
			i = code + next_rule(a, depth) - 1;
			base[0] = (char *)a->frame;
			continue;
		case OP_EXIT:
			exit_program(a, i->a < 0 ? NULL : slot(base, i->a));
		case OP_STOP:
			return 0;
		case OP_CASE:
			d = awk_is_case(a, slot(base, i->b), slot(base, i->c));
			break;
		case OP_CLEAR:
			x = slot(base, i->a);
			release(a, x);
			x->type = UNINIT;
			x->len = 0;
			continue;
		case OP_SCALAR:
			if (slot(base, i->a)->type == ARRAY)
				awk_fatal(a, "attempt to use array `%s' in a scalar context",
					  awk_variable_name(a, slot(base, i->a)));
			continue;
		case OP_DIVISOR:
			if (number(a, slot(base, i->a)) == 0)
				awk_fatal(a, "division by zero attempted in `%c='", i->b ? '%' : '/');
			continue;
		}
		set_num(a, slot(base, i->a), d);
	}
}

/* Runs one part of the program from the bottom; an exit in it ends here. */
static COLD void run_phase(struct awk *a, int32_t start)
{
	jmp_buf end;

	if (start < 0)
		return;
	a->frame = a->segment->values;
	a->frame_end = a->frame + a->base_frame;
	a->calls_count = 0;
	a->nesting = 0;
	a->phase = start;
	a->top = &end;
	if (setjmp(end) == 0)
		awk_run_code(a, start);
}

/* Reads all input where there are no rules for it but one for its end, or for the files. */
static COLD void read_input(struct awk *a)
{
	jmp_buf end;

	a->frame = a->segment->values;
	a->frame_end = a->frame + a->base_frame;
	a->nesting = 1;
	a->top = &end;
	if (setjmp(end) == 0)
		while (awk_next_record(a))
			;
}

int awk_run_program(struct awk *a)
{
	new_segment(a, (size_t)a->base_frame + 1);
	a->running = true;
	run_phase(a, a->begin);
	while (a->segment->before)
		a->segment = a->segment->before;
	if (!a->exiting && a->rules >= 0)
		run_phase(a, a->rules);
	else if (!a->exiting && (a->finish >= 0 || a->begin_file >= 0 || a->end_file >= 0))
		read_input(a);
	while (a->segment->before)
		a->segment = a->segment->before;
	a->exiting = false;
	a->in_end = true;
	run_phase(a, a->finish);
	return a->status;
}

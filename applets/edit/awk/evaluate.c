/* evaluate.c - the expressions of awk to instructions
 *
 * Each value has its place: a global, a parameter, a constant, or a temporary of the frame. Temporaries are taken like a
 * stack. Those that hold a slice of the record or of a variable, and variables that are operands themselves, are copied
 * when an operand that is computed after them may change what they stand for (node->impure).
 */
#include "compile.h"

int32_t awk_emit(struct compiler *c, int op, int32_t x, int32_t y, int32_t z)
{
	struct awk *a = c->a;
	size_t size = a->code_size;

	a->code = arena_reserve(a->code, a->code_count, &a->code_size, sizeof(*a->code));
	a->places = arena_reserve(a->places, a->code_count, &size, sizeof(*a->places));
	a->code[a->code_count] = (struct ins){ (uint32_t)op, x, y, z };
	a->places[a->code_count] = c->place;
	return (int32_t)a->code_count++;
}

/* Operands that follow an instruction, four in the room of one. */
void awk_emit_operands(struct compiler *c, const int32_t *o, int32_t n)
{
	for (int32_t i = 0; i < n; i += 4)
		awk_emit(c, o[i], i + 1 < n ? o[i + 1] : 0, i + 2 < n ? o[i + 2] : 0,
			 i + 3 < n ? o[i + 3] : 0);
}

struct label awk_new_label(void)
{
	return (struct label){ -1, -1 };
}

void awk_jump_to(struct compiler *c, int op, int32_t x, int32_t y, struct label *l)
{
	int32_t i = awk_emit(c, op, x, y, l->at >= 0 ? l->at : l->chain);

	if (l->at < 0)
		l->chain = i;
}

void awk_put_label(struct compiler *c, struct label *l)
{
	struct awk *a = c->a;

	l->at = (int32_t)a->code_count;
	while (l->chain >= 0) {
		struct ins *i = &a->code[l->chain];

		l->chain = i->c;
		i->c = l->at;
	}
}

int32_t awk_temporary(struct compiler *c)
{
	int32_t t = frame_operand(c->top++);

	if (c->top > c->most)
		c->most = c->top;
	return t;
}

static bool is_temporary(const struct compiler *c, int32_t operand)
{
	return !is_global(operand) && operand_index(operand) >= (c->func ? c->func->params_count : 0);
}

/* The place for a result: the one that is wanted, or a new one. */
static int32_t result(struct compiler *c, int32_t want)
{
	return want == ANY ? awk_temporary(c) : want;
}

/* Emits an instruction whose operands are all that was taken from `base` on. Returns where its result is. */
static int32_t emit_to(struct compiler *c, int32_t base, int32_t want, int op, int32_t x, int32_t y)
{
	int32_t t;

	c->top = base;
	t = result(c, want);
	awk_emit(c, op, t, x, y);
	return t;
}

/* Whether the value may be a slice. */
static bool slices(const struct node *n)
{
	return n->kind == N_FIELD || (n->kind == N_BUILTIN && n->op == F_SUBSTR) ||
	       (n->kind == N_COND && (slices(n->b) || slices(n->c)));
}

static bool special(int32_t operand)
{
	return is_global(operand) && operand_index(operand) < SPECIALS;
}

/* What is to be done after an assignment to a variable. */
void awk_assigned(struct compiler *c, int32_t slot)
{
	if (slot == global_operand(V_NF))
		awk_emit(c, OP_SET_NF, 0, 0, 0);
	else if (special(slot))
		awk_emit(c, OP_CHANGED, operand_index(slot), 0, 0);
}

/* Makes sure that what is assigned to is no array, where it might be one. */
static void check_scalar(struct compiler *c, int32_t slot)
{
	int32_t i = operand_index(slot);

	if (is_global(slot) ? c->a->symbols[i].is_array
			    : c->func && (c->func->is_array[i] || c->func->gets_array[i]))
		awk_emit(c, OP_SCALAR, slot, 0, 0);
}

static void check_divisor(struct compiler *c, int op, int32_t operand)
{
	if (op == '/' || op == '%')
		awk_emit(c, OP_DIVISOR, operand, op == '%', 0);
}

/* Keeps an operand from being changed by what is computed after it. */
int32_t awk_hold(struct compiler *c, const struct node *n, int32_t operand, bool later)
{
	int32_t t = operand;

	if (!later || n->kind == N_CONST || (is_temporary(c, operand) && !slices(n)))
		return operand;
	if (!is_temporary(c, operand))
		t = awk_temporary(c);
	awk_emit(c, OP_MOVE, t, operand, 0);
	return t;
}

static bool impure_after(const struct node *n)
{
	for (n = n->next; n; n = n->next)
		if (n->impure)
			return true;
	return false;
}

/* Computes a list of operands. */
int32_t *awk_operands(struct compiler *c, struct node *list, int32_t n)
{
	int32_t *o = arena_array(int32_t, (size_t)n + 1), i = 0;

	for (; list; list = list->next, i++)
		o[i] = awk_hold(c, list, awk_value(c, list, ANY), impure_after(list));
	return o;
}

int32_t awk_key(struct compiler *c, struct node *list, int32_t count)
{
	int32_t *o, base = c->top, t;

	if (count == 1)
		return awk_value(c, list, ANY);
	o = awk_operands(c, list, count);
	t = emit_to(c, base, ANY, OP_JOIN, 0, count);
	awk_emit_operands(c, o, count);
	return t;
}

int32_t awk_array(struct compiler *c, struct node *n)
{
	int32_t base = c->top, of, k;

	if (n->kind != N_INDEX)
		return n->slot;
	of = awk_array(c, n->a);
	k = awk_key(c, n->b, n->count);
	return emit_to(c, base, ANY, OP_SUBARRAY, of, k);
}

/* An array, or whatever a variable is, as an argument. */
static int32_t whatever(struct compiler *c, struct node *n)
{
	int32_t base = c->top, of, k;

	if (n->kind == N_VAR && n->slot != global_operand(V_NF))
		return n->slot;
	if (n->kind != N_INDEX)
		return awk_value(c, n, ANY);
	of = awk_array(c, n->a);
	k = awk_key(c, n->b, n->count);
	return emit_to(c, base, ANY, OP_GET_ANY, of, k);
}

static int32_t field_constant(struct compiler *c, const struct node *n)
{
	const struct value *v = &c->a->globals[operand_index(n->slot)];

	if (n->kind == N_CONST && v->type == NUMBER && v->num >= 0 && v->num < 1e6 &&
	    v->num == (double)(int32_t)v->num)
		return (int32_t)v->num;
	return -1;
}

static int32_t field(struct compiler *c, struct node *n, int32_t want)
{
	int32_t base = c->top, k = field_constant(c, n->a);

	if (k >= 0)
		return emit_to(c, base, want, OP_FIELDK, k, 0);
	return emit_to(c, base, want, OP_FIELD, awk_value(c, n->a, ANY), 0);
}

static int binary_op(int op)
{
	return op == '+'   ? OP_ADD
	       : op == '-' ? OP_SUB
	       : op == '*' ? OP_MUL
	       : op == '/' ? OP_DIV
	       : op == '%' ? OP_MOD
			   : OP_POW;
}

/* x op y for two operands that are to be computed. */
static int32_t both(struct compiler *c, int op, struct node *n, int32_t want)
{
	int32_t base = c->top, x = awk_hold(c, n->a, awk_value(c, n->a, ANY), n->b->impure),
		y = awk_value(c, n->b, ANY);

	return emit_to(c, base, want, op, x, y);
}

static int32_t one_operand(struct compiler *c, int op, struct node *n, int32_t want)
{
	int32_t base = c->top, x = awk_value(c, n->a, ANY);

	return emit_to(c, base, want, op, x, 0);
}

/* An expression that is matched against: the one of a literal, or a string. */
static int32_t pattern(struct compiler *c, struct node *n)
{
	return n->kind == N_REGEX ? n->slot : awk_value(c, n, ANY);
}

static int32_t match(struct compiler *c, struct node *n, int32_t want)
{
	int32_t base = c->top, x = awk_hold(c, n->a, awk_value(c, n->a, ANY), n->b->impure),
		y = pattern(c, n->b), t;

	t = emit_to(c, base, want, OP_MATCH, x, y);
	if (n->kind == N_NO_MATCH)
		awk_emit(c, OP_NOT, t, t, 0);
	return t;
}

static int32_t membership(struct compiler *c, struct node *n, int32_t want)
{
	int32_t base = c->top, k = awk_key(c, n->a, n->count), of = awk_array(c, n->b);

	return emit_to(c, base, want, OP_IN, of, k);
}

/* Counts the operands of a concatenation, those of nested ones too, and writes them to `out`. */
static int32_t flatten(struct node *n, struct node **out)
{
	int32_t count = 0;

	for (struct node *m = n->a; m; m = m->next)
		if (m->kind == N_CONCAT) {
			count += flatten(m, out ? out + count : NULL);
		} else {
			if (out)
				out[count] = m;
			count++;
		}
	return count;
}

static bool same_variable(const struct node *x, const struct node *y)
{
	if (x->kind != y->kind || x->impure || y->impure)
		return false;
	if (x->kind == N_VAR || x->kind == N_CONST)
		return x->slot == y->slot;
	if (x->kind != N_INDEX || !same_variable(x->a, y->a))
		return false;
	for (x = x->b, y = y->b; x && y; x = x->next, y = y->next)
		if (!same_variable(x, y))
			return false;
	return !x && !y;
}

/* The operands of a concatenation from number `from` on. */
static int32_t *concat_operands(struct compiler *c, struct node *n, int32_t from, int32_t *count)
{
	struct node **parts;
	int32_t *o;

	*count = flatten(n, NULL);
	parts = arena_array(struct node *, (size_t)*count);
	flatten(n, parts);
	o = arena_array(int32_t, (size_t)*count + 1);
	for (int32_t i = from; i < *count; i++) {
		bool later = false;

		for (int32_t j = i + 1; j < *count; j++)
			later |= parts[j]->impure;
		o[i - from] = awk_hold(c, parts[i], awk_value(c, parts[i], ANY), later);
	}
	*count -= from;
	return o;
}

static struct node *first_part(struct node *n)
{
	while (n->kind == N_CONCAT)
		n = n->a;
	return n;
}

static int32_t concat(struct compiler *c, struct node *n, int32_t want)
{
	struct node *first = first_part(n);
	bool append = want != ANY && !is_temporary(c, want) && !n->impure && first->kind == N_VAR &&
		      first->slot == want && !special(want);
	int32_t base = c->top, count, *o = concat_operands(c, n, append, &count), t;

	t = emit_to(c, base, want, append ? OP_APPEND : OP_CONCAT, 0, count);
	awk_emit_operands(c, o, count);
	return t;
}

/* a[k] = a[k] "..." without a copy. Returns whether the assignment is of this kind. */
static bool append_element(struct compiler *c, struct node *n)
{
	int32_t base = c->top, count, *o, t, of, k;

	if (n->op || n->a->kind != N_INDEX || n->b->kind != N_CONCAT || n->b->impure || n->a->impure ||
	    !same_variable(n->a, first_part(n->b)))
		return false;
	o = concat_operands(c, n->b, 1, &count);
	t = emit_to(c, base, ANY, OP_CONCAT, 0, count);
	awk_emit_operands(c, o, count);
	of = awk_array(c, n->a->a);
	k = awk_key(c, n->a->b, n->a->count);
	awk_emit(c, OP_APPEND_ELEMENT, of, k, t);
	c->top = base;
	return true;
}

/* The number of a field that is read and then written. */
static int32_t field_index(struct compiler *c, struct node *n, bool later)
{
	int32_t k = field_constant(c, n->a), x;

	if (k >= 0)
		return n->a->slot;
	x = awk_value(c, n->a, ANY);
	return awk_hold(c, n->a, x, later);
}

static int32_t assign_field(struct compiler *c, struct node *n, bool wanted)
{
	struct node *l = n->a;
	int32_t x, k, t;

	if (!n->op) {
		x = awk_value(c, n->b, ANY);
		if (wanted && slices(n->b))
			awk_emit(c, OP_MOVE, x, x, 0);
		else
			x = awk_hold(c, n->b, x, l->a->impure);
		k = awk_value(c, l->a, ANY);
		awk_emit(c, OP_SET_FIELD, 0, k, x);
		return x;
	}
	x = awk_hold(c, n->b, awk_value(c, n->b, ANY), l->a->impure);
	k = field_index(c, l, false);
	t = awk_temporary(c);
	awk_emit(c, OP_FIELD, t, k, 0);
	check_divisor(c, n->op, x);
	awk_emit(c, binary_op(n->op), t, t, x);
	awk_emit(c, OP_SET_FIELD, 0, k, t);
	return t;
}

static int32_t assign_element(struct compiler *c, struct node *n, bool wanted)
{
	struct node *l = n->a;
	int32_t t, x, of, k;

	if (!wanted && append_element(c, n))
		return NONE;
	t = awk_temporary(c);
	x = awk_hold(c, n->b, awk_value(c, n->b, ANY), l->impure);
	if (wanted && !n->op && slices(n->b))
		awk_emit(c, OP_MOVE, x, x, 0);
	of = awk_array(c, l->a);
	k = awk_key(c, l->b, l->count);
	if (!n->op) {
		awk_emit(c, !wanted && is_temporary(c, x) ? OP_SET_TEMP : OP_SET, of, k, x);
		return x;
	}
	check_divisor(c, n->op, x);
	awk_emit(c, OP_ELEMENT, t, of, k);
	awk_emit(c, OP_NONE, binary_op(n->op), x, 0);
	return t;
}

static int32_t assign_variable(struct compiler *c, struct node *n)
{
	int32_t slot = n->a->slot, x;

	check_scalar(c, slot);
	if (!n->op) {
		awk_value(c, n->b, slot);
	} else {
		x = awk_value(c, n->b, ANY);
		if (slot == global_operand(V_NF))
			awk_emit(c, OP_NF, 0, 0, 0);
		check_divisor(c, n->op, x);
		awk_emit(c, binary_op(n->op), slot, slot, x);
	}
	awk_assigned(c, slot);
	return slot;
}

static int32_t assign(struct compiler *c, struct node *n, bool wanted)
{
	if (n->a->kind == N_FIELD)
		return assign_field(c, n, wanted);
	if (n->a->kind == N_INDEX)
		return assign_element(c, n, wanted);
	return assign_variable(c, n);
}

static int32_t increment_field(struct compiler *c, struct node *n)
{
	int32_t k = field_index(c, n->a, false), before = awk_temporary(c), after = awk_temporary(c);

	awk_emit(c, OP_FIELD, before, k, 0);
	awk_emit(c, OP_NUM, before, before, 0);
	awk_emit(c, n->op ? OP_SUB : OP_ADD, after, before, c->one);
	awk_emit(c, OP_SET_FIELD, 0, k, after);
	return n->post ? before : after;
}

static int32_t increment(struct compiler *c, struct node *n, int32_t want, bool wanted)
{
	int32_t slot = n->a->slot, t, of, k;

	if (n->a->kind == N_FIELD)
		return increment_field(c, n);
	if (n->a->kind == N_INDEX) {
		t = result(c, want);
		of = awk_array(c, n->a->a);
		k = awk_key(c, n->a->b, n->a->count);
		awk_emit(c, OP_ELEMENT, t, of, k);
		awk_emit(c, OP_NONE, n->op ? OP_SUB : OP_ADD, c->one, n->post);
		return t;
	}
	if (slot == global_operand(V_NF))
		awk_emit(c, OP_NF, 0, 0, 0);
	t = slot;
	if (n->post && wanted) {
		t = want == slot ? awk_temporary(c) : result(c, want);
		awk_emit(c, n->op ? OP_POST_DEC : OP_POST_INC, t, slot, 0);
	} else {
		awk_emit(c, n->op ? OP_DEC : OP_INC, slot, 0, 0);
	}
	awk_assigned(c, slot);
	return t;
}

/* Jumps to `l` if the condition is `when`. */
void awk_jump_if(struct compiler *c, struct node *n, bool when, struct label *l)
{
	int32_t base = c->top, x, y;

	if (++c->depth > DEEPEST)
		awk_program_error(c->a, n->place, "memory exhausted");
	if (n->kind == N_NOT) {
		awk_jump_if(c, n->a, !when, l);
	} else if (n->kind == N_AND || n->kind == N_OR) {
		if ((n->kind == N_OR) == when) {
			awk_jump_if(c, n->a, when, l);
			awk_jump_if(c, n->b, when, l);
		} else {
			struct label skip = awk_new_label();

			awk_jump_if(c, n->a, !when, &skip);
			awk_jump_if(c, n->b, when, l);
			awk_put_label(c, &skip);
		}
	} else if (n->kind == N_COMPARE) {
		x = awk_hold(c, n->a, awk_value(c, n->a, ANY), n->b->impure);
		y = awk_value(c, n->b, ANY);
		awk_jump_to(c, (when ? OP_JLT : OP_NJLT) + n->op, x, y, l);
	} else {
		x = awk_value(c, n, ANY);
		awk_jump_to(c, when ? OP_JT : OP_JF, x, 0, l);
	}
	c->top = base;
	c->depth--;
}

/* 1 or 0, by jumps. */
static int32_t logical(struct compiler *c, struct node *n, int32_t want)
{
	struct label no = awk_new_label(), end = awk_new_label();
	int32_t t = result(c, want);

	awk_jump_if(c, n, false, &no);
	awk_emit(c, OP_MOVE, t, c->one, 0);
	awk_jump_to(c, OP_JUMP, 0, 0, &end);
	awk_put_label(c, &no);
	awk_emit(c, OP_MOVE, t, c->zero, 0);
	awk_put_label(c, &end);
	return t;
}

static int32_t conditional(struct compiler *c, struct node *n, int32_t want)
{
	struct label no = awk_new_label(), end = awk_new_label();
	int32_t t = result(c, want), base = c->top;

	awk_jump_if(c, n->a, false, &no);
	awk_value(c, n->b, t);
	c->top = base;
	awk_jump_to(c, OP_JUMP, 0, 0, &end);
	awk_put_label(c, &no);
	awk_value(c, n->c, t);
	c->top = base;
	awk_put_label(c, &end);
	return t;
}

/* Puts an argument of a function where the function will have its parameter. */
static void argument(struct compiler *c, struct node *n, int32_t t, bool is_array)
{
	int32_t base = c->top, of, k;

	if (n->kind == N_VAR && n->slot != global_operand(V_NF)) {
		awk_emit(c, OP_ARG, t, n->slot, 0);
	} else if (n->kind == N_INDEX) {
		of = awk_array(c, n->a);
		k = awk_key(c, n->b, n->count);
		awk_emit(c, is_array ? OP_SUBARRAY : OP_GET_ANY, t, of, k);
	} else {
		awk_value(c, n, t);
		if (slices(n))
			awk_emit(c, OP_MOVE, t, t, 0);
	}
	c->top = base;
}

static int32_t call(struct compiler *c, struct node *n, int32_t want)
{
	struct func *f = n->func;
	int32_t t = result(c, want), first = c->top, i = 0;

	if (!f->defined) {
		warn("%s fatal: function `%s' not defined", awk_place_text(c->a, n->place), f->name);
		awk_quit(c->a, 2);
	}
	if (n->count > f->params_count)
		warn("%s warning: function `%s' called with more arguments than declared",
		     awk_place_text(c->a, n->place), f->name);
	for (struct node *arg = n->a; arg; arg = arg->next, i++)
		if (i < f->params_count)
			argument(c, arg, awk_temporary(c), f->is_array[i]);
		else
			awk_value(c, arg, ANY);
	for (; i < f->params_count; i++)
		awk_emit(c, OP_CLEAR, awk_temporary(c), 0, 0);
	for (int32_t j = 0; j < (int32_t)c->a->funcs_count; j++)
		if (c->a->funcs[j] == f)
			awk_emit(c, OP_CALL, t, first, j);
	c->top = first;
	return t;
}

static int32_t indirect(struct compiler *c, struct node *n, int32_t want)
{
	int32_t t = result(c, want), first = c->top;

	for (struct node *arg = n->a; arg; arg = arg->next)
		argument(c, arg, awk_temporary(c), false);
	awk_emit(c, OP_INDIRECT, t, frame_operand(first), 0);
	awk_emit(c, OP_NONE, n->b->slot, n->count, 0);
	c->top = first;
	return t;
}

/* Whether argument number i of a builtin function is an array, a regular expression, or anything. */
static bool wants_array(int op, int i)
{
	return ((op == F_SPLIT || op == F_PATSPLIT) && (i == 1 || i == 3)) || (op == F_MATCH && i == 2) ||
	       ((op == F_ASORT || op == F_ASORTI) && i < 2);
}

static bool wants_pattern(int op, int i)
{
	return ((op == F_SPLIT || op == F_PATSPLIT) && i == 2) || (op == F_MATCH && i == 1) ||
	       ((op == F_SUB || op == F_GSUB || op == F_GENSUB) && i == 0);
}

static bool wants_anything(int op)
{
	return op == F_LENGTH || op == F_TYPEOF || op == F_ISARRAY;
}

/* sub() and gsub(): the third argument is read, and written if something was replaced. */
static int32_t substitute(struct compiler *c, struct node *n, int32_t want)
{
	struct node *re = n->a, *repl = re->next, *target = repl->next;
	int32_t t = result(c, want), o[3], of = 0, k = 0;
	struct label end = awk_new_label();

	o[0] = re->kind == N_REGEX ? re->slot
				   : awk_hold(c, re, awk_value(c, re, ANY), repl->impure || target->impure);
	o[1] = awk_hold(c, repl, awk_value(c, repl, ANY), target->impure);
	if (target->kind == N_VAR) {
		if (target->slot == global_operand(V_NF))
			awk_emit(c, OP_NF, 0, 0, 0);
		o[2] = target->slot;
	} else if (target->kind == N_FIELD) {
		k = field_index(c, target, false);
		o[2] = awk_temporary(c);
		awk_emit(c, OP_FIELD, o[2], k, 0);
	} else if (target->kind == N_INDEX) {
		of = awk_array(c, target->a);
		k = awk_key(c, target->b, target->count);
		o[2] = awk_temporary(c);
		awk_emit(c, OP_GET, o[2], of, k);
	} else {
		o[2] = awk_temporary(c);
		awk_emit(c, OP_MOVE, o[2], awk_value(c, target, ANY), 0);
	}
	awk_emit(c, OP_BUILTIN, t, n->op, 3);
	awk_emit_operands(c, o, 3);
	awk_jump_to(c, OP_JF, t, 0, &end);
	if (target->kind == N_VAR)
		awk_assigned(c, target->slot);
	else if (target->kind == N_FIELD)
		awk_emit(c, OP_SET_FIELD, 0, k, o[2]);
	else if (target->kind == N_INDEX)
		awk_emit(c, OP_SET, of, k, o[2]);
	awk_put_label(c, &end);
	return t;
}

static int32_t builtin(struct compiler *c, struct node *n, int32_t want)
{
	int32_t t, *o, i = 0;
	bool lasting = n->a && (n->a->kind == N_VAR || n->a->kind == N_FIELD);

	if (n->op == F_SUB || n->op == F_GSUB)
		return substitute(c, n, want);
	t = result(c, want);
	o = arena_array(int32_t, (size_t)n->count + 1);
	for (struct node *arg = n->a; arg; arg = arg->next, i++) {
		if (wants_pattern(n->op, i) && arg->kind == N_REGEX)
			o[i] = arg->slot;
		else if (wants_array(n->op, i) && (arg->kind == N_VAR || arg->kind == N_INDEX))
			o[i] = awk_array(c, arg);
		else if (wants_anything(n->op))
			o[i] = whatever(c, arg);
		else
			o[i] = awk_hold(c, arg, awk_value(c, arg, ANY), impure_after(arg));
	}
	awk_emit(c, OP_BUILTIN, t, n->op | (lasting ? 256 : 0), n->count);
	awk_emit_operands(c, o, n->count);
	return t;
}

static int32_t read_line(struct compiler *c, struct node *n, int32_t want)
{
	struct node *v = n->b;
	int32_t t = result(c, want), source = n->a ? awk_value(c, n->a, ANY) : NONE, x = NONE, of, k;
	struct label end = awk_new_label();

	if (v)
		x = v->kind == N_VAR ? v->slot : awk_temporary(c);
	awk_emit(c, OP_GETLINE, t, x, 0);
	awk_emit(c, OP_NONE, n->op, source, 0);
	if (!v)
		return t;
	awk_jump_to(c, OP_JNOT_POS, t, 0, &end);
	if (v->kind == N_VAR) {
		awk_assigned(c, v->slot);
	} else if (v->kind == N_FIELD) {
		awk_emit(c, OP_SET_FIELD, 0, awk_value(c, v->a, ANY), x);
	} else {
		of = awk_array(c, v->a);
		k = awk_key(c, v->b, v->count);
		awk_emit(c, OP_SET, of, k, x);
	}
	awk_put_label(c, &end);
	return t;
}

static int32_t variable(struct compiler *c, struct node *n, int32_t want)
{
	if (n->kind == N_VAR && n->slot == global_operand(V_NF))
		awk_emit(c, OP_NF, 0, 0, 0);
	if (want == ANY || want == n->slot)
		return n->slot;
	awk_emit(c, OP_MOVE, want, n->slot, 0);
	return want;
}

/* The value in the place `want` if its own place (the result) is another one. */
static int32_t placed(struct compiler *c, int32_t got, int32_t want)
{
	if (want == ANY || want == got)
		return got;
	awk_emit(c, OP_MOVE, want, got, 0);
	return want;
}

/* Computes a value to where it is wanted, or anywhere. Returns where it is. */
static int32_t compute(struct compiler *c, struct node *n, int32_t want)
{
	int32_t t, of, k;

	switch ((enum node_kind)n->kind) {
	case N_CONST:
	case N_VAR:
		return variable(c, n, want);
	case N_REGEX:
		if (n->post)
			return variable(c, n, want);
		t = result(c, want);
		awk_emit(c, OP_MATCH_RECORD, t, 0, n->slot);
		return t;
	case N_FIELD:
		return field(c, n, want);
	case N_INDEX:
		t = result(c, want);
		of = awk_array(c, n->a);
		k = awk_key(c, n->b, n->count);
		awk_emit(c, OP_GET, t, of, k);
		return t;
	case N_ASSIGN:
		return placed(c, assign(c, n, true), want);
	case N_COND:
		return conditional(c, n, want);
	case N_AND:
	case N_OR:
		return logical(c, n, want);
	case N_NOT:
		return one_operand(c, OP_NOT, n, want);
	case N_NEGATE:
		return one_operand(c, OP_NEG, n, want);
	case N_PLUS:
		return one_operand(c, OP_NUM, n, want);
	case N_IN:
		return membership(c, n, want);
	case N_MATCH:
	case N_NO_MATCH:
		return match(c, n, want);
	case N_BINARY:
		return both(c, binary_op(n->op), n, want);
	case N_COMPARE:
		return both(c, OP_LT + n->op, n, want);
	case N_CONCAT:
		return concat(c, n, want);
	case N_INCR:
		return placed(c, increment(c, n, want, true), want);
	case N_CALL:
		return call(c, n, want);
	case N_INDIRECT:
		return indirect(c, n, want);
	case N_BUILTIN:
		return builtin(c, n, want);
	case N_GETLINE:
		return read_line(c, n, want);
	default:
		awk_program_error(c->a, n->place, "syntax error");
	}
}

/* The same; temporaries but that of the result are free again, and a slice never gets into a variable. */
int32_t awk_value(struct compiler *c, struct node *n, int32_t want)
{
	uint32_t place = c->place;
	int32_t base = c->top, got;

	if (++c->depth > DEEPEST)
		awk_program_error(c->a, n->place, "memory exhausted");
	c->place = n->place;
	if (want != ANY && !is_temporary(c, want) && slices(n)) {
		got = compute(c, n, ANY);
		awk_emit(c, OP_MOVE, want, got, 0);
		got = want;
	} else {
		got = compute(c, n, want);
	}
	c->top = base;
	if (!is_global(got) && operand_index(got) >= base)
		c->top = operand_index(got) + 1;
	c->place = place;
	c->depth--;
	return got;
}

/* Computes an expression for what it does. */
void awk_effect(struct compiler *c, struct node *n)
{
	int32_t base = c->top;

	if (n->kind == N_ASSIGN)
		assign(c, n, false);
	else if (n->kind == N_INCR)
		increment(c, n, ANY, false);
	else
		awk_value(c, n, ANY);
	c->top = base;
}

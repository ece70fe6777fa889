/* compile.c - the statements and rules of awk to instructions */
#include "compile.h"

static void statement(struct compiler *c, struct node *n);

static void print(struct compiler *c, struct node *n)
{
	int32_t base = c->top, count = n->count ? n->count : 1, *o, to = 0;

	if (n->count) {
		o = awk_operands(c, n->a, count);
		if (n->b && n->b->impure) {
			int32_t i = 0;

			for (struct node *m = n->a; m; m = m->next, i++)
				o[i] = awk_hold(c, m, o[i], true);
		}
	} else {
		o = arena_array(int32_t, 1);
		o[0] = awk_temporary(c);
		awk_emit(c, OP_FIELDK, o[0], 0, 0);
	}
	if (n->b)
		to = awk_value(c, n->b, ANY);
	awk_emit(c, n->kind == N_PRINT ? OP_PRINT : OP_PRINTF, n->b ? n->op + 1 : 0, to, count);
	awk_emit_operands(c, o, count);
	c->top = base;
}

static void for_in(struct compiler *c, struct node *n)
{
	struct label again = awk_new_label(), end = awk_new_label();
	struct loop loop = { c->loop, &end, &again };
	int32_t base = c->top, keys = awk_temporary(c), of = awk_array(c, n->b);

	awk_emit(c, OP_FOR_IN, keys, of, 0);
	c->top = operand_index(keys) + 1;
	awk_put_label(c, &again);
	awk_jump_to(c, OP_NEXT_KEY, keys, n->a->slot, &end);
	awk_assigned(c, n->a->slot);
	c->loop = &loop;
	statement(c, n->d);
	c->loop = loop.outer;
	awk_jump_to(c, OP_JUMP, 0, 0, &again);
	awk_put_label(c, &end);
	awk_emit(c, OP_CLEAR, keys, 0, 0);
	c->top = base;
}

/* while, do and for: the condition stands at the end, where the loop goes round. */
static void loop(struct compiler *c, struct node *cond, struct node *body, struct node *step, bool test_first)
{
	struct label start = awk_new_label(), again = awk_new_label(), test = awk_new_label(),
		     end = awk_new_label();
	struct loop l = { c->loop, &end, &again };

	if (test_first && cond)
		awk_jump_to(c, OP_JUMP, 0, 0, &test);
	awk_put_label(c, &start);
	c->loop = &l;
	if (body)
		statement(c, body);
	c->loop = l.outer;
	awk_put_label(c, &again);
	if (step)
		statement(c, step);
	awk_put_label(c, &test);
	if (cond)
		awk_jump_if(c, cond, true, &start);
	else
		awk_jump_to(c, OP_JUMP, 0, 0, &start);
	awk_put_label(c, &end);
}

static void switch_statement(struct compiler *c, struct node *n)
{
	struct label end = awk_new_label(), other = awk_new_label(), *labels;
	struct loop l = { c->loop, &end, NULL };
	int32_t base = c->top, x = awk_value(c, n->a, ANY), t = awk_temporary(c), i = 0;
	bool has_default = false;

	for (struct node *m = n->b; m; m = m->next)
		i++;
	labels = arena_array(struct label, (size_t)i + 1);
	i = 0;
	for (struct node *m = n->b; m; m = m->next, i++) {
		labels[i] = awk_new_label();
		if (!m->a)
			continue;
		awk_emit(c, OP_CASE, t, x, m->a->slot);
		awk_jump_to(c, OP_JT, t, 0, &labels[i]);
	}
	awk_jump_to(c, OP_JUMP, 0, 0, &other);
	c->loop = &l;
	i = 0;
	for (struct node *m = n->b; m; m = m->next, i++) {
		awk_put_label(c, &labels[i]);
		if (!m->a) {
			awk_put_label(c, &other);
			has_default = true;
		}
		for (struct node *s = m->b; s; s = s->next)
			statement(c, s);
	}
	c->loop = l.outer;
	if (!has_default)
		awk_put_label(c, &other);
	awk_put_label(c, &end);
	c->top = base;
}

static void if_statement(struct compiler *c, struct node *n)
{
	struct label no = awk_new_label(), end = awk_new_label();

	awk_jump_if(c, n->a, false, &no);
	statement(c, n->b);
	if (n->c)
		awk_jump_to(c, OP_JUMP, 0, 0, &end);
	awk_put_label(c, &no);
	if (n->c)
		statement(c, n->c);
	awk_put_label(c, &end);
}

static void delete (struct compiler *c, struct node *n)
{
	int32_t base = c->top, of, k;

	if (n->a->kind == N_INDEX) {
		of = awk_array(c, n->a->a);
		k = awk_key(c, n->a->b, n->a->count);
		awk_emit(c, OP_DELETE, of, k, 0);
	} else {
		awk_emit(c, OP_DELETE_ALL, n->a->slot, 0, 0);
	}
	c->top = base;
}

static void break_or_continue(struct compiler *c, bool again)
{
	struct loop *l = c->loop;

	while (l && again && !l->again)
		l = l->outer;
	if (l)
		awk_jump_to(c, OP_JUMP, 0, 0, again ? l->again : l->end);
}

static void statement(struct compiler *c, struct node *n)
{
	int32_t base = c->top;

	c->place = n->place;
	switch ((enum node_kind)n->kind) {
	case N_EXPR:
		awk_effect(c, n->a);
		break;
	case N_PRINT:
	case N_PRINTF:
		print(c, n);
		break;
	case N_IF:
		if_statement(c, n);
		break;
	case N_WHILE:
		loop(c, n->a, n->b, NULL, true);
		break;
	case N_DO:
		loop(c, n->a, n->b, NULL, false);
		break;
	case N_FOR:
		if (n->a)
			statement(c, n->a);
		loop(c, n->b, n->d, n->c, true);
		break;
	case N_FOR_IN:
		for_in(c, n);
		break;
	case N_BLOCK:
		for (struct node *s = n->a; s; s = s->next)
			statement(c, s);
		break;
	case N_NEXT:
		awk_emit(c, OP_NEXT, 0, 0, 0);
		break;
	case N_NEXTFILE:
		awk_emit(c, OP_NEXTFILE, 0, 0, 0);
		break;
	case N_EXIT:
		awk_emit(c, OP_EXIT, n->a ? awk_value(c, n->a, ANY) : NONE, 0, 0);
		break;
	case N_RETURN:
		if (n->a)
			awk_emit(c, OP_RETURN, awk_value(c, n->a, ANY), 0, 0);
		else
			awk_emit(c, OP_RETURN_NOTHING, 0, 0, 0);
		break;
	case N_BREAK:
	case N_CONTINUE:
		break_or_continue(c, n->kind == N_CONTINUE);
		break;
	case N_DELETE:
		delete (c, n);
		break;
	case N_SWITCH:
		switch_statement(c, n);
		break;
	default:
		break;
	}
	c->top = base;
}

static void main_rule(struct compiler *c, struct node *n)
{
	struct label next = awk_new_label(), in = awk_new_label(), body = awk_new_label();
	struct node all = { .kind = N_PRINT, .place = n->place };
	int32_t state;

	if (n->b) {
		state = awk_constant_num(c->a, 0);
		awk_jump_to(c, OP_JT, state, 0, &in);
		awk_jump_if(c, n->a, false, &next);
		awk_emit(c, OP_MOVE, state, c->one, 0);
		awk_put_label(c, &in);
		awk_jump_if(c, n->b, false, &body);
		awk_emit(c, OP_MOVE, state, c->zero, 0);
		awk_put_label(c, &body);
	} else if (n->a) {
		awk_jump_if(c, n->a, false, &next);
	}
	statement(c, n->c ? n->c : &all);
	awk_put_label(c, &next);
}

/* All rules of a kind. Returns where they begin, or -1 if there are none. */
static int32_t rules(struct compiler *c, enum rule_kind kind)
{
	struct label again = awk_new_label(), end = awk_new_label();
	int32_t start = (int32_t)c->a->code_count;
	bool any = false;

	for (struct node *n = c->a->ast; n; n = n->next)
		any |= n->op == kind;
	if (!any)
		return -1;
	c->place = 0;
	if (kind == RULE_MAIN) {
		awk_put_label(c, &again);
		awk_jump_to(c, OP_RECORD, 0, 0, &end);
	}
	for (struct node *n = c->a->ast; n; n = n->next) {
		if (n->op != kind)
			continue;
		c->place = n->place;
		if (kind == RULE_MAIN)
			main_rule(c, n);
		else
			statement(c, n->c);
	}
	if (kind == RULE_MAIN) {
		awk_jump_to(c, OP_JUMP, 0, 0, &again);
		awk_put_label(c, &end);
	}
	awk_emit(c, OP_STOP, 0, 0, 0);
	return start;
}

/* Finds the parameters that are arrays because a function they are given to takes an array. */
static void spread_arrays(struct awk *a)
{
	bool changed = true;

	while (changed) {
		changed = false;
		for (size_t i = 0; i < a->call_sites_count; i++) {
			const struct func *f = a->call_sites[i].node->func, *from = a->call_sites[i].from;
			int32_t k = 0;

			for (struct node *n = a->call_sites[i].node->a; n && k < f->params_count;
			     n = n->next, k++) {
				int32_t j = operand_index(n->slot);

				if (n->kind == N_VAR && !f->gets_array[k] &&
				    (is_global(n->slot) ? a->symbols[j].is_array
							: from && (from->is_array[j] || from->gets_array[j])))
					f->gets_array[k] = changed = true;
				if (from && f->is_array[k] && n->kind == N_VAR && !is_global(n->slot) &&
				    !from->is_array[operand_index(n->slot)])
					from->is_array[operand_index(n->slot)] = changed = true;
			}
		}
	}
}

static void compile_function(struct compiler *c, struct func *f)
{
	c->func = f;
	c->top = c->most = f->params_count;
	f->start = (int32_t)c->a->code_count;
	c->place = f->place;
	if (f->body)
		statement(c, f->body);
	awk_emit(c, OP_RETURN_NOTHING, 0, 0, 0);
	f->frame = c->most;
	c->func = NULL;
}

/* The expression of the only rule, if that is all its pattern is: what has no match is then passed over quickly. */
static struct pattern *only_pattern(struct awk *a)
{
	struct node *only = NULL;

	for (struct node *n = a->ast; n; n = n->next)
		if (n->op == RULE_MAIN) {
			if (only)
				return NULL;
			only = n;
		}
	if (!only || !only->a || only->b || only->a->kind != N_REGEX || only->a->post)
		return NULL;
	return a->globals[operand_index(only->a->slot)].re;
}

void awk_compile_program(struct awk *a)
{
	struct compiler c = { .a = a };

	c.zero = awk_constant_num(a, 0);
	c.one = awk_constant_num(a, 1);
	spread_arrays(a);
	for (size_t i = 0; i < a->funcs_count; i++)
		compile_function(&c, a->funcs[i]);
	c.top = c.most = 0;
	a->begin = rules(&c, RULE_BEGIN);
	a->begin_end = a->begin < 0 ? -1 : (int32_t)a->code_count - 1;
	a->rules = rules(&c, RULE_MAIN);
	a->rules_end = a->rules < 0 ? -1 : (int32_t)a->code_count - 1;
	a->finish = rules(&c, RULE_END);
	a->begin_file = rules(&c, RULE_BEGIN_FILE);
	a->end_file = rules(&c, RULE_END_FILE);
	a->base_frame = c.most;
	a->only = only_pattern(a);
	a->count_only = a->rules < 0;
}

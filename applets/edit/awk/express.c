/* express.c - the expressions of awk
 *
 * Follows the grammar of POSIX.1-2024 awk, and gawk 5.2 for what it adds. An assignment is taken wherever a variable
 * is followed by its operator, as all awks do: `a && b = 1`.
 */
#include "parse.h"

enum { DEEPEST = 2000 };

static struct node *unary(struct parser *p);

int32_t awk_constant_num(struct awk *a, double num)
{
	int32_t i = awk_new_global(a, NULL, 0);

	a->globals[i] = (struct value){ .type = NUMBER, .num = num };
	return global_operand(i);
}

int32_t awk_constant_str(struct awk *a, const char *s, size_t len)
{
	int32_t i = awk_new_global(a, NULL, 0);

	a->globals[i] = (struct value){ .type = STRING, .str = awk_str_make(a, s, len) };
	return global_operand(i);
}

int32_t awk_constant_regex(struct awk *a, const char *s, size_t len, bool typed)
{
	struct pattern *re = awk_pattern_make(a, awk_str_make(a, s, len));
	int32_t i = awk_new_global(a, NULL, 0);

	re->typed = typed;
	re->next = a->constants;
	a->constants = re;
	a->globals[i] = (struct value){ .type = REGEX, .re = re };
	return global_operand(i);
}

_Noreturn void awk_unexpected(struct parser *p)
{
	if (p->l.token == T_NEWLINE || p->l.token == T_END)
		awk_lex_error(&p->l, "unexpected newline or end of string");
	awk_lex_error(&p->l, "syntax error");
}

bool awk_accept(struct parser *p, enum token t)
{
	if (p->l.token != t)
		return false;
	awk_lex_next(&p->l);
	return true;
}

void awk_expect(struct parser *p, enum token t)
{
	if (!awk_accept(p, t))
		awk_unexpected(p);
}

void awk_skip_newlines(struct parser *p)
{
	while (p->l.token == T_NEWLINE)
		awk_lex_next(&p->l);
}

static bool impure_list(const struct node *n)
{
	for (; n; n = n->next)
		if (n->impure)
			return true;
	return false;
}

struct node *awk_new_node(struct parser *p, enum node_kind kind, struct node *a, struct node *b)
{
	struct node *n = arena_new(struct node);

	n->kind = (uint8_t)kind;
	n->place = p->l.place;
	n->a = a;
	n->b = b;
	n->impure = impure_list(a) || impure_list(b);
	return n;
}

static struct node *constant(struct parser *p, int32_t slot)
{
	struct node *n = awk_new_node(p, N_CONST, NULL, NULL);

	n->slot = slot;
	return n;
}

static bool is_lvalue(const struct node *n)
{
	return (n->kind == N_VAR || n->kind == N_FIELD || n->kind == N_INDEX) && !n->paren;
}

/* The variable of that name: a parameter, or a global one. */
static struct node *variable(struct parser *p, const char *name, size_t len)
{
	struct node *n = awk_new_node(p, N_VAR, NULL, NULL);
	int32_t i;

	for (i = 0; p->func && i < p->func->params_count; i++)
		if (strlen(p->func->params[i]) == len && memcmp(p->func->params[i], name, len) == 0) {
			n->slot = frame_operand(i);
			return n;
		}
	i = awk_global_slot(p->a, name, len);
	if (i < SPECIALS)
		p->a->used[i] = true;
	if (!p->a->symbols[i].place)
		p->a->symbols[i].place = n->place;
	n->slot = global_operand(i);
	return n;
}

/* Notes that a parameter is used as an array. */
void awk_is_array(struct parser *p, const struct node *n)
{
	if (n->kind != N_VAR)
		return;
	if (is_global(n->slot))
		p->a->symbols[operand_index(n->slot)].is_array = true;
	else
		p->func->is_array[operand_index(n->slot)] = true;
}

/* Expressions separated by commas, up to the token `end`, which is not read. */
struct node *awk_expression_list(struct parser *p, enum token end, int32_t *count)
{
	struct node *first = NULL, **at = &first;

	*count = 0;
	if (p->l.token == end)
		return NULL;
	do {
		awk_skip_newlines(p);
		*at = awk_expression(p);
		at = &(*at)->next;
		++*count;
		if (p->l.token != T_COMMA)
			return first;
		awk_lex_next(&p->l);
	} while (true);
}

/* The same within parentheses, the first of which was read. */
struct node *awk_in_parentheses(struct parser *p, enum token end, int32_t *count)
{
	bool before = p->no_greater;
	struct node *list;

	p->no_greater = false;
	awk_skip_newlines(p);
	list = awk_expression_list(p, end, count);
	awk_skip_newlines(p);
	p->no_greater = before;
	awk_expect(p, end);
	return list;
}

/* Notes that a variable gets a value, as far as one can see (for --lint). */
void awk_is_set(struct parser *p, const struct node *n)
{
	if (n->kind == N_VAR && is_global(n->slot))
		p->a->symbols[operand_index(n->slot)].assigned = true;
}

/* [i, ...] behind an array, any number of times. */
struct node *awk_subscripts(struct parser *p, struct node *n)
{
	while (p->l.token == T_LBRACKET) {
		int32_t count;
		struct node *list;

		awk_is_array(p, n);
		awk_lex_next(&p->l);
		list = awk_in_parentheses(p, T_RBRACKET, &count);
		if (count == 0)
			awk_unexpected(p);
		n = awk_new_node(p, N_INDEX, n, list);
		n->count = count;
	}
	return n;
}

struct func *awk_function_named(struct parser *p, const char *name, size_t len)
{
	struct awk *a = p->a;
	struct func *f = awk_find_function(a, name, len);

	if (f)
		return f;
	f = arena_new(struct func);
	f->name = arena_memdup(name, len);
	f->place = p->l.place;
	a->funcs = arena_reserve(a->funcs, a->funcs_count, &a->funcs_size, sizeof(*a->funcs));
	a->funcs[a->funcs_count++] = f;
	return f;
}

static struct node *call(struct parser *p, struct node *n)
{
	n->a = awk_in_parentheses(p, T_RPAREN, &n->count);
	n->impure = true;
	for (struct node *arg = n->a; arg; arg = arg->next)
		awk_is_set(p, arg);
	return n;
}

static struct node *record(struct parser *p)
{
	return awk_new_node(p, N_FIELD, constant(p, awk_constant_num(p->a, 0)), NULL);
}

/* The arguments of a builtin function, and what stands for those left out. */
static struct node *builtin(struct parser *p)
{
	struct lexer *l = &p->l;
	const struct builtin *f = &awk_builtins[(int)l->num];
	struct node *n = awk_new_node(p, N_BUILTIN, NULL, NULL), *last;

	n->op = f->op;
	awk_lex_next(l);
	if (l->token == T_LPAREN) {
		awk_lex_next(l);
		n->a = awk_in_parentheses(p, T_RPAREN, &n->count);
	} else if (f->op != F_LENGTH) {
		awk_unexpected(p);
	}
	if (n->count < f->least || n->count > f->most) {
		l->place = n->place;
		l->start = l->before_start;
		awk_lex_error(l, "%d is invalid as number of arguments for %s", (int)n->count, f->name);
	}
	last = n->a;
	while (last && last->next)
		last = last->next;
	if (f->op == F_LENGTH && n->count == 0) {
		n->a = record(p);
		n->count = 1;
	} else if ((f->op == F_SUB || f->op == F_GSUB) && n->count == 2) {
		last->next = record(p);
		n->count = 3;
	} else if (f->op == F_GENSUB && n->count == 3) {
		last->next = record(p);
		n->count = 4;
	}
	for (struct node *arg = n->a, *first = n->a; arg; arg = arg->next)
		if (((f->op == F_SPLIT || f->op == F_PATSPLIT) &&
		     (arg == first->next || (first->next->next && arg == first->next->next->next))) ||
		    f->op == F_ASORT || f->op == F_ASORTI || (f->op == F_MATCH && first->next->next == arg))
			awk_is_array(p, arg);
	for (struct node *arg = n->a; arg && (f->op == F_SUB || f->op == F_GSUB); arg = arg->next)
		awk_is_set(p, arg);
	n->impure = impure_list(n->a) || f->op == F_SUB || f->op == F_GSUB || f->op == F_MATCH ||
		    f->op == F_SPLIT || f->op == F_PATSPLIT || f->op == F_ASORT || f->op == F_ASORTI;
	return n;
}

static struct node *regex(struct parser *p, bool typed)
{
	struct node *n;

	awk_lex_regex(&p->l);
	p->a->place = p->l.place;
	n = awk_new_node(p, N_REGEX, NULL, NULL);
	n->slot = awk_constant_regex(p->a, p->l.text.data, p->l.text.len, typed);
	n->post = typed;
	awk_lex_next(&p->l);
	return n;
}

/* What may follow getline: a variable, and `< file`. `source` is the command, if there is one. */
static struct node *read_line(struct parser *p, struct node *source, enum getline_kind kind)
{
	struct node *n = awk_new_node(p, N_GETLINE, source, NULL);

	awk_lex_next(&p->l);
	if (p->l.token == T_DOLLAR || p->l.token == T_NAME)
		awk_is_set(p, n->b = awk_primary(p, false));
	if (kind == GET_MAIN && awk_accept(p, T_LESS)) {
		n->a = awk_primary(p, false);
		kind = GET_FILE;
	}
	n->op = (uint8_t)kind;
	n->impure = true;
	return n;
}

/* @name(...), @/x/ */
static struct node *indirect(struct parser *p)
{
	struct node *n, *name;

	awk_lex_next(&p->l);
	if (p->l.token == T_SLASH || p->l.token == T_DIV_ASSIGN)
		return regex(p, true);
	if (p->l.token != T_FUNC_NAME)
		awk_unexpected(p);
	name = variable(p, p->l.name, p->l.name_len);
	n = awk_new_node(p, N_INDIRECT, NULL, NULL);
	awk_lex_next(&p->l);
	awk_lex_next(&p->l);
	n = call(p, n);
	n->b = name;
	return n;
}

static struct node *increment(struct parser *p, struct node *n, bool post)
{
	struct node *r = awk_new_node(p, N_INCR, n, NULL);

	if (!is_lvalue(n))
		awk_unexpected(p);
	awk_is_set(p, n);
	r->op = p->l.token == T_DECR;
	r->post = post;
	r->impure = true;
	return r;
}

static struct node *grouping(struct parser *p)
{
	const char *start = p->l.start;
	int32_t count;
	struct node *list;

	awk_lex_next(&p->l);
	list = awk_in_parentheses(p, T_RPAREN, &count);
	if (count == 0)
		awk_unexpected(p);
	if (count == 1) {
		list->paren = true;
		return list;
	}
	if (p->l.token != T_IN) {
		enum token t = p->l.token;

		if (p->print_list != start ||
		    (t != T_NEWLINE && t != T_SEMICOLON && t != T_RBRACE && t != T_GREATER && t != T_APPEND &&
		     t != T_PIPE && t != T_PIPE_BOTH && t != T_END))
			awk_unexpected(p);
	}
	list = awk_new_node(p, N_GROUP, list, NULL);
	list->count = count;
	return list;
}

void awk_deeper(struct parser *p)
{
	if (++p->depth > DEEPEST)
		awk_lex_error(&p->l, "memory exhausted");
}

static struct node *dollar(struct parser *p)
{
	struct node *n;
	enum token t;

	awk_lex_next(&p->l);
	t = p->l.token;
	awk_deeper(p);
	n = t == T_MINUS || t == T_PLUS || t == T_NOT ? unary(p) : awk_primary(p, false);
	p->depth--;
	return awk_new_node(p, N_FIELD, n, NULL);
}

static struct node *assignment(struct parser *p, struct node *n)
{
	static const unsigned char binary[] = { 0, '+', '-', '*', '/', '%', '^' };
	enum token t = p->l.token;
	struct node *r;

	if (t < T_ASSIGN || t > T_POW_ASSIGN || !is_lvalue(n))
		return n;
	awk_is_set(p, n);
	awk_lex_next(&p->l);
	awk_skip_newlines(p);
	awk_deeper(p);
	r = awk_new_node(p, N_ASSIGN, n, awk_expression(p));
	p->depth--;
	r->op = binary[t - T_ASSIGN];
	r->impure = true;
	return r;
}

/* A name, and what may follow it. */
struct node *awk_named(struct parser *p)
{
	struct lexer *l = &p->l;
	const char *name = l->name;
	size_t len = l->name_len;
	bool call_follows = l->token == T_FUNC_NAME;
	struct node *n;

	if (call_follows) {
		n = awk_new_node(p, N_CALL, NULL, NULL);
		n->func = awk_function_named(p, name, len);
		awk_lex_next(l);
		awk_expect(p, T_LPAREN);
		p->a->call_sites = arena_reserve(p->a->call_sites, p->a->call_sites_count,
						 &p->a->call_sites_size, sizeof(*p->a->call_sites));
		p->a->call_sites[p->a->call_sites_count++] = (struct call_site){ n, p->func };
		return call(p, n);
	}
	n = variable(p, name, len);
	awk_lex_next(l);
	return awk_subscripts(p, n);
}

/* The smallest parts of an expression. With `assign` what is a variable may be assigned to. */
struct node *awk_primary(struct parser *p, bool assign)
{
	struct lexer *l = &p->l;
	struct node *n;
	enum token t = l->token;

	switch (t) {
	case T_NUMBER:
		n = constant(p, awk_constant_num(p->a, l->num));
		awk_lex_next(l);
		return n;
	case T_STRING:
		n = constant(p, awk_constant_str(p->a, l->text.data, l->text.len));
		awk_lex_next(l);
		return n;
	case T_SLASH:
	case T_DIV_ASSIGN:
		return regex(p, false);
	case T_AT:
		return indirect(p);
	case T_LPAREN:
		return grouping(p);
	case T_BUILTIN:
		return builtin(p);
	case T_GETLINE:
		return read_line(p, NULL, GET_MAIN);
	case T_INCR:
	case T_DECR:
		awk_lex_next(l);
		n = awk_primary(p, false);
		l->before = l->token;
		l->token = t; /* for increment() */
		n = increment(p, n, false);
		l->token = l->before;
		return n;
	case T_DOLLAR:
		n = dollar(p);
		break;
	case T_NAME:
	case T_FUNC_NAME:
		n = awk_named(p);
		break;
	default:
		awk_unexpected(p);
	}
	if (!assign)
		return n;
	if ((l->token == T_INCR || l->token == T_DECR) && is_lvalue(n)) {
		n = increment(p, n, true);
		awk_lex_next(l);
		return n;
	}
	return assignment(p, n);
}

static struct node *binary(struct parser *p, struct node *x, struct node *y, int op)
{
	struct node *n = awk_new_node(p, N_BINARY, x, y);

	n->op = (uint8_t)op;
	if ((op == '/' || op == '%') && x->kind == N_CONST && y->kind == N_CONST) {
		struct value *v = &p->a->globals[operand_index(y->slot)];

		if (v->type == NUMBER && v->num == 0)
			awk_program_error(p->a, n->place, "division by zero attempted%s",
					  op == '%' ? " in `%'" : "");
	}
	return n;
}

static struct node *power(struct parser *p)
{
	struct node *n = awk_primary(p, true);
	enum token t;

	if (!awk_accept(p, T_POWER))
		return n;
	t = p->l.token;
	awk_deeper(p);
	n = binary(p, n, t == T_MINUS || t == T_PLUS || t == T_NOT ? unary(p) : power(p), '^');
	p->depth--;
	return n;
}

static struct node *unary(struct parser *p)
{
	enum token t = p->l.token;
	struct value *v;
	struct node *n;

	awk_deeper(p);
	if (t != T_NOT && t != T_MINUS && t != T_PLUS) {
		n = power(p);
		p->depth--;
		return n;
	}
	awk_lex_next(&p->l);
	n = unary(p);
	p->depth--;
	if (t == T_MINUS && n->kind == N_CONST &&
	    (v = &p->a->globals[operand_index(n->slot)])->type == NUMBER) {
		v->num = -v->num;
		return n;
	}
	return awk_new_node(p, t == T_NOT ? N_NOT : t == T_MINUS ? N_NEGATE : N_PLUS, n, NULL);
}

static struct node *product(struct parser *p)
{
	struct node *n = unary(p);

	for (;;) {
		enum token t = p->l.token;

		if (t != T_STAR && t != T_SLASH && t != T_PERCENT)
			return n;
		awk_lex_next(&p->l);
		n = binary(p, n, unary(p), t == T_STAR ? '*' : t == T_SLASH ? '/' : '%');
	}
}

static struct node *sum(struct parser *p)
{
	struct node *n = product(p);

	for (;;) {
		enum token t = p->l.token;

		if (t != T_PLUS && t != T_MINUS)
			return n;
		awk_lex_next(&p->l);
		n = binary(p, n, product(p), t == T_PLUS ? '+' : '-');
	}
}

static bool begins_operand(enum token t)
{
	return t == T_NUMBER || t == T_STRING || t == T_NAME || t == T_FUNC_NAME || t == T_BUILTIN ||
	       t == T_DOLLAR || t == T_NOT || t == T_LPAREN || t == T_INCR || t == T_DECR || t == T_AT ||
	       t == T_MINUS || t == T_PLUS;
}

/* Whether getline follows the | that is the token. */
static bool getline_follows(const struct parser *p)
{
	const struct input *in = p->l.in;
	const char *s;

	if (!in)
		return false;
	s = in->at;
	while (s < in->end && (*s == ' ' || *s == '\t'))
		s++;
	return in->end - s >= 7 && memcmp(s, "getline", 7) == 0;
}

struct node *awk_concatenation(struct parser *p)
{
	struct node *n = sum(p), **at;

	for (;;) {
		if ((p->l.token == T_PIPE || p->l.token == T_PIPE_BOTH) && getline_follows(p)) {
			enum getline_kind kind = p->l.token == T_PIPE ? GET_PIPE : GET_BOTH;

			awk_lex_next(&p->l);
			n = read_line(p, n, kind);
			continue;
		}
		if (!begins_operand(p->l.token))
			return n;
		n = awk_new_node(p, N_CONCAT, n, NULL);
		n->count = 1;
		at = &n->a->next;
		while (begins_operand(p->l.token)) {
			*at = sum(p);
			n->impure |= (*at)->impure;
			at = &(*at)->next;
			n->count++;
		}
	}
}

static struct node *comparison(struct parser *p)
{
	struct node *n = awk_concatenation(p);
	enum token t = p->l.token;
	struct node *r;
	int op;

	switch (t) {
	case T_LESS:
		op = 0;
		break;
	case T_LE:
		op = 1;
		break;
	case T_EQ:
		op = 2;
		break;
	case T_NE:
		op = 3;
		break;
	case T_GREATER:
		if (p->no_greater)
			return n;
		op = 4;
		break;
	case T_GE:
		op = 5;
		break;
	default:
		return n;
	}
	awk_lex_next(&p->l);
	r = awk_new_node(p, N_COMPARE, n, awk_concatenation(p));
	r->op = (uint8_t)op;
	return r;
}

static struct node *matching(struct parser *p)
{
	struct node *n = comparison(p);

	for (;;) {
		enum token t = p->l.token;

		if (t != T_MATCH && t != T_NO_MATCH)
			return n;
		awk_lex_next(&p->l);
		n = awk_new_node(p, t == T_MATCH ? N_MATCH : N_NO_MATCH, n, comparison(p));
	}
}

static struct node *membership(struct parser *p)
{
	struct node *n = matching(p);

	while (p->l.token == T_IN) {
		struct node *array, *list = n;
		int32_t count = 1;

		awk_lex_next(&p->l);
		if (p->l.token != T_NAME)
			awk_unexpected(p);
		array = variable(p, p->l.name, p->l.name_len);
		awk_lex_next(&p->l);
		awk_is_array(p, array);
		array = awk_subscripts(p, array);
		if (n->kind == N_GROUP) {
			list = n->a;
			count = n->count;
		}
		n = awk_new_node(p, N_IN, list, array);
		n->count = count;
	}
	return n;
}

static struct node *conjunction(struct parser *p)
{
	struct node *n = membership(p);

	while (awk_accept(p, T_AND)) {
		awk_skip_newlines(p);
		n = awk_new_node(p, N_AND, n, membership(p));
	}
	return n;
}

static struct node *disjunction(struct parser *p)
{
	struct node *n = conjunction(p);

	while (awk_accept(p, T_OR)) {
		awk_skip_newlines(p);
		n = awk_new_node(p, N_OR, n, conjunction(p));
	}
	return n;
}

struct node *awk_expression(struct parser *p)
{
	struct node *n = disjunction(p), *yes;

	if (!awk_accept(p, T_QUESTION))
		return n;
	awk_skip_newlines(p);
	yes = awk_expression(p);
	awk_skip_newlines(p);
	awk_expect(p, T_COLON);
	awk_skip_newlines(p);
	n = awk_new_node(p, N_COND, n, yes);
	awk_deeper(p);
	n->c = awk_expression(p);
	p->depth--;
	n->impure |= n->c->impure;
	return n;
}

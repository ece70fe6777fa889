/* parse.c - statements and functions of bc */
#include "bc.h"

struct chunk {
	struct chunk *next;
	char room[4080];
};

static void *tree_alloc(struct bc *bc, size_t size)
{
	struct tree *t = &bc->tree;
	char *p;

	size = (size + 15) & ~(size_t)15;
	if (size > sizeof(t->chunks->room))
		return arena_alloc(size);
	if ((size_t)(t->end - t->at) < size) {
		struct chunk *c = bc->chunks;

		if (c)
			bc->chunks = c->next;
		else
			c = arena_new(struct chunk);
		c->next = t->chunks;
		t->chunks = c;
		t->at = c->room;
		t->end = c->room + sizeof(c->room);
	}
	p = t->at;
	t->at += size;
	return memset(p, 0, size);
}

/* Gives the memory of a tree back. */
static void clear_tree(struct bc *bc, struct tree *t)
{
	for (struct node *n = t->constants; n; n = n->body)
		dec_drop(&bc->pool, n->value);
	while (t->chunks) {
		struct chunk *c = t->chunks;

		t->chunks = c->next;
		c->next = bc->chunks;
		bc->chunks = c;
	}
	*t = (struct tree){ 0 };
}

static struct node *new_node(struct bc *bc, enum kind kind, struct node *a, struct node *b)
{
	struct node *n = tree_alloc(bc, sizeof(*n));

	n->kind = (uint8_t)kind;
	n->a = a;
	n->b = b;
	return n;
}

static char *tree_text(struct bc *bc)
{
	char *text = tree_alloc(bc, bc->lex.text.len + 1);

	if (bc->lex.text.len)
		memcpy(text, bc->lex.text.data, bc->lex.text.len);
	return text;
}

/* --- errors -------------------------------------------------------------------------------------------------------------- */

static _Noreturn void fail(struct bc *bc, const char *message)
{
	bc_complain(bc, "%s", message);
	longjmp(bc->failed, 1);
}

static _Noreturn void syntax_error(struct bc *bc)
{
	/* what is missing at the end of the input is missing on its last line */
	if (bc->lex.token == T_END && bc->lex.number > 1)
		bc->lex.number--;
	fail(bc, "syntax error");
}

/* What POSIX does not have: a warning with -w, an error with -s. */
static void extension(struct bc *bc, const char *what)
{
	if (bc->standard) {
		bc_complain(bc, "Error: %s", what);
		bc->spoilt = true;
	} else if (bc->warn) {
		bc_complain(bc, "(Warning) %s", what);
	}
}

static void check_name(struct bc *bc, const char *name)
{
	if (name[1] && (bc->standard || bc->warn))
		extension(bc, arena_printf("multiple letter name - %s", name));
}

static int peek(const struct bc *bc)
{
	return bc->lex.token;
}

static bool is_keyword(const struct bc *bc, enum keyword k)
{
	return bc->lex.token == T_KEYWORD && bc->lex.keyword == k;
}

static bool take(struct bc *bc, int token)
{
	if (bc->lex.token != token)
		return false;
	bc_next_token(bc);
	return true;
}

static void expect(struct bc *bc, int token)
{
	if (!take(bc, token))
		syntax_error(bc);
}

static void skip_newlines(struct bc *bc)
{
	while (take(bc, T_NEWLINE))
		;
}

/* --- names ------------------------------------------------------------------------------------------------------------------ */

static unsigned variable_named(struct bc *bc, const char *name)
{
	unsigned i = 0;

	while (i < bc->variables_count && strcmp(bc->variables[i].name, name) != 0)
		i++;
	if (i == bc->variables_count) {
		bc->variables = arena_reserve(bc->variables, i, &bc->variables_size, sizeof(*bc->variables));
		bc->variables[bc->variables_count++] = (struct variable){ .name = arena_strdup(name) };
	}
	return i;
}

struct function *bc_function_named(struct bc *bc, const char *name, unsigned *index)
{
	unsigned i = 0;

	while (i < bc->functions_count && strcmp(bc->functions[i]->name, name) != 0)
		i++;
	if (i == bc->functions_count) {
		bc->functions = arena_reserve(bc->functions, i, &bc->functions_size, sizeof(*bc->functions));
		bc->functions[i] = arena_new(struct function);
		bc->functions[i]->name = arena_strdup(name);
		bc->functions_count++;
	}
	*index = i;
	return bc->functions[i];
}

/* --- expressions ----------------------------------------------------------------------------------------------------------- */

static struct node *parse_expression(struct bc *bc);
static struct node *parse_sum(struct bc *bc);
static struct node *parse_relation(struct bc *bc);

static struct node *parse_arguments(struct bc *bc)
{
	struct node *first = NULL, **tail = &first;

	if (take(bc, ')'))
		return NULL;
	do {
		*tail = parse_expression(bc);
		if ((*tail)->kind != ARRAY)
			/* a list must not run into what else the node is in */
			*tail = new_node(bc, DO, *tail, NULL);
		tail = &(*tail)->next;
	} while (take(bc, ','));
	expect(bc, ')');
	return first;
}

/* What a name begins: a variable, an element, an array as an argument, a call. */
static struct node *parse_name(struct bc *bc)
{
	struct node *n;
	char *name = tree_text(bc);

	bc_next_token(bc);
	check_name(bc, name);
	if (take(bc, '(')) {
		n = new_node(bc, CALL, NULL, NULL);
		bc_function_named(bc, name, &n->index);
		n->a = parse_arguments(bc);
		return n;
	}
	if (!take(bc, '[')) {
		n = new_node(bc, VARIABLE, NULL, NULL);
	} else if (take(bc, ']')) {
		n = new_node(bc, ARRAY, NULL, NULL);
	} else {
		n = new_node(bc, ELEMENT, parse_expression(bc), NULL);
		expect(bc, ']');
	}
	n->index = variable_named(bc, name);
	return n;
}

/* length(x), sqrt(x); scale(x), or the variable scale. */
static struct node *parse_of(struct bc *bc, enum kind kind, bool variable)
{
	struct node *n;

	bc_next_token(bc);
	if (variable && peek(bc) != '(')
		return new_node(bc, SCALE, NULL, NULL);
	expect(bc, '(');
	n = new_node(bc, kind, parse_expression(bc), NULL);
	if (n->a->kind == ARRAY)
		syntax_error(bc);
	expect(bc, ')');
	return n;
}

static struct node *parse_without_arguments(struct bc *bc, enum kind kind, const char *what)
{
	bc_next_token(bc);
	extension(bc, what);
	expect(bc, '(');
	expect(bc, ')');
	return new_node(bc, kind, NULL, NULL);
}

static struct node *parse_special(struct bc *bc)
{
	switch (bc->lex.keyword) {
	case K_LENGTH:
		return parse_of(bc, LENGTH, false);
	case K_SQRT:
		return parse_of(bc, ROOT, false);
	case K_SCALE:
		return parse_of(bc, SCALE_OF, true);
	case K_READ:
		return parse_without_arguments(bc, READ, "read function");
	case K_RANDOM:
		return parse_without_arguments(bc, RANDOM, "random function");
	case K_IBASE:
		bc_next_token(bc);
		return new_node(bc, IBASE, NULL, NULL);
	case K_OBASE:
		bc_next_token(bc);
		return new_node(bc, OBASE, NULL, NULL);
	case K_LAST:
		extension(bc, "Last variable");
		bc_next_token(bc);
		return new_node(bc, LAST, NULL, NULL);
	default:
		syntax_error(bc);
	}
}

static bool is_place(const struct node *n)
{
	return !n->inside && (n->kind == VARIABLE || n->kind == ELEMENT || n->kind == SCALE ||
			      n->kind == IBASE || n->kind == OBASE || n->kind == LAST);
}

static struct node *parse_constant(struct bc *bc)
{
	struct node *n = new_node(bc, CONSTANT, NULL, NULL);

	n->text = tree_text(bc);
	n->len = bc->lex.text.len;
	n->body = bc->tree.constants;
	bc->tree.constants = n;
	bc_next_token(bc);
	return n;
}

static struct node *parse_increment(struct bc *bc, struct node *place, bool after)
{
	struct node *n = new_node(bc, INCREMENT, place, NULL);

	n->op = bc->lex.op;
	n->after = after;
	bc_next_token(bc);
	return n;
}

static struct node *parse_primary(struct bc *bc)
{
	struct node *n;

	switch (peek(bc)) {
	case T_NUMBER:
		return parse_constant(bc);
	case '(':
		bc_next_token(bc);
		n = parse_expression(bc);
		expect(bc, ')');
		if (n->kind == ARRAY)
			syntax_error(bc);
		n->inside = true;
		return n;
	case T_INCREMENT:
		n = parse_increment(bc, NULL, false);
		n->a = parse_primary(bc);
		if (!is_place(n->a))
			syntax_error(bc);
		return n;
	case '!':
		bc_next_token(bc);
		n = new_node(bc, NOT, parse_relation(bc), NULL);
		extension(bc, "! operator");
		return n;
	case T_NAME:
		n = parse_name(bc);
		break;
	case T_KEYWORD:
		n = parse_special(bc);
		break;
	default:
		syntax_error(bc);
	}
	if (!is_place(n))
		return n;
	if (peek(bc) == T_ASSIGN) {
		struct node *assign = new_node(bc, ASSIGN, n, NULL);

		assign->op = bc->lex.op;
		bc_next_token(bc);
		assign->b = parse_sum(bc);
		return assign;
	}
	return peek(bc) == T_INCREMENT ? parse_increment(bc, n, true) : n;
}

static struct node *parse_unary(struct bc *bc)
{
	if (bc_stack_full(bc))
		fail(bc, "nested too deeply");
	if (take(bc, '-'))
		return new_node(bc, NEGATE, parse_unary(bc), NULL);
	return parse_primary(bc);
}

static struct node *operate(struct bc *bc, enum kind kind, char op, struct node *a, struct node *b)
{
	struct node *n = new_node(bc, kind, a, b);

	if (a->kind == ARRAY || b->kind == ARRAY)
		syntax_error(bc);
	n->op = op;
	return n;
}

static struct node *parse_power(struct bc *bc)
{
	struct node *n = parse_unary(bc);

	return take(bc, '^') ? operate(bc, OPERATE, '^', n, parse_power(bc)) : n;
}

static struct node *parse_product(struct bc *bc)
{
	struct node *n = parse_power(bc);
	int op;

	while ((op = peek(bc)) == '*' || op == '/' || op == '%') {
		bc_next_token(bc);
		n = operate(bc, OPERATE, (char)op, n, parse_power(bc));
	}
	return n;
}

static struct node *parse_sum(struct bc *bc)
{
	struct node *n = parse_product(bc);
	int op;

	while ((op = peek(bc)) == '+' || op == '-') {
		bc_next_token(bc);
		n = operate(bc, OPERATE, (char)op, n, parse_product(bc));
	}
	return n;
}

static struct node *parse_relation(struct bc *bc)
{
	struct node *n = parse_sum(bc);

	while (peek(bc) == T_RELATION) {
		char op = bc->lex.op;

		bc_next_token(bc);
		n = operate(bc, RELATION, op, n, parse_sum(bc));
	}
	return n;
}

static struct node *parse_and(struct bc *bc)
{
	struct node *n = parse_relation(bc);

	while (take(bc, T_AND)) {
		extension(bc, "&& operator");
		n = operate(bc, AND, 0, n, parse_relation(bc));
	}
	return n;
}

static struct node *parse_expression(struct bc *bc)
{
	struct node *n = parse_and(bc);

	while (take(bc, T_OR)) {
		extension(bc, "|| operator");
		n = operate(bc, OR, 0, n, parse_and(bc));
	}
	return n;
}

static struct node *parse_value(struct bc *bc)
{
	struct node *n = parse_expression(bc);

	if (n->kind == ARRAY)
		syntax_error(bc);
	return n;
}

/* --- statements --------------------------------------------------------------------------------------------------------------- */

static struct node *parse_statement(struct bc *bc);

static struct node *parse_string(struct bc *bc)
{
	struct node *n = new_node(bc, STRING, NULL, NULL);

	n->text = tree_text(bc);
	n->len = bc->lex.text.len;
	bc_next_token(bc);
	return n;
}

static struct node *parse_print(struct bc *bc)
{
	struct node *n = new_node(bc, PRINT, NULL, NULL), **tail = &n->a;

	extension(bc, "print statement");
	bc_next_token(bc);
	do {
		*tail = peek(bc) == T_STRING ? parse_string(bc) : new_node(bc, SHOW, parse_value(bc), NULL);
		tail = &(*tail)->next;
	} while (take(bc, ','));
	return n;
}

/* Statements up to a closing brace, which is taken. */
static struct node *parse_block(struct bc *bc)
{
	struct node *n = new_node(bc, BLOCK, NULL, NULL), **tail = &n->a;

	while (!take(bc, '}')) {
		if (take(bc, ';') || take(bc, T_NEWLINE))
			continue;
		*tail = parse_statement(bc);
		tail = &(*tail)->next;
		if (peek(bc) != '}' && peek(bc) != ';' && peek(bc) != T_NEWLINE)
			syntax_error(bc);
	}
	return n;
}

static struct node *parse_condition(struct bc *bc)
{
	struct node *n;

	bc_next_token(bc);
	expect(bc, '(');
	n = parse_value(bc);
	expect(bc, ')');
	return n;
}

static struct node *parse_body(struct bc *bc, bool is_for)
{
	struct node *n;

	skip_newlines(bc);
	bc->loops++;
	bc->fors += is_for;
	n = parse_statement(bc);
	bc->loops--;
	bc->fors -= is_for;
	return n;
}

static struct node *parse_if(struct bc *bc)
{
	struct node *n = new_node(bc, IF, parse_condition(bc), NULL);

	skip_newlines(bc);
	n->b = parse_statement(bc);
	if (is_keyword(bc, K_ELSE)) {
		extension(bc, "else clause in if statement");
		bc_next_token(bc);
		skip_newlines(bc);
		n->c = parse_statement(bc);
	}
	return n;
}

static struct node *parse_for_part(struct bc *bc, int end)
{
	struct node *n = NULL;

	if (peek(bc) == end)
		extension(bc, "Missing expression in for statement");
	else
		n = parse_value(bc);
	expect(bc, end);
	return n;
}

static struct node *parse_for(struct bc *bc)
{
	struct node *n = new_node(bc, FOR, NULL, NULL);

	bc_next_token(bc);
	expect(bc, '(');
	n->a = parse_for_part(bc, ';');
	n->b = parse_for_part(bc, ';');
	n->c = parse_for_part(bc, ')');
	n->body = parse_body(bc, true);
	return n;
}

static struct node *parse_return(struct bc *bc)
{
	struct node *n = new_node(bc, RETURN, NULL, NULL);

	bc_next_token(bc);
	if (peek(bc) != ';' && peek(bc) != T_NEWLINE && peek(bc) != '}') {
		bool bare = peek(bc) != '(';

		n->a = parse_value(bc);
		if (bare)
			extension(bc, "return expression requires parenthesis");
	}
	if (!bc->defining)
		fail(bc, "Return outside of a function.");
	return n;
}

static struct node *parse_jump(struct bc *bc, enum kind kind)
{
	if (kind == CONTINUE)
		extension(bc, "Continue statement");
	if (kind == BREAK && !bc->loops)
		fail(bc, "Break outside a for/while");
	if (kind == CONTINUE && !bc->fors)
		fail(bc, "Continue outside a for");
	bc_next_token(bc);
	return new_node(bc, kind, NULL, NULL);
}

static void print_limits(struct bc *bc)
{
	static const char text[] = "BC_BASE_MAX     = 2147483647\n"
				   "BC_DIM_MAX      = 16777215\n"
				   "BC_SCALE_MAX    = 2147483647\n"
				   "BC_STRING_MAX   = 2147483647\n"
				   "MAX Exponent    = 9223372036854775807\n"
				   "Number of vars  = 32767\n";

	out_str(text);
	bc_next_token(bc);
}

static struct node *parse_keyword(struct bc *bc)
{
	struct node *n;

	switch (bc->lex.keyword) {
	case K_IF:
		return parse_if(bc);
	case K_WHILE:
		n = new_node(bc, WHILE, parse_condition(bc), NULL);
		n->b = parse_body(bc, false);
		return n;
	case K_FOR:
		return parse_for(bc);
	case K_BREAK:
		return parse_jump(bc, BREAK);
	case K_CONTINUE:
		return parse_jump(bc, CONTINUE);
	case K_RETURN:
		return parse_return(bc);
	case K_HALT:
		bc_next_token(bc);
		return new_node(bc, HALT, NULL, NULL);
	case K_PRINT:
		return parse_print(bc);
	case K_LIMITS:
		print_limits(bc);
		return new_node(bc, BLOCK, NULL, NULL);
	case K_WARRANTY:
		out_line("There is no warranty.");
		bc_next_token(bc);
		return new_node(bc, BLOCK, NULL, NULL);
	case K_QUIT:
		leave(0);
	default:
		return NULL;
	}
}

static struct node *parse_statement(struct bc *bc)
{
	struct node *n = NULL;

	if (bc_stack_full(bc))
		fail(bc, "nested too deeply");
	if (peek(bc) == T_STRING)
		return parse_string(bc);
	if (take(bc, '{'))
		return parse_block(bc);
	if (peek(bc) == ';' || peek(bc) == T_NEWLINE || peek(bc) == '}')
		return new_node(bc, BLOCK, NULL, NULL);
	if (peek(bc) == T_KEYWORD)
		n = parse_keyword(bc);
	if (n)
		return n;
	n = parse_value(bc);
	if (n->kind == RELATION && !n->inside)
		extension(bc, "comparison in expression");
	return new_node(bc, n->kind == ASSIGN && !n->inside ? DO : SHOW, n, NULL);
}

/* --- functions ------------------------------------------------------------------------------------------------------------------ */

static void add_local(struct bc *bc, struct local **tail, struct function *f, bool parameter)
{
	struct local *l = tree_alloc(bc, sizeof(*l));
	bool shared = parameter && take(bc, '*');
	char *name;

	if (peek(bc) != T_NAME)
		syntax_error(bc);
	name = tree_text(bc);
	bc_next_token(bc);
	check_name(bc, name);
	l->index = variable_named(bc, name);
	if (take(bc, '[')) {
		expect(bc, ']');
		l->passing = shared ? ARRAY_SHARED : ARRAY_COPIED;
		if (shared)
			extension(bc, "Variable array parameter");
	} else if (shared) {
		syntax_error(bc);
	}
	for (int i = 0; i < 2; i++)
		for (struct local *other = i ? f->autos : f->parameters; other; other = other->next)
			if (other->index == l->index && !other->passing == !l->passing)
				fail(bc, parameter ? "duplicate parameter names"
					 : i       ? "duplicate auto variable names"
						   : "variable in both parameter and auto lists");
	*tail = l;
}

static void parse_locals(struct bc *bc, struct function *f, bool parameters)
{
	struct local **tail = parameters ? &f->parameters : &f->autos;

	do {
		add_local(bc, tail, f, parameters);
		tail = &(*tail)->next;
	} while (take(bc, ','));
}

static void parse_function(struct bc *bc, struct function *f)
{
	bc_next_token(bc);
	if (is_keyword(bc, K_VOID)) {
		extension(bc, "void functions");
		f->is_void = true;
		bc_next_token(bc);
	}
	if (peek(bc) != T_NAME)
		syntax_error(bc);
	f->name = arena_strdup(bc->lex.text.data);
	check_name(bc, f->name);
	bc_next_token(bc);
	expect(bc, '(');
	if (peek(bc) != ')')
		parse_locals(bc, f, true);
	expect(bc, ')');
	if (peek(bc) == T_NEWLINE)
		extension(bc, "newline not allowed");
	skip_newlines(bc);
	expect(bc, '{');
	if (peek(bc) != T_NEWLINE)
		extension(bc, "End of line required");
	skip_newlines(bc);
	if (is_keyword(bc, K_AUTO)) {
		bc_next_token(bc);
		parse_locals(bc, f, false);
		if (peek(bc) != ';' && peek(bc) != T_NEWLINE && peek(bc) != '}')
			syntax_error(bc);
	}
	f->body = parse_block(bc);
}

/* Reads a definition; the function is replaced when all of it is there. */
static void define(struct bc *bc)
{
	struct function f = { .defined = true }, *old;
	unsigned index;

	bc->defining = &f;
	parse_function(bc, &f);
	bc->defining = NULL;
	if (bc->spoilt)
		return;
	f.tree = bc->tree;
	bc->tree = (struct tree){ 0 };
	old = bc_function_named(bc, f.name, &index);
	if (!old->running)
		clear_tree(bc, &old->tree);
	f.running = old->running;
	*old = f;
}

/* --- lines ------------------------------------------------------------------------------------------------------------------------ */

/* Reads the statements of a line; NULL if there are none. */
static struct node *parse_line(struct bc *bc)
{
	struct node *first = NULL, **tail = &first;

	while (peek(bc) != T_NEWLINE && peek(bc) != T_END) {
		if (take(bc, ';'))
			continue;
		if (is_keyword(bc, K_DEFINE) && !first) {
			define(bc);
		} else {
			*tail = parse_statement(bc);
			tail = &(*tail)->next;
		}
		if (peek(bc) != ';' && peek(bc) != T_NEWLINE && peek(bc) != T_END)
			syntax_error(bc);
	}
	return first;
}

bool bc_read_and_run(struct bc *bc)
{
	struct node *volatile list = NULL;

	bc->loops = bc->fors = 0;
	bc->spoilt = false;
	if (setjmp(bc->failed) == 0) {
		bc_next_token(bc);
		if (peek(bc) == T_END)
			return false;
		list = parse_line(bc);
	} else {
		bc->spoilt = true;
		bc_skip_line(bc);
	}
	bc->defining = NULL;
	if (!bc->spoilt) {
		if (setjmp(bc->error) == 0)
			for (struct node *n = list; n; n = n->next)
				bc_run(bc, n);
		else
			bc_unwind(bc);
	}
	clear_tree(bc, &bc->tree);
	return true;
}

/* parse.c - the statements and rules of awk
 *
 * Follows the grammar of POSIX.1-2024 awk, and gawk 5.2 for what it adds.
 */
#include "parse.h"

/* In the order of enum rule_kind. */
static const char *const rule_names[] = { "BEGIN", "", "END", "BEGINFILE", "ENDFILE" };

static struct node *statement(struct parser *p);

static void skip_ends(struct parser *p)
{
	while (p->l.token == T_NEWLINE || p->l.token == T_SEMICOLON)
		awk_lex_next(&p->l);
}

/* ; or a newline behind a statement, or the } that follows. */
static void end_statement(struct parser *p)
{
	if (p->l.token == T_SEMICOLON || p->l.token == T_NEWLINE)
		awk_lex_next(&p->l);
	else if (p->l.token != T_RBRACE)
		awk_unexpected(p);
}

static struct node *print(struct parser *p, enum node_kind kind)
{
	struct node *n;
	enum token t;

	p->a->place = p->l.place;
	n = awk_new_node(p, kind, NULL, NULL);
	awk_lex_next(&p->l);
	t = p->l.token;
	p->no_greater = true;
	if (t != T_NEWLINE && t != T_SEMICOLON && t != T_RBRACE && t != T_GREATER && t != T_APPEND &&
	    t != T_PIPE && t != T_PIPE_BOTH) {
		p->print_list = p->l.start;
		n->a = awk_expression_list(p, T_END, &n->count);
		p->print_list = NULL;
		if (n->a && n->a->kind == N_GROUP) {
			if (n->count > 1)
				awk_unexpected(p);
			n->count = n->a->count;
			n->a = n->a->a;
		}
	}
	if (n->count == 0 && kind == N_PRINTF)
		awk_unexpected(p);
	t = p->l.token;
	if (t == T_GREATER || t == T_APPEND || t == T_PIPE || t == T_PIPE_BOTH) {
		awk_lex_next(&p->l);
		n->b = awk_concatenation(p);
		n->op = t == T_GREATER  ? OUT_FILE
			: t == T_APPEND ? OUT_APPEND
			: t == T_PIPE   ? OUT_PIPE
					: BOTH_PIPE;
	}
	p->no_greater = false;
	return n;
}

/* A statement that for (;;) may have at its beginning and end. */
static struct node *simple_statement(struct parser *p)
{
	struct node *n, *array;
	bool paren;

	switch (p->l.token) {
	case T_PRINT:
		return print(p, N_PRINT);
	case T_PRINTF:
		return print(p, N_PRINTF);
	case T_DELETE:
		n = awk_new_node(p, N_DELETE, NULL, NULL);
		awk_lex_next(&p->l);
		paren = awk_accept(p, T_LPAREN);
		if (p->l.token != T_NAME)
			awk_unexpected(p);
		array = awk_named(p);
		awk_is_array(p, array);
		n->a = array;
		if (paren)
			awk_expect(p, T_RPAREN);
		return n;
	default:
		n = awk_expression(p);
		if (n->kind == N_GROUP)
			awk_unexpected(p);
		return awk_new_node(p, N_EXPR, n, NULL);
	}
}

static struct node *condition(struct parser *p)
{
	int32_t count;
	struct node *n;

	awk_expect(p, T_LPAREN);
	n = awk_in_parentheses(p, T_RPAREN, &count);
	if (count != 1)
		awk_unexpected(p);
	return n;
}

/* The statement a loop or an if controls. */
static struct node *body(struct parser *p)
{
	struct node *n;

	awk_skip_newlines(p);
	n = statement(p);
	return n;
}

static struct node *loop_body(struct parser *p)
{
	struct node *n;

	p->loops++;
	n = body(p);
	p->loops--;
	return n;
}

static struct node *if_statement(struct parser *p)
{
	struct node *n = awk_new_node(p, N_IF, NULL, NULL);

	awk_lex_next(&p->l);
	n->a = condition(p);
	n->b = body(p);
	while (p->l.token == T_NEWLINE)
		awk_lex_next(&p->l);
	if (p->l.token == T_SEMICOLON) { /* if (x) { } ; else is taken too */
		struct lexer before = p->l;
		struct input in = *p->l.in;

		skip_ends(p);
		if (p->l.token != T_ELSE) {
			p->l = before;
			*p->l.in = in;
		}
	}
	if (awk_accept(p, T_ELSE))
		n->c = body(p);
	return n;
}

static struct node *do_statement(struct parser *p)
{
	struct node *n = awk_new_node(p, N_DO, NULL, NULL);

	awk_lex_next(&p->l);
	n->b = loop_body(p);
	skip_ends(p);
	awk_expect(p, T_WHILE);
	n->a = condition(p);
	end_statement(p);
	return n;
}

static struct node *for_statement(struct parser *p)
{
	struct node *n = awk_new_node(p, N_FOR, NULL, NULL);

	awk_lex_next(&p->l);
	awk_expect(p, T_LPAREN);
	if (p->l.token != T_SEMICOLON) {
		n->a = simple_statement(p);
		if (p->l.token == T_RPAREN && n->a->kind == N_EXPR && n->a->a->kind == N_IN &&
		    !n->a->a->paren && n->a->a->count == 1 && n->a->a->a->kind == N_VAR) {
			struct node *in = n->a->a;

			awk_lex_next(&p->l);
			n->kind = N_FOR_IN;
			awk_is_set(p, in->a);
			n->a = in->a;
			n->b = in->b;
			n->d = loop_body(p);
			return n;
		}
	}
	awk_expect(p, T_SEMICOLON);
	awk_skip_newlines(p);
	if (p->l.token != T_SEMICOLON)
		n->b = awk_expression(p);
	awk_expect(p, T_SEMICOLON);
	awk_skip_newlines(p);
	if (p->l.token != T_RPAREN)
		n->c = simple_statement(p);
	awk_expect(p, T_RPAREN);
	n->d = loop_body(p);
	return n;
}

/* Statements up to one of the tokens that end them. */
static struct node *statements(struct parser *p)
{
	struct node *first = NULL, **at = &first;

	for (;;) {
		skip_ends(p);
		if (p->l.token == T_RBRACE || p->l.token == T_CASE || p->l.token == T_DEFAULT)
			return first;
		*at = statement(p);
		at = &(*at)->next;
	}
}

static struct node *case_label(struct parser *p)
{
	struct node *n = awk_new_node(p, N_CASE, NULL, NULL);
	bool negative = false;

	if (!awk_accept(p, T_DEFAULT)) {
		awk_lex_next(&p->l);
		if (p->l.token == T_MINUS || p->l.token == T_PLUS) {
			negative = p->l.token == T_MINUS;
			awk_lex_next(&p->l);
		}
		n->a = awk_primary(p, false);
		if (n->a->kind != N_CONST && n->a->kind != N_REGEX)
			awk_unexpected(p);
		if (negative)
			p->a->globals[operand_index(n->a->slot)].num *= -1;
	}
	awk_expect(p, T_COLON);
	n->b = statements(p);
	return n;
}

static struct node *switch_statement(struct parser *p)
{
	struct node *n = awk_new_node(p, N_SWITCH, NULL, NULL), **at = &n->b;

	awk_lex_next(&p->l);
	n->a = condition(p);
	awk_skip_newlines(p);
	awk_expect(p, T_LBRACE);
	p->switches++;
	skip_ends(p);
	while (p->l.token == T_CASE || p->l.token == T_DEFAULT) {
		*at = case_label(p);
		at = &(*at)->next;
	}
	p->switches--;
	awk_expect(p, T_RBRACE);
	return n;
}

/* next, exit and the others that go elsewhere. */
static struct node *jump(struct parser *p, enum node_kind kind)
{
	struct node *n = awk_new_node(p, kind, NULL, NULL);
	struct lexer *l = &p->l;

	if ((kind == N_NEXT && p->rule != RULE_MAIN && p->rule >= 0) ||
	    (kind == N_NEXTFILE && p->rule != RULE_MAIN && p->rule != RULE_BEGIN_FILE && p->rule >= 0)) {
		awk_program_error(p->a, l->place, "`%s' used in %s action",
				  kind == N_NEXT ? "next" : "nextfile", rule_names[p->rule]);
	}
	if (kind == N_BREAK && !p->loops && !p->switches)
		awk_program_error(p->a, l->place, "`break' is not allowed outside a loop or switch");
	if (kind == N_CONTINUE && !p->loops)
		awk_program_error(p->a, l->place, "`continue' is not allowed outside a loop");
	if (kind == N_RETURN && !p->func)
		awk_lex_error(l, "`return' used outside function context");
	awk_lex_next(l);
	if ((kind == N_EXIT || kind == N_RETURN) && l->token != T_SEMICOLON && l->token != T_NEWLINE &&
	    l->token != T_RBRACE)
		n->a = awk_expression(p);
	end_statement(p);
	return n;
}

static struct node *block(struct parser *p)
{
	struct node *n = awk_new_node(p, N_BLOCK, NULL, NULL);

	awk_expect(p, T_LBRACE);
	n->a = statements(p);
	if (p->l.token != T_RBRACE)
		awk_unexpected(p);
	return n;
}

static struct node *any_statement(struct parser *p)
{
	struct node *n;

	switch (p->l.token) {
	case T_LBRACE:
		n = block(p);
		awk_lex_next(&p->l);
		return n;
	case T_SEMICOLON:
		awk_lex_next(&p->l);
		return awk_new_node(p, N_BLOCK, NULL, NULL);
	case T_IF:
		return if_statement(p);
	case T_WHILE:
		n = awk_new_node(p, N_WHILE, NULL, NULL);
		awk_lex_next(&p->l);
		n->a = condition(p);
		n->b = loop_body(p);
		return n;
	case T_DO:
		return do_statement(p);
	case T_FOR:
		return for_statement(p);
	case T_SWITCH:
		return switch_statement(p);
	case T_NEXT:
		return jump(p, N_NEXT);
	case T_NEXTFILE:
		return jump(p, N_NEXTFILE);
	case T_EXIT:
		return jump(p, N_EXIT);
	case T_RETURN:
		return jump(p, N_RETURN);
	case T_BREAK:
		return jump(p, N_BREAK);
	case T_CONTINUE:
		return jump(p, N_CONTINUE);
	default:
		n = simple_statement(p);
		end_statement(p);
		return n;
	}
}

static struct node *statement(struct parser *p)
{
	struct node *n;

	awk_deeper(p);
	n = any_statement(p);
	p->depth--;
	return n;
}

/* The names between the parentheses of a function's definition. */
static void parameters(struct parser *p, struct func *f)
{
	size_t size = 0;

	while (p->l.token != T_RPAREN) {
		const char *name;
		int32_t n = f->params_count;

		if (p->l.token != T_NAME && p->l.token != T_FUNC_NAME)
			awk_unexpected(p);
		name = arena_memdup(p->l.name, p->l.name_len);
		for (int32_t i = 0; i < n; i++)
			if (strcmp(f->params[i], name) == 0)
				awk_program_error(
					p->a, p->l.place,
					"function `%s': parameter #%d, `%s', duplicates parameter #%d",
					f->name, n + 1, name, i + 1);
		if (strcmp(f->name, name) == 0)
			awk_program_error(p->a, p->l.place,
					  "function `%s': cannot use function name as parameter name", name);
		f->params = arena_reserve(f->params, (size_t)n, &size, sizeof(*f->params));
		f->params[f->params_count++] = name;
		awk_lex_next(&p->l);
		awk_skip_newlines(p);
		if (p->l.token == T_COMMA) {
			awk_lex_next(&p->l);
			awk_skip_newlines(p);
		} else if (p->l.token != T_RPAREN) {
			awk_unexpected(p);
		}
	}
	f->is_array = arena_array(bool, (size_t)f->params_count + 1);
	f->gets_array = arena_array(bool, (size_t)f->params_count + 1);
}

static void function(struct parser *p)
{
	struct func *f;

	awk_lex_next(&p->l);
	if (p->l.token != T_NAME && p->l.token != T_FUNC_NAME)
		awk_unexpected(p);
	f = awk_function_named(p, p->l.name, p->l.name_len);
	if (f->defined)
		awk_program_error(p->a, p->l.place, "function name `%s' previously defined", f->name);
	f->place = p->l.place;
	f->defined = true;
	awk_lex_next(&p->l);
	awk_expect(p, T_LPAREN);
	awk_skip_newlines(p);
	parameters(p, f);
	awk_lex_next(&p->l);
	awk_skip_newlines(p);
	p->func = f;
	p->rule = -1;
	f->body = block(p);
	p->func = NULL;
	awk_lex_next(&p->l);
	awk_accept(p, T_SEMICOLON);
}

/* pattern { action } */
static void rule(struct parser *p)
{
	struct node *n = awk_new_node(p, N_RULE, NULL, NULL);
	enum token t = p->l.token;

	n->op = (uint8_t)(t == T_BEGIN       ? RULE_BEGIN
			  : t == T_END_RULE  ? RULE_END
			  : t == T_BEGINFILE ? RULE_BEGIN_FILE
			  : t == T_ENDFILE   ? RULE_END_FILE
					     : RULE_MAIN);
	p->rule = n->op;
	if (t == T_SEMICOLON) {
		warn("%s each rule must have a pattern or an action part", awk_place_text(p->a, n->place));
		awk_quit(p->a, 1);
	}
	if (n->op != RULE_MAIN) {
		awk_lex_next(&p->l);
	} else if (t != T_LBRACE) {
		n->a = awk_expression(p);
		if (awk_accept(p, T_COMMA)) {
			awk_skip_newlines(p);
			n->b = awk_expression(p);
		}
	}
	if (p->l.token == T_LBRACE) {
		n->c = block(p);
		awk_lex_next(&p->l);
	} else if (n->op != RULE_MAIN) {
		warn("%s %s blocks must have an action part", awk_place_text(p->a, n->place),
		     rule_names[n->op]);
		awk_quit(p->a, 1);
	}
	*p->rules_end = n;
	p->rules_end = &n->next;
	if (p->l.token == T_SEMICOLON || p->l.token == T_NEWLINE)
		awk_lex_next(&p->l);
	else if (!n->c && p->l.token != T_END)
		awk_unexpected(p);
}

/* @include "file", @namespace "name", @load "library" */
static void directive(struct parser *p)
{
	struct lexer *l = &p->l;
	const char *word, *text;
	size_t len;

	awk_lex_next(l);
	word = l->name;
	len = l->name_len;
	if (l->token != T_NAME && l->token != T_FUNC_NAME)
		awk_unexpected(p);
	awk_lex_next(l);
	if (l->token != T_STRING)
		awk_unexpected(p);
	text = arena_memdup(l->text.data, l->text.len);
	if (len >= 7 && memcmp(word + len - 7, "include", 7) == 0) {
		awk_lex_include(l, text, true);
	} else if (len >= 9 && memcmp(word + len - 9, "namespace", 9) == 0) {
		l->module = strcmp(text, "awk") == 0 ? NULL : text;
	} else if (len == 4 && memcmp(word, "load", 4) == 0) {
		warn("%s fatal: extensions are not supported: `%s'", awk_place_text(p->a, l->place), text);
		awk_quit(p->a, 2);
	} else {
		awk_unexpected(p);
	}
	awk_lex_next(l);
}

/* Warns of variables without a value and functions without a call. */
static void lint_names(struct awk *a)
{
	for (size_t i = SPECIALS; i < a->globals_count; i++) {
		const struct symbol *s = &a->symbols[i];

		a->place = s->place;
		if (s->name && !s->assigned && !s->is_array)
			awk_lint(a, "reference to uninitialized variable `%s'", s->name);
	}
	for (size_t i = 0; i < a->funcs_count; i++) {
		bool called = false;

		for (size_t k = 0; k < a->call_sites_count; k++)
			called |= a->call_sites[k].node->func == a->funcs[i];
		a->place = a->funcs[i]->place;
		if (!called)
			awk_lint(a, "function `%s' defined but never called directly", a->funcs[i]->name);
	}
}

void awk_parse_program(struct awk *a, const struct source_option *options, size_t count)
{
	struct parser p = { .a = a,
			    .l = { .a = a, .options = options, .options_count = count, .token = T_NEWLINE } };

	p.rules_end = &p.rules;
	awk_lex_start(&p.l);
	for (awk_skip_newlines(&p); p.l.token != T_END; awk_skip_newlines(&p)) {
		if (p.l.token == T_FUNCTION || p.l.token == T_FUNC)
			function(&p);
		else if (p.l.token == T_AT && p.l.in && p.l.in->at < p.l.in->end && *p.l.in->at != '/')
			directive(&p);
		else
			rule(&p);
	}
	a->ast = p.rules;
	if (a->lint)
		lint_names(a);
	for (size_t i = 0; i < a->funcs_count; i++) {
		int32_t k = awk_find_global(a, a->funcs[i]->name, strlen(a->funcs[i]->name));

		if (k >= 0 && a->funcs[i]->defined)
			awk_program_error(
				a, a->symbols[k].place,
				"function `%s' called with space between name and `(',\nor used as a variable or an array",
				a->funcs[i]->name);
	}
}

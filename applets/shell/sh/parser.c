/* parser.c - words to a tree of commands
 *
 * By recursive descent, after the grammar of POSIX.1-2024 XCU 2.10 and the Bash
 * manual, "Shell Grammar".
 */
#include "parse.h"

static struct node *parse_list(struct parser *ps, bool one_line);
static struct node *parse_pipeline(struct parser *ps);

const char *const sh_keywords[] = { "!",    "[[",   "]]",    "case",  "coproc",   "do", "done", "elif",
				    "else", "esac", "fi",    "for",   "function", "if", "in",   "select",
				    "then", "time", "until", "while", "{",        "}",  NULL };

bool sh_is_keyword(const char *word)
{
	if (!strchr("![]cdefistuw{}", *word) || strlen(word) > 8)
		return false;
	for (const char *const *k = sh_keywords; *k; k++)
		if (strcmp(*k, word) == 0)
			return true;
	return false;
}

/* ---- tokens ---- */

static enum token peek(struct parser *ps)
{
	return ps->have ? ps->token : sh_next_token(ps);
}

static void consume(struct parser *ps)
{
	ps->have = false;
}

/* Whether the next token is this unquoted word, which is no keyword. */
static bool at_plain(struct parser *ps, const char *text)
{
	return peek(ps) == T_WORD && ps->word->plain && !(ps->word->flags & WORD_QUOTED) &&
	       strcmp(ps->word->plain, text) == 0;
}

/* Whether the next token is this keyword. */
static bool at_word(struct parser *ps, const char *text)
{
	return peek(ps) == T_WORD && ps->word->keyword && strcmp(ps->word->plain, text) == 0;
}

static bool aliases_work(const struct shell *sh)
{
	return sh->any_aliases && (sh->shopt[S_EXPAND_ALIASES] || sh->opt[O_POSIX]) && !sh->no_aliases;
}

/* The next token where a command may begin: aliases are replaced. */
static enum token peek_command(struct parser *ps)
{
	while (peek(ps) == T_WORD && ps->word->plain && !(ps->word->flags & WORD_QUOTED) &&
	       !ps->word->assign && aliases_work(ps->sh)) {
		struct command *c = sh_command_named(ps->sh, ps->word->plain, ps->word->plain_len);
		const char *text;

		if (!c->alias || c->alias_used || c->keyword)
			break;
		text = sh_pool_text(ps->pool, c->alias, strlen(c->alias));
		consume(ps);
		ps->in->aliased = true;
		sh_push_segment(ps, text, strlen(text), c, false);
	}
	return ps->token;
}

static void skip_newlines(struct parser *ps)
{
	while (peek(ps) == T_NEWLINE)
		consume(ps);
}

static void expect_word(struct parser *ps, const char *text)
{
	if (!at_word(ps, text))
		sh_unexpected(ps);
	consume(ps);
}

static struct node *new_node(struct parser *ps, enum node_kind kind)
{
	struct node *n = sh_tree_alloc(ps->pool, sizeof(*n));

	n->kind = (uint8_t)kind;
	n->line = ps->line;
	return n;
}

/* A growing array in the pool. */
struct growing {
	void **items;
	unsigned count, cap;
};

static void grow(struct parser *ps, struct growing *g, void *item)
{
	if (g->count + 1 >= g->cap) {
		unsigned cap = g->cap ? 2 * g->cap : 4;
		void **items = sh_tree_alloc(ps->pool, cap * sizeof(*items));

		if (g->count)
			memcpy(items, g->items, g->count * sizeof(*items));
		g->items = items;
		g->cap = cap;
	}
	g->items[g->count++] = item;
	g->items[g->count] = NULL;
}

/* ---- redirections ---- */

/* What a here-document's delimiter is: the word without its quotes. */
static void set_delimiter(struct parser *ps, struct redirect *r, struct word *w)
{
	struct pending_here *h = sh_tree_alloc(ps->pool, sizeof(*h));

	r->quoted = w->flags & WORD_QUOTED;
	r->delimiter = w->plain;
	if (!w->plain) {
		/* expansions in it are taken literally */
		r->delimiter = sh_pool_text(ps->pool, w->raw ? w->raw : "", w->raw_len);
		if (r->quoted) {
			char *to = r->delimiter;

			for (const char *from = r->delimiter; *from; from++)
				if (*from != '"' && *from != '\'' && *from != '\\')
					*to++ = *from;
			*to = 0;
		}
	}
	h->redirect = r;
	*ps->pending_tail = h;
	ps->pending_tail = &h->next;
}

static struct redirect *parse_redirect(struct parser *ps)
{
	struct redirect *r = sh_tree_alloc(ps->pool, sizeof(*r));
	bool assignments = ps->assignments;

	r->op = ps->redirect_op;
	r->fd = ps->redirect_fd;
	r->strip = ps->redirect_strip;
	r->var = ps->redirect_var;
	r->sub = ps->redirect_sub;
	consume(ps);
	ps->assignments = false;
	if (peek(ps) != T_WORD)
		sh_unexpected(ps);
	r->word = ps->word;
	consume(ps);
	ps->assignments = assignments;
	if (r->op == REDIR_HERE)
		set_delimiter(ps, r, r->word);
	return r;
}

static void parse_redirects(struct parser *ps, struct node *n)
{
	struct redirect **tail = &n->redirects;

	while (*tail)
		tail = &(*tail)->next;
	while (peek(ps) == T_REDIRECT) {
		*tail = parse_redirect(ps);
		tail = &(*tail)->next;
	}
}

/* ---- compound commands ---- */

static struct node *parse_body(struct parser *ps)
{
	struct node *n = parse_list(ps, false);

	if (!n)
		sh_unexpected(ps);
	return n;
}

/* The rest of an if, behind `if` or `elif`. */
static struct node *parse_if(struct parser *ps)
{
	struct node *n = new_node(ps, NODE_IF);

	sh_check_depth(ps->sh);
	n->a = parse_body(ps);
	expect_word(ps, "then");
	n->b = parse_body(ps);
	if (at_word(ps, "elif")) {
		consume(ps);
		n->c = parse_if(ps);
		return n;
	}
	if (at_word(ps, "else")) {
		consume(ps);
		n->c = parse_body(ps);
	}
	expect_word(ps, "fi");
	return n;
}

static struct node *parse_do(struct parser *ps)
{
	struct node *n;
	bool braces = at_word(ps, "{");

	if (braces)
		consume(ps);
	else
		expect_word(ps, "do");
	n = parse_body(ps);
	expect_word(ps, braces ? "}" : "done");
	return n;
}

static struct node *parse_while(struct parser *ps, bool until)
{
	struct node *n = new_node(ps, until ? NODE_UNTIL : NODE_WHILE);

	n->a = parse_body(ps);
	if (!at_word(ps, "do"))
		sh_unexpected(ps);
	n->b = parse_do(ps);
	return n;
}

/* for ((a; b; c)), behind the `for`. NULL if it is none. */
static struct node *parse_for3(struct parser *ps, unsigned line)
{
	struct node *n;
	char found;

	consume(ps);
	if (sh_look_char(ps) != '(')
		sh_unexpected(ps);
	ps->p++;
	n = new_node(ps, NODE_FOR3);
	n->line = line;
	for (int i = 0; i < 3; i++) {
		n->for3.arith[i] = sh_read_arith_until(ps, ';', &found);
		if (found != (i < 2 ? ';' : ')'))
			sh_syntax_error(ps, "syntax error: expected \"%c\" in arithmetic for",
					i < 2 ? ';' : ')');
	}
	if (sh_look_char(ps) != ')')
		sh_syntax_error(ps, "syntax error: expected \")\" in arithmetic for");
	ps->p++;
	if (peek(ps) == T_SEMI)
		consume(ps);
	skip_newlines(ps);
	n->for3.body = parse_do(ps);
	return n;
}

static struct node *parse_for(struct parser *ps, bool select)
{
	struct node *n = new_node(ps, select ? NODE_SELECT : NODE_FOR);
	struct growing words = { 0 };

	ps->assignments = false;
	if (!select && peek(ps) == T_OPEN) {
		ps->assignments = true;
		return parse_for3(ps, n->line);
	}
	if (peek(ps) != T_WORD)
		sh_unexpected(ps);
	if (!ps->word->plain || ps->word->flags & WORD_QUOTED || !sh_is_name(ps->word->plain))
		sh_syntax_error(ps, "syntax error: \"%.80s\" is not a name",
				ps->word->raw     ? ps->word->raw
				: ps->word->plain ? ps->word->plain
						  : "");
	n->name = ps->word->plain;
	n->var = sh_var_named(ps->sh, ps->word->plain, ps->word->plain_len);
	consume(ps);
	n->flag = true;
	if (peek(ps) == T_SEMI) {
		consume(ps);
	} else {
		skip_newlines(ps);
		if (at_word(ps, "in")) {
			n->flag = false;
			consume(ps);
			while (peek(ps) == T_WORD) {
				grow(ps, &words, ps->word);
				consume(ps);
			}
			if (peek(ps) != T_SEMI && peek(ps) != T_NEWLINE)
				sh_unexpected(ps);
			consume(ps);
		}
	}
	ps->assignments = true;
	if (!words.items)
		words.items = sh_tree_alloc(ps->pool, sizeof(void *));
	n->words = (struct word **)words.items;
	skip_newlines(ps);
	n->a = parse_do(ps);
	return n;
}

static struct node *parse_case(struct parser *ps)
{
	struct node *n = new_node(ps, NODE_CASE);
	struct case_item **tail = &n->select.items;

	ps->assignments = false;
	if (peek(ps) != T_WORD)
		sh_unexpected(ps);
	n->select.word = ps->word;
	consume(ps);
	skip_newlines(ps);
	expect_word(ps, "in");
	for (;;) {
		struct case_item *item;
		struct growing patterns = { 0 };

		ps->assignments = false;
		skip_newlines(ps);
		if (at_word(ps, "esac"))
			break;
		if (peek(ps) == T_OPEN)
			consume(ps);
		item = sh_tree_alloc(ps->pool, sizeof(*item));
		*tail = item;
		tail = &item->next;
		for (;;) {
			if (peek(ps) != T_WORD)
				sh_unexpected(ps);
			grow(ps, &patterns, ps->word);
			consume(ps);
			if (peek(ps) != T_PIPE)
				break;
			consume(ps);
		}
		item->patterns = (struct word **)patterns.items;
		if (peek(ps) != T_CLOSE)
			sh_unexpected(ps);
		consume(ps);
		ps->assignments = true;
		item->body = parse_list(ps, false);
		item->end = ';';
		if (peek(ps) == T_SEMI_AND || peek(ps) == T_DSEMI_AND)
			item->end = ps->token == T_SEMI_AND ? '&' : 'c';
		else if (peek(ps) != T_DSEMI)
			break;
		consume(ps);
	}
	ps->assignments = true;
	expect_word(ps, "esac");
	return n;
}

/* ---- [[ ]] ---- */

static struct cond *parse_cond_or(struct parser *ps);

static struct cond *new_cond(struct parser *ps, enum cond_kind kind)
{
	struct cond *c = sh_tree_alloc(ps->pool, sizeof(*c));

	c->kind = (uint8_t)kind;
	return c;
}

static void skip_newlines_in_cond(struct parser *ps)
{
	while (peek(ps) == T_NEWLINE)
		consume(ps);
}

/* A binary operator, consumed; false if there is none. `<` and `>` come as
 * redirections. */
static bool cond_operator(struct parser *ps, char op[4])
{
	if (peek(ps) == T_REDIRECT && (ps->redirect_op == REDIR_IN || ps->redirect_op == REDIR_OUT) &&
	    ps->redirect_fd == (ps->redirect_op == REDIR_OUT)) {
		strcpy(op, ps->redirect_op == REDIR_IN ? "<" : ">");
		consume(ps);
		return true;
	}
	if (peek(ps) != T_WORD || !ps->word->plain || ps->word->flags & WORD_QUOTED ||
	    ps->word->plain_len > 3 || !sh_cond_binary_operator(ps->word->plain))
		return false;
	strcpy(op, ps->word->plain);
	consume(ps);
	return true;
}

static struct cond *parse_cond_primary(struct parser *ps)
{
	struct cond *c;
	char op[4];

	sh_check_depth(ps->sh);
	skip_newlines_in_cond(ps);
	if (peek(ps) == T_OPEN) {
		consume(ps);
		c = parse_cond_or(ps);
		skip_newlines_in_cond(ps);
		if (peek(ps) != T_CLOSE)
			sh_unexpected(ps);
		consume(ps);
		return c;
	}
	if (at_word(ps, "!")) {
		consume(ps);
		c = new_cond(ps, COND_NOT);
		c->a = parse_cond_primary(ps);
		return c;
	}
	if (peek(ps) != T_WORD || at_word(ps, "]]"))
		sh_unexpected(ps);
	c = new_cond(ps, COND_WORD);
	c->left = ps->word;
	consume(ps);
	if (c->left->plain && !(c->left->flags & WORD_QUOTED) && c->left->plain[0] == '-' &&
	    c->left->plain_len == 2 && strchr("abcdefghknoprstuvwxzGLNORS", c->left->plain[1]) &&
	    peek(ps) == T_WORD && !at_word(ps, "]]")) {
		struct word *operand = ps->word;
		bool binary = cond_operator(ps, op);

		/* -f == x compares; -f = is a file */
		if (binary && peek(ps) == T_WORD && !at_word(ps, "]]")) {
			c->kind = COND_BINARY;
			strcpy(c->op, op);
			c->right = ps->word;
			consume(ps);
			return c;
		}
		if (!binary)
			consume(ps);
		c->kind = COND_UNARY;
		c->op[0] = c->left->plain[1];
		c->left = operand;
		return c;
	}
	if (cond_operator(ps, op)) {
		c->kind = COND_BINARY;
		strcpy(c->op, op);
		ps->regex = strcmp(op, "=~") == 0;
		if (peek(ps) != T_WORD)
			sh_unexpected(ps);
		ps->regex = false;
		c->right = ps->word;
		consume(ps);
	}
	return c;
}

static struct cond *parse_cond_and(struct parser *ps)
{
	struct cond *c = parse_cond_primary(ps);

	skip_newlines_in_cond(ps);
	while (peek(ps) == T_AND_AND) {
		struct cond *both = new_cond(ps, COND_AND);

		consume(ps);
		both->a = c;
		both->b = parse_cond_primary(ps);
		c = both;
		skip_newlines_in_cond(ps);
	}
	return c;
}

static struct cond *parse_cond_or(struct parser *ps)
{
	struct cond *c = parse_cond_and(ps);

	while (peek(ps) == T_OR_OR) {
		struct cond *either = new_cond(ps, COND_OR);

		consume(ps);
		either->a = c;
		either->b = parse_cond_and(ps);
		c = either;
	}
	return c;
}

static struct node *parse_cond(struct parser *ps)
{
	struct node *n = new_node(ps, NODE_COND);
	bool extglob = ps->extglob;

	ps->assignments = false;
	ps->extglob = true;
	n->cond = parse_cond_or(ps);
	skip_newlines_in_cond(ps);
	ps->extglob = extglob;
	ps->assignments = true;
	expect_word(ps, "]]");
	return n;
}

/* ---- functions ---- */

static struct node *parse_command(struct parser *ps);

static struct node *parse_function(struct parser *ps, const char *name)
{
	struct node *n = new_node(ps, NODE_FUNCTION);

	skip_newlines(ps);
	n->function.name = name;
	n->function.pool = ps->pool;
	if (peek_command(ps) != T_OPEN &&
	    !(ps->token == T_WORD && ps->word->plain && sh_is_keyword(ps->word->plain)))
		sh_unexpected(ps);
	n->function.body = parse_command(ps);
	if (!n->function.body || n->function.body->kind == NODE_SIMPLE)
		sh_unexpected(ps);
	return n;
}

/* function NAME [()] body */
static struct node *parse_function_keyword(struct parser *ps)
{
	const char *name;

	ps->assignments = false;
	if (peek(ps) != T_WORD || !ps->word->plain)
		sh_unexpected(ps);
	name = ps->word->plain;
	consume(ps);
	if (peek(ps) == T_OPEN) {
		struct place_in_text place = sh_remember_place(ps);

		consume(ps);
		if (peek(ps) == T_CLOSE) {
			consume(ps);
		} else {
			/* the body is a subshell */
			sh_return_to_place(ps, place);
			ps->p--;
		}
	}
	ps->assignments = true;
	return parse_function(ps, name);
}

static struct node *parse_coproc(struct parser *ps)
{
	struct node *n = new_node(ps, NODE_COPROC);
	struct word *first = NULL;

	n->name = "COPROC";
	if (peek(ps) == T_WORD && ps->word->plain && sh_is_name(ps->word->plain) &&
	    !sh_is_keyword(ps->word->plain)) {
		struct place_in_text place = sh_remember_place(ps);
		bool have = ps->have;
		enum token token = ps->token;

		first = ps->word;
		consume(ps);
		if (peek(ps) == T_OPEN ||
		    (ps->token == T_WORD && ps->word->plain && sh_is_keyword(ps->word->plain))) {
			n->name = first->plain;
		} else {
			sh_return_to_place(ps, place);
			ps->have = have;
			ps->token = token;
			ps->word = first;
		}
	}
	n->a = parse_command(ps);
	return n;
}

/* ---- commands ---- */

static struct node *parse_braces_or_subshell(struct parser *ps, bool subshell)
{
	struct node *n = new_node(ps, subshell ? NODE_SUBSHELL : NODE_GROUP);

	sh_check_depth(ps->sh);
	n->a = parse_body(ps);
	if (subshell) {
		if (peek(ps) != T_CLOSE)
			sh_unexpected(ps);
		consume(ps);
	} else {
		expect_word(ps, "}");
	}
	return n;
}

/* A command that begins with a keyword; NULL if there is none here. */
static struct node *parse_keyword(struct parser *ps)
{
	static const char *const words[] = { "if", "while",    "until",  "for",    "case", "{",
					     "[[", "function", "select", "coproc", NULL };
	int which = -1;

	if (!ps->word->keyword)
		return NULL;
	for (int i = 0; words[i] && which < 0; i++)
		if (at_word(ps, words[i]))
			which = i;
	if (which < 0)
		return NULL;
	consume(ps);
	switch (which) {
	case 0:
		return parse_if(ps);
	case 1:
	case 2:
		return parse_while(ps, which == 2);
	case 3:
	case 8:
		return parse_for(ps, which == 8);
	case 4:
		return parse_case(ps);
	case 5:
		return parse_braces_or_subshell(ps, false);
	case 6:
		return parse_cond(ps);
	case 7:
		return parse_function_keyword(ps);
	default:
		return parse_coproc(ps);
	}
}

/* ( list ) or (( expression )) */
static struct node *parse_parenthesis(struct parser *ps)
{
	unsigned line = ps->line;

	consume(ps);
	if (sh_look_char(ps) == '(') {
		struct place_in_text place = sh_remember_place(ps);
		struct arith *a;

		ps->p++;
		a = sh_read_arith_command(ps);
		if (a) {
			struct node *n = new_node(ps, NODE_ARITH);

			n->line = line;
			n->arith = a;
			return n;
		}
		sh_return_to_place(ps, place);
	}
	return parse_braces_or_subshell(ps, true);
}

static bool is_function_name(const struct parser *ps, const struct word *w)
{
	if (!w->plain || w->flags & WORD_QUOTED)
		return false;
	return !ps->sh->opt[O_POSIX] || w->plain[strcspn(w->plain, "$<>&|;()=*?[")] == 0;
}

/* Takes a word into a simple command. */
static void add_word(struct parser *ps, struct node *n, struct growing *words, struct word *w)
{
	grow(ps, words, w);
	if (words->count == 1 && w->plain && !w->assign) {
		n->simple.command = sh_command_named(ps->sh, w->plain, w->plain_len);
		n->simple.declares = n->simple.command->builtin &&
				     n->simple.command->builtin->flags & BUILTIN_DECLARES;
	} else if (words->count == 2 && w->plain && !w->assign && n->simple.command &&
		   (strcmp(n->simple.command->name, "command") == 0 ||
		    strcmp(n->simple.command->name, "builtin") == 0)) {
		struct command *c = sh_command_named(ps->sh, w->plain, w->plain_len);

		n->simple.declares = c->builtin && c->builtin->flags & BUILTIN_DECLARES;
	}
	ps->assignments = n->simple.declares || (words->count == 1 && ps->sh->opt[O_KEYWORD]);
}

/* s="$s..." is recognised here, to append in place. */
static void look_at_assignment(struct assign *a)
{
	struct part *p = a->value->parts;

	if (a->append || a->sub || a->compound || !p || !p->next || p->kind != PART_PARAM ||
	    p->param->kind != PARAM_VAR || p->param->var != a->var || p->param->op != OP_NONE ||
	    p->param->list || p->param->sub || p->param->indirect)
		return;
	for (struct part *q = p->next; q; q = q->next)
		if (q->kind != PART_TEXT &&
		    (q->kind != PART_PARAM || q->param->op != OP_NONE || q->param->sub || q->param->list ||
		     q->param->indirect || q->param->kind != PARAM_VAR || q->param->var == a->var))
			return;
	a->rest = p->next;
}

static struct node *parse_simple(struct parser *ps)
{
	struct node *n = new_node(ps, NODE_SIMPLE);
	struct growing words = { 0 };
	struct redirect **redirect_tail = &n->redirects;
	struct assign **assign_tail = &n->simple.assigns;
	bool any = false;

	n->line = ps->token_line;
	for (;; any = true) {
		bool alias_next = ps->alias_next;
		enum token token = words.count == 0 || (alias_next && !ps->have) ? peek_command(ps)
										 : peek(ps);

		if (token == T_WORD && words.count > 0 && ps->alias_next)
			token = peek_command(ps);
		if (token == T_REDIRECT) {
			*redirect_tail = parse_redirect(ps);
			redirect_tail = &(*redirect_tail)->next;
			continue;
		}
		if (token == T_WORD && ps->word->assign && words.count == 0) {
			*assign_tail = ps->word->assign;
			look_at_assignment(*assign_tail);
			assign_tail = &(*assign_tail)->next;
			consume(ps);
			continue;
		}
		if (token == T_WORD) {
			struct word *w = ps->word;

			consume(ps);
			add_word(ps, n, &words, w);
			if (words.count == 1 && !any && peek(ps) == T_OPEN && w->plain) {
				if (!is_function_name(ps, w))
					sh_unexpected(ps);
				consume(ps);
				if (peek(ps) != T_CLOSE)
					sh_unexpected(ps);
				consume(ps);
				ps->assignments = true;
				return parse_function(ps, w->plain);
			}
			continue;
		}
		break;
	}
	ps->assignments = true;
	if (!any)
		sh_unexpected(ps);
	n->simple.words = (struct word **)words.items;
	n->simple.count = words.count;
	return n;
}

static struct node *parse_command(struct parser *ps)
{
	struct node *n;

	sh_check_depth(ps->sh);
	ps->assignments = true;
	switch (peek_command(ps)) {
	case T_OPEN:
		n = parse_parenthesis(ps);
		break;
	case T_WORD:
		n = parse_keyword(ps);
		if (!n) {
			if (ps->word->plain && !(ps->word->flags & WORD_QUOTED) && !ps->word->assign &&
			    sh_is_keyword(ps->word->plain) && strcmp(ps->word->plain, "in") != 0 &&
			    strcmp(ps->word->plain, "]]") != 0 && strcmp(ps->word->plain, "time") != 0)
				sh_unexpected(ps);
			return parse_simple(ps);
		}
		break;
	case T_REDIRECT:
		return parse_simple(ps);
	default:
		sh_unexpected(ps);
	}
	if (n->kind != NODE_FUNCTION && n->kind != NODE_COPROC)
		parse_redirects(ps, n);
	return n;
}

/* What |& adds to the command before it. */
static void add_error_redirect(struct parser *ps, struct node *n)
{
	struct redirect *r = sh_tree_alloc(ps->pool, sizeof(*r)), **tail = &n->redirects;

	r->op = REDIR_DUP_OUT;
	r->fd = 2;
	r->word = sh_tree_alloc(ps->pool, sizeof(*r->word));
	r->word->plain = sh_pool_text(ps->pool, "1", 1);
	r->word->plain_len = 1;
	while (*tail)
		tail = &(*tail)->next;
	*tail = r;
}

/* [time [-p]] [!] command | command ... */
static struct node *parse_pipeline(struct parser *ps)
{
	struct growing items = { 0 };
	struct node *n, *first;
	unsigned line;

	sh_check_depth(ps->sh);
	ps->assignments = true;
	peek_command(ps);
	line = ps->token_line;
	if (at_word(ps, "!")) {
		consume(ps);
		n = new_node(ps, NODE_NOT);
		n->a = parse_pipeline(ps);
		return n;
	}
	if (at_word(ps, "time")) {
		n = new_node(ps, NODE_TIME);
		consume(ps);
		if (at_plain(ps, "-p")) {
			n->flag = true;
			consume(ps);
		}
		if (at_plain(ps, "--"))
			consume(ps);
		switch (peek(ps)) {
		case T_SEMI:
		case T_NEWLINE:
		case T_EOF:
		case T_AND:
		case T_CLOSE:
			break;
		default:
			n->a = parse_pipeline(ps);
		}
		return n;
	}
	first = parse_command(ps);
	if (peek(ps) != T_PIPE && peek(ps) != T_PIPE_ALL)
		return first;
	grow(ps, &items, first);
	while (peek(ps) == T_PIPE || peek(ps) == T_PIPE_ALL) {
		if (ps->token == T_PIPE_ALL)
			add_error_redirect(ps, items.items[items.count - 1]);
		consume(ps);
		ps->assignments = true;
		skip_newlines(ps);
		grow(ps, &items, parse_command(ps));
	}
	n = new_node(ps, NODE_PIPE);
	n->line = line;
	n->list.items = (struct node **)items.items;
	n->list.count = items.count;
	return n;
}

static struct node *parse_and_or(struct parser *ps)
{
	struct node *n = parse_pipeline(ps);

	while (peek(ps) == T_AND_AND || peek(ps) == T_OR_OR) {
		struct node *both = new_node(ps, ps->token == T_AND_AND ? NODE_AND : NODE_OR);

		consume(ps);
		ps->assignments = true;
		skip_newlines(ps);
		both->a = n;
		both->b = parse_pipeline(ps);
		n = both;
	}
	return n;
}

/* Whether a list ends here, by something that only a compound command has. */
static bool at_list_end(struct parser *ps)
{
	static const char *const ends[] = { "then", "else", "elif", "fi", "do", "done", "esac", "}", NULL };

	if (ps->token != T_WORD)
		return ps->token == T_EOF || ps->token == T_CLOSE || ps->token == T_DSEMI ||
		       ps->token == T_SEMI_AND || ps->token == T_DSEMI_AND;
	if (!ps->word->keyword)
		return false;
	for (int i = 0; ends[i]; i++)
		if (strcmp(ps->word->plain, ends[i]) == 0)
			return true;
	return false;
}

/* Commands separated by ; & and newlines; NULL if there is none. With
 * `one_line` a newline ends them and is not consumed. */
static struct node *parse_list(struct parser *ps, bool one_line)
{
	struct growing items = { 0 };
	struct node *n;

	for (;;) {
		ps->assignments = true;
		if (!one_line)
			skip_newlines(ps);
		peek_command(ps);
		while (!one_line && ps->token == T_NEWLINE) {
			skip_newlines(ps);
			peek_command(ps);
		}
		if (at_list_end(ps) || (one_line && ps->token == T_NEWLINE))
			break;
		n = parse_and_or(ps);
		if (peek(ps) == T_AND) {
			struct node *async = new_node(ps, NODE_ASYNC);

			async->a = n;
			async->line = n->line;
			n = async;
			consume(ps);
		} else if (ps->token == T_SEMI || (ps->token == T_NEWLINE && !one_line)) {
			consume(ps);
		} else {
			grow(ps, &items, n);
			break;
		}
		grow(ps, &items, n);
	}
	if (items.count <= 1)
		return items.count ? items.items[0] : NULL;
	n = new_node(ps, NODE_LIST);
	n->line = ((struct node *)items.items[0])->line;
	n->list.items = (struct node **)items.items;
	n->list.count = items.count;
	return n;
}

struct node *sh_parse_inner(struct parser *ps, bool until_paren)
{
	bool have = ps->have, assignments = ps->assignments, regex = ps->regex, extglob = ps->extglob;
	bool alias_next = ps->alias_next;
	enum token token = ps->token;
	unsigned token_line = ps->token_line;
	struct word *word = ps->word;
	struct node *n;

	ps->have = ps->regex = ps->extglob = false;
	n = parse_list(ps, false);
	if (peek(ps) != (until_paren ? T_CLOSE : T_EOF))
		sh_unexpected(ps);
	ps->have = have;
	ps->assignments = assignments;
	ps->regex = regex;
	ps->extglob = extglob;
	ps->alias_next = alias_next;
	ps->token = token;
	ps->token_line = token_line;
	ps->word = word;
	return n;
}

/* ---- complete commands ---- */

void sh_input_text(struct input *in, const char *text, size_t len, unsigned line)
{
	*in = (struct input){ .fd = -1, .borrowed = true, .len = len, .line = line };
	memcpy(&in->text, &text, sizeof(text));
}

void sh_input_close(struct input *in)
{
	if (!in->borrowed)
		free(in->text);
	if (in->fd > 2)
		close(in->fd);
}

void sh_input_sync(struct shell *sh)
{
	for (struct input *in = sh->input; in; in = in->outer)
		if (in->shared && in->at < in->len &&
		    lseek(in->fd, -(off_t)(in->len - in->at), SEEK_CUR) >= 0)
			in->len = in->at;
	sh->dirty_stdin = false;
}

/* Forgets the text that has been run. */
void sh_input_trim(struct input *in)
{
	if (in->borrowed || in->at == 0 || (in->at < 65536 && in->at < in->len))
		return;
	memmove(in->text, in->text + in->at, in->len - in->at);
	in->len -= in->at;
	in->at = 0;
}

/* The commands of a line, and of further ones as long as an alias goes on. */
static struct node *parse_line(struct parser *ps)
{
	struct node *n = parse_list(ps, true);

	for (;;) {
		struct node *both, *more;

		if (peek(ps) != T_EOF && ps->token != T_NEWLINE)
			sh_unexpected(ps);
		if (ps->token == T_EOF || !ps->segment)
			break;
		consume(ps);
		more = parse_list(ps, true);
		if (!more)
			continue;
		if (!n) {
			n = more;
			continue;
		}
		both = new_node(ps, NODE_LIST);
		both->list.items = sh_tree_alloc(ps->pool, 2 * sizeof(n));
		both->list.items[0] = n;
		both->list.items[1] = more;
		both->list.count = 2;
		n = both;
	}
	return n;
}

enum parsed sh_parse_next(struct shell *sh, struct input *in, struct pool **pool, struct node **out)
{
	struct parser ps;
	unsigned buffers = sh->buffers_used;
	enum parsed result;
	size_t start;

	*pool = sh_pool_new(sh);
	in->lines_read = 0;
	in->aliased = false;
	start = in->at;
	sh_parser_open(&ps, sh, in, *pool);
	if (setjmp(ps.failed) == 0) {
		*out = parse_line(&ps);
		result = *out ? PARSED_COMMAND : ps.token == T_EOF ? PARSED_END : PARSED_EMPTY;
		while (ps.pending)
			sh_read_here_documents(&ps);
	} else {
		sh->buffers_used = buffers;
		result = PARSED_ERROR;
		while (ps.segment)
			sh_pop_segment(&ps);
		if (in->terminal || in->shared) {
			ps.p = in->text + in->len;
		} else if (in->fd >= 0 || in->borrowed) {
			ps.p = ps.end;
		}
	}
	while (ps.segment)
		sh_pop_segment(&ps);
	in->at = (size_t)(ps.p - in->text);
	in->line = ps.line;
	if (sh->opt[O_VERBOSE] && in->at > start && !in->terminal && !sh->evals_deep) {
		out_flush();
		write_all(STDERR_FILENO, in->text + start, in->at - start);
	}
	if (in->shared && in->at < in->len)
		sh->dirty_stdin = true;
	if (result != PARSED_COMMAND) {
		sh_pool_drop(sh, *pool);
		*pool = NULL;
	}
	return result;
}

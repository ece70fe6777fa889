/* show.c - trees as text: declare -f, the names of jobs
 *
 * In the layout that Bash gives to functions, which can be read back.
 */
#include "sh.h"

static void newline(struct sbuf *b, int indent)
{
	sh_sbuf_char(b, '\n');
	for (int i = 0; i < indent; i++)
		sh_sbuf_str(b, "    ");
}

static void show_word(struct sbuf *b, const struct word *w)
{
	if (w->raw)
		sh_sbuf_mem(b, w->raw, w->raw_len);
	else if (w->plain)
		sh_sbuf_mem(b, w->plain, w->plain_len);
}

static void show_words(struct sbuf *b, struct word **words)
{
	for (struct word **w = words; w && *w; w++) {
		if (w > words)
			sh_sbuf_char(b, ' ');
		show_word(b, *w);
	}
}

/* The expression of an arithmetic command, from the parts it was made of. */
static void show_arith(struct sbuf *b, const struct arith *a)
{
	if (a)
		sh_arith_show(a, b);
}

static void show_redirect(struct sbuf *b, const struct redirect *r)
{
	static const char *const ops[] = {
		"<", ">", ">|", ">>", "<>", "<&", ">&", "<<", "<<< ", "&> ", "&>> "
	};
	bool in = r->op == REDIR_IN || r->op == REDIR_BOTH || r->op == REDIR_DUP_IN || r->op == REDIR_HERE ||
		  r->op == REDIR_STRING;

	if (r->var)
		sh_sbuf_fmt(b, "{%s}", r->var->name);
	else if (r->fd != (in ? 0 : 1) && r->op != REDIR_ALL && r->op != REDIR_ALL_APPEND)
		sh_sbuf_fmt(b, "%d", r->fd);
	sh_sbuf_str(b, ops[r->op]);
	if (r->op == REDIR_HERE) {
		if (r->strip)
			sh_sbuf_char(b, '-');
		sh_sbuf_fmt(b, r->quoted ? "'%s'" : "%s", r->delimiter);
		return;
	}
	if (r->op <= REDIR_BOTH)
		sh_sbuf_char(b, ' ');
	show_word(b, r->word);
}

/* The bodies of here-documents, behind the line that asks for them. */
static void show_bodies(struct sbuf *b, const struct redirect *r)
{
	for (; r; r = r->next)
		if (r->op == REDIR_HERE) {
			sh_sbuf_char(b, '\n');
			sh_sbuf_mem(b, r->word->raw, r->word->raw_len);
			sh_sbuf_str(b, r->delimiter);
		}
}

static bool has_here(const struct redirect *r)
{
	for (; r; r = r->next)
		if (r->op == REDIR_HERE)
			return true;
	return false;
}

static void show_redirects(struct sbuf *b, const struct redirect *list)
{
	for (const struct redirect *r = list; r; r = r->next) {
		sh_sbuf_char(b, ' ');
		show_redirect(b, r);
	}
	show_bodies(b, list);
}

static void show_cond(struct sbuf *b, const struct cond *c)
{
	switch (c->kind) {
	case COND_AND:
	case COND_OR:
		show_cond(b, c->a);
		sh_sbuf_str(b, c->kind == COND_AND ? " && " : " || ");
		show_cond(b, c->b);
		break;
	case COND_NOT:
		sh_sbuf_str(b, "! ");
		show_cond(b, c->a);
		break;
	case COND_UNARY:
		sh_sbuf_fmt(b, "-%s ", c->op);
		show_word(b, c->left);
		break;
	case COND_BINARY:
		show_word(b, c->left);
		sh_sbuf_fmt(b, " %s ", c->op);
		show_word(b, c->right);
		break;
	default:
		show_word(b, c->left);
	}
}

/* A list that ends with a semicolon, before a keyword. */
static void show_body(struct sbuf *b, const struct node *n, int indent)
{
	newline(b, indent);
	sh_show_node(b, n, indent);
	if (b->p[b->len - 1] != '&')
		sh_sbuf_char(b, ';');
}

static void show_if(struct sbuf *b, const struct node *n, int indent)
{
	sh_sbuf_str(b, "if ");
	sh_show_node(b, n->a, indent);
	sh_sbuf_str(b, "; then");
	show_body(b, n->b, indent + 1);
	if (n->c) {
		newline(b, indent);
		sh_sbuf_str(b, "else");
		show_body(b, n->c, indent + 1);
	}
	newline(b, indent);
	sh_sbuf_str(b, "fi");
}

static void show_case(struct sbuf *b, const struct node *n, int indent)
{
	sh_sbuf_str(b, "case ");
	show_word(b, n->select.word);
	sh_sbuf_str(b, " in ");
	for (const struct case_item *item = n->select.items; item; item = item->next) {
		newline(b, indent + 1);
		for (struct word **p = item->patterns; *p; p++) {
			if (p > item->patterns)
				sh_sbuf_str(b, " | ");
			show_word(b, *p);
		}
		sh_sbuf_char(b, ')');
		if (item->body) {
			newline(b, indent + 2);
			sh_show_node(b, item->body, indent + 2);
		} else {
			sh_sbuf_char(b, '\n');
		}
		newline(b, indent + 1);
		sh_sbuf_str(b, item->end == ';' ? ";;" : item->end == '&' ? ";&" : ";;&");
	}
	newline(b, indent);
	sh_sbuf_str(b, "esac");
}

static void show_simple(struct sbuf *b, const struct node *n)
{
	bool any = false;

	for (const struct assign *a = n->simple.assigns; a; a = a->next, any = true) {
		if (any)
			sh_sbuf_char(b, ' ');
		show_word(b, a->value);
	}
	if (n->simple.count) {
		if (any)
			sh_sbuf_char(b, ' ');
		show_words(b, n->simple.words);
	}
	for (const struct redirect *r = n->redirects; r; r = r->next) {
		if (b->len && b->p[b->len - 1] != ' ' && b->p[b->len - 1] != '\n')
			sh_sbuf_char(b, ' ');
		show_redirect(b, r);
	}
	show_bodies(b, n->redirects);
}

/* Whether a node ends with the body of a here-document, after which only a
 * newline may come. */
static bool ends_in_here(const struct node *n)
{
	if (n->redirects)
		return has_here(n->redirects);
	switch (n->kind) {
	case NODE_PIPE:
	case NODE_LIST:
		return ends_in_here(n->list.items[n->list.count - 1]);
	case NODE_AND:
	case NODE_OR:
		return ends_in_here(n->b);
	case NODE_NOT:
	case NODE_ASYNC:
		return ends_in_here(n->a);
	}
	return false;
}

static void show_list(struct sbuf *b, const struct node *n, int indent)
{
	for (unsigned i = 0; i < n->list.count; i++) {
		const struct node *item = n->list.items[i];

		sh_show_node(b, item, indent);
		if (i + 1 == n->list.count)
			break;
		if (indent == 0) {
			sh_sbuf_str(b, item->kind == NODE_ASYNC ? " " : ends_in_here(item) ? "\n" : "; ");
			continue;
		}
		if (item->kind != NODE_ASYNC && !ends_in_here(item))
			sh_sbuf_char(b, ';');
		newline(b, indent);
	}
}

static void show_compound(struct sbuf *b, const struct node *n, int indent)
{
	switch (n->kind) {
	case NODE_GROUP:
		sh_sbuf_str(b, "{ ");
		newline(b, indent + 1);
		sh_show_node(b, n->a, indent + 1);
		if (ends_in_here(n->a))
			sh_sbuf_char(b, '\n');
		newline(b, indent);
		sh_sbuf_char(b, '}');
		break;
	case NODE_SUBSHELL:
		sh_sbuf_str(b, "( ");
		sh_show_node(b, n->a, indent);
		sh_sbuf_str(b, ends_in_here(n->a) ? "\n)" : " )");
		break;
	case NODE_IF:
		show_if(b, n, indent);
		break;
	case NODE_WHILE:
	case NODE_UNTIL:
		sh_sbuf_str(b, n->kind == NODE_WHILE ? "while " : "until ");
		sh_show_node(b, n->a, indent);
		sh_sbuf_str(b, "; do");
		show_body(b, n->b, indent + 1);
		newline(b, indent);
		sh_sbuf_str(b, "done");
		break;
	case NODE_FOR:
	case NODE_SELECT:
		sh_sbuf_fmt(b, n->kind == NODE_FOR ? "for %s" : "select %s", n->name);
		if (!n->flag) {
			sh_sbuf_str(b, " in ");
			show_words(b, n->words);
		}
		sh_sbuf_char(b, ';');
		newline(b, indent);
		sh_sbuf_str(b, "do");
		show_body(b, n->a, indent + 1);
		newline(b, indent);
		sh_sbuf_str(b, "done");
		break;
	case NODE_FOR3:
		sh_sbuf_str(b, "for ((");
		for (int i = 0; i < 3; i++) {
			if (i)
				sh_sbuf_str(b, "; ");
			show_arith(b, n->for3.arith[i]);
		}
		sh_sbuf_str(b, "))");
		newline(b, indent);
		sh_sbuf_str(b, "do");
		show_body(b, n->for3.body, indent + 1);
		newline(b, indent);
		sh_sbuf_str(b, "done");
		break;
	case NODE_CASE:
		show_case(b, n, indent);
		break;
	case NODE_FUNCTION:
		sh_sbuf_fmt(b, "function %s () ", n->function.name);
		newline(b, indent);
		sh_show_node(b, n->function.body, indent);
		break;
	case NODE_ARITH:
		sh_sbuf_str(b, "((");
		show_arith(b, n->arith);
		sh_sbuf_str(b, "))");
		break;
	case NODE_COND:
		sh_sbuf_str(b, "[[ ");
		show_cond(b, n->cond);
		sh_sbuf_str(b, " ]]");
		break;
	case NODE_COPROC:
		sh_sbuf_fmt(b, "coproc %s ", n->name);
		sh_show_node(b, n->a, indent);
		break;
	}
}

void sh_show_node(struct sbuf *b, const struct node *n, int indent)
{
	if (!n)
		return;
	switch (n->kind) {
	case NODE_SIMPLE:
		show_simple(b, n);
		return;
	case NODE_PIPE:
		for (unsigned i = 0; i < n->list.count; i++) {
			if (i)
				sh_sbuf_str(b, " | ");
			sh_show_node(b, n->list.items[i], indent);
		}
		return;
	case NODE_AND:
	case NODE_OR:
		sh_show_node(b, n->a, indent);
		sh_sbuf_str(b, n->kind == NODE_AND ? " && " : " || ");
		sh_show_node(b, n->b, indent);
		return;
	case NODE_LIST:
		show_list(b, n, indent);
		return;
	case NODE_ASYNC:
		sh_show_node(b, n->a, indent);
		sh_sbuf_str(b, " &");
		return;
	case NODE_NOT:
		sh_sbuf_str(b, "! ");
		sh_show_node(b, n->a, indent);
		return;
	case NODE_TIME:
		sh_sbuf_str(b, n->flag ? "time -p " : "time ");
		sh_show_node(b, n->a, indent);
		return;
	default:
		show_compound(b, n, indent);
		show_redirects(b, n->redirects);
	}
}

void sh_show_function(struct shell *sh, struct sbuf *b, const char *name, struct function *f)
{
	sh_sbuf_fmt(b, "%s%s", name, *name ? " () \n" : "() ");
	sh_show_node(b, sh_function_body(sh, f), 0);
	sh_sbuf_char(b, '\n');
}

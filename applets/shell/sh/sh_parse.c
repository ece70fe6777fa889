/* sh_parse.c - the shell's grammar: from text to a tree of commands
 *
 * Follows POSIX.1-2024, XCU 2.3 Token Recognition and 2.10 Shell Grammar.
 */
#include "sh.h"

enum token_kind { TOKEN_WORD, TOKEN_OPERATOR, TOKEN_NEWLINE, TOKEN_END };

struct token {
	enum token_kind kind;
	char *text; /* the word as written, or the operator */
};

/* A here-document whose body comes after the line. */
struct pending {
	struct pending *next;
	struct redirect *redirect;
	char *delimiter;
	bool strip_tabs;
};

struct parser {
	struct shell *sh;
	struct source *src;
	struct token token; /* the next one, if `have` */
	bool have, failed;
	struct pending *pending;
};

static struct node *parse_list(struct parser *p, bool to_newline);
static bool at_list_end(struct parser *p);

void words_add(struct words *w, char *word)
{
	w->list = arena_reserve(w->list, w->count + 1, &w->capacity, sizeof(*w->list));
	w->list[w->count++] = word;
	w->list[w->count] = NULL;
}

bool is_keyword(const char *word)
{
	static const char *const keywords[] = { "!",    "{",    "}",     "case",  "do",  "done",
						"elif", "else", "esac",  "fi",    "for", "if",
						"in",   "then", "until", "while", NULL };

	for (size_t i = 0; keywords[i]; i++)
		if (strcmp(keywords[i], word) == 0)
			return true;
	return false;
}

/* ---- text ---- */

/* Reads one more line into the source, byte by byte, since what follows may be for a child to read. */
static bool more(struct parser *p)
{
	struct source *src = p->src;
	const char *prompt;
	struct buf line = { 0 };
	char c;

	if (src->fd < 0)
		return false;
	if (src->interactive) {
		prompt = var_get(p->sh, src->at < src->len || p->have ? "PS2" : "PS1");
		if (prompt)
			write_all(STDERR_FILENO, prompt, strlen(prompt));
	}
	while (read_some(src->fd, &c, 1) == 1) {
		buf_char(&line, c);
		if (c == '\n')
			break;
	}
	if (line.len == 0)
		return false;
	if (p->sh->verbose)
		write_all(STDERR_FILENO, line.data, line.len);
	src->text = arena_printf("%s%s", src->text, line.data);
	src->len += line.len;
	return true;
}

static int peek_char(struct parser *p)
{
	if (p->src->at == p->src->len && !more(p))
		return -1;
	return (unsigned char)p->src->text[p->src->at];
}

static void syntax_error(struct parser *p, const char *what)
{
	if (p->failed)
		return;
	p->failed = true;
	p->sh->line = p->src->line;
	warn("%u: Syntax error: %s", p->src->line, what);
}

/* Reports the next token, where another was `expected` (or NULL: one of several). */
static void unexpected(struct parser *p, const char *expected)
{
	const struct token *t = &p->token;
	const char *what = t->kind == TOKEN_END       ? "end of file"
			   : t->kind == TOKEN_NEWLINE ? "newline"
						      : arena_printf("\"%s\"", t->text);

	syntax_error(p, expected ? arena_printf("%s unexpected (expecting \"%s\")", what, expected)
				 : arena_printf("%s unexpected", what));
}

/* ---- spans: things with an end of their own ---- */

static size_t quoted_span(const char *s, char end)
{
	for (size_t i = 1; s[i]; i++) {
		if (s[i] == end)
			return i + 1;
		if (end != '\'' && s[i] == '\\' && s[i + 1]) {
			i++;
		} else if (end == '"' && (s[i] == '$' || s[i] == '`')) {
			size_t n = span_length(s + i, true);

			if (n == 0)
				return 0;
			i += n - 1;
		}
	}
	return 0;
}

static bool word_starts(const char *s, size_t i)
{
	return i == 0 || strchr(" \t\n;|&(", s[i - 1]);
}

/* $( ... ): counts parentheses outside of quotes, comments and case patterns. */
static size_t substitution_span(const char *s)
{
	int depth = 0, cases = 0;

	for (size_t i = 1; s[i];) {
		size_t n = span_length(s + i, false);

		if (n == 0)
			return 0;
		if (n == 1 && s[i] == '(')
			depth++;
		if (n == 1 && s[i] == '#' && word_starts(s, i)) {
			n = strcspn(s + i, "\n");
		} else if (strncmp(s + i, "case", 4) == 0 && word_starts(s, i) && strchr(" \t\n", s[i + 4])) {
			cases++;
		} else if (strncmp(s + i, "esac", 4) == 0 && word_starts(s, i) &&
			   strchr(" \t\n;)|&", s[i + 4])) {
			cases--;
		}
		if (n == 1 && s[i] == ')') {
			if (depth == 1 && cases <= 0)
				return i + 1;
			if (depth > 1)
				depth--;
		}
		i += n;
	}
	return 0;
}

static size_t braces_span(const char *s, bool in_double)
{
	for (size_t i = 2; s[i];) {
		size_t n = in_double && s[i] == '\'' ? 1 : span_length(s + i, in_double && s[i] != '"');

		if (s[i] == '}')
			return i + 1;
		if (n == 0)
			return 0;
		i += n;
	}
	return 0;
}

size_t span_length(const char *s, bool in_double)
{
	switch (*s) {
	case '\\':
		return s[1] ? 2 : 0;
	case '\'':
		return in_double ? 1 : quoted_span(s, '\'');
	case '"':
		return in_double ? 1 : quoted_span(s, '"');
	case '`':
		return quoted_span(s, '`');
	case '$':
		if (s[1] == '(')
			return substitution_span(s);
		if (s[1] == '{')
			return braces_span(s, in_double);
		return 1;
	default:
		return 1;
	}
}

/* ---- tokens ---- */

static void read_heredocs(struct parser *p)
{
	struct source *src = p->src;

	for (; p->pending; p->pending = p->pending->next) {
		struct buf body = { 0 };
		bool ended = false;

		buf_str(&body, "");
		while (!ended && peek_char(p) >= 0) {
			char *line = src->text + src->at, *text = line;
			size_t len = strcspn(line, "\n");

			src->at += len + (line[len] == '\n');
			src->line++;
			while (p->pending->strip_tabs && *text == '\t')
				text++;
			len -= (size_t)(text - line);
			ended = len == strlen(p->pending->delimiter) &&
				memcmp(text, p->pending->delimiter, len) == 0;
			if (!ended) {
				buf_mem(&body, text, len);
				buf_char(&body, '\n');
			}
		}
		p->pending->redirect->target = body.data;
	}
}

static void skip_blanks(struct parser *p)
{
	for (int c; (c = peek_char(p)) >= 0;) {
		struct source *src = p->src;

		if (c == ' ' || c == '\t') {
			src->at++;
		} else if (c == '\\' && src->text[src->at + 1] == '\n') {
			src->at += 2;
			src->line++;
		} else if (c == '#') {
			src->at += strcspn(src->text + src->at, "\n");
		} else {
			break;
		}
	}
}

/* The word that begins here, with its quotes; line continuations are taken out. */
static void read_word(struct parser *p)
{
	struct source *src = p->src;
	struct buf word = { 0 };

	while (src->at < src->len && !strchr(" \t\n;&|<>()", src->text[src->at])) {
		size_t n;

		if (src->text[src->at] == '\\' && src->text[src->at + 1] == '\n') {
			src->at += 2;
			src->line++;
			if (peek_char(p) < 0)
				break;
			continue;
		}
		while ((n = span_length(src->text + src->at, false)) == 0 && more(p))
			;
		if (n == 0 && src->text[src->at] == '\\') {
			n = 1;
		} else if (n == 0) {
			syntax_error(p, "Unterminated quoted string");
			src->at = src->len;
			break;
		}
		for (size_t i = 0; i < n; i++)
			src->line += src->text[src->at + i] == '\n';
		buf_mem(&word, src->text + src->at, n);
		src->at += n;
	}
	p->token = (struct token){ TOKEN_WORD, word.data ? word.data : arena_strdup("") };
}

static const struct token *peek(struct parser *p)
{
	static const char *const operators[] = { "&&", "||", ";;", "<<-", "<<", ">>", "<&", ">&", "<>",
						 ">|", "&",  "|",  ";",   "<",  ">",  "(",  ")",  NULL };
	struct source *src = p->src;
	int c;

	if (p->have)
		return &p->token;
	skip_blanks(p);
	p->have = true;
	c = peek_char(p);
	if (c < 0) {
		p->token = (struct token){ TOKEN_END, NULL };
		return &p->token;
	}
	if (c == '\n') {
		src->at++;
		src->line++;
		p->token = (struct token){ TOKEN_NEWLINE, NULL };
		read_heredocs(p);
		return &p->token;
	}
	for (size_t i = 0; operators[i]; i++) {
		size_t n = strlen(operators[i]);

		if (strncmp(src->text + src->at, operators[i], n) == 0) {
			src->at += n;
			p->token = (struct token){ TOKEN_OPERATOR, arena_strdup(operators[i]) };
			return &p->token;
		}
	}
	read_word(p);
	return &p->token;
}

static struct token next(struct parser *p)
{
	struct token t = *peek(p);

	p->have = false;
	return t;
}

static bool at_operator(struct parser *p, const char *op)
{
	const struct token *t = peek(p);

	return t->kind == TOKEN_OPERATOR && strcmp(t->text, op) == 0;
}

static bool at_word(struct parser *p, const char *word)
{
	const struct token *t = peek(p);

	return t->kind == TOKEN_WORD && strcmp(t->text, word) == 0;
}

static bool take_operator(struct parser *p, const char *op)
{
	bool found = at_operator(p, op);

	if (found)
		next(p);
	return found;
}

static bool take_word(struct parser *p, const char *word)
{
	bool found = at_word(p, word);

	if (found)
		next(p);
	return found;
}

static void need_word(struct parser *p, const char *word)
{
	if (!take_word(p, word))
		unexpected(p, word);
}

static void skip_newlines(struct parser *p)
{
	while (peek(p)->kind == TOKEN_NEWLINE)
		next(p);
}

/* ---- grammar ---- */

static struct node *new_node(struct parser *p, enum node_kind kind, struct node *a, struct node *b)
{
	struct node *n = arena_new(struct node);

	n->kind = kind;
	n->line = p->src->line;
	n->a = a;
	n->b = b;
	return n;
}

/* Takes the quotes off a here-document's delimiter; says whether there were any. */
static char *unquote(const char *word, bool *quoted)
{
	struct buf out = { 0 };

	buf_str(&out, "");
	*quoted = strpbrk(word, "'\"\\") != NULL;
	for (; *word; word++) {
		if (*word == '\\' && word[1])
			word++;
		else if (*word == '\'' || *word == '"')
			continue;
		buf_char(&out, *word);
	}
	return out.data;
}

/* The redirection whose operator comes next. `fd` is the number before it, or -1. */
static void parse_redirect(struct parser *p, struct redirect ***end, int fd)
{
	static const struct {
		const char *op;
		enum redirect_op meaning;
		int fd;
	} ops[] = {
		{ "<", REDIRECT_IN, 0 },      { ">", REDIRECT_OUT, 1 },   { ">|", REDIRECT_CLOBBER, 1 },
		{ ">>", REDIRECT_APPEND, 1 }, { "<>", REDIRECT_BOTH, 0 }, { "<&", REDIRECT_DUP, 0 },
		{ ">&", REDIRECT_DUP, 1 },    { "<<", REDIRECT_TEXT, 0 }, { "<<-", REDIRECT_TEXT, 0 },
	};
	struct token op = next(p), word;
	struct redirect *r = arena_new(struct redirect);

	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		if (strcmp(ops[i].op, op.text) == 0) {
			r->op = ops[i].meaning;
			r->fd = fd >= 0 ? fd : ops[i].fd;
		}
	if (peek(p)->kind != TOKEN_WORD) {
		unexpected(p, NULL);
		return;
	}
	word = next(p);
	r->target = word.text;
	if (r->op == REDIRECT_TEXT) {
		struct pending *doc = arena_new(struct pending), **last = &p->pending;

		doc->redirect = r;
		doc->delimiter = unquote(word.text, &r->literal);
		doc->strip_tabs = op.text[2] == '-';
		while (*last)
			last = &(*last)->next;
		*last = doc;
	}
	**end = r;
	*end = &r->next;
}

static bool at_redirect(struct parser *p)
{
	const struct token *t = peek(p);

	return t->kind == TOKEN_OPERATOR && (*t->text == '<' || *t->text == '>');
}

/* Whether the word is digits with a redirection right behind it: its file descriptor, else -1. */
static int redirect_number(struct parser *p, const char *word)
{
	int c = p->src->at < p->src->len ? p->src->text[p->src->at] : 0;

	if ((c != '<' && c != '>') || !*word || word[strspn(word, "0123456789")] || strlen(word) > 4)
		return -1;
	return atoi(word);
}

static void parse_redirects(struct parser *p, struct redirect **list)
{
	for (;;) {
		int fd = peek(p)->kind == TOKEN_WORD ? redirect_number(p, p->token.text) : -1;

		if (fd >= 0)
			next(p);
		if (p->failed || !at_redirect(p))
			return;
		parse_redirect(p, &list, fd);
	}
}

static bool is_assignment(const char *word)
{
	size_t n = name_length(word);

	return n > 0 && word[n] == '=';
}

static struct node *parse_do_group(struct parser *p)
{
	struct node *body;

	skip_newlines(p);
	need_word(p, "do");
	body = parse_list(p, false);
	need_word(p, "done");
	return body;
}

static struct node *parse_if(struct parser *p)
{
	struct node *n = new_node(p, NODE_IF, parse_list(p, false), NULL);

	need_word(p, "then");
	n->b = parse_list(p, false);
	if (take_word(p, "elif")) {
		n->c = parse_if(p);
	} else {
		if (take_word(p, "else"))
			n->c = parse_list(p, false);
		need_word(p, "fi");
	}
	return n;
}

static struct node *parse_for(struct parser *p)
{
	struct node *n = new_node(p, NODE_FOR, NULL, NULL);
	struct token name = next(p);

	if (name.kind != TOKEN_WORD || name_length(name.text) != strlen(name.text) || !*name.text) {
		syntax_error(p, "Bad for loop variable");
		return n;
	}
	n->name = name.text;
	skip_newlines(p);
	n->in_args = !take_word(p, "in");
	if (!n->in_args)
		while (peek(p)->kind == TOKEN_WORD)
			words_add(&n->words, next(p).text);
	if (!take_operator(p, ";") && !n->in_args && peek(p)->kind != TOKEN_NEWLINE)
		unexpected(p, NULL);
	n->a = parse_do_group(p);
	return n;
}

static struct node *parse_case(struct parser *p)
{
	struct node *n = new_node(p, NODE_CASE, NULL, NULL);
	struct case_item **end = &n->items;

	if (peek(p)->kind != TOKEN_WORD)
		unexpected(p, NULL);
	n->name = next(p).text;
	skip_newlines(p);
	need_word(p, "in");
	skip_newlines(p);
	while (!p->failed && !at_word(p, "esac")) {
		struct case_item *item = arena_new(struct case_item);

		take_operator(p, "(");
		do {
			if (peek(p)->kind != TOKEN_WORD) {
				unexpected(p, NULL);
				return n;
			}
			words_add(&item->patterns, next(p).text);
		} while (take_operator(p, "|"));
		if (!take_operator(p, ")"))
			unexpected(p, ")");
		skip_newlines(p);
		if (!at_list_end(p))
			item->body = parse_list(p, false);
		*end = item;
		end = &item->next;
		if (!take_operator(p, ";;"))
			break;
		skip_newlines(p);
	}
	need_word(p, "esac");
	return n;
}

static struct node *parse_compound(struct parser *p)
{
	struct node *n;

	if (take_operator(p, "(")) {
		n = new_node(p, NODE_SUBSHELL, parse_list(p, false), NULL);
		if (!take_operator(p, ")"))
			unexpected(p, ")");
	} else if (take_word(p, "{")) {
		n = new_node(p, NODE_GROUP, parse_list(p, false), NULL);
		need_word(p, "}");
	} else if (take_word(p, "if")) {
		n = parse_if(p);
	} else if (at_word(p, "while") || at_word(p, "until")) {
		enum node_kind kind = *next(p).text == 'w' ? NODE_WHILE : NODE_UNTIL;

		n = new_node(p, kind, parse_list(p, false), NULL);
		n->b = parse_do_group(p);
	} else if (take_word(p, "for")) {
		n = parse_for(p);
	} else if (take_word(p, "case")) {
		n = parse_case(p);
	} else {
		return NULL;
	}
	parse_redirects(p, &n->redirects);
	return n;
}

static struct node *parse_function(struct parser *p, char *name)
{
	struct node *n = new_node(p, NODE_FUNCTION, NULL, NULL);

	next(p);
	if (!take_operator(p, ")"))
		unexpected(p, NULL);
	skip_newlines(p);
	n->name = name;
	n->a = parse_compound(p);
	if (!n->a)
		unexpected(p, NULL);
	return n;
}

static struct node *parse_simple(struct parser *p)
{
	struct node *n = new_node(p, NODE_SIMPLE, NULL, NULL);
	struct redirect **end = &n->redirects;

	while (!p->failed) {
		if (at_redirect(p)) {
			parse_redirect(p, &end, -1);
		} else if (peek(p)->kind == TOKEN_WORD) {
			char *word = next(p).text;
			int fd = redirect_number(p, word);

			if (fd >= 0)
				parse_redirect(p, &end, fd);
			else if (n->words.count == 0 && is_assignment(word))
				words_add(&n->assigns, word);
			else
				words_add(&n->words, word);
		} else if (n->words.count == 1 && n->assigns.count == 0 && !n->redirects &&
			   at_operator(p, "(")) {
			return parse_function(p, n->words.list[0]);
		} else {
			break;
		}
	}
	if (n->words.count == 0 && n->assigns.count == 0 && !n->redirects)
		unexpected(p, NULL);
	return n;
}

static struct node *parse_pipeline(struct parser *p)
{
	bool negated = take_word(p, "!");
	struct node *n = parse_compound(p);

	if (!n && peek(p)->kind == TOKEN_WORD && is_keyword(p->token.text))
		unexpected(p, NULL);
	if (!n)
		n = parse_simple(p);
	if (!p->failed && take_operator(p, "|")) {
		skip_newlines(p);
		n = new_node(p, NODE_PIPE, n, parse_pipeline(p));
		if (n->b && n->b->kind == NODE_NOT)
			unexpected(p, NULL);
	}
	return negated ? new_node(p, NODE_NOT, n, NULL) : n;
}

static struct node *parse_and_or(struct parser *p)
{
	struct node *n = parse_pipeline(p);

	while (!p->failed && (at_operator(p, "&&") || at_operator(p, "||"))) {
		enum node_kind kind = *next(p).text == '&' ? NODE_AND : NODE_OR;

		skip_newlines(p);
		n = new_node(p, kind, n, parse_pipeline(p));
	}
	return n;
}

/* Whether a list ends here: at the end, a closing operator or keyword. */
static bool at_list_end(struct parser *p)
{
	static const char *const enders[] = { "then", "else", "elif", "fi", "do", "done", "esac", "}", NULL };

	if (peek(p)->kind == TOKEN_END || at_operator(p, ")") || at_operator(p, ";;"))
		return true;
	for (size_t i = 0; enders[i]; i++)
		if (at_word(p, enders[i]))
			return true;
	return false;
}

/* A list of commands; `to_newline`: a complete command, which a newline ends. */
static struct node *parse_list(struct parser *p, bool to_newline)
{
	struct node *list = NULL;

	if (!to_newline)
		skip_newlines(p);
	while (!p->failed && !at_list_end(p)) {
		struct node *n = parse_and_or(p);
		bool more_follow = true;

		if (take_operator(p, "&"))
			n = new_node(p, NODE_BACKGROUND, n, NULL);
		else
			more_follow = take_operator(p, ";");
		list = list ? new_node(p, NODE_SEQUENCE, list, n) : n;
		if (peek(p)->kind == TOKEN_NEWLINE) {
			if (to_newline)
				break;
			skip_newlines(p);
			more_follow = true;
		}
		if (!more_follow)
			break;
	}
	if (!list && !to_newline && !p->failed)
		unexpected(p, NULL);
	return list;
}

struct node *parse_command(struct shell *sh, struct source *src, bool *failed)
{
	struct parser p = { .sh = sh, .src = src };
	struct node *n;

	skip_newlines(&p);
	if (peek(&p)->kind == TOKEN_END)
		return NULL;
	n = parse_list(&p, true);
	if (!p.failed && peek(&p)->kind != TOKEN_NEWLINE && p.token.kind != TOKEN_END)
		unexpected(&p, NULL);
	*failed = p.failed;
	if (p.failed)
		src->at = src->len;
	return p.failed ? NULL : n;
}

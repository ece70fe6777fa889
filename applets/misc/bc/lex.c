/* lex.c - tokens of bc */
#include "bc.h"

static const char *const keywords[] = {
	[K_AUTO] = "auto",   [K_BREAK] = "break",       [K_CONTINUE] = "continue", [K_DEFINE] = "define",
	[K_ELSE] = "else",   [K_FOR] = "for",           [K_HALT] = "halt",         [K_IBASE] = "ibase",
	[K_IF] = "if",       [K_LAST] = "last",         [K_LENGTH] = "length",     [K_LIMITS] = "limits",
	[K_OBASE] = "obase", [K_PRINT] = "print",       [K_QUIT] = "quit",         [K_RANDOM] = "random",
	[K_READ] = "read",   [K_RETURN] = "return",     [K_SCALE] = "scale",       [K_SQRT] = "sqrt",
	[K_VOID] = "void",   [K_WARRANTY] = "warranty", [K_WHILE] = "while",
};

void bc_complain(struct bc *bc, const char *fmt, ...)
{
	char text[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	out_flush();
	dprintf(STDERR_FILENO, "%s %u: %s\n", bc->lex.name, bc->lex.number, text);
}

void bc_lex_open(struct bc *bc, char **files)
{
	bc->lex.files = files;
	bc->lex.number = 1;
	buf_room(&bc->lex.text, 1);
}

/* Goes to the next file. Returns false when there is none. */
static bool next_file(struct lexer *l)
{
	int fd;

	if (l->at_stdin)
		return false;
	l->number = 1;
	if (!*l->files) {
		l->at_stdin = true;
		l->name = "(standard_in)";
		reader_open(&l->input, STDIN_FILENO);
		return true;
	}
	l->name = *l->files++;
	fd = open_file(l->name, O_RDONLY, 0);
	if (fd < 0) {
		out_flush();
		dprintf(STDERR_FILENO, "File %s is unavailable.\n", l->name);
		leave(1);
	}
	reader_open(&l->input, fd);
	return true;
}

/* Reads the next line. Returns false at the end of the last file. */
static bool next_line(struct lexer *l)
{
	/* what was printed is seen before more is waited for */
	if (!l->name || !memchr(l->input.buf + l->input.pos, '\n', l->input.end - l->input.pos))
		out_flush();
	while (!l->done) {
		l->at = 0;
		l->line = l->name ? reader_line(&l->input, &l->len, '\n') : NULL;
		if (l->line)
			return true;
		l->done = !next_file(l);
	}
	l->len = 0;
	return false;
}

/* The next character, which stays; -1 at the end of the input. A backslash before a newline is not seen. */
static int look(struct lexer *l)
{
	for (;;) {
		if (l->at >= l->len && !next_line(l))
			return -1;
		if (l->line[l->at] != '\\' || l->at + 1 >= l->len || l->line[l->at + 1] != '\n')
			return (unsigned char)l->line[l->at];
		l->at += 2;
		l->number++;
	}
}

void bc_skip_line(struct bc *bc)
{
	while (bc->lex.token != T_NEWLINE && bc->lex.token != T_END)
		bc_next_token(bc);
}

static bool is_digit(int c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
}

static bool is_lower(int c)
{
	return c >= 'a' && c <= 'z';
}

static int read_word(struct lexer *l)
{
	int c;

	while (is_lower(c = look(l)) || (c >= '0' && c <= '9') || c == '_') {
		buf_char(&l->text, (char)c);
		l->at++;
	}
	for (unsigned i = 0; i < sizeof(keywords) / sizeof(*keywords); i++)
		if (strcmp(keywords[i], l->text.data) == 0) {
			l->keyword = (enum keyword)i;
			return T_KEYWORD;
		}
	return T_NAME;
}

/* Digits with at most one point, of which one digit may be missing. */
static int read_number(struct lexer *l)
{
	bool point = false;
	int c;

	while (is_digit(c = look(l)) || (c == '.' && !point)) {
		point |= c == '.';
		buf_char(&l->text, (char)c);
		l->at++;
	}
	return T_NUMBER;
}

static int read_string(struct bc *bc)
{
	struct lexer *l = &bc->lex;
	unsigned lines = 0;
	int c;

	l->at++;
	while ((c = look(l)) >= 0 && c != '"') {
		lines += c == '\n';
		buf_char(&l->text, (char)c);
		l->at++;
	}
	if (c < 0) {
		bc_complain(bc, "illegal character: \"");
		return T_END;
	}
	l->at++;
	l->number += lines;
	return T_STRING;
}

/* Returns whether there was a comment or blank, which is skipped. */
static bool skip_blank(struct bc *bc)
{
	struct lexer *l = &bc->lex;
	int c = look(l), last = 0;

	if (c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v') {
		l->at++;
		return true;
	}
	if (c == '#' && !bc->standard) {
		while ((c = look(l)) >= 0 && c != '\n')
			l->at++;
		return true;
	}
	if (c != '/' || l->at + 1 >= l->len || l->line[l->at + 1] != '*')
		return false;
	l->at += 2;
	for (; (c = look(l)) >= 0 && !(last == '*' && c == '/'); last = c, l->at++)
		l->number += c == '\n';
	if (c < 0)
		dprintf(STDERR_FILENO, "EOF encountered in a comment.\n");
	else
		l->at++;
	return true;
}

/* Takes the next character if it is that one. */
static bool take(struct lexer *l, char c)
{
	if (look(l) != c)
		return false;
	l->at++;
	return true;
}

static int relation(struct lexer *l, enum operator op)
{
	l->op = (char)op;
	return T_RELATION;
}

static int read_operator(struct bc *bc, int c)
{
	struct lexer *l = &bc->lex;

	l->at++;
	switch (c) {
	case '+':
	case '-':
	case '*':
	case '/':
	case '%':
	case '^':
		l->op = (char)c;
		if (take(l, '='))
			return T_ASSIGN;
		return (c == '+' || c == '-') && take(l, (char)c) ? T_INCREMENT : c;
	case '=':
		if (take(l, '='))
			return relation(l, EQUAL);
		l->op = '=';
		return T_ASSIGN;
	case '!':
		return take(l, '=') ? relation(l, DIFFERENT) : '!';
	case '<':
		return relation(l, take(l, '=') ? LESS_EQUAL : LESS);
	case '>':
		return relation(l, take(l, '=') ? GREATER_EQUAL : GREATER);
	case '&':
	case '|':
		if (take(l, (char)c))
			return c == '&' ? T_AND : T_OR;
		break;
	case '(':
	case ')':
	case '[':
	case ']':
	case '{':
	case '}':
	case ',':
	case ';':
		return c;
	}
	if (c < ' ' || c >= 127)
		bc_complain(bc, "illegal character: \\%03o", (unsigned)c);
	else
		bc_complain(bc, "illegal character: %c", c);
	return T_ERROR;
}

int bc_next_token(struct bc *bc)
{
	struct lexer *l = &bc->lex;
	int c;

	while (skip_blank(bc))
		;
	buf_cut(&l->text, 0);
	c = look(l);
	if (c < 0)
		l->token = T_END;
	else if (c == '\n') {
		l->at++;
		l->number++;
		l->token = T_NEWLINE;
	} else if (is_lower(c))
		l->token = read_word(l);
	else if (is_digit(c) ||
		 (c == '.' && l->at + 1 < l->len && is_digit((unsigned char)l->line[l->at + 1])))
		l->token = read_number(l);
	else if (c == '.') {
		l->at++;
		l->keyword = K_LAST;
		l->token = T_KEYWORD;
	} else if (c == '"')
		l->token = read_string(bc);
	else
		l->token = read_operator(bc, c);
	if (l->token == T_ERROR) {
		/* told; the rest is read, but not run */
		bc->spoilt = true;
		return bc_next_token(bc);
	}
	return l->token;
}

struct dec *bc_read_number(struct bc *bc)
{
	struct lexer *l = &bc->lex;
	struct reader *r = l->at_stdin ? &l->input : &l->numbers;
	int c;

	if (r->size == 0)
		reader_open(r, STDIN_FILENO);
	buf_cut(&bc->number, 0);
	do
		c = reader_byte(r);
	while (c == ' ' || c == '\t' || c == '\n' || c == '+');
	for (; c >= 0 && (is_digit(c) || c == '.' || c == '-'); c = reader_byte(r))
		buf_char(&bc->number, (char)c);
	return dec_read(&bc->pool, bc->number.data, bc->number.len, bc->ibase, true);
}

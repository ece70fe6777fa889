/* lex.c - the text of an awk program to tokens
 *
 * Follows POSIX.1-2024 awk, "Lexical Conventions", and gawk 5.2.
 */
#include "tree.h"
#include "path.h"

/* In the order of the tokens. */
static const char words[] =
	"BEGIN\0BEGINFILE\0END\0ENDFILE\0break\0case\0continue\0default\0delete\0do\0else\0exit\0for\0func\0"
	"function\0getline\0if\0in\0next\0nextfile\0print\0printf\0return\0switch\0while\0";

const char *awk_place_text(struct awk *a, uint32_t place)
{
	uint32_t source = place >> 22;

	if (source >= a->sources_count)
		return "cmd. line:1:";
	return arena_printf("%s:%u:", a->sources[source].name, place & 0x3fffff);
}

static uint32_t place_of(const struct input *in)
{
	return (in->source < 1023 ? in->source : 1023) << 22 | (in->line & 0x3fffff);
}

/* The message of gawk: the line up to the token, and an arrow under it. */
void awk_lex_error(struct lexer *l, const char *fmt, ...)
{
	const char *place = awk_place_text(l->a, l->place), *begin = l->start, *end, *text;
	struct buf arrow = { 0 };
	va_list args;
	char message[512];

	va_start(args, fmt);
	vsnprintf(message, sizeof(message), fmt, args);
	va_end(args);
	if (!l->in) {
		warn("%s %s", place, message);
		awk_quit(l->a, 1);
	}
	text = l->in->text;
	if (begin > l->in->end)
		begin = l->in->end;
	if (begin > text && begin == l->in->end && begin[-1] == '\n')
		begin--;
	end = begin;
	while (begin > text && begin[-1] != '\n')
		begin--;
	while (end < l->in->end && *end != '\n')
		end++;
	buf_str(&arrow, "");
	for (const char *p = begin; p < l->start && p < end; p++)
		if (((unsigned char)*p & 0xc0) != 0x80)
			buf_char(&arrow, *p == '\t' ? '\t' : ' ');
	warn("%s %.*s", place, (int)(end - begin), begin);
	warn("%s %s^ %s", place, arrow.data, message);
	awk_quit(l->a, 1);
}

void awk_program_error(struct awk *a, uint32_t place, const char *fmt, ...)
{
	char message[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(message, sizeof(message), fmt, args);
	va_end(args);
	warn("%s error: %s", awk_place_text(a, place), message);
	awk_quit(a, 1);
}

static uint32_t add_source(struct awk *a, const char *name, const char *text, size_t len)
{
	a->sources = arena_reserve(a->sources, a->sources_count, &a->sources_size, sizeof(*a->sources));
	a->sources[a->sources_count] = (struct source){ name, text, len };
	return (uint32_t)a->sources_count++;
}

static void push_input(struct lexer *l, const char *name, const char *text, size_t len)
{
	struct input *in = arena_new(struct input);

	*in = (struct input){ .outer = l->in, .text = text, .at = text, .end = text + len, .line = 1 };
	in->source = add_source(l->a, name, text, len);
	l->in = in;
}

/* Opens the file `name`, in the directories of AWKPATH if it has no slash; *path gets where it was. */
static int open_source(const char *name, const char **path)
{
	const char *dirs = getenv("AWKPATH");
	int fd = -1;

	*path = name;
	if (strcmp(name, "-") == 0)
		return STDIN_FILENO;
	if (strchr(name, '/')) {
		fd = open_file(name, O_RDONLY, 0);
		return fd < 0 ? open_file(arena_printf("%s.awk", name), O_RDONLY, 0) : fd;
	}
	if (!dirs || !*dirs)
		dirs = ".:/usr/local/share/awk:/usr/share/awk";
	for (; fd < 0; dirs++) {
		const char *end = strchrnul(dirs, ':');
		const char *dir = end > dirs ? arena_printf("%.*s", (int)(end - dirs), dirs) : ".";

		*path = strcmp(dir, ".") == 0 ? name : path_join(dir, name);
		fd = open_file(*path, O_RDONLY, 0);
		if (fd < 0)
			fd = open_file(*path = arena_printf("%s.awk", *path), O_RDONLY, 0);
		dirs = end;
		if (!*dirs)
			break;
	}
	return fd;
}

void awk_lex_include(struct lexer *l, const char *name, bool once)
{
	const char *path;
	size_t len;
	char *text;
	int fd = open_source(name, &path);

	if (fd >= 0 && once)
		for (size_t i = 0; i < l->included_count; i++)
			if (strcmp(l->included[i], path) == 0) {
				close_file(fd);
				return;
			}
	text = fd < 0 ? NULL : read_file(fd, &len);
	if (!text) {
		if (l->in)
			awk_program_error(l->a, l->place, "cannot open source file `%s' for reading: %s",
					  name, strerror(errno));
		warn("fatal: cannot open source file `%s' for reading: %s", name, strerror(errno));
		awk_quit(l->a, 2);
	}
	close_file(fd);
	l->included = arena_reserve(l->included, l->included_count, &l->included_size, sizeof(*l->included));
	l->included[l->included_count++] = path;
	push_input(l, path, text, len);
	if (len > 1 && text[0] == '#' && text[1] == '!')
		l->in->at = memchr(text, '\n', len) ? memchr(text, '\n', len) : l->in->end;
}

/* Goes back to the text that included this one, or on to the next of the command line. Returns false at the end of all. */
static bool next_input(struct lexer *l)
{
	const struct source_option *o;

	if (l->in && l->in->outer) {
		l->in = l->in->outer;
		return true;
	}
	if (l->option_at == l->options_count)
		return false;
	o = &l->options[l->option_at++];
	l->in = NULL;
	l->module = NULL;
	if (o->kind == 'e')
		push_input(l, "cmd. line", o->value, strlen(o->value));
	else
		awk_lex_include(l, o->value, o->kind == 'i');
	if (!l->in) /* a file that is there already */
		push_input(l, "", "", 0);
	return true;
}

void awk_lex_start(struct lexer *l)
{
	l->was_newline = true;
	next_input(l);
	awk_lex_next(l);
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

/* Reads what follows a backslash; writes the character(s) to `out`. Returns how many were read. */
static size_t escape(struct awk *a, const char *p, const char *end, char *out, size_t *out_len)
{
	static const char letters[] = "abfnrtv\"\\", codes[] = "\a\b\f\n\r\t\v\"\\";
	const char *known = *p ? strchr(letters, *p) : NULL;
	int value = 0;
	size_t n = 0;

	*out_len = 1;
	if (known) {
		*out = codes[known - letters];
		return 1;
	}
	if (*p >= '0' && *p <= '7') {
		for (; n < 3 && p + n < end && p[n] >= '0' && p[n] <= '7'; n++)
			value = value * 8 + (p[n] - '0');
		*out = (char)value;
		return n;
	}
	if (*p == 'x' && p + 1 < end && hex_digit(p[1]) >= 0) {
		for (n = 1; n < 3 && p + n < end && hex_digit(p[n]) >= 0; n++)
			value = value * 16 + hex_digit(p[n]);
		*out = (char)value;
		return n;
	}
	if (*p == 'x')
		awk_warning(a, "no hex digits in `\\x' escape sequence");
	else
		awk_warning(a, "escape sequence `\\%c' treated as plain `%c'", *p, *p);
	*out = *p;
	return 1;
}

size_t awk_unescape(struct awk *a, char *out, const char *p, size_t len)
{
	const char *end = p + len;
	size_t n = 0, more;

	while (p < end) {
		if (*p != '\\' || p + 1 == end) {
			out[n++] = *p++;
			continue;
		}
		p++;
		p += escape(a, p, end, out + n, &more);
		n += more;
	}
	return n;
}

static void lex_string(struct lexer *l)
{
	struct input *in = l->in;

	l->text.len = 0;
	buf_str(&l->text, "");
	for (in->at++; in->at < in->end && *in->at != '"'; in->at++) {
		char c;
		size_t n;

		if (*in->at == '\n')
			break;
		if (*in->at != '\\' || in->at + 1 == in->end) {
			buf_char(&l->text, *in->at);
			continue;
		}
		in->at++;
		if (*in->at == '\r' && in->at + 1 < in->end && in->at[1] == '\n')
			in->at++;
		if (*in->at == '\n') {
			in->line++;
			continue;
		}
		l->a->place = place_of(in);
		in->at += escape(l->a, in->at, in->end, &c, &n) - 1;
		buf_char(&l->text, c);
	}
	if (in->at == in->end || *in->at != '"')
		awk_lex_error(l, "unterminated string");
	in->at++;
	l->token = T_STRING;
}

void awk_lex_regex(struct lexer *l)
{
	struct input *in = l->in;
	bool bracket = false;

	in->at = l->start + 1;
	l->text.len = 0;
	buf_str(&l->text, "");
	for (; in->at < in->end && *in->at != '\n' && (*in->at != '/' || bracket); in->at++) {
		char c = *in->at;

		if (c == '\\' && in->at + 1 < in->end) {
			in->at++;
			if (*in->at == '\n') {
				in->line++;
				continue;
			}
			if (*in->at != '/')
				buf_char(&l->text, '\\');
			c = *in->at;
		} else if (c == '[' && !bracket) {
			bracket = true;
			buf_char(&l->text, c);
			if (in->at + 1 < in->end && in->at[1] == '^')
				buf_char(&l->text, *++in->at);
			if (in->at + 1 < in->end && in->at[1] == ']')
				buf_char(&l->text, *++in->at);
			continue;
		} else if (c == '[' && in->at + 1 < in->end &&
			   (in->at[1] == ':' || in->at[1] == '.' || in->at[1] == '=')) {
			const char *p = in->at + 2; /* a class within brackets, if it ends */

			while (p + 1 < in->end && *p != '\n' && !(*p == in->at[1] && p[1] == ']'))
				p++;
			if (p + 1 < in->end && *p == in->at[1]) {
				buf_mem(&l->text, in->at, (size_t)(p - in->at) + 1);
				in->at = p;
				continue;
			}
		} else if (c == ']') {
			bracket = false;
		}
		buf_char(&l->text, c);
	}
	if (in->at == in->end || *in->at != '/') {
		l->start++;
		awk_lex_error(l, "unterminated regexp");
	}
	in->at++;
	l->token = T_REGEX;
}

static void lex_number(struct lexer *l)
{
	struct input *in = l->in;
	const char *p = in->at, *q;
	bool whole, other = !l->a->traditional && !l->a->posix && *p == '0' && p + 1 < in->end,
		    before = l->a->non_decimal;

	if (other && (p[1] | 32) == 'x') {
		for (p += 2; p < in->end && hex_digit(*p) >= 0; p++)
			;
	} else {
		while (p < in->end && *p >= '0' && *p <= '9')
			p++;
		if (p < in->end && *p == '.')
			for (p++; p < in->end && *p >= '0' && *p <= '9'; p++)
				;
		q = p + 1;
		if (p < in->end && (*p | 32) == 'e') {
			q += q < in->end && (*q == '+' || *q == '-');
			if (q < in->end && *q >= '0' && *q <= '9')
				for (p = q; p < in->end && *p >= '0' && *p <= '9'; p++)
					;
		}
	}
	l->a->non_decimal = other;
	l->num = awk_text_to_num(l->a, in->at, (size_t)(p - in->at), &whole);
	l->a->non_decimal = before;
	in->at = p;
	l->token = T_NUMBER;
}

static bool name_char(char c)
{
	return c == '_' || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

/* Whether the name is the same in all modules: special variables and other names in capitals. */
static bool common_name(const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (p[i] >= 'a' && p[i] <= 'z')
			return false;
	return true;
}

/* The name with its module in front, unless that is awk's own. */
static void qualify(struct lexer *l)
{
	if (l->name_len > 5 && memcmp(l->name, "awk::", 5) == 0) {
		l->name += 5;
		l->name_len -= 5;
	} else if (l->module && !memmem(l->name, l->name_len, "::", 2) &&
		   !common_name(l->name, l->name_len)) {
		l->name = arena_printf("%s::%.*s", l->module, (int)l->name_len, l->name);
		l->name_len = strlen(l->name);
	}
}

static void lex_name(struct lexer *l)
{
	struct input *in = l->in;
	const struct builtin *f;
	int token = T_BEGIN;

	l->name = in->at;
	while (in->at < in->end &&
	       (name_char(*in->at) || (in->at + 2 < in->end && in->at[0] == ':' && in->at[1] == ':' &&
				       name_char(in->at[2]) && (in->at += 2))))
		in->at++;
	l->name_len = (size_t)(in->at - l->name);
	for (const char *w = words; *w; w += strlen(w) + 1, token++)
		if (strlen(w) == l->name_len && memcmp(w, l->name, l->name_len) == 0 &&
		    !((l->a->traditional || l->a->posix) &&
		      (token == T_BEGINFILE || token == T_ENDFILE || token == T_SWITCH || token == T_CASE ||
		       token == T_DEFAULT))) {
			l->token = (enum token)token;
			return;
		}
	f = awk_find_builtin(l->name, l->name_len);
	if (f && !(f->extension && (l->a->traditional || l->a->posix))) {
		l->num = f->op;
		l->token = T_BUILTIN;
		return;
	}
	l->token = in->at < in->end && *in->at == '(' ? T_FUNC_NAME : T_NAME;
	qualify(l);
}

/* Skips blanks, comments and continued lines. Returns false at the end of the text. */
static bool skip_blanks(struct input *in)
{
	while (in->at < in->end) {
		if (*in->at == ' ' || *in->at == '\t' || *in->at == '\r') {
			in->at++;
		} else if (*in->at == '\\' && in->at + 1 < in->end && in->at[1] == '\n') {
			in->at += 2;
			in->line++;
		} else if (*in->at == '\\' && in->at + 2 < in->end && in->at[1] == '\r' &&
			   in->at[2] == '\n') {
			in->at += 3;
			in->line++;
		} else if (*in->at == '#') {
			while (in->at < in->end && *in->at != '\n')
				in->at++;
		} else {
			return true;
		}
	}
	return false;
}

/* Operators, longest first, and their tokens. */
static const struct {
	char text[4];
	unsigned char token;
} operators[] = {
	{ "**=", T_POW_ASSIGN }, { "**", T_POWER },     { "*=", T_MUL_ASSIGN }, { "*", T_STAR },
	{ "^=", T_POW_ASSIGN },  { "^", T_POWER },      { "++", T_INCR },       { "+=", T_ADD_ASSIGN },
	{ "+", T_PLUS },         { "--", T_DECR },      { "-=", T_SUB_ASSIGN }, { "-", T_MINUS },
	{ "/=", T_DIV_ASSIGN },  { "/", T_SLASH },      { "%=", T_MOD_ASSIGN }, { "%", T_PERCENT },
	{ "!=", T_NE },          { "!~", T_NO_MATCH },  { "!", T_NOT },         { ">>", T_APPEND },
	{ ">=", T_GE },          { ">", T_GREATER },    { "<=", T_LE },         { "<", T_LESS },
	{ "==", T_EQ },          { "=", T_ASSIGN },     { "~", T_MATCH },       { "&&", T_AND },
	{ "||", T_OR },          { "|&", T_PIPE_BOTH }, { "|", T_PIPE },        { "?", T_QUESTION },
	{ ":", T_COLON },        { "$", T_DOLLAR },     { "{", T_LBRACE },      { "}", T_RBRACE },
	{ "(", T_LPAREN },       { ")", T_RPAREN },     { "[", T_LBRACKET },    { "]", T_RBRACKET },
	{ ",", T_COMMA },        { ";", T_SEMICOLON },  { "@", T_AT },
};

static void lex_operator(struct lexer *l)
{
	struct input *in = l->in;

	for (size_t i = 0; i < sizeof(operators) / sizeof(*operators); i++) {
		size_t n = strlen(operators[i].text);

		if ((size_t)(in->end - in->at) >= n && memcmp(in->at, operators[i].text, n) == 0) {
			in->at += n;
			l->token = (enum token)operators[i].token;
			return;
		}
	}
	awk_lex_error(l, "invalid char '%c' in expression", *in->at);
}

void awk_lex_next(struct lexer *l)
{
	struct input *in = l->in;

	l->before = l->token;
	l->before_start = l->start;
	while (!in || !skip_blanks(in)) {
		/* each text ends with a newline, so that a file may lack it */
		if (in && l->token != T_NEWLINE && l->token != T_END && !l->was_newline &&
		    (in->outer || l->option_at < l->options_count)) {
			l->was_newline = true;
			l->place = place_of(in);
			l->start = in->end;
			l->token = T_NEWLINE;
			return;
		}
		l->was_newline = true;
		if (!next_input(l)) {
			l->token = T_END;
			if (in) {
				l->start = in->end;
				l->place = place_of(in);
			}
			return;
		}
		in = l->in;
	}
	l->was_newline = false;
	l->start = in->at;
	l->place = place_of(in);
	if (*in->at == '\n') {
		in->at++;
		in->line++;
		l->token = T_NEWLINE;
	} else if (*in->at == '"') {
		lex_string(l);
	} else if ((*in->at >= '0' && *in->at <= '9') ||
		   (*in->at == '.' && in->at + 1 < in->end && in->at[1] >= '0' && in->at[1] <= '9')) {
		lex_number(l);
	} else if (*in->at == '_' && in->at + 1 < in->end && in->at[1] == '"') {
		in->at++;
		lex_string(l);
	} else if (name_char(*in->at)) {
		lex_name(l);
	} else {
		lex_operator(l);
	}
}

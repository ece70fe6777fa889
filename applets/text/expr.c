/* expr - evaluate an expression
 *
 * usage: expr EXPRESSION
 *
 * Writes the value of EXPRESSION. In groups, those that bind least first:
 *   A | B                       A if it is neither null nor 0, else B
 *   A & B                       A if neither is null or 0, else 0
 *   A < B, <=, =, ==, !=, >=, > of numbers, or else of strings: 1 or 0
 *   A + B, A - B                of numbers of any size
 *   A * B, A / B, A % B
 *   STRING : REGEXP             what \( \) matched, or the number of characters that matched from the
 *                               beginning; a basic regular expression
 *   match STRING REGEXP         the same
 *   substr STRING POS LENGTH    a part of STRING, POS counted from 1
 *   index STRING CHARS          where any of CHARS is in STRING, or 0
 *   length STRING               how many characters STRING has
 *   + TOKEN                     TOKEN as a string, whatever it is
 *   ( EXPRESSION )
 *
 * The status is 0 if the value is neither null nor 0, 1 if it is, 2 if EXPRESSION is malformed,
 * 3 for other errors.
 *
 * install: /usr/bin
 * options: raw
 * status: 2
 * follows: POSIX.1-2024 expr; GNU coreutils manual, "expr invocation"
 */
#include "libbb.h"
#include "bignum.h"
#include "regex.h"
#include "expr.gen.h"

struct value {
	const char *text; /* NULL if it is a number */
	struct big number;
};

struct parser {
	char **args;
	bool utf8;
};

/* How strongly operators bind. */
enum level { OR, AND, COMPARE, SUM, PRODUCT, MATCH, TOP };

static struct value parse(struct parser *p, enum level level, bool evaluate);

static struct value text_value(const char *s)
{
	return (struct value){ .text = s };
}

static struct value number_value(intmax_t n)
{
	return (struct value){ .number = big_from(n) };
}

static const char *to_text(struct value v)
{
	return v.text ? v.text : big_to_str(v.number);
}

/* Whether the value is a number; it is then in *n. */
static bool to_number(struct value v, struct big *n)
{
	if (v.text)
		return big_read(v.text, n);
	*n = v.number;
	return true;
}

static bool is_null(struct value v)
{
	const char *s = v.text;

	if (!s)
		return v.number.len == 0;
	if (!*s)
		return true;
	s += *s == '-';
	return *s && s[strspn(s, "0")] == 0;
}

/* Takes the next word if it is this one. */
static bool take(struct parser *p, const char *word)
{
	if (!*p->args || strcmp(*p->args, word) != 0)
		return false;
	p->args++;
	return true;
}

/* Dies if there are no more words. */
static void need_more(const struct parser *p)
{
	if (!*p->args)
		die("syntax error: missing argument after %s", quote(p->args[-1]));
}

/* The bytes of the character at `s`, 0 at the end. */
static size_t char_length(const struct parser *p, const char *s)
{
	uint32_t c;
	int n = p->utf8 ? utf8_decode(s, strnlen(s, 4), &c) : 1;

	return !*s ? 0 : n > 0 ? (size_t)n : 1;
}

static size_t count_chars(const struct parser *p, const char *s, size_t len)
{
	size_t n = 0;

	for (const char *end = s + len; s < end; s += char_length(p, s))
		n++;
	return n;
}

static struct value match(const struct parser *p, const char *text, const char *pattern)
{
	struct regex_span spans[2];
	const char *error;
	struct regex *re = regex_compile(pattern, strlen(pattern), REGEX_BASIC, p->utf8 ? 0 : REGEX_BYTES,
					 &error);
	struct value v;
	bool grouped, found;

	if (!re)
		die("%s", error);
	grouped = regex_groups(re) > 0;
	found = regex_search(re, text, strlen(text), 0, 0, spans, 2) && spans[0].start == 0;
	if (!found)
		v = grouped ? text_value("") : number_value(0);
	else if (!grouped)
		v = number_value((intmax_t)count_chars(p, text, (size_t)spans[0].end));
	else if (spans[1].start < 0)
		v = text_value("");
	else
		v = text_value(arena_memdup(text + spans[1].start, (size_t)(spans[1].end - spans[1].start)));
	regex_free(re);
	return v;
}

static struct value find_index(const struct parser *p, const char *text, const char *chars)
{
	intmax_t at = 1;

	for (size_t len; (len = char_length(p, text)) > 0; text += len, at++)
		for (const char *c = chars; *c; c += char_length(p, c))
			if (char_length(p, c) == len && memcmp(c, text, len) == 0)
				return number_value(at);
	return number_value(0);
}

/* A number that counts characters: SIZE_MAX if it is too large, 0 if it is none or negative. */
static size_t to_size(struct value v)
{
	struct big n;

	if (!to_number(v, &n) || n.negative)
		return 0;
	if (n.len > 2)
		return SIZE_MAX;
	return n.len == 0 ? 0 : (size_t)n.limbs[0] | (n.len > 1 ? (size_t)((uint64_t)n.limbs[1] << 32) : 0);
}

static struct value substring(const struct parser *p, const char *text, struct value at, struct value len)
{
	size_t start = to_size(at), count = to_size(len), n;
	const char *end;

	if (start == 0 || count == 0)
		return text_value("");
	for (; start > 1 && (n = char_length(p, text)) > 0; start--)
		text += n;
	for (end = text; count > 0 && (n = char_length(p, end)) > 0; count--)
		end += n;
	return text_value(arena_memdup(text, (size_t)(end - text)));
}

/* A word, a function or an expression in parentheses. */
static struct value parse_top(struct parser *p, bool evaluate)
{
	struct value a, b, c;

	need_more(p);
	if (take(p, "+")) {
		need_more(p);
		return text_value(*p->args++);
	}
	if (take(p, "length")) {
		const char *text = to_text(parse(p, TOP, evaluate));

		return number_value((intmax_t)count_chars(p, text, strlen(text)));
	}
	if (take(p, "match")) {
		a = parse(p, TOP, evaluate);
		b = parse(p, TOP, evaluate);
		return evaluate ? match(p, to_text(a), to_text(b)) : a;
	}
	if (take(p, "index")) {
		a = parse(p, TOP, evaluate);
		b = parse(p, TOP, evaluate);
		return find_index(p, to_text(a), to_text(b));
	}
	if (take(p, "substr")) {
		a = parse(p, TOP, evaluate);
		b = parse(p, TOP, evaluate);
		c = parse(p, TOP, evaluate);
		return substring(p, to_text(a), b, c);
	}
	if (take(p, "(")) {
		a = parse(p, OR, evaluate);
		if (!*p->args)
			die("syntax error: expecting ')' after %s", quote(p->args[-1]));
		if (!take(p, ")"))
			die("syntax error: expecting ')' instead of %s", quote(*p->args));
		return a;
	}
	if (strcmp(*p->args, ")") == 0)
		die("syntax error: unexpected ')'");
	return text_value(*p->args++);
}

static struct value arithmetic(struct value a, struct value b, char operator)
{
	struct value v = { 0 };
	struct big x, y;

	if (!to_number(a, &x) || !to_number(b, &y))
		die("non-integer argument");
	if ((operator== '/' || operator== '%') && y.len == 0)
		die("division by zero");
	switch (operator) {
	case '+':
		v.number = big_add(x, y);
		break;
	case '-':
		v.number = big_subtract(x, y);
		break;
	case '*':
		v.number = big_multiply(x, y);
		break;
	case '/':
		big_divide(x, y, &v.number, NULL);
		break;
	default:
		big_divide(x, y, NULL, &v.number);
	}
	return v;
}

static struct value compare(struct value a, struct value b, const char *operator)
{
	struct big x, y;
	bool equal = operator[1] == '=';
	int order = to_number(a, &x) && to_number(b, &y) ? big_compare(x, y) : strcmp(to_text(a), to_text(b));

	switch (*operator) {
	case '<':
		return number_value(order < 0 || (equal && order == 0));
	case '>':
		return number_value(order > 0 || (equal && order == 0));
	case '=':
		return number_value(order == 0);
	}
	return number_value(order != 0);
}

/* Takes an operator of a level; returns it, or NULL. */
static const char *take_operator(struct parser *p, enum level level)
{
	static const char *const operators[][8] = {
		[OR] = { "|" },       [AND] = { "&" },
		[SUM] = { "+", "-" }, [PRODUCT] = { "*", "/", "%" },
		[MATCH] = { ":" },    [COMPARE] = { "<", "<=", "=", "==", "!=", ">=", ">" },
	};

	for (size_t i = 0; operators[level][i]; i++)
		if (take(p, operators[level][i]))
			return operators[level][i];
	return NULL;
}

static struct value apply(const struct parser *p, enum level level, const char *operator, struct value a,
			  struct value b)
{
	switch (level) {
	case OR:
		return !is_null(a) ? a : is_null(b) ? number_value(0) : b;
	case AND:
		return is_null(a) || is_null(b) ? number_value(0) : a;
	case COMPARE:
		return compare(a, b, operator);
	case MATCH:
		return match(p, to_text(a), to_text(b));
	default:
		return arithmetic(a, b, *operator);
	}
}

/* Reads operands of a level and the operators between them. What cannot matter is read but not evaluated. */
static struct value parse(struct parser *p, enum level level, bool evaluate)
{
	const char *operator;
	struct value a, b;

	if (level == TOP)
		return parse_top(p, evaluate);
	a = parse(p, level + 1, evaluate);
	while ((operator= take_operator(p, level))) {
		bool needed = evaluate && !(level == OR && !is_null(a)) && !(level == AND && is_null(a));

		b = parse(p, level + 1, needed);
		if (evaluate)
			a = apply(p, level, operator, a, b);
	}
	return a;
}

int expr_main(struct expr_options *opt, char **argv)
{
	struct parser p = { .args = argv, .utf8 = locale_is_utf8() };
	struct value v;

	(void)opt;
	if (*argv && strcmp(*argv, "--") == 0)
		p.args++;
	if (!*p.args)
		die_usage("missing operand");
	v = parse(&p, OR, true);
	if (*p.args)
		die("syntax error: unexpected argument %s", quote(*p.args));
	out_line(to_text(v));
	if (out_flush() < 0) {
		int code = std_out.error;

		std_out = (struct writer){ .fd = STDOUT_FILENO };
		errno = code;
		die_status_errno(3, "write error");
	}
	return is_null(v);
}

/* test, [ - evaluate an expression
 *
 * usage: test EXPRESSION
 * usage: [ EXPRESSION ]
 *
 * The exit status is 0 if EXPRESSION is true, 1 if it is false or left out, 2 if it is wrong.
 *
 *   ( X )    ! X    X -a Y    X -o Y           grouping, not, and, or
 *   [-n] S   -z S                              S is not empty, is empty
 *   S = T    S != T                            S and T are equal, are not
 *   M -eq N  -ne  -lt  -le  -gt  -ge           integers; -l S is the length of S
 *   F -nt G  F -ot G  F -ef G                  F is newer than G, is older, is the same file
 *   -e F                                       F exists, and
 *   -b F  -c F  -d F  -f F  -h F  -L F  -p F  -S F
 *                 is a block device, character device, directory, plain file, link, link, pipe, socket
 *   -r F  -w F  -x F                           may be read, written, executed
 *   -g F  -k F  -u F                           has the set-group-ID, sticky, set-user-ID bit
 *   -G F  -O F                                 is owned by the effective group, user
 *   -N F  -s F                                 was modified since it was read; is not empty
 *   -t FD                                      the file descriptor is a terminal
 *
 * install: /usr/bin
 * options: raw no-help pure
 * status: 2
 * follows: POSIX.1-2024 test; GNU coreutils manual, "test invocation"
 */
#include "filetest.h"
#include "libbb.h"
#include "test.gen.h"

/* An expression that is being read: words[at..end) are to come. What stands at `end` is NULL, or the `]`. */
struct expr {
	char **words;
	size_t at, end;
};

static _Noreturn void die_missing(const struct expr *e)
{
	die("missing argument after %s", quote(e->words[e->end - 1]));
}

/* Goes on to the next word; dies if there is none and `needed`. */
static void advance(struct expr *e, bool needed)
{
	e->at++;
	if (needed && e->at >= e->end)
		die_missing(e);
}

static bool is(const char *word, const char *what)
{
	return strcmp(word, what) == 0;
}

/* A decimal number of any size: its digits without leading zeros. */
struct integer {
	bool negative;
	const char *digits;
	size_t len;
};

/* Reads a number with blanks around it; dies if it is none. */
static struct integer parse_integer(const char *s)
{
	const char *p = s + strspn(s, " \t");
	struct integer n = { .negative = *p == '-' };
	size_t len;

	p += *p == '-' || *p == '+';
	len = strspn(p, "0123456789");
	if (len == 0 || p[len + strspn(p + len, " \t")])
		die("invalid integer %s", quote(s));
	while (len > 0 && *p == '0') {
		p++;
		len--;
	}
	n.digits = p;
	n.len = len;
	n.negative &= len > 0;
	return n;
}

/* Less than, equal to or greater than 0, as `a` is to `b`. */
static int compare(struct integer a, struct integer b)
{
	int order;

	if (a.negative != b.negative)
		return a.negative ? -1 : 1;
	if (a.len != b.len)
		order = a.len < b.len ? -1 : 1;
	else
		order = memcmp(a.digits, b.digits, a.len);
	return a.negative ? -order : order;
}

enum binary { NONE, EQUAL, ALSO_EQUAL, UNEQUAL, NT, OT, EF, EQ, NE, LT, LE, GT, GE };

static enum binary binary_operator(const char *word)
{
	static const char names[][4] = { "=",   "==",  "!=",  "-nt", "-ot", "-ef",
					 "-eq", "-ne", "-lt", "-le", "-gt", "-ge" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (is(word, names[i]))
			return (enum binary)(i + 1);
	return NONE;
}

static bool compare_numbers(enum binary op, struct integer left, struct integer right)
{
	int order = compare(left, right);

	switch (op) {
	case EQ:
		return order == 0;
	case NE:
		return order != 0;
	case LT:
		return order < 0;
	case LE:
		return order <= 0;
	case GT:
		return order > 0;
	default:
		return order >= 0;
	}
}

/* A side of -eq and the like: a number, or the length of a string. */
static struct integer number_of(const char *word, bool length)
{
	return parse_integer(length ? arena_printf("%zu", strlen(word)) : word);
}

/* Evaluates `LEFT OP RIGHT`; the left side is -l STRING if `left_length`. */
static bool binary(struct expr *e, bool left_length)
{
	char **op;
	enum binary kind;
	bool right_length;
	const char *left, *right;

	e->at += left_length;
	op = e->words + e->at + 1;
	kind = binary_operator(*op);
	right_length = e->at + 3 < e->end && is(op[1], "-l");
	e->at += 3u + right_length;
	left = op[-1];
	right = op[1 + right_length];
	if (kind >= EQ) {
		struct integer l = number_of(left, left_length);

		return compare_numbers(kind, l, number_of(right, right_length));
	}
	if (kind >= NT && (left_length || right_length))
		die("%s does not accept -l", *op);
	if (kind == NT || kind == OT)
		return kind == NT ? file_newer(left, right) : file_newer(right, left);
	if (kind == EF)
		return file_same(left, right);
	/* a -l to the right of = shifts what is compared, as in GNU test */
	return is(op[right_length - 1], right) == (kind != UNEQUAL);
}

/* Whether the file descriptor in `word` is a terminal. */
static bool is_terminal(const char *word)
{
	struct integer n = parse_integer(word);

	return !n.negative && n.len < 10 && isatty((int)strtol(n.len ? n.digits : "0", NULL, 10));
}

/* Evaluates `-X OPERAND`. */
static bool unary(struct expr *e)
{
	const char *op = e->words[e->at], *operand;

	if (!strchr("bcdefghkLnNOGprsStuwxz", op[1]))
		die("%s: unary operator expected", quote(op));
	advance(e, true);
	operand = e->words[e->at++];
	switch (op[1]) {
	case 'n':
		return *operand;
	case 'z':
		return !*operand;
	case 't':
		return is_terminal(operand);
	default:
		return file_test(op[1], operand);
	}
}

static bool is_unary(const char *word)
{
	return word[0] == '-' && word[1] && !word[2];
}

static bool evaluate(struct expr *e, size_t count);

/* Evaluates `( EXPRESSION )`; up to three words before the `)` follow the rules for so many. */
static bool group(struct expr *e)
{
	size_t count = 1;
	bool value;

	advance(e, true);
	while (e->at + count < e->end && !is(e->words[e->at + count], ")")) {
		if (count == 4) {
			count = e->end - e->at;
			break;
		}
		count++;
	}
	value = evaluate(e, count);
	if (!e->words[e->at])
		die("%s expected", quote(")"));
	if (e->at >= e->end || !is(e->words[e->at], ")"))
		die("%s expected, found %s", quote(")"), quote(e->words[e->at]));
	e->at++;
	return value;
}

/* Evaluates what -a and -o connect. */
static bool term(struct expr *e)
{
	bool negate = false, value;
	char **words;
	size_t left;

	while (e->at < e->end && is(e->words[e->at], "!")) {
		advance(e, true);
		negate = !negate;
	}
	if (e->at >= e->end)
		die_missing(e);
	words = e->words + e->at;
	left = e->end - e->at;
	if (is(*words, "("))
		value = group(e);
	else if (left >= 4 && is(*words, "-l") && binary_operator(words[2]))
		value = binary(e, true);
	else if (left >= 3 && binary_operator(words[1]))
		value = binary(e, false);
	else if (is_unary(*words))
		value = unary(e);
	else
		value = *e->words[e->at++] != 0;
	return value != negate;
}

/* Evaluates terms joined by -a, which binds tighter, and -o. */
static bool alternatives(struct expr *e)
{
	bool value = false, all = true;

	for (;;) {
		all &= term(e);
		if (e->at < e->end && is(e->words[e->at], "-a")) {
			e->at++;
			continue;
		}
		value |= all;
		all = true;
		if (e->at >= e->end || !is(e->words[e->at], "-o"))
			return value;
		e->at++;
	}
}

static bool one_word(struct expr *e)
{
	return *e->words[e->at++] != 0;
}

static bool two_words(struct expr *e)
{
	if (is(e->words[e->at], "!")) {
		e->at++;
		return !one_word(e);
	}
	if (is_unary(e->words[e->at]))
		return unary(e);
	die_missing(e);
}

static bool three_words(struct expr *e)
{
	char **words = e->words + e->at;
	bool value;

	if (binary_operator(words[1]))
		return binary(e, false);
	if (is(words[0], "!")) {
		e->at++;
		return !two_words(e);
	}
	if (is(words[0], "(") && is(words[2], ")")) {
		e->at++;
		value = one_word(e);
		e->at++;
		return value;
	}
	if (is(words[1], "-a") || is(words[1], "-o"))
		return alternatives(e);
	die("%s: binary operator expected", quote(words[1]));
}

/* Evaluates the next `count` words by the rules of POSIX for so many, or more by the grammar. */
static bool evaluate(struct expr *e, size_t count)
{
	char **words = e->words + e->at;
	bool value;

	switch (count) {
	case 1:
		return one_word(e);
	case 2:
		return two_words(e);
	case 3:
		return three_words(e);
	case 4:
		if (is(words[0], "!")) {
			e->at++;
			return !three_words(e);
		}
		if (is(words[0], "(") && is(words[3], ")")) {
			e->at++;
			value = two_words(e);
			e->at++;
			return value;
		}
	}
	return alternatives(e);
}

int test_main(struct test_options *opt, char **argv)
{
	struct expr e = { .words = argv };
	bool value;

	while (argv[e.end])
		e.end++;
	if (is(applet_name(), "[")) {
		if (e.end == 1 && (is(*argv, "--help") || is(*argv, "--version")))
			parse_options(this_applet(), opt, argv);
		if (e.end == 0 || !is(argv[e.end - 1], "]"))
			die("missing %s", quote("]"));
		e.end--;
	}
	if (e.end == 0)
		return 1;
	value = evaluate(&e, e.end);
	if (e.at < e.end)
		die("extra argument %s", quote(argv[e.at]));
	return !value;
}

/* sh_arith.c - the shell's arithmetic: C's integer expressions over 64 bits
 *
 * Follows POSIX.1-2024, XCU 2.6.4. Overflow wraps around.
 */
#include "sh.h"

struct arith {
	struct shell *sh;
	const char *at;
	const char *text;
	bool failed;
	int skip; /* in an operand that && || ?: leave unevaluated */
	int depth;
};

enum { DEEPEST = 200 };

static intmax_t comma(struct arith *a);
static intmax_t assignment(struct arith *a);

static void fail(struct arith *a, const char *why)
{
	if (!a->failed)
		shell_error(a->sh, "arithmetic expression: %s: \"%s\"", why, a->text);
	a->failed = true;
	a->at = "";
}

static void blanks(struct arith *a)
{
	a->at += strspn(a->at, " \t\n\r");
}

/* Takes the operator if it is next, and not a longer one that begins with it. */
static bool take(struct arith *a, const char *op, const char *not_before)
{
	size_t n = strlen(op);

	blanks(a);
	if (strncmp(a->at, op, n) != 0 || (a->at[n] && strchr(not_before, a->at[n])))
		return false;
	a->at += n;
	return true;
}

static intmax_t value_of(struct arith *a, const char *name)
{
	const char *value = var_get(a->sh, name);
	struct arith inner = { .sh = a->sh, .at = value, .text = value, .depth = a->depth + 1 };
	intmax_t n;

	if (!value || !*value)
		return 0;
	if (inner.depth > DEEPEST) {
		fail(a, "expression recursion level exceeded");
		return 0;
	}
	n = comma(&inner);
	blanks(&inner);
	if (*inner.at)
		fail(&inner, "syntax error");
	a->failed |= inner.failed;
	return n;
}

static intmax_t primary(struct arith *a)
{
	size_t n;
	intmax_t v = 0;
	const char *end;

	blanks(a);
	if (take(a, "(", "")) {
		if (++a->depth > DEEPEST)
			fail(a, "expression recursion level exceeded");
		else
			v = comma(a);
		a->depth--;
		if (!take(a, ")", ""))
			fail(a, "expecting ')'");
		return v;
	}
	n = name_length(a->at);
	if (n > 0) {
		char *name = arena_memdup(a->at, n);

		a->at += n;
		return a->skip ? 0 : value_of(a, name);
	}
	if (*a->at < '0' || *a->at > '9' || parse_int_base(a->at, &end, 0, NULL, &v) == NUM_INVALID) {
		fail(a, *a->at ? "expecting primary" : "expecting operand");
		return 0;
	}
	a->at = end;
	if (name_length(a->at) > 0)
		fail(a, "invalid number");
	return v;
}

static intmax_t unary(struct arith *a)
{
	intmax_t v;

	if (++a->depth > DEEPEST) {
		fail(a, "expression recursion level exceeded");
		return 0;
	}
	if (take(a, "-", ""))
		v = (intmax_t)(0 - (uintmax_t)unary(a));
	else if (take(a, "+", ""))
		v = unary(a);
	else if (take(a, "~", ""))
		v = ~unary(a);
	else if (take(a, "!", "="))
		v = !unary(a);
	else
		v = primary(a);
	a->depth--;
	return v;
}

/* The binary operators, by what they bind to; a longer one stands before its beginning. */
enum operation {
	OR,
	AND,
	BIT_OR,
	BIT_XOR,
	BIT_AND,
	EQ,
	NE,
	LE,
	GE,
	LT,
	GT,
	SHL,
	SHR,
	ADD,
	SUB,
	MUL,
	DIV,
	MOD,
	NONE
};

static const struct binary {
	const char *op;
	const char *not_before;
	unsigned char level;
} binaries[] = {
	[OR] = { "||", "", 1 },      [AND] = { "&&", "", 2 },      [BIT_OR] = { "|", "|=", 3 },
	[BIT_XOR] = { "^", "=", 4 }, [BIT_AND] = { "&", "&=", 5 }, [EQ] = { "==", "", 6 },
	[NE] = { "!=", "", 6 },      [LE] = { "<=", "", 7 },       [GE] = { ">=", "", 7 },
	[LT] = { "<", "<=", 7 },     [GT] = { ">", ">=", 7 },      [SHL] = { "<<", "=", 8 },
	[SHR] = { ">>", "=", 8 },    [ADD] = { "+", "=", 9 },      [SUB] = { "-", "=", 9 },
	[MUL] = { "*", "=", 10 },    [DIV] = { "/", "=", 10 },     [MOD] = { "%", "=", 10 },
};

static intmax_t apply(struct arith *a, enum operation op, intmax_t x, intmax_t y)
{
	switch (op) {
	case BIT_OR:
		return x | y;
	case BIT_XOR:
		return x ^ y;
	case BIT_AND:
		return x & y;
	case EQ:
		return x == y;
	case NE:
		return x != y;
	case LE:
		return x <= y;
	case GE:
		return x >= y;
	case LT:
		return x < y;
	case GT:
		return x > y;
	case SHL:
		return (intmax_t)((uintmax_t)x << (y & 63));
	case SHR:
		return x >> (y & 63);
	case ADD:
		return (intmax_t)((uintmax_t)x + (uintmax_t)y);
	case SUB:
		return (intmax_t)((uintmax_t)x - (uintmax_t)y);
	case MUL:
		return (intmax_t)((uintmax_t)x * (uintmax_t)y);
	default:
		break;
	}
	if (y == 0) {
		if (!a->skip)
			fail(a, "division by zero");
		return 0;
	}
	if (y == -1)
		return op == DIV ? (intmax_t)(0 - (uintmax_t)x) : 0;
	return op == DIV ? x / y : x % y;
}

static enum operation take_binary(struct arith *a, int level)
{
	for (int op = 0; op < NONE; op++)
		if (binaries[op].level >= level && take(a, binaries[op].op, binaries[op].not_before))
			return (enum operation)op;
	return NONE;
}

/* Operands joined by operators that bind at least as strongly as `level`. */
static intmax_t binary(struct arith *a, int level)
{
	intmax_t left = unary(a);
	enum operation op;

	while (!a->failed && (op = take_binary(a, level)) != NONE) {
		bool skip = (op == OR && left) || (op == AND && !left);
		intmax_t right;

		a->skip += skip;
		right = binary(a, binaries[op].level + 1);
		a->skip -= skip;
		if (op == OR)
			left = left || right;
		else if (op == AND)
			left = left && right;
		else
			left = apply(a, op, left, right);
	}
	return left;
}

static intmax_t conditional(struct arith *a)
{
	intmax_t test = binary(a, 1), yes, no;

	if (!take(a, "?", ""))
		return test;
	a->skip += !test;
	yes = comma(a);
	a->skip -= !test;
	if (!take(a, ":", ""))
		fail(a, "expecting ':'");
	a->skip += !!test;
	no = assignment(a);
	a->skip -= !!test;
	return test ? yes : no;
}

static intmax_t assignment(struct arith *a)
{
	static const char *const ops[] = { "=",   "*=",  "/=", "%=", "+=", "-=",
					   "<<=", ">>=", "&=", "^=", "|=", NULL };
	static const enum operation meanings[] = { NONE, MUL, DIV,     MOD,     ADD,   SUB,
						   SHL,  SHR, BIT_AND, BIT_XOR, BIT_OR };
	const char *start;
	size_t n;

	blanks(a);
	start = a->at;
	n = name_length(start);
	a->at += n;
	for (size_t i = 0; n > 0 && ops[i]; i++) {
		char *name, number[NUM_SIZE];
		intmax_t v;

		if (!take(a, ops[i], i == 0 ? "=" : ""))
			continue;
		name = arena_memdup(start, n);
		v = assignment(a);
		if (a->failed || a->skip)
			return v;
		if (meanings[i] != NONE)
			v = apply(a, meanings[i], value_of(a, name), v);
		if (!a->failed && !var_set(a->sh, name, num_to_str_signed(v, number), 0))
			a->failed = true;
		return v;
	}
	a->at = start;
	return conditional(a);
}

static intmax_t comma(struct arith *a)
{
	intmax_t v = assignment(a);

	while (!a->failed && take(a, ",", ""))
		v = assignment(a);
	return v;
}

intmax_t arithmetic(struct shell *sh, const char *text)
{
	struct arith a = { .sh = sh, .at = text, .text = text };
	intmax_t v;

	blanks(&a);
	if (!*a.at)
		return 0;
	v = comma(&a);
	blanks(&a);
	if (!a.failed && *a.at)
		fail(&a, "syntax error");
	return v;
}

/* arith.c - arithmetic: compiled once, evaluated often
 *
 * 64-bit integers that wrap around. POSIX.1-2024 XCU 2.6.4; the Bash manual,
 * "Shell Arithmetic".
 *
 * Expansions in an expression are text before they are numbers. As an operand
 * by itself one is compiled like a variable; should its value then be more than
 * a number, or if it stands where no operand can, the whole expression is
 * expanded and parsed anew each time.
 */
#include "sh.h"

enum kind {
	A_NUMBER,
	A_VAR,
	A_ELEMENT,
	A_EXPANSION, /* an expansion: `number` is its place in the list */
	A_NEGATE,
	A_PLUS,
	A_NOT,
	A_INVERT,
	A_BINARY,
	A_AND,
	A_OR,
	A_CONDITION,
	A_ASSIGN, /* with `op` for += and the like, 0 for = */
	A_PRE,    /* ++x: number is 1 or -1 */
	A_POST,
	A_COMMA,
};

struct expr {
	uint8_t kind;
	uint8_t op; /* of BINARY and ASSIGN */
	struct expr *a, *b, *c;
	intmax_t number;
	struct var *var;
	const char *sub_text; /* subscript: its text, NULL if it has expansions */
	struct part *sub_parts;
};

struct arith {
	struct expr *root; /* NULL: to be parsed each time */
	struct part *parts;
	struct part **expansions;
	unsigned count;
	bool changes;
};

/* ---- compiling ---- */

enum op {
	OP_NULL,
	OP_POW,
	OP_MUL,
	OP_DIV,
	OP_MOD,
	OP_ADD,
	OP_SUB,
	OP_SHL,
	OP_SHR,
	OP_LT,
	OP_LE,
	OP_GT,
	OP_GE,
	OP_EQ,
	OP_NE,
	OP_BAND,
	OP_XOR,
	OP_BOR,
	OP_LAND,
	OP_LOR,
};

static const struct {
	char text[3];
	uint8_t op, priority;
} operators[] = {
	{ "**", OP_POW, 12 }, { "<<", OP_SHL, 9 }, { ">>", OP_SHR, 9 }, { "<=", OP_LE, 8 },
	{ ">=", OP_GE, 8 },   { "==", OP_EQ, 7 },  { "!=", OP_NE, 7 },  { "&&", OP_LAND, 3 },
	{ "||", OP_LOR, 2 },  { "*", OP_MUL, 11 }, { "/", OP_DIV, 11 }, { "%", OP_MOD, 11 },
	{ "+", OP_ADD, 10 },  { "-", OP_SUB, 10 }, { "<", OP_LT, 8 },   { ">", OP_GT, 8 },
	{ "&", OP_BAND, 6 },  { "^", OP_XOR, 5 },  { "|", OP_BOR, 4 },
};

struct compiler {
	struct shell *sh;
	struct pool *pool; /* NULL: on the stack */
	const char *p;     /* in the text of a part, or the whole text */
	struct part *part; /* the next one */
	struct arith *a;
	const char *error;
	unsigned expansions;
	const char *text; /* for messages */
	unsigned depth;
};

static void *allocate(struct compiler *c, size_t size)
{
	return c->pool ? sh_tree_alloc(c->pool, size) : memset(sh_stack_alloc(c->sh, size), 0, size);
}

static struct expr *new_expr(struct compiler *c, enum kind kind)
{
	struct expr *e = allocate(c, sizeof(*e));

	e->kind = (uint8_t)kind;
	return e;
}

static struct expr *fail(struct compiler *c, const char *why)
{
	if (!c->error)
		c->error = why;
	return new_expr(c, A_NUMBER);
}

/* The character at hand: 0 at the end, ESC at an expansion. Parts of plain text
 * follow each other. */
static char at(struct compiler *c)
{
	while (!*c->p) {
		if (!c->part)
			return 0;
		if (c->part->kind != PART_TEXT)
			return ESC;
		c->p = c->part->text;
		c->part = c->part->next;
	}
	return *c->p;
}

static char at_token(struct compiler *c)
{
	char ch;

	while ((ch = at(c)) == ' ' || ch == '\t' || ch == '\n' || ch == '\r')
		c->p++;
	return ch;
}

static struct expr *parse_comma(struct compiler *c);
static struct expr *parse_assign(struct compiler *c);

static bool name_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static int digit_value(char c, int base)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'Z')
		return base <= 36 ? c - 'A' + 10 : c - 'A' + 36;
	if (c == '@')
		return 62;
	return c == '_' ? 63 : 99;
}

/* Reads a constant: decimal, 0octal, 0xhex, base#digits. NULL if it is
 * malformed. */
static const char *read_constant(const char *p, intmax_t *out)
{
	uintmax_t n = 0;
	int base = 10;

	if (p[0] == '0' && (p[1] == 'x' || p[1] == 'X')) {
		base = 16;
		p += 2;
		if (digit_value(*p, 16) >= 16)
			return NULL;
	} else if (p[0] == '0') {
		base = 8;
	}
	for (; *p >= '0' && digit_value(*p, base) < 64 && (base > 10 || (*p >= '0' && *p <= '9')); p++) {
		int d = digit_value(*p, base);

		if (d >= base)
			return NULL;
		n = n * (unsigned)base + (unsigned)d;
	}
	if (*p == '#' && base == 10) {
		if (n < 2 || n > 64)
			return NULL;
		base = (int)n;
		n = 0;
		p++;
		if (digit_value(*p, base) >= base)
			return NULL;
		for (; digit_value(*p, base) < base; p++)
			n = n * (unsigned)base + (unsigned)digit_value(*p, base);
	}
	if (name_start(*p) || (*p >= '0' && *p <= '9') || *p == '@')
		return NULL;
	*out = (intmax_t)n;
	return p;
}

/* The parts and text of a subscript, up to its ], which is consumed. */
static bool read_sub(struct compiler *c, struct expr *e)
{
	struct sbuf *b = sh_buffer_take(c->sh);
	struct part *first = NULL, **tail = &first, *part;
	int depth = 0;
	bool expansions = false;
	struct compiler inner;

	for (;;) {
		char ch = at(c);

		if (!ch) {
			buffer_drop(c->sh);
			fail(c, "bad array subscript");
			return false;
		}
		if (ch == ESC && *c->p != ESC) {
			expansions = true;
			if (b->len) {
				part = allocate(c, sizeof(*part));
				part->text = memcpy(allocate(c, b->len + 1), b->p, b->len);
				part->len = b->len;
				*tail = part;
				tail = &part->next;
				b->len = 0;
			}
			part = allocate(c, sizeof(*part));
			*part = *c->part;
			part->next = NULL;
			part->quoted = true;
			*tail = part;
			tail = &part->next;
			c->part = c->part->next;
			continue;
		}
		c->p++;
		depth += ch == '[' ? 1 : ch == ']' ? -1 : 0;
		if (depth < 0)
			break;
		sh_sbuf_char(b, ch);
	}
	part = allocate(c, sizeof(*part));
	part->text = allocate(c, b->len + 1);
	memcpy(part->text, b->len ? b->p : "", b->len);
	part->len = b->len;
	*tail = part;
	buffer_drop(c->sh);
	e->sub_parts = first;
	if (expansions)
		return true;
	e->sub_text = part->text;
	/* the index, for an indexed array; a key need not be an expression */
	inner = (struct compiler){
		.sh = c->sh, .pool = c->pool, .p = part->text, .depth = c->depth, .a = c->a
	};
	e->a = parse_comma(&inner);
	if (inner.error || at_token(&inner))
		e->a = NULL;
	return true;
}

/* x++ and x-- behind a variable. */
static struct expr *parse_postfix(struct compiler *c, struct expr *e)
{
	char ch = at_token(c);
	struct expr *post;

	if ((ch != '+' && ch != '-') || c->p[1] != ch)
		return e;
	if (e->kind != A_VAR && e->kind != A_ELEMENT)
		return e;
	c->p += 2;
	post = new_expr(c, A_POST);
	post->a = e;
	post->number = ch == '+' ? 1 : -1;
	if (c->a)
		c->a->changes = true;
	return post;
}

static struct expr *parse_primary(struct compiler *c)
{
	char ch = at_token(c);
	struct expr *e;
	const char *end;

	if (ch == '(') {
		if (++c->depth > 1000)
			return fail(c, "expression recursion level exceeded");
		c->p++;
		e = parse_comma(c);
		if (at_token(c) != ')')
			return fail(c, "missing `)'");
		c->p++;
		c->depth--;
		return e;
	}
	if (ch == ESC && *c->p != ESC) {
		struct part *part = c->part;
		char next;

		c->part = part->next;
		next = at(c);
		if (name_start(next) || (next >= '0' && next <= '9') || next == ESC || next == '#' ||
		    next == '[')
			return fail(c, "expansion");
		e = new_expr(c, A_EXPANSION);
		e->number = c->expansions++;
		return e;
	}
	if (ch >= '0' && ch <= '9') {
		e = new_expr(c, A_NUMBER);
		end = read_constant(c->p, &e->number);
		if (!end)
			return fail(c, "value too great for base");
		c->p = end;
		if (at(c) == ESC && *c->p != ESC)
			return fail(c, "expansion");
		return e;
	}
	if (name_start(ch)) {
		size_t len = sh_name_length(c->p);

		e = new_expr(c, A_VAR);
		e->var = sh_var_named(c->sh, c->p, len);
		c->p += len;
		if (at(c) == ESC && *c->p != ESC)
			return fail(c, "expansion");
		if (at(c) == '[') {
			c->p++;
			e->kind = A_ELEMENT;
			if (!read_sub(c, e))
				return e;
		}
		return parse_postfix(c, e);
	}
	return fail(c, ch ? "syntax error: operand expected" : "syntax error: operand expected");
}

static struct expr *parse_unary(struct compiler *c)
{
	char ch = at_token(c);
	struct expr *e;

	if (++c->depth > 1000)
		return fail(c, "expression recursion level exceeded");
	if ((ch == '+' || ch == '-') && c->p[1] == ch) {
		const char *behind = c->p + 2;

		while (*behind == ' ' || *behind == '\t')
			behind++;
		if (name_start(*behind)) {
			c->p += 2;
			e = new_expr(c, A_PRE);
			e->number = ch == '+' ? 1 : -1;
			e->a = parse_unary(c);
			if (e->a->kind != A_VAR && e->a->kind != A_ELEMENT)
				return fail(c, "assignment requires lvalue");
			if (c->a)
				c->a->changes = true;
			c->depth--;
			return e;
		}
	}
	if (ch == '-' || ch == '+' || ch == '!' || ch == '~') {
		c->p++;
		e = new_expr(c, ch == '-' ? A_NEGATE : ch == '+' ? A_PLUS : ch == '!' ? A_NOT : A_INVERT);
		e->a = parse_unary(c);
		c->depth--;
		return e;
	}
	e = parse_primary(c);
	c->depth--;
	return e;
}

/* The binary operator at hand, its length in *len; 0 if there is none, or it is
 * part of an assignment. */
static uint8_t binary_operator(struct compiler *c, unsigned *priority, size_t *len)
{
	char ch = at_token(c);

	if (!ch || ch == ESC)
		return 0;
	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
		*len = operators[i].text[1] ? 2 : 1;
		if (operators[i].text[0] != ch || (*len == 2 && operators[i].text[1] != c->p[1]))
			continue;
		if (c->p[*len] == '=' &&
		    !(operators[i].priority == 8 || operators[i].priority == 7 ||
		      operators[i].priority < 4) &&
		    !(c->p[*len + 1] == '=' && *len == 1 && false))
			return 0;
		*priority = operators[i].priority;
		return operators[i].op;
	}
	return 0;
}

static struct expr *parse_binary(struct compiler *c, unsigned least)
{
	struct expr *left = parse_unary(c);
	unsigned priority;
	size_t len;
	uint8_t op;

	while (!c->error && (op = binary_operator(c, &priority, &len)) && priority >= least) {
		struct expr *e = new_expr(c, op == OP_LAND ? A_AND : op == OP_LOR ? A_OR : A_BINARY);

		c->p += len;
		e->op = op;
		e->a = left;
		/* ** is right associative */
		e->b = parse_binary(c, op == OP_POW ? priority : priority + 1);
		left = e;
	}
	return left;
}

static struct expr *parse_condition(struct compiler *c)
{
	struct expr *e = parse_binary(c, 1), *condition;

	if (c->error || at_token(c) != '?')
		return e;
	if (++c->depth > 1000)
		return fail(c, "expression recursion level exceeded");
	c->p++;
	condition = new_expr(c, A_CONDITION);
	condition->a = e;
	condition->b = parse_comma(c);
	if (at_token(c) != ':')
		return fail(c, "`:' expected for conditional expression");
	c->p++;
	condition->c = parse_assign(c);
	c->depth--;
	return condition;
}

/* The operator of an assignment: its length, 0 if there is none. */
static size_t assign_operator(struct compiler *c, uint8_t *op)
{
	static const char ops[] = "*/%+-&^|";
	static const uint8_t codes[] = { OP_MUL, OP_DIV, OP_MOD, OP_ADD, OP_SUB, OP_BAND, OP_XOR, OP_BOR };
	char ch = at_token(c);
	const char *known;

	*op = 0;
	if (ch == '=' && c->p[1] != '=')
		return 1;
	if (ch && (known = strchr(ops, ch)) && c->p[1] == '=') {
		*op = codes[known - ops];
		return 2;
	}
	if ((ch == '<' || ch == '>') && c->p[1] == ch && c->p[2] == '=') {
		*op = ch == '<' ? OP_SHL : OP_SHR;
		return 3;
	}
	return 0;
}

static struct expr *parse_assign(struct compiler *c)
{
	struct expr *left = parse_condition(c), *e;
	uint8_t op;
	size_t len;

	if (c->error)
		return left;
	len = assign_operator(c, &op);
	if (!len)
		return left;
	if (left->kind == A_EXPANSION)
		return fail(c, "expansion");
	if (left->kind != A_VAR && left->kind != A_ELEMENT)
		return fail(c, "attempted assignment to non-variable");
	if (++c->depth > 1000)
		return fail(c, "expression recursion level exceeded");
	c->p += len;
	e = new_expr(c, A_ASSIGN);
	e->op = op;
	e->a = left;
	e->b = parse_assign(c);
	if (c->a)
		c->a->changes = true;
	c->depth--;
	return e;
}

static struct expr *parse_comma(struct compiler *c)
{
	struct expr *e = parse_assign(c);

	while (!c->error && at_token(c) == ',') {
		struct expr *both = new_expr(c, A_COMMA);

		c->p++;
		both->a = e;
		both->b = parse_assign(c);
		e = both;
	}
	return e;
}

struct arith *sh_arith_compile(struct shell *sh, struct pool *pool, struct part *parts)
{
	struct arith *a = sh_tree_alloc(pool, sizeof(*a));
	struct compiler c = { .sh = sh, .pool = pool, .p = "", .part = parts, .a = a };
	unsigned n = 0;

	a->parts = parts;
	for (struct part *p = parts; p; p = p->next)
		n += p->kind != PART_TEXT;
	if (n) {
		a->expansions = sh_tree_alloc(pool, n * sizeof(*a->expansions));
		for (struct part *p = parts; p; p = p->next)
			if (p->kind != PART_TEXT)
				a->expansions[a->count++] = p;
	}
	if (!at_token(&c)) {
		a->root = new_expr(&c, A_NUMBER);
		return a;
	}
	a->root = parse_comma(&c);
	/* an expansion in a subscript is not in the order of the list */
	if (c.error || at_token(&c) || c.expansions != a->count)
		a->root = NULL;
	if (!a->root)
		a->changes = true;
	return a;
}

/* ---- evaluating ---- */

struct evaluation {
	struct shell *sh;
	const intmax_t *values; /* of the expansions */
	const char *text;
	unsigned depth;
};

static intmax_t evaluate(struct evaluation *ev, struct expr *e);
static intmax_t evaluate_text(struct shell *sh, const char *text, unsigned depth);

/* The value of a variable's text: a number mostly, or else an expression. */
static intmax_t text_value(struct evaluation *ev, const char *s)
{
	intmax_t n = 0;
	const char *p = s;
	bool negative = *p == '-';

	p += negative;
	if (*p >= '1' && *p <= '9') {
		const char *start = p;

		while (*p >= '0' && *p <= '9' && p - start < 18)
			n = n * 10 + (*p++ - '0');
		if (!*p)
			return negative ? -n : n;
	} else if (*p == '0' && !p[1]) {
		return 0;
	}
	return evaluate_text(ev->sh, s, ev->depth + 1);
}

static intmax_t var_value(struct evaluation *ev, struct var *v)
{
	const char *s;

	if ((v->flags & (VAR_SET | VAR_NUMBER | VAR_DYNAMIC | VAR_NAMEREF | VAR_ARRAY | VAR_ASSOC)) ==
	    (VAR_SET | VAR_NUMBER))
		return v->number;
	s = sh_var_text(ev->sh, v);
	if (!s) {
		if (ev->sh->opt[O_NOUNSET])
			sh_error(ev->sh, 1, "%s: unbound variable", v->name);
		return 0;
	}
	if (*s >= '0' && *s <= '9' && !(v->flags & (VAR_DYNAMIC | VAR_NAMEREF | VAR_ARRAY | VAR_ASSOC))) {
		intmax_t n = text_value(ev, s);

		/* a number is remembered as such beside its text */
		if (v->flags & VAR_SET && v->text == s) {
			v->number = n;
			v->flags |= VAR_NUMBER;
		}
		return n;
	}
	return text_value(ev, s);
}

/* The subscript of an element, as text on the stack. */
static const char *subscript(struct evaluation *ev, struct expr *e)
{
	struct shell *sh = ev->sh;
	struct var *v = sh_var_target(sh, e->var, NULL);
	struct sbuf *b;
	char *text;

	if (v->flags & VAR_ASSOC && e->sub_text)
		return e->sub_text;
	if (e->a && e->sub_text)
		return sh_stack_printf(sh, "%jd", evaluate(ev, e->a));
	b = sh_buffer_take(sh);
	sh_expand_append(sh, e->sub_parts, b);
	text = sh_stack_text(sh, b->len ? b->p : "", b->len);
	buffer_drop(sh);
	return text;
}

static intmax_t element_value(struct evaluation *ev, struct expr *e, const char *sub)
{
	const char *s = sh_element_get(ev->sh, e->var, sub);

	return s ? text_value(ev, s) : 0;
}

static intmax_t power(intmax_t base, intmax_t exponent)
{
	uintmax_t result = 1, b = (uintmax_t)base;

	for (; exponent > 0; exponent >>= 1, b *= b)
		if (exponent & 1)
			result *= b;
	return (intmax_t)result;
}

static intmax_t calculate(struct evaluation *ev, uint8_t op, intmax_t x, intmax_t y)
{
	uintmax_t a = (uintmax_t)x, b = (uintmax_t)y;

	switch (op) {
	case OP_POW:
		if (y < 0)
			sh_discard(ev->sh, "%s: exponent less than 0", ev->text);
		return power(x, y);
	case OP_MUL:
		return (intmax_t)(a * b);
	case OP_DIV:
	case OP_MOD:
		if (y == 0)
			sh_discard(ev->sh, "%s%sdivision by 0", ev->text ? ev->text : "",
				   ev->text ? ": " : "");
		if (y == -1)
			return op == OP_MOD ? 0 : (intmax_t)-a;
		return op == OP_DIV ? x / y : x % y;
	case OP_ADD:
		return (intmax_t)(a + b);
	case OP_SUB:
		return (intmax_t)(a - b);
	case OP_SHL:
		return (intmax_t)(a << (b & 63));
	case OP_SHR:
		return x >> (b & 63);
	case OP_LT:
		return x < y;
	case OP_LE:
		return x <= y;
	case OP_GT:
		return x > y;
	case OP_GE:
		return x >= y;
	case OP_EQ:
		return x == y;
	case OP_NE:
		return x != y;
	case OP_BAND:
		return x & y;
	case OP_XOR:
		return x ^ y;
	default:
		return x | y;
	}
}

/* Evaluates what changes a variable: = += ++x x++. */
static intmax_t change(struct evaluation *ev, struct expr *e)
{
	struct expr *target = e->a;
	const char *sub = target->kind == A_ELEMENT ? subscript(ev, target) : NULL;
	intmax_t old = 0, n;
	char digits[NUM_SIZE];

	if (e->kind != A_ASSIGN || e->op)
		old = sub ? element_value(ev, target, sub) : var_value(ev, target->var);
	if (e->kind == A_ASSIGN) {
		n = evaluate(ev, e->b);
		if (e->op)
			n = calculate(ev, e->op, old, n);
	} else {
		n = (intmax_t)((uintmax_t)old + (uintmax_t)e->number);
	}
	if (sub)
		sh_element_set(ev->sh, target->var, sub, num_to_str_signed(n, digits), false);
	else
		sh_var_set_number(ev->sh, target->var, n);
	return e->kind == A_POST ? old : n;
}

static intmax_t evaluate(struct evaluation *ev, struct expr *e)
{
	for (;;) {
		switch (e->kind) {
		case A_NUMBER:
			return e->number;
		case A_VAR:
			return var_value(ev, e->var);
		case A_ELEMENT:
			return element_value(ev, e, subscript(ev, e));
		case A_EXPANSION:
			return ev->values[e->number];
		case A_NEGATE:
			return (intmax_t) - (uintmax_t)evaluate(ev, e->a);
		case A_PLUS:
			e = e->a;
			continue;
		case A_NOT:
			return !evaluate(ev, e->a);
		case A_INVERT:
			return ~evaluate(ev, e->a);
		case A_BINARY: {
			intmax_t x = evaluate(ev, e->a);

			return calculate(ev, e->op, x, evaluate(ev, e->b));
		}
		case A_AND:
			return evaluate(ev, e->a) && evaluate(ev, e->b);
		case A_OR:
			return evaluate(ev, e->a) || evaluate(ev, e->b);
		case A_CONDITION:
			e = evaluate(ev, e->a) ? e->b : e->c;
			continue;
		case A_COMMA:
			evaluate(ev, e->a);
			e = e->b;
			continue;
		default:
			return change(ev, e);
		}
	}
}

/* Parses and evaluates text, in which nothing is left to be expanded. */
static intmax_t evaluate_text(struct shell *sh, const char *text, unsigned depth)
{
	struct mark mark = stack_mark(sh);
	struct compiler c = { .sh = sh, .p = text, .text = text };
	struct evaluation ev = { .sh = sh, .text = text, .depth = depth };
	struct expr *e;
	intmax_t n;

	if (depth > 1024)
		sh_discard(sh, "%s: expression recursion level exceeded", text);
	sh_check_depth(sh);
	if (!at_token(&c))
		return 0;
	e = parse_comma(&c);
	if (!c.error && at_token(&c))
		c.error = strcmp(text, "1") && at_token(&c) == '=' ? "attempted assignment to non-variable"
								   : "syntax error in expression";
	if (c.error)
		sh_discard(sh, "%s: %s (error token is \"%s\")", text + strspn(text, " \t"), c.error, c.p);
	n = evaluate(&ev, e);
	sh_stack_release(sh, mark);
	return n;
}

intmax_t sh_arith_text(struct shell *sh, const char *text)
{
	return evaluate_text(sh, text, 0);
}

/* Whether a text is a whole number and nothing else, so that it means the same
 * wherever it stands. */
static bool whole_number(const char *s, intmax_t *out)
{
	intmax_t n = 0;
	const char *start;
	bool negative = *s == '-';

	s += negative;
	start = s;
	if (*s == '0' && s[1])
		return false;
	while (*s >= '0' && *s <= '9' && s - start < 18)
		n = n * 10 + (*s++ - '0');
	*out = negative ? -n : n;
	return !*s && s > start && !negative;
}

/* Expands all and evaluates the text. */
static intmax_t evaluate_expanded(struct shell *sh, struct part *parts)
{
	struct sbuf *b = sh_buffer_take(sh);
	intmax_t n;
	char *text;

	sh_expand_append(sh, parts, b);
	text = sh_stack_text(sh, b->len ? b->p : "", b->len);
	buffer_drop(sh);
	n = evaluate_text(sh, text, 0);
	return n;
}

intmax_t sh_arith_value(struct shell *sh, struct arith *a)
{
	struct evaluation ev = { .sh = sh };
	struct mark mark;
	intmax_t values[8], n;
	struct part *known;
	struct sbuf *b;
	bool numbers = true;

	if (a->root && !a->count)
		return evaluate(&ev, a->root);
	mark = stack_mark(sh);
	if (!a->root || a->count > 8) {
		n = evaluate_expanded(sh, a->parts);
		sh_stack_release(sh, mark);
		return n;
	}
	b = sh_buffer_take(sh);
	known = NULL;
	for (unsigned i = 0; i < a->count; i++) {
		struct part one = *a->expansions[i];

		b->len = 0;
		one.next = NULL;
		one.quoted = true;
		if (one.kind == PART_PARAM && one.param->kind == PARAM_VAR && one.param->op == OP_NONE &&
		    !one.param->list && !one.param->sub && !one.param->indirect && numbers) {
			/* the number that a variable is known to be */
			const struct var *v = one.param->var;

			if ((v->flags & (VAR_SET | VAR_NUMBER | VAR_NO_TEXT | VAR_DYNAMIC | VAR_NAMEREF |
					 VAR_ARRAY | VAR_ASSOC)) == (VAR_SET | VAR_NUMBER | VAR_NO_TEXT) &&
			    v->number >= 0) {
				values[i] = v->number;
				continue;
			}
		}
		sh_expand_append(sh, &one, b);
		if (numbers && !whole_number(sh_sbuf_text(b), &values[i])) {
			numbers = false;
			/* what was expanded already must not be again: from here on gather texts
			 */
			known = sh_stack_alloc(sh, a->count * sizeof(*known));
			for (unsigned j = 0; j < i; j++) {
				known[j] = (struct part){ .kind = PART_TEXT };
				known[j].text = sh_stack_printf(sh, "%jd", values[j]);
				known[j].len = strlen(known[j].text);
			}
		}
		if (!numbers) {
			known[i] = (struct part){ .kind = PART_TEXT };
			known[i].text = sh_stack_text(sh, sh_sbuf_text(b), b->len);
			known[i].len = b->len;
		}
	}
	if (numbers) {
		buffer_drop(sh);
		ev.values = values;
		n = evaluate(&ev, a->root);
	} else {
		unsigned i = 0;
		char *text;

		b->len = 0;
		for (struct part *p = a->parts; p; p = p->next) {
			if (p->kind != PART_TEXT)
				sh_sbuf_mem(b, known[i].text, known[i].len);
			else
				sh_sbuf_mem(b, p->text, p->len);
			i += p->kind != PART_TEXT;
		}
		text = sh_stack_text(sh, b->p, b->len);
		buffer_drop(sh);
		n = evaluate_text(sh, text, 0);
	}
	sh_stack_release(sh, mark);
	return n;
}

bool sh_arith_changes(const struct arith *a)
{
	return a->changes;
}

void sh_arith_show(const struct arith *a, struct sbuf *b)
{
	for (const struct part *p = a->parts; p; p = p->next)
		if (p->kind == PART_TEXT)
			sh_sbuf_mem(b, p->text, p->len);
		else if (p->kind == PART_PARAM && p->param->kind == PARAM_VAR)
			sh_sbuf_fmt(b, "$%s", p->param->var->name);
		else if (p->kind == PART_PARAM && p->param->kind == PARAM_NUMBER)
			sh_sbuf_fmt(b, "$%d", p->param->number);
		else
			sh_sbuf_str(b, "$(...)");
}

/* parse.c - POSIX basic and extended regular expressions, with GNU's extensions
 *
 * Follows POSIX.1-2024 XBD 9.3 to 9.5; where that leaves things open, the behaviour of GNU grep 3.8 and sed 4.9.
 */
#include <string.h>
#include "arena.h"
#include "regex_internal.h"
#include "utf8.h"

enum { DEPTH_MAX = 2000, END = -1 };

struct node *node_new(struct parser *p, enum node_kind kind)
{
	struct node *n = pool_alloc(p->pool, sizeof *n);

	n->kind = (uint8_t)kind;
	return n;
}

struct node *node_byte(struct parser *p, unsigned char b)
{
	struct node *n = node_new(p, NODE_CHAR);

	n->len = 1;
	n->text[0] = (char)b;
	return n;
}

/* A character, or if case does not matter the set of its forms. */
struct node *node_char(struct parser *p, uint32_t cp)
{
	bool bytes = p->flags & REGEX_BYTES;
	struct node *n;

	if (p->flags & REGEX_ICASE && (cp < 0x80 || !bytes) && case_variant(cp, 0)) {
		uint32_t other;

		n = node_new(p, NODE_SET);
		n->set = set_new(p->pool, bytes);
		set_add(p->pool, n->set, cp, cp);
		for (int i = 0; (other = case_variant(cp, i)) != 0; i++)
			if (!bytes || other < 0x80)
				set_add(p->pool, n->set, other, other);
		set_finish(n->set);
		return n;
	}
	if (bytes || cp < 0x80)
		return node_byte(p, (unsigned char)cp);
	n = node_new(p, NODE_CHAR);
	n->len = (uint8_t)utf8_encode(cp, n->text);
	return n;
}

struct node *node_class(struct parser *p, int class, bool negate)
{
	struct node *n = node_new(p, NODE_SET);

	n->set = set_new(p->pool, p->flags & REGEX_BYTES);
	n->set->classes = 1u << class;
	n->set->negate = negate;
	set_finish(n->set);
	return n;
}

struct node *node_assert(struct parser *p, enum assertion what)
{
	struct node *n = node_new(p, NODE_ASSERT);

	n->index = what;
	if (what >= AT_WORD_EDGE && what <= NO_WORD_AFTER)
		p->needs |= NEEDS_WORD;
	return n;
}

struct node *node_repeat(struct parser *p, struct node *what, int min, int max)
{
	struct node *n = node_new(p, NODE_REPEAT);

	n->first = what;
	n->min = min;
	n->max = max;
	return n;
}

void list_add(struct list_of_nodes *l, struct node *n)
{
	if (l->last)
		l->last->next = n;
	else
		l->first = n;
	l->last = n;
}

struct node *list_node(struct parser *p, const struct list_of_nodes *l, enum node_kind kind)
{
	struct node *n;

	if (!l->first)
		return node_new(p, NODE_EMPTY);
	if (l->first == l->last)
		return l->first;
	n = node_new(p, kind);
	n->first = l->first;
	return n;
}

size_t parser_char(const struct parser *p, int64_t *cp)
{
	uint32_t c;
	int len = 1;

	*cp = (unsigned char)p->pattern[p->pos];
	if (*cp < 0x80 || p->flags & REGEX_BYTES)
		return 1;
	len = utf8_decode(p->pattern + p->pos, p->end - p->pos, &c);
	*cp = len > 0 ? (int64_t)c : -1;
	return len > 0 ? (size_t)len : 1;
}

/* Reads a character as itself. */
struct node *parser_literal(struct parser *p)
{
	int64_t cp;
	size_t len = parser_char(p, &cp);
	unsigned char b = (unsigned char)p->pattern[p->pos];

	p->pos += len;
	return cp < 0 ? node_byte(p, b) : node_char(p, (uint32_t)cp);
}

static int peek(const struct parser *p, size_t ahead)
{
	return p->end - p->pos > ahead ? (unsigned char)p->pattern[p->pos + ahead] : END;
}

static bool next_is(const struct parser *p, const char *s)
{
	return p->end - p->pos >= strlen(s) && memcmp(p->pattern + p->pos, s, strlen(s)) == 0;
}

static bool extended(const struct parser *p)
{
	return p->syntax == REGEX_EXTENDED || p->syntax == REGEX_AWK;
}

static void fail(struct parser *p, const char *message)
{
	if (!p->error)
		p->error = message;
}

static void warn_of(struct parser *p, const char *fmt, const char *what, size_t len)
{
	char *text;
	size_t room = strlen(fmt) + len + 2;

	if (!(p->flags & REGEX_GREP))
		return;
	text = pool_alloc(p->pool, p->warning_len + room);
	if (p->warning_len)
		memcpy(text, p->warnings, p->warning_len);
	for (; *fmt; fmt++)
		if (*fmt == '@') {
			memcpy(text + p->warning_len, what, len);
			p->warning_len += len;
		} else {
			text[p->warning_len++] = *fmt;
		}
	text[p->warning_len++] = '\n';
	p->warnings = text;
}

/* Numeric escapes: reads up to `max` digits of the base. Returns the value, or -1 if there is none. */
static int read_digits(struct parser *p, unsigned base, int max)
{
	int value = -1;

	for (; max > 0; max--, p->pos++) {
		int c = peek(p, 0);
		unsigned digit = c >= '0' && c <= '9' ? (unsigned)c - '0'
				 : c != END && (c | 32) >= 'a' && (c | 32) <= 'f'
					 ? (unsigned)(c | 32) - 'a' + 10
					 : 99;

		if (digit >= base)
			break;
		value = (value < 0 ? 0 : value) * (int)base + (int)digit;
	}
	return value;
}

/* Reads an escape that stands for a character, at the backslash. Returns the character, or -1 if it is none and nothing
 * is read. */
static int read_escape(struct parser *p)
{
	static const char letters[] = "a\af\fn\nr\rt\tv\v";
	int c = peek(p, 1);
	size_t at = p->pos;
	int value = -1;

	if (c == END)
		return -1;
	for (const char *l = letters; *l; l += 2)
		if (c == *l && (p->syntax == REGEX_AWK || p->flags & REGEX_ESCAPES)) {
			p->pos += 2;
			return l[1];
		}
	if (p->syntax == REGEX_AWK) {
		if (c == 'b' || c == '"' || c == '/') {
			p->pos += 2;
			return c == 'b' ? '\b' : c;
		}
		p->pos += c == 'x' ? 2 : 1;
		value = c == 'x' ? read_digits(p, 16, 2) : read_digits(p, 8, 3);
	} else if (p->flags & REGEX_ESCAPES) {
		p->pos += 2;
		switch (c) {
		case 'd':
			value = read_digits(p, 10, 3);
			break;
		case 'o':
			value = read_digits(p, 8, 3);
			break;
		case 'x':
			value = read_digits(p, 16, 2);
			break;
		case 'c':
			if (peek(p, 0) != END) {
				int letter = peek(p, 0);

				value = (letter >= 'a' && letter <= 'z' ? letter - 32 : letter) ^ 64;
				p->pos += letter == '\\' && peek(p, 1) == '\\' ? 2 : 1;
			}
			break;
		}
	}
	if (value < 0)
		p->pos = at;
	return value < 0 ? -1 : value & 255;
}

/* The end of a range, or a character of its own, in a bracket expression: -1 for a byte that is none, -2 for a class,
 * -3 after an error. */
static int64_t bracket_item(struct parser *p, struct set *s)
{
	static const char errors[][40] = { "Invalid character class name", "Invalid collation character" };
	int kind = peek(p, 1);
	int64_t cp;
	int value;

	if (peek(p, 0) == '[' && (kind == ':' || kind == '.' || kind == '=')) {
		const char *start = p->pattern + p->pos + 2, *end = start;
		const char *stop = p->pattern + p->end - 1;
		int class;

		while (end < stop && !(*end == kind && end[1] == ']'))
			end++;
		if (end >= stop) {
			p->error = kind == ':' && p->syntax == REGEX_EMACS ? NULL
									   : "Unmatched [, [^, [:, [., or [=";
			if (p->error)
				return -3;
		} else if (kind == ':') {
			class = set_class_number(start, (size_t)(end - start));
			if (class < 0 || class >= CLASS_WORD) {
				fail(p, errors[0]);
				return -3;
			}
			s->classes |= 1u << class;
			p->pos += (size_t)(end - start) + 4;
			return -2;
		} else {
			size_t len;

			p->pos += 2;
			len = parser_char(p, &cp);
			if (end == start && end[1] == ']' && stop - end >= 2 && end[2] == ']')
				end++; /* [=]=] and the like */
			if (len != (size_t)(end - start) || cp < 0) {
				fail(p, errors[1]);
				return -3;
			}
			p->pos += len + 2;
			if (kind == '=') {
				set_add(p->pool, s, (uint32_t)cp, (uint32_t)cp);
				return -2;
			}
			return cp;
		}
	}
	if (peek(p, 0) == '\\') {
		value = read_escape(p);
		if (value >= 0)
			return value;
		if (p->syntax == REGEX_AWK && peek(p, 1) != END)
			p->pos++;
	}
	p->pos += parser_char(p, &cp);
	return cp;
}

/* Warns of [:space:] outside of a bracket expression. */
static void check_class_syntax(struct parser *p, size_t start)
{
	const char *s = p->pattern + start;
	size_t len = p->pos - start;

	if (p->syntax != REGEX_AWK && p->flags & (REGEX_GREP | REGEX_ESCAPES) && len >= 4 && s[0] == ':' &&
	    s[len - 2] == ':')
		fail(p, "character class syntax is [[:space:]], not [:space:]");
}

struct set *parse_bracket(struct parser *p)
{
	struct set *s = set_new(p->pool, p->flags & REGEX_BYTES);
	size_t start = p->pos;

	s->icase = p->flags & REGEX_ICASE;
	if (peek(p, 0) == '^') {
		s->negate = true;
		p->pos++;
		if (p->flags & REGEX_NEWLINE)
			set_add(p->pool, s, '\n', '\n');
	}
	for (bool first = true; first || peek(p, 0) != ']'; first = false) {
		int64_t low, high;

		if (peek(p, 0) == END) {
			fail(p, "Unmatched [, [^, [:, [., or [=");
			return NULL;
		}
		low = high = bracket_item(p, s);
		if (peek(p, 0) == '-' && peek(p, 1) != ']' && peek(p, 1) != END && low != -3) {
			p->pos++;
			high = bracket_item(p, s);
			if (p->error)
				return NULL;
			if (low < 0 || high < 0 || low > high) {
				fail(p, "Invalid range end");
				return NULL;
			}
		}
		if (p->error)
			return NULL;
		if (low >= 0)
			set_add(p->pool, s, (uint32_t)low, (uint32_t)high);
	}
	p->pos++;
	check_class_syntax(p, start);
	set_finish(s);
	return p->error ? NULL : s;
}

/* How an operator of repetition is written: its length, or 0 if there is none here. */
static size_t repeat_operator(const struct parser *p, char *op)
{
	int c = peek(p, 0);

	if (c == '*') {
		*op = '*';
		return 1;
	}
	if (extended(p) || p->syntax == REGEX_EMACS) {
		*op = (char)c;
		if (c == '+' || c == '?')
			return 1;
		return c == '{' && extended(p) && !(p->flags & REGEX_NO_INTERVAL);
	}
	c = c == '\\' ? peek(p, 1) : END;
	*op = (char)c;
	return c == '+' || c == '?' || c == '{' ? 2 : 0;
}

static int read_bound(struct parser *p)
{
	int value = -1;

	for (int c; (c = peek(p, 0)) >= '0' && c <= '9'; p->pos++) {
		value = (value < 0 ? 0 : value) * 10 + c - '0';
		if (value > REPEAT_MAX)
			value = REPEAT_MAX + 1;
	}
	return value;
}

/* Reads an interval behind its brace. Returns false if it is none, with or without an error. */
static bool parse_interval(struct parser *p, int *min, int *max)
{
	const char *close = extended(p) ? "}" : "\\}";
	size_t at = p->pos;

	*min = *max = read_bound(p);
	if (peek(p, 0) == ',') {
		p->pos++;
		*min = *min < 0 ? 0 : *min;
		*max = read_bound(p);
	} else if (*min < 0) {
		*min = -2;
	}
	if (*min >= 0 && next_is(p, close)) {
		p->pos += strlen(close);
		if (*max >= 0 && *min > *max)
			fail(p, "Invalid content of \\{\\}");
		else if (*min > REPEAT_MAX || *max > REPEAT_MAX)
			fail(p, "Regular expression too big");
		return !p->error;
	}
	if (extended(p) && (p->flags & REGEX_GREP || p->syntax == REGEX_AWK)) {
		p->pos = at;
		return false;
	}
	while (peek(p, 0) != END && !next_is(p, close))
		p->pos++;
	fail(p, peek(p, 0) == END ? "Unmatched \\{" : "Invalid content of \\{\\}");
	return false;
}

static struct node *parse_alternatives(struct parser *p);

static struct node *parse_group(struct parser *p)
{
	struct node *n = node_new(p, NODE_GROUP);
	const char *close = extended(p) ? ")" : "\\)";

	n->index = ++p->groups;
	if (++p->depth > DEPTH_MAX) {
		fail(p, "Regular expression too big");
		return n;
	}
	n->first = parse_alternatives(p);
	p->depth--;
	if (!next_is(p, close)) {
		fail(p, "Unmatched ( or \\(");
		return n;
	}
	p->pos += strlen(close);
	if (n->index - p->base < 64)
		p->closed |= 1ull << (n->index - p->base);
	return n;
}

static struct node *parse_backref(struct parser *p, uint32_t number)
{
	struct node *n = node_new(p, NODE_BACKREF);

	if (!(p->closed >> number & 1))
		fail(p, "Invalid back reference");
	n->index = p->base + number;
	n->icase = p->flags & REGEX_ICASE;
	p->needs |= NEEDS_BACKTRACK;
	return n;
}

/* A backslash and what follows, that is no operator. */
static struct node *parse_escape(struct parser *p)
{
	static const char asserts[] = "bB<>`'";
	static const uint8_t kinds[] = { AT_WORD_EDGE, AT_NO_WORD_EDGE, AT_WORD_START,
					 AT_WORD_END,  AT_TEXT_START,   AT_TEXT_END };
	int c = peek(p, 1), value;
	const char *at;

	if (c == END) {
		fail(p, "Trailing backslash");
		return NULL;
	}
	if (p->syntax == REGEX_AWK && c == 'y')
		c = 'b';
	else if ((value = read_escape(p)) >= 0)
		return value < 0x80 ? node_char(p, (uint32_t)value) : node_byte(p, (unsigned char)value);
	p->pos += 2;
	at = memchr(asserts, c, sizeof asserts - 1);
	if (at)
		return node_assert(p, kinds[at - asserts]);
	switch (c) {
	case 'w':
	case 'W':
		return node_class(p, CLASS_WORD, c == 'W');
	case 's':
	case 'S':
		return node_class(p, CLASS_SPACE, c == 'S');
	}
	if (c >= '1' && c <= '9' && p->syntax != REGEX_AWK)
		return parse_backref(p, (uint32_t)c - '0');
	p->pos--;
	return parser_literal(p);
}

/* Whether the current alternative ends here. */
static bool at_branch_end(const struct parser *p)
{
	if (peek(p, 0) == END)
		return true;
	if (extended(p))
		return peek(p, 0) == '|' || (peek(p, 0) == ')' && p->depth > 0);
	return next_is(p, "\\|") || (next_is(p, "\\)") && p->depth > 0);
}

/* An operator of repetition where there is nothing to repeat. Returns the atom it stands for, or NULL if none. */
static struct node *parse_dangling(struct parser *p, char op, size_t len)
{
	int min, max;

	if (p->syntax == REGEX_EXTENDED && !(p->flags & REGEX_GREP)) {
		fail(p, "Invalid preceding regular expression");
		return NULL;
	}
	if (p->syntax == REGEX_BASIC && op == '{' && !(p->flags & REGEX_GREP)) {
		fail(p, "Invalid preceding regular expression");
		return NULL;
	}
	if (p->syntax != REGEX_EXTENDED) {
		p->pos += len;
		return node_char(p, (unsigned char)op);
	}
	p->pos += len;
	if (op == '{') {
		if (!parse_interval(p, &min, &max))
			return p->error ? NULL : node_char(p, '{');
		warn_of(p, "{...} at start of expression", "", 0);
		return NULL;
	}
	warn_of(p, "@ at start of expression", &op, 1);
	return NULL;
}

/* Reads one atom without its repetition. NULL with an error, or if what was read stands for nothing. */
static struct node *parse_atom(struct parser *p, bool *anchor)
{
	int c = peek(p, 0);
	struct node *n;

	switch (c) {
	case '.':
		p->pos++;
		n = node_class(p, CLASS_ANY, false);
		if (p->flags & REGEX_NEWLINE) {
			n->set->classes = 0;
			n->set->negate = true;
			set_add(p->pool, n->set, '\n', '\n');
			set_finish(n->set);
		}
		return n;
	case '[':
		p->pos++;
		n = node_new(p, NODE_SET);
		n->set = parse_bracket(p);
		return n->set ? n : NULL;
	case '^':
		if (extended(p) || p->pos == p->branch_start) {
			p->pos++;
			*anchor = true;
			p->needs |= p->flags & (REGEX_NEWLINE | REGEX_MULTILINE) ? NEEDS_LINES : 0;
			return node_assert(p, AT_LINE_START);
		}
		break;
	case '$':
		p->pos++;
		if (extended(p) || at_branch_end(p) || next_is(p, "\\)")) {
			*anchor = true;
			p->needs |= p->flags & (REGEX_NEWLINE | REGEX_MULTILINE) ? NEEDS_LINES : 0;
			return node_assert(p, AT_LINE_END);
		}
		p->pos--;
		break;
	case '(':
		if (extended(p)) {
			p->pos++;
			return parse_group(p);
		}
		break;
	case '\\':
		if (!extended(p) && peek(p, 1) == '(') {
			p->pos += 2;
			return parse_group(p);
		}
		n = parse_escape(p);
		*anchor = n && n->kind == NODE_ASSERT;
		return n;
	}
	return parser_literal(p);
}

/* Reads the operators of repetition behind an atom. */
static struct node *parse_repeats(struct parser *p, struct node *n)
{
	size_t len, at;
	char op;

	while (!p->error && (len = repeat_operator(p, &op)) > 0) {
		int min = op == '+', max = op == '?' ? 1 : NO_LIMIT;

		at = p->pos;
		p->pos += len;
		if (op == '{' && !parse_interval(p, &min, &max)) {
			p->pos = at;
			break;
		}
		n = node_repeat(p, n, min, max);
	}
	return n;
}

static struct node *parse_branch(struct parser *p)
{
	struct list_of_nodes list = { NULL, NULL };
	bool start = true;
	char op;

	p->branch_start = p->pos;
	while (!p->error && !at_branch_end(p)) {
		size_t len = start ? repeat_operator(p, &op) : 0;
		bool anchor = false;
		struct node *n;

		if (extended(p) && peek(p, 0) == ')' && p->flags & REGEX_NO_CLOSE)
			fail(p, "Unmatched ) or \\)");
		if (!extended(p) && next_is(p, "\\)"))
			fail(p, "Unmatched ) or \\)");
		if (p->error)
			break;
		if (len > 0) {
			n = parse_dangling(p, op, len);
			if (!n)
				continue;
		} else if (!start && extended(p) && peek(p, 0) == '{') {
			p->pos++;
			n = node_char(p, '{');
		} else {
			n = parse_atom(p, &anchor);
		}
		if (!n)
			break;
		start = anchor;
		/* grep's own matcher repeats a ^ */
		if (anchor && p->flags & REGEX_GREP && p->syntax == REGEX_EXTENDED && peek(p, 0) == '*' &&
		    n->index == AT_LINE_START) {
			warn_of(p, "@ at start of expression", "*", 1);
			anchor = false;
		}
		if (!anchor)
			n = parse_repeats(p, n);
		list_add(&list, n);
	}
	return list_node(p, &list, NODE_CAT);
}

static struct node *parse_alternatives(struct parser *p)
{
	struct list_of_nodes list = { NULL, NULL };
	const char *bar = extended(p) ? "|" : "\\|";
	uint64_t before = p->closed, after = 0; /* groups of one alternative cannot be meant in another */

	for (;;) {
		p->closed = before;
		list_add(&list, parse_branch(p));
		after |= p->closed;
		if (p->error || !next_is(p, bar))
			break;
		p->pos += strlen(bar);
	}
	p->closed = after;
	return list_node(p, &list, NODE_ALT);
}

static struct node *parse_fixed(struct parser *p)
{
	struct list_of_nodes list = { NULL, NULL };

	while (p->pos < p->end)
		list_add(&list, parser_literal(p));
	return list_node(p, &list, NODE_CAT);
}

/* Parses the pattern, or each line of it. */
struct node *parse_posix(struct parser *p)
{
	struct list_of_nodes list = { NULL, NULL };
	size_t end = p->end;

	for (;;) {
		const char *newline = p->flags & REGEX_LINES ? memchr(p->pattern + p->pos, '\n', end - p->pos)
							     : NULL;

		p->end = newline ? (size_t)(newline - p->pattern) : end;
		p->base = p->groups;
		p->closed = 0;
		list_add(&list, p->syntax == REGEX_FIXED ? parse_fixed(p) : parse_alternatives(p));
		if (p->error || !newline)
			break;
		p->pos = p->end + 1;
	}
	return list_node(p, &list, NODE_ALT);
}

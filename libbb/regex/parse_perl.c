/* parse_perl.c - Perl-like regular expressions: grep -P
 *
 * Follows pcre2pattern(3), as grep 3.8 uses it: classes like \w and \d, and word edges, are of ASCII.
 */
#include <string.h>
#include "regex_internal.h"
#include "utf8.h"

enum { END = -1, DEPTH_MAX = 250, NAMES_MAX = 100, PERL_REPEAT_MAX = 65535 };

/* (?imsxU): what they change. */
enum mode { MODE_I = 1, MODE_M = 2, MODE_S = 4, MODE_X = 8, MODE_U = 16 };

/* Named groups. */
struct regex_names {
	size_t count;
	struct {
		const char *name;
		size_t len;
		uint32_t group;
	} list[NAMES_MAX];
};

static struct node *parse_alternatives(struct parser *p);
static struct node *parse_atom(struct parser *p);

static int peek(const struct parser *p, size_t ahead)
{
	return p->end - p->pos > ahead ? (unsigned char)p->pattern[p->pos + ahead] : END;
}

static bool accept(struct parser *p, const char *s)
{
	size_t len = strlen(s);

	if (p->end - p->pos < len || memcmp(p->pattern + p->pos, s, len) != 0)
		return false;
	p->pos += len;
	return true;
}

static struct node *fail(struct parser *p, const char *message)
{
	if (!p->error)
		p->error = message;
	return node_new(p, NODE_EMPTY);
}

static void set_modes(struct parser *p, unsigned modes)
{
	p->modes = modes;
	p->flags = modes & MODE_I ? p->flags | REGEX_ICASE : p->flags & ~(unsigned)REGEX_ICASE;
}

static bool is_digit(int c)
{
	return c >= '0' && c <= '9';
}

static int hex_value(int c)
{
	return is_digit(c)                                      ? c - '0'
	       : c != END && (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
								: 99;
}

static uint32_t read_number(struct parser *p)
{
	uint32_t n = 0;

	for (; is_digit(peek(p, 0)); p->pos++)
		n = n > 100000 ? n : n * 10 + (uint32_t)(peek(p, 0) - '0');
	return n;
}

/* Reads digits of a base up to `max`, or up to a brace. */
static uint32_t read_digits(struct parser *p, int base, int max)
{
	uint32_t n = 0;

	for (; max > 0 && hex_value(peek(p, 0)) < base; max--, p->pos++)
		n = n > 0x110000 ? n : n * (uint32_t)base + (uint32_t)hex_value(peek(p, 0));
	return n;
}

static uint32_t read_braced(struct parser *p, int base)
{
	uint32_t n = read_digits(p, base, 16);

	if (!accept(p, "}"))
		fail(p, "missing terminating } in \\x{ or \\o{");
	if (n > 0x10ffff)
		fail(p, "character code point value in \\x{} or \\o{} is too large");
	return n;
}

static struct set *new_set(struct parser *p)
{
	struct set *s = set_new(p->pool, p->flags & REGEX_BYTES);

	s->icase = p->flags & REGEX_ICASE;
	return s;
}

/* Adds the ASCII members of a class, or with `negate` all that are not these. */
static void add_ascii_class(struct parser *p, struct set *s, int class, bool negate)
{
	struct set only = { .bytes = true, .classes = 1u << class };

	set_finish(&only);
	for (uint32_t c = 0; c < 128; c++)
		if (set_has_byte(&only, (unsigned char)c) != negate)
			set_add(p->pool, s, c, c);
	if (negate)
		set_add(p->pool, s, 0x80, 0x10ffff);
}

/* The class of a letter after a backslash, or -1. */
static int class_of_letter(int c)
{
	switch (c | 32) {
	case 'd':
		return CLASS_DIGIT;
	case 'w':
		return CLASS_WORD;
	case 's':
		return CLASS_SPACE;
	}
	return -1;
}

/* \h and \v, which are of all characters. */
static void add_spaces(struct parser *p, struct set *s, bool horizontal)
{
	static const uint16_t across[][2] = { { 9, 9 },           { ' ', ' ' },       { 0xa0, 0xa0 },
					      { 0x1680, 0x1680 }, { 0x180e, 0x180e }, { 0x2000, 0x200a },
					      { 0x202f, 0x202f }, { 0x205f, 0x205f }, { 0x3000, 0x3000 } };
	static const uint16_t down[][2] = { { 10, 13 }, { 0x85, 0x85 }, { 0x2028, 0x2029 } };
	size_t count = horizontal ? sizeof across / sizeof *across : sizeof down / sizeof *down;

	for (size_t i = 0; i < count; i++)
		set_add(p->pool, s, horizontal ? across[i][0] : down[i][0],
			horizontal ? across[i][1] : down[i][1]);
}

/* Reads what is behind \p or \P. */
static void parse_property(struct parser *p, struct set *s, bool negate)
{
	static const struct {
		char name[4];
		uint8_t class;
	} properties[] = {
		{ "L", CLASS_LETTER },  { "L&", CLASS_LETTER }, { "Lu", CLASS_UPPER },
		{ "Ll", CLASS_LOWER },  { "N", CLASS_NUMBER },  { "Nd", CLASS_NUMBER },
		{ "P", CLASS_SYMBOL },  { "S", CLASS_SYMBOL },  { "Z", CLASS_HSPACE },
		{ "Zs", CLASS_HSPACE }, { "C", CLASS_CNTRL },   { "Cc", CLASS_CNTRL },
		{ "Xan", CLASS_ALNUM }, { "Xwd", CLASS_WORD },  { "Xsp", CLASS_SPACE },
		{ "Xps", CLASS_SPACE }, { "Any", CLASS_ANY },
	};
	const char *name = p->pattern + p->pos;
	size_t len = 1;

	if (accept(p, "{")) {
		const char *close = memchr(p->pattern + p->pos, '}', p->end - p->pos);

		if (accept(p, "^"))
			negate = !negate;
		name = p->pattern + p->pos;
		len = close ? (size_t)(close - name) : 0;
		p->pos += close ? len + 1 : 0;
	} else if (peek(p, 0) != END) {
		p->pos++;
	} else {
		len = 0;
	}
	for (size_t i = 0; len && i < sizeof properties / sizeof *properties; i++)
		if (strlen(properties[i].name) == len && memcmp(properties[i].name, name, len) == 0) {
			if (negate)
				s->not_classes |= 1u << properties[i].class;
			else
				s->classes |= 1u << properties[i].class;
			return;
		}
	fail(p, len ? "unknown property after \\P or \\p" : "malformed \\P or \\p sequence");
}

/* Adds what an escape stands for that is a class. Returns false, with nothing read, if it is none. */
static bool parse_class_escape(struct parser *p, struct set *s)
{
	int c = peek(p, 1);
	int class = c == END ? -1 : class_of_letter(c);

	if (class >= 0) {
		p->pos += 2;
		add_ascii_class(p, s, class, c < 'a');
		return true;
	}
	switch (c) {
	case 'h':
	case 'v':
		p->pos += 2;
		add_spaces(p, s, c == 'h');
		return true;
	case 'p':
	case 'P':
		p->pos += 2;
		parse_property(p, s, c == 'P');
		return true;
	}
	return false;
}

/* Reads an escape that stands for one character, at the backslash. Returns it, or -1 with nothing read. */
static int64_t parse_char_escape(struct parser *p, bool in_class)
{
	static const char letters[] = "a\ae\033f\fn\nr\rt\t";
	int c = peek(p, 1);

	for (const char *l = letters; *l; l += 2)
		if (c == *l) {
			p->pos += 2;
			return (unsigned char)l[1];
		}
	if (c == 'b' && in_class) {
		p->pos += 2;
		return '\b';
	}
	if (c == 'x') {
		p->pos += 2;
		return accept(p, "{") ? read_braced(p, 16) : read_digits(p, 16, 2);
	}
	if (c == 'o' && peek(p, 2) == '{') {
		p->pos += 3;
		return read_braced(p, 8);
	}
	if (c == 'c' && peek(p, 2) != END) {
		int letter = peek(p, 2);

		p->pos += 3;
		return (letter >= 'a' && letter <= 'z' ? letter - 32 : letter) ^ 64;
	}
	if (c == '0' || (in_class && c >= '1' && c <= '7')) {
		p->pos += 1;
		return read_digits(p, 8, 3);
	}
	if (c != END && !(c < 0x80 && (is_digit(c) || ((c | 32) >= 'a' && (c | 32) <= 'z')))) {
		int64_t cp;

		p->pos++;
		p->pos += parser_char(p, &cp);
		return cp;
	}
	return -1;
}

/* Reads a bracket expression behind its [. */
static struct node *parse_set(struct parser *p)
{
	struct node *n = node_new(p, NODE_SET);
	struct set *s = new_set(p);
	bool first = true;

	n->set = s;
	if (accept(p, "^"))
		s->negate = true;
	for (; first || peek(p, 0) != ']'; first = false) {
		int64_t low, high;

		if (peek(p, 0) == END)
			return fail(p, "missing terminating ] for character class");
		if (peek(p, 0) == '[' && peek(p, 1) == ':') {
			const char *name = p->pattern + p->pos + 2, *close;
			bool negate = *name == '^';

			name += negate;
			close = memchr(name, ':', (size_t)(p->pattern + p->end - name));
			if (close && close + 1 < p->pattern + p->end && close[1] == ']') {
				int class = set_class_number(name, (size_t)(close - name));

				if (class < 0)
					return fail(p, "unknown POSIX class name");
				add_ascii_class(p, s, class, negate);
				p->pos = (size_t)(close - p->pattern) + 2;
				continue;
			}
		}
		if (accept(p, "\\Q")) {
			while (peek(p, 0) != END && !accept(p, "\\E")) {
				p->pos += parser_char(p, &low);
				if (low >= 0)
					set_add(p->pool, s, (uint32_t)low, (uint32_t)low);
			}
			continue;
		}
		if (accept(p, "\\E") || (peek(p, 0) == '\\' && parse_class_escape(p, s))) {
			if (p->error)
				return n;
			continue;
		}
		if (peek(p, 0) == '\\')
			low = parse_char_escape(p, true);
		else
			p->pos += parser_char(p, &low);
		if (low < 0)
			return fail(p, "unrecognized character follows \\");
		high = low;
		if (peek(p, 0) == '-' && peek(p, 1) != ']' && peek(p, 1) != END) {
			p->pos++;
			if (peek(p, 0) == '\\' && peek(p, 1) != END && class_of_letter(peek(p, 1)) >= 0)
				return fail(p, "invalid range in character class");
			if (peek(p, 0) == '\\')
				high = parse_char_escape(p, true);
			else
				p->pos += parser_char(p, &high);
			if (high < low)
				return fail(p, "range out of order in character class");
		}
		set_add(p->pool, s, (uint32_t)low, (uint32_t)high);
	}
	p->pos++;
	set_finish(s);
	return n;
}

static struct node *any_char(struct parser *p)
{
	struct node *n = node_class(p, CLASS_ANY, false);

	if (!(p->modes & MODE_S)) {
		n->set->classes = 0;
		n->set->negate = true;
		set_add(p->pool, n->set, '\n', '\n');
		set_finish(n->set);
	}
	return n;
}

/* Returns the group of a name, or 0. */
static uint32_t find_name(const struct parser *p, const char *name, size_t len)
{
	for (size_t i = 0; i < p->names->count; i++)
		if (p->names->list[i].len == len && memcmp(p->names->list[i].name, name, len) == 0)
			return p->names->list[i].group;
	return 0;
}

/* Reads a name up to its closing character. */
static const char *read_name(struct parser *p, char close, size_t *len)
{
	const char *name = p->pattern + p->pos, *end = memchr(name, close, p->end - p->pos);

	if (!end || end == name) {
		fail(p, "syntax error in subpattern name (missing terminator?)");
		*len = 0;
		return "";
	}
	if (is_digit(*name)) {
		fail(p, "subpattern name must start with a non-digit");
		*len = 0;
		return "";
	}
	*len = (size_t)(end - name);
	p->pos += *len + 1;
	return name;
}

static struct node *backref(struct parser *p, uint32_t group)
{
	struct node *n = node_new(p, NODE_BACKREF);

	n->index = group;
	n->icase = p->flags & REGEX_ICASE;
	p->needs |= NEEDS_BACKTRACK;
	if (group > p->base)
		p->base = group; /* checked when all groups are known */
	return n;
}

static struct node *named_backref(struct parser *p, char close)
{
	size_t len;
	const char *name = read_name(p, close, &len);
	uint32_t group = find_name(p, name, len);

	if (!group)
		return fail(p, "reference to non-existent subpattern");
	return backref(p, group);
}

static struct node *call(struct parser *p, uint32_t group)
{
	struct node *n = node_new(p, NODE_CALL);

	n->index = group;
	p->needs |= NEEDS_BACKTRACK;
	if (group > p->base)
		p->base = group;
	return n;
}

/* \g: a group by its number, from the end if negative, or by its name. */
static struct node *parse_g(struct parser *p)
{
	char close = accept(p, "{") ? '}' : accept(p, "<") ? '>' : accept(p, "'") ? '\'' : 0;
	bool negative = accept(p, "-"), plus = !negative && accept(p, "+");
	uint32_t n;

	if (!is_digit(peek(p, 0))) {
		size_t len;
		const char *name = close ? read_name(p, close, &len) : "";
		uint32_t group = close ? find_name(p, name, len) : 0;

		if (!group)
			return fail(p, close ? "reference to non-existent subpattern"
					     : "a numbered reference must not be zero");
		return close == '}' ? backref(p, group) : call(p, group);
	}
	n = read_number(p);
	if (negative)
		n = n <= p->groups ? p->groups + 1 - n : 0;
	else if (plus)
		n += p->groups;
	if (close && peek(p, 0) != close)
		return fail(
			p,
			"\\g is not followed by a braced, angle-bracketed, or quoted name/number or by a plain number");
	p->pos += close != 0;
	if (close && close != '}')
		return call(p, n);
	return n ? backref(p, n) : fail(p, "reference to non-existent subpattern");
}

static struct node *atomic(struct parser *p, struct node *body)
{
	struct node *n = node_new(p, NODE_ATOMIC);

	n->first = body;
	p->needs |= NEEDS_BACKTRACK;
	return n;
}

/* \R: any end of a line. */
static struct node *newline_sequence(struct parser *p)
{
	struct list_of_nodes crlf = { NULL, NULL }, list = { NULL, NULL };
	struct node *n = node_new(p, NODE_SET);

	list_add(&crlf, node_byte(p, '\r'));
	list_add(&crlf, node_byte(p, '\n'));
	n->set = set_new(p->pool, p->flags & REGEX_BYTES);
	add_spaces(p, n->set, false);
	set_finish(n->set);
	list_add(&list, list_node(p, &crlf, NODE_CAT));
	list_add(&list, n);
	return atomic(p, list_node(p, &list, NODE_ALT));
}

/* \N and \X and the like, and assertions; at the backslash. NULL if it is none of these. */
static struct node *parse_simple_escape(struct parser *p)
{
	static const struct {
		char letter;
		uint8_t assertion;
	} assertions[] = {
		{ 'b', AT_WORD_EDGE }, { 'B', AT_NO_WORD_EDGE }, { 'A', AT_TEXT_START },
		{ 'z', AT_TEXT_END },  { 'Z', AT_LAST_LINE },    { 'G', AT_SEARCH_START },
	};
	int c = peek(p, 1);
	struct node *n;

	for (size_t i = 0; i < sizeof assertions / sizeof *assertions; i++)
		if (c == assertions[i].letter) {
			p->pos += 2;
			p->needs |= c == 'Z'   ? NEEDS_LAST_LINE | NEEDS_BACKTRACK
				    : c == 'G' ? NEEDS_BACKTRACK
					       : 0;
			return node_assert(p, assertions[i].assertion);
		}
	switch (c) {
	case 'K':
		p->pos += 2;
		p->needs |= NEEDS_BACKTRACK;
		return node_new(p, NODE_KEEP);
	case 'R':
		p->pos += 2;
		return newline_sequence(p);
	case 'X':
		p->pos += 2;
		return node_class(p, CLASS_ANY, false);
	case 'C':
		p->pos += 2;
		return node_new(p, NODE_ANY_BYTE);
	case 'N':
	case 'H':
	case 'V':
		p->pos += 2;
		n = node_new(p, NODE_SET);
		n->set = set_new(p->pool, p->flags & REGEX_BYTES);
		n->set->negate = true;
		if (c == 'N')
			set_add(p->pool, n->set, '\n', '\n');
		else
			add_spaces(p, n->set, c == 'H');
		set_finish(n->set);
		return n;
	}
	return NULL;
}

/* Everything that begins with a backslash. */
static struct node *parse_escape(struct parser *p)
{
	int c = peek(p, 1);
	struct node *n = parse_simple_escape(p);
	struct set *s;
	int64_t cp;

	if (n)
		return n;
	if (c == END)
		return fail(p, "\\ at end of pattern");
	if (c == 'g') {
		p->pos += 2;
		return parse_g(p);
	}
	if (c == 'k') {
		p->pos += 2;
		c = peek(p, 0);
		if (c != '{' && c != '<' && c != '\'')
			return fail(p, "\\k is not followed by a braced, angle-bracketed, or quoted name");
		p->pos++;
		return named_backref(p, c == '{' ? '}' : c == '<' ? '>' : '\'');
	}
	if (c >= '1' && c <= '9') {
		size_t at = ++p->pos;
		uint32_t number = read_number(p);

		if (number < 10 || number <= p->groups)
			return backref(p, number);
		p->pos = at;
		return node_char(p, read_digits(p, 8, 3) & 255);
	}
	s = new_set(p);
	s->icase = false;
	if (parse_class_escape(p, s)) {
		n = node_new(p, NODE_SET);
		n->set = s;
		set_finish(s);
		return n;
	}
	cp = parse_char_escape(p, false);
	if (cp < 0)
		return fail(p, "unrecognized character follows \\");
	return node_char(p, (uint32_t)cp);
}

/* The number of characters that all matches of a node have, or -1. */
static int fixed_length(const struct node *n)
{
	int total = 0, one;

	switch (n->kind) {
	case NODE_CHAR:
	case NODE_SET:
		return 1;
	case NODE_EMPTY:
	case NODE_ASSERT:
	case NODE_LOOK:
	case NODE_KEEP:
		return 0;
	case NODE_CAT:
		for (const struct node *k = n->first; k; k = k->next) {
			one = fixed_length(k);
			if (one < 0)
				return -1;
			total += one;
		}
		return total;
	case NODE_ALT:
		total = fixed_length(n->first);
		for (const struct node *k = n->first; k; k = k->next)
			if (fixed_length(k) != total)
				return -1;
		return total;
	case NODE_REPEAT:
		one = fixed_length(n->first);
		return one >= 0 && n->min == n->max ? one * n->min : -1;
	case NODE_GROUP:
	case NODE_ATOMIC:
		return fixed_length(n->first);
	}
	return -1;
}

/* Makes a lookaround. What looks behind has one for each of its alternatives. */
static struct node *make_look(struct parser *p, struct node *body, bool negate, bool behind)
{
	struct list_of_nodes list = { NULL, NULL };
	struct node *next, *n;

	p->needs |= NEEDS_BACKTRACK;
	for (struct node *k = behind && body->kind == NODE_ALT ? body->first : body; k; k = next) {
		int len = behind ? fixed_length(k) : 0;

		next = k == body ? NULL : k->next;
		k->next = NULL;
		if (len < 0)
			return fail(p, "lookbehind assertion is not fixed length");
		n = node_new(p, NODE_LOOK);
		n->first = k;
		n->negate = negate;
		n->behind = behind;
		n->min = len;
		list_add(&list, n);
	}
	return list_node(p, &list, negate ? NODE_CAT : NODE_ALT);
}

static struct node *close_group(struct parser *p, struct node *n)
{
	if (!p->error && !accept(p, ")"))
		return fail(p, "missing closing parenthesis");
	return n;
}

static struct node *look(struct parser *p, bool negate, bool behind)
{
	struct node *body = close_group(p, parse_alternatives(p));

	return p->error ? body : make_look(p, body, negate, behind);
}

static struct node *capture(struct parser *p, const char *name, size_t len)
{
	struct node *n = node_new(p, NODE_GROUP);

	n->index = ++p->groups;
	if (len) {
		if (p->names->count == NAMES_MAX)
			return fail(p, "too many named subpatterns (maximum 100)");
		p->names->list[p->names->count].name = name;
		p->names->list[p->names->count].len = len;
		p->names->list[p->names->count++].group = n->index;
	}
	n->first = parse_alternatives(p);
	return close_group(p, n);
}

/* (?(condition)yes|no), behind the second parenthesis. */
static struct node *parse_condition(struct parser *p)
{
	struct node *n = node_new(p, NODE_COND), *body, *no;

	p->needs |= NEEDS_BACKTRACK;
	if (is_digit(peek(p, 0))) {
		n->index = read_number(p);
		close_group(p, n);
	} else if (accept(p, "?=")) {
		n->test = look(p, false, false);
	} else if (accept(p, "?!")) {
		n->test = look(p, true, false);
	} else if (accept(p, "?<=")) {
		n->test = look(p, false, true);
	} else if (accept(p, "?<!")) {
		n->test = look(p, true, true);
	} else {
		char close = accept(p, "<") ? '>' : accept(p, "'") ? '\'' : ')';
		size_t len;
		const char *name = read_name(p, close, &len);

		n->index = find_name(p, name, len);
		if (!n->index)
			return fail(p, "reference to non-existent subpattern");
		if (close != ')')
			close_group(p, n);
	}
	if (p->error)
		return n;
	if (n->test && n->test->kind != NODE_LOOK)
		return fail(p, "lookbehind assertion is not fixed length");
	body = parse_alternatives(p);
	close_group(p, n);
	no = node_new(p, NODE_EMPTY);
	if (body->kind == NODE_ALT) {
		if (body->first->next->next)
			return fail(p, "conditional subpattern contains more than two branches");
		no = body->first->next;
		body = body->first;
	}
	body->next = no;
	no->next = NULL;
	n->first = body;
	return n;
}

/* (?imsx-imsx) or (?imsx:...), behind the question mark. */
static struct node *parse_modes(struct parser *p)
{
	unsigned before = p->modes, modes = before;
	bool off = false;
	struct node *n;

	for (;;) {
		static const char letters[] = "imsxU";
		int c = peek(p, 0);
		const char *l = c > 0 ? strchr(letters, c) : NULL;

		p->pos += c != END;
		if (l) {
			modes = off ? modes & ~(1u << (l - letters)) : modes | 1u << (l - letters);
		} else if (c == '^') {
			modes &= ~(unsigned)(MODE_I | MODE_M | MODE_S | MODE_X);
		} else if (c == '-') {
			off = true;
		} else if (c == ')') {
			set_modes(p, modes);
			return node_new(p, NODE_EMPTY);
		} else if (c == ':') {
			break;
		} else {
			return fail(p, "unrecognized character after (? or (?-");
		}
	}
	set_modes(p, modes);
	n = close_group(p, parse_alternatives(p));
	set_modes(p, before);
	return n;
}

/* What may stand behind (?. */
static struct node *parse_special_group(struct parser *p)
{
	size_t len;
	const char *name;

	if (accept(p, ":"))
		return close_group(p, parse_alternatives(p));
	if (accept(p, "|"))
		return close_group(p, parse_alternatives(p));
	if (accept(p, ">"))
		return atomic(p, close_group(p, parse_alternatives(p)));
	if (accept(p, "="))
		return look(p, false, false);
	if (accept(p, "!"))
		return look(p, true, false);
	if (accept(p, "<="))
		return look(p, false, true);
	if (accept(p, "<!"))
		return look(p, true, true);
	if (accept(p, "#")) {
		while (peek(p, 0) != END && peek(p, 0) != ')')
			p->pos++;
		return accept(p, ")") ? node_new(p, NODE_EMPTY) : fail(p, "missing ) after (?# comment");
	}
	if (accept(p, "("))
		return parse_condition(p);
	if (accept(p, "P=")) {
		return named_backref(p, ')');
	}
	if (accept(p, "P>") || accept(p, "&")) {
		name = read_name(p, ')', &len);
		return find_name(p, name, len) ? call(p, find_name(p, name, len))
					       : fail(p, "reference to non-existent subpattern");
	}
	if (accept(p, "P<") || accept(p, "<") || accept(p, "'")) {
		name = read_name(p, p->pattern[p->pos - 1] == '\'' ? '\'' : '>', &len);
		return p->error ? node_new(p, NODE_EMPTY) : capture(p, name, len);
	}
	if (accept(p, "R"))
		return close_group(p, call(p, 0));
	if (is_digit(peek(p, 0)))
		return close_group(p, call(p, read_number(p)));
	if (peek(p, 0) == '-' && is_digit(peek(p, 1))) {
		uint32_t n;

		p->pos++;
		n = read_number(p);
		if (n == 0 || n > p->groups)
			return fail(p, "reference to non-existent subpattern");
		return close_group(p, call(p, p->groups + 1 - n));
	}
	if (peek(p, 0) == '+' && is_digit(peek(p, 1))) {
		p->pos++;
		return close_group(p, call(p, p->groups + read_number(p)));
	}
	return parse_modes(p);
}

static struct node *parse_group(struct parser *p)
{
	struct node *n;
	unsigned modes = p->modes;

	if (accept(p, "?")) {
		/* (?i) alone changes the rest of the group that it is in */
		size_t at = p->pos;

		n = parse_special_group(p);
		if (n->kind != NODE_EMPTY || p->pattern[at] == ':' || p->pattern[at] == '#')
			set_modes(p, modes);
		return n;
	}
	if (peek(p, 0) == '*') {
		if (accept(p, "*FAIL)") || accept(p, "*F)"))
			return node_new(p, NODE_FAIL);
		if (accept(p, "*UTF)") || accept(p, "*UCP)"))
			return node_new(p, NODE_EMPTY);
		return fail(p, "(*VERB) not recognized or malformed");
	}
	n = capture(p, NULL, 0);
	set_modes(p, modes);
	return n;
}

/* {m}, {m,} or {m,n}. Returns false, with nothing read, if it is none. */
static bool parse_interval(struct parser *p, int *min, int *max)
{
	size_t at = p->pos++;

	if (is_digit(peek(p, 0))) {
		*min = *max = (int)read_number(p);
		if (accept(p, ","))
			*max = is_digit(peek(p, 0)) ? (int)read_number(p) : NO_LIMIT;
		if (accept(p, "}")) {
			if (*min > PERL_REPEAT_MAX || *max > PERL_REPEAT_MAX)
				fail(p, "number too big in {} quantifier");
			else if (*max != NO_LIMIT && *min > *max)
				fail(p, "numbers out of order in {} quantifier");
			return true;
		}
	}
	p->pos = at;
	return false;
}

static struct node *parse_repeats(struct parser *p, struct node *n)
{
	int min = 0, max = NO_LIMIT, c = peek(p, 0);
	struct node *r;

	if (c == '*' || c == '+' || c == '?') {
		p->pos++;
		min = c == '+';
		max = c == '?' ? 1 : NO_LIMIT;
	} else if (c != '{' || !parse_interval(p, &min, &max)) {
		return n;
	}
	r = node_repeat(p, n, min, max);
	r->lazy = p->modes & MODE_U;
	if (accept(p, "?"))
		r->lazy = !r->lazy;
	else if (accept(p, "+"))
		return atomic(p, r);
	return r;
}

/* Skips blanks and comments in the x mode. */
static void skip_blanks(struct parser *p)
{
	while (p->modes & MODE_X && peek(p, 0) != END) {
		int c = peek(p, 0);

		if (c == '#')
			while (peek(p, 0) != END && peek(p, 0) != '\n')
				p->pos++;
		else if (c == ' ' || (c >= 9 && c <= 13))
			p->pos++;
		else
			return;
	}
}

static struct node *parse_atom(struct parser *p)
{
	int c = peek(p, 0), min, max;
	size_t at = p->pos;

	switch (c) {
	case '(':
		p->pos++;
		return parse_group(p);
	case '[':
		p->pos++;
		return parse_set(p);
	case '.':
		p->pos++;
		return any_char(p);
	case '\\':
		return parse_escape(p);
	case '^':
		p->pos++;
		p->needs |= p->modes & MODE_M ? NEEDS_LINES : 0;
		return node_assert(p, p->modes & MODE_M ? AT_LINE_START : AT_TEXT_START);
	case '$':
		p->pos++;
		p->needs |= p->modes & MODE_M ? NEEDS_LINES : 0;
		return node_assert(p, p->modes & MODE_M ? AT_LINE_END : AT_TEXT_END);
	case '*':
	case '+':
	case '?':
		return fail(p, "quantifier does not follow a repeatable item");
	case '{':
		if (parse_interval(p, &min, &max)) {
			p->pos = at;
			return fail(p, "quantifier does not follow a repeatable item");
		}
	}
	return parser_literal(p);
}

static struct node *parse_branch(struct parser *p)
{
	struct list_of_nodes list = { NULL, NULL };

	for (;;) {
		struct node *n;

		skip_blanks(p);
		if (p->error || peek(p, 0) == END || peek(p, 0) == '|' || peek(p, 0) == ')')
			break;
		if (accept(p, "\\E"))
			continue;
		if (accept(p, "\\Q")) {
			while (peek(p, 0) != END && !accept(p, "\\E"))
				list_add(&list, parser_literal(p));
			if (list.last && strchr("*+?{", peek(p, 0) > 0 ? peek(p, 0) : 'x')) {
				/* repeats the last character only */
				struct node *last = list.last, copy = *last;
				struct node *inner = node_new(p, NODE_EMPTY);
				struct node *r;

				*inner = copy;
				inner->next = NULL;
				r = parse_repeats(p, inner);
				if (r != inner) {
					*last = *r;
					last->next = NULL;
				}
			}
			continue;
		}
		n = parse_atom(p);
		skip_blanks(p);
		if (!p->error)
			n = parse_repeats(p, n);
		list_add(&list, n);
	}
	return list_node(p, &list, NODE_CAT);
}

static struct node *parse_alternatives(struct parser *p)
{
	struct list_of_nodes list = { NULL, NULL };
	unsigned modes = p->modes;

	if (++p->depth > DEPTH_MAX)
		return fail(p, "parentheses are too deeply nested");
	do
		list_add(&list, parse_branch(p));
	while (!p->error && accept(p, "|"));
	p->depth--;
	set_modes(p, modes);
	return list_node(p, &list, NODE_ALT);
}

struct node *parse_perl(struct parser *p)
{
	struct regex_names names = { .count = 0 };
	struct node *n;

	p->names = &names;
	p->modes = (p->flags & REGEX_ICASE ? MODE_I : 0) | (p->flags & REGEX_MULTILINE ? MODE_M : 0);
	p->needs |= NEEDS_FIRST_MATCH | NEEDS_ASCII_WORDS;
	n = parse_alternatives(p);
	if (!p->error && peek(p, 0) == ')')
		fail(p, "unmatched closing parenthesis");
	if (!p->error && p->base > p->groups)
		fail(p, "reference to non-existent subpattern");
	return n;
}

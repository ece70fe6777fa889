/* tr - translate, squeeze or delete characters
 *
 * usage: tr [OPTION]... STRING1 [STRING2]
 *
 *   -c, -C, --complement    take the characters that are not in STRING1
 *   -d, --delete            delete the characters of STRING1
 *   -s, --squeeze-repeats   make one of several equal characters that are in the last STRING
 *   -t, --truncate-set1     first cut STRING1 to the length of STRING2
 *
 * Characters of STRING1 become those in the same place of STRING2, whose last one is repeated as need be.
 * Both are characters or
 *   \NNN \\ \a \b \f \n \r \t \v   octal numbers and control characters
 *   A-Z                            all from the one to the other
 *   [X*] [X*N]                     in STRING2: X as often as need be, or N times (octal if it begins with 0)
 *   [=X=]                          X
 *   [:CLASS:]                      alnum alpha blank cntrl digit graph lower print punct space upper xdigit
 * Only lower and upper may be in STRING2 when translating, opposite the other in STRING1.
 *
 * install: /usr/bin
 * options: stop
 * follows: POSIX.1-2024 tr; GNU coreutils manual, "tr invocation"
 * hot: every byte goes through its loops
 */
#include "libbb.h"
#include "tr.gen.h"

enum kind { CHAR, RANGE, CLASS, EQUIVALENT, REPEAT };

enum class { ALNUM, ALPHA, BLANK, CNTRL, DIGIT, GRAPH, LOWER, PRINT, PUNCT, SPACE, UPPER, XDIGIT };

/* An element of a string. */
struct element {
	enum kind kind;
	unsigned char first, last; /* the character; the end of a range */
	enum class class;
	uintmax_t count; /* of a REPEAT; 0 if as often as need be */
};

struct string {
	struct element *elements;
	size_t count;
	bool complement;
	uintmax_t length;
	bool in[256]; /* the set, of a complement too */
};

/* A character of the command line; one that was escaped is not special. */
struct letter {
	unsigned char c;
	bool escaped;
};

static bool in_class(enum class class, unsigned c)
{
	bool upper = c >= 'A' && c <= 'Z', lower = c >= 'a' && c <= 'z', digit = c >= '0' && c <= '9';

	switch (class) {
	case ALNUM:
		return upper || lower || digit;
	case ALPHA:
		return upper || lower;
	case BLANK:
		return c == ' ' || c == '\t';
	case CNTRL:
		return c < ' ' || c == 0x7f;
	case DIGIT:
		return digit;
	case GRAPH:
		return c > ' ' && c < 0x7f;
	case LOWER:
		return lower;
	case PRINT:
		return c >= ' ' && c < 0x7f;
	case PUNCT:
		return c > ' ' && c < 0x7f && !upper && !lower && !digit;
	case SPACE:
		return c == ' ' || (c >= '\t' && c <= '\r');
	case UPPER:
		return upper;
	case XDIGIT:
		return digit || ((c | 32) >= 'a' && (c | 32) <= 'f');
	}
	return false;
}

/* Reads the escape after a backslash at *p. */
static struct letter read_escape(const char **p)
{
	static const char letters[] = "abfnrtv\\", values[] = "\a\b\f\n\r\t\v\\";
	const char *found;
	unsigned n = 0;
	int digits = 0;

	if (!**p) {
		warn("warning: an unescaped backslash at end of string is not portable");
		return (struct letter){ '\\', false };
	}
	found = strchr(letters, **p);
	if (found) {
		++*p;
		return (struct letter){ (unsigned char)values[found - letters], true };
	}
	for (; digits < 3 && **p >= '0' && **p <= '7'; digits++) {
		if (digits == 2 && n >= 32) {
			warn("warning: the ambiguous octal escape \\%c%c%c is being\n\tinterpreted as the 2-byte sequence \\0%c%c, %c",
			     (*p)[-2], (*p)[-1], (*p)[0], (*p)[-2], (*p)[-1], (*p)[0]);
			break;
		}
		n = 8 * n + (unsigned)(*(*p)++ - '0');
	}
	if (digits == 0)
		n = (unsigned char)*(*p)++;
	return (struct letter){ (unsigned char)n, true };
}

static struct letter *read_letters(const char *arg, size_t *count)
{
	struct letter *letters = arena_array(struct letter, strlen(arg) + 3);

	for (*count = 0; *arg; ++*count) {
		if (*arg == '\\') {
			arg++;
			letters[*count] = read_escape(&arg);
		} else {
			letters[*count] = (struct letter){ (unsigned char)*arg++, false };
		}
	}
	return letters;
}

static bool is_special(const struct letter *l, char c)
{
	return l->c == (unsigned char)c && !l->escaped;
}

static char *text_of(const struct letter *l, size_t len)
{
	char *text = arena_alloc(len + 1);

	for (size_t i = 0; i < len; i++)
		text[i] = (char)l[i].c;
	return text;
}

/* How a character is shown in a message. */
static const char *show(unsigned char c)
{
	return c >= ' ' && c < 0x7f ? arena_printf("%c", c) : arena_printf("\\%03o", c);
}

/* Whether `*`, digits and a bracket are at `l`. */
static bool is_star_digits_bracket(const struct letter *l, const struct letter *end)
{
	if (l == end || !is_special(l, '*'))
		return false;
	for (l++; l < end; l++)
		if (l->c < '0' || l->c > '9')
			return is_special(l, ']');
	return false;
}

/* Reads [:class:] or [=c=] at *l. Returns false if it is none. */
static bool read_bracket(const struct letter **l, const struct letter *end, struct element *e)
{
	static const char *const names[] = { "alnum", "alpha", "blank", "cntrl", "digit", "graph",
					     "lower", "print", "punct", "space", "upper", "xdigit" };
	const struct letter *from = *l + 2, *p = from;
	char mark = (char)(*l)[1].c;
	size_t len;
	char *name;

	if (end - *l < 4 || (*l)[1].escaped || (mark != ':' && mark != '='))
		return false;
	while (p + 1 < end && !(is_special(p, mark) && is_special(p + 1, ']')))
		p++;
	if (p + 1 >= end)
		return false;
	len = (size_t)(p - from);
	if (len == 0)
		die(mark == ':' ? "missing character class name '[::]'"
				: "missing equivalence class character '[==]'");
	name = text_of(from, len);
	if (mark == ':') {
		for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
			if (strcmp(names[i], name) == 0) {
				*e = (struct element){ .kind = CLASS, .class = (enum class)i };
				*l = p + 2;
				return true;
			}
	} else if (len == 1) {
		*e = (struct element){ .kind = EQUIVALENT, .first = from->c };
		*l = p + 2;
		return true;
	}
	if (is_star_digits_bracket(from, end))
		return false;
	if (mark == ':')
		die("invalid character class %s", quote(name));
	die("%s: equivalence class operand must be a single character", name);
}

/* Reads [c*n] at *l. Returns false if it is none. */
static bool read_repeat(const struct letter **l, const struct letter *end, struct element *e)
{
	const struct letter *from = *l + 3, *p = from;
	enum num_error error;
	const char *stop;
	char *digits;

	if (end - *l < 4 || !is_special(*l + 2, '*'))
		return false;
	while (p < end && !p->escaped && p->c != ']')
		p++;
	if (p == end || p->escaped)
		return false;
	*e = (struct element){ .kind = REPEAT, .first = (*l)[1].c };
	if (p > from) {
		digits = text_of(from, (size_t)(p - from));
		error = parse_uint_base(digits, &stop, *digits == '0' ? 8 : 10, NULL, &e->count);
		if (error != NUM_OK || *stop || e->count == UINTMAX_MAX)
			die("invalid repeat count %s in [c*n] construct", quote(digits));
	}
	*l = p + 1;
	return true;
}

/* Reads a string of the command line. */
static void read_string(struct string *s, const char *arg)
{
	size_t count;
	const struct letter *l = read_letters(arg, &count), *end = l + count;

	s->elements = arena_array(struct element, count + 1);
	while (l < end) {
		struct element *e = &s->elements[s->count++];

		if (is_special(l, '[') && (read_bracket(&l, end, e) || read_repeat(&l, end, e)))
			continue;
		if (end - l > 2 && is_special(l + 1, '-')) {
			*e = (struct element){ .kind = RANGE, .first = l[0].c, .last = l[2].c };
			if (e->first > e->last)
				die("range-endpoints of '%s-%s' are in reverse collating sequence order",
				    show(e->first), show(e->last));
			l += 3;
			continue;
		}
		*e = (struct element){ .kind = CHAR, .first = l++->c };
	}
}

/* Goes through the characters of a string. */
struct cursor {
	const struct string *s;
	size_t element;
	uintmax_t at; /* within the element */
	int next;     /* of a complement, or of a class */
};

/* Returns the next character, or -1. *class gets the element if it begins a class. */
static int next_char(struct cursor *c, const struct element **class)
{
	*class = NULL;
	if (c->s->complement) {
		while (c->next < 256 && !c->s->in[c->next])
			c->next++;
		return c->next < 256 ? c->next++ : -1;
	}
	while (c->element < c->s->count) {
		const struct element *e = &c->s->elements[c->element];
		uintmax_t at = c->at++;

		switch (e->kind) {
		case CLASS:
			if (at == 0)
				*class = e;
			while (c->next < 256 && !in_class(e->class, (unsigned)c->next))
				c->next++;
			if (c->next < 256)
				return c->next++;
			break;
		case RANGE:
			if (at <= (uintmax_t)(e->last - e->first))
				return e->first + (int)at;
			break;
		case REPEAT:
			if (at < e->count)
				return e->first;
			break;
		default:
			if (at == 0)
				return e->first;
		}
		c->element++;
		c->at = 0;
		c->next = 0;
		*class = NULL;
	}
	return -1;
}

static uintmax_t element_length(const struct element *e)
{
	uintmax_t n = 0;

	if (e->kind == RANGE)
		return (uintmax_t)(e->last - e->first) + 1;
	if (e->kind == REPEAT)
		return e->count;
	for (unsigned c = 0; e->kind == CLASS && c < 256; c++)
		n += in_class(e->class, c);
	return e->kind == CLASS ? n : 1;
}

/* Sets the length of a string, and its set. */
static void measure(struct string *s, bool complement)
{
	s->length = 0;
	for (size_t i = 0; i < s->count; i++) {
		const struct element *e = &s->elements[i];
		struct string one = { .elements = &s->elements[i], .count = e->kind == REPEAT ? 0 : 1 };
		struct cursor c = { .s = &one };
		const struct element *class;
		int next;

		if (__builtin_add_overflow(s->length, element_length(e), &s->length) ||
		    s->length == UINTMAX_MAX)
			die("too many characters in set");
		if (e->kind == REPEAT)
			s->in[e->first] = true;
		while ((next = next_char(&c, &class)) >= 0)
			s->in[next] = true;
	}
	if (!complement)
		return;
	s->length = 0;
	for (size_t i = 0; i < 256; i++) {
		s->in[i] = !s->in[i];
		s->length += s->in[i];
	}
	s->complement = true;
}

static bool has_class(const struct string *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->elements[i].kind == CLASS)
			return true;
	return false;
}

static size_t open_repeats(const struct string *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->count; i++)
		n += s->elements[i].kind == REPEAT && s->elements[i].count == 0;
	return n;
}

static bool is_case_class(const struct element *e)
{
	return e && e->kind == CLASS && (e->class == LOWER || e->class == UPPER);
}

/* Dies if a class of the second string is not opposite one of the first. */
static void check_alignment(const struct string *a, const struct string *b)
{
	struct cursor x = { .s = a }, y = { .s = b };
	const struct element *x_class, *y_class;
	uintmax_t at = 0;
	int p, q;

	do {
		p = next_char(&x, &x_class);
		q = next_char(&y, &y_class);
		if (is_case_class(y_class) && !is_case_class(x_class))
			die("misaligned [:upper:] and/or [:lower:] construct");
	} while (p >= 0 && q >= 0 && ++at < 65536);
}

/* Whether all characters of the string are the same. */
static bool is_homogeneous(const struct string *s)
{
	struct cursor c = { .s = s };
	const struct element *class;
	int first = next_char(&c, &class), next;

	for (size_t i = 0; i < 65536 && (next = next_char(&c, &class)) >= 0; i++)
		if (next != first)
			return false;
	return true;
}

/* Makes the second string as long as the first one. */
static void extend(const struct string *a, struct string *b)
{
	struct element *last = &b->elements[b->count - 1];
	unsigned char c = last->kind == RANGE ? last->last : last->first;

	if (last->kind == CLASS)
		die("when translating with string1 longer than string2,\nthe latter string must not end with a character class");
	b->elements[b->count++] = (struct element){ .kind = REPEAT,
						    .first = c,
						    .count = a->length - b->length };
	b->length = a->length;
}

/* Checks both strings for what may not be, and completes the second. */
static void check_strings(struct string *a, struct string *b, bool translating, bool truncate)
{
	bool classes = has_class(a);

	if (open_repeats(a) > 0)
		die("the [c*] repeat construct may not appear in string1");
	if (!b)
		return;
	if (open_repeats(b) > 1)
		die("only one [c*] repeat construct may appear in string2");
	if (!translating) {
		if (open_repeats(b) > 0)
			die("the [c*] construct may appear in string2 only when translating");
		return;
	}
	for (size_t i = 0; i < b->count; i++)
		if (b->elements[i].kind == EQUIVALENT)
			die("[=c=] expressions may not appear in string2 when translating");
	for (size_t i = 0; i < b->count; i++)
		if (b->elements[i].kind == CLASS && !is_case_class(&b->elements[i]))
			die("when translating, the only character classes that may appear in\nstring2 are 'upper' and 'lower'");
	for (size_t i = 0; i < b->count; i++)
		if (b->elements[i].kind == REPEAT && b->elements[i].count == 0 && a->length > b->length) {
			b->elements[i].count = a->length - b->length;
			measure(b, false);
		}
	if (!a->complement && has_class(b))
		check_alignment(a, b);
	if (a->length > b->length && !truncate) {
		if (b->length == 0)
			die("when not truncating set1, string2 must be non-empty");
		extend(a, b);
	}
	if (a->complement && classes && !(b->length == a->length && is_homogeneous(b)))
		die("when translating with complemented character classes,\nstring2 must map all characters in the domain to one");
}

static void make_map(const struct string *a, const struct string *b, unsigned char map[256])
{
	struct cursor x = { .s = a }, y = { .s = b };
	const struct element *class;

	for (int i = 0; i < 256; i++)
		map[i] = (unsigned char)i;
	for (;;) {
		int p = next_char(&x, &class), q = next_char(&y, &class);

		if (p < 0 || q < 0)
			return;
		map[p] = (unsigned char)q;
	}
}

typedef uint8_t vector __attribute__((vector_size(16), aligned(1), may_alias));

enum { MOST_SHIFTS = 4 };

/* A range of bytes to which the same is added. */
struct shift {
	uint8_t first, width, delta;
};

/* A map as a few shifts, if it is so simple. */
struct shifts {
	struct shift shift[MOST_SHIFTS];
	size_t count;
	bool all;
};

static struct shifts find_shifts(const unsigned char map[256])
{
	struct shifts s = { 0 };
	uint8_t before = 0;

	for (unsigned i = 0; i < 256; i++) {
		uint8_t delta = (uint8_t)(map[i] - i);

		if (delta && delta == before) {
			s.shift[s.count - 1].width++;
		} else if (delta) {
			if (s.count == MOST_SHIFTS)
				return s;
			s.shift[s.count++] = (struct shift){ (uint8_t)i, 0, delta };
		}
		before = delta;
	}
	s.all = true;
	return s;
}

static void translate(unsigned char *p, size_t n, const unsigned char map[256], const struct shifts *s)
{
	size_t i = 0;

	for (; s->all && i + sizeof(vector) <= n; i += sizeof(vector)) {
		vector x = *(vector *)(p + i), y = x;

		for (size_t k = 0; k < s->count; k++)
			y += (vector)((x - s->shift[k].first) <= s->shift[k].width) & s->shift[k].delta;
		*(vector *)(p + i) = y;
	}
	for (; i < n; i++)
		p[i] = map[p[i]];
}

/* Removes the bytes of a set; returns how many are left. */
static size_t delete (unsigned char *p, size_t n, const bool set[256])
{
	unsigned char *to = p;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = p[i];

		*to = c;
		to += !set[c];
	}
	return (size_t)(to - p);
}

/* Makes one of several equal bytes of a set; *last is the byte before. */
static size_t squeeze(unsigned char *p, size_t n, const bool set[256], int *last)
{
	unsigned char *to = p;
	int before = *last;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = p[i];

		*to = c;
		to += !(c == before && set[c]);
		before = c;
	}
	*last = before;
	return (size_t)(to - p);
}

/* Says which operand is missing or too many. */
static void check_operands(const struct tr_options *opt, char **argv)
{
	size_t least, most, count = 0;

	least = !opt->delete != !opt->squeeze_repeats ? 1 : 2;
	most = opt->delete &&!opt->squeeze_repeats ? 1 : 2;
	while (argv[count])
		count++;
	if (count == 0)
		die_usage("missing operand");
	if (count < least)
		die_usage("missing operand after %s\n%s", quote(argv[count - 1]),
			  opt->squeeze_repeats
				  ? "Two strings must be given when both deleting and squeezing repeats."
				  : "Two strings must be given when translating.");
	if (count > most)
		die_usage("extra operand %s%s", quote(argv[most]),
			  most == 1 && count == 2
				  ? "\nOnly one string may be given when deleting without squeezing repeats."
				  : "");
}

int tr_main(struct tr_options *opt, char **argv)
{
	struct string a = { 0 }, b = { 0 };
	bool two, translating;
	unsigned char map[256], *block;
	const bool *squeezed;
	struct shifts shifts;
	int last = -1;
	ssize_t n;

	check_operands(opt, argv);
	two = argv[1];
	translating = two && !opt->delete;
	read_string(&a, argv[0]);
	if (two)
		read_string(&b, argv[1]);
	measure(&a, opt->complement);
	measure(&b, false);
	check_strings(&a, two ? &b : NULL, translating, opt->truncate_set1);
	make_map(&a, &b, map);
	shifts = find_shifts(map);
	squeezed = two ? b.in : a.in;
	block = arena_alloc(IO_BLOCK);
	while ((n = read_some(STDIN_FILENO, block, IO_BLOCK)) > 0) {
		size_t len = (size_t)n;

		if (translating)
			translate(block, len, map, &shifts);
		if (opt->delete)
			len = delete (block, len, a.in);
		if (opt->squeeze_repeats)
			len = squeeze(block, len, squeezed, &last);
		if (write_all(STDOUT_FILENO, block, len) < 0)
			die_errno("write error");
	}
	if (n < 0)
		die_errno("read error");
	return 0;
}

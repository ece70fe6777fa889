/* format.c - diff's merged output: -D and the options of formats */
#include "diff.h"

static void set_format(const char **format, const char *value, const char *option)
{
	if (*format && strcmp(*format, value) != 0)
		die_usage("conflicting %s option value '%s'", option, value);
	*format = value;
}

/* Sets the formats of groups for -D. */
static void set_ifdef(struct diff *d, const char *name)
{
	const char *option = "-D";

	set_format(&d->group_formats[FORMAT_UNCHANGED], "%=", option);
	set_format(&d->group_formats[FORMAT_OLD],
		   arena_printf("#ifndef %s\n%%<#endif /* ! %s */\n", name, name), option);
	set_format(&d->group_formats[FORMAT_NEW], arena_printf("#ifdef %s\n%%>#endif /* %s */\n", name, name),
		   option);
	set_format(&d->group_formats[FORMAT_CHANGED],
		   arena_printf("#ifndef %s\n%%<#else /* %s */\n%%>#endif /* %s */\n", name, name, name),
		   option);
}

/* What is not given follows from the others. */
static void default_groups(const char **g)
{
	const char *changed = g[FORMAT_CHANGED];

	if (!g[FORMAT_UNCHANGED])
		g[FORMAT_UNCHANGED] = "%=";
	if (!g[FORMAT_OLD])
		g[FORMAT_OLD] = changed ? changed : "%<";
	if (!g[FORMAT_NEW])
		g[FORMAT_NEW] = changed ? changed : "%>";
	if (!changed)
		g[FORMAT_CHANGED] = arena_printf("%s%s", g[FORMAT_OLD], g[FORMAT_NEW]);
}

/* Takes the options one after the other as they stand on the command line, for the sake of the right complaint. */
void diff_read_formats(struct diff *d)
{
	const struct diff_options *o = d->opt;
	const struct {
		const struct option_list *list;
		const char **to;
		const char *name;
	} options[] = {
		{ &o->ifdef, NULL, NULL },
		{ &o->line_format, NULL, "--line-format" },
		{ &o->old_line_format, &d->line_formats[FORMAT_OLD], "--old-line-format" },
		{ &o->new_line_format, &d->line_formats[FORMAT_NEW], "--new-line-format" },
		{ &o->unchanged_line_format, &d->line_formats[FORMAT_UNCHANGED], "--unchanged-line-format" },
		{ &o->old_group_format, &d->group_formats[FORMAT_OLD], "--old-group-format" },
		{ &o->new_group_format, &d->group_formats[FORMAT_NEW], "--new-group-format" },
		{ &o->unchanged_group_format, &d->group_formats[FORMAT_UNCHANGED],
		  "--unchanged-group-format" },
		{ &o->changed_group_format, &d->group_formats[FORMAT_CHANGED], "--changed-group-format" },
	};
	size_t count = sizeof(options) / sizeof(*options), next[sizeof(options) / sizeof(*options)] = { 0 };

	for (;;) {
		size_t first = count;

		for (size_t i = 0; i < count; i++)
			if (next[i] < options[i].list->count &&
			    (first == count ||
			     options[i].list->items[next[i]].at < options[first].list->items[next[first]].at))
				first = i;
		if (first == count)
			break;
		const char *value = options[first].list->items[next[first]++].value;

		if (options[first].list == &o->ifdef)
			set_ifdef(d, value);
		else if (options[first].to)
			set_format(options[first].to, value, options[first].name);
		else
			for (int i = FORMAT_OLD; i <= FORMAT_UNCHANGED; i++)
				set_format(&d->line_formats[i], value, options[first].name);
	}
	for (int i = FORMAT_OLD; i <= FORMAT_UNCHANGED; i++)
		if (!d->line_formats[i])
			d->line_formats[i] = "%l\n";
	default_groups(d->group_formats);
}

/* Lines `from` up to `to` of both files, which differ or (FORMAT_UNCHANGED) do not. */
struct group {
	enum format kind;
	size_t from[2], to[2];
};

/* Reads %c'C' or %c'\OOO' at `p`, behind the c. Returns what follows, or NULL if it is none. */
static const char *read_character(const char *p, char *c)
{
	unsigned value = 0;
	const char *start;

	if (*p++ != '\'' || !*p)
		return NULL;
	if (*p == '\\') {
		for (start = ++p; *p >= '0' && *p <= '7'; p++)
			value = 8 * value + (unsigned)(*p - '0');
		if (p == start)
			return NULL;
	} else {
		value = (unsigned char)*p++;
	}
	if (*p != '\'')
		return NULL;
	*c = (char)value;
	return p + 1;
}

/* The number that a letter stands for. Returns false if it is none. */
static bool number_of(const struct group *g, char letter, size_t *n)
{
	int side = letter >= 'A' && letter <= 'Z';
	size_t from = g->from[side], to = g->to[side];

	switch (letter | 32) {
	case 'e':
		*n = from;
		break;
	case 'f':
		*n = from + 1;
		break;
	case 'l':
		*n = to;
		break;
	case 'm':
		*n = to + 1;
		break;
	case 'n':
		*n = to - from;
		break;
	default:
		return false;
	}
	return true;
}

/* Prints a number as `[-'][WIDTH][.[PREC]]{doxX}LETTER` at `p` (behind the %) says; LETTER is n for a line's. Returns what
 * follows, or NULL if it is no such thing. */
static const char *put_number(const char *p, const struct group *g, size_t line, bool print)
{
	const char *spec = p;
	char conversion;
	size_t n = line;

	p += strspn(p, "-'0");
	p += strspn(p, "0123456789");
	if (*p == '.')
		p += 1 + strspn(p + 1, "0123456789");
	conversion = *p;
	if (!conversion || !strchr("doxX", conversion) || p - spec > 40)
		return NULL;
	if (g ? !number_of(g, p[1], &n) : p[1] != 'n')
		return NULL;
	if (print) {
		char format[64];

		snprintf(format, sizeof(format), "%%%.*sz%c", (int)(p - spec), spec,
			 conversion == 'd' ? 'u' : conversion);
		out_fmt(format, n);
	}
	return p + 2;
}

/* Prints a line in the format of its kind. */
static void put_line(const struct diff *d, enum format kind, int side, size_t i)
{
	const char *text, *f = d->line_formats[kind];
	size_t len;
	bool newline = diff_line(d, side, i, &text, &len);

	while (*f) {
		const char *next = NULL;
		char c = *f++;

		if (c == '%') {
			switch (*f) {
			case '%':
				next = f + 1;
				break;
			case 'c':
				next = read_character(f + 1, &c);
				break;
			case 'l':
			case 'L':
				if (d->opt->expand_tabs)
					diff_put_line(d, side, i, "");
				else
					out_mem(text, len);
				if (*f++ == 'L' && newline)
					out_char('\n');
				continue;
			default:
				next = put_number(f, NULL, i + 1, true);
				if (next) {
					f = next;
					continue;
				}
			}
			if (next)
				f = next;
		}
		out_char(c);
	}
}

static void put_lines(const struct diff *d, const struct group *g, int side)
{
	enum format kind = g->kind == FORMAT_UNCHANGED ? FORMAT_UNCHANGED : side ? FORMAT_NEW : FORMAT_OLD;

	for (size_t i = g->from[side]; i < g->to[side]; i++)
		put_line(d, kind, side, i);
}

/* Reads a number or a letter that stands for one. Returns what follows, or NULL if there is none. */
static const char *read_value(const char *p, const struct group *g, size_t *n)
{
	if (*p >= '0' && *p <= '9') {
		for (*n = 0; *p >= '0' && *p <= '9'; p++)
			*n = 10 * *n + (size_t)(*p - '0');
		return p;
	}
	return number_of(g, *p, n) ? p + 1 : NULL;
}

static const char *put_group(const struct diff *d, const char *f, char stop, const struct group *g,
			     bool print);

/* Prints what `%(A=B?T:E)` at `p`, behind the parenthesis, stands for. Returns what follows, or NULL if it is malformed. */
static const char *put_choice(const struct diff *d, const char *p, const struct group *g, bool print)
{
	size_t a, b;

	p = read_value(p, g, &a);
	if (!p || *p++ != '=' || !(p = read_value(p, g, &b)) || *p++ != '?')
		return NULL;
	p = put_group(d, p, ':', g, print && a == b);
	if (*p) {
		p = put_group(d, p + 1, ')', g, print && a != b);
		p += *p == ')';
	}
	return p;
}

/* Prints a group as the format `f` says, up to the character `stop`. Returns where that is, or the end. */
static const char *put_group(const struct diff *d, const char *f, char stop, const struct group *g,
			     bool print)
{
	while (*f && *f != stop) {
		const char *next = NULL;
		char c = *f++;

		if (c == '%') {
			switch (*f) {
			case '%':
				next = f + 1;
				break;
			case 'c':
				next = read_character(f + 1, &c);
				break;
			case '<':
			case '=':
			case '>':
				if (print)
					put_lines(d, g, *f == '>');
				f++;
				continue;
			case '(':
				next = put_choice(d, f + 1, g, print);
				if (next) {
					f = next;
					continue;
				}
				break;
			default:
				next = put_number(f, g, 0, print);
				if (next) {
					f = next;
					continue;
				}
			}
			if (next)
				f = next;
		}
		if (print)
			out_char(c);
	}
	return f;
}

static void print_group(const struct diff *d, const struct group *g)
{
	if (g->from[0] < g->to[0] || g->from[1] < g->to[1])
		put_group(d, d->group_formats[g->kind], 0, g, true);
}

void diff_print_merged(struct diff *d)
{
	size_t at[2] = { 0, 0 };

	diff_begin(d);
	for (size_t n = 0; (n = diff_next_change(d, n)) < d->d.count; n++) {
		const struct linediff_change *c = &d->d.changes[n];
		struct group g = { .kind = FORMAT_UNCHANGED };

		for (int s = 0; s < 2; s++) {
			g.from[s] = at[s];
			g.to[s] = c->at[s];
		}
		print_group(d, &g);
		g.kind = c->counts[0] == 0 ? FORMAT_NEW : c->counts[1] == 0 ? FORMAT_OLD : FORMAT_CHANGED;
		for (int s = 0; s < 2; s++) {
			g.from[s] = c->at[s];
			at[s] = g.to[s] = c->at[s] + c->counts[s];
		}
		print_group(d, &g);
	}
	print_group(d, &(struct group){ FORMAT_UNCHANGED,
					{ at[0], at[1] },
					{ d->d.sides[0].end, d->d.sides[1].end } });
}

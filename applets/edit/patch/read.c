/* read.c - reading patches: where one begins, what it is about, its hunks */
#include "dateparse.h"
#include "patch.h"

/* Looks at the line that begins at in->begin. */
static void load(struct patch_input *in)
{
	const char *newline = mem_chr(in->begin, '\n', (size_t)(in->end - in->begin)),
		   *end = newline ? newline : in->end;
	const char *s = in->begin;

	in->next = newline ? newline + 1 : in->end;
	in->s = NULL;
	in->len = 0;
	if (s == in->end)
		return;
	for (size_t i = 0; i < in->indent && s < end && (*s == ' ' || *s == '\t'); i++)
		s++;
	in->s = s;
	in->len = (size_t)(end - s);
	in->len -= in->returns && in->len > 0 && end[-1] == '\r';
}

void patch_advance(struct patch *p)
{
	p->in.begin = p->in.next;
	p->in.line++;
	load(&p->in);
}

void patch_add(struct lines *l, const char *text, size_t len, bool changed)
{
	l->at = arena_reserve(l->at, l->count, &l->size, sizeof(*l->at));
	l->at[l->count++] = (struct line){ text, len, changed };
}

const char *patch_with_newline(const char *text, size_t len)
{
	char *copy = arena_alloc(len + 1);

	if (len > 0)
		memcpy(copy, text, len);
	copy[len] = '\n';
	return copy;
}

static bool starts(const struct patch_input *in, const char *with)
{
	size_t n = strlen(with);

	return in->s && in->len >= n && memcmp(in->s, with, n) == 0;
}

/* Takes the components off that -p says. Returns NULL if there are not so many. */
static const char *strip_name(const struct patch *p, const char *name)
{
	const char *s = name, *slash;

	if (p->strip < 0)
		return (slash = strrchr(name, '/')) ? slash + 1 : name;
	for (int i = 0; i < p->strip; i++) {
		slash = strchr(s, '/');
		if (!slash)
			return NULL;
		s = slash + strspn(slash, "/");
	}
	return *s ? s : NULL;
}

/* Undoes C's quoting of the name that begins with a double quote at *s. *s gets what follows. */
static char *unquote(const char **s, const char *end)
{
	static const char from[] = "abfnrtv", to[] = "\a\b\f\n\r\t\v";
	struct buf b = { 0 };
	const char *p = *s + 1, *at;

	buf_str(&b, "");
	for (; p < end && *p != '"'; p++) {
		char c = *p;

		if (c == '\\' && p + 1 < end) {
			c = *++p;
			if (c >= '0' && c <= '3' && end - p > 2) {
				c = (char)((c - '0') * 64 + (p[1] - '0') * 8 + (p[2] - '0'));
				p += 2;
			} else if (c && (at = strchr(from, c))) {
				c = to[at - from];
			}
		}
		buf_char(&b, c);
	}
	*s = p < end ? p + 1 : end;
	return b.data;
}

/* Reads a name at *s, quoted or up to `stop`. */
static const char *take_name(const char **s, const char *end, const char *stop)
{
	const char *start = *s;

	if (start < end && *start == '"')
		return unquote(s, end);
	*s = stop;
	return arena_memdup(start, (size_t)(stop - start));
}

static bool is_time(const char *text, struct timespec *t)
{
	return *text && date_parse(text, &(struct timespec){ 0 }, t);
}

/* Where a name without quotes ends: at a tab, or at the blanks before a time. */
static const char *name_end(const char *s, const char *end)
{
	const char *stop = mem_chr(s, '\t', (size_t)(end - s));
	struct timespec t;

	if (stop)
		return stop;
	for (stop = s + 1; stop < end; stop++)
		if (*stop == ' ' && stop + 1 < end && stop[1] >= '0' && stop[1] <= 'Z' &&
		    is_time(arena_memdup(stop, (size_t)(end - stop)), &t))
			return stop;
	while (end > s && end[-1] == ' ')
		end--;
	return end;
}

/* Reads the name and the time of a line like `--- NAME TIME`. */
static void read_name(struct patch *p, int side, size_t skip)
{
	struct header_name *n = &p->names[side];
	const char *s = p->in.s + skip, *end = p->in.s + p->in.len, *name;
	struct timespec t;

	end -= end > s && end[-1] == '\r';
	while (s < end && (*s == ' ' || *s == '\t'))
		s++;
	name = take_name(&s, end, name_end(s, end));
	while (s < end && (*s == ' ' || *s == '\t'))
		s++;
	n->time = arena_memdup(s, (size_t)(end - s));
	n->name = NULL;
	if (strcmp(name, "/dev/null") == 0) {
		n->null = true;
		return;
	}
	if (*name)
		n->name = strip_name(p, name);
	if (*s >= '0' && *s <= '9' && is_time(n->time, &t) && t.tv_sec == 0 && t.tv_nsec == 0)
		n->null = true;
}

/* Reads `diff --git a/X b/X`: names with blanks are only sure where both are the same; others come in lines of their own. */
static void read_git_names(struct patch *p)
{
	const char *s = p->in.s + 11, *end = p->in.s + p->in.len, *middle = s + (end - s) / 2;

	if (middle == end || *middle != ' ')
		middle = mem_chr(s, ' ', (size_t)(end - s));
	memset(p->names, 0, sizeof(p->names));
	for (int i = 0; i < 2 && middle && s < end; i++) {
		p->names[i].name = strip_name(p, take_name(&s, end, i ? end : middle));
		s += s < end && *s == ' ';
	}
}

/* Reads a line that git adds to the header. Returns whether it is one. */
static bool read_git_line(struct patch *p)
{
	static const struct {
		char text[20];
		uint8_t side;
		char what; /* mode; the other is Null; rename; copy */
	} kinds[] = { { "old mode ", 0, 'm' },          { "new mode ", 1, 'm' },
		      { "deleted file mode ", 0, 'n' }, { "new file mode ", 1, 'n' },
		      { "rename from ", 0, 'r' },       { "rename to ", 1, 'r' },
		      { "copy from ", 0, 'c' },         { "copy to ", 1, 'c' } };
	const char *end = p->in.s + p->in.len, *s;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		struct header_name *n = &p->names[kinds[i].side];

		if (!starts(&p->in, kinds[i].text))
			continue;
		s = p->in.s + strlen(kinds[i].text);
		if (kinds[i].what == 'm' || kinds[i].what == 'n') {
			n->mode = (mode_t)strtoul(s, NULL, 8);
			p->names[!kinds[i].side].null |= kinds[i].what == 'n';
		} else { /* these lack the component that git puts before other names */
			n->name = strip_name(p, arena_printf("a/%s", take_name(&s, end, end)));
			p->rename |= kinds[i].what == 'r';
			p->copy |= kinds[i].what == 'c';
		}
		return true;
	}
	if (starts(&p->in, "index ")) {
		s = mem_rchr(p->in.s, ' ', p->in.len);
		if (s > p->in.s + 5 && !p->names[0].mode && !p->names[1].mode)
			p->names[0].mode = p->names[1].mode = (mode_t)strtoul(s + 1, NULL, 8);
		return true;
	}
	p->binary_diff = starts(&p->in, "GIT binary patch");
	return p->binary_diff;
}

bool patch_number(const char **s, const char *end, size_t *n)
{
	const char *p = *s;

	for (*n = 0; p < end && *p >= '0' && *p <= '9'; p++) {
		if (*n > SIZE_MAX / 20)
			return false;
		*n = 10 * *n + (size_t)(*p - '0');
	}
	if (p == *s)
		return false;
	*s = p;
	return true;
}

/* Reads `N` or `N,M` at *s; *second is SIZE_MAX for the former. Returns false if there is none. */
static bool read_range(const char **s, const char *end, size_t *first, size_t *second)
{
	*second = SIZE_MAX;
	if (!patch_number(s, end, first))
		return false;
	if (*s < end && **s == ',') {
		++*s;
		return patch_number(s, end, second);
	}
	return true;
}

/* Whether a line is a command of a normal diff, or (if `ed`) of an ed script. */
static bool is_command(const struct patch_input *in, bool ed)
{
	const char *s = in->s, *end = s + in->len;
	size_t a, b;

	if (!read_range(&s, end, &a, &b) || s == end)
		return false;
	if (ed)
		return s + 1 == end && *s && strchr("acdi", *s);
	return *s && strchr("acd", *s) && (s++, read_range(&s, end, &a, &b)) &&
	       (s == end || *s == ' ' || *s == '\t' || *s == '\r');
}

/* The line after this one. */
static struct patch_input second(const struct patch_input *in)
{
	struct patch_input next = *in;

	next.begin = in->next;
	load(&next);
	return next;
}

/* Whether a context hunk begins here. */
static bool is_context(const struct patch_input *in)
{
	struct patch_input next = second(in);

	return starts(in, "********") && starts(&next, "*** ");
}

/* Whether the hunks of a patch begin at this line; sets p->format. */
static bool begins_here(struct patch *p)
{
	const struct patch_options *o = p->opt;
	const struct patch_input *in = &p->in;
	bool any = !o->context && !o->ed && !o->normal && !o->unified, named = p->given || !any;
	struct patch_input next;

	for (int i = 0; i < 3; i++)
		named |= p->names[i].name || p->names[i].null;
	if (!named)
		return false;
	if ((any || o->unified) && starts(in, "@@ -")) {
		p->format = FORMAT_UNIFIED;
		return true;
	}
	next = second(in);
	if ((any || o->context) && is_context(in)) {
		p->format = next.len > 5 && memcmp(next.s + next.len - 5, " ****", 5) == 0 &&
					    next.s[next.len] != '\r'
				    ? FORMAT_NEW_CONTEXT
				    : FORMAT_CONTEXT;
		return true;
	}
	if ((any || o->normal) && is_command(in, false) &&
	    (starts(&next, "< ") || starts(&next, "> ") || starts(&next, "<\t") || starts(&next, ">\t"))) {
		p->format = FORMAT_NORMAL;
		return true;
	}
	p->format = FORMAT_ED;
	return (any || o->ed) && is_command(in, true);
}

/* Takes in a line of the text before a patch. Returns whether it names a file. */
static bool read_header_line(struct patch *p, bool *stars)
{
	const struct patch_input *in = &p->in;

	if (starts(in, "*** ")) {
		if (!*stars)
			read_name(p, 0, 4);
		*stars = true;
	} else if (starts(in, "+++ ")) {
		read_name(p, 1, 4);
	} else if (starts(in, "--- ")) {
		read_name(p, *stars, 4);
	} else if (starts(in, "Index:")) {
		read_name(p, 2, 6);
	} else {
		if (starts(in, "Prereq:")) {
			const char *s = arena_memdup(in->s + 7, in->len - 7);

			s += strspn(s, " \t");
			p->prerequisite = arena_memdup(s, strcspn(s, " \t"));
		}
		return false;
	}
	return true;
}

bool patch_next(struct patch *p)
{
	struct patch_input *in = &p->in;
	bool stars = false, returns = false;

	memset(p->names, 0, sizeof(p->names));
	p->prerequisite = NULL;
	p->git = p->rename = p->copy = p->binary_diff = false;
	p->header = *in;
	for (;; patch_advance(p)) {
		bool ends_in_return;

		in->indent = 0;
		in->returns = false;
		load(in);
		if (!in->s)
			break;
		while (in->indent < in->len && (in->s[in->indent] == ' ' || in->s[in->indent] == '\t'))
			in->indent++;
		in->returns = !p->opt->binary;
		load(in);
		ends_in_return = in->returns && in->next[-1] == '\n' && in->s + in->len < in->next - 1;
		if (starts(in, "diff --git ")) {
			if (p->git)
				break;
			p->git = true;
			read_git_names(p);
		} else if (p->git && read_git_line(p)) {
			if (p->binary_diff) {
				patch_advance(p);
				break;
			}
		} else if (begins_here(p)) {
			in->returns = returns || (ends_in_return && p->format >= FORMAT_NORMAL);
			load(in);
			return true;
		} else if (read_header_line(p, &stars)) {
			returns = ends_in_return;
		}
	}
	p->format = FORMAT_GIT;
	in->returns = false;
	return p->git && (in->s || p->rename || p->copy || p->names[0].mode || p->names[1].mode);
}

static _Noreturn void malformed(const struct patch *p)
{
	if (!p->in.s)
		patch_fatal("unexpected end of file in patch%s",
			    p->format == FORMAT_NORMAL ? arena_printf(" at line %zu", p->in.line) : "");
	patch_fatal("malformed patch at line %zu: %.*s\n", p->in.line, (int)p->in.len, p->in.s);
}

/* Adds the rest of this line to the sides that have it, and goes on. If `\ No newline at end of file` follows, it has none. */
static void add_line(struct patch *p, struct hunk *h, size_t skip, bool old, bool new, bool changed)
{
	struct patch_input *in = &p->in;
	const char *text = in->s + skip;
	size_t len = in->len - skip;

	if (text + len >= in->end || text[len] != '\n')
		text = patch_with_newline(text, len);
	patch_advance(p);
	if (starts(in, "\\ "))
		patch_advance(p);
	else
		len++;
	if (old)
		patch_add(&h->sides[0].lines, text, len, changed);
	if (new)
		patch_add(&h->sides[1].lines, text, len, changed);
}

/* Reads `@@ -A,B +C,D @@ FUNCTION` and the lines. */
static void read_unified(struct patch *p, struct hunk *h)
{
	struct patch_input *in = &p->in;
	const char *s = in->s + 4, *end = in->s + in->len;
	struct hunk_side *sides = h->sides;

	for (int side = 0; side < 2; side++) {
		if (!read_range(&s, end, &sides[side].first, &sides[side].count))
			malformed(p);
		if (sides[side].count == SIZE_MAX)
			sides[side].count = 1;
		sides[side].first += sides[side].count == 0;
		while (s < end && *s == ' ')
			s++;
		if (s == end || *s++ != (side ? '@' : '+'))
			malformed(p);
	}
	if (s == end || *s++ != '@')
		malformed(p);
	h->function = s;
	h->function_len = (size_t)(end - s) - (end > s && end[-1] == '\r');
	patch_advance(p);
	for (;;) {
		size_t left[] = { sides[0].count - sides[0].lines.count,
				  sides[1].count - sides[1].lines.count };
		char mark = in->s && in->len > 0 ? *in->s : ' ';
		bool both = mark == ' ' || mark == '\t' || mark == '=', old = both || mark == '-',
		     new = both || mark == '+';

		if (left[0] == 0 && left[1] == 0)
			break;
		if (!in->s) { /* blank lines at the end may have been cut off */
			if (left[0] != left[1] || left[0] > 3)
				malformed(p);
			patch_add(&sides[0].lines, "\n", 1, false);
			patch_add(&sides[1].lines, "\n", 1, false);
			continue;
		}
		if ((!old && !new) || (old && left[0] == 0) || (new &&left[1] == 0))
			malformed(p);
		add_line(p, h, in->len > 0 && mark != '\t', old, new, !both);
	}
}

/* Reads the lines of one side in context format, if they are there. */
static void read_context_side(struct patch *p, struct hunk *h, int side)
{
	struct hunk_side *hs = &h->sides[side];
	struct patch_input *in = &p->in;
	size_t last;
	const char *s = in->s ? in->s + 4 : NULL;

	if (!starts(in, side ? "--- " : "*** ") || !read_range(&s, in->s + in->len, &hs->first, &last) ||
	    (last != SIZE_MAX && last + 1 < hs->first))
		malformed(p);
	hs->count = last != SIZE_MAX ? last + 1 - hs->first : hs->first > 0;
	hs->first += hs->first == 0;
	patch_advance(p);
	while (hs->lines.count < hs->count && in->s) {
		char mark = in->len > 0 ? *in->s : ' ';
		size_t skip = in->len > 0;
		bool common = mark == ' ' || mark == '\t';

		if (side == 0 && hs->lines.count == 0 && starts(in, "--- ") && in->len > 4 &&
		    in->s[4] >= '0' && in->s[4] <= '9')
			return;
		if (!common && mark != '!' && mark != (side ? '+' : '-'))
			break;
		skip += in->len > 1 && in->s[1] == ' ';
		add_line(p, h, skip, side == 0, side == 1, !common);
	}
	if (hs->lines.count > 0 && hs->lines.count < hs->count && (in->s || hs->count - hs->lines.count > 3))
		malformed(p);
	while (hs->lines.count > 0 &&
	       hs->lines.count < hs->count) /* blank lines at the end may have been cut off */
		patch_add(&hs->lines, "\n", 1, false);
}

static void read_context(struct patch *p, struct hunk *h)
{
	struct patch_input *in = &p->in;

	h->function = in->s;
	while (h->function < in->s + in->len && *h->function == '*')
		h->function++;
	h->function_len = strcspn(h->function, "\r\n");
	patch_advance(p);
	read_context_side(p, h, 0);
	read_context_side(p, h, 1);
	for (int side = 0; side < 2; side++) {
		struct hunk_side *hs = &h->sides[side];
		const struct lines *other = &h->sides[!side].lines;

		/* a side that was left out has the common lines of the other */
		if (hs->lines.count == 0)
			for (size_t i = 0; i < other->count; i++)
				if (!other->at[i].changed)
					patch_add(&hs->lines, other->at[i].text, other->at[i].len, false);
		if (hs->count == 1 && hs->lines.count == 0) { /* `N` for no line after the line N */
			hs->count = 0;
			hs->first++;
		}
		if (hs->lines.count != hs->count)
			patch_fatal("replacement text or line numbers mangled in hunk at line %zu", in->line);
	}
}

static void read_normal_lines(struct patch *p, struct hunk *h, int side)
{
	struct patch_input *in = &p->in;
	char mark = side ? '>' : '<';

	while (h->sides[side].lines.count < h->sides[side].count) {
		if (!in->s)
			malformed(p);
		if (in->len < 2 || *in->s != mark || (in->s[1] != ' ' && in->s[1] != '\t'))
			patch_fatal("'%c' followed by space or tab expected at line %zu of patch", mark,
				    in->line);
		add_line(p, h, 2, side == 0, side == 1, true);
	}
}

static void read_normal(struct patch *p, struct hunk *h)
{
	struct patch_input *in = &p->in;
	const char *s = in->s, *end = s + in->len;
	size_t last;
	char command = 0;

	for (int side = 0; side < 2; side++) {
		struct hunk_side *hs = &h->sides[side];

		if (!read_range(&s, end, &hs->first, &last) || last < hs->first)
			malformed(p);
		if (side == 0)
			command = *s++;
		hs->count = last == SIZE_MAX ? 1 : last - hs->first + 1;
		if (command == (side ? 'd' : 'a')) {
			hs->count = 0;
			hs->first++;
		}
	}
	patch_advance(p);
	read_normal_lines(p, h, 0);
	if (command == 'c') {
		if (!starts(in, "---"))
			patch_fatal("'---' expected at line %zu of patch", in->line);
		patch_advance(p);
	}
	read_normal_lines(p, h, 1);
}

/* How many lines at the beginning (or the end) both sides have. */
static size_t common(const struct hunk *h, bool end)
{
	const struct lines *a = &h->sides[0].lines, *b = &h->sides[1].lines;
	size_t n = 0;

	while (n < a->count && n < b->count && !a->at[end ? a->count - 1 - n : n].changed &&
	       !b->at[end ? b->count - 1 - n : n].changed)
		n++;
	return n;
}

bool patch_next_hunk(struct patch *p, struct hunk *h)
{
	struct hunk_side old;

	memset(h, 0, sizeof(*h));
	for (int s = 0; s < 2; s++)
		h->sides[s].lines.at = arena_reserve(NULL, 0, &h->sides[s].lines.size, sizeof(struct line));
	h->function = "";
	if (!p->in.s)
		return false;
	if (p->format == FORMAT_UNIFIED && starts(&p->in, "@@ -"))
		read_unified(p, h);
	else if (p->format <= FORMAT_NEW_CONTEXT && is_context(&p->in))
		read_context(p, h);
	else if (p->format == FORMAT_NORMAL && is_command(&p->in, false))
		read_normal(p, h);
	else
		return false;
	h->before = common(h, false);
	h->after = common(h, true);
	if (p->reverse) {
		old = h->sides[0];
		h->sides[0] = h->sides[1];
		h->sides[1] = old;
	}
	return true;
}

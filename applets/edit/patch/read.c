/* read.c - reading patches: where one begins, what it is about, its hunks */
#include "dateparse.h"
#include "patch.h"

void patch_fatal(const char *fmt, ...)
{
	va_list args;
	struct writer w = { .fd = -1 };

	va_start(args, fmt);
	writer_vfmt(&w, fmt, args);
	va_end(args);
	die("**** %.*s", (int)w.len, w.buf);
}

/* Looks at the next line without its newline and indentation. Returns false at the end. */
bool patch_peek(const struct patch *p, const char **text, size_t *len)
{
	const struct patch_input *in = &p->in;
	const char *end, *s = in->at;

	if (s == in->end)
		return false;
	end = mem_chr(s, '\n', (size_t)(in->end - s));
	if (!end)
		end = in->end;
	for (size_t i = 0; i < in->indent && s < end && (*s == ' ' || *s == '\t'); i++)
		s++;
	*len = (size_t)(end - s);
	if (in->returns && *len > 0 && s[*len - 1] == '\r')
		--*len;
	*text = s;
	return true;
}

/* Reads the next line, as patch_peek() shows it; NULL at the end. */
const char *patch_line(struct patch *p, size_t *len)
{
	struct patch_input *in = &p->in;
	const char *text, *end;

	if (!patch_peek(p, &text, len))
		return NULL;
	end = mem_chr(in->at, '\n', (size_t)(in->end - in->at));
	in->at = end ? end + 1 : in->end;
	in->line++;
	return text;
}

void patch_add_line(struct lines *l, const char *text, size_t len, bool changed)
{
	l->at = arena_reserve(l->at, l->count, &l->size, sizeof(*l->at));
	l->at[l->count++] = (struct line){ text, len, changed };
}

static bool starts(const char *s, size_t len, const char *with)
{
	size_t n = strlen(with);

	return len >= n && memcmp(s, with, n) == 0;
}

/* Takes the components off that -p says. Returns NULL if there are not so many. */
static const char *strip_name(const struct patch *p, const char *name)
{
	const char *s = name, *slash;

	if (p->strip < 0) {
		slash = strrchr(name, '/');
		return slash ? slash + 1 : name;
	}
	for (int i = 0; i < p->strip; i++) {
		slash = strchr(s, '/');
		if (!slash)
			return NULL;
		s = slash + strspn(slash, "/");
	}
	return *s ? s : NULL;
}

/* Undoes C's quoting of a name that begins with a double quote. *end gets what follows. */
static char *unquote(const char *s, size_t len, size_t *end)
{
	struct buf b = { 0 };
	size_t i = 1;

	for (; i < len && s[i] != '"'; i++) {
		static const char from[] = "abfnrtv\\\"", to[] = "\a\b\f\n\r\t\v\\\"";
		const char *at;

		if (s[i] != '\\' || i + 1 == len) {
			buf_char(&b, s[i]);
			continue;
		}
		i++;
		if (s[i] >= '0' && s[i] <= '3' && i + 2 < len) {
			buf_char(&b, (char)((s[i] - '0') * 64 + (s[i + 1] - '0') * 8 + (s[i + 2] - '0')));
			i += 2;
		} else if ((at = strchr(from, s[i]))) {
			buf_char(&b, to[at - from]);
		}
	}
	*end = i < len ? i + 1 : len;
	buf_str(&b, "");
	return b.data;
}

/* Whether a time stamp is the epoch, in whatever zone. */
static bool is_epoch(const char *text)
{
	struct timespec now = { 0 }, t;

	return *text && (*text >= '0' && *text <= '9') && date_parse(text, &now, &t) && t.tv_sec == 0 &&
	       t.tv_nsec == 0;
}

/* Where a name without quotes ends: at a tab, or at blanks before a time. */
static size_t name_length(const char *s, size_t len)
{
	const char *tab = mem_chr(s, '\t', len);
	struct timespec now = { 0 }, t;

	if (tab)
		return (size_t)(tab - s);
	for (size_t i = 1; i < len; i++)
		if (s[i] == ' ' && s[i - 1] != ' ') {
			const char *rest = arena_memdup(s + i, len - i);

			if (rest[strspn(rest, " ")] && strpbrk(rest, "0123456789") &&
			    date_parse(rest, &now, &t))
				return i;
		}
	while (len > 0 && (s[len - 1] == ' ' || s[len - 1] == '\t'))
		len--;
	return len;
}

/* Reads a name and the time after it from a header line. */
static void read_name(const struct patch *p, struct header_name *n, const char *s, size_t len)
{
	char *name;
	size_t end;

	while (len > 0 && (*s == ' ' || *s == '\t'))
		s++, len--;
	if (len > 0 && *s == '"') {
		name = unquote(s, len, &end);
	} else {
		end = name_length(s, len);
		name = arena_memdup(s, end);
	}
	while (end < len && (s[end] == '\t' || s[end] == ' '))
		end++;
	len -= len > end && s[len - 1] == '\r';
	n->time = arena_memdup(s + end, len - end);
	n->raw = name;
	n->null = strcmp(name, "/dev/null") == 0;
	n->name = n->null || !*name ? NULL : strip_name(p, name);
	if (!n->null && is_epoch(n->time))
		n->null = true;
}

/* Reads `diff --git a/X b/X`: only the names where both are the same are sure; others come in lines of their own. */
static void read_git_names(struct patch *p, const char *s, size_t len)
{
	size_t half, end;

	if (len > 0 && *s == '"') {
		p->names[0] = p->names[1] = (struct header_name){ .time = "" };
		p->names[0].raw = unquote(s, len, &end);
		while (end < len && s[end] == ' ')
			end++;
		p->names[1].raw = end < len && s[end] == '"' ? unquote(s + end, len - end, &(size_t){ 0 })
							     : arena_memdup(s + end, len - end);
	} else {
		const char *blank = mem_chr(s, ' ', len);

		for (half = len / 2; blank && !(half < len && s[half] == ' ' && len == 2 * half + 1);)
			break;
		if (!blank)
			return;
		half = len % 2 == 1 && s[len / 2] == ' ' ? len / 2 : (size_t)(blank - s);
		p->names[0] = p->names[1] = (struct header_name){ .time = "" };
		p->names[0].raw = arena_memdup(s, half);
		p->names[1].raw = arena_memdup(s + half + 1, len - half - 1);
	}
	for (int i = 0; i < 2; i++)
		p->names[i].name = strip_name(p, p->names[i].raw);
}

static mode_t read_mode(const char *s, size_t len)
{
	mode_t mode = 0;

	for (; len > 0 && *s >= '0' && *s <= '7'; s++, len--)
		mode = mode * 8 + (mode_t)(*s - '0');
	return mode;
}

/* The name in `rename from NAME` and its like, with the component that git puts before others. */
static void set_git_name(const struct patch *p, struct header_name *n, const char *s, size_t len)
{
	char *name = len > 0 && *s == '"' ? unquote(s, len, &(size_t){ 0 }) : arena_memdup(s, len);

	n->raw = name;
	n->name = strip_name(p, arena_printf("%c/%s", n == p->names ? 'a' : 'b', name));
}

/* Reads a line that git adds to the header. Returns whether it is one. */
static bool read_git_line(struct patch *p, const char *s, size_t len)
{
	static const struct {
		const char *start;
		int side;
		char what;
	} lines[] = { { "old mode ", 0, 'm' },          { "new mode ", 1, 'm' },
		      { "deleted file mode ", 0, 'n' }, { "new file mode ", 1, 'n' },
		      { "rename from ", 0, 'r' },       { "rename to ", 1, 'r' },
		      { "copy from ", 0, 'c' },         { "copy to ", 1, 'c' } };

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		const char *arg = s + strlen(lines[i].start);
		size_t arg_len = len - strlen(lines[i].start);
		struct header_name *n = &p->names[lines[i].side];

		if (!starts(s, len, lines[i].start))
			continue;
		if (lines[i].what == 'm' || lines[i].what == 'n')
			n->mode = read_mode(arg, arg_len);
		if (lines[i].what == 'n')
			p->names[!lines[i].side].null = true;
		if (lines[i].what == 'r' || lines[i].what == 'c')
			set_git_name(p, n, arg, arg_len);
		p->rename |= lines[i].what == 'r';
		p->copy |= lines[i].what == 'c';
		return true;
	}
	if (starts(s, len, "index ")) {
		const char *blank = mem_rchr(s, ' ', len);

		if (blank > s + 5 && !p->names[0].mode && !p->names[1].mode)
			p->names[0].mode = p->names[1].mode = read_mode(blank + 1,
									(size_t)(s + len - blank - 1));
		return true;
	}
	if (starts(s, len, "GIT binary patch")) {
		p->binary_diff = true;
		return true;
	}
	return starts(s, len, "similarity index ") || starts(s, len, "dissimilarity index ");
}

/* Reads `N` or `N,M` at `*s`. Returns false if there is none. */
static bool read_range(const char **s, const char *end, size_t *first, size_t *second)
{
	const char *p = *s;
	size_t *n = first;

	*first = *second = 0;
	if (p == end || *p < '0' || *p > '9')
		return false;
	for (;; p++) {
		if (p < end && *p >= '0' && *p <= '9') {
			if (*n > SIZE_MAX / 20)
				return false;
			*n = 10 * *n + (size_t)(*p - '0');
		} else if (p + 1 < end && *p == ',' && n == first && p[1] >= '0' && p[1] <= '9') {
			n = second;
		} else {
			break;
		}
	}
	if (n == first)
		*second = SIZE_MAX;
	*s = p;
	return true;
}

/* Whether a line is a command of a normal diff, or (if `ed`) of an ed script. */
static bool is_command(const char *s, size_t len, bool ed)
{
	const char *end = s + len;
	size_t a, b;

	if (!read_range(&s, end, &a, &b) || s == end)
		return false;
	if (ed)
		return s + 1 == end && strchr("acdi", *s);
	return strchr("acd", *s) && (s++, read_range(&s, end, &a, &b)) &&
	       (s == end || *s == ' ' || *s == '\t');
}

/* The line after the next, for formats that two lines tell. */
static bool peek_second(const struct patch *p, const char **text, size_t *len)
{
	struct patch copy = *p;

	patch_line(&copy, len);
	return patch_peek(&copy, text, len);
}

/* Whether a patch begins at the next line; sets p->format. */
static bool begins_here(struct patch *p, const char *s, size_t len)
{
	const struct patch_options *o = p->opt;
	bool any = !o->context && !o->ed && !o->normal && !o->unified;
	const char *next;
	size_t next_len;

	if ((any || o->unified) && starts(s, len, "@@ -") &&
	    (p->names[0].raw || p->names[1].raw || p->names[2].raw || any)) {
		p->format = FORMAT_UNIFIED;
		return true;
	}
	if ((any || o->context) && starts(s, len, "********") && peek_second(p, &next, &next_len) &&
	    starts(next, next_len, "*** ")) {
		p->format = next_len > 5 && memcmp(next + next_len - 5, " ****", 5) == 0 ? FORMAT_NEW_CONTEXT
											 : FORMAT_CONTEXT;
		return true;
	}
	if ((any || o->normal) && is_command(s, len, false) && peek_second(p, &next, &next_len) &&
	    (starts(next, next_len, "< ") || starts(next, next_len, "> ") || starts(next, next_len, "<\t") ||
	     starts(next, next_len, ">\t"))) {
		p->format = FORMAT_NORMAL;
		return true;
	}
	if ((any || o->ed) && is_command(s, len, true)) {
		p->format = FORMAT_ED;
		return true;
	}
	return false;
}

/* Takes in a line of the text before a patch. */
static void read_header_line(struct patch *p, const char *s, size_t len, bool *stars)
{
	if (starts(s, len, "*** ") && !*stars) {
		read_name(p, &p->names[0], s + 4, len - 4);
		*stars = true;
	} else if (starts(s, len, "+++ ")) {
		mode_t mode = p->names[1].mode;
		bool null = p->names[1].null;

		read_name(p, &p->names[1], s + 4, len - 4);
		p->names[1].mode = mode;
		p->names[1].null |= null;
	} else if (starts(s, len, "--- ")) {
		struct header_name *n = &p->names[*stars ? 1 : 0];
		mode_t mode = n->mode;
		bool null = n->null;

		read_name(p, n, s + 4, len - 4);
		n->mode = mode;
		n->null |= null;
	} else if (starts(s, len, "Index:")) {
		read_name(p, &p->names[2], s + 6, len - 6);
	} else if (starts(s, len, "Prereq:")) {
		const char *t = s + 7;

		while (t < s + len && (*t == ' ' || *t == '\t'))
			t++;
		p->prerequisite = arena_memdup(t, strcspn(arena_memdup(t, (size_t)(s + len - t)), " \t"));
	}
}

static size_t indentation(const char *s, const char *end)
{
	size_t n = 0;

	while (s + n < end && (s[n] == ' ' || s[n] == '\t'))
		n++;
	return n;
}

/* Finds the next patch and reads its header. Returns false if there is none. */
bool patch_next(struct patch *p)
{
	bool stars = false;
	const char *s;
	size_t len;

	memset(p->names, 0, sizeof(p->names));
	for (int i = 0; i < 3; i++)
		p->names[i].time = "";
	p->prerequisite = NULL;
	p->git = p->rename = p->copy = p->binary_diff = false;
	p->header = p->in.at;
	p->header_line = p->in.line;
	for (;;) {
		p->in.indent = p->in.at < p->in.end ? indentation(p->in.at, p->in.end) : 0;
		p->in.returns = false;
		if (!patch_peek(p, &s, &len))
			break;
		if (!p->binary && len > 0 && s[len - 1] == '\r' &&
		    (starts(s, len, "--- ") || starts(s, len, "+++ ") || starts(s, len, "*** ") ||
		     starts(s, len, "@@ -"))) {
			p->in.returns = true;
			len--;
		}
		p->start_line = p->in.line;
		if (starts(s, len, "diff --git ")) {
			if (p->git) {
				p->format = FORMAT_GIT;
				return true;
			}
			p->git = true;
			read_git_names(p, s + 11, len - 11);
		} else if (p->git && read_git_line(p, s, len)) {
			if (p->binary_diff) {
				patch_line(p, &len);
				p->format = FORMAT_GIT;
				return true;
			}
		} else if (begins_here(p, s, len)) {
			if (p->in.indent > 0)
				patch_say(p, "(Patch is indented %zu space%s.)\n", p->in.indent,
					  p->in.indent == 1 ? "" : "s");
			if (p->in.returns && !p->binary)
				patch_say(p,
					  "(Stripping trailing CRs from patch; use --binary to disable.)\n");
			return true;
		} else {
			read_header_line(p, s, len, &stars);
		}
		patch_line(p, &len);
	}
	p->start_line = p->in.line;
	p->format = FORMAT_GIT;
	return p->git && (p->rename || p->copy || p->names[0].mode || p->names[1].mode);
}

static _Noreturn void malformed(const struct patch *p, const char *s, size_t len)
{
	patch_fatal("malformed patch at line %zu: %.*s\n", p->in.line - 1, (int)len, s);
}

static _Noreturn void ends_early(void)
{
	patch_fatal("unexpected end of file in patch");
}

/* If `\ No newline at end of file` follows, the last line that was read has none. */
static bool take_missing_newline(struct patch *p)
{
	const char *s;
	size_t len;

	if (!patch_peek(p, &s, &len) || !starts(s, len, "\\ "))
		return false;
	patch_line(p, &len);
	return true;
}

/* Adds a line of the patch to a side; its newline is the one in the patch. */
static void add(struct lines *l, const char *s, size_t len, bool newline, bool changed, bool copied)
{
	if (copied) { /* what follows in the patch is not a newline */
		char *text = arena_alloc(len + 2);

		memcpy(text, s, len);
		text[len] = '\n';
		s = text;
	}
	patch_add_line(l, s, len + newline, changed);
}

static void count_context(struct hunk *h)
{
	for (int side = 0; side < 2; side++) {
		const struct lines *l = &h->sides[side].lines;
		size_t before = 0, after = 0;

		while (before < l->count && !l->at[before].changed)
			before++;
		while (after < l->count && !l->at[l->count - 1 - after].changed)
			after++;
		if (side == 0 || before < h->before)
			h->before = before;
		if (side == 0 || after < h->after)
			h->after = after;
	}
}

/* Reads `-A,B +C,D @@ FUNCTION`. */
static void read_unified_header(struct patch *p, struct hunk *h, const char *line, size_t len)
{
	const char *s = line + 4, *end = line + len;

	for (int side = 0; side < 2; side++) {
		struct hunk_side *hs = &h->sides[side];

		if (!read_range(&s, end, &hs->first, &hs->count))
			malformed(p, line, len);
		if (hs->count == SIZE_MAX)
			hs->count = 1;
		if (hs->count == 0)
			hs->first++;
		while (s < end && *s == ' ')
			s++;
		if (side == 0 && (s == end || *s++ != '+'))
			malformed(p, line, len);
	}
	if (end - s < 2 || *s != '@')
		malformed(p, line, len);
	s += 2;
	end -= end > s && end[-1] == '\r';
	h->function = s;
	h->function_len = (size_t)(end - s);
}

static void read_unified(struct patch *p, struct hunk *h)
{
	size_t len, left[2];
	const char *s = patch_line(p, &len);

	read_unified_header(p, h, s, len);
	left[0] = h->sides[0].count;
	left[1] = h->sides[1].count;
	while (left[0] > 0 || left[1] > 0) {
		bool in[2], newline, copied;
		char mark;

		s = patch_line(p, &len);
		copied = p->in.returns || p->in.at[-1] != '\n';
		if (!s) { /* blank lines at the end may have been cut off */
			if (left[0] != left[1] || left[0] > 3)
				ends_early();
			s = "";
			len = 0;
			copied = true;
		}
		mark = len > 0 ? *s : ' ';
		in[0] = mark == '-' || mark == ' ' || mark == '\t' || mark == '=';
		in[1] = mark == '+' || mark == ' ' || mark == '\t' || mark == '=';
		if ((!in[0] && !in[1]) || (in[0] && left[0] == 0) || (in[1] && left[1] == 0))
			malformed(p, s, len);
		if (len > 0 && mark != '\t')
			s++, len--;
		newline = !take_missing_newline(p);
		for (int side = 0; side < 2; side++)
			if (in[side]) {
				add(&h->sides[side].lines, s, len, newline, !in[!side], copied);
				left[side]--;
			}
	}
}

/* Reads the lines of one side in context format. Returns whether there are any. */
static bool read_context_side(struct patch *p, struct hunk *h, int side)
{
	struct hunk_side *hs = &h->sides[side];
	size_t len, count = hs->count;
	const char *s;

	while (hs->lines.count < count && patch_peek(p, &s, &len)) {
		bool newline, copied;
		char mark = len > 0 ? *s : ' ';

		if (mark == '-' && side == 0 && starts(s, len, "--- ") && hs->lines.count == 0 && len > 4 &&
		    s[4] >= '0' && s[4] <= '9')
			return false;
		if (mark == '*' || (mark != ' ' && mark != '!' && mark != '\t' && mark != (side ? '+' : '-')))
			break;
		patch_line(p, &len);
		copied = p->in.returns || p->in.at[-1] != '\n';
		if (len > 0)
			s++, len--;
		if (len > 0 && *s == ' ')
			s++, len--;
		newline = !take_missing_newline(p);
		add(&hs->lines, s, len, newline, mark == '!' || mark == '+' || mark == '-', copied);
	}
	if (hs->lines.count == 0)
		return false;
	if (hs->lines.count < count) {
		if (!patch_peek(p, &s, &len))
			ends_early();
		patch_line(p, &len);
		malformed(p, s, len);
	}
	return true;
}

/* Reads `A,B` in the line that begins a side in context format. */
static void read_context_range(struct patch *p, struct hunk_side *hs, const char *mark)
{
	size_t len, last;
	const char *line = patch_line(p, &len), *s;

	if (!line)
		ends_early();
	s = line + 4;
	if (!starts(line, len, mark) || !read_range(&s, line + len, &hs->first, &last))
		malformed(p, line, len);
	if (last == SIZE_MAX) {
		hs->count = hs->first > 0;
		if (hs->first == 0)
			hs->first = 1;
	} else {
		if (last + 1 < hs->first)
			malformed(p, line, len);
		hs->count = last + 1 - hs->first;
	}
}

/* Gives a side that the patch leaves out the common lines of the other. */
static void fill_side(struct hunk_side *to, const struct hunk_side *from)
{
	for (size_t i = 0; i < from->lines.count; i++)
		if (!from->lines.at[i].changed)
			patch_add_line(&to->lines, from->lines.at[i].text, from->lines.at[i].len, false);
}

static void read_context(struct patch *p, struct hunk *h)
{
	size_t len;
	const char *s = patch_line(p, &len);
	bool has[2];

	while (len > 0 && *s == '*')
		s++, len--;
	h->function = s;
	h->function_len = len;
	for (int side = 0; side < 2; side++) {
		read_context_range(p, &h->sides[side], side ? "--- " : "*** ");
		has[side] = read_context_side(p, h, side);
	}
	for (int side = 0; side < 2; side++)
		if (!has[side] && has[!side])
			fill_side(&h->sides[side], &h->sides[!side]);
	for (int side = 0; side < 2; side++) {
		struct hunk_side *hs = &h->sides[side];

		if (hs->lines.count != hs->count) {
			if (hs->count == 1 && hs->lines.count == 0) { /* `N` for no line after the line N */
				hs->count = 0;
				hs->first++;
			} else {
				patch_fatal("replacement text or line numbers mangled in hunk at line %zu",
					    p->in.line);
			}
		}
	}
}

static void read_normal_lines(struct patch *p, struct hunk_side *hs, char mark)
{
	while (hs->lines.count < hs->count) {
		size_t len;
		const char *s = patch_line(p, &len);
		bool newline, copied;

		if (!s)
			patch_fatal("unexpected end of file in patch at line %zu", p->in.line);
		if (len < 2 || *s != mark || (s[1] != ' ' && s[1] != '\t'))
			patch_fatal("'%c' followed by space or tab expected at line %zu of patch", mark,
				    p->in.line - 1);
		copied = p->in.returns || p->in.at[-1] != '\n';
		newline = !take_missing_newline(p);
		add(&hs->lines, s + 2, len - 2, newline, true, copied);
	}
}

static void read_normal(struct patch *p, struct hunk *h)
{
	size_t len, last[2];
	const char *line = patch_line(p, &len), *s = line, *end = line + len;
	char command = 0;

	for (int side = 0; side < 2; side++) {
		struct hunk_side *hs = &h->sides[side];

		if (!read_range(&s, end, &hs->first, &last[side]))
			malformed(p, line, len);
		if (side == 0)
			command = *s++;
		if (last[side] == SIZE_MAX)
			last[side] = hs->first;
		if (last[side] < hs->first)
			malformed(p, line, len);
		hs->count = last[side] - hs->first + 1;
		if (command == (side ? 'd' : 'a')) {
			hs->count = 0;
			hs->first++;
		}
	}
	read_normal_lines(p, &h->sides[0], '<');
	if (command == 'c') {
		s = patch_line(p, &len);
		if (!s || !starts(s, len, "---"))
			patch_fatal("'---' expected at line %zu of patch", p->in.line - 1);
	}
	read_normal_lines(p, &h->sides[1], '>');
}

void patch_swap(struct hunk *h)
{
	struct hunk_side old = h->sides[0];

	h->sides[0] = h->sides[1];
	h->sides[1] = old;
}

/* Reads the next hunk of the current patch. Returns false if there is none. */
bool patch_next_hunk(struct patch *p, struct hunk *h)
{
	const char *s, *next;
	size_t len, next_len;

	memset(h, 0, sizeof(*h));
	h->function = "";
	if (!patch_peek(p, &s, &len))
		return false;
	switch (p->format) {
	case FORMAT_UNIFIED:
		if (!starts(s, len, "@@ -"))
			return false;
		read_unified(p, h);
		break;
	case FORMAT_CONTEXT:
	case FORMAT_NEW_CONTEXT:
		if (!starts(s, len, "********") || !peek_second(p, &next, &next_len) ||
		    !starts(next, next_len, "*** "))
			return false;
		read_context(p, h);
		break;
	case FORMAT_NORMAL:
		if (!is_command(s, len, false))
			return false;
		read_normal(p, h);
		break;
	default:
		return false;
	}
	count_context(h);
	if (p->reverse)
		patch_swap(h);
	return true;
}

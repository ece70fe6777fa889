/* lexer.c - characters to tokens and words
 *
 * A word is analysed here once and for all: into literal text, parameters,
 * substitutions. See POSIX.1-2024 XCU 2.2, 2.3, 2.6, and the Bash manual,
 * "Shell Parameter Expansion".
 */
#include "parse.h"

/* Where a word stands, and so what ends it and what is special in it. */
enum context {
	IN_COMMAND,      /* ends at a blank or operator */
	IN_DOUBLE,       /* up to " */
	IN_HERE,         /* a here-document, to the end of the text */
	IN_BRACE,        /* ${x-word}, up to } */
	IN_BRACE_DOUBLE, /* the same in double quotes */
	IN_REPLACE,      /* ${x/pattern/: up to / or } */
	IN_SUBSCRIPT,    /* a[...] */
	IN_ARITH,        /* up to )) */
	IN_SLICE,        /* ${x:offset:, up to : or } */
	IN_ARITH_SEMI,   /* for ((a; */
};

/* A word in the making. */
struct making {
	struct parser *ps;
	struct part *first, **tail;
	struct sbuf *text;
	bool text_quoted;
	bool text_any; /* there is a text part in the making, perhaps empty */
	uint8_t flags;
	bool merge; /* quoted text without specials may join unquoted text */
	bool glob;  /* extended pattern in the text being made */
	struct assign *assign;
};

enum char_class { ORDINARY = 0, ENDS = 1, SPECIAL = 2, GLOB = 4, UNSAFE = 8 };

/* ENDS: ends a word; SPECIAL: not copied as it is; GLOB: a pattern character;
 * UNSAFE: quotes make a difference. */
static const uint8_t classes[256] = {
	[0] = SPECIAL,
	[1] = UNSAFE,
	['\t'] = ENDS | UNSAFE,
	['\n'] = ENDS | UNSAFE,
	[' '] = ENDS,
	['!'] = UNSAFE,
	['"'] = SPECIAL | UNSAFE,
	['#'] = UNSAFE,
	['$'] = SPECIAL | UNSAFE,
	['%'] = UNSAFE,
	['&'] = ENDS | UNSAFE,
	['\''] = SPECIAL | UNSAFE,
	['('] = ENDS | UNSAFE,
	[')'] = ENDS | UNSAFE,
	['*'] = GLOB | UNSAFE,
	['+'] = SPECIAL | UNSAFE,
	[','] = UNSAFE,
	['-'] = UNSAFE,
	['.'] = UNSAFE,
	['/'] = ORDINARY,
	[':'] = SPECIAL | UNSAFE,
	[';'] = ENDS | UNSAFE,
	['<'] = ENDS | UNSAFE,
	['='] = SPECIAL | UNSAFE,
	['>'] = ENDS | UNSAFE,
	['?'] = GLOB | UNSAFE,
	['@'] = UNSAFE,
	['['] = SPECIAL | GLOB | UNSAFE,
	['\\'] = SPECIAL | UNSAFE,
	[']'] = SPECIAL | UNSAFE,
	['^'] = UNSAFE,
	['`'] = SPECIAL | UNSAFE,
	['{'] = SPECIAL | UNSAFE,
	['|'] = ENDS | UNSAFE,
	['}'] = SPECIAL | UNSAFE,
	['~'] = SPECIAL | UNSAFE,
};

char *sh_pool_text(struct pool *p, const char *s, size_t len)
{
	char *copy = sh_tree_alloc(p, len + 1);

	memcpy(copy, s, len);
	return copy;
}

/* ---- characters ---- */

/* Appends more of the file to the text. Returns false at its end. */
static bool read_more(struct parser *ps)
{
	struct input *in = ps->in;
	struct shell *sh = ps->sh;
	size_t want = in->shared ? 1 : 65536;
	ssize_t n;

	if (in->eof || in->fd < 0)
		return false;
	if (in->terminal) {
		char *prompt = sh_prompt_text(sh, in->lines_read++ ? "PS2" : "PS1");
		size_t len;
		char *line = sh_edit_line(sh, prompt, "", &len);

		if (!line) {
			in->eof = true;
			return false;
		}
		if (in->len + len + 1 > in->cap) {
			in->cap = (in->len + len + 1) * 2;
			in->text = sh_xrealloc(in->text, in->cap);
		}
		memcpy(in->text + in->len, line, len);
		in->len += len;
		free(line);
		return len > 0;
	}
	if (in->shared) {
		sh_read_sync(sh);
		if (lseek(in->fd, 0, SEEK_CUR) >= 0)
			want = 4096;
	}
	if (in->len + want + 1 > in->cap) {
		in->cap = (in->len + want + 1) * 2;
		in->text = sh_xrealloc(in->text, in->cap);
	}
	do {
		n = read(in->fd, in->text + in->len, want);
		if (n < 0 && errno == EAGAIN) {
			int flags = fcntl(in->fd, F_GETFL);

			if (flags < 0 || !(flags & O_NONBLOCK) ||
			    fcntl(in->fd, F_SETFL, flags & ~O_NONBLOCK) < 0)
				break;
			errno = EINTR;
		}
	} while (n < 0 && errno == EINTR);
	if (n <= 0) {
		in->eof = true;
		return false;
	}
	in->len += (size_t)n;
	return true;
}

/* More text behind ps->end. Returns false at the end. */
static bool refill(struct parser *ps)
{
	while (ps->segment && ps->p >= ps->end) {
		if (ps->segment->barrier)
			return false;
		sh_pop_segment(ps);
	}
	if (ps->p < ps->end)
		return true;
	if (ps->segment)
		return false;
	for (;;) {
		size_t offset = (size_t)(ps->p - ps->in->text);

		if (!read_more(ps))
			return false;
		ps->p = ps->in->text + offset;
		ps->end = ps->in->text + ps->in->len;
		if (ps->p < ps->end)
			return true;
	}
}

void sh_push_segment(struct parser *ps, const char *text, size_t len, struct command *alias, bool barrier)
{
	struct segment *s = sh_tree_alloc(ps->pool, sizeof(*s));

	*s = (struct segment){ ps->segment, ps->p, ps->end, alias, barrier, ps->line };
	if (!ps->segment)
		s->p = (const char *)(ps->p - ps->in->text);
	ps->segment = s;
	ps->p = text;
	ps->end = text + len;
	if (alias)
		alias->alias_used = true;
}

void sh_pop_segment(struct parser *ps)
{
	struct segment *s = ps->segment;

	if (s->alias) {
		s->alias->alias_used = false;
		if (ps->end > ps->p - 1 && (ps->end[-1] == ' ' || ps->end[-1] == '\t'))
			ps->alias_next = true;
	}
	ps->segment = s->below;
	if (s->barrier)
		ps->line = s->line;
	if (ps->segment) {
		ps->p = s->p;
		ps->end = s->end;
	} else {
		ps->p = ps->in->text + (size_t)s->p;
		ps->end = ps->in->text + ps->in->len;
	}
}

static inline int look(struct parser *ps)
{
	if (ps->p < ps->end || refill(ps))
		return (unsigned char)*ps->p;
	return -1;
}

/* The character behind the current one, -1 if there is none. */
static int look_second(struct parser *ps)
{
	if (ps->p + 1 < ps->end)
		return (unsigned char)ps->p[1];
	if (ps->segment) {
		const struct segment *s = ps->segment;

		if (s->barrier)
			return -1;
		if (!s->below && (size_t)s->p < ps->in->len)
			return (unsigned char)ps->in->text[(size_t)s->p];
		return s->below && s->p < s->end ? (unsigned char)*s->p : -1;
	}
	if (ps->p < ps->end) {
		size_t offset = (size_t)(ps->p - ps->in->text);
		bool more = read_more(ps);

		ps->p = ps->in->text + offset;
		ps->end = ps->in->text + ps->in->len;
		return more ? (unsigned char)ps->p[1] : -1;
	}
	return -1;
}

static inline void take(struct parser *ps)
{
	ps->line += *ps->p++ == '\n' && !(ps->segment && ps->segment->alias);
}

/* The next character, backslash-newlines before it taken out. */
static int look_joined(struct parser *ps)
{
	int c;

	while ((c = look(ps)) == '\\' && look_second(ps) == '\n') {
		take(ps);
		look(ps);
		take(ps);
	}
	return c;
}

/* Takes the next character if it is `c`. */
static bool accept(struct parser *ps, int c)
{
	bool is = look_joined(ps) == c;

	if (is)
		take(ps);
	return is;
}

int sh_look_char(struct parser *ps)
{
	return look_joined(ps);
}

struct place_in_text sh_remember_place(struct parser *ps)
{
	return (struct place_in_text){ ps->segment, ps->p, ps->segment ? 0 : (size_t)(ps->p - ps->in->text),
				       ps->line };
}

/* Goes back; what was pushed since is forgotten, what was popped comes back. */
void sh_return_to_place(struct parser *ps, struct place_in_text place)
{
	for (struct segment *s = ps->segment; s; s = s->below)
		if (s->alias)
			s->alias->alias_used = false;
	ps->segment = place.segment;
	for (struct segment *s = ps->segment; s; s = s->below)
		if (s->alias)
			s->alias->alias_used = true;
	ps->line = place.line;
	ps->have = false;
	if (!place.segment) {
		ps->p = ps->in->text + place.offset;
		ps->end = ps->in->text + ps->in->len;
		return;
	}
	/* the end of a segment's text is where its NUL is, as all are made by
	 * sh_pool_text() or are aliases */
	ps->p = place.p;
	ps->end = place.p + strlen(place.p);
}

void sh_syntax_error(struct parser *ps, const char *fmt, ...)
{
	struct shell *sh = ps->sh;
	struct sbuf b = { 0 };
	va_list args;
	char text[512];

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (!ps->quiet) {
		if (ps->in->file)
			sh_sbuf_fmt(&b, "%s: %s: line %u: %s\n", sh->label, ps->in->file, ps->line, text);
		else
			sh_sbuf_fmt(&b, "%s: line %u: %s\n", sh->label, ps->line, text);
		out_flush();
		write_all(STDERR_FILENO, b.p, b.len);
		free(b.p);
	}
	longjmp(ps->failed, 1);
}

static _Noreturn void unterminated(struct parser *ps, unsigned line, const char *what)
{
	if (line == ps->line)
		sh_syntax_error(ps, "syntax error: unterminated %s", what);
	sh_syntax_error(ps, "syntax error: unterminated %s (begun on line %u)", what, line);
}

/* ---- words ---- */

static void making_begin(struct making *m, struct parser *ps)
{
	*m = (struct making){ .ps = ps };
	m->tail = &m->first;
	m->text = sh_buffer_take(ps->sh);
}

static void add_part(struct making *m, struct part *part)
{
	*m->tail = part;
	m->tail = &part->next;
}

/* Makes a part of the text so far. */
static void flush_text(struct making *m)
{
	struct part *part;

	if (!m->text_any)
		return;
	part = sh_tree_alloc(m->ps->pool, sizeof(*part));
	part->kind = PART_TEXT;
	part->quoted = m->text_quoted;
	part->text = sh_pool_text(m->ps->pool, m->text->len ? m->text->p : "", m->text->len);
	part->len = m->text->len;
	if (!part->quoted) {
		part->glob = m->glob;
		for (size_t i = 0; i < part->len && !part->glob; i++)
			part->glob = classes[(unsigned char)part->text[i]] & GLOB;
		if (part->glob)
			m->flags |= WORD_GLOB;
	}
	add_part(m, part);
	m->text->len = 0;
	m->text_any = m->text_quoted = m->glob = false;
}

static struct part *new_part(struct making *m, enum part_kind kind, bool quoted)
{
	struct part *part;

	flush_text(m);
	part = sh_tree_alloc(m->ps->pool, sizeof(*part));
	part->kind = kind;
	part->quoted = quoted;
	add_part(m, part);
	return part;
}

static void put_unquoted(struct making *m, const char *s, size_t len)
{
	if (m->text_any && m->text_quoted)
		flush_text(m);
	m->text_any = true;
	m->text_quoted = false;
	sh_sbuf_mem(m->text, s, len);
}

static void put_quoted(struct making *m, const char *s, size_t len)
{
	bool plain = m->merge;

	m->flags |= WORD_QUOTED;
	for (size_t i = 0; i < len && plain; i++)
		plain = !(classes[(unsigned char)s[i]] & UNSAFE);
	if (plain && m->text_any) {
		sh_sbuf_mem(m->text, s, len);
		return;
	}
	if (m->text_any && !m->text_quoted)
		flush_text(m);
	m->text_any = true;
	m->text_quoted = true;
	sh_sbuf_mem(m->text, s, len);
}

/* Takes a character as text. */
static void take_text(struct making *m, bool quoted)
{
	if (quoted)
		put_quoted(m, m->ps->p, 1);
	else
		put_unquoted(m, m->ps->p, 1);
	take(m->ps);
}

static struct word *making_end(struct making *m)
{
	struct word *w = sh_tree_alloc(m->ps->pool, sizeof(*w));
	size_t len = 0;
	bool all_text = true;

	flush_text(m);
	buffer_drop(m->ps->sh);
	w->parts = m->first;
	w->flags = m->flags;
	for (struct part *p = m->first; p && all_text; p = p->next) {
		all_text = p->kind == PART_TEXT;
		len += p->len;
	}
	if (!all_text)
		return w;
	w->plain_len = len;
	if (m->first && !m->first->next) {
		w->plain = m->first->text;
		return w;
	}
	w->plain = sh_tree_alloc(m->ps->pool, len + 1);
	len = 0;
	for (struct part *p = m->first; p; p = p->next) {
		memcpy(w->plain + len, p->text, p->len);
		len += p->len;
	}
	return w;
}

static void read_word(struct making *m, enum context ctx);
static void read_dollar(struct making *m, enum context ctx, bool quoted);

static void read_single(struct making *m)
{
	struct parser *ps = m->ps;
	unsigned line = ps->line;

	take(ps);
	put_quoted(m, "", 0);
	for (;;) {
		int c = look(ps);
		const char *quote, *start = ps->p;

		if (c < 0)
			unterminated(ps, line, "quoted string");
		quote = memchr(start, '\'', (size_t)(ps->end - start));
		for (const char *p = start; p < (quote ? quote : ps->end); p++)
			ps->line += *p == '\n';
		put_quoted(m, start, (size_t)((quote ? quote : ps->end) - start));
		ps->p = quote ? quote + 1 : ps->end;
		if (quote)
			return;
	}
}

static int hex_digit(int c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 32;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

const char *sh_dollar_quote(const char *s, const char *end, struct sbuf *out, bool in_quotes)
{
	while (s < end && !(in_quotes && *s == '\'')) {
		static const char letters[] = "abefnrtvE\\'\"?", values[] = "\a\b\033\f\n\r\t\v\033\\'\"?";
		const char *known;
		unsigned n = 0;
		int digits, most;
		char c;

		if (*s != '\\' || s + 1 >= end) {
			sh_sbuf_char(out, *s++);
			continue;
		}
		c = *++s;
		known = strchr(letters, c);
		if (c && known) {
			sh_sbuf_char(out, values[known - letters]);
			s++;
		} else if (c >= '0' && c <= '7') {
			for (digits = 0; digits < 3 && s < end && *s >= '0' && *s <= '7'; digits++)
				n = n * 8 + (unsigned)(*s++ - '0');
			sh_sbuf_char(out, (char)n);
		} else if (c == 'x' || c == 'u' || c == 'U') {
			most = c == 'x' ? 2 : c == 'u' ? 4 : 8;
			s++;
			for (digits = 0; digits < most && s < end && hex_digit(*s) >= 0; digits++)
				n = n * 16 + (unsigned)hex_digit(*s++);
			if (digits == 0) {
				sh_sbuf_char(out, '\\');
				sh_sbuf_char(out, c);
			} else if (c == 'x') {
				sh_sbuf_char(out, (char)n);
			} else {
				char bytes[4];

				sh_sbuf_mem(out, bytes, (size_t)utf8_encode(n, bytes));
			}
		} else if (c == 'c' && s + 1 < end) {
			c = s[1];
			s += 2;
			if (c == '\\' && s < end && *s == '\\')
				s++;
			sh_sbuf_char(out, c == '?' ? 127 : (char)(c & 31));
		} else {
			sh_sbuf_char(out, '\\');
			sh_sbuf_char(out, c);
			s++;
		}
	}
	return s;
}

/* $'...' */
static void read_dollar_single(struct making *m)
{
	struct parser *ps = m->ps;
	struct sbuf *raw = sh_buffer_take(ps->sh), out = { 0 };
	unsigned line = ps->line;
	const char *nul;

	take(ps);
	for (;;) {
		int c = look(ps);

		if (c < 0)
			unterminated(ps, line, "quoted string");
		take(ps);
		if (c == '\'')
			break;
		sh_sbuf_char(raw, (char)c);
		if (c == '\\' && look(ps) >= 0) {
			sh_sbuf_char(raw, *ps->p);
			take(ps);
		}
	}
	sh_sbuf_text(raw);
	sh_dollar_quote(raw->p, raw->p + raw->len, &out, false);
	nul = out.len ? memchr(out.p, 0, out.len) : NULL;
	put_quoted(m, out.len ? out.p : "", nul ? (size_t)(nul - out.p) : out.len);
	free(out.p);
	buffer_drop(ps->sh);
}

/* The inside of double quotes, the first of which is consumed. */
static void read_double(struct making *m)
{
	bool merge = m->merge;
	struct part **before = m->tail;
	unsigned line = m->ps->line;
	bool any = m->text_any;

	m->flags |= WORD_QUOTED;
	read_word(m, IN_DOUBLE);
	if (look(m->ps) < 0)
		unterminated(m->ps, line, "quoted string");
	take(m->ps);
	if (m->tail == before && !m->text_any && !any)
		put_quoted(m, "", 0);
	m->merge = merge;
}

/* Parses `...`: its text, with what backslashes hide, is a script of its own.
 */
static void read_backquotes(struct making *m, bool in_double)
{
	struct parser *ps = m->ps;
	struct sbuf *b = sh_buffer_take(ps->sh);
	struct part *part;
	unsigned line = ps->line, after;
	bool have_pending = ps->pending;
	struct pending_here *pending = ps->pending, **tail = ps->pending_tail;
	bool regex = ps->regex;

	take(ps);
	for (;;) {
		int c = look(ps);

		if (c < 0)
			unterminated(ps, line, "backquote");
		take(ps);
		if (c == '`')
			break;
		if (c == '\\') {
			c = look(ps);
			if (c < 0)
				unterminated(ps, line, "backquote");
			take(ps);
			if (c == '\n')
				continue;
			if (c != '$' && c != '`' && c != '\\' && !(in_double && c == '"'))
				sh_sbuf_char(b, '\\');
		}
		sh_sbuf_char(b, (char)c);
	}
	part = new_part(m, PART_COMMAND, in_double);
	after = ps->line;
	ps->line = line;
	sh_push_segment(ps, sh_pool_text(ps->pool, b->len ? b->p : "", b->len), b->len, NULL, true);
	buffer_drop(ps->sh);
	ps->pending = NULL;
	ps->pending_tail = &ps->pending;
	ps->regex = false;
	part->command = sh_tree_alloc(ps->pool, sizeof(*part->command));
	part->command->body = sh_parse_inner(ps, false);
	sh_pop_segment(ps);
	ps->line = after;
	ps->regex = regex;
	ps->pending = pending;
	ps->pending_tail = have_pending ? tail : &ps->pending;
}

/* What is known of the body of a command substitution before it runs. */
static void look_at_body(struct substitution *s)
{
	struct node *n = s->body;

	if (n && n->kind == NODE_SIMPLE && !n->simple.count && !n->simple.assigns && n->redirects &&
	    !n->redirects->next && n->redirects->op == REDIR_IN && n->redirects->fd == 0 &&
	    !n->redirects->var)
		s->file = n->redirects->word;
}

/* $( ... ), its parenthesis consumed. */
static void read_command(struct making *m, bool quoted)
{
	struct parser *ps = m->ps;
	struct part *part = new_part(m, PART_COMMAND, quoted);
	bool have_pending = ps->pending;
	struct pending_here *pending = ps->pending, **tail = ps->pending_tail;

	sh_check_depth(ps->sh);
	ps->pending = NULL;
	ps->pending_tail = &ps->pending;
	part->command = sh_tree_alloc(ps->pool, sizeof(*part->command));
	part->command->body = sh_parse_inner(ps, true);
	look_at_body(part->command);
	if (have_pending) {
		*tail = ps->pending;
		if (ps->pending)
			tail = ps->pending_tail;
		ps->pending = pending;
		ps->pending_tail = tail;
	}
}

/* Reads an arithmetic expression as parts, up to what ends it in this context
 * (not consumed). */
static struct part *read_arith_parts(struct parser *ps, enum context ctx)
{
	struct making m;

	making_begin(&m, ps);
	read_word(&m, ctx);
	flush_text(&m);
	buffer_drop(ps->sh);
	return m.first;
}

/* Reads something that may turn out to be something else: then it is as if nothing had been read. */
static bool attempt(struct parser *ps, bool (*read)(struct parser *, void *), void *result)
{
	struct place_in_text place = sh_remember_place(ps);
	unsigned buffers = ps->sh->buffers_used;
	volatile bool good = false;
	bool quiet = ps->quiet;
	jmp_buf failed;

	if (ps->trials >= TRIALS)
		return false;
	memcpy(&failed, &ps->failed, sizeof(failed));
	if (setjmp(ps->failed) == 0) {
		ps->quiet = true;
		good = read(ps, result);
	}
	ps->quiet = quiet;
	memcpy(&ps->failed, &failed, sizeof(failed));
	if (good)
		return true;
	ps->sh->buffers_used = buffers;
	ps->trials++;
	sh_return_to_place(ps, place);
	return false;
}

/* An arithmetic expression and )). */
static bool read_arith_end(struct parser *ps, void *result)
{
	struct part *parts = read_arith_parts(ps, IN_ARITH);

	if (look(ps) != ')' || look_second(ps) != ')')
		return false;
	take(ps);
	take(ps);
	*(struct arith **)result = sh_arith_compile(ps->sh, ps->pool, parts);
	return true;
}

struct arith *sh_read_arith_command(struct parser *ps)
{
	struct arith *a = NULL;

	return attempt(ps, read_arith_end, &a) ? a : NULL;
}

/* $(( ... )) if that is what it is: then consumes it all. */
static bool read_arith(struct making *m, bool quoted)
{
	struct parser *ps = m->ps;
	struct place_in_text place = sh_remember_place(ps);
	struct arith *a;

	take(ps);
	take(ps);
	a = sh_read_arith_command(ps);
	if (a)
		new_part(m, PART_ARITH, quoted)->arith = a;
	else
		sh_return_to_place(ps, place);
	return a;
}

struct arith *sh_read_arith_until(struct parser *ps, char end, char *found)
{
	struct part *parts = read_arith_parts(ps, end == ';' ? IN_ARITH_SEMI : IN_ARITH);
	int c = look(ps);

	if (c < 0)
		unterminated(ps, ps->line, "arithmetic expression");
	*found = (char)c;
	take(ps);
	return parts ? sh_arith_compile(ps->sh, ps->pool, parts) : NULL;
}

/* A word of its own inside another: an operand. */
static struct word *read_operand(struct parser *ps, enum context ctx)
{
	struct making m;

	sh_check_depth(ps->sh);
	making_begin(&m, ps);
	read_word(&m, ctx);
	return making_end(&m);
}

static bool is_name_start(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_name_char(int c)
{
	return is_name_start(c) || (c >= '0' && c <= '9');
}

/* Reads a subscript, its bracket consumed, up to and with the ]. */
static void read_subscript(struct parser *ps, struct word **sub, struct arith **arith)
{
	unsigned line = ps->line;

	*sub = read_operand(ps, IN_SUBSCRIPT);
	if (look(ps) != ']')
		unterminated(ps, line, "subscript");
	take(ps);
	*arith = sh_arith_compile(ps->sh, ps->pool, (*sub)->parts);
}

/* Reads a name at the current place into a buffer; its length, 0 if there is
 * none. */
static size_t read_name(struct parser *ps, struct sbuf *name)
{
	int c = look_joined(ps);

	name->len = 0;
	if (!is_name_start(c))
		return 0;
	while (is_name_char(c)) {
		sh_sbuf_char(name, (char)c);
		take(ps);
		c = look_joined(ps);
	}
	sh_sbuf_text(name);
	return name->len;
}

/* Reads which parameter it is. Returns false if it is none. */
static bool read_parameter(struct parser *ps, struct param *p, bool braces)
{
	int c = look_joined(ps);
	struct sbuf *name;

	if (is_name_start(c)) {
		name = sh_buffer_take(ps->sh);
		read_name(ps, name);
		p->kind = PARAM_VAR;
		p->var = sh_var_named(ps->sh, name->p, name->len);
		buffer_drop(ps->sh);
		if (braces && look_joined(ps) == '[') {
			take(ps);
			c = look(ps);
			if ((c == '@' || c == '*') && look_second(ps) == ']') {
				p->list = (char)c;
				take(ps);
				take(ps);
			} else {
				read_subscript(ps, &p->sub, &p->sub_arith);
			}
		}
		return true;
	}
	if (c >= '0' && c <= '9') {
		p->kind = PARAM_NUMBER;
		do {
			p->number = p->number > 100000000 ? p->number : p->number * 10 + (c - '0');
			take(ps);
			c = look_joined(ps);
		} while (braces && c >= '0' && c <= '9');
		if (p->number == 0) {
			p->kind = PARAM_SPECIAL;
			p->letter = '0';
		}
		return true;
	}
	if (c > 0 && strchr("@*#?-$!", c)) {
		p->kind = PARAM_SPECIAL;
		p->letter = (char)c;
		if (c == '@' || c == '*')
			p->list = (char)c;
		take(ps);
		return true;
	}
	return false;
}

/* Reads the operator and operand of ${...} up to the }, not consumed. Returns
 * false if they are not right. */
static bool read_operator(struct parser *ps, struct param *p, bool quoted)
{
	enum context operand = quoted ? IN_BRACE_DOUBLE : IN_BRACE;
	int c = look_joined(ps);
	static const char simple[] = "-=?+";

	if (c == ':') {
		take(ps);
		c = look_joined(ps);
		if (c > 0 && strchr(simple, c)) {
			p->colon = true;
		} else {
			struct part *parts = read_arith_parts(ps, IN_SLICE);

			p->op = OP_SLICE;
			p->offset = sh_arith_compile(ps->sh, ps->pool, parts);
			if (look(ps) == ':') {
				take(ps);
				parts = read_arith_parts(ps, IN_SLICE);
				p->length = sh_arith_compile(ps->sh, ps->pool, parts);
			}
			return true;
		}
	}
	switch (c) {
	case '-':
	case '=':
	case '?':
	case '+':
		p->op = (uint8_t)(OP_DEFAULT + (strchr(simple, c) - simple));
		take(ps);
		p->word = read_operand(ps, operand);
		return true;
	case '#':
	case '%':
		take(ps);
		p->op = (uint8_t)((c == '#' ? OP_CUT_FRONT : OP_CUT_END) + accept(ps, c));
		p->word = read_operand(ps, IN_BRACE);
		return true;
	case '/':
		take(ps);
		p->op = accept(ps, '/')   ? OP_REPLACE_ALL
			: accept(ps, '#') ? OP_REPLACE_FRONT
			: accept(ps, '%') ? OP_REPLACE_END
					  : OP_REPLACE;
		if (look(ps) == '/' && (p->op == OP_REPLACE_FRONT || p->op == OP_REPLACE_END))
			p->word = sh_tree_alloc(ps->pool, sizeof(*p->word));
		else
			p->word = read_operand(ps, IN_REPLACE);
		if (look(ps) == '/') {
			take(ps);
			p->word2 = read_operand(ps, IN_BRACE);
		}
		return true;
	case '^':
	case ',':
	case '~':
		take(ps);
		p->op = OP_CASE;
		p->letter = p->kind == PARAM_SPECIAL ? p->letter : 0;
		p->transform = (char)c;
		p->twice = accept(ps, c);
		p->word = read_operand(ps, IN_BRACE);
		return true;
	case '@':
		take(ps);
		p->op = OP_TRANSFORM;
		c = look_joined(ps);
		if (c <= 0 || !strchr("QEPAKakuUL", c))
			return false;
		p->transform = (char)c;
		take(ps);
		return true;
	}
	return c == '}';
}

/* Reads what is in ${ }, up to the } and not with it. Returns false if it is no
 * expansion. */
static bool read_braces(struct parser *ps, struct param *p, bool quoted)
{
	int c = look_joined(ps), second;

	if (c == '#') {
		second = look_second(ps);
		if (second == '}' || (second > 0 && strchr("=+:%/", second)))
			return read_parameter(ps, p, true) && read_operator(ps, p, quoted);
		if (second == '#' || second == '-' || second == '?') {
			/* ${##} and the like are lengths, ${#-x} is an operation on $# */
			struct place_in_text place = sh_remember_place(ps);

			take(ps);
			second = look_second(ps);
			sh_return_to_place(ps, place);
			if (second != '}')
				return read_parameter(ps, p, true) && read_operator(ps, p, quoted);
		}
		take(ps);
		p->op = OP_LENGTH;
		return read_parameter(ps, p, true) && look_joined(ps) == '}';
	}
	if (c == '!') {
		second = look_second(ps);
		if (is_name_char(second) || second == '#' || second == '@' || second == '*' ||
		    second == '!' || second == '?') {
			take(ps);
			p->indirect = true;
		}
	}
	if (!read_parameter(ps, p, true))
		return false;
	if (p->indirect && p->kind == PARAM_VAR) {
		c = look_joined(ps);
		if (!p->list && !p->sub && (c == '*' || c == '@') && look_second(ps) == '}') {
			p->op = OP_NAMES;
			p->list = (char)c;
			p->indirect = false;
			take(ps);
			return true;
		}
		if (p->list && c == '}') {
			p->op = OP_KEYS;
			p->indirect = false;
			return true;
		}
	}
	return read_operator(ps, p, quoted);
}

/* ${...}; what is none becomes a part that is an error when it is expanded. */
static void read_braced(struct making *m, bool quoted)
{
	struct parser *ps = m->ps;
	unsigned line = ps->line;
	struct place_in_text place;
	struct part *part = new_part(m, PART_PARAM, quoted);
	unsigned buffers = ps->sh->buffers_used;
	int depth = 1;

	take(ps);
	place = sh_remember_place(ps);
	part->param = sh_tree_alloc(ps->pool, sizeof(*part->param));
	if (read_braces(ps, part->param, quoted) && look_joined(ps) == '}') {
		take(ps);
		if (part->param->list)
			m->flags |= WORD_LIST;
		return;
	}
	ps->sh->buffers_used = buffers;
	if (look(ps) >= 0) {
		struct sbuf *b = sh_buffer_take(ps->sh);

		sh_return_to_place(ps, place);
		sh_sbuf_str(b, "${");
		while (depth > 0) {
			int c = look(ps);

			if (c < 0)
				break;
			depth += c == '{' ? 1 : c == '}' ? -1 : 0;
			sh_sbuf_char(b, (char)c);
			take(ps);
		}
		part->kind = PART_BAD;
		part->text = sh_pool_text(ps->pool, b->p, b->len);
		part->len = b->len;
		buffer_drop(ps->sh);
		if (depth == 0)
			return;
	}
	unterminated(ps, line, "${");
}

static void read_dollar(struct making *m, enum context ctx, bool quoted)
{
	struct parser *ps = m->ps;
	struct part *part;
	int c;

	take(ps);
	c = look_joined(ps);
	switch (c) {
	case '(':
		if (look_second(ps) == '(' && read_arith(m, quoted))
			return;
		take(ps);
		read_command(m, quoted);
		return;
	case '{':
		read_braced(m, quoted);
		return;
	case '[':
		if (ctx != IN_ARITH) {
			struct word *sub;
			struct arith *a;

			take(ps);
			part = new_part(m, PART_ARITH, quoted);
			read_subscript(ps, &sub, &a);
			part->arith = a;
			return;
		}
		break;
	case '\'':
		if (!quoted && ctx != IN_HERE && ctx != IN_BRACE_DOUBLE) {
			read_dollar_single(m);
			return;
		}
		break;
	case '"':
		if (!quoted && ctx != IN_HERE && ctx != IN_BRACE_DOUBLE)
			return;
		break;
	default:
		if (is_name_char(c) || (c > 0 && strchr("@*#?-$!", c))) {
			part = new_part(m, PART_PARAM, quoted);
			part->param = sh_tree_alloc(ps->pool, sizeof(*part->param));
			read_parameter(ps, part->param, false);
			if (part->param->list)
				m->flags |= WORD_LIST;
			return;
		}
	}
	if (quoted)
		put_quoted(m, "$", 1);
	else
		put_unquoted(m, "$", 1);
}

/* ~ or ~name, where that is special: takes it if what follows ends it. */
static bool read_tilde(struct making *m, bool colon)
{
	struct parser *ps = m->ps;
	struct place_in_text place = sh_remember_place(ps);
	struct sbuf *name = sh_buffer_take(ps->sh);
	struct part *part;
	int c;
	bool ends;

	take(ps);
	while ((c = look(ps)) >= 0 && (is_name_char(c) || c == '.' || c == '-' || c == '+'))
		sh_sbuf_char(name, (char)c), take(ps);
	ends = c < 0 || c == '/' || c == '}' || (c == ':' && colon) || classes[c] & ENDS;
	if (ends) {
		part = new_part(m, PART_TILDE, true);
		part->text = sh_pool_text(ps->pool, name->len ? name->p : "", name->len);
		part->len = name->len;
	} else {
		sh_return_to_place(ps, place);
	}
	buffer_drop(ps->sh);
	return ends;
}

/* <( ) and >( ) */
static void read_process(struct making *m, bool output)
{
	struct parser *ps = m->ps;
	struct part *part;

	take(ps);
	take(ps);
	read_command(m, false);
	for (part = m->first; part->next; part = part->next)
		;
	part->kind = PART_PROCESS;
	part->glob = output;
}

static struct assign *new_assign(struct parser *ps, const char *name, size_t len)
{
	struct assign *a = sh_tree_alloc(ps->pool, sizeof(*a));

	if (name)
		a->var = sh_var_named(ps->sh, name, len);
	return a;
}

/* The elements of name=( ... ), the parenthesis consumed. */
static void read_elements(struct parser *ps, struct assign *a)
{
	struct assign **tail = &a->items;
	unsigned line = ps->line;

	a->compound = true;
	sh_check_depth(ps->sh);
	for (;;) {
		int c = look_joined(ps);
		struct making m;
		struct assign *item;

		if (c < 0)
			unterminated(ps, line, "array");
		if (c == ' ' || c == '\t' || c == '\n') {
			take(ps);
			continue;
		}
		if (c == '#') {
			while ((c = look(ps)) >= 0 && c != '\n')
				take(ps);
			continue;
		}
		if (c == ')') {
			take(ps);
			return;
		}
		if (classes[c] & ENDS && !((c == '<' || c == '>') && look_second(ps) == '('))
			sh_syntax_error(ps, "syntax error: unexpected \"%c\"", c);
		item = new_assign(ps, NULL, 0);
		*tail = item;
		tail = &item->next;
		making_begin(&m, ps);
		m.merge = true;
		if (c == '[') {
			struct place_in_text place = sh_remember_place(ps);

			take(ps);
			read_subscript(ps, &item->sub, &item->sub_arith);
			item->append = accept(ps, '+');
			if (!accept(ps, '=')) {
				item->sub = NULL;
				item->append = false;
				sh_return_to_place(ps, place);
			}
		}
		read_word(&m, IN_COMMAND);
		item->value = making_end(&m);
		if (ps->sh->opt[O_BRACE] && item->value->flags & WORD_BRACES && item->sub)
			item->value->flags &= (uint8_t)~WORD_BRACES;
	}
}

static bool text_is_name(struct making *m)
{
	sh_sbuf_text(m->text);
	return m->text->len && sh_name_length(m->text->p) == m->text->len;
}

/* At = or += behind a name: begins an assignment. Returns false if it is none.
 */
static bool begin_assignment(struct making *m)
{
	struct parser *ps = m->ps;
	int c = look(ps);
	bool append = c == '+';

	if (append && look_second(ps) != '=')
		return false;
	if (m->first || !m->text_any || m->text_quoted || m->flags & WORD_QUOTED || !text_is_name(m))
		return false;
	m->assign = new_assign(ps, m->text->p, m->text->len);
	m->assign->append = append;
	m->text->len = 0;
	m->text_any = false;
	take(ps);
	if (append)
		take(ps);
	return true;
}

/* [sub]= or [sub]+= */
static bool read_element_end(struct parser *ps, void *result)
{
	struct assign *a = result;

	take(ps);
	read_subscript(ps, &a->sub, &a->sub_arith);
	a->append = look_joined(ps) == '+' && look_second(ps) == '=';
	if (a->append)
		take(ps);
	return accept(ps, '=');
}

/* At [ behind a name: NAME[sub]= begins an assignment. */
static bool begin_element(struct making *m)
{
	struct assign *a;

	if (m->first || !m->text_any || m->flags & WORD_QUOTED || !text_is_name(m))
		return false;
	a = new_assign(m->ps, m->text->p, m->text->len);
	if (!attempt(m->ps, read_element_end, a))
		return false;
	m->assign = a;
	m->text->len = 0;
	m->text_any = false;
	return true;
}

/* A word being read: its context, and what is open in it. */
struct reading {
	enum context ctx;
	bool quoted, arith, regex;
	int depth, brackets, ternaries;
};

enum found { WORD_ENDS, TAKEN, PLAIN };

/* Takes a run of characters that mean nothing. Returns false if there are none. */
static bool read_run(struct making *m, const struct reading *r, int c, bool start)
{
	struct parser *ps = m->ps;
	const char *from = ps->p;
	char ch;

	if (r->quoted) {
		while (ps->p < ps->end && (ch = *ps->p) != '"' && ch != '$' && ch != '`' && ch != '\\' &&
		       ch != '}' && ch)
			ps->line += *ps->p++ == '\n' && !(ps->segment && ps->segment->alias);
		if (ps->p > from)
			put_quoted(m, from, (size_t)(ps->p - from));
	} else if (!start || is_name_char(c) || c == '/' || c == '-' || c == '.') {
		while (ps->p < ps->end && !(classes[(unsigned char)*ps->p] & (SPECIAL | ENDS)) &&
		       (!(classes[(unsigned char)*ps->p] & UNSAFE) || *ps->p == '-' || *ps->p == '.') &&
		       !(*ps->p == '/' && r->ctx == IN_REPLACE))
			ps->p++;
		if (ps->p > from)
			put_unquoted(m, from, (size_t)(ps->p - from));
	}
	return ps->p > from;
}

static void read_backslash(struct making *m, const struct reading *r)
{
	struct parser *ps = m->ps;
	int second = look_second(ps);
	bool hides = second == '$' || second == '`' || second == '\\' ||
		     (second == '"' && r->ctx != IN_HERE) || (r->ctx == IN_BRACE_DOUBLE && second == '}') ||
		     (r->arith && second == ']');

	if (second == '\n') {
		take(ps);
		look(ps);
		take(ps);
	} else if ((r->quoted || r->arith) && !hides) {
		take_text(m, r->quoted);
	} else {
		take(ps);
		if (look(ps) < 0)
			put_quoted(m, "\\", 1);
		else
			take_text(m, true);
	}
}

/* What follows NAME= at the beginning of a word. */
static enum found read_assigned(struct making *m)
{
	if (accept(m->ps, '(')) {
		read_elements(m->ps, m->assign);
		return WORD_ENDS;
	}
	if (look(m->ps) == '~')
		read_tilde(m, true);
	return TAKEN;
}

/* A character that may mean something in a word. */
static enum found read_special(struct making *m, struct reading *r, int c, bool start)
{
	struct parser *ps = m->ps;
	enum context ctx = r->ctx;
	bool may_assign = ctx == IN_COMMAND && ps->assignments && !m->assign && !start;
	bool ends = false;

	switch (c) {
	case 0:
		take(ps);
		return TAKEN;
	case '\\':
		read_backslash(m, r);
		return TAKEN;
	case '\'':
		if (r->quoted || (r->arith && ctx != IN_SUBSCRIPT))
			take_text(m, r->quoted);
		else
			read_single(m);
		return TAKEN;
	case '"':
		if (ctx == IN_DOUBLE)
			return WORD_ENDS;
		if (ctx == IN_HERE) {
			take_text(m, true);
			return TAKEN;
		}
		take(ps);
		if (!r->arith || ctx == IN_SUBSCRIPT)
			read_double(m);
		return TAKEN;
	case '$':
		read_dollar(m, ctx, r->quoted);
		return TAKEN;
	case '`':
		read_backquotes(m, r->quoted);
		return TAKEN;
	case '}':
		ends = ctx == IN_BRACE || ctx == IN_BRACE_DOUBLE || ctx == IN_REPLACE || ctx == IN_SLICE;
		break;
	case '/':
		ends = ctx == IN_REPLACE && !start;
		break;
	case '[':
		r->brackets += ctx == IN_SUBSCRIPT;
		if (may_assign && begin_element(m))
			return read_assigned(m);
		break;
	case ']':
		ends = ctx == IN_SUBSCRIPT && r->brackets-- == 0;
		break;
	case '?':
		r->ternaries += ctx == IN_SLICE;
		break;
	case ':':
		ends = ctx == IN_SLICE && r->ternaries-- == 0 && r->depth == 0;
		if (m->assign && ctx == IN_COMMAND && !m->assign->compound) {
			take_text(m, false);
			if (look(ps) == '~')
				read_tilde(m, true);
			return TAKEN;
		}
		break;
	case '~':
		if (start && (ctx == IN_COMMAND || ctx == IN_BRACE) && read_tilde(m, false))
			return TAKEN;
		break;
	case '+':
	case '=':
		if (may_assign && begin_assignment(m))
			return read_assigned(m);
		break;
	case '{':
		if (ctx == IN_COMMAND)
			m->flags |= WORD_BRACES;
		break;
	case ';':
		ends = ctx == IN_ARITH_SEMI && r->depth == 0;
		break;
	}
	return ends ? WORD_ENDS : PLAIN;
}

/* A character of a word of a command that means nothing else: it may begin a pattern, or end the word. */
static enum found read_in_command(struct making *m, struct reading *r, int c)
{
	struct parser *ps = m->ps;
	int deeper = c == '(' ? 1 : c == ')' ? -1 : 0;

	if (r->regex) {
		if (deeper) {
			r->depth += deeper;
			return r->depth < 0 ? WORD_ENDS : PLAIN;
		}
		if (classes[c] & ENDS && c != '|' && c != '<' && c != '>' &&
		    !(r->depth > 0 && (c == ' ' || c == '\t' || c == '&' || c == ';')))
			return WORD_ENDS;
		return PLAIN;
	}
	if ((c == '?' || c == '*' || c == '+' || c == '@' || c == '!') && look_second(ps) == '(' &&
	    (ps->sh->shopt[S_EXTGLOB] || ps->extglob)) {
		take_text(m, false);
		look(ps);
		take_text(m, false);
		m->glob = true;
		m->flags |= WORD_GLOB;
		r->depth++;
		return TAKEN;
	}
	if (r->depth > 0 && c != '\n') {
		r->depth += deeper;
		return PLAIN;
	}
	if (!(classes[c] & ENDS))
		return PLAIN;
	if ((c != '<' && c != '>') || look_second(ps) != '(')
		return WORD_ENDS;
	read_process(m, c == '>');
	return TAKEN;
}

/* The same for one of an arithmetic expression. */
static enum found read_in_arith(struct reading *r, int c)
{
	if (c == '(')
		r->depth++;
	else if (c == ')' && r->depth-- == 0 && (r->ctx == IN_ARITH || r->ctx == IN_ARITH_SEMI))
		return WORD_ENDS;
	return PLAIN;
}

/* Reads the parts of a word up to what ends it in its context, which is not consumed. */
static void read_word(struct making *m, enum context ctx)
{
	struct reading r = { .ctx = ctx,
			     .quoted = ctx == IN_DOUBLE || ctx == IN_HERE || ctx == IN_BRACE_DOUBLE,
			     .arith = ctx == IN_ARITH || ctx == IN_SLICE || ctx == IN_SUBSCRIPT ||
				      ctx == IN_ARITH_SEMI,
			     .regex = ctx == IN_COMMAND && m->ps->regex };
	enum found found;
	int c;

	for (bool start = true; (c = look(m->ps)) >= 0; start = false) {
		if (read_run(m, &r, c, start))
			continue;
		found = read_special(m, &r, c, start);
		if (found == PLAIN && r.arith)
			found = read_in_arith(&r, c);
		else if (found == PLAIN && ctx == IN_COMMAND)
			found = read_in_command(m, &r, c);
		if (found == WORD_ENDS)
			return;
		if (found == PLAIN)
			take_text(m, r.quoted);
	}
}

struct word *sh_parse_double_quoted(struct shell *sh, struct pool *pool, const char *text)
{
	struct parser ps;
	struct input in;
	struct making m;

	sh_input_text(&in, text, strlen(text), sh->line);
	sh_parser_open(&ps, sh, &in, pool);
	ps.quiet = true;
	if (setjmp(ps.failed) != 0)
		return NULL;
	making_begin(&m, &ps);
	read_word(&m, IN_HERE);
	return making_end(&m);
}

/* ---- here-documents ---- */

/* Reads one line of a here-document with its newline; false at the end. */
static bool read_here_line(struct parser *ps, struct sbuf *line, bool joins)
{
	bool any = false;

	line->len = 0;
	for (;;) {
		int c = look(ps);

		if (c < 0)
			return any;
		any = true;
		if (c == '\\' && joins && look_second(ps) >= 0) {
			sh_sbuf_char(line, '\\');
			take(ps);
			c = look(ps);
			if (c == '\n') {
				line->len--;
				take(ps);
				continue;
			}
		}
		take(ps);
		sh_sbuf_char(line, (char)c);
		if (c == '\n')
			return true;
	}
}

static void read_here_document(struct parser *ps, struct redirect *r)
{
	struct sbuf *body = sh_buffer_take(ps->sh), *line = sh_buffer_take(ps->sh);
	size_t delimiter_len = strlen(r->delimiter);
	struct making m;
	unsigned start = ps->line;

	for (;;) {
		size_t tabs = 0, len;

		if (!read_here_line(ps, line, !r->quoted)) {
			if (!ps->quiet)
				sh_warn(ps->sh,
					"warning: here-document at line %u delimited by end-of-file "
					"(wanted `%s')",
					start, r->delimiter);
			break;
		}
		while (r->strip && tabs < line->len && line->p[tabs] == '\t')
			tabs++;
		len = line->len - tabs;
		if ((len == delimiter_len || (len == delimiter_len + 1 && line->p[line->len - 1] == '\n')) &&
		    memcmp(line->p + tabs, r->delimiter, delimiter_len) == 0)
			break;
		sh_sbuf_mem(body, line->p + tabs, len);
	}
	buffer_drop(ps->sh);
	if (r->quoted) {
		r->word = sh_tree_alloc(ps->pool, sizeof(*r->word));
		r->word->plain = sh_pool_text(ps->pool, body->len ? body->p : "", body->len);
		r->word->plain_len = body->len;
	} else {
		unsigned after = ps->line;
		struct pending_here *pending = ps->pending, **tail = ps->pending_tail;

		ps->line = start;
		sh_push_segment(ps, sh_pool_text(ps->pool, body->len ? body->p : "", body->len), body->len,
				NULL, true);
		ps->pending = NULL;
		ps->pending_tail = &ps->pending;
		making_begin(&m, ps);
		read_word(&m, IN_HERE);
		r->word = making_end(&m);
		if (!r->word->parts)
			r->word->plain = sh_pool_text(ps->pool, "", 0);
		sh_pop_segment(ps);
		ps->line = after;
		ps->pending = pending;
		ps->pending_tail = pending ? tail : &ps->pending;
	}
	r->word->raw = sh_pool_text(ps->pool, body->len ? body->p : "", body->len);
	r->word->raw_len = body->len;
	buffer_drop(ps->sh);
}

void sh_read_here_documents(struct parser *ps)
{
	while (ps->pending) {
		struct pending_here *h = ps->pending;

		ps->pending = h->next;
		if (!ps->pending)
			ps->pending_tail = &ps->pending;
		read_here_document(ps, h->redirect);
	}
}

/* ---- tokens ---- */

/* Reads a redirection operator behind its number. */
static enum token redirect_token(struct parser *ps, int fd)
{
	bool in = look(ps) == '<';

	take(ps);
	ps->redirect_strip = false;
	ps->redirect_fd = fd < 0 ? !in : fd;
	if (!in) {
		ps->redirect_op = accept(ps, '>')   ? REDIR_APPEND
				  : accept(ps, '|') ? REDIR_CLOBBER
				  : accept(ps, '&') ? REDIR_DUP_OUT
						    : REDIR_OUT;
	} else if (accept(ps, '<')) {
		ps->redirect_strip = accept(ps, '-');
		ps->redirect_op = !ps->redirect_strip && accept(ps, '<') ? REDIR_STRING : REDIR_HERE;
	} else {
		ps->redirect_op = accept(ps, '&') ? REDIR_DUP_IN : accept(ps, '>') ? REDIR_BOTH : REDIR_IN;
	}
	return T_REDIRECT;
}

static enum token read_operator_token(struct parser *ps, int c)
{
	if (c == '<' || c == '>')
		return redirect_token(ps, -1);
	take(ps);
	switch (c) {
	case '&':
		if (accept(ps, '&'))
			return T_AND_AND;
		if (ps->sh->opt[O_POSIX] || !accept(ps, '>'))
			return T_AND;
		ps->redirect_fd = 1;
		ps->redirect_op = accept(ps, '>') ? REDIR_ALL_APPEND : REDIR_ALL;
		return T_REDIRECT;
	case '|':
		return accept(ps, '|') ? T_OR_OR : accept(ps, '&') ? T_PIPE_ALL : T_PIPE;
	case ';':
		if (accept(ps, ';'))
			return accept(ps, '&') ? T_DSEMI_AND : T_DSEMI;
		return accept(ps, '&') ? T_SEMI_AND : T_SEMI;
	case '(':
		return T_OPEN;
	default:
		return T_CLOSE;
	}
}

/* The descriptor before a redirection: digits, {name} or {name[sub]}. */
static bool fd_before_redirect(struct parser *ps, struct word *w)
{
	const char *s = w->plain;
	size_t len = w->plain_len, name;
	int c = look(ps);

	if ((c != '<' && c != '>') || !s || w->flags & WORD_QUOTED || len == 0)
		return false;
	ps->redirect_var = NULL;
	ps->redirect_sub = NULL;
	if (s[strspn(s, "0123456789")] == 0 && len < 8) {
		redirect_token(ps, (int)strtol(s, NULL, 10));
		return true;
	}
	name = s[0] == '{' && s[len - 1] == '}' ? sh_name_length(s + 1) : 0;
	if (name && (name == len - 2 || (s[name + 1] == '[' && s[len - 2] == ']' && name < len - 4))) {
		redirect_token(ps, -1);
		ps->redirect_var = sh_var_named(ps->sh, s + 1, name);
		if (name < len - 2)
			ps->redirect_sub = sh_pool_text(ps->pool, s + name + 2, len - name - 4);
		return true;
	}
	return false;
}

/* Reads a word as a token. */
static enum token read_word_token(struct parser *ps)
{
	struct making m;
	struct segment *segment = ps->segment;
	const char *start = ps->p;
	size_t offset = segment ? 0 : (size_t)(ps->p - ps->in->text);
	struct word *w;

	making_begin(&m, ps);
	m.merge = !ps->regex;
	read_word(&m, IN_COMMAND);
	w = making_end(&m);
	w->assign = m.assign;
	ps->word = w;
	if (m.assign) {
		m.assign->value = w;
		w->flags &= (uint8_t)~WORD_BRACES;
	}
	if (ps->segment == segment && (!w->plain || w->flags & WORD_QUOTED || m.assign)) {
		if (!segment)
			start = ps->in->text + offset;
		w->raw_len = (size_t)(ps->p - start);
		w->raw = sh_pool_text(ps->pool, start, w->raw_len);
	}
	w->keyword = w->plain && !(w->flags & WORD_QUOTED) && !m.assign && w->plain_len <= 8 &&
		     sh_is_keyword(w->plain);
	if (!m.assign && fd_before_redirect(ps, w))
		return T_REDIRECT;
	return T_WORD;
}

enum token sh_next_token(struct parser *ps)
{
	int c;

	ps->alias_next = false;
	for (;;) {
		c = look_joined(ps);
		if (c == ' ' || c == '\t' || c == 0 ||
		    (c == '\r' && look_second(ps) == '\n' && ps->in->terminal)) {
			take(ps);
			continue;
		}
		if (c == '#') {
			while ((c = look(ps)) >= 0 && c != '\n') {
				const char *nl = memchr(ps->p, '\n', (size_t)(ps->end - ps->p));

				ps->p = nl ? nl : ps->end;
			}
			continue;
		}
		break;
	}
	ps->token_line = ps->line;
	ps->redirect_var = NULL;
	ps->redirect_sub = NULL;
	ps->word = NULL;
	if (c < 0) {
		ps->token = T_EOF;
	} else if (c == '\n') {
		take(ps);
		ps->token = T_NEWLINE;
		if (ps->pending)
			sh_read_here_documents(ps);
	} else if (classes[c] & ENDS && !(ps->regex && (c == '(' || c == '|')) &&
		   !((c == '<' || c == '>') && look_second(ps) == '(')) {
		ps->token = read_operator_token(ps, c);
	} else {
		ps->token = read_word_token(ps);
	}
	ps->have = true;
	return ps->token;
}

static const char *token_name(const struct parser *ps)
{
	static const char *const names[] = { "end of file", "newline", "word", "redirection", "&&",
					     "||",          "&",       "|",    "|&",          ";",
					     ";;",          ";&",      ";;&",  "(",           ")" };
	static const char *const redirects[] = { "<",  ">",  ">|",  ">>", "<>", "<&",
						 ">&", "<<", "<<<", "&>", "&>>" };

	if (ps->token == T_REDIRECT)
		return redirects[ps->redirect_op];
	if (ps->token == T_WORD && ps->word)
		return ps->word->raw ? ps->word->raw : ps->word->plain ? ps->word->plain : "word";
	return names[ps->token];
}

void sh_unexpected(struct parser *ps)
{
	bool named = ps->token != T_EOF && ps->token != T_NEWLINE;

	if (ps->token == T_NEWLINE)
		ps->line = ps->token_line;
	sh_syntax_error(ps, named ? "syntax error: unexpected \"%.80s\"" : "syntax error: unexpected %.80s",
			token_name(ps));
}

void sh_parser_open(struct parser *ps, struct shell *sh, struct input *in, struct pool *pool)
{
	memset(ps, 0, offsetof(struct parser, failed));
	ps->sh = sh;
	ps->in = in;
	ps->pool = pool;
	ps->line = in->line;
	ps->p = in->text + in->at;
	ps->end = in->text + in->len;
	ps->pending_tail = &ps->pending;
}

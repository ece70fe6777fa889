/* expand.c - words to fields
 *
 * POSIX.1-2024 XCU 2.6, with brace expansion and process substitution as in the
 * Bash manual. A field is gathered in a buffer; if it may name files, what
 * quotes protect in it has ESC before it.
 */
#include "sh.h"

struct expander {
	struct shell *sh;
	struct sbuf *b;
	struct fields *out; /* for EXPAND_FIELDS */
	enum expand_mode mode;
	bool started;    /* there is a field, perhaps empty */
	bool blank;      /* white space has just ended one */
	bool glob;       /* an unquoted pattern character is in it */
	bool escaped;    /* an ESC is in it */
	bool split_text; /* the text of an operand is split as its expansions are */
};

/* Characters that quoting protects: 1 in patterns, 2 in regular expressions. */
static const uint8_t protect[256] = {
	[ESC] = 1, ['*'] = 3, ['?'] = 3, ['['] = 3, [']'] = 3, ['\\'] = 3, ['!'] = 1,
	['-'] = 1, ['^'] = 3, ['('] = 3, [')'] = 3, ['|'] = 3, ['@'] = 1,  ['+'] = 3,
	['&'] = 1, ['.'] = 2, ['$'] = 2, ['{'] = 2, ['}'] = 2, ['/'] = 1,
};

static void expand_parts(struct expander *x, struct part *parts);

size_t sh_unescape(char *s)
{
	char *to = s, *start = s;

	for (; *s; s++) {
		if (*s == ESC && s[1])
			s++;
		*to++ = *s;
	}
	*to = 0;
	return (size_t)(to - start);
}

/* ---- gathering ---- */

static void append_quoted(struct expander *x, const char *s, size_t len)
{
	uint8_t mask = x->mode == EXPAND_REGEX ? 2 : 1;

	x->started = true;
	if (x->mode == EXPAND_STRING) {
		sh_sbuf_mem(x->b, s, len);
		return;
	}
	for (size_t i = 0; i < len;) {
		size_t from = i;

		while (i < len && !(protect[(unsigned char)s[i]] & mask))
			i++;
		sh_sbuf_mem(x->b, s + from, i - from);
		if (i < len) {
			sh_sbuf_char(x->b, mask == 2 ? '\\' : ESC);
			sh_sbuf_char(x->b, s[i++]);
			x->escaped = true;
		}
	}
}

/* Appends text that quotes do not protect, not split. */
static void append_plain(struct expander *x, const char *s, size_t len)
{
	x->started |= len > 0;
	if (x->mode == EXPAND_STRING || x->mode == EXPAND_REGEX || !memchr(s, ESC, len)) {
		sh_sbuf_mem(x->b, s, len);
		return;
	}
	for (size_t i = 0; i < len; i++) {
		if (s[i] == ESC) {
			sh_sbuf_char(x->b, ESC);
			x->escaped = true;
		}
		sh_sbuf_char(x->b, s[i]);
	}
}

static void begin_field(struct expander *x)
{
	x->b->len = 0;
	x->started = x->glob = x->escaped = false;
}

/* Takes the field that is in the buffer: as it is, or as the files it names. */
static void end_field(struct expander *x)
{
	struct shell *sh = x->sh;
	char *text = sh_stack_text(sh, x->b->len ? x->b->p : "", x->b->len);

	if (x->glob && !sh->opt[O_NOGLOB] && sh_pattern_has_glob(sh, text)) {
		size_t n = sh_pattern_glob(sh, text, x->out);

		if (n == 0 && sh->shopt[S_FAILGLOB]) {
			sh_unescape(text);
			sh_discard(sh, "no match: %s", text);
		}
		if (n > 0 || sh->shopt[S_NULLGLOB]) {
			begin_field(x);
			return;
		}
	}
	if (x->escaped)
		sh_unescape(text);
	sh_fields_add(sh, x->out, text);
	begin_field(x);
}

/* Appends the result of an unquoted expansion, which is split. */
static void append_split(struct expander *x, const char *s, size_t len)
{
	const unsigned char *ifs = x->sh->ifs, *odd = x->sh->odd;

	if (x->mode != EXPAND_FIELDS) {
		append_plain(x, s, len);
		return;
	}
	for (size_t i = 0; i < len;) {
		size_t from = i;
		unsigned char c;

		while (i < len && !odd[(unsigned char)s[i]])
			i++;
		if (i > from) {
			sh_sbuf_mem(x->b, s + from, i - from);
			x->started = true;
			x->blank = false;
			if (i == len)
				return;
		}
		c = (unsigned char)s[i++];
		if (ifs[c] == 1) {
			if (x->started) {
				end_field(x);
				x->blank = true;
			}
			continue;
		}
		if (ifs[c] == 2) {
			if (x->started || !x->blank)
				end_field(x);
			x->blank = false;
			continue;
		}
		if (c == ESC) {
			sh_sbuf_char(x->b, ESC);
			x->escaped = true;
		} else {
			x->glob = true;
		}
		sh_sbuf_char(x->b, (char)c);
		x->started = true;
		x->blank = false;
	}
}

static void append_value(struct expander *x, const char *s, size_t len, bool quoted)
{
	if (quoted)
		append_quoted(x, s, len);
	else
		append_split(x, s, len);
}

/* ---- parts ---- */

/* $@, $*, a[@]: each item a field, or all joined. */
static void append_list(struct expander *x, const struct value *v, char kind, bool quoted)
{
	struct shell *sh = x->sh;
	bool joined = x->mode != EXPAND_FIELDS || (quoted && kind == '*');

	for (size_t i = 0; i < v->count; i++) {
		if (i > 0) {
			if (joined) {
				char c = kind == '*' ? sh->ifs_first : ' ';

				if (c)
					append_quoted(x, &c, 1);
			} else if (quoted || x->started) {
				if (x->started)
					end_field(x);
			}
			x->blank = false;
		}
		append_value(x, v->items[i], strlen(v->items[i]), quoted);
	}
	if (joined && quoted && kind == '*')
		x->started = true;
}

static void expand_param(struct expander *x, struct part *part)
{
	struct param *p = part->param;
	struct shell *sh = x->sh;
	struct word *operand = NULL;
	struct value v;

	if (p->op == OP_NONE && !p->list && !p->sub && !p->indirect) {
		/* the plain cases, without ceremony */
		const char *s = NULL;
		size_t len = 0;

		if (p->kind == PARAM_VAR) {
			s = sh_var_text(sh, p->var);
			if (s)
				len = s == p->var->text ? p->var->len : strlen(s);
		} else if (p->kind == PARAM_NUMBER) {
			s = p->number <= sh->args_count ? sh->args[p->number - 1] : NULL;
			if (s)
				len = strlen(s);
		}
		if (s) {
			append_value(x, s, len, part->quoted);
			return;
		}
	}
	if (!sh_param_expand(sh, p, &v, &operand)) {
		bool split = x->split_text;

		x->split_text = !part->quoted;
		if (part->quoted && !operand->parts)
			x->started = true;
		expand_parts(x, operand->parts);
		x->split_text = split;
		return;
	}
	if (v.list)
		append_list(x, &v, p->list ? p->list : '@', part->quoted);
	else if (v.text)
		append_value(x, v.text, v.len, part->quoted);
	else if (part->quoted)
		x->started = true;
}

static const char *home_of(struct shell *sh, const char *name)
{
	const struct user *u;
	const char *home;

	if (!*name) {
		home = sh_var_text(sh, sh->v_home);
		if (home)
			return home;
		u = user_by_id(&sh->users, geteuid());
		return u ? u->home : NULL;
	}
	if (strcmp(name, "+") == 0)
		return sh_var_text(sh, sh->v_pwd);
	if (strcmp(name, "-") == 0)
		return sh_var_text(sh, sh->v_oldpwd);
	u = user_by_name(&sh->users, name);
	return u ? u->home : NULL;
}

static void expand_command(struct expander *x, struct part *part)
{
	struct sbuf *out = sh_buffer_take(x->sh);

	sh_command_output(x->sh, part->command, out);
	if (part->quoted)
		append_quoted(x, out->len ? out->p : "", out->len);
	else if (out->len)
		append_split(x, out->p, out->len);
	buffer_drop(x->sh);
}

static void expand_parts(struct expander *x, struct part *parts)
{
	struct shell *sh = x->sh;

	for (struct part *p = parts; p; p = p->next) {
		char digits[NUM_SIZE];
		const char *s;

		switch (p->kind) {
		case PART_TEXT:
			if (p->quoted) {
				append_quoted(x, p->text, p->len);
			} else if (x->split_text) {
				append_split(x, p->text, p->len);
			} else {
				append_plain(x, p->text, p->len);
				x->glob |= p->glob;
			}
			break;
		case PART_PARAM:
			expand_param(x, p);
			break;
		case PART_COMMAND:
			expand_command(x, p);
			break;
		case PART_ARITH:
			s = num_to_str_signed(sh_arith_value(sh, p->arith), digits);
			append_value(x, s, (size_t)(digits + NUM_SIZE - 1 - s), p->quoted);
			break;
		case PART_TILDE:
			s = home_of(sh, p->text);
			if (s) {
				append_quoted(x, s, strlen(s));
			} else {
				append_quoted(x, "~", 1);
				append_quoted(x, p->text, p->len);
			}
			break;
		case PART_PROCESS:
			s = sh_process_substitution(sh, p);
			append_quoted(x, s, strlen(s));
			break;
		default:
			sh_error(sh, sh->opt[O_POSIX] ? 2 : 1, "%s: bad substitution", p->text);
		}
	}
}

/* ---- brace expansion ---- */

/* A character of a word that is not quoted, or something that is opaque to
 * braces. */
struct unit {
	int c; /* -1: opaque */
	struct part *part;
};
struct units {
	struct unit *u;
	size_t n;
};

static struct units units_of(struct shell *sh, struct word *w)
{
	struct units units = { 0 };
	size_t n = 0;

	for (struct part *p = w->parts; p; p = p->next)
		n += p->kind == PART_TEXT && !p->quoted ? p->len : 1;
	units.u = sh_stack_alloc(sh, (n + 1) * sizeof(*units.u));
	for (struct part *p = w->parts; p; p = p->next)
		if (p->kind == PART_TEXT && !p->quoted)
			for (size_t i = 0; i < p->len; i++)
				units.u[units.n++] = (struct unit){ (unsigned char)p->text[i], p };
		else
			units.u[units.n++] = (struct unit){ -1, p };
	return units;
}

/* Expands the word that units make. */
static void expand_units(struct shell *sh, const struct units *units, struct fields *out)
{
	struct word w = { 0 };
	struct part **tail = &w.parts;

	for (size_t i = 0; i < units->n;) {
		struct part *p = sh_stack_alloc(sh, sizeof(*p));

		if (units->u[i].c < 0) {
			*p = *units->u[i++].part;
		} else {
			size_t n = 0;

			*p = (struct part){ .kind = PART_TEXT };
			while (i + n < units->n && units->u[i + n].c >= 0)
				n++;
			p->text = sh_stack_alloc(sh, n + 1);
			p->len = n;
			for (size_t k = 0; k < n; k++, i++) {
				p->text[k] = (char)units->u[i].c;
				p->glob |= units->u[i].c == '*' || units->u[i].c == '?' ||
					   units->u[i].c == '[' || units->u[i].c == '(';
			}
			p->text[n] = 0;
			if (p == w.parts && p->text[0] == '~') {
				/* a tilde that was behind a brace: x{~,} does not count, {~,x} does */
				size_t len = strcspn(p->text, "/");

				if (len == n && i >= units->n) {
					p->kind = PART_TILDE;
					p->text++;
					p->len--;
				}
			}
		}
		p->next = NULL;
		*tail = p;
		tail = &p->next;
	}
	sh_expand_word(sh, &w, out);
}

static struct units joined(struct shell *sh, const struct unit *a, size_t an, const struct unit *b, size_t bn,
			   const struct unit *c, size_t cn)
{
	struct units all = { .n = an + bn + cn };

	all.u = sh_stack_alloc(sh, (all.n + 1) * sizeof(*all.u));
	if (an)
		memcpy(all.u, a, an * sizeof(*a));
	if (bn)
		memcpy(all.u + an, b, bn * sizeof(*b));
	if (cn)
		memcpy(all.u + an + bn, c, cn * sizeof(*c));
	return all;
}

/* The } that closes the { at `open`; 0 if there is none. Tells whether there is
 * a comma, or `..` if not. */
static size_t brace_end(const struct units *w, size_t open, bool *comma)
{
	int depth = 0;

	*comma = false;
	for (size_t i = open + 1; i < w->n; i++) {
		int c = w->u[i].c;

		if (c == '{')
			depth++;
		else if (c == '}' && depth-- == 0)
			return i;
		else if (c == ',' && depth == 0)
			*comma = true;
	}
	return 0;
}

/* Reads {a..b[..step]}: numbers or single letters. */
static bool read_range(const struct units *w, size_t from, size_t to, intmax_t *first, intmax_t *last,
		       intmax_t *step, bool *letters, int *width)
{
	char text[80], *p = text, *end;
	size_t n = to - from;
	bool zeros;

	if (n >= sizeof(text))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (w->u[from + i].c < 0)
			return false;
		text[i] = (char)w->u[from + i].c;
	}
	text[n] = 0;
	*step = 1;
	*width = 0;
	if (((p[0] | 32) >= 'a' && (p[0] | 32) <= 'z') && p[1] == '.' && p[2] == '.' && (p[3] | 32) >= 'a' &&
	    (p[3] | 32) <= 'z' && (!p[4] || p[4] == '.')) {
		*letters = true;
		*first = (unsigned char)p[0];
		*last = (unsigned char)p[3];
		p += 4;
	} else {
		char *a, *b;

		*letters = false;
		errno = 0;
		a = p;
		*first = strtoimax(p, &end, 10);
		if (end == p || end[0] != '.' || end[1] != '.' || *p == ' ' || *p == '\t')
			return false;
		zeros = a[*a == '-'] == '0' && end - a > 1 + (*a == '-');
		*width = zeros ? (int)(end - a) : 0;
		b = p = end + 2;
		*last = strtoimax(p, &end, 10);
		if (end == p || *p == ' ' || *p == '\t' || errno)
			return false;
		if ((b[*b == '-'] == '0' && end - b > 1 + (*b == '-')) || zeros) {
			int other = (int)(end - b);

			*width = *width > other ? *width : other;
			if (!zeros)
				*width = *width > (int)(strstr(a, "..") - a) ? *width
									     : (int)(strstr(a, "..") - a);
		}
		p = end;
	}
	if (*p) {
		if (p[0] != '.' || p[1] != '.')
			return false;
		p += 2;
		*step = strtoimax(p, &end, 10);
		if (end == p || *end)
			return false;
		if (*step == 0)
			*step = 1;
		if (*step < 0)
			*step = -*step;
	}
	return true;
}

static void brace_expand(struct shell *sh, const struct units *w, size_t from, struct fields *out);

/* The items of a range, each between what is before and behind it. */
static void expand_range(struct shell *sh, const struct units *w, size_t open, size_t close,
			 struct fields *out, bool *done)
{
	intmax_t first, last, step;
	bool letters, alone = open == 0 && close + 1 == w->n;
	int width;

	*done = read_range(w, open + 1, close, &first, &last, &step, &letters, &width);
	if (!*done)
		return;
	for (intmax_t i = first;; i += first <= last ? step : -step) {
		char text[64];
		struct unit digits[64];
		struct units all;
		int n;

		if (first <= last ? i > last : i < last)
			break;
		n = letters ? snprintf(text, sizeof(text), "%c", (int)i)
			    : snprintf(text, sizeof(text), "%0*jd", width < 40 ? width : 40, i);
		if (alone && !letters) {
			sh_fields_add(sh, out, sh_stack_text(sh, text, (size_t)n));
		} else {
			for (int k = 0; k < n; k++)
				digits[k] = (struct unit){ (unsigned char)text[k], NULL };
			all = joined(sh, w->u, open, digits, (size_t)n, w->u + close + 1, w->n - close - 1);
			brace_expand(sh, &all, open + (size_t)n, out);
		}
		if ((first <= last && i > last - step) || (first > last && i < last + step))
			break;
	}
}

/* Expands the first braces at or after `from`, and then what comes of it. */
static void brace_expand(struct shell *sh, const struct units *w, size_t from, struct fields *out)
{
	sh_check_depth(sh);
	for (size_t open = from; open < w->n; open++) {
		bool comma, done = false;
		size_t close, start;
		int depth = 0;

		if (w->u[open].c != '{')
			continue;
		close = brace_end(w, open, &comma);
		if (!close)
			continue;
		if (!comma) {
			expand_range(sh, w, open, close, out, &done);
			if (done)
				return;
			continue;
		}
		start = open + 1;
		for (size_t i = open + 1; i <= close; i++) {
			int c = w->u[i].c;

			if (c == '{')
				depth++;
			else if (c == '}' && i < close)
				depth--;
			if (i == close || (c == ',' && depth == 0)) {
				struct units all = joined(sh, w->u, open, w->u + start, i - start,
							  w->u + close + 1, w->n - close - 1);

				brace_expand(sh, &all, open, out);
				start = i + 1;
			}
		}
		return;
	}
	expand_units(sh, w, out);
}

/* ---- words ---- */

/* The field of a word that is nothing but one simple parameter, if it needs no
 * work; else NULL. */
static char *simple_field(struct shell *sh, const struct part *part)
{
	const struct param *p = part->param;
	const char *s;
	size_t len;

	if (part->next || part->kind != PART_PARAM || p->op != OP_NONE || p->list || p->sub || p->indirect)
		return NULL;
	if (p->kind == PARAM_VAR) {
		s = sh_var_text(sh, p->var);
		if (!s)
			return NULL;
		len = s == p->var->text ? p->var->len : strlen(s);
	} else if (p->kind == PARAM_NUMBER && p->number <= sh->args_count) {
		s = sh->args[p->number - 1];
		len = strlen(s);
	} else {
		return NULL;
	}
	if (!part->quoted) {
		if (len == 0)
			return NULL;
		for (size_t i = 0; i < len; i++)
			if (sh->odd[(unsigned char)s[i]])
				return NULL;
	}
	return sh_stack_text(sh, s, len);
}

void sh_expand_word(struct shell *sh, struct word *w, struct fields *out)
{
	struct expander x;
	char *s;

	if (w->plain && !(w->flags & (WORD_GLOB | WORD_BRACES))) {
		sh_fields_add(sh, out, w->plain);
		return;
	}
	if (w->flags & WORD_BRACES && sh->opt[O_BRACE]) {
		struct units units = units_of(sh, w);

		brace_expand(sh, &units, 0, out);
		return;
	}
	if (w->parts && (s = simple_field(sh, w->parts))) {
		sh_fields_add(sh, out, s);
		return;
	}
	x = (struct expander){ .sh = sh, .b = sh_buffer_take(sh), .out = out, .mode = EXPAND_FIELDS };
	expand_parts(&x, w->parts);
	if (x.started)
		end_field(&x);
	buffer_drop(sh);
}

void sh_expand_words(struct shell *sh, struct word **words, struct fields *out)
{
	for (; *words; words++)
		sh_expand_word(sh, *words, out);
}

static char *expand_as(struct shell *sh, struct word *w, enum expand_mode mode, size_t *len)
{
	struct expander x = { .sh = sh, .b = sh_buffer_take(sh), .mode = mode };
	char *text;

	expand_parts(&x, w->parts);
	text = sh_stack_text(sh, x.b->len ? x.b->p : "", x.b->len);
	if (len)
		*len = x.b->len;
	buffer_drop(sh);
	return text;
}

char *sh_expand_string(struct shell *sh, struct word *w, size_t *len)
{
	if (w->plain) {
		if (len)
			*len = w->plain_len;
		return w->plain;
	}
	return expand_as(sh, w, EXPAND_STRING, len);
}

char *sh_expand_pattern(struct shell *sh, struct word *w)
{
	if (w->plain && !(w->parts && (w->parts->quoted || w->parts->next)) && !strchr(w->plain, ESC))
		return w->plain;
	return expand_as(sh, w, EXPAND_PATTERN, NULL);
}

char *sh_expand_regex(struct shell *sh, struct word *w)
{
	return expand_as(sh, w, EXPAND_REGEX, NULL);
}

void sh_expand_append(struct shell *sh, struct part *parts, struct sbuf *b)
{
	struct expander x = { .sh = sh, .b = b, .mode = EXPAND_STRING };

	expand_parts(&x, parts);
}

char *sh_expand_text(struct shell *sh, const char *text)
{
	struct pool *pool;
	struct word *w;
	char *result;

	if (!strpbrk(text, "$`\\"))
		return sh_stack_text(sh, text, strlen(text));
	pool = sh_pool_new(sh);
	w = sh_parse_double_quoted(sh, pool, text);
	result = w ? sh_stack_text(sh, sh_expand_string(sh, w, NULL), strlen(sh_expand_string(sh, w, NULL)))
		   : sh_stack_text(sh, text, strlen(text));
	sh_pool_drop(sh, pool);
	return result;
}

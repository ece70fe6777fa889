/* sh_expand.c - the shell's word expansions
 *
 * Follows POSIX.1-2024, XCU 2.6. A word is first expanded into bytes that each remember where they come from;
 * from that, fields are split off and patterns are made.
 */
#include <fnmatch.h>
#include <glob.h>
#include "sh.h"

/* Where a byte of an expanded word comes from. */
enum origin {
	LITERAL = 'l', /* the word itself, unquoted */
	QUOTED = 'q',
	EXPANDED = 's', /* an unquoted expansion: field splitting applies */
	BREAK = 'b',    /* not a byte but the boundary between two of "$@" */
	EMPTY = 'e',    /* not a byte but a "" that makes a field */
};

struct expansion {
	struct shell *sh;
	struct buf text, origins;
};

/* Where text stands: the word itself, the unquoted word of ${x-word}, which is split, "...", a here-document. */
enum context { PLAIN, IN_DEFAULT, IN_DOUBLE, IN_HEREDOC };

static bool is_quoted(enum context context)
{
	return context >= IN_DOUBLE;
}

static enum origin literal_origin(enum context context)
{
	return context == PLAIN ? LITERAL : context == IN_DEFAULT ? EXPANDED : QUOTED;
}

static void expand_text(struct expansion *e, const char *s, size_t len, enum context context);

static void add(struct expansion *e, const char *s, size_t len, enum origin origin)
{
	buf_mem(&e->text, s, len);
	for (size_t i = 0; i < len; i++)
		buf_char(&e->origins, (char)origin);
}

static void add_value(struct expansion *e, const char *value, enum context context)
{
	add(e, value, strlen(value), is_quoted(context) ? QUOTED : EXPANDED);
}

void shell_error(struct shell *sh, const char *fmt, ...)
{
	struct buf text = { 0 };
	va_list args;
	char *message;

	va_start(args, fmt);
	if (vasprintf(&message, fmt, args) < 0)
		arena_exhausted();
	va_end(args);
	buf_str(&text, message);
	free(message);
	warn("%u: %s", sh->line, text.data);
	sh->status = 2;
	sh->flow = sh->interactive ? FLOW_ABORT : FLOW_EXIT;
}

/* ---- parameters ---- */

static size_t args_count(const struct shell *sh)
{
	size_t n = 0;

	while (sh->args[n])
		n++;
	return n;
}

/* The value of $@ and $*: fields that stay apart inside quotes (`@`) or are split outside, or one joined by IFS. */
static void add_args(struct expansion *e, bool at, enum context context)
{
	const char *ifs = var_get(e->sh, "IFS");
	char sep = ifs ? *ifs : ' ';

	for (char **arg = e->sh->args; *arg; arg++) {
		if (arg > e->sh->args) {
			if (at || !is_quoted(context))
				add(e, " ", 1, BREAK);
			else if (sep)
				add(e, &sep, 1, QUOTED);
		}
		if (at && is_quoted(context) && !**arg)
			add(e, "", 1, EMPTY);
		add_value(e, *arg, context);
	}
}

static char *options_letters(const struct shell *sh)
{
	return arena_printf("%s%s%s%s%s%s%s%s%s", sh->errexit ? "e" : "", sh->noglob ? "f" : "",
			    sh->interactive ? "i" : "", sh->noexec ? "n" : "", sh->nounset ? "u" : "",
			    sh->verbose ? "v" : "", sh->xtrace ? "x" : "", sh->allexport ? "a" : "",
			    sh->noclobber ? "C" : "");
}

/* The value of any parameter but @ and *, or NULL if it is not set. */
static const char *parameter(const struct shell *sh, const char *name)
{
	size_t n;

	switch (*name) {
	case '#':
		return arena_printf("%zu", args_count(sh));
	case '?':
		return arena_printf("%d", sh->status);
	case '$':
		return arena_printf("%d", (int)sh->pid);
	case '!':
		return sh->background ? arena_printf("%d", (int)sh->background) : NULL;
	case '-':
		return options_letters(sh);
	default:
		break;
	}
	if (*name < '0' || *name > '9')
		return strcmp(name, "LINENO") == 0 ? arena_printf("%u", sh->line) : var_get(sh, name);
	n = (size_t)strtoul(name, NULL, 10);
	if (n == 0)
		return sh->name;
	return n <= args_count(sh) ? sh->args[n - 1] : NULL;
}

/* How long the parameter's name is that begins at `s`. */
static size_t parameter_length(const char *s)
{
	size_t n = strspn(s, "0123456789");

	if (n > 0)
		return n;
	if (*s && strchr("@*#?$!-", *s))
		return 1;
	return name_length(s);
}

/* Cuts off the shortest or longest beginning (`#`) or end (`%`) of `value` that matches the pattern. */
static const char *trim(const char *value, const char *pattern, char op, bool longest)
{
	size_t len = strlen(value);

	for (size_t i = 0; i <= len; i++) {
		size_t at = (op == '#') == longest ? len - i : i;
		char *part = op == '#' ? arena_memdup(value, at) : arena_strdup(value + at);

		if (fnmatch(pattern, part, 0) == 0)
			return op == '#' ? value + at : arena_memdup(value, at);
	}
	return value;
}

static char *word_string(struct expansion *e, const char *word, size_t len, bool pattern)
{
	char *copy = arena_memdup(word, len);

	return pattern ? expand_pattern(e->sh, copy) : expand_string(e->sh, copy);
}

/* The part of ${name OP word} behind the name, for the operators - = ? +. */
static void expand_default(struct expansion *e, const char *name, const char *value, const char *op,
			   const char *end, enum context context)
{
	bool colon = *op == ':';
	bool set = value && !(colon && !*value);
	const char *word = op + colon + 1;
	size_t len = (size_t)(end - word);

	switch (op[colon]) {
	case '-':
		if (set)
			add_value(e, value, context);
		else
			expand_text(e, word, len, is_quoted(context) ? context : IN_DEFAULT);
		break;
	case '+':
		if (set)
			expand_text(e, word, len, is_quoted(context) ? context : IN_DEFAULT);
		break;
	case '=':
		if (!set) {
			value = word_string(e, word, len, false);
			if (name_length(name) == 0) {
				shell_error(e->sh, "%s: bad variable name", name);
				return;
			}
			var_set(e->sh, name, value, 0);
		}
		add_value(e, value, context);
		break;
	case '?':
		if (!set)
			shell_error(e->sh, "%s: %s", name,
				    len ? word_string(e, word, len, false) : "parameter not set");
		else
			add_value(e, value, context);
		break;
	default:
		shell_error(e->sh, "Bad substitution");
	}
}

static void check_set(struct expansion *e, const char *name, const char *value)
{
	if (!value && e->sh->nounset)
		shell_error(e->sh, "%s: parameter not set", name);
}

/* ${...} of `len` bytes. */
static void expand_braces(struct expansion *e, const char *s, size_t len, enum context context)
{
	const char *end = s + len - 1, *at = s + 2, *op;
	bool length = *at == '#' && at + 1 < end && (at + 2 == end || !strchr("-+?=%#:", at[1]));
	size_t n;
	char *name;
	const char *value;

	at += length;
	n = parameter_length(at);
	name = arena_memdup(at, n);
	op = at + n;
	if (n == 0 || op > end || (length && op != end)) {
		shell_error(e->sh, "Bad substitution");
		return;
	}
	if ((*name == '@' || *name == '*') && !length) {
		if (op == end || args_count(e->sh) > 0) {
			add_args(e, *name == '@', context);
			return;
		}
		value = NULL;
	} else {
		value = parameter(e->sh, *name == '@' || *name == '*' ? "#" : name);
	}
	if (length) {
		check_set(e, name, value);
		add_value(e,
			  *name == '@' || *name == '*' ? value
						       : arena_printf("%zu", value ? strlen(value) : 0),
			  context);
	} else if (op == end) {
		check_set(e, name, value);
		add_value(e, value ? value : "", context);
	} else if (*op == '#' || *op == '%') {
		bool longest = op[1] == *op;

		check_set(e, name, value);
		op += 1 + longest;
		add_value(e,
			  trim(value ? value : "", word_string(e, op, (size_t)(end - op), true), *(op - 1),
			       longest),
			  context);
	} else {
		expand_default(e, name, value, op, end, context);
	}
}

/* ---- substitutions ---- */

static void expand_backticks(struct expansion *e, const char *s, size_t len, enum context context)
{
	struct buf command = { 0 };

	buf_str(&command, "");
	for (size_t i = 1; i + 1 < len; i++) {
		if (s[i] == '\\' && (strchr("$`\\", s[i + 1]) || (context == IN_DOUBLE && s[i + 1] == '"')))
			i++;
		buf_char(&command, s[i]);
	}
	add_value(e, command_output(e->sh, command.data), context);
}

static void expand_arithmetic(struct expansion *e, const char *s, size_t len, enum context context)
{
	struct expansion inner = { .sh = e->sh };
	char number[NUM_SIZE];

	buf_str(&inner.text, "");
	expand_text(&inner, s, len, IN_HEREDOC);
	add_value(e, num_to_str_signed(arithmetic(e->sh, inner.text.data), number), context);
}

/* What begins with a dollar sign at `s`; returns its length. */
static size_t expand_dollar(struct expansion *e, const char *s, size_t len, enum context context)
{
	size_t n = span_length(s, is_quoted(context));

	if (n == 0 || n > len) {
		shell_error(e->sh, "Bad substitution");
		return len;
	}
	if (s[1] == '{') {
		expand_braces(e, s, n, context);
		return n;
	}
	if (s[1] == '(') {
		if (s[2] == '(' && n > 5 && s[n - 2] == ')')
			expand_arithmetic(e, s + 3, n - 5, context);
		else
			add_value(e, command_output(e->sh, arena_memdup(s + 2, n - 3)), context);
		return n;
	}
	n = parameter_length(s + 1);
	if (n == 0) {
		add(e, s, 1, literal_origin(context));
		return 1;
	}
	if (s[1] >= '0' && s[1] <= '9')
		n = 1;
	if (s[1] == '@' || s[1] == '*') {
		add_args(e, s[1] == '@', context);
	} else {
		char *name = arena_memdup(s + 1, n);
		const char *value = parameter(e->sh, name);

		check_set(e, name, value);
		add_value(e, value ? value : "", context);
	}
	return n + 1;
}

/* "..." without its quotes; alone it makes a field, but for "$@" without arguments. */
static void expand_double(struct expansion *e, const char *s, size_t len)
{
	size_t before = e->text.len;

	expand_text(e, s, len, IN_DOUBLE);
	if (e->text.len == before && !(len == 2 && s[0] == '$' && s[1] == '@') &&
	    !(len == 4 && !strncmp(s, "${@}", 4)))
		add(e, "", 1, EMPTY);
}

/* A backslash and what follows; returns how many bytes that are. */
static size_t expand_backslash(struct expansion *e, const char *s, size_t len, enum context context)
{
	if (len < 2) {
		add(e, s, 1, QUOTED);
		return 1;
	}
	if (s[1] == '\n')
		return 2;
	if (is_quoted(context) && !strchr(context == IN_DOUBLE ? "$`\"\\" : "$`\\", s[1])) {
		add(e, s, 2, QUOTED);
		return 2;
	}
	add(e, s + 1, 1, QUOTED);
	return 2;
}

static void expand_text(struct expansion *e, const char *s, size_t len, enum context context)
{
	for (size_t i = 0; i < len && e->sh->flow == FLOW_NONE;) {
		size_t n = 1;

		if (s[i] == '\\') {
			n = expand_backslash(e, s + i, len - i, context);
		} else if (s[i] == '$') {
			n = expand_dollar(e, s + i, len - i, context);
		} else if (s[i] == '`') {
			n = span_length(s + i, false);
			expand_backticks(e, s + i, n, context);
		} else if (s[i] == '\'' && !is_quoted(context)) {
			n = span_length(s + i, false);
			add(e, s + i + 1, n - 2, QUOTED);
			if (n == 2)
				add(e, "", 1, EMPTY);
		} else if (s[i] == '"' && context != IN_HEREDOC) {
			n = span_length(s + i, false);
			expand_double(e, s + i + 1, n - 2);
		} else {
			add(e, s + i, 1, literal_origin(context));
		}
		i += n ? n : 1;
	}
}

/* ~ and ~user at the beginning; returns the bytes taken. */
static size_t expand_tilde(struct expansion *e, const char *s)
{
	size_t n = strcspn(s, "/:");
	const char *home;

	if (*s != '~' || memchr(s, '\'', n) || memchr(s, '"', n) || memchr(s, '\\', n) || memchr(s, '$', n))
		return 0;
	if (n == 1) {
		home = var_get(e->sh, "HOME");
	} else {
		struct users users = { 0 };
		const struct user *u = user_by_name(&users, arena_memdup(s + 1, n - 1));

		home = u ? arena_strdup(u->home) : NULL;
		users_free(&users);
	}
	if (!home)
		return 0;
	add(e, home, strlen(home), QUOTED);
	return n;
}

static void expand_word(struct expansion *e, const char *word)
{
	size_t n = expand_tilde(e, word);

	expand_text(e, word + n, strlen(word + n), PLAIN);
}

char *expand_string(struct shell *sh, const char *word)
{
	struct expansion e = { .sh = sh };
	size_t to = 0;

	buf_str(&e.text, "");
	buf_str(&e.origins, "");
	expand_word(&e, word);
	for (size_t i = 0; i < e.text.len; i++)
		if (e.origins.data[i] != EMPTY)
			e.text.data[to++] = e.text.data[i];
	e.text.data[to] = 0;
	return e.text.data;
}

char *expand_heredoc(struct shell *sh, const char *text)
{
	struct expansion e = { .sh = sh };

	buf_str(&e.text, "");
	expand_text(&e, text, strlen(text), IN_HEREDOC);
	return e.text.data;
}

/* ---- fields and patterns ---- */

/* Makes a pattern of bytes [from, to): what was quoted gets a backslash where it would mean something. */
static char *pattern_of(const struct expansion *e, size_t from, size_t to)
{
	struct buf out = { 0 };

	buf_str(&out, "");
	for (size_t i = from; i < to; i++) {
		char c = e->text.data[i], origin = e->origins.data[i];

		if (origin == EMPTY || origin == BREAK)
			continue;
		if (origin == QUOTED && strchr("*?[]\\-!^", c))
			buf_char(&out, '\\');
		buf_char(&out, c);
	}
	return out.data;
}

char *expand_pattern(struct shell *sh, const char *word)
{
	struct expansion e = { .sh = sh };

	expand_word(&e, word);
	return pattern_of(&e, 0, e.text.len);
}

/* Adds the field of bytes [from, to) to `out`, or the files it matches. */
static void add_field(const struct expansion *e, size_t from, size_t to, struct words *out)
{
	struct buf text = { 0 };
	bool magic = false;

	buf_str(&text, "");
	for (size_t i = from; i < to; i++) {
		char c = e->text.data[i], origin = e->origins.data[i];

		if (origin == EMPTY)
			continue;
		magic |= origin != QUOTED && (c == '*' || c == '?' || c == '[');
		buf_char(&text, c);
	}
	if (magic && !e->sh->noglob) {
		glob_t found;

		if (glob(pattern_of(e, from, to), 0, NULL, &found) == 0) {
			for (size_t i = 0; i < found.gl_pathc; i++)
				words_add(out, arena_strdup(found.gl_pathv[i]));
			globfree(&found);
			return;
		}
	}
	words_add(out, text.data);
}

/* Splits an expanded word into fields at the characters of IFS that expansions brought. */
static void split(const struct expansion *e, struct words *out)
{
	const char *ifs = var_get(e->sh, "IFS");
	size_t start = 0;
	bool ended_by_blank = false;

	if (!ifs)
		ifs = " \t\n";
	for (size_t i = 0; i < e->text.len; i++) {
		char c = e->text.data[i], origin = e->origins.data[i];
		bool blank;

		if (origin == BREAK) {
			if (i > start)
				add_field(e, start, i, out);
			start = i + 1;
			ended_by_blank = false;
			continue;
		}
		if (origin != EXPANDED || !strchr(ifs, c)) {
			ended_by_blank = i > start ? ended_by_blank : false;
			continue;
		}
		blank = c == ' ' || c == '\t' || c == '\n';
		if (i > start || (!blank && !ended_by_blank)) {
			add_field(e, start, i, out);
			ended_by_blank = blank;
		} else if (!blank) {
			ended_by_blank = false;
		}
		start = i + 1;
	}
	if (e->text.len > start)
		add_field(e, start, e->text.len, out);
}

void expand_words(struct shell *sh, char **words, struct words *out)
{
	words_add(out, NULL);
	out->count = 0;
	for (; words && *words; words++) {
		struct expansion e = { .sh = sh };

		expand_word(&e, *words);
		if (sh->flow != FLOW_NONE)
			return;
		split(&e, out);
	}
}

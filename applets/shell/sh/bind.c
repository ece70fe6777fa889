/* bind.c - which key of the line editor does what
 *
 * A function is known by the key that does it when nothing is bound, so a binding says which other key a key acts as. One
 * key is bound at a time, not a sequence of several; text and commands cannot be bound. The Bash manual, "Bash Builtins".
 */
#include "sh.h"
#include "lineedit.h"

struct binding {
	struct binding *next;
	int key, as;
};

static const struct editing {
	const char *name;
	int key;
} functions[] = {
	{ "accept-line", '\r' },
	{ "backward-char", 2 },
	{ "backward-delete-char", 127 },
	{ "backward-kill-word", KEY_META | 127 },
	{ "backward-word", KEY_META | 'b' },
	{ "beginning-of-history", KEY_META | '<' },
	{ "beginning-of-line", 1 },
	{ "capitalize-word", KEY_META | 'c' },
	{ "clear-screen", 12 },
	{ "complete", '\t' },
	{ "delete-char", KEY_DELETE },
	{ "delete-horizontal-space", KEY_META | '\\' },
	{ "downcase-word", KEY_META | 'l' },
	{ "end-of-history", KEY_META | '>' },
	{ "end-of-line", 5 },
	{ "forward-char", 6 },
	{ "forward-search-history", 19 },
	{ "forward-word", KEY_META | 'f' },
	{ "history-search-backward", KEY_SEARCH_UP },
	{ "history-search-forward", KEY_SEARCH_DOWN },
	{ "insert-comment", KEY_META | '#' },
	{ "kill-line", 11 },
	{ "kill-word", KEY_META | 'd' },
	{ "next-history", 14 },
	{ "possible-completions", KEY_META | '?' },
	{ "previous-history", 16 },
	{ "quoted-insert", 22 },
	{ "reverse-search-history", 18 },
	{ "transpose-chars", 20 },
	{ "undo", 31 },
	{ "unix-line-discard", 21 },
	{ "unix-word-rubout", 23 },
	{ "upcase-word", KEY_META | 'u' },
	{ "yank", 25 },
	{ "yank-last-arg", KEY_META | '.' },
};
enum { FUNCTIONS = sizeof(functions) / sizeof(*functions) };

static const struct sequence {
	const char *text;
	int key;
} sequences[] = {
	{ "[A", KEY_UP },           { "[B", KEY_DOWN },
	{ "[C", KEY_RIGHT },        { "[D", KEY_LEFT },
	{ "[H", KEY_HOME },         { "[F", KEY_END },
	{ "[3~", KEY_DELETE },      { "OA", KEY_UP },
	{ "OB", KEY_DOWN },         { "OC", KEY_RIGHT },
	{ "OD", KEY_LEFT },         { "OH", KEY_HOME },
	{ "OF", KEY_END },          { "[1~", KEY_HOME },
	{ "[4~", KEY_END },         { "[7~", KEY_HOME },
	{ "[8~", KEY_END },         { "[1;5C", KEY_WORD_RIGHT },
	{ "[1;5D", KEY_WORD_LEFT }, { "[1;3C", KEY_WORD_RIGHT },
	{ "[1;3D", KEY_WORD_LEFT },
};
enum { SEQUENCES = sizeof(sequences) / sizeof(*sequences) };

int sh_bound_key(const struct shell *sh, int key)
{
	for (const struct binding *b = sh->bindings; b; b = b->next)
		if (b->key == key)
			return b->as;
	return key;
}

static void set_binding(struct shell *sh, int key, int as)
{
	struct binding *b = sh->bindings;

	while (b && b->key != key)
		b = b->next;
	if (!b) {
		b = sh_xmalloc(sizeof(*b));
		*b = (struct binding){ .next = sh->bindings, .key = key };
		sh->bindings = b;
	}
	b->as = as;
}

/* ---- the names of keys ---- */

static bool skip(const char **p, const char *word)
{
	size_t n = strlen(word);

	if (strncasecmp(*p, word, n) != 0)
		return false;
	*p += n;
	return true;
}

/* Reads one key as "\C-a", "\M-b", "\e[A" (in quotes) or Control-a, Meta-b have it; -1 if it is none or more than one. */
static int read_key_name(const char **text)
{
	const char *p = *text;
	bool quoted = *p == '"', control = false, meta = false;
	int key = -1;

	p += quoted;
	for (;;) {
		if (skip(&p, quoted ? "\\C-" : "Control-") || (!quoted && skip(&p, "C-")))
			control = true;
		else if (skip(&p, quoted ? "\\M-" : "Meta-") || (!quoted && skip(&p, "M-")))
			meta = true;
		else
			break;
	}
	if (quoted && !meta && skip(&p, "\\e"))
		meta = true;
	for (size_t i = 0; quoted && meta && !control && key < 0 && i < SEQUENCES; i++)
		if (skip(&p, sequences[i].text)) {
			key = sequences[i].key;
			meta = false;
		}
	if (key < 0 && *p) {
		if (*p == '\\' && quoted && p[1])
			p++;
		key = (unsigned char)*p++;
		key = control ? (key == '?' ? 127 : key & 31) : key;
	}
	if (key < 0 || (quoted && *p != '"') || (!quoted && *p && *p != ':'))
		return -1;
	*text = p + quoted;
	return meta ? KEY_META | key : key;
}

static void show_key(int key)
{
	int c = key & 0xff;

	out_char('"');
	for (size_t i = 0; i < SEQUENCES; i++)
		if (sequences[i].key == key) {
			out_fmt("\\e%s\"", sequences[i].text);
			return;
		}
	if (key & KEY_META)
		out_str("\\e");
	if (c < 32 || c == 127)
		out_fmt("\\C-%c", c == 127 ? '?' : c | (c == 31 ? 64 : 96));
	else
		out_fmt("%s%c", c == '\\' || c == '"' ? "\\" : "", c);
	out_char('"');
}

/* ---- the command ---- */

static const struct editing *function_named(struct shell *sh, const char *name)
{
	for (size_t i = 0; i < FUNCTIONS; i++)
		if (strcmp(functions[i].name, name) == 0)
			return &functions[i];
	sh_warn(sh, "bind: `%s': unknown function name", name);
	return NULL;
}

/* Lists the functions with their keys; that one only if `name` is given. Returns how many keys there were. */
static unsigned show_bindings(const struct shell *sh, const char *name)
{
	unsigned shown = 0;

	for (size_t i = 0; i < FUNCTIONS; i++) {
		const struct editing *f = &functions[i];
		unsigned keys = 0;

		if (name && strcmp(f->name, name) != 0)
			continue;
		if (sh_bound_key(sh, f->key) == f->key && f->key != KEY_SEARCH_UP &&
		    f->key != KEY_SEARCH_DOWN) {
			show_key(f->key);
			out_fmt(": %s\n", f->name);
			keys++;
		}
		for (const struct binding *b = sh->bindings; b; b = b->next)
			if (b->as == f->key && b->key != f->key) {
				show_key(b->key);
				out_fmt(": %s\n", f->name);
				keys++;
			}
		if (!keys && !name)
			out_fmt("# %s (not bound)\n", f->name);
		shown += keys;
	}
	return shown;
}

/* One `keyseq: function`. */
static bool bind_key(struct shell *sh, const char *text)
{
	const char *p = text;
	const struct editing *f;
	int key = read_key_name(&p);

	p += strspn(p, " \t");
	if (key < 0 || *p != ':') {
		sh_warn(sh, "bind: `%s': cannot bind that", text);
		return false;
	}
	p++;
	p += strspn(p, " \t");
	f = function_named(sh, p);
	if (f)
		set_binding(sh, key, f->key);
	return f;
}

int builtin_bind(struct shell *sh, int argc, char **argv)
{
	struct letters l = LETTERS(argc, argv);
	const struct editing *f;
	const char *p;
	int letter, status = 0, key;

	if (!sh->interactive)
		sh_warn(sh, "bind: warning: line editing not enabled");
	while ((letter = sh_next_letter(sh, &l, "lpPm:q:u:r:"))) {
		switch (letter) {
		case 'l':
			for (size_t i = 0; i < FUNCTIONS; i++)
				out_line(functions[i].name);
			break;
		case 'p':
		case 'P':
			show_bindings(sh, NULL);
			break;
		case 'm':
			if (strncmp(l.arg, "emacs", 5) != 0) {
				sh_warn(sh, "bind: `%s': invalid keymap name", l.arg);
				return 1;
			}
			break;
		case 'q':
			f = function_named(sh, l.arg);
			if (!f || !show_bindings(sh, f->name))
				status = 1;
			break;
		case 'u':
			f = function_named(sh, l.arg);
			if (!f)
				return 1;
			set_binding(sh, f->key, KEY_NONE);
			for (struct binding *b = sh->bindings; b; b = b->next)
				if (b->as == f->key)
					b->as = KEY_NONE;
			break;
		case 'r':
			p = sh_stack_printf(sh, "\"%s\"", l.arg);
			key = read_key_name(&p);
			if (key >= 0)
				set_binding(sh, key, KEY_NONE);
			else
				status = 1;
			break;
		default:
			return 2;
		}
	}
	for (int i = l.index; i < argc; i++)
		if (!bind_key(sh, argv[i]))
			status = 1;
	return status;
}

/* complete.c - completing words, and the builtins that say how
 *
 * The Bash manual, "Programmable Completion".
 */
#include <dirent.h>
#include "sh.h"

enum action {
	DO_ALIAS = 1,
	DO_BUILTIN = 2,
	DO_COMMAND = 4,
	DO_DIRECTORY = 8,
	DO_EXPORT = 16,
	DO_FILE = 32,
	DO_FUNCTION = 64,
	DO_JOB = 128,
	DO_KEYWORD = 256,
	DO_SETOPT = 512,
	DO_SHOPT = 1024,
	DO_SIGNAL = 2048,
	DO_USER = 4096,
	DO_VARIABLE = 8192,
	DO_GROUP = 16384,
	DO_ARRAY = 32768,
	DO_HOST = 65536,
};

static const struct {
	char letter;
	const char *name;
	unsigned action;
} actions[] = {
	{ 'a', "alias", DO_ALIAS },
	{ 'b', "builtin", DO_BUILTIN },
	{ 'c', "command", DO_COMMAND },
	{ 'd', "directory", DO_DIRECTORY },
	{ 'e', "export", DO_EXPORT },
	{ 'f', "file", DO_FILE },
	{ 'g', "group", DO_GROUP },
	{ 'j', "job", DO_JOB },
	{ 'k', "keyword", DO_KEYWORD },
	{ 'u', "user", DO_USER },
	{ 'v', "variable", DO_VARIABLE },
	{ 0, "function", DO_FUNCTION },
	{ 0, "setopt", DO_SETOPT },
	{ 0, "shopt", DO_SHOPT },
	{ 0, "signal", DO_SIGNAL },
	{ 0, "arrayvar", DO_ARRAY },
	{ 's', "service", 0 },
	{ 0, "hostname", DO_HOST },
	{ 0, "enabled", DO_BUILTIN },
	{ 0, "helptopic", DO_BUILTIN },
	{ 0, "running", DO_JOB },
	{ 0, "stopped", DO_JOB },
	{ 0, "binding", 0 },
	{ 0, "disabled", 0 },
};

enum completion_option {
	WITH_NOSPACE = 1,
	WITH_FILENAMES = 2,
	WITH_DEFAULT = 4,
	WITH_DIRNAMES = 8,
	WITH_NOQUOTE = 16,
	WITH_NOSORT = 32,
	WITH_BASHDEFAULT = 64,
	WITH_PLUSDIRS = 128
};

static const char *const option_words[] = { "nospace", "filenames", "default",     "dirnames",
					    "noquote", "nosort",    "bashdefault", "plusdirs" };

/* What `complete` says about a command. */
struct completion {
	char *words, *function, *prefix, *suffix, *filter, *glob, *command;
	unsigned actions, options;
};

/* ---- candidates ---- */

static void add_if(struct shell *sh, struct fields *f, const char *name, const char *word, size_t len)
{
	if (strncmp(name, word, len) == 0)
		sh_fields_add(sh, f, sh_stack_text(sh, name, strlen(name)));
}

/* The files that begin like `word`; directories get a slash. */
static void add_files(struct shell *sh, struct fields *f, const char *word, bool only_dirs, bool executable)
{
	const char *slash = strrchr(word, '/'), *base = slash ? slash + 1 : word;
	char *dir = slash ? sh_stack_text(sh, word, (size_t)(slash + 1 - word)) : sh_stack_text(sh, "", 0),
	     *path = dir;
	size_t len = strlen(base);
	struct dirent *e;
	DIR *d;

	if (*dir == '~') {
		/* the tilde stays in what is shown */
		size_t n = strcspn(dir, "/");
		char *name = sh_stack_text(sh, dir + 1, n - 1);
		const struct user *u = *name ? user_by_name(&sh->users, name) : NULL;
		const char *home = *name ? (u ? u->home : NULL) : sh_var_text(sh, sh->v_home);

		if (home)
			path = sh_stack_printf(sh, "%s%s", home, dir + n);
	}
	d = opendir(*path ? path : ".");
	if (!d)
		return;
	while ((e = readdir(d))) {
		struct stat st;
		char *full;
		bool is_dir;

		if (strncmp(e->d_name, base, len) != 0 || (e->d_name[0] == '.' && len == 0))
			continue;
		if (e->d_name[0] == '.' && (!e->d_name[1] || (e->d_name[1] == '.' && !e->d_name[2])))
			continue;
		full = sh_stack_printf(sh, "%s%s", path, e->d_name);
		is_dir = stat(full, &st) == 0 && S_ISDIR(st.st_mode);
		if ((only_dirs && !is_dir) || (executable && !is_dir && access(full, X_OK) < 0))
			continue;
		sh_fields_add(sh, f, sh_stack_printf(sh, "%s%s%s", dir, e->d_name, is_dir ? "/" : ""));
	}
	closedir(d);
}

static void add_users(struct shell *sh, struct fields *f, const char *word, size_t len, const char *before,
		      const char *after)
{
	size_t count;
	const struct user *u = users_all(&sh->users, &count);

	for (size_t i = 0; i < count; i++)
		if (strncmp(u[i].name, word, len) == 0)
			sh_fields_add(sh, f, sh_stack_printf(sh, "%s%s%s", before, u[i].name, after));
}

static bool any_command(const struct command *c)
{
	return c->alias || c->function || (c->builtin && !c->disabled) || c->keyword;
}

static bool is_alias(const struct command *c)
{
	return c->alias != NULL;
}

static bool is_function(const struct command *c)
{
	return c->function != NULL;
}

/* Programs on PATH, and the applets, which are there anyway. */
static void add_programs(struct shell *sh, struct fields *f, const char *word, size_t len)
{
	const char *path = sh_var_text(sh, sh->v_path);

	for (size_t i = 0; i < applets_count; i++)
		add_if(sh, f, applets[i].name, word, len);
	while (path) {
		size_t n = strcspn(path, ":");
		DIR *d = opendir(n ? sh_stack_text(sh, path, n) : ".");
		struct dirent *e;

		while (d && (e = readdir(d)))
			if (e->d_name[0] != '.' && strncmp(e->d_name, word, len) == 0 &&
			    faccessat(dirfd(d), e->d_name, X_OK, 0) == 0)
				sh_fields_add(sh, f, sh_stack_text(sh, e->d_name, strlen(e->d_name)));
		if (d)
			closedir(d);
		path = path[n] ? path + n + 1 : NULL;
	}
}

static void add_variables(struct shell *sh, struct fields *f, const char *word, size_t len, unsigned want)
{
	for (struct var **v = sh_vars_sorted(sh, want); *v; v++)
		if (want || sh_var_is_set(sh, *v))
			add_if(sh, f, (*v)->name, word, len);
}

static void add_actions(struct shell *sh, struct fields *f, unsigned what, const char *word)
{
	size_t len = strlen(word);

	if (what & DO_ALIAS)
		for (struct command **c = sh_commands_sorted(sh, is_alias); *c; c++)
			add_if(sh, f, (*c)->name, word, len);
	if (what & DO_BUILTIN)
		for (size_t i = 0; i < sh_builtins_count; i++)
			add_if(sh, f, sh_builtins[i].name, word, len);
	if (what & DO_FUNCTION)
		for (struct command **c = sh_commands_sorted(sh, is_function); *c; c++)
			add_if(sh, f, (*c)->name, word, len);
	if (what & DO_KEYWORD)
		for (const char *const *k = sh_keywords; *k; k++)
			add_if(sh, f, *k, word, len);
	if (what & DO_COMMAND) {
		for (size_t i = 0; i < sh_builtins_count; i++)
			sh_command_named(sh, sh_builtins[i].name, strlen(sh_builtins[i].name));
		for (const char *const *k = sh_keywords; *k; k++)
			sh_command_named(sh, *k, strlen(*k));
		for (struct command **c = sh_commands_sorted(sh, any_command); *c; c++)
			add_if(sh, f, (*c)->name, word, len);
		add_programs(sh, f, word, len);
	}
	if (what & (DO_FILE | DO_DIRECTORY))
		add_files(sh, f, word, !(what & DO_FILE), false);
	if (what & DO_VARIABLE)
		add_variables(sh, f, word, len, 0);
	if (what & DO_EXPORT)
		add_variables(sh, f, word, len, VAR_EXPORT);
	if (what & DO_ARRAY)
		add_variables(sh, f, word, len, VAR_ARRAY | VAR_ASSOC);
	if (what & DO_SETOPT)
		for (int i = 0; i < O_COUNT; i++)
			add_if(sh, f, sh_option_names[i].name, word, len);
	if (what & DO_SHOPT)
		for (int i = 0; i < S_COUNT; i++)
			add_if(sh, f, sh_shopt_names[i], word, len);
	if (what & DO_USER)
		add_users(sh, f, word, len, "", "");
	if (what & DO_JOB)
		for (struct job *j = sh->jobs; j; j = j->next)
			add_if(sh, f, j->text, word, len);
	if (what & DO_GROUP) {
		size_t count;
		const struct group_entry *g = groups_all(&sh->users, &count);

		for (size_t i = 0; i < count; i++)
			add_if(sh, f, g[i].name, word, len);
	}
}

/* ---- what `complete` and `compgen` share ---- */

static void free_completion(struct completion *c)
{
	if (!c)
		return;
	free(c->words);
	free(c->function);
	free(c->prefix);
	free(c->suffix);
	free(c->filter);
	free(c->glob);
	free(c->command);
	free(c);
}

/* The words that COMP_WORDS and the like tell a function. */
static void set_comp_variables(struct shell *sh, const struct fields *words, size_t which, const char *line,
			       size_t point)
{
	sh_array_set_list(sh, sh_var_named(sh, "COMP_WORDS", 10), words->v, words->count);
	sh_var_set_number(sh, sh_var_named(sh, "COMP_CWORD", 10), (intmax_t)which);
	sh_var_set_name(sh, "COMP_LINE", line);
	sh_var_set_number(sh, sh_var_named(sh, "COMP_POINT", 10), (intmax_t)point);
	sh_var_set_name(sh, "COMP_TYPE", "9");
	sh_var_set_name(sh, "COMP_KEY", "9");
}

/* Lets a function fill COMPREPLY. */
static void add_replies(struct shell *sh, struct fields *f, const char *function, const char *command,
			const char *word, const char *before)
{
	struct command *c = sh_command_named(sh, function, strlen(function));
	struct var *reply = sh_var_named(sh, "COMPREPLY", 9);
	char *argv[] = { sh_stack_text(sh, function, strlen(function)),
			 sh_stack_text(sh, command, strlen(command)), sh_stack_text(sh, word, strlen(word)),
			 sh_stack_text(sh, before, strlen(before)), NULL };
	int status = sh->status;

	if (!c->function)
		return;
	sh_var_unset(sh, reply);
	sh_run_function(sh, c, 4, argv);
	sh->status = status;
	for (size_t i = 0; reply->flags & VAR_ARRAY && reply->array && i < reply->array->count; i++)
		sh_fields_add(sh, f,
			      sh_stack_text(sh, reply->array->items[i].value,
					    strlen(reply->array->items[i].value)));
}

/* Makes what a completion specifies for a word. */
static void generate(struct shell *sh, const struct completion *c, const char *command, const char *word,
		     const char *before, struct fields *out)
{
	struct fields f = { 0 };

	add_actions(sh, &f, c->actions, word);
	if (c->words) {
		struct fields words = { 0 };
		char *text = sh_expand_text(sh, c->words), *at;

		for (at = text; *at;) {
			size_t n;

			while (*at && sh->ifs[(unsigned char)*at])
				at++;
			for (n = 0; at[n] && !sh->ifs[(unsigned char)at[n]];)
				n++;
			if (n)
				sh_fields_add(sh, &words, sh_stack_text(sh, at, n));
			at += n;
		}
		for (size_t i = 0; i < words.count; i++)
			add_if(sh, &f, words.v[i], word, strlen(word));
	}
	if (c->glob) {
		struct fields found = { 0 };

		sh_pattern_glob(sh, c->glob, &found);
		for (size_t i = 0; i < found.count; i++)
			add_if(sh, &f, found.v[i], word, strlen(word));
	}
	if (c->function)
		add_replies(sh, &f, c->function, command, word, before);
	if (f.count == 0 && c->options & WITH_DIRNAMES)
		add_files(sh, &f, word, true, false);
	if (f.count == 0 && c->options & (WITH_DEFAULT | WITH_BASHDEFAULT))
		add_files(sh, &f, word, false, false);
	for (size_t i = 0; i < f.count; i++) {
		if (c->filter) {
			bool negate = *c->filter == '!';

			if (sh_pattern_match(sh, c->filter + negate, f.v[i], false) != negate)
				continue;
		}
		sh_fields_add(sh, out,
			      c->prefix || c->suffix
				      ? sh_stack_printf(sh, "%s%s%s", c->prefix ? c->prefix : "", f.v[i],
							c->suffix ? c->suffix : "")
				      : f.v[i]);
	}
}

static void keep(char **place, const char *value)
{
	free(*place);
	*place = sh_xstrdup(value);
}

/* Reads the options that describe a completion. Returns 0, or the status of an error. */
static int read_spec(struct shell *sh, struct letters *l, struct completion *c, bool *print, bool *remove,
		     bool *fallback)
{
	int letter;

	while ((letter = sh_next_letter(sh, l, "abcdefgjksuvprDEIo:A:W:F:C:P:S:X:G:V:"))) {
		bool known = false;

		switch (letter) {
		case '?':
			return 2;
		case 'p':
			*print = true;
			break;
		case 'r':
			*remove = true;
			break;
		case 'D':
		case 'E':
		case 'I':
			*fallback = true;
			break;
		case 'o':
			for (unsigned i = 0; i < sizeof(option_words) / sizeof(option_words[0]); i++)
				if (strcmp(option_words[i], l->arg) == 0) {
					c->options |= 1u << i;
					known = true;
				}
			if (!known) {
				sh_warn(sh, "%s: %s: invalid option name", l->argv[0], l->arg);
				return 2;
			}
			break;
		case 'A':
			for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
				if (strcmp(actions[i].name, l->arg) == 0) {
					c->actions |= actions[i].action;
					known = true;
				}
			if (!known) {
				sh_warn(sh, "%s: %s: invalid action name", l->argv[0], l->arg);
				return 2;
			}
			break;
		case 'W':
			keep(&c->words, l->arg);
			break;
		case 'F':
			keep(&c->function, l->arg);
			break;
		case 'C':
			keep(&c->command, l->arg);
			break;
		case 'P':
			keep(&c->prefix, l->arg);
			break;
		case 'S':
			keep(&c->suffix, l->arg);
			break;
		case 'X':
			keep(&c->filter, l->arg);
			break;
		case 'G':
			keep(&c->glob, l->arg);
			break;
		default:
			for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
				if (actions[i].letter == letter)
					c->actions |= actions[i].action;
		}
	}
	return 0;
}

int builtin_compgen(struct shell *sh, int argc, char **argv)
{
	struct letters l = LETTERS(argc, argv);
	struct completion *c = sh_xmalloc(sizeof(*c));
	struct fields f = { 0 };
	bool ignored = false;
	const char *word;
	int status;

	*c = (struct completion){ 0 };
	status = read_spec(sh, &l, c, &ignored, &ignored, &ignored);
	word = l.index < argc ? argv[l.index] : "";
	if (status == 0) {
		generate(sh, c, "compgen", word, "", &f);
		for (size_t i = 0; i < f.count; i++) {
			size_t n = strlen(f.v[i]);

			/* a directory is shown without its slash here */
			if (c->actions & (DO_FILE | DO_DIRECTORY) && n > 1 && f.v[i][n - 1] == '/')
				f.v[i][n - 1] = 0;
			out_line(f.v[i]);
		}
		status = f.count == 0;
	}
	free_completion(c);
	return status;
}

static bool has_completion(const struct command *c)
{
	return c->completion != NULL;
}

/* Shows a completion as a command that makes it. */
static void show_completion(const struct command *command)
{
	const struct completion *c = command->completion;
	struct sbuf b = { 0 };

	sh_sbuf_str(&b, "complete");
	for (unsigned i = 0; i < sizeof(option_words) / sizeof(option_words[0]); i++)
		if (c->options & 1u << i)
			sh_sbuf_fmt(&b, " -o %s", option_words[i]);
	for (size_t i = 0; i < 16; i++)
		if (actions[i].action && c->actions & actions[i].action)
			sh_sbuf_fmt(&b, actions[i].letter ? " -%.1s" : " -A %s",
				    actions[i].letter ? &actions[i].letter : actions[i].name);
	if (c->words) {
		sh_sbuf_str(&b, " -W ");
		sh_quote_single(&b, c->words);
	}
	if (c->filter) {
		sh_sbuf_str(&b, " -X ");
		sh_quote_single(&b, c->filter);
	}
	if (c->function)
		sh_sbuf_fmt(&b, " -F %s", c->function);
	out_fmt("%s %s\n", sh_sbuf_text(&b), command->name);
	free(b.p);
}

static struct completion *copy_completion(const struct completion *c)
{
	struct completion *copy = sh_xmalloc(sizeof(*copy));

	*copy = *c;
	copy->words = c->words ? sh_xstrdup(c->words) : NULL;
	copy->function = c->function ? sh_xstrdup(c->function) : NULL;
	copy->prefix = c->prefix ? sh_xstrdup(c->prefix) : NULL;
	copy->suffix = c->suffix ? sh_xstrdup(c->suffix) : NULL;
	copy->filter = c->filter ? sh_xstrdup(c->filter) : NULL;
	copy->glob = c->glob ? sh_xstrdup(c->glob) : NULL;
	copy->command = c->command ? sh_xstrdup(c->command) : NULL;
	return copy;
}

int builtin_complete(struct shell *sh, int argc, char **argv)
{
	struct letters l = LETTERS(argc, argv);
	struct completion *c = sh_xmalloc(sizeof(*c));
	bool print = false, remove = false, fallback = false;
	int status;

	*c = (struct completion){ 0 };
	status = read_spec(sh, &l, c, &print, &remove, &fallback);
	if (status == 0 && fallback) {
		struct command *any = sh_command_named(sh, "-D", 2);

		free_completion(any->completion);
		any->completion = remove ? NULL : copy_completion(c);
	} else if (status == 0 && l.index >= argc) {
		for (struct command **p = sh_commands_sorted(sh, has_completion); *p; p++) {
			if (!remove) {
				show_completion(*p);
				continue;
			}
			free_completion((*p)->completion);
			(*p)->completion = NULL;
		}
	}
	for (int i = l.index; status == 0 && i < argc; i++) {
		struct command *command = sh_command_named(sh, argv[i], strlen(argv[i]));

		if (print && command->completion) {
			show_completion(command);
		} else if (print || (remove && !command->completion)) {
			sh_warn(sh, "complete: %s: no completion specification", argv[i]);
			status = 1;
		} else {
			free_completion(command->completion);
			command->completion = remove ? NULL : copy_completion(c);
		}
	}
	free_completion(c);
	return status;
}

int builtin_compopt(struct shell *sh, int argc, char **argv)
{
	for (int i = 1; i + 1 < argc; i++)
		if (strcmp(argv[i], "-o") == 0 || strcmp(argv[i], "+o") == 0)
			for (unsigned k = 0; k < sizeof(option_words) / sizeof(option_words[0]); k++)
				if (strcmp(option_words[k], argv[i + 1]) == 0) {
					if (*argv[i] == '-')
						sh->completing |= 1u << k;
					else
						sh->completing &= ~(1u << k);
				}
	return 0;
}

/* ---- completing a line ---- */

/* Splits the command that the cursor is in into words without their quotes; tells where the last begins and its open quote. */
static void split_command(struct shell *sh, const char *line, size_t at, struct completed *how,
			  struct fields *words, char **word)
{
	struct sbuf b = { 0 };
	char quote = 0;
	bool in_word = false;

	how->start = 0;
	for (size_t i = 0; i < at; i++) {
		char c = line[i];

		if (!quote && !in_word && (c == ' ' || c == '\t'))
			continue;
		if (!quote && strchr(" \t\n;|&()<>", c) && c) {
			if (in_word)
				sh_fields_add(sh, words, sh_stack_text(sh, b.p ? b.p : "", b.len));
			in_word = false;
			b.len = 0;
			if (strchr("\n;|&(", c))
				words->count = 0;
			continue;
		}
		if (!in_word) {
			in_word = true;
			b.len = 0;
			how->start = i;
		}
		if (quote ? c == quote : c == '\'' || c == '"')
			quote = quote ? 0 : c;
		else if (c == '\\' && quote != '\'' && i + 1 < at)
			sh_sbuf_char(&b, line[++i]);
		else
			sh_sbuf_char(&b, c);
	}
	if (!in_word) {
		how->start = at;
		b.len = 0;
	}
	how->quote = quote;
	*word = sh_stack_text(sh, b.len ? b.p : "", b.len);
	free(b.p);
}

/* Whether a text is nothing but the beginning of a name. */
static bool name_part(const char *s)
{
	return !s[sh_name_length(s)];
}

/* The options of an applet, from its declaration. */
static void add_options(struct shell *sh, const struct applet *a, const char *word, struct fields *f)
{
	const char *name = a->long_names;
	size_t len = strlen(word);

	for (size_t i = 0; i < a->options_count; i++) {
		if (*name && (word[1] == '-' || !word[1]))
			add_if(sh, f, sh_stack_printf(sh, "--%s", name), word, len);
		if (a->options[i].letter && word[1] != '-')
			add_if(sh, f, sh_stack_printf(sh, "-%c", a->options[i].letter), word, len);
		name += strlen(name) + 1;
	}
	add_if(sh, f, "--help", word, len);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort_and_unite(struct fields *f)
{
	size_t n = 0;

	if (f->count < 2)
		return;
	qsort(f->v, f->count, sizeof(*f->v), by_text);
	for (size_t i = 0; i < f->count; i++)
		if (n == 0 || strcmp(f->v[n - 1], f->v[i]) != 0)
			f->v[n++] = f->v[i];
	f->count = n;
}

/* By what `complete` said about the command; false if it said nothing. */
static bool complete_programmed(struct shell *sh, struct fields *words, const char *word, const char *line,
				size_t at, struct completed *how, struct fields *f)
{
	const char *name = strrchr(words->v[0], '/') ? strrchr(words->v[0], '/') + 1 : words->v[0];
	struct command *c = sh_command_named(sh, name, strlen(name)), *any = sh_command_named(sh, "-D", 2);
	struct fields all = { 0 };

	for (int tries = 0; tries < 2; tries++) {
		const struct completion *spec = c->completion ? c->completion : any->completion;

		if (!spec)
			return false;
		all.count = 0;
		for (size_t i = 0; i < words->count; i++)
			sh_fields_add(sh, &all, words->v[i]);
		sh_fields_add(sh, &all, sh_stack_text(sh, word, strlen(word)));
		set_comp_variables(sh, &all, words->count, line, at);
		sh->completing = spec->options;
		generate(sh, spec, words->v[0], word, words->v[words->count - 1], f);
		how->nospace = sh->completing & WITH_NOSPACE;
		how->files = sh->completing & WITH_FILENAMES;
		/* the fallback may have loaded a specification for the command */
		if (f->count || c->completion == spec || !c->completion)
			break;
	}
	return true;
}

void sh_complete_line(struct shell *sh, const char *line, size_t at, struct completed *how, struct fields *f)
{
	static const char *const leading[] = {
		"if", "then", "else", "elif", "while",   "until", "do",  "!",
		"{",  "time", "sudo", "exec", "command", "nohup", "env", NULL
	};
	struct fields words = { 0 };
	char *word, *dollar;
	bool command;
	const struct applet *a;

	*how = (struct completed){ 0 };
	split_command(sh, line, at, how, &words, &word);
	command = words.count == 0;
	for (int i = 0; leading[i] && words.count == 1; i++)
		command |= strcmp(words.v[0], leading[i]) == 0;
	dollar = how->quote == '\'' ? NULL : strrchr(word, '$');
	if (dollar && (dollar[1] == '{' ? name_part(dollar + 2) : name_part(dollar + 1))) {
		struct fields names = { 0 };
		bool brace = dollar[1] == '{';

		add_actions(sh, &names, DO_VARIABLE, dollar + 1 + brace);
		for (size_t i = 0; i < names.count; i++)
			sh_fields_add(sh, f,
				      sh_stack_printf(sh, "%.*s%s%s%s", (int)(dollar - word), word,
						      brace ? "${" : "$", names.v[i], brace ? "}" : ""));
		how->raw = true;
		return;
	}
	if (*word == '~' && !strchr(word, '/')) {
		add_users(sh, f, word + 1, strlen(word + 1), "~", "/");
		if (f->count) {
			how->files = how->raw = true;
			return;
		}
	}
	if (command && !strchr(word, '/')) {
		add_actions(sh, f, DO_COMMAND, word);
		sort_and_unite(f);
		return;
	}
	if (command) {
		add_files(sh, f, word, false, true);
		how->files = true;
		sort_and_unite(f);
		return;
	}
	if (words.count && complete_programmed(sh, &words, word, line, at, how, f)) {
		sort_and_unite(f);
		return;
	}
	a = find_applet(words.v[0]);
	if (*word == '-' && a)
		add_options(sh, a, word, f);
	if (!f->count) {
		bool dirs = strcmp(words.v[0], "cd") == 0 || strcmp(words.v[0], "pushd") == 0 ||
			    strcmp(words.v[0], "rmdir") == 0;

		if (strcmp(words.v[0], "unset") == 0 || strcmp(words.v[0], "export") == 0)
			add_actions(sh, f, DO_VARIABLE, word);
		add_files(sh, f, word, dirs, false);
		how->files = true;
	}
	sort_and_unite(f);
}

char *sh_completion_text(struct shell *sh, const struct completed *how, const char *text, size_t len,
			 bool whole)
{
	struct sbuf b = { 0 };
	char *result;

	if (how->quote)
		sh_sbuf_char(&b, how->quote);
	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (how->raw || (i == 0 && c == '~')) {
			sh_sbuf_char(&b, c);
		} else if (how->quote == '\'') {
			sh_sbuf_str(&b, c == '\'' ? "'\\'" : "");
			sh_sbuf_char(&b, c);
		} else {
			if (strchr(how->quote ? "\"\\$`" : " \t\n'\"\\$`*?[]{}()<>|&;!#", c) && c)
				sh_sbuf_char(&b, '\\');
			sh_sbuf_char(&b, c);
		}
	}
	if (whole && !(len && text[len - 1] == '/')) {
		if (how->quote)
			sh_sbuf_char(&b, how->quote);
		if (!how->nospace)
			sh_sbuf_char(&b, ' ');
	}
	result = sh_stack_text(sh, b.len ? b.p : "", b.len);
	free(b.p);
	return result;
}

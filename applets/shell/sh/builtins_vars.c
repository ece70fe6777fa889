/* builtins_vars.c - sh_builtins about variables, functions and aliases
 *
 * POSIX.1-2024 export, readonly, unset, alias, getopts; the Bash manual,
 * declare and local.
 */
#include "sh.h"

/* ---- showing ---- */

static const struct {
	char letter;
	uint32_t flag;
} attributes[] = {
	{ 'a', VAR_ARRAY },   { 'A', VAR_ASSOC },    { 'i', VAR_INTEGER },
	{ 'n', VAR_NAMEREF }, { 'r', VAR_READONLY }, { 't', VAR_TRACE },
	{ 'x', VAR_EXPORT },  { 'l', VAR_LOWER },    { 'u', VAR_UPPER },
};
enum { ATTRIBUTES = sizeof(attributes) / sizeof(attributes[0]) };

static uint32_t attribute_flag(char letter)
{
	for (size_t i = 0; i < ATTRIBUTES; i++)
		if (attributes[i].letter == letter)
			return attributes[i].flag;
	return 0;
}

static void show_array(struct sbuf *b, const struct var *v)
{
	sh_sbuf_str(b, "=(");
	for (size_t i = 0; v->array && i < v->array->count; i++) {
		const struct element *e = &v->array->items[i];

		if (i && !(v->flags & VAR_ASSOC))
			sh_sbuf_char(b, ' ');
		sh_sbuf_char(b, '[');
		if (!e->key)
			sh_sbuf_fmt(b, "%jd", e->index);
		else if (*e->key && e->key[strcspn(e->key, " '\"\\$`*?[]{}()<>|&;!#")] == 0)
			sh_sbuf_str(b, e->key);
		else
			sh_quote_double(b, e->key);
		sh_sbuf_str(b, "]=");
		sh_quote_double(b, e->value);
		if (v->flags & VAR_ASSOC)
			sh_sbuf_char(b, ' ');
	}
	sh_sbuf_char(b, ')');
}

void sh_show_declaration(struct shell *sh, struct sbuf *b, struct var *v)
{
	bool any = false;
	const char *s;

	sh_var_refresh(sh, v);
	sh_sbuf_str(b, "declare -");
	for (size_t i = 0; i < ATTRIBUTES; i++)
		if (v->flags & attributes[i].flag) {
			sh_sbuf_char(b, attributes[i].letter);
			any = true;
		}
	sh_sbuf_fmt(b, "%s %s", any ? "" : "-", v->name);
	if (v->flags & (VAR_ARRAY | VAR_ASSOC)) {
		if (v->array && (v->array->count || v->flags & VAR_SET))
			show_array(b, v);
	} else if (v->flags & VAR_NAMEREF) {
		if (v->text) {
			sh_sbuf_char(b, '=');
			sh_quote_double(b, v->text);
		}
	} else if ((s = sh_var_text(sh, v))) {
		sh_sbuf_char(b, '=');
		sh_quote_double(b, s);
	}
	sh_sbuf_char(b, '\n');
}

static void out_declaration(struct shell *sh, struct var *v)
{
	struct sbuf b = { 0 };

	sh_show_declaration(sh, &b, v);
	out_mem(b.p, b.len);
	free(b.p);
}

/* A variable as export -p or readonly -p show it. */
static void out_posix(struct shell *sh, const char *command, struct var *v)
{
	struct sbuf b = { 0 };
	const char *s = v->flags & (VAR_ARRAY | VAR_ASSOC) ? NULL : sh_var_text(sh, v);

	sh_sbuf_fmt(&b, "%s %s", command, v->name);
	if (s) {
		sh_sbuf_char(&b, '=');
		sh_quote_double(&b, s);
	}
	sh_sbuf_char(&b, '\n');
	out_mem(b.p, b.len);
	free(b.p);
}

/* ---- declare ---- */

/* What declare, local, export and readonly are asked to do. */
struct declaring {
	const char *name; /* of the builtin */
	uint32_t on, off;
	bool local, global, functions, names, print, inherit;
	int status;
};

static bool is_function(const struct command *c)
{
	return c->function != NULL;
}

/* declare -f, -F: shows functions or gives them attributes. */
static int declare_functions(struct shell *sh, struct declaring *d, char **names)
{
	struct command **all;
	struct sbuf b = { 0 };

	if (!*names) {
		all = sh_commands_sorted(sh, is_function);
		for (; *all; all++) {
			if ((d->on & VAR_EXPORT && !(*all)->function->exported) ||
			    (d->on & VAR_READONLY && !(*all)->function->readonly))
				continue;
			b.len = 0;
			if (d->names)
				sh_sbuf_fmt(&b, "declare -f%s %s\n", (*all)->function->exported ? "x" : "",
					    (*all)->name);
			else
				sh_show_function(sh, &b, (*all)->name, (*all)->function);
			out_mem(b.p, b.len);
		}
		free(b.p);
		return 0;
	}
	for (; *names; names++) {
		struct command *c = sh_command_named(sh, *names, strlen(*names));

		if (!c->function) {
			if (d->name[0] == 'e' || d->name[0] == 'r')
				sh_warn(sh, "%s: %s: not a function", d->name, *names);
			d->status = 1;
			continue;
		}
		if (d->on & (VAR_EXPORT | VAR_READONLY | VAR_TRACE) || d->off & VAR_EXPORT) {
			c->function->exported = (c->function->exported || d->on & VAR_EXPORT) &&
						!(d->off & VAR_EXPORT);
			c->function->readonly |= (d->on & VAR_READONLY) != 0;
			c->function->traced |= (d->on & VAR_TRACE) != 0;
			sh->env_stale = true;
			continue;
		}
		b.len = 0;
		if (d->names)
			sh_sbuf_fmt(&b, "%s\n", c->name);
		else
			sh_show_function(sh, &b, c->name, c->function);
		out_mem(b.p, b.len);
	}
	free(b.p);
	return d->status;
}

/* Splits NAME[sub]+=value. Returns the length of the name, 0 if it is none. */
static size_t split_operand(char *arg, char **sub, size_t *sub_len, bool *append, char **value)
{
	size_t n = sh_name_length(arg);
	char *p = arg + n;
	int depth = 0;

	*sub = *value = NULL;
	*append = false;
	if (n == 0)
		return 0;
	if (*p == '[') {
		*sub = p + 1;
		for (p++; *p && !(*p == ']' && depth == 0); p++)
			depth += *p == '[' ? 1 : *p == ']' ? -1 : 0;
		if (!*p)
			return 0;
		*sub_len = (size_t)(p - *sub);
		p++;
	}
	if (p[0] == '+' && p[1] == '=') {
		*append = true;
		p++;
	}
	if (*p == '=')
		*value = p + 1;
	else if (*p)
		return 0;
	return n;
}

/* Sets attributes that only hold for values assigned from now on; the value
 * itself follows. */
static void set_attributes(struct shell *sh, struct declaring *d, struct var *v)
{
	uint32_t on = d->on & ~(uint32_t)(VAR_ARRAY | VAR_ASSOC | VAR_READONLY);

	if (d->off & VAR_READONLY && v->flags & VAR_READONLY) {
		sh_warn(sh, "%s: %s: readonly variable", d->name, v->name);
		d->status = 1;
	}
	if (v->flags & VAR_READONLY && on & ~(uint32_t)VAR_EXPORT & ~v->flags) {
		sh_warn(sh, "%s: %s: readonly variable", d->name, v->name);
		d->status = 1;
		return;
	}
	if (d->on & (VAR_ARRAY | VAR_ASSOC))
		sh_array_make(sh, v, d->on & VAR_ASSOC);
	if (on & VAR_UPPER)
		v->flags &= ~(uint32_t)VAR_LOWER;
	if (on & VAR_LOWER)
		v->flags &= ~(uint32_t)VAR_UPPER;
	if ((on | d->off) & VAR_EXPORT)
		sh->env_stale = true;
	if (v->flags & VAR_NO_TEXT)
		sh_var_text(sh, v);
	v->flags = (v->flags | on) & ~(d->off & ~(uint32_t)VAR_READONLY & ~(uint32_t)(VAR_ARRAY | VAR_ASSOC));
}

static void declare_one(struct shell *sh, struct declaring *d, char *arg, struct assign *compound)
{
	char *sub, *value;
	size_t sub_len = 0, n;
	bool append;
	struct var *v;
	struct scope *scope = sh_function_scope(sh);

	n = split_operand(arg, &sub, &sub_len, &append, &value);
	if (n == 0) {
		sh_warn(sh, "%s: `%s': not a valid identifier", d->name, arg);
		d->status = 1;
		if (sh->opt[O_POSIX] && (d->name[0] == 'e' || d->name[0] == 'r') && !sh->interactive)
			sh_error(sh, 2, NULL);
		return;
	}
	v = sh_var_named(sh, arg, n);
	if (d->local && scope && !d->global) {
		if (v->flags & VAR_READONLY && !(v->flags & VAR_LOCAL)) {
			sh_warn(sh, "%s: %s: readonly variable", d->name, v->name);
			d->status = 1;
			return;
		}
		sh_scope_hide(sh, scope, v, d->inherit || sh->shopt[S_LOCALVAR_INHERIT]);
	} else if (!(d->on & VAR_NAMEREF) && !(d->off & VAR_NAMEREF) && v->flags & VAR_NAMEREF) {
		v = sh_var_target(sh, v, NULL);
	}
	if (d->on & VAR_NAMEREF && value && !append) {
		if (*value && !sh_name_length(value)) {
			sh_warn(sh, "%s: `%s': invalid variable name for name reference", d->name, value);
			d->status = 1;
			return;
		}
		if (strcmp(value, v->name) == 0 && !(d->local && scope)) {
			sh_warn(sh, "%s: %s: nameref variable self references not allowed", d->name, v->name);
			d->status = 1;
			return;
		}
		v->flags &= ~(uint32_t)(VAR_NAMEREF);
		sh_var_check(sh, v);
		sh_var_clear(v);
		sh_var_set(sh, v, value, strlen(value));
		v->flags |= d->on & ~(uint32_t)(VAR_ARRAY | VAR_ASSOC);
		return;
	}
	if (v->flags & VAR_READONLY && (value || compound) &&
	    !(d->on & VAR_READONLY && v->flags & VAR_LOCAL && false)) {
		if (sh->opt[O_POSIX] && (d->name[0] == 'e' || d->name[0] == 'r'))
			sh_error(sh, 2, "%s: readonly variable", v->name);
		sh_warn(sh, "%s: readonly variable", v->name);
		d->status = 1;
		return;
	}
	if (compound && !(d->on & VAR_ASSOC) && !(v->flags & VAR_ASSOC))
		sh_array_make(sh, v, false);
	set_attributes(sh, d, v);
	if (compound) {
		struct assign a = *compound;

		a.var = v;
		sh_assign_run(sh, &a);
	} else if (value && sub) {
		char *key = sh_stack_text(sh, sub, sub_len);

		if (!(v->flags & VAR_ASSOC))
			sh_array_make(sh, v, false);
		sh_element_set(sh, v, key, value, append);
	} else if (value && *value == '(' && value[strlen(value) - 1] == ')' &&
		   d->on & (VAR_ARRAY | VAR_ASSOC)) {
		/* declare -a "x=(1 2)": the text is parsed as an assignment would be */
		sh_run_text(sh, sh_stack_printf(sh, "%s=%s", v->name, value), NULL, sh->line);
	} else if (value && append) {
		sh_var_append(sh, v, value, strlen(value));
	} else if (value) {
		sh_var_set(sh, v, value, strlen(value));
	} else if (sub && !(v->flags & VAR_ASSOC)) {
		sh_array_make(sh, v, false);
	}
	if (d->on & VAR_READONLY)
		v->flags |= VAR_READONLY;
	if (v->flags & VAR_EXPORT)
		sh->env_stale = true;
}

/* declare -p with or without names. */
static int declare_print(struct shell *sh, struct declaring *d, char **names)
{
	if (!*names) {
		for (struct var **v = sh_vars_sorted(
			     sh, d->on & VAR_ATTRIBUTES ? d->on : d->on & (VAR_ARRAY | VAR_ASSOC));
		     *v; v++)
			if ((*v)->flags & (VAR_SET | VAR_ARRAY | VAR_ASSOC | VAR_ATTRIBUTES | VAR_DYNAMIC))
				out_declaration(sh, *v);
		return 0;
	}
	for (; *names; names++) {
		struct var *v = sh_var_known(sh, *names);

		if (!v || !(v->flags &
			    (VAR_SET | VAR_ARRAY | VAR_ASSOC | VAR_ATTRIBUTES | VAR_DYNAMIC | VAR_LOCAL))) {
			sh_warn(sh, "%s: %s: not found", d->name, *names);
			d->status = 1;
			continue;
		}
		out_declaration(sh, v);
	}
	return d->status;
}

/* The assignments that were among the arguments, by their place; taken, for
 * commands may run meanwhile. */
static struct assign **take_assigns(struct shell *sh)
{
	struct assign **list = sh->declare_assigns;

	sh->declare_assigns = NULL;
	return list;
}

/* Takes an option that declare and local share. */
static void take_attribute(struct declaring *d, char letter, char sign)
{
	uint32_t flag = attribute_flag(letter);

	if (sign == '+')
		d->off |= flag;
	else
		d->on |= flag;
	d->inherit |= letter == 'I';
	d->print |= letter == 'p';
}

int builtin_declare(struct shell *sh, int argc, char **argv)
{
	struct letters l = LETTERS(argc, argv);
	struct declaring d = { .name = argv[0], .local = true };
	struct assign **assigns = take_assigns(sh);
	int letter;

	while ((letter = sh_next_letter(sh, &l, "+aAfFgiIlnprtux"))) {
		if (letter == '?')
			return 2;
		take_attribute(&d, (char)letter, l.sign);
		d.functions |= letter == 'f' || letter == 'F';
		d.names |= letter == 'F';
		d.global |= letter == 'g';
	}
	if (d.functions)
		return declare_functions(sh, &d, argv + l.index);
	if (d.print || l.index >= argc) {
		if (!d.print && !d.on && !d.off) {
			char set[] = "set", *set_argv[] = { set, NULL };

			return builtin_set(sh, 1, set_argv);
		}
		return declare_print(sh, &d, argv + l.index);
	}
	for (int i = l.index; i < argc; i++)
		declare_one(sh, &d, argv[i], assigns ? assigns[i] : NULL);
	return d.status;
}

int builtin_local(struct shell *sh, int argc, char **argv)
{
	struct letters l = LETTERS(argc, argv);
	struct declaring d = { .name = argv[0], .local = true };
	struct assign **assigns = take_assigns(sh);
	struct scope *scope = sh_function_scope(sh);
	int letter;

	if (!scope) {
		sh_warn(sh, "local: can only be used in a function");
		return 1;
	}
	while ((letter = sh_next_letter(sh, &l, "+aAiIlnprtux"))) {
		if (letter == '?')
			return 2;
		take_attribute(&d, (char)letter, l.sign);
	}
	if (l.index >= argc) {
		for (struct saved_var *s = scope->saved; s; s = s->next)
			out_declaration(sh, s->var);
		return 0;
	}
	for (int i = l.index; i < argc; i++) {
		if (strcmp(argv[i], "-") == 0) {
			if (!scope->options) {
				scope->options = sh_xmalloc(sizeof(sh->opt));
				memcpy(scope->options, sh->opt, sizeof(sh->opt));
			}
			continue;
		}
		declare_one(sh, &d, argv[i], assigns ? assigns[i] : NULL);
	}
	return d.status;
}

int builtin_export(struct shell *sh, int argc, char **argv)
{
	struct letters l = LETTERS(argc, argv);
	bool readonly = argv[0][0] == 'r';
	uint32_t flag = readonly ? VAR_READONLY : VAR_EXPORT;
	struct declaring d = { .name = argv[0], .on = flag };
	struct assign **assigns = take_assigns(sh);
	int letter;

	while ((letter = sh_next_letter(sh, &l, readonly ? "aAfp" : "fnp"))) {
		if (letter == '?') {
			if (sh->opt[O_POSIX] && !sh->interactive)
				sh_error(sh, 2, NULL);
			return 2;
		}
		if (letter == 'n') {
			d.on = 0;
			d.off = VAR_EXPORT;
		}
		if (letter == 'a' || letter == 'A')
			d.on |= attribute_flag((char)letter);
		d.functions |= letter == 'f';
		d.print |= letter == 'p';
	}
	if (d.functions)
		return declare_functions(sh, &d, argv + l.index);
	if (l.index >= argc) {
		for (struct var **v = sh_vars_sorted(sh, flag); *v; v++)
			if (sh->opt[O_POSIX])
				out_posix(sh, argv[0], *v);
			else
				out_declaration(sh, *v);
		return 0;
	}
	for (int i = l.index; i < argc; i++)
		declare_one(sh, &d, argv[i], assigns ? assigns[i] : NULL);
	return d.status;
}

int builtin_unset(struct shell *sh, int argc, char **argv)
{
	struct letters l = LETTERS(argc, argv);
	bool functions = false, variables = false, references = false;
	int letter, status = 0;

	while ((letter = sh_next_letter(sh, &l, "fvn"))) {
		if (letter == '?')
			return 2;
		functions |= letter == 'f';
		variables |= letter == 'v';
		references |= letter == 'n';
	}
	for (int i = l.index; i < argc; i++) {
		char *sub = NULL, *value = NULL;
		size_t sub_len = 0, n = 0;
		bool append;
		struct var *v;

		if (!functions) {
			n = split_operand(argv[i], &sub, &sub_len, &append, &value);
			if (n == 0 || value) {
				if (variables || sh->opt[O_POSIX] ||
				    !sh_command_named(sh, argv[i], strlen(argv[i]))->function) {
					sh_warn(sh, "unset: `%s': not a valid identifier", argv[i]);
					status = 1;
					continue;
				}
			}
		}
		v = n ? sh_var_named(sh, argv[i], n) : NULL;
		if (v && !references)
			v = sh_var_target(sh, v, NULL);
		if (v && sub) {
			char *key = sh_stack_text(sh, sub, sub_len);

			if ((strcmp(key, "@") == 0 || strcmp(key, "*") == 0) && !(v->flags & VAR_ASSOC))
				status |= !sh_var_unset(sh, v);
			else
				status |= !sh_element_unset(sh, v, key);
			continue;
		}
		if (v && (variables || references ||
			  v->flags & (VAR_SET | VAR_ARRAY | VAR_ASSOC | VAR_ATTRIBUTES | VAR_DYNAMIC))) {
			if (!sh_var_unset(sh, v)) {
				status = 1;
				if (sh->opt[O_POSIX] && !sh->interactive)
					sh_error(sh, 2, NULL);
			}
			continue;
		}
		if (functions || (!variables && !references && !sh->opt[O_POSIX])) {
			struct command *c = sh_command_named(sh, argv[i], strlen(argv[i]));

			if (c->function && c->function->readonly) {
				sh_warn(sh, "unset: %s: cannot unset: readonly function", argv[i]);
				status = 1;
			} else if (c->function) {
				sh->env_stale |= c->function->exported;
				sh_function_drop(sh, c->function);
				c->function = NULL;
			}
		}
	}
	return status;
}

/* ---- getopts ---- */

int builtin_getopts(struct shell *sh, int argc, char **argv)
{
	const char *spec, *name, *arg, *known;
	char **args = sh->args, letter, text[2] = { 0 };
	int count = sh->args_count, index = sh->getopts_index;
	bool quiet;
	int i = argc > 1 && strcmp(argv[1], "--") == 0 ? 2 : 1;

	if (argc - i < 2)
		return sh_usage_error(sh, "getopts", "usage: getopts optstring name [arg ...]");
	spec = argv[i];
	name = argv[i + 1];
	if (argc - i > 2) {
		args = argv + i + 2;
		count = argc - i - 2;
	}
	quiet = *spec == ':';
	spec += quiet;
	if (!sh_is_name(name)) {
		sh_warn(sh, "getopts: `%s': not a valid identifier", name);
		return sh->opt[O_POSIX] ? 2 : 1;
	}
	arg = index - 1 < count ? args[index - 1] : NULL;
	if (sh->getopts_at && (!arg || sh->getopts_at >= strlen(arg)))
		sh->getopts_at = 0;
	if (!sh->getopts_at) {
		if (!arg || *arg != '-' || !arg[1] || strcmp(arg, "--") == 0) {
			index += arg && strcmp(arg, "--") == 0;
			sh_var_unset(sh, sh->v_optarg);
			sh_var_set_name(sh, name, "?");
			sh_var_set_number(sh, sh->v_optind, index);
			sh->getopts_index = index;
			sh->getopts_at = 0;
			return 1;
		}
		sh->getopts_at = 1;
	}
	letter = arg[sh->getopts_at++];
	text[0] = letter;
	known = letter == ':' ? NULL : strchr(spec, letter);
	if (!arg[sh->getopts_at]) {
		index++;
		arg = NULL;
	}
	if (!known) {
		if (quiet) {
			sh_var_set(sh, sh->v_optarg, text, 1);
		} else {
			sh_var_unset(sh, sh->v_optarg);
			if (!sh_var_get(sh, "OPTERR") || strcmp(sh_var_get(sh, "OPTERR"), "0") != 0) {
				struct sbuf b = { 0 };

				sh_sbuf_fmt(&b, "%s: illegal option -- %c\n", sh->name, letter);
				write_all(STDERR_FILENO, b.p, b.len);
				free(b.p);
			}
		}
		text[0] = '?';
	} else if (known[1] == ':') {
		if (arg) {
			sh_var_set_name(sh, "OPTARG", arg + sh->getopts_at);
			index++;
		} else if (index - 1 < count) {
			sh_var_set_name(sh, "OPTARG", args[index++ - 1]);
		} else {
			if (quiet) {
				sh_var_set(sh, sh->v_optarg, text, 1);
				text[0] = ':';
			} else {
				struct sbuf b = { 0 };

				sh_var_unset(sh, sh->v_optarg);
				sh_sbuf_fmt(&b, "%s: option requires an argument -- %c\n", sh->name, letter);
				write_all(STDERR_FILENO, b.p, b.len);
				free(b.p);
				text[0] = '?';
			}
		}
		arg = NULL;
	} else {
		sh_var_unset(sh, sh->v_optarg);
	}
	{
		unsigned at = arg ? sh->getopts_at : 0;

		sh_var_set_number(sh, sh->v_optind, index);
		sh->getopts_index = index;
		sh->getopts_at = at;
	}
	sh_var_set_name(sh, name, text);
	return 0;
}

/* ---- aliases ---- */

static bool is_alias(const struct command *c)
{
	return c->alias != NULL;
}

static void show_alias(struct shell *sh, const struct command *c, bool prefix)
{
	struct sbuf b = { 0 };

	(void)sh;
	if (prefix)
		sh_sbuf_str(&b, "alias ");
	sh_sbuf_fmt(&b, "%s=", c->name);
	sh_quote_single(&b, c->alias);
	sh_sbuf_char(&b, '\n');
	out_mem(b.p, b.len);
	free(b.p);
}

int builtin_alias(struct shell *sh, int argc, char **argv)
{
	struct letters l = LETTERS(argc, argv);
	bool print = false, prefix = !sh->opt[O_POSIX];
	int letter, status = 0;

	while ((letter = sh_next_letter(sh, &l, "p"))) {
		if (letter == '?')
			return 2;
		print = prefix = true;
	}
	if (print || l.index >= argc)
		for (struct command **c = sh_commands_sorted(sh, is_alias); *c; c++)
			show_alias(sh, *c, prefix);
	for (int i = l.index; i < argc; i++) {
		char *equals = strchr(argv[i] + (*argv[i] != 0), '=');
		struct command *c;

		if (equals) {
			size_t n = (size_t)(equals - argv[i]);
			char *name = sh_stack_text(sh, argv[i], n);

			if (name[strcspn(name, "/$`='\"|&;()<> \t\n\\")]) {
				sh_warn(sh, "alias: `%s': invalid alias name", name);
				status = 1;
				continue;
			}
			c = sh_command_named(sh, name, n);
			free(c->alias);
			c->alias = sh_xstrdup(equals + 1);
			sh->any_aliases = true;
			continue;
		}
		c = sh_command_named(sh, argv[i], strlen(argv[i]));
		if (c->alias) {
			show_alias(sh, c, prefix);
		} else {
			sh_warn(sh, "alias: %s: not found", argv[i]);
			status = 1;
		}
	}
	return status;
}

int builtin_unalias(struct shell *sh, int argc, char **argv)
{
	struct letters l = LETTERS(argc, argv);
	int letter, status = 0;
	bool all = false;

	while ((letter = sh_next_letter(sh, &l, "a"))) {
		if (letter == '?')
			return 2;
		all = true;
	}
	if (!all && l.index >= argc)
		return sh_usage_error(sh, "unalias", "usage: unalias [-a] name [name ...]");
	if (all)
		for (struct command **c = sh_commands_sorted(sh, is_alias); *c; c++) {
			free((*c)->alias);
			(*c)->alias = NULL;
		}
	for (int i = l.index; i < argc && !all; i++) {
		struct command *c = sh_command_named(sh, argv[i], strlen(argv[i]));

		if (!c->alias) {
			sh_warn(sh, "unalias: %s: not found", argv[i]);
			status = 1;
		}
		free(c->alias);
		c->alias = NULL;
	}
	return status;
}

/* sh_builtins.c - the table of sh_builtins, their options, and those that
 * direct the shell itself
 *
 * POSIX.1-2024 XCU 2.15; the Bash manual, "Shell Builtin Commands".
 */
#include "sh.h"
#include <sys/resource.h>
#include <sys/times.h>

enum { S = BUILTIN_SPECIAL, D = BUILTIN_DECLARES, H = BUILTIN_HARMLESS, B = BUILTIN_BASH };

/* In byte order. */
const struct builtin sh_builtins[] = {
	{ ".", builtin_source, S, "filename [arguments]" },
	{ ":", builtin_true, S | H, "[arguments]" },
	{ "[", builtin_test, H, "expression ]" },
	{ "alias", builtin_alias, 0, "[-p] [name[=value] ...]" },
	{ "bg", builtin_bg, 0, "[job ...]" },
	{ "bind", builtin_bind, B, "[-lpP] [-m keymap] [-q name] [-u name] [-r keyseq] [keyseq:function]" },
	{ "break", builtin_break, S, "[n]" },
	{ "builtin", builtin_builtin, B, "[builtin [arg ...]]" },
	{ "caller", builtin_caller, B, "[expr]" },
	{ "cd", builtin_cd, 0, "[-L|[-P [-e]]] [dir]" },
	{ "command", builtin_command, 0, "[-pVv] command [arg ...]" },
	{ "compgen", builtin_compgen, B,
	  "[-abcdefgjksuv] [-o option] [-A action] [-W wordlist] [-P prefix] [-S "
	  "suffix] [word]" },
	{ "complete", builtin_complete, B,
	  "[-abcdefgjksuv] [-pr] [-o option] [-A action] [-W wordlist] [-F "
	  "function] [name ...]" },
	{ "compopt", builtin_compopt, B, "[-o|+o option] [name ...]" },
	{ "continue", builtin_break, S, "[n]" },
	{ "declare", builtin_declare, D | B, "[-aAfFgiIlnrtux] [-p] [name[=value] ...]" },
	{ "dirs", builtin_dirs, B, "[-clpv] [+N] [-N]" },
	{ "disown", builtin_disown, B, "[-h] [-ar] [jobspec ... | pid ...]" },
	{ "echo", builtin_echo, H, "[-neE] [arg ...]" },
	{ "enable", builtin_enable, B, "[-a] [-nps] [name ...]" },
	{ "eval", builtin_eval, S, "[arg ...]" },
	{ "exec", builtin_exec, S, "[-cl] [-a name] [command [argument ...]]" },
	{ "exit", builtin_exit, S | H, "[n]" },
	{ "export", builtin_export, S | D, "[-fn] [name[=value] ...] or export -p" },
	{ "false", builtin_false, H, "" },
	{ "fc", builtin_fc, 0, "[-e ename] [-lnr] [first] [last] or fc -s [pat=rep] [command]" },
	{ "fg", builtin_fg, 0, "[job]" },
	{ "getopts", builtin_getopts, 0, "optstring name [arg ...]" },
	{ "hash", builtin_hash, 0, "[-lr] [-p pathname] [-dt] [name ...]" },
	{ "help", builtin_help, B, "[pattern ...]" },
	{ "history", builtin_history, B,
	  "[-c] [-d offset] [n] or history -anrw [filename] or history -ps arg" },
	{ "jobs", builtin_jobs, 0, "[-lnprs] [job ...]" },
	{ "kill", builtin_kill, 0,
	  "[-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l "
	  "[sigspec]" },
	{ "let", builtin_let, B, "arg [arg ...]" },
	{ "local", builtin_local, D | B, "[option] name[=value] ..." },
	{ "logout", builtin_exit, B, "[n]" },
	{ "mapfile", builtin_mapfile, B,
	  "[-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [-C callback] "
	  "[-c quantum] [array]" },
	{ "popd", builtin_popd, B, "[-n] [+N | -N]" },
	{ "printf", builtin_printf, H, "[-v var] format [arguments]" },
	{ "pushd", builtin_pushd, B, "[-n] [+N | -N | dir]" },
	{ "pwd", builtin_pwd, H, "[-LP]" },
	{ "read", builtin_read, 0,
	  "[-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p "
	  "prompt] [-t timeout] [-u fd] [name ...]" },
	{ "readarray", builtin_mapfile, B, "as mapfile" },
	{ "readonly", builtin_export, S | D, "[-aAf] [name[=value] ...] or readonly -p" },
	{ "return", builtin_return, S, "[n]" },
	{ "set", builtin_set, S, "[-abefhkmnptuvxBCEHPT] [-o option-name] [--] [arg ...]" },
	{ "shift", builtin_shift, S, "[n]" },
	{ "shopt", builtin_shopt, B, "[-pqsu] [-o] [optname ...]" },
	{ "source", builtin_source, B, "filename [arguments]" },
	{ "suspend", builtin_suspend, B, "[-f]" },
	{ "test", builtin_test, H, "[expr]" },
	{ "times", builtin_times, S | H, "" },
	{ "trap", builtin_trap, S, "[-lp] [[arg] signal_spec ...]" },
	{ "true", builtin_true, H, "" },
	{ "type", builtin_type, H, "[-afptP] name [name ...]" },
	{ "typeset", builtin_declare, D | B, "[-aAfFgiIlnrtux] [-p] name[=value] ..." },
	{ "ulimit", builtin_ulimit, 0, "[-SHabcdefiklmnpqrstuvxPRT] [limit]" },
	{ "umask", builtin_umask, 0, "[-p] [-S] [mode]" },
	{ "unalias", builtin_unalias, 0, "[-a] name [name ...]" },
	{ "unset", builtin_unset, S, "[-f] [-v] [-n] [name ...]" },
	{ "wait", builtin_wait, 0, "[-fn] [-p var] [id ...]" },
};
const size_t sh_builtins_count = sizeof(sh_builtins) / sizeof(sh_builtins[0]);

const struct builtin *sh_find_builtin(const char *name)
{
	size_t low = 0, high = sh_builtins_count;

	while (low < high) {
		size_t mid = (low + high) / 2;
		int order = strcmp(name, sh_builtins[mid].name);

		if (order == 0)
			return &sh_builtins[mid];
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

/* ---- options of sh_builtins ---- */

int sh_usage_error(struct shell *sh, const char *name, const char *fmt, ...)
{
	va_list args;
	char text[512];

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	sh_warn(sh, "%s: %s", name, text);
	return 2;
}

int sh_next_letter(struct shell *sh, struct letters *l, const char *spec)
{
	const char *known;
	char letter;

	if (!l->at || !*l->at) {
		char *arg = l->index < l->argc ? l->argv[l->index] : NULL;

		if (!arg || (*arg != '-' && !(*arg == '+' && *spec == '+')) || !arg[1])
			return 0;
		l->index++;
		if (strcmp(arg, "--") == 0)
			return 0;
		l->sign = *arg;
		l->at = arg + 1;
	}
	letter = *l->at++;
	known = letter == ':' ? NULL : strchr(spec + (*spec == '+'), letter);
	if (!known) {
		sh_warn(sh, "%s: %c%c: invalid option", l->argv[0], l->sign, letter);
		return '?';
	}
	l->arg = NULL;
	if (known[1] != ':')
		return letter;
	if (*l->at) {
		l->arg = l->argv[l->index - 1] + (l->at - l->argv[l->index - 1]);
		l->at = NULL;
	} else if (l->index < l->argc) {
		l->arg = l->argv[l->index++];
		l->at = NULL;
	} else {
		sh_warn(sh, "%s: -%c: option requires an argument", l->argv[0], letter);
		return '?';
	}
	return letter;
}

/* ---- options of the shell ---- */

const struct option_name sh_option_names[O_COUNT] = {
	[O_ALLEXPORT] = { "allexport", 'a' },
	[O_NOTIFY] = { "notify", 'b' },
	[O_NOCLOBBER] = { "noclobber", 'C' },
	[O_ERREXIT] = { "errexit", 'e' },
	[O_NOGLOB] = { "noglob", 'f' },
	[O_HASHALL] = { "hashall", 'h' },
	[O_KEYWORD] = { "keyword", 'k' },
	[O_MONITOR] = { "monitor", 'm' },
	[O_NOEXEC] = { "noexec", 'n' },
	[O_PRIVILEGED] = { "privileged", 'p' },
	[O_ONECMD] = { "onecmd", 't' },
	[O_NOUNSET] = { "nounset", 'u' },
	[O_VERBOSE] = { "verbose", 'v' },
	[O_XTRACE] = { "xtrace", 'x' },
	[O_BRACE] = { "braceexpand", 'B' },
	[O_ERRTRACE] = { "errtrace", 'E' },
	[O_FUNCTRACE] = { "functrace", 'T' },
	[O_HISTEXPAND] = { "histexpand", 'H' },
	[O_PHYSICAL] = { "physical", 'P' },
	[O_EMACS] = { "emacs", 0 },
	[O_VI] = { "vi", 0 },
	[O_IGNOREEOF] = { "ignoreeof", 0 },
	[O_NOLOG] = { "nolog", 0 },
	[O_PIPEFAIL] = { "pipefail", 0 },
	[O_POSIX] = { "posix", 0 },
	[O_HISTORY] = { "history", 0 },
};

int sh_set_option(struct shell *sh, int option, bool on)
{
	if (option == O_MONITOR)
		sh->monitor_given = true;
	if (option == O_EMACS && on)
		sh->opt[O_VI] = false;
	if (option == O_VI && on)
		sh->opt[O_EMACS] = false;
	if (option == O_NOEXEC && sh->interactive)
		return 0;
	sh->opt[option] = on;
	if (option == O_MONITOR && sh->started)
		sh_job_control_set(sh, on);
	return 0;
}

bool sh_set_option_named(struct shell *sh, const char *name, bool on)
{
	for (int i = 0; i < O_COUNT; i++)
		if (strcmp(sh_option_names[i].name, name) == 0) {
			sh_set_option(sh, i, on);
			return true;
		}
	return false;
}

bool sh_set_option_letter(struct shell *sh, char letter, bool on)
{
	for (int i = 0; i < O_COUNT; i++)
		if (sh_option_names[i].letter == letter) {
			sh_set_option(sh, i, on);
			return true;
		}
	return false;
}

void sh_options_flags(struct shell *sh, char *out)
{
	for (int i = 0; i < O_COUNT; i++)
		if (sh->opt[i] && sh_option_names[i].letter)
			*out++ = sh_option_names[i].letter;
	if (sh->interactive)
		*out++ = 'i';
	if (sh->command_string)
		*out++ = 'c';
	if (sh->from_stdin)
		*out++ = 's';
	*out = 0;
}

static int by_option_name(const void *a, const void *b)
{
	return strcmp(sh_option_names[*(const int *)a].name, sh_option_names[*(const int *)b].name);
}

/* set -o and set +o */
static void show_options(const struct shell *sh, bool readable)
{
	int order[O_COUNT];

	for (int i = 0; i < O_COUNT; i++)
		order[i] = i;
	qsort(order, O_COUNT, sizeof(*order), by_option_name);
	for (int i = 0; i < O_COUNT; i++)
		if (readable)
			out_fmt("set %co %s\n", sh->opt[order[i]] ? '-' : '+',
				sh_option_names[order[i]].name);
		else
			out_fmt("%-15s\t%s\n", sh_option_names[order[i]].name,
				sh->opt[order[i]] ? "on" : "off");
}

static void show_variables(struct shell *sh)
{
	for (struct var **v = sh_vars_sorted(sh, 0); *v; v++) {
		struct sbuf b = { 0 };
		const char *s;

		if (!sh_var_is_set(sh, *v))
			continue;
		if ((*v)->flags & (VAR_ARRAY | VAR_ASSOC)) {
			sh_show_declaration(sh, &b, *v);
			/* without the `declare -a ` */
			s = memchr(b.p, ' ', b.len);
			s = s ? strchr(s + 1, ' ') : NULL;
			if (s)
				out_mem(s + 1, b.len - (size_t)(s + 1 - b.p));
		} else {
			sh_sbuf_fmt(&b, "%s=", (*v)->name);
			s = sh_var_text(sh, *v);
			if (s && *s)
				sh_quote_word(&b, s);
			sh_sbuf_char(&b, '\n');
			out_mem(b.p, b.len);
		}
		free(b.p);
	}
	if (sh->opt[O_POSIX])
		return;
	for (size_t i = 0; i < sh->commands_size; i++)
		for (struct command *c = sh->commands[i]; c; c = c->next)
			if (c->function) {
				struct sbuf b = { 0 };

				sh_show_function(sh, &b, c->name, c->function);
				out_mem(b.p, b.len);
				free(b.p);
			}
}

int builtin_set(struct shell *sh, int argc, char **argv)
{
	int i = 1;

	if (argc == 1) {
		show_variables(sh);
		return 0;
	}
	for (; i < argc && (argv[i][0] == '-' || argv[i][0] == '+'); i++) {
		bool on = argv[i][0] == '-';

		if (strcmp(argv[i], "--") == 0) {
			sh_set_args(sh, argc - i - 1, argv + i + 1);
			return 0;
		}
		if (!argv[i][1]) {
			if (on)
				sh->opt[O_XTRACE] = sh->opt[O_VERBOSE] = false;
			i++;
			if (i < argc)
				sh_set_args(sh, argc - i, argv + i);
			return 0;
		}
		for (const char *c = argv[i] + 1; *c; c++) {
			if (*c == 'o') {
				if (i + 1 >= argc) {
					show_options(sh, !on);
					continue;
				}
				if (!sh_set_option_named(sh, argv[++i], on)) {
					sh_warn(sh, "set: %s: invalid option name", argv[i]);
					if (sh->opt[O_POSIX] && !sh->interactive)
						sh_error(sh, 2, NULL);
					return 2;
				}
				break;
			}
			if (!sh_set_option_letter(sh, *c, on)) {
				sh_warn(sh, "set: %c%c: invalid option", on ? '-' : '+', *c);
				if (sh->opt[O_POSIX] && !sh->interactive)
					sh_error(sh, 2, NULL);
				return 2;
			}
		}
	}
	if (i < argc)
		sh_set_args(sh, argc - i, argv + i);
	return 0;
}

const char *const sh_shopt_names[S_COUNT] = {
	[S_AUTOCD] = "autocd",
	[S_ASSOC_EXPAND_ONCE] = "assoc_expand_once",
	[S_CDABLE_VARS] = "cdable_vars",
	[S_CDSPELL] = "cdspell",
	[S_CHECKHASH] = "checkhash",
	[S_CHECKJOBS] = "checkjobs",
	[S_CHECKWINSIZE] = "checkwinsize",
	[S_CMDHIST] = "cmdhist",
	[S_COMPLETE_FULLQUOTE] = "complete_fullquote",
	[S_DIREXPAND] = "direxpand",
	[S_DIRSPELL] = "dirspell",
	[S_DOTGLOB] = "dotglob",
	[S_EXECFAIL] = "execfail",
	[S_EXPAND_ALIASES] = "expand_aliases",
	[S_EXTDEBUG] = "extdebug",
	[S_EXTGLOB] = "extglob",
	[S_EXTQUOTE] = "extquote",
	[S_FAILGLOB] = "failglob",
	[S_FORCE_FIGNORE] = "force_fignore",
	[S_GLOBASCIIRANGES] = "globasciiranges",
	[S_GLOBSKIPDOTS] = "globskipdots",
	[S_GLOBSTAR] = "globstar",
	[S_GNU_ERRFMT] = "gnu_errfmt",
	[S_HISTAPPEND] = "histappend",
	[S_HISTREEDIT] = "histreedit",
	[S_HISTVERIFY] = "histverify",
	[S_HOSTCOMPLETE] = "hostcomplete",
	[S_HUPONEXIT] = "huponexit",
	[S_INHERIT_ERREXIT] = "inherit_errexit",
	[S_INTERACTIVE_COMMENTS] = "interactive_comments",
	[S_LASTPIPE] = "lastpipe",
	[S_LITHIST] = "lithist",
	[S_LOCALVAR_INHERIT] = "localvar_inherit",
	[S_LOCALVAR_UNSET] = "localvar_unset",
	[S_LOGIN_SHELL] = "login_shell",
	[S_MAILWARN] = "mailwarn",
	[S_NO_EMPTY_CMD_COMPLETION] = "no_empty_cmd_completion",
	[S_NOCASEGLOB] = "nocaseglob",
	[S_NOCASEMATCH] = "nocasematch",
	[S_NOEXPAND_TRANSLATION] = "noexpand_translation",
	[S_NULLGLOB] = "nullglob",
	[S_PATSUB_REPLACEMENT] = "patsub_replacement",
	[S_PROGCOMP] = "progcomp",
	[S_PROGCOMP_ALIAS] = "progcomp_alias",
	[S_PROMPTVARS] = "promptvars",
	[S_RESTRICTED_SHELL] = "restricted_shell",
	[S_SHIFT_VERBOSE] = "shift_verbose",
	[S_SOURCEPATH] = "sourcepath",
	[S_VARREDIR_CLOSE] = "varredir_close",
	[S_XPG_ECHO] = "xpg_echo",
};

static void show_shopt(const char *name, bool on, bool readable, const char *command)
{
	if (readable)
		out_fmt("%s %s %s\n", command,
			on ? (*command == 's' && command[1] == 'h' ? "-s" : "-o")
			   : (*command == 's' && command[1] == 'h' ? "-u" : "+o"),
			name);
	else
		out_fmt("%-15s\t%s\n", name, on ? "on" : "off");
}

int builtin_shopt(struct shell *sh, int argc, char **argv)
{
	struct letters l = LETTERS(argc, argv);
	bool set = false, unset = false, quiet = false, print = false, of_set = false;
	int letter, status = 0;

	while ((letter = sh_next_letter(sh, &l, "supqo"))) {
		if (letter == '?')
			return 2;
		set |= letter == 's';
		unset |= letter == 'u';
		quiet |= letter == 'q';
		print |= letter == 'p';
		of_set |= letter == 'o';
	}
	if (set && unset) {
		sh_warn(sh, "shopt: cannot set and unset shell options simultaneously");
		return 1;
	}
	if (l.index >= argc && of_set) {
		show_options(sh, print);
		return 0;
	}
	for (int i = 0; i < S_COUNT && l.index >= argc; i++)
		if ((!set && !unset) || sh->shopt[i] == set)
			show_shopt(sh_shopt_names[i], sh->shopt[i], print, "shopt");
	for (int a = l.index; a < argc; a++) {
		bool *place = NULL;
		int option = -1;

		for (int i = 0; i < S_COUNT && !of_set; i++)
			if (strcmp(sh_shopt_names[i], argv[a]) == 0)
				place = &sh->shopt[i];
		for (int i = 0; i < O_COUNT && of_set; i++)
			if (strcmp(sh_option_names[i].name, argv[a]) == 0) {
				place = &sh->opt[i];
				option = i;
			}
		if (!place) {
			sh_warn(sh, "shopt: %s: invalid %s name", argv[a],
				of_set ? "option" : "shell option");
			status = 1;
		} else if (set || unset) {
			if (option >= 0)
				sh_set_option(sh, option, set);
			else
				*place = set;
		} else {
			status |= !*place;
			if (!quiet)
				show_shopt(argv[a], *place, print, of_set ? "set" : "shopt");
		}
	}
	return status;
}

/* ---- control flow ---- */

int builtin_true(struct shell *sh, int argc, char **argv)
{
	(void)sh;
	(void)argc;
	(void)argv;
	return 0;
}

int builtin_false(struct shell *sh, int argc, char **argv)
{
	(void)sh;
	(void)argc;
	(void)argv;
	return 1;
}

/* Reads a whole number that is an operand. */
static bool read_operand(struct shell *sh, const char *name, const char *s, intmax_t *out)
{
	if (parse_int(s, NULL, out) == NUM_OK)
		return true;
	sh_warn(sh, "%s: %s: numeric argument required", name, s);
	return false;
}

int builtin_break(struct shell *sh, int argc, char **argv)
{
	intmax_t n = 1;
	int i = argc > 1 && strcmp(argv[1], "--") == 0 ? 2 : 1;

	if (i < argc && !read_operand(sh, argv[0], argv[i], &n))
		sh_error(sh, 128, NULL);
	if (i < argc && n < 1) {
		sh_warn(sh, "%s: %s: loop count out of range", argv[0], argv[i]);
		if (sh->opt[O_POSIX])
			sh_error(sh, 2, NULL);
		if (!sh->loops)
			return 1;
		sh->levels = sh->loops;
		sh->flow = FLOW_BREAK;
		return sh->status = 1;
	}
	if (!sh->loops) {
		if (!sh->opt[O_POSIX])
			sh_warn(sh, "%s: only meaningful in a `for', `while', or `until' loop", argv[0]);
		return 0;
	}
	sh->levels = n > sh->loops ? sh->loops : (int)n;
	sh->flow = argv[0][0] == 'b' ? FLOW_BREAK : FLOW_CONTINUE;
	return sh->status = 0;
}

/* The status that an operand of exit or return gives. */
static int exit_status(struct shell *sh, int argc, char **argv)
{
	intmax_t n;
	int i = argc > 1 && strcmp(argv[1], "--") == 0 ? 2 : 1;

	if (i >= argc)
		return sh->trap_running && sh->trap_depth == sh->functions_deep ? sh->trap_status
										: sh->status;
	if (!read_operand(sh, argv[0], argv[i], &n))
		return 2;
	if (i + 1 < argc) {
		sh_warn(sh, "%s: too many arguments", argv[0]);
		return -1;
	}
	return (int)(n & 255);
}

int builtin_exit(struct shell *sh, int argc, char **argv)
{
	int status;

	if (argv[0][0] == 'l' && !sh->login) {
		sh_warn(sh, "logout: not login shell: use `exit'");
		return 1;
	}
	if (sh->interactive && !sh->subshell && !sh->told_stopped && sh_jobs_stopped(sh)) {
		write_all(STDERR_FILENO, "There are stopped jobs.\n", 24);
		sh->told_stopped = true;
		return 1;
	}
	status = exit_status(sh, argc, argv);
	if (status < 0)
		return 1;
	if (sh->interactive && !sh->subshell && !sh->subshells)
		write_all(STDERR_FILENO, sh->login ? "logout\n" : "exit\n", sh->login ? 7 : 5);
	sh_exit(sh, status);
}

int builtin_return(struct shell *sh, int argc, char **argv)
{
	int status = exit_status(sh, argc, argv);

	if (!sh->functions_deep && !sh->sources_deep) {
		if (!sh->opt[O_POSIX]) {
			sh_warn(sh, "return: can only `return' from a function or sourced script");
			return 2;
		}
	}
	sh->status = status < 0 ? 2 : status;
	sh->flow = FLOW_RETURN;
	return sh->status;
}

int builtin_shift(struct shell *sh, int argc, char **argv)
{
	intmax_t n = 1;
	int i = argc > 1 && strcmp(argv[1], "--") == 0 ? 2 : 1;

	if (i < argc && !read_operand(sh, "shift", argv[i], &n))
		sh_error(sh, sh->opt[O_POSIX] ? 2 : 1, NULL);
	if (n < 0 || n > sh->args_count) {
		if (n < 0 || sh->opt[O_POSIX] || sh->shopt[S_SHIFT_VERBOSE])
			sh_warn(sh, "shift: %s: shift count out of range", i < argc ? argv[i] : "1");
		if (sh->opt[O_POSIX] && !sh->interactive)
			sh_error(sh, 2, NULL);
		return 1;
	}
	sh->args += n;
	sh->args_count -= (int)n;
	return 0;
}

int builtin_eval(struct shell *sh, int argc, char **argv)
{
	struct sbuf b = { 0 };
	char *text;
	int status, i = argc > 1 && strcmp(argv[1], "--") == 0 ? 2 : 1;

	if (i >= argc)
		return 0;
	if (i + 1 == argc) {
		text = argv[i];
	} else {
		for (int k = i; k < argc; k++) {
			if (k > i)
				sh_sbuf_char(&b, ' ');
			sh_sbuf_str(&b, argv[k]);
		}
		text = sh_stack_text(sh, b.p, b.len);
		free(b.p);
	}
	sh->status = 0;
	status = sh_run_text(sh, text, NULL, sh->line);
	return status;
}

int builtin_source(struct shell *sh, int argc, char **argv)
{
	const char *name, *path;
	int status, i = argc > 1 && strcmp(argv[1], "--") == 0 ? 2 : 1;

	if (i >= argc) {
		sh_warn(sh, "%s: filename argument required", argv[0]);
		return 2;
	}
	name = path = argv[i];
	if (!strchr(name, '/') && sh->shopt[S_SOURCEPATH]) {
		path = sh_find_in_path(sh, name, sh_var_text(sh, sh->v_path), false);
		if (path && access(path, R_OK) < 0)
			path = NULL;
		if (!path && !sh->opt[O_POSIX])
			path = name;
		if (!path)
			errno = ENOENT;
	}
	if (path && argv[0][0] == '.' && access(path, R_OK) < 0)
		path = NULL;
	status = path ? sh_run_file(sh, path, argc - i - 1, argv + i + 1) : -1;
	if (status >= 0)
		return status;
	sh_warn_errno(sh, "%s%s", argv[0][0] == '.' ? ".: " : "", name);
	if (argv[0][0] == '.' && sh->opt[O_POSIX] && !sh->interactive)
		sh_error(sh, 2, NULL);
	return 1;
}

int builtin_exec(struct shell *sh, int argc, char **argv)
{
	struct letters l = LETTERS(argc, argv);
	bool clear = false, login = false;
	const char *as = NULL, *path;
	const struct applet *a;
	struct command *c;
	struct stat st;
	char **words, **env, *none[] = { NULL };
	int letter, status;

	while ((letter = sh_next_letter(sh, &l, "cla:"))) {
		if (letter == '?')
			return 2;
		clear |= letter == 'c';
		login |= letter == 'l';
		if (letter == 'a')
			as = l.arg;
	}
	words = argv + l.index;
	if (!*words)
		return 0;
	c = sh_command_named(sh, *words, strlen(*words));
	a = sh_command_applet(sh, c);
	path = strchr(*words, '/') ? *words : c->path;
	if (!path && !a) {
		sh_warn(sh, "exec: %s: not found", *words);
		status = 127;
		goto failed;
	}
	if (path && stat(path, &st) == 0 && (S_ISDIR(st.st_mode) || access(path, X_OK) < 0)) {
		sh_warn(sh, "exec: %s: cannot execute: %s", *words,
			strerror(S_ISDIR(st.st_mode) ? EISDIR : EACCES));
		status = 126;
		goto failed;
	}
	sh_read_sync(sh);
	if (sh->dirty_stdin)
		sh_input_sync(sh);
	if (sh->interactive)
		sh_history_save(sh);
	sh_signals_for_child(sh);
	env = clear ? none : sh_var_environment(sh);
	if (as || login) {
		char *name = sh_stack_printf(sh, "%s%s", login ? "-" : "", as ? as : *words);

		words = memcpy(sh_stack_alloc(sh, (size_t)(argc + 1) * sizeof(char *)), words,
			       (size_t)(argc - l.index + 1) * sizeof(char *));
		words[0] = name;
		a = NULL;
	}
	if (a && (!path || !clear) && !sh->no_shortcuts)
		sh_run_applet_and_exit(sh, a, words);
	sh_exec_program(sh, words, path, env);
failed:
	if (!sh->interactive && !sh->shopt[S_EXECFAIL])
		sh_exit(sh, status);
	return status;
}

int builtin_times(struct shell *sh, int argc, char **argv)
{
	struct rusage use[2];

	(void)sh;
	(void)argc;
	(void)argv;
	getrusage(RUSAGE_SELF, &use[0]);
	getrusage(RUSAGE_CHILDREN, &use[1]);
	for (int i = 0; i < 2; i++) {
		struct timeval u = use[i].ru_utime, s = use[i].ru_stime;

		out_fmt("%dm%d.%03ds %dm%d.%03ds\n", (int)(u.tv_sec / 60), (int)(u.tv_sec % 60),
			(int)(u.tv_usec / 1000), (int)(s.tv_sec / 60), (int)(s.tv_sec % 60),
			(int)(s.tv_usec / 1000));
	}
	return 0;
}

int builtin_caller(struct shell *sh, int argc, char **argv)
{
	struct call *c = sh->call;
	intmax_t n = 0;
	bool given = argc > 1;

	if (given && !read_operand(sh, "caller", argv[1], &n))
		return 2;
	for (; c && n > 0; n--)
		c = c->outer;
	if (!c && !given) {
		out_str("0 NULL\n");
		return 0;
	}
	if (!c)
		return 1;
	if (!given)
		out_fmt("%u %s\n", c->line,
			c->outer && c->outer->file ? c->outer->file
			: sh->script               ? sh->script
						   : "NULL");
	else if (c->outer || sh->script)
		out_fmt("%u %s %s\n", c->line, c->outer ? c->outer->function : "main",
			c->outer && c->outer->file ? c->outer->file
			: sh->script               ? sh->script
						   : "NULL");
	else
		return 1;
	return 0;
}

int builtin_let(struct shell *sh, int argc, char **argv)
{
	intmax_t n = 0;

	if (argc < 2) {
		sh_warn(sh, "let: expression expected");
		return 1;
	}
	for (int i = 1 + (strcmp(argv[1], "--") == 0 && argc > 2); i < argc; i++)
		n = sh_arith_text(sh, argv[i]);
	return n == 0;
}

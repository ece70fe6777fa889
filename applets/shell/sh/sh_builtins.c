/* sh_builtins.c - the commands that are part of the shell */
#include <sys/wait.h>
#include "path.h"
#include "signals.h"
#include "sh.h"

static int complain(const struct shell *sh, const char *name, const char *what)
{
	warn("%u: %s: %s", sh->line, name, what);
	return 2;
}

static int run_colon(struct shell *sh, char **argv)
{
	(void)sh;
	(void)argv;
	return 0;
}

/* break [N], continue [N] */
static int run_break(struct shell *sh, char **argv)
{
	intmax_t levels = 1;

	if (argv[1] && parse_range(argv[1], 1, INT_MAX, &levels) != NUM_OK) {
		shell_error(sh, "%s: Illegal number: %s", argv[0], argv[1]);
		return 2;
	}
	if (sh->loops == 0)
		return 0;
	sh->levels = levels < sh->loops ? (int)levels : sh->loops;
	sh->flow = *argv[0] == 'b' ? FLOW_BREAK : FLOW_CONTINUE;
	sh->status = 0;
	return 0;
}

/* exit [N], return [N] */
static int run_exit(struct shell *sh, char **argv)
{
	intmax_t status = sh->status;

	if (argv[1] && parse_range(argv[1], 0, INT_MAX, &status) != NUM_OK) {
		shell_error(sh, "%s: Illegal number: %s", argv[0], argv[1]);
		return 2;
	}
	sh->status = (int)(status & 255);
	sh->flow = *argv[0] == 'e' ? FLOW_EXIT : FLOW_RETURN;
	return sh->status;
}

static int run_eval(struct shell *sh, char **argv)
{
	struct buf text = { 0 };

	buf_str(&text, "");
	for (size_t i = 1; argv[i]; i++)
		buf_fmt(&text, "%s%s", i > 1 ? " " : "", argv[i]);
	return run_string(sh, text.data);
}

/* . FILE: a name without slash is looked for in PATH */
static int run_dot(struct shell *sh, char **argv)
{
	struct source src = { .fd = -1, .line = 1 };
	const char *file = argv[1];
	const char *path = var_get(sh, "PATH");
	int fd, status;

	if (!file)
		return complain(sh, ".", "filename argument required");
	for (size_t n; !strchr(file, '/') && path && *path; path += n + (path[n] == ':')) {
		char *found = arena_printf("%.*s/%s", (int)(n = strcspn(path, ":")), path, argv[1]);

		if (access(found, R_OK) == 0)
			file = found;
	}
	fd = open_file(file, O_RDONLY, 0);
	src.text = fd < 0 ? NULL : read_file(fd, &src.len);
	if (!src.text) {
		shell_error(sh, ".: cannot open %s: %s", argv[1], strerror(errno));
		return 2;
	}
	close_file(fd);
	status = run_source(sh, &src);
	if (sh->flow == FLOW_RETURN) {
		sh->flow = FLOW_NONE;
		status = sh->status;
	}
	return status;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *in_quotes(const char *value)
{
	return quote_style(value, strlen(value), QUOTE_SHELL_ALWAYS, NULL, NULL);
}

/* Prints variables with all of `flags`, sorted, so that the shell can read them. */
static void print_variables(const struct shell *sh, const char *before, unsigned flags)
{
	struct words lines = { 0 };

	for (size_t i = 0; i < VARIABLE_BUCKETS; i++)
		for (const struct variable *v = sh->variables[i]; v; v = v->next)
			if ((v->flags & flags) == flags && (v->value || flags))
				words_add(&lines, v->value ? arena_printf("%s%s=%s", before, v->name,
									  in_quotes(v->value))
							   : arena_printf("%s%s", before, v->name));
	if (lines.count)
		qsort(lines.list, lines.count, sizeof(*lines.list), by_name);
	for (size_t i = 0; i < lines.count; i++)
		out_line(lines.list[i]);
}

/* export, readonly: NAME[=VALUE]... or -p */
static int run_export(struct shell *sh, char **argv)
{
	unsigned flag = *argv[0] == 'e' ? VAR_EXPORT : VAR_READONLY;

	if (!argv[1] || strcmp(argv[1], "-p") == 0) {
		print_variables(sh, arena_printf("%s ", argv[0]), flag);
		return 0;
	}
	for (argv++; *argv; argv++) {
		size_t n = name_length(*argv);
		const char *value = (*argv)[n] == '=' ? *argv + n + 1 : NULL;

		if (n == 0 || (!value && (*argv)[n])) {
			shell_error(sh, "export: %s: bad variable name", *argv);
			return 2;
		}
		if (!var_set(sh, arena_memdup(*argv, n), value, flag))
			return 2;
	}
	return 0;
}

/* local NAME[=VALUE]... */
static int run_local(struct shell *sh, char **argv)
{
	if (sh->functions_deep == 0)
		return complain(sh, "local", "not in a function");
	for (argv++; *argv; argv++) {
		size_t n = name_length(*argv);
		char *name = arena_memdup(*argv, n);
		const struct variable *v = var_find(sh, name);
		struct local *l = calloc(1, sizeof(*l));

		if (n == 0 || !l)
			return complain(sh, "local", "bad variable name");
		l->next = sh->locals;
		l->depth = sh->functions_deep;
		l->name = strdup(name);
		l->value = v && v->value ? strdup(v->value) : NULL;
		l->flags = v ? v->flags : 0;
		sh->locals = l;
		if ((*argv)[n] == '=' && !var_set(sh, name, *argv + n + 1, 0))
			return 2;
	}
	return 0;
}

static int run_unset(struct shell *sh, char **argv)
{
	bool functions = argv[1] && strcmp(argv[1], "-f") == 0;

	argv += 1 + (functions || (argv[1] && strcmp(argv[1], "-v") == 0));
	for (; *argv; argv++) {
		struct function **at = &sh->functions;

		if (!functions) {
			if (!var_unset(sh, *argv))
				return 2;
			continue;
		}
		while (*at && strcmp((*at)->name, *argv) != 0)
			at = &(*at)->next;
		if (*at)
			*at = (*at)->next;
	}
	return 0;
}

/* Makes the positional parameters anew: one block that is freed when they are replaced. */
static void set_args(struct shell *sh, char **args)
{
	size_t count = 0, bytes = 0;
	char **block, *text;

	for (; args[count]; count++)
		bytes += strlen(args[count]) + 1;
	block = malloc((count + 1) * sizeof(*block) + bytes);
	if (!block)
		arena_exhausted();
	text = (char *)(block + count + 1);
	for (size_t i = 0; i < count; i++) {
		block[i] = text;
		text = stpcpy(text, args[i]) + 1;
	}
	block[count] = NULL;
	if (sh->args_owned)
		free(sh->args);
	sh->args = block;
	sh->args_owned = true;
}

/* Where the option of a letter, or of the name behind -o, is kept; NULL if there is none. */
static bool *option_place(struct shell *sh, char letter, const char *name)
{
	const struct {
		char letter;
		const char *name;
		bool *place;
	} options[] = {
		{ 'e', "errexit", &sh->errexit },     { 'u', "nounset", &sh->nounset },
		{ 'x', "xtrace", &sh->xtrace },       { 'f', "noglob", &sh->noglob },
		{ 'n', "noexec", &sh->noexec },       { 'v', "verbose", &sh->verbose },
		{ 'a', "allexport", &sh->allexport }, { 'C', "noclobber", &sh->noclobber },
		{ 0, "pipefail", &sh->pipefail },
	};

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (name ? strcmp(name, options[i].name) == 0 : letter == options[i].letter)
			return options[i].place;
	return NULL;
}

/* Reads `-e`, `+x`, `-o NAME`; returns how many words that were, 0 if it is no option, -1 on an error. */
static int set_option(struct shell *sh, char **argv)
{
	const char *word = argv[0];
	bool on = *word == '-';
	int used = 1;

	if ((*word != '-' && *word != '+') || !word[1] || strcmp(word, "--") == 0)
		return 0;
	for (word++; *word; word++) {
		bool *place;

		if (*word == 'o' && argv[1])
			place = option_place(sh, 0, argv[used++]);
		else
			place = option_place(sh, *word, NULL);
		if (!place) {
			shell_error(sh, "set: Illegal option %s", argv[used - 1]);
			return -1;
		}
		*place = on;
	}
	return used;
}

static int run_set(struct shell *sh, char **argv)
{
	int n;

	if (!argv[1]) {
		print_variables(sh, "", 0);
		return 0;
	}
	argv++;
	while (*argv && (n = set_option(sh, argv)) != 0) {
		if (n < 0)
			return 2;
		argv += n;
		if (!*argv)
			return 0;
	}
	if (*argv && strcmp(*argv, "--") == 0)
		argv++;
	set_args(sh, argv);
	return 0;
}

static int run_shift(struct shell *sh, char **argv)
{
	size_t count = 0;
	intmax_t n = 1;

	while (sh->args[count])
		count++;
	if (argv[1] && parse_range(argv[1], 0, INT_MAX, &n) != NUM_OK) {
		shell_error(sh, "shift: Illegal number: %s", argv[1]);
		return 2;
	}
	if ((size_t)n > count) {
		shell_error(sh, "shift: can't shift that many");
		return 2;
	}
	memmove(sh->args, sh->args + n, (count - (size_t)n + 1) * sizeof(*sh->args));
	return 0;
}

static void print_traps(const struct shell *sh)
{
	for (int i = 0; i < SIGNALS; i++)
		if (sh->traps[i])
			out_fmt("trap -- %s %s\n", in_quotes(sh->traps[i]), signal_name(i));
}

/* trap [ACTION] SIGNAL...; an action `-`, or only a number, means the default */
static int run_trap(struct shell *sh, char **argv)
{
	const char *action;
	int status = 0;

	argv += 1 + (argv[1] && strcmp(argv[1], "--") == 0);
	if (!*argv) {
		print_traps(sh);
		return 0;
	}
	action = argv[1] && !(**argv >= '0' && **argv <= '9') ? *argv++ : "-";
	for (; *argv; argv++) {
		int sig = signal_number(*argv);

		if (sig < 0) {
			warn("%u: trap: %s: bad trap", sh->line, *argv);
			status = 1;
			continue;
		}
		free(sh->traps[sig]);
		sh->traps[sig] = strcmp(action, "-") == 0 ? NULL : strdup(action);
		if (sig == 0)
			continue;
		if (!sh->traps[sig])
			signal_default(sig);
		else if (*action)
			signal_catch(sig);
		else
			signal_ignore(sig);
	}
	return status;
}

/* cd [-L|-P] [DIR | -]: the logical PWD is kept */
static int run_cd(struct shell *sh, char **argv)
{
	const char *dir, *old = var_get(sh, "PWD"), *path;
	bool physical = false, show = false;
	char *logical;

	for (argv++; *argv && (!strcmp(*argv, "-P") || !strcmp(*argv, "-L") || !strcmp(*argv, "--")); argv++)
		physical = (*argv)[1] == 'P';
	dir = *argv ? *argv : var_get(sh, "HOME");
	if (!dir)
		return complain(sh, "cd", "HOME not set");
	if (strcmp(dir, "-") == 0) {
		dir = var_get(sh, "OLDPWD");
		if (!dir)
			return complain(sh, "cd", "OLDPWD not set");
		show = true;
	}
	for (path = *dir == '/' || *dir == '.' ? NULL : var_get(sh, "CDPATH"); path && *path;) {
		size_t n = strcspn(path, ":");
		char *there = arena_printf("%.*s/%s", (int)n, n ? path : ".", dir);
		struct stat st;

		if (n && stat(there, &st) == 0 && S_ISDIR(st.st_mode)) {
			dir = there;
			show = true;
			break;
		}
		path += n + (path[n] == ':');
	}
	logical = *dir == '/' || !old ? arena_strdup(dir) : arena_printf("%s/%s", old, dir);
	if (!physical)
		logical = canonical_path(logical, CANON_MISSING, true);
	if (chdir(physical || !logical ? dir : logical) < 0 && chdir(dir) < 0) {
		warn("%u: cd: can't cd to %s: %s", sh->line, dir, strerror(errno));
		return 2;
	}
	if (physical || !logical)
		logical = getcwd(NULL, 0);
	if (old)
		var_set(sh, "OLDPWD", arena_strdup(old), 0);
	if (logical)
		var_set(sh, "PWD", logical, 0);
	if (show && logical)
		out_line(logical);
	return 0;
}

/* One line for `read`, a byte at a time, as the rest is for others. False at the end of the input. */
static bool read_input(struct buf *line, bool raw)
{
	char c;

	buf_str(line, "");
	while (read_some(STDIN_FILENO, &c, 1) == 1) {
		if (c == '\n')
			return true;
		if (c == '\\' && !raw) {
			if (read_some(STDIN_FILENO, &c, 1) != 1)
				return false;
			if (c == '\n')
				continue;
			buf_char(line, '\\');
		}
		if (c)
			buf_char(line, c);
	}
	return false;
}

/* Whether the byte is white space of IFS. */
static bool is_ifs_blank(const char *ifs, char c)
{
	return c && strchr(" \t\n", c) && strchr(ifs, c);
}

/* Passes one delimiter: a character of IFS and the blanks of IFS around it. */
static const char *skip_delimiter(const char *s, const char *ifs)
{
	while (is_ifs_blank(ifs, *s))
		s++;
	if (*s && strchr(ifs, *s))
		s++;
	while (is_ifs_blank(ifs, *s))
		s++;
	return s;
}

/* Where the field that begins at `s` ends. */
static const char *field_end(const char *s, const char *ifs, bool raw)
{
	for (; *s && !strchr(ifs, *s); s++)
		if (*s == '\\' && !raw && s[1])
			s++;
	return s;
}

/* The text between two places, without its backslashes unless `raw`. */
static char *unescaped(const char *s, const char *end, bool raw)
{
	struct buf out = { 0 };

	buf_str(&out, "");
	for (; s < end; s++) {
		if (*s == '\\' && !raw && s + 1 < end)
			s++;
		buf_char(&out, *s);
	}
	return out.data;
}

/* Takes the field at *at off the line for `read`. The last variable gets all that is left, but for the blanks at its end
 * and, if it is one field, the delimiter behind that. */
static char *take_field(const char **at, const char *ifs, bool raw, bool last)
{
	const char *start = *at, *end, *kept;

	while (is_ifs_blank(ifs, *start))
		start++;
	end = kept = field_end(start, ifs, raw);
	*at = skip_delimiter(end, ifs);
	if (!last || !**at)
		return unescaped(start, end, raw);
	while (*end) {
		const char *next = *end == '\\' && !raw && end[1] ? end + 2 : end + 1;

		if (!is_ifs_blank(ifs, *end))
			kept = next;
		end = next;
	}
	return unescaped(start, kept, raw);
}

/* read [-r] [-p PROMPT] NAME... */
static int run_read(struct shell *sh, char **argv)
{
	const char *ifs = var_get(sh, "IFS"), *at;
	struct buf line = { 0 };
	bool raw = false, whole;

	for (argv++; *argv && **argv == '-'; argv++) {
		if (strcmp(*argv, "-r") == 0) {
			raw = true;
		} else if (strcmp(*argv, "-p") == 0 && argv[1]) {
			argv++;
			write_all(STDERR_FILENO, *argv, strlen(*argv));
		} else {
			return complain(sh, "read", arena_printf("Illegal option %s", *argv));
		}
	}
	if (!*argv)
		return complain(sh, "read", "arg count");
	whole = read_input(&line, raw);
	at = line.data;
	for (; *argv; argv++)
		if (!var_set(sh, *argv, take_field(&at, ifs ? ifs : " \t\n", raw, !argv[1]), 0))
			return 2;
	return whole ? 0 : 1;
}

/* getopts OPTSTRING NAME [ARG]... */
static int run_getopts(struct shell *sh, char **argv)
{
	const char *optind = var_get(sh, "OPTIND"), *spec, *arg;
	char **args, letter[] = "?";
	size_t n = optind ? (size_t)strtoul(optind, NULL, 10) : 1, count = 0;
	bool quiet;

	if (!argv[1] || !argv[2])
		return complain(sh, "getopts", "usage: getopts optstring var [arg]");
	args = argv[3] ? argv + 3 : sh->args;
	while (args[count])
		count++;
	quiet = *argv[1] == ':';
	var_unset(sh, "OPTARG");
	if (n < 1)
		n = 1;
	arg = n <= count ? args[n - 1] : NULL;
	if (!arg || (sh->getopts_at == 0 && (arg[0] != '-' || !arg[1] || strcmp(arg, "--") == 0))) {
		var_set(sh, "OPTIND", arena_printf("%zu", n + (arg && strcmp(arg, "--") == 0)), 0);
		var_set(sh, argv[2], "?", 0);
		sh->getopts_at = 0;
		return 1;
	}
	letter[0] = arg[++sh->getopts_at];
	spec = letter[0] == ':' ? NULL : strchr(argv[1] + quiet, letter[0]);
	arg += sh->getopts_at + 1;
	if (!*arg) {
		n++;
		sh->getopts_at = 0;
	}
	if (!spec || spec[1] == ':') {
		bool missing = spec && !*arg && n > count;

		if (spec && !missing) {
			var_set(sh, "OPTARG", *arg ? arg : args[n - 1], 0);
			n++;
			sh->getopts_at = 0;
		} else if (quiet) {
			var_set(sh, "OPTARG", letter, 0);
			letter[0] = missing ? ':' : '?';
		} else {
			warn(missing ? "No arg for -%c option" : "Illegal option -%c", letter[0]);
			letter[0] = '?';
		}
	}
	var_set(sh, "OPTIND", arena_printf("%zu", n), 0);
	return var_set(sh, argv[2], letter, 0) ? 0 : 2;
}

static int run_umask(struct shell *sh, char **argv)
{
	mode_t mask = umask(0);
	struct mode_change change;
	const char *spec = argv[1];

	umask(mask);
	if (!spec) {
		out_fmt("%04o\n", (unsigned)mask);
		return 0;
	}
	if (strcmp(spec, "-S") == 0) {
		static const char who[] = "ugo";

		for (unsigned i = 0; i < 3; i++) {
			unsigned bits = ~(unsigned)mask >> (6 - 3 * i);

			out_fmt("%c=%s%s%s%c", who[i], bits & 4 ? "r" : "", bits & 2 ? "w" : "",
				bits & 1 ? "x" : "", i < 2 ? ',' : '\n');
		}
		return 0;
	}
	if (!mode_compile(spec, &change))
		return complain(sh, "umask", arena_printf("Illegal mode: %s", spec));
	if (*spec >= '0' && *spec <= '7')
		umask((mode_t)strtoul(spec, NULL, 8) & 0777);
	else
		umask(~mode_apply(&change, 0777 & ~mask, false, 0, NULL) & 0777);
	return 0;
}

/* wait [PID]...: for all children without operands */
static int run_wait(struct shell *sh, char **argv)
{
	int status = 0, result = 0;

	if (!argv[1])
		while (wait(&status) > 0 || (errno == EINTR && !signal_waiting()))
			;
	for (argv++; *argv; argv++) {
		intmax_t pid;

		if (parse_range(*argv, 1, INT_MAX, &pid) != NUM_OK)
			return complain(sh, "wait", arena_printf("Illegal number: %s", *argv));
		result = waitpid((pid_t)pid, &status, 0) < 0 ? 127
			 : WIFSIGNALED(status)               ? 128 + WTERMSIG(status)
							     : WEXITSTATUS(status);
	}
	return result;
}

/* kill [-s SIGNAL | -SIGNAL] PID..., kill -l */
static int run_kill(struct shell *sh, char **argv)
{
	int sig = SIGTERM, status = 0;

	if (argv[1] && strcmp(argv[1], "-l") == 0) {
		for (int i = 1; i < SIGNALS; i++)
			if (signal_name(i))
				out_line(signal_name(i));
		return 0;
	}
	argv++;
	if (*argv && **argv == '-' && strcmp(*argv, "--") != 0) {
		const char *name = strcmp(*argv, "-s") == 0 && argv[1] ? *++argv : *argv + 1;

		sig = signal_number(name);
		if (sig < 0)
			return complain(sh, "kill", arena_printf("invalid signal number or name: %s", name));
		argv++;
	}
	argv += *argv && strcmp(*argv, "--") == 0;
	if (!*argv)
		return complain(sh, "kill", "usage: kill [-s sigspec | -signum | -sigspec] pid...");
	for (; *argv; argv++) {
		intmax_t pid;

		if (parse_range(*argv, INT_MIN, INT_MAX, &pid) != NUM_OK)
			return complain(sh, "kill", arena_printf("Illegal number: %s", *argv));
		if (kill((pid_t)pid, sig) < 0) {
			warn_errno("%u: kill: %s", sh->line, *argv);
			status = 1;
		}
	}
	return status;
}

/* Says what a name is: `command -v` and, with `wordy`, `type`. */
static int describe(struct shell *sh, const char *name, bool wordy)
{
	const struct builtin *b = find_builtin(name);
	const struct function *f = sh->functions;
	const char *file;

	while (f && strcmp(f->name, name) != 0)
		f = f->next;
	if (is_keyword(name))
		out_fmt(wordy ? "%s is a shell keyword\n" : "%s\n", name);
	else if (f)
		out_fmt(wordy ? "%s is a shell function\n" : "%s\n", name);
	else if (!b && built_in_applet(name))
		out_fmt(wordy ? "%s is a shell builtin\n" : "%s\n", name);
	else if (b)
		out_fmt(wordy ? b->special ? "%s is a special shell builtin\n" : "%s is a shell builtin\n"
			      : "%s\n",
			name);
	else if ((file = find_command(sh, name)) && access(file, X_OK) == 0)
		out_fmt(wordy ? "%s is %s\n" : "%.0s%s\n", name, file);
	else if (!strchr(name, '/') && find_applet(name))
		out_fmt(wordy ? "%s is an applet of box\n" : "%s\n", name);
	else {
		if (wordy)
			out_fmt("%s: not found\n", name);
		return 127;
	}
	return 0;
}

/* type NAME...; command -v NAME, command -V NAME: other uses of `command` do not come here */
static int run_type(struct shell *sh, char **argv)
{
	bool command = *argv[0] == 'c';
	bool wordy = !command || (argv[1] && strcmp(argv[1], "-V") == 0);
	int status = 0;

	for (argv += 1 + (command && argv[1]); *argv; argv++)
		status |= describe(sh, *argv, wordy);
	return status;
}

static const struct builtin builtins[] = {
	{ ".", run_dot, true },         { ":", run_colon, true },          { "break", run_break, true },
	{ "cd", run_cd, false },        { "command", run_type, false },    { "continue", run_break, true },
	{ "eval", run_eval, true },     { "exec", run_colon, true },       { "exit", run_exit, true },
	{ "export", run_export, true }, { "getopts", run_getopts, false }, { "kill", run_kill, false },
	{ "local", run_local, false },  { "read", run_read, false },       { "readonly", run_export, true },
	{ "return", run_exit, true },   { "set", run_set, true },          { "shift", run_shift, true },
	{ "trap", run_trap, true },     { "type", run_type, false },       { "umask", run_umask, false },
	{ "unset", run_unset, true },   { "wait", run_wait, false },
};

const struct builtin *find_builtin(const char *name)
{
	for (size_t i = 0; i < sizeof(builtins) / sizeof(builtins[0]); i++)
		if (strcmp(builtins[i].name, name) == 0)
			return &builtins[i];
	return NULL;
}

/* sh, ash, bash, hush - run commands from a string, a file or standard input
 *
 * usage: sh [OPTION]... [FILE [ARGUMENT]...]
 * usage: sh [OPTION]... -c COMMANDS [NAME [ARGUMENT]...]
 *
 *   -c    take the commands from the first operand; NAME is then $0
 *   -s    take them from standard input, all operands being arguments
 *   -i    be interactive: prompt, edit lines, control jobs
 *   -l    be a login shell: read /etc/profile and ~/.profile first; also
 * --login -e    end when a command fails -u    treat the use of a variable that
 * is not set as an error -x    show commands before they run -f    do not
 * expand patterns to file names -n    only check the syntax -v    show the
 * input as it is read -a    export every variable that is set -b    tell at
 * once when a job in the background ends -C    do not overwrite files by > -m
 * control jobs -o NAME    set an option by name; `set -o' lists them -O NAME
 * the same for those of `shopt'
 *
 * A + in place of the - turns an option off. --posix turns off what would
 * change the meaning of a POSIX script; --norc, --noprofile and --rcfile FILE
 * say what an interactive shell reads.
 *
 * As sh, ash and hush it is a POSIX shell to which the extensions of Bash are
 * added that POSIX leaves open; as bash it also does what differs from POSIX
 * (brace expansion, &>, ...). `help' lists what is built in.
 *
 * install: /bin
 * options: raw
 * status: 2
 * follows: POSIX.1-2024 XCU chapter 2 and sh; the GNU Bash manual
 */
#include "sh.h"
#include "sh.gen.h"
#include "signals.h"
#include <sys/resource.h>

/* ---- errors ---- */

/* Writes `NAME: line N: text` in one go. */
static void complain(struct shell *sh, int code, const char *fmt, va_list args)
{
	struct sbuf b = { 0 };
	char text[1024], *p = text;
	const char *name = sh->script                             ? sh->script
			   : sh->command_string || sh->from_stdin ? sh->label
								  : sh->name;
	va_list again;
	int n;

	for (struct call *c = sh->call; c && sh->script; c = c->outer)
		if (c->file) {
			name = c->file;
			break;
		}
	if (sh->sources_deep)
		for (struct input *in = sh->input; in; in = in->outer)
			if (in->file) {
				name = in->file;
				break;
			}
	va_copy(again, args);
	n = vsnprintf(text, sizeof(text), fmt, args);
	if (n >= (int)sizeof(text)) {
		p = sh_xmalloc((size_t)n + 1);
		vsnprintf(p, (size_t)n + 1, fmt, again);
	}
	va_end(again);
	sh_sbuf_fmt(&b, "%s: ", name);
	if (sh->line && (!sh->interactive || sh->sources_deep))
		sh_sbuf_fmt(&b, "line %u: ", sh->line);
	sh_sbuf_str(&b, p);
	if (code)
		sh_sbuf_fmt(&b, ": %s", strerror(code));
	sh_sbuf_char(&b, '\n');
	if (!sh->capturing)
		out_flush();
	write_all(STDERR_FILENO, b.p, b.len);
	free(b.p);
	if (p != text)
		free(p);
}

void sh_warn(struct shell *sh, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	complain(sh, 0, fmt, args);
	va_end(args);
}

void sh_warn_errno(struct shell *sh, const char *fmt, ...)
{
	int code = errno;
	va_list args;

	va_start(args, fmt);
	complain(sh, code, fmt, args);
	va_end(args);
}

void sh_undo_to(struct shell *sh, struct undo *u)
{
	while (sh->undo != u)
		undo_pop(sh);
}

void sh_throw(struct shell *sh, enum throw what)
{
	struct catcher *c = sh->catcher;

	sh->thrown = what;
	if (!c)
		leave(sh->status);
	sh_undo_to(sh, c->undo);
	longjmp(c->env, 1);
}

void sh_error(struct shell *sh, int status, const char *fmt, ...)
{
	va_list args;

	if (fmt) {
		va_start(args, fmt);
		complain(sh, 0, fmt, args);
		va_end(args);
	}
	sh->status = status;
	sh_throw(sh, THROW_ERROR);
}

void sh_discard(struct shell *sh, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	complain(sh, 0, fmt, args);
	va_end(args);
	sh->status = sh->opt[O_POSIX] ? 2 : 1;
	sh_throw(sh, THROW_DISCARD);
}

void sh_exit(struct shell *sh, int status)
{
	sh->status = status;
	sh_throw(sh, THROW_EXIT);
}

void sh_catch_begin(struct shell *sh, struct catcher *c)
{
	c->outer = sh->catcher;
	c->undo = sh->undo;
	c->mark = stack_mark(sh);
	c->arena = arena_mark();
	c->buffers = sh->buffers_used;
	c->loops = sh->loops;
	c->untested = sh->untested;
	sh->catcher = c;
}

void sh_catch_end(struct shell *sh, struct catcher *c)
{
	sh->catcher = c->outer;
}

void sh_catch_unwind(struct shell *sh, struct catcher *c)
{
	sh->catcher = c->outer;
	sh_stack_release(sh, c->mark);
	sh->buffers_used = c->buffers;
	sh->loops = c->loops;
	sh->untested = c->untested;
	sh->flow = FLOW_NONE;
	sh->cond_match = false;
	sh->in_debug = sh->in_err = false;
}

void sh_check_depth(struct shell *sh)
{
	char here;

	if (&here < sh->stack_low)
		sh_error(sh, 2, "maximum nesting level exceeded");
}

/* ---- starting ---- */

/* What the command line asks for besides the options of `set`. */
struct start {
	bool command, from_stdin, norc, noprofile;
	const char *rcfile;
};

static _Noreturn void bad_option(const char *word)
{
	die_usage("unrecognized option '%s'", word);
}

/* --login, --posix and the like. Returns how many words it takes. */
static int long_option(struct start *start, struct shell *sh, char **argv)
{
	const char *name = argv[0] + 2;

	if (strcmp(name, "login") == 0) {
		sh->login = true;
	} else if (strcmp(name, "posix") == 0) {
		sh_set_option(sh, O_POSIX, true);
	} else if (strcmp(name, "norc") == 0) {
		start->norc = true;
	} else if (strcmp(name, "noprofile") == 0) {
		start->noprofile = true;
	} else if (strcmp(name, "noediting") == 0) {
		sh->opt[O_EMACS] = sh->opt[O_VI] = false;
	} else if (strcmp(name, "verbose") == 0) {
		sh->opt[O_VERBOSE] = true;
	} else if (strcmp(name, "rcfile") == 0 || strcmp(name, "init-file") == 0) {
		if (!argv[1])
			die_usage("option '%s' requires an argument", argv[0]);
		start->rcfile = argv[1];
		return 2;
	} else {
		bad_option(argv[0]);
	}
	return 1;
}

static int shopt_number(const char *name)
{
	for (int i = 0; i < S_COUNT; i++)
		if (strcmp(sh_shopt_names[i], name) == 0)
			return i;
	return -1;
}

/* Reads the options; returns the operands. */
static char **read_options(struct start *start, struct shell *sh, char **argv)
{
	for (; *argv && (**argv == '-' || **argv == '+') && (*argv)[1]; argv++) {
		bool on = **argv == '-';
		char **word = argv;

		if (strcmp(*argv, "--") == 0)
			return argv + 1;
		if (strncmp(*argv, "--", 2) == 0) {
			argv += long_option(start, sh, argv) - 1;
			continue;
		}
		for (const char *c = *word + 1; *c; c++) {
			switch (*c) {
			case 'c':
				start->command = on;
				break;
			case 's':
				start->from_stdin = on;
				break;
			case 'l':
				sh->login = on;
				break;
			case 'i':
				sh->interactive = on;
				break;
			case 'r':
			case 'D':
				break;
			case 'o':
				if (!argv[1]) {
					char set[] = "set", o[] = "-o", *set_argv[] = { set, o, NULL };

					*o = on ? '-' : '+';
					builtin_set(sh, 2, set_argv);
					leave(0);
				}
				if (!sh_set_option_named(sh, *++argv, on)) {
					warn("%s: invalid option name", *argv);
					leave(2);
				}
				break;
			case 'O':
				if (!argv[1] || shopt_number(argv[1]) < 0)
					die_usage("%s: invalid shell option name", argv[1] ? argv[1] : "-O");
				sh->shopt[shopt_number(*++argv)] = on;
				break;
			default:
				if (!sh_set_option_letter(sh, *c, on))
					die_usage("invalid option -- '%c'", *c);
			}
		}
	}
	if (*argv && strcmp(*argv, "-") == 0)
		argv++;
	return argv;
}

/* Variables that a shell begins with. */
static void set_variables(struct shell *sh)
{
	struct stat there, here;
	const char *pwd;
	char number[NUM_SIZE];
	struct var *v;
	intmax_t level;

	sh_vars_init(sh);
	sh_vars_import(sh);
	sh_var_put(sh, "IFS", " \t\n", 0);
	sh_var_put(sh, "OPTIND", "1", 0);
	sh_var_put(sh, "PPID", num_to_str((uintmax_t)getppid(), number), VAR_READONLY);
	sh_var_put(sh, "UID", num_to_str(getuid(), number), VAR_READONLY | VAR_INTEGER);
	sh_var_put(sh, "EUID", num_to_str(geteuid(), number), VAR_READONLY | VAR_INTEGER);
	sh_var_put(sh, "PS4", "+ ", 0);
	if (!sh_var_get(sh, "PATH"))
		sh_var_put(sh, "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 0);
	level = 0;
	if (sh_var_get(sh, "SHLVL"))
		parse_int(sh_var_get(sh, "SHLVL"), NULL, &level);
	sh_var_put(sh, "SHLVL", num_to_str_signed(level < 0 || level > 999 ? 1 : level + 1, number),
		   VAR_EXPORT);
	pwd = sh_var_get(sh, "PWD");
	if (!pwd || *pwd != '/' || strstr(pwd, "/./") || strstr(pwd, "/../") || stat(pwd, &there) < 0 ||
	    stat(".", &here) < 0 || there.st_ino != here.st_ino || there.st_dev != here.st_dev) {
		char *cwd = getcwd(NULL, 0);

		if (cwd)
			sh_var_put(sh, "PWD", cwd, VAR_EXPORT);
		free(cwd);
	} else {
		sh->v_pwd->flags |= VAR_EXPORT;
	}
	v = sh->v_oldpwd;
	if (!(v->flags & VAR_SET))
		v->flags |= VAR_EXPORT;
	sh->env_stale = true;
}

/* Variables that only a bash has. */
static void set_bash_variables(struct shell *sh)
{
	static const char *const info[] = { "5", "2", "15", "1", "release", "x86_64-box-linux-musl" };
	char *values[6];

	for (int i = 0; i < 6; i++)
		values[i] = sh_stack_text(sh, info[i], strlen(info[i]));
	sh_var_put(sh, "BASH_VERSION", "5.2.15(1)-release", 0);
	sh_array_set_list(sh, sh_var_named(sh, "BASH_VERSINFO", 13), values, 6);
	sh_var_named(sh, "BASH_VERSINFO", 13)->flags |= VAR_READONLY;
	sh_var_put(sh, "MACHTYPE", info[5], 0);
	sh_var_put(sh, "HOSTTYPE", "x86_64", 0);
	sh_var_put(sh, "OSTYPE", "linux-musl", 0);
	if (!sh_var_get(sh, "BASH"))
		sh_var_put(sh, "BASH", "/bin/bash", 0);
}

/* Defines a function that a parent exported; what is more than one definition is not run. */
static void import_function(struct shell *sh, const char *name, size_t name_len, const char *value)
{
	char *text = sh_stack_printf(sh, "%.*s %s", (int)name_len, name, value);
	struct pool *pool = NULL;
	struct input in;
	struct node *n;
	enum parsed parsed;

	text[name_len] = 0;
	if (!sh_is_name(text))
		return;
	text[name_len] = ' ';
	sh_input_text(&in, text, strlen(text), 1);
	parsed = sh_parse_next(sh, &in, &pool, &n);
	text[name_len] = 0;
	if (parsed == PARSED_COMMAND && n->kind == NODE_FUNCTION && in.at == in.len) {
		sh_run_node(sh, n, 0);
		sh_command_named(sh, text, name_len)->function->exported = true;
	} else {
		sh_warn(sh, "error importing function definition for `%s'", text);
	}
	sh_pool_drop(sh, pool);
}

/* Takes the functions in the environment: BASH_FUNC_name%%. */
static void import_functions(struct shell *sh)
{
	for (size_t i = 0; i < sh->vars_size; i++)
		for (struct var *v = sh->vars[i]; v; v = v->next) {
			size_t len = strlen(v->name);
			struct mark mark = stack_mark(sh);

			if (strncmp(v->name, "BASH_FUNC_", 10) != 0 || len < 13 ||
			    strcmp(v->name + len - 2, "%%") != 0 || !(v->flags & VAR_SET) ||
			    strncmp(v->text, "() {", 4) != 0)
				continue;
			if (!sh->opt[O_PRIVILEGED])
				import_function(sh, v->name + 10, len - 12, v->text);
			sh_var_clear(v);
			v->flags = 0;
			sh_stack_release(sh, mark);
		}
	sh->env_stale = true;
}

static void set_defaults(struct shell *sh, const char *name)
{
	static const uint8_t on[] = { S_GLOBSKIPDOTS,      S_PATSUB_REPLACEMENT,
				      S_SOURCEPATH,        S_CMDHIST,
				      S_CHECKWINSIZE,      S_EXTQUOTE,
				      S_FORCE_FIGNORE,     S_GLOBASCIIRANGES,
				      S_HOSTCOMPLETE,      S_INTERACTIVE_COMMENTS,
				      S_PROGCOMP,          S_PROMPTVARS,
				      S_COMPLETE_FULLQUOTE };
	bool bash = strcmp(name, "bash") == 0;

	for (size_t i = 0; i < sizeof(on); i++)
		sh->shopt[on[i]] = true;
	sh->opt[O_HASHALL] = true;
	sh->opt[O_POSIX] = !bash;
	sh->opt[O_BRACE] = bash;
}

/* Runs a start-up file if it is there. */
static void run_if_there(struct shell *sh, const char *file)
{
	if (*file && access(file, R_OK) == 0)
		sh_run_file(sh, file, 0, NULL);
}

static void run_profiles(struct shell *sh, const struct start *start)
{
	const char *home = sh_var_text(sh, sh->v_home), *env;

	if (sh->login && !start->noprofile) {
		run_if_there(sh, "/etc/profile");
		home = sh_var_text(sh, sh->v_home);
		if (home) {
			static const char *const names[] = { ".bash_profile", ".bash_login", ".profile" };

			for (int i = sh->opt[O_POSIX] ? 2 : 0; i < 3; i++) {
				const char *file = sh_stack_printf(sh, "%s/%s", home, names[i]);

				if (access(file, R_OK) == 0) {
					sh_run_file(sh, file, 0, NULL);
					break;
				}
			}
		}
	}
	if (!sh->interactive) {
		env = sh->opt[O_POSIX] ? NULL : sh_var_get(sh, "BASH_ENV");
		if (env)
			run_if_there(sh, sh_expand_text(sh, env));
		return;
	}
	if (!sh->opt[O_POSIX]) {
		if (!sh->login && !start->norc) {
			if (start->rcfile)
				run_if_there(sh, start->rcfile);
			else if (home)
				run_if_there(sh, sh_stack_printf(sh, "%s/.bashrc", home));
		}
		return;
	}
	env = sh_var_get(sh, "ENV");
	if (env && geteuid() == getuid())
		run_if_there(sh, sh_expand_text(sh, env));
}

/* Opens the script that the first operand names: a file here, or else on PATH.
 */
static void open_script(struct shell *sh, struct input *in, const char *name)
{
	struct stat st;
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	char start[80];
	ssize_t n;

	if (fd < 0 && errno == ENOENT && !strchr(name, '/')) {
		const char *path = sh_find_in_path(sh, name, sh_var_text(sh, sh->v_path), false);

		fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
		errno = ENOENT;
	}
	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		warn("%s: Is a directory", name);
		leave(126);
	}
	if (fd < 0) {
		int code = errno;

		warn_code(code, "%s", name);
		leave(code == ENOENT || code == ENOTDIR ? 127 : 126);
	}
	n = pread(fd, start, sizeof(start), 0);
	if (n > 0) {
		const char *nul = memchr(start, 0, (size_t)n), *nl = memchr(start, '\n', (size_t)n);

		if (nul && (!nl || nl > nul)) {
			warn("%s: cannot execute binary file", name);
			leave(126);
		}
	}
	in->fd = sh_move_fd(fd);
	in->file = name;
	sh->script = name;
}

/* How far down the C stack may grow. */
static const char *stack_limit(const char *here)
{
	size_t room = 6u << 20;
	struct rlimit limit;

	if (getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
		room = limit.rlim_cur > 1u << 20 ? limit.rlim_cur - limit.rlim_cur / 4 : limit.rlim_cur / 2;
	if (room > 48u << 20)
		room = 48u << 20;
	return here - room;
}

/* Ends the process: EXIT trap, history, hangups. */
static _Noreturn void finish(struct shell *sh)
{
	sh_trap_exit(sh);
	if (sh->interactive) {
		sh_history_save(sh);
		if (sh->login && sh->shopt[S_HUPONEXIT])
			for (struct job *j = sh->jobs; j; j = j->next)
				if (j->group && !j->no_hup && !j->disowned)
					kill(-j->group, SIGHUP);
		sh_job_control_set(sh, false);
	}
	sh_read_sync(sh);
	if (sh->dirty_stdin)
		sh_input_sync(sh);
	if (out_flush() < 0)
		std_out.error = 0;
	leave(sh->status & 255);
}

/* Runs the input again and again, as long as errors only end commands. */
static _Noreturn void main_loop(struct shell *sh, struct input *in, bool last, const struct start *start)
{
	struct catcher catcher;
	volatile bool started = false;
	const volatile bool resumes = in->fd >= 0;

	for (;;) {
		sh_catch_begin(sh, &catcher);
		if (setjmp(catcher.env) == 0) {
			if (!started) {
				started = true;
				run_profiles(sh, start);
			}
			sh->status = sh_run_input(sh, in, last);
			sh_catch_end(sh, &catcher);
			if (sh->flow) {
				/* return at the top level: the script ends */
				sh->flow = FLOW_NONE;
				if (sh->interactive)
					continue;
			}
			if (sh->interactive && in->terminal && sh->opt[O_IGNOREEOF] && in->eof &&
			    in->eofs++ < 10) {
				in->eof = false;
				sh_warn(sh, "Use \"exit\" to leave the shell.");
				continue;
			}
			if (in->terminal && sh_jobs_stopped(sh) && !sh->told_stopped) {
				in->eof = false;
				sh->told_stopped = true;
				sh_warn(sh, "There are stopped jobs.");
				continue;
			}
			break;
		}
		sh_catch_unwind(sh, &catcher);
		sh->trap_running = 0;
		if (sh->capturing) {
			std_out = (struct writer){ .fd = STDOUT_FILENO };
			sh->capturing = false;
		}
		if (sh->thrown == THROW_EXIT)
			break;
		if (sh->interactive) {
			if (sh->thrown == THROW_INTERRUPT)
				write_all(STDERR_FILENO, "\n", 1);
			in->at = in->len;
			continue;
		}
		if (sh->thrown == THROW_DISCARD && !sh->opt[O_POSIX] && resumes)
			continue;
		break;
	}
	if (in->terminal && sh->interactive && sh->thrown != THROW_EXIT)
		write_all(STDERR_FILENO, sh->login ? "logout\n" : "exit\n", sh->login ? 7 : 5);
	finish(sh);
}

struct shell *sh_shell_new(const char *name)
{
	struct shell *sh = arena_new(struct shell);
	char here;

	sh->stack_low = stack_limit(&here);
	sh->label = sh->name = name;
	sh->pid = sh->own_pid = getpid();
	sh->terminal = -1;
	sh->no_shortcuts = getenv("BOX_SH_PLAIN") != NULL;
	set_defaults(sh, name);
	set_variables(sh);
	return sh;
}

/* Makes the shell interactive. */
static void start_interactive(struct shell *sh, struct input *in)
{
	in->terminal = in->fd >= 0 && isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
	in->shared = false;
	sh->shopt[S_EXPAND_ALIASES] = true;
	if (!sh->opt[O_VI] && in->terminal)
		sh->opt[O_EMACS] = true;
	if (!sh_var_get(sh, "PS1"))
		sh_var_put(sh, "PS1", !sh->opt[O_POSIX] ? "\\s-\\v\\$ " : geteuid() == 0 ? "# " : "$ ", 0);
	if (!sh_var_get(sh, "PS2"))
		sh_var_put(sh, "PS2", "> ", 0);
	sh_traps_start(sh);
	if (!sh->monitor_given)
		sh->opt[O_MONITOR] = true;
	if (sh->opt[O_MONITOR])
		sh_job_control_set(sh, true);
	sh_history_start(sh);
}

int sh_main(struct sh_options *opt, char **argv)
{
	const char *name = applet_name();
	struct shell *sh = sh_shell_new(name);
	struct start start = { 0 };
	struct input in = { .fd = -1, .line = 1 };

	(void)opt;
	sh->name = argv[-1];
	sh->login = *argv[-1] == '-';
	argv = read_options(&start, sh, argv);
	sh->command_string = start.command;
	if (start.command) {
		if (!*argv) {
			warn("-c: option requires an argument");
			leave(2);
		}
		sh_input_text(&in, *argv, strlen(*argv), 1);
		argv++;
		if (*argv)
			sh->name = *argv++;
	} else if (*argv && !start.from_stdin) {
		sh->name = *argv++;
		open_script(sh, &in, sh->name);
	} else {
		in.fd = STDIN_FILENO;
		in.shared = true;
		sh->from_stdin = true;
		sh->interactive |= isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
	}
	sh->started = true;
	sh->args = argv;
	while (argv[sh->args_count])
		sh->args_count++;
	if (strcmp(name, "bash") == 0)
		set_bash_variables(sh);
	import_functions(sh);
	if (sh->interactive)
		start_interactive(sh, &in);
	else if (sh->opt[O_MONITOR])
		sh_job_control_set(sh, true);
	main_loop(sh, &in, start.command, &start);
}

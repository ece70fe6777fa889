/* sh, ash - run commands from a string, a file or standard input
 *
 * usage: sh [-aefnuvxCi] [-o OPTION]... [FILE [ARGUMENT]...]
 * usage: sh [OPTION]... -c COMMANDS [NAME [ARGUMENT]...]
 *
 *   -c    take the commands from the first operand; NAME is then $0
 *   -s    take them from standard input, all operands being arguments
 *   -i    be interactive: prompt, and survive errors and interrupts
 *   -l    be a login shell: read /etc/profile and ~/.profile first
 *   -e    end when a command fails
 *   -u    treat the use of a variable that is not set as an error
 *   -x    show commands before they run
 *   -f    do not expand patterns to file names
 *   -n    only check the syntax
 *   -v    show the input as it is read
 *   -a    export every variable that is set
 *   -C    do not overwrite files by >
 *   -o NAME    the same by name: errexit nounset xtrace noglob noexec verbose allexport noclobber pipefail
 *
 * install: /bin
 * options: raw
 * follows: POSIX.1-2024 XCU chapter 2, without job control, aliases and line editing
 */
#include "signals.h"
#include "sh.h"

extern char **environ;

/* What the command line asks for besides the options of `set`. */
struct start {
	bool command, from_stdin, login;
};

static bool *own_option(struct start *start, struct shell *sh, char letter)
{
	switch (letter) {
	case 'c':
		return &start->command;
	case 's':
		return &start->from_stdin;
	case 'l':
		return &start->login;
	case 'i':
		return &sh->interactive;
	default:
		return NULL;
	}
}

/* Reads the options by giving those of `set` to it; returns the operands. */
static char **read_options(struct start *start, struct shell *sh, char **argv)
{
	const struct builtin *set = find_builtin("set");

	for (; *argv && (**argv == '-' || **argv == '+') && (*argv)[1]; argv++) {
		char word[] = "set", letter[] = { **argv, 0, 0 }, *set_argv[] = { word, letter, NULL, NULL };

		if (strcmp(*argv, "--") == 0)
			return argv + 1;
		if (strncmp(*argv, "--", 2) == 0)
			die_usage("unrecognized option '%s'", *argv);
		for (const char *c = *argv + 1; *c; c++) {
			bool *place = own_option(start, sh, *c);

			letter[1] = *c;
			if (place) {
				*place = **argv == '-';
				continue;
			}
			if (*c == 'o') {
				if (!argv[1])
					die_usage("option requires an argument -- 'o'");
				set_argv[2] = *++argv;
			}
			set->run(sh, set_argv);
			if (sh->flow != FLOW_NONE)
				leave(2);
			if (*c == 'o')
				break;
		}
	}
	return argv;
}

static void import_environment(struct shell *sh)
{
	struct stat there, here;
	const char *pwd;

	for (char **e = environ; *e; e++) {
		size_t n = name_length(*e);

		if (n > 0 && (*e)[n] == '=')
			var_set(sh, arena_memdup(*e, n), *e + n + 1, VAR_EXPORT);
	}
	var_set(sh, "IFS", " \t\n", 0);
	var_set(sh, "PS2", "> ", 0);
	var_set(sh, "PS4", "+ ", 0);
	var_set(sh, "OPTIND", "1", 0);
	var_set(sh, "PPID", arena_printf("%d", (int)getppid()), 0);
	if (!var_get(sh, "PS1"))
		var_set(sh, "PS1", geteuid() == 0 ? "# " : "$ ", 0);
	if (!var_get(sh, "PATH"))
		var_set(sh, "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 0);
	pwd = var_get(sh, "PWD");
	if (!pwd || *pwd != '/' || stat(pwd, &there) < 0 || stat(".", &here) < 0 ||
	    there.st_ino != here.st_ino || there.st_dev != here.st_dev) {
		char *cwd = getcwd(NULL, 0);

		if (cwd)
			var_set(sh, "PWD", cwd, 0);
		free(cwd);
	}
}

/* Runs a start-up file if it is there. */
static void run_file_if_any(struct shell *sh, const char *file)
{
	struct source src = { .fd = -1, .line = 1 };
	int fd = open_file(file, O_RDONLY, 0);

	if (fd < 0)
		return;
	src.text = read_file(fd, &src.len);
	close_file(fd);
	if (src.text)
		run_source(sh, &src);
}

static void run_profiles(struct shell *sh)
{
	const char *home = var_get(sh, "HOME");

	run_file_if_any(sh, "/etc/profile");
	if (home)
		run_file_if_any(sh, arena_printf("%s/.profile", home));
}

static void open_script(struct shell *sh, struct source *src)
{
	int fd = open_file(sh->name, O_RDONLY, 0);

	src->text = fd < 0 ? NULL : read_file(fd, &src->len);
	if (!src->text) {
		int code = errno;

		warn_code(code, "0: cannot open %s", sh->name);
		leave(code == ENOENT ? 127 : 126);
	}
	close_file(fd);
}

int sh_main(struct sh_options *opt, char **argv)
{
	struct shell sh = { .name = argv[-1], .pid = getpid(), .unconditional = true };
	struct start start = { .login = *argv[-1] == '-' };
	struct source src = { .fd = -1, .line = 1 };

	(void)opt;
	import_environment(&sh);
	argv = read_options(&start, &sh, argv);
	if (start.command) {
		if (!*argv)
			die_usage("option requires an argument -- 'c'");
		src.text = *argv++;
		src.len = strlen(src.text);
		if (*argv)
			sh.name = *argv++;
	} else if (*argv && !start.from_stdin) {
		sh.name = *argv++;
		open_script(&sh, &src);
	} else {
		src.fd = STDIN_FILENO;
		src.text = arena_strdup("");
		sh.interactive |= isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
	}
	sh.args = argv;
	if (start.login)
		run_profiles(&sh);
	if (sh.interactive) {
		signal_ignore(SIGTERM);
		signal_catch(SIGINT);
		src.interactive = src.fd >= 0;
	}
	run_source(&sh, &src);
	end_shell(&sh);
}

/* tty - print the name of the terminal that standard input is
 *
 * usage: tty [OPTION]...
 *
 *   -s, --silent, --quiet    print nothing, only tell by the exit status
 *
 * Exit status: 0 if it is a terminal, 1 if not, 2 for a wrong command line, 3 if the name cannot be written.
 *
 * install: /usr/bin
 * status: 2
 * follows: POSIX.1-2024 tty; GNU coreutils manual, "tty invocation"
 */
#include "libbb.h"
#include "tty.gen.h"

int tty_main(struct tty_options *opt, char **argv)
{
	const char *name;
	int status = 0;

	if (*argv)
		die_extra_operand(*argv);
	if (opt->silent)
		return !isatty(STDIN_FILENO);
	name = ttyname(STDIN_FILENO);
	if (!name) {
		status = errno != ENOENT;
		name = status ? "not a tty" : "/dev/tty";
	}
	out_line(name);
	if (out_flush() < 0) {
		warn_code(std_out.error, "write error");
		std_out.error = 0;
		return 3;
	}
	return status;
}

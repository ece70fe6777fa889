/* printenv - print environment variables
 *
 * usage: printenv [OPTION]... [VARIABLE]...
 *
 *   -0, --null    end each line with a NUL, not a newline
 *
 * Prints the values of the VARIABLEs, or without any the names and values of all.
 *
 * install: /usr/bin
 * options: stop pure
 * status: 2
 * follows: GNU coreutils manual, "printenv invocation"
 */
#include "libbb.h"
#include "printenv.gen.h"

int printenv_main(struct printenv_options *opt, char **argv)
{
	char end = opt->null ? 0 : '\n';
	int status = 0;

	if (!*argv)
		for (char **word = environ; *word; word++) {
			out_str(*word);
			out_char(end);
		}
	for (; *argv; argv++) {
		const char *value = strchr(*argv, '=') ? NULL : getenv(*argv);

		if (value) {
			out_str(value);
			out_char(end);
		} else {
			status = 1;
		}
	}
	return status;
}

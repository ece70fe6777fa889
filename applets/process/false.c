/* false - do nothing, unsuccessfully
 *
 * usage: false [ignored command line arguments]
 *
 *       --help       display this help, unsuccessfully
 *       --version    output version information, unsuccessfully
 *
 * install: /bin
 * options: raw no-help pure
 * follows: POSIX.1-2024 false; GNU coreutils manual, "false invocation"
 */
#include "libbb.h"
#include "false.gen.h"

int false_main(struct false_options *opt, char **argv)
{
	(void)opt;
	if (*argv && !argv[1] && strcmp(*argv, "--help") == 0)
		print_help(this_applet());
	if (*argv && !argv[1] && strcmp(*argv, "--version") == 0)
		print_version();
	return 1;
}

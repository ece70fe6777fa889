/* unlink - remove a file
 *
 * usage: unlink FILE
 *
 * The name FILE is removed by the system call and nothing else.
 *
 * install: /usr/bin
 * options: pure
 * follows: POSIX.1-2024 unlink; GNU coreutils manual, "unlink invocation"
 */
#include "libbb.h"
#include "unlink.gen.h"

int unlink_main(struct unlink_options *opt, char **argv)
{
	(void)opt;
	if (!argv[0])
		die_missing_operand(NULL);
	if (argv[1])
		die_extra_operand(argv[1]);
	if (unlink(argv[0]) < 0)
		die_errno("cannot unlink %s", quote_file(argv[0]));
	return 0;
}

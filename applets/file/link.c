/* link - make a hard link
 *
 * usage: link FILE1 FILE2
 *
 * The new name FILE2 is given to the file FILE1, by the system call and nothing else.
 *
 * install: /usr/bin
 * options: pure
 * follows: POSIX.1-2024 link; GNU coreutils manual, "link invocation"
 */
#include "libbb.h"
#include "link.gen.h"

int link_main(struct link_options *opt, char **argv)
{
	(void)opt;
	if (!argv[0] || !argv[1])
		die_missing_operand(argv[0]);
	if (argv[2])
		die_extra_operand(argv[2]);
	if (link(argv[0], argv[1]) < 0)
		die_errno("cannot create link %s to %s", quote_file(argv[1]), quote_file(argv[0]));
	return 0;
}

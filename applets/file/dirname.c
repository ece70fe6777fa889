/* dirname - print the directory part of file names
 *
 * usage: dirname [OPTION] NAME...
 *
 *   -z, --zero    end each name with a NUL, not a newline
 *
 * The part is what comes before the last component and its slashes; `.` if there is nothing.
 *
 * install: /usr/bin
 * options: pure
 * follows: POSIX.1-2024 dirname; GNU coreutils manual, "dirname invocation"
 */
#include "libbb.h"
#include "path.h"
#include "dirname.gen.h"

int dirname_main(struct dirname_options *opt, char **argv)
{
	if (!*argv)
		die_missing_operand(NULL);
	for (; *argv; argv++) {
		out_str(path_dir(*argv));
		out_char(opt->zero ? 0 : '\n');
	}
	return 0;
}

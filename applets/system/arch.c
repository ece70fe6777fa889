/* arch - print the name of the machine's architecture
 *
 * usage: arch
 *
 * The same as uname -m.
 *
 * install: /usr/bin
 * options: pure
 * follows: GNU coreutils manual, "arch invocation"
 */
#include <sys/utsname.h>
#include "libbb.h"
#include "arch.gen.h"

int arch_main(struct arch_options *opt, char **argv)
{
	struct utsname u;

	(void)opt;
	if (*argv)
		die_extra_operand(*argv);
	if (uname(&u) < 0)
		die_errno("cannot get system name");
	out_line(u.machine);
	return 0;
}

/* whoami - print the effective user's name
 *
 * usage: whoami [OPTION]...
 *
 * install: /usr/bin
 * options: pure
 * follows: GNU coreutils manual, "whoami invocation"
 */
#include "libbb.h"
#include "whoami.gen.h"

int whoami_main(struct whoami_options *opt, char **argv)
{
	struct users users = { 0 };
	const char *name;

	(void)opt;
	if (*argv)
		die_extra_operand(*argv);
	name = user_name(&users, geteuid());
	if (name)
		out_line(name);
	else
		warn("cannot find name for user ID %u", (unsigned)geteuid());
	users_free(&users);
	return !name;
}

/* chgrp - change the group of files
 *
 * usage: chgrp [OPTION]... GROUP FILE...
 * usage: chgrp [OPTION]... --reference=RFILE FILE...
 *
 *   -c, --changes          as -v, but only about files that were changed
 *   -f, --silent, --quiet  leave out most error messages
 *   -v, --verbose          say of each file what was done
 *       --dereference      change what a symbolic link leads to (the default)
 *   -h, --no-dereference   change the link itself
 *       --no-preserve-root  treat / like any other directory (the default)
 *       --preserve-root    refuse to change / recursively
 *       --reference=RFILE  use the group of RFILE
 *   -R, --recursive        change also all that is in directories
 *   -H                     with -R: enter a directory that a FILE is a link to
 *   -L                     with -R: enter every directory that a link leads to
 *   -P                     with -R: follow no links (the default)
 *
 * GROUP is a name or a number; a number after + is never taken for a name.
 *
 * install: /bin
 * follows: POSIX.1-2024 chgrp; GNU coreutils manual, "chgrp invocation"
 */
#include "libbb.h"
#include "owner.h"
#include "chgrp.gen.h"

int chgrp_main(struct chgrp_options *opt, char **argv)
{
	struct owner_change change = {
		.from = { (uid_t)-1, (gid_t)-1, NULL, NULL },
		.recursive = opt->recursive,
		.silent = opt->silent,
		.verbose = opt->verbose > opt->changes,
		.changes = opt->changes,
		.preserve_root = opt->preserve_root > opt->no_preserve_root,
	};
	const char *spec = NULL;

	owner_follow(&change, opt->H, opt->L, opt->P, opt->dereference, opt->no_dereference);
	if (!opt->reference && *argv)
		spec = *argv++;
	if (!*argv)
		die_missing_operand(spec);
	if (opt->reference) {
		change.to = owner_of(opt->reference);
		change.to.uid = (uid_t)-1;
		change.to.user = NULL;
	} else {
		change.to = owner_parse_group(spec);
	}
	return change_owners(&change, argv);
}

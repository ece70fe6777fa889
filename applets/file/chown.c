/* chown - change the owner and group of files
 *
 * usage: chown [OPTION]... [OWNER][:[GROUP]] FILE...
 * usage: chown [OPTION]... --reference=RFILE FILE...
 *
 *   -c, --changes          as -v, but only about files that were changed
 *   -f, --silent, --quiet  leave out most error messages
 *   -v, --verbose          say of each file what was done
 *       --dereference      change what a symbolic link leads to (the default)
 *   -h, --no-dereference   change the link itself
 *       --from=[OWNER][:GROUP]...  change only files of that owner and group
 *       --no-preserve-root  treat / like any other directory (the default)
 *       --preserve-root    refuse to change / recursively
 *       --reference=RFILE  use the owner and group of RFILE
 *   -R, --recursive        change also all that is in directories
 *   -H                     with -R: enter a directory that a FILE is a link to
 *   -L                     with -R: enter every directory that a link leads to
 *   -P                     with -R: follow no links (the default)
 *
 * Without OWNER or GROUP that one stays; OWNER: stands for the owner's login group. Both are
 * names or numbers; a number after + is never taken for a name.
 *
 * install: /bin
 * follows: POSIX.1-2024 chown; GNU coreutils manual, "chown invocation"
 */
#include "libbb.h"
#include "owner.h"
#include "chown.gen.h"

int chown_main(struct chown_options *opt, char **argv)
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

	for (size_t i = 0; i < opt->from.count; i++) {
		struct owner from = owner_parse(opt->from.items[i].value);

		change.from.uid = from.uid == (uid_t)-1 ? change.from.uid : from.uid;
		change.from.gid = from.gid == (gid_t)-1 ? change.from.gid : from.gid;
	}
	owner_follow(&change, opt->H, opt->L, opt->P, opt->dereference, opt->no_dereference);
	if (!opt->reference && *argv)
		spec = *argv++;
	if (!*argv)
		die_missing_operand(spec);
	change.to = opt->reference ? owner_of(opt->reference) : owner_parse(spec);
	return change_owners(&change, argv);
}

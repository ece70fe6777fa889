/* owner.h - changing the owners and groups of files and trees: what chown and chgrp share
 *
 * Follows POSIX.1-2024 chown and chgrp; the GNU coreutils manual, "chown invocation".
 */
#ifndef OWNER_H
#define OWNER_H

#include <stdbool.h>
#include <sys/types.h>

enum owner_traverse { TRAVERSE_NO_LINKS, TRAVERSE_ROOT_LINKS, TRAVERSE_LINKS };

/* An owner and a group; (uid_t)-1 and (gid_t)-1: not given. The names are for messages: NULL where nothing is said. */
struct owner {
	uid_t uid;
	gid_t gid;
	const char *user, *group;
};

struct owner_change {
	struct owner to;
	struct owner from; /* only files of these are changed */
	bool recursive, silent;
	bool verbose, changes; /* say it of all files; of those that were changed */
	bool dereference;      /* change what a link leads to */
	bool preserve_root;
	enum owner_traverse traverse;
};

/* Reads OWNER[:[GROUP]] or :GROUP. Dies if it is none: `invalid user: 'x'`. A dot for the colon is taken with a warning. */
struct owner owner_parse(const char *spec);

/* Reads the name or number of a group; "" is none. Dies if it is neither. */
struct owner owner_parse_group(const char *name);

/* The owner and the group of a file, with their names; dies if it cannot be read. */
struct owner owner_of(const char *file);

/* Sets what -R, -H -L -P (the position of each), --dereference and --no-dereference (-h) together mean. Dies if that is
 * nothing. */
void owner_follow(struct owner_change *o, unsigned H, unsigned L, unsigned P, unsigned dereference,
		  unsigned no_dereference);

/* Changes the files. Returns the exit status. */
int change_owners(const struct owner_change *o, char **files);

#endif

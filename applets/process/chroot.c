/* chroot - run a command with another root directory
 *
 * usage: chroot [OPTION]... NEWROOT [COMMAND [ARG]...]
 *
 *       --groups=G_LIST           with the supplementary groups G_LIST, separated by commas
 *       --userspec=USER:GROUP     as this user and group, names or numbers
 *       --skip-chdir              do not go to /, which NEWROOT then has to be
 *
 * Without COMMAND it is "$SHELL" -i, or /bin/sh -i.
 *
 * Exit status: that of COMMAND; 125 if chroot fails, 126 if COMMAND cannot be run, 127 if it is not found.
 *
 * install: /usr/sbin
 * options: stop
 * status: 125
 * follows: GNU coreutils manual, "chroot invocation"
 */
#include <grp.h>
#include "libbb.h"
#include "command.h"
#include "path.h"
#include "chroot.gen.h"

/* Who the command is run as; -1 what is not changed. */
struct identity {
	uid_t uid;
	gid_t gid;
	gid_t *groups; /* NULL: those of the user */
	size_t groups_count;
};

static void read_user(struct identity *id, const char *spec, struct users *u)
{
	const char *colon = strchr(spec, ':');
	const char *name = colon ? arena_memdup(spec, (size_t)(colon - spec)) : spec;

	if (*name) {
		const struct user *user;

		if (!parse_user(u, name, &id->uid))
			die("invalid user");
		user = user_by_id(u, id->uid);
		if (user && !(colon && colon[1]))
			id->gid = user->gid;
	}
	if (colon && colon[1] && !parse_group(u, colon + 1, &id->gid))
		die("invalid group");
}

static void read_groups(struct identity *id, const char *list, struct users *u)
{
	char *save, *word, *copy = arena_strdup(list);

	id->groups = arena_array(gid_t, strlen(list) + 1);
	for (word = strtok_r(copy, ",", &save); word; word = strtok_r(NULL, ",", &save)) {
		if (!parse_group(u, word, &id->groups[id->groups_count]))
			die("invalid group %s", quote(word));
		id->groups_count++;
	}
	if (*list && id->groups_count == 0)
		die("invalid group list %s", quote(list));
}

/* The groups that the database in the new root has for the user. */
static void groups_of_user(struct identity *id, struct users *u)
{
	const struct user *user = user_by_id(u, id->uid);

	if (!user) {
		if (id->gid == (gid_t)-1)
			die("no group specified for unknown uid: %d", (int)id->uid);
		return;
	}
	id->groups_count = groups_of(u, user->name, id->gid, NULL, 0);
	id->groups = arena_array(gid_t, id->groups_count);
	groups_of(u, user->name, id->gid, id->groups, id->groups_count);
}

static void become(struct identity *id, struct users *u)
{
	if (id->uid != (uid_t)-1 && !id->groups)
		groups_of_user(id, u);
	if (id->groups && setgroups(id->groups_count, id->groups) < 0)
		die_errno("failed to set supplemental groups");
	if (id->gid != (gid_t)-1 && setgid(id->gid) < 0)
		die_errno("failed to set group-ID");
	if (id->uid != (uid_t)-1 && setuid(id->uid) < 0)
		die_errno("failed to set user-ID");
}

int chroot_main(struct chroot_options *opt, char **argv)
{
	struct identity id = { (uid_t)-1, (gid_t)-1, NULL, 0 };
	struct users u = { 0 };
	const char *root = *argv;

	if (!*argv)
		die_missing_operand(NULL);
	if (opt->skip_chdir) {
		char *real = canonical_path(root, CANON_EXISTING, false);

		if (!real || strcmp(real, "/") != 0)
			die_usage("option --skip-chdir only permitted if NEWROOT is old %s", quote_file("/"));
	}
	if (chroot(root) < 0)
		die_errno("cannot change root directory to %s", quote_file(root));
	if (!opt->skip_chdir && chdir("/") < 0)
		die_errno("cannot chdir to root directory");
	if (opt->userspec)
		read_user(&id, opt->userspec, &u);
	if (opt->groups)
		read_groups(&id, opt->groups, &u);
	become(&id, &u);
	users_free(&u);
	argv++;
	if (!*argv) {
		const char *shell = getenv("SHELL");

		argv = arena_array(char *, 3);
		argv[0] = arena_strdup(shell ? shell : "/bin/sh");
		argv[1] = arena_strdup("-i");
	}
	run_command(argv, "failed to run command %s");
}

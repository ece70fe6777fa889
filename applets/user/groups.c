/* groups - print the groups a user is in
 *
 * usage: groups [USERNAME]...
 *
 * Without USERNAME, the groups of this process.
 *
 * install: /usr/bin
 * follows: GNU coreutils manual, "groups invocation"
 */
#include "libbb.h"
#include "groups.gen.h"

/* Writes the names of groups with blanks between them. Returns whether all have a name; numbers stand for the others. */
static bool print_groups(struct users *u, const gid_t *groups, size_t count)
{
	bool named = true;

	for (size_t i = 0; i < count; i++) {
		const char *name = group_name(u, groups[i]);

		if (i > 0)
			out_char(' ');
		if (name) {
			out_str(name);
		} else {
			out_num(groups[i], 0);
			warn("cannot find name for group ID %lu", (unsigned long)groups[i]);
			named = false;
		}
	}
	out_char('\n');
	return named;
}

/* The groups of this process: the real one and the effective one, then the others. */
static int print_own(struct users *u)
{
	gid_t *groups;
	int n = getgroups(0, NULL);
	size_t count = 0;

	if (n < 0)
		die_errno("failed to get groups for the current process");
	groups = arena_array(gid_t, (size_t)n + 2);
	groups[count++] = getgid();
	if (getegid() != groups[0])
		groups[count++] = getegid();
	n = getgroups(n, groups + count);
	for (int i = 0, at = (int)count; i < n; i++)
		if (groups[at + i] != getgid() && groups[at + i] != getegid())
			groups[count++] = groups[at + i];
	return !print_groups(u, groups, count);
}

int groups_main(struct groups_options *opt, char **names)
{
	struct users u = { 0 };
	int status = 0;

	(void)opt;
	if (!*names)
		status = print_own(&u);
	for (; *names; names++) {
		const struct user *user = user_by_name(&u, *names);
		size_t count;
		gid_t *groups;

		if (!user) {
			warn("%s: no such user", quote(*names));
			status = 1;
			continue;
		}
		count = groups_of(&u, user->name, user->gid, NULL, 0);
		groups = arena_array(gid_t, count);
		groups_of(&u, user->name, user->gid, groups, count);
		out_fmt("%s : ", *names);
		status |= !print_groups(&u, groups, count);
	}
	users_free(&u);
	return status;
}

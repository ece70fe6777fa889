/* users - print the names of those who are logged in
 *
 * usage: users [OPTION]... [FILE]
 *
 * FILE has the records, as /var/log/wtmp; if there is none, it is /var/run/utmp.
 *
 * install: /usr/bin
 * follows: GNU coreutils manual, "users invocation"
 */
#include "libbb.h"
#include "logins.h"
#include "users.gen.h"

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct login *)a)->user, ((const struct login *)b)->user);
}

int users_main(struct users_options *opt, char **files)
{
	struct login *logins;
	size_t count, users = 0;

	(void)opt;
	if (*files && files[1])
		die_extra_operand(files[1]);
	logins = logins_read(*files ? *files : LOGINS_FILE, !*files, &count);
	for (size_t i = 0; i < count; i++)
		if (login_is_user(&logins[i]))
			logins[users++] = logins[i];
	qsort(logins, users, sizeof(*logins), compare);
	for (size_t i = 0; i < users; i++) {
		out_str(logins[i].user);
		out_char(i + 1 < users ? ' ' : '\n');
	}
	return 0;
}

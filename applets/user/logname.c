/* logname - print the name of the user who logged in
 *
 * usage: logname
 *
 * install: /usr/bin
 * options: pure
 * follows: POSIX.1-2024 logname; GNU coreutils manual, "logname invocation"
 */
#include "libbb.h"
#include "logname.gen.h"

int logname_main(struct logname_options *opt, char **argv)
{
	struct users u = { 0 };
	const struct user *user = NULL;
	uintmax_t uid;
	size_t len;
	int fd;
	char *text;

	(void)opt;
	if (*argv)
		die_extra_operand(*argv);
	fd = open_file("/proc/self/loginuid", O_RDONLY, 0);
	text = fd < 0 ? NULL : read_file(fd, &len);
	if (text && parse_uint(text, NULL, &uid) == NUM_OK && uid != (uid_t)-1)
		user = user_by_id(&u, (uid_t)uid);
	if (!user) {
		users_free(&u);
		die("no login name");
	}
	out_line(user->name);
	users_free(&u);
	return 0;
}

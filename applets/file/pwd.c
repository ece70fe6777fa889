/* pwd - print the name of the working directory
 *
 * usage: pwd [OPTION]...
 *
 *   -L, --logical     the name in $PWD, if it is right, even with symbolic links
 *   -P, --physical    without symbolic links (the default unless POSIXLY_CORRECT is set)
 *
 * install: /bin
 * options: pure
 * follows: POSIX.1-2024 pwd; GNU coreutils manual, "pwd invocation"
 */
#include "libbb.h"
#include "path.h"
#include "pwd.gen.h"

/* Whether `.` or `..` is a component of `path`. */
static bool has_dots(const char *path)
{
	for (const char *p = path; (p = strstr(p, "/.")); p++)
		if (p[2 + (p[2] == '.')] == '/' || p[2 + (p[2] == '.')] == 0)
			return true;
	return false;
}

/* $PWD if it is an absolute name of the working directory without dots, else NULL. */
static const char *logical_dir(void)
{
	const char *name = getenv("PWD");
	struct stat there, here;

	if (!name || *name != '/' || has_dots(name) || stat(name, &there) < 0 || stat(".", &here) < 0 ||
	    there.st_ino != here.st_ino || there.st_dev != here.st_dev)
		return NULL;
	return name;
}

int pwd_main(struct pwd_options *opt, char **argv)
{
	bool logical = opt->logical || opt->physical ? opt->logical > opt->physical
						     : getenv("POSIXLY_CORRECT") != NULL;
	const char *name = NULL;

	if (*argv)
		warn("ignoring non-option arguments");
	if (logical)
		name = logical_dir();
	if (!name)
		name = current_dir();
	if (!name && errno == ENOENT)
		die("couldn't find directory entry in %s with matching i-node", quote(".."));
	if (!name)
		die_errno("cannot find the name of the working directory");
	out_line(name);
	return 0;
}

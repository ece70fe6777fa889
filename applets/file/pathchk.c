/* pathchk - check file names
 *
 * usage: pathchk [OPTION]... NAME...
 *
 *   -p                   check for names that most POSIX systems take
 *   -P                   check for empty names and leading -
 *       --portability    both: for all POSIX systems
 *
 * Without -p the limits are those of the file systems that the names are on.
 *
 * install: /usr/bin
 * options: pure
 * follows: POSIX.1-2024 pathchk; GNU coreutils manual, "pathchk invocation"
 */
#include "libbb.h"
#include "pathchk.gen.h"

enum { LEAST_NAME_MAX = 14, LEAST_PATH_MAX = 256 };

/* Whether no component begins with a -; says so if one does. */
static bool check_hyphens(const char *name)
{
	for (const char *p = name; (p = strchr(p, '-')); p++)
		if (p == name || p[-1] == '/') {
			warn("leading '-' in a component of file name %s", quote_file(name));
			return false;
		}
	return true;
}

static bool check_characters(const char *name)
{
	static const char portable[] = "/ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
	const char *bad = name + strspn(name, portable);
	uint32_t cp;
	int len;

	if (!*bad)
		return true;
	len = locale_is_utf8() ? utf8_decode(bad, strlen(bad), &cp) : 1;
	warn("nonportable character %s in file name %s",
	     quote(arena_memdup(bad, (size_t)(len > 0 ? len : 1))), quote_file(name));
	return false;
}

/* The longest name that the directory takes; -1 after a message if that cannot be told. */
static long name_limit(const char *dir)
{
	long limit;

	errno = 0;
	limit = pathconf(dir, _PC_NAME_MAX);
	if (limit >= 0)
		return limit;
	if (errno == ENOENT)
		return LEAST_NAME_MAX; /* it is not there yet, and may be on any file system */
	if (errno == 0)
		return LONG_MAX;
	warn_errno("%s", quote_maybe(dir));
	return -1;
}

/* Whether each component is short enough. */
static bool check_components(const char *name, bool portable)
{
	long limit = LEAST_NAME_MAX;
	const char *p = name + strspn(name, "/");

	while (*p) {
		size_t len = strcspn(p, "/");

		if (!portable && p > name)
			limit = name_limit(arena_memdup(name, (size_t)(p - name)));
		else if (!portable)
			limit = name_limit(".");
		if (limit < 0)
			return false;
		if (len > (size_t)limit) {
			warn("limit %ld exceeded by length %zu of file name component %s", limit, len,
			     quote(arena_memdup(p, len)));
			return false;
		}
		p += len;
		p += strspn(p, "/");
	}
	return true;
}

static bool check(const char *name, bool extra, bool portable)
{
	size_t len = strlen(name);
	struct stat st;

	if (extra && !check_hyphens(name))
		return false;
	if ((portable || extra) && len == 0) {
		warn("empty file name");
		return false;
	}
	if (portable) {
		if (!check_characters(name))
			return false;
	} else if (lstat(name, &st) < 0) {
		if (errno != ENOENT || len == 0) {
			warn_errno("%s", quote_maybe(name));
			return false;
		}
	} else {
		return true;
	}
	if (portable ? len >= LEAST_PATH_MAX : len >= PATH_MAX) {
		warn("limit %d exceeded by length %zu of file name %s",
		     portable ? LEAST_PATH_MAX - 1 : PATH_MAX - 1, len, quote_file(name));
		return false;
	}
	return check_components(name, portable);
}

int pathchk_main(struct pathchk_options *opt, char **names)
{
	int status = 0;

	if (!*names)
		die_missing_operand(NULL);
	for (; *names; names++)
		if (!check(*names, opt->P || opt->portability, opt->p || opt->portability))
			status = 1;
	return status;
}

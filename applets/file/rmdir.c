/* rmdir - remove empty directories
 *
 * usage: rmdir [OPTION]... DIRECTORY...
 *
 *       --ignore-fail-on-non-empty  say nothing about directories that are not empty
 *   -p, --parents              remove also the directories above that are in the name,
 *                              as far as that leaves them empty: a/b/c, then a/b, then a
 *   -v, --verbose              say which directory is being removed
 *
 * install: /bin
 * options: pure
 * hidden: --path
 * follows: POSIX.1-2024 rmdir; GNU coreutils manual, "rmdir invocation"
 */
#include "libbb.h"
#include "rmdir.gen.h"
#include "walk.h"

/* Whether a failure to remove `dir` comes, or may as well have come, from its not being empty. */
static bool is_not_empty(int code, const char *dir)
{
	return code == ENOTEMPTY || code == EEXIST ||
	       ((code == EACCES || code == EPERM || code == EROFS || code == EBUSY) &&
		dir_is_empty(AT_FDCWD, dir) == 0);
}

/* Whether `dir` is a name with a slash at its end of a link to a directory, or to nothing. */
static bool is_link_to_directory(const char *dir)
{
	size_t len = strlen(dir);
	struct stat st;

	if (len < 2 || dir[len - 1] != '/' || (stat(dir, &st) < 0 && errno != ENOENT))
		return false;
	while (len > 1 && dir[len - 1] == '/')
		len--;
	return lstat(arena_memdup(dir, len), &st) == 0 && S_ISLNK(st.st_mode);
}

/* Removes one directory. Returns whether there is no error to be told, and in *gone whether it was removed. */
static bool remove_one(const struct rmdir_options *opt, const char *dir, bool parent, bool *gone)
{
	int code;

	if (opt->verbose)
		out_fmt("%s: removing directory, %s\n", applet_name(), quote_file(dir));
	*gone = rmdir(dir) == 0;
	if (*gone)
		return true;
	code = errno;
	if (opt->ignore_fail_on_non_empty && is_not_empty(code, dir))
		return true;
	if (code == ENOTDIR && !parent && is_link_to_directory(dir))
		warn("failed to remove %s: Symbolic link not followed", quote_file(dir));
	else
		warn_code(code, parent ? "failed to remove directory %s" : "failed to remove %s",
			  quote_file(dir));
	return false;
}

/* Cuts the last part off a path, and the slashes before it. Returns false if there is but one part. */
static bool cut_last(char *path)
{
	size_t len = strlen(path);
	char *slash;

	while (len > 1 && path[len - 1] == '/')
		path[--len] = 0;
	slash = strrchr(path, '/');
	if (!slash)
		return false;
	while (slash > path && slash[-1] == '/')
		slash--;
	*slash = 0;
	return slash > path;
}

int rmdir_main(struct rmdir_options *opt, char **dirs)
{
	int status = 0;

	if (!*dirs)
		die_missing_operand(NULL);
	for (; *dirs; dirs++) {
		char *path = arena_strdup(*dirs);
		bool gone, fine = remove_one(opt, path, false, &gone);

		while ((opt->parents || opt->path) && gone && cut_last(path))
			fine = remove_one(opt, path, true, &gone) && fine;
		if (!fine)
			status = 1;
	}
	return status;
}

/* path.h - file names: their parts, what symbolic links hold, and the canonical form
 *
 * Follows basename and dirname of POSIX.1-2024, and the GNU coreutils manual, "realpath invocation".
 * File names are bytes of any length; those longer than PATH_MAX are reached step by step. Results are
 * in the arena.
 */
#ifndef PATH_H
#define PATH_H

#include <stdbool.h>
#include <stddef.h>

/* The last component of `path`, without slashes behind it; "/" if there are only slashes, "" for "". */
char *path_base(const char *path);

/* What comes before path_base() and the slashes between them; "." if nothing does, "/" for the root. */
char *path_dir(const char *path);

/* `dir`/`name`, with one slash in between; `name` alone if `dir` is "". Slashes that begin `name` are
 * left out. */
char *path_join(const char *dir, const char *name);

/* What the symbolic link `path`, relative to the open directory `dir` (or AT_FDCWD), holds. NULL with
 * errno set on an error, as readlinkat(2): EINVAL if it is no link. */
char *read_link(int dir, const char *path);

/* The absolute name of the working directory, without symbolic links. NULL with errno set on an error:
 * ENOENT if it was removed or cannot be reached from the root. As getcwd(3). */
char *current_dir(void);

/* Which components of a name must exist. */
enum canon_mode {
	CANON_EXISTING,     /* all */
	CANON_ALL_BUT_LAST, /* all but the last; slashes may follow it */
	CANON_MISSING,      /* none; and what is in the way need not be a directory */
};

/* The absolute name of `path` without symbolic links (or, if `keep_links`, with them), `.`, `..` and
 * repeated slashes. With `keep_links` a `..` takes away the component before it, link or not; and with
 * CANON_ALL_BUT_LAST no component is missed but those before `.` and `..`. NULL with errno set on an
 * error: ENOENT for "", ENOTDIR if a slash follows what is no directory, ELOOP for a link that leads
 * to itself (which CANON_MISSING keeps as it is). As GNU realpath, `realpath -s`. */
char *canonical_path(const char *path, enum canon_mode mode, bool keep_links);

#endif

/* mode.h - permissions in words
 *
 * Follows POSIX.1-2024 chmod, the GNU coreutils manual, "File permissions" and "Directory Setuid and Setgid".
 */
#ifndef MODE_H
#define MODE_H

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

/* A change of mode, made by mode_compile() or mode_from(). Nothing to free. */
struct mode_change {
	const char *spec; /* the symbolic mode (the caller's string, which must stay), or NULL: numeric */
	mode_t value;     /* numeric: the new bits */
	mode_t keep;      /* numeric: bits that a directory keeps */
};

/* Reads a mode: octal digits, or clauses as u+rwx,g=u,o-w,+X,a=rwxt,=,u+s,+0644 separated by commas. Returns
 * `change`, or NULL if it is none (an octal number over 7777 too). */
const struct mode_change *mode_compile(const char *spec, struct mode_change *change);

/* Makes the change that gives a file the mode `mode` (--reference). All twelve bits are set, on directories
 * too. */
const struct mode_change *mode_from(mode_t mode, struct mode_change *change);

/* Returns the twelve mode bits after the change of `old` (whose type bits do not matter), for a directory if
 * `directory`. Clauses without u, g, o, a leave alone the bits that are set in `mask` (the umask). If
 * `mentioned` is not NULL it gets the bits that the change is about, whether they were set before or not;
 * mkdir -m needs a chmod(2) after the mkdir(2) if there are others than the plain permissions. */
mode_t mode_apply(const struct mode_change *change, mode_t old, bool directory, mode_t mask,
		  mode_t *mentioned);

/* Returns the letter of the type of a file: - d l b c p s, or ? for any other. */
char mode_type(mode_t mode);

/* Returns the type of a file in words, as stat(1) tells it: `regular empty file`, `symbolic link` ... */
const char *file_kind(const struct stat *st);

/* Writes the type and the permissions as `ls -l` does: "drwxr-sr-t" and a NUL. */
void mode_string(mode_t mode, char out[11]);

/* Gives `name` in the open directory `dir` a mode, never through a symbolic link. As fchmodat(2) with
 * AT_SYMLINK_NOFOLLOW, also on kernels before 6.6, which do not have it. */
int set_mode_at(int dir, const char *name, mode_t mode);

#endif

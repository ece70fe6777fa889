/* target.h - the operands of cp, install, ln and mv: SOURCE DEST, SOURCE... DIRECTORY, -t DIRECTORY SOURCE...
 *
 * Follows the GNU coreutils manual, "Target directory".
 */
#ifndef TARGET_H
#define TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include "applet.h"

/* A file: `name` relative to the open directory `dir` or AT_FDCWD, and `path` for messages. */
struct place {
	int dir;
	const char *name, *path;
};

/* The directory that all go to; dir is -1 if there is none, and `path` then the name for the only source. */
struct target {
	int dir;
	const char *path;
};

enum target_flags {
	TARGET_NONE = 1,     /* -T: the last operand is no such directory */
	TARGET_NOFOLLOW = 2, /* ln -n: nor is it if it is a symbolic link */
	TARGET_HERE = 4,     /* a single operand goes to the current directory */
};

/* Finds out where to: `given` are the arguments of -t. Returns how many of `files` are sources. Ends with a message if
 * the operands are too few or too many, or there is no directory where one is needed. */
size_t find_target(struct target *t, char **files, const struct option_list *given, unsigned flags);

/* The place for `source` in a target directory: its base name there. For a target that is none, the target itself. */
struct place target_place(const struct target *t, const char *source);

/* The place `name` in a target directory. */
struct place target_place_named(const struct target *t, const char *name);

/* Takes the slashes at the end off a path, but not the only one. */
void strip_trailing_slashes(char *path);

#endif

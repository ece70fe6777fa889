/* backup.h - what cp, install, ln and mv do about a file they are to replace: keep a backup, ask
 *
 * Follows the GNU coreutils manual, "Backup options".
 */
#ifndef BACKUP_H
#define BACKUP_H

#include <stdbool.h>
#include "applet.h"

enum backup_kind {
	BACKUP_NONE,
	BACKUP_SIMPLE,   /* the name with the suffix */
	BACKUP_EXISTING, /* numbered where the file has numbered ones, else simple */
	BACKUP_NUMBERED, /* the name with .~N~ */
};

struct backup {
	enum backup_kind kind;
	const char *suffix;
};

/* Returns what the options ask for: -b, the arguments of --backup, and that of -S or NULL, any of which alone is
 * enough. VERSION_CONTROL and SIMPLE_BACKUP_SUFFIX count where they say nothing. Ends the applet as choose() does
 * if the control is not one. */
struct backup backup_options(bool wanted, const struct option_list *control, const char *suffix);

/* Returns the name that backup_file() would give now, in the arena; NULL with errno set when the directory cannot be
 * read for the numbers. `b->kind` is not BACKUP_NONE. `name` is relative to the open directory `dir`. */
char *backup_name(int dir, const char *name, const struct backup *b);

/* Renames the file `name` to the name of its backup, and returns that, in the arena; NULL with errno set on error. A
 * numbered backup never replaces another file. */
char *backup_file(int dir, const char *name, const struct backup *b);

/* rename(2) that fails with EEXIST where there is something already (EINVAL or ENOSYS where that cannot be asked for). */
int rename_new(int from_dir, const char *from, int to_dir, const char *to);

/* Returns a name in the directory of `path` that nothing is likely to have, in the arena. */
char *temporary_name(const char *path);

/* A link to be made: `name` in `dir`, with `text` if that is not NULL, else a hard one to `from` in `from_dir` as
 * linkat(2) does with `flags`. */
struct new_link {
	int dir;
	const char *name;
	const char *text;
	int from_dir;
	const char *from;
	int flags;
};

/* Make the link; the second in place of the file that has its name, without a moment in which there is none. Return 0,
 * or -1 with errno set. */
int link_new(const struct new_link *l);
int link_replacing(const struct new_link *l);

/* Asks `NAME: question? ` on standard error and reads a line of standard input, and no more than it; returns whether
 * it begins with y or Y. */
bool confirm(const char *question);

#endif

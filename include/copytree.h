/* copytree.h - copying files and trees: what cp does, and mv between file systems
 *
 * The destination is handled as the source is by walk.h: each step is taken relative to an open directory and
 * follows no link below the name that was given, neither depth nor path length is limited, and what is
 * created is created exclusively. All messages are written here; the functions only tell whether all went well.
 *
 * Follows POSIX.1-2024 cp; the GNU coreutils manual, "cp invocation"; the behaviour of coreutils 9.1.
 */
#ifndef COPYTREE_H
#define COPYTREE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include "backup.h"
#include "target.h"

enum copy_follow { FOLLOW_NONE, FOLLOW_ROOTS, FOLLOW_ALL };
enum copy_sparse { SPARSE_NEVER, SPARSE_AUTO, SPARSE_ALWAYS };
enum copy_reflink { REFLINK_AUTO, REFLINK_ALWAYS, REFLINK_NEVER };
enum copy_overwrite { OVERWRITE, OVERWRITE_ASK, OVERWRITE_NOT };

/* What to do with extended attributes: not copy them, copy silently, report what is not merely unsupported,
 * report everything and fail. */
enum copy_xattr { XATTR_NO, XATTR_SILENT, XATTR_WARN, XATTR_REQUIRED };

/* The options of cp, by the names they have there. All zero but `sparse` = SPARSE_AUTO and `follow` = FOLLOW_ALL is
 * plain cp. */
struct copy_options {
	enum copy_follow follow;
	enum copy_sparse sparse;
	enum copy_reflink reflink;
	enum copy_overwrite overwrite;
	enum copy_xattr xattr;
	struct backup backup;
	bool recursive, copy_contents, one_file_system, attributes_only;
	bool link, symbolic_link; /* make links to the source in place of copies */
	bool force, remove_destination, update, verbose;
	bool keep_mode, keep_owner, keep_times, keep_links;
	bool default_mode; /* --no-preserve=mode */
	bool many;    /* more than one source goes to the same directory, which is checked for collisions */
	bool move;    /* for mv: its words in messages; incomplete copies are removed again */
	bool install; /* for install: its words; the same source twice is an error */
};

/* A source and its destination. */
struct copy_item {
	struct place from, to;
	struct stat st;     /* of the source, or its target where links are followed */
	struct stat old;    /* of the destination itself, if it `exists` */
	struct stat target; /* of what the destination leads to, if it `has_target` */
	dev_t to_device;    /* of the directory of the destination, below a root */
	bool root;          /* named on the command line */
	bool follow;        /* a link in place of the source is followed */
	bool data;  /* the source is read and the destination written; not a link, device or directory */
	bool fresh; /* there can be nothing at the destination */
	bool exists, has_target;
	bool remove;        /* the destination has to go first */
	bool backed_up;     /* ... and is kept */
	const char *backup; /* its new name, once that was done, in to.dir; and for messages */
	const char *backup_path;
};

struct copier;

/* Makes what a number of copies by the same options share. It is the arena's. */
struct copier *copy_begin(const struct copy_options *opt);

/* Copies `source`, a path, to `to`, a file or what is to become the copy of a tree. Returns whether it succeeded,
 * all of it; messages tell what did not. `backup` is the path of a backup that was made of the destination before, to
 * be told with -v, or NULL. */
bool copy_source(struct copier *c, const char *source, struct place to, const char *backup);

/* Makes the directories of the relative path `name` but the last component under `to.dir`, each like the directory of
 * the same name in `source`, for cp --parents. `to.path` ends in `to.name`, which ends in `source`. Returns whether the
 * path is there. copy_parents_done() gives what it made the rest of its attributes, after the copy. */
struct parents;
bool copy_parents(struct copier *c, const char *source, struct place to, struct parents **made);
bool copy_parents_done(struct copier *c, struct parents *made);

/* For mv: decides about one source, by its status i->st (not followed), and what is at its destination; asks if it has to. */
enum copy_verdict { COPY_IT, COPY_NOT, COPY_FAILED };
enum copy_verdict copy_judge(struct copier *c, struct copy_item *i);

/* Makes way for the source as copy_judge() decided: a backup, or removal. Returns false after a message. */
bool copy_make_way(struct copier *c, struct copy_item *i);

/* For mv: remembers that this was done, so that another source does not replace it. */
void copy_moved(struct copier *c, const struct copy_item *i);

/* Puts a backup back after the copy failed. */
void copy_give_back(const struct copy_item *i);

/* Says `'a' -> 'b' (backup: 'b~')` after `what`, "" or "renamed ". */
void copy_tell(const char *what, const struct copy_item *i);

#endif

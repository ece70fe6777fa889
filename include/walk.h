/* walk.h - walking file trees
 *
 * Every step is taken relative to an open directory and without following a symbolic link that was not asked to be
 * followed, so that nobody can lead a walk astray by swapping a directory for a link. Depth and path length
 * have no limit; at most WALK_OPEN_DIRS directories are open at a time. Entries come in the order of the directory.
 */
#ifndef WALK_H
#define WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>
#include "buf.h"

enum walk_flags {
	WALK_FOLLOW_ROOTS = 1, /* -H: a root that is a symbolic link stands for its target */
	WALK_FOLLOW = 2,       /* -L: every symbolic link does (one that leads nowhere stands for itself) */
	WALK_ONE_FS = 4,       /* directories on another file system than their root are not entered */
	WALK_ONLY_ROOTS = 8,   /* no directory is entered, and each comes as WALK_FILE */
	WALK_BY_INODE =
		32, /* a directory's entries come in the order of their inodes: quicker to read on disks that turn */
	WALK_TRIM_ROOTS =
		16, /* of several slashes at the end of a root one is left; // alone stays, as in fts(3) */
};

enum walk_kind {
	WALK_FILE,    /* anything but a directory */
	WALK_DIR,     /* a directory, before its contents */
	WALK_DIR_END, /* the same, after its contents (also if it was skipped or could not be read) */
	WALK_ERROR, /* what `error` says: a root that is not there, a directory that cannot be opened or read */
	WALK_LOOP, /* with WALK_FOLLOW: a directory that contains itself; not entered */
};

struct walk_entry {
	enum walk_kind kind;
	int dir;          /* the directory it is in: for unlinkat(2) and the like with `name` */
	const char *name; /* in `dir`; the whole path for a root */
	const char *path; /* to be shown; of `path_len` bytes; valid until the next step */
	size_t path_len;
	size_t level;       /* 0 for a root */
	unsigned char type; /* DT_REG, DT_LNK ... of dirent(3); DT_UNKNOWN if walk_stat() has to tell */
	int error;          /* an errno, for WALK_ERROR */
};

/* How many directories a walk has open at most. */
#define WALK_OPEN_DIRS 32

struct walk_level;

/* A walk in progress; its memory is the arena's. */
struct walk {
	struct walk_entry entry;
	char **roots; /* the next one */
	unsigned flags;
	struct walk_level *levels;
	size_t depth, levels_size;       /* levels in use; room */
	size_t oldest_open;              /* the outermost level whose directory is open */
	char *spare[WALK_OPEN_DIRS + 1]; /* buffers for directory records */
	size_t spares;
	struct buf path, gathered; /* gathered: for WALK_BY_INODE */
	struct stat st;
	bool st_known, enter;
	dev_t root_device;
};

/* Begins a walk over `roots` (NULL-terminated, and to stay until the end). */
void walk_open(struct walk *w, char **roots, unsigned flags);

/* Returns the next entry, valid until the next call, or NULL at the end. Dies if it cannot find back from a directory
 * that was moved while it was in it. */
const struct walk_entry *walk_next(struct walk *w);

/* Leaves out the contents of the directory that came last as WALK_DIR; its WALK_DIR_END still comes. */
void walk_skip(struct walk *w);

/* Returns the status of the last entry (of a link's target where links are followed), read once; or NULL with errno set. */
const struct stat *walk_stat(struct walk *w);

/* Whether the last entry is the directory whose status is `slash` (that of /); says then that it is dangerous to operate
 * recursively on it (--preserve-root). */
bool walk_at_slash(struct walk *w, const struct stat *slash);

/* The records of getdents64(2), which readdir(3) would cost more for. */
struct dir_record {
	uint64_t ino;
	int64_t offset;
	unsigned short size; /* of this record */
	unsigned char type;  /* DT_REG ... */
	char name[];
};

/* Reads records of the open directory `fd` into `buf`, aligned to 8. Returns bytes read, 0 at the end, or -1 with errno set. */
ssize_t dir_read(int fd, void *buf, size_t size);

/* Returns 1 if `name` in the directory `dir` is a directory without entries, 0 if it has some, or -1 with errno set if it
 * cannot be read or is no directory; a link is none. */
int dir_is_empty(int dir, const char *name);

/* Whether `name` is . or .. */
bool is_dot_or_dotdot(const char *name);

#endif

/* copytree_internal.h - what the files of copytree share */
#ifndef COPYTREE_INTERNAL_H
#define COPYTREE_INTERNAL_H

#include <stdint.h>
#include "copytree.h"
#include "strmap.h"

/* What a key that a copier remembers is about: its first byte. */
enum copy_key {
	KEY_LINKED = 'i',  /* a source by device and inode: where its copy is */
	KEY_ROOT = 'r',    /* a directory on the command line, the same way: its destination's path */
	KEY_SOURCE = 's',  /* a path on the command line */
	KEY_MADE = 'm',    /* the path of a file made from a source on the command line */
	KEY_SYMLINK = 'l', /* the path of a symbolic link that was made */
};

struct copy_level;

struct copier {
	struct copy_options opt;
	mode_t umask;
	bool privileged; /* the owner of a file can be any */
	char *block;     /* copy_stream()'s */
	struct strmap seen;
	dev_t clone_from, clone_to; /* between these, no file can be cloned */
	bool no_clone;
	struct copy_level *levels;
	size_t depth, levels_size, oldest_open;
	dev_t into_device; /* the directory the current source is copied to */
	ino_t into_inode;
	bool into;
	const char *root_backup;         /* of the destination, made by the caller */
	const char *root_from, *root_to; /* the current source and its destination */
	int root_dir;                    /* what root_to is relative to, from root_prefix on */
	size_t root_prefix;
};

/* Remember and recall: by a path, or by the device and inode of `st`. copy_known() returns NULL if the key is not there. */
void copy_remember(struct copier *c, enum copy_key kind, const char *path, const char *value);
const char *copy_known(const struct copier *c, enum copy_key kind, const char *path);
void copy_remember_file(struct copier *c, enum copy_key kind, const struct stat *st, const char *value);
const char *copy_known_file(const struct copier *c, enum copy_key kind, const struct stat *st);
void copy_forget_file(struct copier *c, enum copy_key kind, const struct stat *st);

/* The source and the destination to copy attributes between: `in` and `out` are open files, or -1 and then the places count. */
struct copy_attributes {
	const struct copy_item *item;
	int in, out;
	bool made;    /* the destination is new */
	mode_t mode;  /* bits it was made with, before the umask */
	mode_t extra; /* bits of `mode` that were left out or added for now */
};

/* Gives the destination the attributes that the options name, and its final mode. Returns false if what was to be
 * kept could not be, after a message. */
bool copy_set_attributes(struct copier *c, const struct copy_attributes *a);

/* Whether the contents of such a file are to be copied, and not the file as it is, or a link to it. */
bool copy_is_data(const struct copier *c, mode_t mode);

/* Copies a file that is not a directory. i->st is known, unless `straight` says that nothing is in its place and that it
 * is a regular file to be read, whose status is then found on the way. */
bool copy_leaf(struct copier *c, struct copy_item *i, bool straight);

/* Copies the contents of the source `in` to `out`, whose status is `to` and which, if it is regular, is empty. Returns
 * false after a message. */
bool copy_contents(struct copier *c, const struct copy_item *i, int in, int out, const struct stat *to);

#endif

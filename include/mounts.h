/* mounts.h - the file systems that are mounted
 *
 * Read from /proc/self/mountinfo, see proc_pid_mountinfo(5).
 */
#ifndef MOUNTS_H
#define MOUNTS_H

#include <stddef.h>
#include <sys/types.h>

/* The strings are in the arena, with the escapes of spaces and the like undone. */
struct mount {
	const char *source; /* mostly a device */
	const char *type;
	const char *target;  /* the directory it is mounted on */
	const char *root;    /* the directory of the file system that is seen there, mostly / */
	const char *options; /* of this mount; those of the file system follow in `super_options` */
	const char *super_options;
	dev_t device;
};

/* Returns the mounts of this process, in the order in which they were made, in the arena; NULL with errno set on error. */
struct mount *mounts_read(size_t *count);

#endif

/* result.h - the file that another is turned into, which then takes its place: what gzip and its like share
 *
 * It is made anew, readable by its owner only. If the applet ends before it is complete, because of a signal
 * too, it does not stay behind.
 */
#ifndef RESULT_H
#define RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

struct result {
	const char *path;
	int fd; /* -1: there is none */
};

/* Creates `path`, which must not exist. Returns 0, or -1 with errno set. */
int result_create(struct result *r, const char *path);

/* Writes all; 0, or -1 with errno set. Ends as the signal says, without the file, if one came that would end the applet;
 * if `skip_zeroes`, blocks of zeroes become holes. */
int result_write(struct result *r, const void *p, size_t n, bool skip_zeroes);

/* Gives it the owner, the group, the permissions and the times of another file, as far as that is possible: returns 0, or the errno of
 * what failed first. Nobody gets rights that they had not: the mode is cut if the owner or group cannot be set. */
int result_like(struct result *r, const struct stat *st);

/* Closes it, on the disk with its name if `sync`. Returns 0, or -1 with errno set: then it is removed. */
int result_finish(struct result *r, bool sync);

/* Removes it. */
void result_drop(struct result *r);

#endif

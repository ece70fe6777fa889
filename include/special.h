/* special.h - what mkfifo and mknod share: fifos and device files, and their -m */
#ifndef SPECIAL_H
#define SPECIAL_H

#include <sys/types.h>

/* Returns the permissions that `spec`, the argument of -m, makes of rw-rw-rw- under the umask; those themselves for
 * NULL. Ends the applet if it is no mode, or one with more than permissions. The umask is 0 afterwards if there was one. */
mode_t special_mode(const char *spec);

/* Makes the file with mknod(2). Returns -1 with errno set on error. With `exact` (there was a -m) the permissions are what `mode` says, ACLs
 * of the directory notwithstanding; ends the applet if they cannot be set. */
int special_make(const char *path, mode_t mode, dev_t device, int exact);

#endif

/* run_internal.h - what libbb's own modules ask of the runner */
#ifndef RUN_INTERNAL_H
#define RUN_INTERNAL_H

#include <stdbool.h>

/* Notes that the running applet opened (or closed) `fd`; a negative one is ignored. */
void run_track(int fd, bool open);

#endif
